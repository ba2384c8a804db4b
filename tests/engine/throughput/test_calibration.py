"""The factors as data: few, shared, with bands that hold what they promise on pairs the fit never saw."""

from __future__ import annotations

import csv
import tomllib
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fleetdesigner.assets import resource
from fleetdesigner.engine.throughput import CalibrationError, load_calibration
from tests.engine.throughput.cases import GB200, H100, TRN2, calibration

CAL = calibration()


def left_out() -> dict[str, list[float]]:
    """Predicted over published time by class, each by factors fitted without its (model, chip) pair."""
    found: dict[str, list[float]] = defaultdict(list)
    with resource("calibration", "left_out.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found[row["class"]].append(float(row["left_out"]))
    return found


def test_bands_hold_four_fifths_of_the_left_out_points() -> None:
    bands = dict(CAL.bands)
    for kind, ratios in left_out().items():
        assert len(ratios) >= 30
        truth = 1.0 / np.array(ratios)
        inside = np.mean((truth >= bands[kind].low) & (truth <= bands[kind].high))
        assert 0.72 <= inside <= 0.88, kind
        assert bands[kind].rows == len(ratios)


@pytest.mark.parametrize(("activity", "most"), [("training", 0.08), ("serving", 0.14)])
def test_left_out_errors_are_within_the_bar(activity: str, most: float) -> None:
    ratios = [x for kind, found in left_out().items() if kind.startswith(activity) for x in found]
    assert float(np.median(np.abs(np.array(ratios) - 1.0))) <= most


def test_chips_without_measurements_fall_back_and_say_so() -> None:
    assert CAL.gemm(H100, "bf16").fitted
    assert not CAL.gemm(TRN2, "bf16").fitted
    assert CAL.gemm(TRN2, "bf16").value == 0.37
    unknown = replace(H100, chip="abacus-9", family="abacus")
    assert CAL.gemm(unknown, "fp8").value == dict(CAL.families)["default"].gemm_fp8
    assert not CAL.gemm(unknown, "fp8").fitted
    variant = replace(H100, chip="h100-next")
    assert CAL.gemm(variant, "fp8") == CAL.gemm(H100, "fp8")
    trainium1 = replace(TRN2, chip="trainium1", family="trainium1")
    assert CAL.gemm(trainium1, "fp8").value == CAL.gemm(trainium1, "bf16").value
    assert not CAL.gemm(trainium1, "fp8").fitted


def test_shares_are_shares() -> None:
    for chip in (H100, GB200, TRN2):
        for dtype in ("bf16", "fp8", "fp4"):
            assert 0.2 < CAL.gemm(chip, dtype).value <= 0.8
            assert 0.1 < CAL.compute(dtype) <= 1.0
        assert 0.4 < CAL.bandwidth(chip).value <= 1.0
    assert CAL.hop_s(TRN2) < CAL.hop_s(H100)
    assert CAL.layer_s(TRN2) > CAL.layer_s(H100)


def test_widest_band_where_nothing_was_measured() -> None:
    known = CAL.band("training", "dense", True)
    searched = CAL.band("training", "dense", True, searched=True)
    unknown = CAL.band("training", "dense", False)
    assert unknown.low < searched.low <= known.low < 1 < known.high <= searched.high < unknown.high


def test_a_file_that_lacks_a_factor_is_refused_by_name(tmp_path: Path) -> None:
    text = resource("calibration", "throughput.toml").read_text(encoding="utf-8")
    assert tomllib.loads(text)["date"]
    path = tmp_path / "own.toml"
    path.write_text(text.replace("interleave", "interlace"), encoding="utf-8")
    with pytest.raises(CalibrationError, match="serving: interleave is missing"):
        load_calibration(path)
    path.write_text("date = ", encoding="utf-8")
    with pytest.raises(CalibrationError, match="cannot be read"):
        load_calibration(path)
    path.write_text("date = '2026-11-22'\n", encoding="utf-8")
    with pytest.raises(CalibrationError, match="source"):
        load_calibration(path)
