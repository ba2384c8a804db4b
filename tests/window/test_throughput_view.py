"""The throughput view in the window: choices, ticks, targets, levers, months, refusals, keys, no text cut."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from fleetdesigner.app import Program, wait_for_results
from fleetdesigner.assets import resource
from fleetdesigner.design.commands import SetFields
from fleetdesigner.design.commands.measurements import SetMeasurement
from fleetdesigner.design.measurements import Measurement
from fleetdesigner.engine.throughput import Refusal
from fleetdesigner.engine.throughput_page.shown import Shown
from fleetdesigner.window.main_window import MainWindow
from fleetdesigner.window.throughput_view import COMPARED, ThroughputView
from fleetdesigner.window.views import VIEWS

Settled = Callable[[], Shown]


@pytest.fixture
def view(window: MainWindow, settled: Settled) -> ThroughputView:
    """The view on the staff assistant in the GPU pool."""
    window.views.show_throughput("gpu", "assistant")
    settled()
    made = window.views.view("throughput")
    assert isinstance(made, ThroughputView)
    return made


@pytest.fixture
def settled(qtbot: QtBot, window: MainWindow) -> Settled:
    """Waits until the view shows what was asked for last."""

    def wait() -> Shown:
        view = window.views.view("throughput")
        assert isinstance(view, ThroughputView)
        session = window.session

        def done() -> bool:
            shown = view.shown
            return (
                not session.look_busy
                and shown is not None
                and not shown.pending
                and shown.look == view.look
                and shown.month == session.month
            )

        qtbot.waitUntil(done, timeout=20_000)
        assert view.shown is not None
        return view.shown

    return wait


def test_the_switch_shows_each_view_and_escape_comes_back(
    qtbot: QtBot, window: MainWindow, view: ThroughputView
) -> None:
    switch = window.head.view_switch
    assert [spec.words for spec in VIEWS][:2] == ["Design", "Timeline"]
    assert switch.buttons["throughput"].isChecked()
    assert view.isVisible()
    assert not window.left.isVisible()
    assert not window.canvas.isVisible()
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert window.canvas.isVisible()
    assert window.left.isVisible()
    assert switch.buttons["design"].isChecked()
    QTest.mouseClick(switch.buttons["throughput"], Qt.MouseButton.LeftButton)
    assert view.isVisible()
    QTest.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert window.canvas.isVisible()
    QTest.keyClick(window, Qt.Key.Key_4, Qt.KeyboardModifier.ControlModifier)
    assert view.isVisible()
    assert window.menus.actions["view_throughput"].isChecked()


def test_sides_keep_the_widths_the_planner_left(window: MainWindow) -> None:
    window.across.setSizes([260, 1020, 320])
    before = window.across.sizes()
    window.views.show_view("throughput")
    assert window.views.side_sizes() == before
    window.views.back()
    assert window.across.sizes() == before


def test_nothing_is_searched_while_nobody_looks(
    qtbot: QtBot, window: MainWindow, view: ThroughputView, settled: Settled
) -> None:
    window.views.back()
    shown = view.shown
    asked = window.session.look_busy
    window.session.set_month(window.session.month + 3)
    qtbot.wait(50)
    assert not asked
    assert not window.session.look_busy
    assert view.shown is shown
    window.views.show_view("throughput")
    assert settled().month == window.session.month


def test_choosing_a_workload_shows_its_step(
    view: ThroughputView, settled: Settled, window: MainWindow
) -> None:
    assert view.middle.title.text() == "Serving front"
    view.pick.choice("tune")
    shown = settled()
    assert shown.trains
    assert view.middle.title.text() == "Job sizes"
    assert view.front.picture is not None
    assert view.front.picture.x_words == "accelerators in the job"
    plan = shown.kinds[0].plan
    assert not isinstance(plan, Refusal)
    assert view.side.terms.rows[-1].texts[0] == "Step"
    assert "GPUs: " in view.side.layout_words.words.text()


def test_a_ticked_chip_joins_the_front_and_is_remembered(
    view: ThroughputView, settled: Settled, window: MainWindow
) -> None:
    assert view.front.picture is not None
    assert [line.key for line in view.front.picture.lines] == ["h100-rack"]
    assert view.pick.tick("h100-rack").isChecked()
    view.pick.tick("trn2-ultra").click()
    shown = settled()
    assert [kind.rack_id for kind in shown.kinds] == ["h100-rack", "trn2-ultra"]
    assert [line.key for line in view.front.picture.lines] == ["h100-rack", "trn2-ultra"]
    assert len(view.side.bars.bars) == 2
    assert window.settings.texts(COMPARED) == ["trn2-ultra"]
    assert "× Trn2 Ultra" in view.middle.sentence.text()
    view.pick.tick("trn2-ultra").click()
    assert len(settled().kinds) == 1


def test_a_target_typed_moves_the_line_and_one_undo_takes_it_back(
    qtbot: QtBot, view: ThroughputView, settled: Settled, window: MainWindow
) -> None:
    before = settled()
    row = view.pick.targets.row("TPOT ≤")
    row.commit(25.0)
    shown = settled()
    assert shown.target == 40
    assert view.front.picture is not None
    assert view.front.picture.target_words == "TPOT ≤ 25 ms"
    assert shown.kinds[0].point is not None
    assert before.kinds[0].point is not None
    assert shown.kinds[0].point[0] >= 40 > before.kinds[0].point[0]
    window.session.undo()
    qtbot.waitUntil(lambda: view.shown is not None and view.shown.target == 20, timeout=20_000)


def test_a_target_that_nothing_keeps_is_said(
    view: ThroughputView, settled: Settled, window: MainWindow
) -> None:
    window.session.execute(SetFields.of("x", (("workload:assistant", "tpot_ms", 2.0),)))
    settled()
    assert "TPOT 2 ms cannot be met; best" in view.middle.sentence.text()
    assert "TPOT 2 ms cannot be met; best" in view.middle.layouts_why.text()
    assert view.side.bars.bars[0].parts == ()
    assert "cannot be met" in view.side.bars.bars[0].why
    assert not view.side.memory.isVisible()
    assert view.front.picture is not None
    assert view.front.picture.lines


def test_a_lever_moves_the_front(view: ThroughputView, settled: Settled, window: MainWindow) -> None:
    before = settled().kinds[0].front
    window.session.execute(SetFields.of("x", (("assumption:software_maturity", "value", 0.8),)))
    after = settled().kinds[0].front
    assert before is not None
    assert after is not None
    assert np.allclose(after.rate, before.rate * 0.8)


def test_axes_stand_still_while_a_lever_is_held(
    view: ThroughputView, settled: Settled, window: MainWindow
) -> None:
    settled()
    window.levers.held.emit(True)
    scale = view.front.scale_shown
    window.session.execute(SetFields.of("x", (("assumption:software_maturity", "value", 0.3),)))
    settled()
    assert view.front.scale_shown == scale
    window.levers.held.emit(False)
    assert view.front.scale_shown != scale


def test_the_month_is_followed(view: ThroughputView, settled: Settled, window: MainWindow) -> None:
    window.session.set_month(window.session.design.end_month - 1)
    shown = settled()
    assert shown.month == window.session.design.end_month - 1
    assert view.middle.subtitle.text().endswith("2030-12")


def test_a_scenario_and_a_drop_are_followed(
    view: ThroughputView, settled: Settled, window: MainWindow
) -> None:
    view.look_into("trn", "assistant")
    assert settled().kinds == ()
    assert "Nothing stands in Trainium pool" in view.middle.sentence.text()
    scenario = window.session.base_design.scenarios[0]
    window.session.set_active_scenario(scenario.id)
    wait_for_results(window.session)
    shown = settled()
    assert [kind.chip.id for kind in shown.kinds] == ["trainium2"]
    assert view.front.picture is not None
    assert view.front.picture.lines


def test_bases_divide_by_rent_and_power(view: ThroughputView, settled: Settled) -> None:
    kind = settled().kinds[0]
    each = view.middle.buttons
    each["usd"].click()
    assert view.front.picture is not None
    line = view.front.picture.lines[0]
    assert kind.front is not None
    assert np.allclose(line.y, kind.front.rate * 3600 / kind.usd_per_chip_hour)
    assert view.front.picture.y_words == "output tokens per $ of rent, log scale"
    each["kw"].click()
    assert np.allclose(view.front.picture.lines[0].y, kind.front.rate / kind.facility_kw_per_chip)


def test_a_chip_without_a_rent_says_so(view: ThroughputView, settled: Settled) -> None:
    view.look_into("trn", "assistant")
    view.pick.tick("trn4-mgx").click()
    settled()
    view.set_basis("usd")
    assert view.front.picture is not None
    assert view.front.picture.lines == ()
    assert "no public figure of the rent of Trn4 MGX" in view.front.picture.empty
    assert "no public figure" in view.middle.sentence.text()


def test_a_click_on_a_line_or_bar_picks_what_is_explained(
    qtbot: QtBot, view: ThroughputView, settled: Settled
) -> None:
    view.pick.tick("trn2-ultra").click()
    settled()
    QTest.mouseClick(view.side.bars, Qt.MouseButton.LeftButton, pos=QPoint(120, 55))
    shown = settled()
    assert shown.focus is not None
    assert shown.focus.rack_id == "trn2-ultra"
    assert view.middle.layouts_title.text().startswith("Best layouts on Trn2 Ultra")
    assert view.front.picture is not None
    line = view.front.picture.lines[0]
    QTest.mouseClick(
        view.front,
        Qt.MouseButton.LeftButton,
        pos=view.front.place(float(line.x[5]), float(line.y[5])).toPoint(),
    )
    shown = settled()
    assert shown.focus is not None
    assert shown.focus.rack_id == "h100-rack"


def test_keys_walk_the_front_and_say_what_stands_there(
    qtbot: QtBot, view: ThroughputView, settled: Settled
) -> None:
    settled()
    view.front.setFocus()
    assert view.front.reading() == ()
    assert "H100" in view.front.accessibleDescription()
    QTest.keyClick(view.front, Qt.Key.Key_Right)
    first = view.front.reading()
    QTest.keyClick(view.front, Qt.Key.Key_Right)
    second = view.front.reading()
    assert first[0].startswith("H100")
    assert first != second
    assert view.front.accessibleDescription() == ". ".join(second)
    # the focus frame lies around the picture, not over it
    picture = view.front.grab().toImage()
    row = {picture.pixel(x, picture.height() - 60) for x in range(60, picture.width() - 20)}
    assert len(row) > 3


def test_an_own_measurement_moves_the_front_and_its_grade(
    view: ThroughputView, settled: Settled, window: MainWindow
) -> None:
    before = settled().kinds[0]
    assert before.grade == "estimate"
    measured = Measurement(
        chip_id="h100", activity="serving", model_id="llama-3-1-70b", dtype="fp8", metric="tpot_ms",
        value=200.0, chips=8, input_len=2000, output_len=400, concurrency=64, tensor=8,
    )  # fmt: skip
    assert window.session.execute(SetMeasurement(measured))
    after = settled().kinds[0]
    assert after.grade == "measured"
    assert view.front.picture is not None
    assert view.front.picture.lines[0].grade == "measured"
    assert before.front is not None
    assert after.front is not None
    # far slower than forecast: so is the whole front, and the target is out of reach
    assert after.front.x[-1] < before.front.x[-1]
    assert isinstance(after.plan, Refusal)
    window.session.undo()
    assert settled().kinds[0].grade == "estimate"


def test_whose_numbers_leads_to_validation(
    view: ThroughputView, settled: Settled, window: MainWindow
) -> None:
    settled()
    view.side.whose.click()
    assert window.views.shown == "validation"
    window.views.back()
    assert window.views.shown == "design"


def test_workload_menu_inspector_and_commands_lead_here(
    qtbot: QtBot, window: MainWindow, settled: Settled
) -> None:
    window.workloads_panel.throughput_wanted.emit("tune")
    assert settled().workload.id == "tune"
    window.views.back()
    window.inspect("throughput:pool:trn")
    assert settled().pool.id == "trn"
    window.views.back()
    from fleetdesigner.window.command_list import choices

    row = next(one for one in choices(window) if one.text == "Throughput of Staff assistant")
    row.do()
    assert settled().workload.id == "assistant"
    window.go_to("hall:h1")
    assert window.views.shown == "design"


def test_a_removed_workload_gives_way_to_another(
    view: ThroughputView, settled: Settled, window: MainWindow
) -> None:
    window.workloads_panel.delete("assistant")
    assert settled().workload.id == "tune"


def test_another_file_while_the_view_is_open(
    view: ThroughputView, settled: Settled, window: MainWindow, qtbot: QtBot
) -> None:
    window.session.open(resource("examples", "hybrid-migration.fleet"))
    wait_for_results(window.session)
    shown = settled()
    assert shown.workload.id in {work.id for work in window.session.design.workloads}
    assert shown.kinds


def test_everything_has_a_name(view: ThroughputView, settled: Settled) -> None:
    settled()
    for widget in (view, view.front, view.pick.pools, view.pick.works, view.side.terms, view.middle.layouts):
        assert widget.accessibleName()
    for button in view.findChildren(QPushButton):
        assert button.accessibleName() or button.text()


@pytest.mark.parametrize("example", ["first-hall", "hybrid-migration", "ultracluster-1m"])
def test_no_text_is_cut_on_a_small_laptop(
    program: Program, settled: Settled, example: str, qtbot: QtBot
) -> None:
    window = program.window
    window.session.open(resource("examples", f"{example}.fleet"))
    wait_for_results(window.session)
    window.resize(1366, 768)
    window.settings.set(COMPARED, ["gb300-nvl72", "trn2-ultra"])
    window.views.show_view("throughput")
    view = window.views.view("throughput")
    assert isinstance(view, ThroughputView)
    for work in window.session.design.workloads:
        view.look_into("", work.id)
        settled()
        # what comes at rest may set words once more, and a layout follows its words an event later
        with contextlib.suppress(qtbot.TimeoutError):
            qtbot.waitUntil(lambda: not cut_labels(view), timeout=5_000)
        assert cut_labels(view) == []
        assert view.width() + window.right_side.width() <= 1366
        for table in (view.side.terms, view.middle.layouts):
            for row in range(table.rowCount()):
                for column in range(table.columnCount()):
                    item = table.item(row, column)
                    assert item is not None
                    wide = QFontMetrics(item.font()).horizontalAdvance(item.text())
                    room = table.columnWidth(column) - (24 if table.rows[row].colour and not column else 8)
                    assert wide <= room, (work.id, item.text(), wide, room)


def cut_labels(view: ThroughputView) -> list[str]:
    """Labels on screen that are narrower or lower than their words."""
    cut = []
    for label in view.findChildren(QLabel):
        if not label.isVisible() or not label.text():
            continue
        if label.wordWrap():
            needed = label.heightForWidth(label.width())
            if label.height() < needed:
                cut.append(label.text())
        elif label.width() < QFontMetrics(label.font()).horizontalAdvance(label.text()):
            cut.append(label.text())
    return cut


def test_pictures_are_drawn_in_every_theme(
    view: ThroughputView, settled: Settled, window: MainWindow, tmp_path: Path
) -> None:
    settled()
    for choice in ("dark", "contrast", "light"):
        window.choose_theme(choice)
        assert not view.grab().isNull()
