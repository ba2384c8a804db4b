"""The oracle's curves and dates, one value at a time."""

from __future__ import annotations

import math

from fleetdesigner.design.curves import Compound, Constant, Curve, Logistic, Stair


def curve_value(curve: Curve, first: int, month: int) -> float:
    """The value of a curve in an absolute month of a design that begins in `first`."""
    if isinstance(curve, Constant):
        return curve.value
    if isinstance(curve, Logistic):
        x = (month - curve.middle_month) / curve.width_months
        grown = 1.0 / (1.0 + math.exp(-x)) if x > -700 else 0.0
        return curve.start + (curve.ceiling - curve.start) * grown
    if isinstance(curve, Compound):
        value = curve.value * math.pow(1.0 + curve.per_year, (month - first) / 12.0)
        if curve.cap is None:
            return value
        return min(value, curve.cap) if curve.per_year >= 0 else max(value, curve.cap)
    at = month - curve.first_month
    if at >= len(curve.values):
        return curve.values[-1] if curve.after == "hold" else 0.0
    return curve.values[max(at, 0)]


def stair_value(stair: Stair, month: int) -> float:
    """The last step reached, 0 before the first."""
    value = 0.0
    for begin, height in stair:
        if begin <= month:
            value = height
    return value


def month_of(text: str) -> int:
    """Absolute month of ``2027-09``."""
    year, month = text.split("-")
    return int(year) * 12 + int(month)
