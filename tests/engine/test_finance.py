"""Annuity, present value, IRR and payback, against figures worked by hand or in a spreadsheet."""

from __future__ import annotations

import numpy as np
import pytest

from fleetdesigner.engine.money.finance import (
    annuity_factor,
    annuity_of_rest,
    discounted,
    interest_on_rest,
    irr,
    monthly_rate,
    npv,
    payback_months,
    residual_value_share,
)


def test_twelve_monthly_rates_make_the_yearly_one() -> None:
    assert (1 + monthly_rate(0.08)) ** 12 == pytest.approx(1.08, rel=1e-14)


def test_annuity_without_interest_is_the_price_over_the_life() -> None:
    assert annuity_factor(60, 0.0) == pytest.approx(1 / 60)
    assert annuity_factor(60, 0.0, residual_share=0.1) == pytest.approx(0.9 / 60)


def test_annuity_pays_the_price_back_with_interest() -> None:
    # 8 % a year over 5 years: r = 0.00643403, (1 + r)^60 = 1.469328, factor = 0.00643403 / 0.3194168 =
    # 0.02014305
    assert annuity_factor(60, 0.08) == pytest.approx(0.02014305, rel=1e-6)
    payments = np.full(61, annuity_factor(60, 0.08, 0.1))
    payments[0] = -1.0
    payments[60] += 0.1
    assert npv(payments, 0.08) == pytest.approx(0.0, abs=1e-12)


def test_a_life_below_a_month_counts_as_one() -> None:
    assert annuity_factor(0, 0.0) == 1.0


def test_spreadsheet_case() -> None:
    # −1,000 now, 50 a month for 36 months: RATE(36, 50, −1000) = 3.6009 % a month, (1.036009)^12 − 1 = 52.88
    # %
    flow = np.array([-1000.0] + [50.0] * 36)
    found = irr(flow)
    assert found is not None
    assert found == pytest.approx(0.5288, abs=1e-4)
    assert npv(flow, found) == pytest.approx(0.0, abs=1e-9)
    # 50 · (1 − 1.08^−3)/0.00643403 − 1000 = 602.17
    assert npv(flow, 0.08) == pytest.approx(602.17, abs=0.01)
    assert payback_months(flow) == 20


def test_a_loss_has_a_negative_rate() -> None:
    flow = np.array([-1000.0] + [20.0] * 36)
    found = irr(flow)
    assert found is not None
    assert found < 0
    assert npv(flow, found) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("flow", [[1.0, 2.0], [-1.0, -2.0], [0.0, 0.0], [-1.0, float("nan"), 2.0]])
def test_no_rate_without_a_change_of_sign(flow: list[float]) -> None:
    assert irr(np.array(flow)) is None


def test_no_payback_without_investment_or_return() -> None:
    assert payback_months(np.array([1.0, 2.0])) is None
    assert payback_months(np.array([-5.0, 1.0])) is None
    assert payback_months(np.array([-5.0, float("nan"), 9.0])) is None


def test_payback_counts_from_the_first_month() -> None:
    assert payback_months(np.array([0.0, -10.0, 4.0, 6.0, 1.0])) == 3


def test_residual_falls_in_a_straight_line_to_its_share() -> None:
    left = residual_value_share(np.array([0.0, 30.0, 60.0, 90.0]), 60, 0.1)
    assert left == pytest.approx([1.0, 0.55, 0.1, 0.1])


def test_what_is_left_is_paid_over_what_remains() -> None:
    ages = np.array([0.0, 24.0, 59.5, 60.0, 90.0])
    each = annuity_of_rest(ages, 60, 0.08, 0.1)
    assert each[0] == pytest.approx(annuity_factor(60, 0.08, 0.1))
    # 36 payments and the residual value are worth what is left after two of five years: 1 − 0.9 · 24/60
    payments = np.full(37, each[1])
    payments[0], payments[36] = 0.0, each[1] + 0.1
    assert npv(payments, 0.08) == pytest.approx(0.64, abs=1e-12)
    assert each[2] * 0.5 == pytest.approx(0.9 * 0.5 / 60, rel=0.1)
    assert each[3:] == pytest.approx(interest_on_rest(0.08, 0.1))
    assert annuity_of_rest(ages, 60, 0.0, 0.1) == pytest.approx([0.9 / 60] * 3 + [0.0] * 2)
    assert interest_on_rest(-0.02, 0.1) == 0.0


TABLE = """
month    paid  earned    flow  so far     worth  worth so far
    0    1000       0   -1000   -1000  -1000.00      -1000.00
    1       0     100     100    -900     98.00       -902.00
    2     300     200    -100   -1000    -96.04       -998.04
    3       0     300     300    -700    282.36       -715.68
    4       0     400     400    -300    368.95       -346.74
    5      50     350     300       0    271.18        -75.56
    6       0      60      60      60     53.15        -22.41
    7       0       0       0      60      0.00        -22.41
    8       0      40      40     100     34.03         11.62
"""
"""Eight months of a plan, in thousands; worth = flow × 0.98^month, which is a rate of 1/0.98 − 1 a month."""
YEARLY = (1 / 0.98) ** 12 - 1


def test_a_plan_worked_in_a_table() -> None:
    """NPV, IRR, simple and discounted payback of the table above, which is worked by hand."""
    rows = [[float(cell) for cell in line.split()] for line in TABLE.strip().splitlines()[1:]]
    flow = np.array(rows)[:, 3]
    paid, earned, so_far, worth, worth_so_far = np.array(rows).T[[1, 2, 4, 5, 6]]
    assert flow == pytest.approx(earned - paid)
    assert np.cumsum(flow) == pytest.approx(so_far)
    assert discounted(flow, YEARLY) == pytest.approx(worth, abs=0.005)
    assert np.cumsum(discounted(flow, YEARLY)) == pytest.approx(worth_so_far, abs=0.01)
    assert npv(flow, YEARLY) == pytest.approx(11.62, abs=0.01)
    # back at 0 in month 5, with interest in month 8
    assert payback_months(flow) == 5
    assert payback_months(discounted(flow, YEARLY)) == 8
    # at 2.3 % a month the flow is worth 1.09, at 2.4 % −2.93: between them 2.3 + 0.1 · 1.09/4.02 = 2.3271 %
    assert npv(flow, 1.023**12 - 1) == pytest.approx(1.09, abs=0.005)
    assert npv(flow, 1.024**12 - 1) == pytest.approx(-2.93, abs=0.005)
    found = irr(flow)
    assert found is not None
    assert (1 + found) ** (1 / 12) - 1 == pytest.approx(0.023271, abs=2e-6)
    assert found == pytest.approx(0.3179, abs=5e-5)
