"""Logarithmic axes of the validation graph: where a value lies, and where ticks stand."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.charts.scale import log_ticks
from fleetdesigner.units import MINUS

Vector = NDArray[np.float64]

ERROR_TICKS = (0.25, 0.5, 0.8, 1.0, 1.25, 2.0, 4.0)
"""Predicted over published at which the error axis is ruled."""


@dataclass(frozen=True, slots=True)
class LogAxis:
    """A span of positive values along pixels; `at_low` may lie beyond `at_high` (an axis that points up)."""

    low: float
    high: float
    at_low: float
    at_high: float

    def place(self, values: Vector) -> Vector:
        """Pixels of values, shape as given."""
        share = (np.log(values) - math.log(self.low)) / math.log(self.high / self.low)
        return self.at_low + share * (self.at_high - self.at_low)

    def at(self, value: float) -> float:
        """Pixel of one value."""
        share = math.log(value / self.low) / math.log(self.high / self.low)
        return self.at_low + share * (self.at_high - self.at_low)

    def ticks(self) -> tuple[float, ...]:
        """1, 2 and 5 of each decade, or decades alone where there are many."""
        return log_ticks(self.low, self.high, most_decades=3.2)


def span(values: Vector) -> tuple[float, float]:
    """Lowest and highest value with some room around, at least a factor of four apart; 0.1 to 10 of none."""
    held = values[np.isfinite(values) & (values > 0)]
    if not len(held):
        return 0.1, 10.0
    low, high = float(held.min()), float(held.max())
    room = 1.25
    if high / low < 4.0:
        middle = math.sqrt(low * high)
        low, high = middle / 2.0, middle * 2.0
    return low / room, high * room


def tick_text(value: float) -> str:
    """A tick in milliseconds: ``0.05`` ``1`` ``200``."""
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"


def error_text(ratio: float) -> str:
    """Predicted over published as an error in time: ``+12.4 %`` ``−3 %``."""
    error = (ratio - 1.0) * 100.0
    shown = f"{abs(error):.0f}" if abs(error) >= 9.95 else f"{abs(error):.1f}"
    if float(shown) == 0:
        return "0 %"
    return f"{'+' if error > 0 else MINUS}{shown} %"
