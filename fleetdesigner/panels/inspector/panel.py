"""The inspector: everything about what is selected, or about what was asked for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from fleetdesigner.catalog.entry import Entry
from fleetdesigner.catalog.errors import CatalogError
from fleetdesigner.catalog.hardware import Rack
from fleetdesigner.catalog.supply import PriceBook
from fleetdesigner.design.addresses import find, parse_ref
from fleetdesigner.design.commands import DeleteBlocks, delete
from fleetdesigner.design.fleet import Block, Hall, Rent
from fleetdesigner.design.workloads import WorkloadFields
from fleetdesigner.look import current
from fleetdesigner.panels.form.panel import Form, Group
from fleetdesigner.panels.inspector.block import blocks_in, more_group, place_group, title_of
from fleetdesigner.panels.inspector.empty import EmptyPage
from fleetdesigner.panels.inspector.entry import KIND_ICONS, KIND_WORDS, entry_groups
from fleetdesigner.panels.inspector.figures import figures_group, kinds_of
from fleetdesigner.panels.inspector.header import Header, block_crumbs, hall_crumbs
from fleetdesigner.panels.inspector.objects import OBJECTS, counted, reset_all
from fleetdesigner.panels.inspector.plan import PLAN
from fleetdesigner.panels.inspector.ready import readiness_groups
from fleetdesigner.panels.inspector.workload import KIND_ICONS as WORK_ICONS
from fleetdesigner.panels.inspector.workload import KIND_WORDS as WORK_WORDS
from fleetdesigner.panels.inspector.workload import workload_groups
from fleetdesigner.panels.palette.parts import newest_book, short_book

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session

_DEEPEST = 30
"""Steps that "Back" remembers."""


class InspectorPanel(QWidget):
    """Shows the selected blocks; `show_object` shows anything else, with a way back."""

    new_wanted = Signal()
    commitment_wanted = Signal()
    """The planner wants a new, empty hall."""
    open_example = Signal(str)
    """Path of a bundled design."""
    own_copy_requested = Signal(str, str)
    """(kind, id) of an entry to make an own part of."""
    throughput_wanted = Signal(str)
    """Ref of a pool or a workload whose throughput is to be shown."""
    shown_changed = Signal(str)
    """Ref of what is shown; empty for the selection."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._shown = ""
        self._trail: list[str] = []
        self._per = 0
        self._book: PriceBook | None = newest_book(session.catalog)
        self._seen: object = None
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("surface", "panel")
        self.header = Header()
        self.form = Form(session)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self.form)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self._scroll, 1)
        self.empty = EmptyPage(session)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.empty)
        self._pages.addWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._pages)
        # one refresh a turn of the event loop, however many signals a change brings
        self._due = QTimer(self)
        self._due.setSingleShot(True)
        self._due.setInterval(0)
        self._due.timeout.connect(self.refresh)
        self.empty.open_example.connect(self.open_example)
        self.empty.new_wanted.connect(self.new_wanted)
        self.empty.plan_wanted.connect(partial(self.show_object, PLAN))
        self.empty.commitment_wanted.connect(self.commitment_wanted)
        self.header.linked.connect(self.show_object)
        self.header.back.connect(self.back)
        self.header.menu.aboutToShow.connect(self._fill_menu)
        self.form.linked.connect(self.show_object)
        self.form.switched.connect(self._switched)
        session.selection_changed.connect(self._selected)
        for signal in (
            session.design_changed, session.catalog_changed, session.results_changed, session.month_changed,
        ):  # fmt: skip
            signal.connect(self._changed)
        self.refresh()

    # for the window

    @property
    def shown(self) -> str:
        """Ref of the object on screen; empty when it is the selection."""
        return self._shown

    @Slot(str)
    def show_object(self, ref: str) -> None:
        """Show ``hall:h1`` ``site:…`` ``pool:…`` ``phase:…`` ``workload:…`` ``block:…`` or a catalog entry.

        A block is selected. What is not there (any more) is passed over.
        """
        if ref.startswith("throughput:"):
            self.throughput_wanted.emit(ref.partition(":")[2])
            return
        if ref.startswith("override:"):
            ref = ref.removeprefix("override:")
        if "/" in ref and ":" not in ref:
            ref = ref.partition(".")[0]
        if ref.startswith("block:"):
            self._shown = ""
            self._session.set_selection((ref.partition(":")[2],))
            self.refresh()
            return
        if ref.startswith("feed:"):
            ref = self._hall_of_feed(ref)
        if ref == self._shown or not self._exists(ref):
            return
        self._trail = [*self._trail, self._shown][-_DEEPEST:]
        self._shown = ref
        self._show_top()

    @Slot()
    def back(self) -> None:
        """What was shown before."""
        while self._trail:
            ref = self._trail.pop()
            if (ref == "" and self._session.selection) or (ref and self._exists(ref)):
                self._shown = ref
                self._show_top()
                return
        self._shown = ""
        self._show_top()

    def set_price_book(self, book_id: str) -> None:
        """The book whose rents are shown; one the catalog lacks is passed over."""
        for book in self._session.catalog.rent_books():
            if book.id == book_id:
                self._book = book
                self._changed()

    @Slot()
    def refresh(self) -> None:
        """Show what there is now."""
        self._due.stop()
        if self._shown and not self._exists(self._shown):
            self._shown = ""
        if self._shown:
            self._show_ref(self._shown)
            return
        blocks = blocks_in(self._session, self._session.selection)
        if not blocks:
            self._pages.setCurrentIndex(0)
            return
        self._show_blocks(blocks)

    # inside

    def _show_top(self) -> None:
        self.refresh()
        self._scroll.verticalScrollBar().setValue(0)
        self.shown_changed.emit(self._shown)

    def _show_blocks(self, blocks: tuple[Block, ...]) -> None:
        session = self._session
        kinds = kinds_of(session, blocks)
        if kinds:
            self.header.show_rack(kinds[0].rack, kinds[0].chip.generation)
        title, subtitle = title_of(session, blocks)
        self._head(title, subtitle, block_crumbs(session, blocks))
        groups = [
            place_group(session, blocks),
            figures_group(session, blocks, self._rent_book(blocks), self._per, session.results),
            *readiness_groups(session, tuple({kind.chip.id: kind.chip for kind in kinds}.values())),
            more_group(blocks),
        ]
        self._put(groups)

    def _show_ref(self, ref: str) -> None:
        session = self._session
        kind, _ = parse_ref(ref)
        if ":" not in ref:
            self._show_entry(session.catalog.entry(ref))
            return
        thing = find(session.design, ref)
        if isinstance(thing, WorkloadFields):
            work = next(one for one in session.design.workloads if one.id == thing.id)
            self.header.show_icon(WORK_ICONS[work.kind])
            self._head(work.name or work.id, WORK_WORDS[work.kind], ())
            self._put(workload_groups(session, work))
            return
        _, icon, groups_of = OBJECTS[kind]
        self.header.show_icon(icon)
        crumbs = hall_crumbs(session, thing) if isinstance(thing, Hall) else ()
        title = getattr(thing, "name", "") or ref
        self._head(title, "Plan" if ref == PLAN else kind.capitalize(), crumbs)
        groups = groups_of(session, thing)
        again = reset_all(session, ref)
        if again is not None:
            groups[0] = Group(groups[0].title, (*groups[0].fields, again))
        self._put(groups)

    def _show_entry(self, entry: Entry) -> None:
        session = self._session
        if isinstance(entry, Rack):
            self.header.show_rack(entry, session.catalog.chip_of(entry).generation)
        else:
            self.header.show_icon(KIND_ICONS[entry.kind])
        used = sum(override.entry == entry.ref for override in session.design.overrides)
        words = KIND_WORDS[entry.kind]
        own = any((pin.kind, pin.id, pin.revision) == (entry.kind, entry.id, "own") for pin in session.pins)
        words = f"{words}, own part" if own else words
        subtitle = f"{words} · {counted(used, 'own figure')}" if used else words
        title = short_book(entry) if isinstance(entry, PriceBook) else entry.name
        self._head(title, subtitle, ())
        self._put(entry_groups(session, entry))

    def _head(self, title: str, subtitle: str, crumbs: tuple[tuple[str, str], ...]) -> None:
        self._fill_menu()
        self.header.show_words(title, subtitle, crumbs, bool(self._trail) or bool(self._shown))

    def _put(self, groups: list[Group]) -> None:
        self._pages.setCurrentIndex(1)
        self.form.show_groups(groups)

    def _rent_book(self, blocks: tuple[Block, ...]) -> PriceBook | None:
        """The book of their phase when they are rented from one, else the one on view."""
        for block in blocks[:1]:
            phase = find(self._session.design, f"phase:{block.phase_id}")
            ownership = getattr(phase, "ownership", None)
            if isinstance(ownership, Rent):
                try:
                    return self._session.catalog.price_book(ownership.price_book_id)
                except CatalogError:
                    return None
        # the catalog may have changed under the one on view: overrides give new entries
        if self._book is None:
            return None
        return next((one for one in self._session.catalog.rent_books() if one.id == self._book.id), None)

    def _exists(self, ref: str) -> bool:
        if ":" in ref:
            kind = parse_ref(ref)[0]
            return (kind in OBJECTS or kind == "workload") and find(self._session.design, ref) is not None
        try:
            self._session.catalog.entry(ref)
        except CatalogError:
            return False
        return True

    def _hall_of_feed(self, ref: str) -> str:
        name = parse_ref(ref)[1]
        return next(
            (
                f"hall:{hall.id}"
                for hall in self._session.design.halls
                if any(feed.id == name for feed in hall.feeds)
            ),
            ref,
        )

    @Slot()
    def _fill_menu(self) -> None:
        menu, theme = self.header.menu, current()
        menu.clear()
        if not self._shown:
            blocks = blocks_in(self._session, self._session.selection)
            if not blocks:
                return
            menu.addAction(theme.icon("list"), "Select all like it", self._select_alike)
            if len({block.rack_id for block in blocks}) == 1:
                copied = blocks[0].rack_id
                menu.addAction(
                    theme.icon("copy"),
                    "Make own copy…",
                    lambda: self.own_copy_requested.emit("racks", copied),
                )
            menu.addAction(theme.icon("trash-2"), "Delete", self._delete)
        elif self._shown == PLAN:
            return
        elif ":" in self._shown:
            menu.addAction(theme.icon("trash-2"), "Delete", self._delete)
        else:
            kind, _, name = self._shown.partition("/")
            if kind in ("chips", "nodes", "racks", "prices"):
                menu.addAction(
                    theme.icon("copy"), "Make own copy…", lambda: self.own_copy_requested.emit(kind, name)
                )

    @Slot()
    def _select_alike(self) -> None:
        racks = {block.rack_id for block in blocks_in(self._session, self._session.selection)}
        self._session.set_selection(
            block.id for block in self._session.design.blocks if block.rack_id in racks
        )

    @Slot()
    def _delete(self) -> None:
        if self._shown:
            self._session.execute(delete(self._session.design, self._shown))
        else:
            self._session.execute(DeleteBlocks(self._session.selection))

    @Slot(str, int)
    def _switched(self, title: str, place: int) -> None:
        self._per = place
        self.refresh()

    @Slot(tuple)
    def _selected(self, ids: tuple[str, ...]) -> None:
        if ids or not self._shown:
            self._shown = ""
            self._trail = []
            self._scroll.verticalScrollBar().setValue(0)
        self.refresh()

    @Slot()
    def _changed(self) -> None:
        if self.isVisible():
            self._due.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()
