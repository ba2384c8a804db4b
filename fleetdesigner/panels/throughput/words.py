"""A titled paragraph of the throughput view, with the evidence mark at its title where it has a grade."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from fleetdesigner.look import EvidenceMark, current, theme_signals
from fleetdesigner.panels.named_row import WrappedLabel


class WordsBlock(QWidget):
    """Title, words at its right, lines below."""

    def __init__(self, title: str, body: QWidget | None = None) -> None:
        super().__init__()
        self.title = QLabel(title)
        self.side = QLabel()
        self.side.setProperty("tone", "ink2")
        self.mark = EvidenceMark("none")
        self.mark.hide()
        self.words = WrappedLabel("", "ink")
        self.note = WrappedLabel("", "ink2")
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(8)
        head.addWidget(self.title, 1)
        head.addWidget(self.side)
        head.addWidget(self.mark)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(4)
        column.addLayout(head)
        if body is not None:
            column.addWidget(body)
        column.addWidget(self.words)
        column.addWidget(self.note)
        self.setProperty("surface", "panel")
        self.setProperty("rule", "bottom")
        theme_signals.changed.connect(self._dress)
        self._dress()

    def show_words(
        self, words: str, note: str = "", side: str = "", title: str = "", grade: str = ""
    ) -> None:
        """Show texts; empty ones take no room."""
        if title:
            self.title.setText(title)
        self.side.setText(side)
        for label, text in ((self.words, words), (self.note, note)):
            label.setText(text)
            label.setVisible(bool(text))
        self.mark.setVisible(bool(grade))
        if grade:
            self.mark.set_grade(grade)

    @Slot()
    def _dress(self) -> None:
        self.title.setFont(current().font("text_strong"))
        self.side.setFont(current().font("caption", tabular=True))
