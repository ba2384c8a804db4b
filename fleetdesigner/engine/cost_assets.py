"""Cost of what is owned: bought inside the horizon, worn by its age, sold or left at the end.

What stood before the first month is sunk: it is bought in none of the months. Its value then is in the even
cost, and what it brings when it is sold, or at the end, falls by age since it really came. Nominal USD.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.engine.cost_context import CostContext, ItemCost
from fleetdesigner.engine.tranches import Tranches

Array = NDArray[np.float64]


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


def _even(
    given: CostContext, tranches: Tranches, each: Array, life: str, residual_share: float
) -> tuple[Array, Array]:
    """(Σ [M], by part [P, M]) even cost of what is owned at a price [R] of one system."""
    monthly = tranches.even(given.assumptions[life], given.assumptions["discount_rate"], residual_share)
    return given.by_rows(given.own_rows, given.of_rows(tranches, monthly), each)
