"""The right side of the money view: ways to hold the fleet, what kills the plan, what more is worth."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from fleetdesigner.charts.ways_plot import WaysPlot
from fleetdesigner.panels.money.prices import PricesBlock
from fleetdesigner.panels.money.spans import SpansBlock
from fleetdesigner.panels.money.ways import WaysBlock
from fleetdesigner.panels.money.worth import WorthBlock
from fleetdesigner.session.live_money import MoneyShown
from fleetdesigner.window.head import surface

_TWO = 1000
"""From this width on the blocks stand in two columns."""


class _Body(QWidget):
    """As tall as its blocks need at its width, no more."""

    def minimumSizeHint(self) -> QSize:
        least, layout = super().minimumSizeHint(), self.layout()
        if layout is None or not layout.hasHeightForWidth():
            return least
        return QSize(least.width(), layout.totalHeightForWidth(max(self.width(), least.width())))


class MoneyRight(QScrollArea):
    """Blocks under one another, in two columns where there is room; scrolls where the window is low."""

    def __init__(self) -> None:
        super().__init__()
        self.plot = WaysPlot()
        self.ways = WaysBlock(self.plot)
        self.spans = SpansBlock()
        self.worth = WorthBlock()
        self.prices = PricesBlock()
        self._columns: list[QVBoxLayout] = []
        self._sides: list[QWidget] = []
        body = surface(_Body(), "panel")
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for _ in range(2):
            side = surface(QWidget(), "panel")
            column = QVBoxLayout(side)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(0)
            column.addStretch(1)
            row.addWidget(side, 1)
            self._sides.append(side)
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

    def show_nothing(self) -> None:
        """Nothing has come yet."""
        self.ways.show_ways(None, "Comes when the hand rests.")
        self.plot.show_ways(None)
        self.worth.show_worth(None)

    def set_late(self, ways: bool, rest: bool) -> None:
        """What is older than what is on screen elsewhere."""
        self.ways.block.set_late(ways)
        self.worth.block.set_late(rest)
        self.spans.block.set_late(rest)

    def _arrange(self, two: bool) -> None:
        if two == self._two:
            return
        self._two = two
        blocks: tuple[QWidget, ...] = (self.ways, self.spans, self.worth, self.prices)
        for column in self._columns:
            for block in blocks:
                # not `takeAt`: an item that lives on keeps the block's new one from hearing of its size
                column.removeWidget(block)
        for at, block in enumerate(blocks):
            column = self._columns[at % 2 if two else 0]
            column.insertWidget(column.count() - 1, block)
        self._sides[1].setVisible(two)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(event.size().width() >= _TWO)
