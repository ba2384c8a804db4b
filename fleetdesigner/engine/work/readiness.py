"""How ready software is: the share of the calibrated throughput that a chip reaches with a workload, by
month.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.catalog import Chip, LanguageModel, Readiness, ReadinessRow
from fleetdesigner.design.workloads import AgentService, Port, TrainingRun, Workload
from fleetdesigner.engine.curves import monthly
from fleetdesigner.units import month_number

Array = NDArray[np.float64]

LONG_CONTEXT_TOKENS = 32_768
"""From here on a sequence, or input and output together, counts as long context."""
WEEKS_PER_MONTH = 4.345


def families(workload: Workload, model: LanguageModel) -> tuple[str, ...]:
    """Workload families to look up, the most special first: agents, long context, then the model's own."""
    if isinstance(workload, AgentService):
        return "agents", model.family
    length = (
        workload.sequence_len
        if isinstance(workload, TrainingRun)
        else workload.input_len + workload.output_len
    )
    return ("long_context", model.family) if length >= LONG_CONTEXT_TOKENS else (model.family,)


def readiness_row(table: Readiness | None, workload: Workload, model: LanguageModel) -> ReadinessRow | None:
    """The row that says how ready a chip is for a workload, None when nothing is known."""
    if table is None:
        return None
    activity = "training" if isinstance(workload, TrainingRun) else "serving"
    for family in families(workload, model):
        row = table.row(family, activity, workload.framework)
        if row is not None:
            return row
    return None


def may_use(workload: Workload, chip: Chip) -> bool:
    """Whether the workload may use the chip: by its family, generation or id; an empty list allows all."""
    return not workload.allow or bool({chip.family, chip.generation, chip.id} & set(workload.allow))


def port_weeks(port: Port, row: ReadinessRow | None) -> float:
    """Engineer-weeks of a port: the planner's, else (0 weeks in the plan) the catalog's; NaN when nobody has
    a figure.
    """
    if port.engineer_weeks > 0:
        return port.engineer_weeks
    return math.nan if row is None or row.port_engineer_weeks is None else row.port_engineer_weeks.value


def port_targets(rows: Iterable[ReadinessRow | None]) -> tuple[ReadinessRow | None, ...]:
    """The rows that a port is for, of those of all chips that a workload may use: the furthest behind of what
    a port can help. Where it can help none, all that are blocked or unknown.
    """
    held = tuple(rows)
    for state in ("needs_port", "beta", "runs", "blocked"):
        found = tuple(row for row in held if row is not None and row.state == state)
        if found:
            return found
    return held


Pace = tuple[float, ...]
"""Share of its engineers that a port has, month by month from its start; all of them from then on."""


def port_months(port: Port, weeks: float, pace: Pace = ()) -> int:
    """Whole months a port takes: ⌈weeks / (engineers · 4.345)⌉ with all its engineers, else until the shares
    that it has add up to that.
    """
    left = weeks / (port.engineers * WEEKS_PER_MONTH)
    for passed, share in enumerate(pace):
        if left <= 1e-9:
            return passed
        left -= share
    return len(pace) + max(math.ceil(left - 1e-9), 0)


def port_done(port: Port, row: ReadinessRow | None, pace: Pace = ()) -> int | None:
    """The month in which a port is finished, None when nobody knows how much work it is."""
    weeks = port_weeks(port, row)
    return None if math.isnan(weeks) else port.start_month + port_months(port, weeks, pace)


def ready(
    row: ReadinessRow | None,
    port: Port | None,
    first_month: int,
    months: int,
    pace: Pace = (),
    moving: float = 1.0,
) -> tuple[Array, str]:
    """([M] factor on throughput, why it is 0 in some months).

    Runs and beta: from `efficiency` in the month `since` in a straight line to `efficiency_mature` after
    `mature_months`. A port of one's own counts from the month in which it is finished, by its own curve, of
    which a share of `moving` opens up each month, where that is more than what is public. Blocked: 0.
    """
    nothing = np.zeros(months)
    if row is None:
        return nothing, "no readiness figure"
    if row.state == "blocked":
        return nothing, "not ready: blocked"
    at = first_month + np.arange(months)
    own = nothing
    why = "not ready: needs a port"
    if port is not None:
        done = port_done(port, row, pace)
        why = "not ready: no figure for the weeks of its port"
        if done is not None:
            moved = np.clip(moving * (at - done + 1), 0.0, 1.0)
            own = np.where(at >= done, monthly(port.efficiency, first_month, months) * moved, 0.0)
            why = "not ready: the port is not finished"
    if row.state == "needs_port":
        return own, why
    if row.efficiency is None:
        return own, "no readiness figure"
    since = month_number(row.since)
    start = row.efficiency.value
    end = start if row.efficiency_mature is None else row.efficiency_mature.value
    span = 0.0 if row.mature_months is None else row.mature_months.value
    grown = np.clip((at - since) / span, 0.0, 1.0) if span > 0 else np.ones(months)
    public = np.where(at >= since, start + (end - start) * grown, 0.0)
    return np.maximum(public, own), f"not ready before {row.since}"
