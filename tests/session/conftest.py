"""A session on the first example, and a way to wait for its numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from fleetdesigner.assets import resource
from fleetdesigner.catalog import load_catalog
from fleetdesigner.files.fleet_file import read_fleet
from fleetdesigner.session.session import Session

Settle = Callable[[], None]


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
