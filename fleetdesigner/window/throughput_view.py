"""The throughput view: choices at the left, the front over the best layouts, one step at the right."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from fleetdesigner.catalog.supply import PriceBook
from fleetdesigner.charts.front_plot import FrontPlot
from fleetdesigner.charts.step_bar import StepBars
from fleetdesigner.charts.step_bar_memory import MemoryBar
from fleetdesigner.design.workloads import Workload
from fleetdesigner.engine.throughput_view import Look, Shown
from fleetdesigner.look.theme import current, theme_signals
from fleetdesigner.panels.field_row import ElidedLabel
from fleetdesigner.panels.named_row import WrappedLabel
from fleetdesigner.panels.palette_parts import newest_book
from fleetdesigner.panels.throughput_pick import CompareRow, ThroughputPick, WorkRow
from fleetdesigner.panels.throughput_table import FigureTable
from fleetdesigner.panels.throughput_targets import target_groups
from fleetdesigner.panels.throughput_words import WordsBlock
from fleetdesigner.window import throughput_facts as facts
from fleetdesigner.window.head import surface

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
        self.setAccessibleName("Throughput")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.pick = ThroughputPick(self._session)
        self.front = FrontPlot()
        self.bars = StepBars()
        self.terms = FigureTable("Terms", grows=True)
        self.layouts = FigureTable("Best layouts")
        self.memory_bar = MemoryBar()
        self.step = WordsBlock("One step", self._stacked(self.bars, self.terms))
        self.layout_words = WordsBlock("Layout in words")
        self.memory = WordsBlock("Memory, fullest chip", self.memory_bar)
        self.readiness = WordsBlock("Readiness")
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
            self._again()
        else:
            self._session.look_at(None)

    def set_basis(self, basis: str) -> None:
        """Rates per accelerator (``chip``), per $ (``usd``) or per facility kW (``kw``)."""
        self._basis, self._fresh = basis, True
        self.buttons[basis].setChecked(True)
        self._show(self._shown)

    def set_held(self, on: bool) -> None:
        """A lever is in the hand: axes stand still."""
        self.front.held = on

    # inside

    def _book(self) -> PriceBook | None:
        """The price book on view."""
        wanted = self._settings.text("price_book")
        books = {book.id: book for book in self._session.catalog.price_books()}
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
        self.pick.show_targets([] if work is None else target_groups(work))

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
        self._title(shown)
        same = before is not None and (before.look.pool_id, before.look.workload_id) == (
            shown.look.pool_id, shown.look.workload_id,
        )  # fmt: skip
        if not (shown.pending and same and not self._fresh):
            self.front.show_picture(facts.front_picture(shown, self._basis), self._fresh or not same)
            self._fresh = False
        first, second = facts.headline(shown, self._basis)
        self.sentence.setText(first)
        self.sentence.setToolTip(first)
        self.note.setText(second)
        self.note.setToolTip(second)
        focus = shown.focus
        self.bars.show_bars(facts.step_bars(shown), "" if focus is None else focus.rack_id)
        self.terms.show_rows(*facts.terms_table(shown))
        self.terms.setVisible(bool(self.terms.rows))
        unit = "seconds" if shown.trains else "milliseconds"
        self.step.show_words(
            "", "", unit, f"{'One step' if shown.trains else 'One output token'}, {shown.model.name}"
        )
        title, words, note, grade = facts.layout_block(shown)
        self.layout_words.show_words(words, note, "", title, grade)
        title, words, note, grade = facts.readiness_block(shown)
        self.readiness.show_words(words, note, "", title, grade)
        parts, limit, whole, limit_words, used = facts.memory_parts(shown)
        self.memory.setVisible(bool(parts))
        self.memory_bar.show_memory(parts, limit, whole, limit_words)
        word = "chip" if focus is None else focus.word
        self.memory.show_words("", "", used, f"Memory, fullest {word}")
        name = "" if focus is None else f" on {focus.name}"
        asks = "" if shown.trains or shown.target is None else " for this target"
        self.layouts_title.setText(f"Best layouts{name}{asks}")
        why = "" if shown.layouts is None or shown.layouts.meets else shown.layouts.why
        self.layouts_count.setText(facts.layouts_count(shown))
        self.layouts.show_rows(*facts.layouts_table(shown))
        self.layouts.setVisible(bool(self.layouts.rows))
        self.layouts_why.setText(f"{why[:1].upper()}{why[1:]}." if why else "")
        self.layouts_why.setVisible(bool(why))

    def _nothing(self) -> None:
        design = self._session.design
        what = "pools" if not design.pools else "workloads"
        self.title.setText("Throughput")
        self.subtitle.set_text("")
        self.sentence.setText(
            f"This design has no {what} yet; add one in the {'Plan' if what == 'pools' else 'Workloads'} tab."
        )

    def _title(self, shown: Shown) -> None:
        self.title.setText("Job sizes" if shown.trains else "Serving front")
        self.subtitle.set_text(facts.subtitle(shown))

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

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave.emit()
            return
        super().keyPressEvent(event)

    # building

    def _stacked(self, *widgets: QWidget) -> QWidget:
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(4)
        for widget in widgets:
            column.addWidget(widget)
        return whole

    def _connect(self) -> None:
        session = self._session
        self.pick.pool_picked.connect(self._pick_pool)
        self.pick.workload_picked.connect(self._pick_work)
        self.pick.compared.connect(self._compare)
        self.front.line_picked.connect(self.set_focus_kind)
        self.bars.picked.connect(self.set_focus_kind)
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
        theme = current()
        self.title.setFont(theme.font("title"))
        self.sentence.setFont(theme.font("text_strong"))
        for label in (self.layouts_title,):
            label.setFont(theme.font("caption_strong"))
        if self._shown is not None:
            self._show(self._shown)

    def _lay_out(self) -> None:
        self.title, self.subtitle = QLabel("Throughput"), ElidedLabel("", "ink2", "text")
        self.sentence, self.note = WrappedLabel("", "ink", "text_strong"), WrappedLabel("", "ink2")
        self.layouts_title, self.layouts_count = QLabel("Best layouts"), QLabel("")
        self.layouts_count.setProperty("tone", "ink2")
        self.layouts_why = QLabel("")
        self.layouts_why.setProperty("tone", "caution")
        self.layouts_why.setWordWrap(True)
        self.layouts_why.setContentsMargins(12, 4, 12, 4)
        self._group = QButtonGroup(self)
        self.buttons: dict[str, QPushButton] = {}
        head = surface(QWidget(), "panel", "bottom")
        row = QHBoxLayout(head)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(10)
        row.addWidget(self.title)
        row.addWidget(self.subtitle, 1)
        switch = QHBoxLayout()
        switch.setSpacing(0)
        for at, basis in enumerate(facts.BASES):
            button = QPushButton(basis.words)
            button.setCheckable(True)
            button.setProperty("role", "segment")
            button.setProperty("place", ("first", "middle", "last")[at])
            button.setAccessibleName(f"Rates {basis.words}")
            button.clicked.connect(partial(self._basis_clicked, basis.id))
            self._group.addButton(button)
            self.buttons[basis.id] = button
            switch.addWidget(button)
        self.buttons["chip"].setChecked(True)
        row.addLayout(switch)
        told = surface(QWidget(), "panel", "top")
        words = QVBoxLayout(told)
        words.setContentsMargins(12, 6, 12, 8)
        words.setSpacing(2)
        words.addWidget(self.sentence)
        words.addWidget(self.note)
        upper = surface(QWidget(), "panel")
        column = QVBoxLayout(upper)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self.front, 1)
        column.addWidget(told)
        lower = surface(QWidget(), "panel")
        below = QVBoxLayout(lower)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(0)
        bar = surface(QWidget(), "sunken", "bottom")
        bar.setFixedHeight(25)
        line = QHBoxLayout(bar)
        line.setContentsMargins(12, 0, 12, 0)
        line.addWidget(self.layouts_title, 1)
        line.addWidget(self.layouts_count)
        below.addWidget(bar)
        below.addWidget(self.layouts_why)
        below.addWidget(self.layouts, 1)
        lower.setMinimumHeight(100)
        self.middle = QSplitter(Qt.Orientation.Vertical)
        self.middle.addWidget(upper)
        self.middle.addWidget(lower)
        self.middle.setStretchFactor(0, 3)
        self.middle.setStretchFactor(1, 1)
        self.middle.setChildrenCollapsible(False)
        right = surface(QWidget(), "panel")
        side = QVBoxLayout(right)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(0)
        for block in (self.step, self.layout_words, self.memory, self.readiness):
            side.addWidget(block)
        side.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(right)
        scroll.setMinimumWidth(300)
        self.pick.setMinimumWidth(168)
        self.across = QSplitter(Qt.Orientation.Horizontal)
        for part in (self.pick, self.middle, scroll):
            self.across.addWidget(surface(part, "panel"))
        self.across.setStretchFactor(1, 1)
        self.across.setChildrenCollapsible(False)
        self.across.setSizes([208, 640, 340])
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.across)

    def _basis_clicked(self, basis: str, checked: bool = False) -> None:
        self.set_basis(basis)
