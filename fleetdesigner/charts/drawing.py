"""A chart's figures as one graphics item: grid, areas, limit, lines, and the baseline behind them."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF, QRectF, QSizeF, Qt
from PySide6.QtGui import QBrush, QPaintEngine, QPainter, QPen, QPixmap

from fleetdesigner.charts.badges import paint_badges
from fleetdesigner.charts.colours import fill_of, line_of
from fleetdesigner.charts.graphics import GraphicsObject
from fleetdesigner.charts.pens import series_pen
from fleetdesigner.charts.reading import Array, Reading, Trace
from fleetdesigner.charts.scale import AxisRange, AxisUnit
from fleetdesigner.charts.shapes import (
    Frame,
    draw_between,
    draw_limit,
    draw_line,
    draw_over,
    fill_between,
    stroke,
)
from fleetdesigner.charts.words import draw_words, text_width
from fleetdesigner.look.theme import Theme, current
from fleetdesigner.look.tokens import LINE_BASELINE

_WORD_THICK = 14
"""An area at least this thick carries its name."""
_GAP_THICK = 3
_EDGE = 1.5
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
        self._sides: Array = np.empty((0, 2, 0))
        self._kept: QPixmap | None = None
        self._kept_for: tuple[str, float, float, float] | None = None

    def set_size(self, width: float, height: float) -> None:
        """The view box has another size."""
        self.prepareGeometryChange()
        self._rect = QRectF(0, 0, width, height)
        self._kept = None
        self.update()

    def show_reading(self, reading: Reading | None, value_range: AxisRange, unit: AxisUnit) -> None:
        """Draw other figures."""
        self._reading, self._range, self._unit = reading, value_range, unit
        self._kept = None
        self.update()

    def boundingRect(self) -> QRectF:
        return self._rect.adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN)

    def frame(self) -> Frame | None:
        """Where the figures stand; None while there are none."""
        if self._reading is None:
            return None
        return Frame(self._rect.width(), self._rect.height(), self._reading.months, self._range)

    def paint(self, painter: QPainter, option: object, widget: object = None) -> None:
        theme = current()
        if painter.paintEngine().type() != QPaintEngine.Type.Raster:  # SVG and PDF take the shapes themselves
            self._paint_all(painter, theme)
            return
        # The month line crosses the plot with every step of a scrub: what lies below is kept as a picture.
        ratio = max(1.0, painter.deviceTransform().m11())
        key = (theme.name, ratio, self._rect.width(), self._rect.height())
        if self._kept is None or self._kept_for != key:
            self._kept, self._kept_for = self._picture(theme, ratio), key
        painter.drawPixmap(-_MARGIN, -_MARGIN, self._kept)

    def _picture(self, theme: Theme, ratio: float) -> QPixmap:
        size = self._rect.size() + QSizeF(2 * _MARGIN, 2 * _MARGIN)
        made = QPixmap((size * ratio).toSize())
        made.setDevicePixelRatio(ratio)
        made.fill(theme.color("panel"))
        painter = QPainter(made)
        painter.translate(_MARGIN, _MARGIN)
        self._paint_all(painter, theme)
        painter.end()
        return made

    def _paint_all(self, painter: QPainter, theme: Theme) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setFont(theme.font("caption"))
        self._paint_grid(painter, theme)
        reading, frame = self._reading, self.frame()
        if reading is None or frame is None:
            return
        painter.setClipRect(self._rect.adjusted(0, -2, 0, 1))
        if reading.of("stack"):
            self._paint_stack(painter, frame, reading, theme)
        self._paint_bars(painter, frame, reading, theme)
        self._paint_unmet(painter, frame, reading, theme)
        self._paint_limits(painter, frame, reading, theme)
        if reading.baseline is not None:
            pen = series_pen(theme.color("ghost"), LINE_BASELINE, "measured", theme)
            draw_line(painter, frame, reading.baseline, pen)
        for trace in (*reading.of("alternative"), *reading.of("line")):
            draw_line(painter, frame, trace.values, line_pen(trace, theme))
        self._name_areas(painter, frame, reading, theme)
        self._name_limits(painter, frame, reading, theme)
        paint_badges(painter, frame, reading.of("alternative"), theme)

    def _paint_grid(self, painter: QPainter, theme: Theme) -> None:
        frame = Frame(self._rect.width(), self._rect.height(), 1, self._range)
        painter.setPen(QPen(theme.color("grid"), 1))
        for tick in self._range.ticks():
            painter.drawLine(QLineF(0, frame.y(tick), self._rect.width(), frame.y(tick)))

    def _paint_stack(self, painter: QPainter, frame: Frame, reading: Reading, theme: Theme) -> None:
        traces, sides = reading.of("stack"), frame.ys(reading.areas)
        self._sides = sides
        for trace, (low, high) in zip(traces, sides, strict=True):
            fill_between(painter, frame, low, high, QBrush(fill_of(trace, theme)))
            if trace.evidence == "assumption" and trace.layer.colours == "family":
                fill_between(painter, frame, low, high, theme.hatch(line_of(trace, theme), "band"))
        for trace, (low, high) in zip(traces, sides, strict=True):
            self._paint_edge(painter, frame, trace, low, high, theme)

    def _paint_edge(
        self, painter: QPainter, frame: Frame, trace: Trace, low: Array, high: Array, theme: Theme
    ) -> None:
        family = trace.layer.colours == "family"
        # a gap of 1 px between two areas; an area of a few pixels would be nothing but gaps
        top = np.where(low - high > (0 if family else _GAP_THICK), high, np.nan)
        pen = QPen(theme.color("panel"), 1)
        if family:
            pen = series_pen(line_of(trace, theme), _EDGE, trace.evidence, theme)
        stroke(painter, frame, top, pen)

    def _name_areas(self, painter: QPainter, frame: Frame, reading: Reading, theme: Theme) -> None:
        traces = reading.of("stack")
        for trace, (low, high) in zip(traces, self._sides if traces else (), strict=True):
            self._paint_word(painter, frame, trace, low, high, theme)

    def _paint_word(
        self, painter: QPainter, frame: Frame, trace: Trace, low: Array, high: Array, theme: Theme
    ) -> None:
        word = trace.name
        width = text_width(word, "caption") + 8
        months = min(frame.months, max(1, int(np.ceil(width / frame.width * frame.months)) + 1))
        if width > frame.width * 0.6:
            return
        top, bottom = float(high[-months:].max()), float(low[-months:].min())
        if bottom - top >= _WORD_THICK:
            rect = QRectF(frame.width - width, top, width - 4, bottom - top)
            fill = fill_of(trace, theme)
            middle = rect.center().y()
            # the baseline's line passes behind the word
            painter.fillRect(QRectF(rect.left() + 2, middle - 6, rect.width() - 2, 12), fill)
            painter.setPen(theme.text_on(fill))
            draw_words(painter, rect.left() + 4, middle, word, "caption")

    def _paint_bars(self, painter: QPainter, frame: Frame, reading: Reading, theme: Theme) -> None:
        for trace in reading.of("bars"):
            zero = np.zeros(reading.months)
            up, down = np.fmax(trace.values, 0.0), np.fmin(trace.values, 0.0)
            draw_between(painter, frame, zero, up, QBrush(theme.cost(0)))
            draw_between(painter, frame, down, zero, QBrush(theme.cost(5)))
        if self._range.low < 0:
            y = frame.y(0.0)
            painter.setPen(QPen(theme.color("ink3"), 1))
            painter.drawLine(QLineF(0, y, frame.width, y))

    def _paint_unmet(self, painter: QPainter, frame: Frame, reading: Reading, theme: Theme) -> None:
        lines = reading.of("line")
        for trace in reading.of("unmet"):
            if lines:
                top = lines[-1].values
                missing = np.where(trace.values > 0, top - trace.values, np.nan)
                draw_between(painter, frame, missing, top, theme.hatch("ink2", "mark"))

    def _paint_limits(self, painter: QPainter, frame: Frame, reading: Reading, theme: Theme) -> None:
        for trace in reading.of("limit"):
            draw_limit(painter, frame, trace.values, theme)
            if reading.headline is not None:
                draw_over(painter, frame, reading.headline.values, trace.values, theme)

    def _name_limits(self, painter: QPainter, frame: Frame, reading: Reading, theme: Theme) -> None:
        for trace in reading.of("limit"):
            y = float(frame.ys(trace.values[-1:])[0])
            if not np.isfinite(y) or not -1 <= y <= frame.height:
                continue
            words = f"{trace.name} {self._unit.number(float(trace.values[-1]))} {self._unit.word}"
            width = text_width(words, "caption") + 6
            rect = QRectF(frame.width - width - 2, y + 3, width, 16)
            painter.fillRect(rect, theme.color("panel"))
            painter.setPen(theme.color("ink"))
            draw_words(painter, rect.left() + 3, rect.center().y(), words, "caption")


def line_pen(trace: Trace, theme: Theme) -> QPen:
    """Pen of a line trace; a line of grade none has no figure and is never drawn."""
    pen = series_pen(line_of(trace, theme), trace.layer.weight, trace.evidence, theme)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen
