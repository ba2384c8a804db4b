"""Levers move the design live, in one undo step a drag, and come back to the baseline."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from fleetdesigner.design.addresses import field_value, find
from fleetdesigner.design.commands import AddLever, Delete, RemoveLever, SetFields
from fleetdesigner.design.scenarios import Address, Lever, Override, SwapLever
from fleetdesigner.panels.levers.choices import lever_choices
from fleetdesigner.panels.levers.panel import LeversPanel
from fleetdesigner.panels.levers.row import LeverRow
from fleetdesigner.panels.levers.slider import HANDLE, LeverSlider
from fleetdesigner.panels.levers.target import baseline_value, evidence_span, lever_spec, lever_value
from fleetdesigner.session.session import Session
from tests.panels.docks import cut_words, live, settle, shown

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

PRICE = ("site:columbus", "tariff.energy_usd_per_kwh.value")


def price(session: Session) -> object:
    return field_value(session.design, *PRICE)


def row_of(panel: LeversPanel, words: str) -> LeverRow:
    return next(row for row in panel.rows if words in row.spec.label)


def drag(slider: LeverSlider, to: float) -> None:
    """Press the handle, move it in three moves to a value, let go."""
    assert slider.value is not None
    start, end = slider.x_of(slider.value), slider.x_of(to)
    middle = slider.height() / 2
    for kind, x, button in (
        (QMouseEvent.Type.MouseButtonPress, start, Qt.MouseButton.LeftButton),
        (QMouseEvent.Type.MouseMove, (2 * start + end) / 3, Qt.MouseButton.NoButton),
        (QMouseEvent.Type.MouseMove, (start + 2 * end) / 3, Qt.MouseButton.NoButton),
        (QMouseEvent.Type.MouseMove, end, Qt.MouseButton.NoButton),
        (QMouseEvent.Type.MouseButtonRelease, end, Qt.MouseButton.LeftButton),
    ):
        place = QPointF(x, middle)
        pressed = Qt.MouseButton.LeftButton if "Release" not in kind.name else Qt.MouseButton.NoButton
        event = QMouseEvent(kind, place, place, button, pressed, Qt.KeyboardModifier.NoModifier)
        {
            QMouseEvent.Type.MouseButtonPress: slider.mousePressEvent,
            QMouseEvent.Type.MouseMove: slider.mouseMoveEvent,
            QMouseEvent.Type.MouseButtonRelease: slider.mouseReleaseEvent,
        }[kind](event)


def test_a_drag_moves_the_design_at_each_move_and_is_one_undo_step(qtbot: QtBot) -> None:
    with live(qtbot) as session:
        panel = LeversPanel(session)
        before = price(session)
        seen: list[object] = []
        held: list[bool] = []
        session.design_changed.connect(lambda old, new: seen.append(field_value(new, *PRICE)))
        panel.held.connect(held.append)
        with shown(panel):
            drag(panel.rows[0].slider, 0.2)
            assert price(session) == pytest.approx(0.2, abs=0.005)
            assert len(seen) == 3
            assert held == [True, False]
            drag(panel.rows[0].slider, 0.1)
        session.undo()
        assert price(session) == pytest.approx(0.2, abs=0.005), "two drags are two steps"
        session.undo()
        assert price(session) == before


def test_results_follow_the_lever(qtbot: QtBot) -> None:
    with live(qtbot) as session:
        panel = LeversPanel(session)
        before = session.results.kpi("opex_usd_per_month").value if session.results else None
        panel.rows[0].move_to(0.2)
        settle(qtbot, session)
        after = session.results.kpi("opex_usd_per_month").value if session.results else None
        assert before is not None
        assert after is not None
        assert after > before


def test_slider_snaps_to_steps_and_keeps_inside_its_ends(qtbot: QtBot) -> None:
    slider = LeverSlider(0.0, 10.0, 0.5)
    qtbot.addWidget(slider)
    slider.resize(214, 24)
    assert slider.value_at(-50) == 0.0
    assert slider.value_at(900) == 10.0
    assert slider.value_at(slider.x_of(3.6)) == 3.5
    assert slider.value_at(slider.x_of(3.6), fine=True) == pytest.approx(3.6, abs=0.03)
    assert slider.x_of(99) == 214 - HANDLE / 2


def test_logarithmic_slider_gives_each_decade_the_same_room(qtbot: QtBot) -> None:
    slider = LeverSlider(1.0, 100.0, 1.0, logarithmic=True)
    qtbot.addWidget(slider)
    slider.resize(214, 24)
    assert slider.x_of(10) == pytest.approx(107)


@pytest.mark.parametrize(
    ("key", "held", "steps"),
    [
        (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier, 1.0),
        (Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier, 10.0),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier, -0.1),
        (Qt.Key.Key_PageDown, Qt.KeyboardModifier.NoModifier, -10.0),
    ],
)
def test_keys_ask_for_steps(qtbot: QtBot, key: Qt.Key, held: Qt.KeyboardModifier, steps: float) -> None:
    slider = LeverSlider(0.0, 10.0, 0.5)
    qtbot.addWidget(slider)
    asked: list[float] = []
    slider.stepped.connect(asked.append)
    QTest.keyClick(slider, key, held)
    assert asked == [steps]


def test_home_and_end_go_to_the_ends(qtbot: QtBot) -> None:
    slider = LeverSlider(2.0, 10.0, 0.5)
    qtbot.addWidget(slider)
    asked: list[float] = []
    slider.wanted.connect(asked.append)
    QTest.keyClick(slider, Qt.Key.Key_End)
    QTest.keyClick(slider, Qt.Key.Key_Home)
    assert asked == [10.0, 2.0]


def test_double_click_goes_back_to_the_baseline(qtbot: QtBot) -> None:
    with live(qtbot) as session:
        panel = LeversPanel(session)
        before, row = price(session), panel.rows[0]
        with shown(panel):
            row.move_to(0.22)
            middle = QPoint(int(row.slider.x_of(0.22)), row.slider.height() // 2)
            QTest.mouseDClick(row.slider, Qt.MouseButton.LeftButton, pos=middle)
            assert price(session) == before


@pytest.mark.parametrize(
    ("words", "typed", "value"),
    [("Demand", "0.3M", 300_000.0), ("Price", "$1.5M", 1_500_000.0), ("capital", "12 %", 0.12)],
)
def test_typed_values_are_taken(qtbot: QtBot, words: str, typed: str, value: float) -> None:
    with live(qtbot) as session:
        panel = LeversPanel(session)
        row = row_of(panel, words)
        row.line.setText(typed)
        row.line.setModified(True)
        row.take()
        assert row.fault == ""
        assert lever_value(session.design, session.catalog, row.lever) == pytest.approx(value)


@pytest.mark.parametrize(
    ("words", "typed", "fault"),
    [
        ("Power price", "cheap", "must be a number"),
        ("Power price", "-0.1", "must be 0 or more"),
        ("Price of", "1e15", "or less"),
    ],
)
def test_a_wrong_value_stays_in_the_field_with_the_reason(
    qtbot: QtBot, words: str, typed: str, fault: str
) -> None:
    with live(qtbot) as session:
        panel = LeversPanel(session)
        before, row = session.design, row_of(panel, words)
        row.line.setText(typed)
        row.line.setModified(True)
        row.take()
        assert fault in row.fault
        assert "tariff" not in row.fault, "a path of the file is no word for the room"
        assert row.line.text() == typed
        assert session.design is before


def test_reset_brings_all_levers_back_in_one_step(qtbot: QtBot) -> None:
    with live(qtbot) as session:
        panel = LeversPanel(session)
        start = session.design
        for row in panel.rows:
            row.step(10)
            session.seal()
        moved = session.design
        assert moved.overrides
        assert moved.assumptions
        panel.reset_levers()
        assert session.design == start
        assert session.undo_label() == "Reset levers"
        session.undo()
        assert session.design == moved


def test_nudge_moves_the_first_lever_by_ten_steps(qtbot: QtBot) -> None:
    with live(qtbot) as session:
        panel = LeversPanel(session)
        before = price(session)
        assert isinstance(before, float)
        assert panel.nudge_first()
        assert price(session) == pytest.approx(before + 0.01)
        panel.rows[0].move_to(0.25)
        assert panel.nudge_first()
        assert price(session) == pytest.approx(0.24), "at the end of its way it goes back"


def test_without_levers_the_panel_says_what_fills_it(qtbot: QtBot) -> None:
    with live(qtbot) as session:
        panel = LeversPanel(session)
        for lever in session.design.levers:
            session.execute(RemoveLever(lever.id))
        panel.refresh()
        assert panel.rows == ()
        assert not panel.nudge_first()
        with shown(panel):
            assert panel._empty.isVisible()
            assert cut_words(panel) == []


def test_a_lever_knows_evidence_and_baseline(qtbot: QtBot) -> None:
    with live(qtbot) as session:
        rack = next(lever for lever in session.design.levers if "H100" in lever.name)
        rate = next(lever for lever in session.design.levers if "capital" in lever.name)
        figure = session.catalog.rack("h100-rack").figure("price_usd")
        assert figure is not None
        assert evidence_span(session, rack) == (figure.low, figure.high)
        assert evidence_span(session, rate) == (0.05, 0.13)
        assert baseline_value(session, rack) == figure.value
        session.execute(SetFields.of("Set", (("override:racks/h100-rack.price_usd", "value", 9e5),)))
        assert lever_value(session.design, session.catalog, rack) == 9e5
        assert baseline_value(session, rack) == figure.value


def test_whole_numbers_stay_whole(qtbot: QtBot) -> None:
    with live(qtbot) as session:
        target = Address(ref="workload:assistant", field="input_len")
        session.execute(AddLever(Lever(id="len", target=target, low=100, high=9000, step=50, name="Input")))
        panel = LeversPanel(session)
        row = panel.row("len")
        row.slider.wanted.emit(2050.0)
        value = field_value(session.design, "workload:assistant", "input_len")
        assert value == 2050
        assert isinstance(value, int)
        assert lever_spec(session, row.lever).whole


def test_a_swap_lever_moves_its_share_and_keeps_its_row(qtbot: QtBot) -> None:
    with live(qtbot) as session:
        swap = SwapLever(from_family="nvidia", to_family="trainium")
        lever = Lever(id="swap", target=swap, low=0, high=1, step=0.01, unit="fraction", name="Swap")
        session.execute(AddLever(lever))
        panel = LeversPanel(session)
        row = panel.row("swap")
        row.move_to(0.33)
        panel.refresh()
        held = find(session.design, "lever:swap")
        assert isinstance(held, Lever)
        assert isinstance(held.target, SwapLever)
        assert held.target.share == 0.33
        assert panel.row("swap") is row


def test_a_lever_whose_object_is_gone_goes_with_it(qtbot: QtBot) -> None:
    with live(qtbot) as session:
        panel = LeversPanel(session)
        count = len(panel.rows)
        session.execute(Delete(("workload:assistant",)))
        panel.refresh()
        assert len(panel.rows) == count - 1


def test_its_range_can_be_changed_in_place(qtbot: QtBot) -> None:
    with live(qtbot) as session:
        panel = LeversPanel(session)
        row = panel.rows[0]
        assert not row.set_range(0.3, 0.1)
        assert "above its start" in row.fault
        row.edit_range()
        row.ends.low.setText("$0.05/kWh")
        row.ends.low.setModified(True)
        row.ends.high.setText("what")
        row.ends.high.setModified(True)
        row.ends.take()
        assert session.design.levers[0].low != 0.05, "a field that is no number keeps the range"
        row.ends.high.setText("0.15")
        row.ends.high.setModified(True)
        row.ends.take()
        lever = session.design.levers[0]
        assert (lever.low, lever.high, lever.step) == (0.05, 0.15, 0.001)


def test_the_menu_of_a_lever_clears_what_it_set(qtbot: QtBot) -> None:
    with live(qtbot) as session:
        panel = LeversPanel(session)
        row = row_of(panel, "H100 rack")
        row.move_to(700_000.0)
        assert find(session.design, "override:racks/h100-rack.price_usd") is not None
        menu = QMenu()
        qtbot.addWidget(menu)
        row.fill_menu(menu)
        words = {action.text(): action for action in menu.actions()}
        words["Back to the catalog"].trigger()
        assert find(session.design, "override:racks/h100-rack.price_usd") is None
        words["Remove lever"].trigger()
        panel.refresh()
        assert row not in panel.rows


def test_other_inputs_can_be_pinned_from_the_panel(qtbot: QtBot) -> None:
    with live(qtbot, "hybrid-migration") as session:
        panel = LeversPanel(session)
        menu = QMenu()
        qtbot.addWidget(menu)
        panel.fill_choices(menu)
        groups = {action.text() for action in menu.actions()}
        assert {"Sites", "Workloads", "Assumed figures", "Assumptions"} <= groups
        taken = [lever.target for lever in session.design.levers]
        for _, words, lever in lever_choices(session):
            assert lever.target not in taken
            assert lever.low < lever.high, words
            assert session.execute(AddLever(lever)), words
        panel.refresh()
        for row in panel.rows:
            before = session.design
            row.step(10)
            if session.design is before:
                row.step(-10)
            assert session.design is not before, row.spec.label


def test_moves_in_a_scenario_stay_in_it(qtbot: QtBot) -> None:
    with live(qtbot) as session:
        scenarios = session.base_design.scenarios
        if not scenarios:
            pytest.fail("the example has scenarios to test with")
        session.set_active_scenario(scenarios[0].id)
        panel = LeversPanel(session)
        panel.rows[0].move_to(0.2)
        assert price(session) == 0.2
        assert field_value(session.base_design, *PRICE) != 0.2


@pytest.mark.parametrize("example", ["first-hall", "project-rainier", "nvlink-fusion", "openai-2gw"])
@pytest.mark.parametrize("width", [264, 304])
def test_no_word_is_cut(qtbot: QtBot, example: str, width: int) -> None:
    with live(qtbot, example) as session:
        panel = LeversPanel(session)
        with shown(panel, width, 900):
            assert cut_words(panel) == []


def test_an_override_of_nothing_shows_no_public_figure(qtbot: QtBot) -> None:
    with live(qtbot) as session:
        panel = LeversPanel(session)
        gone = Override(entry="racks/h100-rack", field="price_usd", value=None)
        session.execute(SetFields.of("x", ((f"override:{gone.address}", "value", None),)))
        panel.refresh()
        row = row_of(panel, "H100 rack")
        assert row.line.text() == ""
        assert row.line.placeholderText() == "no public figure"
        assert row.slider.value is None
