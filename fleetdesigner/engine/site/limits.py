"""Limits of sites, halls and feeds, the power cap that follows, and what is stranded.

A newcomer (a loop, a transformer) is one line in ``LIMITS``. Axes: N objects of a level, H halls, M months;
kW.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.design.fleet import ROW_DEPTH_M, Hall
from fleetdesigner.design.layout import expand
from fleetdesigner.design.model import Design
from fleetdesigner.engine.curves import stair
from fleetdesigner.engine.fleet.figures import Figures
from fleetdesigner.engine.fleet.table import FleetTable, group_key
from fleetdesigner.engine.remembered import SAMPLES, Remembered
from fleetdesigner.engine.site.overhead import pue_by_month
from fleetdesigner.engine.site.power import Power

Array = NDArray[np.float64]
CAUSES = ("shells", "cooling", "positions", "chips")
"""Why grid power is out of reach: no hall for it, no cooling, no floor position, or simply no chips yet."""


WallKey = tuple[float, float, float, float, int, int, int, int]
"""(IT limit kW, derate, air kW, liquid kW, months in which the hall, its air and its liquid cooling are
there, floor positions).
"""


@dataclass(frozen=True, slots=True, eq=False)
class Walls:
    """What the halls allow, whatever stands in them."""

    it: Array
    """[H, M] IT limit after derating, kW"""
    air: Array
    """[H, M] kW, 0 before its month"""
    liquid: Array
    """[H, M] kW, 0 before its month"""
    cooled: Array
    """[H, M] both together"""
    ready: NDArray[np.bool_]
    """[H, M] whether the hall takes power"""
    places: Array
    """[H] floor positions"""


_WALLS: Remembered[Walls] = Remembered(SAMPLES)
_FLOORS: Remembered[Array] = Remembered(SAMPLES)


def walls_of(halls: Sequence[Hall], first_month: int, months: int) -> Walls:
    """The walls of some halls; the same object for equal ones."""
    keys = tuple(
        (
            one.it_limit_kw, one.derate, one.air_kw, one.liquid_kw, one.ready_month, one.air_from,
            one.liquid_from, one.columns * one.row_count,
        )
        for one in halls
    )  # fmt: skip
    return _WALLS.get((), (keys, first_month, months), lambda: _walls(keys, first_month, months))


def _walls(keys: Sequence[WallKey], first_month: int, months: int) -> Walls:
    columns = np.array(keys, dtype=np.float64).reshape(-1, 8).T[:, :, None]
    limit, derate, air, liquid, ready, air_from, liquid_from, places = columns
    at = first_month + np.arange(months)
    air, liquid = air * (air_from <= at), liquid * (liquid_from <= at)
    return Walls(
        limit * derate * np.ones(months), air, liquid, air + liquid, ready <= at, places[:, 0],
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Loads:
    """What limits are held against."""

    design: Design
    fleet: FleetTable
    figures: Figures
    power: Power
    walls: Walls
    pue: Array
    """[sites, M] at full load, in its season"""
    grid: Array
    """[sites, M]"""

    @cached_property
    def halls(self) -> tuple[Hall, ...]:
        """[H]"""
        return self.design.halls

    @cached_property
    def facility(self) -> Array:
        """[sites, M] provisioned facility power: IT · PUE."""
        return np.asarray(self.power.site_it * self.pue)

    def of_halls(self, each: Callable[[Hall], float]) -> Array:
        """[H, M] a figure of each hall, the same in every month."""
        return np.repeat(
            np.array([[each(hall)] for hall in self.halls]).reshape(-1, 1), self.fleet.months, axis=1
        )

    @property
    def hall_limit(self) -> Array:
        """[H, M] IT limit after derating."""
        return self.walls.it

    @property
    def ready(self) -> NDArray[np.bool_]:
        """[H, M] whether the hall takes power."""
        return self.walls.ready

    @cached_property
    def feeds(self) -> tuple[tuple[str, Array, float], ...]:
        """(ref, load [M] of the systems in its rows, limit kW) of each feed that carries rows."""
        return tuple(
            (f"feed:{feed.id}", rows[list(feed.rows)].sum(axis=0), feed.limit_kw)
            for at, hall in enumerate(self.halls)
            if any(feed.rows for feed in hall.feeds)
            for rows in (self._row_loads(at, hall),)
            for feed in hall.feeds
            if feed.rows
        )

    def _row_loads(self, at: int, hall: Hall) -> Array:
        """[rows of the hall, M] provisioned kW of the servers in each row."""
        rows = max([hall.row_count, *(row + 1 for feed in hall.feeds for row in feed.rows)])
        positions = {kind.rack.id: kind.rack.positions for kind in self.figures.kinds}
        for rack_id, kind in zip(self.fleet.rack_ids, self.figures.kinds, strict=True):
            positions[rack_id] = kind.rack.positions
        cells = expand(hall.blocks, positions)
        rows = max(rows, int(cells.row.max(initial=0)) + 1)
        out = np.zeros((rows, self.fleet.months))
        share = block_shares(self.fleet, at, hall)
        for index, block in enumerate(hall.blocks):
            kw = self.figures.it_kw[self.fleet.rack_ids.index(block.rack_id)]
            count = np.bincount(cells.row[cells.block == index], minlength=rows)
            out += count[:, None] * np.where(share[index] > 0, share[index] * kw, 0.0)
        return out

    @cached_property
    def floor(self) -> Array:
        """[H, M] heaviest load on the floor, kg/m²: weight over (positions · pitch · row depth)."""
        pitch = np.array([hall.pitch_m for hall in self.halls])
        weight, places = self.figures.weight_kg, self.figures.positions
        values = (pitch.tobytes(), weight.tobytes(), places.tobytes())
        return _FLOORS.get((self.fleet.rows,), values, lambda: self._floor(pitch, weight, places))

    def _floor(self, pitch: Array, weight: Array, places: Array) -> Array:
        rows = self.fleet.rows  # how many stand there does not matter
        rack, hall = rows.row_rack, rows.row_hall
        dense = weight[rack] / (places[rack] * pitch[hall] * ROW_DEPTH_M) if len(hall) else weight[rack]
        standing = (rows.row_active + rows.row_waiting + rows.row_idle) > 0
        out = np.zeros((len(self.halls), self.fleet.months))
        np.maximum.at(out, hall, np.where(standing, np.nan_to_num(dense)[:, None], 0.0))
        return out


def block_shares(fleet: FleetTable, at: int, hall: Hall) -> Array:
    """[blocks of the hall, M] share of each block in service, 0–1."""
    share: dict[object, Array] = {}
    members = np.flatnonzero(fleet.group_hall == at)
    for group in members:
        rows = fleet.row_group == group
        total = fleet.active[rows].sum(axis=0)
        share[len(share)] = total / fleet.group_systems[group] if fleet.group_systems[group] else total
    keys = list(dict.fromkeys(group_key(block) for block in hall.blocks))
    index = {key: place for place, key in enumerate(keys)}
    if not hall.blocks:
        return np.zeros((0, fleet.months))
    return np.array([share[index[group_key(block)]] for block in hall.blocks])


Caps = Literal["all", "liquid", "none"]


@dataclass(frozen=True, slots=True)
class Limit:
    """One kind of limit."""

    id: str
    """Id of the finding's rule."""
    level: str
    """What its objects are: site, hall, feed."""
    name: str
    unit: str
    refs: Callable[[Loads], Sequence[str]]
    load: Callable[[Loads], Array]
    """[N, M]"""
    limit: Callable[[Loads], Array]
    """[N, M]"""
    caps: Caps
    """Which chips behind it it holds back: all, those cooled by liquid, or none (it is only reported)."""


def _sites(loads: Loads) -> list[str]:
    return [f"site:{site.id}" for site in loads.design.sites]


def _halls(loads: Loads) -> list[str]:
    return [f"hall:{hall.id}" for hall in loads.halls]


def _feed_table(loads: Loads, column: int) -> Array:
    if not loads.feeds:
        return np.zeros((0, loads.fleet.months))
    return np.array(
        [np.broadcast_to(feed[column], loads.fleet.months) for feed in loads.feeds], dtype=np.float64
    )


LIMITS: tuple[Limit, ...] = (
    Limit("site_grid", "site", "Grid power", "kW", _sites, lambda x: x.facility, lambda x: x.grid, "all"),
    Limit(
        "hall_it", "hall", "IT power", "kW", _halls, lambda x: x.power.hall_it, lambda x: x.hall_limit, "all",
    ),
    Limit(
        "hall_air", "hall", "Air cooling", "kW", _halls, lambda x: x.power.hall_air,
        lambda x: x.walls.air, "all",
    ),
    Limit(
        "hall_liquid", "hall", "Liquid cooling", "kW", _halls, lambda x: x.power.hall_liquid,
        lambda x: x.walls.liquid, "liquid",
    ),
    Limit(
        "feed", "feed", "Power feed", "kW", lambda x: [feed[0] for feed in x.feeds],
        lambda x: _feed_table(x, 1), lambda x: _feed_table(x, 2), "none",
    ),
    Limit(
        "floor", "hall", "Floor load", "kg/m²", _halls, lambda x: x.floor,
        lambda x: x.of_halls(lambda hall: hall.floor_kg_per_m2), "none",
    ),
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Capping:
    """What the limits do to the fleet."""

    loads: Loads
    cap: Array
    """[H, M] share of the hall's chips that the limits let run, 0–1."""
    liquid_cap: Array
    """[H, M] the same for chips that need liquid cooling."""
    facility: Array
    """[sites, M]"""
    stranded: Array
    """[sites, M] grid power that cannot be used."""
    by_cause: Array
    """[causes, sites, M] its parts, in the order of CAUSES."""


_CAPPING: Remembered[Capping] = Remembered(SAMPLES)


def capping_of(
    design: Design, fleet: FleetTable, figures: Figures, power: Power, swing: float = 0.0
) -> Capping:
    """Power caps and stranded power of a design; independent of tariffs and workloads. `swing` of the PUE by
    season.
    """
    walls = walls_of(design.halls, fleet.first_month, fleet.months)
    supply = tuple((site.pue, site.grid) for site in design.sites)
    values = (supply, figures.positions.tobytes(), swing)
    return _CAPPING.get(
        (fleet, power, walls), values, lambda: _capping(loads_of(design, fleet, figures, power, swing))
    )


def loads_of(design: Design, fleet: FleetTable, figures: Figures, power: Power, swing: float = 0.0) -> Loads:
    """What a design's limits are held against."""
    first, months = fleet.first_month, fleet.months
    empty = np.zeros((0, months))
    pue = [pue_by_month(site.pue, first, months, swing) for site in design.sites]
    grid = [stair(site.grid, first, months) for site in design.sites]
    return Loads(
        design, fleet, figures, power, walls_of(design.halls, first, months),
        np.array(pue) if pue else empty, np.array(grid) if grid else empty,
    )  # fmt: skip


def _capping(loads: Loads) -> Capping:
    fleet = loads.fleet
    caps: dict[Caps, Array] = {"all": np.ones((len(loads.halls), fleet.months))}
    caps["liquid"] = caps["all"]
    for limit in LIMITS:
        if limit.caps == "none":
            continue
        load, most = limit.load(loads), limit.limit(loads)
        over = load > most  # False for an unknown load: what is not known holds nothing back
        if not over.any():
            continue
        share = np.divide(most, load, out=np.ones_like(load), where=over)
        at_hall = share[fleet.hall_site] if limit.level == "site" else share
        caps[limit.caps] = np.minimum(caps[limit.caps], at_hall)
    stranded, causes = _stranded(loads)
    liquid = np.minimum(caps["all"], caps["liquid"])
    return Capping(loads, caps["all"], liquid, loads.facility, stranded, causes)


def _stranded(loads: Loads) -> tuple[Array, Array]:
    """Grid power beyond the facility's: what no ready hall could take (shells), what cooling could not take,
    what has no floor position, and what only lacks chips. The last three are scaled to make up the sum.
    """
    fleet = loads.fleet
    site = fleet.hall_site
    at_site = (np.arange(fleet.site_count)[:, None] == site).astype(np.float64)
    stranded = np.maximum(0.0, loads.grid - loads.facility)
    housed = at_site @ np.where(loads.ready, loads.hall_limit, 0.0) * loads.pue
    shells = np.maximum(0.0, loads.grid - np.maximum(housed, loads.facility))
    room = np.where(loads.ready, np.maximum(0.0, loads.hall_limit - loads.power.hall_it), 0.0)
    cooled = loads.walls.cooled - loads.power.hall_it
    cooling = np.maximum(0.0, room - np.maximum(0.0, cooled))
    full = loads.walls.places <= positions_used(loads)
    rest = room - cooling
    parts = np.stack([cooling, rest * full[:, None], rest * ~full[:, None]])
    parts = at_site @ np.where(np.isnan(parts), 0.0, parts)
    whole = parts.sum(axis=0)
    open_rest = stranded - shells
    scale = np.divide(open_rest, whole, out=np.zeros_like(open_rest), where=whole > 0)
    split = parts * scale
    split[2] += np.where(whole > 0, 0.0, open_rest)
    unknown = np.isnan(stranded)
    causes = np.concatenate([shells[None], split])
    causes[:, unknown] = np.nan
    return stranded, causes


def positions_used(loads: Loads) -> Array:
    """[H] floor positions covered by blocks, whenever they come."""
    fleet = loads.fleet
    used = fleet.group_systems * loads.figures.positions[fleet.group_rack]
    return np.asarray(np.bincount(fleet.group_hall, used, len(loads.halls)), dtype=np.float64)
