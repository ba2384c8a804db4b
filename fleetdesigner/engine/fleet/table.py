"""The fleet table: what stands where, in which pool and phase, and how much of it runs in each month.

Group = blocks with equal rack system, hall, phase and stays. Row = a group in one of its pools: a group that
moves between pools has a row for each. Axes: G groups, R rows, P pool parts, H halls, M months. Counts are
rack systems and stay fractional while a phase ramps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np

from fleetdesigner.design.fleet import Block, Hall, Phase
from fleetdesigner.design.model import Design
from fleetdesigner.engine.fleet.rows import (
    NEVER,
    PAYS_SPACE,
    Array,
    GroupKey,
    Index,
    PartKey,
    Rows,
    one_hot,
    read_only,
    rows_of,
    service_shares,
)
from fleetdesigner.engine.remembered import SAMPLES, Remembered

__all__ = [
    "NEVER", "Array", "FleetTable", "GroupKey", "HallGroups", "Index", "PartKey", "Rows", "fleet_table",
    "group_key", "groups_of_hall", "one_hot", "service_shares", "totals",
]  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class HallGroups:
    """Blocks of one hall summed into groups."""

    keys: tuple[GroupKey, ...]
    systems: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class FleetTable(Rows):
    """Counts of a design by month, without any catalog figure. Arrays are read-only."""

    rows: Rows
    """The same without counts: the same object while only they change."""
    group_systems: Array
    """[G] systems when complete."""
    landed: Array
    """[G, M] systems delivered and not sold, in service or not."""
    active: Array
    """[R, M] systems in service."""
    waiting: Array
    """[R, M] systems delivered to a hall that is not ready."""
    idle_retired: Array
    """[R, M] retired systems that still stand and draw idle power."""

    @cached_property
    def rack_active(self) -> Array:
        """[K, M] systems in service of each kind."""
        return self.by_rack @ self.active


_HALLS: Remembered[HallGroups] = Remembered(512)
_EQUAL_HALLS: Remembered[HallGroups] = Remembered(512)
_EQUAL_KEYS: Remembered[tuple[GroupKey, ...]] = Remembered(512)
_ROWS: Remembered[Rows] = Remembered(SAMPLES)
_TABLES: Remembered[FleetTable] = Remembered(SAMPLES)


def totals(matrix: Array, counts: Array, each: Array) -> Array:
    """Σ over rows of counts · each → [K, M], for `matrix` [K, R], `counts` [R, M] and a figure `each` [R].

    NaN in `each` (no figure) makes a sum NaN only in months in which such a row counts.
    """
    unknown = np.isnan(each)
    if not unknown.any():
        return np.asarray((matrix * each) @ counts)
    out = np.asarray((matrix * np.where(unknown, 0.0, each)) @ counts)
    out[(matrix[:, unknown] @ (counts[unknown] != 0.0)) > 0] = np.nan
    return out


def groups_of_hall(hall: Hall) -> HallGroups:
    """The groups of a hall. Halls with equal groups give the same object."""
    return _HALLS.get((hall.blocks,), None, lambda: _summed(hall.blocks))


def group_key(block: Block) -> GroupKey:
    """What blocks of one group have in common, beside their hall."""
    return block.rack_id, block.phase_id, tuple((stay.pool_id, stay.from_month) for stay in block.stays)


def _summed(blocks: Sequence[Block]) -> HallGroups:
    found: dict[GroupKey, int] = {}
    for block in blocks:
        key = group_key(block)
        found[key] = found.get(key, 0) + block.systems
    keys, systems = tuple(found), tuple(found.values())
    keys = _EQUAL_KEYS.get((), keys, lambda: keys)
    return _EQUAL_HALLS.get((), (keys, systems), lambda: HallGroups(keys, systems))


PhaseRow = tuple[str, int, int, str, int, str, bool]
"""(id, service month, ramp months, ramp shape, retire month or −1, after, pays for space)"""


def _phase_row(phase: Phase) -> PhaseRow:
    retire = -1 if phase.retire_month is None else phase.retire_month
    ramp = phase.ramp
    return (
        phase.id, phase.service_month, ramp.months, ramp.shape, retire, phase.after,
        phase.ownership.kind in PAYS_SPACE,
    )  # fmt: skip


PhaseRows = tuple[PhaseRow, ...]
_PHASES: Remembered[PhaseRows] = Remembered(32)


def _phase_rows(phases: Sequence[Phase]) -> PhaseRows:
    """What counts depend on of some phases; the same object for equal ones."""
    rows = tuple(map(_phase_row, phases))
    return _PHASES.get((), rows, lambda: rows)


def fleet_table(design: Design) -> FleetTable:
    """The fleet table of a design; the same object for designs that differ in other things only.

    Raises EvaluationError when a block names a phase or a pool that is not there.
    """
    halls = [groups_of_hall(hall) for site in design.sites for hall in site.halls]
    where = tuple(
        (hall.id, hall.ready_month, at) for at, site in enumerate(design.sites) for hall in site.halls
    )
    phases = _PHASES.get((design.phases,), None, lambda: _phase_rows(design.phases))
    pools = tuple((pool.id, pool.mix) for pool in design.pools)
    values = (design.first_month, design.months, where, pools, len(design.sites))

    def counted() -> FleetTable:
        systems = [count for hall in halls for count in hall.systems]
        keys, filled = tuple(hall.keys for hall in halls), tuple(count > 0 for count in systems)
        rows = _ROWS.get((phases, *keys), (values, filled), lambda: rows_of(design, keys, filled))
        return _counted(rows, np.array(systems, dtype=np.float64))

    return _TABLES.get((phases, *halls), values, counted)


def _counted(rows: Rows, systems: Array) -> FleetTable:
    """The table of the rows with `systems` [G] in their groups."""
    in_row = systems[rows.row_group, None]
    same: dict[str, Any] = {one.name: getattr(rows, one.name) for one in fields(rows)}
    table = FleetTable(
        **same,
        rows=rows,
        group_systems=systems,
        landed=systems[:, None] * rows.group_landed,
        active=in_row * rows.row_active,
        waiting=in_row * rows.row_waiting,
        idle_retired=in_row * rows.row_idle,
    )
    read_only(vars(table).values())
    return table
