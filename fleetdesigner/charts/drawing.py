"""A chart's figures as one graphics item: grid, areas, limit, lines, and the baseline behind them."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPen

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
    draw_word,
)
from fleetdesigner.look.theme import Theme, current
from fleetdesigner.look.tokens import LINE_BASELINE

_WORD_THICK = 14
"""An area at least this thick carries its name."""
_GAP_THICK = 3
_EDGE = 1.5


class Drawing(GraphicsObject):
    """Paints one `Reading` in the pixels of its view box."""

    def __init__(self) -> None:
        super().__init__()
        self._rect = QRectF(0, 0, 1, 1)
        self._reading: Reading | None = None
        self._range = AxisRange(0, 1, 0.25)
        self._unit = AxisUnit(1, "", "")
        self.setFlag(self.GraphicsItemFlag.ItemUsesExtendedStyleOption, False)

    def set_size(self, width: float, height: float) -> None:
        """The view box has another size."""
        self.prepareGeometryChange()
        self._rect = QRectF(0, 0, width, height)
        self.update()

    def show_reading(self, reading: Reading | None, value_range: AxisRange, unit: AxisUnit) -> None:
        """Draw other figures."""
        self._reading, self._range, self._unit = reading, value_range, unit
        self.update()

    def boundingRect(self) -> QRectF:
        return self._rect

    def frame(self) -> Frame | None:
        """Where the figures stand; None while there are none."""
        if self._reading is None:
            return None
        return Frame(self._rect.width(), self._rect.height(), self._reading.months, self._range)

    def paint(self, painter: QPainter, option: object, widget: object = None) -> None:
        theme = current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setFont(theme.font("caption"))
        self._paint_grid(painter, theme)
        reading, frame = self._reading, self.frame()
        if reading is None or frame is None:
            return
        painter.setClipRect(self._rect.adjusted(0, -2, 0, 1))
        total = self._paint_stack(painter, frame, reading, theme)
        self._paint_bars(painter, frame, reading, theme)
        self._paint_unmet(painter, frame, reading, theme)
        self._paint_limits(painter, frame, reading, total, theme)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
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

    def _paint_stack(self, painter: QPainter, frame: Frame, reading: Reading, theme: Theme) -> Array | None:
        traces = reading.of("stack")
        if not traces:
            return None
        areas = stacked([np.nan_to_num(trace.values) for trace in traces])
        for trace, (low, high) in zip(traces, areas, strict=True):
            draw_between(painter, frame, low, high, QBrush(fill_of(trace, theme)))
            if trace.evidence == "assumption" and trace.layer.colours == "family":
                draw_between(painter, frame, low, high, theme.hatch(line_of(trace, theme), "band"))
        for trace, (low, high) in zip(traces, areas, strict=True):
            self._paint_edge(painter, frame, trace, low, high, theme)
        return np.asarray(sum(np.nan_to_num(trace.values) for trace in traces), dtype=np.float64)

    def _paint_edge(
        self, painter: QPainter, frame: Frame, trace: Trace, low: Array, high: Array, theme: Theme
    ) -> None:
        # a gap of 1 px between two areas; an area of a few pixels would be nothing but gaps
        least = 0 if trace.layer.colours == "family" else _GAP_THICK
        top = np.where(frame.ys(low) - frame.ys(high) > least, high, np.nan)
        if trace.layer.colours == "family":
            pen = series_pen(line_of(trace, theme), _EDGE, trace.evidence, theme)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
            draw_line(painter, frame, top, pen)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        else:
            draw_line(painter, frame, top, QPen(theme.color("panel"), 1))

    def _name_areas(self, painter: QPainter, frame: Frame, reading: Reading, theme: Theme) -> None:
        traces = reading.of("stack")
        if traces:
            areas = stacked([np.nan_to_num(trace.values) for trace in traces])
            for trace, (low, high) in zip(traces, areas, strict=True):
                self._paint_word(painter, frame, trace, low, high, theme)

    def _paint_word(
        self, painter: QPainter, frame: Frame, trace: Trace, low: Array, high: Array, theme: Theme
    ) -> None:
        word = trace.name
        width = QFontMetricsF(painter.font()).horizontalAdvance(word) + 8
        months = min(frame.months, max(1, int(np.ceil(width / frame.width * frame.months)) + 1))
        if width > frame.width * 0.6:
            return
        top, bottom = float(frame.ys(high[-months:]).max()), float(frame.ys(low[-months:]).min())
        if bottom - top >= _WORD_THICK:
            rect = QRectF(frame.width - width, top, width - 4, bottom - top)
            fill = fill_of(trace, theme)
            ground = QColor(fill)
            ground.setAlphaF(0.8)  # the baseline's line passes behind the word
            middle = QRectF(rect.left(), rect.center().y() - 7, rect.width(), 14)
            painter.fillRect(middle, ground)
            draw_word(painter, rect, word, theme.text_on(fill))

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

    def _paint_limits(
        self, painter: QPainter, frame: Frame, reading: Reading, total: Array | None, theme: Theme
    ) -> None:
        for trace in reading.of("limit"):
            draw_limit(painter, frame, trace.values, theme)
            load = reading.headline.values if reading.headline is not None else total
            if load is not None:
                draw_over(painter, frame, load, trace.values, theme)

    def _name_limits(self, painter: QPainter, frame: Frame, reading: Reading, theme: Theme) -> None:
        for trace in reading.of("limit"):
            y = float(frame.ys(trace.values[-1:])[0])
            if not np.isfinite(y) or not -1 <= y <= frame.height:
                continue
            words = f"{trace.name} {self._unit.number(float(trace.values[-1]))} {self._unit.word}"
            width = QFontMetricsF(painter.font()).horizontalAdvance(words) + 6
            rect = QRectF(frame.width - width - 2, y + 3, width, 16)
            ground = QColor(theme.color("panel"))
            ground.setAlphaF(0.8)
            painter.fillRect(rect, ground)
            draw_word(painter, rect.adjusted(0, 0, -3, 0), words, theme.color("ink"))


def stacked(parts: list[Array]) -> list[tuple[Array, Array]]:
    """Lower and upper side [M] of each part: positive ones pile up from 0, negative ones hang down."""
    up, down = np.zeros(len(parts[0])), np.zeros(len(parts[0]))
    found = []
    for part in parts:
        rise, fall = np.fmax(part, 0.0), np.fmin(part, 0.0)
        low, high = np.where(part >= 0, up, down + fall), np.where(part >= 0, up + rise, down)
        found.append((low, high))
        up, down = up + rise, down + fall
    return found


def line_pen(trace: Trace, theme: Theme) -> QPen:
    """Pen of a line trace; a line of grade none has no figure and is never drawn."""
    pen = series_pen(line_of(trace, theme), trace.layer.weight, trace.evidence, theme)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen
