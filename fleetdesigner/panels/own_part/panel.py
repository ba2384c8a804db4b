"""The dialog that makes a chip, server, rack system or price book of the planner's own."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from fleetdesigner.catalog.entry import Entry
from fleetdesigner.catalog.errors import CatalogError
from fleetdesigner.catalog.supply import PriceBook
from fleetdesigner.look import current
from fleetdesigner.look.style import restyle
from fleetdesigner.panels.fields.choices import FieldCombo
from fleetdesigner.panels.form.card import figure_spec
from fleetdesigner.panels.own_part.row import FactLine, FigureLine, facts_of
from fleetdesigner.panels.own_part.text import KINDS, OwnFigure, free_id, own_text, price_names, slug

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session

_SIZE = (760, 620)
_COLUMNS = ("Figure", "Value", "Evidence", "Source", "Note")
_STRETCH = (3, 3, 3, 4, 4)


class OwnPartDialog(QDialog):
    """Copy an entry, give it a name, change its figures. Making it is one undo step."""

    made = Signal(str)
    """Ref of the new entry: ``racks/my-rack``."""

    def __init__(
        self, session: Session, kind: str = "racks", copied_id: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._id_typed = False
        self.setWindowTitle("Make an own part")
        self.setModal(False)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*_SIZE)
        self.kind, self.copied = FieldCombo(), FieldCombo()
        self.name, self.id = QLineEdit(), QLineEdit()
        self.figures: dict[str, FigureLine] = {}
        self.facts: dict[str, FactLine] = {}
        self._fault = QLabel()
        self._lay_out()
        kinds = [one for one, _ in KINDS]
        self.kind.addItems([words for _, words in KINDS])
        self.kind.setCurrentIndex(kinds.index(kind) if kind in kinds else 0)
        self._fill_entries(copied_id)
        self.kind.activated.connect(lambda: self._fill_entries(""))
        self.copied.activated.connect(self._fill)
        self.name.textEdited.connect(self._name_typed)
        self.id.textEdited.connect(self._typed_id)
        self.name.setFocus()
        self.name.selectAll()

    @property
    def chosen_kind(self) -> str:
        """``racks nodes chips prices``"""
        return KINDS[self.kind.currentIndex()][0]

    @property
    def entry(self) -> Entry:
        """The entry that is copied."""
        return self._entries[self.copied.currentIndex()]

    @property
    def fault(self) -> str:
        """What keeps the part from being made; empty when nothing does."""
        return self._fault.text()

    @Slot()
    def make(self) -> bool:
        """Make the part and close; what is wrong is said at its field or at the foot."""
        name, new_id = self.name.text().strip(), self.id.text().strip()
        rows: list[FigureLine | FactLine] = [*self.figures.values(), *self.facts.values()]
        wrong = [row for row in rows if not row.check()]
        if not name:
            return self._say("Give the part a name.")
        if not new_id or slug(new_id) != new_id:
            return self._say("The id takes small letters, digits and single hyphens.")
        if wrong:
            return self._say(f"{wrong[0].label}: {wrong[0].fault}.")
        session, kind = self._session, self.chosen_kind
        figures = {key: row.figure() for key, row in self.figures.items() if row.changed}
        facts: dict[str, Any] = {key: row.value() for key, row in self.facts.items() if row.changed}
        try:
            text = own_text(
                session.catalog, kind, self.entry.id, new_id, name, figures, facts, date.today().isoformat()
            )
        except CatalogError as error:
            return self._say(str(error))
        refusals: list[str] = []
        session.refused.connect(refusals.append)
        done = session.own_part(kind, self.entry.id, new_id, name, text)
        session.refused.disconnect(refusals.append)
        if not done:
            return self._say(refusals[-1] if refusals else "The part was refused.")
        self.made.emit(f"{kind}/{new_id}")
        self.accept()
        return True

    # inside

    def _say(self, words: str) -> bool:
        self._fault.setText(words)
        self._fault.setVisible(bool(words))
        restyle(self.name, error=not self.name.text().strip())
        restyle(self.id, error="id" in words and slug(self.id.text()) != self.id.text())
        return False

    def _fill_entries(self, copied_id: str) -> None:
        self._make.setText(f"Make the {dict(KINDS)[self.chosen_kind].lower()}")
        self._entries = self._session.catalog.entries(self.chosen_kind)
        self.copied.clear()
        self.copied.addItems([entry.name for entry in self._entries])
        ids = [entry.id for entry in self._entries]
        self.copied.setCurrentIndex(ids.index(copied_id) if copied_id in ids else 0)
        self._fill()

    @Slot()
    def _fill(self) -> None:
        entry = self.entry
        self._id_typed = False
        self.name.setText(f"Own {entry.name}")
        self._name_typed(self.name.text())
        self._say("")
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(12)
        self.facts = {row.key: row for row in facts_of(self._session, entry)}
        if self.facts:
            made_of = QFormLayout()
            made_of.setContentsMargins(0, 0, 0, 0)
            made_of.setHorizontalSpacing(16)
            made_of.setVerticalSpacing(4)
            for fact in self.facts.values():
                made_of.addRow(_caption(fact.label, "ink2"), fact.widget)
            column.addLayout(made_of)
        column.addLayout(self._figure_grid(entry))
        column.addStretch(1)
        self._scroll.setWidget(body)

    def _figure_grid(self, entry: Entry) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        for place, words in enumerate(_COLUMNS):
            grid.addWidget(_caption(words, "ink3"), 0, place)
            grid.setColumnStretch(place, _STRETCH[place])
        self.figures = {}
        for line, (name, label) in enumerate(self._names(entry), start=1):
            spec = figure_spec(self._session, entry.ref, name, label)
            row = FigureLine(spec, OwnFigure.of(entry.figure(name)))
            self.figures[name] = row
            title = QLabel(spec.label)
            title.setProperty("tone", "ink2")
            title.setToolTip(spec.hint)
            title.setWordWrap(True)
            grid.addWidget(title, line, 0)
            for place, widget in enumerate(row.widgets, start=1):
                grid.addWidget(widget, line, place)
        return grid

    def _names(self, entry: Entry) -> list[tuple[str, str]]:
        if isinstance(entry, PriceBook):
            return price_names(self._session.catalog, entry)
        return [(name, "") for name in entry.field_names()]

    @Slot(str)
    def _name_typed(self, name: str) -> None:
        if not self._id_typed:
            self.id.setText(free_id(self._session.catalog, self.chosen_kind, slug(name) or "own-part"))

    @Slot(str)
    def _typed_id(self, _: str) -> None:
        self._id_typed = True

    def _lay_out(self) -> None:
        self.name.setAccessibleName("Name")
        self.id.setAccessibleName("Id")
        self.kind.setAccessibleName("Kind")
        self.copied.setAccessibleName("Copy of")
        head_box = QWidget()
        head = QGridLayout(head_box)
        head.setContentsMargins(12, 12, 12, 12)
        head.setHorizontalSpacing(12)
        head.setVerticalSpacing(4)
        for place, (words, widget) in enumerate(
            (("Kind", self.kind), ("Copy of", self.copied), ("Name", self.name), ("Id", self.id))
        ):
            head.addWidget(_caption(words, "ink2"), place // 2, place % 2 * 2)
            head.addWidget(widget, place // 2, place % 2 * 2 + 1)
        head.setColumnStretch(1, 2)
        head.setColumnStretch(3, 3)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._fault.setProperty("tone", "caution")
        self._fault.setWordWrap(True)
        self._fault.setVisible(False)
        self._make = make = QPushButton()
        make.setProperty("role", "primary")
        make.setDefault(True)
        make.clicked.connect(self.make)
        cancel = QPushButton("Cancel")
        cancel.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 8, 12, 12)
        foot.setSpacing(8)
        foot.addWidget(self._fault, 1)
        foot.addStretch(0)
        foot.addWidget(cancel)
        foot.addWidget(make)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head_box)
        column.addWidget(self._scroll, 1)
        column.addLayout(foot)


def _caption(words: str, tone: str) -> QLabel:
    label = QLabel(words)
    label.setProperty("tone", tone)
    label.setFont(current().font("text" if tone == "ink2" else "caption"))
    return label
