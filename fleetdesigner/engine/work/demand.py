"""What workloads ask for, by month. Axes: M months, W workloads."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.design.model import Design
from fleetdesigner.design.workloads import AgentService, BatchJob, Serving, TrainingRun, Workload
from fleetdesigner.engine.curves import compounded, monthly
from fleetdesigner.engine.dispatch import MONTH_S
from fleetdesigner.engine.remembered import Remembered

Array = NDArray[np.float64]

SECONDS_PER_DAY = 86_400.0

SERVES = ("serving", "agent", "batch")
"""Kinds of workload whose output tokens count as served."""


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """Demand of a design's workloads, in its order."""

    kinds: tuple[str, ...]
    output: Array
    """[M, W] output tokens/s, mean of the month; 0 for training"""
    sessions: Array
    """[M, W] agent sessions; 0 for others"""
    scalars: Array
    """[W, len(SCALARS)]"""
    growth: float
    """Growth of the tokens a task takes, a year."""

    def column(self, name: str) -> Array:
        """[W] of one of SCALARS."""
        return self.scalars[:, SCALARS.index(name)]

    @property
    def serves(self) -> NDArray[np.bool_]:
        """[W] whether its tokens are served output."""
        return np.array([kind in SERVES for kind in self.kinds], dtype=bool)


SCALARS = ("peak", "priority", "worth", "tokens", "start", "chips_max", "chips_min", "due")


def demand_of(design: Design, growth: float = 0.0) -> Demand:
    """The demand of a design.

    Serving: requests · output length, users · requests a day · output length / 86,400. Agents: sessions ·
    turns an hour · output length / 3600. Batch: tokens a month over the seconds of a month. All times
    (1 + growth)^years: the tokens that a task takes.
    """
    first, months = design.first_month, design.months
    return _DEMAND.get(
        (design.workloads,), (first, months, growth), lambda: _demand(design, first, months, growth)
    )


def tokens_of_unit(work: Serving) -> float:
    """Output tokens/s of one unit of a stream's demand: a token/s, a request/s, or a user."""
    if work.demand_unit == "requests_per_s":
        return float(work.output_len)
    if work.demand_unit == "users":
        return work.requests_per_user_day * work.output_len / SECONDS_PER_DAY
    return 1.0


_DEMAND: Remembered[Demand] = Remembered(32)


def _demand(design: Design, first: int, months: int, growth: float) -> Demand:
    output = np.zeros((months, len(design.workloads)))
    sessions = np.zeros_like(output)
    for at, work in enumerate(design.workloads):
        if isinstance(work, Serving):
            output[:, at] = monthly(work.demand, first, months) * tokens_of_unit(work)
        elif isinstance(work, AgentService):
            sessions[:, at] = monthly(work.sessions, first, months)
            output[:, at] = sessions[:, at] * work.turns_per_hour * work.output_len / 3600.0
        elif isinstance(work, BatchJob):
            output[:, at] = monthly(work.demand, first, months) / MONTH_S
    if growth:
        output *= compounded(growth, months)[:, None]
    scalars = np.array([_scalars(work, first) for work in design.workloads]).reshape(-1, len(SCALARS))
    return Demand(tuple(work.kind for work in design.workloads), output, sessions, scalars, growth)


def _scalars(work: Workload, first_month: int) -> tuple[float, ...]:
    worth = math.nan if work.value_usd_per_m_output is None else work.value_usd_per_m_output
    if isinstance(work, TrainingRun):
        start = work.start_month - first_month
        return 1.0, work.priority, worth, work.tokens, start, work.chips_max, work.chips_min, 0.0
    peak = work.peak_to_mean if isinstance(work, Serving) else 1.0
    due = work.due_months if isinstance(work, BatchJob) else 0
    return peak, work.priority, worth, 0.0, 0.0, 0.0, 0.0, due


def demand_key(work: Workload) -> Hashable:
    """What the demand of a workload and its place in the queue depend on, as a value."""
    return _KEYS.get((work,), None, lambda: _key(work))


_KEYS: Remembered[Hashable] = Remembered(1024)


def _key(work: Workload) -> Hashable:
    scalars = tuple(None if x != x else x for x in _scalars(work, 0))
    common = (work.id, work.kind, work.pins, scalars)
    if isinstance(work, AgentService):
        return (*common, work.sessions, work.turns_per_hour, work.output_len)
    if isinstance(work, Serving):
        return (*common, work.demand, tokens_of_unit(work))
    return common if isinstance(work, TrainingRun) else (*common, work.demand)
