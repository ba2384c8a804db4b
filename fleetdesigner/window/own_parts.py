"""Own parts: the dialog that makes them, and where each shows up once it is made."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from fleetdesigner.panels.own_part.panel import OwnPartDialog

if TYPE_CHECKING:
    from fleetdesigner.window.main_window import MainWindow

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "racks": "drag it from the list onto the floor",
        "prices": "the cards show its rents now; phases choose theirs in the inspector",
        "nodes": "make an own rack system of it to place it",
        "chips": "make an own server of it, then a rack system, to place it",
    }
)
"""What to do with an own part of a kind, once it is made."""


class OwnParts(QObject):
    """Own parts of one window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    def make(self, kind: str, copied_id: str) -> None:
        """Ask for a copy of a catalog entry under the planner's own name."""
        dialog = OwnPartDialog(self._window.session, kind, copied_id, self._window)
        dialog.made.connect(self._made)
        dialog.open()

    @Slot(str)
    def _made(self, ref: str) -> None:
        """Show where it went: a rack's card, the rents of a book, the figures of the others."""
        window = self._window
        kind, _, name = ref.partition("/")
        if kind in ("racks", "prices"):
            window.left.setCurrentWidget(window.palette_panel)
            window.palette_panel.show_own(kind, name)
        else:
            window.inspect(ref)
        window.session.notice.emit(f"{window.session.catalog.entry(ref).name}: {WORDS.get(kind, '')}")
