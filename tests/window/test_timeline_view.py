"""The timeline in the window: bars and dates moved by a real mouse, keys and number; what slips cost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from fleetdesigner.app import wait_for_results
from fleetdesigner.catalog import load_catalog
from fleetdesigner.charts.timeline.cards import card_of
from fleetdesigner.charts.timeline.chart import TimelineChart
from fleetdesigner.charts.timeline.impact import impact
from fleetdesigner.charts.timeline.moves import moved
from fleetdesigner.charts.timeline.rows import GridBody, PhaseBody, rows_of
from fleetdesigner.charts.timeline.sheet import RULER
from fleetdesigner.design.addresses import find
from fleetdesigner.design.commands import SetAssumption
from fleetdesigner.design.fleet import Phase, Site
from fleetdesigner.design.scenarios import Assumption
from fleetdesigner.engine.at_rest.slips import slips_of
from fleetdesigner.engine.evaluate import evaluate
from fleetdesigner.panels.slip_table import SlipTable, dearest_first
from fleetdesigner.units import month_number, month_text
from fleetdesigner.window.examples import example_paths
from fleetdesigner.window.main_window import MainWindow
from fleetdesigner.window.timeline_view import TimelineView
from fleetdesigner.window.timeline_words import sentence
from tests.engine.designs import JANUARY
from tests.engine.test_slips import two_steps

Wait = Callable[[], None]


@pytest.fixture
def view(window: MainWindow, settle: Wait) -> TimelineView:
    """The timeline of the hybrid migration, settled."""
    path = next(one for one in example_paths() if one.stem == "hybrid-migration")
    window.open_example(path)
    settle()
    window.views.show_view("timeline")
    made = window.views.view("timeline")
    assert isinstance(made, TimelineView)
    return made


def phase(window: MainWindow, name: str) -> Phase:
    return next(one for one in window.session.design.phases if one.name == name)


def spot(chart: TimelineChart, ref: str, month: float, share: float = 0.5) -> QPoint:
    """A place of the viewport: a month in the bar of a row, `share` of the way down the bar."""
    chart.see(ref)
    place = chart.sheet.place(ref)
    assert place is not None
    lane = chart.sheet.lane(place)
    return QPoint(round(chart.sheet.axis.x(month)), round(lane.top() + lane.height() * share))


def hold(chart: TimelineChart, begin: QPoint, months: float) -> QPoint:
    """Take what stands there and carry it some months, as a hand does; the button stays down."""
    view, step = chart.viewport(), chart.sheet.axis.step
    QTest.mouseMove(view, begin)
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=begin)
    there = begin
    for part in (0.3, 0.7, 1.0):
        there = begin + QPoint(round(step * months * part), 0)
        QTest.mouseMove(view, there)
    return there


def let_go(chart: TimelineChart, there: QPoint) -> None:
    QTest.mouseRelease(chart.viewport(), Qt.MouseButton.LeftButton, pos=there)


def test_a_dragged_bar_is_one_step_that_numbers_follow_and_undo_takes_back(
    qtbot: QtBot, window: MainWindow, view: TimelineView, settle: Wait
) -> None:
    chart, session = view.chart, window.session
    before, results = session.design, session.results
    first = phase(window, "Trainium3")
    ref = f"phase:{first.id}"
    changes: list[object] = []
    session.design_changed.connect(lambda *_: changes.append(1))
    begin = spot(chart, ref, first.service_month + 8)
    there = hold(chart, begin, 6)
    # while the hand holds it nothing is done, and everything shows what would be
    assert session.design is before
    assert not changes
    assert chart.hand.words == "6 months later"
    held = next(row for row in chart.rows if row.ref == ref)
    assert held.grips[1].month == first.service_month + 6
    settle()
    assert session.results is not None
    assert results is not None
    now = session.results.kpi("npv_usd").value
    assert now is not None
    assert now != results.kpi("npv_usd").value
    card = chart.card()
    assert card is not None
    said = dict(card.lines)
    assert said["Δ capacity complete"] == "+6 months"
    # what is tried is measured against the plan everywhere
    assert session.baseline_results is not None
    assert session.baseline_results.kpi("npv_usd").value == results.kpi("npv_usd").value
    assert said == {"Moved": "6 months later", **dict(impact(results, session.results).lines())}
    let_go(chart, there)
    assert len(changes) == 1
    after = phase(window, "Trainium3")
    assert after.service_month == first.service_month + 6
    assert after.order_month == first.order_month + 6
    assert after.lead_months == first.lead_months
    assert session.undo_label() == f"Move Trainium3 to {month_text(first.service_month + 6)}"
    settle()
    assert session.results.kpi("npv_usd").value == now
    session.undo()
    assert session.design is before
    assert not session.undo_label()


def test_a_capacity_that_never_comes_is_called_never(qtbot: QtBot) -> None:
    """Eleven racks at once while the first phase lasts: a slip that outlasts it leaves ten at most."""
    given = two_steps()
    given = given.changed(phases=(given.phases[0].changed(retire_month=JANUARY + 12), given.phases[1]))
    catalog = load_catalog()
    slips = dearest_first(slips_of(given, catalog, 8))
    table = SlipTable()
    qtbot.addWidget(table)
    table.show_slips(slips)
    row = next(at for at, slip in enumerate(slips) if slip.ref == "phase:p2")
    assert table.table.rows[row].texts[4] == "never"
    assert "352 accelerators are never in service at once: at most 320" in table.table.rows[row].tip
    late = given.changed(phases=(given.phases[0], given.phases[1].changed(in_service_month=JANUARY + 14)))
    before, now = evaluate(given, catalog), evaluate(late, catalog)
    assert dict(impact(before, now).lines())["Δ capacity complete"] == "never"
    alone = [slip for slip in slips if slip.ref == "phase:p2"]
    assert "p2 is on the critical path" in sentence(before, alone)


def test_each_end_moves_its_own_date(window: MainWindow, view: TimelineView) -> None:
    chart = view.chart
    first = phase(window, "Trainium2, first")
    ref = f"phase:{first.id}"
    service, full = first.service_month, first.service_month + first.ramp.months
    # the ramp: its upper end, one month later
    let_go(chart, hold(chart, spot(chart, ref, full, 0.3), 2))
    assert phase(window, "Trainium2, first").ramp.months == first.ramp.months + 2
    # the date of service: the wedge's lower end; the order stays
    let_go(chart, hold(chart, spot(chart, ref, service, 0.7), -3))
    after = phase(window, "Trainium2, first")
    assert (after.order_month, after.lead_months) == (first.order_month, first.lead_months - 3)
    # the order: service stays, the lead grows
    let_go(chart, hold(chart, spot(chart, ref, first.order_month), -1))
    after = phase(window, "Trainium2, first")
    assert (after.order_month, after.service_month) == (first.order_month - 1, service - 3)
    # retirement, taken from the plan's end
    end = window.session.design.end_month
    let_go(chart, hold(chart, spot(chart, ref, end), -10))
    assert phase(window, "Trainium2, first").retire_month == end - 10


def test_a_refused_place_says_why_and_the_last_one_that_fits_stays(
    window: MainWindow, view: TimelineView
) -> None:
    chart = view.chart
    rented = phase(window, "Rented H100")
    assert rented.retire_month is not None
    ref = f"phase:{rented.id}"
    begin = spot(chart, ref, rented.retire_month)
    away = rented.service_month - rented.retire_month
    hold(chart, begin, away + 4)
    step = chart.sheet.axis.step
    there = begin + QPoint(round(step * (away - 2)), 0)
    QTest.mouseMove(chart.viewport(), there)
    card = chart.card()
    assert card is not None
    assert card.refusal == f"It comes into service in {month_text(rented.service_month)} only"
    let_go(chart, there)
    assert phase(window, "Rented H100").retire_month == rented.service_month + 4


def test_escape_gives_a_drag_up(window: MainWindow, view: TimelineView, settle: Wait) -> None:
    chart, session = view.chart, window.session
    before = session.design
    first = phase(window, "Trainium3")
    there = hold(chart, spot(chart, f"phase:{first.id}", first.service_month + 8), 6)
    QTest.keyClick(chart, Qt.Key.Key_Escape)
    assert not chart.hand.dragging
    let_go(chart, there)
    assert session.design is before
    settle()
    assert view.isVisible()
    QTest.keyClick(chart, Qt.Key.Key_Escape)
    assert window.views.shown == "design"


def test_keys_walk_rows_and_move_months_and_years(window: MainWindow, view: TimelineView) -> None:
    chart, session = view.chart, window.session
    first = phase(window, "Trainium2, second")
    chart.setFocus()
    chart.select(f"phase:{first.id}")
    QTest.keyClick(chart, Qt.Key.Key_Right)
    QTest.keyClick(chart, Qt.Key.Key_Right)
    QTest.keyClick(chart, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert phase(window, "Trainium2, second").service_month == first.service_month + 14
    session.undo()
    assert phase(window, "Trainium2, second") == first, "presses in a row are one step"
    QTest.keyClick(chart, Qt.Key.Key_Down)
    assert chart.hand.ref == f"phase:{phase(window, 'Trainium3').id}"
    assert window.inspector.isVisible()
    QTest.keyClick(chart, Qt.Key.Key_Tab)
    assert chart.hand.grip == "order"
    QTest.keyClick(chart, Qt.Key.Key_Backtab)
    assert chart.hand.grip == "body"


def test_enter_takes_a_date_a_length_and_a_power_by_number(window: MainWindow, view: TimelineView) -> None:
    chart, session = view.chart, window.session
    first = phase(window, "Trainium3")
    chart.setFocus()
    chart.select(f"phase:{first.id}")

    def enter(words: str) -> None:
        QTest.keyClick(chart, Qt.Key.Key_Return)
        field = chart.hand.field
        assert field is not None
        field.setText(words)
        QTest.keyClick(field, Qt.Key.Key_Return)

    enter("2029-01")
    assert phase(window, "Trainium3").service_month == month_number("2029-01")
    enter("soon")
    assert chart.hand.field is not None
    assert chart.hand.field.toolTip() == "“soon” is not a month, write it as 2027-09"
    QTest.keyClick(chart.hand.field, Qt.Key.Key_Escape)
    assert chart.hand.field is None
    chart.hand.set_row(f"phase:{first.id}", "ramp")
    enter("7 months")
    assert phase(window, "Trainium3").ramp.months == 7
    # the month in which the last rack runs, as the card names it
    assert chart.hand.grip == "ramp"
    enter("2029-03")
    assert phase(window, "Trainium3").ramp.months == 3
    site = session.design.sites[0]
    chart.hand.set_row(f"site:{site.id}", "step:1")
    enter("40 MW")
    after = find(session.design, f"site:{site.id}")
    assert isinstance(after, Site)
    assert after.grid == (site.grid[0], (site.grid[1][0], 40_000.0))


def test_grid_steps_halls_runs_and_ports_move_too(window: MainWindow, view: TimelineView) -> None:
    chart, session = view.chart, window.session
    site = session.design.sites[0]
    place = chart.sheet.place(f"site:{site.id}")
    assert place is not None
    let_go(chart, hold(chart, spot(chart, f"site:{site.id}", site.grid[1][0]), 4))
    assert session.design.sites[0].grid[1] == (site.grid[1][0] + 4, site.grid[1][1])
    hall = site.halls[1]
    let_go(chart, hold(chart, spot(chart, f"hall:{hall.id}", hall.ready_month), 3))
    assert session.design.sites[0].halls[1].ready_month == hall.ready_month + 3
    work = next(one for one in session.design.workloads if one.port is not None)
    assert work.port is not None
    start = work.port.start_month
    let_go(chart, hold(chart, spot(chart, f"port:{work.id}", start + 0.5), 5))
    after = next(one for one in session.design.workloads if one.id == work.id)
    assert after.port is not None
    assert after.port.start_month == start + 5


def test_a_click_on_the_ruler_sets_the_month_of_the_room(window: MainWindow, view: TimelineView) -> None:
    chart, wanted = view.chart, month_number("2029-04")
    x = round(chart.sheet.axis.x(wanted + 0.5))
    QTest.mouseClick(chart.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(x, RULER // 2))
    assert window.session.month == wanted
    assert window.month_bar.field.text() == "2029-04"


def test_slips_are_those_of_the_engine_the_dearest_first(
    qtbot: QtBot, window: MainWindow, view: TimelineView, settle: Wait
) -> None:
    session = window.session
    qtbot.waitUntil(lambda: not session.slips_busy and bool(view.slips.slips), timeout=20_000)
    wanted = dearest_first(slips_of(session.design, session.catalog, 3))
    assert [one.ref for one in view.slips.slips] == [one.ref for one in wanted]
    assert [one.npv_usd for one in view.slips.slips] == [one.npv_usd for one in wanted]
    assert view.slips.table.rows[0].texts[:2] == ("Northern Virginia", "grid power")
    assert wanted[0].name == "Grid power of Northern Virginia"
    settle()
    assert view.sentence.text() == sentence(session.results, wanted)
    view.slips.field.setText("99")
    view.slips.field.editingFinished.emit()
    assert view.slips.field.toolTip() == "must be 1 to 24 months"
    view.slips.field.setText("6")
    view.slips.field.editingFinished.emit()
    assert session.slips_busy
    qtbot.waitUntil(lambda: not session.slips_busy, timeout=20_000)
    assert {one.months for one in view.slips.slips} == {6}
    view.slips.table.selectRow(0)
    assert view.chart.hand.ref in {view.slips.slips[0].ref, f"port:{view.slips.slips[0].ref[9:]}"}


def test_the_wheel_zooms_around_the_mouse_and_fit_shows_all(window: MainWindow, view: TimelineView) -> None:
    chart = view.chart
    whole = chart.months_shown
    x = chart.sheet.axis.left + chart.sheet.axis.width * 0.6
    under = chart.sheet.axis.month(x)
    chart.zoom(2.0, x)
    assert chart.sheet.axis.month(x) == pytest.approx(under)
    low, high = chart.months_shown
    assert high - low == pytest.approx((whole[1] - whole[0]) / 2)
    chart.fit()
    assert chart.months_shown == pytest.approx(whole)


def test_the_cascade_and_the_sale_stand_in_the_rows(window: MainWindow, view: TimelineView) -> None:
    row = next(row for row in view.chart.rows if row.name == "H100, 2024")
    assert isinstance(row.body, PhaseBody)
    named = [(month_text(one.from_month), one.pools) for one in row.body.contents.spells if one.from_month]
    assert named[-1] == ("2028-01", "Hopper serving")
    assert row.body.in_place
    assert row.detail == "3,840 GPUs · 4.90 MW · owned"
    mixed = next(row for row in view.chart.rows if row.name == "Trainium3")
    assert mixed.detail == "3,456 chips · 4.49 MW · owned"


def test_every_example_shows_a_plan_and_words(qtbot: QtBot, window: MainWindow, settle: Wait) -> None:
    window.views.show_view("timeline")
    view = window.views.view("timeline")
    assert isinstance(view, TimelineView)
    for path in example_paths():
        window.open_example(path)
        settle()
        wait_for_results(window.session)
        refs = {row.ref for row in view.chart.rows}
        design = window.session.design
        assert {f"phase:{one.id}" for one in design.phases} <= refs
        assert {f"hall:{one.id}" for one in design.halls} <= refs
        assert {f"port:{one.id}" for one in design.workloads if one.port is not None} <= refs
        assert view.sentence.text().startswith("Capacity is complete in ")
        view.chart.viewport().grab()


def test_lead_times_move_what_comes_and_the_plan_moves_by_the_same(
    window: MainWindow, view: TimelineView, settle: Wait
) -> None:
    session, chart = window.session, view.chart
    QTest.mouseClick(view.slips.lead_times, Qt.MouseButton.LeftButton)
    assert window.right.currentWidget() is window.assumptions
    listed = {line.ref for line in window.assumptions.shown_lines}
    assert {"assumption:transformer_lead_months", "assumption:shell_lead_months"} <= listed
    assert "assumption:chip_lead_slip_months" in listed
    late = Assumption(key="transformer_lead_months", value=25.0, evidence="assumption")
    assert session.execute(SetAssumption(late))
    settle()
    site = session.design.sites[0]
    row = next(row for row in chart.rows if row.ref == f"site:{site.id}")
    planned = site.grid[1][0]
    assert row.shift == 4
    assert (row.grips[1].month, row.grips[1].planned) == (planned + 4, planned)
    assert row.grips[0].planned is None, "what was there before the plan began does not move"
    assert ("By lead times", "4 months later") in card_of(row).lines
    let_go(chart, hold(chart, spot(chart, row.ref, planned + 4), 2))
    assert session.design.sites[0].grid[1][0] == planned + 2


def test_cooling_comes_by_its_own_date(window: MainWindow, view: TimelineView) -> None:
    session, chart = window.session, view.chart
    hall = session.design.sites[0].halls[1]
    ref = f"hall:{hall.id}"
    chart.setFocus()
    chart.hand.set_row(ref, "liquid")
    QTest.keyClick(chart, Qt.Key.Key_Right)
    QTest.keyClick(chart, Qt.Key.Key_Right)
    assert session.design.sites[0].halls[1].liquid_month == hall.ready_month + 2
    let_go(chart, hold(chart, spot(chart, ref, hall.ready_month + 2), 3))
    after = session.design.sites[0].halls[1]
    assert (after.liquid_month, after.air_month, after.ready_month) == (
        hall.ready_month + 5, hall.air_month, hall.ready_month,
    )  # fmt: skip


def test_a_drag_in_a_scenario_edits_the_scenario(window: MainWindow, view: TimelineView) -> None:
    session, chart = window.session, view.chart
    scenario = session.base_design.scenarios[0]
    base = session.base_design.phases
    session.set_active_scenario(scenario.id)
    first = phase(window, "Trainium3")
    let_go(chart, hold(chart, spot(chart, f"phase:{first.id}", first.service_month + 8), -4))
    assert phase(window, "Trainium3").service_month == first.service_month - 4
    assert session.base_design.phases == base
    assert len(session.base_design.scenarios[0].edits) == len(scenario.edits) + 1


def test_a_slip_beyond_the_plan_or_before_the_order_is_refused(
    window: MainWindow, view: TimelineView
) -> None:
    design, rows = window.session.design, {row.name: row for row in view.chart.rows}
    last = month_text(design.end_month - 1)
    row = rows["Hall B"]
    assert moved(design, row, "ready", 600).refusal == f"Ready after the plan ends, {last}"
    row = rows["Trainium3"]
    first = phase(window, "Trainium3")
    assert moved(design, row, "order", 10).refusal == (
        f"It is in service in {month_text(first.service_month)}: order before that"
    )
    assert moved(design, row, "service", -10).refusal == (
        f"It is ordered in {month_text(first.order_month)}: in service after that"
    )
    assert moved(design, row, "order", -112).refusal == "A lead time is at most 120 months"
    assert moved(design, row, "ramp", -5).refusal == "A ramp takes 0 months or more"
    assert moved(design, row, "ramp", 117).refusal == "A ramp takes at most 120 months"
    assert moved(design, row, "service", 60).refusal == f"In service after the plan ends, {last}"
    row = rows["Rented H100"]
    assert moved(design, row, "body", 24).refusal == "It retires in 2028-07: in service before that"
    assert moved(design, row, "ramp", 25).refusal == "It retires before that, in 2028-07"
    row = rows["Northern Virginia"]
    assert moved(design, row, "step:1", -60).refusal == "The step before it comes in 2024-06"
    assert moved(design, row, "step:0", 60).refusal == "The next step comes in 2027-03"
    run = next(row for row in view.chart.rows if row.name == "Domain model")
    assert moved(design, run, "due", -40).refusal == "It starts in 2026-07"
    assert moved(design, run, "start", 40).refusal == "It is due in 2027-12"
    assert not moved(design, run, "body", 40).refusal


def test_a_small_window_keeps_words_on_the_view_that_is_shown(
    qtbot: QtBot, window: MainWindow, view: TimelineView
) -> None:
    buttons = window.head.view_switch.buttons
    assert all(button.text() for button in buttons.values())
    window.resize(1366, 768)
    qtbot.waitUntil(lambda: not buttons["design"].text())
    assert buttons["timeline"].text() == "Timeline"
    assert all(not button.icon().isNull() for name, button in buttons.items() if name != "timeline")
    assert buttons["design"].accessibleName() == "View: Design"
    assert view.chart.sheet.small
    assert window.head.view_switch.sizeHint().width() < 300


def test_zoom_keys_zoom_the_view_on_screen(window: MainWindow, view: TimelineView) -> None:
    whole = view.chart.months_shown
    window.menus.actions["zoom_in"].trigger()
    low, high = view.chart.months_shown
    assert high - low < whole[1] - whole[0]
    window.menus.actions["zoom_out"].trigger()
    assert view.chart.months_shown == pytest.approx(whole)


def test_a_double_click_opens_what_stands_there(window: MainWindow, view: TimelineView) -> None:
    hall = window.session.design.halls[1]
    place = spot(view.chart, f"hall:{hall.id}", hall.ready_month + 6)
    QTest.mouseDClick(view.chart.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert window.views.shown == "design"
    assert window.canvas.hall_id == hall.id


def test_a_double_click_on_a_date_opens_its_field(window: MainWindow, view: TimelineView) -> None:
    chart, first = view.chart, phase(window, "Trainium3")
    place = spot(chart, f"phase:{first.id}", first.service_month, 0.7)
    QTest.mouseClick(chart.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(chart.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert window.views.shown == "timeline"
    assert chart.hand.field is not None
    assert chart.hand.field.text() == month_text(first.service_month)


def test_the_card_under_the_mouse_follows_keys(window: MainWindow, view: TimelineView) -> None:
    chart, first = view.chart, phase(window, "Trainium3")
    assert (first.ramp.months, first.ramp.shape) == (4, "s")
    chart.hand.hovered = chart.hand._row(f"phase:{first.id}")
    chart.hand.set_row(f"phase:{first.id}", "service")
    QTest.keyClick(chart, Qt.Key.Key_Right)
    assert chart.hand.hovered is not None
    lines = dict(card_of(chart.hand.hovered).lines)
    # one month later; its four months of ramp end in the fourth, as the sentence above the chart counts
    assert lines["In service"] == f"{month_text(first.service_month + 1)}, lead 10 months"
    assert lines["Complete"] == f"{month_text(first.service_month + 4)}, 4 months, S-curve"
    assert f"complete in {month_text(first.service_month + 3)}" in view.sentence.text()
    assert lines["Ownership"] == "owned"


def test_the_year_under_way_is_named_at_the_left(view: TimelineView) -> None:
    axis = view.chart.sheet.axis
    assert axis.year_begun() == "2026"
    assert axis.at(30.0, month_number("2027-05")).year_begun() == "2027"
    assert axis.at(30.0, month_number("2026-12")).year_begun() == "", "2027 would stand on it"


def test_groups_fold_and_a_chosen_slip_opens_them(window: MainWindow, view: TimelineView) -> None:
    chart = view.chart
    place = chart.sheet.place("group:phases")
    assert place is not None
    box = chart.sheet.box(place)
    QTest.mouseClick(chart.viewport(), Qt.MouseButton.LeftButton, pos=box.center().toPoint())
    ref = f"phase:{phase(window, 'Trainium3').id}"
    assert chart.sheet.place(ref) is None
    chart.see(ref)
    assert chart.sheet.place(ref) is not None


def test_expected_power_of_a_mixed_pool_is_laid_to_its_hardware(window: MainWindow, settle: Wait) -> None:
    path = next(one for one in example_paths() if one.stem == "nvlink-fusion")
    window.open_example(path)
    settle()
    results = window.session.results
    assert results is not None
    row = next(row for row in rows_of(window.session.design, results) if isinstance(row.body, GridBody))
    assert isinstance(row.body, GridBody)
    layers = dict(row.body.layers)
    assert set(layers) == {"blackwell", "rubin", "trainium4"}
    state = results.states[0]
    assert sum(layers.values()) == pytest.approx((state.site_expected * state.pue)[0])
