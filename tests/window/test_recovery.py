"""After a crash: what Restore brings back, and that Save then goes over nothing it should not."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from fleetdesigner.files.fleet_file import read_fleet, write_fleet
from fleetdesigner.files.recovery import Recovery
from fleetdesigner.window.examples import example_paths, is_example
from fleetdesigner.window.main_window import MainWindow
from fleetdesigner.window.recovery_flow import offer_recovery


def restore(window: MainWindow, base: Path | None, sha256: str | None, copy: Path) -> None:
    kept = Recovery(copy, read_fleet(example_paths()[0]), base, sha256, 1_700_000_000.0)
    box = offer_recovery(window, (kept,))
    button: QPushButton = next(one for one in box.findChildren(QPushButton) if "Restore" in one.text())
    button.click()


@pytest.mark.parametrize("what", ["an example", "a file that has changed since", "a new design"])
def test_that_save_asks_for_a_name_after_restoring(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot, what: str
) -> None:
    mine = tmp_path / "mine.fleet"
    write_fleet(mine, read_fleet(example_paths()[0]))
    base = {"an example": example_paths()[0], "a new design": None}.get(what, mine)
    before = {path: path.read_bytes() for path in (*example_paths(), mine)}
    asked: list[str] = []

    def choose(start: str, filters: str) -> str:
        asked.append(start)
        return ""

    monkeypatch.setattr(window.files, "choose_save", choose)
    restore(window, base, "0" * 64, tmp_path / "copy.fleet")
    qtbot.waitUntil(lambda: window.session.dirty, timeout=5_000)
    window.menus.actions["save"].trigger()
    assert len(asked) == 1
    assert {path: path.read_bytes() for path in before} == before


def test_that_an_example_opened_as_a_file_is_still_an_example(window: MainWindow, tmp_path: Path) -> None:
    assert window.files.open(example_paths()[1], guard=False)
    assert window.files.example
    assert is_example(example_paths()[1])
    assert not is_example(tmp_path / "first-hall.fleet")
