"""A quiet read-only table for the throughput view: names left, figures right, a row that can be picked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetrics, QIcon, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from fleetdesigner.look import current, theme_signals

ROW = 24
_PADDING = 16


@dataclass(frozen=True, slots=True)
class Column:
    """One column."""

    words: str
    figures: bool = True
    """Numbers: right-aligned, tabular."""
    stretch: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row of texts."""

    texts: tuple[str, ...]
    strong: bool = False
    colour: QColor | None = None
    """Swatch before the first text."""
    tip: str = ""


class FigureTable(QTableWidget):
    """Columns and rows as data; keeps its scroll place while texts change."""

    row_picked = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None, grows: bool = False) -> None:
        super().__init__(parent)
        self._columns: tuple[Column, ...] = ()
        self._rows: tuple[Row, ...] = ()
        self._grows = grows
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.verticalHeader().setMinimumSectionSize(ROW)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setFixedHeight(ROW)
        self.horizontalHeader().setMinimumSectionSize(24)
        if grows:
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.itemSelectionChanged.connect(self._picked)
        theme_signals.changed.connect(self._dress)

    @property
    def rows(self) -> tuple[Row, ...]:
        """What is shown."""
        return self._rows

    def show_rows(self, columns: Sequence[Column], rows: Sequence[Row]) -> None:
        """Show rows; equal ones are left as they are."""
        wanted, heads = tuple(rows), tuple(columns)
        if wanted == self._rows and heads == self._columns:
            return
        self.blockSignals(True)
        if heads != self._columns:
            self._columns = heads
            self.setColumnCount(len(heads))
            for at, column in enumerate(heads):
                item = QTableWidgetItem(column.words)
                item.setTextAlignment(_align(column))
                self.setHorizontalHeaderItem(at, item)
                mode = QHeaderView.ResizeMode
                self.horizontalHeader().setSectionResizeMode(
                    at, mode.Stretch if column.stretch else mode.Fixed
                )
        self.setRowCount(len(wanted))
        self._rows = wanted
        for at, row in enumerate(wanted):
            self._show_row(at, row)
        self._fit_columns()
        self.blockSignals(False)
        if self._grows:
            self.setFixedHeight(ROW * (len(wanted) + 1) + 2)

    def _show_row(self, at: int, row: Row) -> None:
        theme = current()
        for place, text in enumerate(row.texts):
            item = self.item(at, place)
            if item is None:
                item = QTableWidgetItem()
                item.setTextAlignment(_align(self._columns[place]))
                self.setItem(at, place, item)
            item.setText(text)
            item.setToolTip(row.tip or text)
            item.setFont(theme.font("text_strong" if row.strong else "text", self._columns[place].figures))
            if place == 0:
                item.setIcon(QIcon() if row.colour is None else QIcon(self._swatch(row.colour)))

    def _fit_columns(self) -> None:
        """As wide as their texts: Qt's own measure adds room for icons and sorting that none has."""
        theme = current()
        for at, column in enumerate(self._columns):
            if not column.stretch:
                head = QFontMetrics(theme.font("caption")).horizontalAdvance(column.words)
                own = [
                    QFontMetrics(
                        theme.font("text_strong" if row.strong else "text", column.figures)
                    ).horizontalAdvance(row.texts[at])
                    for row in self._rows
                ]
                self.setColumnWidth(at, max([head, *own]) + _PADDING)

    def _swatch(self, colour: QColor) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(QSize(round(10 * ratio), round(10 * ratio)))
        picture.setDevicePixelRatio(ratio)
        picture.fill(colour)
        return picture

    @Slot()
    def _picked(self) -> None:
        picked = self.selectionModel().selectedRows()
        if picked:
            self.row_picked.emit(picked[0].row())

    @Slot()
    def _dress(self) -> None:
        for at, row in enumerate(self._rows):
            self._show_row(at, row)
        self._fit_columns()


def _align(column: Column) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column.figures else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
