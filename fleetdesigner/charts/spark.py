"""The folded strip: title, a line as thick as type, and the value at the month; 40 px high."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPaintEngine, QPainter, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from fleetdesigner.charts.colours import fill_of, line_of
from fleetdesigner.charts.reading import Look, Reading, span
from fleetdesigner.charts.words import draw_words, text_width
from fleetdesigner.look.theme import Theme, current, theme_signals
from fleetdesigner.look.tokens import HEIGHTS
from fleetdesigner.units import NO_FIGURE, text

_WIDTH, _HEIGHT = 90, 16
_GAP = 8
_FINE = 8.0
"""Parts of a pixel that a line is placed by: one that moves by less looks the same."""


@dataclass(frozen=True, slots=True)
class Line:
    """A sparkline in its box: where it turns, in parts of a pixel, and its looks."""

    x: bytes
    y: bytes
    look: Look | None
    """None for the baseline's."""

    def points(self) -> QPolygonF:
        """The line in pixels."""
        x, y = (np.frombuffer(one) / _FINE for one in (self.x, self.y))
        # pyqtgraph takes a fifth of a second to import: the window is on screen before that
        from fleetdesigner.charts.graphics import polygon

        return polygon(x, y)


def sparklines(reading: Reading) -> tuple[Line, ...]:
    """The baseline and the headline over it; none without figures."""
    if reading.headline is None:
        return ()
    lead = next(
        (t for t in reading.traces if t.layer.draw in ("stack", "line") and t.known), reading.headline
    )
    both = ((reading.baseline, None), (reading.headline.values, lead.look))
    drawn = [(values, look) for values, look in both if values is not None]
    ends = [span(values) for values, _ in drawn]
    low = min(0.0, *(one for one, _ in ends), 0.0)  # NaN is not smaller than 0
    high = max(1e-12, *(one for _, one in ends), 1e-12)
    found = []
    for values, look in drawn:
        known = np.flatnonzero(np.isfinite(values))
        if known.size:
            x = (known + 0.5) * (_WIDTH / len(values))
            y = _HEIGHT - 1 - (values[known] - low) * ((_HEIGHT - 3) / (high - low))
            found.append(Line(np.rint(x * _FINE).tobytes(), np.rint(y * _FINE).tobytes(), look))
    return tuple(found)


class Spark(QWidget):
    """One folded graph. A click asks to see it whole."""

    clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reading: Reading | None = None
        self._title = ""
        self._value = ""
        self._lines: tuple[Line, ...] = ()
        self._kept: QPixmap | None = None
        self._kept_for: tuple[str, float, tuple[Line, ...]] | None = None
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        # opaque: else the strip and its style sheet are painted again under every change of a value
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        theme_signals.changed.connect(self.update)

    @property
    def value(self) -> str:
        """The value shown."""
        return self._value

    def show_reading(self, reading: Reading | None, title: str, row: int) -> None:
        """Show a chart's headline at a row of months."""
        if reading is None or not reading.same_as(self._reading):
            lines = () if reading is None else sparklines(reading)
            if lines != self._lines:
                self._lines = lines
                self.update()
        self._reading = reading
        value = None if reading is None else reading.now(row)
        unit = "" if reading is None else reading.spec.unit.removesuffix("/month")
        words = NO_FIGURE if value is None else text(value, unit)
        if (title, words) != (self._title, self._value):
            wide = self.sizeHint()
            self._title, self._value = title, words
            self.setAccessibleName(f"{title} {words}")
            if self.sizeHint() != wide:
                self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        words = text_width(self._title, "text_strong") + text_width(self._value, "text", True)
        return QSize(int(words) + _WIDTH + 2 * _GAP + 4, _HEIGHT + 8)

    def mouseReleaseEvent(self, event: object) -> None:
        self.clicked.emit()

    def paintEvent(self, event: object) -> None:
        painter, theme = QPainter(self), current()
        painter.fillRect(self.rect(), theme.color("panel"))
        middle = self.height() / 2
        painter.setPen(theme.color("ink"))
        draw_words(painter, 0, middle, self._title, "text_strong")
        x = text_width(self._title, "text_strong") + _GAP
        draw_words(painter, x + _WIDTH + _GAP, middle, self._value, "text", tabular=True)
        painter.translate(round(x), round(middle - _HEIGHT / 2))
        if painter.paintEngine().type() == QPaintEngine.Type.Raster:
            # a month that passes changes the value alone
            painter.drawPixmap(0, 0, self._picture(theme, max(1.0, painter.deviceTransform().m11())))
        else:
            self._paint_lines(painter, theme)

    def _picture(self, theme: Theme, ratio: float) -> QPixmap:
        key = (theme.name, ratio, self._lines)
        if self._kept is None or self._kept_for != key:
            self._kept, self._kept_for = QPixmap(QSize(_WIDTH, _HEIGHT) * ratio), key
            self._kept.setDevicePixelRatio(ratio)
            self._kept.fill(theme.color("panel"))
            painter = QPainter(self._kept)
            self._paint_lines(painter, theme)
            painter.end()
        return self._kept

    def _paint_lines(self, painter: QPainter, theme: Theme) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for line in self._lines:
            if line.look is None:
                painter.setPen(QPen(theme.color("ghost"), 1))
            else:
                cost = line.look.layer.colours == "cost"
                painter.setPen(QPen(fill_of(line.look, theme) if cost else line_of(line.look, theme), 1.75))
            painter.drawPolyline(line.points())


class FoldedStrip(QWidget):
    """The row of folded graphs with the way back."""

    unfold = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHTS["graphs_folded"])
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 0, 12, 0)
        self._row.setSpacing(16)
        self._sparks: list[Spark] = []
        self._rules: list[QWidget] = []
        self._row.addStretch(1)
        self.button = QPushButton("Show graphs")
        self.button.setProperty("role", "quiet")
        self.button.setProperty("size", "small")
        self.button.clicked.connect(self.unfold)
        self._row.addWidget(self.button)
        theme_signals.changed.connect(self._retheme)
        self._retheme()

    @property
    def sparks(self) -> tuple[Spark, ...]:
        """The folded graphs, from the left."""
        return tuple(self._sparks)

    def show_readings(self, shown: list[tuple[str, Reading | None, int]]) -> None:
        """Show titles, readings and rows of months, one a graph."""
        while len(self._sparks) < len(shown):
            self._add()
        for index, spark in enumerate(self._sparks):
            there = index < len(shown)
            spark.setVisible(there)
            self._rules[index].setVisible(there and index > 0)
            if there:
                title, reading, row = shown[index]
                spark.show_reading(reading, title, row)

    def _add(self) -> None:
        rule, spark = QWidget(self), Spark(self)
        rule.setFixedSize(1, 20)
        rule.setProperty("rule", "left")
        rule.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        spark.clicked.connect(self.unfold)
        at = self._row.count() - 2
        self._row.insertWidget(at, rule)
        self._row.insertWidget(at + 1, spark)
        self._rules.append(rule)
        self._sparks.append(spark)

    def _retheme(self) -> None:
        self.button.setIcon(current().icon("chevron-up", 14))
