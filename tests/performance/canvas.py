"""Budgets of the canvas: ``python tests/performance/canvas.py --racks 50000 --json`` (DESIGN §10).

A frame is the change, the synchronous repaint and the events it leaves behind. `pan_ms` and `zoom_ms` hold
frames of both levels: the campus with every rack of the fleet, and one hall from afar to racks of 50 px.
`recolour_ms` is a change of overlay or month on the campus. `drag_1000_ms` moves blocks of about 1,000 racks
in their hall with the label beside the mouse. `naive_redraw_ms` is the same fleet, one graphics item a rack.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QPen
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QGraphicsScene, QGraphicsView

from fleetdesigner.canvas.columns import FleetColumns
from fleetdesigner.canvas.overlays import OVERLAYS
from fleetdesigner.canvas.view import CanvasView
from fleetdesigner.catalog import load_catalog
from fleetdesigner.design.commands import MoveBlocks
from fleetdesigner.design.model import Design, Document
from fleetdesigner.files.migrate import CURRENT_VERSION
from fleetdesigner.look.theme import current
from fleetdesigner.session.session import Session
from tests.design.samples import large_design

LIMITS = {
    "pan_ms": 10.0, "zoom_ms": 10.0, "drag_one_ms": 10.0, "drag_1000_ms": 10.0, "rubber_band_ms": 10.0,
    "recolour_ms": 10.0, "undo_ms": 30.0, "open_ms": 1000.0, "memory_mb": 60.0,
}  # fmt: skip
WIDTH, HEIGHT = 1600, 900
KINDS = (
    "h100-rack", "h200-rack", "b200-rack", "b300-rack", "gb200-nvl72",
    "gb300-nvl72", "trn1-rack", "trn2-rack", "inf2-rack", "mi300x-rack",
)  # fmt: skip
"""Ten kinds of one position each, so that systems and racks are the same number."""


def fleet_design(racks: int) -> Design:
    """The fleet of the budgets with racks that the catalog knows, months apart in service."""
    design = large_design(racks)
    names = {f"rack-{index}": KINDS[index] for index in range(len(KINDS))}
    sizes = _sizes(design)
    sites = tuple(
        site.changed(
            halls=tuple(
                hall.changed(
                    blocks=tuple(b.changed(rack_id=names[b.rack_id], cols=sizes[b.id]) for b in hall.blocks)
                )
                for hall in site.halls
            )
        )
        for site in design.sites
    )
    phases = tuple(
        phase.changed(order_month=design.first_month + index) for index, phase in enumerate(design.phases)
    )
    return design.changed(sites=sites, phases=phases)


def _sizes(design: Design) -> dict[str, int]:
    """Systems of each block, so that one block in five is a single one and no other."""
    sizes = {block.id: block.systems for block in design.blocks}
    meant = {f"b{index}" for index in range(0, len(sizes), 5)}
    larger = [one for one in sizes if sizes[one] > 3]
    for extra in [one for one in sizes if sizes[one] == 1 and one not in meant]:
        sizes[extra] += 1
        sizes[larger.pop()] -= 1
    return sizes


class Stage:
    """A session with the fleet and a canvas over it."""

    def __init__(self, application: QApplication, design: Design) -> None:
        self.application = application
        document = Document(format_version=CURRENT_VERSION, app_version="0", design=design)
        self.session = Session(load_catalog(), document)
        self.settle()
        self.session.set_month(design.first_month + 60)
        self.view = self.canvas()

    def canvas(self) -> CanvasView:
        """A canvas that has painted once."""
        view = CanvasView(self.session)
        view.reduced_motion = True
        view.resize(WIDTH, HEIGHT)
        view.show()
        view.repaint()
        self.application.processEvents()
        return view

    def settle(self) -> None:
        """Wait until the engine has nothing left to say: its thread would be measured too."""
        until = time.monotonic() + 30
        while time.monotonic() < until and (self.session.busy or self.session.results is None):
            self.application.processEvents()
            time.sleep(0.01)
        self.rest(0.3)

    def rest(self, seconds: float) -> None:
        """Let the event loop and the engine's second stage run."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.application.processEvents()
            time.sleep(0.005)

    def frames(self, act: Callable[[], object], count: int) -> list[float]:
        """Milliseconds of each frame that `act` causes, after five to warm up."""
        gc.collect()
        out = []
        for index in range(count + 5):
            start = time.perf_counter()
            act()
            self.view.repaint()
            self.application.processEvents()
            if index >= 5:
                out.append((time.perf_counter() - start) * 1e3)
        return out


def pans(stage: Stage, count: int) -> list[float]:
    """Panning over the campus, then over a hall at two zooms."""
    view = stage.view
    steps: Iterator[tuple[int, int]] = cycle([(23, 9), (-17, 11), (-23, -9), (17, -11)])
    view.show_hall(None)
    view.fit()
    found = stage.frames(lambda: view.pan_by(*next(steps)), count)
    view.show_hall(view.stage.fleet.halls[3].hall.id)
    for zoom in (20.0, 82.0):
        view.set_camera(view.hall_id, 4.0, 2.0, zoom)
        found += stage.frames(lambda: view.pan_by(*next(steps)), count)
    return found


def zooms(stage: Stage, count: int) -> list[float]:
    """Sweeps of the wheel on the campus and in a hall."""
    view, middle = stage.view, QPointF(WIDTH / 2, HEIGHT / 2)
    factors = cycle([1.1] * 24 + [1 / 1.1] * 24)
    found = []
    for hall in (None, view.stage.fleet.halls[3].hall.id):
        view.show_hall(hall)
        view.fit()
        found += stage.frames(lambda: view.zoom_at(middle, next(factors)), count)
    return found


def drags(stage: Stage, count: int, racks: int) -> tuple[list[float], int]:
    """Blocks of about `racks` racks follow the mouse; the racks that did."""
    view = stage.view
    columns = view.stage.fleet.halls[3]
    view.show_hall(columns.hall.id)
    view.fit()
    chosen, moved = [], 0
    for block in sorted(columns.hall.blocks, key=lambda one: one.systems, reverse=racks > 1):
        if moved < racks:
            chosen.append(block)
            moved += block.systems
    view.session.set_selection(block.id for block in chosen)
    frame = view.frame
    assert frame is not None
    start = frame.cell_rect(chosen[0].col, chosen[0].row).center().toPoint()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    path = cycle(
        [QPoint(9 * k, 5 * k) for k in range(1, 30)] + [QPoint(9 * k, 5 * k) for k in range(29, 1, -1)]
    )
    found = stage.frames(lambda: QTest.mouseMove(view, start + next(path)), count)
    view.cancel_gesture()
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=start)
    view.session.set_selection(())
    return found, moved


def rubber_bands(stage: Stage, count: int) -> list[float]:
    """A band over a whole hall, with its live count."""
    view = stage.view
    view.show_hall(view.stage.fleet.halls[3].hall.id)
    view.fit()
    frame = view.frame
    assert frame is not None
    # from the aisle above the last row, where no rack stands
    start = QPoint(round(frame.floor.right()) + 4, round(frame.floor.bottom()) + 4)
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    path = cycle([QPoint(-40 * k, -25 * k) for k in range(1, 34)])
    found = stage.frames(lambda: QTest.mouseMove(view, start + next(path)), count)
    view.cancel_gesture()
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=start)
    return found


def recolours(stage: Stage, count: int) -> list[float]:
    """Another overlay, or another month, on the campus."""
    view, session = stage.view, stage.session
    view.show_hall(None)
    view.fit()
    ids = cycle([one.id for one in OVERLAYS])
    found = stage.frames(lambda: view.set_overlay(next(ids)), count)
    view.set_overlay("family")
    months = cycle([*range(12, 72), *range(72, 12, -1)])
    first = session.design.first_month
    found += stage.frames(lambda: session.set_month(first + next(months)), count)
    session.set_month(first + 60)
    return found


def undos(stage: Stage, count: int) -> list[float]:
    """One block moved in its hall, then taken back and done again in turn; only the undo is measured."""
    view, session = stage.view, stage.session
    columns = view.stage.fleet.halls[3]
    view.show_hall(columns.hall.id)
    block = columns.hall.blocks[0]
    session.execute(MoveBlocks((block.id,), 0, 24))
    found = []
    for _ in range(count):
        stage.rest(0.02)
        start = time.perf_counter()
        session.undo()
        view.repaint()
        found.append((time.perf_counter() - start) * 1e3)
        stage.rest(0.02)
        session.redo()
        view.repaint()
    return found


def opens(stage: Stage, count: int) -> list[float]:
    """From a design to a painted canvas."""
    found = []
    for _ in range(count):
        start = time.perf_counter()
        view = stage.canvas()
        found.append((time.perf_counter() - start) * 1e3)
        view.close()
        view.deleteLater()
        stage.application.processEvents()
    return found


def naive_redraws(application: QApplication, fleet: FleetColumns, count: int) -> list[float]:
    """The whole fleet redrawn with one item a rack, as a scene of graphics items would."""
    scene = QGraphicsScene()
    theme, pen = current(), QPen(current().color("line2"))
    for place, columns in enumerate(fleet.halls):
        left, top = (place % 8) * 130.0, (place // 8) * 100.0
        cells = columns.cells
        for col, row, block in zip(cells.col.tolist(), cells.row.tolist(), cells.block.tolist(), strict=True):
            kind = fleet.table.kinds[int(columns.kind[block])]
            brush = QBrush(theme.family(kind.generation).fill)
            scene.addRect(QRectF(left + col * 0.6, top + row * 3.0, 0.55, 1.2), pen, brush)
    shown = QGraphicsView(scene)
    shown.resize(WIDTH, HEIGHT)
    shown.show()
    shown.fitInView(scene.sceneRect(), Qt.AspectRatioMode.KeepAspectRatio)
    application.processEvents()
    found = []
    for _ in range(count):
        start = time.perf_counter()
        shown.viewport().repaint()
        found.append((time.perf_counter() - start) * 1e3)
    shown.close()
    return found


def resident_mb() -> float:
    """Memory of this process, MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def memory(application: QApplication, design: Design) -> tuple[Stage, float]:
    """A stage, and what its canvas added to the process once it has shown campus, halls and overlays."""
    held = Stage(application, design)
    held.view.close()
    held.view.deleteLater()
    application.processEvents()
    gc.collect()
    before = resident_mb()
    held.view = held.canvas()
    for one in OVERLAYS:
        held.view.set_overlay(one.id)
        held.view.repaint()
    held.view.set_overlay("family")
    for columns in held.view.stage.fleet.halls[:10]:
        held.view.show_hall(columns.hall.id)
        held.view.repaint()
    held.view.show_hall(None)
    return held, max(0.0, resident_mb() - before)


def measure(racks: int, repeats: int) -> dict[str, dict[str, object]]:
    """All figures, and what they ran on."""
    held = QApplication.instance()
    application = held if isinstance(held, QApplication) else QApplication([])
    design = fleet_design(racks)
    stage, megabytes = memory(application, design)
    drag_one, _ = drags(stage, repeats, 1)
    drag_many, moved = drags(stage, repeats, 1000)
    figures = {
        "pan_ms": pans(stage, repeats),
        "zoom_ms": zooms(stage, repeats),
        "drag_one_ms": drag_one,
        "drag_1000_ms": drag_many,
        "rubber_band_ms": rubber_bands(stage, repeats),
        "recolour_ms": recolours(stage, repeats),
        "undo_ms": undos(stage, repeats),
        "open_ms": opens(stage, max(10, repeats // 4)),
        "naive_redraw_ms": naive_redraws(application, stage.view.stage.fleet, max(3, repeats // 20)),
        "memory_mb": [megabytes],
    }
    stage.session.close()
    shown: dict[str, dict[str, object]] = {}
    for name, values in figures.items():
        shown[name] = {
            "median": round(float(np.median(values)), 3),
            "p95": round(float(np.percentile(values, 95)), 3),
            "unit": "MB" if name == "memory_mb" else "ms",
        }
        if name in LIMITS:
            shown[name]["limit"] = LIMITS[name]
    counts = {
        "racks": sum(block.systems for block in design.blocks),
        "blocks": len(design.blocks),
        "single": sum(1 for block in design.blocks if block.systems == 1),
        "halls": len(design.halls),
        "dragged_racks": moved,
        "repeats": repeats,
    }
    return {**shown, "counts": dict(counts)}


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
