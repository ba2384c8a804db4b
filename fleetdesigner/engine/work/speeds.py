"""How fast one chip runs one workload: the plan found for it, times readiness, maturity and goodput.

Nothing here knows how many chips there are, but for the size of a training job: adding a rack repeats
nothing. Axis: M months.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.catalog import Chip, LanguageModel, Readiness
from fleetdesigner.design.model import Design
from fleetdesigner.design.workloads import AgentService, TrainingRun, Workload
from fleetdesigner.engine.assumptions.in_force import Assumptions
from fleetdesigner.engine.remembered import Remembered
from fleetdesigner.engine.throughput.calibration import Calibration, load_calibration
from fleetdesigner.engine.throughput.chips import ChipFigures
from fleetdesigner.engine.throughput.goodput import goodput
from fleetdesigner.engine.throughput.models import ModelShape, model_shape
from fleetdesigner.engine.throughput.plans import (
    Refusal,
    ServingPlan,
    ServingRequest,
    TrainingPlan,
    TrainingRequest,
)
from fleetdesigner.engine.throughput.search import best_many
from fleetdesigner.engine.work.readiness import Pace, readiness_row, ready

Array = NDArray[np.float64]
Request = TrainingRequest | ServingRequest
Plan = TrainingPlan | ServingPlan

REPLICA_CHIPS = 64
"""Largest serving replica that is searched."""
LONGEST = 100_000_000
"""Tokens of the longest context that the document may hold."""


@dataclass(frozen=True, slots=True, eq=False)
class Stand:
    """One kind of chip as it stands in a part: what plans and readiness depend on."""

    chip: Chip
    figures: ChipFigures
    table: Readiness | None
    interruption_chip_hours: float


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A workload as far as its speed depends on it; the same object while only its demand changes."""

    workload: Workload
    """One of those with these fields: its demand, worth, priority and pins may be another's."""
    model: LanguageModel
    shape: ModelShape
    first_month: int
    months: int
    maturity: float
    kv_bytes_per_s: float
    """Reading of waiting state by one chip; inf where it stays in HBM."""
    pace: Pace
    """Of its port, among the ports of the design."""
    moving: float
    """Share of the ported speed that opens up each month once its port is done."""


class Job(NamedTuple):
    """Size of a training job."""

    chips: int
    """Of this kind."""
    whole: int
    """Of all kinds in the part together."""


NO_JOB = Job(0, 0)


@dataclass(frozen=True, slots=True, eq=False)
class Speed:
    """One kind of chip with one workload, on its own."""

    figures: ChipFigures
    rate: Array
    """[M] tokens/s a chip, readiness and goodput included"""
    sessions: Array
    """[M] agent sessions a chip; inf for other work"""
    ready: Array
    """[M] readiness factor"""
    full: Array
    """[M] tokens/s a chip, were its software ready; goodput included"""
    models: Array
    """[M] factor in `rate` and `full` by larger models and longer contexts; 1 without growth"""
    prefill_share: float
    """Share of time that goes into input tokens; NaN for training"""
    job_chips: float
    """Chips of one training job; NaN for other work"""
    goodput: float
    """NaN for other work"""
    plan: Plan | Refusal
    reason: str
    """Why the rate is 0 in some months; empty when it never is"""


_SHAPES: Remembered[ModelShape] = Remembered(256)
_ASKED: Remembered[Asked] = Remembered(512)
_EQUAL: Remembered[Asked] = Remembered(512)
_PLANS: Remembered[Plan | Refusal] = Remembered(4096)
_SPEEDS: Remembered[Speed] = Remembered(4096)


def asked_of(
    workload: Workload, model: LanguageModel, design: Design, assumptions: Assumptions, pace: Pace = ()
) -> Asked:
    """What of a workload its speed depends on; `pace` is that of its port."""
    # remembered twice: at once for what did not change at all, by its values for what may be equal
    link = math.inf
    if isinstance(workload, AgentService) and workload.kv_tier != "hbm":
        link = assumptions[f"kv_{workload.kv_tier}_gbytes_per_s"] * 1e9
    maturity = assumptions["software_maturity"]
    moving = assumptions["migration_share_per_month"]
    span = (design.first_month, design.months, maturity, link, pace, moving)

    def make() -> Asked:
        shape = _SHAPES.get((model,), None, lambda: model_shape(model))
        return Asked(workload, model, shape, *span)

    return _ASKED.get((workload, model), span, lambda: _EQUAL.get((model,), (_fields(workload), *span), make))


def _fields(workload: Workload) -> Hashable:
    """The fields of a workload that its speed depends on: all but its demand, worth and place in the
    queue.
    """
    common = (workload.kind, workload.dtype, workload.framework, workload.allow, workload.port)
    if isinstance(workload, TrainingRun):
        sizes = (workload.global_batch_tokens, workload.chips_min, workload.chips_max)
        return (*common, workload.sequence_len, *sizes, workload.checkpoint_s, workload.restart_s)
    lengths = (workload.input_len, workload.output_len)
    if isinstance(workload, AgentService):
        held = (workload.state_tokens, workload.idle_share, workload.kv_tier)
        return (*common, *lengths, *held, workload.tpot_ms)
    if workload.kind == "serving":
        return (*common, *lengths, workload.cached_share, workload.ttft_ms, workload.tpot_ms)
    return (*common, *lengths)


def speeds_of(wanted: Sequence[tuple[Asked, Stand, Job]], cal: Calibration | None = None) -> list[Speed]:
    """The speed of each (workload, kind of chip, size of a training job); one search for all that is new.

    ``cal``: the factors, by default the shipped ones without a measurement of the planner's own.
    """
    cal = cal or load_calibration()
    found = [_SPEEDS.peek((asked, stand, cal), job) for asked, stand, job in wanted]
    news = [at for at, speed in enumerate(found) if speed is None]
    if news:
        requests = {at: request_of(*wanted[at]) for at in news}
        asked = [request for request in requests.values() if not isinstance(request, Refusal)]
        plans = iter(plans_for(asked, cal))
        for at, request in requests.items():
            plan = request if isinstance(request, Refusal) else next(plans)
            what, stand, job = wanted[at]
            found[at] = _SPEEDS.put((what, stand, cal), job, _speed(what, stand, job, plan))
    return [speed for speed in found if speed is not None]


def plans_for(requests: Sequence[Request], cal: Calibration) -> list[Plan | Refusal]:
    """The plans of some requests: the remembered ones, and one vectorised search for all others."""
    found = {request: _PLANS.peek((cal,), request) for request in requests}
    news = [request for request, plan in found.items() if plan is None]
    made = best_many(news, cal) if news else ()
    found.update(
        (request, _PLANS.put((cal,), request, plan)) for request, plan in zip(news, made, strict=True)
    )
    return [plan for request in requests if (plan := found[request]) is not None]


def job_size(most: float) -> int:
    """Chips of one job: the largest 4, 5, 6 or 7 times a power of two (1, 2, 3 below) that is within `most`.

    Layouts divide into powers of two; steps of an eighth to a quarter also keep a plan when a rack is added.
    """
    whole = int(most + 1e-6)
    if whole < 4:
        return max(whole, 0)
    step = 1 << (whole.bit_length() - 3)
    return whole // step * step


def request_of(asked: Asked, stand: Stand, job: Job) -> Request | Refusal:
    """What to plan for, or why there is nothing to plan."""
    chip, workload, shape = stand.chip, asked.workload, asked.shape
    if workload.allow and not {chip.family, chip.generation, chip.id} & set(workload.allow):
        return Refusal(f"{chip.name} is not among the families it may use")
    if isinstance(workload, TrainingRun):
        if job.whole < max(workload.chips_min, 1) or job.chips < 1:
            return Refusal(f"a job needs {workload.chips_min:,} chips, a job of {job.whole:,} fits at most")
        return TrainingRequest(
            shape,
            stand.figures,
            job.chips,
            float(workload.sequence_len),
            float(workload.global_batch_tokens),
            workload.dtype,
        )
    request = ServingRequest(
        shape,
        stand.figures,
        workload.dtype,
        float(workload.input_len),
        float(workload.output_len),
        max_chips=int(min(REPLICA_CHIPS, stand.figures.domain_chips)),
    )
    if workload.kind == "serving":
        return replace(
            request, ttft_ms=workload.ttft_ms, tpot_ms=workload.tpot_ms, cached_share=workload.cached_share
        )
    if isinstance(workload, AgentService):
        # a turn adds its input to the state that the session already holds
        context = float(workload.input_len + workload.state_tokens)
        held = idle_siblings(workload) * workload.state_tokens if workload.kv_tier == "hbm" else 0.0
        return replace(
            request,
            input_len=context,
            cached_share=workload.state_tokens / context,
            tpot_ms=workload.tpot_ms,
            held_tokens=held,
        )
    return request


def doubled(asked: Asked) -> Asked:
    """The same work at twice the context: input, held state and training sequences."""
    return _DOUBLED.get((asked,), None, lambda: _doubled(asked))


_DOUBLED: Remembered[Asked] = Remembered(512)


def _doubled(asked: Asked) -> Asked:
    work = asked.workload
    fields = ("sequence_len",) if isinstance(work, TrainingRun) else ("input_len", "state_tokens")
    held = {field: getattr(work, field) for field in fields if hasattr(work, field)}
    # beyond any context that the document may hold, twice is not more
    longer = {field: min(2 * length, LONGEST) for field, length in held.items()}
    return replace(asked, workload=work.changed(**longer))


def idle_siblings(workload: AgentService) -> float:
    """Sessions that wait between turns for each one that is being decoded."""
    idle = min(workload.idle_share, 0.999)
    return idle / (1.0 - idle)


@lru_cache(maxsize=64)
def _constant(value: float, months: int) -> Array:
    """[M] one value, read-only: thousands of speeds are remembered, and share it."""
    held = np.full(months, value)
    held.setflags(write=False)
    return held


_READY: Remembered[tuple[Array, str]] = Remembered(512)


def _readiness(asked: Asked, table: Readiness | None) -> tuple[Array, str]:
    """([M], why not in some months) of a workload on the chips of a table, whatever the job."""
    work = asked.workload
    row = readiness_row(table, work, asked.model)
    share, why = ready(row, work.port, asked.first_month, asked.months, asked.pace, asked.moving)
    share.setflags(write=False)
    return share, why


def _speed(asked: Asked, stand: Stand, job: Job, plan: Plan | Refusal) -> Speed:
    workload = asked.workload
    share, not_ready = _READY.get((asked, stand.table), None, lambda: _readiness(asked, stand.table))
    reason = "" if (share > 0).all() else not_ready
    nothing, ones, unlimited = (_constant(one, asked.months) for one in (0.0, 1.0, math.inf))
    if isinstance(plan, Refusal):
        return Speed(
            stand.figures, nothing, nothing, share, nothing, ones, math.nan, math.nan, math.nan, plan,
            plan.reason,
        )  # fmt: skip
    if isinstance(plan, TrainingPlan):
        assert isinstance(workload, TrainingRun)
        useful = float(
            goodput(job.whole, stand.interruption_chip_hours, workload.checkpoint_s, workload.restart_s)
        )
        each = plan.tokens_per_s / job.chips * useful
        return Speed(
            stand.figures, each * (share * asked.maturity), unlimited, share,
            np.broadcast_to(each * asked.maturity, asked.months), ones, math.nan, float(job.whole), useful,
            plan, reason,
        )  # fmt: skip
    each = plan.output_tokens_per_s_per_chip
    held = unlimited
    if isinstance(workload, AgentService):
        # sessions that fit beside those being decoded; memory does not wait for software to mature
        fit = plan.capacity_sequences / plan.replica_chips * (1.0 + idle_siblings(workload))
        held = np.where(share > 0, fit, 0.0)
        if workload.state_tokens and math.isfinite(asked.kv_bytes_per_s):
            state = asked.shape.kv_bytes(
                float(workload.state_tokens), 2.0 if workload.dtype == "bf16" else 1.0
            )
            each = min(each, asked.kv_bytes_per_s / state * workload.output_len)
    spent = dict(plan.breakdown)["prefill"] / plan.tpot_ms
    return Speed(
        stand.figures, each * (share * asked.maturity), held, share,
        np.broadcast_to(each * asked.maturity, asked.months), ones, spent, math.nan, math.nan, plan, reason,
    )  # fmt: skip
