"""Curves and stairs of a design as monthly arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.design.curves import Compound, Constant, Curve, Logistic, Stair
from fleetdesigner.engine.remembered import Remembered

Array = NDArray[np.float64]

_CURVES: Remembered[Array] = Remembered(512)


def monthly(curve: Curve, first_month: int, months: int) -> Array:
    """Values of `curve` in each month, [M], read-only.

    Logistic: start + (ceiling − start) / (1 + e^−((m − middle)/width)). Compound: value · (1 +
    per_year)^(years since `first_month`), held at the cap once it is reached. Series: the first value before
    its first month.
    """
    return _CURVES.get((), (curve, first_month, months), lambda: _monthly(curve, first_month, months))


def _monthly(curve: Curve, first_month: int, months: int) -> Array:
    at = np.arange(months, dtype=np.float64)
    if isinstance(curve, Constant):
        values = np.full(months, curve.value)
    elif isinstance(curve, Logistic):
        steps = (first_month + at - curve.middle_month) / curve.width_months
        # beyond ±40 widths the curve is flat to the last bit, and exp would overflow far outside
        values = curve.start + (curve.ceiling - curve.start) / (1.0 + np.exp(-np.clip(steps, -700.0, 700.0)))
    elif isinstance(curve, Compound):
        with np.errstate(over="ignore"):
            values = curve.value * (1.0 + curve.per_year) ** (at / 12.0)
        if curve.cap is not None:
            values = np.minimum(values, curve.cap) if curve.per_year >= 0 else np.maximum(values, curve.cap)
    else:
        given = np.array(curve.values, dtype=np.float64)
        place = (first_month - curve.first_month) + np.arange(months)
        values = given[np.clip(place, 0, len(given) - 1)]
        if curve.after == "zero":
            values = np.where(place >= len(given), 0.0, values)
    values = np.clip(values, -1e30, 1e30)
    values.setflags(write=False)
    return np.asarray(values)


def stair(steps: Stair, first_month: int, months: int) -> Array:
    """Values of a stair in each month, [M]: 0 before its first step, then the last step reached."""
    at = first_month + np.arange(months)
    if not steps:
        return np.zeros(months)
    starts = np.array([month for month, _ in steps])
    values = np.array([0.0, *(value for _, value in steps)])
    return np.asarray(values[np.searchsorted(starts, at, side="right")])


def compounded(per_year: float, months: int) -> Array:
    """[M] (1 + per_year)^(years since the first month)."""
    return np.asarray((1.0 + per_year) ** (np.arange(months) / 12.0))


def ratio(above: Array, below: Array) -> Array:
    """above / below, NaN where `below` is 0."""
    out = np.full(np.shape(below), np.nan)
    np.divide(above, below, out=out, where=below != 0)
    return out
