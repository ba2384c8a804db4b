"""The legend row: swatch, name and value at the month, as many as fit, then "+2"."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from fleetdesigner.charts.reading import Look, Reading, Trace, finite
from fleetdesigner.charts.scale import AxisUnit
from fleetdesigner.charts.swatch import paint_swatch, swatch_width
from fleetdesigner.charts.words import draw_words, number_width, text_width
from fleetdesigner.look.theme import current, theme_signals
from fleetdesigner.units import NO_FIGURE, text

_GAP = 14
_NAME_GAP = 5
_NAME_ROOM, _NAME_ROOM_NARROW = 104, 68
_NARROW = 300


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of the legend at a month."""

    trace: Trace
    name: str
    value: str
    """As it is shown; ``no public figure`` without one."""
    room: float
    """Pixels its value takes at most in any month, so that nothing moves while the month does."""

    @property
    def seen(self) -> tuple[Look, bool, str, str, float]:
        """All that is painted of it."""
        return self.trace.look, self.trace.known, self.name, self.value, self.room


def entries(reading: Reading, unit: AxisUnit, row: int) -> tuple[Entry, ...]:
    """What the legend says in a row of months: lines, then areas from the top down, limits last."""
    return tuple(_entry(trace, unit, row) for trace in reading.listed)


def _entry(trace: Trace, unit: AxisUnit, row: int) -> Entry:
    if not trace.known:
        return Entry(trace, trace.name, NO_FIGURE, text_width(NO_FIGURE, "caption_medium"))
    own = trace.layer.unit
    value = finite(trace.values, row)
    shown = "–" if value is None else _words(value, own, unit)
    most = _room(*trace.span, own, unit)
    return Entry(trace, trace.name, shown, max(most, number_width(shown, "caption_strong")))


def _words(value: float, own: str, unit: AxisUnit) -> str:
    return text(value, own) if own else unit.number(value)


@lru_cache(maxsize=1024)
def _room(low: float, high: float, own: str, unit: AxisUnit) -> float:
    """Pixels that the longer one of two values takes. Asked again for every month."""
    widest = max(_words(low, own, unit), _words(high, own, unit), key=len)
    return number_width(widest, "caption_strong")


@lru_cache(maxsize=512)
def _short(name: str, room: int) -> str:
    metrics = QFontMetricsF(current().font("caption"))
    return metrics.elidedText(name, Qt.TextElideMode.ElideRight, float(room))


class LegendRow(QWidget):
    """The row as a widget; its accessible text and tooltip hold every entry, also those without room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[Entry, ...] = ()
        self.setFixedHeight(18)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        theme_signals.changed.connect(self.update)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What is shown, in order, also what has no room."""
        return self._entries

    def show_entries(self, shown: tuple[Entry, ...]) -> None:
        """Show other values; figures that read the same are not painted again."""
        before, self._entries = self._entries, shown
        if [entry.seen for entry in before] != [entry.seen for entry in shown]:
            self.setAccessibleName(", ".join(f"{entry.name} {entry.value}" for entry in shown))
            self.update()

    def fitting(self) -> int:
        """How many entries have room."""
        x, room = 0.0, self.width()
        for index, entry in enumerate(self._entries):
            x += self._width(entry)
            last = index == len(self._entries) - 1
            if x > room - (0 if last else 30):
                return index
            x += _GAP
        return len(self._entries)

    def sizeHint(self) -> QSize:
        return QSize(120, 18)

    def paintEvent(self, event: object) -> None:
        painter = QPainter(self)
        theme = current()
        painter.fillRect(self.rect(), theme.color("panel"))
        count = max(self.fitting(), min(1, len(self._entries)))
        middle, x = self.height() / 2, 0.0
        for entry in self._entries[:count]:
            start = x
            paint_swatch(painter, x, middle, entry.trace, theme)
            x += swatch_width(entry.trace)
            painter.setPen(theme.color("ink2"))
            name = self._name(entry)
            draw_words(painter, x, middle, name, "caption")
            x += text_width(name, "caption") + _NAME_GAP
            if entry.trace.known:
                painter.setPen(theme.color("ink"))
                draw_words(painter, x, middle, entry.value, "caption_strong", tabular=True)
            else:
                draw_words(painter, x, middle, entry.value, "caption_medium")
            x = start + self._width(entry) + _GAP
        rest = len(self._entries) - count
        if rest:
            painter.setPen(theme.color("ink3"))
            draw_words(painter, x, middle, f"+{rest}", "caption")
        shortened = rest > 0 or any(entry.name != self._name(entry) for entry in self._entries)
        words = "\n".join(f"{entry.name} {entry.value}" for entry in self._entries)
        self.setToolTip(words if shortened else "")

    def _name(self, entry: Entry) -> str:
        return _short(entry.name, _NAME_ROOM_NARROW if self.width() < _NARROW else _NAME_ROOM)

    def _width(self, entry: Entry) -> float:
        return swatch_width(entry.trace) + text_width(self._name(entry), "caption") + _NAME_GAP + entry.room
