"""Together or apart in the throughput view: rows, marks, sentences, what follows the pool, no text cut."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from fleetdesigner.app import Program, wait_for_results
from fleetdesigner.assets import resource
from fleetdesigner.design.commands import SetFields
from fleetdesigner.window.throughput_view import ThroughputView

Opened = Callable[[str, str, str], ThroughputView]


@pytest.fixture
def opened(program: Program, qtbot: QtBot) -> Opened:
    """Opens an example's pool and workload at the size of a small laptop, and waits for the searches."""

    def show(example: str, pool: str, work: str) -> ThroughputView:
        window = program.window
        if window.session.design.name != example:
            window.session.open(resource("examples", f"{example}.fleet"))
            wait_for_results(window.session)
        window.resize(1366, 768)
        window.views.show_throughput(pool, work)
        view = window.views.view("throughput")
        assert isinstance(view, ThroughputView)

        def done() -> bool:
            shown = view.shown
            return (
                shown is not None
                and not window.session.look_busy
                and shown.look == view.look
                and not shown.pending
            )

        qtbot.waitUntil(done, timeout=20_000)
        return view

    return show


def wait_until_one_domain(view: ThroughputView, program: Program, qtbot: QtBot) -> None:
    """After the edit: until the one domain is what is shown."""
    session = program.window.session

    def done() -> bool:
        shown = view.shown
        return (
            shown is not None
            and shown.pool.one_domain_what_if
            and not session.look_busy
            and not shown.pending
        )

    qtbot.waitUntil(done, timeout=20_000)


def test_a_mixed_pool_shows_four_modes_and_the_what_if(opened: Opened, qapp: QApplication) -> None:
    block = opened("nvlink-fusion", "mixed", "run").side.together
    assert not block.isHidden()
    assert [row.texts[0] for row in block.table.rows] == [
        "Separate jobs", "Fastest alone", "Data parallel", "Pipeline", "One domain, what-if",
    ]  # fmt: skip
    assert [row.texts[0] for row in block.table.rows if row.strong] == ["Pipeline"]
    assert block.table.rows[2].texts[2].startswith("−")
    assert "layers VR NVL72" in block.block.words.text()
    assert "the best, here pipeline" in block.block.note.text()
    assert not block.block.mark.isHidden()
    assert "400 GB/s" in block.block.note.text()
    assert "no source says" in block.block.note.text()
    serving = opened("nvlink-fusion", "mixed", "assistant").side.together
    assert [row.texts[0] for row in serving.table.rows][1:] == ["Prefill on VR NVL72", "Prefill on Trn4 MGX"]
    assert "limit: bridge" in serving.block.words.text()


def test_one_kind_shows_its_split_and_one_job_shows_nothing(opened: Opened) -> None:
    block = opened("hybrid-migration", "trn3", "moe").side.together
    assert [row.texts[0] for row in block.table.rows] == ["Both on each chip", "Split"]
    assert block.table.rows[1].texts[2].startswith("+")
    assert opened("hybrid-migration", "trn3", "domain").side.together.isHidden()
    empty = opened("hybrid-migration", "h100", "dense").side.together
    assert empty.block.words.text() == "No chips are in service in this month."
    assert empty.table.isHidden()


@pytest.mark.parametrize(
    ("example", "pool"), [("nvlink-fusion", "mixed"), ("hybrid-migration", "h100-serve")]
)
def test_no_text_is_cut(
    opened: Opened, qtbot: QtBot, qapp: QApplication, program: Program, example: str, pool: str
) -> None:
    works = ("run", "assistant") if pool == "mixed" else ("dense", "moe", "agents", "domain")
    for work in works:
        view = opened(example, pool, work)
        if pool == "mixed":
            # the longest words: every way a what-if
            command = SetFields.of("x", (("pool:mixed", "one_domain_what_if", True),))
            program.window.session.execute(command)
            wait_until_one_domain(view, program, qtbot)
            joint = [row for row in view.side.together.table.rows if row.texts[0] != "Fastest alone"][1:]
            assert all(row.texts[0].endswith(", what-if") for row in joint)
        qapp.processEvents()
        table = view.side.together.table
        for row in range(table.rowCount()):
            for column in range(table.columnCount()):
                item = table.item(row, column)
                assert item is not None
                wide = QFontMetrics(item.font()).horizontalAdvance(item.text())
                assert wide <= table.columnWidth(column) - 8, item.text()
        # rows of another height are laid out over some turns of the event loop
        qtbot.waitUntil(partial(nothing_cut, view), timeout=3_000)


def nothing_cut(view: ThroughputView) -> bool:
    return cut_labels(view) == []


def cut_labels(view: ThroughputView) -> list[str]:
    """Labels of the section on screen that are narrower or lower than their words."""
    cut = []
    for label in view.side.together.findChildren(QLabel):
        if label.isVisible() and label.text():
            wide = QFontMetrics(label.font()).horizontalAdvance(label.text())
            fits = label.height() >= label.heightForWidth(label.width())
            if not (fits if label.wordWrap() else label.width() >= wide):
                cut.append(label.text())
    return cut
