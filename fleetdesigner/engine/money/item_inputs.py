"""What one line of the cost table rests on: inputs with their sources, as a KPI's card shows them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from fleetdesigner.engine.grades import assumption_input, inputs_of, leading_of
from fleetdesigner.engine.in_use import why
from fleetdesigner.engine.money.items import COST_ITEMS
from fleetdesigner.engine.money.years import BROUGHT_IN, SIDES, TOTAL, cost_years
from fleetdesigner.engine.results import KpiValue, Results
from fleetdesigner.engine.series.keys import MONEY
from fleetdesigner.units import text
from fleetdesigner.values import GRADES, Grade

ITEM_NEEDS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = MappingProxyType(
    {
        "servers": (("price",), ()),
        "fabric": (("fabric_price",), ()),
        "spares": (("price",), ("spares_share_of_capex",)),
        "shell": ((), ("shell_usd_per_kw",)),
        "colocation": (("power", "fabric_power", "storage"), ("colocation_usd_per_kw_month",)),
        "lease": (("price",), ()),
        "rent": (("rent",), ()),
        "tokens": (("token_price", "serving"), ()),
        "energy": (("energy_price", "pue", "power", "fabric_power", "storage", "idle", "draw"), ()),
        "demand": (("pue", "power", "fabric_power", "storage"), ()),
        "water": (("power", "fabric_power", "storage"), ("water_usd_per_m3",)),
        "staff": (("power", "fabric_power", "storage", "pue"), ("staff_usd_per_mw_year",)),
        "support": (("price", "fabric_price"), ("support_share_per_year",)),
        "porting": (("port",), ("engineer_week_usd",)),
        "residual": (
            ("price", "fabric_price"),
            ("residual_share", "it_life_months", "fabric_life_months", "facility_life_months"),
        ),
        BROUGHT_IN: (("opening",), ()),
    }
)
"""By item: needs (see ``grades``), and assumptions among those of money. An item that is not here, and every
sum, rests on all that money does."""


def item_value(results: Results, key: str, sample: int = 0) -> KpiValue:
    """A line of `cost_years` with what it rests on in the month that costs most of it; for a sum, in the
    month of the most accelerators.

    Raises KeyError for a line that is not in the table.
    """
    state = results.states[sample]
    at = _dearest(results, sample, key)
    table = cost_years(state)
    row = table.row(key)
    needs, assumptions = ITEM_NEEDS.get(key, ((*MONEY, "opening"), ()))
    found = sorted(inputs_of(state, needs, at), key=lambda one: -abs(one.weight))
    inputs = [*(one.input for one in found), *(assumption_input(state, one) for one in assumptions)]
    worst: Grade = max((one.grade for one in inputs), key=GRADES.index, default="assumption")
    grade: Grade = leading_of(state, needs, at)[0] if needs else worst
    known = math.isfinite(row.total)
    words = f"{row.name}, by calendar year: " + " + ".join(
        f"{year} {text(usd, 'usd')}" for year, usd in zip(table.years, row.years, strict=True) if usd
    )
    return KpiValue(
        id=f"cost:{key}",
        name=row.name,
        value=row.total if known else None,
        unit="usd",
        evidence=grade if known else "none",
        worst=worst if known else "none",
        worst_share=math.nan,
        why="" if known else why(state, needs) or "a figure is missing",
        definition=_definition(key),
        formula=f"{words} = {text(row.total, 'usd')}" if known else "",
        inputs=tuple({one.ref: one for one in inputs}.values()),
    )


def _dearest(results: Results, sample: int, key: str) -> int:
    """Month index in which an item takes most."""
    for at, item in enumerate(COST_ITEMS):
        if item.key == key:
            cash = np.abs(results.states[sample].cost.cash[at])
            if np.isfinite(cash).all() and cash.any():
                return int(cash.argmax())
    return results.month_index(None)


def _definition(key: str) -> str:
    what = {
        TOTAL: "All cash of the horizon and the value brought in, less residual value",
        BROUGHT_IN: "What stood before the first month, by its value then: no cash, but it could be sold",
        **{side: f"Sum of the items under “{name.lower()}”" for side, name in SIDES},
    }
    said = what.get(key)
    if said is None:
        side = next(item.side for item in COST_ITEMS if item.key == key)
        said = {"capex": "Paid when it lands", "opex": "Paid month by month"}.get(
            side, "What is left of owned assets when they are sold, or at the end of the horizon"
        )
    return f"{said}; whole horizon"
