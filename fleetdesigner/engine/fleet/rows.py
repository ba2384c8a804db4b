"""Which groups and rows a design has, and what share of each stands and runs in each month.

All of this stays the same object while only counts of systems change, as they do in most drops: what hangs
on the rows alone is remembered by it. Axes as in ``fleet_table``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.design.fleet import Phase, Pool
from fleetdesigner.design.model import Design
from fleetdesigner.engine.faults import EvaluationError

Array = NDArray[np.float64]
Index = NDArray[np.int64]
Stays = tuple[tuple[str, int], ...]
GroupKey = tuple[str, str, Stays]
"""(rack id, phase id, stays)"""

NEVER = 10**6
"""A month index beyond every horizon."""
PAYS_SPACE = ("own", "lease")
"""Ownership that pays for energy, space, staff and support; rent and tokens have them in their price."""


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
class Rows:
    """Which groups and rows a design has and when, whatever their counts. Arrays are read-only."""

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
    group_landed: Array
    """[G, M] share delivered and not sold, in service or not."""
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
    row_active: Array
    """[R, M] share in service."""
    row_waiting: Array
    """[R, M] share delivered to a hall that is not ready."""
    row_idle: Array
    """[R, M] share that is retired, still stands and draws idle power."""

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
    def group_names(self) -> tuple[tuple[str, str, str], ...]:
        """[G] ids of rack system, hall and phase."""
        return tuple(
            (self.rack_ids[rack], self.hall_ids[hall], self.phase_ids[phase])
            for rack, hall, phase in zip(
                self.group_rack.tolist(), self.group_hall.tolist(), self.group_phase.tolist(), strict=True
            )
        )

    @cached_property
    def by_group(self) -> Array:
        """[G, R] 1 where the row belongs to the group."""
        return one_hot(self.row_group, len(self.group_rack))

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


def one_hot(index: Index, count: int) -> Array:
    """[count, len(index)] with 1 where index equals the row; −1 belongs nowhere."""
    return np.asarray(np.arange(count)[:, None] == index, dtype=np.float64)


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


def rows_of(design: Design, groups: Sequence[Sequence[GroupKey]], filled: Sequence[bool]) -> Rows:
    """The rows of a design whose halls [H] hold these groups; `filled` [G]: those with any system.

    Raises EvaluationError when a block names a phase or a pool that is not there.
    """
    first, months = design.first_month, design.months
    phase_at = {phase.id: at for at, phase in enumerate(design.phases)}
    rack_at: dict[str, int] = {}
    rack: list[int] = []
    hall: list[int] = []
    phase: list[int] = []
    stays: list[Stays] = []
    for at, keys in enumerate(groups):
        for rack_id, phase_id, moves in keys:
            if phase_id not in phase_at:
                raise EvaluationError(
                    f"hall:{design.halls[at].id}: a block names phase {phase_id!r}, which does not exist; "
                    "add the phase or change the block"
                )
            rack.append(rack_at.setdefault(rack_id, len(rack_at)))
            hall.append(at)
            phase.append(phase_at[phase_id])
            stays.append(moves)
    group_rack, group_hall, group_phase = (np.array(item, dtype=np.int64) for item in (rack, hall, phase))
    landed, running, idle = service_shares(design.phases, first, months)
    ready = np.array([[one.ready_month] for one in design.halls]).reshape(-1, 1) <= first + np.arange(months)
    pool_at = {pool.id: at for at, pool in enumerate(design.pools)}
    begins = np.where((landed > 0).any(axis=1), (landed > 0).argmax(axis=1), months)[group_phase]
    begins = np.where(np.array(filled, dtype=bool), begins, months)
    row_group, row_pool, start, stop = _spans(stays, pool_at, first, months, begins.tolist())
    month = np.arange(months)
    inside = ((month >= start[:, None]) & (month < stop[:, None])).astype(np.float64)
    rack_ids = tuple(rack_at)
    parts, row_part = _parts(design.pools, rack_ids, row_pool, group_rack[row_group])
    pooled_from = np.array(
        [min((month - first for _, month in moves), default=NEVER) for moves in stays], dtype=np.int64
    )
    hall_site = np.array([s for s, site in enumerate(design.sites) for _ in site.halls], dtype=np.int64)
    pays = np.array([one.ownership.kind in PAYS_SPACE for one in design.phases], dtype=bool)
    row_phase, row_hall = group_phase[row_group], group_hall[row_group]
    # one number a cell: (site, part + 1, pays)
    code = (hall_site[row_hall] * (len(parts) + 1) + row_part + 1) * 2 + pays[row_phase]
    cells, cell_of_row = np.unique(code, return_inverse=True)
    cell_site, cell_part = np.divmod(cells // 2, len(parts) + 1)
    rows = Rows(
        first, months, rack_ids, tuple(one.id for one in design.halls), tuple(phase_at), parts, hall_site,
        len(design.sites), group_rack, group_hall, group_phase, landed[group_phase], pooled_from,
        row_group, row_part, row_pool, inside,
        inside * running[row_phase] * ready[row_hall],
        inside * landed[row_phase] * ~ready[row_hall],
        inside * idle[row_phase] * ready[row_hall],
        cell_of_row.reshape(-1), cell_site, cell_part - 1, cells % 2 == 1,
    )  # fmt: skip
    read_only(vars(rows).values())
    return rows


def read_only(values: Iterable[object]) -> None:
    """Make those that are arrays read-only."""
    for value in values:
        if isinstance(value, np.ndarray):
            value.setflags(write=False)


def _spans(
    stays: Sequence[Stays], pool_at: dict[str, int], first: int, months: int, begins: Sequence[int]
) -> tuple[Index, Index, Index, Index]:
    """(group, pool, start, stop) of each row; stretches in which nothing has landed are left out.

    `begins` [G] is the first month index with anything landed, `months` when none: before it a stay makes no
    difference.
    """
    rows: list[tuple[int, int, int, int]] = []
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
