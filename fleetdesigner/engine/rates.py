"""What each pool part could do with each workload: tokens a second, sessions, and why nothing where nothing.

R = plan's rate per chip · chips in service · readiness · software maturity · goodput (training). Plans come from
``throughput`` and are remembered by the chip's figures, the model's shape and the workload's fields.
Axes: P parts, M months.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.catalog import Catalog, CatalogError, Chip, LanguageModel, Readiness
from fleetdesigner.design.fleet import Pool
from fleetdesigner.design.model import Design
from fleetdesigner.design.workloads import AgentService, TrainingRun, Workload
from fleetdesigner.engine.assumptions import Assumptions
from fleetdesigner.engine.faults import EvaluationError
from fleetdesigner.engine.figures import Figures, value
from fleetdesigner.engine.joint import Kinds, together
from fleetdesigner.engine.parts import Parts
from fleetdesigner.engine.readiness import readiness_row, ready
from fleetdesigner.engine.remembered import Remembered
from fleetdesigner.engine.throughput.calibration import load_calibration
from fleetdesigner.engine.throughput.chips import ChipFigures, chip_figures
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

Array = NDArray[np.float64]
Request = TrainingRequest | ServingRequest
Plan = TrainingPlan | ServingPlan

REPLICA_CHIPS = 64
"""Largest serving replica that is searched."""


@dataclass(frozen=True, slots=True)
class Stand:
    """One kind of chip as it stands in a part: what plans and readiness depend on."""

    chip: Chip
    figures: ChipFigures
    table: Readiness | None
    interruption_chip_hours: float


@dataclass(frozen=True, slots=True, eq=False)
class Rates:
    """One workload on all parts."""

    rate: Array
    """[P, M] tokens/s of the whole part; 0 where it cannot."""
    sessions: Array
    """[P, M] agent sessions the whole part holds; inf for other kinds."""
    reasons: tuple[str, ...]
    """[P] why the rate is 0, in some months or in all; empty when it never is."""
    plans: tuple[tuple[Plan | Refusal | None, ...], ...]
    """[P] by kind of chip in the part; None where it was not asked for."""
    ready: Array
    """[P, M] readiness factor, of the first kind in a mixed part."""
    prefill_share: Array
    """[P] share of the chips' time that goes into input tokens; NaN where nothing is served."""
    job_chips: Array
    """[P] chips of one training job; NaN for other kinds."""
    goodput: Array
    """[P] useful share of a training job's time; NaN for other kinds."""


_STANDS: Remembered[tuple[tuple[Stand, ...], ...]] = Remembered(16)
_SHAPES: Remembered[ModelShape] = Remembered(256)
_PLANS: Remembered[Plan | Refusal] = Remembered(4096)
_RATES: Remembered[Rates] = Remembered(512)


def scale_out_bytes_per_s(chip: Chip, pool: Pool, figures: Figures, at: int) -> float:
    """One way, per chip: min(chip, fabric) · link efficiency / oversubscription; NaN when a figure is missing."""
    fabric = figures.fabrics[at]
    speed = min(value(chip.scale_out_gbit_per_s), value(fabric.endpoint_gbit_per_s))
    return speed * 1e9 / 8.0 * value(fabric.link_efficiency) / pool.oversubscription


def stands_of(
    design: Design, parts: Parts, figures: Figures, catalog: Catalog, assumptions: Assumptions
) -> tuple[tuple[Stand, ...], ...]:
    """[P] of the kinds of chip in each part."""
    fallback = assumptions["interruption_chip_hours"]
    values = (fallback, tuple((pool.oversubscription, pool.one_domain_what_if) for pool in design.pools))

    def make() -> tuple[tuple[Stand, ...], ...]:
        out = []
        for pool_at, kinds in zip(parts.pools, parts.kinds, strict=True):
            stands = []
            for at in kinds:
                kind, pool = figures.kinds[at], design.pools[pool_at]
                own = kind.chip.interruption_chip_hours
                stands.append(
                    Stand(
                        kind.chip,
                        chip_figures(
                            kind.chip,
                            kind.rack.domain_chips,
                            scale_out_bytes_per_s(kind.chip, pool, figures, pool_at),
                        ),
                        catalog.readiness_of(kind.chip),
                        fallback if own is None else own.value,
                    )  # fmt: skip
                )
            out.append(tuple(stands))
        # equal stands give the same object again: rates are remembered by it
        found = tuple(out)
        objects = tuple(item for stands in found for stand in stands for item in (stand.chip, stand.table))
        keys = tuple((stand.figures, stand.interruption_chip_hours) for stands in found for stand in stands)
        return _STANDS.get(objects, ("equal", keys, tuple(map(len, found))), lambda: found)

    return _STANDS.get((parts, figures, catalog), values, make)


def _rate_key(workload: Workload) -> Hashable:
    """The fields of a workload that its rates depend on: all but its demand, worth and place in the queue."""
    common = (
        workload.kind, workload.dtype, workload.framework, workload.allow,
        workload.port, workload.model_id,
    )  # fmt: skip
    if isinstance(workload, TrainingRun):
        return (
            *common, workload.sequence_len, workload.global_batch_tokens, workload.chips_min, workload.chips_max,
            workload.checkpoint_s, workload.restart_s,
        )  # fmt: skip
    if isinstance(workload, AgentService):
        return (
            *common, workload.input_len, workload.output_len, workload.state_tokens, workload.idle_share,
            workload.kv_tier, workload.tpot_ms,
        )  # fmt: skip
    if workload.kind == "serving":
        return (
            *common, workload.input_len, workload.output_len, workload.cached_share, workload.ttft_ms,
            workload.tpot_ms,
        )  # fmt: skip
    return (*common, workload.input_len, workload.output_len)


def rates_of(
    design: Design, parts: Parts, figures: Figures, catalog: Catalog, assumptions: Assumptions
) -> tuple[Rates, ...]:
    """The rates of each workload of a design, in its order.

    Raises EvaluationError when a workload names a model that does not exist.
    """
    stands = stands_of(design, parts, figures, catalog, assumptions)
    values = (
        assumptions.some("software_maturity", "kv_host_gbytes_per_s", "kv_flash_gbytes_per_s"),
        tuple((pool.mix, pool.bridge_gbytes_per_s, pool.one_domain_what_if) for pool in design.pools),
        (design.first_month, design.months),
    )
    models = [_model(catalog, workload) for workload in design.workloads]
    keys = [
        ((parts, stands, model), (_rate_key(work), values))
        for work, model in zip(design.workloads, models, strict=True)
    ]
    found = [_RATES.peek(*key) for key in keys]
    news = [at for at, rates in enumerate(found) if rates is None]
    if news:
        asked = [_requests(design.workloads[at], models[at], parts, stands, assumptions) for at in news]
        plans = iter(
            plans_for([item for ask in asked for row in ask for item in row if not isinstance(item, Refusal)])
        )
        for at, ask in zip(news, asked, strict=True):
            answers = tuple(
                tuple(item if isinstance(item, Refusal) else next(plans) for item in row) for row in ask
            )
            made = _rates(design, design.workloads[at], models[at], parts, stands, answers, assumptions)
            found[at] = _RATES.put(*keys[at], made)
    return tuple(rates for rates in found if rates is not None)


def plans_for(requests: Sequence[Request]) -> list[Plan | Refusal]:
    """The plans of some requests: the remembered ones, and one vectorised search for all others."""
    found = {request: _PLANS.peek((), request) for request in requests}
    news = [request for request, plan in found.items() if plan is None]
    for request, plan in zip(news, best_many(news, load_calibration()) if news else (), strict=True):
        found[request] = _PLANS.put((), request, plan)
    return [plan for request in requests if (plan := found[request]) is not None]


def _model(catalog: Catalog, workload: Workload) -> LanguageModel:
    try:
        return catalog.model(workload.model_id)
    except CatalogError as error:
        raise EvaluationError(f"workload:{workload.id}: {error}") from None


def _requests(
    workload: Workload,
    model: LanguageModel,
    parts: Parts,
    stands: tuple[tuple[Stand, ...], ...],
    assumptions: Assumptions,
) -> tuple[tuple[Request | Refusal, ...], ...]:
    """[P][kinds] what to plan for, or why there is nothing to plan."""
    shape = _SHAPES.get((model,), None, lambda: model_shape(model))
    out = []
    for part, kinds in enumerate(stands):
        most = float((parts.kind_chips[part].sum(axis=0) * parts.usable[part]).max(initial=0.0))
        out.append(tuple(_request(workload, shape, stand, most) for stand in kinds))
    return tuple(out)


def _request(workload: Workload, shape: ModelShape, stand: Stand, most: float) -> Request | Refusal:
    """What to plan for one kind of chip, of which a part has at most `most` usable."""
    chip = stand.chip
    if workload.allow and not {chip.family, chip.generation, chip.id} & set(workload.allow):
        return Refusal(f"{chip.name} is not among the families it may use")
    if isinstance(workload, TrainingRun):
        size = job_size(min(float(workload.chips_max), most))
        if size < max(workload.chips_min, 1):
            return Refusal(f"a job needs {workload.chips_min:,} chips, {most:,.0f} are usable at most")
        return TrainingRequest(
            shape, stand.figures, size, float(workload.sequence_len), float(workload.global_batch_tokens),
            workload.dtype,
        )  # fmt: skip
    largest = int(min(REPLICA_CHIPS, stand.figures.domain_chips))
    if isinstance(workload, AgentService):
        return ServingRequest(
            shape, stand.figures, workload.dtype,
            # a turn adds its input to the state that the session already holds
            input_len=float(workload.input_len + workload.state_tokens),
            output_len=float(workload.output_len),
            tpot_ms=workload.tpot_ms,
            cached_share=workload.state_tokens / (workload.input_len + workload.state_tokens),
            max_chips=largest,
            held_tokens=_idle_siblings(workload) * workload.state_tokens if workload.kv_tier == "hbm" else 0.0,
        )  # fmt: skip
    if workload.kind == "serving":
        return ServingRequest(
            shape, stand.figures, workload.dtype, float(workload.input_len), float(workload.output_len),
            workload.ttft_ms, workload.tpot_ms, workload.cached_share, largest,
        )  # fmt: skip
    return ServingRequest(
        shape, stand.figures, workload.dtype, float(workload.input_len), float(workload.output_len),
        max_chips=largest,
    )  # fmt: skip


def _idle_siblings(workload: AgentService) -> float:
    """Sessions that wait between turns for each one that is being decoded."""
    idle = min(workload.idle_share, 0.999)
    return idle / (1.0 - idle)


def job_size(most: float) -> int:
    """Chips of one job: the largest 4, 5, 6 or 7 times a power of two (1, 2, 3 below) that is within `most`.

    Layouts divide into powers of two; steps of an eighth to a quarter also keep a plan when a rack is added.
    """
    whole = int(most + 1e-6)
    if whole < 4:
        return max(whole, 0)
    step = 1 << (whole.bit_length() - 3)
    return whole // step * step


def _rates(
    design: Design,
    workload: Workload,
    model: LanguageModel,
    parts: Parts,
    stands: tuple[tuple[Stand, ...], ...],
    plans: tuple[tuple[Plan | Refusal, ...], ...],
    assumptions: Assumptions,
) -> Rates:
    count, months = parts.chips.shape
    rate = np.zeros((count, months))
    sessions = np.full((count, months), np.inf)
    readiness = np.zeros((count, months))
    prefill, jobs, useful = (np.full(count, np.nan) for _ in range(3))
    reasons = []
    shape = _SHAPES.get((model,), None, lambda: model_shape(model))
    for part, kinds in enumerate(stands):
        each: list[Kinds] = []
        why = ""
        for stand, plan in zip(kinds, plans[part], strict=True):
            row = readiness_row(stand.table, workload, model)
            share, not_ready = ready(row, workload.port, design.first_month, months)
            one = _per_chip(
                workload, shape, stand, plan, share * assumptions["software_maturity"], assumptions
            )
            each.append(one)
            reason = plan.reason if isinstance(plan, Refusal) else "" if (share > 0).all() else not_ready
            why = why or reason
        reasons.append(why)
        pool = design.pools[parts.pools[part]]
        rate[part], sessions[part] = together(workload, shape, pool, each, parts.kind_chips[part])
        lead = int(np.argmax([one.rate.max(initial=0.0) for one in each]))
        readiness[part] = each[lead].ready
        prefill[part], jobs[part], useful[part] = (
            each[lead].prefill_share,
            each[lead].job_chips,
            each[lead].goodput,
        )
    for array in (rate, sessions, readiness):
        array.setflags(write=False)
    return Rates(rate, sessions, tuple(reasons), plans, readiness, prefill, jobs, useful)


def _per_chip(
    workload: Workload,
    shape: ModelShape,
    stand: Stand,
    plan: Plan | Refusal,
    share: Array,
    assumptions: Assumptions,
) -> Kinds:
    """One kind of chip on its own."""
    nothing = np.zeros_like(share)
    if isinstance(plan, Refusal):
        return Kinds(stand.figures, nothing, nothing, share, math.nan, math.nan, math.nan, None)
    if isinstance(plan, TrainingPlan):
        assert isinstance(workload, TrainingRun)
        size = plan.request.n_chips
        useful = float(
            goodput(size, stand.interruption_chip_hours, workload.checkpoint_s, workload.restart_s)
        )
        each = plan.tokens_per_s / size * useful
        return Kinds(
            stand.figures, each * share, nothing + np.inf, share, math.nan, float(size), useful, plan
        )
    each = plan.output_tokens_per_s_per_chip
    held = nothing + np.inf
    if isinstance(workload, AgentService):
        # sessions that fit beside those being decoded; memory does not wait for software to mature
        fit = plan.capacity_sequences / plan.replica_chips * (1.0 + _idle_siblings(workload))
        held = np.where(share > 0, fit, 0.0)
        if workload.kv_tier != "hbm" and workload.state_tokens:
            link = assumptions[f"kv_{workload.kv_tier}_gbytes_per_s"] * 1e9
            state = shape.kv_bytes(float(workload.state_tokens), 2.0 if workload.dtype == "bf16" else 1.0)
            each = min(each, link / state * workload.output_len)
    spent = dict(plan.breakdown)["prefill"] / plan.tpot_ms
    return Kinds(stand.figures, each * share, held, share, spent, math.nan, math.nan, plan)
