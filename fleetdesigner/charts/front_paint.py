"""Painting a front: grid, hatch, bands, lines, marks, labels that keep clear of each other, a card."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from fleetdesigner.charts.front_data import Array, FrontLine
from fleetdesigner.charts.pens import series_pen
from fleetdesigner.look.theme import current
from fleetdesigner.units import digits

if TYPE_CHECKING:
    from fleetdesigner.charts.front_plot import FrontPlot

_ALIGN_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_MOST_CARD = 340.0


@dataclass(frozen=True, slots=True)
class Spot:
    """A point that can be read."""

    x: float
    y: float
    words: tuple[str, ...]
    ring: bool
    """Planned or published, not only on the line."""


def spots_of(line: FrontLine) -> list[Spot]:
    """Points of a line, then what is planned, then published runs."""
    found = [
        Spot(float(x), float(y), (line.label, *words.split("\n")), False)
        for x, y, words in zip(line.x, line.y, line.steps, strict=True)
    ]
    if line.point is not None:
        found.append(Spot(*line.point, (f"{line.label}, as planned", line.point_words), True))
    found += [Spot(mark.x, mark.y, mark.words, True) for mark in line.marks]
    return sorted(found, key=lambda spot: spot.x)


class FrontPainter:
    """Paints the picture of a plot with one painter."""

    def __init__(self, painter: QPainter, plot: FrontPlot) -> None:
        self._painter, self._plot, self._theme = painter, plot, current()
        self._box = plot.plot_rect()
        self._taken: list[QRectF] = []
        self._lines: list[tuple[FrontLine, Array, Array]] | None = None

    def paint(self) -> None:
        """Everything but the card."""
        picture, painter = self._plot.picture, self._painter
        if picture is None or not picture.lines:
            self._empty("" if picture is None else picture.empty)
            return
        self._axes(picture.x_words, picture.y_words)
        painter.save()
        painter.setClipRect(self._box.adjusted(0, -1, 1, 1))
        if picture.target is not None:
            self._missed(picture.target)
        for line in picture.lines:
            self._band(line)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for line in picture.lines:
            painter.setPen(self._pen(line))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline(self._plot.line_of(line.x, line.y))
        for line in picture.lines:
            self._marks(line)
        painter.restore()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if picture.target is not None:
            self._target(picture.target, picture.target_words)
        for line in picture.lines:
            self._planned(line)
        for line in picture.lines:
            self._label(line)

    # parts

    def _empty(self, words: str) -> None:
        painter, theme = self._painter, self._theme
        painter.setFont(theme.font("text"))
        painter.setPen(theme.color("ink2"))
        flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
        painter.drawText(self._box.adjusted(24, 0, -24, 0), flags, words)

    def _axes(self, x_words: str, y_words: str) -> None:
        painter, theme, box, scale = self._painter, self._theme, self._box, self._plot.scale_shown
        painter.setFont(theme.font("caption", tabular=True))
        for tick in scale.y_ticks():
            y = round(self._plot.place(0, tick).y())
            painter.setPen(QPen(theme.color("grid"), 1))
            painter.drawLine(QLineF(box.left(), y + 0.5, box.right(), y + 0.5))
            painter.setPen(theme.color("ink3"))
            painter.drawText(QRectF(0, y - 8, box.left() - 8, 16), _ALIGN_RIGHT, _tick(tick, tick))
        foot = round(box.bottom())
        painter.setPen(QPen(theme.color("line2"), 1))
        painter.drawLine(QLineF(box.left(), foot + 0.5, box.right(), foot + 0.5))
        painter.setPen(theme.color("ink3"))
        middle = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        for tick in scale.x_ticks():
            x = self._plot.place(tick, scale.low).x()
            left = min(x - 30, self._plot.width() - 62.0)
            flags = middle if left == x - 30 else Qt.AlignmentFlag.AlignRight
            painter.drawText(QRectF(left, foot + 4, 60, 16), flags, _tick(tick, scale.right))
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("ink2"))
        painter.drawText(QRectF(12, 2, box.right() - 12, 16), int(Qt.AlignmentFlag.AlignLeft), y_words)
        painter.drawText(
            QRectF(box.left(), foot + 20, box.width(), 16), int(Qt.AlignmentFlag.AlignRight), x_words
        )

    def _missed(self, target: float) -> None:
        right = self._plot.place(target, self._plot.scale_shown.high).x()
        area = QRectF(self._box.left(), self._box.top(), right - self._box.left(), self._box.height())
        self._painter.fillRect(area, self._theme.hatch("refuse", "refused"))

    def _target(self, target: float, words: str) -> None:
        painter, theme, box = self._painter, self._theme, self._box
        x = round(self._plot.place(target, self._plot.scale_shown.high).x())
        painter.setPen(QPen(theme.color("ink"), 2))
        painter.drawLine(QLineF(x, box.top(), x, box.bottom()))
        self._taken.append(QRectF(x - 3, box.top(), 6, box.height()))
        painter.setFont(theme.font("caption_strong"))
        metrics = QFontMetricsF(painter.font())
        painter.setPen(theme.color("ink"))
        wide = metrics.horizontalAdvance(words) + 2
        at = x + 8 if x + 8 + wide < box.right() else x - 8 - wide
        self._haloed(QPointF(at, box.top() + 14), words, "caption_strong", "ink")
        self._taken.append(QRectF(at, box.top(), wide, 18))
        plain = "misses the target"
        room = metrics.horizontalAdvance(plain) + 16
        if at > x and x - box.left() > room:
            self._haloed(QPointF(x - room + 8, box.top() + 14), plain, "caption", "ink2")
            self._taken.append(QRectF(x - room, box.top(), room, 18))

    def _colour(self, line: FrontLine) -> QColor:
        colour = QColor(self._theme.family(line.generation).edge)
        if line.faint:
            colour.setAlphaF(0.5)
        return colour

    def _pen(self, line: FrontLine) -> QPen:
        return series_pen(self._colour(line), 2.25, line.grade, self._theme)

    def _band(self, line: FrontLine) -> None:
        painter, theme = self._painter, self._theme
        x = np.concatenate([line.x, line.x[::-1]])
        area = self._plot.line_of(x, np.concatenate([line.high, line.low[::-1]]))
        fill = theme.band(theme.family(line.generation).fill, line.grade)
        if line.faint:
            fill.setAlphaF(fill.alphaF() * 0.5)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawPolygon(area)
        if line.grade == "assumption":
            painter.setBrush(theme.hatch(theme.family(line.generation).edge, "band"))
            painter.drawPolygon(area)

    def _marks(self, line: FrontLine) -> None:
        painter, theme = self._painter, self._theme
        painter.setPen(QPen(theme.family(line.generation).edge, 1.5))
        painter.setBrush(theme.color("panel"))
        for mark in line.marks:
            at = self._plot.place(mark.x, mark.y)
            painter.drawPolygon(_diamond(at, 4.0))

    def _planned(self, line: FrontLine) -> None:
        if line.point is None:
            return
        painter, theme = self._painter, self._theme
        at = self._plot.place(*line.point)
        painter.setPen(QPen(theme.color("ink"), 2))
        painter.setBrush(theme.family(line.generation).fill)
        painter.drawEllipse(at, 5.0, 5.0)
        words = digits(line.point[1])
        metrics = QFontMetricsF(theme.font("caption_strong", tabular=True))
        wide = metrics.horizontalAdvance(words)
        for place in (QPointF(at.x() - wide - 9, at.y() + 15), QPointF(at.x() + 9, at.y() - 7),
                      QPointF(at.x() + 9, at.y() + 16), QPointF(at.x() - wide - 9, at.y() - 7)):  # fmt: skip
            box = QRectF(place.x(), place.y() - 11, wide, 14)
            if self._box.contains(box) and not any(box.intersects(other) for other in self._taken):
                break
        self._haloed(place, words, "caption_strong", "ink")
        self._taken += [box, QRectF(at.x() - 7, at.y() - 7, 14, 14)]

    def _label(self, line: FrontLine) -> None:
        theme = self._theme
        metrics = QFontMetricsF(theme.font("caption_strong"))
        wide = max(
            metrics.horizontalAdvance(line.label),
            QFontMetricsF(theme.font("caption")).horizontalAdvance(line.detail),
        )
        tall = 30.0 if line.detail else 15.0
        best, place = float("inf"), None
        for share in (0.62, 0.5, 0.75, 0.38, 0.88, 0.25, 0.97):
            x = float(line.x[0] + (line.x[-1] - line.x[0]) * share)
            anchor = self._plot.place(x, float(np.interp(x, line.x, line.y)))
            for dx, dy in ((10, -tall - 8), (10, 8), (-wide - 10, 8), (-wide - 10, -tall - 8)):
                box = QRectF(anchor.x() + dx, anchor.y() + dy, wide + 2, tall)
                cost = self._crowded(box, line)
                if cost < best:
                    best, place = cost, box
            if best == 0:
                break
        if place is None:
            return
        self._taken.append(place)
        # the edge colour of a faint line must still be read
        self._haloed(
            QPointF(place.left(), place.top() + 12), line.label, "caption_strong",
            theme.family(line.generation).edge,
        )  # fmt: skip
        if line.detail:
            self._haloed(QPointF(place.left(), place.top() + 27), line.detail, "caption", "ink2")

    def _crowded(self, box: QRectF, own: FrontLine) -> float:
        """How much a label would cover: 0 is free."""
        if not self._box.adjusted(2, 2, -2, -2).contains(box):
            return 1e6
        cost = 100.0 * sum(box.intersects(other) for other in self._taken)
        for line, x, y in self._outlines():
            inside = (x > box.left()) & (x < box.right()) & (y > box.top()) & (y < box.bottom())
            cost += int(np.count_nonzero(inside)) * (3.0 if line is own else 2.0)
        return cost

    def _outlines(self) -> list[tuple[FrontLine, Array, Array]]:
        """Pixels along each line and of its marks, for labels to keep clear of; made once."""
        if self._lines is None:
            picture, self._lines = self._plot.picture, []
            for line in () if picture is None else picture.lines:
                x = np.linspace(line.x[0], line.x[-1], 48)
                rates = np.concatenate([np.interp(x, line.x, line.y), [mark.y for mark in line.marks]])
                users = np.concatenate([x, [mark.x for mark in line.marks]])
                self._lines.append((line, *self._plot.pixels(users, rates)))
        return self._lines

    def card(self, line: FrontLine, spot: Spot) -> None:
        """The card of a point, with its ring."""
        painter, theme = self._painter, self._theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        at = self._plot.place(spot.x, spot.y)
        painter.setPen(QPen(theme.color("accent"), 1.5))
        painter.setBrush(theme.color("panel"))
        painter.drawEllipse(at, 3.5, 3.5)
        fonts = [theme.font("text_strong" if row == 0 else "caption") for row in range(len(spot.words))]
        widths = [
            QFontMetricsF(font).horizontalAdvance(words)
            for font, words in zip(fonts, spot.words, strict=True)
        ]
        wide = min(max(widths) + 20, _MOST_CARD, self._plot.width() - 8.0)
        tall = 16.0 * len(spot.words) + 14
        x = min(max(4.0, at.x() + 14), self._plot.width() - wide - 4)
        y = at.y() - tall - 12 if at.y() - tall - 12 > 2 else at.y() + 14
        box = QRectF(round(x) + 0.5, round(min(y, self._plot.height() - tall - 2)) + 0.5, wide, tall)
        painter.setPen(QPen(theme.color("border"), 1))
        painter.setBrush(theme.color("raised"))
        painter.drawRoundedRect(box, 4, 4)
        for row, (font, words) in enumerate(zip(fonts, spot.words, strict=True)):
            painter.setFont(font)
            painter.setPen(theme.color("ink" if row == 0 else "ink2"))
            shown = QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideRight, wide - 18)
            painter.drawText(QPointF(box.left() + 10, box.top() + 18 + 16 * row), shown)

    def _haloed(self, at: QPointF, words: str, font: str, colour: str | QColor) -> None:
        """Words with a rim in the panel's colour, so that lines below do not run through them."""
        painter, theme = self._painter, self._theme
        path = QPainterPath()
        path.addText(at, theme.font(font), words)
        rim = QPen(theme.color("panel"), 3.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        rim.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.strokePath(path, rim)
        painter.setFont(theme.font(font))
        painter.setPen(theme.color(colour) if isinstance(colour, str) else colour)
        painter.drawText(at, words)


def _diamond(at: QPointF, size: float) -> QPolygonF:
    return QPolygonF(
        [
            QPointF(at.x(), at.y() - size - 1),
            QPointF(at.x() + size + 1, at.y()),
            QPointF(at.x(), at.y() + size + 1),
            QPointF(at.x() - size - 1, at.y()),
        ]
    )


def _tick(value: float, most: float) -> str:
    """A number at an axis that reaches `most`: all of an axis in one unit."""
    if value and most >= 1e6:
        return f"{value / 1e6:g} M"
    if value and most >= 1e5:
        return f"{value / 1e3:g} k"
    return f"{value:,.0f}" if value >= 1 or value == 0 else f"{value:g}"
