"""A real session on the first example, a way to wait for its numbers, and a way to put a panel on screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from fleetdesigner.assets import resource
from fleetdesigner.catalog.load import load_catalog
from fleetdesigner.files.fleet_file import read_fleet
from fleetdesigner.session.session import Session

Settle = Callable[[], None]
Show = Callable[..., QWidget]


@pytest.fixture
def session(qtbot: QtBot) -> Iterator[Session]:
    """The real catalog, the first example, the real worker."""
    made = Session(load_catalog(), read_fleet(resource("examples", "first-hall.fleet")))
    yield made
    made.close()


@pytest.fixture
def settle(qtbot: QtBot, session: Session) -> Settle:
    """Waits until what is on screen is what was asked for."""

    def wait() -> None:
        qtbot.waitUntil(lambda: not session.busy and session.results is not None, timeout=20_000)

    return wait


@pytest.fixture
def show(qtbot: QtBot) -> Show:
    """Puts a panel into a window of a size and shows it; gives the window."""
    held: list[QWidget] = []  # pytest-qt holds its widgets weakly

    def put(panel: QWidget, width: int = 304, height: int = 700) -> QWidget:
        window = QWidget()
        held.append(window)
        qtbot.addWidget(window)
        column = QVBoxLayout(window)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(panel)
        window.resize(width, height)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow, timeout=5_000)
        window.grab()
        return window

    return put
