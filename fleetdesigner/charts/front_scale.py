"""Axes of a front: linear below, logarithmic at the side; both hold still while the hand moves."""

from __future__ import annotations

import math
from dataclasses import dataclass

from fleetdesigner.charts.front_data import FrontPicture
from fleetdesigner.charts.scale import log_ticks

_LEAST_SHARE = 0.5
"""The axis stays while the figures fill at least this share of it."""
_DECADES = 2.3
"""Decades below the highest rate that are shown at most."""
_TICKS = (1.0, 2.0, 5.0)


@dataclass(frozen=True, slots=True)
class FrontScale:
    """x from 0 to `right`, y from `low` to `high` on a log scale."""

    right: float
    step: float
    low: float
    high: float

    def x_ticks(self) -> tuple[float, ...]:
        """Values below the plot."""
        return tuple(at * self.step for at in range(round(self.right / self.step) + 1))

    def y_ticks(self) -> tuple[float, ...]:
        """Values of 1, 2 and 5 times a power of ten; 1 alone where they would be many."""
        return log_ticks(self.low, self.high, most_decades=3.5)

    def x(self, value: float, width: float) -> float:
        """Pixels from the left of a plot of `width`."""
        return value / self.right * width

    def y(self, value: float, height: float) -> float:
        """Pixels from the top of a plot of `height`; what is below the scale stands at its foot."""
        held = max(value, self.low * 1e-3)
        return height * (math.log(self.high / held) / math.log(self.high / self.low))


NOTHING = FrontScale(100.0, 20.0, 10.0, 1000.0)


def scale_for(picture: FrontPicture, before: FrontScale | None, held: bool) -> FrontScale:
    """The scale of a picture: the one before while it fits and is filled, or while `held`."""
    if not picture.lines:
        return before or NOTHING
    if held and before is not None:
        return before
    most_x = max(float(line.x[-1]) for line in picture.lines)
    most_x = max([most_x, *(mark.x for line in picture.lines for mark in line.marks)])
    if picture.target is not None:
        most_x = max(most_x, picture.target * 1.1)
    top = max(float(line.high.max()) for line in picture.lines)
    foot = max(min(float(line.low.min()) for line in picture.lines), top / 10.0**_DECADES)
    if before is not None and _keeps(before, most_x, foot, top):
        return before
    step = _step(most_x)
    return FrontScale(math.ceil(most_x / step - 1e-9) * step, step, _below(foot), _above(top))


def _keeps(before: FrontScale, most_x: float, foot: float, top: float) -> bool:
    fits = most_x <= before.right and top <= before.high and foot >= before.low * 0.999
    filled = most_x >= _LEAST_SHARE * before.right and math.log(top / foot) >= _LEAST_SHARE * math.log(
        before.high / before.low
    )
    return fits and filled


def _step(most: float) -> float:
    decade = 10.0 ** math.floor(math.log10(max(most, 1e-9) / 5))
    return next(size * decade for size in (1.0, 2.0, 4.0, 5.0, 10.0) if most / (size * decade) <= 6)


def _below(value: float) -> float:
    decade = 10.0 ** math.floor(math.log10(value))
    return max(m for m in _TICKS if m * decade <= value * 1.0001) * decade


def _above(value: float) -> float:
    decade = 10.0 ** math.floor(math.log10(value))
    return min([m for m in _TICKS if m * decade >= value * 0.9999] or [10.0]) * decade
