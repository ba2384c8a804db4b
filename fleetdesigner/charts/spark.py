"""The folded strip: title, a line as thick as type, and the value at the month; 40 px high."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from fleetdesigner.charts.colours import fill_of, line_of
from fleetdesigner.charts.reading import Array, Reading, span
from fleetdesigner.charts.words import text_width
from fleetdesigner.look.theme import current, theme_signals
from fleetdesigner.look.tokens import HEIGHTS
from fleetdesigner.units import NO_FIGURE, text

_WIDTH, _HEIGHT = 90, 16
_GAP = 8


class Spark(QWidget):
    """One folded graph. A click asks to see it whole."""

    clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reading: Reading | None = None
        self._row = 0
        self._title = ""
        self._value = ""
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme_signals.changed.connect(self.update)

    @property
    def value(self) -> str:
        """The value shown."""
        return self._value

    def show_reading(self, reading: Reading | None, title: str, row: int) -> None:
        """Show a chart's headline at a row of months."""
        unmoved = (row, title) == (self._row, self._title)
        if unmoved and reading is not None and reading.same_as(self._reading):
            return
        self._reading, self._row, self._title = reading, row, title
        value = None if reading is None else reading.now(row)
        unit = "" if reading is None else reading.spec.unit.removesuffix("/month")
        self._value = NO_FIGURE if value is None else text(value, unit)
        self.setAccessibleName(f"{title} {self._value}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        words = text_width(self._title, "text_strong") + text_width(self._value, "text", True)
        return QSize(int(words) + _WIDTH + 2 * _GAP + 4, _HEIGHT + 8)

    def mouseReleaseEvent(self, event: object) -> None:
        self.clicked.emit()

    def paintEvent(self, event: object) -> None:
        painter, theme = QPainter(self), current()
        align = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(theme.font("text_strong"))
        painter.setPen(theme.color("ink"))
        painter.drawText(QRectF(0, 0, self.width(), self.height()), align, self._title)
        x = text_width(self._title, "text_strong") + _GAP
        reading = self._reading
        if reading is not None and reading.headline is not None:
            box = QRectF(x, (self.height() - _HEIGHT) / 2, _WIDTH, _HEIGHT)
            lead = next((t for t in reading.traces if t.layer.draw in ("stack", "line") and t.known), None)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._line(painter, box, reading.baseline, reading, QPen(theme.color("ghost"), 1))
            colour = theme.color("ink")
            if lead is not None:
                look = lead.look
                colour = fill_of(look, theme) if look.layer.colours == "cost" else line_of(look, theme)
            self._line(painter, box, reading.headline.values, reading, QPen(colour, 1.75))
        painter.setFont(theme.font("text", tabular=True))
        painter.setPen(theme.color("ink"))
        painter.drawText(QRectF(x + _WIDTH + _GAP, 0, 200, self.height()), align, self._value)

    def _line(
        self, painter: QPainter, box: QRectF, values: Array | None, reading: Reading, pen: QPen
    ) -> None:
        if values is None or reading.headline is None:
            return
        ends = [span(v) for v in (reading.headline.values, reading.baseline) if v is not None]
        low = min(0.0, *(one for one, _ in ends), 0.0)  # NaN is not smaller than 0
        high = max(1e-12, *(one for _, one in ends), 1e-12)
        known = np.flatnonzero(np.isfinite(values))
        if not known.size:
            return
        x = box.left() + (known + 0.5) * (box.width() / len(values))
        y = box.bottom() - 1 - (values[known] - low) * ((box.height() - 3) / (high - low))
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF([QPointF(*at) for at in zip(x.tolist(), y.tolist(), strict=True)]))


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
