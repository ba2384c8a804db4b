"""What an empty panel says: a sign, a headline, and what fills it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from fleetdesigner.look import current, theme_signals
from fleetdesigner.panels.named_row import WrappedLabel

_ICON = 24


class EmptyState(QWidget):
    """Centred words with an icon above them."""

    def __init__(self, icon: str, headline: str, words: str) -> None:
        super().__init__()
        self._icon_name = icon
        self._icon = QLabel()
        self._headline = QLabel(headline)
        self._words = WrappedLabel(words)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 32, 24, 16)
        column.setSpacing(4)
        for label in (self._icon, self._headline, self._words):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
            column.addWidget(label)
        column.addStretch(1)  # the words stay together at the top of a tall panel
        theme_signals.changed.connect(self._dress)
        self._dress()

    @Slot()
    def _dress(self) -> None:
        theme = current()
        self._icon.setPixmap(theme.pixmap(self._icon_name, _ICON))
        self._icon.setContentsMargins(0, 0, 0, 8)
        self._headline.setFont(theme.font("title"))
        self._words.setFont(theme.font("text"))
