"""Every zero has a reason, and the order can be read."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from fleetdesigner.engine.dispatch import REASONS, Pin, dispatch, order_sentence, reason, reason_codes
from tests.engine.dispatch_cases import problem
from tests.engine.test_dispatch import MIXED, one, training


def test_every_zero_has_a_reason_and_nothing_else_has() -> None:
    for seed in range(12):
        found = dispatch(problem(seed, kinds=MIXED, samples=2, months=12, load=1.5, priorities=2))
        for sample in range(2):
            runs = reason_codes(found, sample) == REASONS.index("runs")
            np.testing.assert_array_equal(runs, found.share[sample] > 0)
            some = reason_codes(found, sample, np.array([7, 2]))
            np.testing.assert_array_equal(some, reason_codes(found, sample)[[7, 2]])


def test_reasons_of_one_part() -> None:
    def why(**changes: object) -> str:
        return reason(dispatch(one(**changes)), 0, 0, 1)

    assert why() == ""
    assert why(chips=np.zeros((1, 4, 1)), rate=np.zeros((1, 4, 1, 1))) == "not in service"
    assert why(usable=np.zeros((1, 4, 1))) == "no power"
    assert why(rate=np.zeros((1, 4, 1, 1))) == "not ready"
    assert why(rate=np.zeros((1, 4, 1, 1)), zero_reason=(("no FP4",),)) == "no FP4"
    assert why(demand=np.zeros((1, 4, 1))) == "no demand"
    agents = {"kind": ("agent",), "sessions": np.full((1, 4, 1), 9.0)}
    assert why(sessions_capacity=np.zeros((1, 4, 1, 1)), **agents) == "no memory"


def test_reasons_of_runs() -> None:
    run = dispatch(training(1.5 * 500.0 * 730 * 3600, start=np.full((1, 1), 1)))
    assert [reason(run, 0, 0, month) for month in range(4)] == ["not started", "", "", "demand met"]
    few = dispatch(training(1e15, chips_min=np.full((1, 1), 200.0)))
    assert reason(few, 0, 0, 0) == "too few chips left"
    two = training(
        1e15,
        usable=np.ones((1, 4, 2)),
        chips=np.full((1, 4, 2), 100.0),
        rate=np.array([[1000.0, 900.0]] * 4).reshape(1, 4, 2, 1),
        sessions_capacity=np.full((1, 4, 2, 1), np.inf),
    )
    assert reason(dispatch(two), 1, 0, 0) == "runs in another pool"
    pinned = replace(two, pins=(Pin(part=1, workload=0, from_index=0, to_index=4, share=0.1),))
    assert reason(dispatch(pinned), 0, 0, 0) == "pinned elsewhere"


def test_pool_full_and_demand_met() -> None:
    case = problem(4, kinds=("serving", "serving"), months=1, parts=2)
    case = replace(
        case,
        usable=np.ones((1, 1, 2)),
        chips=np.full((1, 1, 2), 10.0),
        rate=np.array([[[[100.0, 100.0], [50.0, 49.0]]]]),
        demand=np.array([[[50.0, 500.0]]]),
        peak_to_mean=np.ones(2),
        priority=np.array([1, 2]),
    )
    found = dispatch(case)
    words = {(part, work): reason(found, part, work, 0) for part in range(2) for work in range(2)}
    assert words == {(0, 0): "demand met", (1, 0): "", (0, 1): "", (1, 1): "pool full"}


def test_order_in_words() -> None:
    found = dispatch(problem(6, kinds=("training", "serving", "batch"), months=6, parts=2))
    said = order_sentence(found, ("Trn3", "H100"), ("Pretrain", "Chat", "Nightly"))
    assert said.startswith("Pretrain where it trains fastest; then Chat on ")
    assert "; then Nightly on " in said
