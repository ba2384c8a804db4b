"""Arithmetic of money over months: annuity, present value, internal rate of return, payback."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def monthly_rate(yearly: float) -> float:
    """(1 + yearly)^(1/12) − 1."""
    return float(math.expm1(math.log1p(yearly) / 12.0))


def annuity_factor(life_months: float, yearly_rate: float, residual_share: float = 0.0) -> float:
    """Monthly payment per USD bought: (1 − q (1+r)^−n) r / (1 − (1+r)^−n), with q the residual share.

    At a rate of 0 it is (1 − q)/n. A life below one month counts as one.
    """
    n = max(life_months, 1.0)
    r = monthly_rate(yearly_rate)
    if r <= 0.0:
        return (1.0 - residual_share) / n
    left = math.exp(-n * math.log1p(r))
    return (1.0 - residual_share * left) * r / (1.0 - left)


def annuity_of_rest(
    age_months: Array, life_months: float, yearly_rate: float, residual_share: float = 0.0
) -> Array:
    """Monthly payment per USD of the price of what is some months old, over what remains of its life n:
    (b − q (1+r)^−n) r / (1 − (1+r)^−n), with b the share of the price that is left at its age.

    New things pay ``annuity_factor``. Where nothing remains of the life, it is the interest on what is left.
    """
    n = max(life_months, 1.0) - age_months
    r = monthly_rate(yearly_rate)
    if r <= 0.0:
        return np.where(n > 0.0, (1.0 - residual_share) / max(life_months, 1.0), 0.0)
    worth = residual_value_share(age_months, life_months, residual_share)
    gone = -np.expm1(-np.maximum(n, 1e-9) * math.log1p(r))  # 1 − (1+r)^−n
    each = (worth - residual_share * (1.0 - gone)) * r / gone
    return np.where(n > 0.0, each, residual_share * r)


def interest_on_rest(yearly_rate: float, residual_share: float) -> float:
    """Monthly cost per USD of the price of what has outlived its life: interest on its residual value."""
    return max(monthly_rate(yearly_rate), 0.0) * residual_share


def residual_value_share(age_months: Array, life_months: float, residual_share: float) -> Array:
    """Share of the price left at an age: a straight line from 1 to `residual_share` over the life, then
    flat.
    """
    return np.asarray(1.0 - (1.0 - residual_share) * np.minimum(1.0, age_months / max(life_months, 1.0)))


def discounted(flow: Array, yearly_rate: float) -> Array:
    """[M] a monthly flow, month i by (1+r)^−i."""
    return np.asarray(flow * (1.0 + monthly_rate(yearly_rate)) ** -np.arange(len(flow), dtype=np.float64))


def npv(flow: Array, yearly_rate: float) -> float:
    """Present value of a monthly flow [M]; month i is discounted by (1+r)^−i. NaN if a month is unknown."""
    return float(flow @ (1.0 + monthly_rate(yearly_rate)) ** -np.arange(len(flow), dtype=np.float64))


def irr(flow: Array) -> float | None:
    """Yearly internal rate of return of a monthly flow [M], None when the flow never changes sign.

    The lowest rate above −99.99 % a month at which the present value is 0, found by bisection over brackets;
    the value is unique for a flow with one change of sign.
    """
    if not np.isfinite(flow).all() or not ((flow > 0).any() and (flow < 0).any()):
        return None
    scaled = flow / np.abs(flow).max()
    powers = np.arange(len(flow), dtype=np.float64)
    # discount factors 1/(1+r) from deep loss to a thousandfold gain; the first root from r = 0 outwards wins
    rates = np.concatenate([-np.geomspace(0.5, 1e-6, 60), [0.0], np.geomspace(1e-6, 10.0, 120)])
    with np.errstate(over="ignore", invalid="ignore"):
        values = (scaled * (1.0 + rates[:, None]) ** -powers).sum(axis=1)
    signs = np.sign(values)
    crossings = np.flatnonzero(
        (signs[:-1] * signs[1:] <= 0) & np.isfinite(values[:-1]) & np.isfinite(values[1:])
    )
    if not len(crossings):
        return None
    at = crossings[np.argmin(np.abs(rates[crossings]))]
    low, high = float(rates[at]), float(rates[at + 1])
    sign_low = float(signs[at])
    for _ in range(200):
        middle = 0.5 * (low + high)
        value = float(scaled @ (1.0 + middle) ** -powers)
        if value == 0.0 or high - low < 1e-15:
            break
        if value * sign_low > 0:
            low = middle
        else:
            high = middle
    return float(math.expm1(12.0 * math.log1p(0.5 * (low + high))))


def payback_months(flow: Array) -> int | None:
    """Months until the cumulative flow [M] is back at 0 after it was below, None when it never is."""
    total = np.cumsum(flow)
    below = total < 0
    if not below.any() or np.isnan(total).any():
        return None
    first = int(np.argmax(below))
    back = np.flatnonzero(~below[first:])
    return first + int(back[0]) if len(back) else None
