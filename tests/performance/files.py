"""Budgets of files: ``python tests/performance/files.py --racks 50000 --json`` (DESIGN §10).

``autosave_frame_ms`` is what an autosave costs the thread that paints: the longest pause of a loop that ticks
while a worker writes the recovery copy of a design in which one block has just moved. The first one of a
session, which writes every hall anew, is ``autosave_first_ms``. ``catalog_ms`` reads all entries shipped.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from fleetdesigner.assets import resource
from fleetdesigner.catalog import load_catalog
from fleetdesigner.design.edits import apply_edits, set_field
from fleetdesigner.files.fleet_file import read_fleet, write_fleet
from fleetdesigner.files.recovery import write_recovery
from tests.design.samples import document, large_design

LIMITS = {
    "save_ms": 150.0, "open_ms": 500.0, "autosave_frame_ms": 16.0, "autosave_first_ms": 16.0,
    "catalog_ms": 100.0,
}  # fmt: skip


def timed(act: Callable[[], object], repeats: int) -> list[float]:
    """Milliseconds of each call, after three to warm up."""
    for _ in range(3):
        act()
    out = []
    for _ in range(repeats):
        start = time.perf_counter()
        act()
        out.append((time.perf_counter() - start) * 1e3)
    return out


def longest_pause(work: Callable[[], object]) -> float:
    """Milliseconds that a ticking thread is held up at most while `work` runs beside it."""
    start = last = time.perf_counter()
    worker = threading.Thread(target=work, name="fleetdesigner-autosave")
    worker.start()
    longest = 0.0
    while worker.is_alive():
        # the event loop of a window: a short piece of work, then it lets go
        sum(range(200))
        time.sleep(0)
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
    worker.join()
    return max(longest, 0.0 if last > start else time.perf_counter() - start) * 1e3


def measure(racks: int, repeats: int) -> dict[str, dict[str, object]]:
    """The figures, and what they ran on."""
    held = document(large_design(racks))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "large.fleet")
        write_fleet(path, held)
        os.environ["FLEETDESIGNER_HOME"] = folder
        moved = iter(range(10**6))

        def autosave() -> None:
            """The design after one more move, as the window's thread has it when the worker begins."""
            change = set_field("block:b7", "row", 20 + next(moved) % 2)
            after = held.changed(design=apply_edits(held.design, (change,)))
            pauses.append(longest_pause(lambda: write_recovery("large", after, path)))

        pauses: list[float] = []
        autosave()
        first, pauses = pauses, []
        for _ in range(repeats):
            autosave()
        figures = {
            "save_ms": timed(lambda: write_fleet(path, held), repeats),
            "open_ms": timed(lambda: read_fleet(path), repeats),
            "autosave_frame_ms": pauses,
            "autosave_first_ms": first,
            "catalog_ms": timed(lambda: load_catalog(resource("catalog")), repeats),
        }
        size = path.stat().st_size
    shown: dict[str, dict[str, object]] = {
        name: {
            "median": round(float(np.median(values)), 3),
            "p95": round(float(np.percentile(values, 95)), 3),
            "unit": "ms",
            "limit": LIMITS[name],
        }
        for name, values in figures.items()
    }
    blocks = held.design.blocks
    counts = {"racks": sum(block.systems for block in blocks), "blocks": len(blocks), "halls": 40}
    return {**shown, "counts": {**counts, "bytes": size, "repeats": repeats}}


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--racks", type=int, default=50_000)
    parser.add_argument("--repeats", type=int, default=60)
    parser.add_argument("--json", action="store_true", help="the whole answer as JSON")
    options = parser.parse_args()
    found = measure(options.racks, options.repeats)
    if options.json:
        print(json.dumps(found))
    else:
        for name, figure in found.items():
            print(name, figure)
    return 0


if __name__ == "__main__":
    sys.exit(main())
