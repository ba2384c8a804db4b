"""Findings are listed worst first, lead to their object, and their remedies are one undo step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fleetdesigner.design.commands import ResizeBlock, SetFields
from fleetdesigner.design.scenarios import SetField
from fleetdesigner.engine.results import Finding, Remedy
from fleetdesigner.panels.findings.panel import FindingsPanel, counts
from fleetdesigner.session.session import Session

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
Show = Callable[..., Any]
Settle = Callable[[], None]


@pytest.fixture
def panel(session: Session, settle: Settle, show: Show) -> FindingsPanel:
    settle()
    made = FindingsPanel(session)
    show(made, 304, 500)
    return made


def messages(panel: FindingsPanel) -> list[str]:
    return [row.finding.message for row in panel.rows if row.isVisibleTo(panel)]


def test_a_limit_is_passed_and_a_remedy_takes_it_back(
    panel: FindingsPanel, session: Session, settle: Settle, qtbot: QtBot
) -> None:
    session.execute(SetFields.of("Lower", [("hall:hall-1", "it_limit_kw", 250.0)]))
    settle()
    first = panel.rows[0]
    assert first.finding.severity == "error"
    assert "limit 250 kW" in first.finding.message
    assert panel._head.words == "1 over limit"
    with qtbot.waitSignal(panel.go_to) as caught:
        QTest.mouseClick(first, Qt.MouseButton.LeftButton)
    assert caught.args == ["hall:hall-1"]
    assert first.is_open
    raised = next(card for card in first.unfolded().cards if card.remedy.label.startswith("Raise"))
    QTest.mouseClick(raised, Qt.MouseButton.LeftButton)
    assert raised.on
    before = session.design
    first.unfolded().apply.click()
    assert session.undo_label() == raised.remedy.label
    settle()
    assert not [row for row in panel.rows if row.finding.severity == "error"]
    session.undo()
    assert session.design == before
    settle()
    assert panel.rows[0].finding.severity == "error"


def test_rows_are_kept_while_the_figures_move(panel: FindingsPanel, session: Session, settle: Settle) -> None:
    session.execute(SetFields.of("Lower", [("hall:hall-1", "it_limit_kw", 250.0)]))
    settle()
    row, shown = panel.rows[0], panel.rows[0].finding.message
    panel._toggle(row)
    session.execute(ResizeBlock("h100-a", 5, 1))
    settle()
    assert panel.rows[0] is row
    assert row.is_open
    assert row.finding.message != shown


def test_keep_as_it_is_folds(panel: FindingsPanel) -> None:
    panel.show_findings((FIRST, SECOND))
    assert messages(panel) == ["Over", "Mind"]
    panel._keep(panel.rows[0])
    assert messages(panel) == ["Mind"]
    assert panel._list.fold.text() == "Kept as it is: 1, show"
    panel._list.fold.click()
    assert messages(panel) == ["Mind", "Over"]
    panel._keep(panel.rows[1])
    assert messages(panel) == ["Over", "Mind"]
    panel._keep(panel.rows[1])
    panel.show_findings((FIRST, Finding("error", "r2", "site:s", "Worse", "")))
    assert messages(panel) == ["Over", "Worse"], "what gets worse comes back"


FIRST = Finding("error", "hall_it", "hall:h", "Over", "By much", 24330, (Remedy("Less", "Fewer racks"),))
SECOND = Finding("warning", "r2", "site:s", "Mind", "")


def test_words(panel: FindingsPanel) -> None:
    assert counts((FIRST, SECOND)) == "1 over limit"
    assert counts(()) == "0 over limit"
    assert counts((Finding("error", "overlap", "block:b", "Two", ""),)) == "0 over limit, 1 more error"
    panel.show_findings(())
    assert panel._list.nothing.isVisibleTo(panel)
    panel.show_findings((FIRST, FIRST))
    assert len(panel.rows) == 2
    assert panel.rows[0].detail == "By much From 2027-06 on."
    panel._toggle(panel.rows[0])
    apply = panel.rows[0].unfolded().apply
    assert not apply.isVisibleTo(panel.rows[0]), "advice in words has nothing to apply"
    assert not panel.rows[0].apply_remedy()


def test_keys_open_and_close(panel: FindingsPanel, qtbot: QtBot) -> None:
    panel.show_findings((FIRST, SECOND))
    row = panel.rows[0]
    row.setFocus()
    QTest.keyClick(row, Qt.Key.Key_Return)
    assert row.is_open
    panel._toggle(panel.rows[1])
    assert not row.is_open
    panel._toggle(row)
    QTest.keyClick(row, Qt.Key.Key_Escape)
    assert not row.is_open


def test_two_rows_always_have_room(panel: FindingsPanel) -> None:
    assert panel.minimumHeight() >= 28 + 2 * 46


def test_the_list_ends_with_its_last_row(panel: FindingsPanel, session: Session, settle: Settle) -> None:
    limits = [("hall:hall-1", "it_limit_kw", 250.0), ("hall:hall-1", "air_kw", 200.0)]
    session.execute(SetFields.of("Lower", limits))
    settle()
    panel.resize(300, 120)
    body = panel._scroll.widget()
    assert body is not None
    last = panel.rows[-1]
    assert body.height() - last.geometry().bottom() < 24


def test_what_is_refilled_looks_like_a_fresh_panel(session: Session, settle: Settle, show: Show) -> None:
    settle()
    more = Remedy("More", "A larger hall", FIRST.remedies[0].edits)
    raised = Remedy("Raise", "", (SetField(ref="hall:hall-1", field="it_limit_kw", value="900"),))
    steps: tuple[tuple[Finding, ...], ...] = (
        (FIRST, SECOND),
        (replace(FIRST, message="Over by more", remedies=(raised, more)), SECOND),
        (replace(FIRST, severity="warning", remedies=(more,)), replace(SECOND, detail="Now with words")),
        (replace(SECOND, severity="info"), replace(FIRST, from_month=None, detail="", remedies=(raised,))),
        (SECOND,),
        (),
        (FIRST, SECOND),
    )
    panel = FindingsPanel(session)
    panel.show_findings(steps[0])
    window = show(panel, 304, 500)
    panel._toggle(panel.rows[0])
    for findings in steps[1:]:
        panel.show_findings(findings)
        fresh = FindingsPanel(session)
        fresh.show_findings(findings)
        other = show(fresh, 304, 500)
        for row, made in zip(panel.rows, fresh.rows, strict=True):
            if row.is_open:
                made.set_open(True)
        QApplication.processEvents()
        assert window.grab().toImage() == other.grab().toImage(), [one.message for one in findings]


class _Windows(QObject):
    """Counts windows that come on screen."""

    shown = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.shown += event.type() == QEvent.Type.Show and isinstance(watched, QWindow)
        return False


def test_no_row_or_card_is_a_window_on_its_way(panel: FindingsPanel) -> None:
    application = QGuiApplication.instance()
    assert application is not None
    windows = _Windows()
    application.installEventFilter(windows)
    panel.show_findings((FIRST, SECOND))
    panel._toggle(panel.rows[0])
    panel.show_findings((replace(FIRST, remedies=(Remedy("Fewer", "By two"), Remedy("More", ""))), SECOND))
    application.removeEventFilter(windows)
    assert windows.shown == 0


class _Asked(QObject):
    """Counts the widgets that are asked to lay themselves out again."""

    def __init__(self) -> None:
        super().__init__()
        self.kinds: set[str] = set()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.kinds.add(type(watched).__name__)
        return False


def test_other_words_lay_out_nothing_above_the_list(panel: FindingsPanel, settle: Settle) -> None:
    panel.show_findings((FIRST, SECOND))
    QApplication.processEvents()
    application = QGuiApplication.instance()
    assert application is not None
    asked = _Asked()
    application.installEventFilter(asked)
    third = Finding("info", "r3", "site:t", "Long words " * 12, "")
    panel.show_findings((replace(FIRST, message="Over by " + "very " * 20 + "much"), SECOND, third))
    QApplication.processEvents()
    application.removeEventFilter(asked)
    assert asked.kinds <= {"QScrollArea", "FindingsList"}
    tops = [row.geometry() for row in panel.rows]
    assert all(one.bottom() + 1 == two.top() for one, two in pairwise(tops))
    assert tops[0].height() > tops[1].height(), "longer words take more lines"


def test_unfolded_remedies_are_whole(panel: FindingsPanel) -> None:
    long = Remedy("A larger hall with a long name, so that it wraps", "And many words " * 12)
    panel.show_findings((replace(FIRST, remedies=(long, FIRST.remedies[0])), SECOND))
    panel._toggle(panel.rows[0])
    for _ in range(3):
        QApplication.processEvents()
    body = panel.rows[0].unfolded()
    column = body.layout()
    assert column is not None
    assert body.height() >= column.totalHeightForWidth(body.width())
    assert panel.rows[0].geometry().bottom() + 1 == panel.rows[1].geometry().top()
    assert panel.rows[0].accessibleDescription() == "By much From 2027-06 on."
