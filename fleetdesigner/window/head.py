"""The two lines above the figures: menus with title and command field, then undo, scenarios and month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from fleetdesigner.look.tokens import HEIGHTS
from fleetdesigner.window.menu_bar import QuietMenuBar
from fleetdesigner.window.menus import MENUS
from fleetdesigner.window.views import ViewSwitch

if TYPE_CHECKING:
    from fleetdesigner.window.main_window import MainWindow


_NARROW = 1_500
"""Windows below this width have no room for the words of all views."""


def surface(widget: QWidget, kind: str, rule: str = "") -> QWidget:
    """The widget on a surface of the look, with a hairline on a side."""
    widget.setProperty("surface", kind)
    if rule:
        widget.setProperty("rule", rule)
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    return widget


def _line(height: int, parts: tuple[tuple[QWidget, int], ...]) -> QWidget:
    line = surface(QWidget(), "window", "bottom")
    line.setFixedHeight(height)
    row = QHBoxLayout(line)
    row.setContentsMargins(8, 0, 12, 0)
    row.setSpacing(6)
    for part, stretch in parts:
        row.addWidget(part, stretch)
    row.setAlignment(parts[0][0], Qt.AlignmentFlag.AlignVCenter)
    return line


class Head(QWidget):
    """What stands on top of the window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        surface(self, "window")
        self.menu_bar = QuietMenuBar()
        # the line below belongs to the whole head
        self.menu_bar.setStyleSheet("QMenuBar { border-bottom: none; }")
        for title, ids in MENUS:
            window.menus.fill(self.menu_bar.addMenu(title), ids)
        self.title = QLabel()
        self.title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.title.setProperty("tone", "ink2")
        self.undo_button, self.redo_button = QToolButton(), QToolButton()
        self.undo_button.setDefaultAction(window.menus.actions["undo"])
        self.redo_button.setDefaultAction(window.menus.actions["redo"])
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(
            _line(HEIGHTS["menu"] + 4, ((self.menu_bar, 0), (self.title, 1), (window.command_field, 0)))
        )
        self.view_switch = ViewSwitch(window.views)
        tools = (
            (self.view_switch, 0),
            (self.undo_button, 0),
            (self.redo_button, 0),
            (window.tabs, 3),
            (window.month_bar, 2),
        )
        box.addWidget(_line(HEIGHTS["tabs"], tools))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.view_switch.set_narrow(self.width() < _NARROW)
