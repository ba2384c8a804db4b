"""The status line's tooltip says what one more unit is worth."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from fleetdesigner.assets import resource
from fleetdesigner.catalog import load_catalog
from fleetdesigner.files.fleet_file import read_fleet
from fleetdesigner.session.session import Session
from fleetdesigner.window.status_line import StatusLine


def test_what_one_more_is_worth_stands_behind_what_binds(qtbot: QtBot) -> None:
    session = Session(load_catalog(), read_fleet(resource("examples", "first-hall.fleet")))
    line = StatusLine(session)
    qtbot.addWidget(line)
    assert line.left.toolTip() == ""

    def rested() -> bool:
        return session.results is not None and session.results.one_more is not None

    qtbot.waitUntil(rested, timeout=30_000)
    words = line.left.toolTip().splitlines()
    assert words[0] == "One more is worth"
    assert words[1].startswith("H100 +1 system: +$")
    assert words[-1].startswith("More grid power would stand unused")
    session.close()
