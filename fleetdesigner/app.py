"""The one place that builds and connects everything: catalog, session, window."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer
from PySide6.QtGui import QPixmapCache
from PySide6.QtWidgets import QApplication

from fleetdesigner import __version__
from fleetdesigner.catalog.errors import CatalogError
from fleetdesigner.catalog.load import load_catalog
from fleetdesigner.design.model import Document
from fleetdesigner.files.errors import FileError
from fleetdesigner.files.fleet_file import read_fleet
from fleetdesigner.files.recovery import list_recoveries
from fleetdesigner.look import style
from fleetdesigner.look.theme import set_theme
from fleetdesigner.session.autosave import Autosave
from fleetdesigner.session.session import Session
from fleetdesigner.window.examples import example_paths
from fleetdesigner.window.main_window import MainWindow
from fleetdesigner.window.new_design import new_document
from fleetdesigner.window.recovery_flow import offer_recovery
from fleetdesigner.window.settings import Settings

PIXMAP_CACHE_KB = 131_072
"""A dozen graphs with cached axes on a large screen need more than Qt's 10 MB, else each is drawn anew."""


def application(arguments: Sequence[str]) -> QApplication:
    """The Qt application, dressed."""
    held = QApplication.instance()
    made = held if isinstance(held, QApplication) else QApplication(list(arguments))
    QCoreApplication.setApplicationName("Fleet Designer")
    QCoreApplication.setApplicationVersion(__version__)
    QPixmapCache.setCacheLimit(PIXMAP_CACHE_KB)
    # the worker makes few, long numpy calls; a short switch interval keeps the hand smooth beside them
    sys.setswitchinterval(0.0005)
    if not isinstance(held, QApplication) or not held.property("dressed"):
        style.apply(made)
        made.setProperty("dressed", True)
    return made


class Program:
    """Catalog, session, autosave and window of one run."""

    def __init__(self, settings: Settings | None = None, opened: tuple[Document, Path] | None = None) -> None:
        """On the document of a file that was read, else on the first example.

        Raises CatalogError when the document names entries or figures that do not exist.
        """
        self.settings = settings or Settings()
        self.catalog = load_catalog()
        with contextlib.suppress(ValueError):
            set_theme(self.settings.text("theme", "system"))
        first = example_paths()[0]
        document, path = opened or (read_fleet(first), first)
        self.session = Session(self.catalog, document, path)
        self.autosave = Autosave(self.session)
        with style.dressed_at_the_end(application([])):
            self.window = MainWindow(self.session, self.settings, lambda: new_document(self.catalog))
        self.window.files.take_up(path)
        self._restore_sizes()

    def _restore_sizes(self) -> None:
        size = self.settings.numbers("window")
        screen = self.window.screen().availableGeometry()
        if len(size) == 2:
            self.window.resize(*size)
        else:
            self.window.resize(min(1600, screen.width()), min(900, screen.height()))
        self.window.fit_splitters(self.settings.numbers("across"), self.settings.numbers("middle"))

    def start(self) -> None:
        """Show the window, over an example with the first steps once, and offer what a crash left."""
        self.window.show()
        if self.window.files.example and not self.settings.get("first_steps_done", False):
            QTimer.singleShot(0, self.window, self.window.show_first_steps)
        copies = list_recoveries()
        if copies:
            QTimer.singleShot(0, self.window, lambda: offer_recovery(self.window, copies))

    def close(self) -> None:
        """Stop the threads."""
        self.autosave.close()
        self.session.close()


def main(arguments: Sequence[str]) -> int:
    """Open the window on a file or on the first example; returns the exit code."""
    files = [Path(one) for one in arguments]
    if len(files) > 1:
        sys.stderr.write("fleetdesigner: one file at a time; open the others from the window\n")
        return 2
    try:
        # a bad file is told before a window opens
        opened = (read_fleet(files[0]), files[0]) if files else None
        if not _has_screen():
            sys.stderr.write(
                "fleetdesigner: there is no screen to open a window on; "
                "evaluate, predict, catalog and --self-test work without one\n"
            )
            return 2
        qt = application(["fleetdesigner", *arguments])
        program = Program(opened=opened)
    except (FileError, CatalogError) as error:
        sys.stderr.write(f"fleetdesigner: {error}\n")
        return 2
    # what lives as long as the program need not be looked through again and again
    gc.freeze()
    program.start()
    code = qt.exec()
    program.close()
    return code


def _has_screen() -> bool:
    """Whether Qt has something to draw on; without it Qt ends the process."""
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def wait_for_results(session: Session, limit_ms: int = 60_000) -> None:
    """Run the event loop until what is on screen is what was asked for. Raises TimeoutError."""
    loop = QEventLoop()
    timer = QTimer(singleShot=True, interval=limit_ms)
    timer.timeout.connect(loop.quit)
    session.busy_changed.connect(lambda busy: None if busy else loop.quit())
    timer.start()
    if session.busy:
        loop.exec()
    if session.busy:
        raise TimeoutError(f"no results within {limit_ms / 1000:g} s")


def self_test() -> int:
    """Open every example offscreen: drop, move a lever, undo, save, read back. Returns the exit code."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application(["fleetdesigner"])
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        program = Program(Settings(Path(folder) / "settings.json"))
        program.window.show()
        for path in example_paths():
            fault = _try_example(program, path, Path(folder))
            sys.stdout.write(f"{path.stem:<18} {fault or 'ok'}\n")
            failures += bool(fault)
        program.close()
        program.window.deleteLater()
    sys.stdout.write(f"{len(example_paths()) - failures} passed, {failures} failed\n")
    return 1 if failures else 0


def _try_example(program: Program, path: Path, folder: Path) -> str:
    """What went wrong, in words; empty when all went well."""
    session, window = program.session, program.window
    session.open(path)
    wait_for_results(session)
    start = session.base_design
    if session.results is None:
        return "no results"
    window.canvas.show_hall(start.halls[0].id)
    window.canvas.add_rack(start.blocks[0].rack_id)
    dropped = session.base_design is not start
    if dropped:
        wait_for_results(session)
    before_lever = session.base_design
    window.levers.nudge_first()
    wait_for_results(session)
    if session.base_design is before_lever:
        return "the first lever moves nothing"
    while session.undo_label():
        session.undo()
    wait_for_results(session)
    if session.base_design != start:
        return "undo did not come back to the start"
    target = folder / path.name
    session.save(target)
    if read_fleet(target).design != start:
        return "the saved file does not read back equal"
    return ""
