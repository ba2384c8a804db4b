"""The right side of the money view: ways to hold the fleet, what kills the plan, unit prices."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from fleetdesigner.charts.ways_plot import WaysPlot
from fleetdesigner.panels.money_prices import PricesBlock
from fleetdesigner.panels.money_spans import SpansBlock
from fleetdesigner.panels.money_ways import WaysBlock
from fleetdesigner.session.live_money import MoneyShown
from fleetdesigner.window.head import surface

_TWO = 1000
"""From this width on the blocks stand in two columns."""


class MoneyRight(QScrollArea):
    """Blocks under one another, in two columns where there is room; scrolls where the window is low."""

    def __init__(self) -> None:
        super().__init__()
        self.plot = WaysPlot()
        self.ways = WaysBlock(self.plot)
        self.spans = SpansBlock()
        self.prices = PricesBlock()
        self._columns: list[QVBoxLayout] = []
        body = surface(QWidget(), "panel")
        self._row = row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for _ in range(2):
            column = QVBoxLayout()
            column.setSpacing(0)
            row.addLayout(column, 1)
            self._columns.append(column)
        self._two: bool | None = None
        self._arrange(False)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(body)
        self.setMinimumWidth(440)

    def show_money(self, shown: MoneyShown) -> None:
        """Show what came when the hand rested."""
        self.ways.show_ways(shown.ways, shown.why)
        self.plot.show_ways(shown.ways)

    def set_late(self, ways: bool, spans: bool) -> None:
        """What is older than what is on screen elsewhere."""
        self.ways.block.set_late(ways)
        self.spans.block.set_late(spans)

    def _arrange(self, two: bool) -> None:
        if two == self._two:
            return
        self._two = two
        first, second = self._columns
        blocks: tuple[QWidget, ...] = (self.ways, self.spans, self.prices)
        for column in self._columns:
            while column.count():
                column.takeAt(0)
        for at, block in enumerate(blocks):
            (second if two and at % 2 else first).addWidget(block)
        for column in self._columns:
            column.addStretch(1)
        self._row.setStretch(1, 1 if two else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(event.size().width() >= _TWO)
