"""Power by month: servers, network, storage; nameplate, provisioned and expected; facility, per hall and
site.

IT = (systems + network) · (1 + storage share) on each of the three bases. Facility = IT · PUE. Axes: H halls,
C cells of the fleet table, P parts, K kinds, M months; all kW.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.engine.fleet.figures import Figures
from fleetdesigner.engine.fleet.table import FleetTable, one_hot, totals
from fleetdesigner.engine.remembered import SAMPLES, Remembered

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Power:
    """IT power that does not depend on what runs. NaN in a month = a figure is missing."""

    fleet: FleetTable
    storage_share: float
    hall_it: Array
    """[H, M] provisioned"""
    hall_liquid: Array
    """[H, M] heat that liquid takes"""
    cell_it: Array
    """[C, M] provisioned"""
    cell_it_nameplate: Array
    """[C, M]"""
    cell_full: Array
    """[C, M] IT draw at full load: provisioned, and the idle draw of what is retired and left running"""
    cell_idle: Array
    """[C, M] draw of the servers with no work"""
    cell_span: Array
    """[C, M] provisioned − idle of the servers in service: what work adds at full draw"""
    cell_fabric: Array
    """[C, M]"""
    kind_it: Array
    """[K, M] provisioned, by kind of rack system"""

    @cached_property
    def site_of_cell(self) -> Array:
        """[sites, C]"""
        return one_hot(self.fleet.cell_site, self.fleet.site_count)

    @cached_property
    def part_of_cell(self) -> Array:
        """[P, C]"""
        return one_hot(self.fleet.cell_part, len(self.fleet.parts))

    @cached_property
    def site_it(self) -> Array:
        """[sites, M] provisioned"""
        return summed(self.site_of_cell, self.cell_it)

    @cached_property
    def site_full(self) -> Array:
        """[sites, M] IT draw at full load"""
        return summed(self.site_of_cell, self.cell_full)

    @cached_property
    def site_it_nameplate(self) -> Array:
        """[sites, M]"""
        return summed(self.site_of_cell, self.cell_it_nameplate)

    @cached_property
    def hall_air(self) -> Array:
        """[H, M] heat that air takes: what liquid leaves, network and storage included."""
        return self.hall_it - self.hall_liquid

    def expected(self, load: Array) -> Array:
        """[C, M] expected IT power, for `load` [P, M]: Σ over workloads of share used · expected draw."""
        drawn = np.concatenate([load, np.zeros((1, load.shape[1]))])[self.fleet.cell_part]
        systems = self.cell_idle + self.cell_span * drawn
        return np.asarray((systems + self.cell_fabric) * (1.0 + self.storage_share))

    def of_work(self, time: Array, drawn: Array, factor: Array) -> Array:
        """[P, M] kW that falls to some work: `drawn` [P, M] of the span between idle and full draw, and its
        `time` [P, M], a share of the usable, of what is drawn without work; times `factor` [C, M].
        """
        more = (1.0 + self.storage_share) * factor
        still = summed(self.part_of_cell, (self.cell_idle + self.cell_fabric) * more)
        return still * time + summed(self.part_of_cell, self.cell_span * more) * drawn


_POWER: Remembered[Power] = Remembered(SAMPLES)


def summed(matrix: Array, values: Array) -> Array:
    """matrix [K, C] @ values [C, M] where a NaN stays in the sums that it belongs to."""
    unknown = np.isnan(values)
    if not unknown.any():
        return np.asarray(matrix @ values)
    out = np.asarray(matrix @ np.where(unknown, 0.0, values))
    out[(matrix @ unknown.astype(np.float64)) > 0] = np.nan
    return out


def power_of(fleet: FleetTable, figures: Figures, storage_share: float, idle_share: float) -> Power:
    """Provisioned and nameplate power of a fleet.

    `storage_share`: storage and management over servers and network; `idle_share`: idle over provisioned
    power, where a system has no idle figure.
    """
    values = (
        storage_share, idle_share, figures.it_kw.tobytes(), figures.nameplate_kw.tobytes(),
        figures.idle_kw.tobytes(), figures.liquid_share.tobytes(), figures.fabric_kw.tobytes(),
    )  # fmt: skip
    return _POWER.get((fleet,), values, lambda: _power(fleet, figures, storage_share, idle_share))


def _power(fleet: FleetTable, figures: Figures, storage_share: float, idle_share: float) -> Power:
    rows, rack = fleet.rows, fleet.row_rack
    idle_kw = np.where(np.isnan(figures.idle_kw), idle_share * figures.it_kw, figures.idle_kw)
    it, idle = figures.it_kw[rack], idle_kw[rack]
    more = 1.0 + storage_share
    active, still = fleet.active, fleet.idle_retired
    fabric = totals(rows.by_cell, active, figures.fabric_kw)
    cell_it = (totals(rows.by_cell, active, it) + fabric) * more
    return Power(
        fleet,
        storage_share,
        hall_it=totals(rows.by_hall, active, it + figures.fabric_kw) * more,
        # a share that nobody gives is left out of the liquid side; the finding is the checks' to make
        hall_liquid=totals(rows.by_hall, active, it * np.nan_to_num(figures.liquid_share)[rack]),
        cell_it=cell_it,
        cell_full=cell_it + totals(rows.by_cell, still, idle) * more if still.any() else cell_it,
        cell_it_nameplate=(totals(rows.by_cell, active, figures.nameplate_kw[rack]) + fabric) * more,
        cell_idle=totals(rows.by_cell, active + still, idle),
        cell_span=totals(rows.by_cell, active, it - idle),
        cell_fabric=fabric,
        kind_it=totals(rows.by_rack, active, it + figures.fabric_kw) * more,
    )
