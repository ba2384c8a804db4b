"""What the numbers rest on that nobody in the room decides: listed, sourced, changed and reset here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from fleetdesigner.design.commands import SetFields
from fleetdesigner.design.edits import remove_object
from fleetdesigner.design.scenarios import Edit
from fleetdesigner.look import current, theme_signals
from fleetdesigner.panels.assumptions.lines import Line, lines
from fleetdesigner.panels.assumptions.row import AssumptionRow
from fleetdesigner.panels.empty_state import EmptyState
from fleetdesigner.panels.section_header import SectionHeader

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session


class _Section(QWidget):
    """A header and the rows under it."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.header = SectionHeader(title)
        self._inside = QWidget()
        self.rows = QVBoxLayout(self._inside)
        self.rows.setContentsMargins(12, 8, 12, 8)
        self.rows.setSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self._inside)
        self.header.toggled.connect(self._inside.setVisible)


class AssumptionsPanel(QWidget):
    """Assumed figures of parts in use, Trainium prices first of all; then the engine's assumptions."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._lines: tuple[Line, ...] = ()
        self._rows: dict[Line, AssumptionRow] = {}
        self._sections: dict[str, _Section] = {}
        self._stale = True
        self._seen: tuple[object, ...] = ()
        self._search = QLineEdit()
        self._search.setPlaceholderText("Search assumptions")
        self._search.setClearButtonEnabled(True)
        self._search.setAccessibleName("Search assumptions")
        self._glass = QAction(self)
        self._search.addAction(self._glass, QLineEdit.ActionPosition.LeadingPosition)
        self._search.textChanged.connect(self._filter)
        self._count = QLabel()
        self._count.setProperty("tone", "ink3")
        self._reset = QPushButton("Reset assumptions")
        self._reset.setProperty("role", "link")
        self._reset.setToolTip("All figures set here back to catalog and registry, in one undo step")
        self._reset.clicked.connect(self.reset_assumptions)
        self._nothing = EmptyState("search", "Nothing found", "No assumption has these words in it.")
        self._nothing.hide()
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 6, 12, 6)
        foot.addWidget(self._count, 1)
        foot.addWidget(self._reset)
        top = QVBoxLayout()
        top.setContentsMargins(12, 8, 12, 8)
        top.addWidget(self._search)
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._nothing)
        self._column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(inside)
        foot_line = QWidget()
        foot_line.setProperty("surface", "panel")
        foot_line.setProperty("rule", "top")
        foot_line.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        foot_line.setLayout(foot)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(top)
        box.addWidget(self._scroll, 1)
        box.addWidget(foot_line)
        session.design_changed.connect(self._changed)
        session.catalog_changed.connect(self._changed)
        session.results_changed.connect(self._changed)
        theme_signals.changed.connect(self._dress)
        self._dress()

    # what others ask for

    @property
    def shown_lines(self) -> tuple[Line, ...]:
        """The lines that the search lets through, in order."""
        return tuple(line for line, row in self._rows.items() if not row.isHidden())

    def row(self, ref: str) -> AssumptionRow:
        """The row of ``assumption:KEY`` or ``racks/ID.FIELD``. Raises KeyError."""
        for line, row in self._rows.items():
            if line.ref == ref:
                return row
        raise KeyError(ref)

    def show_assumption(self, ref: str) -> bool:
        """Open the row of an assumption and bring it into sight; False when it is not listed."""
        self.refresh()
        self._search.clear()
        try:
            row = self.row(ref)
        except KeyError:
            return False
        self._sections[row.entry.section].header.set_open(True)
        row.set_open(True)
        row.line.setFocus()
        return True

    def search(self, words: str) -> None:
        """Show only what has all these words."""
        self._search.setText(words)

    @Slot()
    def reset_assumptions(self) -> None:
        """Back to catalog and registry, in one undo step."""
        design = self._session.design
        edits: list[Edit] = [remove_object("assumption", one.key) for one in design.assumptions]
        edits += [remove_object("override", one.address) for one in design.overrides]
        if edits:
            self._session.execute(SetFields("Reset assumptions", tuple(edits)))
        for row in self._rows.values():
            row.show_fault("")
        self.refresh()

    # inside

    @Slot()
    def _changed(self) -> None:
        if not self.isVisible():
            self._stale = True
        elif self._rests_on() != self._seen:
            # most of what a hand moves is no assumption: sixty rows need not look again at each move
            self.refresh()

    def _rests_on(self) -> tuple[object, ...]:
        """What the list is made of; equal as long as nothing in it can have changed."""
        design, results = self._session.design, self._session.results
        used = () if results is None else tuple(item.ref for item in results.assumptions_in_use)
        return id(self._session.catalog), design.assumptions, design.overrides, used

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Show the assumptions as they are; what stays keeps its widgets."""
        self._stale = False
        self._seen = self._rests_on()
        wanted = lines(self._session)
        if wanted != self._lines:
            self._lines = wanted
            self._rebuild(wanted)
        for row in self._rows.values():
            row.refresh()
        design = self._session.design
        own = len(design.assumptions) + len(design.overrides)
        self._count.setText(f"{own} set here" if own else "none set here")
        self._reset.setEnabled(own > 0)

    def _rebuild(self, wanted: tuple[Line, ...]) -> None:
        held, self._rows = self._rows, {}
        sections: dict[str, _Section] = {}
        for line in wanted:
            row = held.pop(line, None)
            if row is None:
                row = AssumptionRow(self._session, line)
                row.opened.connect(self._scroll_to)
            section = sections.get(line.section)
            if section is None:
                section = self._sections.pop(line.section, None) or _Section(line.section)
                sections[line.section] = section
                self._column.insertWidget(len(sections) - 1, section)
            section.rows.removeWidget(row)
            section.rows.addWidget(row)
            self._rows[line] = row
        for gone in (*held.values(), *self._sections.values()):
            gone.hide()
            gone.deleteLater()
        self._sections = sections
        self._filter()

    @Slot()
    def _filter(self) -> None:
        words = self._search.text().lower().split()
        counts: dict[str, int] = {}
        for line, row in self._rows.items():
            fits = all(word in line.words for word in words)
            row.setVisible(fits)
            counts[line.section] = counts.get(line.section, 0) + fits
        for title, section in self._sections.items():
            section.setVisible(counts.get(title, 0) > 0)
            section.header.set_count(f"{counts.get(title, 0)}")
            if words:
                section.header.set_open(True)
        self._nothing.setVisible(bool(words) and not any(counts.values()))

    @Slot(object)
    def _scroll_to(self, row: AssumptionRow) -> None:
        # the row has its new height only after the layout has run
        layout = self._column
        layout.activate()
        self._scroll.ensureWidgetVisible(row, 0, 24)

    @Slot()
    def _dress(self) -> None:
        theme = current()
        self._glass.setIcon(theme.icon("search", 16))
        self._count.setFont(theme.font("caption"))
