"""New designs: the empty hall, the card over it, and what its fields and buttons begin."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from fleetdesigner.catalog.supply import SitePreset
from fleetdesigner.window.commitment_flow import CommitmentFlow
from fleetdesigner.window.new_design import Room, new_document
from fleetdesigner.window.start_card import StartCard

if TYPE_CHECKING:
    from fleetdesigner.window.main_window import MainWindow


class StartFlow(QObject):
    """The start of a design in one window."""

    commitments: CommitmentFlow

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.card: StartCard | None = None
        self.commitments = CommitmentFlow(window)

    def new(self) -> None:
        """An empty hall, after the guard, with the card over it."""
        if self._window.files.new():
            self.show_card()

    def show_card(self) -> None:
        """The card in the middle of the canvas."""
        self._drop_card()
        window = self._window
        card = StartCard(window.session, window.palette_panel.price_book_id, window.canvas)
        card.make_wanted.connect(self._make)
        card.example_wanted.connect(self._open_example)
        card.open_wanted.connect(window.files.ask_open)
        card.commitment_wanted.connect(self.commitments.ask)
        card.own_prices_wanted.connect(lambda book: window.make_own_part("prices", book))
        card.book_chosen.connect(window.palette_panel.set_price_book)
        window.palette_panel.price_book_changed.connect(card.show_book)
        self.card = card
        card.settle()
        card.show()
        card.room.setFocus()

    def own_prices(self) -> None:
        """Ask for a copy of the price book on view, with the planner's own rents."""
        self._window.make_own_part("prices", self._window.palette_panel.price_book_id)

    @Slot(object, float, object)
    def _make(self, room: Room, facility_kw: float, preset: SitePreset) -> None:
        window, session = self._window, self._window.session
        # nothing stands in the design the card is over, so a better one takes its place; own prices stay
        document = new_document(session.catalog, room, facility_kw, preset).changed(pins=session.pins)
        if session.dirty:
            session.recover(document, None)
        else:
            session.new(document)
        window.canvas.setFocus()
        session.notice.emit("Drag a rack system from the parts on the left into a row")

    @Slot(Path)
    def _open_example(self, path: Path) -> None:
        self._window.open_example(path)

    def _drop_card(self) -> None:
        if self.card is not None:
            self.card.finish()
            self.card.deleteLater()
            self.card = None
