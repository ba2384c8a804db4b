"""The factors as data: few, shared, with bands that hold what they promise on pairs the fit never saw."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fleetdesigner.assets import resource
from fleetdesigner.engine.throughput import CalibrationError, load_calibration
from tests.engine.throughput.cases import GB200, H100, TRN2, calibration

CAL = calibration()


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


@settings(max_examples=60, deadline=None)
@given(
    field=st.sampled_from(["bf16_flops", "fp8_flops", "fp4_flops", "hbm_bytes_per_s", "watts"]),
    factor=st.floats(1.0, 8.0),
    dtype=st.sampled_from(["bf16", "fp8", "fp4"]),
)
def test_a_better_chip_never_gets_slower_factors(field: str, factor: float, dtype: str) -> None:
    """Shares may fall with a peak, rates may not."""
    better = replace(GB200, **{field: getattr(GB200, field) * factor})
    for rate in (
        lambda chip: chip.peak(dtype) * CAL.gemm(chip, dtype).value,
        lambda chip: CAL.expert_peak(chip, dtype),
        CAL.stream,
        lambda chip: chip.hbm_bytes_per_s * CAL.bandwidth(chip).value,
    ):
        assert rate(better) >= rate(GB200) * (1 - 1e-12)


def test_products_follow_the_power_a_chip_may_draw() -> None:
    """H100 power on a larger peak reaches less of it; 1.25 × the power 1.25^1.5 of that, up to a ceiling."""
    law = CAL.products
    cool = replace(GB200, watts=700.0)
    share = law.power_share * 989e12 / 2.5e15
    assert CAL.gemm(cool, "bf16").value == pytest.approx(share)
    assert CAL.gemm(replace(cool, watts=875.0), "bf16").value == pytest.approx(share * 1.25**1.5)
    assert CAL.gemm(cool, "fp8").value == pytest.approx(share * law.fp8)
    assert CAL.gemm(replace(cool, watts=3000.0), "bf16").value == law.ceiling
    unknown = CAL.gemm(replace(GB200, watts=float("nan")), "bf16")
    assert unknown.value == dict(CAL.families)["blackwell"].gemm_bf16
    assert not unknown.fitted


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
