"""The race of models against hardware and price, and what runs where: values worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from fleetdesigner.catalog import load_catalog
from fleetdesigner.design.curves import Series
from fleetdesigner.design.fleet import Stay
from fleetdesigner.design.model import Design
from fleetdesigner.design.scenarios import Assumption
from fleetdesigner.engine.evaluate import evaluate
from fleetdesigner.engine.results import Results
from tests.engine.designs import JANUARY, agents, batch, block, chat, design, hall, pool, run, site


def found(given: Design, **assumptions: float) -> Results:
    # prices stand still unless they are named
    values = {"inflation_per_year": 0.0, **assumptions}
    held = tuple(Assumption(key=key, value=value) for key, value in values.items())
    return evaluate(given.changed(assumptions=held), load_catalog())


def lines(results: Results) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    work, gain, tasks = (results.series[f"race_{one}"].values[0] for one in ("work", "gain", "tasks_per_usd"))
    return work, gain, tasks


FULL = design(workloads=(chat(tokens_per_s=1e9),))
"""Always full, so that the draw does not change with what runs."""


def test_nothing_grows_and_nothing_is_eaten() -> None:
    work, gain, tasks = lines(found(FULL))
    assert work.tolist() == [1.0] * 24
    assert gain == pytest.approx(np.ones(24))
    assert tasks == pytest.approx(np.ones(24))


def test_models_and_tasks_that_grow_make_more_work() -> None:
    work, gain, tasks = lines(
        found(FULL, model_growth_per_year=0.5, tokens_per_task_growth_per_year=1.0)
    )  # fmt: skip
    # 1.5 · 2 a year
    assert work[12] == pytest.approx(3.0)
    assert gain[12] == pytest.approx(1.0)
    assert tasks[12] == pytest.approx(1 / 3)


def test_a_platform_that_falls_behind_takes_from_the_gain() -> None:
    work, gain, tasks = lines(found(FULL, obsolescence_hopper=0.2))
    assert work[12] == pytest.approx(1.0)
    assert gain[12] == pytest.approx(0.8)
    assert tasks[12] == pytest.approx(0.8)


def test_gain_over_work_is_tasks() -> None:
    given = design(workloads=(chat(), agents(), batch(), run()))
    work, gain, tasks = lines(
        found(given, model_growth_per_year=0.3, context_growth_per_year=0.5, obsolescence_hopper=0.1)
    )
    assert tasks == pytest.approx(gain / work)
    assert (np.diff(work) > 0).all()


def test_fleet_without_work_has_no_race() -> None:
    for line in lines(found(design())):
        assert np.isnan(line).all()


def test_what_is_idle_or_moves_changes_no_price() -> None:
    # a demand that grows, and falls over to batch work on the same chips: the tasks stay what they are
    given = design(
        workloads=(chat(demand=Series(first_month=JANUARY, values=(1.0, 1e4, 1e9))), batch())
    )
    _, gain, _ = lines(found(given))
    # but for the draw of what runs: less than a tenth of the cost
    assert gain == pytest.approx(np.ones(24), abs=0.1)


def test_a_basket_of_two() -> None:
    given = design(workloads=(chat("a", tokens_per_s=100.0), batch("b", 100.0 * 730 * 3600)))
    results = found(given, obsolescence_hopper=0.19)
    state = results.states[0]
    usd = state.cost.part_hour[0]
    # tokens of both in equal parts: 1 / (½/R1 + ½/R2) a dollar
    each = [rates.rate[0] for rates in state.plant.rates]
    per_usd = 1 / (0.5 * usd / each[0] + 0.5 * usd / each[1])
    _, gain, _ = lines(results)
    assert gain == pytest.approx(per_usd / per_usd[0])
    assert gain[6] == pytest.approx(0.9 * usd[0] / usd[6])


def test_what_a_context_brings_to_a_stand_leaves_the_basket() -> None:
    held = agents("held", state_tokens=2_000_000, model_id="llama-3-1-70b", dtype="fp8", kv_tier="host")
    _, _, tasks = lines(found(design(workloads=(held,)), context_growth_per_year=1.0))
    assert tasks[11] > 0
    assert np.isnan(tasks[12:]).all()
    both = found(design(workloads=(held, chat())), context_growth_per_year=1.0)
    alone = found(design(workloads=(chat(),)), context_growth_per_year=1.0)
    assert lines(both)[0] == pytest.approx(lines(alone)[0])


def test_what_runs_where_by_class() -> None:
    blocks = (block("a"), block("b", row=2, stays=(Stay(pool_id="other", from_month=JANUARY),)))
    given = design(
        sites=(site(halls=(hall(blocks=blocks),)),), pools=(pool(), pool("other")),
        workloads=(chat("fast", tokens_per_s=1_000.0, tpot_ms=50.0), chat("cheap", tokens_per_s=500.0)),
    )  # fmt: skip
    series = found(given).series
    sums = {
        name: sum(series[f"served_tokens_per_s.{name}:{one}"].values[0, 0] for one in ("train", "other"))
        for name in ("pool", "latency_critical", "cost_sensitive")
    }
    assert sums == pytest.approx({"pool": 1_500.0, "latency_critical": 1_000.0, "cost_sensitive": 500.0})
