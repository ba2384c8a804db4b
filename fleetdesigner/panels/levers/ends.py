"""The two ends of a lever's slider, as fields that open under it."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from fleetdesigner.look.style import restyle
from fleetdesigner.panels.fields.kinds import FieldEdit
from fleetdesigner.panels.fields.numbers import number_text, parsed_number


class LeverEnds(QWidget):
    """From and to, taken with Enter; Escape closes."""

    wanted = Signal(float, float)

    def __init__(self, low: float, high: float, unit: str) -> None:
        super().__init__()
        self._unit = unit
        self._ends = (low, high)
        self.low, self.high = FieldEdit(), FieldEdit()
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 4, 0, 4)
        line.setSpacing(8)
        for word, edit in (("From", self.low), ("to", self.high)):
            label = QLabel(word)
            label.setProperty("tone", "ink2")
            edit.setAccessibleName(f"Range, {word.lower()}")
            edit.setMinimumWidth(40)
            edit.returnPressed.connect(self.take)
            edit.restored.connect(self.close_ends)
            line.addWidget(label)
            line.addWidget(edit, 1)

    def open(self) -> None:
        """Show the ends as they are and wait for others."""
        for edit, value in zip((self.low, self.high), self._ends, strict=True):
            edit.setText(number_text(value, self._unit))
            edit.setModified(False)
        self.show()
        self.low.setFocus()
        self.low.selectAll()

    @Slot()
    def close_ends(self) -> None:
        """Leave the range as it is."""
        self.hide()

    @Slot()
    def take(self) -> None:
        """Both fields as numbers; a field that is none stays marked."""
        found: list[float] = []
        for edit, value in zip((self.low, self.high), self._ends, strict=True):
            try:
                found.append(parsed_number(edit.text(), self._unit) if edit.isModified() else value)
                restyle(edit, error=False)
            except ValueError as error:
                restyle(edit, error=True)
                edit.setToolTip(str(error))
        if len(found) == 2:
            self.hide()
            self.wanted.emit(found[0], found[1])
