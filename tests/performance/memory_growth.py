"""Whether memory grows while levers are moved: ``python tests/performance/memory_growth.py [--json]``.

Runs on ``ultracluster-1m`` through the session: every move is a ``MoveLever`` that is executed, evaluated by
the worker and answered before the next one is made, so that none is skipped. The levers take turns, a drag of
DRAG moves each (one undo step); between blocks of drags the hand rests until evidence and flips are worked
out. Growth is resident memory at the end less that after the first WARM_UP moves, when every memory of the
engine and the undo history have filled. ``--window`` moves them in the whole program, its graphs painting.

The whole of the 100,000 moves takes a quarter of an hour: ``--moves`` asks for fewer, and the figure
``memory_growth_per_100k_mb`` is the slope (least squares over all readings) whatever their number.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if "FLEETDESIGNER_HOME" not in os.environ:
    os.environ["FLEETDESIGNER_HOME"] = tempfile.mkdtemp(prefix="fleetdesigner-bench-")

import numpy as np
from PySide6.QtCore import QEventLoop, QTimer

from fleetdesigner.app import Program, application
from fleetdesigner.assets import resource
from fleetdesigner.catalog import load_catalog
from fleetdesigner.design.commands import MoveLever
from fleetdesigner.design.scenarios import Lever
from fleetdesigner.files.fleet_file import read_fleet
from fleetdesigner.session.session import Session
from fleetdesigner.window.settings import Settings

EXAMPLE = "ultracluster-1m"
MOVES = 100_000
DRAG = 60
READINGS = 50
RESTS = 10
WARM_UP = 2_000
REST_LIMIT_MS = 60_000
LIMIT_MB = 10.0
"""Issue 4: over 100,000 moves."""


def rss_mb() -> float:
    """Resident memory of this process."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return float("nan")


class Hand:
    """Moves levers and waits for the numbers."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.made = 0
        self.taken_ms: list[float] = []
        self._loop = QEventLoop()
        session.busy_changed.connect(self._busy_changed)
        session.results_changed.connect(self._answered)

    def _busy_changed(self, busy: bool) -> None:
        if not busy:
            self._loop.quit()

    def _answered(self, results: object, baseline: object) -> None:
        self._loop.quit()

    def settle(self) -> None:
        """Until the numbers are those of the last move."""
        while self.session.busy:
            self._loop.exec()

    def rest(self) -> None:
        """Until what is worked out at rest is there. Raises TimeoutError."""
        self.settle()
        limit = QTimer(singleShot=True, interval=REST_LIMIT_MS)
        limit.timeout.connect(self._loop.quit)
        limit.start()
        while limit.isActive() and not (self.session.results is not None and self.session.results.evidence):
            self._loop.exec()
        if not limit.isActive():
            raise TimeoutError(f"nothing worked out at rest within {REST_LIMIT_MS / 1000:g} s")

    def move(self, levers: tuple[Lever, ...]) -> None:
        """One move of the lever whose turn it is, along its span and back."""
        drag, step = divmod(self.made, DRAG)
        lever = levers[drag % len(levers)]
        # no position comes twice: a different part of the span for every drag
        share = (step / DRAG + (drag * 0.6180339887498949)) % 1.0
        begun = time.perf_counter()
        self.session.execute(
            MoveLever(lever.id, lever.low + (lever.high - lever.low) * share, name=lever.name)
        )
        self.settle()
        self.taken_ms.append((time.perf_counter() - begun) * 1e3)
        self.made += 1
        if step == DRAG - 1:
            self.session.seal()


def measure(session: Session, moves: int) -> dict[str, object]:
    """The figures, and the counts of what they ran on."""
    hand = Hand(session)
    hand.settle()
    levers = tuple(one for one in session.base_design.levers if isinstance(one, Lever))
    opened = rss_mb()
    for _ in range(WARM_UP):
        hand.move(levers)
    hand.rest()
    first = rss_mb()
    readings = [(hand.made, first)]
    hand.taken_ms.clear()
    for count in range(1, moves + 1):
        hand.move(levers)
        if count % max(1, moves // RESTS) == 0:
            hand.rest()
        if count % max(1, moves // READINGS) == 0:
            readings.append((hand.made, rss_mb()))
    at, held = np.array(readings).T
    slope = float(np.polyfit(at, held, 1)[0]) * 1e5

    def figure(median: float, p95: float, unit: str, count: int) -> dict[str, float | str | int]:
        return {"median": round(median, 3), "p95": round(p95, 3), "unit": unit, "n": count}

    grown = float(held[-1] - held[0])
    most = float(held.max() - held[0])
    took = np.array(hand.taken_ms)
    return {
        "memory_growth_mb": figure(grown, most, "MB", 1),
        "memory_growth_per_100k_mb": figure(slope, slope, "MB", len(readings)),
        "memory_opened_mb": figure(opened, opened, "MB", 1),
        "memory_warm_mb": figure(first, first, "MB", 1),
        "move_ms": figure(float(np.median(took)), float(np.quantile(took, 0.95)), "ms", len(took)),
        "limit_mb": LIMIT_MB,
        "moves": moves,
        "evaluated": len(took),
        "warm_up": WARM_UP,
        "levers": len(levers),
        "rests": RESTS,
        "months": session.base_design.months,
        "blocks": len(session.base_design.blocks),
        "readings_mb": [round(float(one), 1) for one in held],
    }


def main(args: list[str]) -> int:
    """Print the figures as JSON or as lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--moves", type=int, default=MOVES)
    parser.add_argument("--window", action="store_true", help="in the whole program, painting")
    asked = parser.parse_args(args)
    application(["memory_growth"])
    path = resource("examples", f"{EXAMPLE}.fleet")
    program = None
    if asked.window:
        program = Program(Settings(Path(tempfile.mkdtemp()) / "settings.json"))
        program.window.resize(1600, 900)
        program.window.show()
        session = program.session
        session.open(path)
    else:
        session = Session(load_catalog(), read_fleet(path))
    figures = {**measure(session, max(asked.moves, READINGS)), "window": asked.window}
    if program is not None:
        program.close()
    else:
        session.close()
    if asked.json:
        print(json.dumps(figures, indent=1))
    else:
        for name, value in figures.items():
            print(f"{name:30} {value}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
