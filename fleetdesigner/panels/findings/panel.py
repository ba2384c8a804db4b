"""What the planner should know, worst first: over a limit, to watch, to know. Each with its ways out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from fleetdesigner.engine.checks.power import LIMIT_FIELD
from fleetdesigner.engine.results import Finding, Results
from fleetdesigner.look.tokens import HEIGHTS
from fleetdesigner.panels.findings.list import FindingsHead, FindingsList
from fleetdesigner.panels.findings.row import FindingRow

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session

LIMITS = frozenset({"site_grid", "floor", *LIMIT_FIELD})
"""Rules that say that a limit is passed."""
Key = tuple[str, str, int]
"""Rule, object, and a number where one rule says two things of one object."""


def counts(findings: Sequence[Finding]) -> str:
    """``1 over limit``, and other errors beside it."""
    errors = [finding for finding in findings if finding.severity == "error"]
    over = sum(finding.rule in LIMITS for finding in errors)
    others = len(errors) - over
    words = f"{over} over limit"
    return f"{words}, {others} more {'error' if others == 1 else 'errors'}" if others else words


def _show(widget: QWidget, on: bool) -> None:
    if widget.isHidden() == on:
        widget.setVisible(on)


class FindingsPanel(QWidget):
    """The list; rows are kept and refilled, so that nothing flickers while the hand moves."""

    go_to = Signal(str)
    """Ref of the object of a finding that was clicked: ``hall:h1`` ``racks/trn4-mgx``."""
    remedy_chosen = Signal(object)
    """The remedy under the hand (None: none any more), for a preview on the canvas."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._rows: dict[Key, FindingRow] = {}
        self._kept: set[Key] = set()
        self._unfold_kept = False
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("surface", "panel")
        self._lay_out()
        # the header and two rows always stay on screen
        self.setMinimumHeight(HEIGHTS["group_header"] + 4 + 2 * HEIGHTS["finding"])
        session.results_changed.connect(self._results_changed)
        self.show_findings(session.results.findings if session.results is not None else ())

    @property
    def rows(self) -> tuple[FindingRow, ...]:
        """The rows in the order they stand."""
        return self._list.rows

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show these, in their order; kept ones come last."""
        wanted: dict[Key, Finding] = {}
        for finding in findings:
            number = 0
            while (finding.rule, finding.object, number) in wanted:
                number += 1
            wanted[finding.rule, finding.object, number] = finding
        place = self._scroll.verticalScrollBar().value()
        for key in [key for key in self._rows if key not in wanted]:
            self._drop(self._rows.pop(key))
        for key, finding in wanted.items():
            row = self._rows.get(key)
            if row is None:
                self._rows[key] = self._make(finding)
                continue
            if finding.severity != row.finding.severity:
                self._kept.discard(key)
            row.show_finding(finding)
        self._kept &= wanted.keys()
        self._arrange(tuple(wanted))
        self._scroll.verticalScrollBar().setValue(place)
        self._tell(findings)

    @Slot(object, object)
    def _results_changed(self, results: Results | None, baseline: object) -> None:
        if results is not None:
            self.show_findings(results.findings)

    def _arrange(self, order: tuple[Key, ...]) -> None:
        shown = [key for key in order if key not in self._kept] + [key for key in order if key in self._kept]
        rows = self._list.rows = tuple(self._rows[key] for key in shown)
        for key, row in zip(shown, rows, strict=True):
            row.set_kept(key in self._kept)
        self._list.fold.setText(
            f"Kept as it is: {len(self._kept)}" + (", fold" if self._unfold_kept else ", show")
        )
        for key, row in zip(shown, rows, strict=True):
            _show(row, key not in self._kept or self._unfold_kept)
        _show(self._list.fold, bool(self._kept))
        _show(self._list.nothing, not order)
        self._list.place()

    def _make(self, finding: Finding) -> FindingRow:
        row = FindingRow(self._session, finding, self._list)
        row.go_to.connect(self.go_to)
        row.opened.connect(self._toggle)
        row.kept.connect(self._keep)
        row.remedy_chosen.connect(self.remedy_chosen)
        return row

    def _drop(self, row: FindingRow) -> None:
        if row.is_open:
            self.remedy_chosen.emit(None)
        row.hide()
        row.deleteLater()

    def _tell(self, findings: Sequence[Finding]) -> None:
        over = any(finding.severity == "error" for finding in findings)
        self._head.tell(len(findings), counts(findings), over)

    @Slot(object)
    def _toggle(self, row: FindingRow) -> None:
        is_open = not row.is_open
        for other in self._rows.values():
            if other is not row:
                other.set_open(False)
        row.set_open(is_open)

    @Slot(object)
    def _keep(self, row: FindingRow) -> None:
        for key, held in self._rows.items():
            if held is row:
                self._kept.symmetric_difference_update({key})
        row.set_open(False)
        self._arrange(tuple(self._rows))

    @Slot()
    def _show_kept(self) -> None:
        self._unfold_kept = not self._unfold_kept
        self._arrange(tuple(self._rows))

    @Slot()
    def _make_room(self) -> None:
        # the scroll area alone: nothing above it depends on the height of the list
        QCoreApplication.postEvent(self._scroll, QEvent(QEvent.Type.LayoutRequest))

    def _lay_out(self) -> None:
        self._head, self._list = FindingsHead(), FindingsList()
        self._list.fold.clicked.connect(self._show_kept)
        self._list.height_changed.connect(self._make_room)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self._list)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addWidget(self._scroll, 1)
