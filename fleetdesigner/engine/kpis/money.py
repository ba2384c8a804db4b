"""KPIs of money beside those of the command line's contract: they follow after them."""

from __future__ import annotations

from fleetdesigner.engine.kpis.spec import Kpi
from fleetdesigner.engine.kpis.values import (
    break_even_utilisation,
    discounted_payback,
    no_break_even,
    no_discounted_payback,
    no_megawatt,
    usd_per_mw,
)
from fleetdesigner.engine.series.keys import CASH, POWER

MONEY_KPIS: tuple[Kpi, ...] = (
    Kpi(
        "payback_discounted_months",
        "Payback, discounted",
        "month",
        "lower",
        "Months from the first until the cumulative cash flow, with the value brought in as an outlay of the "
        "first month and each month discounted to the first, is back at 0",
        discounted_payback,
        CASH,
        horizon=True,
        reason=no_discounted_payback,
    ),
    Kpi(
        "usd_per_mw",
        "Capital per MW",
        "usd/MW",
        "lower",
        "Purchase price, whenever it was paid, of what stands in the month (servers bought or leased, "
        "network, spares, shell and MEP), nominal, over the provisioned facility power of servers bought or "
        "leased",
        usd_per_mw,
        ("price", "fabric_price", "money", *POWER, "pue"),
        reason=no_megawatt,
    ),
    Kpi(
        "break_even_utilisation",
        "Break-even utilisation",
        "fraction",
        "lower",
        "Share of the value now planned to be served at which NPV is 0, all cost held as it is: present "
        "value of all cost and of the value brought in, over that of the value served; above 100 % all of it "
        "does not pay",
        break_even_utilisation,
        CASH,
        horizon=True,
        reason=no_break_even,
    ),
)
