"""The best layouts of a training job: every layout in one vectorised call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.engine.throughput.calibration import Calibration
from fleetdesigner.engine.throughput.chips import ChipFigures
from fleetdesigner.engine.throughput.columns import ChipColumns, Index, ModelColumns, column
from fleetdesigner.engine.throughput.layout_space import (
    Grid,
    context_most,
    layout_fault,
    layout_grid,
    micro_batches,
)
from fleetdesigner.engine.throughput.models import ModelShape
from fleetdesigner.engine.throughput.plans import (
    RECOMPUTES,
    Layout,
    Recompute,
    Refusal,
    TrainingPlan,
    TrainingRequest,
    answered,
    merit,
    parameters,
    refuse_figures,
    size,
)
from fleetdesigner.engine.throughput.training import TERMS, StepTimes, TrainingConfigs, step_time


def best_training(
    model: ModelShape,
    chip: ChipFigures,
    cal: Calibration,
    *,
    n_chips: int,
    seq_len: float,
    global_batch_tokens: float,
    dtype: str = "bf16",
    recompute: Recompute | bool | None = None,
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


def best_precision(
    request: TrainingRequest, dtypes: Sequence[str], cal: Calibration
) -> TrainingPlan | Refusal:
    """The best plan over precisions, by the request's objective; the last refusal when none can run."""
    answers = best_training_many([replace(request, dtype=dtype) for dtype in dtypes], cal)
    plans = [x for x in answers if isinstance(x, TrainingPlan)]
    if not plans:
        return answers[-1] if answers else Refusal("no precision was given")
    return max(plans, key=_plan_merit)


def ranked_training(
    request: TrainingRequest, cal: Calibration, most: int = 10
) -> tuple[TrainingPlan, ...] | Refusal:
    """The ``most`` best layouts that differ in their degrees (t, p, c, e, D), the best first.

    Virtual stages, micro batch, recompute and sharding are the best of each set of degrees.
    """
    refusal = _refuse(request)
    if refusal is not None:
        return refusal
    grid = _grid_of(request)
    found = _search([request], np.zeros(len(grid), dtype=np.int64), grid, cal, all_rows=True)
    order = np.argsort(-found.merit, kind="stable")
    order = order[found.merit[order] > 0]
    if not len(order):
        return _does_not_fit(request, float(np.min(found.least, initial=np.inf)))
    _, first = np.unique(grid[order, :5], axis=0, return_index=True)
    return tuple(found.plan(request, int(order[at]), cal) for at in np.sort(first)[:most])


def plan_layout(request: TrainingRequest, layout: Layout, cal: Calibration) -> TrainingPlan | Refusal:
    """The plan of one given layout, or the reason why it cannot run: impossible, or too large for memory."""
    refusal = _refuse(request)
    if refusal is not None:
        return refusal
    fault = layout_fault(
        request.model, layout, request.n_chips, request.global_batch_tokens / request.seq_len
    )
    if fault is not None:
        return Refusal(fault)
    times = step_time(layout_configs([request], [layout], cal), cal.training)
    if not times.feasible[0]:
        return _does_not_fit(request, float(times.memory_bytes[0]))
    return _plan(request, layout, times, 0, cal)


def reevaluate_training(plans: Sequence[TrainingPlan], cal: Calibration) -> tuple[TrainingPlan, ...]:
    """The same layouts under the requests the plans carry: change a request with ``dataclasses.replace``."""
    if not plans:
        return ()
    requests = [plan.request for plan in plans]
    times = step_time(layout_configs(requests, [plan.layout for plan in plans], cal), cal.training)
    return tuple(_plan(request, plans[i].layout, times, i, cal) for i, request in enumerate(requests))


def _refuse(request: TrainingRequest) -> Refusal | None:
    refusal = refuse_figures(request)
    if refusal is not None:
        return refusal
    if np.isnan(request.chip.peak(request.dtype)):
        return Refusal(f"no {request.dtype} rate for {request.chip.chip}")
    if request.n_chips < 1:
        return Refusal("the job has no chips")
    if not 0 < request.seq_len < np.inf:
        return Refusal(f"a sequence length of {request.seq_len:g} tokens is not above 0")
    if not 0 < request.global_batch_tokens < np.inf:
        return Refusal(f"a batch of {request.global_batch_tokens:g} tokens is not above 0")
    if request.global_batch_tokens < request.seq_len:
        return Refusal(
            f"a batch of {request.global_batch_tokens:,.0f} tokens is less than one sequence of "
            f"{request.seq_len:,.0f}"
        )
    if not (request.recompute is None or isinstance(request.recompute, bool)) and (
        request.recompute not in RECOMPUTES
    ):
        return Refusal(f"recompute {request.recompute!r} is not one of {', '.join(RECOMPUTES)}")
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
        context_most(request.seq_len, sequences, request.n_chips),
        sequences,
        micro_batches(request.seq_len),
    )
    bytes_each = 2.0 if request.lora else 6.0
    plain = model.plain_params + 2.0 * model.head_params
    t, p, c, e, data, _, _, sharded = grid.T
    held = bytes_each / p * (plain / t + model.routed_params / e)
    kept: Grid = grid[held <= chip.hbm_bytes * np.where(sharded > 0, data * c, 1.0)]
    return kept


def _levels(request: TrainingRequest) -> tuple[int, ...]:
    """Indices into RECOMPUTES that a request lets the search try, the fastest first."""
    forced = request.recompute
    if forced is None:
        return tuple(range(len(RECOMPUTES)))
    if isinstance(forced, bool):
        return (2 if forced else 0,)
    return (RECOMPUTES.index(forced),)


@dataclass(frozen=True, slots=True)
class _Found:
    """Every row of a grid with the fastest recompute that fits it."""

    grid: Grid
    merit: NDArray[np.float64]
    """(n,) of the objective; -1 where nothing fits"""
    least: NDArray[np.float64]
    """(n,) least bytes a chip that any recompute needs"""
    times: tuple[StepTimes, ...]
    call: NDArray[np.int64]
    """(n,) which of ``times`` a row is taken from"""
    at: NDArray[np.int64]
    """(n,) its column there"""
    level: NDArray[np.int64]
    """(n,) index into RECOMPUTES"""

    def plan(self, request: TrainingRequest, row: int, cal: Calibration) -> TrainingPlan:
        layout = _layout(self.grid[row], RECOMPUTES[int(self.level[row])])
        return _plan(request, layout, self.times[int(self.call[row])], int(self.at[row]), cal)


def _search(
    requests: Sequence[TrainingRequest], index: Index, grid: Grid, cal: Calibration, *, all_rows: bool = False
) -> _Found:
    """Times of all rows, each with the least recompute that fits: more never saves time.

    For the same reason a row that does not fit yet is given up when even so it is slower than the best that
    does, unless ``all_rows`` are wanted.
    """
    n = len(grid)
    best, least = np.full(n, -1.0), np.full(n, np.inf)
    call, column_at, level = (np.zeros(n, dtype=np.int64) for _ in range(3))
    times: list[StepTimes] = []
    bound = np.full(n, np.inf)  # merit that a row does not exceed by recomputing more than was tried
    allowed = np.zeros((len(RECOMPUTES), len(requests)), dtype=bool)
    for at, request in enumerate(requests):
        allowed[list(_levels(request)), at] = True
    for each in _ORDER:
        open_ = allowed[each][index]
        if each and times:
            leader = np.full(len(requests), -1.0)
            if not all_rows:
                np.maximum.at(leader, index, best)
            open_ &= bound > np.maximum(best, leader[index])
        if each == 1:
            open_ &= (best > 0) | ~allowed[2][index]
        rows = np.flatnonzero(open_)
        if not len(rows):
            continue
        whole = len(rows) == n
        own_index, own_grid = (index, grid) if whole else (index[rows], grid[rows])
        tried = np.full(len(rows), each, dtype=np.int64) if each else None
        found = step_time(training_search_configs(requests, own_index, own_grid, cal, tried), cal.training)
        merits = _merits(requests, own_index, found)
        least[rows] = np.minimum(least[rows], found.memory_bytes)
        if each == 0:
            bound[rows] = merits
        own = np.flatnonzero(found.feasible & (merits > best[rows]))
        to = rows[own]
        best[to], call[to], column_at[to], level[to] = merits[own], len(times), own, each
        times.append(found)
    return _Found(grid, best, least, tuple(times), call, column_at, level)


_ORDER = (0, 2, 1)
"""Levels in the order they are tried: attention alone only where full recompute is known to fit."""


def _merits(requests: Sequence[TrainingRequest], index: Index, times: StepTimes) -> NDArray[np.float64]:
    """(n,) merit of each row by its request's objective, whether it fits or not."""
    rate = times.tokens / times.seconds
    if any(request.objective != "throughput" for request in requests):
        rate = rate.copy()
        for at, request in enumerate(requests):
            own = index == at
            peak = request.chip.peak(request.dtype) * times.chips[own]
            busy = times.model_flops[own] / (times.seconds[own] * peak)
            idle = request.idle_share or 0.0
            rate[own] = merit(request.objective, rate[own], times.chips[own], busy, idle)
    return rate


def _plan_merit(plan: TrainingPlan) -> float:
    request = plan.request
    rate, chips, busy = (np.array([x]) for x in (plan.tokens_per_s, float(plan.chips_used), plan.mfu))
    return float(merit(request.objective, rate, chips, busy, request.idle_share or 0.0)[0])


def _solve(
    grids: dict[TrainingRequest, Grid],
    cal: Calibration,
    answers: dict[TrainingRequest, TrainingPlan | Refusal],
) -> None:
    requests = list(grids)
    sizes = np.array([len(grids[request]) for request in requests])
    grid = np.concatenate([grids[request] for request in requests])
    found = _search(requests, np.repeat(np.arange(len(requests)), sizes), grid, cal)
    for request, part in zip(requests, _parts(sizes), strict=True):
        best = part.start + int(np.argmax(found.merit[part])) if part.stop > part.start else -1
        if best >= 0 and found.merit[best] > 0:
            answers[request] = found.plan(request, best, cal)
        else:
            answers[request] = _does_not_fit(request, float(np.min(found.least[part], initial=np.inf)))


def _parts(sizes: NDArray[np.int64]) -> Iterator[slice]:
    stops = np.cumsum(sizes).tolist()
    yield from (slice(stop - int(count), stop) for stop, count in zip(stops, sizes, strict=True))


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
    requests: Sequence[TrainingRequest],
    index: Index,
    grid: Grid,
    cal: Calibration,
    level: NDArray[np.int64] | None = None,
) -> TrainingConfigs:
    """Columns for layouts ``grid`` (n, len(COLUMNS)), row i for ``requests[index[i]]``.

    ``level`` (n,) are indices into RECOMPUTES; None recomputes nothing.
    """

    def per(values: list[float]) -> NDArray[np.float64]:
        return column(values[0]) if len(values) == 1 else np.array(values)[index]

    t, p, c, e, data, v, b, sharded = grid.T
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
        recompute=column(0.0) if level is None else (level == 2).astype(np.float64),
        recompute_attention=column(0.0) if level is None else (level >= 1).astype(np.float64),
        sharded=sharded,
        zero=column(1.0),
        lora=per([float(x.lora) for x in requests]),
        sequence_parallel=column(1.0),
    )


def _row(layout: Layout) -> list[float]:
    return [
        layout.tensor, layout.pipeline, layout.context, layout.expert, layout.data, layout.virtual,
        layout.micro, float(layout.sharded),
    ]  # fmt: skip


def layout_configs(
    requests: Sequence[TrainingRequest],
    layouts: Sequence[Layout],
    cal: Calibration,
    index: Index | None = None,
) -> TrainingConfigs:
    """Columns of one layout a request, or one row an entry of ``index`` into both."""
    rows = np.arange(len(layouts)) if index is None else index
    grid = np.array([_row(layout) for layout in layouts])[rows]
    level = np.array([RECOMPUTES.index(layout.recompute) for layout in layouts])[rows]
    return training_search_configs(requests, rows, grid, cal, level)


def _layout(row: NDArray[np.float64], recompute: Recompute) -> Layout:
    t, p, c, e, data, v, micro, sharded = (float(x) for x in row)
    return Layout(int(t), int(p), int(c), int(e), int(data), micro, int(v), recompute, sharded > 0)


def _plan(
    request: TrainingRequest, layout: Layout, times: StepTimes, at: int, cal: Calibration
) -> TrainingPlan:
    maturity = request.maturity * cal.speed(request.chip, "training")
    seconds = float(times.seconds[at]) / maturity
    chips = round(float(times.chips[at]))
    terms = times.terms[:, at] / maturity
    fitted = cal.known(request.chip, "training", request.dtype)
    return TrainingPlan(
        request=request,
        layout=layout,
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
