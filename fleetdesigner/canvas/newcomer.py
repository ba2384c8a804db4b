"""A rack system that comes to the floor: which phase brings it, which pool it joins."""

from __future__ import annotations

from dataclasses import dataclass

from fleetdesigner.catalog.catalog import Catalog
from fleetdesigner.catalog.errors import CatalogError
from fleetdesigner.design.addresses import ref_to
from fleetdesigner.design.commands.command import Command
from fleetdesigner.design.edits import add_object
from fleetdesigner.design.fleet import Block, Phase, Stay
from fleetdesigner.design.model import Design, new_id
from fleetdesigner.design.scenarios import Edit


@dataclass(frozen=True, slots=True)
class PlaceInPhase(Command):
    """The first systems of a design that has no phase yet: the phase comes with them, as one step."""

    hall_id: str
    blocks: tuple[Block, ...]
    phase: Phase
    name: str

    @property
    def label(self) -> str:
        """Systems and their name."""
        return f"Place {sum(block.systems for block in self.blocks):,} {self.name}"

    def edits(self, design: Design) -> tuple[Edit, ...]:
        """The phase, then the blocks."""
        hall = ref_to("hall", self.hall_id)
        return (
            add_object("design:", "phase", self.phase),
            *(add_object(hall, "block", block) for block in self.blocks),
        )


def phase_for(design: Design, rack_id: str, month: int, preferred: str | None = None) -> Phase | None:
    """The phase that brings a new system.

    The preferred one; else that of the last block of the same kind; else the latest that is in service at
    `month`; else the earliest. None when the design has no phase.
    """
    phases = {phase.id: phase for phase in design.phases}
    if preferred in phases:
        return phases[preferred]
    alike = [block.phase_id for block in design.blocks if block.rack_id == rack_id]
    if alike and alike[-1] in phases:
        return phases[alike[-1]]
    running = [
        phase
        for phase in design.phases
        if phase.service_month <= month and (phase.retire_month is None or phase.retire_month > month)
    ]
    if running:
        return max(running, key=lambda phase: phase.service_month)
    return min(design.phases, key=lambda phase: phase.service_month, default=None)


def first_phase(design: Design) -> Phase:
    """A phase for a design that has none: in service from the design's first month."""
    return Phase(id=new_id("p"), name="Phase 1", order_month=design.first_month - 6, lead_months=6)


def stays_for(design: Design, catalog: Catalog, rack_id: str) -> tuple[Stay, ...]:
    """The pool that a new system joins: that of the last block of its kind, else of its chip family.

    Failing these, a pool that nobody uses yet, or the only one; else none, which the findings tell.
    """
    blocks = [block for block in design.blocks if block.stays]
    alike = [block for block in blocks if block.rack_id == rack_id]
    if not alike:
        family = _family(catalog, rack_id)
        alike = [
            block for block in blocks if family is not None and _family(catalog, block.rack_id) == family
        ]
    if alike:
        return (Stay(pool_id=alike[-1].stays[-1].pool_id, from_month=design.first_month),)
    used = {stay.pool_id for block in blocks for stay in block.stays}
    unused = [pool.id for pool in design.pools if pool.id not in used]
    if len(unused) == 1:
        return (Stay(pool_id=unused[0], from_month=design.first_month),)
    if len(design.pools) == 1:
        return (Stay(pool_id=design.pools[0].id, from_month=design.first_month),)
    return ()


def _family(catalog: Catalog, rack_id: str) -> str | None:
    try:
        return catalog.chip_of(rack_id).family
    except CatalogError:
        return None
