"""The oracle's rates: one part, one workload, one month at a time.

Plans come from the throughput model, which has tests of its own; what is around them is written again here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from fleetdesigner.catalog import Catalog, Chip, ReadinessRow
from fleetdesigner.design.measurements import Measurement
from fleetdesigner.design.model import Design
from fleetdesigner.design.workloads import AgentService, BatchJob, Serving, TrainingRun, Workload
from fleetdesigner.engine.throughput.calibration import Calibration, load_calibration
from fleetdesigner.engine.throughput.chips import chip_figures
from fleetdesigner.engine.throughput.models import model_shape
from fleetdesigner.engine.throughput.pasted import calibrated_on
from fleetdesigner.engine.throughput.plans import Refusal, ServingRequest, TrainingPlan, TrainingRequest
from fleetdesigner.engine.throughput.search import best_many
from tests.engine.oracle_curves import curve_value, month_of

MONTH_S = 730.0 * 3600.0


@dataclass
class Part:
    """Racks of one kind in one pool."""

    pool_id: str
    rack_id: str
    chips: list[float]
    usable: list[float]


@dataclass
class Work:
    """A workload on every part."""

    workload: Workload
    rate: list[list[float]]
    """[P][M] tokens/s of the whole part"""
    sessions: list[list[float]]
    prefill: list[float]
    """[P] share of time on input tokens, NaN = none"""
    demand: list[float] = field(default_factory=list)
    held: list[float] = field(default_factory=list)
    """[M] agent sessions"""
    full_each: list[list[float]] = field(default_factory=list)
    """[P][M] tokens/s of a chip, were its software ready"""
    reached: list[float] = field(default_factory=list)
    """[P] the most of its readiness"""
    refused: list[str] = field(default_factory=list)
    """[P] latency or memory, where that is why the part cannot run it"""
    larger: list[list[float]] = field(default_factory=list)
    """[P][M] factor in it by larger models and longer contexts"""


def job_size(most: float) -> int:
    """The largest of 1, 2, 3 and 4, 5, 6, 7 × 2^k that is not above."""
    best, scale = 0, 1
    while scale <= most + 1e-6:
        for lead in (4, 5, 6, 7) if scale > 1 else (1, 2, 3, 4, 5, 6, 7):
            if best < lead * scale <= most + 1e-6:
                best = lead * scale
        scale *= 2
    return best


def port_weeks(design: Design, catalog: Catalog, work: Workload) -> float:
    """Engineer-weeks of a port: the planner's, else the most work on any chip that it may use of those whose
    software is furthest behind.
    """
    assert work.port
    if work.port.engineer_weeks > 0:
        return work.port.engineer_weeks
    racks = {block.rack_id for site in design.sites for hall in site.halls for block in hall.blocks}
    found: dict[str, list[float]] = {}
    for chip in map(catalog.chip_of, racks):
        row = row_for(catalog, chip, work)
        if row is not None and (
            not work.allow or {chip.family, chip.generation, chip.id} & {*work.allow}
        ):  # fmt: skip
            assert row.port_engineer_weeks
            found.setdefault(row.state, []).append(row.port_engineer_weeks.value)
    for state in ("needs_port", "beta", "runs", "blocked"):
        if state in found:
            return max(found[state])
    return 0.0


def engineers(
    design: Design, catalog: Catalog, team: float
) -> tuple[dict[str, float], dict[str, list[float]]]:
    """By workload: the weeks of its port, and the engineers on it month by month from its start to the end of
    the plan. Those that began first have all of theirs.
    """
    jobs = [work for work in design.workloads if work.port is not None]
    weeks = {work.id: port_weeks(design, catalog, work) for work in jobs}
    left, out = dict(weeks), {work.id: list[float]() for work in jobs}
    for month in range(design.first_month - 600, design.first_month + design.months):
        free = team
        for work in sorted(jobs, key=lambda one: one.port.start_month if one.port else 0):
            assert work.port
            if work.port.start_month <= month:
                want = work.port.engineers
                if left[work.id] > 1e-9 * 4.345 * want:
                    want = min(want, free)
                    free -= want
                    left[work.id] -= want * 4.345
                out[work.id].append(want)
    return weeks, out


def readiness(
    row: ReadinessRow | None, work: Workload, month: int, first: int, busy: list[float], moving: float
) -> float:
    """Factor on throughput in an absolute month: what is public, or a finished port of one's own."""
    if row is None or row.state == "blocked":
        return 0.0
    port, own = work.port, 0.0
    if port is not None:
        weeks = port.engineer_weeks
        if weeks <= 0 and row.port_engineer_weeks is not None:
            weeks = row.port_engineer_weeks.value
        months, done = 0, 0.0
        while done < weeks * (1 - 1e-12):
            done += (busy[months] if months < len(busy) else port.engineers) * 4.345
            months += 1
        begin = port.start_month + months
        if month >= begin:
            own = curve_value(port.efficiency, first, month) * min((month - begin + 1) * moving, 1.0)
    if row.state == "needs_port" or row.efficiency is None or month < month_of(row.since):
        return own
    start = row.efficiency.value
    end = start if row.efficiency_mature is None else row.efficiency_mature.value
    span = 0.0 if row.mature_months is None else row.mature_months.value
    passed = 1.0 if span <= 0 else min((month - month_of(row.since)) / span, 1.0)
    return max(start + (end - start) * passed, own)


def own_factors(design: Design, catalog: Catalog) -> Calibration:
    """The shipped factors after the planner's measurements, each read as a published point would be."""
    made = load_calibration()
    for one in design.measurements:
        alone = calibrated_on(as_point(one, catalog), catalog, load_calibration())
        if not isinstance(alone, Refusal):
            made = made.with_measurement(*alone.measured[0])
    return made


def as_point(one: Measurement, catalog: Catalog) -> dict[str, object]:
    """A measurement in the form of the published points."""
    model = catalog.model(one.model_id)
    names = (
        "layers", "hidden", "heads", "kv_heads", "head_dim", "ffn", "vocab", "experts", "top_k",
        "shared_experts", "dense_layers", "dense_ffn", "gated_mlp", "attention",
    )  # fmt: skip
    per_chip = one.metric.endswith("per_chip")
    value = one.value
    if one.metric == "tokens_per_s":
        value = one.value / one.chips
    elif one.activity == "serving" and per_chip:
        value = one.value * one.chips
    metric = {"step_s": "step_time_s", "tpot_ms": "tpot_ms"}.get(
        one.metric, "tokens_per_s_per_chip" if one.activity == "training" else "output_tokens_per_s_max"
    )
    # published layouts of Neuron chips count cores
    cores = {"trainium1": 2, "trainium2": 4}.get(catalog.chip(one.chip_id).generation, 1)
    return {
        **{name: getattr(model, name) for name in names},
        "kind": "training" if one.activity == "training" else "inference",
        "id": one.key, "model": one.model_id, "chip": one.chip_id, "dtype": one.dtype, "n_chips": one.chips,
        "metric": metric, "value": value, "unit": "",
        "tp": one.tensor and one.tensor * cores, "pp": one.pipeline,
        "micro_batch": one.micro_batch, "recompute": one.recompute, "seq_len": one.sequence_len,
        "global_batch_sequences": one.global_batch_tokens / one.sequence_len,
        "input_len": one.input_len, "output_len": one.output_len, "concurrency": one.concurrency,
    }  # fmt: skip


def row_for(catalog: Catalog, chip: Chip, work: Workload) -> ReadinessRow | None:
    """The readiness row: agents and long contexts first, then the model's own family."""
    model = catalog.model(work.model_id)
    activity = "training" if isinstance(work, TrainingRun) else "serving"
    if isinstance(work, TrainingRun):
        long = work.sequence_len >= 32_768
    else:
        long = work.input_len + work.output_len >= 32_768
    families: list[str] = [model.family]
    if isinstance(work, AgentService):
        families.insert(0, "agents")
    elif long:
        families.insert(0, "long_context")
    for family in families:
        row = catalog.readiness_row(chip, family, activity, work.framework)
        if row is not None:
            return row
    return None


def works(
    design: Design,
    catalog: Catalog,
    parts: list[Part],
    assume: dict[str, float],
    crews: dict[str, list[float]],
) -> list[Work]:
    """Rates of every workload on every part, and what it asks for."""
    out = []
    for work in design.workloads:
        made = Work(work, [], [], [])
        for part in parts:
            _on_part(design, catalog, part, made, assume, crews.get(work.id, []))
        for index in range(design.months):
            month = design.first_month + index
            made.held.append(0.0)
            if isinstance(work, Serving):
                unit = {
                    "tokens_per_s": 1.0,
                    "requests_per_s": work.output_len,
                    "users": work.requests_per_user_day * work.output_len / 86_400.0,
                }[work.demand_unit]
                made.demand.append(curve_value(work.demand, design.first_month, month) * unit)
            elif isinstance(work, AgentService):
                made.held[-1] = curve_value(work.sessions, design.first_month, month)
                made.demand.append(made.held[-1] * work.turns_per_hour * work.output_len / 3600.0)
            elif isinstance(work, BatchJob):
                made.demand.append(curve_value(work.demand, design.first_month, month) / MONTH_S)
            else:
                made.demand.append(0.0)
            made.demand[-1] *= math.pow(1.0 + assume["tokens_per_task_growth_per_year"], index / 12.0)
        out.append(made)
    return out


def _on_part(
    design: Design, catalog: Catalog, part: Part, made: Work, assume: dict[str, float], busy: list[float]
) -> None:
    """Adds what the part does with the workload."""
    work = made.workload
    months = design.months
    chip = catalog.chip_of(catalog.rack(part.rack_id))
    row = row_for(catalog, chip, work)
    ready = [
        readiness(
            row, work, design.first_month + m, design.first_month, busy, assume["migration_share_per_month"]
        )
        for m in range(months)
    ]  # fmt: skip
    made.reached.append(max(ready))
    alone = _chip_speed(design, catalog, part, work, assume)
    made.refused.append(alone if isinstance(alone, str) else "")
    if isinstance(alone, str):
        made.rate.append([0.0] * months)
        made.full_each.append([0.0] * months)
        made.larger.append([1.0] * months)
        made.sessions.append([0.0] * months)
        made.prefill.append(math.nan)
        return
    each, fit, spent = alone
    larger, held, fades = [1.0] * months, [1.0] * months, assume.get(f"obsolescence_{chip.generation}", 0.0)
    longer: tuple[float, float, float] | str = ""
    if assume["context_growth_per_year"]:
        longer = _chip_speed(design, catalog, part, _twice(work), assume)
    for m in range(months):
        years = m / 12.0
        context = math.pow(1.0 + assume["context_growth_per_year"], years)
        larger[m] /= math.pow(1.0 + assume["model_growth_per_year"], years)
        held[m] /= context
        if assume["context_growth_per_year"]:
            if isinstance(longer, str):
                larger[m] = larger[m] / context if context < 2.0 else 0.0
            else:
                larger[m] *= math.pow(longer[0] / each, math.log2(context))
    full = [
        each * larger[m] * math.pow(1.0 - fades, m / 12.0) * assume["software_maturity"]
        for m in range(months)
    ]
    sessions = [math.inf] * months
    if isinstance(work, AgentService):
        sessions = [
            fit * held[m] * part.chips[m] if ready[m] > 0 and part.chips[m] > 0 else 0.0
            for m in range(months)
        ]
    made.rate.append([full[m] * ready[m] * part.chips[m] for m in range(months)])
    made.full_each.append(full)
    made.larger.append(larger)
    made.sessions.append(sessions)
    made.prefill.append(spent)


def _twice(work: Workload) -> Workload:
    if isinstance(work, TrainingRun):
        return work.changed(sequence_len=2 * work.sequence_len)
    if isinstance(work, AgentService):
        return work.changed(input_len=2 * work.input_len, state_tokens=2 * work.state_tokens)
    return work.changed(input_len=2 * work.input_len)


def _chip_speed(
    design: Design, catalog: Catalog, part: Part, work: Workload, assume: dict[str, float]
) -> tuple[float, float, float] | str:
    """(tokens/s, sessions, share of time on input) of one chip whose software is ready; else which limit it
    cannot keep, if it is latency or memory.
    """
    rack = catalog.rack(part.rack_id)
    chip = catalog.chip_of(rack)
    pool = next(pool for pool in design.pools if pool.id == part.pool_id)
    fabric = catalog.fabric(pool.fabric_id)
    assert chip.scale_out_gbit_per_s
    assert fabric.endpoint_gbit_per_s
    assert fabric.link_efficiency
    wire = min(chip.scale_out_gbit_per_s.value, fabric.endpoint_gbit_per_s.value) * 1e9 / 8
    figures = chip_figures(
        chip, rack.domain_chips, wire * fabric.link_efficiency.value / pool.oversubscription
    )
    shape = model_shape(catalog.model(work.model_id))
    if work.allow and chip.family not in work.allow and chip.generation not in work.allow:
        return ""
    size = 0
    request: TrainingRequest | ServingRequest
    if isinstance(work, TrainingRun):
        most = max((part.chips[m] * part.usable[m] for m in range(design.months)), default=0.0)
        size = job_size(min(float(work.chips_max), most))
        if size < max(work.chips_min, 1):
            return ""
        request = TrainingRequest(
            shape, figures, size, float(work.sequence_len), float(work.global_batch_tokens), work.dtype
        )
    else:
        state = work.state_tokens if isinstance(work, AgentService) else 0
        idle = min(work.idle_share, 0.999) if isinstance(work, AgentService) else 0.0
        in_hbm = isinstance(work, AgentService) and work.kv_tier == "hbm"
        request = ServingRequest(
            shape, figures, work.dtype, float(work.input_len + state), float(work.output_len),
            ttft_ms=work.ttft_ms if isinstance(work, Serving) else None,
            tpot_ms=None if isinstance(work, BatchJob) else work.tpot_ms,
            cached_share=work.cached_share if isinstance(work, Serving) else state / (work.input_len + state),
            max_chips=int(min(64, rack.domain_chips)),
            held_tokens=idle / (1 - idle) * state if in_hbm else 0.0,
        )  # fmt: skip
    plan = best_many([request], own_factors(design, catalog))[0]
    if isinstance(plan, Refusal):
        late, full = "cannot be met" in plan.reason, "do not fit" in plan.reason
        return "latency" if late else "memory" if full else ""
    if isinstance(plan, TrainingPlan):
        assert isinstance(work, TrainingRun)
        own = chip.interruption_chip_hours
        hours = assume["interruption_chip_hours"] if own is None else own.value
        job_s = 3600.0 * hours / size
        between = math.sqrt(2.0 * work.checkpoint_s * job_s)
        lost = work.checkpoint_s / between + (work.restart_s + between / 2) / job_s
        return plan.tokens_per_s / size / (1.0 + lost), math.inf, math.nan
    each, fit = plan.output_tokens_per_s_per_chip, math.inf
    if isinstance(work, AgentService):
        idle = min(work.idle_share, 0.999)
        fit = plan.capacity_sequences / plan.replica_chips * (1 + idle / (1 - idle))
        if work.kv_tier != "hbm" and work.state_tokens:
            link = assume[f"kv_{work.kv_tier}_gbytes_per_s"] * 1e9
            bytes_each = 2.0 if work.dtype == "bf16" else 1.0
            each = min(each, link / shape.kv_bytes(float(work.state_tokens), bytes_each) * work.output_len)
    return each, fit, dict(plan.breakdown)["prefill"] / plan.tpot_ms
