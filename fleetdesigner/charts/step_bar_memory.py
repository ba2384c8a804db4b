"""The memory of the fullest chip by use, in one bar with the limit."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from fleetdesigner.charts.step_bar import StepPart
from fleetdesigner.charts.step_bar_colours import part_colour
from fleetdesigner.look.theme import current, theme_signals

_BAR, _KEY = 22, 18


class MemoryBar(QWidget):
    """Uses from the left, then what is free; a line at what a job may fill."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts: tuple[StepPart, ...] = ()
        self._limit, self._whole, self._limit_words = 0.0, 1.0, ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Memory by use")
        theme_signals.changed.connect(self.update)

    def show_memory(self, parts: tuple[StepPart, ...], limit: float, whole: float, limit_words: str) -> None:
        """Show uses in bytes."""
        now = (parts, limit, whole, limit_words)
        if now != (self._parts, self._limit, self._whole, self._limit_words):
            self._parts, self._limit, self._whole, self._limit_words = now
            told = [f"{part.words} {part.shown}" for part in parts]
            self.setAccessibleDescription(", ".join([*told, limit_words]))
            self._fit()
            self.update()

    def _fit(self) -> None:
        rows = max((row for row, _, _ in self._keys()), default=0) + 1
        self.setFixedHeight(_BAR + 20 + rows * _KEY)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _keys(self) -> list[tuple[int, float, StepPart]]:
        """(row, x, part) of the legend."""
        metrics = QFontMetricsF(current().font("caption"))
        row, x = 0, 0.0
        placed = []
        for part in self._parts:
            wide = 15 + metrics.horizontalAdvance(f"{part.words} {part.shown}") + 12
            if x and x + wide > self.width():
                row, x = row + 1, 0.0
            placed.append((row, x, part))
            x += wide
        return placed

    def sizeHint(self) -> QSize:
        return QSize(320, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), current()
        scale = (self.width() - 1.0) / max(self._whole, 1.0)
        box = QRectF(0.5, 0.5, self.width() - 1.0, _BAR)
        painter.fillRect(box, theme.color("sunken"))
        x = 0.0
        for part in self._parts:
            end = x + part.value * scale
            painter.fillRect(
                QRectF(round(x), 1, max(0.0, round(end) - round(x) - 1), _BAR), part_colour(part.key)
            )
            x = end
        painter.setPen(QPen(theme.color("line2"), 1))
        painter.drawRect(box)
        at = round(self._limit * scale)
        painter.setPen(QPen(theme.color("ink"), 2))
        painter.drawLine(QLineF(at, -1, at, _BAR + 4))
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("ink2"))
        painter.drawText(
            QRectF(0, _BAR + 4, self.width() - 1, 14), int(Qt.AlignmentFlag.AlignRight), self._limit_words
        )
        for row, left, part in self._keys():
            y = _BAR + 20 + row * _KEY
            painter.fillRect(QRectF(left, y + 3, 10, 10), part_colour(part.key))
            painter.drawText(QRectF(left + 15, y, self.width(), 16), f"{part.words} {part.shown}")

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.accessibleDescription(), self)
            return True
        return super().event(event)
