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
from PySide6.QtGui import QBrush, QColor, QPainter

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
        return edges_of(self.width, self.months)

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
def edges_of(width: float, months: int) -> Array:
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
    return corners(frame.edges(), frame.ys(values))


def corners(edges: Array, ys: Array) -> list[tuple[Array, Array]]:
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


class Rects:
    """Rectangles between whole-pixel sides, in a block of memory that Qt draws without one object each."""

    __slots__ = ("_at", "_count", "_memory")

    def __init__(self, sides: Array) -> None:
        """`sides` [N, 4]: left, top, right, bottom."""
        # a QRect keeps its last pixel, not its side
        self._memory = (sides - _LAST).astype(np.int32)
        self._at: int = self._memory.__array_interface__["data"][0]
        self._count = len(sides)

    def draw(
        self, painter: QPainter, brush: QBrush | QColor, first: int = 0, count: int | None = None
    ) -> None:
        """Fill `count` of them, all for None, from `first` on. The painter's pen is to be none."""
        count = self._count - first if count is None else count
        if count:
            painter.setBrush(brush)
            begin = cast(QRect, shiboken6.wrapInstance(self._at + first * _SIZE, QRect))
            painter.drawRects(begin, count)


_LAST = np.array([0.0, 0.0, 1.0, 1.0])
_SIZE = 16
"""Bytes of a QRect."""


def areas(frame: Frame, low: Array, high: Array) -> tuple[Rects, list[int]]:
    """Rectangles month by month between rows of pixels, [L, M] each; layer i has those from number [i] of the
    list up to number [i + 1].
    """
    layer, sides = between(frame, low, high)
    return Rects(sides), np.searchsorted(layer, np.arange(len(low) + 1)).tolist()


def between(frame: Frame, low: Array, high: Array) -> tuple[NDArray[np.int64], Array]:
    """[N] layer and [N, 4] sides of the rectangles of layers, neighbours of one height as one."""
    layers, months = low.shape
    turns = np.ones((layers, months + 1), np.bool_)
    np.not_equal(low[:, 1:], low[:, :-1], out=turns[:, 1:-1])
    turns[:, 1:-1] |= high[:, 1:] != high[:, :-1]
    layer, edge = turns.nonzero()
    # from one turn to the next; the last turn of a layer only ends its last rectangle
    begins = (edge[:-1] < months).nonzero()[0]
    layer, begin, end = layer[begins], edge[begins], edge[begins + 1]
    lows, highs = low[layer, begin], high[layer, begin]
    # a comparison with NaN is never true, so months without a figure fall out here
    some = (lows > highs) | (lows < highs)
    if not some.all():
        layer, begin, end, lows, highs = layer[some], begin[some], end[some], lows[some], highs[some]
    edges = frame.edges()
    sides = np.empty((len(layer), 4))
    sides[:, 0], sides[:, 2] = edges[begin], edges[end]
    np.minimum(lows, highs, out=sides[:, 1])
    np.maximum(lows, highs, out=sides[:, 3])
    return layer, sides


def fill_between(painter: QPainter, frame: Frame, low: Array, high: Array, brush: QBrush) -> None:
    """Fill month by month between two rows of pixels; neighbours of one height are one rectangle."""
    painter.setPen(Qt.PenStyle.NoPen)
    areas(frame, low[None], high[None])[0].draw(painter, brush)
