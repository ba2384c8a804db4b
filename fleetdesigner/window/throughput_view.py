"""The throughput view: choices at the left, the front over the best layouts, one step at the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QWidget

from fleetdesigner.catalog.supply import PriceBook
from fleetdesigner.design.workloads import Workload
from fleetdesigner.engine.throughput_page.shown import Look, Shown
from fleetdesigner.look.theme import theme_signals
from fleetdesigner.panels.measurement.words import beside_forecast
from fleetdesigner.panels.palette.parts import newest_book
from fleetdesigner.panels.throughput.pick import CompareRow, ThroughputPick, WorkRow
from fleetdesigner.window import throughput_facts as facts
from fleetdesigner.window.head import surface
from fleetdesigner.window.throughput_middle import ThroughputMiddle
from fleetdesigner.window.throughput_side import ThroughputSide

if TYPE_CHECKING:
    from fleetdesigner.window.main_window import MainWindow

COMPARED = "throughput_compared"
"""Setting: rack systems that are shown beside the pool."""


class ThroughputView(QWidget):
    """Follows every change while it is looked at; works nothing out itself."""

    leave = Signal()

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self._session, self._settings = window.session, window.settings
        self._window = window
        self._pool = self._work = self._focus = ""
        self._basis = "chip"
        self._looked_at = False
        self._shown: Shown | None = None
        self._fresh = True
        self._narrow = False
        self.setAccessibleName("Throughput")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.pick = ThroughputPick(self._session)
        self.middle, self.side = ThroughputMiddle(), ThroughputSide()
        self.front = self.middle.front
        self._lay_out()
        self._connect()
        self._dress()

    # what others ask for

    @property
    def shown(self) -> Shown | None:
        """What is on screen."""
        return self._shown

    @property
    def look(self) -> Look:
        """What is looked at."""
        book = self._book()
        return Look(
            self._pool,
            self._work,
            tuple(self._settings.texts(COMPARED)),
            self._focus,
            book.id if book else "",
        )

    def look_into(self, pool_id: str = "", workload_id: str = "") -> None:
        """Show a pool, a workload, or both."""
        self._pool, self._work = pool_id or self._pool, workload_id or self._work
        if workload_id and not pool_id:
            self._pool = self._pool_of(workload_id) or self._pool
        self._focus, self._fresh = "", True
        self._again()

    def set_looked_at(self, on: bool) -> None:
        """Work while it is on screen, rest while it is not."""
        self._looked_at = on
        if on:
            # the style sheet has the last word on fonts when a view is first put into the window
            self._dress()
            self._again()
        else:
            self._session.look_at(None)

    @Slot(str)
    def set_basis(self, basis: str) -> None:
        """Rates per accelerator (``chip``), per $ (``usd``) or per facility kW (``kw``)."""
        self._basis, self._fresh = basis, True
        self.middle.buttons[basis].setChecked(True)
        self._show(self._shown)

    def set_held(self, on: bool) -> None:
        """A lever is in the hand: axes stand still."""
        self.front.held = on

    # inside

    def _book(self) -> PriceBook | None:
        """The price book on view."""
        wanted = self._settings.text("price_book")
        books = {book.id: book for book in self._session.catalog.rent_books()}
        return books.get(wanted) or newest_book(self._session.catalog)

    @Slot()
    def _again(self) -> None:
        """Look again at what the design has now."""
        if not self._looked_at:
            return
        design = self._session.design
        pools, works = [pool.id for pool in design.pools], [work.id for work in design.workloads]
        if self._work not in works:
            self._work, self._fresh = (works[0] if works else ""), True
        if self._pool not in pools:
            found = self._pool_of(self._work)
            self._pool, self._fresh = found or (pools[0] if pools else ""), True
        self._choices()
        self._session.look_at(self.look)

    def _pool_of(self, workload_id: str) -> str:
        """The pool that gives a workload most in the month; empty when none does."""
        results = self._session.results
        if results is None:
            return ""
        state, at = results.states[0], results.month_index(self._session.month)
        works = [work.id for work in state.design.workloads]
        if workload_id not in works or not state.plant.parts.keys:
            return ""
        tokens = state.tokens[:, works.index(workload_id), at]
        part = int(tokens.argmax())
        return state.plant.parts.keys[part].pool_id if tokens[part] > 0 else ""

    def _choices(self) -> None:
        session, design = self._session, self._session.design
        self.pick.show_pools([(pool.id, pool.name or pool.id) for pool in design.pools], self._pool)
        self.pick.show_works(
            [WorkRow(work.id, work.name or work.id, self._state(work)) for work in design.workloads],
            self._work,
        )
        own = self._racks_in_pool()
        rows = [
            CompareRow(rack.id, rack.short_name, session.catalog.chip_of(rack).generation, rack.id in own)
            for rack in session.catalog.racks()
        ]
        rows.sort(key=lambda row: not row.in_pool)
        self.pick.show_compared(rows, self._settings.texts(COMPARED))
        work = next((one for one in design.workloads if one.id == self._work), None)
        self.pick.targets.show_workload(work)

    def _racks_in_pool(self) -> set[str]:
        results = self._session.results
        if results is None:
            return set()
        keys = results.states[0].plant.parts.keys
        return {rack_id for key in keys if key.pool_id == self._pool for rack_id in key.rack_ids}

    def _state(self, work: Workload) -> str:
        results = self._session.results
        if results is None:
            return ""
        state, at = results.states[0], results.month_index(self._session.month)
        works = [one.id for one in state.design.workloads]
        if work.id not in works:
            return ""
        parts = [part for part, key in enumerate(state.plant.parts.keys) if key.pool_id == self._pool]
        return facts.work_state(float(state.tokens[parts, works.index(work.id), at].sum()), work)

    @Slot(object)
    def _show(self, shown: Shown | None) -> None:
        if not self._looked_at:
            return
        before, self._shown = self._shown, shown
        if shown is None:
            self._nothing()
            return
        self.middle.show_shown(shown, self._basis, before, self._fresh)
        if not shown.pending:
            self._fresh = False
        self.side.show_shown(shown, self._narrow)
        self.side.show_own(self._own_words(shown))

    def _nothing(self) -> None:
        what = "workloads" if self._session.design.pools else "pools"
        tab = "Workloads" if what == "workloads" else "Plan"
        self.middle.show_nothing(f"This design has no {what} yet; add one in the {tab} tab of the design.")

    # the hand

    @Slot(str)
    def _pick_pool(self, pool_id: str) -> None:
        if pool_id and pool_id != self._pool:
            self._pool, self._focus, self._fresh = pool_id, "", True
            self._again()

    @Slot(str)
    def _pick_work(self, workload_id: str) -> None:
        if workload_id != self._work:
            self._work, self._fresh = workload_id, True
            self._again()

    @Slot(str, bool)
    def _compare(self, rack_id: str, on: bool) -> None:
        kept = [one for one in self._settings.texts(COMPARED) if one != rack_id]
        self._settings.set(COMPARED, [*kept, rack_id] if on else kept)
        self._again()

    @Slot(str)
    def set_focus_kind(self, rack_id: str) -> None:
        """Show layouts, memory and readiness of another kind."""
        if rack_id != self._focus:
            self._focus = rack_id
            self._again()

    def _own_words(self, shown: Shown) -> str:
        """How a measurement of the planner's own moves the forecasts of the focus."""
        if shown.focus is None:
            return ""
        activity, chip = "training" if shown.trains else "serving", shown.focus.chip
        words = beside_forecast(self._session.design, self._session.catalog, chip.id, activity)
        return f"{chip.name} runs at {words}" if words else ""

    @Slot()
    def _paste(self) -> None:
        focus = None if self._shown is None else self._shown.focus
        self._window.measurements.paste("" if focus is None else focus.chip.id, self._work)

    @Slot()
    def _whose(self) -> None:
        shown = self._shown
        if shown is None or shown.focus is None:
            self._window.views.show_numbers()
            return
        activity = "training" if shown.trains else "serving"
        chip = shown.focus.chip
        self._window.views.show_numbers(activity, chip.name, chip.generation)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave.emit()
            return
        super().keyPressEvent(event)

    # building

    def _connect(self) -> None:
        session = self._session
        self.side.whose.clicked.connect(self._whose)
        self.side.paste.clicked.connect(self._paste)
        self.pick.pool_picked.connect(self._pick_pool)
        self.pick.workload_picked.connect(self._pick_work)
        self.pick.compared.connect(self._compare)
        self.front.line_picked.connect(self.set_focus_kind)
        self.side.bars.picked.connect(self.set_focus_kind)
        self.middle.basis_picked.connect(self.set_basis)
        session.shown_changed.connect(self._show)
        for signal in (session.results_changed, session.month_changed, session.design_changed):
            signal.connect(self._follow)
        theme_signals.changed.connect(self._dress)

    @Slot()
    def _follow(self) -> None:
        """The lists follow; what they look at is asked for again where it went away."""
        if self._looked_at:
            before = self.look
            design = self._session.design
            there = any(pool.id == self._pool for pool in design.pools)
            if there and any(work.id == self._work for work in design.workloads):
                self._choices()
            else:
                self._again()
            if self.look != before:
                self._session.look_at(self.look)

    @Slot()
    def _dress(self) -> None:
        self.middle.dress()
        if self._shown is not None:
            self._show(self._shown)

    def _lay_out(self) -> None:
        self.pick.setMinimumWidth(168)
        self.across = QSplitter(Qt.Orientation.Horizontal)
        for part in (self.pick, self.middle, self.side):
            self.across.addWidget(surface(part, "panel"))
        self.across.setStretchFactor(1, 1)
        self.across.setChildrenCollapsible(False)
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.across)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            wide = event.size().width()
            side, step = (260, 480) if wide >= 2000 else (216, 380) if wide >= 1240 else (190, 352)
            self._narrow = wide < 1240
            self.across.setSizes([side, wide - side - step, step])
