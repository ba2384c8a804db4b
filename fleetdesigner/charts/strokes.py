"""Lines of graphs: a staircase of months on whole pixels, as rectangles where the screen's pixels are ours.

Every corner of a staircase is a corner of pixels and so is every end of a dash, so a line is a row of
rectangles; where its sides pass through pixels there is a wider, fainter one below. Smoothing would come to
the same, at five times the cost. Scaled pictures and files of shapes take the line from a pen.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPaintEngine, QPainter, QPen

from fleetdesigner.charts.graphics import polygon
from fleetdesigner.charts.shapes import Array, Frame, Rects, between, corners, edges_of

_EXACT = 1e-6


def stroke(painter: QPainter, frame: Frame, ys: Array, pen: QPen) -> None:
    """A staircase through levels in pixels ([M]); months without a figure are gaps."""
    width, dashes = pen.widthF(), _dashes(pen)
    if dashes is None or not on_pixels(painter):
        _stroke_with_pen(painter, frame, ys, pen)
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(Qt.PenStyle.NoPen)
    whole = int(width / 2)
    part = width / 2 - whole
    key = (frame.width, frame.height, frame.months, ys.tobytes(), dashes)
    if part:
        faint = QColor(pen.color())
        faint.setAlphaF(faint.alphaF() * part)
        _line(*key, whole + 1).draw(painter, faint)
    if whole:
        _line(*key, whole).draw(painter, pen.color())


def hairlines(painter: QPainter, frame: Frame, ys: Array, pen: QPen) -> None:
    """Solid lines of a pixel through rows of levels ([L, M]), all at once."""
    if not on_pixels(painter):
        for levels in ys:
            _stroke_with_pen(painter, frame, levels, pen)
        return
    edges = frame.edges()
    before, after = ys[:, :-1], ys[:, 1:]
    layer, month = ((before < after) | (before > after)).nonzero()
    one, other = before[layer, month], after[layer, month]
    risers = np.empty((len(layer), 4))
    risers[:, 0] = edges[month + 1]
    risers[:, 2] = risers[:, 0] + 1
    np.minimum(one, other, out=risers[:, 1])
    np.maximum(one, other, out=risers[:, 3])
    risers[:, 3] += 1
    painter.setPen(Qt.PenStyle.NoPen)
    Rects(np.concatenate((between(frame, ys + 1, ys)[1], risers))).draw(painter, pen.color())


def on_pixels(painter: QPainter) -> bool:
    """Whether a unit is a pixel of the screen: neither a scaled picture nor a file of shapes."""
    return (
        not painter.deviceTransform().isScaling() and painter.paintEngine().type() == QPaintEngine.Type.Raster
    )


def _dashes(pen: QPen) -> tuple[int, ...] | None:
    """Lengths on and off in pixels, none for a solid line; None when they end between two pixels."""
    width = pen.widthF()
    return () if pen.style() == Qt.PenStyle.SolidLine else _lengths(tuple(pen.dashPattern()), width)


@lru_cache(maxsize=64)
def _lengths(pattern: tuple[float, ...], width: float) -> tuple[int, ...] | None:
    lengths = [one * width for one in pattern]
    found = tuple(round(one) for one in lengths)
    exact = all(abs(one - pixels) < _EXACT for one, pixels in zip(lengths, found, strict=True))
    return found if exact else None


def _stroke_with_pen(painter: QPainter, frame: Frame, ys: Array, pen: QPen) -> None:
    width = pen.widthF()
    # a solid line of whole pixels looks the same without it, and costs half
    crisp = pen.style() == Qt.PenStyle.SolidLine and width == round(width)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, not crisp)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for x, y in corners(frame.edges(), ys):
        painter.drawPolyline(polygon(x, y))


@lru_cache(maxsize=512)
def _line(
    width: float, height: float, months: int, levels: bytes, dashes: tuple[int, ...], reach: int
) -> Rects:
    """The rectangles of a line that reaches so many pixels to each side of its levels; none is over another.
    Half of the lines of a plot that is painted again are those of the last time.

    Dashes are counted from the plot's left side and from its top, not along the line: so they stand still
    where the line does, whatever it does before.
    """
    ys = np.frombuffer(levels)
    month, left, right, at_begin, at_end = _levels(width, months, dashes)
    # levels reach into the corner of a riser; lower steps hang together as they are
    high = (np.abs(ys[1:] - ys[:-1]) >= 2 * reach).nonzero()[0]  # never where a figure is missing
    corner = np.zeros(months + 1)
    corner[high + 1] = reach
    y = ys[month]
    sides = np.empty((len(month), 4))
    np.subtract(left, corner[month] * at_begin, out=sides[:, 0])
    np.add(right, corner[month + 1] * at_end, out=sides[:, 2])
    np.subtract(y, reach, out=sides[:, 1])
    np.add(y, reach, out=sides[:, 3])
    known = y == y
    if not known.all():
        sides = sides[known]
    if len(high):
        x, begin, end = edges_of(width, months)[high + 1], ys[high], ys[high + 1]
        top, bottom = np.minimum(begin, end) + reach, np.maximum(begin, end) - reach
        if dashes:
            x, top, bottom = _risers(x, top, bottom, _marks(-height, 2 * height, dashes))
        sides = np.concatenate((sides, np.array((x - reach, top, x + reach, bottom)).T))
    return Rects(sides)


@lru_cache(maxsize=64)
def _levels(width: float, months: int, dashes: tuple[int, ...]) -> tuple[Array, ...]:
    """Month, left and right of all pieces of levels, and whether they begin and end with their month."""
    edges = edges_of(width, months)
    marks = _marks(0.0, float(edges[-1]), dashes) if dashes else edges[[0, -1]]
    cuts = np.union1d(edges, marks[marks < edges[-1]])
    left, right = cuts[:-1], cuts[1:]
    on = np.searchsorted(marks, left, "right") % 2 == 1
    left, right = left[on], right[on]
    month = np.searchsorted(edges, left, "right") - 1
    return month, left, right, left == edges[month], right == edges[month + 1]


@lru_cache(maxsize=64)
def _marks(first: float, last: float, dashes: tuple[int, ...]) -> Array:
    """Where dashes begin and end, in turn, from before `first` to beyond `last`; one begins at 0."""
    period = sum(dashes)
    before = int(-first // period) + 1 if first < 0 else 0
    count = before + int(last // period) + 2
    return np.concatenate(((0.0,), np.cumsum(dashes * count))) - before * period


def _risers(x: Array, top: Array, bottom: Array, marks: Array) -> tuple[Array, Array, Array]:
    """The dashes of risers at x from `top` to `bottom`."""
    begins = np.maximum(marks[:-1:2], top[:, None])
    ends = np.minimum(marks[1::2], bottom[:, None])
    riser, dash = (begins < ends).nonzero()
    return x[riser], begins[riser, dash], ends[riser, dash]
