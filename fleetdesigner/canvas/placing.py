"""Where systems may stand, and what a place would mean for power, cooling and floor.

Only an overlap or a place outside the hall forbids. A limit that would break is said in words and allowed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.canvas.columns import FleetColumns, HallColumns, position_name, row_name
from fleetdesigner.canvas.kinds import Kind, KindTable
from fleetdesigner.canvas.loads import Loads, RowLoad, feeds_by_row
from fleetdesigner.design.fleet import ROW_DEPTH_M, Block
from fleetdesigner.design.layout import STRIDE, expand, extent, overlapping, shifted, slot_keys
from fleetdesigner.units import digits

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a place means. `refusal` is empty when systems may stand there; `warnings` never forbid."""

    refusal: str
    warnings: tuple[str, ...] = ()

    @property
    def legal(self) -> bool:
        """Whether the gesture may end here."""
        return not self.refusal


@dataclass(frozen=True, eq=False)
class Carried:
    """Blocks in the hand, measured once, so that each move of the mouse only shifts numbers."""

    blocks: tuple[Block, ...]
    kinds: tuple[Kind, ...]
    keys: Ints
    """Sorted keys of the positions they cover where their fields say."""
    left: int
    top: int
    right: int
    """First column behind them."""
    bottom: int
    """First row below them."""
    row_kw: Floats
    """[bottom − top] kW by row; unknown figures count 0."""
    whole_kw: float
    """kW that a hall's IT load grows by when they stand in it: those in service, with the network and storage
    that the engine counts; unknown figures count 0."""

    @property
    def kw(self) -> float:
        """Provisioned kW of all systems when they run; NaN when one has no figure."""
        return float(sum(k.kw * b.systems for k, b in zip(self.kinds, self.blocks, strict=True)))

    @property
    def systems(self) -> int:
        """Systems in the hand."""
        return sum(block.systems for block in self.blocks)


def carried(
    blocks: Sequence[Block],
    table: KindTable,
    loads: Loads | None = None,
    running: Mapping[str, float] | None = None,
) -> Carried:
    """Measure `blocks`. `running` is the share in service of moving blocks; new ones count as running.

    `loads` knows what network and storage come along; without it none do.
    """
    sizes = [extent(block, table.positions_of) for block in blocks]
    top = min((block.row for block in blocks), default=0)
    bottom = max((block.row + high for block, (_, high) in zip(blocks, sizes, strict=True)), default=0)
    cells = expand(blocks, table.positions_of)
    share = np.array([1.0 if running is None else running.get(block.id, 1.0) for block in blocks])
    kw = np.array([np.nan_to_num(table.kind(block.rack_id).kw) for block in blocks]) * share
    row_kw = np.bincount(cells.row - top, kw[cells.block], bottom - top).astype(np.float64)
    whole = kw if loads is None else np.nan_to_num([loads.whole_kw(block) for block in blocks]) * share
    return Carried(
        tuple(blocks),
        tuple(table.kind(block.rack_id) for block in blocks),
        cells.keys,
        min((block.col for block in blocks), default=0),
        top,
        max((block.col + wide for block, (wide, _) in zip(blocks, sizes, strict=True)), default=0),
        bottom,
        row_kw,
        float(whole @ np.array([block.systems for block in blocks])) if len(blocks) else 0.0,
    )


@dataclass(frozen=True, eq=False)
class Ground:
    """One hall as seen by systems that look for a place in it; `moving` blocks are not in their own way."""

    fleet: FleetColumns
    loads: Loads
    place: int
    moving: frozenset[str] = frozenset()
    """Ids of blocks that are on their way."""
    from_elsewhere: bool = False
    """The systems in the hand come from another hall: new to this one, not to the fleet."""
    probe_kw: float = 0.0
    """kW of one system in the hand, for the tint of rows that have no room for it."""
    probe_whole_kw: float = 0.0
    """The same with its network and storage, for the hall's limit."""

    @property
    def columns(self) -> HallColumns:
        """The hall's columns."""
        return self.fleet.halls[self.place]

    @cached_property
    def standing(self) -> tuple[Block, ...]:
        """Blocks that stay."""
        return tuple(block for block in self.columns.hall.blocks if block.id not in self.moving)

    @cached_property
    def taken(self) -> Ints:
        """Sorted keys of the positions that stay covered."""
        return slot_keys(self.standing, self.fleet.table.positions_of)

    @cached_property
    def free(self) -> Mask:
        """[rows, columns] positions without a system."""
        hall = self.columns.hall
        free = np.ones((hall.row_count, hall.columns), np.bool_)
        row, col = self.taken // STRIDE, self.taken % STRIDE
        inside = (row < hall.row_count) & (col < hall.columns)
        free[row[inside], col[inside]] = False
        return free

    def fitting(self, width: int) -> Mask:
        """[rows, columns] positions that some free run of `width` positions covers."""
        free = self.free
        if width <= 1:
            return free
        rows, cols = free.shape
        fits = np.zeros_like(free)
        if width > cols:
            return fits
        starts = np.ones((rows, cols - width + 1), np.bool_)
        for offset in range(width):
            starts &= free[:, offset : cols - width + 1 + offset]
        for offset in range(width):
            fits[:, offset : cols - width + 1 + offset] |= starts
        return fits

    @cached_property
    def row_loads(self) -> tuple[RowLoad, ...]:
        """Each row's load now, the moving blocks included."""
        return self.loads.row_loads(self.place)

    @cached_property
    def leaving_kw(self) -> Floats:
        """[rows] kW in service that the moving blocks take along."""
        columns = self.columns
        rows = columns.hall.row_count
        if not self.moving:
            return np.zeros(rows)
        index = [k for k, block in enumerate(columns.hall.blocks) if block.id in self.moving]
        going = np.isin(columns.cells.block, index) & (columns.cells.row < rows)
        kw = np.nan_to_num(self.loads.system_kw(self.place))
        return np.bincount(columns.cells.row[going], kw[going], rows).astype(np.float64)

    @cached_property
    def leaving_whole_kw(self) -> float:
        """kW that the hall's IT load falls by without the moving blocks, network and storage included."""
        here = [block for block in self.columns.hall.blocks if block.id in self.moving]
        each = (np.nan_to_num(self.loads.whole_kw(one)) * one.systems * self.running[one.id] for one in here)
        return float(sum(each))

    @cached_property
    def running(self) -> dict[str, float]:
        """Share of each moving block that is in service: it draws as much at its new place."""
        found = {}
        for block_id in self.moving:
            place = self.fleet.hall_of_block.get(block_id)
            index = None if place is None else self.fleet.halls[place].block_index(block_id)
            if place is not None and index is not None:
                at = int(self.fleet.first[place]) + index
                found[block_id] = float(self.loads.timing.active[at] / max(1, self.fleet.systems[at]))
        return found

    def added_kw(self, held: Carried, d_row: int) -> Floats:
        """[rows] kW that the systems in the hand bring when they are shifted by rows."""
        added = np.zeros(self.columns.hall.row_count)
        first = held.top + d_row
        low, high = max(0, first), min(len(added), first + len(held.row_kw))
        if high > low:
            added[low:high] = held.row_kw[low - first : high - first]
        return added

    def feed_after(self, row: int, added: Floats) -> tuple[float, float, float] | None:
        """(kW now, kW after, limit) of the feed of a row when each row gains `added`; None without a feed."""
        feed = feeds_by_row(self.columns.hall).get(row)
        if feed is None:
            return None
        rows = [one for one in feed.rows if one < len(added)]
        now = self.row_loads[row].feed_kw
        return now, now + float((added[rows] - self.leaving_kw[rows]).sum()), feed.limit_kw

    def hall_after(self, added_kw: float) -> tuple[float, float, float | None]:
        """(IT kW now, after, limit or None) of the hall, for `added_kw` with network and storage."""
        now = float(self.loads.hall_kw[self.place])
        limit = float(self.loads.hall_limit_kw[self.place])
        after = now + added_kw - self.leaving_whole_kw
        return now, after, None if np.isnan(limit) else limit

    def rows_without_room(self, kw: float) -> Mask:
        """[rows] whether `kw` more would break the feed of the row, or the hall's limit."""
        rows = self.columns.hall.row_count
        short = np.zeros(rows, np.bool_)
        if np.isnan(kw) or kw <= 0:
            return short
        for row in range(rows) if self.columns.hall.feeds else ():
            added = np.zeros(rows)
            added[row] = kw
            feed = self.feed_after(row, added)
            short[row] = feed is not None and feed[1] > feed[2] + 1e-9
        _, after, limit = self.hall_after(max(kw, self.probe_whole_kw))
        if limit is not None and after > limit + 1e-9:
            short[:] = True
        return short

    def judge(self, held: Carried, d_col: int, d_row: int) -> Verdict:
        """Whether the systems in the hand may stand there, and which limits that would break."""
        refusal = self._refusal(held, d_col, d_row)
        return Verdict(refusal, () if refusal else self._warnings(held, d_row))

    def _refusal(self, held: Carried, d_col: int, d_row: int) -> str:
        hall = self.columns.hall
        if held.left + d_col < 0 or held.top + d_row < 0:
            return f"{hall.name} ends here"
        if held.bottom + d_row > hall.row_count:
            return f"{hall.name} ends at row {row_name(hall.row_count - 1)}"
        if held.right + d_col > hall.columns:
            wide = held.right - held.left
            return f"rows end at position {hall.columns}: {wide} needed from {held.left + d_col + 1} on"
        wanted = shifted(held.keys, d_col, d_row)
        clash = overlapping(wanted, self.taken)
        if not clash.any():
            return ""
        key = int(wanted[np.argmax(clash)])
        col, row = key % STRIDE, key // STRIDE
        index = expand(self.standing, self.fleet.table.positions_of)
        owner = self.standing[int(index.block[index.at(col, row)])]
        name = owner.label or f"{self.fleet.table.kind(owner.rack_id).short_name} block"
        return f"{position_name(col, row)} is taken by {name}"

    def _warnings(self, held: Carried, d_row: int) -> tuple[str, ...]:
        found: list[str] = []
        added = self.added_kw(held, d_row)
        told: set[tuple[float, float]] = set()
        for row in np.flatnonzero(added > 0).tolist() if self.columns.hall.feeds else ():
            feed = self.feed_after(row, added)
            if feed is not None and feed[1] > feed[2] + 1e-9 and feed[1:] not in told:
                told.add(feed[1:])
                need = float(added[row])
                left = max(0.0, feed[2] - (feed[1] - need))
                found.append(f"Row {row_name(row)} feed: {need:,.0f} kW needed, {left:,.0f} left")
        need = held.whole_kw
        _, after, limit = self.hall_after(need)
        if limit is not None and after > limit + 1e-9:
            left = max(0.0, limit - after + need)
            found.append(f"{self.columns.hall.name}: {need:,.0f} kW needed, {left:,.0f} left")
        if not self.moving:
            found.extend(self._cooling_and_floor(held))
        return tuple(found)

    def _cooling_and_floor(self, held: Carried) -> Iterable[str]:
        hall = self.columns.hall
        for kind in {kind.id: kind for kind in held.kinds}.values():
            liquid = liquid_kw(kind)
            if liquid and hall.liquid_kw <= 0:
                yield f"needs liquid cooling: {digits(liquid)} kW, {hall.name} has 0"
            load = floor_kg_per_m2(kind, hall.pitch_m)
            if load is not None and load > hall.floor_kg_per_m2:
                yield f"floor: {load:,.0f} kg/m², {hall.name} carries {hall.floor_kg_per_m2:,.0f}"


def liquid_kw(kind: Kind) -> float | None:
    """kW of one system that liquid must take; None when power or share have no figure."""
    if kind.it_power is None or kind.liquid_share is None:
        return None
    return kind.it_power.value * kind.liquid_share.value


def floor_kg_per_m2(kind: Kind, pitch_m: float) -> float | None:
    """Floor load under one system; None without a weight."""
    return None if kind.weight is None else kind.weight.value / (kind.positions * pitch_m * ROW_DEPTH_M)


def place_words(held: Carried, d_col: int, d_row: int) -> str:
    """``A5–A6`` for systems in one row, ``A5 to C12`` for more."""
    left, top = held.left + d_col, held.top + d_row
    right, bottom = held.right + d_col, held.bottom + d_row
    if left < 0 or top < 0:
        return "outside"
    if bottom - top == 1:
        return position_name(left, top, right - left)
    return f"{position_name(left, top)} to {position_name(right - 1, bottom - 1)}"
