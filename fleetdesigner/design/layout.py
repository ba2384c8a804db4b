"""Where systems stand in a hall: floor positions, overlap, free places, metres. Pure arrays.

A floor position is one (col, row) of the hall's grid. A system covers `positions` columns of one row, which
only the catalog knows, so functions take them from the caller: a mapping or a function rack_id → positions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.design.fleet import ROW_DEPTH_M, Block, Hall

Positions = Mapping[str, int] | Callable[[str], int]
"""Floor positions that one system covers, by rack id."""
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

STRIDE = 1 << 32
"""A position's key is row · STRIDE + col: keys sort by row, then by column."""


def covered(positions: Positions, rack_id: str) -> int:
    """Floor positions that one system of `rack_id` covers, at least 1."""
    return max(1, int(positions(rack_id) if callable(positions) else positions[rack_id]))


@dataclass(frozen=True, eq=False)
class Cells:
    """The systems of some blocks as columns; all arrays have the same length, one entry a system."""

    block: Ints
    """Index into the blocks they were expanded from."""
    column: Ints
    """The system's own index in its block, before turning; `holes` count in these."""
    line: Ints
    """The system's own row index in its block."""
    col: Ints
    """First floor position in the row."""
    row: Ints
    width: Ints
    """Floor positions covered, from `col` on."""

    def __len__(self) -> int:
        return int(self.col.size)

    @cached_property
    def keys(self) -> Ints:
        """Sorted keys of every covered position; one that is covered twice is there twice."""
        return np.sort(_keys(self.col, self.row, self.width)[0])

    @cached_property
    def _lookup(self) -> tuple[Ints, Ints]:
        keys, owner = _keys(self.col, self.row, self.width)
        order = np.argsort(keys, kind="stable")
        return keys[order], owner[order]

    def at(self, col: int, row: int) -> int:
        """Index of the system that covers the position, the one placed last on a tie; −1 when free."""
        keys, owner = self._lookup
        place = int(np.searchsorted(keys, row * STRIDE + col, side="right")) - 1
        if place < 0 or keys[place] != row * STRIDE + col:
            return -1
        return int(owner[place])


def expand(blocks: Sequence[Block], positions: Positions) -> Cells:
    """The systems of `blocks`, block by block, line by line; holes are left out."""
    if not blocks:
        none = np.empty(0, np.int64)
        return Cells(none, none, none, none, none, none)
    table = np.array(
        [(b.col, b.row, b.cols, b.rows, b.turn, covered(positions, b.rack_id)) for b in blocks], np.int64
    )
    cols, rows = table[:, 2], table[:, 3]
    counts = cols * rows
    block = np.repeat(np.arange(len(blocks)), counts)
    index = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
    line, column = np.divmod(index, cols[block])
    keep = _without_holes(blocks, block, column, line)
    if keep is not None:
        block, column, line = block[keep], column[keep], line[keep]
    first_col, first_row, cols, rows, turn, width = (table[block, k] for k in range(6))
    across = np.select(
        [turn == 0, turn == 90, turn == 180], [column, rows - 1 - line, cols - 1 - column], line
    )
    down = np.select([turn == 0, turn == 90, turn == 180], [line, column, rows - 1 - line], cols - 1 - column)
    return Cells(block, column, line, first_col + across * width, first_row + down, width)


def _without_holes(blocks: Sequence[Block], block: Ints, column: Ints, line: Ints) -> Mask | None:
    holes = [(k, c, r) for k, b in enumerate(blocks) for c, r in b.holes]
    if not holes:
        return None
    gone = np.array(holes, np.int64)
    # columns and lines stay below 2^14, so three numbers fit in one
    key = (block << 28) | (column << 14) | line
    return ~np.isin(key, (gone[:, 0] << 28) | (gone[:, 1] << 14) | gone[:, 2])


def _keys(col: Ints, row: Ints, width: Ints) -> tuple[Ints, Ints]:
    """Keys of all covered positions and, for each, the index of its system."""
    start = row * STRIDE + col
    if width.size == 0 or int(width.max()) == 1:
        return start, np.arange(start.size)
    owner = np.repeat(np.arange(start.size), width)
    offset = np.arange(owner.size) - np.repeat(np.cumsum(width) - width, width)
    return start[owner] + offset, owner


def slot_keys(blocks: Iterable[Block], positions: Positions) -> Ints:
    """Sorted keys of the positions that `blocks` cover."""
    return expand(tuple(blocks), positions).keys


def shifted(keys: Ints, d_col: int, d_row: int) -> Ints:
    """`keys` of the same systems moved by columns and rows."""
    return keys + (d_row * STRIDE + d_col)


def overlapping(keys: Ints, taken: Ints) -> Mask:
    """For each of `keys` whether it is in the sorted `taken`."""
    if taken.size == 0 or keys.size == 0:
        return np.zeros(keys.size, np.bool_)
    place = np.searchsorted(taken, keys)
    return np.equal(taken[np.minimum(place, taken.size - 1)], keys)


def overlaps(keys: Ints, taken: Ints) -> bool:
    """Whether any of `keys` is in the sorted `taken`."""
    return bool(overlapping(keys, taken).any())


def blocked_by(hall: Hall, blocks: Sequence[Block], positions: Positions) -> tuple[str, ...]:
    """Ids of the hall's blocks that stand where `blocks` would; blocks of the same id do not count."""
    moving = {block.id for block in blocks}
    others = tuple(block for block in hall.blocks if block.id not in moving)
    cells = expand(others, positions)
    wanted = slot_keys(blocks, positions)
    keys, owner = _keys(cells.col, cells.row, cells.width)
    hit = np.unique(cells.block[owner[overlapping(keys, wanted)]])
    return tuple(others[int(k)].id for k in hit)


def extent(block: Block, positions: Positions) -> tuple[int, int]:
    """(columns, rows) of floor positions that the block spans, turned, holes included."""
    width = covered(positions, block.rack_id)
    if block.turn in (90, 270):
        return block.rows * width, block.cols
    return block.cols * width, block.rows


def inside(hall: Hall, blocks: Iterable[Block], positions: Positions) -> bool:
    """Whether every block lies within the hall's grid."""
    return all(
        block.col + width <= hall.columns and block.row + height <= hall.row_count
        for block in blocks
        for width, height in [extent(block, positions)]
    )


def part_origin(block: Block, columns: range, lines: range, positions: int) -> tuple[int, int]:
    """(col, row) where the part of the block's own columns × lines starts on the floor."""
    if block.turn == 0:
        across, down = columns.start, lines.start
    elif block.turn == 90:
        across, down = block.rows - lines.stop, columns.start
    elif block.turn == 180:
        across, down = block.cols - columns.stop, block.rows - lines.stop
    else:
        across, down = lines.start, block.cols - columns.stop
    return block.col + across * positions, block.row + down


def first_free(hall: Hall, taken: Ints, width: int, height: int, from_row: int = 0) -> tuple[int, int] | None:
    """The first (col, row), by row then column, where `width` × `height` positions are free; None when full.

    `taken` are the sorted keys of `slot_keys`.
    """
    for row in range(from_row, hall.row_count - height + 1):
        starts = _free_starts(taken, hall.columns, row, width, height)
        if starts.size:
            return int(starts[0]), row
    return None


def nearest_free(
    hall: Hall, taken: Ints, width: int, height: int, col: int, row: int
) -> tuple[int, int] | None:
    """The free (col, row) for `width` × `height` positions nearest to the wanted place, in metres."""
    best: tuple[float, int, int] | None = None
    for candidate in sorted(range(hall.row_count - height + 1), key=lambda one: abs(one - row)):
        down = abs(candidate - row) * row_pitch_m(hall)
        if best is not None and down >= best[0]:
            break
        starts = _free_starts(taken, hall.columns, candidate, width, height)
        if starts.size:
            place = int(starts[np.argmin(np.abs(starts - col))])
            distance = float(np.hypot((place - col) * hall.pitch_m, down))
            if best is None or distance < best[0]:
                best = distance, place, candidate
    return None if best is None else (best[1], best[2])


def _free_starts(taken: Ints, columns: int, row: int, width: int, height: int) -> Ints:
    """Columns from which `width` positions are free in all of `height` rows from `row` on."""
    if width > columns:
        return np.empty(0, np.int64)
    low, high = np.searchsorted(taken, [row * STRIDE, (row + height) * STRIDE])
    used = np.zeros(columns + 1, np.int64)
    across = taken[low:high] % STRIDE
    used[1 + across[across < columns]] = 1
    before = np.cumsum(used)
    return np.flatnonzero(before[width:] == before[:-width])


def row_pitch_m(hall: Hall) -> float:
    """Metres from one row to the next: the row and its aisle."""
    return ROW_DEPTH_M + hall.aisle_m


def place_m(hall: Hall, col: float, row: float) -> tuple[float, float]:
    """Metres (x, y) of the upper left corner of a floor position, from the hall's upper left corner."""
    return col * hall.pitch_m, row * row_pitch_m(hall)


def rect_m(hall: Hall, col: int, row: int, width: int, height: int) -> tuple[float, float, float, float]:
    """Metres (x, y, width, height) of positions from (col, row) on, without the last row's aisle."""
    x, y = place_m(hall, col, row)
    return x, y, width * hall.pitch_m, (height - 1) * row_pitch_m(hall) + ROW_DEPTH_M


def place_at(hall: Hall, x: float, y: float) -> tuple[int, int]:
    """The (col, row) under a point in metres; in an aisle the nearer row. May lie outside the hall."""
    pitch = row_pitch_m(hall)
    return int(np.floor(x / hall.pitch_m)), int(np.floor((y + hall.aisle_m / 2) / pitch))
