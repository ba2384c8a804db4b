"""Commands that put blocks on the floor, move them and copy them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from fleetdesigner.design.addresses import hall_of, ref_to
from fleetdesigner.design.commands.command import Command, counted
from fleetdesigner.design.commands.found import block_in
from fleetdesigner.design.edits import add_object, set_field
from fleetdesigner.design.fleet import Block
from fleetdesigner.design.model import Design, new_id
from fleetdesigner.design.scenarios import Edit


@dataclass(frozen=True, slots=True)
class PlaceBlocks(Command):
    """New blocks in a hall: a drop from the palette, a paste, a pod."""

    hall_id: str
    blocks: tuple[Block, ...]
    name: str = ""
    """What the planner calls the rack system, for the label."""

    @property
    def label(self) -> str:
        """Systems and their name."""
        name = self.name or (
            self.blocks[0].rack_id if len({b.rack_id for b in self.blocks}) == 1 else "systems"
        )
        return f"Place {sum(block.systems for block in self.blocks):,} {name}"

    def edits(self, design: Design) -> tuple[Edit, ...]:
        """One addition a block."""
        return tuple(add_object(ref_to("hall", self.hall_id), "block", block) for block in self.blocks)


@dataclass(frozen=True, slots=True)
class PlaceBlock(Command):
    """One new block in a hall."""

    hall_id: str
    block: Block
    name: str = ""
    """What the planner calls the rack system, for the label."""

    @property
    def label(self) -> str:
        """Systems and their name."""
        return PlaceBlocks(self.hall_id, (self.block,), self.name).label

    def edits(self, design: Design) -> tuple[Edit, ...]:
        """One addition."""
        return (add_object(ref_to("hall", self.hall_id), "block", self.block),)


@dataclass(frozen=True, slots=True)
class MoveBlocks(Command):
    """Blocks shift by floor positions and rows, and may go to another hall."""

    block_ids: tuple[str, ...]
    d_col: int
    d_row: int
    hall_id: str | None = None
    """None: each stays in its hall."""
    merge: str | None = None
    """Nudges with the arrow keys give one, so that they undo together."""

    @property
    def label(self) -> str:
        """How many blocks."""
        return f"Move {counted(len(self.block_ids), 'block')}"

    @property
    def merge_key(self) -> str | None:
        """As given."""
        return self.merge

    def edits(self, design: Design) -> tuple[Edit, ...]:
        """Place, then hall."""
        out: list[Edit] = []
        for block_id in self.block_ids:
            block, ref = block_in(design, block_id), ref_to("block", block_id)
            if self.d_col:
                out.append(set_field(ref, "col", block.col + self.d_col))
            if self.d_row:
                out.append(set_field(ref, "row", block.row + self.d_row))
            held = hall_of(design, block_id) if self.hall_id is not None else None
            if held is not None and held.id != self.hall_id:
                out.append(set_field(ref, "hall_id", self.hall_id))
        return tuple(out)


@dataclass(frozen=True, slots=True)
class CopyBlocks(Command):
    """Copies of blocks, shifted, in the same hall or another."""

    block_ids: tuple[str, ...]
    new_ids: tuple[str, ...]
    d_col: int
    d_row: int
    hall_id: str | None = None

    @classmethod
    def of(cls, block_ids: Iterable[str], d_col: int, d_row: int, hall_id: str | None = None) -> Self:
        """The command with fresh ids for the copies."""
        ids = tuple(block_ids)
        return cls(ids, tuple(new_id("b") for _ in ids), d_col, d_row, hall_id)

    @property
    def label(self) -> str:
        """How many blocks."""
        return f"Copy {counted(len(self.block_ids), 'block')}"

    def edits(self, design: Design) -> tuple[Edit, ...]:
        """One addition a copy; a copy has left its pod."""
        out: list[Edit] = []
        for block_id, copy_id in zip(self.block_ids, self.new_ids, strict=True):
            block = block_in(design, block_id)
            held = hall_of(design, block_id)
            target = self.hall_id if self.hall_id is not None or held is None else held.id
            # unchecked: a place outside the floor is refused with the object's name when the edit applies
            copy = block.replaced(
                id=copy_id, col=block.col + self.d_col, row=block.row + self.d_row, pod=None
            )
            out.append(add_object(ref_to("hall", target or ""), "block", copy))
        return tuple(out)
