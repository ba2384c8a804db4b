"""Cumulative cash of each way to hold the fleet, on one axis of months."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSize, QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fleetdesigner.charts.legend import LegendRow, entries
from fleetdesigner.charts.plot import ChartPlot
from fleetdesigner.charts.reading import Reading, Trace
from fleetdesigner.charts.runs import RunsLine
from fleetdesigner.charts.sentences import no_figure
from fleetdesigner.charts.spec import ChartSpec, Colours, Layer
from fleetdesigner.engine.money.ways import Way, Ways

SPEC = ChartSpec(
    id="ways", name="Cumulative cash of each way", unit="usd", words="{}", layers=(), headline="",
    headline_name="Cumulative cash", sentence=lambda reading, row: no_figure(reading),
    empty="No way has a figure",
)  # fmt: skip
_PLACES = {"own": 0, "lease": 1, "rent": 2}
"""Places among the colours of scenarios."""


class WaysPlot(QWidget):
    """One line a way; those without a figure stand in the legend alone."""

    month_picked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._reading: Reading | None = None
        self._month = 0
        self.setAccessibleName(SPEC.name)
        self.title = RunsLine("text", "text_strong", "ink2", parent=self)
        self.title.setFixedHeight(20)
        self.legend = LegendRow()
        self.plot = ChartPlot(self)
        self.plot.setAccessibleName(f"{SPEC.name}, plot")
        self.plot.month_picked.connect(self._pick)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.title)
        column.addWidget(self.legend)
        column.addWidget(self.plot, 1)
        self.setMinimumHeight(160)

    @property
    def reading(self) -> Reading | None:
        """The figures on screen."""
        return self._reading

    def show_ways(self, ways: Ways | None) -> None:
        """Draw the ways; nothing for None."""
        self.setVisible(ways is not None)
        if ways is None:
            self._reading = None
            return
        self._reading = reading_of(ways)
        self.plot.show_reading(self._reading)
        self._show_month()

    def set_month(self, month: int) -> None:
        """Put the month line on an absolute month."""
        self._month = month
        self._show_month()

    def _row(self, reading: Reading) -> int:
        return min(max(self._month - reading.first_month, 0), reading.months - 1)

    @Slot()
    def _show_month(self) -> None:
        reading = self._reading
        if reading is None:
            return
        row = self._row(reading)
        self.plot.set_row(row if reading.has_data else None)
        self.legend.show_entries(entries(reading, self.plot.unit, row))
        self.title.set_runs(((f"{SPEC.name}, {self.plot.unit.word}", False),))

    @Slot(int)
    def _pick(self, row: int) -> None:
        if self._reading is not None:
            self.month_picked.emit(self._reading.first_month + row)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        QTimer.singleShot(0, self, self._show_month)

    def sizeHint(self) -> QSize:
        return QSize(400, 176)


def reading_of(ways: Ways) -> Reading:
    """The cumulative cash of each way, USD [M], as traces of a graph."""
    months = len(ways.ways[0].cumulative_cash)
    return Reading(
        spec=SPEC,
        first_month=ways.first_month,
        months=months,
        traces=tuple(_trace(way) for way in ways.ways),
        headline=None,
        baseline=None,
        why="",
    )


def _trace(way: Way) -> Trace:
    place = _PLACES.get(way.id)
    shade = "ink" if way.id == "planned" else "ink3"
    colours: Colours = "scenario" if place is not None else "ink"
    weight = 2.5 if way.id == "planned" else 1.75
    layer = Layer(way.id, "line", way.name, colours=colours, shade=shade, weight=weight)
    # from the first missing figure on the sum is unknown: what stands before it is no way to compare
    known = way.cumulative_cash if np.isfinite(way.cumulative_cash).all() else np.nan
    values = np.broadcast_to(np.asarray(known, dtype=np.float64), way.cumulative_cash.shape)
    why = way.reason("cumulative_cash")
    return Trace(layer, way.name, way.id, "", place or 0, values, way.grade, why, "usd")
