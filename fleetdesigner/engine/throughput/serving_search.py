"""The best replica and concurrency of a serving stream, and the front it is chosen from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.engine.throughput.calibration import Calibration
from fleetdesigner.engine.throughput.chips import DTYPE_BYTES, ChipFigures
from fleetdesigner.engine.throughput.columns import (
    ChipColumns,
    Column,
    Flags,
    Index,
    ModelColumns,
    column,
)
from fleetdesigner.engine.throughput.layout_space import powers
from fleetdesigner.engine.throughput.models import ModelShape
from fleetdesigner.engine.throughput.plans import (
    Refusal,
    ServingPlan,
    ServingRequest,
    answered,
    merit,
    parameters,
    refuse_figures,
    size,
)
from fleetdesigner.engine.throughput.serving import SERVING_TERMS, ServingConfigs, ServingTimes, serve
from fleetdesigner.units import digits

Grid = NDArray[np.float64]
"""Shape (n, 3): tensor ranks, attention data ranks, sequences in flight."""

MOST_SEQUENCES = 4096.0
"""Sequences in flight an attention rank, at most, that the search tries."""
EACH = np.unique(np.round(np.geomspace(1.0, MOST_SEQUENCES, 25)))
"""Sequences a rank that are tried of every replica: steps of √2."""
BETWEEN = 2.0 ** (np.arange(1.0, 8.0) / 16.0)
"""Steps between two of them, tried of replicas that can still win: a latency target rarely falls on a √2."""


@dataclass(frozen=True, slots=True)
class ServingFront:
    """Mappings that no other beats in both directions, by rising tokens/s a user. Arrays of shape (n,)."""

    tensor: Column
    attention_data: Column
    concurrency: Column
    tokens_per_s_per_user: Column
    tokens_per_s_per_chip: Column
    ttft_low_ms: Column
    ttft_high_ms: Column


def best_serving(
    model: ModelShape,
    chip: ChipFigures,
    cal: Calibration,
    *,
    dtype: str,
    input_len: float,
    output_len: float,
    ttft_ms: float | None = None,
    tpot_ms: float | None = None,
    cached_share: float = 0.0,
    max_chips: int = 64,
    held_tokens: float = 0.0,
    demand_sequences: float | None = None,
    maturity: float = 1.0,
) -> ServingPlan | Refusal:
    """The mapping with the most output tokens a second and chip that keeps the targets, or why none does.

    ``ttft_ms`` is held against the middle of the range of the time to the first token, or its upper end.
    """
    request = ServingRequest(
        model, chip, dtype, input_len, output_len, ttft_ms, tpot_ms, cached_share, max_chips, held_tokens,
        demand_sequences, maturity,
    )  # fmt: skip
    return best_serving_many((request,), cal)[0]


def best_serving_many(
    requests: Sequence[ServingRequest], cal: Calibration
) -> tuple[ServingPlan | Refusal, ...]:
    """``best_serving`` of many streams in one evaluation; equal requests are computed once."""
    return answered(
        requests, refuse_serving, serving_grid, lambda grids, answers: _solve(grids, cal, answers)
    )


def reevaluate_serving(plans: Sequence[ServingPlan], cal: Calibration) -> tuple[ServingPlan, ...]:
    """The same mappings under the requests the plans carry, e.g. of another language model."""
    if not plans:
        return ()
    requests = [plan.request for plan in plans]
    grid = np.array(
        [[plan.tensor, plan.attention_data, plan.concurrency] for plan in plans], dtype=np.float64
    )
    times = serve(serving_configs(requests, np.arange(len(plans)), grid, cal), cal.serving)
    return tuple(_plan(request, grid[i], times, i, cal) for i, request in enumerate(requests))


def serving_plan(
    request: ServingRequest, tensor: int, attention_data: int, concurrency: float, cal: Calibration
) -> ServingPlan:
    """What one given replica does; ``concurrency`` beyond what fits waits in its queue."""
    grid = np.array([[tensor, attention_data, concurrency]], dtype=np.float64)
    times = serve(serving_configs((request,), np.zeros(1, dtype=np.int64), grid, cal), cal.serving)
    return _plan(request, grid[0], times, 0, cal)


def serving_front(request: ServingRequest, cal: Calibration) -> ServingFront | Refusal:
    """The mappings that fit and that no other beats in both tokens/s a user and tokens/s a chip."""
    refusal = refuse_serving(request)
    if refusal is not None:
        return refusal
    grid = serving_grid(request)
    times = serve(serving_configs((request,), np.zeros(len(grid), dtype=np.int64), grid, cal), cal.serving)
    maturity = serving_maturity(request, cal)
    user = maturity / times.tpot_s
    chip = maturity * times.output_tokens_per_s / (grid[:, 0] * grid[:, 1])
    order = np.lexsort((-chip, -user))
    order = order[times.feasible[order]]
    if not len(order):
        return _does_not_fit(request, grid, times)
    best = np.maximum.accumulate(chip[order])
    kept = order[(chip[order] >= best) & np.concatenate([[True], np.diff(best) > 0])][::-1]
    return ServingFront(
        tensor=grid[kept, 0],
        attention_data=grid[kept, 1],
        concurrency=grid[kept, 2],
        tokens_per_s_per_user=user[kept],
        tokens_per_s_per_chip=chip[kept],
        ttft_low_ms=times.ttft_low_s[kept] * 1e3 / maturity,
        ttft_high_ms=times.ttft_high_s[kept] * 1e3 / maturity,
    )


def refuse_serving(request: ServingRequest) -> Refusal | None:
    """Why a stream cannot be planned for at all, None when it can."""
    refusal = refuse_figures(request)
    if refusal is not None:
        return refusal
    if not (0 < request.input_len < np.inf and 0 < request.output_len < np.inf):
        return Refusal("a stream needs input and output lengths above 0")
    if not 0.0 <= request.cached_share <= 1.0:
        return Refusal(f"a cached share of {request.cached_share:g} is not between 0 and 1")
    if not 0.0 <= request.held_tokens < np.inf:
        return Refusal(f"{request.held_tokens:g} tokens held in memory are below 0")
    if request.max_chips < 1:
        return Refusal("a replica needs at least one chip")
    for name, target in (("TTFT", request.ttft_ms), ("TPOT", request.tpot_ms)):
        if target is not None and not target > 0:
            return Refusal(f"a {name} target of {target:g} ms is not above 0")
    if np.isnan(request.chip.peak(request.dtype)):
        return Refusal(f"no {request.dtype} rate for {request.chip.chip}")
    return None


def serving_grid(request: ServingRequest) -> Grid:
    """All mappings of a stream that are worth trying."""
    model = request.model
    ranks = request.max_chips if model.family == "moe" or model.latent else 1
    return _grid(request.max_chips, int(model.heads), ranks)


@lru_cache(maxsize=64)
def _grid(most: int, heads: int, most_ranks: int) -> Grid:
    """Replicas of up to ``most`` chips in powers of two; sequences a rank from 1 to MOST_SEQUENCES.

    Replicas larger than a scale-up domain are tried too: their exchanges pay the scale-out network.
    """
    tensor = np.array([float(t) for t in powers(min(most, heads)) if not heads % t])
    ranks = 2.0 ** np.arange(int(np.log2(max(1, most_ranks))) + 1)
    t, a, b = (axis.ravel() for axis in np.meshgrid(tensor, ranks, EACH, indexing="ij"))
    keep = t * a <= most
    grid = np.stack([t[keep], a[keep], b[keep] * a[keep]], axis=1)
    grid.setflags(write=False)
    return grid


def serving_configs(
    requests: Sequence[ServingRequest],
    index: Index,
    grid: Grid,
    cal: Calibration,
    runs_in: Sequence[str] | None = None,
) -> ServingConfigs:
    """Columns for mappings ``grid`` (n, 3), row i for ``requests[index[i]]``.

    ``runs_in`` is the precision products run in, one a request; None = that of the weights where the chip
    has it, else bf16.
    """
    one = len(requests) == 1
    where = None if one else index

    def per(values: Sequence[float]) -> Column:
        return column(values[0]) if one else np.array(values, dtype=np.float64)[index]

    if runs_in is None:
        runs_in = [x.chip.computes_in(x.dtype) for x in requests]
    return ServingConfigs(
        model=ModelColumns.of([x.model for x in requests], where),
        chip=ChipColumns.of([x.chip for x in requests], [x.dtype for x in requests], where),
        bandwidth=per([cal.bandwidth(x.chip).value for x in requests]),
        stream=per([cal.stream(x.chip) for x in requests]),
        product_rate=per([x.chip.peak(d) * cal.compute(d) for x, d in zip(requests, runs_in, strict=True)]),
        expert_peak=per([cal.expert_peak(x.chip, d) for x, d in zip(requests, runs_in, strict=True)]),
        score_rate=per([x.chip.bf16_flops * cal.serving.scores for x in requests]),
        hop_s=per([cal.hop_s(x.chip) for x in requests]),
        layer_s=per([cal.layer_s(x.chip) for x in requests]),
        fixed_time=per([cal.fixed_time(x.chip) for x in requests]),
        tensor=grid[:, 0],
        attention_data=grid[:, 1],
        concurrency=grid[:, 2],
        input_len=per([x.input_len for x in requests]),
        output_len=per([x.output_len for x in requests]),
        cached_share=per([x.cached_share for x in requests]),
        kv_value_bytes=per([2.0 if x.dtype == "bf16" else 1.0 for x in requests]),
        held_tokens=per([x.held_tokens for x in requests]),
    )


def _solve(
    grids: dict[ServingRequest, Grid], cal: Calibration, answers: dict[ServingRequest, ServingPlan | Refusal]
) -> None:
    requests = list(grids)
    sizes = [len(grids[request]) for request in requests]
    grid = np.concatenate([grids[request] for request in requests])
    index = np.repeat(np.arange(len(requests)), sizes)
    times, fits, tpot_ok, first, merit_of, meets = tried(requests, index, grid, cal)
    speed = np.where(meets, merit_of, -1.0)
    near, finer = _between(index, grid, speed, len(requests))
    again = tried(requests, near, finer, cal)
    more, faster = again.times, np.where(again.meets, again.merit, -1.0)
    bounds = np.searchsorted(near, np.arange(len(requests) + 1))
    start = 0
    for at, (request, count) in enumerate(zip(requests, sizes, strict=True)):
        part = slice(start, start + count)
        best = start + int(np.argmax(speed[part])) if count else start
        if count and speed[best] > 0:
            own = slice(bounds[at], bounds[at + 1])
            if faster[own].max(initial=0.0) > speed[best]:
                best = int(bounds[at]) + int(np.argmax(faster[own]))
                answers[request] = _plan(request, finer[best], more, best, cal)
            else:
                answers[request] = _plan(request, grid[best], times, best, cal)
        elif not fits[part].any():
            answers[request] = _does_not_fit(request, grid[part], times)
        elif not (fits & tpot_ok)[part].any():
            least = np.min(times.tpot_s[part][fits[part]]) / serving_maturity(request, cal) * 1e3
            answers[request] = Refusal(
                f"TPOT {request.tpot_ms:g} ms cannot be met; best {digits(float(least))} ms", "latency"
            )
        else:
            least = np.min(first[part][(fits & tpot_ok)[part]])
            answers[request] = Refusal(
                f"TTFT {request.ttft_ms:g} ms cannot be met; best about {digits(float(least))} ms", "latency"
            )
        start += count


class Tried(NamedTuple):
    """Mappings as they were tried; columns of shape (n,)."""

    times: ServingTimes
    fits: Flags
    """In memory, and no more sequences than asked for"""
    tpot_ok: Flags
    first_ms: Column
    """Milliseconds to the first token"""
    merit: Column
    """What the search makes largest"""
    meets: Flags
    """Fits and keeps the targets"""


def tried(requests: Sequence[ServingRequest], index: Index, grid: Grid, cal: Calibration) -> Tried:
    """Each row of the grid (tensor, ranks, sequences) for the request that `index` names."""
    times = serve(serving_configs(requests, index, grid, cal), cal.serving)

    def per(values: list[float]) -> Column:
        return np.array(values)[index]

    maturity = per([serving_maturity(x, cal) for x in requests])
    tpot_ok = times.tpot_s / maturity * 1e3 <= per([x.tpot_ms or np.inf for x in requests])
    held = per([float(x.ttft_p90) for x in requests])
    middle = np.sqrt(times.ttft_low_s * times.ttft_high_s)
    first = np.where(held > 0, times.ttft_high_s, middle) / maturity * 1e3
    ttft_ok = first <= per([x.ttft_ms or np.inf for x in requests])
    asked = grid[:, 2] <= np.maximum(1.0, per([x.demand_sequences or np.inf for x in requests]))
    fits = times.feasible & asked
    merit_of = _merits(requests, index, grid, times)
    return Tried(times, fits, tpot_ok, first, merit_of, fits & tpot_ok & ttft_ok)


def _between(index: Index, grid: Grid, speed: Column, requests: int) -> tuple[Index, Grid]:
    """Finer steps beyond the most sequences that keep the targets, of replicas that can still win by √2.

    Output rises with the sequences in flight, and so do latencies and memory: the best lies right below a
    limit. Returns which request each row is for, and the rows.
    """
    most = len(EACH)
    by_replica = speed.reshape(-1, most)
    last = np.argmax(by_replica, axis=1)
    top = by_replica[np.arange(len(last)), last]
    owner = index[::most]
    best = np.full(requests, -1.0)
    np.maximum.at(best, owner, top)
    keep = np.flatnonzero((top > 0) & (top * np.sqrt(2.0) * 1.01 > best[owner]) & (last < most - 1))
    return np.repeat(owner[keep], len(BETWEEN)), finer_loads(grid[keep * most + last[keep]])


def finer_loads(rows: Grid) -> Grid:
    """Each row with the loads between it and the next step of the grid, as many sequences on each rank."""
    finer = np.repeat(rows, len(BETWEEN), axis=0)
    ranks = finer[:, 1]
    finer[:, 2] = np.round(finer[:, 2] / ranks * np.tile(BETWEEN, len(rows))) * ranks
    return finer


def _merits(requests: Sequence[ServingRequest], index: Index, grid: Grid, times: ServingTimes) -> Column:
    """(n,) output tokens/s a chip, or a unit of a chip's power: a pool runs as many replicas as it holds."""
    chips = grid[:, 0] * grid[:, 1]
    each = times.output_tokens_per_s / chips
    for at, request in enumerate(requests):
        if request.objective == "w_per_token":
            own = index == at
            busy = times.compute_share[own]
            idle = request.idle_share or 0.0
            each[own] = merit(request.objective, times.output_tokens_per_s[own], chips[own], busy, idle)
    return each


def serving_maturity(request: ServingRequest, cal: Calibration) -> float:
    """Factor on speed: how mature the software is, and what the planner measured."""
    return request.maturity * cal.speed(request.chip, "serving")


def _does_not_fit(request: ServingRequest, grid: Grid, times: ServingTimes) -> Refusal:
    model, chip = request.model, request.chip
    need = model.total_params * DTYPE_BYTES[request.dtype]
    chips = int(np.max(grid[:, 0] * grid[:, 1], initial=1.0))
    hold = 0.92 * chip.hbm_bytes * chips
    what = "weights" if need > hold else "weights and one sequence"
    return Refusal(
        f"{parameters(model.total_params)} parameters in {request.dtype} need {size(need)} "
        f"({what} do not fit); "
        f"{chips} {'chip holds' if chips == 1 else 'chips hold'} {size(hold)}",
        "memory",
    )


def _plan(request: ServingRequest, row: Grid, times: ServingTimes, at: int, cal: Calibration) -> ServingPlan:
    slower = 1.0 / serving_maturity(request, cal)
    chips = round(float(row[0] * row[1]))
    tpot = float(times.tpot_s[at]) * slower
    output = float(times.output_tokens_per_s[at]) / slower
    fitted = cal.known(request.chip, "serving", request.dtype)
    return ServingPlan(
        request=request,
        tensor=round(float(row[0])),
        attention_data=round(float(row[1])),
        replica_chips=chips,
        concurrency=float(row[2]),
        tpot_ms=tpot * 1e3,
        ttft_low_ms=float(times.ttft_low_s[at]) * slower * 1e3,
        ttft_high_ms=float(times.ttft_high_s[at]) * slower * 1e3,
        prefill_ms=float(times.prefill_s[at]) * slower * 1e3,
        output_tokens_per_s=output,
        output_tokens_per_s_per_chip=output / chips,
        input_tokens_per_s=float(times.input_tokens_per_s[at]) / slower,
        capacity_tokens=float(times.capacity_tokens[at]),
        capacity_sequences=float(times.capacity_sequences[at]),
        compute_share=float(times.compute_share[at]) / slower,
        weight_bytes=float(times.weight_bytes[at]),
        breakdown=tuple(zip(SERVING_TERMS, (times.terms[:, at] * slower * 1e3).tolist(), strict=True)),
        limits=SERVING_TERMS[int(times.limiting[at])],
        band=cal.band("serving", request.model.family, fitted),
        fitted=fitted,
        grade=cal.grade(request.chip, "serving"),
    )
