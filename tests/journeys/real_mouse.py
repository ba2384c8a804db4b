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
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fleetdesigner.app import Program
    from fleetdesigner.design.fleet import Block

STEP_S = 0.04
FORMAT = ("--format", "json")
Spot = tuple[int, int]
"""A place on the screen."""
WAIT_S = 30
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


def drag(start: tuple[int, int], end: tuple[int, int]) -> None:
    """Press at `start`, move in ten steps, let go at `end`."""
    (x0, y0), (x1, y1) = start, end
    xdo("mousemove", x0, y0)
    time.sleep(0.15)
    xdo("mousedown", 1)
    time.sleep(0.15)
    for step in range(1, 11):
        xdo("mousemove", round(x0 + (x1 - x0) * step / 10), round(y0 + (y1 - y0) * step / 10))
        time.sleep(STEP_S)
    time.sleep(0.25)
    xdo("mouseup", 1)
    time.sleep(0.6)


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
    """The window lives in this thread, the hand in another: a real drag runs an event loop of its own."""
    from PySide6.QtCore import QObject, Qt, Signal, Slot
    from PySide6.QtWidgets import QApplication

    from fleetdesigner.app import Program, application

    class Asker(QObject):
        """Runs a question of the hand in the window's thread, also while a drag holds it."""

        asked = Signal(object)

        @Slot(object)
        def answer(self, question: Question) -> None:
            try:
                question.answer = question.ask()
            except Exception as error:
                question.error = error
            question.done.set()

    application(["real_mouse"])
    # the toolkit's own dialog: the desktop's would not be under this X server
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    program = Program()
    program.window.resize(*SIZE)
    program.window.move(0, 0)
    program.start()
    asker = Asker()
    asker.asked.connect(asker.answer, Qt.ConnectionType.QueuedConnection)

    def ask(question: Callable[[], Any]) -> Any:
        """What `question` gives in the window's thread."""
        held = Question(question)
        asker.asked.emit(held)
        if not held.done.wait(WAIT_S):
            raise TimeoutError("the window does not answer")
        if held.error is not None:
            raise held.error
        return held.answer

    hand = Hand(program, ask, folder, saved)
    thread = threading.Thread(target=hand.run)
    thread.start()
    application(["real_mouse"]).exec()
    thread.join()
    program.close()
    return hand.code


class Question:
    """Something to run in the window's thread, and what came of it."""

    def __init__(self, ask: Callable[[], Any]) -> None:
        self.ask = ask
        self.answer: Any = None
        self.error: Exception | None = None
        self.done = threading.Event()


class Hand:
    """What the planner does, step by step, with a picture after each."""

    def __init__(
        self, program: Program, ask: Callable[[Callable[[], Any]], Any], folder: Path, saved: Path
    ) -> None:
        self.program, self.window, self.session = program, program.window, program.session
        self.ask, self.folder, self.saved = ask, folder, saved
        self.code = 1

    def run(self) -> None:
        """The journey; the window is closed at its end whatever happened."""
        from PySide6.QtWidgets import QApplication

        try:
            self.place_and_undo()
            self.save()
            self.code = self.compare()
        except Exception:
            self.picture("0-failed")
            traceback.print_exc()
        finally:
            self.ask(QApplication.quit)

    def settled(self) -> None:
        """Wait until what is on screen is what was asked for."""
        for _ in range(400):
            time.sleep(0.05)
            if self.ask(lambda: not self.session.busy and self.session.results is not None):
                time.sleep(0.2)
                return
        raise TimeoutError("the numbers never settled")

    def picture(self, name: str) -> None:
        """What is on the screen."""
        self.ask(lambda: self.window.screen().grabWindow(0).save(str(self.folder / f"{name}.png")))

    def card(self, rack_id: str) -> Spot:
        """Where a part's card is on the screen."""

        def find() -> Spot:
            view = self.window.palette_panel.view
            index = view.model().index(self.window.palette_panel.model.row_of(rack_id), 0)
            view.scrollTo(index)
            at = view.viewport().mapToGlobal(view.visualRect(index).center())
            return at.x(), at.y()

        spot: Spot = self.ask(find)
        return spot

    def cell(self, col: float, row: float) -> Spot:
        """Where a floor position is on the screen."""

        def find() -> Spot:
            frame = self.window.canvas.frame
            assert frame is not None, "the canvas does not show a hall"
            at = self.window.canvas.mapToGlobal(frame.cell_rect(col, row).center().toPoint())
            return at.x(), at.y()

        spot: Spot = self.ask(find)
        return spot

    def corner(self, block_id: str) -> Spot:
        """Where the lower right handle of a block is."""

        def find() -> Spot:
            frame = self.window.canvas.frame
            assert frame is not None
            block = next(one for one in self.session.design.blocks if one.id == block_id)
            box = frame.block_rect(block, self.session.catalog.rack(block.rack_id).positions)
            at = self.window.canvas.mapToGlobal(box.bottomRight().toPoint())
            return at.x(), at.y()

        spot: Spot = self.ask(find)
        return spot

    def newest(self, rack_id: str) -> Block:
        """The block of a kind that was placed last."""
        return [one for one in self.session.design.blocks if one.rack_id == rack_id][-1]

    def place_and_undo(self) -> None:
        """Drag, fill, move, undo three."""
        self.settled()
        self.ask(lambda: self.window.first_steps.finish())
        self.ask(lambda: self.window.canvas.show_hall("hall-1"))
        time.sleep(0.8)
        self.picture("1-first-start")
        start = self.session.base_design
        drag(self.card("gb300-nvl72"), self.cell(6, 0))
        assert len(self.session.design.blocks) == len(start.blocks) + 1, "the NVL72 did not land"
        self.picture("2-nvl72")
        drag(self.card("trn2-ultra"), self.cell(6, 1))
        self.picture("3-ultraserver")
        ultra = self.newest("trn2-ultra").id
        drag(self.corner(ultra), self.cell(6 + 9.4, 2))
        held = self.newest("trn2-ultra").systems
        self.settled()
        self.picture("4-array-of-ten")
        assert held == 10, f"the array holds {held} UltraServers, not ten"
        drag(self.cell(6, 0), self.cell(9, 0))
        assert self.newest("gb300-nvl72").col != 6, "the NVL72 did not move"
        self.settled()
        self.picture("5-moved")
        for _ in range(3):
            xdo("key", "ctrl+z")
            time.sleep(0.3)
        assert len(self.session.design.blocks) == len(start.blocks) + 1, "three undos leave the first drop"
        self.picture("6-undone")

    def save(self) -> None:
        """Ctrl+S, a name, Enter."""
        xdo("key", "ctrl+s")
        time.sleep(1.2)
        self.picture("7-save")
        xdo("key", "ctrl+a")
        xdo("type", "--delay", "5", str(self.saved))
        time.sleep(0.6)
        xdo("key", "Return")
        time.sleep(1.0)
        assert self.saved.is_file(), "the file was not saved"
        self.settled()
        self.picture("8-saved")

    def compare(self) -> int:
        """The command line on the saved file against the words in the window."""
        from fleetdesigner.units import month_text, text

        month = month_text(self.ask(lambda: self.session.month))
        done = subprocess.run(
            (sys.executable, "-m", "fleetdesigner", "evaluate", str(self.saved), "--month", month, *FORMAT),
            capture_output=True,
            text=True,
            check=True,
        )
        told = json.loads(done.stdout)["kpis"]
        shown = self.ask(
            lambda: [
                (tile.kpi_id, f"{tile.words.number} {tile.words.unit}".strip())
                for tile in self.window.kpi_strip.tiles
            ]
        )
        wrong = 0
        for kpi_id, words in shown:
            row = told[kpi_id]
            wanted = None if row["value"] is None else text(row["value"], row["unit"])
            same = wanted is None or "".join(words.split()).startswith("".join(wanted.split()))
            wrong += not same
            print(f"{'ok  ' if same else 'DIFF'} {kpi_id:<26} window {words:<28} evaluate {wanted}")
        print(f"{len(shown) - wrong} passed, {wrong} failed")
        return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp(prefix="real-mouse-"))))
