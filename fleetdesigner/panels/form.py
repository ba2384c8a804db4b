"""A form: rows made from field specs, kept while they stay the same, refreshed when the design changes.

``Form(session).show_groups([Group("Power", (field("hall:h1", Hall, "it_limit_kw", "IT limit", "kW"),))])``
A new kind of field is one class and one line in ``ROWS``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fleetdesigner.panels.field_curve import CurveRow
from fleetdesigner.panels.field_kinds import BoolRow, ChoiceRow, MonthRow, NumberRow, TextRow
from fleetdesigner.panels.field_row import ElidedLabel, FieldRow
from fleetdesigner.panels.field_stair import StairRow
from fleetdesigner.panels.form_spec import FieldSpec, Group, field

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session

__all__ = ["ROWS", "FieldSpec", "Form", "Group", "field", "row_for"]

ROWS: Mapping[str, type[FieldRow]] = MappingProxyType(
    {
        "number": NumberRow,
        "month": MonthRow,
        "text": TextRow,
        "choice": ChoiceRow,
        "bool": BoolRow,
        "curve": CurveRow,
        "stair": StairRow,
    }
)


def row_for(session: Session, spec: FieldSpec) -> FieldRow:
    """The row of a spec, ready to stand in any layout. It refreshes only when told to."""
    return ROWS[spec.kind](session, spec)


class Form(QWidget):
    """Groups of rows. Refreshes itself while it is visible."""

    committed = Signal()
    """Any of its fields was changed."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._groups: tuple[Group, ...] = ()
        self._rows: list[FieldRow] = []
        self._stale = False
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 8, 12, 8)
        self._column.setSpacing(4)
        session.design_changed.connect(self._design_changed)
        session.catalog_changed.connect(self._design_changed)

    @property
    def rows(self) -> tuple[FieldRow, ...]:
        """The rows on screen, in order."""
        return tuple(self._rows)

    def row(self, label: str) -> FieldRow:
        """The row of a label. Raises KeyError."""
        for row in self._rows:
            if row.spec.label == label:
                return row
        raise KeyError(label)

    def show_groups(self, groups: Sequence[Group]) -> None:
        """Show these rows; equal ones stay the same widgets with caret and focus."""
        wanted = tuple(groups)
        if wanted == self._groups:
            self.refresh()
            return
        self._groups = wanted
        held = {row.spec: row for row in self._rows}
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None and not isinstance(widget, FieldRow):
                widget.hide()
                widget.deleteLater()
        self._rows = []
        for place, group in enumerate(wanted):
            if group.title:
                self._column.addSpacing(8 if place else 0)
                title = ElidedLabel(group.title, "ink", "caption_strong")
                title.setFixedHeight(20)
                self._column.addWidget(title)
            for spec in group.fields:
                row = held.pop(spec, None)
                if row is None:
                    row = row_for(self._session, spec)
                    row.committed.connect(self.committed)
                else:
                    row.refresh()
                self._rows.append(row)
                self._column.addWidget(row)
        self._column.addStretch(1)
        for row in held.values():
            row.hide()
            row.deleteLater()

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
