"""Forecasts of a sample of published measurements: the error bars, the bands, the conventions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fleetdesigner.catalog import load_catalog
from fleetdesigner.engine.throughput import Calibration, Refusal, best_many, calibrated_on
from fleetdesigner.engine.throughput.chips import dtype_class, weight_only
from fleetdesigner.engine.throughput.measures import TIME_METRICS, published_flops, training_seconds
from fleetdesigner.engine.throughput.models import from_point, model_shape
from fleetdesigner.engine.throughput.predict import Prediction, predict_point, predict_points
from tests.engine.throughput.cases import JOB, STREAM, calibration

POINTS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "points_sample.json").read_text(encoding="utf-8")
)
CATALOG = load_catalog()
CAL = calibration()
FORECASTS = predict_points(POINTS, CATALOG, CAL)


def ratio(point: dict[str, Any], forecast: Prediction) -> float:
    """Predicted over published time."""
    assert forecast.predicted is not None
    over = forecast.predicted / float(point["value"])
    return over if point["metric"] in TIME_METRICS else 1 / over


def answered(kind: str) -> list[tuple[dict[str, Any], Prediction]]:
    return [
        (p, f)
        for p, f in zip(POINTS, FORECASTS, strict=True)
        if p["kind"] == kind and f.predicted is not None
    ]


@pytest.mark.parametrize(("kind", "most"), [("training", 0.12), ("inference", 0.20)])
def test_median_error_is_within_the_bar(kind: str, most: float) -> None:
    errors = [abs(ratio(point, forecast) - 1) for point, forecast in answered(kind)]
    assert len(errors) >= 15
    assert float(np.median(errors)) <= most


def test_most_points_lie_inside_their_bands() -> None:
    inside = [
        forecast.low <= point["value"] <= forecast.high
        for kind in ("training", "inference")
        for point, forecast in answered(kind)
        if forecast.low is not None and forecast.high is not None
    ]
    assert 0.6 < float(np.mean(inside)) < 0.95


def test_forecasts_speak_the_metric_of_the_point() -> None:
    for point, forecast in zip(POINTS, FORECASTS, strict=True):
        assert (forecast.id, forecast.unit) == (point["id"], point["unit"])
        if forecast.predicted is None:
            assert forecast.why
            assert forecast.low is forecast.high is None
        else:
            assert forecast.low is not None
            assert forecast.high is not None
            assert 0 < forecast.low < forecast.predicted < forecast.high
            assert all(seconds >= 0 for _, seconds in forecast.breakdown)


def test_points_without_architecture_or_lengths_get_no_number() -> None:
    whys = [forecast.why for forecast in FORECASTS if forecast.predicted is None]
    assert any("gives no layers" in why for why in whys)
    assert any("no input length" in why for why in whys)


def test_one_point_is_the_same_as_in_a_list() -> None:
    for at in (0, 10, len(POINTS) - 3):
        alone = predict_point(POINTS[at], CATALOG, CAL)
        assert alone.predicted == pytest.approx(FORECASTS[at].predicted, rel=1e-12)


def test_what_cannot_be_read_is_said() -> None:
    point = dict(POINTS[0])
    for change, words in (
        ({"chip": "Abacus"}, "no chip 'Abacus'"),
        ({"metric": "smiles"}, "no training metric"),
        ({"kind": "lunch"}, "neither training nor inference"),
        ({"dtype": "fp99"}, "'fp99' is not known"),
        ({"dtype": "fp8"}, "no fp8 rate for a100-80gb"),
        ({"seq_len": None}, "no sequence length"),
    ):
        forecast = predict_point(point | change, CATALOG, CAL)
        assert forecast.predicted is None
        assert words in forecast.why


def test_ptdp_flops_by_the_papers_own_formula() -> None:
    """96 B s L h² (1 + s/6h + V/16Lh) of arXiv 2104.04473, row GPT 145.6 B."""
    point = next(p for p in POINTS if p["id"] == "ptdp-a100-145.6b")
    shape = from_point(point)
    assert not isinstance(shape, str)
    s, layers, h, vocab = 2048, 80, 12288, 51200
    by_paper = 96 * layers * h**2 * (1 + s / (6 * h) + vocab / (16 * layers * h))
    assert published_flops(shape, s, recompute=True) == pytest.approx(by_paper, rel=1e-9)
    seconds = training_seconds(point, shape, 1536, 312e12)
    assert seconds == pytest.approx(2304 * s * by_paper / (148e12 * 1536), rel=1e-9)


def test_ptdp_rows_are_met() -> None:
    """The five PTD-P rows (arXiv 2104.04473, Table 1) within 28 %, their median within 13 %."""
    errors = [abs(ratio(p, f) - 1) for p, f in answered("training") if p["id"].startswith("ptdp")]
    assert len(errors) == 5
    assert max(errors) < 0.28
    assert float(np.median(errors)) < 0.13


def test_catalog_models_have_the_shapes_of_the_points() -> None:
    """A point's own architecture and the catalog's entry of the same model agree on every parameter count."""
    entries = {"Llama-3-70B": "llama-3-1-70b", "DeepSeek-V3": "deepseek-v3", "GPT-OSS-120B": "gpt-oss-120b"}
    for name, entry in entries.items():
        point = next(p for p in POINTS if p["model"] == name)
        mine, theirs = from_point(point), model_shape(CATALOG.model(entry))
        assert not isinstance(mine, str)
        assert mine.total_params == pytest.approx(theirs.total_params, rel=1e-6)
        assert mine.kv_bytes(10_000) == pytest.approx(theirs.kv_bytes(10_000), rel=1e-6)


def test_a_pasted_measurement_rescales_its_chip_alone() -> None:
    """The forecast of the point becomes the measured value; other chips and activities stay as they were."""
    point = next(p for p in POINTS if p["chip"] == "H100-SXM-80GB" and p["kind"] == "training")
    own = calibrated_on(point, CATALOG, CAL)
    assert isinstance(own, Calibration)
    assert predict_point(point, CATALOG, own).predicted == pytest.approx(point["value"])
    for other, before, after in zip(POINTS, FORECASTS, predict_points(POINTS, CATALOG, own), strict=True):
        if other["chip"] != point["chip"] or other["kind"] != point["kind"]:
            assert before == after
    again = calibrated_on(point | {"value": 2 * point["value"]}, CATALOG, own)
    assert isinstance(again, Calibration)
    assert len(again.measured) == 1
    assert predict_point(point, CATALOG, again).predicted == pytest.approx(2 * point["value"])
    for change in ({"value": 0}, {"chip": "Abacus"}, {"dtype": "fp99"}):
        assert isinstance(calibrated_on(point | change, CATALOG, CAL), Refusal)


def test_a_pasted_measurement_reaches_the_search() -> None:
    own = CAL.with_measurement("h100", "training", 0.5).with_measurement("h100", "serving", 2.0)
    for before, after in zip(best_many((JOB, STREAM), CAL), best_many((JOB, STREAM), own), strict=True):
        assert not isinstance(before, Refusal)
        assert not isinstance(after, Refusal)
        assert (before.grade, after.grade) == ("estimate", "measured")
    with pytest.raises(ValueError, match="above 0"):
        CAL.with_measurement("h100", "training", 0.0)


@pytest.mark.parametrize(
    ("name", "kind", "widened"),
    [
        ("MXFP8", "fp8", False), ("nvfp4", "fp4", False), ("fp8_block", "fp8", False),
        ("int4-awq", "fp4", True),
        ("UINT4", "fp4", True), ("w-int8/bf16", "int8", True), ("bfloat16", "bf16", False),
        ("fp99", None, False),
    ],
)  # fmt: skip
def test_published_precisions(name: str, kind: str | None, widened: bool) -> None:
    assert dtype_class(name) == kind
    assert weight_only(name) is widened
