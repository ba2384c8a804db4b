"""What the money view asks for beside the results: given up at once when the hand moves."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from fleetdesigner.design.commands import SetFields
from fleetdesigner.engine.remembered import GivenUp, still_wanted
from fleetdesigner.session import live_money
from fleetdesigner.session.live_money import MoneyLook, MoneyShown
from fleetdesigner.session.session import Session


def test_a_change_takes_the_interpreter_back_before_its_results_are_there(
    qtbot: QtBot, session: Session, settle: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[MoneyShown] = []
    given_up: list[MoneyShown] = []

    def long(asked: MoneyShown) -> MoneyShown:
        begun.append(asked)
        if len(begun) > 1:
            return asked
        try:
            while True:
                still_wanted()
                time.sleep(0.001)
        except GivenUp:
            given_up.append(asked)
            raise

    monkeypatch.setattr(live_money, "_ways", long)
    settle()
    first = session.results
    session.look_at_money(MoneyLook())
    qtbot.waitUntil(lambda: bool(begun))
    session.execute(SetFields.of("x", [("site:" + session.design.sites[0].id, "name", "Here")]))
    # the event loop has not run: no results have come
    deadline = time.monotonic() + 5.0
    while not given_up and time.monotonic() < deadline:
        time.sleep(0.001)
    assert given_up
    assert session.results is first
    with qtbot.waitSignal(session.money_changed, timeout=20_000):
        pass
    assert begun[-1].results is session.results
