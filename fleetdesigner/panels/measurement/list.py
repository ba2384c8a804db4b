"""The planner's own measurements: what each does, and the buttons that change and remove it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from fleetdesigner.catalog import CatalogError
from fleetdesigner.design.commands import RemoveMeasurement
from fleetdesigner.design.measurements import Measurement
from fleetdesigner.engine.work.measured import held_of
from fleetdesigner.look import current, theme_signals
from fleetdesigner.look.evidence_mark import EvidenceMark
from fleetdesigner.panels.measurement.words import line_words
from fleetdesigner.panels.named_row import WrappedLabel

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session

WORDS = "You can paste one measured number: it replaces the estimate of that chip and activity."


class MeasurementList(QWidget):
    """Follows the design on screen."""

    paste_wanted = Signal()
    change_wanted = Signal(object)
    """The measurement that is to be changed."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._words = WrappedLabel(WORDS, "ink2")
        self.paste = QPushButton("Paste a measurement")
        self.paste.setProperty("size", "small")
        self.paste.clicked.connect(self.paste_wanted)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(6)
        foot = QHBoxLayout()
        foot.addWidget(self.paste)
        foot.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 8, 12, 8)
        box.setSpacing(8)
        box.addLayout(self._rows)
        box.addWidget(self._words)
        box.addLayout(foot)
        self._shown: tuple[object, ...] = ()
        session.design_changed.connect(self._show)
        session.catalog_changed.connect(self._show)
        theme_signals.changed.connect(self._dress)
        self._dress()

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """Title and detail of each row."""
        session = self._session
        return tuple(
            line_words(held_of(one, session.catalog), self._chip(one)) for one in session.design.measurements
        )

    def remove(self, measurement: Measurement) -> None:
        """Take it out of the design."""
        self._session.execute(RemoveMeasurement(measurement.key, self._chip(measurement)))

    # inside

    def _chip(self, one: Measurement) -> str:
        try:
            return self._session.catalog.chip(one.chip_id).name
        except CatalogError:
            return one.chip_id

    @Slot()
    def _show(self) -> None:
        held = (self._session.design.measurements, self.lines)
        if held == self._shown:
            return
        self._shown = held
        while (item := self._rows.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        for one, words in zip(*held, strict=True):
            self._rows.addWidget(self._row(one, *words))
        self._words.setVisible(not held[0])

    def _row(self, one: Measurement, title: str, detail: str) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        words = QVBoxLayout()
        words.setSpacing(0)
        head = WrappedLabel(title, "", "text_medium")
        below = WrappedLabel(detail, "ink3", "caption")
        words.addWidget(head)
        words.addWidget(below)
        line.addWidget(EvidenceMark("measured"))
        line.addLayout(words, 1)
        for icon, name, call in (
            ("pencil", "Change", lambda: self.change_wanted.emit(one)),
            ("trash-2", "Remove", lambda: self.remove(one)),
        ):
            button = QToolButton()
            button.setIcon(current().icon(icon, 14))
            button.setIconSize(QSize(14, 14))
            button.setAccessibleName(f"{name} {title}")
            button.setToolTip(name)
            button.clicked.connect(call)
            line.addWidget(button)
        return row

    @Slot()
    def _dress(self) -> None:
        self.paste.setIcon(current().icon("clipboard-paste", 14))
        self._shown = ()
        self._show()
