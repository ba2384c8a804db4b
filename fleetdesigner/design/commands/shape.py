"""Commands that change the shape of blocks: array fill, turn, split, holes, removal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from fleetdesigner.design.addresses import ref_to
from fleetdesigner.design.commands.command import Command, counted
from fleetdesigner.design.commands.found import block_in, hall_with
from fleetdesigner.design.edits import add_object, remove_object, set_field
from fleetdesigner.design.fleet import Block
from fleetdesigner.design.layout import part_origin
from fleetdesigner.design.model import Design
from fleetdesigner.design.refusals import EditError
from fleetdesigner.design.scenarios import Edit


def shape_edits(old: Block, new: Block) -> tuple[Edit, ...]:
    """Edits for the fields of place and shape that differ."""
    ref = ref_to("block", old.id)
    return tuple(
        set_field(ref, field, getattr(new, field))
        for field in ("col", "row", "cols", "rows", "turn", "holes")
        if getattr(new, field) != getattr(old, field)
    )


@dataclass(frozen=True, slots=True)
class ResizeBlock(Command):
    """The array handle: so many columns and rows of systems. Holes outside the new shape are forgotten."""

    block_id: str
    cols: int
    rows: int
    col: int | None = None
    """New place when the left or upper edge was dragged; None = as it is."""
    row: int | None = None

    @property
    def label(self) -> str:
        """The new shape."""
        return f"Fill {self.cols:,} × {self.rows:,}"

    def edits(self, design: Design) -> tuple[Edit, ...]:
        """Shape and place."""
        old = block_in(design, self.block_id)
        new = old.replaced(
            cols=self.cols,
            rows=self.rows,
            col=old.col if self.col is None else self.col,
            row=old.row if self.row is None else self.row,
            holes=tuple((c, r) for c, r in old.holes if c < self.cols and r < self.rows),
        )
        return shape_edits(old, new)


@dataclass(frozen=True, slots=True)
class TurnBlocks(Command):
    """Blocks turn by quarters, clockwise; the upper left corner stays."""

    block_ids: tuple[str, ...]
    quarters: int = 1

    @property
    def label(self) -> str:
        """How many blocks."""
        return f"Turn {counted(len(self.block_ids), 'block')}"

    def edits(self, design: Design) -> tuple[Edit, ...]:
        """The new angle of each."""
        blocks = [block_in(design, block_id) for block_id in self.block_ids]
        return tuple(
            edit
            for block in blocks
            for edit in shape_edits(block, block.replaced(turn=(block.turn + 90 * self.quarters) % 360))
        )


@dataclass(frozen=True, slots=True)
class SplitBlock(Command):
    """A block becomes two at one of its own columns or rows; the systems stay where they stand."""

    block_id: str
    axis: Literal["col", "row"]
    index: int
    """First column or row of the new block, 1 … cols − 1."""
    second_id: str
    positions: int
    """Floor positions that one system covers."""

    @property
    def label(self) -> str:
        """The same for all."""
        return "Split block"

    def edits(self, design: Design) -> tuple[Edit, ...]:
        """The first part keeps the id, the second is new and stands right behind it."""
        block = block_in(design, self.block_id)
        length = block.cols if self.axis == "col" else block.rows
        if not 1 <= self.index < length:
            called = f"block “{block.label or block.id}”"
            raise EditError(called, f"cannot be split at {self.index}", f"choose 1 to {length - 1}")
        cols, lines = range(block.cols), range(block.rows)
        if self.axis == "col":
            parts = (cols[: self.index], lines), (cols[self.index :], lines)
        else:
            parts = (cols, lines[: self.index]), (cols, lines[self.index :])
        first, second = (_part(block, columns, rows, self.positions) for columns, rows in parts)
        if not (first.systems and second.systems):
            called = f"block “{block.label or block.id}”"
            raise EditError(called, "one part would hold no system", "split it elsewhere")
        hall = ref_to("hall", hall_with(design, self.block_id).id)
        return (*shape_edits(block, first), add_object(hall, "block", second.replaced(id=self.second_id)))


def _part(block: Block, columns: range, lines: range, positions: int) -> Block:
    col, row = part_origin(block, columns, lines, positions)
    holes = tuple((c - columns.start, r - lines.start) for c, r in block.holes if c in columns and r in lines)
    return block.replaced(col=col, row=row, cols=len(columns), rows=len(lines), holes=holes)


@dataclass(frozen=True, slots=True)
class TakeOutSystem(Command):
    """One system of a block becomes a block of its own, where it stands."""

    block_id: str
    column: int
    line: int
    new_block_id: str
    positions: int

    @property
    def label(self) -> str:
        """The same for all."""
        return "Take one system out of its block"

    def edits(self, design: Design) -> tuple[Edit, ...]:
        """A hole, and a new block in it. A block of one system is left as it is."""
        block = block_in(design, self.block_id)
        _check_system(block, self.column, self.line)
        if block.systems == 1:
            return ()
        columns, lines = range(self.column, self.column + 1), range(self.line, self.line + 1)
        single = _part(block, columns, lines, self.positions).replaced(id=self.new_block_id)
        hall = ref_to("hall", hall_with(design, self.block_id).id)
        return (
            set_field(ref_to("block", block.id), "holes", _with_holes(block, [(self.column, self.line)])),
            add_object(hall, "block", single),
        )


def _check_system(block: Block, column: int, line: int) -> None:
    inside = 0 <= column < block.cols and 0 <= line < block.rows
    if not inside or (column, line) in block.holes:
        called = f"block “{block.label or block.id}”"
        raise EditError(called, f"has no system in column {column + 1}, row {line + 1}", "select it again")


def _with_holes(block: Block, more: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    return tuple(sorted({*block.holes, *more}, key=lambda hole: (hole[1], hole[0])))


@dataclass(frozen=True, slots=True)
class RemoveSystems(Command):
    """Single systems go and leave holes; a block that has lost all goes too."""

    systems: tuple[tuple[str, int, int], ...]
    """(block id, column, row) with the block's own indices."""

    @property
    def label(self) -> str:
        """How many systems."""
        return f"Remove {counted(len(self.systems), 'system')}"

    def edits(self, design: Design) -> tuple[Edit, ...]:
        """Holes or a removal, block by block."""
        by_block: dict[str, list[tuple[int, int]]] = {}
        for block_id, column, line in self.systems:
            by_block.setdefault(block_id, []).append((column, line))
        out: list[Edit] = []
        for block_id, cells in by_block.items():
            block = block_in(design, block_id)
            for column, line in cells:
                _check_system(block, column, line)
            holes = _with_holes(block, cells)
            if len(holes) == block.cols * block.rows:
                out.append(remove_object("block", block_id))
            else:
                out.append(set_field(ref_to("block", block_id), "holes", holes))
        return tuple(out)


@dataclass(frozen=True, slots=True)
class DeleteBlocks(Command):
    """Blocks go."""

    block_ids: tuple[str, ...]

    @property
    def label(self) -> str:
        """How many blocks."""
        return f"Delete {counted(len(self.block_ids), 'block')}"

    def edits(self, design: Design) -> tuple[Edit, ...]:
        """One removal a block."""
        return tuple(remove_object("block", block_id) for block_id in self.block_ids)
