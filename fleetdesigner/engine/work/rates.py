"""What each pool part could do with each workload: tokens a second, sessions, and why nothing where nothing.

R = speed of a chip (``speeds``) · what growth leaves of it (``growth``) · chips in service; several kinds of
chip in one part work together by ``joint``. Axes: P parts, M months.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.catalog import Catalog, CatalogError, Chip, LanguageModel
from fleetdesigner.design.fleet import Pool
from fleetdesigner.design.model import Design
from fleetdesigner.design.workloads import TrainingRun, Workload
from fleetdesigner.engine.assumptions.in_force import Assumptions
from fleetdesigner.engine.faults import EvaluationError
from fleetdesigner.engine.fleet.figures import Figures, value
from fleetdesigner.engine.fleet.parts import Parts
from fleetdesigner.engine.remembered import SAMPLES, Remembered
from fleetdesigner.engine.throughput.calibration import Calibration
from fleetdesigner.engine.throughput.chips import chip_figures
from fleetdesigner.engine.throughput.plans import Refusal
from fleetdesigner.engine.work.growth import Growth, elasticity, grown, growth_of
from fleetdesigner.engine.work.joint import together
from fleetdesigner.engine.work.measured import calibration_of
from fleetdesigner.engine.work.readiness import Pace
from fleetdesigner.engine.work.speeds import (
    NO_JOB,
    Asked,
    Job,
    Plan,
    Speed,
    Stand,
    asked_of,
    doubled,
    job_size,
    speeds_of,
)

Array = NDArray[np.float64]


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
    """[P] by kind of chip in the part."""
    ready: Array
    """[P, M] readiness factor, of the leading kind in a mixed part."""
    full: Array
    """[P, M] tokens/s a chip of the leading kind, were its software ready."""
    models: Array
    """[P, M] factor in the rate by larger models and longer contexts, of the leading kind."""
    prefill_share: Array
    """[P] share of the chips' time that goes into input tokens; NaN where nothing is served."""
    job_chips: Array
    """[P] chips of one training job; NaN for other kinds."""
    goodput: Array
    """[P] useful share of a training job's time; NaN for other kinds."""


Stands = tuple[tuple[Stand, ...], ...]

_STANDS: Remembered[Stands] = Remembered(SAMPLES)
_RATES: Remembered[tuple[Rates, ...]] = Remembered(SAMPLES)


def scale_out_bytes_per_s(chip: Chip, pool: Pool, figures: Figures, at: int) -> float:
    """One way, per chip: min(chip, fabric) · link efficiency / oversubscription; NaN when a figure is
    missing.
    """
    fabric = figures.fabrics[at]
    speed = min(value(chip.scale_out_gbit_per_s), value(fabric.endpoint_gbit_per_s))
    return speed * 1e9 / 8.0 * value(fabric.link_efficiency) / pool.oversubscription


def stands_of(
    design: Design, parts: Parts, figures: Figures, catalog: Catalog, assumptions: Assumptions
) -> Stands:
    """[P] of the kinds of chip in each part; equal ones give the same object, by which rates are
    remembered.
    """
    fallback = assumptions["interruption_chip_hours"]

    def make() -> Stands:
        each = tuple(
            tuple(_stand(design, figures, catalog, fallback, pool, kind) for kind in kinds)
            for pool, kinds in zip(parts.pools, parts.kinds, strict=True)
        )
        flat = tuple(stand for kinds in each for stand in kinds)
        return _STANDS.get(flat, tuple(map(len, each)), lambda: each)

    terms = tuple(pool.oversubscription for pool in design.pools)
    return _STANDS.get((figures, catalog), (parts.pools, parts.kinds, fallback, terms), make)


_EQUAL: Remembered[Stand] = Remembered(512)


def _stand(
    design: Design, figures: Figures, catalog: Catalog, fallback: float, pool_at: int, kind_at: int
) -> Stand:
    kind, pool = figures.kinds[kind_at], design.pools[pool_at]
    chip = kind.chip
    out = scale_out_bytes_per_s(chip, pool, figures, pool_at)
    stands = chip_figures(chip, kind.rack.domain_chips, out)
    own = chip.interruption_chip_hours
    hours = fallback if own is None else own.value
    table = catalog.readiness_of(chip)
    return _EQUAL.get((chip, table), (stands, hours), lambda: Stand(chip, stands, table, hours))


def rates_of(
    design: Design,
    parts: Parts,
    figures: Figures,
    catalog: Catalog,
    assumptions: Assumptions,
    paces: Mapping[str, Pace],
) -> tuple[Rates, ...]:
    """The rates of each workload of a design, in its order; `paces` are those of the ports, by workload.

    Raises EvaluationError when a workload names a model that does not exist.
    """
    stands = stands_of(design, parts, figures, catalog, assumptions)
    asked = tuple(
        asked_of(
            workload, _model(catalog, workload), design, assumptions, paces.get(workload.id, ())
        )
        for workload in design.workloads
    )  # fmt: skip
    growth = growth_of(assumptions)
    bridges = tuple((pool.mix, pool.bridge_gbytes_per_s, pool.one_domain_what_if) for pool in design.pools)
    cal = calibration_of(design, catalog)
    return _RATES.get(
        (parts, stands, cal, *asked),
        (bridges, growth),
        lambda: _rates(design, asked, parts, stands, cal, growth),
    )


def _most_chips(parts: Parts) -> list[list[float]]:
    """[P][kinds] most usable chips of any month."""
    whole = (parts.chips * parts.usable).max(axis=1, initial=0.0)
    return [
        [float(whole[part])] if len(kinds) == 1 else (kinds * parts.usable[part]).max(axis=1).tolist()
        for part, kinds in enumerate(parts.kind_chips)
    ]


Jobs = tuple[tuple[Job, ...], ...]
"""[P] of the kinds of chip in each part."""


def _jobs(run: TrainingRun, chips: list[list[float]]) -> Jobs:
    """The job that fits on the `chips` of each kind of each part, as a part of one over all of them."""
    most = float(run.chips_max)
    return tuple(
        tuple(Job(job_size(min(most, one)), job_size(min(most, sum(kinds)))) for one in kinds)
        for kinds in chips
    )


def _model(catalog: Catalog, workload: Workload) -> LanguageModel:
    try:
        return catalog.model(workload.model_id)
    except CatalogError as error:
        raise EvaluationError(f"workload:{workload.id}: {error}") from None


@dataclass(frozen=True, slots=True, eq=False)
class _Columns:
    """One workload on all parts by chip, of the leading kind of each part: a drop repeats none of it."""

    speeds: tuple[tuple[Speed, ...], ...]
    """[P] of the kinds of chip in each part"""
    rate: Array
    """[P, M] tokens/s a chip"""
    sessions: Array
    """[P, M] sessions a chip"""
    ready: Array
    """[P, M]"""
    full: Array
    """[P, M]"""
    models: Array
    """[P, M]"""
    prefill_share: Array
    """[P]"""
    job_chips: Array
    goodput: Array
    reasons: tuple[str, ...]
    plans: tuple[tuple[Plan | Refusal | None, ...], ...]


_COLUMNS: Remembered[_Columns] = Remembered(256)


def _columns(asked: Sequence[Asked], parts: Parts, stands: Stands, cal: Calibration) -> list[_Columns]:
    """The columns of each workload; one search for all that is new."""
    chips = _most_chips(parts)
    none = tuple((NO_JOB,) * len(kinds) for kinds in chips)
    works = [one.workload for one in asked]
    jobs = [_jobs(work, chips) if isinstance(work, TrainingRun) else none for work in works]
    found = [_COLUMNS.peek((stands, one, cal), some) for one, some in zip(asked, jobs, strict=True)]
    news = [at for at, columns in enumerate(found) if columns is None]
    if news:
        wanted = [
            (asked[at], stand, job)
            for at in news
            for kinds, sizes in zip(stands, jobs[at], strict=True)
            for stand, job in zip(kinds, sizes, strict=True)
        ]
        speeds = iter(speeds_of(wanted, cal))
        for at in news:
            each = tuple(tuple(next(speeds) for _ in kinds) for kinds in stands)
            made = _leading(each, parts.chips.shape[1])
            found[at] = _COLUMNS.put((stands, asked[at], cal), jobs[at], made)
    return [columns for columns in found if columns is not None]


def _leading(speeds: tuple[tuple[Speed, ...], ...], months: int) -> _Columns:
    lead = [max(kinds, key=lambda kind: float(kind.rate.max(initial=0.0))) for kinds in speeds]
    full = np.array([kind.full for kind in lead]).reshape(-1, months)
    full.setflags(write=False)
    return _Columns(
        speeds,
        np.array([kind.rate for kind in lead]).reshape(-1, months),
        _stacked([kind.sessions for kind in lead], months),
        _stacked([kind.ready for kind in lead], months),
        full,
        _stacked([kind.models for kind in lead], months),
        np.array([kind.prefill_share for kind in lead], dtype=np.float64),
        np.array([kind.job_chips for kind in lead], dtype=np.float64),
        np.array([kind.goodput for kind in lead], dtype=np.float64),
        tuple(next((kind.reason for kind in kinds if kind.reason), "") for kinds in speeds),
        tuple(tuple(kind.plan for kind in kinds) for kinds in speeds),
    )


_STACKED: Remembered[Array] = Remembered(128)


def _stacked(each: Sequence[Array], months: int) -> Array:
    """[P, M] of one [M] a part, read-only: the columns of many jobs share it, as they do what is stacked."""

    def make() -> Array:
        made = np.array(each).reshape(-1, months)
        made.setflags(write=False)
        return made

    return _STACKED.get(tuple(each), months, make)


_GROWN: Remembered[_Columns] = Remembered(256)


def _under_growth(
    held: list[_Columns], asked: Sequence[Asked], parts: Parts, stands: Stands, cal: Calibration,
    growth: Growth,
) -> list[_Columns]:
    """The columns month by month as models, contexts and chips age; the searches are those of today."""
    longer: Sequence[_Columns] = held
    if growth.context:
        longer = _columns([doubled(one) for one in asked], parts, stands, cal)
    return [
        _GROWN.get((one, two, stands), growth, partial(_grown, one, two, stands, growth))
        for one, two in zip(held, longer, strict=True)
    ]  # fmt: skip


def _grown(now: _Columns, longer: _Columns, stands: Stands, growth: Growth) -> _Columns:
    speeds = tuple(
        tuple(
            grown(speed, growth, stand.chip.generation, elasticity(_peak(speed), _peak(other)))
            for speed, other, stand in zip(*kinds, strict=True)
        )
        for kinds in zip(now.speeds, longer.speeds, stands, strict=True)
    )
    return _leading(speeds, growth.months)


def _peak(speed: Speed) -> float:
    return float(speed.full.max(initial=0.0))


def _rates(
    design: Design, asked: Sequence[Asked], parts: Parts, stands: Stands, cal: Calibration, growth: Growth
) -> tuple[Rates, ...]:
    if not asked:
        return ()
    held = _columns(asked, parts, stands, cal)
    if not growth.none:
        held = _under_growth(held, asked, parts, stands, cal, growth)
    each, places = _EACH.get(tuple(held), None, lambda: _each_chip(held))
    rate = each * parts.chips
    with np.errstate(invalid="ignore"):
        room = places * parts.chips
    sessions = np.where(parts.chips > 0, room, 0.0)
    for part in [at for at, kinds in enumerate(stands) if len(kinds) > 1]:
        pool, chips = design.pools[parts.pools[part]], parts.kind_chips[part]
        for at, one in enumerate(held):
            rate[at, part], sessions[at, part] = together(asked[at], pool, one.speeds[part], chips, cal)
    rate.setflags(write=False)
    sessions.setflags(write=False)
    made = tuple(
        Rates(
            rate[at], sessions[at], one.reasons, one.plans, one.ready, one.full, one.models,
            one.prefill_share, one.job_chips, one.goodput,
        )
        for at, one in enumerate(held)
    )  # fmt: skip
    _WHOLE.put((made,), None, (rate, sessions))
    return made


_EACH: Remembered[tuple[Array, Array]] = Remembered(SAMPLES)
_WHOLE: Remembered[tuple[Array, Array]] = Remembered(SAMPLES)


def _each_chip(held: Sequence[_Columns]) -> tuple[Array, Array]:
    return np.array([one.rate for one in held]), np.array([one.sessions for one in held])


def whole(rates: tuple[Rates, ...]) -> tuple[Array, Array]:
    """([W, P, M] tokens/s, [W, P, M] sessions) of all workloads: what `rates` of `rates_of` are rows of."""
    return _WHOLE.get(
        (rates,),
        None,
        lambda: (np.array([one.rate for one in rates]), np.array([one.sessions for one in rates])),
    )
