"""Stacked bars of one step, or of one token, for each kind of hardware, with the span it may take."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from fleetdesigner.charts.step_bar_colours import part_colour
from fleetdesigner.look.theme import current, theme_signals

_ROW, _BAR, _NAME = 46, 24, 92
_LEAST_WORD = 14
"""Pixels that a part needs for its word beyond the word itself."""


@dataclass(frozen=True, slots=True)
class StepPart:
    """One part of a bar."""

    key: str
    words: str
    value: float
    shown: str
    """Value and share in words."""


@dataclass(frozen=True, slots=True)
class StepBar:
    """One bar; without parts it says why."""

    key: str
    title: str
    detail: str
    parts: tuple[StepPart, ...]
    low: float
    high: float
    whole: str
    """Total and band in words."""
    grade: str
    why: str = ""

    @property
    def total(self) -> float:
        """All parts together."""
        return sum(part.value for part in self.parts)


class StepBars(QWidget):
    """A bar a kind on one scale; a click picks the kind."""

    picked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars: tuple[StepBar, ...] = ()
        self._current = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        theme_signals.changed.connect(self.update)

    @property
    def bars(self) -> tuple[StepBar, ...]:
        """What is shown."""
        return self._bars

    def show_bars(self, bars: tuple[StepBar, ...], current_key: str) -> None:
        """Show bars; the current one has its name in bold."""
        if (bars, current_key) == (self._bars, self._current):
            return
        taller = len(bars) != len(self._bars)
        self._bars, self._current = bars, current_key
        self.setAccessibleName("Time by part")
        self.setAccessibleDescription("; ".join(f"{bar.title}: {bar.whole or bar.why}" for bar in bars))
        if taller:
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, _ROW * max(1, len(self._bars)) + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(220, self.sizeHint().height())

    def _most(self) -> float:
        return max((max(bar.total, bar.high) for bar in self._bars), default=0.0) or 1.0

    def _scale(self) -> float:
        """Pixels a unit of time."""
        return max(1.0, self.width() - _NAME - 2.0) / self._most()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        for row, bar in enumerate(self._bars):
            painter.save()
            painter.translate(0, row * _ROW)
            self._name(painter, bar)
            if bar.parts:
                self._bar(painter, bar)
            else:
                self._refused(painter, bar)
            painter.restore()

    def _name(self, painter: QPainter, bar: StepBar) -> None:
        theme = current()
        for font, tone, y, words in (
            ("text_strong" if bar.key == self._current else "text", "ink", 0, bar.title),
            ("caption", "ink2", 15, bar.detail),
        ):
            painter.setFont(theme.font(font))
            painter.setPen(theme.color(tone))
            shown = QFontMetricsF(painter.font()).elidedText(words, Qt.TextElideMode.ElideRight, _NAME - 8)
            painter.drawText(QRectF(0, y, _NAME - 6, 16), int(Qt.AlignmentFlag.AlignLeft), shown)

    def _bar(self, painter: QPainter, bar: StepBar) -> None:
        theme, scale = current(), self._scale()
        x = float(_NAME)
        painter.setFont(theme.font("caption_medium"))
        metrics = QFontMetricsF(painter.font())
        for part in bar.parts:
            end = x + part.value * scale
            box = QRectF(round(x), 0, max(0.0, round(end) - round(x) - 1), _BAR)
            x = end
            if box.width() < 1:
                continue
            colour = part_colour(part.key)
            painter.fillRect(box, colour)
            if metrics.horizontalAdvance(part.words) + _LEAST_WORD <= box.width():
                painter.setPen(theme.text_on(colour))
                painter.drawText(
                    box.adjusted(7, 0, 0, 0),
                    Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
                    part.words,
                )
        self._span(painter, bar, scale)

    def _span(self, painter: QPainter, bar: StepBar, scale: float) -> None:
        """The band below the bar, with the total in words beside it."""
        theme, y = current(), _BAR + 9.5
        left, right = _NAME + bar.low * scale, min(_NAME + bar.high * scale, self.width() - 1.0)
        pen = QPen(theme.color("ink2"), 1.5)
        painter.setPen(pen)
        painter.drawLines([QLineF(end, y - 3.5, end, y + 3.5) for end in (left, right)])
        pattern = theme.pen_pattern(bar.grade, 1.5)
        if pattern:
            pen.setDashPattern(pattern)
        painter.setPen(pen)
        painter.drawLine(QLineF(left, y, right, y))
        painter.setFont(theme.font("caption", tabular=True))
        wide = QFontMetricsF(painter.font()).horizontalAdvance(bar.whole)
        at = left - wide - 8
        if right + 6 + wide < self.width():
            at = right + 6
        painter.setPen(theme.color("ink2"))
        if at < 0:
            at = 0.0
        painter.drawText(QPointF(at, y + 4), bar.whole)

    def _refused(self, painter: QPainter, bar: StepBar) -> None:
        theme = current()
        box = QRectF(_NAME + 0.5, 0.5, max(1.0, self.width() - _NAME - 2.0), _ROW - 10)
        pen = QPen(theme.color("ink3"), 1)
        pen.setDashPattern([2.0, 2.0])
        painter.setPen(pen)
        painter.drawRect(box)
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("ink2"))
        flags = int(Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextWordWrap)
        painter.drawText(box.adjusted(7, 1, -4, -1), flags, bar.why)

    # the hand

    def _bar_at(self, y: float) -> StepBar | None:
        row = int(y // _ROW)
        return self._bars[row] if 0 <= row < len(self._bars) else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        bar = self._bar_at(event.position().y())
        if bar is not None and event.button() == Qt.MouseButton.LeftButton:
            self.picked.emit(bar.key)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.told(event.pos().x(), event.pos().y()), self)
            return True
        return super().event(event)

    def told(self, x: float, y: float) -> str:
        """What stands under the mouse, in words."""
        bar = self._bar_at(y)
        if bar is None:
            return ""
        if not bar.parts:
            return f"{bar.title}: {bar.why}"
        at, scale = float(_NAME), self._scale()
        for part in bar.parts:
            if at <= x < at + part.value * scale:
                return f"{bar.title}: {part.words}, {part.shown}"
            at += part.value * scale
        return f"{bar.title}: {bar.whole}"
