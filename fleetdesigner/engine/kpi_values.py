"""Values of the KPIs that are more than a row of an array, and why some have none."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.engine import finance
from fleetdesigner.engine.state import SampleState

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
    """USD, at the discount rate."""
    return finance.npv(return_flow(state), state.plant.assumptions["discount_rate"])


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


def no_irr(state: SampleState, month: int) -> str:
    """Why there is no rate."""
    flow = return_flow(state)
    if not (flow > 0).any():
        return "the cash flow is never positive: no workload earns more than its month costs"
    if not (flow < 0).any():
        return "the cash flow is never negative: nothing is invested"
    return "no rate brings the cash flow to 0"


def no_payback(state: SampleState, month: int) -> str:
    """Why it is not paid back."""
    if not (np.cumsum(return_flow(state)) < 0).any():
        return "the cumulative cash flow is never negative: nothing is invested"
    return "the cumulative cash flow does not come back to 0 in the horizon"


def says(words: str) -> Why:
    """The same words always."""
    return lambda state, month: words
