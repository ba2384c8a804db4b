"""Columns for the canvas and the file exports, built from a sample when somebody asks."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.design.fleet import ROW_DEPTH_M, Hall
from fleetdesigner.engine.fleet.table import GroupKey, group_key, groups_of_hall
from fleetdesigner.engine.remembered import Remembered
from fleetdesigner.engine.results import BlockColumns, HallColumns, SystemCount
from fleetdesigner.engine.site.limits import positions_used
from fleetdesigner.engine.state import SampleState

Array = NDArray[np.float64]
T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class _Standing:
    """Columns of blocks without their load, and the group of each block in the fleet table."""

    columns: BlockColumns
    group: NDArray[np.int64]


_PLACES: Remembered[NDArray[np.int64]] = Remembered(512)
"""Group of each block within its hall."""
_GROUPS: Remembered[NDArray[np.int64]] = Remembered(4)
_STANDING: Remembered[_Standing] = Remembered(4)
_LATEST: Remembered[BlockColumns] = Remembered(4)
"""The last columns of blocks as they stand: equal loads give the same object back."""
_BLOCKS: Remembered[BlockColumns] = Remembered(6)
_MONTHS: Remembered[Array] = Remembered(6)
_HALLS: Remembered[HallColumns] = Remembered(6)


def system_counts(state: SampleState, month: int) -> tuple[SystemCount, ...]:
    """Rack systems in service in a month index, by kind, in order of appearance."""
    counts = state.plant.fleet.rack_active[:, month]
    kw = state.plant.figures.it_kw
    return tuple(
        SystemCount(
            kind.rack.id,
            kind.rack.name,
            float(count),
            float(count) * kind.rack.racks,
            float(count) * kind.chips,
            None if np.isnan(each) and count else float(np.nan_to_num(each) * count),
        )
        for kind, count, each in zip(state.plant.figures.kinds, counts, kw, strict=True)
    )


def block_groups(state: SampleState) -> NDArray[np.int64]:
    """[B] index of each block's group in the fleet table, in the design's order of blocks."""
    halls = state.design.halls
    return _GROUPS.get(halls, None, partial(_groups, halls))


def _groups(halls: tuple[Hall, ...]) -> NDArray[np.int64]:
    out = [np.empty(0, np.int64)]
    start = 0
    for hall in halls:
        keys = groups_of_hall(hall).keys
        out.append(start + _PLACES.get((hall.blocks, keys), None, partial(_places, hall, keys)))
        start += len(keys)
    return np.concatenate(out)


def _places(hall: Hall, keys: tuple[GroupKey, ...]) -> NDArray[np.int64]:
    place = {key: at for at, key in enumerate(keys)}
    return np.array([place[group_key(block)] for block in hall.blocks], dtype=np.int64)


def block_load(state: SampleState, month: int) -> Array:
    """[B] `BlockColumns.load` in a month index, without the rest of the columns."""
    return _MONTHS.get((state,), month, partial(_load_at, state, month))


def _load_at(state: SampleState, month: int) -> Array:
    fleet = state.plant.fleet
    use = np.append(state.utilisation[:, month], np.nan)[fleet.row_part]
    load = np.full(len(fleet.group_systems), np.nan)
    rows = np.flatnonzero(fleet.active[:, month] > 0)
    load[fleet.row_group[rows]] = use[rows]
    return np.asarray(load[block_groups(state)])


def block_columns(state: SampleState) -> BlockColumns:
    """Columns per block of a sample; the same object when asked again."""
    return _BLOCKS.get((state,), None, lambda: _blocks(state))


def _blocks(state: SampleState) -> BlockColumns:
    plant = state.plant
    halls = state.design.halls
    standing = _STANDING.get((plant.fleet, plant.figures, *halls), None, lambda: _standing(state))
    before = _LATEST.peek((standing.columns,), None)
    load = _load(state, standing.group)
    if before is not None and np.array_equal(before.load, load, equal_nan=True):
        return before
    made = dataclasses.replace(standing.columns, load=load)
    return _LATEST.replace((standing.columns,), None, made)


def _load(state: SampleState, group: NDArray[np.int64]) -> Array:
    """[B, M] share of the usable capacity of the block's pool part in use."""
    fleet = state.plant.fleet
    use = np.concatenate([state.utilisation, np.full((1, fleet.months), np.nan)])[fleet.row_part]
    load = np.full((len(fleet.group_systems), fleet.months), np.nan)
    rows, months = np.nonzero(fleet.active > 0)
    load[fleet.row_group[rows], months] = use[rows, months]
    return np.asarray(load[group])


def _standing(state: SampleState) -> _Standing:
    """All but the load: it stays while halls, phases and parts do."""
    fleet, figures = state.plant.fleet, state.plant.figures
    blocks = state.design.blocks
    group = block_groups(state)
    kind = fleet.group_rack[group] if len(group) else group
    systems = fleet.group_systems
    running = np.zeros((len(systems), fleet.months))
    np.add.at(running, fleet.row_group, fleet.active)
    running = np.divide(running, systems[:, None], out=np.zeros_like(running), where=systems[:, None] > 0)
    pitch = np.array([hall.pitch_m for hall in state.design.halls for _ in hall.blocks])
    weight = figures.weight_kg[kind]
    columns = BlockColumns(
        ids=tuple(block.id for block in blocks),
        rack_ids=tuple(block.rack_id for block in blocks),
        generations=tuple(figures.kinds[at].chip.generation for at in kind.tolist()),
        systems=np.array([block.systems for block in blocks], dtype=np.float64),
        kw=figures.it_kw[kind],
        kg=weight,
        kg_per_m2=weight / (figures.positions[kind] * pitch * ROW_DEPTH_M),
        chips=figures.chips[kind],
        active=running[group],
        load=np.empty((0, fleet.months)),
        index=MappingProxyType({block.id: at for at, block in enumerate(blocks)}),
    )
    return _Standing(columns, group)


def hall_columns(state: SampleState) -> HallColumns:
    """Columns per hall of a sample; the same object when asked again."""
    sites = tuple((site.id, len(site.halls)) for site in state.design.sites)
    return _HALLS.get((state.plant.capping.loads, state.plant.power), sites, lambda: _halls(state))


def _halls(state: SampleState) -> HallColumns:
    loads, power = state.plant.capping.loads, state.plant.power
    ready = loads.ready
    halls = loads.halls
    return HallColumns(
        ids=tuple(hall.id for hall in halls),
        site_ids=tuple(site.id for site in state.design.sites for _ in site.halls),
        it_kw=power.hall_it,
        it_limit_kw=np.where(ready, loads.hall_limit, 0.0),
        air_kw=power.hall_air,
        air_limit_kw=np.where(ready, loads.walls.air, 0.0),
        liquid_kw=power.hall_liquid,
        liquid_limit_kw=np.where(ready, loads.walls.liquid, 0.0),
        positions=np.array([hall.columns * hall.row_count for hall in halls], dtype=np.float64),
        positions_used=positions_used(loads),
        index=MappingProxyType({hall.id: at for at, hall in enumerate(halls)}),
    )
