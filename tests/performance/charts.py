"""Twelve graphs: what new figures, another month, and another range cost until they are painted.

``.venv/bin/python tests/performance/charts.py [--json] [--months 120] [--repeats 100]``

All registered charts, repeated to twelve plots, in a window of 1600 × 900, offscreen, raster. A refresh gives
every panel new results beside a baseline and paints it; a scrub moves the month of all.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if "FLEETDESIGNER_HOME" not in os.environ:
    os.environ["FLEETDESIGNER_HOME"] = tempfile.mkdtemp(prefix="fleetdesigner-bench-")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtWidgets import QApplication, QGridLayout, QWidget

from fleetdesigner.charts.panel import ChartPanel
from fleetdesigner.charts.registry import CHARTS
from fleetdesigner.look import style
from tests.charts import hand_built

PLOTS = 12
WARM_UP = 10
Figure = dict[str, float | str]


def figure(values: list[float]) -> Figure:
    """Median, 95th percentile and number of samples, in ms."""
    ordered = sorted(values)
    return {
        "median": round(statistics.median(ordered), 3),
        "p95": round(ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))], 3),
        "unit": "ms",
        "n": len(ordered),
    }


def timed(board: QWidget, change: Callable[[int], None], repeats: int) -> list[float]:
    """Milliseconds of each change until it is painted."""
    application = QApplication.instance()
    assert application is not None
    found = []
    for index in range(WARM_UP + repeats):
        begin = time.perf_counter()
        change(index)
        application.processEvents()
        if index >= WARM_UP:
            found.append((time.perf_counter() - begin) * 1000)
    return found


def run(months: int, repeats: int) -> dict[str, Figure]:
    """All figures for a plan of that many months."""
    application = QApplication.instance() or QApplication(["charts"])
    assert isinstance(application, QApplication)
    style.apply(application)
    board = QWidget()
    board.resize(1600, 900)
    grid = QGridLayout(board)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setSpacing(0)
    panels = [ChartPanel(CHARTS[index % len(CHARTS)], CHARTS) for index in range(PLOTS)]
    for index, panel in enumerate(panels):
        grid.addWidget(panel, index // 4, index % 4)
    baseline = hand_built.hybrid(0.0, months)
    near = [hand_built.hybrid(1.0 + 0.002 * step, months) for step in range(8)]
    far = [hand_built.hybrid(1.0, months), hand_built.hybrid(12.0, months)]
    board.show()
    for panel in panels:
        panel.show_results(near[0], baseline)
        panel.refresh()
    application.processEvents()

    def refresh(index: int) -> None:
        for panel in panels:
            panel.show_results(near[index % len(near)], baseline)

    def scrub(index: int) -> None:
        for panel in panels:
            panel.set_month(hand_built.FIRST + index % months)

    def rescale(index: int) -> None:
        for panel in panels:
            panel.show_results(far[index % 2], baseline)

    figures = {
        "refresh_12_ms": figure(timed(board, refresh, repeats)),
        "scrub_12_ms": figure(timed(board, scrub, repeats)),
        "rescale_12_ms": figure(timed(board, rescale, repeats)),
    }
    board.close()
    return figures


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="cost of twelve graphs")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--months", type=int, default=120)
    parser.add_argument("--repeats", type=int, default=100)
    given = parser.parse_args()
    figures = run(given.months, given.repeats)
    counts = {"plots": PLOTS, "months": given.months, "repeats": given.repeats}
    if given.json:
        print(json.dumps({**figures, "counts": counts}))
        return 0
    print(", ".join(f"{count} {name}" for name, count in counts.items()))
    for name, found in figures.items():
        print(f"{name:16} median {found['median']:>7} p95 {found['p95']:>7} {found['unit']}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
