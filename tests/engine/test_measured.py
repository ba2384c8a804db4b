"""Own measurements: the factor by hand, what it reaches, grades and bands, and what cannot be."""

from __future__ import annotations

from typing import Any

import pytest

from fleetdesigner.catalog import load_catalog
from fleetdesigner.design.commands import RemoveMeasurement, SetMeasurement
from fleetdesigner.design.measurements import Measurement
from fleetdesigner.engine.at_rest.evidence import evidence_shares
from fleetdesigner.engine.evaluate import evaluate
from fleetdesigner.engine.throughput import Calibration, calibrated_on, load_calibration
from fleetdesigner.engine.throughput.plans import Refusal, ServingPlan, TrainingPlan
from fleetdesigner.engine.work.measured import calibration_of, held_of, refusal_of
from tests.engine.designs import chat, design, run
from tests.engine.oracle_rates import as_point

CATALOG = load_catalog()


def trained(**fields: Any) -> Measurement:
    """Llama 3.1 70B on 256 H100, layout from the search."""
    data: dict[str, Any] = {
        "chip_id": "h100", "activity": "training", "model_id": "llama-3-1-70b",
        "metric": "tokens_per_s_per_chip",
        "value": 800.0, "chips": 256, "source": "cluster test", "date": "2026-11-20",
    }  # fmt: skip
    return Measurement(**{**data, **fields})


def served(**fields: Any) -> Measurement:
    """Llama 3.1 70B on a node of eight H100, 32 requests in flight."""
    data: dict[str, Any] = {
        "chip_id": "h100", "activity": "serving", "model_id": "llama-3-1-70b", "dtype": "fp8",
        "metric": "tpot_ms", "value": 20.0, "chips": 8, "concurrency": 32, "tensor": 8,
    }  # fmt: skip
    return Measurement(**{**data, **fields})


@pytest.mark.parametrize(
    "one",
    [
        trained(), trained(metric="step_s", value=12.0), trained(metric="tokens_per_s", value=2e5),
        trained(tensor=8, pipeline=4, micro_batch=1, recompute="full"), served(), served(concurrency=None),
        served(metric="output_tokens_per_s", value=5e3),
        served(metric="output_tokens_per_s_per_chip", value=700),
        served(tensor=4),
    ],
)  # fmt: skip
def test_factor_is_measured_over_forecast_of_the_same_configuration(one: Measurement) -> None:
    """Read as a published point, by the way that `predict` goes, the factor is the same."""
    held = held_of(one, CATALOG)
    assert held.forecast is not None
    published = calibrated_on(as_point(one, CATALOG), CATALOG, load_calibration())
    assert isinstance(published, Calibration)
    if one.tensor in (None, one.chips) or one.activity == "training":
        assert held.speed == pytest.approx(published.measured[0][2], rel=1e-9)
    slower = one.metric in ("step_s", "tpot_ms")
    assert held.speed == pytest.approx(held.forecast / one.value if slower else one.value / held.forecast)
    assert held.breakdown
    own = calibration_of(design(measurements=(one,)), CATALOG)
    assert own.measured == ((one.chip_id, one.activity, held.speed),)
    assert calibration_of(design(measurements=(one,)), CATALOG) is own


def test_without_measurements_the_shipped_factors_are_used() -> None:
    assert calibration_of(design(), CATALOG) is load_calibration()


TENTH = 1.1
MOVED: tuple[tuple[Measurement, str, Any], ...] = (
    (trained(), "value", 880.0), (trained(), "metric", "step_s"), (trained(), "model_id", "llama-3-1-8b"),
    (trained(), "dtype", "fp8"), (trained(), "chips", 512), (trained(), "sequence_len", 32_768),
    (trained(), "global_batch_tokens", 1_048_576), (trained(), "tensor", 8),
    (trained(tensor=8), "pipeline", 4),
    (trained(tensor=8, pipeline=4), "micro_batch", 2), (trained(tensor=8, pipeline=4), "recompute", "full"),
    (served(), "value", 22.0), (served(), "input_len", 4096), (served(), "output_len", 1024),
    (served(), "concurrency", 64), (served(), "tensor", 4), (served(tensor=4), "chips", 4),
    (served(), "dtype", "bf16"),
)  # fmt: skip
SILENT = {"chip_id", "activity", "source", "date", "note"}
"""What names it, and who measured it."""


@pytest.mark.parametrize(("one", "field", "value"), MOVED, ids=[f"{a.activity}.{b}" for a, b, _ in MOVED])
def test_every_field_moves_the_factor(one: Measurement, field: str, value: Any) -> None:
    before, after = held_of(one, CATALOG), held_of(one.changed(**{field: value}), CATALOG)
    assert after.forecast is not None
    assert after.speed != pytest.approx(before.speed, rel=1e-6)


def test_all_fields_are_moved_above() -> None:
    assert {field for _, field, _ in MOVED} | SILENT == set(Measurement.model_fields)


def test_it_rescales_its_chip_and_activity_alone_and_is_undone() -> None:
    base = design(workloads=(run(tokens=1e13), chat()))
    own = trained(value=400.0)
    with_it = SetMeasurement(own).apply(base)
    before, after = evaluate(base, CATALOG), evaluate(with_it, CATALOG)
    speed = held_of(own, CATALOG).speed
    assert speed < 0.7
    (was, stream), (now, same) = [
        [rates.plans[0][0] for rates in results.states[0].plant.rates] for results in (before, after)
    ]
    assert isinstance(was, TrainingPlan)
    assert isinstance(now, TrainingPlan)
    assert now.tokens_per_s == pytest.approx(was.tokens_per_s * speed, rel=0.02)
    assert (was.grade, now.grade) == ("estimate", "measured")
    assert isinstance(stream, ServingPlan)
    assert isinstance(same, ServingPlan)
    assert (same.output_tokens_per_s, same.grade) == (stream.output_tokens_per_s, "estimate")
    values = [{kpi.id: kpi for kpi in results.kpis()} for results in (before, after)]
    days = [one["time_to_train_days"].value for one in values]
    assert days[0] is not None
    assert days[1] == pytest.approx(days[0] / speed, rel=0.05)
    grades = {one.grade for one in values[1]["training_tokens_per_s"].inputs if "forecast" in one.label}
    assert grades == {"measured"}
    assert any("cluster test" in one.source for one in values[1]["training_tokens_per_s"].inputs)
    again = evaluate(RemoveMeasurement(own.key).apply(with_it), CATALOG)
    assert again.kpis()[0].value == before.kpis()[0].value
    assert {kpi.id: kpi.value for kpi in again.kpis()} == {kpi.id: kpi.value for kpi in before.kpis()}


def test_more_measured_speed_serves_more() -> None:
    base = design(workloads=(chat(tokens_per_s=1e9),))
    rates = []
    for value in (40.0, 20.0, 10.0):
        results = evaluate(base.changed(measurements=(served(value=value),)), CATALOG)
        rates.append(next(kpi.value for kpi in results.kpis() if kpi.id == "serving_tokens_per_s"))
    assert None not in rates
    assert sorted(one for one in rates if one is not None) == rates


def test_share_of_evidence_follows() -> None:
    base = design(workloads=(chat(),))
    shares = [
        dict(evidence_shares(made, CATALOG)["serving_tokens_per_s"].shares)
        for made in (base, base.changed(measurements=(served(),)))
    ]
    assert "measured" not in shares[0] or shares[1]["measured"] > shares[0]["measured"]


def test_a_chip_without_a_fit_gets_the_band_of_its_class() -> None:
    own = served(
        chip_id="trainium2",
        dtype="bf16",
        chips=16,
        tensor=16,
        metric="output_tokens_per_s_per_chip",
        value=150.0,
    )
    cal = calibration_of(design(measurements=(own,)), CATALOG)
    figures = next(iter([row for row in cal.measured]))
    assert figures[:2] == ("trainium2", "serving")
    from fleetdesigner.engine.throughput.point_chips import point_chip

    chip = point_chip({"chip": "trainium2"}, CATALOG)
    assert not isinstance(chip, str)
    assert not load_calibration().known(chip, "serving", "bf16")
    assert cal.known(chip, "serving", "bf16")
    wide, narrow = cal.band("serving", "dense", False), cal.band("serving", "dense", True)
    assert narrow.high / narrow.low < wide.high / wide.low


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (trained(chip_id="abacus"), "no chip"),
        (trained(model_id="abacus"), "abacus"),
        (trained(tensor=64, pipeline=8), "does not fit on 256"),
        (trained(tensor=3), "do not divide"),
        (trained(tensor=1, pipeline=128), "pipeline stages"),
        (trained(global_batch_tokens=4096), "less than one sequence"),
        (served(chips=1, tensor=1, dtype="bf16"), "does not fit"),
        (served(dtype="fp4"), "fp4"),
    ],
)
def test_what_cannot_be_rescales_nothing_and_says_why(one: Measurement, words: str) -> None:
    refusal = refusal_of(one, CATALOG)
    assert isinstance(refusal, Refusal)
    assert words in refusal.reason
    assert calibration_of(design(measurements=(one,)), CATALOG) is load_calibration()


def test_metric_must_be_of_the_activity_and_value_above_0() -> None:
    with pytest.raises(ValueError, match="no measure of training"):
        trained(metric="tpot_ms")
    with pytest.raises(ValueError, match="greater than 0"):
        trained(value=0.0)


def test_an_unknown_layout_is_the_best_that_fills_the_chips() -> None:
    one = served(tensor=None, concurrency=None, metric="output_tokens_per_s", value=1e3)
    each = [held_of(one.changed(tensor=tensor), CATALOG).forecast for tensor in (1, 2, 4, 8)]
    assert held_of(one, CATALOG).forecast == max(value for value in each if value is not None)
    quick = served(tensor=None)
    times = [held_of(quick.changed(tensor=tensor), CATALOG).forecast for tensor in (1, 2, 4, 8)]
    assert held_of(quick, CATALOG).forecast == min(value for value in times if value is not None)
