"""A row of words of which one is chosen, as buttons that belong together."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QPushButton, QWidget


class Segments(QWidget):
    """One of some choices, always one."""

    chosen = Signal(str)
    """Key of the choice that was made by hand."""

    def __init__(self, name: str, choices: Sequence[tuple[str, str]], hints: Sequence[str] = ()) -> None:
        """`choices` are (key, words); the first is chosen."""
        super().__init__()
        self.setAccessibleName(name)
        self._keys = tuple(key for key, _ in choices)
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for place, (_, words) in enumerate(choices):
            button = QPushButton(words)
            button.setProperty("role", "segment")
            button.setProperty("size", "small")
            button.setProperty(
                "place", "first" if place == 0 else "last" if place == len(choices) - 1 else "middle"
            )
            button.setCheckable(True)
            button.setChecked(place == 0)
            button.setAccessibleName(f"{name}: {words}")
            if place < len(hints):
                button.setToolTip(hints[place])
            self._group.addButton(button, place)
            row.addWidget(button)
        self._group.buttonClicked.connect(self._clicked)

    @property
    def key(self) -> str:
        """The choice."""
        return self._keys[self._group.checkedId()]

    def set_key(self, key: str) -> None:
        """Choose without telling. ValueError for a key that is not there."""
        self._group.button(self._keys.index(key)).setChecked(True)

    def button(self, key: str) -> QAbstractButton:
        """The button of a choice."""
        return self._group.button(self._keys.index(key))

    @Slot()
    def _clicked(self) -> None:
        self.chosen.emit(self.key)
