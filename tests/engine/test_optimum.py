"""The small simplex against HiGHS, and the finding about what dispatch leaves on the table."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from fleetdesigner.design.curves import Constant
from fleetdesigner.design.edits import apply_edits
from fleetdesigner.design.fleet import Stay
from fleetdesigner.design.model import Design
from fleetdesigner.engine.at_rest.optimum import improved, rest_findings
from fleetdesigner.engine.dispatch import dispatch, solve
from fleetdesigner.engine.dispatch.exact import best_streams, maximise
from fleetdesigner.engine.dispatch.inputs import Bools, Floats
from fleetdesigner.engine.evaluate import evaluate
from tests.engine.check_cases import FIRST, block, catalog, chat, design, hall, pool, site
from tests.engine.dispatch_cases import exact, problem


@settings(max_examples=80)
@given(st.integers(0, 100_000), st.integers(1, 8), st.integers(1, 12))
def test_simplex_finds_the_optimum(seed: int, rows: int, unknowns: int) -> None:
    draw = np.random.default_rng(seed)
    table = draw.uniform(0.0, 1.0, (rows, unknowns)) * (draw.random((rows, unknowns)) > 0.4)
    table[0] = draw.uniform(0.1, 1.0, unknowns)  # every unknown is limited by something
    limits = draw.uniform(0.0, 2.0, rows) * (draw.random(rows) > 0.1)
    gain = draw.uniform(-0.5, 1.0, unknowns)
    found = maximise(gain, table, limits)
    assert (found >= 0).all()
    assert (table @ found <= limits + 1e-9).all()
    best = linprog(-gain, A_ub=table, b_ub=limits, method="highs")
    assert float(gain @ found) == pytest.approx(-best.fun, abs=1e-8)


def test_gain_without_end_is_refused() -> None:
    with pytest.raises(ArithmeticError, match="no end"):
        maximise(np.array([1.0]), np.zeros((1, 1)), np.ones(1))


def test_best_streams_is_the_optimum_of_a_month() -> None:
    for seed in range(30):
        case = problem(seed, months=2, parts=2 + seed % 4, load=(0.5, 1.0, 2.0)[seed % 3])
        found = dispatch(case)
        speed = np.divide(
            found.tokens[0, 1],
            found.share[0, 1],
            out=np.zeros_like(found.share[0, 1]),
            where=found.share[0, 1] > 0,
        )
        # where nothing runs the rate is not in the answer: take it from the question
        rate = case.rate[0, 1].copy()
        each = np.divide(
            case.demand[0, 1], case.sessions[0, 1], out=np.full(4, np.inf), where=case.sessions[0, 1] > 0
        )
        held = case.sessions_capacity[0, 1] * np.where(np.isfinite(each), each, 1.0)
        rate = np.where(case.sessions[0, 1] > 0, np.minimum(rate, held), rate) / case.peak_to_mean
        np.testing.assert_allclose(speed[speed > 0], rate[speed > 0], rtol=1e-9)
        usable = case.usable[0, 1] * (case.chips[0, 1] > 0)
        share = best_streams(rate, usable, case.demand[0, 1], case.worth)
        assert (share.sum(axis=1) <= usable + 1e-9).all()
        value = float((share * rate * case.worth).sum())
        assert value == pytest.approx(exact(case, 0, 1), rel=1e-7, abs=1e-9)


def test_nothing_to_run_and_nowhere_to_run_it() -> None:
    assert best_streams(np.zeros((0, 2)), np.zeros(0), np.ones(2), np.ones(2)).shape == (0, 2)
    assert not best_streams(np.zeros((2, 2)), np.ones(2), np.ones(2), np.ones(2)).any()


def crossed() -> Design:
    """Two streams on two kinds of rack, more than they can serve."""
    rooms = hall(block(cols=4), block("b2", rack="trn2-ultra", row=2, cols=4, stays=stays("p2")))
    return design(
        months=19,  # like no other design: what is remembered of it is dispatched by an order of its own
        sites=(site(rooms),),
        pools=(pool(), pool("p2", fabric_id="efa-v3")),
        workloads=(
            chat(demand=Constant(value=1.5e5), value_usd_per_m_output=5.0),
            chat(
                id="small",
                name="Small",
                model_id="llama-3-1-8b",
                demand=Constant(value=9e5),
                value_usd_per_m_output=1.0,
            ),
            chat(
                id="long",
                name="Long",
                input_len=30_000,
                demand=Constant(value=9e3),
                value_usd_per_m_output=40.0,
            ),
        ),
    )


def stays(name: str) -> tuple[Stay, ...]:
    return (Stay(pool_id=name, from_month=FIRST),)


def test_better_month_is_feasible_and_never_worse() -> None:
    for seed in range(40):
        case = problem(seed, months=2, parts=2 + seed % 4, load=1.5, priorities=1 + seed % 2)
        found = dispatch(case)
        better = improved(found, 1)
        if better is not None:
            assert better.gain >= -1e-9
            assert (better.share.sum(axis=1) <= case.usable[0, 1] + 1e-9).all()


def test_a_dispatch_that_is_optimal_has_nothing_to_tell() -> None:
    state = evaluate(design(workloads=(chat(demand=Constant(value=1e9)),)), catalog()).states[0]
    assert rest_findings(state) == ()
    ample = evaluate(design(), catalog()).states[0]
    assert rest_findings(ample) == ()


def test_what_is_on_the_table_is_told_and_its_pins_take_it(monkeypatch: pytest.MonkeyPatch) -> None:
    # one order only, so that something is left: all three rarely leave a hundredth in so small a design
    monkeypatch.setattr(solve, "RULES", (worst_first,))
    made = crossed()
    state = evaluate(made, catalog()).states[0]
    found = rest_findings(state)
    assert [one.rule for one in found] == ["served_value_left"]
    assert "more served value is possible in 2027-01" in found[0].message
    assert "Pool" in found[0].detail
    after = evaluate(apply_edits(made, found[0].remedies[0].edits), catalog()).states[0]
    values = [
        sum(
            work.value_usd_per_m_output * one.served[at, 0]
            for at, work in enumerate(made.workloads)
            if work.value_usd_per_m_output
        )
        for one in (state, after)
    ]
    assert values[1] > values[0] * 1.01


def worst_first(gain: Floats, rivals: Bools) -> Floats:
    """An order nobody would take."""
    return -gain
