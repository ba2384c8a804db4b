"""All cost items of a sample, and what follows from them. Axes: I items, P parts, M months; USD, nominal or
real as the design says.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.engine.money.assets import Opening, invested, opening
from fleetdesigner.engine.money.context import CostContext, ItemCost
from fleetdesigner.engine.money.dollars import dollars_of
from fleetdesigner.engine.money.items import COST_ITEMS, Use
from fleetdesigner.engine.remembered import SAMPLES, Remembered
from fleetdesigner.units import HOURS_PER_MONTH

Array = NDArray[np.float64]

_CAPEX = np.array([item.side == "capex" for item in COST_ITEMS])
_OPEX = np.array([item.side == "opex" for item in COST_ITEMS])


@dataclass(frozen=True, eq=False)
class Cost:
    """Cost of one sample."""

    cash: Array
    """[I, M] paid in the month, in the order of COST_ITEMS; residual value is negative"""
    even: Array
    """[I, M] with purchases as annuities"""
    parts: Array
    """[P, M] even cost that belongs to each pool part"""
    opening: Opening
    """What stood before the first month, by its value then; not in `cash`, as nobody pays it"""
    invested: Array
    """[M] what was paid, whenever, for all that stands; nominal always"""
    facility_paid: Array
    """[M] provisioned facility kW of what is bought or leased"""

    @cached_property
    def total(self) -> float:
        """Cash of the whole horizon and the value brought in."""
        return float(self.cash_total.sum()) + self.opening.total

    @cached_property
    def cash_total(self) -> Array:
        """[M]"""
        return np.asarray(self.cash.sum(axis=0))

    @cached_property
    def even_total(self) -> Array:
        """[M]"""
        return np.asarray(self.even.sum(axis=0))

    @cached_property
    def capex(self) -> Array:
        """[M] purchases in the month"""
        return np.asarray(self.cash[_CAPEX].sum(axis=0))

    @cached_property
    def opex(self) -> Array:
        """[M] all but purchases and residual value"""
        return np.asarray(self.cash[_OPEX].sum(axis=0))

    @cached_property
    def part_hour(self) -> Array:
        """[P, M] USD an hour of each part"""
        return np.asarray(self.parts / HOURS_PER_MONTH)


_STEADY: Remembered[tuple[dict[str, ItemCost], Opening, Array]] = Remembered(SAMPLES)


def cost_of(given: CostContext, use: Use) -> Cost:
    """The cost of a sample; what neither tariffs nor use change is remembered."""
    steady, brought_in, stands = _steady(given)
    dollars = dollars_of(given.design, given.assumptions)
    items = [steady[item.key] if item.running is None else item.running(given, use) for item in COST_ITEMS]
    cash, even = np.array([item.cash for item in items]), np.array([item.even for item in items])
    parts = np.asarray(np.sum([item.parts for item in items], axis=0))
    if dollars.real:
        cash, even, parts = (one / dollars.level for one in (cash, even, parts))
        brought_in = brought_in.times(1.0 / dollars.first)
    return Cost(cash, even, parts, brought_in, stands, given.cell_facility.sum(axis=0))


def _steady(given: CostContext) -> tuple[dict[str, ItemCost], Opening, Array]:
    """Items, what is brought in and what was paid for what stands, in nominal dollars."""
    design, figures = given.design, given.figures
    objects = (
        given.fleet, given.power, given.capping, *given.presets,
    )  # fmt: skip
    halls = tuple((hall.it_limit_kw, hall.redundancy, hall.ready_month) for hall in given.halls)
    values = (
        given.assumptions.key, given.planned, halls, tuple(phase.ownership for phase in design.phases),
        tuple(site.preset_id for site in design.sites), design.money_year,
        tuple(kind.rack.price_usd.date for kind in figures.kinds if kind.rack.price_usd is not None),
        figures.price_usd.tobytes(), figures.fabric_usd.tobytes(), figures.rent_usd.tobytes(),
    )  # fmt: skip
    return _STEADY.get(
        objects,
        values,
        lambda: (
            {item.key: item.steady(given) for item in COST_ITEMS if item.steady is not None},
            opening(given),
            invested(given),
        ),
    )
