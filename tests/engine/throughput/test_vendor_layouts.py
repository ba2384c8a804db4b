"""Layouts that vendors tuned, against ours: never slower by the model, and theirs among our ten best.

Rows: every published training row whose vendor names the whole layout (``vendor_layouts.json``, each with
its source): Megatron Bridge and NeMo tables, MLPerf result logs, Megatron Core's H100 table, Neuron's
Trainium1 tables. None of them says what is recomputed or offloaded, so theirs is taken at the least recompute
that fits our memory model. Layouts count as different when their degrees (t, p, c, e, D) differ.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from fleetdesigner.catalog import load_catalog
from fleetdesigner.engine.throughput import Refusal, TrainingPlan, TrainingRequest
from fleetdesigner.engine.throughput.measures import point_tokens
from fleetdesigner.engine.throughput.plans import RECOMPUTES, Layout
from fleetdesigner.engine.throughput.point_chips import cores_per_chip
from fleetdesigner.engine.throughput.point_training import TrainingRow, read_training
from fleetdesigner.engine.throughput.training_search import plan_layout, ranked_training
from tests.engine.throughput.cases import calibration

CAL = calibration()
AMONG_OUR_TEN_BEST = 0.60


def rows() -> list[TrainingRow]:
    points = json.loads(Path(__file__).with_name("vendor_layouts.json").read_text(encoding="utf-8"))
    catalog = load_catalog()
    read = [read_training(point, catalog) for point in points]
    return [row for row in read if isinstance(row, TrainingRow)]


def published(row: TrainingRow) -> Layout:
    """The layout of a row, in chips."""

    def degree(key: str) -> int:
        return int(row.point.get(key) or 1)

    t = max(1, round(degree("tp") / cores_per_chip(row.chip)))
    shards = t * degree("pp") * degree("cp")
    data = max(1, int(row.chips) // shards)
    sequences = point_tokens(row.point) / float(row.point["seq_len"])
    return Layout(
        t, degree("pp"), degree("cp"), degree("ep"), data, min(degree("micro_batch"), sequences / data),
        degree("vp"), sharded="fsdp" in str(row.point.get("sharding")),
    )  # fmt: skip


def job(row: TrainingRow) -> TrainingRequest:
    return TrainingRequest(
        row.shape, row.chip, int(row.chips), float(row.point["seq_len"]), point_tokens(row.point), row.dtype,
        lora="lora" in str(row.point.get("sharding")),
    )  # fmt: skip


def degrees(layout: Layout) -> tuple[int, ...]:
    return layout.tensor, layout.pipeline, layout.context, layout.expert, layout.data


def test_layouts_that_vendors_tuned(capsys: pytest.CaptureFixture[str]) -> None:
    among: Counter[str] = Counter()
    count: Counter[str] = Counter()
    unfit = 0
    for row in rows():
        request, theirs = job(row), published(row)
        ranked = ranked_training(request, CAL, 10_000)
        assert not isinstance(ranked, Refusal), row.point["id"]
        family = str(row.point["family"])
        count[family] += 1
        among[family] += degrees(theirs) in [degrees(plan.layout) for plan in ranked[:10]]
        plans = [plan_layout(request, replace(theirs, recompute=again), CAL) for again in RECOMPUTES]
        runs = [plan for plan in plans if isinstance(plan, TrainingPlan)]
        unfit += not runs
        for plan in runs:
            assert ranked[0].step_s <= plan.step_s * (1 + 1e-9), row.point["id"]
    share = sum(among.values()) / sum(count.values())
    with capsys.disabled():
        detail = ", ".join(f"{name} {among[name]}/{count[name]}" for name in sorted(count))
        print(f"\ntheirs among our ten best: {share:.0%} ({detail}); {unfit} do not fit by our memory model")
    assert sum(count.values()) >= 150
    assert unfit <= 0.05 * sum(count.values())
    assert share >= AMONG_OUR_TEN_BEST
