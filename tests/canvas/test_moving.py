"""Blocks go from hall to hall by the hand: onto a tile, a row of the plan, or another hall's floor."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from fleetdesigner.canvas.around import CAMPUS
from fleetdesigner.canvas.moving import Move
from fleetdesigner.canvas.view import CanvasView
from fleetdesigner.design.addresses import hall_of
from tests.canvas.conftest import Make
from tests.canvas.floor import LEFT, NO_KEYS, block, cell, design, drag, hall, move

CTRL = Qt.KeyboardModifier.ControlModifier


class Beside:
    """A plan left of the canvas that names one ref, and remembers what was marked."""

    def __init__(self, ref: str) -> None:
        self.ref = ref
        self.marks: list[tuple[str, bool]] = []

    def ref_at(self, place: QPoint) -> str:
        return self.ref

    def mark(self, ref: str, legal: bool) -> None:
        self.marks.append((ref, legal))


@pytest.fixture
def two(make_view: Make) -> CanvasView:
    """Two halls; the first in view."""
    view = make_view(
        design(
            hall("h1", block("a", "h100-rack", 2, 0, 4)),
            hall("h2", block("b", "h100-rack", 0, 0, 4), block("full", "h100-rack", 0, 2, 18)),
        )
    )
    view.show_hall("h1")
    return view


def held_by(view: CanvasView, block_id: str) -> str:
    found = hall_of(view.session.design, block_id)
    assert found is not None
    return found.id


def taken(view: CanvasView, outside: QPoint, keys: Qt.KeyboardModifier = NO_KEYS) -> Move:
    """Block a in the hand, over a place outside the canvas."""
    drag(view, cell(view, 2, 0), outside, keys, let_go=False)
    gesture = view.gesture
    assert isinstance(gesture, Move)
    return gesture


def test_a_row_of_the_plan_takes_blocks_to_the_nearest_free_place(two: CanvasView, qtbot: QtBot) -> None:
    plan = two.around = Beside("hall:h2")
    out = QPoint(-40, 60)
    gesture = taken(two, out)
    card = gesture.label()
    assert (card.title, card.place) == ("4 × HGX H100 rack, 4 servers", "Hall h2, A5–A8")
    assert plan.marks[-1] == ("hall:h2", True)
    rows = {row.label: row.value for row in card.rows}
    assert rows["Row A feed"] == "326 of 330 kW"
    two.grab()
    with qtbot.waitSignal(two.hint) as told:
        QTest.mouseRelease(two, LEFT, NO_KEYS, out)
    assert "now in Hall h2" in told.args[0]
    assert held_by(two, "a") == "h2"
    assert plan.marks[-1] == ("", True)
    two.session.undo()
    assert held_by(two, "a") == "h1"


def test_ctrl_leaves_the_original(two: CanvasView) -> None:
    two.around = Beside("hall:h2")
    out = QPoint(-40, 60)
    taken(two, out, CTRL)
    QTest.mouseRelease(two, LEFT, CTRL, out)
    assert [len(one.blocks) for one in two.session.design.halls] == [1, 3]


def test_a_hall_without_room_refuses_with_the_reason(make_view: Make, qtbot: QtBot) -> None:
    view = make_view(
        design(hall("h1", block("a", "h100-rack", 0, 0, 4)), hall("h2", block("b", "h100-rack", 0, 0, 18, 3)))
    )
    view.show_hall("h1")
    plan = view.around = Beside("hall:h2")
    out = QPoint(-40, 60)
    gesture = taken(view, out)
    words = "Hall h2 has no 4 × 1 free positions in one place"
    assert gesture.label().notices[0].words == words
    assert plan.marks[-1] == ("hall:h2", False)
    with qtbot.waitSignal(view.hint) as told:
        QTest.mouseRelease(view, LEFT, NO_KEYS, out)
    assert told.args == [f"Not moved: {words}"]
    assert held_by(view, "a") == "h1"


def test_the_path_leads_to_the_campus_and_a_tile_takes_the_block(two: CanvasView, qtbot: QtBot) -> None:
    two.around = Beside(CAMPUS)
    taken(two, QPoint(40, -20))
    qtbot.waitUntil(lambda: two.hall_id is None, timeout=3_000)
    tile = two.stage.campus.tile_of(1)
    assert tile is not None
    spot = two.camera.rect_to_screen(tile.rect).center().toPoint()
    move(two, spot)
    two.grab()
    gesture = two.gesture
    assert isinstance(gesture, Move)
    assert gesture.label().place == "Hall h2, A5–A8"
    QTest.mouseRelease(two, LEFT, NO_KEYS, spot)
    assert held_by(two, "a") == "h2"


def test_a_rest_on_a_row_leads_into_its_hall_for_a_place_of_ones_own(two: CanvasView, qtbot: QtBot) -> None:
    two.around = Beside("hall:h2")
    taken(two, QPoint(-40, 60))
    qtbot.waitUntil(lambda: two.hall_id == "h2", timeout=3_000)
    spot = cell(two, 9, 1)
    move(two, spot)
    two.grab()
    gesture = two.gesture
    assert isinstance(gesture, Move)
    # held at its first rack, so that rack is under the mouse
    assert gesture.label().place == "Hall h2, B10–B13"
    assert gesture.added_kw()[1] == pytest.approx(4 * 40.8)
    QTest.mouseRelease(two, LEFT, NO_KEYS, spot)
    moved = next(one for one in two.session.design.blocks if one.id == "a")
    assert (held_by(two, "a"), moved.col, moved.row) == ("h2", 9, 1)


def test_escape_elsewhere_leaves_all_as_it_was(two: CanvasView) -> None:
    plan = two.around = Beside("hall:h2")
    before = two.session.design
    taken(two, QPoint(-40, 60))
    QTest.keyClick(two, Qt.Key.Key_Escape)
    assert two.gesture is None
    assert plan.marks[-1][0] == ""
    QTest.mouseRelease(two, LEFT, NO_KEYS, QPoint(-40, 60))
    assert two.session.design is before


def test_outside_of_everything_nothing_moves_beyond_the_floor(two: CanvasView, qtbot: QtBot) -> None:
    two.around = Beside("")
    taken(two, QPoint(-400, 60))
    with qtbot.waitSignal(two.hint) as told:
        QTest.mouseRelease(two, LEFT, NO_KEYS, QPoint(-400, 60))
    assert told.args[0].startswith("Not moved: Hall h1 ends here")
