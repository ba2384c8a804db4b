"""How a workload fares in a month: what it asks for, what it gets, and what limits it, in words."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from fleetdesigner.design.workloads import TrainingRun, Workload
from fleetdesigner.engine.dispatch import reason
from fleetdesigner.engine.results import Results
from fleetdesigner.units import digits, month_text, text

if TYPE_CHECKING:
    from fleetdesigner.engine.state import SampleState

_MET = 1e-6


@dataclass(frozen=True, slots=True)
class WorkloadState:
    """One month of one workload."""

    amount: str = ""
    """``59.5 k of 91.1 k tok/s``; empty while there are no results."""
    limit: str = ""
    """What limits it, as a sentence."""
    share: float | None = None
    """Served of what is asked, trained of what is to train; None = nothing is asked."""
    short: bool = False
    """Something is asked for and not done."""


NOT_YET = WorkloadState()

_LIMITS: Mapping[str, str] = MappingProxyType(
    {
        "pool full": "{} {is} full",
        "no memory": "{} {has} no memory left for sessions",
        "no power": "{} {has} no power",
        "not in service": "{} {is} not in service",
        "not ready": "{} cannot run it",
        "pinned elsewhere": "it is pinned elsewhere than {}",
        "runs in another pool": "it runs in one pool at a time, not in {}",
        "too few chips left": "{} {has} too few accelerators left",
    }
)
"""Reasons of the dispatch as sentences about pools, the most telling first."""
_ONE = {"is": "is", "has": "has"}
_MANY = {"is": "are", "has": "have"}
_QUIET = ("", "no demand", "not started", "demand met")


def workload_state(results: Results | None, work: Workload, month: int) -> WorkloadState:
    """How the workload fares in an absolute month."""
    if results is None or not results.states:
        return NOT_YET
    state, at = results.states[0], results.month_index(month)
    ids = [one.id for one in state.design.workloads]
    if work.id not in ids:
        return NOT_YET
    row = ids.index(work.id)
    if isinstance(work, TrainingRun):
        return _training(state, work, row, at, month)
    wanted = _at(results, f"demand_tokens_per_s.workload:{work.id}", at)
    served = _at(results, f"serving_tokens_per_s.workload:{work.id}", at)
    if not wanted and not served:
        return WorkloadState("no demand in this month", "Nothing is asked for in this month.")
    if math.isnan(wanted) or math.isnan(served):
        why = results.series[f"serving_tokens_per_s.workload:{work.id}"].why
        return WorkloadState("no public figure", why or "A figure is missing.")
    short = wanted > served * (1 + _MET)
    if not short:
        more = f", {text(served - wanted, 'token/s')} of the queue" if served > wanted * 1.001 else ""
        return WorkloadState(f"{text(wanted, 'token/s')}, all served", f"Demand is met{more}.", 1.0)
    served = served if served > wanted * _MET else 0.0
    amount = _of(served, wanted)
    return WorkloadState(amount, limit_words(state, row, at), served / wanted, True)


def _of(served: float, wanted: float) -> str:
    """``59.5 of 91.1 k tok/s``, both in the unit of what is wanted."""
    shown = text(wanted, "token/s")
    factor = next((size for size, word in _STEPS if f" {word} " in shown), 1.0)
    return f"{digits(served / factor)} of {shown}"


_STEPS = ((1e9, "B"), (1e6, "M"), (1e3, "k"))


def _training(state: SampleState, work: TrainingRun, row: int, at: int, month: int) -> WorkloadState:
    done, speed = float(state.progress[row, at]), float(state.served[row, at])
    finish = float(state.finish[row])
    last = state.design.first_month + int(finish) if not math.isnan(finish) else None
    ends = "does not end in the horizon" if last is None else f"ends {month_text(last)}"
    if work.start_month > month:
        words = "It does not end in the horizon." if last is None else f"It ends in {month_text(last)}."
        return WorkloadState(f"starts {month_text(work.start_month)}", f"Not started. {words}", 0.0)
    if math.isnan(done):
        return WorkloadState("no public figure", "A figure is missing.")
    if done >= 1 - _MET:
        return WorkloadState(
            "trained" if last is None else f"trained {month_text(last)}", "It has ended.", 1.0
        )
    late = work.due_month is not None and (last is None or last > work.due_month)
    amount = f"{digits(done * 100, 2)} % trained, {ends}"
    if speed > 0:
        words = f"Trains at {text(speed, 'token/s')}."
        words += f" Due {month_text(work.due_month)}: late." if late and work.due_month is not None else ""
    else:
        words = limit_words(state, row, at)
    return WorkloadState(amount, words, done, late or speed <= 0)


def limit_words(state: SampleState, row: int, at: int) -> str:
    """What keeps the workload from more, pool by pool, as a sentence."""
    pools = {pool.id: pool.name for pool in state.design.pools}
    kinds = state.plant.figures.kinds
    found: dict[str, list[str]] = {}
    parts_of = Counter(key.pool_id for key in state.plant.parts.keys)
    parts = zip(state.plant.parts.keys, state.plant.parts.kinds, strict=True)
    for part, (key, members) in enumerate(parts):
        # a part that runs it gives all it has: otherwise nothing would be unmet
        if state.share[part, row, at] > 0:
            word = "pool full"
        else:
            word = reason(state.found, int(state.part_index[part]), int(state.work_index[row]), at, state.row)
        if word in _QUIET:
            continue
        pool = pools.get(key.pool_id, key.pool_id)
        if parts_of[key.pool_id] > 1:
            pool += f" ({' and '.join(kinds[one].rack.short_name for one in members)})"
        found.setdefault(word, []).append(pool)
    if not found:
        return "No pool can take it: place systems and put them into a pool."
    order = list(_LIMITS)
    words = sorted(found, key=lambda word: order.index(word) if word in order else len(order))
    said = []
    for word in words[:2]:
        names = list(dict.fromkeys(found[word]))
        where, verbs = _joined(names), _MANY if len(names) > 1 else _ONE
        said.append(_LIMITS[word].format(where, **verbs) if word in _LIMITS else f"{where}: {word}")
    sentence = "; ".join(said)
    return sentence[:1].upper() + sentence[1:] + "."


def _joined(names: list[str]) -> str:
    if len(names) > 2:
        return f"{names[0]} and {len(names) - 1} more"
    return " and ".join(names)


def _at(results: Results, series_id: str, at: int) -> float:
    if series_id not in results.series:
        return 0.0
    return float(results.series[series_id].values[0, at])
