"""Commands that set fields: of anything, and the few that planners know by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fleetdesigner.design.addresses import find, parse_ref, ref_to
from fleetdesigner.design.commands.command import Command, counted
from fleetdesigner.design.commands.found import block_in
from fleetdesigner.design.dates import FIELDS, refuse_dates
from fleetdesigner.design.edits import apply_edits, set_field
from fleetdesigner.design.fleet import Block, Stay
from fleetdesigner.design.model import Design
from fleetdesigner.design.refusals import EditError
from fleetdesigner.design.scenarios import Edit, SetField


@dataclass(frozen=True, slots=True)
class SetFields(Command):
    """Any edits under one name: what the inspector, the timeline and findings' remedies use."""

    title: str
    changes: tuple[Edit, ...]
    merge: str | None = None

    @classmethod
    def of(
        cls, title: str, changes: Iterable[tuple[str, str, object]], merge: str | None = None
    ) -> SetFields:
        """From (ref, field path, value) with plain values, Values or tuples of them."""
        return cls(title, tuple(set_field(ref, field, value) for ref, field, value in changes), merge)

    @property
    def label(self) -> str:
        """As given."""
        return self.title

    @property
    def merge_key(self) -> str | None:
        """As given."""
        return self.merge

    def edits(self, design: Design) -> tuple[Edit, ...]:
        """As given. Raises EditError for dates that a hand may not set."""
        if any(isinstance(one, SetField) and one.field in FIELDS for one in self.changes):
            refuse_dates(design, apply_edits(design, self.changes), self.changes)
        return self.changes


@dataclass(frozen=True, slots=True)
class Rename(Command):
    """Another name, label (block) or title (step)."""

    ref: str
    name: str

    @property
    def label(self) -> str:
        """The new name."""
        return f"Rename {parse_ref(self.ref)[0]} to “{self.name}”"

    def edits(self, design: Design) -> tuple[Edit, ...]:
        """One field."""
        kind = parse_ref(self.ref)[0]
        return (set_field(self.ref, {"block": "label", "step": "title"}.get(kind, "name"), self.name),)


@dataclass(frozen=True, slots=True)
class AssignPool(Command):
    """Blocks belong to a pool, for good or from a month on (migration); None takes them out of all pools."""

    block_ids: tuple[str, ...]
    pool_id: str | None
    from_month: int | None = None
    """None: over the whole horizon."""

    @property
    def label(self) -> str:
        """How many blocks."""
        verb = "Assign" if self.pool_id else "Unassign"
        return f"{verb} {counted(len(self.block_ids), 'block')}"

    def edits(self, design: Design) -> tuple[Edit, ...]:
        """The stays of each block, where they change."""
        pool = None if self.pool_id is None else find(design, ref_to("pool", self.pool_id))
        if self.pool_id is not None and pool is None:
            raise EditError(
                f"pool “{self.pool_id}”", "is not in the design (any more)", "choose another pool"
            )
        if self.pool_id is None and self.from_month is not None:
            remedy = "assign them to another pool from that month, or unassign them for good"
            raise EditError("the blocks", "cannot leave their pool in a month", remedy)
        out: list[Edit] = []
        for block_id in self.block_ids:
            block = block_in(design, block_id)
            stays = self._stays(design, block)
            if stays != block.stays:
                out.append(set_field(ref_to("block", block_id), "stays", stays))
        return tuple(out)

    def _stays(self, design: Design, block: Block) -> tuple[Stay, ...]:
        if self.pool_id is None:
            return ()
        if self.from_month is None:
            return (Stay(pool_id=self.pool_id, from_month=design.first_month),)
        kept = tuple(stay for stay in block.stays if stay.from_month < self.from_month)
        if kept and kept[-1].pool_id == self.pool_id:
            return kept
        return (*kept, Stay(pool_id=self.pool_id, from_month=self.from_month))


@dataclass(frozen=True, slots=True)
class SetPhase(Command):
    """Blocks go to another phase."""

    block_ids: tuple[str, ...]
    phase_id: str

    @property
    def label(self) -> str:
        """How many blocks."""
        return f"Set phase of {counted(len(self.block_ids), 'block')}"

    def edits(self, design: Design) -> tuple[Edit, ...]:
        """One field a block."""
        return tuple(set_field(ref_to("block", one), "phase_id", self.phase_id) for one in self.block_ids)
