"""Painting months as steps: areas, lines and limits straight from numpy columns, on whole pixels.

Every figure is the month's, so a line is a staircase. Corners on whole pixels stay crisp at any width, and
equal neighbours are merged first: a dashed staircase of 120 months then costs a few dozen points.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import cast

import numpy as np
import shiboken6
from numpy.typing import NDArray
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QBrush, QPainter, QPen

from fleetdesigner.charts.graphics import polygon
from fleetdesigner.charts.scale import AxisRange

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
        return _edges(self.width, self.months)

    @property
    def y0(self) -> float:
        """y of the value 0, between pixels."""
        return self.height * (1.0 + self.range.low / (self.range.high - self.range.low))

    def x(self, row: float) -> float:
        """x of the middle of a month, on a whole pixel."""
        return float(round((row + 0.5) * self.width / max(self.months, 1)))

    def row(self, x: float) -> int:
        """The month under x, held inside the plot."""
        return int(min(max(x * self.months / max(self.width, 1.0), 0), self.months - 1))

    def ys(self, values: Array) -> Array:
        """y of values, on whole pixels; NaN stays NaN."""
        y = values * (-self.height / (self.range.high - self.range.low))
        y += self.y0
        # Far outside the plot Qt would still walk every pixel of a dash: cut it near the edge.
        np.maximum(y, -self.height, out=y)
        np.minimum(y, 2 * self.height, out=y)
        return np.rint(y, out=y)

    def y(self, value: float) -> float:
        """y of one value."""
        y = self.y0 - value * self.height / (self.range.high - self.range.low)
        return float(round(min(max(y, -self.height), 2 * self.height)))


@lru_cache(maxsize=64)
def _edges(width: float, months: int) -> Array:
    sides: Array = np.rint(np.linspace(0.0, width, months + 1))
    sides.setflags(write=False)
    return sides


def _runs(known: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Half-open runs of True."""
    if known.all():
        return [(0, len(known))]
    bounded = np.zeros(len(known) + 2, np.bool_)
    bounded[1:-1] = known
    marks = (bounded[1:] != bounded[:-1]).nonzero()[0].tolist()
    return list(zip(marks[::2], marks[1::2], strict=True))


def staircases(frame: Frame, values: Array) -> list[tuple[Array, Array]]:
    """x and y of the corners of each unbroken run of figures, neighbours on one line merged."""
    return _corners(frame.edges(), frame.ys(values))


def _corners(edges: Array, ys: Array) -> list[tuple[Array, Array]]:
    found = []
    for begin, end in _runs(ys == ys):  # NaN is no number, not even itself
        y = ys[begin:end]
        turns = (y[1:] != y[:-1]).nonzero()[0]
        count = len(turns) + 1
        xs, levels = np.empty(2 * count), np.empty(2 * count)
        xs[0], xs[-1] = edges[begin], edges[end]
        xs[1:-1:2] = xs[2:-1:2] = edges[begin + 1 + turns]
        levels[0] = levels[1] = y[0]
        levels[2::2] = levels[3::2] = y[turns + 1]
        found.append((xs, levels))
    return found


def stroke(painter: QPainter, frame: Frame, ys: Array, pen: QPen) -> None:
    """A staircase through levels in pixels ([M]); months without a figure are gaps."""
    width = pen.widthF()
    # a solid line of whole pixels looks the same without it, and costs half
    crisp = pen.style() == Qt.PenStyle.SolidLine and width == round(width)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, not crisp)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for x, y in _corners(frame.edges(), ys):
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
_FIRST = np.zeros(1, np.int64)


def fill_between(painter: QPainter, frame: Frame, low: Array, high: Array, brush: QBrush) -> None:
    """Fill month by month between two rows of pixels; neighbours of one height are one rectangle."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brush)
    edges = frame.edges()
    turns = ((low[1:] != low[:-1]) | (high[1:] != high[:-1])).nonzero()[0] + 1
    begins = np.concatenate((_FIRST, turns))
    ends = np.concatenate((turns, (len(low),)))
    low, high = low[begins], high[begins]
    # a comparison with NaN is never true, so months without a figure fall out here
    some = (low > high) | (low < high)
    if some.all():
        _RECTS.draw(painter, edges[begins], high, edges[ends], low)
    elif some.any():
        _RECTS.draw(painter, edges[begins[some]], high[some], edges[ends[some]], low[some])
