"""A chart's figures as one graphics item: grid, areas, limit, lines, and the baseline behind them."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPen

from fleetdesigner.charts.badges import paint_badges
from fleetdesigner.charts.colours import fill_of, line_of
from fleetdesigner.charts.graphics import GraphicsObject
from fleetdesigner.charts.notes import paint_notes
from fleetdesigner.charts.pens import series_pen, whole_dashes
from fleetdesigner.charts.reading import Look, Reading
from fleetdesigner.charts.scale import AxisRange, AxisUnit
from fleetdesigner.charts.shapes import Frame, areas, fill_between
from fleetdesigner.charts.sketch import Sketch, sketch
from fleetdesigner.charts.strokes import hairlines, stroke
from fleetdesigner.charts.words import draw_words, text_width
from fleetdesigner.look.theme import Theme, current
from fleetdesigner.look.tokens import LINE_BASELINE

_WORD_THICK = 14
"""An area at least this thick carries its name."""
_GAP_THICK = 3
_EDGE = 1.5
_REACH = 4
"""Pixels that lines and their corners reach beside their month."""
_WORD_ROOM = 16
"""Pixels around a word at the right."""
_MARGIN = 2
"""Pixels around the plot that the grid's first and last line reach into."""


class Drawing(GraphicsObject):
    """Paints one `Reading` in the pixels of its view box."""

    def __init__(self) -> None:
        super().__init__()
        self._rect = QRectF(0, 0, 1, 1)
        self._reading: Reading | None = None
        self._range = AxisRange(0, 1, 0.25)
        self._unit = AxisUnit(1, "", "")
        self._sketch: Sketch | None = None

    def set_size(self, width: float, height: float) -> None:
        """The view box has another size."""
        self.prepareGeometryChange()
        self._rect = QRectF(0, 0, width, height)
        self._sketch = self._sketched()

    def show_reading(
        self, reading: Reading | None, value_range: AxisRange, unit: AxisUnit, on_pixels: bool
    ) -> QRectF:
        """Draw other figures; what of the picture is another one, empty for nothing. `on_pixels`: whether a
        unit is a pixel.
        """
        before, ranged = self._sketch, value_range != self._range
        self._reading, self._range, self._unit = reading, value_range, unit
        made = self._sketch = self._sketched()
        if made is None and before is None and not ranged:
            return QRectF()
        moved = None if made is None or ranged else made.moved_from(before)
        if made is None or moved is None:
            return self.boundingRect()
        return self._between(made, *moved, on_pixels)

    def _between(self, found: Sketch, first: int, last: int, on_pixels: bool) -> QRectF:
        """What the months from `first` to before `last` have to do with, words and badges included."""
        if first == last:
            return QRectF()
        edges = found.frame.edges()
        left, right = float(edges[first]) - _REACH, float(edges[last]) + _REACH
        end = found.frame.width + _MARGIN
        words = [text_width(mark.look.name, "caption") for mark in found.of("stack") if mark.look]
        words += [text_width(one, "caption") for one in found.limits]
        # words stand at the right, as high as the figures above and below them are there
        begin = end - max(words, default=0.0) - _WORD_ROOM - found.frame.width / found.frame.months * 2
        if found.of("alternative"):
            left, right = -_MARGIN, end
        elif words and right > begin:
            left, right = min(left, begin), end
        if not (on_pixels and all(whole_dashes(mark.look.evidence) for mark in found.marks if mark.look)):
            right = end  # such dashes are counted along the line
        left, right = max(left, -_MARGIN), min(right, end)
        return QRectF(left, -_MARGIN, right - left, self._rect.height() + 2 * _MARGIN)

    def boundingRect(self) -> QRectF:
        return self._rect.adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN)

    def frame(self) -> Frame | None:
        """Where the figures stand; None while there are none."""
        return None if self._sketch is None else self._sketch.frame

    def _sketched(self) -> Sketch | None:
        if self._reading is None:
            return None
        return sketch(self._reading, self._range, self._unit, self._rect.width(), self._rect.height())

    def paint(self, painter: QPainter, option: object = None, widget: object = None) -> None:
        theme = current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._paint_grid(painter, theme)
        found = self._sketch
        if found is None:
            return
        painter.setClipRect(self._rect.adjusted(0, -2, 0, 1), Qt.ClipOperation.IntersectClip)
        _paint_stack(painter, found, theme)
        self._paint_bars(painter, found, theme)
        for mark in found.of("unmet"):
            missing, top = found.levels[mark.first : mark.first + 2]
            fill_between(painter, found.frame, missing, top, theme.hatch("ink2", "mark"))
        _paint_limits(painter, found, theme)
        for mark in found.of("baseline"):
            pen = series_pen(theme.color("ghost"), LINE_BASELINE, "measured", theme)
            stroke(painter, found.frame, found.levels[mark.first], pen)
        for mark in (*found.of("alternative"), *found.of("line")):
            if mark.look is not None:
                stroke(painter, found.frame, found.levels[mark.first], line_pen(mark.look, theme))
        paint_notes(painter, found, theme)
        _name_areas(painter, found, theme)
        _name_limits(painter, found, theme)
        paint_badges(painter, found, theme)

    def _paint_grid(self, painter: QPainter, theme: Theme) -> None:
        painter.setPen(QPen(theme.color("grid"), 1))
        painter.drawLines(_grid(self._range, self._rect.width(), self._rect.height()))

    def _paint_bars(self, painter: QPainter, found: Sketch, theme: Theme) -> None:
        frame = found.frame
        y = frame.y(0.0)
        zero = np.full(frame.months, y)
        for mark in found.of("bars"):
            level = found.levels[mark.first]
            # up on the screen is the smaller number
            fill_between(painter, frame, zero, np.fmin(level, zero), QBrush(theme.cost(0)))
            fill_between(painter, frame, np.fmax(level, zero), zero, QBrush(theme.cost(5)))
        if self._range.low < 0:
            painter.setPen(QPen(theme.color("ink3"), 1))
            painter.drawLine(QLineF(0, y, frame.width, y))


@lru_cache(maxsize=64)
def _grid(value_range: AxisRange, width: float, height: float) -> list[QLineF]:
    frame = Frame(width, height, 1, value_range)
    return [QLineF(0, y, width, y) for y in map(frame.y, value_range.ticks())]


def line_pen(look: Look, theme: Theme) -> QPen:
    """Pen of a line; a line of grade none has no figure and is never drawn."""
    return series_pen(line_of(look, theme), look.layer.weight, look.evidence, theme)


def _paint_stack(painter: QPainter, found: Sketch, theme: Theme) -> None:
    looks = [(mark.look, mark.first) for mark in found.of("stack") if mark.look]
    if not looks:
        return
    rows = [first for _, first in looks]
    low, high = found.levels[rows], found.levels[[row + 1 for row in rows]]
    rects, firsts = areas(found.frame, low, high)
    painter.setPen(Qt.PenStyle.NoPen)
    for (look, _), first, end in zip(looks, firsts, firsts[1:], strict=False):
        rects.draw(painter, fill_of(look, theme), first, end - first)
        if look.evidence == "assumption" and look.layer.colours == "family":
            rects.draw(painter, theme.hatch(line_of(look, theme), "band"), first, end - first)
    families = [look.layer.colours == "family" for look, _ in looks]
    # a gap of 1 px between two areas; an area of a few pixels would be nothing but gaps
    least = np.array([0 if family else _GAP_THICK for family in families])
    top = np.where(low - high > least[:, None], high, np.nan)
    if not all(families):
        pen = QPen(theme.color("panel"), 1)
        hairlines(painter, found.frame, top[[at for at, family in enumerate(families) if not family]], pen)
    for (look, _), levels, family in zip(looks, top, families, strict=True):
        if family:
            pen = series_pen(line_of(look, theme), _EDGE, look.evidence, theme)
            stroke(painter, found.frame, levels, pen)


def _name_areas(painter: QPainter, found: Sketch, theme: Theme) -> None:
    frame = found.frame
    for mark in found.of("stack"):
        if mark.look is None:
            continue
        low, high = found.levels[mark.first : mark.first + 2]
        if low[-1] - high[-1] < _WORD_THICK:
            continue
        word = mark.look.name
        width = text_width(word, "caption") + 8
        if width > frame.width * 0.6:
            continue
        months = min(frame.months, max(1, int(np.ceil(width / frame.width * frame.months)) + 1))
        top, bottom = float(high[-months:].max()), float(low[-months:].min())
        if bottom - top >= _WORD_THICK:
            rect = QRectF(frame.width - width, top, width - 4, bottom - top)
            fill = fill_of(mark.look, theme)
            middle = rect.center().y()
            # the baseline's line passes behind the word
            painter.fillRect(QRectF(rect.left() + 2, middle - 6, rect.width() - 2, 12), fill)
            painter.setPen(theme.text_on(fill))
            draw_words(painter, rect.left() + 4, middle, word, "caption")


def _paint_limits(painter: QPainter, found: Sketch, theme: Theme) -> None:
    """A 2 px ink line with a neutral hatch beyond it; red where a value is above its limit."""
    frame = found.frame
    for mark in found.of("limit"):
        limit = found.levels[mark.first]
        top = np.where(np.isnan(limit), np.nan, frame.y(max(frame.range.high, 0.0)))
        fill_between(painter, frame, limit, np.fmin(top, limit), theme.hatch("refuse", "refused"))
        stroke(painter, frame, limit, series_pen(theme.color("ink"), 2.0, "measured", theme))
    for mark in found.of("over"):
        limit, over = found.levels[mark.first : mark.first + 2]
        fill_between(painter, frame, limit, over, theme.hatch("over", "over"))
        stroke(painter, frame, over, series_pen(theme.color("over"), 2.0, "measured", theme))


def _name_limits(painter: QPainter, found: Sketch, theme: Theme) -> None:
    for mark, words in zip(found.of("limit"), found.limits, strict=True):
        if not words:
            continue
        y = float(found.levels[mark.first, -1])
        width = text_width(words, "caption") + 6
        rect = QRectF(found.frame.width - width - 2, y + 3, width, 16)
        painter.fillRect(rect, theme.color("panel"))
        painter.setPen(theme.color("ink"))
        draw_words(painter, rect.left() + 3, rect.center().y(), words, "caption")
