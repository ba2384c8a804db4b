"""The main window: puts canvas, graphs and panels together and runs actions. Holds no numbers of its own."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, Slot
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QMainWindow,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from fleetdesigner.canvas.bar import CanvasBar
from fleetdesigner.canvas.view import CanvasView
from fleetdesigner.charts.strip import ChartStrip
from fleetdesigner.design.model import Document
from fleetdesigner.look.theme import chosen, current, set_theme, theme_signals
from fleetdesigner.panels.assumptions.panel import AssumptionsPanel
from fleetdesigner.panels.findings.panel import FindingsPanel
from fleetdesigner.panels.inspector.panel import InspectorPanel
from fleetdesigner.panels.kpi.strip import KpiStrip
from fleetdesigner.panels.levers.panel import LeversPanel
from fleetdesigner.panels.palette.panel import PalettePanel
from fleetdesigner.panels.plan.panel import PlanPanel
from fleetdesigner.panels.workloads.panel import WorkloadsPanel
from fleetdesigner.session.session import Session
from fleetdesigner.window import pages
from fleetdesigner.window.command_field import CommandField
from fleetdesigner.window.command_list import choices
from fleetdesigner.window.drag_targets import DragTargets
from fleetdesigner.window.drop_hint import DropHint
from fleetdesigner.window.files_flow import FilesFlow
from fleetdesigner.window.first_steps import FirstSteps
from fleetdesigner.window.head import Head, surface
from fleetdesigner.window.measurement_flow import MeasurementFlow
from fleetdesigner.window.menu_bar import Menus
from fleetdesigner.window.month_bar import MonthBar
from fleetdesigner.window.own_parts import OwnParts
from fleetdesigner.window.scenario_flow import ScenarioFlow
from fleetdesigner.window.scenario_tabs import ScenarioTabs
from fleetdesigner.window.settings import Settings
from fleetdesigner.window.start_flow import StartFlow
from fleetdesigner.window.status_line import StatusLine
from fleetdesigner.window.views import Views

SMALLEST = QSize(1280, 720)


class MainWindow(QMainWindow):
    """One window on one session."""

    session: Session
    settings: Settings
    files: FilesFlow
    scenarios: ScenarioFlow
    starting: StartFlow
    measurements: MeasurementFlow
    menus: Menus
    canvas: CanvasView
    chart_strip: ChartStrip
    palette_panel: PalettePanel
    plan_panel: PlanPanel
    workloads_panel: WorkloadsPanel
    inspector: InspectorPanel
    levers: LeversPanel
    command_field: CommandField
    left: QTabWidget
    right: QTabWidget
    across: QSplitter
    views: Views

    def __init__(self, session: Session, settings: Settings, blank: Callable[[], Document]) -> None:
        super().__init__()
        self.session = session
        self.settings = settings
        self.files = FilesFlow(session, settings, blank, self)
        self.scenarios = ScenarioFlow(session, self)
        self.starting = StartFlow(self)
        self.own_parts = OwnParts(self)
        self.measurements = MeasurementFlow(session, self)
        self.setMinimumSize(SMALLEST)
        self.setAcceptDrops(True)
        self.setWindowTitle("Fleet Designer")
        self._make_views()
        self.menus = Menus(self)
        self._lay_out()
        self._connect()
        self._refresh_title()
        self.menus.refresh()

    # building

    def _make_views(self) -> None:
        session = self.session
        self.canvas = CanvasView(session)
        self.canvas_bar = CanvasBar(session, self.canvas)
        self.canvas.around = DragTargets(self)
        self.chart_strip = ChartStrip(session, self.settings)
        self.kpi_strip = KpiStrip(session, self.settings)
        self.palette_panel = PalettePanel(session)
        self.plan_panel = PlanPanel(session)
        self.workloads_panel = WorkloadsPanel(session)
        self.inspector = InspectorPanel(session)
        self.levers = LeversPanel(session)
        self.assumptions = AssumptionsPanel(session)
        self.findings = FindingsPanel(session)
        self.month_bar = MonthBar(session)
        self.tabs = ScenarioTabs(session)
        self.status_line = StatusLine(session)
        self.command_field = CommandField(lambda: choices(self))
        self.first_steps = FirstSteps(session, self.canvas)
        self.first_steps.hide()

    def _lay_out(self) -> None:
        self.left = QTabWidget()
        self.left.setDocumentMode(True)
        self.left.addTab(self.palette_panel, "Parts")
        self.left.addTab(self.plan_panel, "Plan")
        self.left.addTab(self.workloads_panel, "Workloads")
        self.right = QTabWidget()
        self.right.setDocumentMode(True)
        self.right.addTab(self.inspector, "Inspector")
        self.right.addTab(self.levers, "Levers")
        self.right.addTab(self.assumptions, "Assumptions")
        self.right_side = QSplitter(Qt.Orientation.Vertical)
        self.right_side.addWidget(self.right)
        self.right_side.addWidget(self.findings)
        self.right_side.setStretchFactor(0, 1)
        self.right_side.setChildrenCollapsible(False)
        canvas_side = surface(QWidget(), "panel")
        box = QVBoxLayout(canvas_side)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.canvas_bar)
        box.addWidget(self.canvas, 1)
        self.middle = QSplitter(Qt.Orientation.Vertical)
        self.middle.addWidget(canvas_side)
        self.middle.addWidget(self.chart_strip)
        self.middle.setStretchFactor(0, 1)
        self.middle.setChildrenCollapsible(False)
        self.views = Views(self, self.middle)
        self.head = Head(self)
        self.setMenuWidget(self.head)
        self.across = QSplitter(Qt.Orientation.Horizontal)
        for part in (self.left, self.views, self.right_side):
            self.across.addWidget(surface(part, "panel"))
        self.across.setStretchFactor(1, 1)
        self.across.setChildrenCollapsible(False)
        whole = surface(QWidget(), "panel")
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.kpi_strip)
        column.addWidget(self.across, 1)
        column.addWidget(self.status_line)
        self.setCentralWidget(whole)

    def _connect(self) -> None:
        session = self.session
        session.history_changed.connect(self.menus.refresh)
        session.selection_changed.connect(self.menus.refresh)
        session.scenario_changed.connect(self.menus.refresh)
        session.results_changed.connect(self.menus.refresh)
        session.dirty_changed.connect(self._refresh_title)
        session.path_changed.connect(self._refresh_title)
        session.design_changed.connect(self._refresh_title)
        self.palette_panel.add_requested.connect(lambda rack: self.canvas.add_rack(rack))
        self.palette_panel.own_copy_requested.connect(self.make_own_part)
        self.palette_panel.show_entry.connect(self.inspect)
        self.palette_panel.price_book_changed.connect(self._price_book)
        self.inspector.own_copy_requested.connect(self.make_own_part)
        self.kpi_strip.whose_wanted.connect(self.views.show_numbers)
        self.inspector.throughput_wanted.connect(self.views.show_throughput_of)
        self.workloads_panel.throughput_wanted.connect(partial(self.views.show_throughput, ""))
        self.canvas.hall_changed.connect(self.palette_panel.set_hall)
        self.canvas.hint.connect(session.notice)
        self.canvas.context_menu_requested.connect(self.menus.canvas_menu)
        self.canvas.details_requested.connect(self.inspect)
        self.findings.go_to.connect(self.go_to)
        self.views.changed.connect(self.menus.refresh)
        self.levers.held.connect(self._hold_axes)
        self.plan_panel.inspect.connect(self.inspect)
        self.plan_panel.go_to.connect(self.go_to)
        self.inspector.open_example.connect(lambda path: self.open_example(Path(path)))
        self.inspector.new_wanted.connect(self.starting.new)
        self.inspector.commitment_wanted.connect(self.starting.commitments.ask)
        self.tabs.branch_requested.connect(self.branch_scenario)
        self.tabs.menu_requested.connect(self.menus.scenario_menu)
        self.tabs.rename_requested.connect(lambda _: self.rename_scenario())
        self.first_steps.do_for_me.connect(self._first_step)
        self.first_steps.closed.connect(lambda: self.settings.set("first_steps_done", True))
        book = self.settings.text("price_book")
        if any(one.id == book for one in session.catalog.rent_books()):
            self.palette_panel.set_price_book(book)
            self.inspector.set_price_book(book)
        theme_signals.changed.connect(self._dress)
        self._dress()

    # state on screen

    @Slot()
    def _dress(self) -> None:
        self.head.title.setFont(current().font("text"))

    @Slot()
    def _refresh_title(self) -> None:
        path = self.session.path
        name = path.name if path is not None else self.session.base_design.name
        edited = " · edited" if self.session.dirty else ""
        self.head.title.setText(f"{name}{edited}")
        self.setWindowTitle(f"{name}{edited} – Fleet Designer")

    def theme_choice(self) -> str:
        """The theme that was chosen."""
        return chosen()

    def outdated(self) -> tuple[tuple[str, str], ...]:
        """Pinned entries whose shipped text has changed since."""
        return self.session.outdated_pins()

    # actions of the window

    def choose_theme(self, choice: str) -> None:
        """Light, dark, contrast or system; remembered."""
        set_theme(choice)
        self.settings.set("theme", choice)
        self.menus.refresh()

    def toggle_full_screen(self) -> None:
        """Full screen on or off."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def add_current_part(self) -> None:
        """Place the part that is chosen in the list."""
        part = self.palette_panel.view.current_part()
        if part is not None:
            self.canvas.add_rack(part.id)

    @Slot(str)
    def _price_book(self, book_id: str) -> None:
        self.inspector.set_price_book(book_id)
        self.settings.set("price_book", book_id)

    @Slot(bool)
    def _hold_axes(self, held: bool) -> None:
        self.chart_strip.held = held
        self.views.set_held(held)

    def open_example(self, path: Path) -> None:
        """Open a bundled design; saving it asks for a name."""
        self.files.open(path)
        self._refresh_title()

    @Slot(str)
    def inspect(self, ref: str) -> None:
        """Show an object or a catalog entry in the inspector."""
        self.right.setCurrentWidget(self.inspector)
        self.inspector.show_object(ref)

    @Slot(str)
    def go_to(self, ref: str) -> None:
        """Show an object where it stands, and in the inspector."""
        self.views.back()
        self.canvas.go_to(ref)
        if ref.startswith("workload:"):
            self.left.setCurrentWidget(self.workloads_panel)
            self.workloads_panel.show_workload(ref.partition(":")[2])
        elif ref.startswith("assumption:") or ("/" in ref and "." in ref):
            self.right.setCurrentWidget(self.assumptions)
            self.assumptions.show_assumption(ref)
        elif not ref.startswith("block:"):
            self.inspect(ref)

    def make_own_part(self, kind: str = "racks", copied_id: str = "") -> None:
        """Ask for a copy of a catalog entry under the planner's own name."""
        self.own_parts.make(kind, copied_id)

    def accept_catalog(self) -> None:
        """Show what today's catalog changes, then take it in one undo step."""
        self.scenarios.ask_accept_catalog(self.outdated())

    def branch_scenario(self) -> None:
        """A new scenario from what is on screen."""
        self.scenarios.branch()

    def rename_scenario(self) -> None:
        """Another name for the scenario on screen."""
        self.scenarios.rename()

    def remove_scenario(self) -> None:
        """Take the scenario on screen away."""
        self.scenarios.remove()

    def merge_scenario(self) -> None:
        """Make the scenario's edits part of the design."""
        self.scenarios.merge()

    def copy_canvas(self) -> None:
        """The canvas as a picture on the clipboard."""
        QGuiApplication.clipboard().setPixmap(self.canvas.grab())
        self.session.notice.emit("Canvas copied as a picture")

    def show_keys(self) -> None:
        """The sheet of keys and mouse."""
        pages.page(self, "Keys and mouse", pages.keys_body()).open()

    def show_sources(self) -> None:
        """What the grades mean and where figures come from."""
        pages.page(self, "Sources and evidence", pages.sources_body(self.session.catalog)).open()

    def show_about(self) -> None:
        """Version and licence."""
        pages.page(self, "About Fleet Designer", pages.about_body()).open()

    def show_first_steps(self) -> None:
        """The card with three steps, over the canvas."""
        self.first_steps.deleteLater()
        self.first_steps = FirstSteps(self.session, self.canvas)
        hint = DropHint(self.canvas, self.palette_panel.view)
        self.first_steps.step_changed.connect(hint.show_step)
        self.first_steps.closed.connect(hint.deleteLater)
        self.first_steps.destroyed.connect(hint.deleteLater)
        hint.show_step(0)
        self.first_steps.raise_()
        self.first_steps.do_for_me.connect(self._first_step)
        self.first_steps.closed.connect(lambda: self.settings.set("first_steps_done", True))
        self.first_steps.show()
        self._place_first_steps()

    @Slot(int)
    def _first_step(self, index: int) -> None:
        self.scenarios.first_step(index, self)

    def _place_first_steps(self) -> None:
        card = self.first_steps
        # above row C, where the first two steps happen: the card must not cover the label under the hand
        card.move(max(8, self.canvas.width() - card.width() - 16), 16)

    # Qt

    def fit_splitters(self, across: list[int], middle: list[int]) -> None:
        """Sizes the planner left, or those of the look for this width."""
        width = self.width()
        side, other = (248, 336) if width >= 1920 else (248, 304) if width >= 1500 else (224, 264)
        graphs = 280 if width >= 1920 else 256 if width >= 1500 else 208
        self.across.setSizes(across if len(across) == 3 else [side, width - side - other, other])
        self.middle.setSizes(middle if len(middle) == 2 else [self.height() - 164 - graphs, graphs])
        self.right_side.setSizes([self.height() - 164 - 190, 190])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.first_steps.isVisible():
            self._place_first_steps()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.head.menu_bar.show_letters(event.key() == Qt.Key.Key_Alt)
        super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        self.head.menu_bar.show_letters(False)
        super().keyReleaseEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        # Alt and Tab to another window: the release is told there
        if event.type() == QEvent.Type.ActivationChange and not self.isActiveWindow():
            self.head.menu_bar.show_letters(False)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.toLocalFile().endswith(".fleet") for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        for url in event.mimeData().urls():
            if url.toLocalFile().endswith(".fleet"):
                event.acceptProposedAction()
                self.files.open(Path(url.toLocalFile()))
                return

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.files.may_leave():
            event.ignore()
            return
        self.settings.set("window", [self.width(), self.height()])
        self.settings.set("across", self.views.side_sizes())
        self.settings.set("middle", self.middle.sizes())
        event.accept()
