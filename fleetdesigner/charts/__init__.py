"""Graphs of results by month: what each shows is data, how it is painted is one set of shapes."""

from fleetdesigner.charts.panel import ChartPanel
from fleetdesigner.charts.registry import CHARTS, chart
from fleetdesigner.charts.spec import ChartSpec

__all__ = ["CHARTS", "ChartPanel", "ChartSpec", "chart"]
