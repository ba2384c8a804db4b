"""Jobs over chips of two or more kinds: four modes, each with its best split (THROUGHPUT §5). Forecasts all.

Parts stand in separate scale-up domains joined by a bridge of their own bandwidth. No source says that
Trainium4 and GPUs can share one NVLink domain: ``one_domain`` is a what-if that takes the bridge away, and
its answers say so.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from fleetdesigner.engine.throughput.calibration import Calibration, load_calibration
from fleetdesigner.engine.throughput.mixed_data import Mixtures, best_shares
from fleetdesigner.engine.throughput.models import ModelShape
from fleetdesigner.engine.throughput.plans import Refusal, ServingPlan, TrainingPlan
from fleetdesigner.engine.throughput.training_search import best_training_many

Mode = Literal["separate", "data", "pipeline", "prefill_decode"]
MODES: tuple[Mode, ...] = ("separate", "data", "pipeline", "prefill_decode")

BOUNDARY_PENALTY = 0.05
"""Share of a stage's time lost at each change of chip: two runtimes hand over on the host (an assumption)."""

WHAT_IF = "what-if: one NVLink domain over both kinds of chip; no source says that it will exist"


@dataclass(frozen=True, slots=True)
class MixedPart:
    """One kind of chip in a mixed training job, with the layout that its replicas have there."""

    plan: TrainingPlan
    """Alone, for the same model and batch."""
    chips: float | None = None
    """Chips it brings; None = those of the plan."""
    speed: float = 1.0
    """Factor on the plan's speed: readiness, goodput."""

    @property
    def count(self) -> float:
        """Chips it brings."""
        return float(self.plan.chips_used) if self.chips is None else self.chips

    @property
    def tokens_per_s(self) -> float:
        """Alone."""
        return self.plan.tokens_per_s * (self.count / self.plan.chips_used) * self.speed

    @property
    def hbm_bytes(self) -> float:
        """Memory of all its chips."""
        return self.plan.request.chip.hbm_bytes * self.count


@dataclass(frozen=True, slots=True)
class MixedPlan:
    """How a mixed job splits, and what it reaches."""

    mode: Mode
    tokens_per_s: float
    shares: tuple[float, ...]
    """Share of each part in the batch (separate, data) or in the layers (pipeline)."""
    bridge_s: float
    """Seconds a step that wait for the bridge; 0 where it carries nothing."""
    limits: str
    """``bridge``, or the chip id of the slowest part."""
    note: str = ""


def mixed_training(
    parts: Sequence[MixedPart],
    mode: Mode,
    bridge_bytes_per_s: float,
    *,
    one_domain: bool = False,
    cal: Calibration | None = None,
) -> MixedPlan | Refusal:
    """A training job over all parts in one mode. ``bridge_bytes_per_s`` joins them, one way.

    ``cal``: the factors the plans were made with, by default the bundled ones.

    ``separate``: a job a part, rates add. ``data``: batch shares ∝ speed, then gradients over the bridge.
    ``pipeline``: whole layers ∝ speed, capped by memory. Raises ValueError for an empty list.
    """
    if not parts:
        raise ValueError("a mixed job needs at least one part")
    if mode == "prefill_decode":
        return Refusal("prefill and decode is a mode of serving, not of training")
    if mode == "separate" or len(parts) == 1:
        return _separate(parts)
    if not one_domain and not bridge_bytes_per_s > 0:
        return Refusal("the parts have no bridge between them; give it a bandwidth, or run separate jobs")
    bridge = math.inf if one_domain else bridge_bytes_per_s
    plan = _data(parts, bridge, cal or load_calibration()) if mode == "data" else _pipeline(parts, bridge)
    if one_domain and isinstance(plan, MixedPlan):
        return MixedPlan(plan.mode, plan.tokens_per_s, plan.shares, plan.bridge_s, plan.limits, WHAT_IF)
    return plan


def best_mixed_training(
    parts: Sequence[MixedPart], bridge_bytes_per_s: float, *, one_domain: bool = False
) -> MixedPlan:
    """The training mode with the most tokens a second; separate jobs where they do as well."""
    best = _separate(parts)
    for mode in ("data", "pipeline"):
        plan = mixed_training(parts, mode, bridge_bytes_per_s, one_domain=one_domain)
        if isinstance(plan, MixedPlan) and plan.tokens_per_s > best.tokens_per_s:
            best = plan
    return best


def data_rates(given: Mixtures, cal: Calibration) -> np.ndarray:
    """(k,) tokens/s of mixtures in data-parallel mode; 0 where parts have no bridge between them."""
    joined = given.bridge_bytes_per_s > 0
    rates = np.zeros(len(joined))
    if joined.any():
        some = replace(
            given,
            chips=given.chips[joined],
            speed=given.speed[joined],
            bridge_bytes_per_s=given.bridge_bytes_per_s[joined],
        )
        tokens = given.plans[0].request.global_batch_tokens
        rates[joined] = tokens / best_shares(some, cal).seconds.max(axis=1)
    return rates


def pipeline_rates(given: Mixtures) -> np.ndarray:
    """(k,) tokens/s of mixtures in pipeline mode; 0 where layers do not fit or no bridge joins the parts."""
    rates = np.zeros(len(given.bridge_bytes_per_s))
    for at, bridge in enumerate(given.bridge_bytes_per_s.tolist()):
        parts = [
            MixedPart(plan, float(chips), float(speed))
            for plan, chips, speed in zip(given.plans, given.chips[at], given.speed[at], strict=True)
        ]
        plan = _pipeline(parts, bridge) if bridge > 0 else None
        rates[at] = plan.tokens_per_s if isinstance(plan, MixedPlan) else 0.0
    return rates


def mixed_parts(
    model: ModelShape, plans: Sequence[TrainingPlan | Refusal], cal: Calibration
) -> tuple[MixedPart, ...] | Refusal:
    """Parts of one job over the chips of all plans; the first refusal names the kind that cannot take part.

    The layout of each kind is the best for the whole job on as many chips of that kind, of which the part has
    its share of the replicas.
    """
    parts = []
    given = [plan.request.n_chips for plan in plans if isinstance(plan, TrainingPlan)]
    for plan in plans:
        if isinstance(plan, Refusal):
            return plan
        whole = best_training_many((replace(plan.request, model=model, n_chips=sum(given)),), cal)[0]
        if isinstance(whole, Refusal):
            return whole
        parts.append(MixedPart(whole, float(plan.request.n_chips)))
    return tuple(parts)


def _separate(parts: Sequence[MixedPart]) -> MixedPlan:
    rates = np.array([part.tokens_per_s for part in parts])
    total = float(rates.sum())
    slowest = parts[int(np.argmin(rates))].plan.request.chip.chip
    return MixedPlan("separate", total, tuple((rates / total).tolist()), 0.0, slowest)


def _data(parts: Sequence[MixedPart], bridge: float, cal: Calibration) -> MixedPlan:
    """Batch shares at which all parts end together, gradients over the slowest fabric: ``mixed_data``."""
    found = best_shares(mixtures_of(parts, bridge), cal)
    last = int(np.argmax(found.seconds[0]))
    seconds, waits = float(found.seconds[0, last]), float(found.bridge_s[0, last])
    rates = [part.tokens_per_s for part in parts]
    slowest = parts[int(np.argmin(rates))].plan.request.chip.chip
    tokens = parts[0].plan.request.global_batch_tokens
    limits = "bridge" if waits > 0.5 * seconds else slowest
    return MixedPlan("data", tokens / seconds, tuple(found.shares[0].tolist()), waits, limits)


def mixtures_of(parts: Sequence[MixedPart], bridge: float) -> Mixtures:
    """The parts as one mixture."""
    return Mixtures(
        tuple(part.plan for part in parts),
        np.array([[part.count for part in parts]]),
        np.array([[part.speed for part in parts]]),
        np.array([bridge]),
    )


def _pipeline(parts: Sequence[MixedPart], bridge: float) -> MixedPlan | Refusal:
    """Whole layers ∝ speed, capped by what memory holds; the slowest stage sets the pace."""
    request = parts[0].plan.request
    layers = int(request.model.layers)
    rates = np.array([part.tokens_per_s for part in parts])
    bytes_per_layer = 18.0 * request.model.total_params / layers
    most = np.array([math.floor(0.92 * part.hbm_bytes / bytes_per_layer) for part in parts])
    if most.sum() < layers or layers < len(parts):
        return Refusal(
            f"{layers} layers do not fit: the parts hold {int(most.sum())} of them with optimizer states"
        )
    held = split_layers(layers, rates, most)
    tokens = request.global_batch_tokens
    stage_s = tokens * (held / layers) / rates
    crossed = len(parts) - 1
    boundary = crossed * 2.0 * tokens * request.model.hidden * 2.0 / bridge
    compute = float(stage_s.max()) * (1.0 + BOUNDARY_PENALTY * crossed)
    step = max(compute, boundary)
    slowest = parts[int(np.argmax(stage_s))].plan.request.chip.chip
    return MixedPlan(
        "pipeline",
        tokens / step,
        tuple((held / layers).tolist()),
        max(0.0, boundary - compute),
        "bridge" if boundary > compute else slowest,
    )


def split_layers(
    layers: int, rates: Sequence[float] | np.ndarray, most: Sequence[int] | np.ndarray
) -> np.ndarray:
    """Whole layers of each part, so that the slowest stage is as fast as can be; from one to ``most``.

    Gives one layer at a time to the part that would end it first. Shape (parts,), sums to ``layers``.
    """
    speed = np.asarray(rates, dtype=np.float64)
    limit = np.asarray(most)
    held = np.ones(len(speed))
    for _ in range(layers - len(speed)):
        ends = np.where(held < limit, (held + 1.0) / speed, np.inf)
        held[int(np.argmin(ends))] += 1.0
    return held


@dataclass(frozen=True, slots=True)
class SplitServing:
    """Prefill on one kind of chip, decode on another."""

    requests_per_s: float
    output_tokens_per_s: float
    prefill_share: float
    """Share of prefill in the chips of both sides."""
    prefill_replicas: float
    decode_replicas: float
    bridge_bytes_per_s: float
    """What the handed-over keys and values take of the bridge."""
    limits: str
    """``prefill``, ``decode`` or ``bridge``."""
    note: str = ""


def split_serving(
    prefill: ServingPlan,
    decode: ServingPlan,
    prefill_replicas: float,
    decode_replicas: float,
    bridge_bytes_per_s: float,
    *,
    one_domain: bool = False,
) -> SplitServing | Refusal:
    """Prefill on the replicas of one plan, decode on those of the other: n_pre/T against n_dec/step.

    Keys and values of every request cross the bridge once. Decode no longer waits for prefill work.
    """
    if prefill.request.model != decode.request.model:
        return Refusal("prefill and decode must run the same model")
    if not one_domain and not bridge_bytes_per_s > 0:
        return Refusal("prefill and decode have no bridge between them; give it a bandwidth")
    request = decode.request
    first_s = prefill.prefill_ms / 1e3 / prefill.attention_data
    waits = dict(decode.breakdown).get("prefill", 0.0)
    step_s = (decode.tpot_ms - waits) / 1e3
    prefilled = prefill_replicas / first_s
    decoded = decode_replicas * decode.concurrency / (step_s * request.output_len)
    state = request.model.kv_bytes(
        request.input_len * (1.0 - request.cached_share), _state_size(request.dtype)
    )
    bridge = math.inf if one_domain else bridge_bytes_per_s
    crossed = bridge / state
    rates = {"prefill": prefilled, "decode": decoded, "bridge": crossed}
    limits = min(rates, key=lambda name: rates[name])
    rate = rates[limits]
    chips_pre = prefill_replicas * prefill.replica_chips
    chips_all = chips_pre + decode_replicas * decode.replica_chips
    return SplitServing(
        requests_per_s=rate,
        output_tokens_per_s=rate * request.output_len,
        prefill_share=chips_pre / chips_all,
        prefill_replicas=prefill_replicas,
        decode_replicas=decode_replicas,
        bridge_bytes_per_s=rate * state,
        limits=limits,
        note=WHAT_IF if one_domain else "",
    )


def even_split(
    prefill: ServingPlan,
    decode: ServingPlan,
    prefill_chips: float,
    decode_chips: float,
    bridge_bytes_per_s: float,
    *,
    one_domain: bool = False,
) -> SplitServing | Refusal:
    """The part of each kind's chips in whole replicas, used so that both rates are equal.

    Chips that the slower side leaves idle are not counted: ``prefill_replicas`` and ``decode_replicas`` are
    what the split needs, at most what ``prefill_chips`` and ``decode_chips`` hold.
    """
    most_prefill = math.floor(prefill_chips / prefill.replica_chips)
    most_decode = math.floor(decode_chips / decode.replica_chips)
    if most_prefill < 1 or most_decode < 1:
        side = "prefill" if most_prefill < 1 else "decode"
        return Refusal(f"not one replica fits the chips given to {side}")
    whole = split_serving(
        prefill, decode, most_prefill, most_decode, bridge_bytes_per_s, one_domain=one_domain
    )
    if isinstance(whole, Refusal):
        return whole
    one = split_serving(prefill, decode, 1.0, 1e18, math.inf, one_domain=True)
    other = split_serving(prefill, decode, 1e18, 1.0, math.inf, one_domain=True)
    if isinstance(one, Refusal) or isinstance(other, Refusal):
        return whole
    need_prefill = math.ceil(whole.requests_per_s / one.requests_per_s - 1e-9)
    need_decode = math.ceil(whole.requests_per_s / other.requests_per_s - 1e-9)
    return split_serving(
        prefill, decode, need_prefill, need_decode, bridge_bytes_per_s, one_domain=one_domain
    )


def _state_size(dtype: str) -> float:
    return 2.0 if dtype == "bf16" else 1.0
