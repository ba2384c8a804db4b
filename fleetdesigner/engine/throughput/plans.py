"""What a search answers: a plan, or a refusal in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.engine.throughput.calibration import Band
from fleetdesigner.engine.throughput.chips import DTYPE_BYTES, ChipFigures
from fleetdesigner.engine.throughput.models import ModelShape
from fleetdesigner.values import Grade

R = TypeVar("R")
P = TypeVar("P")

Recompute = Literal["none", "attention", "full"]
RECOMPUTES: tuple[Recompute, ...] = ("none", "attention", "full")
"""What of the forward pass runs again, the fastest first: each frees memory for time."""

Objective = Literal["throughput", "usd_per_token", "w_per_token"]
OBJECTIVES: tuple[Objective, ...] = ("throughput", "usd_per_token", "w_per_token")
"""What a search makes best: tokens a second of the job, tokens a chip-hour paid for, tokens a joule."""

CHUNK = 4096
"""Rows evaluated at once in searches over many requests."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """No mapping exists, and why."""

    reason: str
    limit: Literal["", "latency", "memory"] = ""
    """Which kind of limit it is, where it is one of these."""


@dataclass(frozen=True, slots=True)
class TrainingRequest:
    """One job that wants its best layout."""

    model: ModelShape
    chip: ChipFigures
    n_chips: int
    seq_len: float
    global_batch_tokens: float
    dtype: str = "bf16"
    recompute: Recompute | bool | None = None
    """Forces one (True: full, False: none); None takes the fastest that fits."""
    lora: bool = False
    maturity: float = 1.0
    """Software maturity: factor on speed, 1 for the stacks the calibration was fitted on."""
    objective: Objective = "throughput"
    idle_share: float | None = None
    """Power of an idle chip as a share of its power at full load; ``w_per_token`` needs it."""


@dataclass(frozen=True, slots=True)
class ServingRequest:
    """One stream that wants its best replica and concurrency."""

    model: ModelShape
    chip: ChipFigures
    dtype: str
    input_len: float
    output_len: float
    ttft_ms: float | None = None
    tpot_ms: float | None = None
    cached_share: float = 0.0
    max_chips: int = 64
    held_tokens: float = 0.0
    """Tokens of context held in memory a decoding sequence, for sessions that idle between turns."""
    demand_sequences: float | None = None
    """Sequences in flight at most on one replica; None = as many as fit."""
    maturity: float = 1.0
    objective: Objective = "throughput"
    ttft_p90: bool = False
    """Nine of ten requests must keep ``ttft_ms``: it is held against the upper end of the range."""
    idle_share: float | None = None
    """Power of an idle chip as a share of its power at full load; ``w_per_token`` needs it."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Degrees of parallelism, in chips; ``micro`` in sequences."""

    tensor: int
    pipeline: int
    context: int
    expert: int
    data: int
    micro: float
    virtual: int
    recompute: Recompute = "none"
    sharded: bool = False
    """Weights, gradients and states sharded over the data ranks (FSDP); else the states alone."""


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """The fastest layout found for one synchronous job."""

    request: TrainingRequest
    layout: Layout
    step_s: float
    tokens_per_s: float
    """Of the whole job, before interruptions."""
    mfu: float
    """Model FLOPs over the dense peak of the precision in use, on the chips used."""
    chips_used: int
    memory_bytes: float
    breakdown: tuple[tuple[str, float], ...]
    """(term, seconds of the step)."""
    limits: str
    """The largest term."""
    band: Band
    fitted: bool
    """The chip's factors were fitted on measurements of this chip."""
    grade: Grade = "estimate"
    """``measured`` when the planner's own measurement scaled it."""


@dataclass(frozen=True, slots=True)
class ServingPlan:
    """The best replica and concurrency found for one stream."""

    request: ServingRequest
    tensor: int
    attention_data: int
    replica_chips: int
    concurrency: float
    tpot_ms: float
    ttft_low_ms: float
    ttft_high_ms: float
    prefill_ms: float
    output_tokens_per_s: float
    """Of one replica."""
    output_tokens_per_s_per_chip: float
    input_tokens_per_s: float
    """Of one replica."""
    capacity_tokens: float
    """Tokens of keys and values that fit in a replica."""
    capacity_sequences: float
    compute_share: float
    """Share of the peak FLOP/s in use, for power."""
    weight_bytes: float
    breakdown: tuple[tuple[str, float], ...]
    """(term, milliseconds of the time per output token)."""
    limits: str
    band: Band
    fitted: bool
    grade: Grade = "estimate"


def refuse_figures(request: TrainingRequest | ServingRequest) -> Refusal | None:
    """Why the equations cannot run on a chip at a precision with a model, None when they can."""
    chip, dtype = request.chip, request.dtype
    missing = chip.missing()
    if missing:
        return Refusal(f"no public figure for {missing[0]} of {chip.chip}; enter one")
    if dtype not in DTYPE_BYTES:
        return Refusal(f"precision {dtype!r} is not one of {', '.join(DTYPE_BYTES)}")
    if not chip.domain_chips >= 1:
        return Refusal(f"a scale-up domain of {chip.domain_chips:g} chips is below 1")
    fault = _model_fault(request.model)
    if fault:
        return Refusal(f"{request.model.name}: {fault}")
    if not request.maturity > 0:
        return Refusal(f"software maturity {request.maturity:g} is not above 0")
    if request.objective not in OBJECTIVES:
        return Refusal(f"objective {request.objective!r} is not one of {', '.join(OBJECTIVES)}")
    if request.objective == "w_per_token" and not (
        request.idle_share is not None and 0.0 <= request.idle_share <= 1.0
    ):
        return Refusal("power a token needs the idle share of the chip's power, from 0 to 1")
    return None


def _model_fault(model: ModelShape) -> str:
    """What is impossible about an architecture; empty when nothing is."""
    for name in ("layers", "hidden", "heads", "kv_heads", "head_dim", "vocab"):
        if not getattr(model, name) >= 1:
            return f"{name} {getattr(model, name):g} is below 1"
    if not model.latent and model.heads % model.kv_heads:
        return f"{model.heads:.0f} heads do not divide into {model.kv_heads:.0f} groups of keys and values"
    if model.experts and not 1 <= model.top_k <= model.experts:
        return f"{model.top_k:g} active of {model.experts:.0f} experts"
    if not 0 <= model.dense_layers <= model.layers:
        return f"{model.dense_layers:.0f} dense layers of {model.layers:.0f} layers"
    return ""


def merit(
    objective: Objective, rate: NDArray[np.float64], chips: NDArray[np.float64],
    busy: NDArray[np.float64], idle_share: float,
) -> NDArray[np.float64]:  # fmt: skip
    """What a search makes largest: tokens/s, a chip, or a unit of a chip's full power. Shape as ``rate``.

    A price is the same for every chip of a request, so that $ a token falls with tokens/s a chip. Power
    runs from ``idle_share`` to 1 with ``busy``, the share of the peak FLOP/s in use.
    """
    if objective == "throughput":
        return rate
    each = rate / chips
    if objective == "usd_per_token":
        return each
    return each / (idle_share + (1.0 - idle_share) * np.minimum(busy, 1.0))


def chunks(grids: Mapping[R, NDArray[np.float64]]) -> Iterator[dict[R, NDArray[np.float64]]]:
    """Requests with their grids in portions of about CHUNK rows, which stay in the cache."""
    part: dict[R, NDArray[np.float64]] = {}
    held = 0
    for request, grid in grids.items():
        if part and held + len(grid) > CHUNK:
            yield part
            part, held = {}, 0
        part[request] = grid
        held += len(grid)
    if part:
        yield part


def answered(
    requests: Sequence[R],
    refuse: Callable[[R], Refusal | None],
    grid_of: Callable[[R], NDArray[np.float64]],
    solve: Callable[[dict[R, NDArray[np.float64]], dict[R, P | Refusal]], None],
) -> tuple[P | Refusal, ...]:
    """An answer to each request: refused, or solved with all others; equal requests are computed once."""
    grids: dict[R, NDArray[np.float64]] = {}
    answers: dict[R, P | Refusal] = {}
    for request in requests:
        if request in grids or request in answers:
            continue
        refusal = refuse(request)
        if refusal is not None:
            answers[request] = refusal
        else:
            grids[request] = grid_of(request)
    for part in chunks(grids):
        solve(part, answers)
    return tuple(answers[request] for request in requests)


def parameters(value: float) -> str:
    """Parameters in words: ``70.6 B``."""
    return f"{value / 1e12:.3g} T" if value >= 1e12 else f"{value / 1e9:.3g} B"


def size(value: float) -> str:
    """Bytes in words: ``141 GB``."""
    return f"{value / 1e12:.3g} TB" if value >= 1e12 else f"{value / 1e9:.3g} GB"
