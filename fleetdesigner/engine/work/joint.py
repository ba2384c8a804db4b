"""Chips of several kinds in one part, in the pool's mode: data parallel, pipeline, or prefill here, decode
there.

The forecasts are ``throughput.mixed``'s; here they are asked once for each mixture that the months bring.
Chips of one kind alone are the same in every mode. Axes: kinds of the part, M months.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.design.fleet import Pool
from fleetdesigner.design.workloads import TrainingRun
from fleetdesigner.engine.remembered import Remembered
from fleetdesigner.engine.throughput.calibration import Calibration
from fleetdesigner.engine.throughput.mixed import data_rates, even_split, pipeline_rates
from fleetdesigner.engine.throughput.mixed_data import Mixtures
from fleetdesigner.engine.throughput.plans import Refusal, ServingPlan, TrainingPlan
from fleetdesigner.engine.work.speeds import Asked, Speed

Array = NDArray[np.float64]

_MIXTURES: Remembered[float] = Remembered(8192)


def together(
    asked: Asked, pool: Pool, kinds: Sequence[Speed], chips: Array, cal: Calibration
) -> tuple[Array, Array]:
    """([M] tokens/s, [M] sessions) of a part of `kinds` with `chips` [kinds, M] in service.

    ``cal``: the factors that the plans of `kinds` were made with.
    """
    speeds = np.array([kind.rate for kind in kinds]) * chips
    with np.errstate(invalid="ignore"):
        held = [np.where(chips[at] > 0, kind.sessions * chips[at], 0.0) for at, kind in enumerate(kinds)]
    objects = (asked, *kinds)
    terms = pool.mix, pool.bridge_gbytes_per_s, pool.one_domain_what_if
    keys = [(speeds[:, at].tobytes(), chips[:, at].tobytes(), *terms) for at in range(chips.shape[1])]
    rates = {key: _MIXTURES.peek(objects, key) for key in keys}
    news = [keys.index(key) for key, rate in rates.items() if rate is None]
    if news:
        made = _mixtures(asked, pool, kinds, speeds[:, news], chips[:, news], cal).tolist()
        for at, rate in zip(news, made, strict=True):
            rates[keys[at]] = _MIXTURES.put(objects, keys[at], rate)
    whole = np.array([rates[key] for key in keys], dtype=np.float64)
    return whole, np.sum(held, axis=0)


def _mixtures(
    asked: Asked, pool: Pool, kinds: Sequence[Speed], speeds: Array, chips: Array, cal: Calibration
) -> Array:
    """[k] tokens/s of mixtures [kinds, k] at their speeds (readiness and goodput included)."""
    answer: Array = speeds.sum(axis=0)
    able = [tuple(np.flatnonzero(column > 0).tolist()) for column in speeds.T]
    for some in set(able):
        if len(some) > 1:
            at = [place for place, one in enumerate(able) if one == some]
            part = np.ix_(some, at)
            of = [kinds[kind] for kind in some]
            answer[at] = _all_able(asked, pool, of, speeds[part], chips[part], cal)
    return answer


def _all_able(
    asked: Asked, pool: Pool, kinds: Sequence[Speed], speeds: Array, chips: Array, cal: Calibration
) -> Array:
    """[k] tokens/s of mixtures [kinds, k] in which all kinds can do the work."""
    if isinstance(asked.workload, TrainingRun):
        return _training(asked.workload, pool, kinds, speeds, chips, cal)
    apart: Array = speeds.sum(axis=0)
    if pool.mix not in ("prefill_decode", "best"):
        # replicas of one stream need not be alike: in every other mode each kind serves on its own
        return apart
    split = np.array(
        [
            _split(pool, kinds, speeds[:, at], chips[:, at], bridge_bytes_per_s(pool, kinds, chips[:, at]))
            for at in range(speeds.shape[1])
        ]
    )
    return split if pool.mix == "prefill_decode" else np.maximum(apart, split)


def bridge_bytes_per_s(pool: Pool, kinds: Sequence[Speed], chips: Array) -> float:
    """One way, between the kinds: the planner's, else what the slower side's network sends at once."""
    if pool.bridge_gbytes_per_s is not None:
        return pool.bridge_gbytes_per_s * 1e9
    each = [
        kind.figures.scale_out_bytes_per_s * float(count) for kind, count in zip(kinds, chips, strict=True)
    ]
    return float(np.nan_to_num(min(each)))


def _training(
    workload: TrainingRun, pool: Pool, kinds: Sequence[Speed], speeds: Array, chips: Array, cal: Calibration
) -> Array:
    """One synchronous job: over all kinds in the pool's mode, else on the faster side alone. [kinds, k]"""
    plans = tuple(kind.plan for kind in kinds if isinstance(kind.plan, TrainingPlan))
    best: Array = speeds.max(axis=0)
    if pool.mix not in ("data", "pipeline", "best"):
        return best
    # a part larger than the job: the job's own steps are those of the chips that it has
    scale = np.minimum(1.0, workload.chips_max / chips.sum(axis=0))
    each = np.array([plan.tokens_per_s / plan.chips_used for plan in plans])[:, np.newaxis]
    bridges = np.array(
        [
            math.inf if pool.one_domain_what_if else bridge_bytes_per_s(pool, kinds, column)
            for column in chips.T
        ]
    )
    given = Mixtures(plans, (chips * scale).T, (speeds / (chips * each)).T, bridges)
    rates: list[Array] = []
    if pool.mix != "pipeline":
        rates.append(data_rates(given, cal) / scale)
    if pool.mix != "data":
        rates.append(pipeline_rates(given) / scale)
    if pool.mix != "best":
        return rates[0]
    fastest: Array = np.maximum(best, np.max(rates, axis=0))
    return fastest


def _split(pool: Pool, kinds: Sequence[Speed], speeds: Array, chips: Array, bridge: float) -> float:
    """Prefill on one kind, decode on another, the better way round; 0 where neither can be split."""
    best = 0.0
    for one, first in enumerate(kinds):
        for other, second in enumerate(kinds):
            if one == other or not (
                isinstance(first.plan, ServingPlan) and isinstance(second.plan, ServingPlan)
            ):
                continue
            found = even_split(
                first.plan, second.plan, float(chips[one]), float(chips[other]), bridge,
                one_domain=pool.one_domain_what_if,
            )  # fmt: skip
            if isinstance(found, Refusal):
                continue
            # plans know nothing of readiness: the less ready side sets the pace
            ready = min(
                float(speeds[at]) / (plan.output_tokens_per_s_per_chip * float(chips[at]))
                for at, plan in ((one, first.plan), (other, second.plan))
            )
            best = max(best, found.output_tokens_per_s * ready)
    return best
