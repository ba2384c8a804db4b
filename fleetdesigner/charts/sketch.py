"""What a plot has to draw, in whole pixels: two readings with equal sketches are the same picture.

A drop of a few chips into a million moves most lines by far less than a pixel. The sketch is all that is
painted from, so a plot whose sketch stands need not be painted, whatever the figures behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from fleetdesigner.charts.reading import Array, Look, Reading
from fleetdesigner.charts.scale import AxisRange, AxisUnit
from fleetdesigner.charts.shapes import Frame
from fleetdesigner.charts.spec import Note


class Mark(NamedTuple):
    """One thing drawn, and where its levels are."""

    draw: str
    """A way of `spec.Draw`, or ``over`` (beyond a limit), or ``baseline``."""
    look: Look | None
    """None for the baseline, which has the same look in every graph."""
    first: int
    """Row of `Sketch.levels`; ``stack`` and ``unmet`` fill from it up to the next one."""


@dataclass(frozen=True, slots=True, eq=False)
class Sketch:
    """A reading on a frame."""

    frame: Frame
    marks: tuple[Mark, ...]
    levels: Array
    """[R, M] y in whole pixels; NaN = nothing there."""
    limits: tuple[str, ...]
    """The words at each ``limit``; empty for one that ends outside the plot."""
    notes: tuple[Note, ...] = ()
    """Months that are marked."""

    def of(self, draw: str) -> tuple[Mark, ...]:
        """The marks drawn that way, in order."""
        return tuple(mark for mark in self.marks if mark.draw == draw)

    def moved_from(self, other: Sketch | None) -> tuple[int, int] | None:
        """The months, from one to before another, out of which both are the same picture in the same theme;
        None when they may differ anywhere.
        """
        if (
            other is None
            or other.frame != self.frame
            or other.limits != self.limits
            or other.notes != self.notes
            or other.marks != self.marks
        ):
            return None
        if self.levels.tobytes() == other.levels.tobytes():
            return 0, 0
        same = (self.levels == other.levels) | (np.isnan(self.levels) & np.isnan(other.levels))
        moved = (~same.all(axis=0)).nonzero()[0]
        return int(moved[0]), int(moved[-1]) + 1


def sketch(reading: Reading, value_range: AxisRange, unit: AxisUnit, width: float, height: float) -> Sketch:
    """The picture of a reading in a plot of `width` × `height` pixels over a range of values."""
    frame = Frame(width, height, reading.months, value_range)
    marks, rows = _rows(reading)
    # + 0.0: a pixel row of -0.0 is the row 0.0
    levels = frame.ys(np.array(rows)) + 0.0 if rows else np.empty((0, reading.months))
    limits = []
    for trace in reading.of("limit"):
        last = float(trace.values[-1])
        there = np.isfinite(last) and -1 <= frame.y(last) <= frame.height
        limits.append(f"{trace.name} {unit.number(last)} {unit.word}" if there else "")
    notes = () if reading.spec.notes is None else reading.spec.notes(reading)
    return Sketch(frame, marks, levels, tuple(limits), notes)


def _rows(reading: Reading) -> tuple[tuple[Mark, ...], list[Array]]:
    """What is drawn, from the back to the front, and the values [M] it is drawn at."""
    marks: list[Mark] = []
    rows: list[Array] = []

    def add(draw: str, look: Look | None, *values: Array) -> None:
        marks.append(Mark(draw, look, len(rows)))
        rows.extend(values)

    for trace, (low, high) in zip(reading.of("stack"), reading.areas, strict=True):
        add("stack", trace.look, low, high)
    for trace in reading.of("bars"):
        add("bars", trace.look, trace.values)
    lines = reading.of("line")
    for trace in reading.of("unmet") if lines else ():
        top = lines[-1].values
        add("unmet", trace.look, np.where(trace.values > 0, top - trace.values, np.nan), top)
    for trace in reading.of("limit"):
        add("limit", trace.look, trace.values)
        if reading.headline is not None:
            value = reading.headline.values
            beyond = value > trace.values * (1 + 1e-9)
            if beyond.any():
                add("over", trace.look, trace.values, np.where(beyond, value, np.nan))
    if reading.baseline is not None:
        add("baseline", None, reading.baseline)
    for trace in (*reading.of("alternative"), *lines):
        add(trace.layer.draw, trace.look, trace.values)
    return tuple(marks), rows
