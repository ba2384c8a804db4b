"""The money view: cash and cost at the left; ways to hold the fleet, and what would kill the plan, right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from fleetdesigner.design.commands import SetFields
from fleetdesigner.engine.at_rest.one_more import binding_of
from fleetdesigner.engine.money.item_inputs import item_value
from fleetdesigner.engine.money.part_prices import part_prices
from fleetdesigner.engine.money.ways import Way
from fleetdesigner.engine.money.years import cost_years
from fleetdesigner.engine.results import Results
from fleetdesigner.look.theme import current, theme_signals
from fleetdesigner.panels.empty_state import EmptyState
from fleetdesigner.panels.fields.row import ElidedLabel
from fleetdesigner.panels.kpi.card import KpiCard
from fleetdesigner.panels.segments import Segments
from fleetdesigner.session.live_money import MoneyLook, MoneyShown
from fleetdesigner.window import money_facts as facts
from fleetdesigner.window.head import surface
from fleetdesigner.window.money_left import MoneyLeft
from fleetdesigner.window.money_right import MoneyRight

if TYPE_CHECKING:
    from fleetdesigner.window.main_window import MainWindow


class MoneyView(QWidget):
    """Follows every change while it is looked at; what takes longer comes when the hand rests."""

    leave = Signal()

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self._window = window
        self._session = window.session
        self._phase = ""
        self._looked_at = False
        self._shown: MoneyShown | None = None
        self._rested: Results | None = None
        self._of = ""
        """Id of the design that is shown."""
        self.setAccessibleName("Money")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.title, self.subtitle = QLabel("Money"), ElidedLabel("", "ink2", "caption")
        self.dollars = Segments(
            "Dollars", (("nominal", "Nominal"), ("real", "Real")),
            ("Dollars of each month", "Dollars of the design's money year"),
        )  # fmt: skip
        self.left, self.right = MoneyLeft(), MoneyRight()
        self.empty = EmptyState(
            "warehouse", "No racks yet",
            "Place racks in the design (Ctrl+1): cash flow, cost and ways to hold them fill this page.",
        )  # fmt: skip
        self._lay_out()
        self._connect()
        self._dress()

    # what others ask for

    @property
    def shown(self) -> MoneyShown | None:
        """What came when the hand rested."""
        return self._shown

    @property
    def is_late(self) -> bool:
        """Whether something newer than what is on screen is on its way."""
        session, shown = self._session, self._shown
        results = session.results
        if session.busy or results is None:
            return True
        asked = MoneyLook(self._phase)
        return shown is None or not shown.same_question(results, asked)

    def set_looked_at(self, on: bool) -> None:
        """Work while it is on screen, rest while it is not."""
        self._looked_at = on
        if on:
            self._dress()
            self._follow()
        self._session.look_at_money(MoneyLook(self._phase) if on else None)

    def set_held(self, on: bool) -> None:
        """A lever is in the hand: axes stand still."""
        for panel in self.left.panels:
            panel.held = on

    # inside

    @Slot()
    def _follow(self) -> None:
        """What the results have is shown at once."""
        session, results = self._session, self._session.results
        if not self._looked_at or results is None:
            return
        if results.design_id != self._of:
            self._forget(results.design_id)
        design = results.states[0].design
        phases = facts.phase_names(design.phases)
        if self._phase and self._phase not in dict(phases):
            self._pick_phase("")
        self.right.ways.show_phases(phases, self._phase)
        self.dollars.set_key(design.dollars)
        self.subtitle.set_text(facts.horizon_words(results))
        table = cost_years(results.states[0])
        self.stack.setCurrentWidget(self.across if design.blocks else self.empty)
        self.left.show_results(results, session.baseline_results, table)
        self._show_month()
        npv = results.kpi("npv_usd", brief=True)
        # what came when the hand last rested stands, marked as late, until it is worked out again
        if facts.has_rested(results):
            self._rested = results
            self.right.worth.show_worth(results.one_more)
        flips = () if self._rested is None or npv.value is None else self._rested.flips
        self.right.spans.show_flips(flips, npv.value, npv.why)
        self._mark_late()

    def _forget(self, design_id: str) -> None:
        """Another design is open: nothing of the last one may be shown."""
        self._of, self._phase = design_id, ""
        self._rested = self._shown = None
        self.right.show_nothing()
        self._session.look_at_money(MoneyLook())

    def _mark_late(self) -> None:
        results = self._session.results
        rest = results is None or self._session.busy or not facts.has_rested(results)
        self.right.set_late(self.is_late, rest)

    @Slot()
    def _show_month(self) -> None:
        results = self._session.results
        if not self._looked_at or results is None:
            return
        month = self._session.month
        self.left.set_month(month)
        self.right.plot.set_month(month)
        at = results.month_index(month)
        self.right.worth.show_binding(binding_of(results.states[0], at))
        self.right.prices.show_prices(
            part_prices(results.states[0], at), month, facts.missing_prices(results, month)
        )

    @Slot(object)
    def _show_late(self, shown: MoneyShown) -> None:
        if not self._looked_at:
            return
        self._shown = shown
        self.right.show_money(shown)
        self._mark_late()

    # the hand

    @Slot(str)
    def _pick_phase(self, phase_id: str) -> None:
        self._phase = phase_id
        if self._looked_at:
            self._session.look_at_money(MoneyLook(phase_id))
            self._mark_late()

    @Slot(object)
    def _use(self, way: Way) -> None:
        """Hold the chosen phases that way, in one undo step."""
        changes = [(f"phase:{phase_id}", "ownership", held) for phase_id, held in way.ownership]
        if changes:
            which = dict(facts.phase_names(self._session.design.phases)).get(self._phase, "all phases")
            self._session.execute(SetFields.of(f"{way.name} for {which}", changes))

    @Slot(str)
    def _set_dollars(self, kind: str) -> None:
        words = "Count in nominal dollars" if kind == "nominal" else "Count in real dollars"
        if not self._session.execute(SetFields.of(words, (("design:", "dollars", kind),))):
            self.dollars.set_key(self._session.design.dollars)

    @Slot(str, QPoint)
    def _explain(self, key: str, place: QPoint) -> None:
        """The card of a line of the cost table."""
        results = self._session.results
        if results is not None:
            KpiCard(item_value(results, key), None, self).show_at(place, self)

    @Slot(str)
    def _show_assumption(self, ref: str) -> None:
        window = self._window
        window.right.setCurrentWidget(window.assumptions)
        if not window.assumptions.show_assumption(ref):
            window.inspect(ref.partition(".")[0])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave.emit()
            return
        super().keyPressEvent(event)

    # building

    def _connect(self) -> None:
        session = self._session
        session.results_changed.connect(self._follow)
        session.month_changed.connect(self._show_month)
        session.money_changed.connect(self._show_late)
        session.design_changed.connect(self._changing)
        for panel in self.left.panels:
            panel.month_picked.connect(session.set_month)
        self.right.plot.month_picked.connect(session.set_month)
        self.left.cost.item_picked.connect(self._explain)
        self.right.spans.picked.connect(self._show_assumption)
        self.right.ways.phase_picked.connect(self._pick_phase)
        self.right.ways.wanted.connect(self._use)
        self.dollars.chosen.connect(self._set_dollars)
        theme_signals.changed.connect(self._dress)

    @Slot()
    def _changing(self) -> None:
        if self._looked_at:
            self.right.set_late(True, True)

    @Slot()
    def _dress(self) -> None:
        self.title.setFont(current().font("title"))
        self.left.dress()
        self._follow()

    def _lay_out(self) -> None:
        head = surface(QWidget(), "panel", "bottom")
        row = QHBoxLayout(head)
        row.setContentsMargins(12, 4, 12, 4)
        row.setSpacing(10)
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self.title)
        names.addWidget(self.subtitle)
        row.addLayout(names, 1)
        row.addWidget(self.dollars)
        self.across = QSplitter(Qt.Orientation.Horizontal)
        self.across.addWidget(surface(self.left, "panel"))
        self.across.addWidget(surface(self.right, "panel"))
        self.across.setStretchFactor(0, 1)
        self.across.setChildrenCollapsible(False)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.across)
        self.stack.addWidget(surface(self.empty, "panel"))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(head)
        box.addWidget(self.stack, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            wide = event.size().width()
            side = 1100 if wide >= 2600 else 560 if wide >= 1240 else 512
            self.across.setSizes([wide - side, side])
