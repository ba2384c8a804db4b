"""One assumption: name, grade, value; its span below; its source when opened."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from fleetdesigner.design.commands import AddLever
from fleetdesigner.look import current, theme_signals
from fleetdesigner.look.tokens import GRADE_WORDS
from fleetdesigner.panels.assumptions.lines import Line, origin_of, range_words, span_of
from fleetdesigner.panels.fields.bindings import Reading
from fleetdesigner.panels.fields.numbers import number_text
from fleetdesigner.panels.fields.row import ElidedLabel
from fleetdesigner.panels.levers.choices import lever_on
from fleetdesigner.panels.named_row import NamedRow, WrappedLabel, short_unit
from fleetdesigner.panels.price_routes import price_routes

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session

_SMALL = 18


class AssumptionRow(NamedRow):
    """A row of the assumptions panel."""

    opened = Signal(object)
    """The row was unfolded: it should be in sight."""

    def __init__(self, session: Session, line: Line) -> None:
        self.entry = line
        self._is_open = False
        super().__init__(session, line.spec)
        self.refresh_span()

    def below(self) -> QWidget:
        self._caption = ElidedLabel("", "ink3", "caption")
        self._fold = _button(f"Source of {self.spec.label}")
        self._fold.clicked.connect(self._toggle)
        self._undo = _button(f"Reset {self.spec.label}")
        self._undo.clicked.connect(self.reset)
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        line.addWidget(self._fold)
        line.addWidget(self._caption, 1)
        line.addWidget(self._undo)
        self._details = QWidget()
        self._details.hide()
        self._source = WrappedLabel("", "ink2", "caption")
        self._note = WrappedLabel("", "ink3", "caption")
        self._pin = _link("Pin as lever")
        self._pin.clicked.connect(self.pin)
        self._remove = _link("Remove this figure")
        self._remove.setToolTip("Totals that need it then say that there is no public figure")
        self._remove.clicked.connect(self.remove_figure)
        links = QHBoxLayout()
        # not indented: both links fit side by side into the narrowest dock
        links.setContentsMargins(-_SMALL, 0, 0, 0)
        links.setSpacing(8)
        links.addWidget(self._pin)
        links.addWidget(self._remove)
        links.addStretch(1)
        inner = QVBoxLayout(self._details)
        inner.setContentsMargins(_SMALL + 4, 0, 0, 4)
        inner.setSpacing(4)
        inner.addWidget(self._source)
        self._routes = price_routes(self.session, self.entry.ref, self.spec.unit)
        if self._routes is not None:
            self._routes.chosen.connect(self.commit)
            inner.addWidget(self._routes)
        inner.addWidget(self._note)
        inner.addLayout(links)
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(line)
        column.addWidget(self._details)
        theme_signals.changed.connect(self._dress_row)
        self._dress_row()
        return box

    # what it shows

    @property
    def is_open(self) -> bool:
        """Whether source and derivation are shown."""
        return self._is_open

    def shown(self, value: Any) -> str:
        return number_text(float(value), short_unit(self.spec.unit, float(value)), self._digits)

    def refresh(self) -> None:
        super().refresh()
        self.refresh_span()

    @Slot()
    def refresh_span(self) -> None:
        """Span, grade and source as they are now."""
        reading = self.reading
        if reading is None:
            return
        words = range_words(*span_of(self.session, self.entry), self.spec.unit)
        self._caption.set_text(words or "no span given")
        # a figure set here stands out by its name's weight and the arrow that takes it back
        self.name.set_font("text_strong" if reading.changed else "text")
        self._undo.setVisible(reading.changed)
        self._undo.setToolTip(f"Reset to the {reading.default_words}: {self.default_text(reading)}")
        self._remove.setVisible(self.entry.is_figure and reading.value is not None)
        self._pin.setVisible(isinstance(reading.value, int | float))
        if self._is_open:
            self._fill_details()

    def default_text(self, reading: Reading) -> str:
        return "no public figure" if reading.default is None else super().default_text(reading)

    @Slot(bool)
    def set_open(self, on: bool) -> None:
        """Show or hide source and derivation."""
        self._is_open = on
        if on:
            self._fill_details()
        self._details.setVisible(on)
        self._dress_row()
        if on:
            self.opened.emit(self)

    @Slot()
    def _toggle(self) -> None:
        self.set_open(not self._is_open)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._toggle()

    # what it does

    @Slot()
    def remove_figure(self) -> None:
        """Go on without a figure: what needs it has no value, and says why."""
        self.commit(None)

    @Slot()
    def pin(self) -> None:
        """The value becomes a lever for the room."""
        reading = self.reading
        if reading is not None and isinstance(reading.value, int | float):
            spec = replace(self.spec, label=self.entry.title or self.spec.label)
            lever = lever_on(self.session, spec, float(reading.value))
            if lever is not None:
                self.session.execute(AddLever(lever))

    def _fill_details(self) -> None:
        source, note = origin_of(self.session, self.entry)
        grade = None if self.reading is None else self.reading.grade
        if grade is not None and grade != "none":
            source = f"{GRADE_WORDS[grade].capitalize()}: {source}"
        for label, words in ((self._source, source), (self._note, note)):
            label.setText(words)
            label.setVisible(bool(words))

    @Slot()
    def _dress_row(self) -> None:
        theme = current()
        self._fold.setIcon(theme.icon("chevron-down" if self._is_open else "chevron-right", 14, "ink3"))
        self._undo.setIcon(theme.icon("rotate-ccw", 14))
        self._pin.setIcon(theme.icon("pin", 14, "accentInk"))


def _button(name: str) -> QToolButton:
    button = QToolButton()
    button.setFixedSize(_SMALL, _SMALL)
    button.setIconSize(QSize(14, 14))
    button.setAccessibleName(name)
    button.setToolTip(name)
    return button


def _link(words: str) -> QPushButton:
    button = QPushButton(words)
    button.setProperty("role", "link")
    return button
