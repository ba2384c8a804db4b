"""Blocks that stand where they cannot: outside the hall's grid, or two in one place at one time.

Remembered by hall, so that a change in one hall looks at that hall only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from fleetdesigner.design.edits import set_field
from fleetdesigner.design.fleet import Block, Hall
from fleetdesigner.design.layout import STRIDE, expand, extent, nearest_free, slot_keys
from fleetdesigner.engine.checks.context import CheckContext
from fleetdesigner.engine.remembered import SAMPLES, Remembered
from fleetdesigner.engine.results import Finding, Remedy

Widths = tuple[tuple[str, int], ...]
"""(rack id, floor positions of one system)"""
Lives = tuple[tuple[int, int], ...]
"""(first month, month after the last) in which each block of a hall stands there."""
Pairs = tuple[tuple[int, int, int, int], ...]
"""(block, block, col, row) of two blocks in one position, by index in the hall."""


class Standing(NamedTuple):
    """How the blocks of a hall stand."""

    outside: tuple[int, ...]
    """Blocks that reach outside, by index in the hall."""
    lives: Lives
    pairs: Pairs


SHOWN = 20
"""Findings of one rule in one hall; how many more there are is told in the last."""

_OUTSIDE: Remembered[tuple[int, ...]] = Remembered(512)
_STANDING: Remembered[Standing] = Remembered(512)
_WIDTHS: Remembered[Widths] = Remembered(SAMPLES)
_OVERLAPS: Remembered[Pairs] = Remembered(512)


def block_outside(context: CheckContext) -> Iterator[Finding]:
    """A block reaches over the last floor position or the last row."""
    widths = _widths(context)
    for _, hall in context.halls.values():
        bad = _standing(context, hall, widths).outside
        for at in bad[:SHOWN]:
            block = hall.blocks[at]
            width, height = extent(block, dict(widths))
            over = []
            if block.col + width > hall.columns:
                over.append(f"position {block.col + width}, the hall has {hall.columns}")
            if block.row + height > hall.row_count:
                over.append(f"row {block.row + height}, the hall has {hall.row_count}")
            yield Finding(
                "error",
                "block_outside",
                f"block:{block.id}",
                f"{called(context, block)} in {hall.name or hall.id}: reaches {', and '.join(over)}",
                _more(len(bad), "blocks of this hall reach outside"),
                None,
                tuple(_moved(hall, block, widths)),
            )


def blocks_overlap(context: CheckContext) -> Iterator[Finding]:
    """Two blocks stand in one position in the same month; one that follows a retired one does not."""
    widths = _widths(context)
    for _, hall in context.halls.values():
        standing = _standing(context, hall, widths)
        lives, pairs = standing.lives, standing.pairs
        for first, second, col, row in pairs[:SHOWN]:
            one, other = hall.blocks[first], hall.blocks[second]
            from_month = max(lives[first][0], lives[second][0])
            yield Finding(
                "error",
                "blocks_overlap",
                f"block:{other.id}",
                f"{called(context, other)} in {hall.name or hall.id}: stands on {called(context, one)} "
                f"at position {col + 1}, row {row + 1}",
                _more(len(pairs), "pairs of blocks of this hall overlap"),
                from_month,
                tuple(_moved(hall, other, widths)),
            )


def called(context: CheckContext, block: Block) -> str:
    """How findings name a block: its label, else what it is made of."""
    return block.label or f"{block.systems} × {context.racks[block.rack_id][0].short_name}"


def _widths(context: CheckContext) -> Widths:
    widths = tuple((rack_id, rack.positions) for rack_id, (rack, _) in context.racks.items())
    return _WIDTHS.get((), widths, lambda: widths)


def _standing(context: CheckContext, hall: Hall, widths: Widths) -> Standing:
    """How the blocks of a hall stand; at once while the hall and the phases are the same objects."""

    def look() -> Standing:
        spans = context.spans
        lives = tuple([spans[block.phase_id] for block in hall.blocks])
        return Standing(_outside(hall, widths), lives, _overlaps(hall, widths, lives))

    return _STANDING.get((hall, context.design.phases, widths), None, look)


def _outside(hall: Hall, widths: Widths) -> tuple[int, ...]:
    columns, rows = hall.columns, hall.row_count

    def look() -> tuple[int, ...]:
        at: Mapping[str, int] = dict(widths)
        found = []
        for index, block in enumerate(hall.blocks):
            width, height = extent(block, at)
            if block.col + width > columns or block.row + height > rows:
                found.append(index)
        return tuple(found)

    return _OUTSIDE.get((hall.blocks,), (columns, rows, widths), look)


def _overlaps(hall: Hall, widths: Widths, lives: Lives) -> Pairs:
    def look() -> Pairs:
        cells = expand(hall.blocks, dict(widths))
        owner = np.repeat(np.arange(len(cells)), cells.width)
        offset = np.arange(len(owner)) - np.repeat(np.cumsum(cells.width) - cells.width, cells.width)
        key = cells.row[owner] * STRIDE + cells.col[owner] + offset
        block = cells.block[owner]
        order = np.lexsort((block, key))
        key, block = key[order], block[order]
        starts = np.flatnonzero(np.diff(key, prepend=-1) != 0)
        counts = np.diff(np.append(starts, len(key)))
        found: dict[tuple[int, int], tuple[int, int]] = {}
        for start, count in zip(starts[counts > 1], counts[counts > 1], strict=True):
            row, col = divmod(int(key[start]), STRIDE)
            here = [int(one) for one in block[start : start + count]]
            for at, one in enumerate(here):
                for other in here[at + 1 :]:
                    together = max(lives[one][0], lives[other][0]) < min(lives[one][1], lives[other][1])
                    if one != other and together:
                        found.setdefault((one, other), (col, row))
        return tuple((*pair, *where) for pair, where in found.items())

    return _OVERLAPS.get((hall.blocks,), (widths, lives), look)


def _moved(hall: Hall, block: Block, widths: Widths) -> Iterator[Remedy]:
    at = dict(widths)
    width, height = extent(block, at)
    taken = slot_keys((other for other in hall.blocks if other.id != block.id), at)
    free = nearest_free(hall, taken, width, height, block.col, block.row)
    if free is not None:
        yield Remedy(
            f"Move it to position {free[0] + 1}, row {free[1] + 1}",
            "The nearest free place in the hall.",
            (
                set_field(f"block:{block.id}", "col", free[0]),
                set_field(f"block:{block.id}", "row", free[1]),
            ),
        )


def _more(count: int, what: str) -> str:
    return f"{count} {what}; the first {SHOWN} are listed." if count > SHOWN else ""
