"""Quantities that change by month: a constant, a logistic, a compound growth or a pasted series."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field

from fleetdesigner.values import Value

Month = Annotated[int, Field(ge=1990 * 12, le=2120 * 12)]
"""An absolute month: year · 12 + month, January = 1."""

Number = Annotated[float, Field(ge=-1e18, le=1e18)]


class Constant(Value):
    """The same value in every month."""

    shape: Literal["constant"] = "constant"
    value: Number


class Logistic(Value):
    """An S-curve from `start` to `ceiling`, half way in `middle_month`; 10–90 % takes 4.4 `width_months`."""

    shape: Literal["logistic"] = "logistic"
    start: Number
    ceiling: Number
    middle_month: Month
    width_months: Annotated[float, Field(gt=0, le=600)]


class Compound(Value):
    """`value` in the design's first month, growing by `per_year` (0.4 = 40 % a year), never beyond `cap`."""

    shape: Literal["compound"] = "compound"
    value: Number
    per_year: Annotated[float, Field(gt=-1, le=100)]
    cap: Number | None = None


class Series(Value):
    """Monthly values from `first_month`; before them the first holds, after them the last (or zero)."""

    shape: Literal["series"] = "series"
    first_month: Month
    values: Annotated[tuple[Number, ...], Field(min_length=1, max_length=600)]
    after: Literal["hold", "zero"] = "hold"


Curve = Annotated[Constant | Logistic | Compound | Series, Field(discriminator="shape")]

Stair = tuple[tuple[Month, Annotated[float, Field(ge=0, le=1e12)]], ...]
"""(month, value) pairs in rising months; the value holds until the next; 0 before the first."""


def check_stair(stair: Stair) -> Stair:
    """`stair` itself; raises ValueError unless its months rise."""
    months = [month for month, _ in stair]
    if any(later <= earlier for earlier, later in pairwise(months)):
        raise ValueError("months must rise")
    return stair


def check_not_negative(curve: Curve) -> Curve:
    """`curve` itself; raises ValueError when any of its values is negative."""
    if isinstance(curve, Constant):
        low = curve.value
    elif isinstance(curve, Logistic):
        low = min(curve.start, curve.ceiling)
    elif isinstance(curve, Compound):
        low = min(curve.value, curve.cap if curve.cap is not None else curve.value)
    else:
        low = min(curve.values)
    if low < 0:
        raise ValueError("must be 0 or more in every month")
    return curve


class Ramp(Value):
    """How a phase comes up: `months` from first to last rack, in a straight line or as an S."""

    months: Annotated[int, Field(ge=0, le=120)] = 0
    shape: Literal["linear", "s"] = "linear"
