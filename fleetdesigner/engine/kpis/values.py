"""Values of the KPIs that are more than a row of an array, and why some have none."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.engine.money import finance
from fleetdesigner.engine.state import SampleState
from fleetdesigner.units import text

Array = NDArray[np.float64]
Value = Callable[[SampleState, int], float]
"""Of a sample in a month index; NaN = none."""
Why = Callable[[SampleState, int], str]

DAYS_PER_MONTH = 30.4


def at_month(of: Callable[[SampleState], Array]) -> Value:
    """The month's entry of an array [M] of the sample."""
    return lambda state, month: float(of(state)[month])


def return_flow(state: SampleState) -> Array:
    """[M] cash flow less, in the first month, the value brought in: what stood before could be sold then, so
    that keeping it is an investment like a purchase.
    """
    flow = state.cash_flow.copy()
    flow[:1] -= state.cost.opening.total
    return flow


def irr(state: SampleState, month: int) -> float:
    """Yearly rate of the return flow."""
    found = finance.irr(return_flow(state))
    return math.nan if found is None else found


def npv(state: SampleState, month: int) -> float:
    """USD of the first month, at the discount rate: the same from a nominal and from a real flow."""
    return present(state, return_flow(state))


def present(state: SampleState, flow: Array) -> float:
    """Present value in dollars of the first month of a flow [M] in the dollars of the results."""
    return finance.npv(flow, state.plant.dollars.rate) * state.plant.dollars.first


def payback(state: SampleState, month: int) -> float:
    """Months from the first."""
    found = finance.payback_months(return_flow(state))
    return math.nan if found is None else float(found)


def run_cost(state: SampleState, month: int) -> float:
    """USD of the top run; NaN unless it ends, and while the speed of chips it may use is unknown."""
    run = state.top_run
    if run is None or math.isnan(state.finish[run]) or state.plant.unforecast((run,)).any():
        return math.nan
    return float(state.run_cost[run])


def run_days(state: SampleState, month: int) -> float:
    """Days of the top run; NaN unless it ends, and while the speed of chips it may use is unknown."""
    run = state.top_run
    if run is None or state.plant.unforecast((run,)).any():
        return math.nan
    start = state.plant.demand.column("start")[run]
    return float((state.finish[run] - start) * DAYS_PER_MONTH)


def to_capacity(state: SampleState, month: int) -> float:
    """Months until the highest chip count; NaN without chips."""
    return float(np.argmax(state.chips)) if state.chips.any() else math.nan


def no_run(state: SampleState, month: int) -> str:
    """How far the top run comes."""
    run = state.top_run
    if run is None:
        return "the design has no training run"
    done = float(np.nan_to_num(state.progress[run, -1])) * 100.0
    return f"{state.design.workloads[run].name} ends at {done:.3g} % in the horizon"


_NO_VALUE = "no workload that is served has a value: there is nothing to earn"


def no_irr(state: SampleState, month: int) -> str:
    """Why there is no rate."""
    flow = return_flow(state)
    if not (flow < 0).any():
        return "the cash flow is never negative: nothing is invested"
    if not (state.revenue_by_work > 0).any():
        return _NO_VALUE
    if not (flow > 0).any():
        return "the cash flow is never positive: no workload earns more than its month costs"
    if flow.sum() > 0:
        return "the cash flow is worth more than 0 at every rate: what comes back comes before what is spent"
    return "no rate brings the cash flow to 0"


def no_payback(state: SampleState, month: int) -> str:
    """Why it is not paid back."""
    return _never_back(state, return_flow(state), "cash flow")


def no_discounted_payback(state: SampleState, month: int) -> str:
    """Why it is not paid back with interest."""
    return _never_back(state, discounted_flow(state), "discounted cash flow")


def _never_back(state: SampleState, flow: Array, name: str) -> str:
    total = np.cumsum(flow)
    if not (total < 0).any():
        return f"the cumulative {name} is never negative: nothing is invested"
    if not (state.revenue_by_work > 0).any():
        return f"the cumulative {name} does not come back to 0: no workload that is served has a value"
    short = text(-float(total[-1]), "usd")
    return f"the cumulative {name} does not come back to 0 in the horizon: {short} are missing at its end"


def says(words: str) -> Why:
    """The same words always."""
    return lambda state, month: words


def discounted_flow(state: SampleState) -> Array:
    """[M] the return flow, each month discounted to the first."""
    return finance.discounted(return_flow(state), state.plant.dollars.rate) * state.plant.dollars.first


def discounted_payback(state: SampleState, month: int) -> float:
    """Months from the first."""
    found = finance.payback_months(discounted_flow(state))
    return math.nan if found is None else float(found)


def usd_per_mw(state: SampleState, month: int) -> float:
    """USD a MW: what was paid for all that stands, over provisioned facility power; NaN without any."""
    mw = float(state.cost.facility_paid[month]) / 1000.0
    return float(state.cost.invested[month]) / mw if mw > 0.0 else math.nan


def break_even_utilisation(state: SampleState, month: int) -> float:
    """Present value of cost over that of value; NaN where nothing has a value, or cost is below 0."""
    value = present(state, state.revenue_by_work.sum(axis=0))
    cost = present(state, state.cost.cash_total) + state.cost.opening.total * state.plant.dollars.first
    return cost / value if value > 0.0 and cost > 0.0 else math.nan


def no_break_even(state: SampleState, month: int) -> str:
    """Why no share of the value balances cost."""
    if not (state.revenue_by_work > 0.0).any():
        return _NO_VALUE
    return "it pays with nothing served: what is left at the end is worth more than all cost"


def no_megawatt(state: SampleState, month: int) -> str:
    """Why there is no power to divide by."""
    return "no system that is bought or leased is in service in this month"
