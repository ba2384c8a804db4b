"""Axes that hold still: one unit a chart, three to five intervals, a range that changes only when it must."""

from __future__ import annotations

import math
from dataclasses import dataclass

from fleetdesigner.units import MINUS, digits

_STEPS = (1.0, 2.0, 2.5, 3.0, 4.0, 5.0, 10.0)
_HEADROOM = 1.06
_KEEP_ABOVE = 0.45
"""The range stays while the highest figure fills at least this share of it."""


@dataclass(frozen=True, slots=True)
class AxisUnit:
    """How values are shown: divided by `factor`, `word` in the header, `suffix` at each number."""

    factor: float
    word: str
    suffix: str

    def number(self, value: float) -> str:
        """The value as it stands in the legend, without the word."""
        return digits(value / self.factor) + (self.suffix if value else "")

    def tick(self, value: float, step: float) -> str:
        """The value as it stands at a grid line, with the decimals that `step` needs."""
        if abs(value) < step * 1e-6:
            return "0"
        size = step / self.factor
        decimals = max(0, 2 - math.floor(math.log10(size) + 1e-9)) if size < 1e3 else 0
        shown = f"{size:.{decimals}f}"
        decimals = len(shown.rstrip("0").partition(".")[2]) if "." in shown else 0
        return f"{value / self.factor:,.{decimals}f}".replace("-", MINUS) + self.suffix


_POWER = ((1e6, "GW"), (1e3, "MW"), (1.0, "kW"))
_MONEY = ((1e9, "$ B"), (1e6, "$ M"), (1e3, "$ k"), (1.0, "$"))
_ENERGY = ((1e9, "TWh"), (1e6, "GWh"), (1e3, "MWh"), (1.0, "kWh"))
_MASS = ((1e6, "Mt"), (1e3, "kt"), (1.0, "t"))
_COUNT = ((1e9, " B"), (1e6, " M"), (1e3, " k"), (1.0, ""))


def _step(ladder: tuple[tuple[float, str], ...], size: float) -> tuple[float, str]:
    # a factor above: an axis to 0.9 MW reads "900 kW", one to 1.4 MW reads in MW
    return next((one for one in ladder if size >= one[0] * 0.9995), ladder[-1])


def axis_unit(unit: str, size: float) -> AxisUnit:
    """How an axis that reaches `size`, in the series' own `unit`, is labelled."""
    if unit == "kW":
        factor, word = _step(_POWER, size)
        return AxisUnit(factor, word, "")
    if unit == "kWh":
        factor, word = _step(_ENERGY, size)
        return AxisUnit(factor, word, "")
    if unit == "fraction":
        return AxisUnit(0.01, "%", "")
    if unit in ("t", "t/month"):
        factor, word = _step(_MASS, size)
        return AxisUnit(factor, word + unit[1:].replace("/", " a "), "")
    if unit in ("usd", "usd/month"):
        factor, word = _step(_MONEY, size)
        return AxisUnit(factor, word + (" a month" if unit == "usd/month" else ""), "")
    if unit == "usd/million tokens":
        return AxisUnit(1.0, "$ per M tok", "")
    if unit == "usd/accelerator-hour":
        return AxisUnit(1.0, "$ per accelerator-h", "")
    factor, suffix = _step(_COUNT, size)
    return AxisUnit(
        factor,
        {"token/s": "tok/s", "token/s/MW": "tok/s per MW", "chip": "", "count": ""}.get(unit, unit),
        suffix,
    )


@dataclass(frozen=True, slots=True)
class AxisRange:
    """Range of a value axis in the series' unit, with its grid lines `step` apart from `low`."""

    low: float
    high: float
    step: float

    def ticks(self) -> tuple[float, ...]:
        """Values of the grid lines, ends included."""
        first = math.ceil(self.low / self.step - 1e-9)
        last = math.floor(self.high / self.step + 1e-9)
        return tuple(index * self.step for index in range(first, last + 1))


def nice_range(low: float, high: float) -> AxisRange:
    """The tightest range over `low` to `high` (0 included) with three to five intervals of a round step."""
    low, high = min(low, 0.0), max(high, 0.0)
    span = high - low
    if not math.isfinite(span) or span <= 0:
        return AxisRange(0.0, 1.0, 0.25)
    best: AxisRange | None = None
    decade = 10.0 ** math.floor(math.log10(span / 5))
    for scale in (decade, decade * 10):
        for step in _STEPS:
            size = step * scale
            bottom = math.floor(low / size + 1e-9) * size
            top = math.ceil(high / size - 1e-9) * size
            if 3 <= round((top - bottom) / size) <= 5:
                found = AxisRange(bottom, top, size)
                if best is None or found.high - found.low < best.high - best.low - 1e-12 * span:
                    best = found
    return best if best is not None else AxisRange(low, high, span / 4)


class StickyRange:
    """The range of one axis: kept while the figures fit and fill it, never changed while `held`."""

    def __init__(self) -> None:
        self.held = False
        self._range = nice_range(0.0, 0.0)
        self._fresh = True

    @property
    def range(self) -> AxisRange:
        """The range in force."""
        return self._range

    def reset(self) -> None:
        """Take the next figures' own range, whatever was: another chart is shown."""
        self._fresh = True

    def follow(self, low: float, high: float, ceiling: float | None = None) -> bool:
        """See the figures' extent; True when the range changed."""
        if self.held and not self._fresh:
            return False
        wanted_low, wanted_high = min(low, 0.0) * _HEADROOM, max(high, 0.0) * _HEADROOM
        if ceiling is not None and high <= ceiling * 1.0001:
            wanted_high = ceiling
        now = self._range
        fits = now.low <= min(low, 0.0) and high <= now.high
        filled = (wanted_high - wanted_low) >= _KEEP_ABOVE * (now.high - now.low)
        if fits and filled and not self._fresh:
            return False
        self._fresh = False
        self._range = nice_range(wanted_low, wanted_high)
        return self._range != now


def log_ticks(low: float, high: float, most_decades: float) -> tuple[float, ...]:
    """1, 2 and 5 of each decade between two values; decades alone beyond `most_decades`."""
    steps = (1.0, 2.0, 5.0) if math.log10(high / low) <= most_decades else (1.0,)
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    values = (step * 10.0**power for power in powers for step in steps)
    return tuple(value for value in values if low * 0.999 <= value <= high * 1.001)
