"""The best layout of a training job: every layout in one vectorised call."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.engine.throughput.calibration import Calibration
from fleetdesigner.engine.throughput.chips import ChipFigures
from fleetdesigner.engine.throughput.columns import ChipColumns, Index, ModelColumns, column
from fleetdesigner.engine.throughput.models import ModelShape
from fleetdesigner.engine.throughput.plans import (
    Layout,
    Refusal,
    TrainingPlan,
    TrainingRequest,
    answered,
    parameters,
    refuse_figures,
    size,
)
from fleetdesigner.engine.throughput.training import TERMS, StepTimes, TrainingConfigs, step_time

_GRID = ("tensor", "pipeline", "context", "expert", "data", "virtual", "micro", "recompute")
"""Columns of a layout grid, in order."""

Grid = NDArray[np.float64]
"""Shape (n, len(_GRID))."""

LONG_SEQUENCE = 16_384.0
"""Context parallelism is tried for sequences from here on, and where a step has few for its chips."""


def best_training(
    model: ModelShape,
    chip: ChipFigures,
    cal: Calibration,
    *,
    n_chips: int,
    seq_len: float,
    global_batch_tokens: float,
    dtype: str = "bf16",
    recompute: bool | None = None,
    maturity: float = 1.0,
) -> TrainingPlan | Refusal:
    """The layout with the most tokens a second that fits, or why none does."""
    request = TrainingRequest(
        model, chip, n_chips, seq_len, global_batch_tokens, dtype, recompute, maturity=maturity
    )
    return best_training_many((request,), cal)[0]


def best_training_many(
    requests: Sequence[TrainingRequest], cal: Calibration
) -> tuple[TrainingPlan | Refusal, ...]:
    """``best_training`` of many jobs in one evaluation; equal requests are computed once."""
    return answered(requests, _refuse, _grid_of, lambda grids, answers: _solve(grids, cal, answers))


def reevaluate_training(plans: Sequence[TrainingPlan], cal: Calibration) -> tuple[TrainingPlan, ...]:
    """The same layouts under the requests the plans carry: change a request with ``dataclasses.replace``."""
    if not plans:
        return ()
    requests = [plan.request for plan in plans]
    grid = np.array([_row(plan.layout) for plan in plans])
    times = step_time(training_search_configs(requests, np.arange(len(plans)), grid, cal), cal.training)
    return tuple(_plan(request, grid[i], times, i, cal) for i, request in enumerate(requests))


def _refuse(request: TrainingRequest) -> Refusal | None:
    refusal = refuse_figures(request.chip, request.dtype)
    if refusal is not None:
        return refusal
    if np.isnan(request.chip.peak(request.dtype)):
        return Refusal(f"no {request.dtype} rate for {request.chip.chip}")
    if request.n_chips < 1:
        return Refusal("the job has no chips")
    if request.global_batch_tokens < request.seq_len:
        return Refusal(
            f"a batch of {request.global_batch_tokens:,.0f} tokens is less than one sequence of "
            f"{request.seq_len:,.0f}"
        )
    return None


def _grid_of(request: TrainingRequest) -> Grid:
    """Layouts whose weights and gradients alone fit: a cheap bound that spares most of the work."""
    model, chip = request.model, request.chip
    sequences = request.global_batch_tokens / request.seq_len
    grid = layout_grid(
        request.n_chips,
        int(chip.domain_chips),
        int(model.layers),
        int(model.heads),
        int(model.experts),
        request.seq_len >= LONG_SEQUENCE or sequences * 8.0 <= request.n_chips,
        sequences,
        request.recompute,
    )
    bytes_each = 2.0 if request.lora else 6.0
    plain = model.plain_params + 2.0 * model.head_params
    held = bytes_each / grid[:, 1] * (plain / grid[:, 0] + model.routed_params / grid[:, 3])
    return grid[held <= chip.hbm_bytes]


def _powers(most: float) -> NDArray[np.float64]:
    return np.exp2(np.arange(int(np.log2(max(most, 1.0))) + 1, dtype=np.float64))


def _expert_degrees(most: int, domain: int) -> NDArray[np.float64]:
    """Every second power of two from 8, the largest inside a domain, and the largest of all."""
    powers = _powers(most)
    inside = powers[powers <= domain][-1]
    every = powers[(powers >= 8.0) & (np.round(np.log2(powers)) % 2 == 1)]
    return np.unique(np.concatenate([every, [inside, powers[-1]]]))


@lru_cache(maxsize=256)
def layout_grid(
    n_chips: int,
    domain: int,
    layers: int,
    heads: int,
    experts: int,
    long_sequence: bool,
    sequences: float,
    recompute: bool | None,
) -> Grid:
    """All layouts worth trying of a job, shape (n, len(_GRID)); depends on counts alone."""
    tensor = _powers(min(domain, heads, n_chips, 64))
    pipeline = _powers(min(layers, n_chips, 64))
    context = _powers(16) if long_sequence else np.ones(1)
    expert = _expert_degrees(min(experts, n_chips), domain) if experts else np.ones(1)
    again = np.array([0.0, 1.0]) if recompute is None else np.array([float(recompute)])
    micro = np.array([1.0, 2.0])
    axes = np.meshgrid(tensor, pipeline, context, expert, micro, again, indexing="ij")
    t, p, c, e, b, r = (axis.ravel() for axis in axes)
    v = np.where(p > 1.0, np.clip(np.exp2(np.floor(np.log2(layers / p))), 1.0, 4.0), 1.0)
    shards = t * p * c
    data = np.minimum(np.floor(n_chips / shards), np.floor(sequences / b))
    keep = (data >= 1.0) & (e <= data * c * t)
    grid: Grid = np.stack([t, p, c, e, data, v, b, r], axis=1)[keep]
    grid.setflags(write=False)
    return grid


def _solve(
    grids: dict[TrainingRequest, Grid],
    cal: Calibration,
    answers: dict[TrainingRequest, TrainingPlan | Refusal],
) -> None:
    requests = list(grids)
    sizes = np.array([len(grids[request]) for request in requests])
    grid = np.concatenate([grids[request] for request in requests])
    index = np.repeat(np.arange(len(requests)), sizes)
    times = step_time(training_search_configs(requests, index, grid, cal), cal.training)
    speed = np.where(times.feasible, times.tokens / times.seconds, -1.0)
    start = 0
    for request, count in zip(requests, sizes, strict=True):
        stop = start + int(count)
        best = start + int(np.argmax(speed[start:stop])) if count else start
        if count and speed[best] > 0:
            answers[request] = _plan(request, grid[best], times, best, cal)
        else:
            answers[request] = _does_not_fit(
                request, float(np.min(times.memory_bytes[start:stop], initial=np.inf))
            )
        start = stop


def _does_not_fit(request: TrainingRequest, least: float) -> Refusal:
    model, chip = request.model, request.chip
    states = 18.0 * model.total_params
    if states > 0.92 * chip.hbm_bytes * request.n_chips or not np.isfinite(least):
        return Refusal(
            f"{parameters(model.total_params)} parameters in training need {size(states)}; "
            f"{request.n_chips:,} chips hold {size(0.92 * chip.hbm_bytes * request.n_chips)}"
        )
    return Refusal(
        f"no layout fits: the leanest needs {size(least)} a chip; "
        f"{chip.chip} has {size(0.92 * chip.hbm_bytes)}"
    )


def training_search_configs(
    requests: Sequence[TrainingRequest], index: Index, grid: Grid, cal: Calibration
) -> TrainingConfigs:
    def per(values: list[float]) -> NDArray[np.float64]:
        return column(values[0]) if len(values) == 1 else np.array(values)[index]

    t, p, c, e, data, v, b, r = grid.T
    one = len(requests) == 1
    where = None if one else index
    return TrainingConfigs(
        model=ModelColumns.of([x.model for x in requests], where),
        chip=ChipColumns.of([x.chip for x in requests], [x.dtype for x in requests], where),
        gemm=per([cal.gemm(x.chip, x.dtype).value for x in requests]),
        tensor=t,
        pipeline=p,
        context=c,
        expert=e,
        data=data,
        virtual=v,
        micro=b,
        batch=per([x.global_batch_tokens / x.seq_len for x in requests]),
        seq=per([x.seq_len for x in requests]),
        recompute=r,
        recompute_attention=r,
        sharded=column(0.0),
        zero=column(1.0),
        lora=per([float(x.lora) for x in requests]),
        sequence_parallel=column(1.0),
    )


def _row(layout: Layout) -> list[float]:
    return [
        layout.tensor, layout.pipeline, layout.context, layout.expert, layout.data, layout.virtual,
        layout.micro, float(layout.recompute),
    ]  # fmt: skip


def _plan(
    request: TrainingRequest, row: NDArray[np.float64], times: StepTimes, at: int, cal: Calibration
) -> TrainingPlan:
    t, p, c, e, data, v, b, r = (float(x) for x in row)
    maturity = request.maturity * cal.speed(request.chip, "training")
    seconds = float(times.seconds[at]) / maturity
    chips = round(float(times.chips[at]))
    terms = times.terms[:, at] / maturity
    fitted = cal.gemm(request.chip, request.dtype).fitted
    return TrainingPlan(
        request=request,
        layout=Layout(int(t), int(p), int(c), int(e), int(data), b, int(v), r > 0),
        step_s=seconds,
        tokens_per_s=float(times.tokens[at]) / seconds,
        mfu=float(times.model_flops[at]) / (seconds * chips * request.chip.peak(request.dtype)),
        chips_used=chips,
        memory_bytes=float(times.memory_bytes[at]),
        breakdown=tuple(zip(TERMS, terms.tolist(), strict=True)),
        limits=TERMS[int(times.limiting[at])],
        band=cal.band("training", request.model.family, fitted, searched=True),
        fitted=fitted,
        grade=cal.grade(request.chip, "training"),
    )
