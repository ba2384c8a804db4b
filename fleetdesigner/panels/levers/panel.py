"""The levers of the design: what the room moves, live."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from fleetdesigner.design.commands import AddLever, SetFields
from fleetdesigner.design.scenarios import Lever, SwapLever
from fleetdesigner.look import current, theme_signals
from fleetdesigner.panels.empty_state import EmptyState
from fleetdesigner.panels.levers.choices import lever_choices
from fleetdesigner.panels.levers.row import LeverRow
from fleetdesigner.panels.levers.target import back_edits

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session


class LeversPanel(QWidget):
    """All pinned levers, with what evidence says about each."""

    held = Signal(bool)
    """A slider is in the hand: graphs keep their axes until it lets go."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._rows: dict[Lever, LeverRow] = {}
        self._stale = False
        self._title = QLabel("Pinned levers")
        self._reset = QPushButton("Reset levers")
        self._reset.setProperty("role", "link")
        self._reset.setToolTip("All levers back to the baseline, in one undo step")
        self._reset.clicked.connect(self.reset_levers)
        self._pin = QPushButton("Pin another")
        self._pin.setProperty("role", "link")
        self._pin.clicked.connect(self._open_choices)
        head = QHBoxLayout()
        head.setContentsMargins(12, 8, 12, 4)
        head.addWidget(self._title, 1)
        head.addWidget(self._reset)
        self._inside = QWidget()
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(12, 4, 12, 12)
        self._column.setSpacing(12)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self._inside)
        self._empty = EmptyState(
            "sliders-horizontal",
            "No levers yet",
            "Right-click a number and choose “Pin as lever”, or pin one from the list.",
        )
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 4, 12, 8)
        foot.addWidget(self._pin)
        foot.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(head)
        box.addWidget(self._empty)
        box.addWidget(self._scroll, 1)
        box.addLayout(foot)
        box.addStretch(0)
        session.design_changed.connect(self._changed)
        session.catalog_changed.connect(self._changed)
        session.results_changed.connect(self._new_results)
        theme_signals.changed.connect(self._dress)
        self._dress()
        self.refresh()

    # what others ask for

    @property
    def rows(self) -> tuple[LeverRow, ...]:
        """The levers on screen, in order."""
        return tuple(self._rows.values())

    def row(self, lever_id: str) -> LeverRow:
        """The row of a lever. Raises KeyError."""
        for lever, row in self._rows.items():
            if lever.id == lever_id:
                return row
        raise KeyError(lever_id)

    def nudge_first(self) -> bool:
        """Move the first lever that can move by ten steps, as the planner would; False when none can."""
        self.refresh()
        for row in self._rows.values():
            before, lever, value = self._session.design, row.lever, row.slider.value
            if value is None:
                continue
            by = 10 * lever.step
            self._session.seal()
            row.move_to(value + by if value + by <= lever.high else max(value - by, lever.low))
            self._session.seal()
            if self._session.design is not before:
                self._scroll.ensureWidgetVisible(row)
                return True
        return False

    @Slot()
    def reset_levers(self) -> None:
        """All levers back to the baseline, in one undo step."""
        edits = back_edits(self._session, self._session.design.levers)
        if edits:
            self._session.seal()
            self._session.execute(SetFields("Reset levers", edits))
        for row in self._rows.values():
            row.show_fault("")
        self.refresh()

    def fill_choices(self, menu: QMenu) -> None:
        """Inputs that can be pinned, by group."""
        groups: dict[str, QMenu] = {}
        for group, words, lever in lever_choices(self._session):
            target = groups.get(group)
            if target is None:
                target = groups[group] = menu.addMenu(group)
            action = target.addAction(words)
            action.triggered.connect(lambda _=False, held=lever: self._session.execute(AddLever(held)))
        if not groups:
            menu.addAction("Every input here is pinned already").setEnabled(False)

    # inside

    @Slot()
    def _open_choices(self) -> None:
        menu = QMenu(self)
        self.fill_choices(menu)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._pin.mapToGlobal(self._pin.rect().bottomLeft()))

    @Slot()
    def _changed(self) -> None:
        if self.isVisible():
            self.refresh()
        else:
            self._stale = True

    @Slot()
    def _new_results(self) -> None:
        if not self.isVisible():
            self._stale = True
            return
        for row in self._rows.values():
            row.refresh_marks()
        self._refresh_reset()

    @Slot()
    def refresh(self) -> None:
        """Show the levers as they are; equal ones keep their widgets."""
        self._stale = False
        levers = self._session.design.levers
        shapes = tuple(_without_position(lever) for lever in levers)
        if tuple(self._rows) != shapes:
            self._rebuild(shapes)
        for row in self._rows.values():
            row.refresh()
            row.refresh_marks()
        self._empty.setVisible(not levers)
        self._scroll.setVisible(bool(levers))
        self._title.setVisible(bool(levers))
        self._reset.setVisible(bool(levers))
        self._pin.setText("Pin another" if levers else "Pin a lever")
        self._refresh_reset()

    def _refresh_reset(self) -> None:
        self._reset.setEnabled(bool(back_edits(self._session, self._session.design.levers)))

    def _rebuild(self, levers: tuple[Lever, ...]) -> None:
        held = self._rows
        self._rows = {}
        while self._column.takeAt(0) is not None:
            pass
        for lever in levers:
            row = held.pop(lever, None)
            if row is None:
                row = LeverRow(self._session, lever)
                row.held.connect(self.held)
            self._rows[lever] = row
            self._column.addWidget(row)
        self._column.addStretch(1)
        for gone in held.values():
            gone.hide()
            gone.deleteLater()

    @Slot()
    def _dress(self) -> None:
        theme = current()
        self._title.setFont(theme.font("caption_strong"))
        self._pin.setIcon(theme.icon("pin", 14, "accentInk"))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._session.seal()


def _without_position(lever: Lever) -> Lever:
    """The lever less where it stands: a swap lever holds its share in itself, and must keep its widgets."""
    if isinstance(lever.target, SwapLever):
        return lever.replaced(target=lever.target.replaced(share=0.0))
    return lever
