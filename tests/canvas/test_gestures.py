"""What the hand and the keys do: each finished gesture is one step of undo."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from fleetdesigner.canvas.gestures import RubberBand
from fleetdesigner.canvas.ghosts import box_rects
from fleetdesigner.canvas.telling import band_words
from fleetdesigner.canvas.view import CanvasView
from fleetdesigner.design.fleet import Block
from tests.canvas.conftest import Make
from tests.canvas.floor import LEFT, block, cell, design, drag, framed, hall, move

Key = Qt.Key
CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
)  # fmt: skip


def held(view: CanvasView, block_id: str) -> Block:
    return next(one for one in view.session.design.blocks if one.id == block_id)


def place(view: CanvasView, block_id: str) -> tuple[int, int]:
    return held(view, block_id).col, held(view, block_id).row


def handle(view: CanvasView, edge: str) -> QPoint:
    left, top, right, bottom = (int(v) for v in box_rects(framed(view), view.selected_boxes())[0])
    return {
        "right": QPoint(right + 1, (top + bottom) // 2),
        "bottom": QPoint((left + right) // 2, bottom + 1),
        "top_left": QPoint(left, top),
        "bottom_right": QPoint(right, bottom),
    }[edge]


def test_a_click_selects_a_block_and_another_takes_over(view: CanvasView) -> None:
    QTest.mouseClick(view, LEFT, pos=cell(view, 1, 0))
    assert view.session.selection == ("a",)
    QTest.mouseClick(view, LEFT, pos=cell(view, 1, 1))
    assert view.session.selection == ("b",)


def test_shift_click_adds_and_takes_away(view: CanvasView) -> None:
    QTest.mouseClick(view, LEFT, pos=cell(view, 1, 0))
    QTest.mouseClick(view, LEFT, SHIFT, cell(view, 1, 1))
    assert view.session.selection == ("a", "b")
    QTest.mouseClick(view, LEFT, SHIFT, cell(view, 2, 0))
    assert list(view.session.selection) == ["b"]


def test_a_click_between_racks_selects_nothing(view: CanvasView) -> None:
    view.session.set_selection(("a",))
    aisle = QPoint(cell(view, 1, 0).x(), round(framed(view).y_of(1)) - 20)
    QTest.mouseClick(view, LEFT, pos=aisle)
    assert view.session.selection == ()


def test_a_rubber_band_selects_and_counts(view: CanvasView) -> None:
    frame = framed(view)
    start = QPoint(round(frame.floor.right()) + 4, round(frame.floor.bottom()) + 4)
    drag(view, start, cell(view, 3, 1), let_go=False)
    gesture = view.gesture
    assert isinstance(gesture, RubberBand)
    words = band_words(gesture._found, view.stage.fleet)
    assert words.startswith("4 systems · 163 kW · $")
    QTest.mouseRelease(view, LEFT, pos=cell(view, 3, 1))
    assert view.session.selection == ("b",)
    assert not view.session.dirty


def test_a_rubber_band_with_shift_adds(view: CanvasView) -> None:
    view.session.set_selection(("a",))
    frame = framed(view)
    start = QPoint(round(frame.floor.right()) + 4, round(frame.floor.bottom()) + 4)
    drag(view, start, cell(view, 3, 1), SHIFT)
    assert view.session.selection == ("a", "b")


def test_what_has_no_figure_is_said_in_the_count(make_view: Make) -> None:
    view = make_view(design(hall("h1", block("a", "no-such-rack", 0, 0, 3), block("b", "h100-rack", 4, 0))))
    words = band_words(view.session.design.blocks, view.stage.fleet)
    assert words.endswith("3 of 4 without a figure")


def test_a_drag_moves_and_undo_takes_it_back(view: CanvasView) -> None:
    drag(view, cell(view, 1, 0), cell(view, 7, 2))
    assert place(view, "a") == (6, 2)
    assert view.session.undo_label() == "Move 1 block"
    view.session.undo()
    assert place(view, "a") == (0, 0)


def test_a_drag_of_several_keeps_them_together(view: CanvasView) -> None:
    view.session.set_selection(("a", "b"))
    drag(view, cell(view, 1, 0), cell(view, 6, 1))
    assert place(view, "a") == (5, 1)
    assert place(view, "b") == (5, 2)


def test_shift_holds_the_longer_axis(view: CanvasView) -> None:
    start = cell(view, 1, 0)
    QTest.mousePress(view, LEFT, pos=start)
    end = cell(view, 9, 0) + QPoint(0, 40)
    for part in (2, 1):
        move(view, start + (end - start) / part, SHIFT)
    QTest.mouseRelease(view, LEFT, SHIFT, end)
    assert place(view, "a") == (8, 0)


def test_a_drag_onto_others_is_refused_with_the_reason(view: CanvasView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.hint) as told:
        drag(view, cell(view, 1, 0), cell(view, 2, 1))
    assert told.args == ["Not moved: B2 is taken by H100 block"]
    assert place(view, "a") == (0, 0)
    assert not view.session.dirty


def test_ctrl_drag_copies(view: CanvasView) -> None:
    drag(view, cell(view, 1, 0), cell(view, 8, 2), CTRL)
    assert place(view, "a") == (0, 0)
    assert len(view.session.design.blocks) == 3
    copy = view.session.design.blocks[-1]
    assert (copy.col, copy.row, copy.cols) == (7, 2, 4)
    assert view.session.selection == (copy.id,)


def test_escape_cancels_a_drag(view: CanvasView) -> None:
    drag(view, cell(view, 1, 0), cell(view, 7, 2), let_go=False)
    QTest.keyClick(view, Key.Key_Escape)
    QTest.mouseRelease(view, LEFT, pos=cell(view, 7, 2))
    assert place(view, "a") == (0, 0)


def test_the_array_handle_fills_to_the_right(view: CanvasView) -> None:
    QTest.mouseClick(view, LEFT, pos=cell(view, 1, 0))
    start = handle(view, "right")
    drag(view, start, start + QPoint(round(framed(view).position_px * 3), 0))
    assert held(view, "a").cols == 7
    assert view.session.undo_label() == "Fill 7 × 1"


def test_the_lower_handle_fills_rows(view: CanvasView) -> None:
    view.session.set_selection(("b",))
    start = handle(view, "bottom")
    drag(view, start, start + QPoint(0, round(framed(view).row_px)))
    assert held(view, "b").rows == 2


def test_filling_onto_others_is_refused(view: CanvasView, qtbot: QtBot) -> None:
    view.session.set_selection(("a",))
    start = handle(view, "bottom")
    with qtbot.waitSignal(view.hint) as told:
        drag(view, start, start + QPoint(0, round(framed(view).row_px)))
    assert told.args == ["Not filled: B1 is taken by H100 block"]
    assert held(view, "a").rows == 1


def test_a_corner_resizes_from_the_other_corner(make_view: Make) -> None:
    view = make_view(design(hall("h1", block("a", "h100-rack", 6, 1, 4))))
    view.session.set_selection(("a",))
    start = handle(view, "top_left")
    frame = framed(view)
    drag(view, start, start - QPoint(round(frame.position_px * 2), round(frame.row_px)))
    assert (held(view, "a").cols, held(view, "a").rows, *place(view, "a")) == (6, 2, 4, 0)


def test_a_block_never_shrinks_below_one_system(view: CanvasView) -> None:
    view.session.set_selection(("a",))
    drag(view, handle(view, "right"), cell(view, 0, 0) - QPoint(60, 0))
    assert held(view, "a").cols == 1


def test_two_position_systems_grow_by_whole_systems(make_view: Make) -> None:
    view = make_view(design(hall("h1", block("a", "trn2-ultra", 0, 2, 2))))
    view.session.set_selection(("a",))
    start = handle(view, "right")
    drag(view, start, start + QPoint(round(framed(view).position_px * 4), 0))
    assert held(view, "a").cols == 4


@pytest.mark.parametrize(
    ("key", "keys", "end"),
    [
        (Key.Key_Right, Qt.KeyboardModifier.NoModifier, (1, 0)),
        (Key.Key_Right, SHIFT, (10, 0)),
    ],
)
def test_arrows_nudge(view: CanvasView, key: Qt.Key, keys: Qt.KeyboardModifier, end: tuple[int, int]) -> None:
    view.session.set_selection(("a",))
    QTest.keyClick(view, key, keys)
    assert place(view, "a") == end


def test_nudges_in_a_row_are_one_step(view: CanvasView) -> None:
    view.session.set_selection(("a",))
    for _ in range(3):
        QTest.keyClick(view, Key.Key_Right)
    assert place(view, "a") == (3, 0)
    view.session.undo()
    assert place(view, "a") == (0, 0)


def test_nudges_of_another_block_are_another_step(view: CanvasView) -> None:
    view.session.set_selection(("a",))
    QTest.keyClick(view, Key.Key_Right)
    view.session.set_selection(("b",))
    QTest.keyClick(view, Key.Key_Right)
    view.session.undo()
    assert place(view, "a") == (1, 0)
    assert place(view, "b") == (0, 1)


def test_a_nudge_against_the_wall_says_so(view: CanvasView, qtbot: QtBot) -> None:
    view.session.set_selection(("a",))
    with qtbot.waitSignal(view.hint) as told:
        QTest.keyClick(view, Key.Key_Left)
    assert told.args == ["Not moved: Hall h1 ends here"]


def test_alt_arrows_fill(view: CanvasView) -> None:
    view.session.set_selection(("b",))
    QTest.keyClick(view, Key.Key_Right, ALT)
    QTest.keyClick(view, Key.Key_Down, ALT)
    assert (held(view, "b").cols, held(view, "b").rows) == (5, 2)


def test_alt_left_grows_to_the_left(make_view: Make) -> None:
    view = make_view(design(hall("h1", block("a", "trn2-ultra", 6, 0, 2))))
    view.session.set_selection(("a",))
    view.array(-1, 0)
    assert (held(view, "a").cols, held(view, "a").col) == (3, 4)


def test_array_of_several_copies_them(view: CanvasView) -> None:
    view.session.set_selection(("a", "b"))
    view.array(1, 0)
    assert [(b.col, b.row) for b in view.session.design.blocks[2:]] == [(4, 0), (4, 1)]


def test_rotate_needs_room(view: CanvasView, qtbot: QtBot) -> None:
    view.session.set_selection(("a",))
    with qtbot.waitSignal(view.hint) as told:
        QTest.keyClick(view, Key.Key_R)
    assert told.args[0].startswith("Not turned: ")
    assert held(view, "a").turn == 0


def test_rotate_turns(make_view: Make) -> None:
    view = make_view(design(hall("h1", block("a", "h100-rack", 0, 0, 3))))
    view.session.set_selection(("a",))
    QTest.keyClick(view, Key.Key_R)
    assert held(view, "a").turn == 90
    assert view.selected_boxes().tolist() == [[0, 0, 1, 3]]
    QTest.keyClick(view, Key.Key_R, SHIFT)
    assert held(view, "a").turn == 0


def test_delete_and_undo_give_back_the_same_design(view: CanvasView) -> None:
    before = view.session.design
    view.session.set_selection(("a", "b"))
    QTest.keyClick(view, Key.Key_Delete)
    assert view.session.design.blocks == ()
    assert view.session.selection == ()
    view.session.undo()
    assert view.session.design is before


def test_copy_and_paste_at_the_mouse_else_at_the_nearest_place(view: CanvasView) -> None:
    view.session.set_selection(("a",))
    QTest.keyClick(view, Key.Key_C, CTRL)
    QTest.keyClick(view, Key.Key_V, CTRL)
    pasted = view.session.design.blocks[-1]
    assert pasted.id not in ("a", "b")
    assert (pasted.cols, pasted.row) == (4, 0)
    assert view.session.selection == (pasted.id,)


def test_cut_and_paste(view: CanvasView) -> None:
    view.session.set_selection(("a",))
    QTest.keyClick(view, Key.Key_X, CTRL)
    assert [one.id for one in view.session.design.blocks] == ["b"]
    view.paste()
    assert len(view.session.design.blocks) == 2


def test_pasting_something_else_says_so(view: CanvasView, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setText('{"blocks": 3}')
    with qtbot.waitSignal(view.hint) as told:
        view.paste()
    assert told.args == ["The clipboard holds no rack systems"]


def test_duplicate_stands_beside(view: CanvasView) -> None:
    view.session.set_selection(("a", "b"))
    QTest.keyClick(view, Key.Key_D, CTRL)
    assert [(b.col, b.row) for b in view.session.design.blocks[2:]] == [(4, 0), (4, 1)]


def test_select_all_and_split(view: CanvasView) -> None:
    QTest.keyClick(view, Key.Key_A, CTRL)
    assert view.session.selection == ("a", "b")
    view.session.set_selection(("a",))
    view.split_selection()
    assert [(b.id == "a", b.col, b.cols) for b in view.session.design.blocks if b.row == 0] == [
        (True, 0, 2),
        (False, 2, 2),
    ]


def test_tab_goes_through_the_blocks_and_then_leaves(view: CanvasView, qtbot: QtBot) -> None:
    qtbot.waitActive(view)
    view.setFocus()
    for expected in ("a", "b"):
        QTest.keyClick(view, Key.Key_Tab)
        assert view.session.selection == (expected,)
    assert not view.cycle(1)
    QTest.keyClick(view, Key.Key_Backtab)
    assert view.session.selection == ("a",)


def test_enter_and_double_click_ask_for_details(view: CanvasView, qtbot: QtBot) -> None:
    view.session.set_selection(("b",))
    with qtbot.waitSignal(view.details_requested) as asked:
        QTest.keyClick(view, Key.Key_Return)
    assert asked.args == ["block:b"]
    with qtbot.waitSignal(view.details_requested) as asked:
        QTest.mouseDClick(view, LEFT, pos=cell(view, 1, 0))
    assert asked.args == ["block:a"]


def test_the_ruler_measures_metres(view: CanvasView) -> None:
    view.set_ruler(True)
    drag(view, cell(view, 0, 2), cell(view, 10, 2))
    assert view.measure is not None
    (x1, _), (x2, _) = view.measure
    assert x2 - x1 == pytest.approx(6.0, abs=0.05)
    assert not view.session.dirty
    QTest.keyClick(view, Key.Key_Escape)
    assert not view.measures


def test_pan_by_middle_button_and_by_space(view: CanvasView) -> None:
    before = view.camera
    QTest.mousePress(view, Qt.MouseButton.MiddleButton, pos=QPoint(300, 200))
    move(view, QPoint(340, 230))
    QTest.mouseRelease(view, Qt.MouseButton.MiddleButton, pos=QPoint(340, 230))
    assert (before.x - view.camera.x) * before.zoom == pytest.approx(40)
    QTest.keyPress(view, Key.Key_Space)
    drag(view, cell(view, 1, 0), cell(view, 1, 0) + QPoint(30, 0))
    QTest.keyRelease(view, Key.Key_Space)
    assert (before.x - view.camera.x) * before.zoom == pytest.approx(70, abs=1)
    assert view.session.selection == ()


def test_the_design_changing_under_a_drag_ends_it(view: CanvasView) -> None:
    drag(view, cell(view, 1, 0), cell(view, 7, 2), let_go=False)
    view.session.set_selection(("b",))
    view.delete_selection()
    assert view.gesture is None
    QTest.mouseRelease(view, LEFT, pos=cell(view, 7, 2))
    assert place(view, "a") == (0, 0)
