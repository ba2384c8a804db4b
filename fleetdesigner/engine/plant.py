"""Everything about a sample that is known before workloads are dispatched."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.catalog import Catalog
from fleetdesigner.design.fleet import Tokens
from fleetdesigner.design.model import Design
from fleetdesigner.engine.assumptions.in_force import Assumptions, assumptions_of
from fleetdesigner.engine.fleet.figures import Figures, Gap, figures_of
from fleetdesigner.engine.fleet.parts import Parts, parts_of
from fleetdesigner.engine.fleet.table import FleetTable, fleet_table
from fleetdesigner.engine.money.dollars import Dollars, dollars_of
from fleetdesigner.engine.money.token_prices import TokenPrices, token_prices_of, token_rows
from fleetdesigner.engine.samples import Variant, catalog_of
from fleetdesigner.engine.site.limits import Capping, capping_of
from fleetdesigner.engine.site.overhead import SWING
from fleetdesigner.engine.site.power import Power, power_of
from fleetdesigner.engine.site.schedule import Schedule, schedule_of, scheduled
from fleetdesigner.engine.work.demand import Demand, demand_of
from fleetdesigner.engine.work.ports import PlannedPort, planned_ports, port_gaps
from fleetdesigner.engine.work.rates import Rates, rates_of

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Plant:
    """One sample up to dispatch; each field is a stage."""

    variant: Variant
    design: Design
    """With the months in which things come (``schedule``); `variant.design` has those that are planned."""
    catalog: Catalog
    assumptions: Assumptions
    fleet: FleetTable
    figures: Figures
    power: Power
    capping: Capping
    parts: Parts
    rates: tuple[Rates, ...]
    demand: Demand
    ports: tuple[PlannedPort, ...]
    dollars: Dollars
    """In which dollars cost and revenue are."""
    schedule: Schedule
    token_prices: TokenPrices
    gaps: tuple[Gap, ...]
    """All figures that are missing: of what stands, of planned ports, and of tokens that are bought."""

    @property
    def bought_share(self) -> Array:
        """[P, M] share of a part's chips in service that stand for bought tokens."""
        if not any(isinstance(phase.ownership, Tokens) for phase in self.design.phases):
            return np.zeros((len(self.parts.keys), self.fleet.months))
        return np.asarray(self.fleet.by_part @ token_rows(self.fleet, self.design.phases, self.figures))

    def unforecast(self, works: Collection[int]) -> NDArray[np.bool_]:
        """[R, M] rows in service that some workloads (by index) may run on, and nobody knows how fast: a
        figure of the chip or its network is missing. Dispatch counts them as 0; totals must not.
        """
        fleet = self.fleet
        out = np.zeros(fleet.active.shape, dtype=bool)
        for gap in self.gaps:
            if gap.need != "forecast":
                continue
            rows = list(gap.rows)
            chip = self.figures.kinds[fleet.row_rack[rows[0]]].chip
            names = {chip.family, chip.generation, chip.id}
            for at in works:
                work, rates = self.design.workloads[at], self.rates[at]
                if not work.allow or names & set(work.allow):
                    out[rows] |= (fleet.active[rows] > 0) & (rates.ready[fleet.row_part[rows]] > 0)
        return out


def plant_of(variant: Variant, catalog: Catalog) -> Plant:
    """Fleet, figures, power, limits, parts, rates and demand of one sample; each stage remembers itself."""
    resolved = catalog_of(variant, catalog)
    assumptions = assumptions_of(variant.design, variant.sample.assumptions)
    schedule = schedule_of(assumptions)
    design = scheduled(variant.design, schedule)
    fleet = fleet_table(design)
    figures = figures_of(design, fleet, resolved)
    power = power_of(fleet, figures, assumptions["storage_management_share"], assumptions["idle_share"])
    capping = capping_of(design, fleet, figures, power, assumptions[SWING])
    parts = parts_of(design, fleet, figures, capping)
    asked = token_prices_of(design, fleet, resolved)
    ports = planned_ports(design, figures.kinds, resolved, assumptions["porting_team"])
    rates = rates_of(design, parts, figures, resolved, assumptions, {one.work_id: one.pace for one in ports})
    return Plant(
        variant,
        design,
        resolved,
        assumptions,
        fleet,
        figures,
        power,
        capping,
        parts,
        rates,
        demand_of(design, assumptions["tokens_per_task_growth_per_year"]),
        ports,
        dollars_of(design, assumptions),
        schedule,
        asked,
        (*figures.gaps, *port_gaps(ports, fleet), *asked.gaps),
    )
