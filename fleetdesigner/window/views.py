"""The views that share the middle of the window, and the switch between them.

To add a view: one line in `VIEWS`. A view is made when it is first shown, has `leave = Signal()` where Esc
means back to the design, and may have `set_looked_at(bool)` to rest while nobody sees it, `zoom_in()` and
`zoom_out()`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QStackedWidget, QWidget

from fleetdesigner.look.theme import current, theme_signals

if TYPE_CHECKING:
    from fleetdesigner.window.main_window import MainWindow


@dataclass(frozen=True, slots=True)
class ViewSpec:
    """One view."""

    id: str
    words: str
    keys: str
    icon: str
    hint: str
    make: Callable[[MainWindow], QWidget] | None
    """None: it is there from the start."""


def _throughput(window: MainWindow) -> QWidget:
    from fleetdesigner.window.throughput_view import ThroughputView

    return ThroughputView(window)


def _money(window: MainWindow) -> QWidget:
    from fleetdesigner.window.money_view import MoneyView

    return MoneyView(window)


def _timeline(window: MainWindow) -> QWidget:
    from fleetdesigner.window.timeline_view import TimelineView

    return TimelineView(window)


def _validation(window: MainWindow) -> QWidget:
    from fleetdesigner.window.validation_view import ValidationView

    view = ValidationView(window.session)
    view.closed.connect(window.views.back)
    view.notice.connect(window.session.notice)
    return view


VIEWS: tuple[ViewSpec, ...] = (
    ViewSpec("design", "Design", "Ctrl+1", "warehouse", "Canvas and graphs", None),
    ViewSpec(
        "timeline", "Timeline", "Ctrl+2", "calendar-range",
        "Orders, ramps and retirements by month, moved by hand", _timeline,
    ),
    ViewSpec(
        "money", "Money", "Ctrl+3", "coins",
        "Cash, cost by item, ways to hold the fleet, and what would kill the plan", _money,
    ),
    ViewSpec(
        "throughput", "Throughput", "Ctrl+4", "activity",
        "Fronts, layouts and one step, of a pool with a workload", _throughput,
    ),
    ViewSpec(
        "validation", "Validation", "Ctrl+5", "badge-check",
        "How forecasts fare on published runs", _validation,
    ),
)


class Views(QStackedWidget):
    """One view at a time; parts stand beside the design alone."""

    changed = Signal(str)

    def __init__(self, window: MainWindow, design: QWidget) -> None:
        super().__init__()
        self._window = window
        self._made: dict[str, QWidget] = {"design": design}
        self._shown = "design"
        self._left: list[int] = []
        self._turned = False
        self.addWidget(design)

    @property
    def shown(self) -> str:
        """Id of the view on screen."""
        return self._shown

    def view(self, view_id: str) -> QWidget:
        """The view, made when it is first asked for. Raises KeyError for an id that is not one."""
        found = self._made.get(view_id)
        if found is None:
            spec = {spec.id: spec for spec in VIEWS}[view_id]
            assert spec.make is not None
            found = self._made[view_id] = spec.make(self._window)
            self.addWidget(found)
            leave = getattr(found, "leave", None)
            if leave is not None:
                leave.connect(self.back)
        return found

    def show_view(self, view_id: str) -> None:
        """Put a view on screen."""
        if view_id == self._shown:
            return
        wanted, across = self.view(view_id), self._window.across
        window = self._window
        if self._shown == "design":
            self._left = across.sizes()
            # with nothing selected the inspector has nothing to say of a view; levers move it
            if window.right.currentWidget() is window.inspector and not window.session.selection:
                window.right.setCurrentWidget(window.levers)
                self._turned = True
        elif view_id == "design" and self._turned:
            self._turned = False
            if window.right.currentWidget() is window.levers:
                window.right.setCurrentWidget(window.inspector)
        self._shown = view_id
        self.setCurrentWidget(wanted)
        # parts to place belong to the design; levers, inspector and findings stay beside every view
        window.left.setVisible(view_id == "design")
        if view_id == "design" and len(self._left) == 3:
            across.setSizes(self._left)
        for made_id, made in self._made.items():
            looked_at = getattr(made, "set_looked_at", None)
            if looked_at is not None:
                looked_at(made_id == view_id)
        wanted.setFocus()
        self.changed.emit(view_id)

    @Slot()
    def back(self) -> None:
        """To the design."""
        self.show_view("design")

    def zoom(self, way: str) -> None:
        """``zoom_in`` or ``zoom_out`` of the view on screen where it has that; of the canvas beside it."""
        zoomed = self._window.canvas if self._shown == "design" else self._made[self._shown]
        do = getattr(zoomed, way, None)
        if do is not None:
            do()

    def set_held(self, on: bool) -> None:
        """A lever is in the hand: the axes of the view on screen stand still."""
        hold = getattr(self._made[self._shown], "set_held", None)
        if hold is not None:
            hold(on)

    def show_throughput(self, pool_id: str = "", workload_id: str = "") -> None:
        """The throughput view on a pool, a workload, or both."""
        from fleetdesigner.window.throughput_view import ThroughputView

        view = self.view("throughput")
        assert isinstance(view, ThroughputView)
        view.look_into(pool_id, workload_id)
        self.show_view("throughput")

    @Slot(str)
    def show_throughput_of(self, ref: str) -> None:
        """The same by ref: ``pool:p1`` ``workload:w1``."""
        kind, _, name = ref.partition(":")
        self.show_throughput(**{f"{kind}_id": name})

    @Slot(str)
    def show_numbers(self, activity: str = "all", chip: str = "", generation: str = "") -> None:
        """Whose numbers forecasts rest on: published points of an activity on a chip (its name) or family."""
        from fleetdesigner.window.validation_view import ValidationView

        view = self.view("validation")
        assert isinstance(view, ValidationView)
        self.show_view("validation")
        view.show_numbers_of(activity, chip, generation)

    def side_sizes(self) -> list[int]:
        """Widths of the parts beside the design, as the planner left them."""
        return self._window.across.sizes() if self._shown == "design" else self._left


class ViewSwitch(QWidget):
    """Design | Throughput | …"""

    def __init__(self, views: Views) -> None:
        super().__init__()
        self._views = views
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 8, 0)
        row.setSpacing(0)
        self.buttons: dict[str, QPushButton] = {}
        for at, spec in enumerate(VIEWS):
            button = QPushButton(spec.words)
            button.setCheckable(True)
            button.setProperty("role", "segment")
            last = len(VIEWS) - 1
            button.setProperty("place", "first" if at == 0 else "last" if at == last else "middle")
            button.setToolTip(f"{spec.words} ({spec.keys})")
            button.setAccessibleName(f"View: {spec.words}")
            button.clicked.connect(partial(self._clicked, spec.id))
            self._group.addButton(button)
            self.buttons[spec.id] = button
            row.addWidget(button)
        row.addStretch(1)
        self._narrow = False
        views.changed.connect(self._show)
        theme_signals.changed.connect(self._dress)
        self._show(views.shown)

    def set_narrow(self, on: bool) -> None:
        """In little width words stand on the view that is shown alone; the others are icons."""
        if on != self._narrow:
            self._narrow = on
            self._dress()

    @Slot()
    def _dress(self) -> None:
        for spec in VIEWS:
            button = self.buttons[spec.id]
            plain = self._narrow and not button.isChecked()
            button.setText("" if plain else spec.words)
            button.setIcon(current().icon(spec.icon) if plain else QIcon())

    def _clicked(self, view_id: str, checked: bool = False) -> None:
        self._views.show_view(view_id)

    @Slot(str)
    def _show(self, view_id: str) -> None:
        self.buttons[view_id].setChecked(True)
        self._dress()
