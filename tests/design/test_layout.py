"""Hall geometry against plain loops, and the gestures that must leave systems where they stand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetdesigner.design.commands import SplitBlock, TakeOutSystem
from fleetdesigner.design.edits import apply_edits
from fleetdesigner.design.fleet import Block, Hall
from fleetdesigner.design.layout import (
    STRIDE,
    blocked_by,
    expand,
    extent,
    first_free,
    inside,
    nearest_free,
    overlaps,
    place_at,
    place_m,
    rect_m,
    row_pitch_m,
    shifted,
    slot_keys,
)
from tests.design.samples import START, hall, large_design, small_design

POSITIONS = {"one": 1, "two": 2, "three": 3}


@st.composite
def blocks(draw: st.DrawFn, block_id: str = "b") -> Block:
    """A block with holes, anywhere near the origin."""
    cols, rows = draw(st.integers(1, 5)), draw(st.integers(1, 4))
    cells = [(c, r) for c in range(cols) for r in range(rows)]
    holes = draw(st.sets(st.sampled_from(cells), max_size=len(cells) - 1))
    return Block(
        id=block_id,
        rack_id=draw(st.sampled_from(sorted(POSITIONS))),
        col=draw(st.integers(0, 12)),
        row=draw(st.integers(0, 8)),
        cols=cols,
        rows=rows,
        turn=draw(st.sampled_from((0, 90, 180, 270))),
        holes=tuple(sorted(holes)),
        phase_id="p",
    )


def by_hand(block: Block) -> dict[tuple[int, int], tuple[int, int]]:
    """(own column, own row) → first (col, row), turning a drawing of the block a quarter at a time."""
    grid = [[(c, r) for c in range(block.cols)] for r in range(block.rows)]
    for _ in range(block.turn // 90):
        grid = [list(line) for line in zip(*grid[::-1], strict=True)]
    width = POSITIONS[block.rack_id]
    return {
        cell: (block.col + across * width, block.row + down)
        for down, line in enumerate(grid)
        for across, cell in enumerate(line)
        if cell not in block.holes
    }


def slots(block: Block) -> set[tuple[int, int]]:
    """All covered positions, by hand."""
    return {(col + k, row) for col, row in by_hand(block).values() for k in range(POSITIONS[block.rack_id])}


def keys_of(places: set[tuple[int, int]]) -> list[int]:
    """Keys of positions, sorted."""
    return sorted(row * STRIDE + col for col, row in places)


@given(st.lists(blocks(), max_size=4))
def test_systems_stand_where_a_turned_drawing_says(some: list[Block]) -> None:
    cells = expand(some, POSITIONS)
    expected = [
        (index, *cell, *place, POSITIONS[block.rack_id])
        for index, block in enumerate(some)
        for cell, place in sorted(by_hand(block).items(), key=lambda one: (one[0][1], one[0][0]))
    ]
    found = np.stack(
        [cells.block, cells.column, cells.line, cells.col, cells.row, cells.width], axis=1
    ).tolist()
    assert [tuple(one) for one in found] == expected
    assert cells.keys.tolist() == sorted(key for block in some for key in keys_of(slots(block)))


@given(blocks())
def test_a_position_finds_its_system(block: Block) -> None:
    cells = expand([block], POSITIONS.__getitem__)
    for col in range(30):
        for row in range(14):
            index = cells.at(col, row)
            assert (index >= 0) == ((col, row) in slots(block))
            if index >= 0:
                assert cells.row[index] == row
                assert cells.col[index] <= col < cells.col[index] + cells.width[index]


@given(blocks(), blocks("other"), st.integers(-5, 5), st.integers(-5, 5))
def test_overlap_is_a_shared_position(one: Block, other: Block, d_col: int, d_row: int) -> None:
    moved = {(col + d_col, row + d_row) for col, row in slots(one)}
    keys = shifted(slot_keys([one], POSITIONS), d_col, d_row)
    assert overlaps(keys, slot_keys([other], POSITIONS)) == bool(moved & slots(other))
    room = hall("h", one.changed(id="self"), other)
    expected = {name for name, block in (("self", one), ("other", other)) if slots(block) & slots(one)}
    assert set(blocked_by(room, [one], POSITIONS)) == expected
    assert "self" not in blocked_by(room, [one.changed(id="self")], POSITIONS)


@given(blocks())
def test_extent_is_the_box_around_all_systems(block: Block) -> None:
    places = slots(block.changed(holes=()))
    width, height = extent(block, POSITIONS)
    assert width == max(col for col, _ in places) - block.col + 1
    assert height == max(row for _, row in places) - block.row + 1


@given(st.lists(blocks(), max_size=5), st.integers(1, 12), st.integers(1, 5))
def test_free_places_are_free_and_nothing_before_them_is(some: list[Block], width: int, height: int) -> None:
    room = hall("h").changed(width_m=12.0, depth_m=30.0)
    taken = slot_keys(some, POSITIONS)
    used = {place for block in some for place in slots(block)}
    free = [
        (col, row)
        for row in range(room.row_count - height + 1)
        for col in range(room.columns - width + 1)
        if not any((col + i, row + j) in used for i in range(width) for j in range(height))
    ]
    assert first_free(room, taken, width, height) == (free[0] if free else None)
    near = nearest_free(room, taken, width, height, 7, 4)
    if not free:
        assert near is None
        return
    assert near in free

    def away(place: tuple[int, int]) -> float:
        return float(np.hypot((place[0] - 7) * room.pitch_m, (place[1] - 4) * row_pitch_m(room)))

    assert away(near) == pytest.approx(min(away(place) for place in free))


def test_nothing_fits_where_the_hall_is_narrower() -> None:
    room = hall("h")
    taken = slot_keys([], POSITIONS)
    assert first_free(room, taken, room.columns + 1, 1) is None
    assert nearest_free(room, taken, 1, room.row_count + 1, 0, 0) is None


def test_inside_knows_the_walls() -> None:
    room = hall("h")
    block = Block(id="b", rack_id="two", col=room.columns - 8, row=0, cols=4, phase_id="p")
    assert inside(room, [block], POSITIONS)
    assert not inside(room, [block.changed(col=block.col + 1)], POSITIONS)
    assert not inside(room, [block.changed(turn=90, row=room.row_count - 3)], POSITIONS)
    assert inside(room, [block.changed(turn=90, row=room.row_count - 4)], POSITIONS)


def test_metres_and_positions_are_each_other_s_way_back() -> None:
    room: Hall = hall("h")
    assert row_pitch_m(room) == pytest.approx(3.0)
    for col, row in ((0, 0), (17, 3), (199, 29)):
        x, y = place_m(room, col, row)
        assert place_at(room, x + 0.01, y + 0.01) == (col, row)
    # in the aisle the nearer row
    assert place_at(room, 0.1, 1.2 + 0.8) == (0, 0)
    assert place_at(room, 0.1, 1.2 + 1.0) == (0, 1)
    assert rect_m(room, 2, 1, 4, 2) == pytest.approx((1.2, 3.0, 2.4, 4.2))


@given(blocks(), st.sampled_from(["col", "row"]), st.integers(1, 4))
def test_split_and_take_out_leave_every_system_where_it_stands(block: Block, axis: str, index: int) -> None:
    design = small_design()
    block = block.changed(phase_id="p1")
    positions = POSITIONS[block.rack_id]
    room = design.halls[0].changed(blocks=(block,))
    design = design.changed(sites=(design.sites[0].changed(halls=(room,)),))
    column, line = next(iter(by_hand(block)))
    for command in (
        SplitBlock(block.id, "col" if axis == "col" else "row", index, "second", positions),
        TakeOutSystem(block.id, column, line, "single", positions),
    ):
        try:
            after = apply_edits(design, command.edits(design))
        except ValueError:
            continue
        places = [place for one in after.blocks for place in by_hand(one).values()]
        assert sorted(places) == sorted(by_hand(block).values())
        assert {one.phase_id for one in after.blocks} == {"p1"}


def test_fifty_thousand_racks_expand_in_one_go() -> None:
    design = large_design()
    cells = expand(design.blocks, lambda rack_id: 1)
    assert len(cells) == 50_000
    assert len(np.unique(slot_keys(design.halls[0].blocks, lambda rack_id: 1))) == sum(
        block.systems for block in design.halls[0].blocks
    )
    assert design.first_month == START
