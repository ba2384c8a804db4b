"""Chips of several kinds in one part, in the pool's mode: data parallel, pipeline, or prefill here, decode
there.

The forecasts are ``throughput.mixed``'s; here they are asked once for each mixture that the months bring.
Chips of one kind alone are the same in every mode. Axes: kinds of the part, M months.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.design.fleet import Pool
from fleetdesigner.design.workloads import TrainingRun
from fleetdesigner.engine.remembered import Remembered
from fleetdesigner.engine.speeds import Asked, Speed
from fleetdesigner.engine.throughput.mixed import MixedPart, Mode, even_split, mixed_training
from fleetdesigner.engine.throughput.plans import Refusal, ServingPlan, TrainingPlan

Array = NDArray[np.float64]

_MIXTURES: Remembered[float] = Remembered(8192)


def together(asked: Asked, pool: Pool, kinds: Sequence[Speed], chips: Array) -> tuple[Array, Array]:
    """([M] tokens/s, [M] sessions) of a part of `kinds` with `chips` [kinds, M] in service."""
    speeds = np.array([kind.rate for kind in kinds]) * chips
    with np.errstate(invalid="ignore"):
        held = [np.where(chips[at] > 0, kind.sessions * chips[at], 0.0) for at, kind in enumerate(kinds)]
    whole = np.array(
        [_mixture(asked, pool, kinds, speeds[:, at], chips[:, at]) for at in range(chips.shape[1])]
    )
    return whole, np.sum(held, axis=0)


def _mixture(asked: Asked, pool: Pool, kinds: Sequence[Speed], speeds: Array, chips: Array) -> float:
    """Tokens/s of the kinds at their speeds (readiness and goodput included) in one month."""
    able = np.flatnonzero(speeds > 0).tolist()
    if len(able) < 2:
        return float(speeds.sum())
    values = (
        speeds.tobytes(), chips.tobytes(), pool.mix, pool.bridge_gbytes_per_s, pool.one_domain_what_if,
    )  # fmt: skip
    some = [kinds[at] for at in able]
    return _MIXTURES.get(
        (asked, *kinds), values, lambda: _asked_once(asked, pool, some, speeds[able], chips[able])
    )


def _asked_once(asked: Asked, pool: Pool, kinds: Sequence[Speed], speeds: Array, chips: Array) -> float:
    bridge = bridge_bytes_per_s(pool, kinds, chips)
    if isinstance(asked.workload, TrainingRun):
        return _training(asked.workload, pool, kinds, speeds, chips, bridge)
    apart = float(speeds.sum())
    if pool.mix == "prefill_decode":
        return _split(pool, kinds, speeds, chips, bridge)
    # replicas of one stream need not be alike: in every other mode each kind serves on its own
    return max(apart, _split(pool, kinds, speeds, chips, bridge)) if pool.mix == "best" else apart


def bridge_bytes_per_s(pool: Pool, kinds: Sequence[Speed], chips: Array) -> float:
    """One way, between the kinds: the planner's, else what the slower side's network sends at once."""
    if pool.bridge_gbytes_per_s is not None:
        return pool.bridge_gbytes_per_s * 1e9
    each = [
        kind.figures.scale_out_bytes_per_s * float(count) for kind, count in zip(kinds, chips, strict=True)
    ]
    return float(np.nan_to_num(min(each)))


def _training(
    workload: TrainingRun, pool: Pool, kinds: Sequence[Speed], speeds: Array, chips: Array, bridge: float
) -> float:
    """One synchronous job: over all kinds in the pool's mode, else on the faster side alone."""
    # a part larger than the job: the job's own steps are those of the chips that it has
    scale = min(1.0, workload.chips_max / float(chips.sum()))
    parts = [
        MixedPart(
            kind.plan,
            float(count) * scale,
            float(speed) * kind.plan.chips_used / (float(count) * kind.plan.tokens_per_s),
        )
        for kind, speed, count in zip(kinds, speeds, chips, strict=True)
        if isinstance(kind.plan, TrainingPlan)
    ]
    modes: tuple[Mode, ...] = ("data", "pipeline")
    if pool.mix in ("data", "pipeline"):
        modes = ("data",) if pool.mix == "data" else ("pipeline",)
    elif pool.mix != "best":
        modes = ()
    found = [mixed_training(parts, mode, bridge, one_domain=pool.one_domain_what_if) for mode in modes]
    rates = [plan.tokens_per_s / scale for plan in found if not isinstance(plan, Refusal)]
    if pool.mix in ("data", "pipeline"):
        return rates[0] if rates else 0.0
    return max([float(speeds.max()), *rates])


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
