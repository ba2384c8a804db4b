"""What the throughput view shows of a pool and a workload: fronts, plans, readiness and what they cost.

Reads results only; ``throughput_shown`` holds what it answers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.catalog import Catalog, CatalogError, Chip, Rack
from fleetdesigner.design.fleet import Pool
from fleetdesigner.design.workloads import AgentService, TrainingRun, Workload
from fleetdesigner.engine.remembered import Remembered
from fleetdesigner.engine.results import Results
from fleetdesigner.engine.site.system_power import system_power
from fleetdesigner.engine.state import SampleState
from fleetdesigner.engine.throughput.calibration import Activity, Calibration
from fleetdesigner.engine.throughput.chips import chip_figures
from fleetdesigner.engine.throughput.goodput import goodput
from fleetdesigner.engine.throughput.plans import (
    Refusal,
    ServingPlan,
    ServingRequest,
    TrainingPlan,
    TrainingRequest,
)
from fleetdesigner.engine.throughput.serving_search import ServingFront, serving_front
from fleetdesigner.engine.throughput_page.layouts import Layouts, layouts_of
from fleetdesigner.engine.throughput_page.marks import Mark, marks_of
from fleetdesigner.engine.throughput_page.shown import Front, Kind, Look, Ready, Shown
from fleetdesigner.engine.throughput_page.together import Member, together_of
from fleetdesigner.engine.throughput_page.words import layout_short, memory_of
from fleetdesigner.engine.work.measured import calibration_of
from fleetdesigner.engine.work.rates import stands_of
from fleetdesigner.engine.work.readiness import port_done, port_weeks, readiness_row, ready
from fleetdesigner.engine.work.speeds import (
    NO_JOB,
    Asked,
    Job,
    Stand,
    asked_of,
    job_size,
    plans_for,
    request_of,
    speeds_of,
)
from fleetdesigner.units import digits
from fleetdesigner.values import Grade

Array = NDArray[np.float64]
JOB_SIZES = (1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0, 2.0)
"""Sizes of a job that are searched beside the planned one, as shares of it."""


_STANDS: Remembered[Stand] = Remembered(128)
_JOBS: Remembered[tuple[TrainingPlan | ServingPlan | Refusal, ...]] = Remembered(128)
_FRONTS: Remembered[ServingFront | Refusal] = Remembered(256)


def shown_of(results: Results, look: Look, month: int, whole: bool = True) -> Shown | None:
    """What to show; None when the pool or the workload is not there (any more).

    `whole` searches job sizes too, which takes tens of ms on the largest jobs; without it only those found
    before are shown, and `pending` says so.
    """
    state = results.states[0]
    design, catalog = state.design, state.catalog
    works = {work.id: at for at, work in enumerate(design.workloads)}
    pools = {pool.id: at for at, pool in enumerate(design.pools)}
    if look.workload_id not in works or look.pool_id not in pools:
        return None
    at, work_at, pool_at = results.month_index(month), works[look.workload_id], pools[look.pool_id]
    work, pool = design.workloads[work_at], design.pools[pool_at]
    model = catalog.model(work.model_id)
    paces = {one.work_id: one.pace for one in state.plant.ports}
    asked = asked_of(work, model, design, state.plant.assumptions, paces.get(work.id, ()))
    scene = _Scene(state, pool_at, at, asked, calibration_of(design, catalog), look.book_id, whole)
    held = _in_pool(scene, work_at)
    there = {kind.rack_id for kind in held}
    job = max((_job_of(kind.plan) for kind in held), default=NO_JOB)
    beside = [
        found
        for rack_id in look.compared
        if rack_id not in there and (found := _compared(scene, rack_id, job)) is not None
    ]
    kinds = (*held, *beside)
    focus = next((kind for kind in kinds if kind.rack_id == look.focus), kinds[0] if kinds else None)
    parts = [part for part, key in enumerate(state.plant.parts.keys) if key.pool_id == pool.id]
    shares = state.plant.rates[work_at].goodput[parts]
    known = shares[~np.isnan(shares)]
    return Shown(
        look, results.first_month + at, pool, work, model, kinds, focus,
        None if focus is None else _layouts(scene, focus),
        None if focus is None or isinstance(focus.plan, Refusal) else memory_of(focus.plan, scene.cal),
        float(state.tokens[parts, work_at, at].sum()),
        float(known[0]) if len(known) else math.nan,
        any(isinstance(kind.plan, TrainingPlan) and kind.front is None for kind in kinds),
        together_of(asked, pool, _members(scene), at, scene.cal),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Scene:
    """What all kinds of chip of a view have in common."""

    state: SampleState
    pool_at: int
    month_at: int
    asked: Asked
    cal: Calibration
    book_id: str
    whole: bool

    @property
    def catalog(self) -> Catalog:
        return self.state.catalog

    @property
    def pool(self) -> Pool:
        return self.state.design.pools[self.pool_at]

    @property
    def work(self) -> Workload:
        return self.asked.workload


def _in_pool(scene: _Scene, work_at: int) -> list[Kind]:
    """What stands in the pool in some month, with the engine's own plans."""
    plant = scene.state.plant
    stands = stands_of(plant.design, plant.parts, plant.figures, plant.catalog, plant.assumptions)
    rates = plant.rates[work_at]
    found = []
    for part, pool_at in enumerate(plant.parts.pools):
        if pool_at != scene.pool_at:
            continue
        for kind, member in enumerate(plant.parts.kinds[part]):
            plan = rates.plans[part][kind]
            if plan is not None:
                rack = plant.figures.kinds[member].rack
                chips = float(plant.parts.kind_chips[part][kind, scene.month_at])
                found.append(_kind(scene, rack, stands[part][kind], plan, chips, True))
    return found


def _members(scene: _Scene) -> list[Member]:
    """What stands in the pool, for the ways to use it as one."""
    plant = scene.state.plant
    stands = stands_of(plant.design, plant.parts, plant.figures, plant.catalog, plant.assumptions)
    found = []
    for part in (part for part, pool_at in enumerate(plant.parts.pools) if pool_at == scene.pool_at):
        chips, usable = plant.parts.kind_chips[part], plant.parts.usable[part]
        for kind, member in enumerate(plant.parts.kinds[part]):
            name = plant.figures.kinds[member].rack.short_name
            most = float((chips[kind] * usable).max(initial=0.0))
            found.append(Member(name, stands[part][kind], float(chips[kind, scene.month_at]), most))
    return found


def _job_of(plan: TrainingPlan | ServingPlan | Refusal) -> Job:
    return Job(plan.request.n_chips, plan.request.n_chips) if isinstance(plan, TrainingPlan) else NO_JOB


def _compared(scene: _Scene, rack_id: str, job: Job) -> Kind | None:
    """A kind that does not stand in the pool, on its own network, for a job of the pool's size."""
    catalog = scene.catalog
    try:
        rack = catalog.rack(rack_id)
        chip = catalog.chip_of(rack)
    except CatalogError:
        return None
    own = chip.interruption_chip_hours
    fallback = scene.state.plant.assumptions["interruption_chip_hours"]
    table = catalog.readiness_of(chip)
    stand = _STANDS.get(
        (rack, chip, table),
        fallback,
        lambda: Stand(
            chip, chip_figures(chip, rack.domain_chips), table, fallback if own is None else own.value
        ),
    )
    if isinstance(scene.work, TrainingRun) and not job.chips:
        most = job_size(float(scene.work.chips_max))
        job = Job(most, most)
    speed = speeds_of([(scene.asked, stand, job)], scene.cal)[0]
    return _kind(scene, rack, stand, speed.plan, 0.0, False)


def _kind(
    scene: _Scene, rack: Rack, stand: Stand, plan: TrainingPlan | ServingPlan | Refusal, chips: float,
    in_pool: bool,
) -> Kind:  # fmt: skip
    chip, work, cal = stand.chip, scene.work, scene.cal
    readiness = _ready(scene, stand)
    factor = (readiness.share or 1.0) * scene.asked.maturity
    front: Front | None = None
    marks: tuple[Mark, ...] = ()
    if isinstance(plan, TrainingPlan):
        front = _job_front(scene, stand, plan, factor)
    elif not isinstance(work, TrainingRun):
        request = request_of(scene.asked, stand, NO_JOB)
        if isinstance(request, ServingRequest):
            front = _front(scene, request, factor)
            marks = marks_of(request, scene.catalog)
    activity: Activity = "training" if isinstance(work, TrainingRun) else "serving"
    if isinstance(plan, Refusal):
        fitted = (
            cal.gemm(stand.figures, work.dtype) if activity == "training" else cal.bandwidth(stand.figures)
        ).fitted
        band = cal.band(activity, scene.asked.shape.family, fitted, searched=activity == "training")
        grade: Grade = cal.grade(stand.figures, activity)
    else:
        fitted, band, grade = plan.fitted, plan.band, plan.grade
    if rack.status == "announced" and grade == "estimate":
        grade = "assumption"
    return Kind(
        rack.id, rack.short_name, chip, work.dtype, in_pool, rack.status == "announced", chips, plan, front,
        readiness, factor, band, fitted, grade, _rent(scene, chip), _facility_kw(scene, rack), marks,
    )  # fmt: skip


def _front(scene: _Scene, request: ServingRequest, factor: float) -> Front | None:
    """The front without targets; None where nothing fits (the plan then says why)."""
    free = replace(request, ttft_ms=None, tpot_ms=None)
    found = _FRONTS.get((scene.cal,), free, lambda: serving_front(free, scene.cal))
    if isinstance(found, Refusal):
        return None
    rate = found.tokens_per_s_per_chip
    work = scene.work
    if isinstance(work, AgentService) and work.state_tokens and math.isfinite(scene.asked.kv_bytes_per_s):
        # as in ``speeds``: a turn first reads its state back
        size = 2.0 if work.dtype == "bf16" else 1.0
        state = scene.asked.shape.kv_bytes(float(work.state_tokens), size)
        rate = np.minimum(rate, scene.asked.kv_bytes_per_s / state * work.output_len)
    words = tuple(
        f"TP {t:.0f}{f', {a:.0f} groups' if a > 1 else ''}, {at_once:,.0f} sequences at once"
        for t, a, at_once in zip(found.tensor, found.attention_data, found.concurrency, strict=True)
    )
    return Front(found.tokens_per_s_per_user, rate * factor, words)


def _job_front(scene: _Scene, stand: Stand, plan: TrainingPlan, factor: float) -> Front | None:
    """Useful tokens/s a chip by size of the job; None while it is still to be searched."""
    work = scene.work
    assert isinstance(work, TrainingRun)
    job = plan.request.n_chips
    sizes = tuple(dict.fromkeys(size for part in JOB_SIZES if (size := job_size(job * part)) > 0))
    key = (plan.request, sizes)
    found = _JOBS.peek((scene.cal,), key)
    if found is None:
        if not scene.whole:
            return None
        plans = plans_for([replace(plan.request, n_chips=size) for size in sizes], scene.cal)
        found = _JOBS.put((scene.cal,), key, tuple(plans))
    rows = [
        (float(size), one) for size, one in zip(sizes, found, strict=True) if isinstance(one, TrainingPlan)
    ]
    chips = np.array([size for size, _ in rows])
    useful = goodput(chips, stand.interruption_chip_hours, work.checkpoint_s, work.restart_s)
    rate = np.array([one.tokens_per_s for _, one in rows]) / chips * useful * factor
    words = tuple(
        f"{layout_short(one)}\nMFU {one.mfu * 100:.0f} %, step {digits(one.step_s)} s" for _, one in rows
    )
    return Front(chips, rate, words)


def _layouts(scene: _Scene, kind: Kind) -> Layouts:
    if not isinstance(kind.plan, Refusal):
        return layouts_of(kind.plan.request, scene.cal)
    if isinstance(scene.work, TrainingRun) or kind.front is None:
        return Layouts((), 0, 0, False, kind.plan.reason)
    stand = next(iter(_stands_named(scene, kind.rack_id)), None)
    request = None if stand is None else request_of(scene.asked, stand, NO_JOB)
    if not isinstance(request, ServingRequest | TrainingRequest):
        return Layouts((), 0, 0, False, kind.plan.reason)
    return replace(layouts_of(request, scene.cal), why=kind.plan.reason)


def _stands_named(scene: _Scene, rack_id: str) -> list[Stand]:
    rack = scene.catalog.rack(rack_id)
    chip = scene.catalog.chip_of(rack)
    plant = scene.state.plant
    stands = stands_of(plant.design, plant.parts, plant.figures, plant.catalog, plant.assumptions)
    own = [
        stands[part][kind]
        for part, pool_at in enumerate(plant.parts.pools)
        if pool_at == scene.pool_at
        for kind, member in enumerate(plant.parts.kinds[part])
        if plant.figures.kinds[member].rack.id == rack_id
    ]
    return own or [Stand(chip, chip_figures(chip, rack.domain_chips), scene.catalog.readiness_of(chip), 1.0)]


def _ready(scene: _Scene, stand: Stand) -> Ready:
    work, model, asked = scene.work, scene.asked.model, scene.asked
    row = readiness_row(stand.table, work, model)
    share, why = ready(row, work.port, asked.first_month, asked.months, asked.pace, asked.moving)
    now = float(share[scene.month_at])
    if row is None:
        return Ready("", "", now, why, math.nan, None, "none", "", "")
    weeks = math.nan if row.port_engineer_weeks is None else row.port_engineer_weeks.value
    done = None
    if work.port is not None:
        weeks, done = port_weeks(work.port, row), port_done(work.port, row, asked.pace)
    grade: Grade = "none" if row.efficiency is None else row.efficiency.evidence
    return Ready(
        row.state, row.since, now, "" if (share > 0).all() else why, weeks, done, grade, row.note, row.source
    )


def _rent(scene: _Scene, chip: Chip) -> float:
    try:
        figure = scene.catalog.price_book(scene.book_id).usd_per_chip_hour(chip.id) if scene.book_id else None
    except CatalogError:
        return math.nan
    return math.nan if figure is None else figure.value


def _facility_kw(scene: _Scene, rack: Rack) -> float:
    """Facility power of one chip: its system with network and storage, times the PUE of the pool's site."""
    power = system_power(scene.state, scene.pool.id, rack.id)
    rows = np.flatnonzero(scene.state.plant.fleet.row_pool == scene.pool_at)
    site = int(scene.state.plant.fleet.row_site[rows[0]]) if len(rows) else 0
    pue = scene.state.pue
    factor = float(pue[site, scene.month_at]) if len(pue) else math.nan
    return power.whole_kw * factor / max(scene.catalog.chips_in(rack), 1)
