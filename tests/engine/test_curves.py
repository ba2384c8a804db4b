"""Curves as monthly arrays."""

from __future__ import annotations

import pytest

from fleetdesigner.design.curves import Compound, Constant, Logistic, Series
from fleetdesigner.engine.curves import monthly, stair

FIRST = 2027 * 12 + 1


def test_constant() -> None:
    assert monthly(Constant(value=3.5), FIRST, 3).tolist() == [3.5, 3.5, 3.5]


def test_logistic_is_half_way_in_its_middle() -> None:
    curve = Logistic(start=10, ceiling=110, middle_month=FIRST + 12, width_months=3)
    values = monthly(curve, FIRST, 25)
    assert values[12] == pytest.approx(60)
    # 1 / (1 + e^(−1)) = 0.7310586 one width later
    assert values[15] == pytest.approx(10 + 100 * 0.7310585786)
    assert values[0] + values[24] == pytest.approx(120)


def test_logistic_far_away_is_flat() -> None:
    curve = Logistic(start=1, ceiling=2, middle_month=FIRST + 600, width_months=0.01)
    assert monthly(curve, FIRST, 2).tolist() == [1.0, 1.0]


def test_compound_grows_from_the_first_month_and_stops_at_its_cap() -> None:
    values = monthly(Compound(value=100, per_year=0.4), FIRST, 25)
    assert values[[0, 12, 24]] == pytest.approx([100, 140, 196])
    capped = monthly(Compound(value=100, per_year=0.4, cap=120), FIRST, 25)
    assert capped[[0, 12]] == pytest.approx([100, 120])
    falling = monthly(Compound(value=100, per_year=-0.5, cap=40), FIRST, 25)
    assert falling[[12, 24]] == pytest.approx([50, 40])


def test_series_holds_before_and_after() -> None:
    curve = Series(first_month=FIRST + 1, values=(5, 6))
    assert monthly(curve, FIRST, 5).tolist() == [5, 5, 6, 6, 6]
    ends = Series(first_month=FIRST + 1, values=(5, 6), after="zero")
    assert monthly(ends, FIRST, 5).tolist() == [5, 5, 6, 0, 0]


def test_series_that_began_before_the_horizon() -> None:
    assert monthly(Series(first_month=FIRST - 2, values=(1, 2, 3, 4)), FIRST, 3).tolist() == [3, 4, 4]


def test_stair_is_zero_before_its_first_step() -> None:
    assert stair(((FIRST + 1, 10.0), (FIRST + 3, 25.0)), FIRST, 5).tolist() == [0, 10, 10, 25, 25]
    assert stair((), FIRST, 2).tolist() == [0, 0]


def test_equal_curves_give_the_same_array() -> None:
    one, other = (monthly(Constant(value=7.25), FIRST, 4) for _ in range(2))
    assert one is other
    assert not one.flags.writeable
