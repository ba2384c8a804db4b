"""The window as its users meet it: first start, hand, keys, files, and words when something is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from fleetdesigner import app
from fleetdesigner.app import Program
from fleetdesigner.assets import resource
from fleetdesigner.cli import evaluate_command
from fleetdesigner.files.fleet_file import read_fleet
from fleetdesigner.session.mime import rack_mime
from fleetdesigner.window.actions import ACTIONS, BY_ID
from fleetdesigner.window.examples import example_paths
from fleetdesigner.window.main_window import MainWindow
from fleetdesigner.window.menus import CANVAS_MENU, MENUS, SCENARIO_MENU
from tests.window.conftest import Settle

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier


def drop(window: MainWindow, rack_id: str, col: int, row: int) -> None:
    """Drag a part from the list over the canvas and let go on a position."""
    frame = window.canvas.frame
    assert frame is not None
    spot = QPointF(frame.cell_rect(col, row).center())
    data, copy = rack_mime(rack_id), Qt.DropAction.CopyAction
    enter = QDragEnterEvent(spot.toPoint(), copy, data, LEFT, NONE)
    QApplication.sendEvent(window.canvas, enter)
    move = QDragMoveEvent(spot.toPoint(), copy, data, LEFT, NONE)
    QApplication.sendEvent(window.canvas, move)
    QApplication.sendEvent(window.canvas, QDropEvent(spot, copy, data, LEFT, NONE))


def in_the_hall(window: MainWindow, qtbot: QtBot) -> None:
    window.canvas.show_hall("hall-1")
    qtbot.waitUntil(lambda: window.canvas.frame is not None)
    qtbot.wait(300)


def test_that_the_first_start_shows_an_example_with_its_numbers(window: MainWindow, settle: Settle) -> None:
    settle()
    assert window.session.base_design.id == "first-hall"
    assert all(tile.words.number for tile in window.kpi_strip.tiles)
    assert len(window.chart_strip.panels) >= 3
    assert "first-hall" in window.windowTitle()
    assert not window.session.dirty


def test_that_a_dragged_rack_lands_and_moves_the_key_figures(
    window: MainWindow, settle: Settle, qtbot: QtBot
) -> None:
    settle()
    in_the_hall(window, qtbot)
    drop(window, "trn2-ultra", 0, 2)
    settle()
    assert [one.rack_id for one in window.session.design.blocks][-1] == "trn2-ultra"
    words = {tile.kpi_id: tile.words for tile in window.kpi_strip.tiles}
    assert words["chips"].number == "320"
    assert words["chips"].delta == "Δ +64 (+25 %)"
    assert "edited" in window.windowTitle()
    assert window.menus.actions["undo"].text().startswith("Undo “")


def test_that_a_taken_place_refuses(window: MainWindow, settle: Settle, qtbot: QtBot) -> None:
    settle()
    in_the_hall(window, qtbot)
    drop(window, "trn2-ultra", 1, 0)
    assert len(window.session.design.blocks) == 2


def test_that_undo_by_key_takes_back_and_the_title_is_clean_again(
    window: MainWindow, settle: Settle, qtbot: QtBot
) -> None:
    in_the_hall(window, qtbot)
    start = window.session.base_design
    window.canvas.add_rack("trn2-ultra")
    window.menus.actions["undo"].trigger()
    assert window.session.base_design is start
    assert "edited" not in window.windowTitle()
    window.menus.actions["redo"].trigger()
    assert len(window.session.design.blocks) == 3


def test_that_save_asks_an_example_for_a_name_and_evaluate_gives_the_same_numbers(
    window: MainWindow, settle: Settle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    in_the_hall(window, qtbot)
    window.canvas.add_rack("gb300-nvl72")
    settle()
    target = tmp_path / "mine.fleet"
    monkeypatch.setattr(window.files, "choose_save", lambda start, filters: str(target))
    window.menus.actions["save"].trigger()
    assert read_fleet(target).design == window.session.base_design
    out = tmp_path / "told.json"
    with open(tmp_path / "log", "w", encoding="utf-8") as log:
        assert evaluate_command.run([str(target), "--format", "json", "-o", str(out)], log, log) == 0
    told = json.loads(out.read_text(encoding="utf-8"))["kpis"]
    results = window.session.results
    assert results is not None
    for value in results.kpis():
        assert told[value.id]["value"] == value.value


def test_that_unsaved_changes_are_guarded(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    in_the_hall(window, qtbot)
    window.canvas.add_rack("trn2-ultra")
    kept = window.session.base_design
    asked: list[str] = []

    def cancel() -> QMessageBox.StandardButton:
        asked.append("asked")
        return QMessageBox.StandardButton.Cancel

    monkeypatch.setattr(window.files, "ask_keep", cancel)
    window.open_example(example_paths()[1])
    assert asked == ["asked"]
    assert window.session.base_design is kept
    monkeypatch.setattr(window.files, "ask_keep", lambda: QMessageBox.StandardButton.Discard)
    window.open_example(example_paths()[1])
    assert window.session.base_design.id == example_paths()[1].stem


def test_that_a_bad_file_is_told_in_one_line_and_nothing_is_lost(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(window.files, "tell", told.append)
    start = window.session.base_design
    bad = tmp_path / "newer.fleet"
    text = resource("examples", "first-hall.fleet").read_text(encoding="utf-8")
    bad.write_text(text.replace('"format_version": ', '"format_version": 99'), encoding="utf-8")
    assert not window.files.open(bad)
    assert len(told) == 1
    assert "newer.fleet" in told[0]
    assert "\n" not in told[0]
    assert window.session.base_design is start


def test_that_a_file_dropped_on_the_window_opens(window: MainWindow, settle: Settle, tmp_path: Path) -> None:
    copy = tmp_path / "dropped.fleet"
    copy.write_bytes(resource("examples", "nvlink-fusion.fleet").read_bytes())
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(copy))])
    action = Qt.DropAction.CopyAction
    enter = QDragEnterEvent(QPoint(5, 5), action, data, LEFT, NONE)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(5, 5), action, data, LEFT, NONE))
    assert window.session.base_design.id == "nvlink-fusion"
    settle()
    assert window.settings.recent_files() == [copy]


def test_that_every_action_of_a_menu_exists_and_every_action_stands_somewhere() -> None:
    shown = {one for _, ids in MENUS for one in ids} | set(CANVAS_MENU) | set(SCENARIO_MENU)
    assert {one for one in shown if one[0] not in "-@"} == set(BY_ID)


def test_that_no_key_means_two_things() -> None:
    keys = [key for action in ACTIONS for key in action.keys]
    assert len(keys) == len(set(keys))


def test_that_scenario_tabs_switch_what_is_on_screen(window: MainWindow, settle: Settle) -> None:
    settle()
    assert window.tabs.bar.count() == 4
    window.tabs.bar.setCurrentIndex(1)
    settle()
    assert window.session.active_scenario == "trn2"
    assert {tile.kpi_id: tile.words.delta for tile in window.kpi_strip.tiles}["chips"] == "Δ +256 (+100 %)"
    window.tabs.bar.setCurrentIndex(0)
    assert window.session.active_scenario is None


def test_that_branch_rename_merge_and_remove_are_each_one_step(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = window.session
    names = iter(("Cheaper power", "Cheap power"))
    monkeypatch.setattr(window.scenarios, "ask_name", lambda title, start: next(names))
    window.branch_scenario()
    made = session.base_design.scenarios[-1]
    assert (made.name, session.active_scenario) == ("Cheaper power", made.id)
    window.rename_scenario()
    assert session.base_design.scenarios[-1].name == "Cheap power"
    window.levers.nudge_first()
    assert session.base_design.scenarios[-1].edits
    edited = session.design.sites
    window.merge_scenario()
    assert session.base_design.sites == edited
    for _ in range(4):
        session.undo()
    assert len(session.base_design.scenarios) == 3


def test_that_the_month_field_takes_months_and_refuses_words(window: MainWindow, settle: Settle) -> None:
    settle()
    field = window.month_bar.field
    field.setText("2028-03")
    field.editingFinished.emit()
    assert window.session.month == 2028 * 12 + 3
    field.setText("soon")
    field.editingFinished.emit()
    assert field.property("error") == "true"
    assert field.text() == "soon"
    assert window.session.month == 2028 * 12 + 3


def test_that_the_command_field_finds_and_runs(window: MainWindow, qtbot: QtBot, settle: Settle) -> None:
    settle()
    in_the_hall(window, qtbot)
    window.command_field.open()
    QTest.keyClicks(window.command_field, "add gb300")
    QTest.keyClick(window.command_field, Qt.Key.Key_Return)
    assert window.session.design.blocks[-1].rack_id == "gb300-nvl72"
    assert not window.command_field.popup.isVisible()


def test_that_the_command_field_opens_examples_and_says_when_it_finds_nothing(
    window: MainWindow, settle: Settle
) -> None:
    settle()
    field = window.command_field
    field.open()
    QTest.keyClicks(field, "zebra")
    assert field.nothing.isVisible()
    assert not field.list.isVisible()
    field.clear()
    QTest.keyClicks(field, "open hybrid")
    assert field.list.isVisible()
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert window.session.base_design.id == "hybrid-migration"


def test_that_the_first_steps_can_be_done_for_me(window: MainWindow, settle: Settle, qtbot: QtBot) -> None:
    settle()
    in_the_hall(window, qtbot)
    window.show_first_steps()
    for step in range(3):
        assert window.first_steps.at == step
        window.first_steps.do_for_me.emit(step)
        settle()
    assert not window.first_steps.isVisible()


@pytest.mark.parametrize("choice", ["light", "dark", "contrast"])
def test_that_every_theme_dresses_without_a_message(window: MainWindow, choice: str, settle: Settle) -> None:
    window.choose_theme(choice)
    settle()
    assert not window.grab().isNull()


@pytest.mark.parametrize("size", [(1280, 720), (1366, 768), (1920, 1080), (3840, 2160)])
def test_that_every_size_keeps_a_canvas(window: MainWindow, size: tuple[int, int], qtbot: QtBot) -> None:
    window.resize(*size)
    window.fit_splitters([], [])
    qtbot.wait(50)
    assert window.canvas.width() >= 480
    assert window.canvas.height() >= 300


@pytest.mark.parametrize("path", example_paths(), ids=lambda path: path.stem)
def test_that_every_example_opens_and_tells_what_evaluate_tells(
    program: Program, path: Path, settle: Settle, tmp_path: Path
) -> None:
    program.window.open_example(path)
    settle()
    results = program.session.results
    assert results is not None
    out = tmp_path / "told.json"
    with open(tmp_path / "log", "w", encoding="utf-8") as log:
        assert evaluate_command.run([str(path), "--format", "json", "-o", str(out)], log, log) == 0
    told = json.loads(out.read_text(encoding="utf-8"))["kpis"]
    for value in results.kpis():
        assert told[value.id]["value"] == value.value


def test_that_a_start_without_a_screen_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    assert app.main([]) == 2
    assert app.main(["no-such-file.fleet"]) == 2
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 2
    assert "no screen" in told[0]
    assert "no-such-file.fleet" in told[1]


def test_that_menus_show_what_is_on_and_hide_their_letters_until_alt(window: MainWindow) -> None:
    window.choose_theme("dark")
    window.canvas.set_overlay("heat")
    window.menus.refresh()
    actions = window.menus.actions
    assert [one for one in ("theme_light", "theme_dark") if actions[one].isChecked()] == ["theme_dark"]
    assert actions["overlay_heat"].isChecked()
    assert not actions["overlay_family"].isChecked()
    # the icon would take the check mark's place
    assert not any(
        made.isIconVisibleInMenu() and not made.icon().isNull()
        for made in actions.values()
        if made.isCheckable()
    )
    bar = window.head.menu_bar
    quiet = bar.grab().toImage()
    QTest.keyPress(window.canvas, Qt.Key.Key_Alt)
    assert bar.letters_shown
    assert bar.grab().toImage() != quiet
    QTest.keyRelease(window.canvas, Qt.Key.Key_Alt)
    assert not bar.letters_shown


def test_that_copies_of_pictures_are_said(window: MainWindow, settle: Settle) -> None:
    settle()
    told: list[str] = []
    window.session.notice.connect(told.append)
    window.menus.actions["copy_graph"].trigger()
    window.menus.actions["copy_canvas"].trigger()
    assert told == ["Power copied as a picture", "Canvas copied as a picture"]


def test_a_finding_about_an_assumption_leads_to_its_row(
    window: MainWindow, settle: Settle, qtbot: QtBot
) -> None:
    settle()
    qtbot.waitUntil(
        lambda: any(row.finding.rule == "plan_turns" for row in window.findings.rows), timeout=20_000
    )
    row = next(row for row in window.findings.rows if row.finding.rule == "plan_turns")
    row.go_to.emit(row.finding.object)
    assert window.right.currentWidget() is window.assumptions
    assert window.assumptions.row(row.finding.object).is_open
