"""Chips of several kinds in one part: separate jobs, data parallel, pipeline, or prefill here and decode there.

THROUGHPUT §5. Separate domains by default: what crosses between the kinds goes over the pool's bridge. One kind
alone is the same in every mode. Axes: M months; one entry of a list a kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.design.fleet import Pool
from fleetdesigner.design.workloads import TrainingRun, Workload
from fleetdesigner.engine.throughput.chips import ChipFigures
from fleetdesigner.engine.throughput.models import ModelShape
from fleetdesigner.engine.throughput.plans import ServingPlan, TrainingPlan

Array = NDArray[np.float64]

GRADIENT_BYTES = 4.0
"""Bytes a parameter that cross the bridge in a step: two there and two back at bf16, reduced on each side first."""
OVERLAP = 0.9
"""Share of that exchange that the backward pass hides."""


@dataclass(frozen=True, slots=True)
class Kinds:
    """One kind of chip in a part, on its own."""

    figures: ChipFigures
    rate: Array
    """[M] tokens/s a chip, readiness and goodput included"""
    sessions: Array
    """[M] agent sessions a chip; inf for other work"""
    ready: Array
    """[M]"""
    prefill_share: float
    job_chips: float
    goodput: float
    plan: TrainingPlan | ServingPlan | None


def together(
    workload: Workload, shape: ModelShape, pool: Pool, kinds: Sequence[Kinds], chips: Array
) -> tuple[Array, Array]:
    """([M] tokens/s, [M] sessions) of a part of `kinds` with `chips` [kinds, M] in service."""
    speeds = np.array([kind.rate for kind in kinds]) * chips
    # a kind that cannot hold a session at all adds none; where nothing is limited the sum is infinite
    with np.errstate(invalid="ignore"):
        held = np.array(
            [np.where(chips[at] > 0, kind.sessions * chips[at], 0.0) for at, kind in enumerate(kinds)]
        )
    sessions = held.sum(axis=0)
    if len(kinds) == 1:
        return speeds[0], sessions
    bridge = _bridge(pool, kinds, chips)
    training = isinstance(workload, TrainingRun)
    modes = {
        # one synchronous job cannot span the kinds when they run apart: the faster side has it
        "separate": speeds.max(axis=0) if training else speeds.sum(axis=0),
        "data": _data_parallel(kinds, speeds, shape, bridge) if training else speeds.sum(axis=0),
        "pipeline": _pipeline(speeds, shape, bridge),
        "prefill_decode": speeds.max(axis=0) if training else _split(kinds, chips, shape, bridge),
    }
    if pool.mix == "best":
        return np.max(np.array(list(modes.values())), axis=0), sessions
    return modes[pool.mix], sessions


def _bridge(pool: Pool, kinds: Sequence[Kinds], chips: Array) -> Array:
    """[M] bytes/s between the kinds: the planner's, else what the slower side's network can send at once."""
    if pool.bridge_gbytes_per_s is not None and not pool.one_domain_what_if:
        return np.full(chips.shape[1], max(pool.bridge_gbytes_per_s * 1e9, 1.0))
    each = [
        kind.figures.scale_up_bytes_per_s if pool.one_domain_what_if else kind.figures.scale_out_bytes_per_s
        for kind in kinds
    ]
    sides = np.nan_to_num(np.array(each))[:, None] * chips
    return np.maximum(sides.min(axis=0), 1.0)


def _data_parallel(kinds: Sequence[Kinds], speeds: Array, shape: ModelShape, bridge: Array) -> Array:
    """Batch shares in proportion to speed, so all finish together; then gradients cross the bridge."""
    whole = speeds.sum(axis=0)
    batch = next(
        (kind.plan.request.global_batch_tokens for kind in kinds if isinstance(kind.plan, TrainingPlan)), 0.0
    )
    both = (speeds > 0).sum(axis=0) > 1
    crossing = np.where(both, (1.0 - OVERLAP) * GRADIENT_BYTES * shape.total_params / bridge, 0.0)
    seconds = np.divide(batch, whole, out=np.full_like(whole, np.inf), where=whole > 0)
    return np.asarray(np.where(whole > 0, batch / (seconds + crossing), 0.0))


def _pipeline(speeds: Array, shape: ModelShape, bridge: Array) -> Array:
    """Whole layers in proportion to speed; the slowest side sets the pace, activations cross the bridge twice."""
    whole = speeds.sum(axis=0)
    layers = shape.layers
    shares = np.divide(speeds, whole, out=np.zeros_like(speeds), where=whole > 0) * layers
    held = np.floor(shares)
    # layers that rounding leaves over go where the fraction is largest, first side first
    order = np.argsort(np.argsort(-(shares - held), axis=0, kind="stable"), axis=0, kind="stable")
    held += order < np.round(layers - held.sum(axis=0))
    pace = np.divide(speeds * layers, held, out=np.full_like(speeds, np.inf), where=held > 0)
    crossing = bridge / (2.0 * shape.hidden * 2.0)
    both = (speeds > 0).sum(axis=0) > 1
    out = np.where(both, np.minimum(pace.min(axis=0), crossing), whole)
    return np.asarray(np.where(whole > 0, out, 0.0))


def _split(kinds: Sequence[Kinds], chips: Array, shape: ModelShape, bridge: Array) -> Array:
    """Prefill on one kind, decode on another: the better way round, with the state crossing the bridge.

    A plan that spends the share s of its time on prefill prefills at rate/s and decodes at rate/(1 − s).
    """
    best = np.zeros(chips.shape[1])
    for one, first in enumerate(kinds):
        for other, second in enumerate(kinds):
            if one == other or not (
                isinstance(first.plan, ServingPlan) and isinstance(second.plan, ServingPlan)
            ):
                continue
            request = first.plan.request
            fills = first.rate * chips[one] / max(first.prefill_share, 1e-9)
            decodes = second.rate * chips[other] / max(1.0 - second.prefill_share, 1e-9)
            state = shape.kv_bytes(request.input_len * (1.0 - request.cached_share))
            best = np.maximum(
                best, np.minimum(np.minimum(fills, decodes), bridge / state * request.output_len)
            )
    return best
