"""Dispatch: what it conserves, what it does not depend on, and how far it is from the exact optimum."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fleetdesigner.engine.dispatch import MONTH_S, Dispatch, DispatchInputs, Pin, dispatch
from fleetdesigner.engine.dispatch.storable import FEW
from tests.engine.dispatch_cases import exact, halved, problem

MIXED = ("training", "serving", "agent", "batch", "serving", "batch", "training")
seeds = st.integers(0, 10_000)


def one(**changes: Any) -> DispatchInputs:
    """One part of 100 chips over 4 months, one stream that wants half of it."""
    plain = DispatchInputs(
        usable=np.ones((1, 4, 1)),
        chips=np.full((1, 4, 1), 100.0),
        rate=np.full((1, 4, 1, 1), 1000.0),
        sessions_capacity=np.full((1, 4, 1, 1), np.inf),
        demand=np.full((1, 4, 1), 500.0),
        sessions=np.zeros((1, 4, 1)),
        peak_to_mean=np.ones(1),
        priority=np.ones(1, dtype=np.int64),
        worth=np.full(1, np.nan),
        kind=("serving",),
        tokens=np.zeros((1, 1)),
        start=np.zeros((1, 1), dtype=np.int64),
        chips_max=np.zeros((1, 1)),
        chips_min=np.zeros((1, 1)),
        due_months=np.zeros(1, dtype=np.int64),
    )
    return replace(plain, **changes)


def training(tokens: float, **changes: Any) -> DispatchInputs:
    """The same part with one run in place of the stream."""
    return one(
        **{
            "kind": ("training",),
            "demand": np.zeros((1, 4, 1)),
            "tokens": np.full((1, 1), tokens),
            "chips_max": np.full((1, 1), 50.0),
            **changes,
        }
    )


def balance(found: Dispatch) -> np.ndarray[Any, Any]:
    """[S,M,W] served + unmet + what newly waits − demand, of all that has a demand."""
    waits = np.diff(found.queued, axis=1, prepend=0.0) / MONTH_S
    wants = [work for work, kind in enumerate(found.inputs.kind) if kind != "training"]
    gap = found.served + found.unmet + waits - found.inputs.demand
    return np.asarray(gap[..., wants])


@settings(max_examples=60)
@given(seeds, st.sampled_from([0.3, 1.0, 3.0]), st.integers(1, 3))
def test_nothing_is_lost_and_nothing_is_used_twice(seed: int, load: float, priorities: int) -> None:
    case = problem(seed, kinds=MIXED, samples=2, months=18, load=load, priorities=priorities)
    found = dispatch(case)
    assert np.abs(balance(found)).max() <= 1e-9 * case.demand.max()
    assert (found.share.sum(axis=3) <= case.usable + 1e-9).all()
    assert found.share.min() >= -1e-12
    np.testing.assert_allclose(found.tokens.sum(axis=2), found.served, rtol=1e-12, atol=1e-9)
    trains = [work for work, kind in enumerate(case.kind) if kind == "training"]
    trained = found.served[:, :, trains].sum(axis=1) * MONTH_S
    assert (trained <= case.tokens[:, trains] * (1 + 1e-9)).all()
    chips = (found.share * case.chips[..., None])[..., trains].sum(axis=2)
    assert (chips <= case.chips_max[:, None, trains] * (1 + 1e-9)).all()


@settings(max_examples=40)
@given(seeds, st.sampled_from([0.5, 2.0]))
def test_splitting_a_pool_changes_nothing(seed: int, load: float) -> None:
    case = problem(seed, kinds=MIXED, months=12, parts=4, load=load, priorities=2)
    whole, parts = dispatch(case), dispatch(halved(case, seed % 4))
    scale = max(float(case.demand.max()), float(whole.served.max()))
    np.testing.assert_allclose(parts.served, whole.served, rtol=1e-9, atol=1e-9 * scale)
    np.testing.assert_allclose(parts.unmet, whole.unmet, rtol=1e-9, atol=1e-9 * scale)
    np.testing.assert_allclose(parts.finish, whole.finish, rtol=1e-9)
    # each half is as busy as the whole was
    np.testing.assert_allclose(parts.share[:, :, 4], whole.share[:, :, seed % 4], rtol=1e-9, atol=1e-9)


@settings(max_examples=40)
@given(seeds)
def test_order_in_the_file_decides_only_ties(seed: int) -> None:
    # one run and one queue: two of one priority are a tie, and the first in the file has its turn first
    kinds = ("training", "serving", "agent", "batch", "serving")
    case = problem(seed, kinds=kinds, months=5, parts=4, load=1.5, priorities=2)
    draw = np.random.default_rng(seed)
    parts, works = draw.permutation(4), draw.permutation(len(kinds))
    other = replace(
        case,
        usable=case.usable[:, :, parts],
        chips=case.chips[:, :, parts],
        rate=case.rate[:, :, parts][..., works],
        sessions_capacity=case.sessions_capacity[:, :, parts][..., works],
        demand=case.demand[..., works],
        sessions=case.sessions[..., works],
        peak_to_mean=case.peak_to_mean[works],
        priority=case.priority[works],
        worth=case.worth[works],
        kind=tuple(case.kind[work] for work in works),
        due_months=case.due_months[works],
        tokens=case.tokens[:, works],
        start=case.start[:, works],
        chips_max=case.chips_max[:, works],
        chips_min=case.chips_min[:, works],
    )
    before, after = dispatch(case), dispatch(other)
    np.testing.assert_allclose(after.share, before.share[:, :, parts][..., works], rtol=1e-9, atol=1e-12)


@settings(max_examples=30)
@given(seeds, st.integers(1, 5))
def test_months_of_streams_are_independent(seed: int, month: int) -> None:
    case = problem(seed, months=6, load=1.5)
    demand = case.demand.copy()
    demand[:, month] *= 1.7
    sessions = case.sessions.copy()
    sessions[:, month] *= 1.7
    before, after = dispatch(case), dispatch(replace(case, demand=demand, sessions=sessions))
    others = np.arange(6) != month
    np.testing.assert_array_equal(after.share[:, others], before.share[:, others])


@settings(max_examples=25)
@given(seeds)
def test_a_sample_alone_is_the_row_in_a_batch(seed: int) -> None:
    # one sample fills its rows one by one, more than FEW fill them as arrays
    case = problem(seed, kinds=MIXED, samples=FEW + 1, months=12, load=1.5, priorities=2)
    together = dispatch(case)
    for row in range(3):
        alone = dispatch(
            replace(
                case,
                **{
                    name: getattr(case, name)[row : row + 1]
                    for name in (
                        "usable", "chips", "rate", "sessions_capacity", "demand", "sessions", "tokens",
                        "start", "chips_max", "chips_min",
                    )
                },
            )
        )  # fmt: skip
        np.testing.assert_allclose(alone.share[0], together.share[row], rtol=1e-12, atol=1e-12)


def test_within_ten_percent_of_the_optimum_and_never_above() -> None:
    ratios = []
    for seed in range(60):
        case = problem(
            seed, kinds=("serving",) * 3 + ("agent",) * (seed % 3), months=2, parts=2 + seed % 4,
            load=(0.5, 1.0, 2.0)[seed % 3],
        )  # fmt: skip
        found = dispatch(case)
        for month in range(2):
            best = exact(case, 0, month)
            got = float((found.served[0, month] * case.worth).sum())
            if best <= 0:
                assert got <= 1e-9
                continue
            assert got <= best * (1 + 1e-7)
            ratios.append(got / best)
    shares = np.array(ratios)
    assert len(shares) > 80
    assert (shares >= 0.9).mean() >= 0.9
    assert np.median(shares) > 0.98


@settings(max_examples=40)
@given(seeds, st.sampled_from([0.5, 1.0, 2.0, 4.0]), st.integers(1, 5), st.integers(0, 2))
def test_never_above_the_optimum(seed: int, load: float, parts: int, agents: int) -> None:
    case = problem(seed, kinds=("serving",) * 3 + ("agent",) * agents, months=1, parts=parts, load=load)
    got = float((dispatch(case).served[0, 0] * case.worth).sum())
    assert got <= exact(case, 0, 0) * (1 + 1e-7) + 1e-9


@settings(max_examples=40)
@given(seeds, st.sampled_from([0.5, 1.5, 4.0]), st.integers(0, 2), st.floats(1.0, 3.0))
def test_optimum_never_falls_with_capacity(seed: int, load: float, part: int, factor: float) -> None:
    case = problem(seed, months=1, load=load)
    grow = np.ones(3)
    grow[part] = factor
    more = replace(
        case,
        chips=case.chips * grow,
        rate=case.rate * grow[:, None],
        sessions_capacity=case.sessions_capacity * grow[:, None],
    )
    assert exact(more, 0, 0) >= exact(case, 0, 0) * (1 - 1e-9)
    up = replace(case, usable=np.minimum(case.usable * 1.05, 1.0))
    assert exact(up, 0, 0) >= exact(case, 0, 0) * (1 - 1e-9)


def test_equal_months_equal_answers_and_ample_capacity_serves_all() -> None:
    found = dispatch(one())
    np.testing.assert_allclose(found.share[0, :, 0, 0], 0.5)
    np.testing.assert_allclose(found.served[0, :, 0], 500.0)
    np.testing.assert_allclose(found.idle[0, :, 0], 0.5)
    assert not found.unmet.any()


def test_peak_reserves_capacity_but_serves_the_mean() -> None:
    found = dispatch(one(peak_to_mean=np.full(1, 1.6)))
    np.testing.assert_allclose(found.share[0, :, 0, 0], 0.8)
    np.testing.assert_allclose(found.served[0, :, 0], 500.0)
    tight = dispatch(one(peak_to_mean=np.full(1, 4.0)))
    np.testing.assert_allclose(tight.served[0, :, 0], 250.0)
    np.testing.assert_allclose(tight.unmet[0, :, 0], 250.0)


def test_missing_rate_counts_as_none() -> None:
    found = dispatch(one(rate=np.full((1, 4, 1, 1), np.nan)))
    np.testing.assert_allclose(found.unmet[0, :, 0], 500.0)
    assert np.isfinite(found.share).all()


def test_sessions_bind_before_tokens() -> None:
    agents = one(
        kind=("agent",),
        sessions=np.full((1, 4, 1), 300.0),
        sessions_capacity=np.full((1, 4, 1, 1), 150.0),
    )
    found = dispatch(agents)
    np.testing.assert_allclose(found.share[0, :, 0, 0], 1.0)
    np.testing.assert_allclose(found.served[0, :, 0], 250.0)  # half of the sessions, so half of the tokens


def test_priority_comes_before_worth() -> None:
    def two(priority: list[int]) -> Dispatch:
        return dispatch(
            one(
                rate=np.full((1, 4, 1, 2), 1000.0),
                sessions_capacity=np.full((1, 4, 1, 2), np.inf),
                demand=np.full((1, 4, 2), 800.0),
                sessions=np.zeros((1, 4, 2)),
                peak_to_mean=np.ones(2),
                priority=np.array(priority),
                worth=np.array([1.0, 9.0]),
                kind=("serving", "serving"),
                tokens=np.zeros((1, 2)),
                start=np.zeros((1, 2), dtype=np.int64),
                chips_max=np.zeros((1, 2)),
                chips_min=np.zeros((1, 2)),
                due_months=np.zeros(2, dtype=np.int64),
            )
        )

    np.testing.assert_allclose(two([1, 2]).served[0, 0], [800.0, 200.0])
    np.testing.assert_allclose(two([2, 1]).served[0, 0], [200.0, 800.0])
    np.testing.assert_allclose(two([1, 1]).served[0, 0], [200.0, 800.0])  # worth decides within a priority


def test_training_uses_only_what_it_needs_in_its_last_month() -> None:
    # half the part, 500 tokens/s: two and a half months of it
    found = dispatch(training(2.5 * 500.0 * MONTH_S))
    np.testing.assert_allclose(found.share[0, :, 0, 0], [0.5, 0.5, 0.25, 0.0])
    np.testing.assert_allclose(found.progress[0, :, 0], [0.4, 0.8, 1.0, 1.0])
    np.testing.assert_allclose(found.finish[0, 0], 2.5)


def test_training_that_ends_with_a_month_or_not_at_all() -> None:
    assert dispatch(training(2.0 * 500.0 * MONTH_S)).finish[0, 0] == pytest.approx(2.0)
    late = dispatch(training(5.0 * 500.0 * MONTH_S))
    assert np.isnan(late.finish[0, 0])
    assert late.progress[0, -1, 0] == pytest.approx(0.8)


def test_training_waits_for_its_start_and_for_enough_chips() -> None:
    later = dispatch(training(1e30, start=np.full((1, 1), 2)))
    np.testing.assert_allclose(later.share[0, :, 0, 0], [0.0, 0.0, 0.5, 0.5])
    assert not dispatch(training(1e30, chips_min=np.full((1, 1), 101.0))).share.any()


def test_a_run_does_not_span_two_kinds_of_part_in_one_month() -> None:
    rate = np.array([[1000.0, 900.0]] * 4).reshape(1, 4, 2, 1)
    case = training(
        1e30,
        usable=np.ones((1, 4, 2)),
        chips=np.full((1, 4, 2), 100.0),
        rate=rate,
        sessions_capacity=np.full((1, 4, 2, 1), np.inf),
        chips_max=np.full((1, 1), 150.0),
    )
    share = dispatch(case).share[0, :, :, 0]
    np.testing.assert_allclose(share, [[1.0, 0.0]] * 4)
    # two equal parts are one class, and one job may use both
    alike = dispatch(replace(case, rate=np.full((1, 4, 2, 1), 1000.0))).share[0, :, :, 0]
    np.testing.assert_allclose(alike, 0.75)


def test_pinned_run_stays_where_the_planner_put_it() -> None:
    case = training(
        1e30,
        usable=np.ones((1, 4, 2)),
        chips=np.full((1, 4, 2), 100.0),
        rate=np.array([[1000.0, 100.0]] * 4).reshape(1, 4, 2, 1),
        sessions_capacity=np.full((1, 4, 2, 1), np.inf),
        pins=(Pin(part=1, workload=0, from_index=1, to_index=3, share=0.4),),
    )
    share = dispatch(case).share[0, :, :, 0]
    np.testing.assert_allclose(share, [[0.5, 0.0], [0.0, 0.4], [0.0, 0.4], [0.5, 0.0]])


def test_pin_takes_its_share_before_a_higher_priority() -> None:
    case = problem(3, kinds=("serving", "serving"), months=4, parts=2, load=4.0)
    case = replace(
        case,
        rate=np.full((1, 4, 2, 2), 100.0),
        chips=np.full((1, 4, 2), 10.0),
        usable=np.full((1, 4, 2), 0.9),
        demand=np.full((1, 4, 2), 1e4),
        peak_to_mean=np.ones(2),
        priority=np.array([1, 5]),
        pins=(Pin(part=0, workload=1, from_index=0, to_index=2, share=0.3),),
    )
    share = dispatch(case).share[0]
    np.testing.assert_allclose(share[:2, 0, 1], 0.27)
    np.testing.assert_allclose(share[2:, 0, 1], 0.0)
    np.testing.assert_allclose(share[:2, 0, 0], 0.63)
    np.testing.assert_allclose(share[:, 1, 0], 0.9)


def test_pin_can_differ_by_sample() -> None:
    case = problem(3, kinds=("serving",), samples=2, months=3, parts=1, load=0.0001)
    demand = np.full((2, 3, 1), 1.0)
    pin = Pin(part=0, workload=0, from_index=0, to_index=3, share=np.array([0.0, 1.0]))
    found = dispatch(replace(case, demand=demand, rate=np.full((2, 3, 1, 1), 10.0), pins=(pin,)))
    np.testing.assert_allclose(found.served.sum(axis=(1, 2))[0], found.served.sum(axis=(1, 2))[1])


def test_samples_may_differ_in_priority() -> None:
    case = problem(5, kinds=("serving", "serving"), samples=2, months=3, parts=1, load=6.0)
    case = replace(
        case, rate=np.full((2, 3, 1, 2), 10.0), chips=np.ones((2, 3, 1)), demand=np.full((2, 3, 2), 50.0)
    )
    found = dispatch(replace(case, priority=np.array([[1, 2], [2, 1]])))
    assert (found.served[0, :, 0] > 0).all()
    assert not found.served[0, :, 1].any()
    assert not found.served[1, :, 0].any()


def test_an_empty_fleet_and_a_fleet_without_work() -> None:
    case = problem(1, kinds=MIXED, months=4)
    nobody = dispatch(replace(case, chips=np.zeros_like(case.chips), rate=np.zeros_like(case.rate)))
    assert not nobody.share.any()
    assert np.abs(balance(nobody)).max() <= 1e-9 * case.demand.max()
    none = problem(1, kinds=(), months=4)
    assert dispatch(none).share.shape == (1, 4, 3, 0)
    np.testing.assert_allclose(dispatch(none).idle, none.usable)


def test_no_parts_at_all() -> None:
    case = problem(1, kinds=MIXED, months=4, parts=0)
    found = dispatch(case)
    assert found.share.shape == (1, 4, 0, len(MIXED))
    assert np.abs(balance(found)).max() <= 1e-9 * max(case.demand.max(), 1.0)
