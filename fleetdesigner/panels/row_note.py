"""Words that stand right under a row of a list, until the hand does something else."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from fleetdesigner.look import current, theme_signals

_ICON = 14


class RowNote(QWidget):
    """A refusal in place: triangle and words on the caution's ground."""

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._view = view
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._icon, self._words = QLabel(), QLabel()
        self._words.setWordWrap(True)
        line = QHBoxLayout(self)
        line.setContentsMargins(8, 6, 8, 6)
        line.setSpacing(8)
        line.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self._words, 1)
        theme_signals.changed.connect(self._dress)
        self._dress()
        self.hide()

    def text(self) -> str:
        """The words; empty while nothing is said."""
        return self._words.text() if not self.isHidden() else ""

    def say(self, words: str, below: QRect) -> None:
        """Show the words under a row of the view, or above it where there is no room below."""
        self._words.setText(words)
        view = self._view
        width = view.width() - 16
        height = max(28, self._words.heightForWidth(width - 38) + 12)
        top = below.bottom() + 2
        if top + height > view.height():
            top = max(4, below.top() - height - 2)
        self.setGeometry(8, top, width, height)
        self.show()
        self.raise_()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.hide()

    @Slot()
    def _dress(self) -> None:
        theme = current()
        self._icon.setPixmap(theme.pixmap("triangle-alert", _ICON, "caution"))
        self._words.setFont(theme.font("caption"))
        self.setStyleSheet(
            f"RowNote {{ background: {theme.hex('cautionWeak')}; border: 1px solid {theme.hex('caution')};"
            f" border-radius: 4px; }} QLabel {{ color: {theme.hex('ink')}; }}"
        )
