"""The card that follows the mouse: every value of a month with its unit."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from fleetdesigner.charts.reading import Reading, Trace, finite
from fleetdesigner.charts.swatch import paint_swatch, swatch_width
from fleetdesigner.charts.words import text_width
from fleetdesigner.look.theme import current
from fleetdesigner.units import NO_FIGURE, month_text, text

_LINE = 18
_PAD = 10


@dataclass(frozen=True, slots=True)
class CardLine:
    """A row of the card."""

    trace: Trace | None
    name: str
    value: str


def card_lines(reading: Reading, row: int) -> tuple[CardLine, ...]:
    """Name and value with unit of everything drawn, then the total and the baseline."""
    lines = []
    for trace in reading.traces:
        value = finite(trace.values, row)
        unit = trace.layer.unit or reading.spec.unit
        words = text(value, unit) if value is not None or not trace.known else "–"
        lines.append(CardLine(trace, trace.name, words if trace.known else NO_FIGURE))
    if reading.spec.total and reading.headline is not None:
        value = reading.now(row)
        lines.append(
            CardLine(None, reading.spec.total, "–" if value is None else text(value, reading.spec.unit))
        )
    before = reading.before(row)
    if before is not None:
        lines.append(CardLine(None, "Baseline", text(before, reading.spec.unit)))
    return tuple(lines)


class HoverCard(QWidget):
    """Stands in the window of the graph, beside the mouse, and takes no clicks."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._title = ""
        self._lines: tuple[CardLine, ...] = ()
        self.hide()

    @property
    def lines(self) -> tuple[CardLine, ...]:
        """The rows shown."""
        return self._lines

    def show_at(self, place: QPoint, reading: Reading, row: int) -> None:
        """Show a month's values near `place` (in the window), held inside the window."""
        self._title = month_text(reading.first_month + row)
        self._lines = card_lines(reading, row)
        width = max(
            (21 + text_width(line.name, "caption") + 16 + text_width(line.value, "caption_strong", True))
            for line in (*self._lines, CardLine(None, self._title, ""))
        )
        self.resize(int(width) + 2 * _PAD + 2, 2 * _PAD + 16 + _LINE * len(self._lines))
        parent = self.parentWidget()
        x, y = place.x() + 14, place.y() - self.height() // 2
        if parent is not None:
            if x + self.width() > parent.width() - 4:
                x = place.x() - 14 - self.width()
            x = max(4, x)
            y = min(max(4, y), max(4, parent.height() - self.height() - 4))
        self.move(x, y)
        self.show()
        self.raise_()
        self.update()

    def paintEvent(self, event: object) -> None:
        painter, theme = QPainter(self), current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("border"), 1))
        painter.setBrush(theme.color("raised"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        left, right = float(_PAD), float(self.width() - _PAD)
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("ink2"))
        painter.drawText(QRectF(left, _PAD - 2, right - left, 16), Qt.AlignmentFlag.AlignVCenter, self._title)
        y = _PAD + 16.0
        for line in self._lines:
            if line.trace is not None and swatch_width(line.trace):
                paint_swatch(painter, left, y + _LINE / 2, line.trace, theme)
            painter.setFont(theme.font("caption"))
            painter.setPen(theme.color("ink2"))
            painter.drawText(
                QRectF(left + 21, y, right - left, _LINE), Qt.AlignmentFlag.AlignVCenter, line.name
            )
            painter.setFont(theme.font("caption_strong", tabular=True))
            painter.setPen(theme.color("ink"))
            align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(QRectF(left, y, right - left, _LINE), align, line.value)
            y += _LINE
