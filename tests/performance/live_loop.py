"""The live loop on the largest example: what passes between a change and every graph on screen.

``.venv/bin/python tests/performance/live_loop.py [--json] [--changes 300] [--starts 60]``

Runs `ultracluster-1m` offscreen (raster, 1600 × 900): the main window with its graphs folded, and all
registered charts repeated to twelve plots in a second window. Changes come at 120 Hz while everything
paints; a change counts as shown when a result of its generation or a newer one has been painted.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if "FLEETDESIGNER_HOME" not in os.environ:
    os.environ["FLEETDESIGNER_HOME"] = tempfile.mkdtemp(prefix="fleetdesigner-bench-")

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QGridLayout, QWidget

from fleetdesigner.app import Program, application, wait_for_results
from fleetdesigner.assets import resource
from fleetdesigner.charts.panel import ChartPanel
from fleetdesigner.charts.registry import CHARTS
from fleetdesigner.design.commands import Command, MoveLever, PlaceBlock, SetFields
from fleetdesigner.design.fleet import Block, Stay
from fleetdesigner.design.model import new_id
from fleetdesigner.design.scenarios import SetField
from fleetdesigner.engine.evaluate import evaluate
from fleetdesigner.window.settings import Settings

EXAMPLE = "ultracluster-1m"
PLOTS = 12
PERIOD_MS = 1000 / 120
REST_MS = 3000
SEGMENT = 30
"""Changes in a segment; the longest gap of each segment is one sample."""
Figure = dict[str, float | str]


def figure(values: list[float], unit: str = "ms") -> Figure:
    """Median, 95th percentile and number of samples."""
    ordered = sorted(values)
    return {
        "median": round(statistics.median(ordered), 3),
        "p95": round(ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))], 3),
        "unit": unit,
        "n": len(ordered),
    }


class Board(QWidget):
    """Twelve plots that follow the session as the window's do."""

    def __init__(self, program: Program) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        self.panels = [ChartPanel(CHARTS[index % len(CHARTS)]) for index in range(PLOTS)]
        for index, panel in enumerate(self.panels):
            grid.addWidget(panel, index // 4, index % 4)
        self.resize(1600, 900)
        self._session = program.session
        program.session.results_changed.connect(self._show)
        program.session.month_changed.connect(self._month)

    @Slot(object, object)
    def _show(self, results: object, baseline: object) -> None:
        for panel in self.panels:
            panel.show_results(self._session.results, self._session.baseline_results)

    @Slot(int)
    def _month(self, month: int) -> None:
        for panel in self.panels:
            panel.set_month(month)


class Watch(QObject):
    """Notes when each generation was asked for and when it was on screen."""

    def __init__(self, program: Program, board: Board) -> None:
        super().__init__()
        self._program, self._board = program, board
        self.asked: list[tuple[int, float]] = []
        self.latencies: list[float] = []
        self.gaps: list[float] = []
        self.longest: list[float] = []
        self.stale = 0
        self._newest = 0
        self._beat = QTimer(self, interval=1, timerType=Qt.TimerType.PreciseTimer)
        self._beat.timeout.connect(self._tick)
        self._last = 0.0
        program.session.results_changed.connect(self._shown)

    @Slot()
    def _tick(self) -> None:
        now = time.perf_counter()
        if self._last:
            self.gaps.append((now - self._last) * 1000)
        self._last = now

    @Slot(object, object)
    def _shown(self, results: object, baseline: object) -> None:
        # paint now what the event loop would paint next, so that "shown" means painted
        paint_pending()
        generation = self._program.session.shown_generation
        now = time.perf_counter()
        self.stale += generation < self._newest
        self._newest = max(self._newest, generation)
        done = [at for wanted, at in self.asked if wanted <= generation]
        self.asked = [pair for pair in self.asked if pair[0] > generation]
        self.latencies += [(now - at) * 1000 for at in done]

    def run(self, change: Callable[[int], None], count: int) -> list[float]:
        """Make `count` changes at 120 Hz; the latency of each in ms."""
        loop = QEventLoop()
        self.asked, self.latencies, self.gaps, self._last = [], [], [], 0.0
        made = 0
        timer = QTimer(self, timerType=Qt.TimerType.PreciseTimer, interval=round(PERIOD_MS))

        def step() -> None:
            nonlocal made
            if made < count:
                at = time.perf_counter()
                change(made)
                self.asked.append((self._program.session.asked_generation, at))
                made += 1
                if made % SEGMENT == 0 and self.gaps:
                    self.longest.append(max(self.gaps))
                    self.gaps = []
            elif not self.asked:
                loop.quit()

        timer.timeout.connect(step)
        timer.start()
        self._beat.start()
        loop.exec()
        self._beat.stop()
        timer.stop()
        return self.latencies


def paint_pending() -> None:
    """Let every widget that asked for it paint."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.UpdateRequest)


def rss_mb() -> float:
    """Resident memory of this process."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return float("nan")


START = """
import sys, time
from fleetdesigner.app import Program, application
from PySide6.QtCore import QTimer
qt = application(["start"])
program = Program()
program.start()
def shown(*_):
    if not program.window.windowHandle().isExposed():  # before that nothing is painted
        QTimer.singleShot(0, shown)
        return
    program.window.repaint()
    print((time.time() - float(sys.argv[1])) * 1000, flush=True)
    QTimer.singleShot(0, qt.quit)
program.session.results_changed.connect(shown)
qt.exec()
program.close()
"""


def start_ms() -> float:
    """A fresh process until its window shows the first example with its numbers."""
    # warm: what Python compiled at the first start it keeps, as on a planner's machine
    told = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    told.setdefault("PYTHONPYCACHEPREFIX", str(Path(tempfile.gettempdir()) / "fleetdesigner-bench-compiled"))
    done = subprocess.run(
        [sys.executable, "-c", START, str(time.time())], capture_output=True, text=True, check=True, env=told
    )
    return float(done.stdout.split()[0])


def main() -> None:
    """Print the figures."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--json", action="store_true")
    words.add_argument("--changes", type=int, default=300)
    words.add_argument("--starts", type=int, default=60)
    asked = words.parse_args()
    application(["live_loop"])
    program = Program(Settings(Path(tempfile.mkdtemp()) / "settings.json"))
    session, window = program.session, program.window
    window.resize(1600, 900)
    window.show()
    session.open(resource("examples", f"{EXAMPLE}.fleet"))
    wait_for_results(session)
    window.chart_strip.set_folded(True)
    board = Board(program)
    board.show()
    watch = Watch(program, board)
    wait_for_results(session)
    design = session.base_design
    session.set_month(design.first_month + 60)

    def settle() -> None:
        while session.undo_label():
            session.undo()
        wait_for_results(session)

    def lever(index: int) -> None:
        session.execute(MoveLever("l-power-price", 0.05 + 0.0003 * (index % 200)))

    def drop(index: int) -> None:
        hall = design.halls[index % len(design.halls)]
        block = Block(
            id=new_id("b"),
            rack_id="trn3-gen2",
            col=2 * (index // 20),
            row=15,
            phase_id="p01",
            stays=(Stay(pool_id="train-1", from_month=design.first_month),),
        )
        session.execute(PlaceBlock(hall.id, block, "Trn3 Gen2"))

    def model(index: int) -> None:
        chosen = ("llama-3-1-70b", "qwen2-5-72b", "llama-3-1-405b")[index % 3]
        change: Command = SetFields(
            "Change the model",
            (SetField(ref="workload:s-chat", field="model_id", value=json.dumps(chosen)),),
            "model",
        )
        session.execute(change)

    figures: dict[str, Figure] = {}
    watch.run(lever, 30)
    settle()
    watch.longest = []
    figures["lever_to_graphs_ms"] = figure(watch.run(lever, asked.changes))
    settle()
    figures["drop_to_graphs_ms"] = figure(watch.run(drop, asked.changes))
    settle()
    session.set_compared([one.id for one in design.scenarios])
    wait_for_results(session)
    figures["lever_to_graphs_3_scenarios_ms"] = figure(watch.run(lever, asked.changes))
    settle()
    session.set_compared([])
    wait_for_results(session)
    figures["lever_model_change_ms"] = figure(watch.run(model, asked.changes))
    settle()
    figures["longest_gui_gap_ms"] = figure(watch.longest)
    figures["stale_frames"] = {
        "median": watch.stale,
        "p95": watch.stale,
        "unit": "frames",
        "n": 4 * asked.changes,
    }
    scrubs: list[float] = []
    for index in range(max(60, asked.changes)):
        begun = time.perf_counter()
        session.set_month(design.first_month + index % design.months)
        paint_pending()
        scrubs.append((time.perf_counter() - begun) * 1000)
    figures["scrub_ms"] = figure(scrubs[10:])
    # the engine by itself: what is worked out once the hand rests has been
    rested = QEventLoop()
    QTimer.singleShot(REST_MS, rested.quit)
    rested.exec()
    warm = []
    catalog = session.catalog
    changed = design
    for index in range(80):
        price = SetField(
            ref="site:north", field="tariff.energy_usd_per_kwh.value", value=str(0.05 + 0.001 * index)
        )
        demand = SetField(ref="workload:s-chat", field="demand.ceiling", value=str(5e7 + 1e6 * index))
        changed = SetFields("Both", (price, demand)).apply(changed)
        begun = time.perf_counter()
        evaluate(changed, catalog)
        warm.append((time.perf_counter() - begun) * 1000)
    figures["evaluate_warm_ms"] = figure(warm[20:])
    memory = rss_mb()
    figures["memory_mb"] = {"median": round(memory, 1), "p95": round(memory, 1), "unit": "MB", "n": 1}
    program.close()
    if asked.starts:
        start_ms()
        figures["startup_ms"] = figure([start_ms() for _ in range(asked.starts)])
    ran_on: dict[str, float] = {
        "halls": len(design.halls),
        "blocks": len(design.blocks),
        "pools": len(design.pools),
        "workloads": len(design.workloads),
        "phases": len(design.phases),
        "months": design.months,
        "scenarios": len(design.scenarios),
        "overrides": len(design.overrides),
        "plots": PLOTS,
        "charts": len(CHARTS),
    }
    if asked.json:
        print(json.dumps({**figures, "ran_on": ran_on}, indent=1))
        return
    for name, row in figures.items():
        print(f"{name:<34} median {row['median']:>9}  p95 {row['p95']:>9} {row['unit']}  ({row['n']})")
    print(ran_on)


if __name__ == "__main__":
    main()
