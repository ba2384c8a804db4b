"""A line of words that paints only what became another word looks as one that paints all."""

from __future__ import annotations

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from fleetdesigner.charts.runs import RunsLine
from fleetdesigner.charts.spec import Sentence

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
STEPS: tuple[Sentence, ...] = (
    (("Facility power ", False), ("1.23 MW", True), (" of 2 MW, over from ", False), ("2031-06", True)),
    (("Facility power ", False), ("1.24 MW", True), (" of 2 MW, over from ", False), ("2031-06", True)),
    (("Facility power ", False), ("1.24 MW", True)),
    (("Facility power ", False), ("1.24 MW", True), (" of much more than there is room for here", False)),
    (("Facility power ", False), ("1.24 MW", True), (" of much more than there is room for now", False)),
    (("Facility power ", True), ("j", False)),
    (),
    (("Facility power ", True), ("j", False)),
)


@pytest.mark.parametrize("right", [False, True])
def test_what_changes_looks_like_a_fresh_line(qtbot: QtBot, right: bool) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(260, 60)
    line = RunsLine(align_right=right, parent=host)
    line.setGeometry(0, 0, 260, 16)
    host.show()
    for runs in STEPS:
        line.set_runs(runs)
        QTest.qWait(12)
        shown = host.screen().grabWindow(host.winId()).toImage().copy(line.geometry())
        fresh = RunsLine(align_right=right)
        qtbot.addWidget(fresh)
        fresh.resize(line.size())
        fresh.set_runs(runs)
        assert shown == fresh.grab().toImage().convertToFormat(shown.format()), runs
        assert line.toolTip() == fresh.toolTip() == (line.text if line.words_width() > 260 else "")
