"""A new design begins with a card; an own part is shown where it went."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from fleetdesigner.panels.own_part.panel import OwnPartDialog
from fleetdesigner.session.mime import rack_mime
from fleetdesigner.window.actions import BY_ID
from fleetdesigner.window.drop_hint import DropHint
from fleetdesigner.window.main_window import MainWindow
from fleetdesigner.window.new_design import ROOMS, it_limit_kw, new_document, places, room_words
from fleetdesigner.window.start_card import StartCard
from tests.window.conftest import Settle


def started(window: MainWindow) -> StartCard:
    window.menus.actions["new"].trigger()
    card = window.starting.card
    assert card is not None
    assert card.isVisible()
    return card


def dialog(window: MainWindow) -> OwnPartDialog:
    held = window.findChildren(OwnPartDialog)
    assert len(held) == 1
    return held[0]


def test_that_a_new_design_asks_for_its_room_and_limit(window: MainWindow) -> None:
    card = started(window)
    card.room.setCurrentIndex(0)
    QTest.keyClicks(card.limit, "")
    card.limit.setText("1.2 MW")
    assert card.make()
    design = window.session.base_design
    assert design.sites[0].grid[-1][1] == 1_200
    hall = design.halls[0]
    assert (hall.row_count, hall.columns) == (3, 18)
    assert hall.it_limit_kw == it_limit_kw(places(window.session.catalog)[0], 1_200)
    assert hall.liquid_kw == 0
    assert not card.isVisible()
    assert not window.session.dirty


def test_that_a_limit_that_is_none_is_said_at_its_field(window: MainWindow) -> None:
    card = started(window)
    card.limit.clear()
    QTest.keyClicks(card.limit, "lots")
    assert not card.make()
    assert "must be a number" in card._left.text()
    assert card.isVisible()


def test_that_escape_and_the_first_rack_leave_the_hall_to_the_planner(window: MainWindow) -> None:
    card = started(window)
    QTest.keyClick(card, Qt.Key.Key_Escape)
    assert not card.isVisible()
    card = started(window)
    window.canvas.add_rack("trn2-ultra")
    assert not card.isVisible()
    assert len(window.session.base_design.blocks) == 1


def test_that_the_card_steps_aside_for_a_rack_in_the_hand(window: MainWindow, qtbot: QtBot) -> None:
    card = started(window)
    at, data, copy = QPoint(10, 10), rack_mime("trn2-ultra"), Qt.DropAction.CopyAction
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(window.canvas, QDragEnterEvent(at, copy, data, buttons, keys))
    assert not card.isVisible()
    QApplication.sendEvent(window.canvas, QDragLeaveEvent())
    qtbot.waitUntil(card.isVisible)


def test_that_own_prices_keep_the_card_and_go_into_the_design_it_makes(
    window: MainWindow, qtbot: QtBot
) -> None:
    card = started(window)
    card.book.activated.emit(card.book.count() - 1)
    made = dialog(window)
    assert [one.text() for one in made.findChildren(QPushButton)] == ["Cancel", "Make the price book"]
    made.name.setText("House rents")
    made._name_typed("House rents")
    assert made.make()
    assert card.isVisible()
    assert card.book.currentText().startswith("House rents")
    assert window.palette_panel.price_book_id == "house-rents"
    assert card.make()
    assert [pin.id for pin in window.session.pins] == ["house-rents"]
    assert window.session.dirty


def test_that_an_own_rack_is_selected_and_lit_in_the_list(window: MainWindow, qtbot: QtBot) -> None:
    window.left.setCurrentWidget(window.plan_panel)
    window.palette_panel.search.setText("trainium")
    window.make_own_part("racks", "h100-rack")
    told: list[str] = []
    window.session.notice.connect(told.append)
    assert dialog(window).make()
    assert window.left.currentWidget() is window.palette_panel
    view = window.palette_panel.view
    part = view.current_part()
    assert part is not None
    assert part.own
    assert view.lit == part.id
    assert view.viewport().rect().contains(view.visualRect(view.currentIndex()))
    assert told == [f"{part.rack.name}: drag it from the list onto the floor"]
    qtbot.waitUntil(lambda: view.lit == "", timeout=4_000)


def test_that_the_menu_names_the_same_ways_to_begin() -> None:
    assert [BY_ID[one].text for one in ("new", "commitment", "open", "own_prices")] == [
        "New, empty hall",
        "New, from a commitment…",
        "Open a file…",
        "Own prices…",
    ]


@pytest.mark.parametrize("room", ROOMS, ids=room_words)
def test_every_room_makes_a_design(window: MainWindow, room: object) -> None:
    chosen = next(one for one in ROOMS if one is room)
    window.session.new(new_document(window.session.catalog, chosen, 20_000.0))
    hall = window.session.base_design.halls[0]
    assert room_words(chosen).startswith(f"{hall.row_count} rows of {hall.columns}")


def test_that_the_first_steps_point_to_where_they_happen(
    window: MainWindow, settle: Settle, qtbot: QtBot
) -> None:
    settle()
    window.canvas.show_hall("hall-1")
    qtbot.wait(300)
    window.show_first_steps()
    hint = window.findChild(DropHint)
    frame = window.canvas.frame
    assert isinstance(hint, DropHint)
    assert frame is not None
    assert (hint.words(), hint.target()) == ("drop here", frame.cell_rect(0, 2, 2))
    assert not hint.grab().toImage().isNull()
    window.first_steps.do_for_me.emit(0)
    block = window.session.design.blocks[-1]
    assert (block.rack_id, block.row) == ("trn2-ultra", 2)
    assert (hint.words(), hint.target()) == ("drag the edge to here", frame.cell_rect(2, 2, 6))
    window.first_steps.do_for_me.emit(1)
    assert not hint.isVisible()
    window.first_steps.finish()


def test_that_dialogs_ask_in_words_alone(window: MainWindow) -> None:
    box = QMessageBox(window)
    box.setStandardButtons(QMessageBox.StandardButton.Save | QMessageBox.StandardButton.Cancel)
    box.open()
    buttons = box.findChild(QDialogButtonBox)
    assert buttons is not None
    assert all(one.icon().isNull() for one in buttons.buttons())
    box.close()
