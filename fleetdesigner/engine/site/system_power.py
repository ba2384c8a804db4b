"""Power of one rack system where it stands: alone, with its share of network and storage, and at work.

Single figures for labels and cards; ``power.py`` holds the same for whole fleets as arrays.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from fleetdesigner.catalog import CatalogError
from fleetdesigner.engine.fleet.figures import endpoint_kw, value
from fleetdesigner.engine.state import SampleState


@dataclass(frozen=True, slots=True)
class SystemPower:
    """One rack system in a pool; all kW, NaN = no figure."""

    it_kw: float
    """Provisioned, the system alone."""
    idle_kw: float
    """With no work."""
    fabric_kw: float
    """Its share of the pool's network; 0 in no pool."""
    storage_share: float
    """Storage and management over systems and network."""

    @property
    def whole_kw(self) -> float:
        """What a hall's IT load grows by when the system comes: (system + network) · (1 + storage share)."""
        return (self.it_kw + self.fabric_kw) * (1.0 + self.storage_share)

    def expected_kw(self, drawn: float) -> float:
        """Draw of the system alone when work draws the share `drawn` of the span from idle to provisioned."""
        return self.idle_kw + (self.it_kw - self.idle_kw) * drawn


def system_power(state: SampleState, pool_id: str | None, rack_id: str) -> SystemPower:
    """Power of one system of that kind in that pool; NaN throughout for a kind that no entry describes."""
    share = float(state.plant.power.storage_share)
    try:
        rack = state.catalog.rack(rack_id)
        chip, chips = state.catalog.chip_of(rack), rack.nodes * state.catalog.node_of(rack).chips
    except CatalogError:
        return SystemPower(math.nan, math.nan, math.nan, share)
    it = value(rack.it_power_kw)
    idle = value(rack.idle_power_kw)
    if math.isnan(idle):
        idle = it * float(state.plant.assumptions["idle_share"])
    pool = next((one for one in state.design.pools if one.id == pool_id), None)
    fabric = 0.0
    if pool is not None:
        fabric = endpoint_kw(pool, state.catalog.fabric(pool.fabric_id), chip) * chips
    return SystemPower(it, idle, fabric, share)


def drawn_share(state: SampleState, pool_id: str | None, rack_id: str, month: int) -> float:
    """Share of the span from idle to provisioned that work draws in a month index: Σ over workloads of the
    share of the pool's part that each holds · its expected draw. 0 where nothing works; NaN when work runs
    on chips whose speed nobody knows.
    """
    kinds = [work.kind for work in state.design.workloads]
    unknown = state.plant.unforecast(range(len(kinds)))
    for part, key in enumerate(state.plant.parts.keys):
        if key.pool_id == pool_id and rack_id in key.rack_ids:
            rows = state.plant.fleet.row_part == part
            if unknown[rows, month].any():
                return math.nan
            return sum(
                float(held) * float(state.plant.assumptions[f"expected_share_{kind}"])
                for held, kind in zip(state.share[part, :, month], kinds, strict=True)
            )
    return 0.0
