"""When one plan has paid back what it costs more than another: by month of cash, and by training run.

A migration costs first (porting, new systems) and saves later. The gap is the cumulative cash flow of one
sample less that of another, each with its value brought in (``cumulative_cash_usd``). NaN = no figure.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.engine.in_use import why as lacking
from fleetdesigner.engine.kpis.values import no_run, return_flow, run_cost
from fleetdesigner.engine.money.items import COST_ITEMS
from fleetdesigner.engine.results import Results
from fleetdesigner.engine.series.keys import CASH
from fleetdesigner.engine.state import SampleState
from fleetdesigner.units import text

Array = NDArray[np.float64]

_SAME = 1e-9
"""Share of the cash that moves below which two plans are level."""
_PORTING = [item.key for item in COST_ITEMS].index("porting")


@dataclass(frozen=True, slots=True, eq=False)
class BreakEven:
    """Where the gap between two samples is back at 0 for good."""

    gap: Array
    """[M] USD, cumulative cash of the one less that of the other"""
    month: int | None
    """Absolute month from which on the one is never behind again; None, and `why` says it."""
    months: int | None
    """The same as months from the first"""
    why: str


@dataclass(frozen=True, slots=True)
class RunBreakEven:
    """After how many training runs cheaper runs have paid for the port."""

    runs: int | None
    outlay_usd: float
    """What is spent on porting more than in the other sample; NaN = no figure."""
    saved_usd: float
    """What one run costs less; NaN = no figure."""
    why: str


def cumulative_cash(state: SampleState) -> Array:
    """[M] USD: cash flow summed from the first month, the value brought in taken off it."""
    return np.asarray(np.cumsum(return_flow(state)))


def back_for_good(gap: Array, scale: float) -> int | None:
    """Month index from which on `gap` [M] never is below 0 again, after it was; None when it never was
    below, or still is at the end. Differences below 1e-9 of `scale` count as none.
    """
    below = np.flatnonzero(gap < -_SAME * scale)
    if not len(below) or below[-1] == len(gap) - 1:
        return None
    return int(below[-1]) + 1


def break_even(results: Results, sample: int, against: int = 0) -> BreakEven:
    """When `sample` (an index of the results) is ahead of the sample `against` for good."""
    one, other = results.states[sample], results.states[against]
    mine, theirs = cumulative_cash(one), cumulative_cash(other)
    gap = mine - theirs
    if np.isnan(gap).any():
        reason = lacking(one, CASH) or lacking(other, CASH) or "a figure is missing"
        return BreakEven(gap, None, None, reason)
    scale = float(max(np.abs(mine).max(), np.abs(theirs).max(), 1.0))
    at = back_for_good(gap, scale)
    if at is not None:
        return BreakEven(gap, results.first_month + at, at, "")
    if (np.abs(gap) <= _SAME * scale).all():
        reason = f"cash is the same as that of {other.name} in every month"
    elif gap[-1] < 0:
        behind = text(-float(gap[-1]), "usd")
        reason = f"still {behind} behind {other.name} at the end of the horizon"
    else:
        reason = f"never behind {other.name}: there is nothing to pay back"
    return BreakEven(gap, None, None, reason)


def break_even_run(results: Results, sample: int, against: int = 0) -> RunBreakEven:
    """How many runs of the highest priority pay for what `sample` spends on porting beyond `against`."""
    one, other = results.states[sample], results.states[against]
    outlay = float(one.cost.cash[_PORTING].sum() - other.cost.cash[_PORTING].sum())
    costs = [run_cost(state, 0) for state in (one, other)]
    saved = costs[1] - costs[0]
    if math.isnan(saved):
        state = one if math.isnan(costs[0]) else other
        gaps = "" if state.top_run is None else lacking(state, CASH)
        reason = gaps or f"no cost of a run in {state.name}: {no_run(state, 0)}"
        return RunBreakEven(None, outlay, saved, reason)
    if math.isnan(outlay):
        return RunBreakEven(None, outlay, saved, lacking(one, CASH) or lacking(other, CASH))
    if saved <= _SAME * abs(costs[1]):
        return RunBreakEven(None, outlay, saved, f"a run costs no less than in {other.name}")
    if outlay <= 0.0:
        return RunBreakEven(None, outlay, saved, f"no more is spent on porting than in {other.name}")
    return RunBreakEven(math.ceil(outlay / saved * (1.0 - _SAME)), outlay, saved, "")
