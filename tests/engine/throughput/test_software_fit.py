"""Readiness fitted on one measured row forecasts the others of the only Trainium-against-GPU comparison.

Facts and sources: ``glm_5_3_flash.json``. The one fitted number is the efficiency of the independent Neuron
engine on its peak row; nothing else is adjusted.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fleetdesigner.catalog import load_catalog
from fleetdesigner.engine.throughput import ModelShape, Refusal, ServingRequest, chip_figures
from fleetdesigner.engine.throughput.software_fit import (
    ServedRow,
    SoftwareForecast,
    best_of_box,
    carried_to,
    fitted_efficiency,
    usd_per_million_tokens,
)
from tests.engine.throughput.cases import calibration

CAL = calibration()
FACTS: dict[str, Any] = json.loads(Path(__file__).with_name("glm_5_3_flash.json").read_text("utf-8"))
CATALOG = load_catalog()


def model() -> ModelShape:
    given = FACTS["model"]
    return ModelShape(**{name: given[name] for name in ModelShape.__slots__})


def stream(name: str, **targets: Any) -> ServingRequest:
    row = FACTS["rows"][name]
    return ServingRequest(
        model(), chip_figures(CATALOG.chip(row["chip"]), row["domain"]), FACTS["dtype"],
        float(FACTS["input_len"]), float(FACTS["output_len"]), max_chips=row["chips"] // row["engines"],
        **targets,
    )  # fmt: skip


def served(name: str) -> ServedRow:
    row = FACTS["rows"][name]
    return ServedRow(
        stream(name), row["tensor"], row["attention_data"], row["concurrency"], row["engines"],
        row.get("output_tokens_per_s", float("nan")),
    )  # fmt: skip


EFFICIENCY = fitted_efficiency(served("trn2_peak"), CAL)


def test_the_shape_has_the_published_parameters() -> None:
    assert model().total_params / 1e9 == pytest.approx(FACTS["model"]["total_params_b"], rel=0.05)
    assert model().active_params / 1e9 == pytest.approx(FACTS["model"]["active_params_b"], rel=0.15)


def test_the_fit_gives_back_its_own_row() -> None:
    row = served("trn2_peak")
    assert carried_to(row, EFFICIENCY, CAL).output_tokens_per_s == pytest.approx(row.output_tokens_per_s)
    assert 0.05 < EFFICIENCY < 0.9  # a stack of one engineer on a new model: far from tuned


def test_the_same_box_under_five_seconds_to_the_first_token() -> None:
    row = FACTS["rows"]["trn2_5s"]
    at_load = carried_to(served("trn2_5s"), EFFICIENCY, CAL)
    assert at_load.low <= row["low"]
    assert row["high"] <= at_load.high
    # and its ranks, which step together, keep about the latency measured: nine of ten within five seconds
    first = served("trn2_5s").plan(CAL, EFFICIENCY).ttft_high_ms
    assert first == pytest.approx(row["ttft_p90_ms"], rel=0.15)
    # told the target alone, the search finds the load too: its span still meets what was measured
    box = best_of_box(
        stream("trn2_5s", ttft_ms=row["ttft_p90_ms"], ttft_p90=True), row["chips"], EFFICIENCY, CAL
    )
    assert isinstance(box, SoftwareForecast), box
    assert box.low <= row["high"]
    assert row["low"] <= box.high
    peak = FACTS["rows"]["trn2_peak"]["output_tokens_per_s"]
    assert box.output_tokens_per_s < 0.6 * peak  # latency costs much of what the box can do


def test_the_older_chip_with_the_same_engine() -> None:
    forecast = carried_to(served("trn1"), EFFICIENCY, CAL)
    assert forecast.low <= FACTS["rows"]["trn1"]["output_tokens_per_s"] <= forecast.high


def test_dollars_a_million_tokens_stand_in_the_order_measured(capsys: pytest.CaptureFixture[str]) -> None:
    rows = FACTS["rows"]
    per_chip = {name: rows[name]["usd_per_hour"] / rows[name]["chips"] for name in ("trn2_peak", "h200")}
    assert per_chip["trn2_peak"] / per_chip["h200"] == pytest.approx(0.28, abs=0.01)
    cost, lines = {}, []
    for name, efficiency in (("trn2_peak", EFFICIENCY), ("h200", 1.0)):
        rate = carried_to(served(name), efficiency, CAL).output_tokens_per_s
        cost[name] = usd_per_million_tokens(rate, rows[name]["usd_per_hour"])
        measured = usd_per_million_tokens(rows[name]["output_tokens_per_s"], rows[name]["usd_per_hour"])
        assert measured == pytest.approx(rows[name]["usd_per_million"], rel=0.01)
        lines.append(f"{name} ${cost[name]:.2f} (measured ${measured:.2f})")
    assert cost["trn2_peak"] > cost["h200"]
    with capsys.disabled():
        print(f"\nefficiency {EFFICIENCY:.3f}; a million output tokens: {', '.join(lines)}")


def test_a_target_out_of_reach_says_so() -> None:
    box = best_of_box(stream("trn2_5s", ttft_ms=10.0, ttft_p90=True), 16, EFFICIENCY, CAL)
    assert isinstance(box, Refusal)
    assert box.reason.startswith("TTFT 10 ms cannot be met")
