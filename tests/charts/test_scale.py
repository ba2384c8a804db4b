"""Axes: round steps, three to five intervals, a range that holds still."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetdesigner.charts.axes import MonthAxis
from fleetdesigner.charts.badges import badge_tops
from fleetdesigner.charts.reading import stacked
from fleetdesigner.charts.scale import AxisRange, StickyRange, axis_unit, nice_range
from fleetdesigner.charts.shapes import Frame, staircases

SIZES = st.floats(1e-6, 1e13)


@given(high=SIZES, low=st.floats(0, 1))
def test_a_range_covers_and_is_not_wasteful(high: float, low: float) -> None:
    found = nice_range(-low * high, high)
    assert found.low <= -low * high + 1e-9 * high
    assert found.high >= high * (1 - 1e-9)
    assert 4 <= len(found.ticks()) <= 6
    assert any(abs(tick) < found.step * 1e-6 for tick in found.ticks())
    assert found.high - found.low <= 2.2 * (1 + low) * high


@given(sizes=st.lists(st.floats(0.5, 1.0), min_size=1, max_size=20), top=SIZES)
def test_a_range_holds_still_while_it_fits(sizes: list[float], top: float) -> None:
    sticky = StickyRange()
    sticky.follow(0, top)
    before = sticky.range
    for size in sizes:
        assert not sticky.follow(0, top * max(size, 0.55 * before.high / top))
    assert sticky.range == before


def test_held_range_never_moves() -> None:
    sticky = StickyRange()
    sticky.follow(0, 100)
    sticky.held = True
    assert not sticky.follow(0, 1e6)
    sticky.held = False
    assert sticky.follow(0, 1e6)


def test_share_keeps_its_ceiling() -> None:
    sticky = StickyRange()
    sticky.follow(0, 0.2, ceiling=1.0)
    assert sticky.range.high == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("unit", "size", "value", "word", "number"),
    [
        ("kW", 1500, 707, "MW", "0.707"),
        ("kW", 800, 707, "kW", "707"),
        ("usd/month", 4e5, 310e3, "$ k a month", "310"),
        ("usd", 4e7, -1.5e6, "$ M", "−1.50"),
        ("token/s", 9e4, 74.2e3, "tok/s", "74.2 k"),
        ("token/s", 9e4, 0, "tok/s", "0"),
        ("fraction", 1, 0.25, "%", "25.0"),
        ("t/month", 200, 41, "t a month", "41.0"),
    ],
)
def test_units_of_axes(unit: str, size: float, value: float, word: str, number: str) -> None:
    found = axis_unit(unit, size)
    assert found.word == word
    assert found.number(value) == number


@pytest.mark.parametrize(
    ("unit", "step", "values", "labels"),
    [
        ("kW", 300.0, (0, 300, 1200), ("0", "0.3", "1.2")),
        ("kW", 250.0, (0, 250, 500), ("0", "0.25", "0.50")),
        ("token/s", 30e3, (0, 30e3, 90e3), ("0", "30 k", "90 k")),
        ("usd", 5e6, (-5e6, 0, 10e6), ("−5", "0", "10")),
    ],
)
def test_ticks_have_the_decimals_their_step_needs(
    unit: str, step: float, values: tuple[float, ...], labels: tuple[str, ...]
) -> None:
    found = axis_unit(unit, max(values) * (1 if unit != "kW" else 3))
    assert tuple(found.tick(value, step) for value in values) == labels


@given(
    values=st.lists(st.one_of(st.floats(0, 100), st.just(float("nan"))), min_size=1, max_size=60),
    width=st.integers(60, 900),
)
def test_staircases_touch_every_month(values: list[float], width: int) -> None:
    frame = Frame(width, 150, len(values), AxisRange(0, 100, 25))
    array = np.array(values)
    edges, ys = frame.edges(), frame.ys(array)
    drawn = staircases(frame, array)
    assert len(drawn) == int((np.diff(np.concatenate(([0], np.isfinite(array).astype(int)))) == 1).sum())
    for x, y in drawn:
        assert (np.diff(x) >= 0).all()
        assert ((np.diff(x) == 0) | (np.diff(y) == 0)).all()
    for row in np.flatnonzero(np.isfinite(array)):
        middle = (edges[row] + edges[row + 1]) / 2
        held = [
            b for x, y in drawn for a, c, b in zip(x[::2], x[1::2], y[::2], strict=True) if a <= middle <= c
        ]
        assert ys[row] in held


@given(parts=st.lists(st.lists(st.floats(-50, 50), min_size=4, max_size=4), min_size=1, max_size=6))
def test_stacks_keep_the_size_of_each_part(parts: list[list[float]]) -> None:
    arrays = [np.array(part) for part in parts]
    for part, (low, high) in zip(arrays, stacked(arrays), strict=True):
        assert np.allclose(high - low, np.abs(part))
        assert ((low >= 0) | (high <= 0) | (part == 0)).all()


@given(ends=st.lists(st.floats(0, 150), min_size=1, max_size=6))
def test_badges_never_cover_each_other(ends: list[float]) -> None:
    tops = sorted(badge_tops(ends, 150))
    assert all(b - a >= 14 for a, b in pairwise(tops))


@pytest.mark.usefixtures("qapp")
def test_years_below_the_plot() -> None:
    axis = MonthAxis()
    axis.show_months(2027 * 12 + 1, 36)
    assert [words for _, words in axis.ticks(300)] == ["2027", "2028", "2029"]
    axis.show_months(2026 * 12 + 7, 60)
    assert axis.ticks(300)[0] == (6, "2027")
    axis.show_months(2026 * 12 + 1, 240)
    assert len(axis.ticks(200)) <= 5
    axis.show_months(2027 * 12 + 4, 12)
    assert axis.ticks(300)[0] == (0, "2027-04")
