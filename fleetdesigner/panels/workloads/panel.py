"""What the pools are for: the workloads, how they fare, and all their fields."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QScrollArea,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from fleetdesigner.design.addresses import find, ref_to
from fleetdesigner.design.commands import Add, SetFields, delete
from fleetdesigner.design.workloads import Placing, Workload
from fleetdesigner.look import current, theme_signals
from fleetdesigner.panels.empty_state import EmptyState
from fleetdesigner.panels.form.panel import Form
from fleetdesigner.panels.named_row import WrappedLabel
from fleetdesigner.panels.workloads.allow import AllowChips
from fleetdesigner.panels.workloads.fields import head_groups, model_words, tail_groups
from fleetdesigner.panels.workloads.list import CARD, WorkloadCard, WorkloadList
from fleetdesigner.panels.workloads.presets import WorkloadPreset, copy_of, workload_presets
from fleetdesigner.panels.workloads.state import workload_state

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session

_MOST_CARDS = 4
"""Cards in sight before the list scrolls, unless the planner gives it more room."""


class WorkloadsPanel(QWidget):
    """The list of workloads over the fields of the one that is picked."""

    throughput_wanted = Signal(str)
    """Id of the workload whose throughput is to be shown."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._stale = True
        self._sized = False
        self.list = WorkloadList()
        self._detail = QWidget()
        self.limit = WrappedLabel("", "ink2", "caption")
        self.head, self.tail = Form(session), Form(session)
        self.allow = AllowChips(session)
        self._pin = QPushButton("Pin to a pool")
        self._pin.setProperty("role", "link")
        self._pin.setToolTip("A share of a pool works for this and nothing else, whatever its priority")
        self._pin.clicked.connect(self._open_pools)
        self._empty = EmptyState(
            "activity",
            "No workloads yet",
            "Add one: without work the pools serve and train nothing.",
        )
        self._add = QPushButton("Add")
        self._copy, self._delete = QToolButton(), QToolButton()
        self._lay_out()
        self._connect()
        self._dress()

    # what others ask for

    def fill_preset_menu(self, menu: QMenu) -> None:
        """An entry for each preset; it adds the workload and shows it."""
        menu.setToolTipsVisible(True)
        icons: list[tuple[QAction, str]] = []
        for preset in workload_presets():
            action = menu.addAction(current().icon(preset.icon), preset.title)
            action.setToolTip(preset.detail)
            action.triggered.connect(partial(self._add_preset, preset))
            icons.append((action, preset.icon))
        menu.aboutToShow.connect(partial(_dress_icons, icons))

    def add_preset(self, title: str) -> str | None:
        """Add the preset of that title. Returns the new workload's id; None when it was refused."""
        preset = next(one for one in workload_presets() if one.title == title)
        models = [model.id for model in self._session.catalog.models()]
        return self._added(preset.workload(self._session.design, models))

    def show_workload(self, workload_id: str) -> bool:
        """Show the fields of a workload; False when it is not there."""
        self.refresh()
        found = self.list.select(workload_id)
        self._show_detail()
        return found

    def shown_workload(self) -> Workload | None:
        """The workload whose fields are shown."""
        held = self.list.current_id()
        return next((work for work in self._session.design.workloads if work.id == held), None)

    @Slot(str)
    def delete(self, workload_id: str) -> None:
        """Delete a workload; the one beside it is shown then."""
        ids = [work.id for work in self._session.design.workloads]
        if workload_id not in ids:
            return
        at = ids.index(workload_id)
        beside = ids[at + 1] if at + 1 < len(ids) else ids[at - 1] if at else ""
        if self._session.execute(delete(self._session.design, ref_to("workload", workload_id))):
            self.show_workload(beside)

    @Slot(str)
    def duplicate(self, workload_id: str) -> str | None:
        """Add a copy of a workload behind it. Returns the copy's id."""
        design = self._session.design
        ids = [work.id for work in design.workloads]
        if workload_id not in ids:
            return None
        at = ids.index(workload_id)
        behind = ids[at + 1] if at + 1 < len(ids) else None
        return self._added(copy_of(design.workloads[at], design), behind)

    @Slot(str)
    def rename(self, workload_id: str) -> None:
        """Put the cursor into the field of its name."""
        if self.show_workload(workload_id):
            row = self.head.row("Name")
            self._scroll.ensureWidgetVisible(row)
            row.editor.setFocus(Qt.FocusReason.ShortcutFocusReason)
            select = getattr(row.editor, "selectAll", None)
            if select is not None:
                select()

    def pin_to(self, pool_id: str) -> bool:
        """Pin a whole pool to the workload over the horizon; share and months can then be changed."""
        work, design = self.shown_workload(), self._session.design
        if work is None:
            return False
        pin = Placing(pool_id=pool_id, share=1.0, from_month=design.first_month, to_month=design.end_month)
        name = getattr(find(design, ref_to("pool", pool_id)), "name", pool_id)
        edit = (ref_to("workload", work.id), "pins", (*work.pins, pin))
        return self._session.execute(SetFields.of(f"Pin {work.name} to {name}", (edit,)))

    # inside

    def _added(self, work: Workload, before: str | None = None) -> str | None:
        if not self._session.execute(Add("workload", work, "", before)):
            return None
        self.show_workload(work.id)
        return work.id

    @Slot()
    def _add_preset(self, preset: WorkloadPreset, checked: bool = False) -> None:
        self.add_preset(preset.title)

    def cards(self) -> tuple[WorkloadCard, ...]:
        """What the list shows at the month the room looks at."""
        session = self._session
        return tuple(
            WorkloadCard(
                work.id,
                work.kind,
                work.name or work.id,
                f"{model_words(session, work.model_id)} · {work.dtype.upper()}",
                workload_state(session.results, work, session.month),
            )
            for work in session.design.workloads
        )

    @Slot()
    def refresh(self) -> None:
        """Show the workloads as they are; the picked one stays picked."""
        self._stale = False
        before = self.list.current_id()
        self.list.show_cards(self.cards())
        if not self.list.current_id() and self.list.count():
            self.list.select(self.list.cards()[0].id)
        if self.list.current_id() != before:
            self._scroll.verticalScrollBar().setValue(0)
        self._show_detail()

    @Slot()
    def _show_detail(self) -> None:
        work = self.shown_workload()
        there = work is not None
        self._split.setVisible(there)
        self._empty.setVisible(not there)
        self._copy.setEnabled(there)
        self._delete.setEnabled(there)
        if work is None:
            return
        self.head.show_groups(head_groups(self._session, work))
        self.tail.show_groups(tail_groups(self._session, work))
        self.allow.show_workload(work.id)
        self._pin.setEnabled(bool(self._session.design.pools))
        state = workload_state(self._session.results, work, self._session.month)
        self.limit.setText(state.limit)
        self.limit.setVisible(bool(state.limit))

    @Slot()
    def _changed(self) -> None:
        if self.isVisible():
            self.refresh()
        else:
            self._stale = True

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.refresh()
        if not self._sized:
            self._sized = True
            cards = CARD * min(_MOST_CARDS, max(1, self.list.count())) + 2
            self._split.setSizes([cards, max(200, self.height() - cards - 41)])

    @Slot()
    def _open_pools(self) -> None:
        menu = QMenu(self)
        for pool in self._session.design.pools:
            menu.addAction(current().icon("boxes"), pool.name).triggered.connect(
                partial(self._pin_to, pool.id)
            )
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._pin.mapToGlobal(self._pin.rect().bottomLeft()))

    def _pin_to(self, pool_id: str, checked: bool = False) -> None:
        self.pin_to(pool_id)

    @Slot(str, QPoint)
    def _popup(self, workload_id: str, place: QPoint) -> None:
        menu = QMenu(self)
        self.fill_menu(menu, workload_id)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    def fill_menu(self, menu: QMenu, workload_id: str) -> None:
        """What can be done with a workload; without one only adding."""
        theme = current()
        if not workload_id:
            self.fill_preset_menu(menu)
            return
        menu.addAction(theme.icon("pencil"), "Rename").triggered.connect(lambda: self.rename(workload_id))
        menu.addAction(theme.icon("copy"), "Duplicate").triggered.connect(lambda: self.duplicate(workload_id))
        menu.addAction(theme.icon("activity"), "Show throughput").triggered.connect(
            lambda: self.throughput_wanted.emit(workload_id)
        )
        menu.addSeparator()
        menu.addAction(theme.icon("trash-2"), "Delete").triggered.connect(lambda: self.delete(workload_id))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self._detail)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(0)
        head = QVBoxLayout()
        head.setContentsMargins(12, 8, 12, 0)
        head.addWidget(self.limit)
        last = QHBoxLayout()
        last.setContentsMargins(12, 0, 12, 0)
        last.addWidget(self._pin)
        last.addStretch(1)
        column.addLayout(head)
        for part in (self.head, self.allow, self.tail):
            column.addWidget(part)
        for form in (self.head, self.tail):
            layout = form.layout()
            if layout is not None:
                # nothing stands in the marks' column here: its gap serves the fields
                layout.setContentsMargins(12, 8, 8, 8)
        column.addLayout(last)
        column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self._detail)
        self._split = QSplitter(Qt.Orientation.Vertical)
        self._split.addWidget(self.list)
        self._split.addWidget(self._scroll)
        self._split.setStretchFactor(1, 1)
        self._split.setChildrenCollapsible(False)
        self.list.setMinimumHeight(CARD)
        self._add.setProperty("size", "small")
        menu = QMenu(self._add)
        self.fill_preset_menu(menu)
        self._add.setMenu(menu)
        foot = QHBoxLayout()
        foot.setContentsMargins(8, 6, 8, 6)
        foot.setSpacing(4)
        foot.addWidget(self._add)
        foot.addStretch(1)
        for button, words in ((self._copy, "Duplicate (Ctrl+D)"), (self._delete, "Delete (Del)")):
            button.setToolTip(words)
            button.setAccessibleName(words)
            button.setIconSize(QSize(16, 16))
            foot.addWidget(button)
        bar = QWidget()
        bar.setProperty("surface", "panel")
        bar.setProperty("rule", "top")
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        bar.setLayout(foot)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self._empty, 1)
        box.addWidget(self._split, 1)
        box.addWidget(bar)

    def _connect(self) -> None:
        session = self._session
        self.list.chosen.connect(self._picked)
        self.list.delete_wanted.connect(self.delete)
        self.list.rename_wanted.connect(self.rename)
        self.list.duplicate_wanted.connect(self.duplicate)
        self.list.menu_wanted.connect(self._popup)
        self._copy.clicked.connect(lambda: self.duplicate(self.list.current_id()))
        self._delete.clicked.connect(lambda: self.delete(self.list.current_id()))
        for signal in (
            session.design_changed,
            session.results_changed,
            session.month_changed,
            session.catalog_changed,
        ):
            signal.connect(self._changed)
        theme_signals.changed.connect(self._dress)

    @Slot(str)
    def _picked(self, workload_id: str) -> None:
        self._show_detail()
        self._scroll.verticalScrollBar().setValue(0)

    @Slot()
    def _dress(self) -> None:
        theme = current()
        self._add.setIcon(theme.icon("plus", 14))
        self._copy.setIcon(theme.icon("copy"))
        self._delete.setIcon(theme.icon("trash-2"))


def _dress_icons(icons: list[tuple[QAction, str]]) -> None:
    """A menu may live longer than the theme it was filled in."""
    for action, name in icons:
        action.setIcon(current().icon(name))
