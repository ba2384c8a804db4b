"""Campus and halls: entering, leaving, zooming, the minimap, the bar above."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fleetdesigner.canvas.bar import CanvasBar, Legend
from fleetdesigner.canvas.minimap import goes_to, minimap_box
from fleetdesigner.canvas.view import CanvasView
from fleetdesigner.design.commands import MoveBlocks, PlaceBlock, SetFields, delete
from fleetdesigner.design.fleet import Block
from fleetdesigner.design.model import Design
from tests.canvas.conftest import Make
from tests.canvas.floor import LEFT, START, block, cell, design, framed, hall

NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


KINDS = ("h100-rack", "trn4-mgx", "no-such")


def campus() -> Design:
    return design(
        hall("h1", block("a", "h100-rack", 0, 0, 4)),
        hall("h2", block("b", "trn2-ultra", 0, 0, 4), feeds=()),
        hall("h3", ready=START + 30),
    )


def tile_centre(view: CanvasView, place: int) -> QPoint:
    tile = view.stage.campus.tile_of(place)
    assert tile is not None
    return view.camera.rect_to_screen(tile.rect).center().toPoint()


def wheel(view: CanvasView, point: QPoint, notches: int, keys: Qt.KeyboardModifier = NONE) -> None:
    held = QPointF(point)
    event = QWheelEvent(
        held, view.mapToGlobal(held), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton, keys,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view, event)


def test_a_design_with_one_hall_opens_in_it_and_one_with_more_on_the_campus(make_view: Make) -> None:
    assert make_view().hall_id == "h1"
    assert make_view(campus()).hall_id is None


def test_a_tile_is_chosen_by_a_click_and_entered_by_a_double_click(make_view: Make, qtbot: QtBot) -> None:
    view = make_view(campus())
    with qtbot.waitSignal(view.hall_focused) as chosen:
        QTest.mouseClick(view, LEFT, pos=tile_centre(view, 1))
    assert chosen.args == ["h2"]
    with qtbot.waitSignal(view.hall_changed) as entered:
        QTest.mouseDClick(view, LEFT, pos=tile_centre(view, 1))
    assert entered.args == ["h2"]


@pytest.mark.parametrize("key", [Qt.Key.Key_Backspace, Qt.Key.Key_Up, Qt.Key.Key_Escape])
def test_keys_lead_back_to_the_campus_with_the_tile_chosen(make_view: Make, key: Qt.Key) -> None:
    view = make_view(campus())
    view.show_hall("h2")
    QTest.keyClick(view, key)
    assert view.hall_id is None
    assert view.chosen_hall == "h2"


def test_escape_steps_back_one_thing_at_a_time(make_view: Make) -> None:
    view = make_view(campus())
    view.go_to("block:b")
    assert (view.hall_id, view.session.selection) == ("h2", ("b",))
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert (view.hall_id, view.session.selection) == ("h2", ())
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert view.hall_id is None


def test_arrows_choose_tiles_and_enter_opens(make_view: Make) -> None:
    view = make_view(campus(), (1048, 320))
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert view.chosen_hall == "h1"
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert view.chosen_hall == "h2"
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert view.hall_id == "h2"


def test_a_hall_keeps_its_camera(make_view: Make) -> None:
    view = make_view(campus())
    view.set_camera("h1", 2.0, 1.0, 160.0)
    view.show_hall("h2")
    view.show_hall("h1")
    assert (view.camera.x, view.camera.y, view.camera.zoom) == pytest.approx((2.0, 1.0, 160.0))


def test_a_hall_that_is_deleted_under_the_view_leads_to_the_campus(make_view: Make) -> None:
    view = make_view(campus())
    view.show_hall("h3")
    view.session.execute(delete(view.session.design, "hall:h3"))
    assert view.hall_id is None
    view.session.undo()
    assert len(view.stage.campus.tiles) == 3


def test_another_document_starts_afresh(make_view: Make) -> None:
    view = make_view(campus())
    view.show_hall("h2")
    other = view.session.document.changed(design=design().changed(id="other"))
    view.session.new(other)
    assert view.hall_id == "h1"


def test_the_wheel_zooms_at_the_pointer_and_pans_with_shift(view: CanvasView) -> None:
    point = cell(view, 4, 1)
    under = view.camera.to_world(QPointF(point))
    wheel(view, point, 3)
    after = view.camera.to_world(QPointF(point))
    assert view.camera.zoom > 45
    assert (after - under).manhattanLength() < 1e-6
    before = view.camera
    wheel(view, point, 1, SHIFT)
    assert (view.camera.x - before.x) * before.zoom == pytest.approx(-80)


def test_zoom_keys_and_fit(view: CanvasView) -> None:
    fitted = view.camera
    QTest.keyClick(view, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert view.zoom_text == "100 %"
    view.zoom_in()
    assert view.zoom_text == "120 %"
    view.zoom_out()
    QTest.keyClick(view, Qt.Key.Key_F)
    assert view.camera == fitted
    view.session.set_selection(("b",))
    QTest.keyClick(view, Qt.Key.Key_F, SHIFT)
    assert view.camera.zoom > fitted.zoom


def test_go_to_brings_a_block_into_view(make_view: Make) -> None:
    view = make_view(design(hall("h1", block("a", "h100-rack", 0, 0), block("z", "h100-rack", 17, 2))))
    view.set_camera("h1", 0.0, 0.0, 300.0)
    view.go_to("block:z")
    frame = framed(view)
    assert view.session.selection == ("z",)
    assert frame.cell_rect(17, 2).intersects(view.rect().toRectF())


def test_the_minimap_comes_when_something_is_out_of_view(view: CanvasView) -> None:
    assert minimap_box(view) is None
    view.set_camera("h1", 0.0, 0.0, 300.0)
    box = minimap_box(view)
    assert box is not None
    corner = QPointF(box.right() - 10, box.bottom() - 10)
    world = goes_to(view, corner)
    assert world is not None
    QTest.mouseClick(view, LEFT, pos=corner.toPoint())
    middle = view.camera.to_world(QPointF(view.width() / 2, view.height() / 2))
    assert (middle - world).manhattanLength() < 0.2
    assert view.session.selection == ()


def test_the_camera_flies_unless_motion_is_reduced(make_view: Make, qtbot: QtBot) -> None:
    view = make_view(campus())
    view.reduced_motion = False
    view.show_hall("h1")
    assert view._navigator.flying
    view.grab()
    qtbot.waitUntil(lambda: not view._navigator.flying, timeout=3000)
    fitted = view.camera
    view.set_camera("h1", 0, 0, 300)
    view.fit()
    qtbot.waitUntil(lambda: not view._navigator.flying, timeout=3000)
    assert view.camera == fitted


def test_resizing_keeps_a_fitted_view_fitted(view: CanvasView) -> None:
    before = view.camera.zoom
    view.resize(800, 360)
    QApplication.processEvents()
    assert view.camera.zoom < before


def test_the_bar_shows_path_overlay_zoom_and_steers(make_view: Make, qtbot: QtBot) -> None:
    view = make_view(campus())
    bar = CanvasBar(view.session, view)
    qtbot.addWidget(bar)
    assert bar._hall.text() == "3 halls"
    view.show_hall("h2")
    assert (bar._site.text(), bar._hall.text()) == ("Columbus", "Hall h2")
    bar._hall.menu().actions()[0].trigger()
    assert view.hall_id == "h1"
    bar._site.menu().actions()[0].trigger()
    assert view.hall_id is None
    bar._choices.button(1).click()
    assert view.overlay == "power"
    view.set_overlay("heat")
    assert bar._choices.checkedId() == 2
    assert bar._zoom.text() == view.zoom_text
    bar._ruler.click()
    assert view.measures
    view.set_ruler(False)
    assert not bar._ruler.isChecked()


def test_the_legend_names_what_is_there(make_view: Make, qtbot: QtBot) -> None:
    view = make_view(
        design(
            hall(
                "h1", block("a", "h100-rack", 0, 0), block("t", "trn4-mgx", 2, 0), block("x", "no-such", 4, 0)
            )
        )
    )
    words = [item.words for item in view.legend()]
    assert words == ["NVIDIA Hopper", "announced", "no public figure"]
    legend = Legend(view)
    qtbot.addWidget(legend)
    assert legend.accessibleName() == "Legend: NVIDIA Hopper, announced, no public figure"
    view.set_overlay("phase")
    assert legend.accessibleName() == "Legend: from 2026-07"


def test_an_unknown_overlay_is_refused_by_name(view: CanvasView) -> None:
    with pytest.raises(ValueError, match="family, power, heat, use, phase"):
        view.set_overlay("mood")


def test_the_context_menu_names_what_is_under_it(make_view: Make, qtbot: QtBot) -> None:
    view = make_view(campus())
    assert view.pointer.refs_at(QPointF(tile_centre(view, 1))) == ("hall:h2",)
    view.show_hall("h1")
    assert view.pointer.refs_at(QPointF(cell(view, 1, 0))) == ("block:a",)
    assert view.session.selection == ("a",)
    view.session.set_selection(())
    assert view.pointer.refs_at(QPointF(cell(view, 9, 2))) == ("hall:h1",)


def test_words_for_screen_readers_follow(make_view: Make) -> None:
    view = make_view(campus())
    assert view.accessibleName().startswith("Campus, 3 halls, 8 systems, ")
    view.show_hall("h1")
    assert view.accessibleName().startswith("Hall h1, 4 systems, ")
    assert view.accessibleName().endswith("of 1,000 kW IT in 2027-09")
    assert view.accessibleDescription() == "nothing selected"
    view.session.set_selection(("a",))
    assert view.accessibleDescription() == "selected: 4 × HGX H100 rack, 4 servers at A1–A4"


def test_a_campus_painted_over_its_last_picture_is_the_same_as_one_painted_anew(make_view: Make) -> None:
    view = make_view(campus())
    view.painting.standing()
    for change in (
        lambda: view.session.execute(delete(view.session.design, "block:b")),
        lambda: view.session.set_month(START + 31),
        view.session.undo,
        lambda: view.stage.set_overlay("phase"),
    ):
        change()
        over = view.painting.standing().toImage().copy()
        view.painting.forget()
        assert over == view.painting.standing().toImage()


def test_what_follows_the_hand_looks_like_a_canvas_made_anew(make_view: Make, qtbot: QtBot) -> None:
    view = make_view(campus())
    session = view.session

    def settled() -> None:
        qtbot.waitUntil(lambda: not session.busy and session.results is not None, timeout=20_000)

    def at_once() -> None:
        """Only the change of the design, the numbers are still on their way."""

    def place(one: Block, into: str) -> Callable[[], object]:
        return lambda: session.execute(PlaceBlock(into, one, "Rack"))

    ramping = block("r", "h100-rack", 6, 0, 4, 2, phase_id="later")
    settled()
    for number, (change, wait) in enumerate(
        (
            (place(block("c", "h100-rack", 0, 1), "h1"), at_once),
            (place(block("d", "h100-rack", 0, 2, 6), "h2"), settled),
            (lambda: session.set_month(START + 13), at_once),
            (place(ramping, "h1"), settled),
            (lambda: session.execute(MoveBlocks(("c",), 8, 1, "h2")), at_once),
            (lambda: session.set_month(START + 31), settled),
            (lambda: view.set_overlay("use"), at_once),
            (place(block("e", "trn2-ultra", 0, 0, 2), "h3"), settled),
            (lambda: session.execute(delete(session.design, "block:b")), settled),
            (lambda: view.set_overlay("power"), at_once),
            (lambda: session.execute(SetFields.of("Less", [("hall:h1", "it_limit_kw", 120.0)])), settled),
            (session.undo, at_once),
            (session.undo, settled),
        )
    ):
        change()
        wait()
        fresh = CanvasView(session)
        qtbot.addWidget(fresh)
        fresh.resize(view.size())
        fresh.set_overlay(view.overlay)
        assert view.grab().toImage() == fresh.grab().toImage(), number
        assert view.accessibleName() == fresh.accessibleName()
        assert view.legend() == fresh.legend()


def test_designs_that_come_faster_than_frames_share_one(make_view: Make, qtbot: QtBot) -> None:
    view = make_view(campus())
    session = view.session
    qtbot.waitUntil(lambda: not session.busy and session.results is not None, timeout=20_000)
    frames: list[int] = []
    follow = view.following
    follow.frame.connect(lambda: frames.append(int(view.stage.fleet.systems.sum())))
    session.results_changed.disconnect(follow._on_results)
    follow._pace.setInterval(60_000)  # a display that is slower than any machine
    view.update()
    qtbot.waitUntil(lambda: frames == [8])
    for col in range(6):
        session.execute(PlaceBlock("h2", block(f"n{col}", "h100-rack", col, 2), "Rack"))
        QApplication.processEvents()
    assert frames == [8]
    assert view.accessibleName().startswith("Campus, 3 halls, 14 systems"), "who asks is told at once"
    follow._pace.setInterval(1)
    qtbot.waitUntil(lambda: frames == [8, 14])
