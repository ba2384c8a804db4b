"""The bundled measurements, and the errors and bands that were recorded of them."""

from __future__ import annotations

import json
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fleetdesigner.assets import resource
from fleetdesigner.catalog import load_catalog
from fleetdesigner.engine.throughput.point_facts import FACTS, facts
from fleetdesigner.engine.throughput.predict import band_name, predict_points
from fleetdesigner.engine.throughput.validation import (
    class_of,
    errors_of,
    pair_of,
    residuals,
    scored,
    time_ratio,
    validation_points,
)
from tests.engine.throughput.cases import calibration

CATALOG, CAL = load_catalog(), calibration()
POINTS = {str(point["id"]): point for point in validation_points()}
ORIGINAL: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "points_sample.json").read_text(encoding="utf-8")
)
RECORD: dict[str, Any] = tomllib.loads(resource("calibration", "throughput.toml").read_text(encoding="utf-8"))
KINDS = {"training": "training", "serving": "inference"}
SHIPPED = {"training": (0.0585, 0.2174), "serving": (0.1005, 0.3120)}
"""Left-out median and 90th percentile of the fit of 23 November 2026."""


def of(activity: str) -> tuple[list[Any], list[Any]]:
    """Residuals of an activity and their points."""
    rows = [row for row in residuals() if POINTS[row.id]["kind"] == KINDS[activity]]
    return rows, [POINTS[row.id] for row in rows]


def test_every_point_is_there_once_and_holds_facts_alone() -> None:
    assert len(POINTS) == len(validation_points()) == 1616
    for point in validation_points():
        assert point["source"]
        assert not {"note", "confidence"} & set(point)
        assert all(len(str(value)) < 200 for value in point.values())


def test_bundled_points_are_forecast_as_the_original_ones() -> None:
    """Fields stand for notes: with either, the same numbers, bands and reasons."""
    ours = [POINTS[str(point["id"])] for point in ORIGINAL]
    assert predict_points(ours, CATALOG, CAL) == predict_points(ORIGINAL, CATALOG, CAL)
    assert sum(bool(set(FACTS) & set(point)) for point in ours) > 15


def test_notes_become_fields() -> None:
    note = {
        "note": "2000 requests queued at once; attention DP enabled for MoE; 800 Gb/s per node; "
        "measured 2026-02-03; EXCLUDE FROM FIT"
    }
    read = facts(note)
    assert read == {
        "queued": 2000.0, "node_gbit_per_s": 800.0, "measured": "2026-02-03", "attention_data": True,
        "exclude": True,
    }  # fmt: skip
    assert facts(read) == read
    assert facts({"speculative": "yes", "note": "no speculation"}) == {"speculation": False}
    assert facts({}) == {}


def test_shipped_factors_make_the_recorded_errors() -> None:
    """The fit's printed errors in sample are those of ``predict`` with what is shipped."""
    points = [point for point in validation_points() if scored(point)]
    forecasts = predict_points(points, CATALOG, CAL)
    ratios = np.array([time_ratio(p, f.predicted) for p, f in zip(points, forecasts, strict=True)])
    recorded = {row.id: row.fitted for row in residuals()}
    assert len(recorded) == len(points)
    expected = np.array([recorded[str(point["id"])] for point in points])
    assert ratios == pytest.approx(expected, rel=1e-3)
    for activity, kind in KINDS.items():
        own = np.array([point["kind"] == kind for point in points])
        now = errors_of(ratios[own], [pair_of(p) for p, keep in zip(points, own, strict=True) if keep])
        told = RECORD["errors"][activity]["in_sample"]
        assert (now.rows, now.missing) == (told["rows"], told["missing"])
        assert now.median == pytest.approx(told["median"], abs=1e-4)
        assert now.p90 == pytest.approx(told["p90"], abs=1e-4)
        assert now.pair_median == pytest.approx(told["pair_median"], abs=1e-4)


@pytest.mark.parametrize("activity", ["training", "serving"])
def test_left_out_errors_do_not_get_worse(activity: str) -> None:
    """Not more than half a point above what was shipped; rows and pairs within three points."""
    rows, points = of(activity)
    now = errors_of(np.array([row.left_out for row in rows]), [pair_of(point) for point in points])
    told = RECORD["errors"][activity]["left_out"]
    assert now.median == pytest.approx(told["median"], abs=1e-4)
    assert now.p90 == pytest.approx(told["p90"], abs=1e-4)
    median, p90 = SHIPPED[activity]
    assert now.median <= median + 0.005
    assert now.p90 <= p90 + 0.005
    assert abs(now.pair_median - now.median) <= 0.03
    assert now.missing == 0


@pytest.mark.parametrize("activity", ["training", "serving"])
def test_no_class_of_ten_rows_is_off_by_a_fifth(activity: str) -> None:
    rows, points = of(activity)
    classes: dict[str, list[float]] = defaultdict(list)
    for row, point in zip(rows, points, strict=True):
        for name in (str(point["family"]), class_of(point)):
            classes[name].append(abs(row.left_out - 1))
    wide = {name: errors for name, errors in classes.items() if len(errors) >= 10}
    assert len(wide) >= 10
    assert {name: np.median(errors) for name, errors in wide.items() if np.median(errors) > 0.2} == {}


def test_few_numbers_are_fitted() -> None:
    assert RECORD["fitted_numbers"] <= 30
    assert RECORD["fitted_rows"] > 1200


def test_bands_hold_four_fifths_of_the_left_out_points() -> None:
    """Each class with 30 rows or more; classes nothing was fitted on are set by judgement."""
    bands = dict(CAL.bands)
    ratios: dict[str, list[float]] = defaultdict(list)
    for row in residuals():
        assert row.band == band_name(POINTS[row.id], CATALOG, CAL)
        ratios[row.band].append(row.left_out)
    for name, band in bands.items():
        truth = 1.0 / np.array(ratios[name])
        inside = float(np.mean((truth >= band.low) & (truth <= band.high)))
        if len(truth) >= 30:
            assert 0.72 <= inside <= 0.88, name
            assert band.rows == len(truth)
        else:
            assert inside >= 0.72, name


def test_missing_forecasts_count_as_a_whole_error() -> None:
    errors = errors_of(np.array([1.1, np.nan, 0.8]), [("a", "x"), ("a", "x"), ("b", "x")])
    assert (errors.rows, errors.missing, errors.pairs) == (3, 1, 2)
    assert errors.median == pytest.approx(0.2)
    assert errors.pair_median == pytest.approx((0.55 + 0.2) / 2)
    with pytest.raises(ValueError, match="no rows"):
        errors_of(np.array([]), [])
