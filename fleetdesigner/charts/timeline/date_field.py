"""A field over a bar for a date, a length or a power by number; Enter takes it, Esc gives it up."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QToolTip, QWidget

from fleetdesigner.look.style import restyle


class DateField(QLineEdit):
    """Stands there until it is taken or given up."""

    given_up = Signal()

    def __init__(self, shown: str, name: str, parent: QWidget) -> None:
        super().__init__(shown, parent)
        self.setAccessibleName(name)

    def open(self) -> None:
        """Show it with its text selected."""
        self.selectAll()
        self.show()
        self.setFocus()

    def refuse(self, words: str) -> None:
        """Say why the value cannot be taken; it stays."""
        restyle(self, error=True)
        self.setToolTip(words)
        QToolTip.showText(self.mapToGlobal(self.rect().bottomLeft()), words, self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
            return
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.given_up.emit()
