"""The palette: every rack system of the catalog, searched, filtered and dragged from here onto the floor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from fleetdesigner.catalog.supply import PriceBook
from fleetdesigner.look import current, theme_signals
from fleetdesigner.panels.fields.choices import FieldCombo
from fleetdesigner.panels.palette.list import PaletteModel, PaletteView
from fleetdesigner.panels.palette.parts import (
    Part,
    Test,
    cooled_by,
    newest_book,
    parts_of,
    room_in,
    search,
    short_book,
)

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session

FILTERS = ("All", "Fits here", "Air", "Liquid")
_FLAT = "QComboBox, QComboBox:focus { border: none; background: transparent; padding: 0 0 0 2px; }"
OWN = "own"
"""Revision of a pin that the planner made."""


class PalettePanel(QWidget):
    """Search, filters, cards by vendor, and the price book their rents come from."""

    add_requested = Signal(str)
    """Rack id: double click, Enter, or Add in the menu."""
    own_copy_requested = Signal(str, str)
    """(kind, id) of an entry to make an own part of."""
    show_entry = Signal(str)
    """Ref of an entry whose figures are wanted: ``racks/trn2-ultra``."""
    price_book_changed = Signal(str)
    """Id of the book on view, for the window to remember."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._hall: str | None = None
        self._filter = "All"
        self._book = newest_book(session.catalog)
        self._stale = False
        self._seen: tuple[object, ...] = ()
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("surface", "panel")
        self.model = PaletteModel()
        self.view = PaletteView(self.model)
        self.view.add_wanted.connect(self.add_requested)
        self.view.menu_wanted.connect(self._menu)
        self.search = QLineEdit()
        self._lay_out()
        self._dress()
        self._fill_books()
        self.refresh()
        session.catalog_changed.connect(self._catalog_changed)
        session.results_changed.connect(self._results_changed)
        session.month_changed.connect(self._results_changed)
        session.design_changed.connect(self._results_changed)
        theme_signals.changed.connect(self._dress)

    # for the window

    def set_hall(self, hall_id: str | None) -> None:
        """The hall that "Fits here" is about; None: any hall."""
        if hall_id != self._hall:
            self._hall = hall_id
            self._results_changed()

    def focus_search(self) -> None:
        """Put the caret into the search field."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    @property
    def price_book_id(self) -> str:
        """The book the cards show rents from; empty when the catalog has none."""
        return "" if self._book is None else self._book.id

    def set_price_book(self, book_id: str) -> None:
        """Show rents from another book; one that the catalog lacks is passed over."""
        for book in self._books:
            if book.id == book_id and (self._book is None or book_id != self._book.id):
                self._book = book
                self._books_combo.setCurrentIndex(self._books.index(book))
                self._books_combo.setToolTip(book.name)
                self.refresh()
                self.price_book_changed.emit(book_id)

    def select(self, rack_id: str) -> None:
        """Put the keyboard on a card; one that is filtered out is passed over."""
        row = self.model.row_of(rack_id)
        if row >= 0:
            self.view.setCurrentIndex(self.model.index(row))

    def show_own(self, kind: str, entry_id: str) -> None:
        """Show an entry the planner made: a rack system's card, or the rents of a price book."""
        if kind == "racks":
            self.show_part(entry_id)
        else:
            self.set_price_book(entry_id)

    def show_part(self, rack_id: str) -> None:
        """Bring a card into view and light it; search and filter step back when they hide it."""
        self.refresh()
        if not self.model.holds(rack_id):
            self.search.clear()
            self.set_filter("All")
        self.view.show_card(rack_id)

    def set_filter(self, name: str) -> None:
        """One of `FILTERS`."""
        self._filter = name
        self._chips[name].setChecked(True)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Show the cards that search and filter leave, keeping place and selection."""
        self._stale = False
        own = frozenset(pin.id for pin in self._session.pins if pin.kind == "racks" and pin.revision == OWN)
        wanted = search(self.search.text())
        fits = self._fits()
        parts = tuple(
            part for part in parts_of(self._session.catalog, self._book, own) if wanted(part) and fits(part)
        )
        seen = (tuple((part.id, part.lines, part.own, part.tip) for part in parts), self.search.text())
        if seen == self._seen:
            return
        self._seen = seen
        held = self.view.current_part()
        place = self.view.verticalScrollBar().value()
        self.model.show_parts(parts, unfold=bool(self.search.text().strip()) or self._filter != "All")
        if held is not None:
            self.select(held.id)
        self.view.verticalScrollBar().setValue(place)
        self._empty.setVisible(not parts)
        self.view.setVisible(bool(parts))
        self._empty.setText(self._empty_words())

    # inside

    def _fits(self) -> Test:
        if self._filter == "Air":
            return lambda part: cooled_by(part, "air")
        if self._filter == "Liquid":
            return lambda part: cooled_by(part, "liquid")
        if self._filter == "All":
            return lambda part: True
        session = self._session
        halls = [hall for hall in session.design.halls if self._hall in (None, hall.id)]
        rooms = [room_in(hall, session.catalog, session.results, session.month) for hall in halls]
        return lambda part: any(room.takes(part) for room in rooms)

    def _empty_words(self) -> str:
        if self._filter == "Fits here":
            return "No part fits in what this hall has left."
        return "No part matches. Search for a name, “64 chips”, “liquid” or “<50 kW”."

    @Slot()
    def _results_changed(self) -> None:
        if self._filter == "Fits here":
            self._refresh_when_seen()

    @Slot()
    def _catalog_changed(self) -> None:
        self._fill_books()
        self._refresh_when_seen()

    def _refresh_when_seen(self) -> None:
        if self.isVisible():
            self.refresh()
        else:
            self._stale = True

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def _fill_books(self) -> None:
        books = tuple(
            sorted(
                self._session.catalog.rent_books(),
                key=lambda one: (one.basis != "capacity block", -int(one.as_of.replace("-", ""))),
            )
        )
        self._books: tuple[PriceBook, ...] = books
        chosen = self._book.id if self._book is not None else ""
        self._book = next((book for book in books if book.id == chosen), newest_book(self._session.catalog))
        combo = self._books_combo
        combo.blockSignals(True)
        combo.clear()
        combo.addItems([short_book(book) for book in books])
        if self._book is not None:
            combo.setCurrentIndex(books.index(self._book))
            combo.setToolTip(self._book.name)
        combo.blockSignals(False)

    @Slot(int)
    def _book_chosen(self, index: int) -> None:
        self.set_price_book(self._books[index].id)

    @Slot(object, QPoint)
    def _menu(self, part: Part, where: QPoint) -> None:
        menu = self.menu_for(part)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(where)

    def menu_for(self, part: Part) -> QMenu:
        """The context menu of a card."""
        theme = current()
        menu = QMenu(self)
        menu.addAction(theme.icon("plus"), "Add", lambda: self.add_requested.emit(part.id))
        menu.addAction(
            theme.icon("copy"), "Make own copy…", lambda: self.own_copy_requested.emit("racks", part.id)
        )
        menu.addAction(theme.icon("info"), "Show figures", lambda: self.show_entry.emit(part.rack.ref))
        return menu

    @Slot()
    def _down(self) -> None:
        """From the search field into the list."""
        self.view.setFocus(Qt.FocusReason.TabFocusReason)
        for row in range(self.model.rowCount()):
            if isinstance(self.model.at(self.model.index(row)), Part):
                self.view.setCurrentIndex(self.model.index(row))
                return

    @Slot()
    def _dress(self) -> None:
        theme = current()
        self._glass.setPixmap(theme.pixmap("search", 14, "ink3"))
        self._book_icon.setPixmap(theme.pixmap("book-open", 14, "ink2"))
        self.view.viewport().update()

    def _lay_out(self) -> None:
        self.search.setPlaceholderText("Search parts, e.g. “64 chips”")
        self.search.setAccessibleName("Search parts")
        self.search.setClearButtonEnabled(True)
        # not an action of the line: that would push the text further than narrow palettes can spare
        self._glass = QLabel(self.search)
        self._glass.setGeometry(9, 5, 14, 14)
        self.search.setTextMargins(18, 0, 0, 0)
        self.search.textChanged.connect(self.refresh)
        self.search.returnPressed.connect(self._down)
        down = QShortcut(QKeySequence(Qt.Key.Key_Down), self.search)
        down.setContext(Qt.ShortcutContext.WidgetShortcut)
        down.activated.connect(self._down)
        chips = QHBoxLayout()
        chips.setContentsMargins(0, 0, 0, 0)
        chips.setSpacing(6)
        group = QButtonGroup(self)
        self._chips: dict[str, QPushButton] = {}
        for name in FILTERS:
            chip = QPushButton(name)
            chip.setProperty("role", "chip")
            chip.setCheckable(True)
            chip.setChecked(name == "All")
            chip.clicked.connect(lambda _=False, name=name: self.set_filter(name))
            group.addButton(chip)
            chips.addWidget(chip)
            self._chips[name] = chip
        self._chips["Fits here"].setToolTip("Parts that the power, cooling and floor left in this hall take")
        chips.addStretch(1)
        head = QVBoxLayout()
        head.setContentsMargins(12, 8, 12, 8)
        head.setSpacing(8)
        head.addWidget(self.search)
        head.addLayout(chips)
        self._empty = QLabel()
        self._empty.setWordWrap(True)
        self._empty.setProperty("tone", "ink3")
        self._empty.setContentsMargins(12, 8, 12, 8)
        self._empty.setVisible(False)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._books_combo = FieldCombo()
        self._books_combo.setStyleSheet(_FLAT)
        self._books_combo.inset = 4
        self._books_combo.setAccessibleName("Price book of the rents on the cards")
        self._books_combo.activated.connect(self._book_chosen)
        self._book_icon = QLabel()
        self._book_icon.setFixedSize(QSize(16, 16))
        foot_box = QWidget()
        foot_box.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        foot_box.setProperty("rule", "top")
        foot = QHBoxLayout(foot_box)
        foot.setContentsMargins(12, 6, 4, 6)
        foot.setSpacing(4)
        foot.addWidget(self._book_icon)
        foot.addWidget(self._books_combo, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.view, 1)
        column.addWidget(self._empty, 1)
        column.addWidget(foot_box)
