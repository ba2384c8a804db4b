"""The formula of each KPI with its figures put in, for the card that a click opens."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from fleetdesigner.engine.kpis.values import (
    break_even_utilisation,
    discounted_payback,
    irr,
    payback,
    present,
    usd_per_mw,
)
from fleetdesigner.engine.money.items import COST_ITEMS
from fleetdesigner.engine.state import SampleState
from fleetdesigner.units import text

Formula = Callable[[SampleState, int], str]
BROUGHT_IN = "Value brought in"


def _chips(state: SampleState, month: int) -> str:
    parts = [
        f"{count:,.4g} {kind.rack.short_name} × {kind.chips}"
        for kind, count in zip(
            state.plant.figures.kinds, state.plant.fleet.rack_active[:, month], strict=True
        )
        if count > 0
    ]
    return _sum(parts, text(state.chips[month], "chip"))


def _equivalents(state: SampleState, month: int) -> str:
    parts = [
        f"{chips:,.4g} × {kind.chip.bf16_tflops.value:,.4g}"
        for kind, chips in zip(state.plant.figures.kinds, state.kind_chips[:, month], strict=True)
        if chips > 0 and kind.chip.bf16_tflops is not None
    ]
    return f"({_short(parts)}) TFLOPS / 989 = {text(state.h100_equivalents[month], '')}"


def _it(state: SampleState, month: int) -> str:
    share = state.plant.power.storage_share
    network = float(state.plant.power.cell_fabric[:, month].sum())
    servers = float(state.it_power[month]) / (1.0 + share) - network
    return (
        f"(servers {text(servers, 'kW')} + network {text(network, 'kW')}) × (1 + {share:.3g} storage and "
        f"management) = {text(state.it_power[month], 'kW')}"
    )


def _facility(state: SampleState, month: int) -> str:
    parts = [
        f"{text(it, 'kW')} × {pue:.4g}"
        for it, pue in zip(state.plant.power.site_it[:, month], state.pue[:, month], strict=True)
        if it > 0
    ]
    return _sum(parts, text(state.facility[month], "kW"))


def _stranded(state: SampleState, month: int) -> str:
    grid = state.plant.capping.loads.grid[:, month]
    parts = [
        f"{text(have, 'kW')} − {text(use, 'kW')}"
        for have, use in zip(grid, state.site_facility[:, month], strict=True)
        if have > use
    ]
    return _sum(parts, text(state.stranded[month], "kW"))


def _items(side: str, even: bool) -> Formula:
    """The items of a side over the horizon (capex, all) or in the month (opex)."""

    def formula(state: SampleState, month: int) -> str:
        table = state.cost.even if even else state.cost.cash
        monthly = side == "opex" or even
        values = table[:, month] if monthly else table.sum(axis=1)
        chosen = [
            (item.name, float(value))
            for item, value in zip(COST_ITEMS, values, strict=True)
            if (side == "all" or item.side == side) and abs(value) > 0
        ]
        brought_in = state.cost.opening.total
        if side == "all" and not even and brought_in > 0:
            chosen.append((BROUGHT_IN, brought_in))
        chosen.sort(key=lambda pair: -abs(pair[1]))
        unit = "usd/month" if monthly else "usd"
        parts = [f"{name} {text(value, unit)}" for name, value in chosen]
        if side == "capex" and not parts:
            return f"nothing is bought inside the horizon: {text(0.0, unit)}"
        return _sum(parts, text(sum(value for _, value in chosen), unit))

    return formula


def _hour(state: SampleState, month: int) -> str:
    return _quotient(
        text(state.cost.even_total[month], "usd/month"),
        f"({text(state.chips[month], 'chip')} accelerators × 730 h)",
        text(state.usd_per_accelerator_hour[month], "usd/accelerator-hour"),
    )


def _tokens(state: SampleState, month: int) -> str:
    return _quotient(
        text(state.serving_cost_hour[month], "usd/h"),
        f"({text(state.priced_capacity[:, month].sum(), 'token/s')} × 3,600 s)",
        text(state.usd_per_million_tokens[month], "usd/million tokens"),
    )


def _usage(state: SampleState, month: int) -> str:
    return _quotient(
        text(state.serving_cost_hour[month], "usd/h"),
        f"({text(state.served_output[month], 'token/s')} × 3,600 s)",
        text(state.usd_per_million_tokens_usage[month], "usd/million tokens"),
    )


def _capacity(state: SampleState, month: int) -> str:
    served = float(state.served_output[month])
    rest = float(state.serving_capacity[month]) - served
    return (
        f"served {text(served, 'token/s')} + unused rest at its best work {text(rest, 'token/s')} = "
        f"{text(state.serving_capacity[month], 'token/s')}"
    )


def _per_mw(state: SampleState, month: int) -> str:
    return _quotient(
        text(state.serving_capacity[month], "token/s"),
        text(state.facility[month], "kW"),
        text(state.tokens_per_s_per_mw[month], "token/s/MW"),
    )


def _carbon(state: SampleState, month: int) -> str:
    year = text(state.carbon[month] * 12, "t")
    return f"{text(state.energy[month], 'kWh')} a month × 12 × grid carbon = {year}"


def _npv(state: SampleState, month: int) -> str:
    dollars = state.plant.dollars
    real = f" real, × {dollars.first:.4g} for dollars of the first month" if dollars.real else ""
    return f"{_flow(state)}, month by month at {dollars.rate * 100:.3g} % a year{real}"


def _irr(state: SampleState, month: int) -> str:
    return f"{_flow(state)}: worth 0 at {text(irr(state, month), 'fraction')} a year"


def _payback(state: SampleState, month: int) -> str:
    return f"{_flow(state)}: back at 0 after {text(payback(state, month), 'month')}"


def _discounted(state: SampleState, month: int) -> str:
    rate = f"{state.plant.dollars.rate * 100:.3g} % a year"
    back = text(discounted_payback(state, month), "month")
    return f"{_flow(state)}, month by month at {rate}: back at 0 after {back}"


def _invested(state: SampleState, month: int) -> str:
    return _quotient(
        text(state.cost.invested[month], "usd"),
        text(state.cost.facility_paid[month], "kW"),
        text(usd_per_mw(state, month), "usd/MW"),
    )


def _break_even(state: SampleState, month: int) -> str:
    value = present(state, state.revenue_by_work.sum(axis=0))
    share = break_even_utilisation(state, month)
    return _quotient(
        f"present value of all cost {text(share * value, 'usd')}",
        f"that of the value served {text(value, 'usd')}",
        text(share, "fraction"),
    )


def _flow(state: SampleState) -> str:
    """The flow behind NPV, IRR and payback, summed over the horizon."""
    value = float(state.revenue_by_work.sum())
    paid = float((state.cost.capex + state.cost.opex).sum())
    left = paid - float(state.cost.cash_total.sum())
    brought_in = state.cost.opening.total
    back = f" + residual value {text(left, 'usd')}" if left > 0 else ""
    first = f" − value brought in {text(brought_in, 'usd')} in the first month" if brought_in > 0 else ""
    return f"value {text(value, 'usd')} − cash paid {text(paid, 'usd')}{back}{first}"


def _by_work(trained: bool) -> Formula:
    def formula(state: SampleState, month: int) -> str:
        chosen = state.trains if trained else state.serves
        table = state.served if trained else state.unmet
        parts = [
            f"{work.name} {text(table[at, month], 'token/s')}"
            for at, work in enumerate(state.design.workloads)
            if chosen[at] and table[at, month] > 0
        ]
        return _sum(parts, text(float(table[chosen, month].sum()), "token/s"))

    return formula


def _sum(parts: list[str], total: str) -> str:
    return f"{_short(parts)} = {total}" if parts else total


def _short(parts: list[str], most: int = 6) -> str:
    more = [f"{len(parts) - most} more"] if len(parts) > most else []
    return " + ".join([*parts[:most], *more])


def _expected(state: SampleState, month: int) -> str:
    share = float(np.divide(state.it_expected[month], state.it_power[month] or 1.0))
    drawn = text(state.it_expected[month], "kW")
    return f"{text(state.it_power[month], 'kW')} provisioned × {share:.3g} drawn = {drawn}"


def _quotient(above: str, below: str, result: str) -> str:
    return f"{above} / {below} = {result}"


FORMULAS: dict[str, Formula] = {
    "chips": _chips,
    "h100_equivalents": _equivalents,
    "it_power_kw": _it,
    "it_power_expected_kw": _expected,
    "facility_power_kw": _facility,
    "stranded_power_kw": _stranded,
    "training_tokens_per_s": _by_work(True),
    "serving_tokens_per_s": _capacity,
    "unmet_tokens_per_s": _by_work(False),
    "capex_usd": _items("capex", False),
    "opex_usd_per_month": _items("opex", False),
    "tco_usd": _items("all", False),
    "usd_per_accelerator_hour": _hour,
    "usd_per_million_tokens": _tokens,
    "usd_per_million_tokens_usage": _usage,
    "tokens_per_s_per_mw": _per_mw,
    "npv_usd": _npv,
    "irr": _irr,
    "payback_months": _payback,
    "payback_discounted_months": _discounted,
    "usd_per_mw": _invested,
    "break_even_utilisation": _break_even,
    "carbon_t_per_year": _carbon,
}
"""By KPI id."""
