"""What an accelerator-hour and a million tokens cost, by part of the fleet and in all of it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from fleetdesigner.engine.money.part_prices import PartPrice
from fleetdesigner.engine.results import KpiValue
from fleetdesigner.look import current
from fleetdesigner.panels.throughput.table import Column, FigureTable, Row
from fleetdesigner.panels.throughput.words import WordsBlock
from fleetdesigner.units import month_text, text

COLUMNS = (
    Column("", figures=False, stretch=True),
    Column("Hour"), Column("Out"), Column("In"), Column("In + out"), Column("Served"),
)  # fmt: skip
NOTE = (
    "An accelerator in service for an hour; a million tokens of the capacity reserved for serving (out, in, "
    "both), and of output tokens served."
)


class PricesBlock(QWidget):
    """One row a part, the whole last."""

    def __init__(self) -> None:
        super().__init__()
        self.table = FigureTable("Hours and tokens", grows=True)
        self.block = WordsBlock("Hours and tokens", self.table)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.block)

    def show_prices(self, prices: Sequence[PartPrice], month: int, missing: Sequence[KpiValue]) -> None:
        """Show the prices of an absolute month; `missing` are KPIs of the whole that have no figure."""
        self.table.show_rows(COLUMNS, price_rows(prices))
        self.table.setVisible(bool(prices))
        why = "; ".join(dict.fromkeys(f"{one.name}: {one.why}" for one in missing))
        words = f"{why}." if why else ""
        self.block.show_words(words, NOTE if prices else "", f"{month_text(month)}, USD")


def price_rows(prices: Sequence[PartPrice]) -> tuple[Row, ...]:
    """Rows of the table; of a fleet with one part, only the whole."""
    shown = prices if len(prices) > 2 else prices[-1:]
    parts = Counter(one.name for one in shown)
    return tuple(
        Row(
            (
                one.name if parts[one.name] == 1 else f"{one.name} · {one.systems}",
                *(_usd(usd) for usd in (one.hour, one.output, one.input, one.both, one.served)),
            ),
            strong=not one.key,
            colour=current().family(one.generation).fill if one.generation else None,
            tip=f"{one.name}: {one.systems}" if one.systems else "",
        )
        for one in shown
    )  # fmt: skip


def _usd(value: float) -> str:
    return "–" if math.isnan(value) else text(value, "usd")
