"""What a cost item may look at, and the two ways in which costs are shared out to pool parts.

Axes: G groups, R rows, C cells, P parts, H halls, M months; money in USD a month.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.catalog import Catalog, CatalogError, SitePreset
from fleetdesigner.design.fleet import Hall
from fleetdesigner.design.model import Design
from fleetdesigner.design.redundancy import REDUNDANCY
from fleetdesigner.engine.assumptions.in_force import Assumptions
from fleetdesigner.engine.faults import EvaluationError
from fleetdesigner.engine.fleet.figures import Figures
from fleetdesigner.engine.fleet.rows import PAYS_SPACE
from fleetdesigner.engine.fleet.table import FleetTable, totals
from fleetdesigner.engine.money.prices import at_prices
from fleetdesigner.engine.money.token_prices import TokenPrices
from fleetdesigner.engine.money.tranches import Tranches, ports_of, servers_of, services_of, shells_of
from fleetdesigner.engine.site.limits import Capping
from fleetdesigner.engine.site.power import Power, summed
from fleetdesigner.engine.work.ports import PlannedPort

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class ItemCost:
    """One cost item. NaN = a figure is missing."""

    cash: Array
    """[M] what is paid in the month; what comes back is negative"""
    even: Array
    """[M] the same, with what is bought spread over its life as an annuity"""
    parts: Array
    """[P, M] the share of `even` that belongs to each pool part; the rest belongs to none"""


@dataclass(frozen=True, eq=False)
class CostContext:
    """One sample of an evaluation, as cost items see it."""

    design: Design
    catalog: Catalog
    assumptions: Assumptions
    fleet: FleetTable
    figures: Figures
    power: Power
    capping: Capping
    planned: tuple[PlannedPort, ...]
    token_prices: TokenPrices

    @property
    def months(self) -> int:
        """M"""
        return self.fleet.months

    @cached_property
    def nothing(self) -> ItemCost:
        """An item that costs nothing."""
        return ItemCost(
            np.zeros(self.months), np.zeros(self.months), np.zeros((len(self.fleet.parts), self.months))
        )

    def owned(self, kind: str) -> Array:
        """[phases] 1 where the phase has that ownership."""
        return np.array([phase.ownership.kind == kind for phase in self.design.phases], dtype=np.float64)

    @cached_property
    def own_rows(self) -> Array:
        """[R] 1 where the systems are bought."""
        return self.owned("own")[self.fleet.row_phase]

    @cached_property
    def joined_rows(self) -> Array:
        """[R] 1 where the network between the systems is bought: around leased ones too."""
        return self.own_rows + self.owned("lease")[self.fleet.row_phase]

    @cached_property
    def own_groups(self) -> Array:
        """[G]"""
        return self.owned("own")[self.fleet.group_phase]

    @cached_property
    def row_price(self) -> Array:
        """[R] list price of one system."""
        return self.figures.price_usd[self.fleet.row_rack]

    @cached_property
    def group_price(self) -> Array:
        """[G]"""
        return self.figures.price_usd[self.fleet.group_rack]

    @cached_property
    def servers(self) -> Tranches:
        """Rack systems of each group [G], by the month in which they came."""
        return servers_of(self.design, self.fleet)

    @cached_property
    def bought(self) -> Tranches:
        """The same by what is paid for them, in list prices: what comes later may cost more or less."""
        return at_prices(self.servers, self.assumptions, self.figures.kinds, self.fleet.group_rack)

    def by_terms(self, of: Callable[[float, float], Array]) -> Array:
        """[G, …] what `of` gives for a life in months and a residual share, by the terms of each group's
        servers: those with Trainium may have their own.
        """
        life, share = self.assumptions["it_life_months"], self.assumptions["residual_share"]
        more, rest = (self.assumptions[f"trainium_{key}"] for key in ("life_more_months", "residual_more"))
        out = of(life, share)
        if not (more or rest):
            return out
        trainium = np.array([kind.chip.family == "trainium" for kind in self.figures.kinds], dtype=bool)
        mask = trainium[self.fleet.group_rack].reshape(-1, *[1] * (out.ndim - 1))
        return np.where(mask, of(max(life + more, 1.0), min(max(share + rest, 0.0), 1.0)), out)

    @cached_property
    def ports(self) -> Tranches:
        """Their network ports [G]."""
        return ports_of(self.design, self.fleet)

    @cached_property
    def services(self) -> Tranches:
        """Their service [G]."""
        return services_of(self.design, self.fleet)

    @cached_property
    def shells(self) -> Tranches:
        """The halls [H]."""
        return shells_of(self.design, self.fleet)

    def of_groups(self, tranches: Tranches, shares: Array) -> Array:
        """[G, M] systems, for shares [U, M] of what arrives."""
        return np.asarray(self.fleet.group_systems[:, None] * shares[tranches.of])

    def of_rows(self, tranches: Tranches, shares: Array) -> Array:
        """[R, M] the same, each where it is in the month."""
        return self.rows_of(self.of_groups(tranches, shares))

    def rows_of(self, groups: Array) -> Array:
        """[R, M] what groups have [G, M], each where it is in the month."""
        return np.asarray(groups[self.fleet.row_group] * self.fleet.inside)

    @cached_property
    def landed_rows(self) -> Array:
        """[R, M] systems delivered and not sold."""
        return self.rows_of(self.fleet.landed)

    @cached_property
    def landed_value(self) -> tuple[Array, Array]:
        """(Σ [M], by part [P, M]) what was paid for servers and network that stand, bought or leased."""
        mask = self.joined_rows
        servers = self.of_rows(self.bought, self.bought.standing)
        price, by_part = self.by_rows(mask, servers, self.row_price)
        ports, ports_by_part = self.by_rows(mask, self.landed_rows, self.figures.fabric_usd)
        return price + ports, by_part + ports_by_part

    @cached_property
    def all_and_parts(self) -> Array:
        """[1 + P, R] a row of ones, then the rows of each part."""
        return np.concatenate([np.ones((1, len(self.fleet.row_group))), self.fleet.by_part])

    def by_rows(self, mask: Array, counts: Array, each: Array) -> tuple[Array, Array]:
        """(Σ [M], by part [P, M]) of counts [R, M] · each [R] over the rows of `mask` [R]."""
        out = totals(self.all_and_parts * mask, counts, each)
        return out[0], out[1:]

    @cached_property
    def paying(self) -> Array:
        """[C] 1 for the cells that pay for energy and space."""
        return self.fleet.cell_pays.astype(np.float64)

    @cached_property
    def cell_facility(self) -> Array:
        """[C, M] provisioned facility kW of the cells that pay for it."""
        return np.asarray(self.paid(self.power.cell_it) * self.pue[self.fleet.cell_site])

    @property
    def pue(self) -> Array:
        """[sites, M]"""
        return self.capping.loads.pue

    def paid(self, cells: Array) -> Array:
        """[C, M] the cells that pay for space; the others are 0, also where a figure is missing."""
        return np.where(self.fleet.cell_pays[:, None], cells, 0.0)

    def by_cells(self, cells: Array) -> tuple[Array, Array]:
        """(Σ [M], by part [P, M]) of values by cell [C, M]."""
        everything = np.concatenate([np.ones((1, len(cells))), self.power.part_of_cell])
        out = summed(everything, cells)
        return out[0], out[1:]

    @cached_property
    def part_of_site(self) -> Array:
        """[sites, P, M] share of each part in the provisioned IT power that pays for the site's space."""
        cells = self.paid(self.power.cell_it)
        site = summed(self.power.site_of_cell, cells)[self.fleet.cell_site]
        shares = np.divide(cells, site, out=np.zeros_like(cells), where=site > 0)
        shares[np.isnan(cells)] = np.nan
        out = np.zeros((self.fleet.site_count, len(self.fleet.parts), self.months))
        for cell, (at, part) in enumerate(zip(self.fleet.cell_site, self.fleet.cell_part, strict=True)):
            if part >= 0:
                out[at, part] += shares[cell]
        return out

    def by_site(self, sites: Array) -> tuple[Array, Array]:
        """(Σ [M], by part [P, M]) of costs by site [sites, M], shared by provisioned IT power."""
        return sites.sum(axis=0), np.asarray((self.part_of_site * sites[:, None, :]).sum(axis=0))

    @cached_property
    def presets(self) -> tuple[SitePreset | None, ...]:
        """[sites] the catalog's presets. Raises EvaluationError for one that does not exist."""
        found: list[SitePreset | None] = []
        for site in self.design.sites:
            try:
                found.append(None if site.preset_id is None else self.catalog.site(site.preset_id))
            except CatalogError as error:
                raise EvaluationError(f"site:{site.id}: {error}") from None
        return tuple(found)

    def of_preset(self, field: str) -> Array:
        """[sites] a figure of the site's preset; the assumption of the same name where there is none, in its
        first month.

        A value that the design sets for the assumption wins over presets: it is the planner's own.
        """
        out = np.full(len(self.design.sites), self.assumptions[field])
        if self.assumptions.is_own(field):
            return out
        for at, preset in enumerate(self.presets):
            figure = None if preset is None else preset.figure(field)
            if figure is not None:
                out[at] = figure.value
        return out

    @cached_property
    def own_halls(self) -> NDArray[np.bool_]:
        """[H] halls that are empty, or in which something is owned or leased."""
        pays = np.array([phase.ownership.kind in PAYS_SPACE for phase in self.design.phases], dtype=bool)
        where, count = self.fleet.group_hall, len(self.halls)
        stand = np.bincount(where, minlength=count)
        own = np.bincount(where[pays[self.fleet.group_phase]], minlength=count)
        return np.asarray((stand == 0) | (own > 0))

    @cached_property
    def shell_usd(self) -> Array:
        """[H] price of each hall: IT limit · USD/kW of its site · redundancy · share that is built. A hall in
        which only rented systems and bought tokens stand is the seller's, and in its price.
        """
        extra = {
            level.key: 1.0 + (self.assumptions[level.extra] if level.extra else 0.0) for level in REDUNDANCY
        }
        each = self.of_preset("shell_usd_per_kw")
        built = 1.0 - self.assumptions["facility_basis"]
        return np.array(
            [
                hall.it_limit_kw * each[site] * extra[hall.redundancy] * built if own else 0.0
                for hall, site, own in zip(
                    self.halls, self.fleet.hall_site.tolist(), self.own_halls.tolist(), strict=True
                )
            ],
            dtype=np.float64,
        )

    @cached_property
    def halls(self) -> tuple[Hall, ...]:
        """[H]"""
        return self.design.halls
