"""Readiness of software reaches what it should: throughput, the month work starts, and the one-off cost."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fleetdesigner.catalog import load_catalog
from fleetdesigner.design.curves import Constant
from fleetdesigner.design.model import Design
from fleetdesigner.design.scenarios import Override
from fleetdesigner.design.workloads import Port, Workload
from fleetdesigner.engine.evaluate import evaluate
from fleetdesigner.engine.results import Results
from tests.engine.designs import JANUARY, block, chat, design, hall, run, site
from tests.engine.test_power import assume

CATALOG = load_catalog()
TABLE = "readiness/trainium2"
FAMILIES = ("dense", "moe", "long_context", "agents")
STACKS = (
    ("training", "pytorch"), ("training", "jax"), ("serving", "vllm"), ("serving", "pytorch"),
    ("serving", "jax"),
)  # fmt: skip


def on_trainium2(work: Workload, **fields: Any) -> Design:
    halls = (hall(blocks=(block(rack="trn2-ultra"),)),)
    return design(sites=(site(halls=halls),), workloads=(work,), **fields)


def results(work: Workload, *overrides: Override) -> Results:
    return evaluate(on_trainium2(work, overrides=overrides, assumptions=assume()), CATALOG)


def rate(found: Results) -> np.ndarray:
    return np.asarray(found.states[0].plant.rates[0].rate[0])


def figure(row: str, name: str, value: float) -> Override:
    return Override(entry=TABLE, field=f"{row}_{name}", value=value)


def needs_port(**fields: Any) -> Workload:
    """A mixture of experts under vLLM, which the catalog says has to be ported first."""
    port = Port(
        **{"start_month": JANUARY + 1, "engineer_weeks": 0, "engineers": 2, **fields},
        efficiency=Constant(value=0.5),
    )
    return chat(model_id="qwen3-235b-a22b", port=port)


def test_every_generation_of_the_two_vendors_says_how_ready_it_is() -> None:
    """Chip family × workload family × framework: a row with month and source; figures by its state.

    Agents and long context may fall back to the row of the model's own family.
    """
    for rack in CATALOG.racks():
        chip = CATALOG.chip_of(rack)
        table = CATALOG.readiness_of(chip)
        assert table is not None, rack.id
        if chip.vendor in ("AWS", "NVIDIA") and chip.family != "inferentia":
            for family in FAMILIES:
                for activity, framework in STACKS:
                    found = table.row(family, activity, framework)
                    assert found or family in ("long_context", "agents"), (table.id, family, framework)
        for row in table.rows:
            assert row.source, row.key
            assert (row.efficiency is None) == (row.state == "blocked"), (table.id, row.key)
            if row.state in ("needs_port", "blocked"):
                assert row.port_engineer_weeks is not None, (table.id, row.key)
            if row.efficiency_mature is not None:
                assert row.mature_months is not None, (table.id, row.key)


def test_efficiency_and_its_curve_scale_throughput() -> None:
    key = "dense_serving_vllm"
    base = rate(results(chat(), figure(key, "efficiency", 0.4), figure(key, "efficiency_mature", 0.8)))
    twice = rate(results(chat(), figure(key, "efficiency", 0.8), figure(key, "efficiency_mature", 1.6 / 2)))
    assert np.all(np.diff(base) >= 0)
    assert base[-1] > base[0] > 0
    assert np.ptp(twice) == pytest.approx(0, abs=1e-6 * twice[0])
    fast = (figure(key, "efficiency", 0.4), figure(key, "efficiency_mature", 0.8))
    sooner = rate(results(chat(), *fast, figure(key, "mature_months", 1)))
    assert sooner[0] >= base[0]
    assert sooner[5] > base[5]
    assert sooner.max() <= twice[0] * (1 + 1e-12)


def test_training_reads_its_own_row() -> None:
    work = run()
    slow = rate(results(work, *(figure("dense_training_pytorch", name, 0.3) for name in (
        "efficiency", "efficiency_mature",
    ))))  # fmt: skip
    other = rate(results(work, *(figure("dense_serving_pytorch", name, 0.3) for name in (
        "efficiency", "efficiency_mature",
    ))))  # fmt: skip
    assert slow[0] < other[0]
    jax = rate(results(run(framework="jax")))
    assert not np.allclose(jax, rate(results(work)))


def test_a_port_moves_the_start_and_costs_once() -> None:
    key = "moe_serving_vllm"
    assert (row := CATALOG.readiness_row("trainium2", "moe", "serving", "vllm")) is not None
    assert row.state == "needs_port"
    starts, costs = [], []
    for weeks in (17.0, 35.0):
        found = results(needs_port(), figure(key, "port_engineer_weeks", weeks))
        speed, cash = rate(found), found.series["cash_usd.item:porting"].values[0]
        starts.append(int(np.flatnonzero(speed)[0]))
        costs.append(float(cash.sum()))
        assert not cash[:1].any()  # nothing before the port begins
        assert not cash[starts[-1] :].any()  # nothing once it is finished
    # ⌈17 / (2 · 4.345)⌉ = 2 and ⌈35 / 8.69⌉ = 5 months after the month in which the port starts
    assert starts == [3, 6]
    assert abs(costs[1]) == pytest.approx(abs(costs[0]) * 35 / 17)
    own = results(needs_port(engineer_weeks=8.0))
    assert int(np.flatnonzero(rate(own))[0]) == 2
    assert not rate(results(chat(model_id="qwen3-235b-a22b"))).any()  # no port, no tokens


def test_blocked_work_runs_nothing_and_says_why() -> None:
    halls = (hall(blocks=(block(rack="trn1-rack"),)),)
    work = chat(model_id="llama-3-1-8b", dtype="bf16")
    found = evaluate(design(sites=(site(halls=halls),), workloads=(work,)), CATALOG).states[0].plant.rates[0]
    assert not found.rate.any()
    assert found.reasons == ("not ready: blocked",)
