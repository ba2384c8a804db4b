"""Rows of the own part dialog: a figure with its evidence and source, and what the part is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from fleetdesigner.catalog.entry import Entry
from fleetdesigner.catalog.hardware import Chip, Node, Rack
from fleetdesigner.catalog.supply import PriceBook
from fleetdesigner.look import current
from fleetdesigner.look.style import restyle
from fleetdesigner.look.tokens import GRADE_WORDS
from fleetdesigner.panels.fields.choices import FieldCombo
from fleetdesigner.panels.fields.numbers import number_text, parsed_number
from fleetdesigner.panels.form.spec import Choice, FieldSpec
from fleetdesigner.panels.own_part.text import OwnFigure
from fleetdesigner.units import NO_FIGURE
from fleetdesigner.values import GRADES

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session

_GRADES = tuple(grade for grade in GRADES if grade != "none")


class FigureLine:
    """Value, evidence, source and note of a figure. A changed value is the planner's until he says whose."""

    def __init__(self, spec: FieldSpec, given: OwnFigure) -> None:
        self.label = spec.label
        self.fault = ""
        self._spec, self._given = spec, given
        self.value, self.source, self.note = QLineEdit(), QLineEdit(), QLineEdit()
        self.evidence = FieldCombo()
        self.evidence.addItems([GRADE_WORDS[grade] for grade in _GRADES])
        self.evidence.setCurrentIndex(_GRADES.index(given.evidence))
        self.value.setText("" if given.value is None else number_text(given.value, spec.unit))
        self.value.setPlaceholderText(NO_FIGURE)
        self.value.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.value.setFont(current().font("text", tabular=True))
        self.source.setText(given.source)
        self.source.setPlaceholderText("planner")
        self.note.setText(given.note)
        for edit in (self.source, self.note):
            edit.setCursorPosition(0)
            edit.setToolTip(edit.text())
        for widget, words in zip(self.widgets, ("value", "evidence", "source", "note"), strict=True):
            widget.setAccessibleName(f"{spec.label}, {words}")
            widget.setMinimumWidth(60)
        self._shown = self.value.text()
        self.value.textEdited.connect(self._typed)

    @property
    def widgets(self) -> tuple[QWidget, ...]:
        """In the order of the columns."""
        return self.value, self.evidence, self.source, self.note

    @property
    def changed(self) -> bool:
        """Whether the planner touched it."""
        return self.figure() != self._given

    def figure(self) -> OwnFigure:
        """As it stands in the fields. Raises ValueError with words for the field."""
        typed = self.value.text().strip()
        value = self._given.value
        if typed != self._shown:
            value = None if not typed else parsed_number(typed, self._spec.unit)
        grade = _GRADES[max(0, self.evidence.currentIndex())]
        if value is None:
            return OwnFigure(None)
        return OwnFigure(value, grade, self.source.text().strip(), self.note.text().strip())

    def check(self) -> bool:
        """Whether the value can stand here; if not, the field says so."""
        self.fault = ""
        try:
            value = self.figure().value
            if value is not None:
                self.fault = self._spec.fault(value)
        except ValueError as error:
            self.fault = str(error)
        restyle(self.value, error=bool(self.fault))
        self.value.setToolTip(self.fault)
        return not self.fault

    @Slot()
    def _typed(self) -> None:
        if self.source.text() == self._given.source:
            self.source.clear()
            self.note.clear()
            self.evidence.setCurrentIndex(_GRADES.index("assumption"))
        self.check()


class FactLine:
    """A plain field of the entry: what it is made of."""

    def __init__(self, key: str, label: str, given: Any, choices: tuple[Choice, ...] = ()) -> None:
        self.key, self.label, self.fault = key, label, ""
        self._given, self._choices = given, choices
        self.widget: QComboBox | QLineEdit
        if choices:
            self.widget = FieldCombo()
            self.widget.addItems([words for _, words in choices])
            values = [value for value, _ in choices]
            self.widget.setCurrentIndex(values.index(given) if given in values else -1)
        else:
            self.widget = QLineEdit(str(given))
        self.widget.setAccessibleName(label)
        self.widget.setMaximumWidth(280)

    @property
    def changed(self) -> bool:
        """Whether the planner touched it."""
        return bool(self.value() != self._given)

    def value(self) -> Any:
        """As it stands in the field. Raises ValueError with words for the field."""
        if isinstance(self.widget, QComboBox):
            return (
                self._choices[self.widget.currentIndex()][0]
                if self.widget.currentIndex() >= 0
                else self._given
            )
        typed = self.widget.text().strip()
        return _whole(typed) if isinstance(self._given, int) else typed

    def check(self) -> bool:
        """Whether the value can stand here; if not, the field says so."""
        self.fault = ""
        try:
            self.value()
        except ValueError as error:
            self.fault = str(error)
        restyle(self.widget, error=bool(self.fault))
        return not self.fault


def _whole(typed: str) -> int:
    value = parsed_number(typed, "")
    if value != int(value) or value < 1:
        raise ValueError("must be a whole number, 1 or more")
    return int(value)


def _rack(session: Session, rack: Any) -> list[FactLine]:
    nodes = tuple((node.id, node.name) for node in session.catalog.nodes())
    return [
        FactLine("node_id", "Server", rack.node_id, nodes),
        FactLine("nodes", "Servers", rack.nodes),
        FactLine("racks", "Racks", rack.racks),
        FactLine("positions", "Floor positions", rack.positions),
        FactLine("domain_chips", "Chips in a domain", rack.domain_chips),
        FactLine(
            "cooling",
            "Cooling",
            rack.cooling,
            (("air", "air"), ("liquid", "liquid"), ("hybrid", "air + liquid")),
        ),
    ]


def _node(session: Session, node: Any) -> list[FactLine]:
    chips = tuple((chip.id, chip.name) for chip in session.catalog.chips())
    return [FactLine("chip_id", "Chip", node.chip_id, chips), FactLine("chips", "Chips", node.chips)]


def _book(session: Session, book: Any) -> list[FactLine]:
    return [FactLine("as_of", "As of", book.as_of)]


_FACTS: Mapping[type[Entry], Callable[[Any, Any], list[FactLine]]] = MappingProxyType(
    {Rack: _rack, Node: _node, PriceBook: _book, Chip: lambda session, chip: []}
)


def facts_of(session: Session, entry: Entry) -> list[FactLine]:
    """The plain fields that an own part of that kind may change."""
    return next((of(session, entry) for kind, of in _FACTS.items() if isinstance(entry, kind)), [])
