"""The whole program, offscreen, with its own home and dialogs that tests answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from fleetdesigner.app import Program, application
from fleetdesigner.look.theme import set_theme
from fleetdesigner.window.main_window import MainWindow
from fleetdesigner.window.settings import Settings

Settle = Callable[[], None]


@pytest.fixture
def program(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Program]:
    """As on a first start, at the size of a common laptop."""
    application(["tests"])
    settings = Settings(tmp_path / "settings.json")
    settings.set("first_steps_done", True)
    settings.set("theme", "light")
    made = Program(settings)
    qtbot.addWidget(made.window, before_close_func=lambda _: made.close())
    made.window.resize(1600, 900)
    made.start()
    qtbot.waitExposed(made.window)
    # closing at the end of a test asks; a test that is about the guard answers for itself
    monkeypatch.setattr(made.window.files, "ask_keep", lambda: QMessageBox.StandardButton.Discard)
    yield made
    set_theme("light")


@pytest.fixture
def window(program: Program) -> MainWindow:
    """The window of the program."""
    return program.window


@pytest.fixture
def settle(qtbot: QtBot, program: Program) -> Settle:
    """Waits until what is on screen is what was asked for."""

    def wait() -> None:
        qtbot.waitUntil(
            lambda: not program.session.busy and program.session.results is not None, timeout=20_000
        )

    return wait
