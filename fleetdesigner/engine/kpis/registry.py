"""The KPIs, as a registry in the order of the command line's contract: definition, value, formula, inputs.

A scalar KPI refers to one month, a horizon KPI to all of it. NaN becomes None with a reason.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.engine.grades import inputs_of, leading_of
from fleetdesigner.engine.in_use import why
from fleetdesigner.engine.kpis.formulas import FORMULAS
from fleetdesigner.engine.kpis.money import MONEY_KPIS
from fleetdesigner.engine.kpis.spec import Kpi
from fleetdesigner.engine.kpis.values import (
    at_month,
    irr,
    no_irr,
    no_payback,
    no_run,
    npv,
    payback,
    run_cost,
    run_days,
    says,
    to_capacity,
)
from fleetdesigner.engine.results import KpiValue, Results
from fleetdesigner.engine.series.keys import EXPECTED, MONEY, POWER, SERVED, TOKENS, TRAINED
from fleetdesigner.engine.state import SampleState
from fleetdesigner.units import month_text

Array = NDArray[np.float64]


_NO_CHIPS = says("no accelerator is in service in this month")
_NOTHING_SERVES = says("nothing can serve in this month")
_NOTHING_SERVED = says("nothing is served in this month")
_NO_POWER = says("no power is drawn in this month")

KPIS: tuple[Kpi, ...] = (
    Kpi(
        "chips",
        "Accelerators",
        "chip",
        "higher",
        "Accelerators in service (landed, hall ready, not retired)",
        at_month(lambda s: s.chips),
        ("chips",),
    ),
    Kpi(
        "h100_equivalents",
        "H100 equivalents",
        "",
        "higher",
        "Σ accelerators in service × dense BF16 TFLOPS / 989",
        at_month(lambda s: s.h100_equivalents),
        ("bf16",),
    ),
    Kpi(
        "it_power_kw",
        "IT power",
        "kW",
        "",
        "Provisioned IT power: servers, network, storage and management",
        at_month(lambda s: s.it_power),
        POWER,
    ),
    Kpi(
        "it_power_expected_kw",
        "IT power, expected",
        "kW",
        "",
        "Expected IT power: idle draw and what the dispatched work adds",
        at_month(lambda s: s.it_expected),
        EXPECTED,
    ),
    Kpi(
        "it_power_nameplate_kw",
        "IT power, nameplate",
        "kW",
        "",
        "Nameplate IT power; provisioned where a system has no nameplate figure",
        at_month(lambda s: s.it_nameplate),
        (*POWER, "nameplate"),
    ),
    Kpi(
        "facility_power_kw",
        "Facility power",
        "kW",
        "",
        "Provisioned IT power × PUE of each site",
        at_month(lambda s: s.facility),
        (*POWER, "pue"),
    ),
    Kpi(
        "stranded_power_kw",
        "Stranded power",
        "kW",
        "lower",
        "Grid power less provisioned facility power, summed over sites that have some left",
        at_month(lambda s: s.stranded),
        (*POWER, "pue"),
    ),
    Kpi(
        "training_tokens_per_s",
        "Training",
        "token/s",
        "higher",
        "Tokens trained a second at each run's precision, interruptions and readiness taken off",
        at_month(lambda s: s.trained),
        TRAINED,
    ),
    Kpi(
        "serving_tokens_per_s",
        "Serving capacity",
        "token/s",
        "higher",
        "Output tokens/s served, and what the unused rest could serve at its best workload, at each one's "
        "precision",
        at_month(lambda s: s.serving_capacity),
        SERVED,
    ),
    Kpi(
        "unmet_tokens_per_s",
        "Unmet demand",
        "token/s",
        "lower",
        "Output tokens/s of serving and agents not served, and batch work that fell due undone",
        at_month(lambda s: s.unmet_output),
        SERVED,
    ),
    Kpi(
        "capex_usd",
        "Capex",
        "usd",
        "lower",
        "Purchases of servers, network, spares, shell and MEP inside the horizon: cash that is "
        "spent, so without what stood before",
        lambda s, m: float(s.cost.capex.sum()),
        ("price", "fabric_price", "money"),
        horizon=True,
    ),
    Kpi(
        "opex_usd_per_month",
        "Opex",
        "usd/month",
        "lower",
        "All running cost: lease, rent (to the end of its term at least), energy, demand charge, space, "
        "water, staff, support, porting",
        at_month(lambda s: s.cost.opex),
        MONEY,
    ),
    Kpi(
        "tco_usd",
        "Total cost",
        "usd",
        "lower",
        "Cash cost of the whole horizon, and the value in its first month of what stood before (brought in: "
        "no cash, but it could be sold), less residual value at its end, nominal",
        lambda s, m: s.cost.total,
        (*MONEY, "opening"),
        horizon=True,
    ),
    Kpi(
        "usd_per_accelerator_hour",
        "Cost per accelerator-hour",
        "usd/accelerator-hour",
        "lower",
        "All cost with purchases as annuities over their own lives (what stood before the horizon by its "
        "value then), over accelerators in service and 730 hours",
        at_month(lambda s: s.usd_per_accelerator_hour),
        MONEY,
        reason=_NO_CHIPS,
    ),
    Kpi(
        "usd_per_million_tokens",
        "Cost per million output tokens",
        "usd/million tokens",
        "lower",
        "Output tokens, reservation basis: cost of the chips that serve, and of idle ones that could, over "
        "the tokens served and what the idle chips could serve at their best workload",
        at_month(lambda s: s.usd_per_million_tokens),
        (*MONEY, *SERVED),
        reason=_NOTHING_SERVES,
    ),
    Kpi(
        "usd_per_million_tokens_input",
        "Cost per million input tokens",
        "usd/million tokens",
        "lower",
        "Input tokens, reservation basis: cost of the time spent on input over the input tokens that come "
        "with the tokens served, and those of idle chips at their best workload",
        at_month(lambda s: s.usd_per_million_tokens_input),
        (*MONEY, *SERVED),
        reason=_NOTHING_SERVES,
    ),
    Kpi(
        "usd_per_million_tokens_total",
        "Cost per million tokens, in and out",
        "usd/million tokens",
        "lower",
        "Input and output tokens together, reservation basis: idle chips count at their best workload",
        at_month(lambda s: s.usd_per_million_tokens_total),
        (*MONEY, *SERVED),
        reason=_NOTHING_SERVES,
    ),
    Kpi(
        "usd_per_million_tokens_usage",
        "Cost per million tokens served",
        "usd/million tokens",
        "lower",
        "Output tokens, usage basis: the same cost over the tokens that are served",
        at_month(lambda s: s.usd_per_million_tokens_usage),
        (*MONEY, *SERVED),
        reason=_NOTHING_SERVED,
    ),
    Kpi(
        "cost_per_run_usd",
        "Cost per run",
        "usd",
        "lower",
        "Training run of the highest priority: accelerators held × hours × their cost per hour, until it is "
        "done",
        run_cost,
        (*MONEY, *TRAINED),
        horizon=True,
        reason=no_run,
    ),
    Kpi(
        "time_to_train_days",
        "Time to train",
        "day",
        "lower",
        "Training run of the highest priority: from its start month until it is done, 30.4 days a month",
        run_days,
        TRAINED,
        horizon=True,
        reason=no_run,
    ),
    Kpi(
        "tokens_per_s_per_mw",
        "Serving per MW",
        "token/s/MW",
        "higher",
        "Serving capacity over provisioned facility power",
        at_month(lambda s: s.tokens_per_s_per_mw),
        (*SERVED, *POWER, "pue"),
        reason=_NOTHING_SERVES,
    ),
    Kpi(
        "joule_per_token",
        "Energy per token",
        "J/token",
        "lower",
        "Expected facility power that serving draws, and its share of the idle draw, over tokens served",
        at_month(lambda s: s.joule_per_token),
        (*SERVED, *EXPECTED, "pue"),
        reason=_NOTHING_SERVED,
    ),
    Kpi(
        "npv_usd",
        "NPV",
        "usd",
        "higher",
        "Value of all work that has one (external or internal) less cash cost and, in the first month, the "
        "value brought in with what stood before, discounted monthly to the first month and in its dollars",
        npv,
        (*MONEY, "opening", *TOKENS),
        horizon=True,
    ),
    Kpi(
        "irr",
        "IRR",
        "fraction",
        "higher",
        "Yearly rate at which the flow behind NPV has a present value of 0, with the value brought in as an "
        "outlay of the first month",
        irr,
        (*MONEY, "opening", *TOKENS),
        horizon=True,
        reason=no_irr,
    ),
    Kpi(
        "payback_months",
        "Payback",
        "month",
        "lower",
        "Months from the first until the cumulative cash flow, with the value brought in as an outlay of the "
        "first month, is back at 0, undiscounted",
        payback,
        (*MONEY, "opening", *TOKENS),
        horizon=True,
        reason=no_payback,
    ),
    Kpi(
        "carbon_t_per_year",
        "Carbon",
        "t/year",
        "lower",
        "Expected facility energy of the month × 12 × the site's grid carbon, location based, rented "
        "systems too",
        lambda s, m: float(s.carbon[m] * 12.0),
        (*EXPECTED, "pue", "carbon"),
    ),
    Kpi(
        "months_to_capacity",
        "Months to capacity",
        "month",
        "lower",
        "Months from the first until accelerators in service first reach their highest count",
        to_capacity,
        ("chips",),
        horizon=True,
        reason=says("no accelerator is in service in the horizon"),
    ),
    *MONEY_KPIS,
)
"""In the order of files and of the command line: those of its contract first, then what was added."""

_BY_ID = {kpi.id: kpi for kpi in KPIS}


def kpi_value(results: Results, kpi_id: str, month: int | None, sample: int, brief: bool = False) -> KpiValue:
    """A KPI of a sample in an absolute month (None = the results' default). Raises KeyError for an unknown
    id. `brief` leaves out the formula, and the inputs of what has a value.
    """
    kpi, state = _BY_ID[kpi_id], results.states[sample]
    at = results.month_index(month)
    number = kpi.value(state, at)
    value = number if math.isfinite(number) else None
    grade, worst = leading_of(state, kpi.needs, at)
    share = math.nan
    held = results.evidence.get(kpi_id)
    if held is not None and sample == 0:
        grade, worst, share = held.grade, held.worst, held.worst_share
    reason = ""
    if value is None:
        reason = why(state, kpi.needs, None if kpi.horizon else at)
        if not reason:
            reason = kpi.reason(state, at) if kpi.reason else "a figure is missing"
    items = inputs_of(state, kpi.needs, at) if value is None or not brief else ()
    when = "whole horizon" if kpi.horizon else month_text(int(results.months[at]))
    return KpiValue(
        id=kpi.id,
        name=kpi.name,
        value=value,
        unit=kpi.unit,
        evidence=grade if value is not None else "none",
        worst=worst if value is not None else "none",
        worst_share=share,
        why=reason,
        definition=f"{kpi.definition}{_dollars(kpi, state)}; {when}",
        formula=FORMULAS[kpi_id](state, at) if value is not None and kpi_id in FORMULAS and not brief else "",
        inputs=tuple(item.input for item in sorted(items, key=lambda item: -abs(item.weight))),
    )


_OWN_DOLLARS = ("npv_usd", "usd_per_mw")
"""Their definitions say in which dollars they are."""
_RATES = ("irr", "payback_months")


def _dollars(kpi: Kpi, state: SampleState) -> str:
    """``; nominal`` for what is in dollars or follows from them."""
    money = kpi.unit.startswith("usd") and kpi.id not in _OWN_DOLLARS
    return f"; {state.plant.dollars.words}" if money or kpi.id in _RATES else ""
