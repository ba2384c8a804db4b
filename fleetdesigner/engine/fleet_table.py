"""The fleet table: what stands where, in which pool and phase, and how much of it runs in each month.

Group = blocks with equal rack system, hall, phase and stays. Row = a group in one of its pools: a group that
moves between pools has a row for each. Axes: G groups, R rows, P pool parts, H halls, M months. Counts are
rack systems and stay fractional while a phase ramps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.design.fleet import Block, Hall, Phase, Pool
from fleetdesigner.design.model import Design
from fleetdesigner.engine.faults import EvaluationError
from fleetdesigner.engine.remembered import Remembered

Array = NDArray[np.float64]
Index = NDArray[np.int64]
Stays = tuple[tuple[str, int], ...]
GroupKey = tuple[str, str, Stays]
"""(rack id, phase id, stays)"""

NEVER = 10**6
"""A month index beyond every horizon."""
PAYS_SPACE = ("own", "lease")
"""Ownership that pays for energy, space, staff and support; rent and tokens have them in their price."""


@dataclass(frozen=True, slots=True, eq=False)
class HallGroups:
    """Blocks of one hall summed into groups."""

    keys: tuple[GroupKey, ...]
    systems: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PartKey:
    """Chips of one pool that work as one: of one rack system, or of several in a mixed pool."""

    pool_id: str
    rack_ids: tuple[str, ...]
    mixed: bool

    @property
    def label(self) -> str:
        """``pool/rack``, or ``pool/mixed``: the key of its series."""
        return f"{self.pool_id}/{'mixed' if self.mixed else self.rack_ids[0]}"


@dataclass(frozen=True, eq=False)
class FleetTable:
    """Counts of a design by month, without any catalog figure. Arrays are read-only."""

    first_month: int
    months: int
    rack_ids: tuple[str, ...]
    hall_ids: tuple[str, ...]
    phase_ids: tuple[str, ...]
    parts: tuple[PartKey, ...]
    hall_site: Index
    """[H] index of the site."""
    site_count: int

    group_rack: Index
    """[G] index into rack_ids."""
    group_hall: Index
    group_phase: Index
    group_systems: Array
    """[G] systems when complete."""
    landed: Array
    """[G, M] systems delivered and not sold, in service or not."""
    pooled_from: Index
    """[G] month index from which the group belongs to a pool, negative before the horizon, NEVER in none."""

    row_group: Index
    """[R]"""
    row_part: Index
    """[R] index into parts, −1 = in no pool."""
    row_pool: Index
    """[R] index into the design's pools, −1 = none."""
    inside: Array
    """[R, M] 1 in the months of the row's stay."""
    active: Array
    """[R, M] systems in service."""
    waiting: Array
    """[R, M] systems delivered to a hall that is not ready."""
    idle_retired: Array
    """[R, M] retired systems that still stand and draw idle power."""

    cell_of_row: Index
    """[R] rows with equal (site, part, pays for space) share a cell."""
    cell_site: Index
    """[C]"""
    cell_part: Index
    """[C] −1 = in no pool."""
    cell_pays: NDArray[np.bool_]
    """[C] whether energy and space are paid for it."""

    @cached_property
    def row_rack(self) -> Index:
        """[R]"""
        return self.group_rack[self.row_group]

    @cached_property
    def row_hall(self) -> Index:
        """[R]"""
        return self.group_hall[self.row_group]

    @cached_property
    def row_site(self) -> Index:
        """[R]"""
        return self.hall_site[self.row_hall]

    @cached_property
    def row_phase(self) -> Index:
        """[R]"""
        return self.group_phase[self.row_group]

    @cached_property
    def by_part(self) -> Array:
        """[P, R] 1 where the row belongs to the part."""
        return one_hot(self.row_part, len(self.parts))

    @cached_property
    def by_hall(self) -> Array:
        """[H, R]"""
        return one_hot(self.row_hall, len(self.hall_ids))

    @cached_property
    def by_site(self) -> Array:
        """[sites, R]"""
        return one_hot(self.row_site, self.site_count)

    @cached_property
    def by_cell(self) -> Array:
        """[C, R]"""
        return one_hot(self.cell_of_row, len(self.cell_site))

    @cached_property
    def by_rack(self) -> Array:
        """[K, R] by kind of rack system."""
        return one_hot(self.row_rack, len(self.rack_ids))

    @cached_property
    def rack_active(self) -> Array:
        """[K, M] systems in service of each kind."""
        return self.by_rack @ self.active


_HALLS: Remembered[HallGroups] = Remembered(512)
_EQUAL_HALLS: Remembered[HallGroups] = Remembered(512)
_TABLES: Remembered[FleetTable] = Remembered(10)


def one_hot(index: Index, count: int) -> Array:
    """[count, len(index)] with 1 where index equals the row; −1 belongs nowhere."""
    return np.asarray(np.arange(count)[:, None] == index, dtype=np.float64)


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


def fleet_table(design: Design) -> FleetTable:
    """The fleet table of a design; the same object for designs that differ in other things only.

    Raises EvaluationError when a block names a phase or a pool that is not there.
    """
    halls = [groups_of_hall(hall) for site in design.sites for hall in site.halls]
    where = tuple(
        (hall.id, hall.ready_month, at) for at, site in enumerate(design.sites) for hall in site.halls
    )
    phases = tuple(map(_phase_row, design.phases))
    pools = tuple((pool.id, pool.mix) for pool in design.pools)
    values = (design.first_month, design.months, where, phases, pools, len(design.sites))
    return _TABLES.get(tuple(halls), values, lambda: _table(design, halls))


def service_shares(phases: Sequence[Phase], first_month: int, months: int) -> tuple[Array, Array, Array]:
    """(landed, running, idle after retirement) share of each phase, [phases, M] each.

    The share rises from the service month on: x = (m − service + 1)/ramp, "s": x²(3 − 2x). A phase that is
    sold has landed nothing from its retirement on; one that idles stays landed.
    """
    at = first_month + np.arange(months, dtype=np.float64)
    service = np.array([phase.service_month for phase in phases], dtype=np.float64).reshape(-1, 1)
    ramp = np.array([phase.ramp.months for phase in phases], dtype=np.float64).reshape(-1, 1)
    x = np.clip((at - service + 1.0) / np.maximum(ramp, 1.0), 0.0, 1.0)
    curved = np.array([phase.ramp.shape == "s" for phase in phases], dtype=bool).reshape(-1, 1)
    share = np.where(curved, x * x * (3.0 - 2.0 * x), x)
    retire = np.array(
        [np.inf if phase.retire_month is None else phase.retire_month for phase in phases]
    ).reshape(-1, 1)
    retired = at >= retire
    idles = np.array([phase.after == "idle" for phase in phases], dtype=bool).reshape(-1, 1)
    running = np.where(retired, 0.0, share)
    return np.where(retired & ~idles, 0.0, share), running, np.where(retired & idles, share, 0.0)


def _table(design: Design, halls: Sequence[HallGroups]) -> FleetTable:
    first, months = design.first_month, design.months
    phase_at = {phase.id: at for at, phase in enumerate(design.phases)}
    rack_at: dict[str, int] = {}
    rack: list[int] = []
    hall: list[int] = []
    phase: list[int] = []
    systems: list[int] = []
    stays: list[Stays] = []
    for at, groups in enumerate(halls):
        for (rack_id, phase_id, moves), count in zip(groups.keys, groups.systems, strict=True):
            if phase_id not in phase_at:
                raise EvaluationError(
                    f"hall:{design.halls[at].id}: a block names phase {phase_id!r}, which does not exist; "
                    "add the phase or change the block"
                )
            rack.append(rack_at.setdefault(rack_id, len(rack_at)))
            hall.append(at)
            phase.append(phase_at[phase_id])
            systems.append(count)
            stays.append(moves)
    group_rack, group_hall, group_phase = (np.array(item, dtype=np.int64) for item in (rack, hall, phase))
    n = np.array(systems, dtype=np.float64)
    landed_share, running_share, idle_share = service_shares(design.phases, first, months)
    ready = np.array([[one.ready_month] for one in design.halls]).reshape(-1, 1) <= first + np.arange(months)
    landed = n[:, None] * landed_share[group_phase]
    ready_g = ready[group_hall]
    pool_at = {pool.id: at for at, pool in enumerate(design.pools)}
    row_group, row_pool, start, stop = _rows(stays, pool_at, first, months, landed)
    month = np.arange(months)
    inside = ((month >= start[:, None]) & (month < stop[:, None])).astype(np.float64)
    there = n[row_group, None] * inside
    ready_r = ready_g[row_group]
    row_rack = group_rack[row_group]
    rack_ids = tuple(rack_at)
    parts, row_part = _parts(design.pools, rack_ids, row_pool, row_rack)
    pooled_from = np.array(
        [min((month - first for _, month in moves), default=NEVER) for moves in stays], dtype=np.int64
    )
    hall_site = np.array([s for s, site in enumerate(design.sites) for _ in site.halls], dtype=np.int64)
    pays = np.array([one.ownership.kind in PAYS_SPACE for one in design.phases], dtype=bool)
    # one number a cell: (site, part + 1, pays)
    code = (hall_site[group_hall[row_group]] * (len(parts) + 1) + row_part + 1) * 2 + pays[
        group_phase[row_group]
    ]
    cells, cell_of_row = np.unique(code, return_inverse=True)
    cell_site, cell_part = np.divmod(cells // 2, len(parts) + 1)
    table = FleetTable(
        first, months, rack_ids, tuple(one.id for one in design.halls), tuple(phase_at), parts, hall_site,
        len(design.sites), group_rack, group_hall, group_phase, n, landed, pooled_from,
        row_group, row_part, row_pool, inside,
        there * running_share[group_phase[row_group]] * ready_r,
        there * landed_share[group_phase[row_group]] * ~ready_r,
        there * idle_share[group_phase[row_group]] * ready_r,
        cell_of_row.reshape(-1), cell_site, cell_part - 1, cells % 2 == 1,
    )  # fmt: skip
    for value in vars(table).values():
        if isinstance(value, np.ndarray):
            value.setflags(write=False)
    return table


def _rows(
    stays: Sequence[Stays], pool_at: dict[str, int], first: int, months: int, landed: Array
) -> tuple[Index, Index, Index, Index]:
    """(group, pool, start, stop) of each row; stretches in which nothing has landed are left out."""
    rows: list[tuple[int, int, int, int]] = []
    # the first month index with anything landed, `months` when none: before it a stay makes no difference
    begins = np.where((landed > 0).any(axis=1), (landed > 0).argmax(axis=1), months)
    for group, moves in enumerate(stays):
        pool, start = -1, 0
        spans: list[tuple[int, int, int]] = []
        for pool_id, from_month in sorted(moves, key=lambda move: move[1]):
            if pool_id not in pool_at:
                raise EvaluationError(
                    f"pool:{pool_id}: a block stays in it, but it does not exist; add the pool or the stay "
                    f"goes"
                )
            until = min(max(from_month - first, 0), months)
            spans.append((pool, start, until))
            pool, start = pool_at[pool_id], until
        spans.append((pool, start, months))
        rows += [(group, *span) for span in spans if span[2] > max(span[1], begins[group])]
    table = np.array(rows, dtype=np.int64).reshape(-1, 4)
    return table[:, 0], table[:, 1], table[:, 2], table[:, 3]


def _parts(
    pools: Sequence[Pool], rack_ids: tuple[str, ...], row_pool: Index, row_rack: Index
) -> tuple[tuple[PartKey, ...], Index]:
    parts: list[PartKey] = []
    part_of: dict[tuple[int, int], int] = {}
    pairs = sorted(set(zip(row_pool.tolist(), row_rack.tolist(), strict=True)) - {(-1, -1)})
    for at, pool in enumerate(pools):
        kinds = [kind for where, kind in pairs if where == at]
        if pool.mix != "separate" and len(kinds) > 1:
            part_of.update(((at, kind), len(parts)) for kind in kinds)
            parts.append(PartKey(pool.id, tuple(rack_ids[kind] for kind in kinds), True))
            continue
        for kind in kinds:
            part_of[at, kind] = len(parts)
            parts.append(PartKey(pool.id, (rack_ids[kind],), False))
    row_part = [
        part_of.get((pool, kind), -1) for pool, kind in zip(row_pool.tolist(), row_rack.tolist(), strict=True)
    ]
    return tuple(parts), np.array(row_part, dtype=np.int64)
