"""The card over a new design's empty hall: set the room and begin, or go on from something that is there."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from fleetdesigner.catalog.supply import PriceBook
from fleetdesigner.design.model import Design
from fleetdesigner.look.style import restyle
from fleetdesigner.look.theme import current, theme_signals
from fleetdesigner.panels.fields.choices import FieldCombo
from fleetdesigner.panels.fields.numbers import number_text, parsed_number
from fleetdesigner.panels.palette.parts import short_book
from fleetdesigner.session.session import Session
from fleetdesigner.window.examples import example_paths
from fleetdesigner.window.new_design import ROOMS, USUAL_KW, USUAL_ROOM, it_limit_kw, places, room_words

_MOST_KW = 100e6
"""A hundred gigawatts: more is a slip of the hand."""


class StartCard(QFrame):
    """Stands in the middle of the canvas until the planner chooses, or places something."""

    make_wanted = Signal(object, float, object)
    """(room, facility limit in kW, preset of the site)"""
    open_wanted = Signal()
    example_wanted = Signal(Path)
    commitment_wanted = Signal()
    own_prices_wanted = Signal(str)
    """Id of the price book to copy."""
    book_chosen = Signal(str)

    def __init__(self, session: Session, book_id: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._over = session, parent
        self.setProperty("surface", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(504)
        self._done = False
        self._places = places(session.catalog)
        self._books: tuple[PriceBook, ...] = ()
        self._title, self._words, self._left = QLabel("Hall 1 is empty"), QLabel(), QLabel()
        self._words.setText("Drag racks from the left, or set the room and start from there.")
        self._close = QToolButton()
        self._close.setToolTip("Close (Esc)")
        self._close.setAccessibleName("Close the start card")
        self._close.clicked.connect(self.finish)
        self.place, self.room, self.book = FieldCombo(), FieldCombo(), FieldCombo()
        self.limit = QLineEdit(number_text(USUAL_KW, "kW"))
        self._fill()
        self.show_book(book_id)
        self._lay_out()
        session.design_changed.connect(self._look)
        theme_signals.changed.connect(self._dress)
        parent.installEventFilter(self)
        self._dress()
        self._tell_limit()

    def _fill(self) -> None:
        self.place.addItems([one.name for one in self._places])
        self.room.addItems([room_words(room) for room in ROOMS])
        self.room.setCurrentIndex(ROOMS.index(USUAL_ROOM))
        self.place.activated.connect(self._tell_limit)
        self.book.activated.connect(self._book)
        self.limit.textEdited.connect(self._tell_limit)
        self.limit.returnPressed.connect(self.make)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._close)
        form = QFormLayout()
        form.setContentsMargins(0, 8, 0, 8)
        form.setHorizontalSpacing(24)
        form.setVerticalSpacing(6)
        self.limit.setFixedWidth(104)
        self.limit.setAlignment(Qt.AlignmentFlag.AlignRight)
        limit = QHBoxLayout()
        limit.setSpacing(8)
        limit.addWidget(self.limit)
        limit.addWidget(self._left, 1)
        for words, field in (
            ("Place", self.place), ("Room", self.room), ("Facility limit", limit), ("Price book", self.book)
        ):  # fmt: skip
            label = QLabel(words)
            restyle(label, tone="ink2")
            form.addRow(label, field)
            if isinstance(field, QWidget):
                field.setAccessibleName(words)
        self.limit.setAccessibleName("Facility limit")
        self._make = QPushButton("Make the hall")
        self._make.setProperty("role", "primary")
        self._make.clicked.connect(self.make)
        example, opened = QPushButton("Open an example"), QPushButton("Open a file…")
        menu = QMenu(example)
        for path in example_paths():
            menu.addAction(path.stem, partial(self.example_wanted.emit, path))
        example.setMenu(menu)
        # the arrow stands inside the padding
        example.setStyleSheet("padding-right: 26px;")
        opened.clicked.connect(self.open_wanted)
        self.commitment = QPushButton("From a commitment…")
        self.commitment.setToolTip("“2 GW”, “500,000 chips” or “$100 bn over 8 years”")
        self.commitment.clicked.connect(self.commitment_wanted)
        self._hint = QLabel("Esc: draw it yourself")
        foot = QGridLayout()
        foot.setHorizontalSpacing(8)
        foot.setVerticalSpacing(8)
        for place, button in enumerate((self._make, self.commitment, example, opened)):
            foot.addWidget(button, place // 3, place % 3)
        foot.addWidget(self._hint, 1, 1, 1, 3)
        foot.setColumnStretch(3, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 14, 16, 16)
        box.setSpacing(4)
        box.addLayout(head)
        box.addWidget(self._words)
        box.addLayout(form)
        box.addLayout(foot)

    # what it does

    @Slot(str)
    def show_book(self, book_id: str) -> None:
        """Show a price book of the catalog as it is now; the planner's own is among them once it is made."""
        self._books = self._session.catalog.rent_books()
        self._book_id = book_id
        self.book.clear()
        self.book.addItems([*(short_book(book) for book in self._books), "Own prices…"])
        ids = [book.id for book in self._books]
        self.book.setCurrentIndex(ids.index(book_id) if book_id in ids else 0)

    @Slot()
    def make(self) -> bool:
        """Ask for the hall as it is set; False when the limit is no number."""
        kw = self._kw()
        if kw is None:
            return False
        room = ROOMS[self.room.currentIndex()]
        self.make_wanted.emit(room, kw, self._places[self.place.currentIndex()])
        return True

    @Slot()
    def finish(self) -> None:
        """Leave the hall as it is."""
        self._done = True
        self._over.removeEventFilter(self)
        self.hide()
        self._over.setFocus(Qt.FocusReason.OtherFocusReason)

    def settle(self) -> None:
        """Stand in the middle of the canvas."""
        self.adjustSize()
        room = self._over
        self.move(max(8, (room.width() - self.width()) // 2), max(8, (room.height() - self.height()) // 2))

    # inside

    def _kw(self) -> float | None:
        """The limit as typed, in kW; None, said in place, when it cannot stand."""
        fault = ""
        try:
            kw = parsed_number(self.limit.text(), "kW")
            if not 0 < kw <= _MOST_KW:
                fault = "must be more than 0 and at most 100 GW"
        except ValueError as error:
            kw, fault = 0.0, str(error)
        restyle(self.limit, error=bool(fault))
        restyle(self._left, tone="caution" if fault else "ink2")
        self._make.setEnabled(not fault)
        if fault:
            self._left.setText(fault)
            return None
        return kw

    @Slot()
    def _tell_limit(self) -> None:
        kw = self._kw()
        if kw is not None:
            it = it_limit_kw(self._places[self.place.currentIndex()], kw)
            self._left.setText(f"{number_text(it, 'kW')} of it for IT")

    @Slot(int)
    def _book(self, index: int) -> None:
        if index < len(self._books):
            self.book_chosen.emit(self._books[index].id)
        else:
            self.show_book(self._book_id)
            self.own_prices_wanted.emit(self._book_id)

    @Slot(object, object)
    def _look(self, before: Design, now: Design) -> None:
        # own prices make a step too; they are no reason to go
        if not self._done and now.sites is not before.sites:
            self.finish()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.settle()
        elif event.type() == QEvent.Type.DragEnter:
            # out of the way of the hand, until it has let go or gone elsewhere
            self.hide()
        elif event.type() in (QEvent.Type.DragLeave, QEvent.Type.Drop):
            QTimer.singleShot(0, self, self._back)
        return False

    @Slot()
    def _back(self) -> None:
        if not self._done:
            self.show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.finish()
        else:
            super().keyPressEvent(event)

    @Slot()
    def _dress(self) -> None:
        theme = current()
        self._title.setFont(theme.font("headline"))
        self._close.setIcon(theme.icon("x"))
        for label in (self._words, self._left, self._hint):
            label.setFont(theme.font("caption" if label is self._hint else "text"))
            restyle(label, tone="ink2")
