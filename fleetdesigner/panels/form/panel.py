"""A form: rows made from specs, kept while they stay the same, refreshed when the design changes.

``Form(session).show_groups([Group("Power", (field("hall:h1", Hall, "it_limit_kw", "IT limit", "kW"),))])``
A new kind of field is one class and one line in ``ROWS``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from fleetdesigner.panels.fields.choices import BoolRow, ChoiceRow
from fleetdesigner.panels.fields.curve import CurveRow
from fleetdesigner.panels.fields.kinds import MonthRow, NumberRow, TextRow
from fleetdesigner.panels.fields.row import ElidedLabel, FieldRow
from fleetdesigner.panels.fields.stair import StairRow
from fleetdesigner.panels.form.rows import ActionRow, FigureRow, InfoRow, NoteRow, PairRow
from fleetdesigner.panels.form.spec import (
    ActionSpec,
    FieldSpec,
    Group,
    InfoSpec,
    Item,
    NoteSpec,
    PairSpec,
    field,
)

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session

__all__ = [
    "ROWS",
    "ActionSpec",
    "FieldSpec",
    "Form",
    "Group",
    "InfoSpec",
    "NoteSpec",
    "PairSpec",
    "field",
    "row_for",
]

ROWS: Mapping[str, type[FieldRow]] = MappingProxyType(
    {
        "number": NumberRow,
        "month": MonthRow,
        "text": TextRow,
        "choice": ChoiceRow,
        "bool": BoolRow,
        "curve": CurveRow,
        "stair": StairRow,
        "figure": FigureRow,
    }
)
Row = FieldRow | PairRow | ActionRow | InfoRow | NoteRow


def row_for(session: Session, spec: FieldSpec) -> FieldRow:
    """The row of a field, ready to stand in any layout. It refreshes only when told to."""
    return ROWS[spec.kind](session, spec)


class GroupTitle(QWidget):
    """The title of a group, with a switch at its right where it has choices."""

    switched = Signal(str, int)

    def __init__(self, group: Group) -> None:
        super().__init__()
        self._group = group
        title = ElidedLabel(group.title, "ink", "caption_strong")
        title.setFixedHeight(20)
        self._line = QHBoxLayout(self)
        self._line.setSpacing(0)
        self._line.addWidget(title, 1)
        self._buttons = QButtonGroup(self)
        for place, words in enumerate(group.choices):
            button = QPushButton(words)
            button.setProperty("role", "segment")
            last = len(group.choices) - 1
            button.setProperty("place", "first" if place == 0 else "last" if place == last else "middle")
            button.setCheckable(True)
            self._buttons.addButton(button, place)
            self._line.addWidget(button)
        self._buttons.idClicked.connect(self._clicked)

    def fits(self, group: Group) -> bool:
        """Whether it is the title of such a group."""
        return (self._group.title, self._group.choices) == (group.title, group.choices)

    def show_group(self, group: Group, first: bool) -> None:
        """Which choice is on; the first group needs no space above."""
        self._line.setContentsMargins(0, 0 if first else 8, 0, 0)
        button = self._buttons.button(group.chosen)
        if button is not None:
            button.setChecked(True)

    @Slot(int)
    def _clicked(self, place: int) -> None:
        self.switched.emit(self._group.title, place)


class Form(QWidget):
    """Groups of rows. Refreshes itself while it is visible."""

    committed = Signal()
    """Any of its fields was changed."""
    linked = Signal(str)
    """A row with a ref was clicked."""
    switched = Signal(str, int)
    """(title of the group, choice)"""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._groups: tuple[Group, ...] = ()
        self._rows: list[Row] = []
        self._titles: list[GroupTitle] = []
        self._stale = False
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 8, 12, 8)
        self._column.setSpacing(4)
        self._column.addStretch(1)
        session.design_changed.connect(self._design_changed)
        session.catalog_changed.connect(self._design_changed)

    @property
    def rows(self) -> tuple[FieldRow, ...]:
        """The fields on screen, in order, those of pairs among them."""
        found: list[FieldRow] = []
        for row in self._rows:
            if isinstance(row, FieldRow):
                found.append(row)
            elif isinstance(row, PairRow):
                found += row.rows
        return tuple(found)

    @property
    def all_rows(self) -> tuple[Row, ...]:
        """Every row in order."""
        return tuple(self._rows)

    def row(self, label: str) -> FieldRow:
        """The field of a label. Raises KeyError."""
        for row in self.rows:
            if row.spec.label == label:
                return row
        raise KeyError(label)

    def info(self, label: str) -> InfoRow:
        """The row of words of a label. Raises KeyError."""
        for row in self._rows:
            if isinstance(row, InfoRow) and row.spec.label == label:
                return row
        raise KeyError(label)

    def show_groups(self, groups: Sequence[Group]) -> None:
        """Show these rows; equal ones stay the same widgets with caret and focus."""
        wanted = tuple(groups)
        if wanted == self._groups:
            self.refresh()
            return
        if self._adopted(wanted):
            self._groups = wanted
            return
        self._groups = wanted
        held, titles = list(self._rows), list(self._titles)
        self._rows, self._titles = [], []
        column: list[QWidget] = []
        for place, group in enumerate(wanted):
            if group.title:
                column.append(self._titled(titles, group, first=place == 0))
            for spec in group.fields:
                row = self._kept(held, spec) or self._made(spec)
                self._rows.append(row)
                column.append(row)
        for gone in (*held, *titles):
            self._column.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        self._arrange(column)

    def _arrange(self, column: list[QWidget]) -> None:
        """Put the widgets in that order; those that stand right are not touched, which is most of them."""
        for place, widget in enumerate(column):
            item = self._column.itemAt(place)
            if item is not None and item.widget() is widget:
                continue
            self._column.removeWidget(widget)
            align = Qt.AlignmentFlag.AlignLeft if isinstance(widget, ActionRow) else Qt.AlignmentFlag(0)
            self._column.insertWidget(place, widget, 0, align)
            widget.show()

    def _adopted(self, wanted: tuple[Group, ...]) -> bool:
        """Whether the rows on screen could take the new words as they stand; the common case."""
        now, then = wanted, self._groups
        if [(g.title, g.choices, g.chosen, len(g.fields)) for g in now] != [
            (g.title, g.choices, g.chosen, len(g.fields)) for g in then
        ]:
            return False
        specs = [spec for group in now for spec in group.fields]
        if not all(_fits(row, spec) for row, spec in zip(self._rows, specs, strict=True)):
            return False
        for row, spec in zip(self._rows, specs, strict=True):
            if isinstance(row, InfoRow) and isinstance(spec, InfoSpec):
                row.adopt(spec)
            row.refresh()
        return True

    def _titled(self, held: list[GroupTitle], group: Group, first: bool) -> GroupTitle:
        title = next((one for one in held if one.fits(group)), None)
        if title is None:
            title = GroupTitle(group)
            title.switched.connect(self.switched)
        else:
            held.remove(title)
        title.show_group(group, first)
        self._titles.append(title)
        return title

    def _kept(self, held: list[Row], spec: Item) -> Row | None:
        for place, row in enumerate(held):
            if _fits(row, spec):
                if isinstance(row, InfoRow) and isinstance(spec, InfoSpec):
                    row.adopt(spec)
                row.refresh()
                return held.pop(place)
        for place, row in enumerate(held):
            if _rebound(row, spec):
                return held.pop(place)
        return None

    def _made(self, spec: Item) -> Row:
        row: Row
        if isinstance(spec, FieldSpec):
            row = row_for(self._session, spec)
            row.committed.connect(self.committed)
        elif isinstance(spec, PairSpec):
            row = PairRow(self._session, spec)
            row.committed.connect(self.committed)
        elif isinstance(spec, InfoSpec):
            row = InfoRow(self._session, spec)
            row.linked.connect(self.linked)
        elif isinstance(spec, ActionSpec):
            row = ActionRow(self._session, spec)
        else:
            row = NoteRow(self._session, spec)
        return row

    @Slot()
    def refresh(self) -> None:
        """Show what the design holds now."""
        self._stale = False
        for row in self._rows:
            row.refresh()

    @Slot()
    def _design_changed(self) -> None:
        if self.isVisible():
            self.refresh()
        else:
            self._stale = True

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.refresh()


def _fits(row: Row, spec: Item) -> bool:
    """Whether the row shows that spec, or can by taking other words."""
    if isinstance(row, InfoRow) and isinstance(spec, InfoSpec):
        return row.fits(spec)
    return row.spec == spec


def _rebound(row: Row, spec: Item) -> bool:
    """Whether the row now shows the same sort of field of other objects: building one anew takes longer."""
    if isinstance(row, FieldRow) and isinstance(spec, FieldSpec):
        return row.rebind(spec)
    if isinstance(row, PairRow) and isinstance(spec, PairSpec):
        return row.rebind(spec)
    return False
