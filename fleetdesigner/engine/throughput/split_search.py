"""The best way to serve a stream with prefill and decode on replicas of their own (THROUGHPUT §4).

Throughput = min(replicas · ranks / T of prefill, replicas · sequences / (step · output tokens) of decode,
bridge / bytes of keys and values of a request). Every pair of mappings is tried, in whole replicas.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from fleetdesigner.engine.throughput.calibration import Calibration
from fleetdesigner.engine.throughput.columns import Column, Index
from fleetdesigner.engine.throughput.plans import Refusal, ServingRequest
from fleetdesigner.engine.throughput.serving import ServingTimes, serve
from fleetdesigner.engine.throughput.serving_search import (
    Grid,
    refuse_serving,
    serving_configs,
    serving_grid,
    serving_maturity,
)
from fleetdesigner.units import digits


@dataclass(frozen=True, slots=True)
class SplitPlan:
    """Replicas for prefill and for decode, and what they reach together."""

    prefill_tensor: int
    prefill_ranks: int
    prefill_replicas: int
    decode_tensor: int
    decode_ranks: int
    decode_replicas: int
    concurrency: float
    """Sequences in flight on one decode replica."""
    requests_per_s: float
    output_tokens_per_s: float
    output_tokens_per_s_per_chip: float
    """Over all chips given, idle ones included."""
    ttft_ms: float
    """Middle of a range that is wide by a factor of two either way."""
    tpot_ms: float
    prefill_share: float
    """Share of prefill in the chips that work."""
    bridge_bytes_per_s: float
    """What keys and values take of the bridge."""
    limits: str
    """``prefill``, ``decode`` or ``bridge``."""


@dataclass(frozen=True, slots=True)
class _Side:
    """Mappings of one side. Arrays of shape (n,)."""

    grid: Grid
    chips: Column
    rate: Column
    """Requests a second of a replica."""
    seconds: Column
    """Prefill of a request, or a decode step."""


def best_split(
    prefill: ServingRequest,
    decode: ServingRequest,
    cal: Calibration,
    *,
    prefill_chips: int,
    decode_chips: int | None = None,
    bridge_bytes_per_s: float = math.inf,
) -> SplitPlan | Refusal:
    """The split with the most requests a second that keeps the targets of ``decode``.

    ``prefill_chips`` are shared by both sides when ``decode_chips`` is None (one kind of chip, any share),
    else each side has its own (two kinds). The bridge joins the sides, one way.
    """
    if prefill.model != decode.model:
        return Refusal("prefill and decode must run the same model")
    for request in (prefill, decode):
        refusal = refuse_serving(request)
        if refusal is not None:
            return refusal
    if not bridge_bytes_per_s > 0:
        return Refusal("prefill and decode have no bridge between them; give it a bandwidth")
    state = decode.model.kv_bytes(
        decode.input_len * (1.0 - decode.cached_share), 2.0 if decode.dtype == "bf16" else 1.0
    )
    first = _prefill_side(prefill, cal)
    then = _decode_side(decode, cal)
    for side, request, name in ((first, prefill, "prefill"), (then, decode, "decode")):
        if not len(side.chips):
            return Refusal(_why(request, cal, name))
    handed = state / (decode.chip.scale_out_bytes_per_s * then.grid[:, 0])
    ttft = cal.serving.ttft_fixed_s + first.seconds[:, None] + (handed + then.seconds)[None, :]
    limit = np.inf if decode.ttft_ms is None else decode.ttft_ms / 1e3
    ok = ttft <= limit
    if not ok.any():
        return Refusal(f"TTFT {decode.ttft_ms:g} ms cannot be met; best about {digits(ttft.min() * 1e3)} ms")
    p, d = np.nonzero(ok)
    crossed = bridge_bytes_per_s / state if state > 0 else math.inf
    pre, dec = _replicas(first, then, p, d, prefill_chips, decode_chips)
    rate = np.minimum(np.minimum(pre * first.rate[p], dec * then.rate[d]), crossed)
    each, at = np.unravel_index(int(np.argmax(rate)), rate.shape)
    if not rate[each, at] > 0:
        total = prefill_chips + (decode_chips or 0)
        return Refusal(f"a replica for each side does not fit on {total:,} chips")
    one, other = int(p[at]), int(d[at])
    rates = {
        "prefill": pre[each, at] * first.rate[one], "decode": dec[each, at] * then.rate[other],
        "bridge": crossed,
    }  # fmt: skip
    best = float(rate[each, at])
    used_first, used_then = pre[each, at] * first.chips[one], dec[each, at] * then.chips[other]
    return SplitPlan(
        prefill_tensor=int(first.grid[one, 0]),
        prefill_ranks=int(first.grid[one, 1]),
        prefill_replicas=int(pre[each, at]),
        decode_tensor=int(then.grid[other, 0]),
        decode_ranks=int(then.grid[other, 1]),
        decode_replicas=int(dec[each, at]),
        concurrency=float(then.grid[other, 2]),
        requests_per_s=best,
        output_tokens_per_s=best * decode.output_len,
        output_tokens_per_s_per_chip=best * decode.output_len / (prefill_chips + (decode_chips or 0)),
        ttft_ms=float(ttft[one, other]) * 1e3,
        tpot_ms=float(then.seconds[other]) * 1e3,
        prefill_share=float(used_first / (used_first + used_then)),
        bridge_bytes_per_s=best * state,
        limits=min(rates, key=lambda name: rates[name]),
    )


@dataclass(frozen=True, slots=True)
class SplitFront:
    """Splits that no other beats in both directions, by rising tokens/s a user. Arrays of shape (n,)."""

    tokens_per_s_per_user: Column
    tokens_per_s_per_chip: Column
    """With the share of prefill at which both sides keep up, replicas not rounded to whole ones."""
    decode_tensor: Column
    decode_ranks: Column
    concurrency: Column
    prefill_share: Column


def split_front(prefill: ServingRequest, decode: ServingRequest, cal: Calibration) -> SplitFront | Refusal:
    """The front of splits within the targets of ``decode``, each with its cheapest prefill mapping."""
    for request in (prefill, decode):
        refusal = refuse_serving(request)
        if refusal is not None:
            return refusal
    first, then = _prefill_side(prefill, cal), _decode_side(decode, cal)
    for side, request, name in ((first, prefill, "prefill"), (then, decode, "decode")):
        if not len(side.chips):
            return Refusal(_why(request, cal, name))
    limit = np.inf if decode.ttft_ms is None else decode.ttft_ms / 1e3 - cal.serving.ttft_fixed_s
    in_time = first.seconds[:, None] + then.seconds[None, :] <= limit
    cost = np.where(in_time, (first.chips / first.rate)[:, None], np.inf).min(axis=0)
    own = then.chips / then.rate
    user, chip = 1.0 / then.seconds, decode.output_len / (cost + own)
    order = np.lexsort((-chip, -user))
    order = order[chip[order] > 0]
    if not len(order):
        return Refusal(f"TTFT {decode.ttft_ms:g} ms cannot be met")
    best = np.maximum.accumulate(chip[order])
    kept = order[np.concatenate([[True], np.diff(best) > 0])][::-1]
    return SplitFront(
        user[kept], chip[kept], then.grid[kept, 0], then.grid[kept, 1], then.grid[kept, 2],
        cost[kept] / (cost[kept] + own[kept]),
    )  # fmt: skip


def _times(request: ServingRequest, cal: Calibration) -> tuple[Grid, ServingTimes]:
    grid = serving_grid(request)
    index = np.zeros(len(grid), dtype=np.int64)
    return grid, serve(serving_configs((request,), index, grid, cal), cal.serving)


def _prefill_side(request: ServingRequest, cal: Calibration) -> _Side:
    """One row a mapping: prefill works on one request a rank, whatever the concurrency."""
    grid, times = _times(request, cal)
    rows = np.flatnonzero(times.feasible & (grid[:, 2] == grid[:, 1]))
    seconds = times.prefill_s[rows] / serving_maturity(request, cal)
    return _Side(grid[rows], grid[rows, 0] * grid[rows, 1], grid[rows, 1] / seconds, seconds)


def _decode_side(request: ServingRequest, cal: Calibration) -> _Side:
    grid, times = _times(request, cal)
    seconds = times.step_s / serving_maturity(request, cal)
    limit = np.inf if request.tpot_ms is None else request.tpot_ms / 1e3
    rows = np.flatnonzero(times.feasible & (seconds <= limit))
    rate = grid[rows, 2] / (seconds[rows] * request.output_len)
    return _Side(grid[rows], grid[rows, 0] * grid[rows, 1], rate, seconds[rows])


def _why(request: ServingRequest, cal: Calibration, side: str) -> str:
    grid, times = _times(request, cal)
    if not times.feasible.any():
        chips = int(np.max(grid[:, 0] * grid[:, 1], initial=1.0))
        return f"{side}: weights and one sequence do not fit on the {chips} chips of a replica"
    least = float(np.min(times.step_s[times.feasible])) / serving_maturity(request, cal) * 1e3
    return f"{side}: TPOT {request.tpot_ms:g} ms cannot be met; best {digits(least)} ms"


def _replicas(
    first: _Side, then: _Side, p: Index, d: Index, chips: int, own: int | None
) -> tuple[Column, Column]:
    """(candidates, pairs) of whole prefill and decode replicas; candidates lie around equal rates."""
    size_p, size_d = first.chips[p], then.chips[d]
    if own is not None:
        return np.floor(chips / size_p)[None, :], np.floor(own / size_d)[None, :]
    fast_p, fast_d = first.rate[p], then.rate[d]
    even_p = chips * fast_d / (size_d * fast_p + size_p * fast_d)
    even_d = even_p * fast_p / fast_d
    pre, dec = [], []
    for more in (0.0, 1.0):
        some = np.floor(even_p) + more
        pre.append(some)
        dec.append(np.floor((chips - some * size_p) / size_d))
        some = np.floor(even_d) + more
        dec.append(some)
        pre.append(np.floor((chips - some * size_d) / size_p))
    return np.maximum(0.0, np.array(pre)), np.maximum(0.0, np.array(dec))
