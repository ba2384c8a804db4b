"""A quantity that rises in steps: a line for each month and its value."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from fleetdesigner.design.curves import Stair
from fleetdesigner.look import current, theme_signals
from fleetdesigner.look.evidence_mark import WIDTH as MARK_WIDTH
from fleetdesigner.panels.fields.bindings import Reading
from fleetdesigner.panels.fields.kinds import FieldEdit
from fleetdesigner.panels.fields.numbers import number_text, parsed_number, step_of, stepped
from fleetdesigner.panels.fields.row import GAP, FieldRow
from fleetdesigner.units import month_number, month_text


class StairLine(QWidget):
    """One step: month, value, and a button that takes it away."""

    changed = Signal(object, str)
    """(the line, merge key)"""
    removed = Signal(object)

    def __init__(self, unit: str) -> None:
        super().__init__()
        self.month, self.value = FieldEdit(), FieldEdit()
        self._unit = unit
        self._shown: tuple[int, float] | None = None
        self._remove = QToolButton()
        self._remove.setFixedSize(MARK_WIDTH, 20)
        self._remove.setIconSize(QSize(14, 14))
        self._remove.setToolTip("Remove this step")
        self._remove.setAccessibleName("Remove this step")
        self._remove.clicked.connect(self._go)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(self.month, 4)
        row.addWidget(self.value, 5)
        row.addWidget(self._remove)
        self.month.setAccessibleName("From month")
        self.value.setAccessibleName("Value")
        for edit in (self.month, self.value):
            edit.setFont(current().font("text", tabular=edit is self.value))
            edit.setMinimumWidth(40)
            edit.returnPressed.connect(self._told)
            edit.left.connect(self._told)
            edit.restored.connect(self._back)
        self.value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.month.stepped.connect(self._step_month)
        self.value.stepped.connect(self._step_value)
        theme_signals.changed.connect(self._dress)
        self._dress()

    def show_step(self, month: int, value: float) -> None:
        """Show a step, unless the planner is typing in it."""
        self._shown = (month, value)
        texts = (month_text(month), number_text(value, self._unit))
        for edit, text in zip((self.month, self.value), texts, strict=True):
            if edit.isModified():
                continue
            if edit.text() != text:
                edit.setText(text)
                edit.setModified(False)

    def read(self) -> tuple[int, float]:
        """The step that stands in the fields. Raises ValueError with words for the field."""
        assert self._shown is not None
        month, value = self._shown
        if self.month.isModified():
            month = month_number(self.month.text())
        if self.value.isModified():
            value = parsed_number(self.value.text(), self._unit)
            if value < 0:
                raise ValueError("must be 0 or more")
        return month, value

    def settled(self) -> None:
        """What was typed went through."""
        self.month.setModified(False)
        self.value.setModified(False)

    @Slot()
    def _told(self) -> None:
        if self.month.isModified() or self.value.isModified():
            self.changed.emit(self, "")

    @Slot()
    def _back(self) -> None:
        self.settled()
        if self._shown is not None:
            self.show_step(*self._shown)

    @Slot(float)
    def _step_month(self, count: float) -> None:
        if self._shown is not None:
            by = (12 if abs(count) >= 10 else 1) * (1 if count > 0 else -1)
            self._push(month_text(self._shown[0] + by), self.month)

    @Slot(float)
    def _step_value(self, count: float) -> None:
        if self._shown is not None:
            value = self._shown[1]
            moved = max(0.0, stepped(value, step_of(value, self._unit, False), count))
            self._push(number_text(moved, self._unit), self.value)

    def _push(self, text: str, edit: FieldEdit) -> None:
        edit.setText(text)
        edit.setModified(True)
        self.changed.emit(self, "step")

    @Slot()
    def _go(self) -> None:
        self.removed.emit(self)

    @Slot()
    def _dress(self) -> None:
        self._remove.setIcon(current().icon("x", 14))


class StairRow(FieldRow):
    """Steps in rising months, with one more added a year after the last."""

    def build(self) -> QWidget:
        self._lines: list[StairLine] = []
        box = QWidget()
        self._column = QVBoxLayout(box)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._add = QPushButton("Add step")
        self._add.setProperty("role", "link")
        self._add.clicked.connect(self.add_step)
        last = QHBoxLayout()
        last.setContentsMargins(12, 0, 0, 0)
        last.addWidget(self._add)
        last.addStretch(1)
        self._column.addLayout(last)
        return box

    @property
    def lines(self) -> tuple[StairLine, ...]:
        """The steps on screen."""
        return tuple(self._lines)

    def show_value(self, reading: Reading) -> None:
        steps: Stair = reading.value or ()
        while len(self._lines) > len(steps):
            gone = self._lines.pop()
            gone.hide()
            gone.deleteLater()
        while len(self._lines) < len(steps):
            line = StairLine(self.spec.unit)
            line.changed.connect(self._changed)
            line.removed.connect(self._removed)
            self._column.insertWidget(len(self._lines), line)
            self._lines.append(line)
        for line, (month, value) in zip(self._lines, steps, strict=True):
            line.show_step(month, value)

    def default_text(self, reading: Reading) -> str:
        return f"{len(reading.default)} steps"

    @Slot()
    def add_step(self) -> None:
        """One more step, a year after the last and of the same height."""
        steps: Stair = (self.reading.value if self.reading is not None else None) or ()
        after = (steps[-1][0] + 12, steps[-1][1]) if steps else (self.session.design.first_month, 1_000.0)
        self.commit((*steps, after))

    @Slot(object, str)
    def _changed(self, line: StairLine, merge: str) -> None:
        try:
            wanted = line.read()
        except ValueError as error:
            self.show_fault(str(error))
            return
        steps: Stair = (self.reading.value if self.reading is not None else None) or ()
        at = self._lines.index(line)
        if any(month == wanted[0] for k, (month, _) in enumerate(steps) if k != at):
            self.show_fault("another step begins in that month")
            return
        changed = tuple(sorted((*steps[:at], wanted, *steps[at + 1 :])))
        line.settled()
        self.commit(changed, f"{merge}:{self.spec.binding!r}:{at}" if merge else None)
        if self.reading is not None:
            self.show_value(self.reading)

    @Slot(object)
    def _removed(self, line: StairLine) -> None:
        steps: Stair = (self.reading.value if self.reading is not None else None) or ()
        at = self._lines.index(line)
        self.commit((*steps[:at], *steps[at + 1 :]))
