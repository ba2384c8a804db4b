"""The months of the timeline: where each stands, how far they can be zoomed, what the ruler says."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from fleetdesigner.design.model import Design

LEAD_IN = 24
"""Months before the plan that orders may reach into the picture."""
BEYOND = 36
"""Months after the plan that a late phase may."""
WIDEST = 48.0
"""Pixels of a month, zoomed in as far as it goes."""
_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Axis:
    """Months over pixels. A month is its first day: a step in 2027-03 stands where 2027-03 begins."""

    first: int
    """First month that can be scrolled to."""
    end: int
    """Month after the last."""
    left: float
    """Pixel at which the months begin."""
    width: float
    """Pixels of the months on screen."""
    per: float = 0.0
    """Pixels of a month; 0 = all of them fit."""
    start: float = 0.0
    """Month at the left edge, with its fraction; before `first` it is held there."""

    @cached_property
    def step(self) -> float:
        """Pixels of a month in force."""
        return min(max(self.per, self.fitted), max(WIDEST, self.fitted))

    @cached_property
    def fitted(self) -> float:
        """Pixels of a month when all fit."""
        return max(self.width, 1.0) / max(1, self.end - self.first)

    @cached_property
    def origin(self) -> float:
        """Month at the left edge, inside what can be scrolled to."""
        last = self.end - self.width / self.step
        return min(max(self.start, float(self.first)), max(last, float(self.first)))

    @property
    def right(self) -> float:
        """Pixel after the last one."""
        return self.left + self.width

    def x(self, month: float) -> float:
        """Pixel at which a month begins."""
        return self.left + (month - self.origin) * self.step

    def month(self, x: float) -> float:
        """Month at a pixel, with its fraction."""
        return self.origin + (x - self.left) / self.step

    def zoomed(self, factor: float, x: float) -> Axis:
        """`factor` wider around the pixel `x`; never narrower than all months fit."""
        step = min(max(self.step * factor, self.fitted), max(WIDEST, self.fitted))
        under = self.month(x)
        fits = step <= self.fitted * (1 + 1e-9)
        return self.at(0.0 if fits else step, under - (x - self.left) / step)

    def at(self, per: float, start: float) -> Axis:
        """The same months elsewhere."""
        return Axis(self.first, self.end, self.left, self.width, per, start)

    def ticks(self) -> list[tuple[int, str, bool]]:
        """(month, word, whether a year begins) of each tick on screen; a word may be empty."""
        every = 1 if self.step >= 27 else 3 if self.step >= 9 else 6 if self.step >= 5 else 12
        years = next((one for one in (1, 2, 5, 10) if self.step * 12 * one >= 40), 20)
        begin = math.floor(self.origin)
        end = math.ceil(self.month(self.right)) + 1
        out = []
        for month in range(begin, end + 1):
            at = (month - 1) % 12
            if at % every:
                continue
            year = (month - 1) // 12
            if at == 0:
                out.append((month, str(year) if year % years == 0 else "", True))
            elif every == 1:
                out.append((month, _NAMES[at], False))
            else:
                out.append((month, f"Q{at // 3 + 1}" if every == 3 and self.step >= 11 else "", False))
        return out

    def year_begun(self) -> str:
        """The year that is under way at the left edge; empty where the next one begins too near."""
        month = math.floor(self.origin)
        year = (month - 1) // 12
        return str(year) if self.x((year + 1) * 12 + 1) - self.left >= 40 and (month - 1) % 12 else ""


def span_of(design: Design) -> tuple[int, int]:
    """(first month, month after the last) that a timeline shows: the plan, what is ordered before it begins,
    and what comes into service after it ends.
    """
    begins = [design.first_month]
    begins += [one.order_month for one in design.phases if one.service_month >= design.first_month]
    begins += [one.port.start_month for one in design.workloads if one.port is not None]
    ends = [design.end_month, *(one.service_month + one.ramp.months + 1 for one in design.phases)]
    first = max(min(begins), design.first_month - LEAD_IN)
    return first - 1, min(max(ends), design.end_month + BEYOND)
