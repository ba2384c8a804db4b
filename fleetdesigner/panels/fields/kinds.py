"""The kinds of fields in which the planner types: number, month, text."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QLineEdit,
    QWidget,
)

from fleetdesigner.design.commands import AddLever
from fleetdesigner.look import current, theme_signals
from fleetdesigner.panels.fields.bindings import Reading
from fleetdesigner.panels.fields.lever import lever_for, owner_name
from fleetdesigner.panels.fields.numbers import SIGNIFICANT, number_text, parsed_number, step_of, stepped
from fleetdesigner.panels.fields.row import FieldRow
from fleetdesigner.units import month_number, month_text

if TYPE_CHECKING:
    pass


class FieldEdit(QLineEdit):
    """A line that tells when to step and when to take the old text back."""

    stepped = Signal(float)
    """Steps wanted: 1, −1, 10 with Shift, 0.1 with Ctrl."""
    restored = Signal()
    left = Signal()
    menu_wanted = Signal(object)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            held = event.modifiers()
            size = 10.0 if held & Qt.KeyboardModifier.ShiftModifier else 1.0
            size = 0.1 if held & Qt.KeyboardModifier.ControlModifier else size
            self.stepped.emit(size if key == Qt.Key.Key_Up else -size)
            return
        if key == Qt.Key.Key_Escape and self.isModified():
            self.restored.emit()
            return
        super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        # Escape with something typed belongs to the field, not to a shortcut of the window
        if event.type() == QEvent.Type.ShortcutOverride and self.isModified():
            assert isinstance(event, QKeyEvent)
            if event.key() == Qt.Key.Key_Escape:
                event.accept()
                return True
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self.hasFocus() or not event.angleDelta().y():
            event.ignore()
            return
        self.stepped.emit(1.0 if event.angleDelta().y() > 0 else -1.0)
        event.accept()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.left.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.createStandardContextMenu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.menu_wanted.emit(menu)
        menu.popup(event.globalPos())


class LineRow(FieldRow):
    """A field in which the planner types."""

    align = Qt.AlignmentFlag.AlignRight
    tabular = True

    def build(self) -> QWidget:
        self.line = FieldEdit()
        self.line.setFont(current().font("text", tabular=self.tabular))
        self.line.setAlignment(self.align | Qt.AlignmentFlag.AlignVCenter)
        self.line.setAccessibleName(self.spec.label)
        self.line.setPlaceholderText(self.spec.empty)
        self.line.setMinimumWidth(34)
        self.line.returnPressed.connect(self.take)
        self.line.left.connect(self.take)
        self.line.restored.connect(self.restore)
        self.line.menu_wanted.connect(self.fill_menu)
        self._inner = self.line.addAction(
            current().icon("rotate-ccw", 14), QLineEdit.ActionPosition.LeadingPosition
        )
        self._inner.setVisible(False)
        self._inner.triggered.connect(self.reset)
        theme_signals.changed.connect(self._dress_line)
        return self.line

    def show_inner_reset(self, words: str) -> bool:
        self._inner.setVisible(bool(words))
        self._inner.setToolTip(words)
        return True

    @Slot()
    def _dress_line(self) -> None:
        self._inner.setIcon(current().icon("rotate-ccw", 14))

    def forget(self) -> None:
        self.line.setModified(False)

    def shown(self, value: Any) -> str:
        """The text of a value."""
        return str(value)

    def meant(self, typed: str) -> Any:
        """The value of a text. Raises ValueError with words for the field."""
        return typed

    def show_value(self, reading: Reading) -> None:
        if self.line.hasFocus() and self.line.isModified():
            return
        value = reading.value
        text = "mixed" if reading.mixed else "" if value is None else self.shown(value)
        if text != self.line.text():
            place = self.line.cursorPosition()
            self.line.setText(text)
            self.line.setCursorPosition(place if self.line.hasFocus() else 0)
        self.line.setModified(False)

    @Slot()
    def take(self) -> None:
        """What was typed becomes the value, or is said to be wrong and kept."""
        if not self.line.isModified():
            return
        typed = self.line.text().strip()
        reading = self.reading
        try:
            if not typed and self.spec.kind != "text":
                if not self.spec.optional:
                    raise ValueError("must not be empty")
                value = None
            elif reading is not None and not reading.mixed and self._unchanged(typed, reading.value):
                value = reading.value
            else:
                value = self.meant(typed)
        except ValueError as error:
            self.show_fault(str(error))
            return
        if self.commit(value):
            self.line.setModified(False)
            self.show_value(self.spec.binding.read(self.session))

    @Slot()
    def restore(self) -> None:
        """Back to the text before typing."""
        self.show_fault("")
        self.line.setModified(False)
        self.show_value(self.spec.binding.read(self.session))
        self.line.selectAll()

    @Slot(object)
    def fill_menu(self, menu: Any) -> None:
        """More entries of the context menu."""

    def default_text(self, reading: Reading) -> str:
        return "empty" if reading.default is None else self.shown(reading.default)

    def _unchanged(self, typed: str, value: Any) -> bool:
        # a text rounded to the field's digits, left as it is, must not move the value
        return value is not None and typed == self.shown(value)


LEAST = 3
"""Digits of a narrow field."""
_PADDING = 18


class NumberRow(LineRow):
    """A number with its unit: typed with prefixes, stepped with arrows and wheel, pinned as a lever."""

    _digits = SIGNIFICANT

    def build(self) -> QWidget:
        widget = super().build()
        self.line.stepped.connect(self.step)
        self.line.left.connect(self.session.seal)
        return widget

    def shown(self, value: Any) -> str:
        return number_text(float(value), self.spec.unit, self._digits)

    def show_value(self, reading: Reading) -> None:
        self._fit(reading.value)
        super().show_value(reading)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.reading is not None and not self.faulty:
            self.show_value(self.reading)

    def _fit(self, value: Any) -> None:
        """As many digits as the field is wide for, three at least."""
        # a figure that is shown in another unit than it is kept in has digits that nobody gave
        self._digits = SIGNIFICANT if getattr(self.spec.binding, "factor", 1.0) == 1.0 else LEAST + 1
        if isinstance(value, int | float) and not self.line.isModified():
            room = self.line.width() - _PADDING - (20 if self._inner.isVisible() else 0)
            measure = self.line.fontMetrics().horizontalAdvance
            while self._digits > LEAST and measure(self.shown(value)) > room:
                self._digits -= 1

    def meant(self, typed: str) -> Any:
        value = parsed_number(typed, self.spec.unit)
        if not math.isfinite(value):
            raise ValueError("must be a smaller number")
        fault = self.spec.fault(value)
        if fault:
            raise ValueError(fault)
        return int(value) if self.spec.whole else value

    @Slot(float)
    def step(self, count: float) -> None:
        """Moves by steps; a run of them is one undo step. At an end of the range it stays there."""
        self.take()
        reading = self.reading
        if self.faulty or reading is None or not isinstance(reading.value, int | float):
            return
        spec, value = self.spec, float(reading.value)
        size = spec.step or step_of(value, spec.unit, spec.whole)
        if spec.whole:
            count = max(1.0, abs(count)) * (1 if count > 0 else -1)
        moved = stepped(value, size, count)
        if spec.low is not None and moved < spec.low:
            moved = spec.low
        if spec.high is not None and moved > spec.high:
            moved = spec.high
        if not spec.fault(moved):
            self.commit(int(moved) if spec.whole else moved, f"step:{spec.binding!r}")

    @Slot(object)
    def fill_menu(self, menu: Any) -> None:
        reading = self.reading
        if reading is None or not isinstance(reading.value, int | float):
            return
        lever = lever_for(self.spec, float(reading.value), self._prefix())
        if lever is not None:
            menu.addSeparator()
            action = menu.addAction(current().icon("pin"), "Pin as lever")
            action.triggered.connect(self.pin)

    @Slot()
    def pin(self) -> None:
        """The value becomes a lever for the room."""
        reading = self.reading
        if reading is not None and isinstance(reading.value, int | float):
            lever = lever_for(self.spec, float(reading.value), self._prefix())
            if lever is not None:
                self.session.execute(AddLever(lever))

    def _prefix(self) -> str:
        return owner_name(self.session, self.spec)


class MonthRow(LineRow):
    """A month, written 2027-09; arrows move by one, with Shift by a year."""

    tabular = False

    def build(self) -> QWidget:
        widget = super().build()
        self.line.stepped.connect(self.step)
        return widget

    def shown(self, value: Any) -> str:
        return month_text(int(value))

    def meant(self, typed: str) -> Any:
        return month_number(typed)

    @Slot(float)
    def step(self, count: float) -> None:
        """Moves by months."""
        self.take()
        reading = self.reading
        if self.faulty or reading is None or not isinstance(reading.value, int):
            return
        by = 12 if abs(count) >= 10 else 1
        self.commit(reading.value + (by if count > 0 else -by), f"step:{self.spec.binding!r}")


class TextRow(LineRow):
    """A name or a note."""

    align = Qt.AlignmentFlag.AlignLeft
    tabular = False
    share = 0.6

    def meant(self, typed: str) -> Any:
        return None if not typed and self.spec.optional else typed
