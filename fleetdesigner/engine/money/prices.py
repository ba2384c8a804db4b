"""What a system costs in the month in which it is bought, over its list price.

A list price holds until its own date: what was bought before cost as much, as far as anybody knows. From then
on it changes by the assumption of its generation. Axes: U kinds of delivery, T tranches, N groups.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.catalog import Figure
from fleetdesigner.engine.assumptions.in_force import MIDDLE, Assumptions
from fleetdesigner.engine.assumptions.money import price_change_key
from fleetdesigner.engine.fleet.figures import Kind
from fleetdesigner.engine.money.tranches import Tranches

Array = NDArray[np.float64]
Index = NDArray[np.int64]


def month_of_price(figure: Figure) -> int:
    """Absolute month of a figure's date; a year alone is its middle."""
    year, *rest = figure.date.split("-")
    return int(year) * 12 + (int(rest[0]) if rest else MIDDLE)


def _changes(assumptions: Assumptions, kind: Kind) -> Array:
    """[M] change a year of the price of a kind; 0 for a generation without an assumption."""
    key = price_change_key(kind.chip.generation)
    if key not in assumptions.numbers:
        return np.zeros(assumptions.months)
    return assumptions.monthly(key)


def price_factors(assumptions: Assumptions, kind: Kind, months: Index) -> Array:
    """Price over list price in some month indices, of any shape: the product of (1 + change)^(1/12) over the
    months since the date of the price. A curve of the change holds its first value before the horizon.
    """
    change = _changes(assumptions, kind)
    figure = kind.rack.price_usd
    if figure is None or not change.any() or not months.size:
        return np.ones(months.shape)
    date = month_of_price(figure) - assumptions.first_month
    since = np.maximum(months, date)
    span = np.arange(date, max(int(since.max()), date) + 1)
    steps = np.log1p(change[np.clip(span[:-1], 0, len(change) - 1)]) / 12.0
    return np.asarray(np.exp(np.concatenate([[0.0], np.cumsum(steps)]))[since - date])


def at_prices(
    tranches: Tranches, assumptions: Assumptions, kinds: Sequence[Kind], of_kind: Index
) -> Tranches:
    """The tranches [N] by what is paid for them in list prices; itself while no price changes.

    `of_kind` [N] is the kind of rack system of each group.
    """
    moving = {at for at, kind in enumerate(kinds) if _changes(assumptions, kind).any()}
    if not moving:
        return tranches
    # kinds whose price holds are one kind
    still = np.array([at if at in moving else -1 for at in range(len(kinds))], dtype=np.int64)[of_kind]
    keys, of = np.unique(np.stack([tranches.of, still]), axis=1, return_inverse=True)
    month, share = tranches.month[keys[0]], tranches.share[keys[0]].copy()
    for row, at in enumerate(keys[1].tolist()):
        if at >= 0:
            share[row] *= price_factors(assumptions, kinds[at], month[row])
    return Tranches(
        tranches.months, of.reshape(-1), share, month, tranches.retire[keys[0]], tranches.leave[keys[0]]
    )
