"""Garbage is collected in the window's thread, never in the engine's."""

from __future__ import annotations

import gc
import threading

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from fleetdesigner.design.commands import MoveLever
from fleetdesigner.session.collecting import YOUNG, Collecting
from fleetdesigner.session.session import Session
from tests.session.conftest import Settle


def test_that_no_collection_runs_in_the_engine(session: Session, settle: Settle, qtbot: QtBot) -> None:
    threads: set[str] = set()

    def seen(phase: str, info: object) -> None:
        threads.add(threading.current_thread().name)

    settle()
    gc.callbacks.append(seen)
    try:
        for index in range(40):
            session.execute(MoveLever("l-power-price", 0.05 + index * 0.001))
            settle()
        qtbot.wait(900)
    finally:
        gc.callbacks.remove(seen)
    assert not any(name.startswith("fleetdesigner") for name in threads)


def test_that_a_cycle_of_widgets_goes_and_python_collects_again_after_the_last(qtbot: QtBot) -> None:
    was = gc.isenabled()
    first, second = Collecting(), Collecting()
    assert not gc.isenabled()
    gone: list[str] = []
    widget = QWidget()
    widget.destroyed.connect(lambda: gone.append("gone"))
    setattr(widget, "itself", widget)  # noqa: B010
    del widget
    kept = [[index] for index in range(2 * YOUNG)]
    qtbot.waitUntil(lambda: gone == ["gone"], timeout=5_000)
    assert kept
    first.close()
    first.close()
    assert not gc.isenabled()
    second.close()
    assert gc.isenabled() is was
