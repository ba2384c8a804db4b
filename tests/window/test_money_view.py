"""The money view: values are the engine's, ways are applied and undone, reasons stand where figures lack."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from fleetdesigner.app import Program, wait_for_results
from fleetdesigner.assets import resource
from fleetdesigner.design.commands import SetAssumption, SetFields
from fleetdesigner.design.fleet import Lease, Own, Rent
from fleetdesigner.design.scenarios import Assumption
from fleetdesigner.engine.at_rest.one_more import binding_of
from fleetdesigner.engine.money.part_prices import part_prices
from fleetdesigner.engine.money.ways import FIGURES, compare_ways
from fleetdesigner.engine.money.years import TOTAL, cost_years
from fleetdesigner.engine.results import Results
from fleetdesigner.look.theme import set_theme
from fleetdesigner.panels.kpi.card import KpiCard
from fleetdesigner.panels.money.spans import SpanRow
from fleetdesigner.panels.money.ways import own_or_rent_words
from fleetdesigner.panels.money.worth import FEW
from fleetdesigner.units import signed, text
from fleetdesigner.window.main_window import MainWindow
from fleetdesigner.window.money_view import MoneyView
from fleetdesigner.window.new_design import new_document

Opened = Callable[..., MoneyView]
EXAMPLES = (
    "first-hall", "hybrid-migration", "nvlink-fusion", "project-rainier", "openai-2gw", "ultracluster-1m",
)  # fmt: skip


@pytest.fixture
def opened(window: MainWindow, qtbot: QtBot) -> Opened:
    """The view on an example, with all that comes when the hand rests."""

    def show(example: str = "first-hall", size: tuple[int, int] = (1366, 768)) -> MoneyView:
        if window.session.design.name != example:
            window.session.open(resource("examples", f"{example}.fleet"))
            wait_for_results(window.session)
        window.resize(*size)
        window.views.show_view("money")
        view = window.views.view("money")
        assert isinstance(view, MoneyView)
        rested(view, window, qtbot)
        return view

    return show


def rested(view: MoneyView, window: MainWindow, qtbot: QtBot) -> None:
    """Wait until all of the page is of what is on screen."""

    def done() -> bool:
        results = window.session.results
        return results is not None and not view.is_late and results.one_more is not None

    qtbot.waitUntil(done, timeout=30_000)


def newest(window: MainWindow) -> Results:
    results = window.session.results
    assert results is not None
    return results


def test_the_keys_of_the_views(window: MainWindow, qtbot: QtBot) -> None:
    QTest.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert window.views.shown == "money"
    QTest.keyClick(window.views.view("money"), Qt.Key.Key_Escape)
    assert window.views.shown == "design"


def test_ways_are_those_of_the_engine(opened: Opened, window: MainWindow) -> None:
    view = opened("hybrid-migration")
    results = newest(window)
    state = results.states[0]
    expected = compare_ways(state.design, state.catalog)
    assert view.right.ways.ways is not None
    for way in expected.ways:
        row = view.right.ways.row(way.id)
        for label, field in zip(row.figures, FIGURES, strict=True):
            value = getattr(way, field)
            if value is None:
                assert label.text() == "–"
                assert way.reason(field) in row.terms.text()
            elif field != "payback_months":
                assert label.text() in text(value, "usd") + text(value, "usd/h")
            else:
                assert label.text() == f"{value:.0f} months"
    assert view.right.ways.block.words.text() == own_or_rent_words(expected)
    reading = view.right.plot.reading
    assert reading is not None
    for trace, way in zip(reading.traces, expected.ways, strict=True):
        np.testing.assert_allclose(trace.values, way.cumulative_cash, rtol=1e-9)


def test_a_way_without_a_price_says_so(opened: Opened) -> None:
    view = opened("openai-2gw")
    rent = view.right.ways.row("rent")
    assert {label.text() for label in rent.figures} == {"–"}
    assert "no book rents" in rent.terms.text()
    assert not rent.terms.isHidden()
    tokens = view.right.ways.row("tokens")
    assert "training cannot be bought by the token" in tokens.terms.text()
    assert "no book rents" in view.right.ways.block.words.text()
    reading = view.right.plot.reading
    assert reading is not None
    assert {trace.name for trace in reading.traces if not trace.known} == {"Rent", "Buy tokens"}


def test_use_this_is_one_undo_step(opened: Opened, window: MainWindow, qtbot: QtBot) -> None:
    view = opened("hybrid-migration")
    session = window.session
    before = session.design
    asked = {phase.id: phase.ownership for phase in before.phases}
    assert len({held.kind for held in asked.values()}) > 1
    QTest.mouseClick(view.right.ways.row("own").use, Qt.MouseButton.LeftButton)
    assert all(isinstance(phase.ownership, Own) for phase in session.design.phases)
    rested(view, window, qtbot)
    # the plan is now that way: nothing is left to use, and its figures are the plan's
    ways = view.right.ways.ways
    assert ways is not None
    assert ways["own"].ownership == ()
    assert view.right.ways.row("own").use.isHidden()
    assert ways["planned"].npv_usd == pytest.approx(ways["own"].npv_usd)
    assert newest(window).kpi("npv_usd").value == pytest.approx(ways["own"].npv_usd)
    session.undo()
    assert session.design is before
    assert {phase.id: phase.ownership for phase in session.design.phases} == asked


def test_one_phase_alone_is_held_otherwise(opened: Opened, window: MainWindow, qtbot: QtBot) -> None:
    view = opened("hybrid-migration")
    session, block = window.session, view.right.ways
    later = next(
        phase for phase in session.design.phases
        if phase.ownership.kind == "own" and phase.service_month > session.design.first_month
    )  # fmt: skip
    block.phases.setCurrentIndex(block.phases.findData(later.id))
    block.phases.activated.emit(block.phases.currentIndex())
    rested(view, window, qtbot)
    state = newest(window).states[0]
    alone = compare_ways(state.design, state.catalog, (later.id,))
    assert block.ways is not None
    assert block.ways["lease"].npv_usd == pytest.approx(alone["lease"].npv_usd)
    QTest.mouseClick(block.row("lease").use, Qt.MouseButton.LeftButton)
    held = {phase.id: phase.ownership for phase in session.design.phases}
    assert isinstance(held[later.id], Lease)
    assert sum(isinstance(one, Lease) for one in held.values()) == 1
    assert later.name in (session.undo_label() or "")


def test_the_table_of_cost_is_the_engine_s(opened: Opened, window: MainWindow) -> None:
    view = opened("hybrid-migration", (1600, 900))
    results = newest(window)
    table = cost_years(results.states[0])
    rows = view.left.cost.table.rows
    assert [row.texts[0].strip() for row in rows] == [row.name for row in table.rows]
    assert rows[-1].texts[1] == text(table.row(TOTAL).total, "usd")
    assert table.row(TOTAL).total == pytest.approx(results.kpi("tco_usd").value)
    said = view.left.cost.excluded.text()
    for words in results.excluded:
        assert words.partition(": ")[2] in said
    assert "racks/" not in said
    assert "HGX H100" in said


def test_years_without_room_are_summed(opened: Opened, window: MainWindow) -> None:
    view = opened("openai-2gw", (1366, 768))
    table = cost_years(newest(window).states[0])
    shown = view.left.cost.table
    heads = [shown.horizontalHeaderItem(at) for at in range(4, shown.columnCount())]
    last = heads[-1]
    assert last is not None
    assert "–" in last.text()
    first = int(last.text()[:4])
    rest = sum(
        usd for year, usd in zip(table.years, table.row("servers").years, strict=True) if year >= first
    )
    servers = next(row for row in shown.rows if row.texts[0] == "Servers")
    assert servers.texts[-1] == text(rest, "usd")


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_a_line_of_cost_opens_what_it_rests_on(opened: Opened, window: MainWindow, qtbot: QtBot) -> None:
    view = opened("hybrid-migration")
    at = next(at for at, row in enumerate(view.left.cost.table.rows) if row.texts[0] == "Servers")
    view.left.cost.table.selectRow(at)
    card = next(one for one in view.findChildren(KpiCard) if one.isVisible())
    assert card.value.name == "Servers"
    assert any("price_usd" in one.ref for one in card.value.inputs)
    assert all(one.source for one in card.value.inputs)
    card.close()
    assert not view.left.cost.table.selectedItems()


def test_one_more_unit_is_worth_what_the_engine_says(opened: Opened, window: MainWindow) -> None:
    view = opened("hybrid-migration")
    results = newest(window)
    state, found = results.states[0], results.one_more
    assert found is not None
    block = view.right.worth
    assert [row.texts[:2] for row in block.table.rows] == [(one.name, one.unit) for one in found.worths[:FEW]]
    for row, one in zip(block.table.rows, found.worths, strict=False):
        assert one.npv_usd.value is not None
        assert row.texts[2] == signed(one.npv_usd.value, "usd")
    window.session.set_month(results.first_month + 3)
    first = binding_of(state, 3)[0]
    assert first.name in block.block.words.text()


def test_prices_are_those_of_the_month(opened: Opened, window: MainWindow) -> None:
    view = opened("hybrid-migration")
    results = newest(window)
    month = results.first_month + 40
    window.session.set_month(month)
    prices = part_prices(results.states[0], results.month_index(month))
    whole = view.right.prices.table.rows[-1]
    assert whole.texts[0] == "Whole fleet"
    assert whole.texts[1] == text(prices[-1].hour, "usd")
    assert prices[-1].hour == pytest.approx(results.kpi("usd_per_accelerator_hour", month).value)
    assert len(view.right.prices.table.rows) == len(prices)


def test_a_lever_moves_the_page(opened: Opened, window: MainWindow, qtbot: QtBot) -> None:
    view = opened("first-hall")
    before = view.left.worth.text(), [row.texts for row in view.left.cost.table.rows]
    way = view.right.ways.row("own").figures[0].text()
    window.session.execute(SetAssumption(Assumption(key="discount_rate", value=0.3)))
    wait_for_results(window.session)
    assert "30.0 %" in view.left.worth.text() + view.left.why.text()
    assert before[0] != view.left.worth.text()
    rested(view, window, qtbot)
    assert view.right.ways.row("own").figures[0].text() != way
    window.session.undo()
    wait_for_results(window.session)
    assert (view.left.worth.text(), [row.texts for row in view.left.cost.table.rows]) == before


def test_what_comes_at_rest_is_marked_as_late(opened: Opened, window: MainWindow, qtbot: QtBot) -> None:
    view = opened("first-hall")
    blocks = (view.right.ways.block, view.right.worth.block, view.right.spans.block)
    assert not any(block.is_late for block in blocks)
    ways = view.right.ways.row("own").figures[0].text()
    for step in range(6):  # the hand moves on: nothing that takes long is begun, what stood still stands
        window.session.execute(SetAssumption(Assumption(key="discount_rate", value=0.2 + step / 100)))
        qtbot.wait(40)
        assert view.right.ways.row("own").figures[0].text() == ways
    assert all(block.is_late for block in blocks)
    rested(view, window, qtbot)
    assert not any(block.is_late for block in blocks)
    assert view.right.ways.row("own").figures[0].text() != ways


def test_nothing_of_the_last_design_is_shown(opened: Opened, window: MainWindow, qtbot: QtBot) -> None:
    view = opened("hybrid-migration")
    ways = view.right.ways.ways
    window.session.open(resource("examples", "first-hall.fleet"))
    wait_for_results(window.session)
    assert view.right.ways.ways is None or view.right.ways.ways is not ways
    rested(view, window, qtbot)
    assert view.right.ways.ways is not None
    assert view.right.ways.ways["planned"].npv_usd == pytest.approx(newest(window).kpi("npv_usd").value)


def test_what_does_not_exist_is_said(opened: Opened, window: MainWindow) -> None:
    view = opened("first-hall")
    session = window.session
    free = [(f"workload:{work.id}", "value_usd_per_m_output", None) for work in session.design.workloads]
    rent = Rent(price_book_id="market-2026-11")
    rented = [(f"phase:{phase.id}", "ownership", rent) for phase in session.design.phases]
    session.execute(SetFields.of("Rent all, nobody pays", [*free, *rented]))
    wait_for_results(session)
    for name in ("irr", "payback_months", "payback_discounted_months"):
        value = newest(window).kpi(name)
        assert value.value is None
        assert f"{value.why}." in view.left.why.text()
    assert view.left.why.text().startswith("No IRR")
    assert view.left.worth.text().startswith("NPV −$")


def test_an_assumption_leads_to_its_row(opened: Opened, window: MainWindow, qtbot: QtBot) -> None:
    view = opened("hybrid-migration", (1600, 900))
    flips = newest(window).flips
    shown = [row.flip for row in view.right.spans.rows]
    turning = [flip for flip in flips if flip.turns_at is not None]
    assert shown[: len(turning)] == turning
    assert turning[0].words in view.right.spans.block.words.text()
    first = view.right.spans.rows[0]
    assert text(turning[0].turns_at, turning[0].unit) in first.turn.text()
    QTest.mouseClick(first, Qt.MouseButton.LeftButton)
    assert window.right.currentWidget() is window.assumptions
    assert window.assumptions.row(turning[0].ref).isVisible()


def dollars(window: MainWindow) -> str:
    return window.session.design.dollars


def test_nominal_and_real_are_one_undo_step(opened: Opened, window: MainWindow, qtbot: QtBot) -> None:
    view = opened("first-hall")
    QTest.mouseClick(view.dollars.button("real"), Qt.MouseButton.LeftButton)
    assert dollars(window) == "real"
    wait_for_results(window.session)
    assert view.dollars.key == "real"
    assert f"dollars of {window.session.design.money_year}" in view.subtitle.text()
    window.session.undo()
    wait_for_results(window.session)
    assert dollars(window) == "nominal"
    assert view.dollars.key == "nominal"


def test_an_empty_design_says_what_fills_the_page(window: MainWindow) -> None:
    window.session.new(new_document(window.session.catalog))
    wait_for_results(window.session)
    window.views.show_view("money")
    view = window.views.view("money")
    assert isinstance(view, MoneyView)
    assert view.stack.currentWidget() is view.empty


def test_tab_walks_the_page_from_above(opened: Opened) -> None:
    view = opened("hybrid-migration", (1600, 900))
    ways, spans = view.right.ways, view.right.spans
    order: list[QWidget] = []
    at = view.right.nextInFocusChain()
    while at is not None and at is not view.right:
        order.append(at)
        at = at.nextInFocusChain()
    row = next(one for one in order if isinstance(one, SpanRow))
    walked = [ways.phases, ways.row("own").use, ways.row("rent").use, row, spans.more]
    assert sorted(walked, key=order.index) == walked
    # and before all that stands outside of the page
    outside = next(i for i, one in enumerate(order) if not view.isAncestorOf(one))
    assert order.index(spans.more) < outside


@pytest.mark.parametrize("example", EXAMPLES)
def test_no_text_is_cut(opened: Opened, qtbot: QtBot, qapp: QApplication, example: str) -> None:
    for size in ((1366, 768), (1600, 900)):
        view = opened(example, size)
        qapp.processEvents()
        # rows of another height are laid out over some turns of the event loop
        qtbot.waitUntil(partial(nothing_cut, view), timeout=3_000)


def nothing_cut(view: MoneyView) -> bool:
    return cut(view) == []


def cut(view: MoneyView) -> list[str]:
    """Labels on the page that are narrower or lower than their words, and cells of its tables."""
    found = []
    for label in view.findChildren(QLabel):
        if label.isVisible() and label.text() and "Elided" not in type(label).__name__:
            wide = QFontMetrics(label.font()).horizontalAdvance(label.text())
            low = label.wordWrap() and label.height() < label.heightForWidth(label.width())
            if low or (not label.wordWrap() and label.width() < wide):
                found.append(label.text())
    for table in (view.left.cost.table, view.right.prices.table, view.right.worth.table):
        for row in range(table.rowCount()):
            for column in range(table.columnCount()):
                item = table.item(row, column)
                if item is not None:
                    room = table.columnWidth(column) - (22 if column == 0 else 8)
                    if QFontMetrics(item.font()).horizontalAdvance(item.text()) > room:
                        found.append(item.text())
    return found


def test_light_and_dark_say_the_same(opened: Opened, program: Program) -> None:
    view = opened("first-hall")
    words = view.left.worth.text(), view.right.ways.block.words.text()
    set_theme("dark")
    assert (view.left.worth.text(), view.right.ways.block.words.text()) == words
