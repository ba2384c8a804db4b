"""Painting months as steps: areas, lines and limits straight from numpy columns, on whole pixels.

Every figure is the month's, so a line is a staircase. Corners on whole pixels stay crisp at any width, and
equal neighbours are merged first: a dashed staircase of 120 months then costs a few dozen points.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
import shiboken6
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen

from fleetdesigner.charts.graphics import polygon
from fleetdesigner.charts.pens import series_pen
from fleetdesigner.charts.scale import AxisRange
from fleetdesigner.look.theme import Theme

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the figures stand: a plot of `width` × `height` pixels for `months` and a range of values."""

    width: float
    height: float
    months: int
    range: AxisRange

    def edges(self) -> Array:
        """[M + 1] x of the month boundaries, on whole pixels."""
        sides: Array = np.linspace(0.0, self.width, self.months + 1, dtype=np.float64)
        return np.rint(sides)

    def x(self, row: float) -> float:
        """x of the middle of a month, on a whole pixel."""
        return float(round((row + 0.5) * self.width / max(self.months, 1)))

    def row(self, x: float) -> int:
        """The month under x, held inside the plot."""
        return int(min(max(x * self.months / max(self.width, 1.0), 0), self.months - 1))

    def ys(self, values: Array) -> Array:
        """y of values, on whole pixels; NaN stays NaN."""
        span = self.range.high - self.range.low
        # Far outside the plot the engine of Qt would still walk every pixel of a dash: cut it near the edge.
        y = self.height * (1.0 - (values - self.range.low) / span)
        return np.rint(np.clip(y, -self.height, 2 * self.height))

    def y(self, value: float) -> float:
        """y of one value."""
        return float(self.ys(np.array([value]))[0])


def _runs(known: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Half-open runs of True."""
    marks = np.flatnonzero(np.diff(np.concatenate(([False], known, [False])).astype(np.int8)))
    return [(int(a), int(b)) for a, b in zip(marks[::2], marks[1::2], strict=True)]


def staircases(frame: Frame, values: Array) -> list[tuple[Array, Array]]:
    """x and y of the corners of each unbroken run of figures, neighbours on one line merged."""
    edges, ys = frame.edges(), frame.ys(values)
    found = []
    for begin, end in _runs(np.isfinite(ys)):
        y = ys[begin:end]
        turns = np.flatnonzero(np.diff(y)) + 1
        levels = y[np.concatenate(([0], turns))]
        bounds = edges[begin + np.concatenate(([0], turns, [end - begin]))]
        x = np.repeat(bounds, 2)[1:-1]
        found.append((x, np.repeat(levels, 2)))
    return found


def draw_line(painter: QPainter, frame: Frame, values: Array, pen: QPen) -> None:
    """A staircase; months without a figure are gaps."""
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for x, y in staircases(frame, values):
        painter.drawPolyline(polygon(x, y))


class Rects:
    """A block of memory that numpy fills and Qt draws as rectangles, without one Python object each."""

    def __init__(self) -> None:
        self._memory = np.empty((0, 4), np.int32)

    def draw(self, painter: QPainter, left: Array, top: Array, right: Array, bottom: Array) -> None:
        """Fill rectangles between whole-pixel sides ([N] each) with the painter's brush."""
        count = len(left)
        if count > len(self._memory):
            self._memory = np.empty((count, 4), np.int32)
        rects = self._memory[:count]
        # a QRect keeps its last pixel, not its side
        rects[:, 0], rects[:, 1] = left, np.minimum(top, bottom)
        rects[:, 2], rects[:, 3] = right - 1, np.maximum(top, bottom) - 1
        if count:
            first = cast(QRect, shiboken6.wrapInstance(self._memory.ctypes.data, QRect))
            painter.drawRects(first, count)


_RECTS = Rects()


def draw_between(painter: QPainter, frame: Frame, low: Array, high: Array, brush: QBrush) -> None:
    """Fill month by month between two rows of values; months where either is NaN stay empty."""
    top, bottom = frame.ys(high), frame.ys(low)
    edges = frame.edges()
    some = np.isfinite(top) & np.isfinite(bottom) & (top != bottom)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brush)
    _RECTS.draw(painter, edges[:-1][some], top[some], edges[1:][some], bottom[some])


def draw_limit(painter: QPainter, frame: Frame, limit: Array, theme: Theme) -> None:
    """A 2 px ink line with a neutral hatch beyond it."""
    top = np.where(np.isfinite(limit), max(frame.range.high, 0.0), np.nan)
    draw_between(painter, frame, limit, np.fmax(top, limit), theme.hatch("refuse", "refused"))
    draw_line(painter, frame, limit, series_pen(theme.color("ink"), 2.0, "measured", theme))


def draw_over(painter: QPainter, frame: Frame, value: Array, limit: Array, theme: Theme) -> None:
    """Red where a value is above its limit, and nowhere else."""
    over = np.where(value > limit * (1 + 1e-9), value, np.nan)
    if np.isfinite(over).any():
        draw_between(painter, frame, limit, over, theme.hatch("over", "over"))
        draw_line(painter, frame, over, series_pen(theme.color("over"), 2.0, "measured", theme))


def draw_word(painter: QPainter, rect: QRectF, word: str, colour: QColor) -> None:
    """A word at the right end of an area."""
    painter.setPen(colour)
    painter.drawText(rect, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, word)
