"""A titled block whose figures come when the hand rests: a line says while newer ones are on their way."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QWidget

from fleetdesigner.look import current, theme_signals
from fleetdesigner.look.tokens import MOTION_MS
from fleetdesigner.panels.throughput.words import WordsBlock

_LINE = 2


class LateBlock(WordsBlock):
    """A `WordsBlock` with the mark of late results: 2 px, after a tenth of a second, never a spinner."""

    def __init__(self, title: str, body: QWidget | None = None) -> None:
        super().__init__(title, body)
        self._line = QFrame(self)
        self._line.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._line.hide()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(MOTION_MS["busy"])
        self._timer.timeout.connect(self._show_line)
        theme_signals.changed.connect(self._dress_line)
        self._dress_line()

    def add_below(self, body: QWidget) -> None:
        """Put a widget under the words."""
        column = self.layout()
        if column is not None:
            column.addWidget(body)

    @property
    def is_late(self) -> bool:
        """Whether the line is on."""
        return self._line.isVisibleTo(self)

    def set_late(self, on: bool) -> None:
        """Whether what stands here is older than what is on screen elsewhere."""
        if not on:
            self._timer.stop()
            self._line.hide()
        elif self._line.isHidden() and not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _show_line(self) -> None:
        self._place()
        self._line.show()
        self._line.raise_()

    def _place(self) -> None:
        self._line.setGeometry(0, 0, self.width(), _LINE)

    @Slot()
    def _dress_line(self) -> None:
        self._line.setStyleSheet(f"background: {current().hex('accent')}")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()
