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

from fleetdesigner.engine.money.context import CostContext, ItemCost
from fleetdesigner.engine.money.tranches import Tranches

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

    def times(self, factor: float) -> Opening:
        """The same in other dollars."""
        return Opening(
            self.kinds * factor, self.pools * factor, self.spares * factor, self.halls * factor
        )


def opening(given: CostContext) -> Opening:
    """What is brought into the first month, by the lives and shares of the even cost of each asset."""
    assumptions, bought, ports = given.assumptions, given.bought, given.ports

    def systems(left: bool) -> Array:
        stood = given.by_terms(
            lambda life, share: bought.opening(life, share if left else 0.0)[bought.of]
        )  # [G]
        stood = stood * given.own_groups * given.fleet.group_systems
        worth = np.where(stood > 0, stood * given.group_price, 0.0)
        return _by(given.fleet.group_rack, worth, len(given.figures.price_usd))

    def network(joined: Array) -> Array:
        """Of the network's value [G] of one system."""
        joined = given.fleet.group_systems * joined
        joined = given.joined_rows * joined[given.fleet.row_group] * given.fleet.inside[:, 0]
        at = np.flatnonzero((joined > 0) & (given.fleet.row_pool >= 0))
        worth = joined[at] * given.figures.fabric_usd[at]
        return _by(given.fleet.row_pool[at], worth, len(given.design.pools))

    # spares are worn like servers, but nothing is left of them
    worn = network(given.by_terms(lambda life, share: ports.opening(life)[ports.of]))
    spares_usd = (systems(False).sum() + worn.sum()) * assumptions["spares_share_of_capex"]
    lasting = ports.opening(assumptions["fabric_life_months"], assumptions["fabric_residual_share"])
    halls = given.shell_usd * given.shells.opening(
        assumptions["facility_life_months"], assumptions["facility_residual_share"]
    )
    return Opening(systems(True), network(lasting[ports.of]), float(spares_usd), halls)


def servers(given: CostContext) -> ItemCost:
    """Rack systems that are bought, in the month they land at the price of then; annuity over their life."""
    bought = given.of_groups(given.bought, given.bought.bought)
    cash = (given.own_groups * np.nan_to_num(given.group_price)) @ bought
    missing = np.isnan(given.group_price) & (given.own_groups > 0)
    cash = np.where((bought[missing] > 0).any(axis=0), np.nan, cash)
    return ItemCost(cash, *_even_of_servers(given, given.own_rows, given.bought, given.row_price, True))


def fabric(given: CostContext) -> ItemCost:
    """Back-end network of what is bought or leased, unless the system's price holds it."""
    joined = given.of_rows(given.ports, given.ports.bought)
    each = given.figures.fabric_usd
    cash, _ = given.by_rows(given.joined_rows, joined, each)
    life, share = given.assumptions["fabric_life_months"], given.assumptions["fabric_residual_share"]
    monthly = given.ports.even(life, given.assumptions["discount_rate"], share)
    return ItemCost(cash, *given.by_rows(given.joined_rows, given.of_rows(given.ports, monthly), each))


def spares(given: CostContext) -> ItemCost:
    """A share of the purchase of servers and network; worth nothing at the end."""
    share = given.assumptions["spares_share_of_capex"]
    bought = servers(given).cash + fabric(given).cash
    systems, parts = _even_of_servers(given, given.own_rows, given.bought, given.row_price, False)
    each, rows = given.figures.fabric_usd, given.joined_rows
    network, network_parts = _even_of_servers(given, rows, given.ports, each, False)
    return ItemCost(bought * share, (systems + network) * share, (parts + network_parts) * share)


def shell(given: CostContext) -> ItemCost:
    """Shell, mechanical and electrical plant of each hall when it is ready; annuity over the facility's
    life.
    """
    life, rate = given.assumptions["facility_life_months"], given.assumptions["discount_rate"]
    share = given.assumptions["facility_residual_share"]
    each = given.shell_usd[:, None] * given.shells.even(life, rate, share)
    sites = np.zeros((given.fleet.site_count, given.months))
    np.add.at(sites, given.fleet.hall_site, each)
    even, parts = given.by_site(sites)
    return ItemCost(given.shell_usd @ given.shells.bought, even, parts)


def invested(given: CostContext) -> Array:
    """[M] what was paid, whenever, for servers bought or leased, network, spares and shells that stand."""
    paid, _ = given.landed_value
    halls = given.shell_usd @ given.shells.standing
    return np.asarray(paid * (1.0 + given.assumptions["spares_share_of_capex"]) + halls)


def residual(given: CostContext) -> ItemCost:
    """What is left of the price of owned assets when they are sold, or at the end of the horizon; negative.

    Each falls in a straight line to its own residual share over its life. In the even cost the residual is
    already in the annuity.
    """
    cash = np.zeros(given.months)
    last = given.months - 1
    assumptions, bought = given.assumptions, given.bought
    left = given.by_terms(lambda life, share: given.of_groups(bought, bought.left(life, share)))
    price = np.where(given.own_groups > 0, given.group_price, 0.0)
    worth = np.where(left > 0, left * price[:, None], 0.0).sum(axis=1)
    lasting = given.ports.left(assumptions["fabric_life_months"], assumptions["fabric_residual_share"])
    network = given.of_rows(given.ports, lasting)
    port = np.where(given.joined_rows > 0, given.figures.fabric_usd, 0.0)
    ports = np.where(network > 0, network * port[:, None], 0.0).sum(axis=1)
    leave = np.clip(given.servers.leave, 0, last).astype(np.int64)[given.servers.of]
    np.add.at(cash, leave, -worth)
    np.add.at(cash, leave[given.fleet.row_group], -ports)
    shells = given.shells.left(assumptions["facility_life_months"], assumptions["facility_residual_share"])
    cash[last] -= float((given.shell_usd @ shells).sum())
    return ItemCost(cash, given.nothing.even, given.nothing.parts)


def _by(of: NDArray[np.int64], usd: Array, count: int) -> Array:
    """[count] Σ of usd [N] by what each is of [N]."""
    return np.bincount(of, usd, count).astype(np.float64, copy=False)


def _even_of_servers(
    given: CostContext, rows: Array, tranches: Tranches, each: Array, left: bool
) -> tuple[Array, Array]:
    """(Σ [M], by part [P, M]) even cost, over the life of servers, of some rows [R] at a list price [R] of
    one system; `left` says whether it keeps their residual share.
    """
    rate = given.assumptions["discount_rate"]
    monthly = given.by_terms(
        lambda life, share: given.of_groups(tranches, tranches.even(life, rate, share if left else 0.0))
    )
    return given.by_rows(rows, given.rows_of(monthly), each)
