"""The cost items. A newcomer is one function and one line in ``COST_ITEMS``; everything else iterates.

Each item gives monthly cash, and the same spread evenly (what is bought as an annuity over its life), whole
and by pool part. Nominal USD; a month has 730 hours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.design.fleet import Lease, Rent
from fleetdesigner.engine.curves import monthly
from fleetdesigner.engine.money.assets import fabric, residual, servers, shell, spares
from fleetdesigner.engine.money.context import CostContext, ItemCost
from fleetdesigner.engine.money.finance import annuity_factor
from fleetdesigner.engine.money.token_prices import input_ratios, token_rows
from fleetdesigner.engine.site.overhead import FIXED, drawn
from fleetdesigner.engine.site.power import summed
from fleetdesigner.engine.work.readiness import port_months
from fleetdesigner.units import HOURS_PER_MONTH

Array = NDArray[np.float64]

MONTHS_PER_YEAR = 12.0
SECONDS_PER_MONTH = HOURS_PER_MONTH * 3600.0


@dataclass(frozen=True, slots=True, eq=False)
class Use:
    """What runs, as far as it costs."""

    cell_expected: Array
    """[C, M] expected IT kW"""
    tokens: Array
    """[P, W, M] tokens/s the workload gets from the part"""
    unknown: NDArray[np.bool_]
    """[R, M] rows in service whose speed nobody knows"""


def colocation(given: CostContext) -> ItemCost:
    """Space rented by the provisioned IT kW, for the share of the space that is not built."""
    basis = given.assumptions["facility_basis"]
    if basis <= 0.0:
        return given.nothing
    cells = (
        given.paid(given.power.cell_it)
        * (basis * given.of_preset("colocation_usd_per_kw_month"))[given.fleet.cell_site, None]
        * given.assumptions.level_of("colocation_usd_per_kw_month")
    )
    return _running(given.by_cells(cells))


def lease(given: CostContext) -> ItemCost:
    """Servers that are leased: an annuity of the price of then over the term from landing, whatever runs. A
    lease that began before the horizon has only the rest of its term to pay.
    """
    paid = np.zeros_like(given.fleet.landed)
    for at, phase in enumerate(given.design.phases):
        if isinstance(phase.ownership, Lease):
            groups = given.fleet.group_phase == at
            term = phase.ownership.term_months
            within = given.of_groups(given.bought, given.bought.within_term(term))[groups]
            each = annuity_factor(term, phase.ownership.rate)
            due = within * each * given.group_price[groups, None]
            paid[groups] = np.where(within > 0, due, 0.0)  # a price nobody has matters from landing on
    rows = paid[given.fleet.row_group] * given.fleet.inside
    mask = given.owned("lease")[given.fleet.row_phase]
    return _running(given.by_rows(mask, np.where(mask[:, None] > 0, rows, 0.0), np.ones(len(mask))))


def rent(given: CostContext) -> ItemCost:
    """Chips in service at the hourly price of the phase's book, running or not; what retires before its term
    is over pays the same price to the end of the term.
    """
    paid = np.zeros_like(given.fleet.active)
    for at, phase in enumerate(given.design.phases):
        if isinstance(phase.ownership, Rent):
            rows = given.fleet.row_phase == at
            shares = given.services.committed(phase.ownership.term_months)
            paid[rows] = given.of_rows(given.services, shares)[rows]
    mask = given.owned("rent")[given.fleet.row_phase]
    return _running(given.by_rows(mask, paid * HOURS_PER_MONTH, given.figures.rent_usd))


def staff(given: CostContext) -> ItemCost:
    """Staff and site services by the provisioned facility power."""
    rate = given.assumptions.escalated("staff_usd_per_mw_year") / MONTHS_PER_YEAR / 1000.0
    return _running(given.by_cells(given.cell_facility * rate))


def support(given: CostContext) -> ItemCost:
    """A share a year of what was paid for the servers and network that stand, bought or leased."""
    rate = given.assumptions.monthly("support_share_per_year") / MONTHS_PER_YEAR
    all_of, parts = given.landed_value
    return _running((all_of * rate, parts * rate))


def porting(given: CostContext) -> ItemCost:
    """Engineer-weeks of the planned ports, spread over their months by the engineers that they have. Unknown
    from the start of a port for whose work nobody has a figure.
    """
    cash = np.zeros(given.months)
    rate = given.assumptions.escalated("engineer_week_usd")
    for planned in given.planned:
        start = planned.port.start_month - given.fleet.first_month
        if planned.weeks is None:
            cash[max(start, 0) :] = np.nan
            continue
        span = max(port_months(planned.port, planned.weeks, planned.pace), 1)
        live = slice(max(start, 0), max(start + span, 0))
        shares = np.ones(span)
        shares[: len(planned.pace)] = planned.pace[:span]
        shares /= max(shares.sum(), 1e-300)
        cash[live] += planned.weeks * shares[max(-start, 0) :][: len(cash[live])] * rate[live]
    return ItemCost(cash, cash, given.nothing.parts)


def energy(given: CostContext, use: Use) -> ItemCost:
    """Expected facility energy at the site's energy price."""
    price = (_tariff(given, "energy_usd_per_kwh") * HOURS_PER_MONTH)[given.fleet.cell_site]
    pue, fixed = given.pue[given.fleet.cell_site], given.assumptions[FIXED]
    kw = drawn(given.paid(use.cell_expected), given.paid(given.power.cell_full), pue, fixed)
    return _running(given.by_cells(kw * price))


def demand(given: CostContext, use: Use) -> ItemCost:
    """Provisioned facility power at the site's demand charge."""
    price = _tariff(given, "demand_usd_per_kw_month")
    return _running(given.by_cells(given.cell_facility * price[given.fleet.cell_site]))


def water(given: CostContext, use: Use) -> ItemCost:
    """Water for cooling: litres per kWh of expected IT energy."""
    litres = np.array([site.wue_l_per_kwh for site in given.design.sites])[given.fleet.cell_site]
    rate = given.assumptions.escalated("water_usd_per_m3") / 1000.0 * HOURS_PER_MONTH
    return _running(given.by_cells(given.paid(use.cell_expected) * litres[:, None] * rate))


def tokens(given: CostContext, use: Use) -> ItemCost:
    """Tokens that are bought, by the share of a phase's chips in their part: output and the input that comes
    with it, at the prices of each workload's model. Unknown where a model that is served has none.
    """
    prices, mask = given.token_prices, given.owned("tokens")[given.fleet.row_phase]
    if not mask.any():
        return given.nothing
    share = token_rows(given.fleet, given.design.phases, given.figures)
    ratios = input_ratios(given.design, given.assumptions)
    paid = np.where(use.unknown & (mask > 0)[:, None], np.nan, 0.0)
    for phase in np.unique(given.fleet.row_phase[mask > 0]).tolist():
        made, taken = prices.output[phase][:, None], prices.input[phase][:, None]
        each = made + ratios[: len(made)] * taken
        usd = np.where(use.tokens > 0.0, use.tokens * each, 0.0).sum(axis=1)
        rows = (given.fleet.row_phase == phase) & (given.fleet.row_part >= 0)
        paid[rows] += np.where(share[rows] > 0.0, share[rows] * usd[given.fleet.row_part[rows]], 0.0)
    paid *= SECONDS_PER_MONTH / 1e6
    sums = summed(given.all_and_parts, paid)
    return _running((sums[0], sums[1:]))


def _running(both: tuple[Array, Array]) -> ItemCost:
    """An item that is paid as it is used."""
    return ItemCost(both[0], both[0], both[1])


def _tariff(given: CostContext, field: str) -> Array:
    """[sites, M]"""
    curves = [getattr(site.tariff, field) for site in given.design.sites]
    if not curves:
        return np.zeros((0, given.months))
    return np.array([monthly(curve, given.fleet.first_month, given.months) for curve in curves])


@dataclass(frozen=True, slots=True)
class CostItem:
    """One item of the registry; `steady` items do not depend on what runs nor on tariffs."""

    key: str
    name: str
    palette: str
    """Colour of the look: c1 … c6."""
    side: str
    """capex, opex or residual"""
    steady: Callable[[CostContext], ItemCost] | None = None
    running: Callable[[CostContext, Use], ItemCost] | None = None


COST_ITEMS: tuple[CostItem, ...] = (
    CostItem("servers", "Servers", "c1", "capex", servers),
    CostItem("fabric", "Network", "c2", "capex", fabric),
    CostItem("spares", "Spares", "c2", "capex", spares),
    CostItem("shell", "Shell and MEP", "c3", "capex", shell),
    CostItem("colocation", "Colocation", "c3", "opex", colocation),
    CostItem("lease", "Lease", "c1", "opex", lease),
    CostItem("rent", "Rent", "c1", "opex", rent),
    CostItem("tokens", "Bought tokens", "c1", "opex", running=tokens),
    CostItem("energy", "Energy", "c4", "opex", running=energy),
    CostItem("demand", "Demand charge", "c4", "opex", running=demand),
    CostItem("water", "Water", "c4", "opex", running=water),
    CostItem("staff", "Staff", "c5", "opex", staff),
    CostItem("support", "Support", "c5", "opex", support),
    CostItem("porting", "Porting", "c6", "opex", porting),
    CostItem("residual", "Residual value", "c6", "residual", residual),
)
