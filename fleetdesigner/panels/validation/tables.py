"""The tables of the validation view: errors by class, hardware, chip, model or source, and the points."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, cast

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from fleetdesigner.look import current, theme_signals
from fleetdesigner.look.tokens import HEIGHTS

Index = QModelIndex | QPersistentModelIndex
Cell = tuple[str, float | str]
"""What stands there, and what it is sorted by."""


class Rows(QAbstractTableModel):
    """Rows of words that can be sorted, each with a key."""

    def __init__(self, columns: Sequence[tuple[str, str]], words: Collection[int]) -> None:
        """`columns` are (heading, hint); those in `words` stand left, numbers right."""
        super().__init__()
        self._columns, self._words = tuple(columns), frozenset(words)
        self._rows: list[tuple[Any, tuple[Cell, ...], str]] = []
        self._sorted: tuple[int, Qt.SortOrder] | None = None
        self._text = QFont()
        self._number = QFont()

    def show_rows(self, rows: Sequence[tuple[Any, tuple[Cell, ...], str]]) -> None:
        """(key, cells, hint) of each row, in the order they come in until somebody sorts."""
        self.beginResetModel()
        self._rows = list(rows)
        self._text, self._number = current().font("text"), current().font("text", tabular=True)
        self._sort()
        self.endResetModel()

    def key(self, row: int) -> Any:
        """Key of a row."""
        return self._rows[row][0]

    def row_of(self, key: Any) -> int:
        """Row of a key, −1 where it is not."""
        return next((at for at, row in enumerate(self._rows) if row[0] == key), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        _, cells, hint = self._rows[index.row()]
        number = index.column() not in self._words
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return cells[index.column()][0]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if number else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.FontRole:
            return self._number if number else self._text
        if role == Qt.ItemDataRole.ToolTipRole:
            return hint or cells[index.column()][0]
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section][0]
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._columns[section][1]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft if section in self._words else Qt.AlignmentFlag.AlignRight
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.beginResetModel()
        self._sorted = (column, order) if column >= 0 else None
        self._sort()
        self.endResetModel()

    def _sort(self) -> None:
        if self._sorted is not None:
            column, order = self._sorted
            down = order == Qt.SortOrder.DescendingOrder
            self._rows.sort(key=lambda row: cast(Any, row[1][column][1]), reverse=down)


class RowsView(QTableView):
    """A quiet table: whole rows, no grid, sorted by its headings."""

    row_chosen = Signal(object)
    """Key of the row that the hand is on; None when it left all."""

    def __init__(
        self, name: str, columns: Sequence[tuple[str, str]], words: Collection[int], stretched: int = 0
    ) -> None:
        super().__init__()
        self.rows = Rows(columns, words)
        self.setModel(self.rows)
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(HEIGHTS["row"])
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setMinimumSectionSize(36)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        head.setSectionResizeMode(stretched, QHeaderView.ResizeMode.Stretch)
        head.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
        self._chosen: Any = None
        self.rows.modelReset.connect(lambda: self.mark(self._chosen))
        self.selectionModel().selectionChanged.connect(self._selected)
        theme_signals.changed.connect(self.viewport().update)

    def set_widths(self, widths: dict[int, int]) -> None:
        """Widths of columns in pixels."""
        for column, width in widths.items():
            self.setColumnWidth(column, width)

    def show_rows(self, rows: Sequence[tuple[Any, tuple[Cell, ...], str]], chosen: Any = None) -> None:
        """Other rows, with the row of a key marked; tells nothing."""
        self._chosen = chosen
        self.rows.show_rows(rows)

    def mark(self, key: Any) -> None:
        """Mark the row of a key without telling; None marks none."""
        self._chosen = key
        model = self.selectionModel()
        model.blockSignals(True)
        at = self.rows.row_of(key) if key is not None else -1
        if at >= 0:
            self.selectRow(at)
            self.scrollTo(self.rows.index(at, 0))
        else:
            self.clearSelection()
        model.blockSignals(False)
        self.viewport().update()

    @Slot()
    def _selected(self) -> None:
        chosen = self.selectionModel().selectedRows()
        self._chosen = self.rows.key(chosen[0].row()) if chosen else None
        self.row_chosen.emit(self._chosen)
