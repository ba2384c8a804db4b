"""Power in place: what each block, row and hall draws at a month, beside its limit.

Hall figures are the engine's once it has answered for this design (they hold fabric and storage too); until
then, and for rows, they are the sum of the rack systems' provisioned power.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.canvas.columns import FleetColumns, HallColumns, Timing
from fleetdesigner.design.fleet import Block, Feed, Hall
from fleetdesigner.engine.results import Results
from fleetdesigner.engine.site.system_power import SystemPower, drawn_share, system_power

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RowLoad:
    """A row's power: provisioned kW of what runs, beside the feed that carries it."""

    kw: float
    feed_kw: float
    """Load of all rows on the feed; the row's own when it has the feed to itself."""
    limit_kw: float | None
    """Limit of the feed; None = no feed carries the row."""
    shared: bool
    """Whether the feed carries other rows too."""
    unknown: int
    """Systems in the row without a public figure."""


@dataclass(frozen=True, eq=False)
class Loads:
    """Loads of a fleet at a month."""

    fleet: FleetColumns
    timing: Timing
    results: Results | None

    @cached_property
    def block_kw(self) -> Floats:
        """[blocks] provisioned IT kW of the systems in service; NaN without a figure."""
        return self.fleet.table.kw[self.fleet.kind] * self.timing.active

    @cached_property
    def _hall_sum_kw(self) -> Floats:
        known = np.nan_to_num(self.block_kw, nan=0.0)
        return np.bincount(self.fleet.hall, known, len(self.fleet.halls)).astype(np.float64)

    @cached_property
    def hall_kw(self) -> Floats:
        """[halls] IT kW: the engine's figure where it has one for the hall, else the sum of the racks."""
        found = self._hall_sum_kw.copy()
        engine = self._engine_hall_kw
        for place, columns in enumerate(self.fleet.halls):
            value = engine.get(columns.hall.id)
            if value is not None and np.isfinite(value):
                found[place] = value
        return found

    @cached_property
    def hall_limit_kw(self) -> Floats:
        """[halls] usable IT kW, redundancy's derating included; NaN when no limit is set."""
        limits = np.array([columns.hall.it_limit_kw * columns.hall.derate for columns in self.fleet.halls])
        return np.where(limits > 0, limits, np.nan)

    def looks_like(self, other: Loads) -> bool:
        """Whether `other`, of the same fleet and month, says the same of all that is painted."""
        held, now, month = self.results, other.results, self.month_index
        if month is None or other.month_index is None or held is None or now is None:
            return held is now
        of_sites = [f"facility_power_kw.site:{site.id}" for site in self.fleet.design.sites]
        return (
            _same(self.hall_kw, other.hall_kw)
            and _same(self.block_use, other.block_use)
            and all(_at(held, one, month) == _at(now, one, other.month_index) for one in of_sites)
        )

    @cached_property
    def month_index(self) -> int | None:
        """Index of the month in the results; None while they are not this design's."""
        results = self.results
        if results is None or results.design_id != self.fleet.design.id:
            return None
        month = self.timing.month - results.first_month
        return month if 0 <= month < len(results.months) else None

    @cached_property
    def _engine_hall_kw(self) -> dict[str, float]:
        if self.results is None or self.month_index is None:
            return {}
        halls = self.results.halls()
        return dict(zip(halls.ids, halls.it_kw[:, self.month_index].tolist(), strict=True))

    @cached_property
    def block_use(self) -> Floats:
        """[blocks] share of the usable capacity of the block's pool part in use, 0 to 1; NaN = no figure."""
        found = np.full(len(self.fleet.kind), np.nan)
        if self.results is None or self.month_index is None or not len(found):
            return found
        load = self.results.block_load(self.timing.month)
        halls = self.results.states[0].plant.variant.design.halls
        starts = accumulate((len(hall.blocks) for hall in halls), initial=0)
        first = dict(zip(map(id, halls), starts, strict=False))
        changed = []
        for place, columns in enumerate(self.fleet.halls):
            start = first.pop(id(columns.hall), None)
            if start is None:
                changed.append(place)
            else:
                found[self.fleet.slice_of(place)] = load[start : start + len(columns.hall.blocks)]
        # the engine has answered for another state of some halls; what moved came from one of them
        index = {
            block.id: first[id(hall)] + at
            for hall in halls
            if id(hall) in first
            for at, block in enumerate(hall.blocks)
        }
        known = np.append(load, np.nan)
        for place in changed:
            order = [index.get(block.id, -1) for block in self.fleet.halls[place].hall.blocks]
            found[self.fleet.slice_of(place)] = known[order] if order else ()
        return found

    def _of_system(self, block: Block) -> SystemPower | None:
        """Power of one system of a block in the pool it belongs to; None until the engine has answered."""
        if self.results is None or self.month_index is None:
            return None
        key = (pool_id(block, self.timing.month), block.rack_id)
        if key not in self._systems:
            self._systems[key] = system_power(self.results.states[0], *key)
        return self._systems[key]

    @cached_property
    def _systems(self) -> dict[tuple[str | None, str], SystemPower]:
        return {}

    def whole_kw(self, block: Block) -> float:
        """kW that a hall's IT load grows by with one system: its network and storage are counted as in
        `hall_kw`. The provisioned power alone until the engine has answered, or where a figure is missing.
        """
        of_one = self._of_system(block)
        if of_one is None or np.isnan(of_one.whole_kw):
            return float(self.fleet.table.kind(block.rack_id).kw)
        return of_one.whole_kw

    def expected_kw(self, block: Block) -> float | None:
        """kW that one running system of a block is expected to draw; None without results or a figure."""
        of_one = self._of_system(block)
        if of_one is None or self.results is None or self.month_index is None:
            return None
        pool = pool_id(block, self.timing.month)
        drawn = drawn_share(self.results.states[0], pool, block.rack_id, self.month_index)
        kw = of_one.expected_kw(drawn)
        return None if np.isnan(kw) else kw

    @cached_property
    def block_chips(self) -> Floats:
        """[blocks] chips in service."""
        chips = np.array([kind.chips for kind in self.fleet.table.kinds] or [0])
        return (chips[self.fleet.kind] * self.timing.active).astype(np.float64)

    @cached_property
    def halls_over(self) -> tuple[int, ...]:
        """Places of halls in which a limit, the hall's or a feed's, does not hold."""
        over = set(np.flatnonzero(self.hall_kw > self.hall_limit_kw * (1 + 1e-9)).tolist())
        for place, columns in enumerate(self.fleet.halls):
            if place in over or not any(feed.rows for feed in columns.hall.feeds):
                continue
            row_kw = columns.row_kw(self.fleet.table.kw, self.timing.active[self.fleet.slice_of(place)])
            for feed in columns.hall.feeds:
                if sum(row_kw[row] for row in feed.rows if row < len(row_kw)) > feed.limit_kw + 1e-9:
                    over.add(place)
                    break
        return tuple(sorted(over))

    @cached_property
    def _row_loads(self) -> dict[int, tuple[RowLoad, ...]]:
        return {}

    def row_loads(self, place: int) -> tuple[RowLoad, ...]:
        """Each row of the hall at `place`; worked out when first asked for."""
        held = self._row_loads.get(place)
        if held is None:
            held = self._row_loads[place] = self._rows_of(place)
        return held

    def _rows_of(self, place: int) -> tuple[RowLoad, ...]:
        columns = self.fleet.halls[place]
        rows = columns.hall.row_count
        kw = self.system_kw(place)
        inside = columns.cells.row < rows
        known = np.bincount(columns.cells.row[inside], np.nan_to_num(kw)[inside], rows)
        unknown = np.bincount(columns.cells.row[inside], np.isnan(kw)[inside], rows)
        feeds = feeds_by_row(columns.hall)
        out = []
        for row in range(rows):
            feed = feeds.get(row)
            on_feed = (row,) if feed is None else tuple(one for one in feed.rows if one < rows)
            out.append(
                RowLoad(
                    float(known[row]),
                    float(known[list(on_feed)].sum()),
                    None if feed is None else feed.limit_kw,
                    len(on_feed) > 1,
                    int(unknown[row]),
                )
            )
        return tuple(out)

    def system_kw(self, place: int) -> Floats:
        """[systems] provisioned kW of each system of the hall at `place`; 0 when not in service."""
        columns = self.fleet.halls[place]
        rows = self.fleet.slice_of(place)
        block = columns.cells.block
        running = columns.rank < self.timing.active[rows][block]
        return np.where(running, self.fleet.table.kw[columns.kind][block], 0.0)

    def over_limit(self, place: int) -> NDArray[np.bool_] | None:
        """[systems] which systems stand beyond a limit, the last placed first; None when all limits hold."""
        if place not in self._over:
            self._over[place] = self._beyond(place)
        return self._over[place]

    @cached_property
    def _over(self) -> dict[int, NDArray[np.bool_] | None]:
        return {}

    def _beyond(self, place: int) -> NDArray[np.bool_] | None:
        columns = self.fleet.halls[place]
        active = self.timing.active[self.fleet.slice_of(place)].tobytes()
        excess = float(self.hall_kw[place] - self.hall_limit_kw[place])
        key = (self.fleet.table.kw, active, excess)
        return columns.beyond.get(key, lambda: self._found_beyond(columns, place, excess))

    def _found_beyond(self, columns: HallColumns, place: int, excess: float) -> NDArray[np.bool_] | None:
        feeds = [feed for feed in columns.hall.feeds if feed.rows]
        if not feeds and not excess > 0:
            return None
        kw = np.nan_to_num(self.system_kw(place))
        over = np.zeros(len(kw), np.bool_)
        row, col = columns.cells.row, columns.cells.col
        for feed in feeds:
            here = np.flatnonzero(np.isin(row, feed.rows))
            beyond = float(kw[here].sum()) - feed.limit_kw
            if beyond > 1e-9:
                over[_last(here[np.lexsort((col[here], row[here]))], kw, beyond)] = True
        if excess > 0:
            over[_last(np.arange(len(kw)), kw, excess)] = True
        return over if over.any() else None


def _same(old: Floats, new: Floats) -> bool:
    return np.array_equal(old, new, equal_nan=True)


def _at(results: Results, series_id: str, month: int) -> float | None:
    """A series' figure in a month index; None without one."""
    series = results.series.get(series_id)
    value = float("nan") if series is None else float(series.values[0, month])
    return None if np.isnan(value) else value


def _last(order: NDArray[np.int64], kw: Floats, excess: float) -> NDArray[np.int64]:
    """The fewest of the last systems in `order` that together draw `excess` or more."""
    from_end = np.cumsum(kw[order][::-1])
    count = int(np.searchsorted(from_end, excess * (1 - 1e-9))) + 1
    chosen = order[::-1][:count]
    return chosen[kw[chosen] > 0]


def pool_id(block: Block, month: int) -> str | None:
    """The pool that a block belongs to in a month; None for none."""
    held = [stay for stay in block.stays if stay.from_month <= month]
    return held[-1].pool_id if held else None


def feeds_by_row(hall: Hall) -> dict[int, Feed]:
    """Row index → the feed that carries it; the tightest when there are several."""
    found: dict[int, Feed] = {}
    for feed in sorted(hall.feeds, key=lambda one: -one.limit_kw):
        found.update(dict.fromkeys(feed.rows, feed))
    return found
