"""The left side of the money view: cash by month and so far, what it is worth, and cost by item and year."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QSplitter, QVBoxLayout, QWidget

from fleetdesigner.charts.panel import ChartPanel
from fleetdesigner.charts.registry import chart
from fleetdesigner.engine.money.years import CostYears
from fleetdesigner.engine.results import Results
from fleetdesigner.look.theme import current
from fleetdesigner.panels.money.cost import CostBlock
from fleetdesigner.panels.named_row import WrappedLabel
from fleetdesigner.units import text
from fleetdesigner.window import money_facts as facts
from fleetdesigner.window.head import surface

CHARTS = ("cash_flow", "cumulative_cash")


class MoneyLeft(QSplitter):
    """Two graphs with their sentences over the table of cost."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self.panels = tuple(ChartPanel(chart(one)) for one in CHARTS)
        self.worth, self.why = WrappedLabel("", "ink", "text_strong"), WrappedLabel("", "ink2")
        self.cost = CostBlock()
        self.cost_title, self.cost_side = QLabel("Cost by item and year"), QLabel()
        self.addWidget(self._upper())
        self.addWidget(self._lower())
        self.setStretchFactor(0, 1)
        self.setStretchFactor(1, 1)
        self.setChildrenCollapsible(False)

    def show_results(self, results: Results, baseline: Results | None, table: CostYears) -> None:
        """Show what follows the hand."""
        for panel in self.panels:
            panel.show_results(results, baseline)
        first, why = facts.return_words(results)
        for label, words in ((self.worth, first), (self.why, why)):
            label.setText(words)
            label.setVisible(bool(words))
        self.cost.show_cost(table, facts.excluded_words(results))
        peak = text(table.peak_mw * 1e3, "kW")
        per_mw = "" if table.peak_mw != table.peak_mw else f", per MW of {peak} facility"
        self.cost_side.setText(f"USD, paid in the year{per_mw}")

    def set_month(self, month: int) -> None:
        """Put the graphs on an absolute month."""
        for panel in self.panels:
            panel.set_month(month)

    def dress(self) -> None:
        """Fonts of the theme; the style sheet has the last word when a view is first put into the window."""
        theme = current()
        self.cost_title.setFont(theme.font("caption_strong"))
        self.cost_side.setFont(theme.font("caption"))

    def _upper(self) -> QWidget:
        graphs = QWidget()
        row = QHBoxLayout(graphs)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for at, panel in enumerate(self.panels):
            panel.set_foldable(False)
            if at:
                panel.setProperty("rule", "left")
            row.addWidget(panel, 1)
        told = surface(QWidget(), "panel", "top")
        words = QVBoxLayout(told)
        words.setContentsMargins(12, 6, 12, 8)
        words.setSpacing(2)
        words.addWidget(self.worth)
        words.addWidget(self.why)
        upper = surface(QWidget(), "panel")
        column = QVBoxLayout(upper)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(graphs, 1)
        column.addWidget(told)
        return upper

    def _lower(self) -> QWidget:
        self.cost_side.setProperty("tone", "ink2")
        bar = surface(QWidget(), "sunken", "bottom")
        bar.setFixedHeight(25)
        line = QHBoxLayout(bar)
        line.setContentsMargins(12, 0, 12, 0)
        line.addWidget(self.cost_title, 1)
        line.addWidget(self.cost_side)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(surface(self.cost, "panel"))
        lower = surface(QWidget(), "panel")
        below = QVBoxLayout(lower)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(0)
        below.addWidget(bar)
        below.addWidget(scroll, 1)
        lower.setMinimumHeight(120)
        return lower

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().height() != event.size().height():
            tall = event.size().height()
            above = max(230, min(round(tall * 0.46), 760))
            self.setSizes([above, tall - above])
