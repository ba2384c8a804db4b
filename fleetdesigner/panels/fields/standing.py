"""Typed places of blocks: what the hand on the floor may not do, the keyboard may not either."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from fleetdesigner.catalog.errors import CatalogError
from fleetdesigner.design.commands import Command, MoveBlocks
from fleetdesigner.design.fleet import Block, Hall
from fleetdesigner.design.layout import Positions, blocked_by, extent, inside, nearest_free, slot_keys
from fleetdesigner.design.model import Design
from fleetdesigner.design.refusals import EditError
from fleetdesigner.panels.fields.bindings import Binding, Reading
from fleetdesigner.panels.fields.blocks import halls_of, standing

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session


@dataclass(frozen=True, slots=True)
class Standing:
    """A field of blocks that decides where they stand: position, row, shape, turn."""

    inner: Binding
    block_ids: tuple[str, ...]

    def read(self, session: Session) -> Reading:
        """As the field within says."""
        return self.inner.read(session)

    def command(self, session: Session, value: Any, title: str, merge: str | None) -> Command:
        """The command of the field within. Raises EditError where blocks would stand outside or on others."""
        made = self.inner.command(session, value, title, merge)
        refuse(session, made.apply(session.design), self.block_ids)
        return made

    def reset(self, session: Session, title: str) -> Command | None:
        """There is no default of a place."""
        return None

    def address(self) -> tuple[str, str] | None:
        """No lever moves it."""
        return None


@dataclass(frozen=True, slots=True)
class BlockHall:
    """The hall in which blocks stand."""

    block_ids: tuple[str, ...]

    def read(self, session: Session) -> Reading:
        """Id of the hall."""
        halls = halls_of(session.design, self.block_ids)
        ids = [None if hall is None else hall.id for hall in halls]
        return Reading(ids[0], mixed=len(set(ids)) > 1, there=None not in ids)

    def command(self, session: Session, value: Any, title: str, merge: str | None) -> Command:
        """The blocks move there, together: to the places they have, else to the nearest that are free.

        Raises EditError when the hall has no room for them in one place.
        """
        design, positions = session.design, positions_in(session)
        hall = next(one for one in design.halls if one.id == value)
        index = standing(design)
        blocks = tuple(index[one][1] for one in self.block_ids)
        sizes = [extent(block, positions) for block in blocks]
        left, top = min(block.col for block in blocks), min(block.row for block in blocks)
        wide = max(one.col + size[0] for one, size in zip(blocks, sizes, strict=True)) - left
        high = max(one.row + size[1] for one, size in zip(blocks, sizes, strict=True)) - top
        others = tuple(block for block in hall.blocks if block.id not in self.block_ids)
        found = nearest_free(hall, slot_keys(others, positions), wide, high, left, top)
        if found is None:
            raise EditError(hall.name, f"{hall.name} has no {wide} × {high} free positions in one place")
        made = MoveBlocks(self.block_ids, found[0] - left, found[1] - top, hall.id)
        refuse(session, made.apply(design), self.block_ids)
        return made

    def reset(self, session: Session, title: str) -> Command | None:
        """There is no default."""
        return None

    def address(self) -> tuple[str, str] | None:
        """No lever moves it."""
        return None


def positions_in(session: Session) -> Positions:
    """Floor positions of a system by its rack id; 1 for one that the catalog lacks."""

    def of(rack_id: str) -> int:
        try:
            return session.catalog.rack(rack_id).positions
        except CatalogError:
            return 1

    return of


def refuse(session: Session, design: Design, block_ids: tuple[str, ...]) -> None:
    """Raise EditError when blocks stand outside their hall or on others, with the rule and the object."""
    positions, index = positions_in(session), standing(design)
    by_hall: dict[str, tuple[Hall, list[Block]]] = {}
    for hall, block in (index[one] for one in block_ids if one in index):
        by_hall.setdefault(hall.id, (hall, []))[1].append(block)
    for hall, blocks in by_hall.values():
        if not inside(hall, blocks, positions):
            size = f"{hall.name} has {hall.row_count} rows of {hall.columns} positions"
            raise EditError(hall.name, f"reaches beyond the floor: {size}")
        others = blocked_by(hall, blocks, positions)
        keys = slot_keys(blocks, positions)
        if others:
            raise EditError(hall.name, f"is taken by {_name(session, index[others[0]][1])}")
        if bool((np.diff(keys) == 0).any()):
            raise EditError(hall.name, "they would stand on each other")


def _name(session: Session, block: Block) -> str:
    if block.label:
        return block.label
    try:
        return f"{session.catalog.rack(block.rack_id).short_name} block"
    except CatalogError:
        return block.rack_id
