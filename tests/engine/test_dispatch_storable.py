"""Work that may wait: the queue against a plain walk, and batch jobs over several parts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from fleetdesigner.engine.dispatch import MONTH_S, Pin, dispatch
from fleetdesigner.engine.dispatch.storable import FEW, queue, until_done
from tests.engine.dispatch_cases import problem
from tests.engine.test_dispatch import one

amounts = st.lists(st.floats(0.0, 100.0), min_size=1, max_size=24)


def walked(arrivals: list[float], capacity: list[float], due: int) -> tuple[list[float], list[float], float]:
    """Month by month with the age of every batch of work: served, lost, waiting at the end."""
    waiting: list[list[float]] = []
    served, lost = [], []
    for month, (new, room) in enumerate(zip(arrivals, capacity, strict=True)):
        waiting.append([month, new])
        done = 0.0
        for entry in waiting:
            take = min(entry[1], room - done)
            entry[1] -= take
            done += take
        gone = sum(entry[1] for entry in waiting if entry[0] + due <= month)
        waiting = [entry for entry in waiting if entry[0] + due > month]
        served.append(done)
        lost.append(gone)
    return served, lost, sum(entry[1] for entry in waiting)


@settings(max_examples=200)
@given(amounts, st.integers(0, 6), st.integers(0, 1000))
def test_queue_is_the_walk(arrivals: list[float], due: int, seed: int) -> None:
    capacity = list(np.random.default_rng(seed).uniform(0.0, 120.0, len(arrivals)))
    served, lost, waiting = queue(np.array([arrivals]), np.array([capacity]), np.array([due]))
    want_served, want_lost, want_waiting = walked(arrivals, capacity, due)
    np.testing.assert_allclose(served[0], want_served, atol=1e-9)
    np.testing.assert_allclose(lost[0], want_lost, atol=1e-9)
    np.testing.assert_allclose(waiting[0, -1], want_waiting, atol=1e-9)
    # many rows walk as arrays, to the same bits
    many = queue(np.array([arrivals] * (FEW + 1)), np.array([capacity] * (FEW + 1)), np.full(FEW + 1, due))
    for one_row, rows in zip((served, lost, waiting), many, strict=True):
        np.testing.assert_array_equal(rows, np.repeat(one_row, FEW + 1, axis=0))


def test_queue_carries_work_into_slack_months() -> None:
    arrivals = np.array([[10.0, 0.0, 0.0, 10.0]])
    capacity = np.array([[4.0, 4.0, 4.0, 4.0]])
    served, lost, waiting = queue(arrivals, capacity, np.array([2]))
    np.testing.assert_allclose(served, [[4, 4, 2, 4]])
    np.testing.assert_allclose(lost, 0.0)
    np.testing.assert_allclose(waiting, [[6, 2, 0, 6]])
    served, lost, _ = queue(arrivals, capacity, np.array([0]))
    np.testing.assert_allclose(served, [[4, 0, 0, 4]])
    np.testing.assert_allclose(lost, [[6, 0, 0, 6]])


def test_run_that_trains_nothing_never_ends() -> None:
    share, ends = until_done(np.zeros((1, 5)), np.array([10.0]))
    assert not share.any()
    assert np.isnan(ends).all()


def test_batch_fills_what_streams_leave() -> None:
    case = one(
        kind=("serving", "batch"),
        rate=np.full((1, 4, 1, 2), 1000.0),
        sessions_capacity=np.full((1, 4, 1, 2), np.inf),
        demand=np.array([[[900.0, 300.0], [900.0, 0.0], [700.0, 0.0], [0.0, 0.0]]]),
        sessions=np.zeros((1, 4, 2)),
        peak_to_mean=np.ones(2),
        priority=np.ones(2, dtype=np.int64),
        worth=np.array([1.0, 9.0]),
        tokens=np.zeros((1, 2)),
        start=np.zeros((1, 2), dtype=np.int64),
        chips_max=np.zeros((1, 2)),
        chips_min=np.zeros((1, 2)),
        due_months=np.array([0, 1]),
    )
    found = dispatch(case)
    np.testing.assert_allclose(found.served[0, :, 0], [900, 900, 700, 0])
    np.testing.assert_allclose(found.served[0, :, 1], [100, 100, 0, 0])
    np.testing.assert_allclose(found.unmet[0, :, 1], [0, 100, 0, 0])
    np.testing.assert_allclose(found.queued[0, :, 1], [200 * MONTH_S, 0, 0, 0])
    patient = dispatch(replace(case, due_months=np.array([0, 3])))
    np.testing.assert_allclose(patient.served[0, :, 1], [100, 100, 100, 0])
    assert not patient.unmet.any()


def test_batch_waits_for_chips_that_come_after_it() -> None:
    late = np.full((1, 4, 1, 1), 1000.0)
    late[:, 0] = 0.0
    case = one(
        kind=("batch",),
        rate=late,
        sessions_capacity=np.full((1, 4, 1, 1), np.inf),
        demand=np.array([[[900.0], [0.0], [0.0], [0.0]]]),
        sessions=np.zeros((1, 4, 1)),
        peak_to_mean=np.ones(1),
        priority=np.ones(1, dtype=np.int64),
        worth=np.ones(1),
        tokens=np.zeros((1, 1)),
        start=np.zeros((1, 1), dtype=np.int64),
        chips_max=np.zeros((1, 1)),
        chips_min=np.zeros((1, 1)),
        due_months=np.array([1]),
    )
    found = dispatch(case)
    # nothing can run when it arrives, all of it a month later, within its due month
    np.testing.assert_allclose(found.served[0, :, 0], [0, 900, 0, 0])
    np.testing.assert_allclose(found.unmet[0, :, 0], [0, 0, 0, 0])


def test_pinned_batch_gives_back_what_it_does_not_need() -> None:
    case = problem(2, kinds=("serving", "batch"), months=4, parts=2)
    case = replace(
        case,
        usable=np.ones((1, 4, 2)),
        chips=np.full((1, 4, 2), 100.0),
        rate=np.full((1, 4, 2, 2), 1000.0) * np.array([[[[1.0], [1.1]]]]),
        demand=np.array([[[2000.0, 500.0]] * 4]),
        peak_to_mean=np.ones(2),
        priority=np.array([1, 2]),
        due_months=np.array([0, 0]),
        pins=(Pin(part=1, workload=1, from_index=0, to_index=4, share=0.9),),
    )
    found = dispatch(case)
    np.testing.assert_allclose(found.served[0, :, 1], 500.0)
    np.testing.assert_allclose(found.share[0, :, 1, 1], 500.0 / 1100.0)
    np.testing.assert_allclose(found.share.sum(axis=3), 1.0)
