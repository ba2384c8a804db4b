"""The month the room looks at: a field, two steps and a slider with the phases marked on it."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QToolButton, QWidget

from fleetdesigner.design.fleet import Phase
from fleetdesigner.engine.site.schedule import arrivals
from fleetdesigner.look.style import restyle
from fleetdesigner.look.theme import current, theme_signals
from fleetdesigner.session.session import Session
from fleetdesigner.units import month_number, month_text

_FIELD_TIP = "Month on screen, written as 2027-09"
_MARGIN = 9
_REACH = 9
"""Pixels that the handle with its ring may cover on either side of its month."""
_MARK, _LABEL = 4, 40
"""Pixels that a phase's mark covers on either side, and a year with its tick to the right."""


class MonthSlider(QWidget):
    """A track over the horizon: year ticks below, a diamond above for each phase that comes into service."""

    moved = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._first, self._months, self._month = 0, 12, 0
        self._marks: tuple[int, ...] = ()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Month")
        self.setToolTip("Month on screen · [ and ] step it, Home and End go to the ends")

    def sizeHint(self) -> QSize:
        return QSize(240, 34)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 34)

    def set_horizon(self, first: int, months: int, marks: tuple[int, ...]) -> None:
        """Show these months, with marks where phases come into service."""
        if (first, months, marks) != (self._first, self._months, self._marks):
            self._first, self._months, self._marks = first, months, marks
            self.update()

    def set_month(self, month: int) -> None:
        """Show the handle there; only the part of the track that it leaves and comes to is painted."""
        self.setAccessibleDescription(month_text(month))
        if month == self._month:
            return
        left, right = sorted((self._x(self._month), self._x(month)))
        self._month = month
        wide = math.ceil(right + _REACH) - math.floor(left - _REACH)
        self.update(QRect(math.floor(left - _REACH), 0, wide, self.height()))

    def _x(self, month: float) -> float:
        span = max(1, self._months - 1)
        return _MARGIN + (month - self._first) / span * (self.width() - 2 * _MARGIN)

    def _month_at(self, x: float) -> int:
        span = max(1, self._months - 1)
        share = (x - _MARGIN) / max(1, self.width() - 2 * _MARGIN)
        return self._first + round(min(max(share, 0.0), 1.0) * span)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, dirty = current(), event.rect()
        low, high = dirty.left(), dirty.right() + 1
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = 13.0
        left, here, right = (
            self._x(self._first),
            self._x(self._month),
            self._x(self._first + self._months - 1),
        )
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("track"))
        painter.drawRect(QRectF(left, line - 1.5, right - left, 3))
        painter.setBrush(theme.color("ink3"))
        painter.drawRect(QRectF(left, line - 1.5, here - left, 3))
        painter.setBrush(theme.color("ink2"))
        for mark in self._marks:
            x = self._x(mark)
            if not low - _MARK <= x <= high + _MARK:
                continue
            painter.drawPolygon(
                QPolygonF([QPointF(x, 1), QPointF(x + 3, 4), QPointF(x, 7), QPointF(x - 3, 4)])
            )
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("ink3"))
        years = range(self._first // 12 + 1, (self._first + self._months - 1) // 12 + 1)
        # a label every so many years, so that they never touch
        width = (right - left) * 12 / max(1, self._months)
        every = next((step for step in (1, 2, 5, 10) if width * step >= 34), 20)
        for year in years:
            x = self._x(year * 12 + 1)
            if x > right:
                break
            if not low - _LABEL <= x <= high + 1:
                continue
            painter.drawLine(QPointF(x, line + 3), QPointF(x, line + 6))
            if year % every == 0 and x < right - 20:
                painter.drawText(QPointF(x + 3, line + 17), str(year))
        ring = theme.color("accent") if self.isEnabled() else theme.color("ink4")
        painter.setBrush(theme.color("panel"))
        painter.setPen(QPen(ring, 3.0 if self.hasFocus() else 2.0))
        painter.drawEllipse(QPointF(here, line), 6, 6)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.moved.emit(self._month_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.moved.emit(self._month_at(event.position().x()))

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.moved.emit(self._month + (1 if event.angleDelta().y() > 0 else -1))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Down: -1,
            Qt.Key.Key_Up: 1,
            Qt.Key.Key_PageDown: -12,
            Qt.Key.Key_PageUp: 12,
        }
        step = steps.get(Qt.Key(event.key()))
        if step is not None:
            self.moved.emit(
                self._month + step * (12 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
            )
        elif event.key() == Qt.Key.Key_Home:
            self.moved.emit(self._first)
        elif event.key() == Qt.Key.Key_End:
            self.moved.emit(self._first + self._months - 1)
        else:
            super().keyPressEvent(event)


class MonthBar(QWidget):
    """Field, steps and slider of the session's month."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._phases: tuple[Phase, ...] | None = None
        self._span = (0, 0)
        self.field = QLineEdit()
        self.field.setFixedWidth(76)
        self.field.setAccessibleName("Month, written as 2027-09")
        self.field.setToolTip(_FIELD_TIP)
        self.slider = MonthSlider()
        self._back, self._forward = QToolButton(), QToolButton()
        for button, words in ((self._back, "Month back ([)"), (self._forward, "Month forward (])")):
            button.setToolTip(words)
            button.setAccessibleName(words)
            button.setAutoRepeat(True)
        label = QLabel("Month")
        label.setProperty("tone", "ink2")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for widget in (label, self.field, self._back, self.slider, self._forward):
            row.addWidget(widget)
        row.setStretch(3, 1)
        self._back.clicked.connect(self._step_back)
        self._forward.clicked.connect(self._step_forward)
        self.slider.moved.connect(session.set_month)
        self.field.editingFinished.connect(self._typed)
        session.month_changed.connect(self._show)
        session.design_changed.connect(self._refresh)
        theme_signals.changed.connect(self._dress)
        self._dress()
        self._refresh()

    @Slot()
    def _dress(self) -> None:
        theme = current()
        self._back.setIcon(theme.icon("chevron-left"))
        self._forward.setIcon(theme.icon("chevron-right"))
        self.field.setFont(theme.font("text", tabular=True))

    @Slot()
    def _step_back(self) -> None:
        self._session.set_month(self._session.month - 1)

    @Slot()
    def _step_forward(self) -> None:
        self._session.set_month(self._session.month + 1)

    @Slot()
    def _typed(self) -> None:
        try:
            month = month_number(self.field.text())
        except ValueError as error:
            restyle(self.field, error=True)
            self.field.setToolTip(str(error))
            return
        self._session.set_month(month)
        self._show(self._session.month)

    @Slot()
    def _refresh(self) -> None:
        design = self._session.design
        phases = arrivals(design).phases
        if phases is self._phases and (design.first_month, design.end_month) == self._span:
            self._show(self._session.month)
            return
        self._phases, self._span = phases, (design.first_month, design.end_month)
        marks = sorted({phase.service_month for phase in phases})
        self.slider.set_horizon(
            design.first_month,
            design.months,
            tuple(mark for mark in marks if design.first_month <= mark < design.end_month),
        )
        self._show(self._session.month)

    @Slot(int)
    def _show(self, month: int) -> None:
        restyle(self.field, error=False)
        if self.field.toolTip() != _FIELD_TIP:
            self.field.setToolTip(_FIELD_TIP)
        self.field.setText(month_text(month))
        self.slider.set_month(month)
