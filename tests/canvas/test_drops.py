"""Parts dragged in from the palette, through Qt's own drag events."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fleetdesigner.canvas.drops import Drop
from fleetdesigner.canvas.view import CanvasView
from fleetdesigner.look.theme import current
from fleetdesigner.units import text
from tests.canvas.conftest import Make
from tests.canvas.floor import Dragged, cell, design, framed, hall


def test_a_drop_places_one_system_and_selects_it(view: CanvasView) -> None:
    part = Dragged(view, "trn2-ultra")
    target = cell(view, 4, 0, 2)
    assert part.enter(target)
    assert part.move(target)
    assert part.drop(target)
    placed = view.session.design.blocks[-1]
    assert (placed.rack_id, placed.col, placed.row, placed.systems) == ("trn2-ultra", 4, 0, 1)
    assert placed.phase_id == "now"
    assert placed.stays[0].pool_id == "gpu"
    assert view.session.selection == (placed.id,)
    assert view.session.undo_label().startswith("Place 1 Trn2 UltraServer")


def test_the_label_tells_power_weight_limits_and_domain(view: CanvasView, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: view.stage.loads.month_index is not None, timeout=20_000)
    part = Dragged(view, "trn2-ultra")
    part.enter(cell(view, 4, 0, 2))
    gesture = view.gesture
    assert isinstance(gesture, Drop)
    card = gesture._card()
    rows = {row.label: row.value for row in card.rows}
    assert (card.title, card.place) == ("Trn2 UltraServer", "A5–A6")
    assert rows["Power"] == "+53.8 kW IT, +70.0 kW facility"
    assert rows["Of it network, storage"] == "5.85 kW"
    assert rows["Weight"].endswith("kg on 2 positions")
    assert rows["Row A feed"] == "211 of 330 kW"
    assert rows["Scale-up domain"] == "64 chips, kept whole"
    assert gesture.added_kw() == {0: 48.0}


def test_the_key_figure_grows_by_what_the_label_says(view: CanvasView, qtbot: QtBot) -> None:
    session = view.session

    def facility() -> float:
        qtbot.waitUntil(lambda: not session.busy and session.results is not None, timeout=20_000)
        assert session.results is not None
        return float(session.results.kpi("facility_power_kw", session.month).value or 0.0)

    before = facility()
    part = Dragged(view, "trn2-ultra")
    target = cell(view, 4, 0, 2)
    part.enter(target)
    gesture = view.gesture
    assert isinstance(gesture, Drop)
    rows = {row.label: row.value for row in gesture._card().rows}
    assert part.drop(target)
    added = facility() - before
    assert rows["Power"].endswith(f"+{text(added, 'kW')} facility")
    hall_kw = view.stage.loads.hall_kw[0]
    assert rows["Hall h1"] == f"{hall_kw:,.0f} of 1,000 kW IT"


def test_a_taken_place_refuses_and_says_why(view: CanvasView, qtbot: QtBot) -> None:
    part = Dragged(view, "trn2-ultra")
    target = cell(view, 2, 1, 2)
    # it stays a target while it hovers, so that the label can name rule and object
    assert part.enter(target)
    assert part.move(target)
    gesture = view.gesture
    assert isinstance(gesture, Drop)
    assert gesture._card().notices[0].words == "B3 is taken by H100 block"
    with qtbot.waitSignal(view.hint) as told:
        assert not part.drop(target)
    assert told.args == ["Not placed: B3 is taken by H100 block"]
    assert len(view.session.design.blocks) == 2
    assert view.gesture is None


def test_a_limit_warns_in_red_and_lets_the_drop_happen(view: CanvasView) -> None:
    part = Dragged(view, "gb300-nvl72")
    target = cell(view, 6, 2)
    part.enter(target)
    gesture = view.gesture
    assert isinstance(gesture, Drop)
    notice = gesture._card().notices[0]
    assert notice.over
    assert notice.words == "needs liquid cooling: 122 kW, Hall h1 has 0"
    assert part.drop(target)
    assert len(view.session.design.blocks) == 3


def test_outside_the_hall_refuses(view: CanvasView) -> None:
    part = Dragged(view, "h100-rack")
    corner = QPoint(2, 2)
    part.enter(corner)
    assert not part.drop(corner)
    assert len(view.session.design.blocks) == 2


def test_leaving_forgets_the_part(view: CanvasView) -> None:
    Dragged(view, "h100-rack").enter(cell(view, 6, 0))
    assert view.gesture is not None
    QApplication.sendEvent(view, QDragLeaveEvent())
    assert view.gesture is None


def test_other_drags_and_unknown_parts_are_not_for_the_canvas(view: CanvasView) -> None:
    assert not Dragged(view, "no-such-rack").enter(cell(view, 6, 0))
    text = QMimeData()
    text.setText("h100-rack")
    event = QDragEnterEvent(
        cell(view, 6, 0),
        Qt.DropAction.CopyAction,
        text,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(view, event)
    assert not event.isAccepted()


def test_legal_cells_are_tinted_while_it_hovers(view: CanvasView) -> None:
    free = framed(view).cell_rect(10, 2).topLeft().toPoint() + QPoint(6, 6)
    before = view.grab().toImage().pixelColor(free)
    Dragged(view, "h100-rack").enter(cell(view, 6, 0))
    during = view.grab().toImage().pixelColor(free)
    assert before == current().color("cell")
    assert during == current().color("legal")


def test_a_drop_on_a_tile_takes_the_first_free_place(make_view: Make) -> None:
    rooms = design().halls[0], hall("h2", feeds=())
    view = make_view(design(*rooms))
    assert view.hall_id is None
    tile = view.stage.campus.tile_of(0)
    assert tile is not None
    target = view.camera.rect_to_screen(tile.rect).center().toPoint()
    part = Dragged(view, "trn2-ultra")
    part.enter(target)
    assert part.drop(target)
    placed = view.session.design.halls[0].blocks[-1]
    assert (placed.col, placed.row) == (4, 0)


def test_a_tile_without_room_refuses(make_view: Make) -> None:
    full = design().halls[0].changed(width_m=2.4, depth_m=1.2)
    full = full.changed(blocks=full.blocks[:1], feeds=())
    view = make_view(design(full, hall("h2")))
    tile = view.stage.campus.tile_of(0)
    assert tile is not None
    target = view.camera.rect_to_screen(tile.rect).center().toPoint()
    part = Dragged(view, "h100-rack")
    part.enter(target)
    assert not part.drop(target)


def test_a_design_without_phases_gets_its_first(make_view: Make) -> None:
    empty = design(hall("h1")).replaced(phases=(), pools=())
    view = make_view(empty)
    part = Dragged(view, "h100-rack")
    part.enter(cell(view, 0, 0))
    assert part.drop(cell(view, 0, 0))
    after = view.session.design
    assert after.phases[0].service_month == after.first_month
    assert after.blocks[0].phase_id == after.phases[0].id
    view.session.undo()
    assert view.session.design.phases == ()


def test_add_rack_takes_the_first_free_place(view: CanvasView, qtbot: QtBot) -> None:
    assert view.add_rack("trn2-ultra")
    placed = view.session.design.blocks[-1]
    assert (placed.col, placed.row) == (4, 0)


def test_add_rack_says_when_there_is_no_room(make_view: Make, qtbot: QtBot) -> None:
    full = design().halls[0]
    full = full.changed(width_m=2.4, depth_m=1.2, blocks=full.blocks[:1], feeds=())
    view = make_view(design(full))
    with qtbot.waitSignal(view.hint) as told:
        assert not view.add_rack("h100-rack")
    assert told.args == ["Not placed: Hall h1 has no 1 free positions in a row"]
