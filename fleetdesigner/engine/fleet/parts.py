"""Pool parts: the chips that one scheduler sees as one kind, by month. Axes: P parts, M months."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.design.fleet import Pool
from fleetdesigner.design.model import Design
from fleetdesigner.engine.fleet.figures import Figures
from fleetdesigner.engine.fleet.table import FleetTable, PartKey
from fleetdesigner.engine.remembered import SAMPLES, Remembered
from fleetdesigner.engine.site.limits import Capping

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """The parts of a fleet."""

    keys: tuple[PartKey, ...]
    pools: tuple[int, ...]
    """[P] index of the pool in the design"""
    kinds: tuple[tuple[int, ...], ...]
    """[P] kinds of rack system in it, indices into the fleet table's rack ids; one, but for mixed parts"""
    chips: Array
    """[P, M] chips in service"""
    kind_chips: tuple[Array, ...]
    """[P] of [kinds of the part, M] chips in service by kind"""
    usable: Array
    """[P, M] share of the chips that may work: (1 − spares) · power cap; 0 without chips"""


_PARTS: Remembered[Parts] = Remembered(SAMPLES)


def parts_of(design: Design, fleet: FleetTable, figures: Figures, capping: Capping) -> Parts:
    """The parts of a fleet under its power caps."""
    spares = tuple(pool.spare_share for pool in design.pools)
    ids = tuple(pool.id for pool in design.pools)
    values = (spares, ids, figures.chips.tobytes(), figures.liquid_share.tobytes())
    return _PARTS.get((fleet, capping), values, lambda: _parts(design.pools, fleet, figures, capping))


def _parts(pools: tuple[Pool, ...], fleet: FleetTable, figures: Figures, capping: Capping) -> Parts:
    at = {pool.id: index for index, pool in enumerate(pools)}
    kind_at = {rack_id: index for index, rack_id in enumerate(fleet.rack_ids)}
    pool_index = tuple(at[key.pool_id] for key in fleet.parts)
    kinds = tuple(tuple(kind_at[rack_id] for rack_id in key.rack_ids) for key in fleet.parts)
    row_chips = fleet.active * figures.chips[fleet.row_rack][:, None]
    by_part = fleet.rows.by_part
    chips = by_part @ row_chips
    # no liquid cooling stops what needs it, and nothing else in the hall
    wet = np.nan_to_num(figures.liquid_share)[fleet.row_rack][:, None] > 0
    row_cap = np.where(wet, capping.liquid_cap[fleet.row_hall], capping.cap[fleet.row_hall])
    able = by_part @ (row_chips * row_cap)
    share = np.divide(able, chips, out=np.zeros_like(chips), where=chips > 0)
    spare = np.array([1.0 - pools[index].spare_share for index in pool_index]).reshape(-1, 1)
    kind_chips = tuple(
        chips[part : part + 1]
        if len(members) == 1
        else np.array(
            [row_chips[(fleet.row_part == part) & (fleet.row_rack == kind)].sum(axis=0) for kind in members]
        )
        for part, members in enumerate(kinds)
    )
    return Parts(fleet.parts, pool_index, kinds, chips, kind_chips, spare * share)
