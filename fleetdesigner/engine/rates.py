"""What each pool part could do with each workload: tokens a second, sessions, and why nothing where nothing.

R = speed of a chip (``speeds``) · chips in service; several kinds of chip in one part work together by
``joint``. Axes: P parts, M months.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.catalog import Catalog, CatalogError, Chip, LanguageModel
from fleetdesigner.design.fleet import Pool
from fleetdesigner.design.model import Design
from fleetdesigner.design.workloads import TrainingRun, Workload
from fleetdesigner.engine.assumed import Assumptions
from fleetdesigner.engine.faults import EvaluationError
from fleetdesigner.engine.figures import Figures, value
from fleetdesigner.engine.joint import together
from fleetdesigner.engine.parts import Parts
from fleetdesigner.engine.remembered import Remembered
from fleetdesigner.engine.speeds import NO_JOB, Asked, Job, Plan, Speed, Stand, asked_of, job_size, speeds_of
from fleetdesigner.engine.throughput.chips import chip_figures
from fleetdesigner.engine.throughput.plans import Refusal

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
    prefill_share: Array
    """[P] share of the chips' time that goes into input tokens; NaN where nothing is served."""
    job_chips: Array
    """[P] chips of one training job; NaN for other kinds."""
    goodput: Array
    """[P] useful share of a training job's time; NaN for other kinds."""


Stands = tuple[tuple[Stand, ...], ...]

_STANDS: Remembered[Stands] = Remembered(24)
_RATES: Remembered[Rates] = Remembered(512)


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
    return _STANDS.get((parts, figures, catalog), (fallback, terms), make)


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
    design: Design, parts: Parts, figures: Figures, catalog: Catalog, assumptions: Assumptions
) -> tuple[Rates, ...]:
    """The rates of each workload of a design, in its order.

    Raises EvaluationError when a workload names a model that does not exist.
    """
    stands = stands_of(design, parts, figures, catalog, assumptions)
    asked = [
        asked_of(workload, _model(catalog, workload), design, assumptions) for workload in design.workloads
    ]
    bridges = tuple((pool.mix, pool.bridge_gbytes_per_s, pool.one_domain_what_if) for pool in design.pools)
    found = [_RATES.peek((parts, stands, one), bridges) for one in asked]
    news = [at for at, rates in enumerate(found) if rates is None]
    if news:
        most = _most_chips(parts)
        wanted = [
            (asked[at], stand, job)
            for at in news
            for kinds, sizes in zip(stands, most, strict=True)
            for stand, job in zip(kinds, _jobs(asked[at].workload, sizes), strict=True)
        ]
        speeds = iter(speeds_of(wanted))
        for at in news:
            each = tuple(tuple(next(speeds) for _ in kinds) for kinds in stands)
            found[at] = _RATES.put(
                (parts, stands, asked[at]), bridges, _rates(design, asked[at], parts, each)
            )
    return tuple(rates for rates in found if rates is not None)


def _most_chips(parts: Parts) -> list[list[float]]:
    """[P][kinds] most usable chips of any month."""
    whole = (parts.chips * parts.usable).max(axis=1, initial=0.0)
    return [
        [float(whole[part])] if len(kinds) == 1 else (kinds * parts.usable[part]).max(axis=1).tolist()
        for part, kinds in enumerate(parts.kind_chips)
    ]


def _jobs(workload: Workload, chips: list[float]) -> list[Job]:
    """The job that fits on the chips of each kind of a part, as a part of one over all of them."""
    if not isinstance(workload, TrainingRun):
        return [NO_JOB] * len(chips)
    most = float(workload.chips_max)
    whole = job_size(min(most, sum(chips)))
    return [Job(job_size(min(most, one)), whole) for one in chips]


def _model(catalog: Catalog, workload: Workload) -> LanguageModel:
    try:
        return catalog.model(workload.model_id)
    except CatalogError as error:
        raise EvaluationError(f"workload:{workload.id}: {error}") from None


@dataclass(frozen=True, slots=True, eq=False)
class _Columns:
    """The leading kind of each part, as columns."""

    rate: Array
    """[P, M] tokens/s a chip"""
    sessions: Array
    """[P, M] sessions a chip"""
    ready: Array
    """[P, M]"""
    prefill_share: Array
    """[P]"""
    job_chips: Array
    goodput: Array
    reasons: tuple[str, ...]


_COLUMNS: Remembered[_Columns] = Remembered(256)


def _columns(speeds: tuple[tuple[Speed, ...], ...], months: int) -> _Columns:
    lead = [max(kinds, key=lambda kind: float(kind.rate.max(initial=0.0))) for kinds in speeds]
    ready = np.array([kind.ready for kind in lead]).reshape(-1, months)
    ready.setflags(write=False)
    return _Columns(
        np.array([kind.rate for kind in lead]).reshape(-1, months),
        np.array([kind.sessions for kind in lead]).reshape(-1, months),
        ready,
        np.array([kind.prefill_share for kind in lead], dtype=np.float64),
        np.array([kind.job_chips for kind in lead], dtype=np.float64),
        np.array([kind.goodput for kind in lead], dtype=np.float64),
        tuple(next((kind.reason for kind in kinds if kind.reason), "") for kinds in speeds),
    )


def _rates(design: Design, asked: Asked, parts: Parts, speeds: tuple[tuple[Speed, ...], ...]) -> Rates:
    months = parts.chips.shape[1]
    flat = tuple(kind for kinds in speeds for kind in kinds)
    held = _COLUMNS.get(flat, (months, tuple(map(len, speeds))), lambda: _columns(speeds, months))
    rate = held.rate * parts.chips
    with np.errstate(invalid="ignore"):
        sessions = np.where(parts.chips > 0, held.sessions * parts.chips, 0.0)
    for part, kinds in enumerate(speeds):
        if len(kinds) > 1:
            pool = design.pools[parts.pools[part]]
            rate[part], sessions[part] = together(asked, pool, kinds, parts.kind_chips[part])
    for array in (rate, sessions):
        array.setflags(write=False)
    plans = tuple(tuple(kind.plan for kind in kinds) for kinds in speeds)
    return Rates(
        rate, sessions, held.reasons, plans, held.ready, held.prefill_share, held.job_chips, held.goodput
    )
