"""A real mouse on a real window: ``.venv/bin/python tests/journeys/real_mouse.py [FOLDER for pictures]``.

Starts Xvfb, opens the program as on its first start, and lets xdotool do what a planner does: drag an NVL72
from the list, drag a Trn2 UltraServer and fill an array of ten, move the NVL72, undo three times, save under
a new name. Then `fleetdesigner evaluate` of the saved file must give what the key figures in the window say.

Needs xvfb and xdotool. The window runs in this process so that places on the screen can be asked for; every
press, move and key goes through the X server.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

STEP_S = 0.04
SIZE = (1600, 900)


def start_screen() -> subprocess.Popen[bytes]:
    """An X server of our own on a free number; DISPLAY then names it."""
    for tool in ("Xvfb", "xdotool"):
        if shutil.which(tool) is None:
            raise SystemExit(f"{tool} is missing: apt-get install xvfb xdotool")
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{SIZE[0]}x{SIZE[1]}x24", "-nolisten", "tcp"],
        pass_fds=(writing,),
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as told:
        os.environ["DISPLAY"] = f":{told.readline().strip()}"
    os.environ["QT_QPA_PLATFORM"] = "xcb"
    return server


def xdo(*words: str | int) -> None:
    """One xdotool call."""
    subprocess.run(["xdotool", *map(str, words)], check=True)


Place = Callable[[], tuple[int, int]]


def drag(start: Place, end: Place) -> Iterator[float]:
    """Press at `start`, move in ten steps, let go at `end`; yields how long to let the window live."""
    x0, y0 = start()
    xdo("mousemove", x0, y0)
    yield 0.15
    xdo("mousedown", 1)
    yield 0.15
    x1, y1 = end()
    for step in range(1, 11):
        xdo("mousemove", round(x0 + (x1 - x0) * step / 10), round(y0 + (y1 - y0) * step / 10))
        yield STEP_S
    yield 0.25
    xdo("mouseup", 1)
    yield 0.6


def main(folder: Path) -> int:
    """Run the journey; prints what was compared and returns the exit code."""
    folder.mkdir(parents=True, exist_ok=True)
    home = Path(tempfile.mkdtemp(prefix="fleetdesigner-mouse-"))
    os.environ["FLEETDESIGNER_HOME"] = str(home)
    server = start_screen()
    try:
        return journey(folder, home / "mouse.fleet")
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(home, ignore_errors=True)


def journey(folder: Path, saved: Path) -> int:
    """The window, the hand, and the comparison."""
    from PySide6.QtCore import QEventLoop, QPointF, Qt, QTimer
    from PySide6.QtWidgets import QApplication, QFileDialog

    from fleetdesigner.app import Program, application, wait_for_results
    from fleetdesigner.units import text

    application(["real_mouse"])
    # the toolkit's own dialog: the desktop's would not be under this X server
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    program = Program()
    window, session = program.window, program.session
    window.resize(*SIZE)
    window.move(0, 0)
    program.start(None)

    def live(seconds: float) -> None:
        loop = QEventLoop()
        QTimer.singleShot(round(seconds * 1000), loop.quit)
        loop.exec()

    def do(steps: Iterator[float]) -> None:
        for seconds in steps:
            live(seconds)

    def picture(name: str) -> None:
        window.screen().grabWindow(0).save(str(folder / f"{name}.png"))

    def card(rack_id: str) -> tuple[int, int]:
        view = window.palette_panel.view
        index = view.model().index(window.palette_panel.model.row_of(rack_id), 0)
        view.scrollTo(index)
        spot = view.viewport().mapToGlobal(view.visualRect(index).center())
        return spot.x(), spot.y()

    def cell(col: float, row: float) -> tuple[int, int]:
        frame = window.canvas.frame
        assert frame is not None, "the canvas does not show a hall"
        spot = window.canvas.mapToGlobal(frame.cell_rect(col, row).center().toPoint())
        return spot.x(), spot.y()

    def corner(block_id: str) -> tuple[int, int]:
        frame = window.canvas.frame
        assert frame is not None
        block = next(one for one in session.design.blocks if one.id == block_id)
        box = frame.block_rect(block, session.catalog.rack(block.rack_id).positions)
        spot = window.canvas.mapToGlobal(QPointF(box.right(), box.bottom()).toPoint())
        return spot.x(), spot.y()

    def newest(rack_id: str) -> str:
        return [one.id for one in session.design.blocks if one.rack_id == rack_id][-1]

    live(1.0)
    wait_for_results(session)
    window.first_steps.finish()
    window.canvas.show_hall("hall-1")
    live(0.8)
    picture("1-first-start")
    start = session.base_design

    do(drag(lambda: card("gb300-nvl72"), lambda: cell(6, 0)))
    assert len(session.design.blocks) == len(start.blocks) + 1, "the NVL72 did not land"
    picture("2-nvl72")
    do(drag(lambda: card("trn2-ultra"), lambda: cell(6, 1)))
    ultra = newest("trn2-ultra")
    picture("3-ultraserver")
    do(drag(lambda: corner(ultra), lambda: cell(6 + 9.4, 2)))
    filled = next(one for one in session.design.blocks if one.id == ultra)
    assert filled.systems == 10, f"the array holds {filled.systems} UltraServers, not ten"
    wait_for_results(session)
    live(0.3)
    picture("4-array-of-ten")
    nvl72 = newest("gb300-nvl72")
    do(drag(lambda: cell(6, 0), lambda: cell(9, 0)))
    moved = next(one for one in session.design.blocks if one.id == nvl72)
    assert moved.col != 6, "the NVL72 did not move"
    picture("5-moved")
    with_all = session.base_design
    for _ in range(3):
        xdo("key", "ctrl+z")
        live(0.3)
    assert session.base_design != with_all
    assert len(session.design.blocks) == len(start.blocks) + 1, "three undos leave the first drop"
    picture("6-undone")

    QTimer.singleShot(100, lambda: xdo("key", "ctrl+s"))
    live(1.2)
    dialog = next(one for one in QApplication.topLevelWidgets() if isinstance(one, QFileDialog))
    picture("7-save")
    xdo("key", "ctrl+a")
    xdo("type", "--delay", "5", str(saved))
    live(1.0)
    xdo("key", "Return")
    live(1.0)
    assert not dialog.isVisible(), "the dialog is still open"
    assert saved.is_file(), "the file was not saved"
    wait_for_results(session)
    time.sleep(0.2)
    live(0.8)
    picture("8-saved")

    from fleetdesigner.units import month_text

    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "fleetdesigner",
            "evaluate",
            str(saved),
            "--format",
            "json",
            "--month",
            month_text(session.month),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout)["kpis"]
    wrong = 0
    for tile in window.kpi_strip.tiles:
        row = told[tile.kpi_id]
        shown = f"{tile.words.number} {tile.words.unit}".strip()
        wanted = text(row["value"], row["unit"]) if row["value"] is not None else None
        same = wanted is None or "".join(shown.split()).startswith("".join(wanted.split()))
        wrong += not same
        print(f"{'ok  ' if same else 'DIFF'} {tile.kpi_id:<26} window {shown:<28} evaluate {wanted}")
    program.close()
    print(f"{len(window.kpi_strip.tiles) - wrong} passed, {wrong} failed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp(prefix="real-mouse-"))))
