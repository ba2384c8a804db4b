"""The cost of a plan as a table: items × calendar years, with their shares and what they cost a megawatt."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.engine.money.items import COST_ITEMS
from fleetdesigner.engine.state import SampleState

Array = NDArray[np.float64]

SIDES: tuple[tuple[str, str], ...] = (
    ("capex", "Bought"), ("opex", "Running cost"), ("residual", "Residual value"),
)  # fmt: skip
BROUGHT_IN, TOTAL = "brought_in", "total"


@dataclass(frozen=True, slots=True)
class CostRow:
    """One line of the table; USD, NaN = a figure is missing."""

    key: str
    """Item of ``COST_ITEMS``, a side, ``brought_in`` or ``total``."""
    name: str
    side: str
    """Side of an item; empty for sums and for the value brought in."""
    palette: str
    years: tuple[float, ...]
    total: float
    share: float
    """Of everything paid and brought in, before residual value; NaN where there is none."""
    usd_per_mw: float
    """Total over the highest provisioned facility MW of any month; NaN without power."""


@dataclass(frozen=True, slots=True)
class CostYears:
    """Items that cost something, side by side with the sums they add up to."""

    years: tuple[int, ...]
    rows: tuple[CostRow, ...]
    peak_mw: float
    """Highest provisioned facility MW."""

    def row(self, key: str) -> CostRow:
        """The line of a key. KeyError for one that costs nothing."""
        for one in self.rows:
            if one.key == key:
                return one
        raise KeyError(key)


def cost_years(state: SampleState) -> CostYears:
    """Cash of the horizon by item and calendar year, each side with its sum, then what was brought in (in the
    first year) and the total of ``tco_usd``. Items that cost nothing in any month are left out.
    """
    months = state.design.first_month + np.arange(state.plant.fleet.months)
    year_of = (months - 1) // 12
    years = tuple(int(one) for one in dict.fromkeys(year_of.tolist()))
    in_year = np.array([year_of == year for year in years], dtype=np.float64)  # [Y, M]
    cash = state.cost.cash
    known = state.facility[np.isfinite(state.facility)]
    peak = float(known.max()) / 1e3 if known.size and known.max() > 0 else math.nan
    brought_in = state.cost.opening.total
    residual = np.array([item.side == "residual" for item in COST_ITEMS])
    whole = float(cash[~residual].sum()) + brought_in

    def row(key: str, name: str, side: str, palette: str, flow: Array, more: float = 0.0) -> CostRow:
        each = in_year @ flow
        each[0] += more
        total = float(flow.sum()) + more
        share = total / whole if whole else math.nan
        return CostRow(key, name, side, palette, tuple(each.tolist()), total, share, total / peak)

    rows: list[CostRow] = []
    for side, name in SIDES:
        own = [at for at, item in enumerate(COST_ITEMS) if item.side == side and _some(cash[at])]
        if not own:
            continue
        items = [
            row(COST_ITEMS[at].key, COST_ITEMS[at].name, side, COST_ITEMS[at].palette, cash[at]) for at in own
        ]
        # a side of one item of the same name is said once
        if len(items) > 1 or items[0].name != name:
            rows.append(row(side, name, "", "", np.asarray(cash[own].sum(axis=0))))
        rows += items
    if brought_in:
        rows.append(row(BROUGHT_IN, "Value brought in", "", "", np.zeros(len(months)), brought_in))
    if rows:
        rows.append(row(TOTAL, "Total cost", "", "", state.cost.cash_total, brought_in))
    return CostYears(years, tuple(rows), peak)


def _some(flow: Array) -> bool:
    return bool(np.isnan(flow).any() or flow.any())
