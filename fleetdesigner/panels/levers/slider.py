"""The slider of a lever: track, hatched span of the evidence, tick at the baseline, round handle."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from fleetdesigner.look import current, theme_signals
from fleetdesigner.look.tokens import LINE_SELECTION

if TYPE_CHECKING:
    from fleetdesigner.look.theme import Theme

HANDLE = 14.0
TRACK = 4.0
SPAN = 10.0
TICK = 6.0


class LeverSlider(QWidget):
    """A value between two ends. It shows what it is told and asks for what the hand wants."""

    wanted = Signal(float)
    """The hand moved here: a whole number of steps, a tenth of one with Ctrl."""
    stepped = Signal(float)
    """Steps wanted by a key or the wheel: 1, 10 with Shift, 0.1 with Ctrl."""
    held = Signal(bool)
    """The hand has taken hold, or let go."""
    default_wanted = Signal()
    left = Signal()
    """The focus went elsewhere."""

    def __init__(self, low: float, high: float, step: float, logarithmic: bool = False) -> None:
        super().__init__()
        self._low, self._high, self._step = low, high, step
        self._logarithmic = logarithmic and low > 0
        self._value: float | None = None
        self._baseline: float | None = None
        self._span: tuple[float, float] | None = None
        self._grab: float | None = None
        self._hover = False
        self.setFixedHeight(24)
        self.setMinimumWidth(64)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        theme_signals.changed.connect(self.update)

    # what it shows

    @property
    def value(self) -> float | None:
        """Where the handle stands; None: nowhere."""
        return self._value

    def set_value(self, value: float | None) -> None:
        """Move the handle."""
        if value != self._value:
            self._value = value
            self.update()

    def set_marks(self, baseline: float | None, span: tuple[float, float] | None) -> None:
        """Tick of the baseline, and low and high of the evidence."""
        if (baseline, span) != (self._baseline, self._span):
            self._baseline, self._span = baseline, span
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, 24)

    # geometry

    def x_of(self, value: float) -> float:
        """Where a value stands, in pixels; values beyond the ends stand at the ends."""
        room = self.width() - HANDLE
        return HANDLE / 2 + room * min(max(self._share(value), 0.0), 1.0)

    def value_at(self, x: float, fine: bool = False) -> float:
        """The value at a place in pixels, on a whole step (`fine`: a tenth), inside the ends."""
        share = min(max((x - HANDLE / 2) / max(1.0, self.width() - HANDLE), 0.0), 1.0)
        if self._logarithmic:
            raw = self._low * (self._high / self._low) ** share
        else:
            raw = self._low + (self._high - self._low) * share
        size = self._step * (0.1 if fine else 1.0)
        near = float(f"{round(raw / size) * size:.12g}")
        return min(max(near, self._low), self._high)

    def _share(self, value: float) -> float:
        if self._logarithmic:
            return math.log(max(value, self._low) / self._low) / math.log(self._high / self._low)
        return (value - self._low) / (self._high - self._low) if self._high > self._low else 0.0

    # the hand

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        x = event.position().x()
        at = None if self._value is None else self.x_of(self._value)
        # a press on the handle takes it where it was caught; one beside it calls it there
        self._grab = x - at if at is not None and abs(x - at) <= HANDLE / 2 else 0.0
        self.held.emit(True)
        if at is None or abs(x - at) > HANDLE / 2:
            self._follow(event)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grab is not None:
            self._follow(event)
            return
        at = None if self._value is None else self.x_of(self._value)
        over = at is not None and abs(event.position().x() - at) <= HANDLE / 2
        if over != self._hover:
            self._hover = over
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._let_go()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.default_wanted.emit()

    def leaveEvent(self, event: object) -> None:
        self._hover = False
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._let_go()
        self.left.emit()
        self.update()

    def hideEvent(self, event: object) -> None:
        self._let_go()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self.hasFocus() or not event.angleDelta().y():
            event.ignore()
            return
        self.stepped.emit(_size(event.modifiers()) * (1.0 if event.angleDelta().y() > 0 else -1.0))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        way = _KEYS.get(Qt.Key(event.key()))
        if way is None:
            super().keyPressEvent(event)
        elif abs(way) == _END:
            self.wanted.emit(self._high if way > 0 else self._low)
        else:
            self.stepped.emit(way * (_size(event.modifiers()) if abs(way) == 1 else 1.0))

    def _follow(self, event: QMouseEvent) -> None:
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        value = self.value_at(event.position().x() - (self._grab or 0.0), fine)
        if value != self._value:
            self.wanted.emit(value)

    def _let_go(self) -> None:
        if self._grab is not None:
            self._grab = None
            self.held.emit(False)
            self.update()

    # paint

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current()
        painter = QPainter(self)
        middle = self.height() / 2
        left, right = HANDLE / 2, self.width() - HANDLE / 2
        track = QRectF(left, middle - TRACK / 2, right - left, TRACK)
        painter.fillRect(track, theme.color("track"))
        if self._span is not None:
            start, end = self.x_of(self._span[0]), self.x_of(self._span[1])
            band = QRectF(start, middle - SPAN / 2, max(1.0, end - start), SPAN)
            painter.fillRect(band, theme.hatch("ghost", "mark"))
        at = None if self._value is None else self.x_of(self._value)
        base = None if self._baseline is None else self.x_of(self._baseline)
        alive = self.isEnabled()
        if at is not None and base is not None and alive:
            moved = QRectF(min(at, base), middle - TRACK / 2, abs(at - base), TRACK)
            painter.fillRect(moved, theme.color("accent"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if base is not None:
            painter.setPen(QPen(theme.color("ink"), 1.5))
            # below the handle, so that it can be seen while the lever stands on it
            painter.drawLine(QPointF(base, middle + 5), QPointF(base, middle + 5 + TICK))
        if at is not None:
            self._paint_handle(painter, theme, QPointF(at, middle), alive)

    def _paint_handle(self, painter: QPainter, theme: Theme, centre: QPointF, alive: bool) -> None:
        if self.hasFocus() and alive:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accentMid"))
            painter.drawEllipse(centre, HANDLE / 2 + 3, HANDLE / 2 + 3)
        fill = "accentMid" if self._grab is not None else "accentWeak" if self._hover else "panel"
        painter.setBrush(theme.color(fill if alive else "sunken"))
        painter.setPen(QPen(theme.color("accent" if alive else "line2"), LINE_SELECTION))
        inner = (HANDLE - LINE_SELECTION) / 2
        painter.drawEllipse(centre, inner, inner)


_END = 1e9
_KEYS = {
    Qt.Key.Key_Right: 1.0,
    Qt.Key.Key_Up: 1.0,
    Qt.Key.Key_Left: -1.0,
    Qt.Key.Key_Down: -1.0,
    Qt.Key.Key_PageUp: 10.0,
    Qt.Key.Key_PageDown: -10.0,
    Qt.Key.Key_End: _END,
    Qt.Key.Key_Home: -_END,
}


def _size(held: Qt.KeyboardModifier) -> float:
    if held & Qt.KeyboardModifier.ShiftModifier:
        return 10.0
    return 0.1 if held & Qt.KeyboardModifier.ControlModifier else 1.0
