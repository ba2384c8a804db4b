"""Cost of what is owned: brought in or bought inside the horizon, worn by its age, sold or left at the end.

What stood before the first month is bought in none of the months: what was paid for it is sunk, and no
decision rests on it. It could be sold instead of kept, so its value in the first month is what keeping it
costs (opportunity cost): an outlay in total cost, NPV, IRR and payback, but no cash. Its even cost starts at
the same value, and what is left when it is sold, or at the end, falls by its age. Nominal USD.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.engine.cost_context import CostContext, ItemCost
from fleetdesigner.engine.tranches import Tranches

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Opening:
    """Value in the first month of what is owned and stood before; NaN = a price is missing."""

    kinds: Array
    """[K] rack systems of each kind"""
    pools: Array
    """[pools] the network of each pool"""
    spares: float
    halls: Array
    """[H] shell and plant of each hall"""

    @property
    def total(self) -> float:
        """All of it."""
        return float(self.kinds.sum() + self.pools.sum() + self.halls.sum()) + self.spares


def opening(given: CostContext) -> Opening:
    """What is brought into the first month, by the lives and shares of the even cost of each asset."""
    assumptions = given.assumptions
    share, life = assumptions["residual_share"], assumptions["it_life_months"]

    def systems(residual_share: float) -> Array:
        stood = given.own_groups * given.fleet.group_systems
        stood *= given.servers.opening(life, residual_share)[given.servers.of]
        worth = np.where(stood > 0, stood * given.group_price, 0.0)
        return _by(given.fleet.group_rack, worth, len(given.figures.price_usd))

    def network(months: float, residual_share: float) -> Array:
        joined = given.fleet.group_systems * given.ports.opening(months, residual_share)[given.ports.of]
        joined = given.own_rows * joined[given.fleet.row_group] * given.fleet.inside[:, 0]
        at = np.flatnonzero((joined > 0) & (given.fleet.row_pool >= 0))
        worth = joined[at] * given.figures.fabric_usd[at]
        return _by(given.fleet.row_pool[at], worth, len(given.design.pools))

    # spares are worn like servers, but nothing is left of them
    spares_usd = (systems(0.0).sum() + network(life, 0.0).sum()) * assumptions["spares_share_of_capex"]
    halls = given.shell_usd * given.shells.opening(assumptions["facility_life_months"])
    return Opening(
        systems(share), network(assumptions["fabric_life_months"], share), float(spares_usd), halls
    )


def servers(given: CostContext) -> ItemCost:
    """Rack systems that are bought, in the month they land; annuity over the life of servers."""
    bought = given.of_groups(given.servers, given.servers.bought)
    cash = (given.own_groups * np.nan_to_num(given.group_price)) @ bought
    missing = np.isnan(given.group_price) & (given.own_groups > 0)
    cash = np.where((bought[missing] > 0).any(axis=0), np.nan, cash)
    share = given.assumptions["residual_share"]
    return ItemCost(cash, *_even(given, given.servers, given.row_price, "it_life_months", share))


def fabric(given: CostContext) -> ItemCost:
    """Back-end network of what is bought, unless the system's price holds it."""
    joined = given.of_rows(given.ports, given.ports.bought)
    cash, _ = given.by_rows(given.own_rows, joined, given.figures.fabric_usd)
    share = given.assumptions["residual_share"]
    each = given.figures.fabric_usd
    return ItemCost(cash, *_even(given, given.ports, each, "fabric_life_months", share))


def spares(given: CostContext) -> ItemCost:
    """A share of the purchase of servers and network; worth nothing at the end."""
    share = given.assumptions["spares_share_of_capex"]
    bought = servers(given).cash + fabric(given).cash
    systems, parts = _even(given, given.servers, given.row_price, "it_life_months", 0.0)
    network, network_parts = _even(given, given.ports, given.figures.fabric_usd, "it_life_months", 0.0)
    return ItemCost(bought * share, (systems + network) * share, (parts + network_parts) * share)


def shell(given: CostContext) -> ItemCost:
    """Shell, mechanical and electrical plant of each hall when it is ready; annuity over the facility's
    life.
    """
    life, rate = given.assumptions["facility_life_months"], given.assumptions["discount_rate"]
    each = given.shell_usd[:, None] * given.shells.even(life, rate)
    sites = np.zeros((given.fleet.site_count, given.months))
    np.add.at(sites, given.fleet.hall_site, each)
    even, parts = given.by_site(sites)
    return ItemCost(given.shell_usd @ given.shells.bought, even, parts)


def residual(given: CostContext) -> ItemCost:
    """What is left of the price of owned assets when they are sold, or at the end of the horizon; negative.

    Servers and network fall in a straight line to the residual share over their life, the shell to nothing.
    In the even cost the residual is already in the annuity.
    """
    cash = np.zeros(given.months)
    last = given.months - 1
    share = given.assumptions["residual_share"]
    left = given.of_groups(given.servers, given.servers.left(given.assumptions["it_life_months"], share))
    price = np.where(given.own_groups > 0, given.group_price, 0.0)
    worth = np.where(left > 0, left * price[:, None], 0.0).sum(axis=1)
    network = given.of_rows(given.ports, given.ports.left(given.assumptions["fabric_life_months"], share))
    port = np.where(given.own_rows > 0, given.figures.fabric_usd, 0.0)
    ports = np.where(network > 0, network * port[:, None], 0.0).sum(axis=1)
    leave = np.clip(given.servers.leave, 0, last).astype(np.int64)[given.servers.of]
    np.add.at(cash, leave, -worth)
    np.add.at(cash, leave[given.fleet.row_group], -ports)
    shells = given.shells.left(given.assumptions["facility_life_months"], 0.0)
    cash[last] -= float((given.shell_usd @ shells).sum())
    return ItemCost(cash, given.nothing.even, given.nothing.parts)


def _by(of: NDArray[np.int64], usd: Array, count: int) -> Array:
    """[count] Σ of usd [N] by what each is of [N]."""
    return np.bincount(of, usd, count).astype(np.float64, copy=False)


def _even(
    given: CostContext, tranches: Tranches, each: Array, life: str, residual_share: float
) -> tuple[Array, Array]:
    """(Σ [M], by part [P, M]) even cost of what is owned at a price [R] of one system."""
    monthly = tranches.even(given.assumptions[life], given.assumptions["discount_rate"], residual_share)
    return given.by_rows(given.own_rows, given.of_rows(tranches, monthly), each)
