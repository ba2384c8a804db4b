"""The timeline view: the plan as bars that the hand moves, over what each slip costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSplitter, QToolButton, QVBoxLayout, QWidget

from fleetdesigner.charts.timeline.chart import TimelineChart
from fleetdesigner.charts.timeline.impact import impact
from fleetdesigner.charts.timeline.legend import TimelineLegend
from fleetdesigner.charts.timeline.moves import Move
from fleetdesigner.engine.at_rest.slips import Slip
from fleetdesigner.engine.results import Results
from fleetdesigner.look.theme import current, theme_signals
from fleetdesigner.panels.named_row import WrappedLabel
from fleetdesigner.panels.slip_table import SlipTable
from fleetdesigner.window.head import surface
from fleetdesigner.window.timeline_words import sentence

if TYPE_CHECKING:
    from fleetdesigner.window.main_window import MainWindow

_BESIDE = 1_800
"""From this width on the table stands beside the bars, not under them."""


class TimelineView(QWidget):
    """Follows every change while it is looked at; what the hand does goes through the session."""

    leave = Signal()

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self._window, self._session = window, window.session
        self._looked_at = False
        self._before: Results | None = None
        """Results as they were when the hand took a bar."""
        self.setAccessibleName("Timeline")
        self.chart = TimelineChart()
        self.slips = SlipTable()
        self.sentence = WrappedLabel("", "", "text_strong")
        self.legend = TimelineLegend()
        self._lay_out()
        self._connect()
        self._dress()
        self.setFocusProxy(self.chart)

    # what others ask for

    def set_looked_at(self, on: bool) -> None:
        """Work while it is on screen, rest while it is not."""
        self._looked_at = on
        if on:
            self._dress()
            self.slips.dress()
            self._follow()
            self.chart.show_month(self._session.month)
            self._ask(self.slips.months)
        else:
            self._session.ask_slips(None)

    def zoom_in(self) -> None:
        """Wider months."""
        self.chart.zoom_in()

    def zoom_out(self) -> None:
        """Narrower months."""
        self.chart.zoom_out()

    # the hand

    @Slot(object)
    def _try(self, move: Move | None) -> None:
        session = self._session
        if move is None:
            self._before = None
            session.preview(None)
            return
        if self._before is None:
            self._before = session.results
            # the month of the fullest fleet moves with the plan: under the hand it stands still
            session.set_month(session.month)
        session.preview(move.command())

    @Slot(object, str)
    def _do(self, move: Move, merge: str) -> None:
        session, before = self._session, self._session.design
        self._before = None
        if not merge:
            session.seal()
        session.execute(move.command(merge or None))
        if not merge:
            session.seal()
        if session.design is before:
            # nothing came of it: the numbers go back to the design's, and so do the bars
            session.preview(None)
            self._follow()

    @Slot(str)
    def _pick(self, ref: str) -> None:
        self._window.inspect(ref)
        self._window.plan_panel.select(ref)
        self.slips.select(ref)

    @Slot(str)
    def _pick_slip(self, ref: str) -> None:
        self.chart.select(ref)
        self.chart.see(ref)
        self._window.inspect(ref)

    @Slot()
    def _lead_times(self) -> None:
        window = self._window
        window.right.setCurrentWidget(window.assumptions)
        window.assumptions.search("lead")

    # what comes in

    @Slot()
    def _follow(self) -> None:
        if not self._looked_at:
            return
        session = self._session
        if self._before is not None and session.results is not None:
            self.chart.show_impact(impact(self._before, session.results))
        self.chart.show_plan(session.design, session.results)
        self._say()

    @Slot(int)
    def _month(self, month: int) -> None:
        if self._looked_at:
            self.chart.show_month(month)

    @Slot(object)
    def _slips_found(self, slips: tuple[Slip, ...]) -> None:
        if self._looked_at:
            self.slips.show_slips(slips)
            self.slips.select(self.chart.hand.ref)
            self._say()

    @Slot(int)
    def _ask(self, months: int) -> None:
        self._session.ask_slips(months)
        self._say()

    def _say(self) -> None:
        self.slips.show_working(self._session.slips_busy)
        # under the hand the costs of slips are those of the plan before
        slips = self.slips.slips if self._before is None else ()
        words = sentence(self._session.results, slips)
        self.sentence.setText(words)
        self.setAccessibleDescription(words)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave.emit()
            return
        super().keyPressEvent(event)

    # building

    def _connect(self) -> None:
        session, chart = self._session, self.chart
        chart.tried.connect(self._try)
        chart.wanted.connect(self._do)
        chart.month_wanted.connect(session.set_month)
        chart.picked.connect(self._pick)
        chart.opened.connect(self._window.go_to)
        chart.left.connect(session.seal)
        self.slips.months_wanted.connect(self._ask)
        self.slips.picked.connect(self._pick_slip)
        self.slips.lead_times_wanted.connect(self._lead_times)
        session.design_changed.connect(self._follow)
        session.results_changed.connect(self._follow)
        session.month_changed.connect(self._month)
        session.slips_changed.connect(self._slips_found)
        theme_signals.changed.connect(self._dress)

    @Slot()
    def _dress(self) -> None:
        theme = current()
        self._title.setFont(theme.font("title"))
        for button, icon in self._buttons:
            button.setIcon(theme.icon(icon))

    def _lay_out(self) -> None:
        self._title = QLabel("Timeline")
        head = QHBoxLayout()
        head.setContentsMargins(12, 6, 8, 0)
        head.setSpacing(12)
        head.addWidget(self._title)
        head.addWidget(self.legend, 1)
        zooms = QHBoxLayout()
        zooms.setSpacing(2)
        self._buttons: list[tuple[QToolButton, str]] = []
        for words, icon, do in (
            ("Narrower months (Ctrl+−, Ctrl+wheel)", "zoom-out", self.chart.zoom_out),
            ("Wider months (Ctrl++, Ctrl+wheel)", "zoom-in", self.chart.zoom_in),
            ("All months", "maximize", self.chart.fit),
        ):
            button = QToolButton()
            button.setToolTip(words)
            button.setAccessibleName(words)
            button.setIconSize(QSize(16, 16))
            button.clicked.connect(do)
            zooms.addWidget(button)
            self._buttons.append((button, icon))
        head.addLayout(zooms)
        said = QHBoxLayout()
        said.setContentsMargins(12, 2, 12, 6)
        said.addWidget(self.sentence)
        upper = QWidget()
        column = QVBoxLayout(upper)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(said)
        column.addWidget(self.chart, 1)
        self.split = QSplitter(Qt.Orientation.Vertical)
        self.split.addWidget(surface(upper, "panel"))
        self.split.addWidget(surface(self.slips, "panel"))
        self.split.setStretchFactor(0, 1)
        self.split.setChildrenCollapsible(False)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.split)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide, high = self.width(), self.height()
        if event.oldSize() == event.size():
            return
        beside = wide >= _BESIDE
        self.split.setOrientation(Qt.Orientation.Horizontal if beside else Qt.Orientation.Vertical)
        self.slips.set_narrow(beside or wide < 900)
        if beside:
            side = min(640, round(wide * 0.28))
            self.split.setSizes([wide - side, side])
        else:
            table = 180 if high >= 700 else 132
            self.split.setSizes([high - table, table])
