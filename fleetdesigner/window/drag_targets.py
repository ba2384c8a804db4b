"""Where a hand that carries blocks out of the canvas can let go: halls in the plan; the path leads on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint

from fleetdesigner.canvas.around import CAMPUS

if TYPE_CHECKING:
    from fleetdesigner.window.main_window import MainWindow


class DragTargets:
    """What lies around the canvas of one window."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def ref_at(self, place: QPoint) -> str:
        """A hall's row in the plan, or the path above the canvas; the plan opens under the hand."""
        window = self._window
        tabs = window.left.tabBar()
        tab = tabs.tabAt(tabs.mapFromGlobal(place)) if tabs.isVisible() else -1
        if tab >= 0 and window.left.widget(tab) is window.plan_panel:
            window.left.setCurrentIndex(tab)
        ref = window.plan_panel.tree.ref_under(place)
        if ref.startswith("hall:"):
            return ref
        return CAMPUS if window.canvas_bar.leads_out(place) else ""

    def mark(self, ref: str, legal: bool) -> None:
        """Light the hall's row in the plan."""
        self._window.plan_panel.tree.show_target(ref if ref.startswith("hall:") else "", legal)
