"""The cost of the plan, items × years: as many years as there is room for, the rest in one column."""

from __future__ import annotations

import math

from PySide6.QtCore import QPoint, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fleetdesigner.engine.money.years import TOTAL, CostRow, CostYears
from fleetdesigner.look import current, theme_signals
from fleetdesigner.panels.named_row import WrappedLabel
from fleetdesigner.panels.throughput.table import Column, FigureTable, Row
from fleetdesigner.units import digits, text

_NAME, _FIGURE = 132, 72
"""Pixels for the name and for one column of figures."""
_FIXED = 3
"""Columns of figures before the years."""


class CostBlock(QWidget):
    """A table whose rows open what they rest on, and what the total leaves out under it."""

    item_picked = Signal(str, QPoint)
    """Key of a row, and where it stands on the screen."""

    def __init__(self) -> None:
        super().__init__()
        self._table: CostYears | None = None
        self.table = FigureTable("Cost by item and year", grows=True)
        self.excluded = WrappedLabel("", "ink2")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(8)
        column.addWidget(self.table)
        words = QVBoxLayout()
        words.setContentsMargins(12, 0, 12, 0)
        words.addWidget(self.excluded)
        column.addLayout(words)
        column.addStretch(1)
        self.table.row_picked.connect(self._picked)
        theme_signals.changed.connect(self._fill)

    def show_cost(self, table: CostYears, excluded: tuple[str, ...]) -> None:
        """Show another table and what its total leaves out."""
        self._table = table
        said = [one[:1].upper() + one[1:] for one in excluded]
        self.excluded.setText("\n".join(("Not in the total:", *said)) if said and table.rows else "")
        self._fill()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._fill()

    @Slot()
    def _fill(self) -> None:
        if self._table is not None:
            room = (self.width() - _NAME) // _FIGURE - _FIXED
            self.table.show_rows(*cost_rows(self._table, max(room, 1)))

    @Slot(int)
    def _picked(self, at: int) -> None:
        if self._table is None:
            return
        below = self.table.rowViewportPosition(at) + self.table.rowHeight(at)
        where = self.table.viewport().mapToGlobal(QPoint(24, below + 2))
        self.table.blockSignals(True)
        self.table.clearSelection()
        self.table.blockSignals(False)
        self.item_picked.emit(self._table.rows[at].key, where)


def cost_rows(table: CostYears, room: int) -> tuple[tuple[Column, ...], tuple[Row, ...]]:
    """Columns and rows with at most `room` columns of years; years without room are summed in the last."""
    alone = len(table.years) if len(table.years) <= room else room - 1
    heads = [str(year) for year in table.years[:alone]]
    if alone < len(table.years):
        first, last = table.years[alone], table.years[-1]
        heads.append(f"{first}–{last % 100:02d}" if first // 100 == last // 100 else f"{first}–{last}")
    columns = (
        Column("", figures=False, stretch=True),
        Column("Total"), Column("Share"), Column("Per MW"),
        *(Column(head) for head in heads),
    )  # fmt: skip
    return columns, tuple(_row(row, table, alone) for row in table.rows)


def _row(row: CostRow, table: CostYears, alone: int) -> Row:
    years = list(row.years[:alone])
    if alone < len(table.years):
        years.append(sum(row.years[alone:]))
    name = f"    {row.name}" if row.side else row.name
    figures = (_usd(row.total), _share(row.share), _usd(row.usd_per_mw), *(_usd(usd) for usd in years))
    strong = not row.side or row.key == TOTAL
    colour = current().cost(int(row.palette[1:]) - 1) if row.palette[1:].isdigit() else None
    tip = "Click for what it rests on"
    if math.isnan(row.total):
        tip = "A figure is missing; click for which one"
    return Row((name.strip() if colour is not None else name, *figures), strong, colour, tip)


def _usd(value: float) -> str:
    return "–" if math.isnan(value) or value == 0 else text(value, "usd")


def _share(value: float) -> str:
    return "–" if math.isnan(value) or value == 0 else f"{digits(value * 100, 2)} %"
