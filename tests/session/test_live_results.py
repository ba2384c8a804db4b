"""The one worker outlives what fails while the hand rests."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from fleetdesigner.design.commands import SetFields
from fleetdesigner.design.edits import set_field
from fleetdesigner.session import live_results
from fleetdesigner.session.session import Session
from tests.session.conftest import Settle


def priced(value: float) -> SetFields:
    field = "tariff.energy_usd_per_kwh.value"
    return SetFields("Set the power price", (set_field("site:columbus", field, value),))


def test_numbers_follow_again_after_evidence_failed(
    qtbot: QtBot, session: Session, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ArithmeticError("out of range\nsecond line")

    settle()
    said: list[str] = []
    session.refused.connect(said.append)
    monkeypatch.setattr(live_results, "at_rest", broken)
    session.execute(priced(0.2))
    qtbot.waitUntil(lambda: bool(said), timeout=20_000)
    assert said[0] == "The engine failed at broken: out of range. Undo the last change and report it."
    monkeypatch.undo()
    before = session.results
    session.undo()
    qtbot.waitUntil(lambda: session.results is not before and not session.busy, timeout=20_000)
