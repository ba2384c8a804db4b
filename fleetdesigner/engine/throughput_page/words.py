"""Throughput in words: terms of a step or a token, layouts, what limits, and where memory goes.

Terms and layouts come from the equations; a term that has no words here is shown by its own name, so that a
new one is seen at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from fleetdesigner.engine.throughput.calibration import Band, Calibration
from fleetdesigner.engine.throughput.plans import ServingPlan, TrainingPlan
from fleetdesigner.units import digits

Plan = TrainingPlan | ServingPlan

TERM_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "linear": "Linear layers",
        "attention": "Attention",
        "elementwise": "Element-wise",
        "tensor": "Tensor traffic",
        "expert": "Expert traffic",
        "context": "Context ring",
        "bubble": "Pipeline",
        "data": "Data traffic",
        "optimizer": "Optimizer",
        "straggler": "Stragglers",
        "weights": "Reading weights",
        "kv": "Keys and values",
        "compute": "Compute",
        "collectives": "Collectives",
        "layers": "Layer launches",
        "sequences": "Host work",
        "prefill": "Prefill between",
    }
)
_RECOMPUTE: Mapping[str, str] = MappingProxyType(
    {
        "none": "Nothing is recomputed.",
        "attention": "Attention is recomputed.",
        "full": "The whole forward pass is recomputed.",
    }
)


@dataclass(frozen=True, slots=True)
class Part:
    """A named part of a whole: a term of a step, a use of memory."""

    key: str
    words: str
    value: float
    """Seconds, milliseconds or bytes."""


def term_words(term: str) -> str:
    """The name of a term for people."""
    return TERM_WORDS.get(term, term.replace("_", " ").capitalize())


def terms_of(plan: Plan) -> tuple[Part, ...]:
    """All terms of a plan in their order: seconds of a step, or milliseconds of a token."""
    return tuple(Part(key, term_words(key), value) for key, value in plan.breakdown)


def whole_of(plan: Plan) -> float:
    """Seconds of a step, or milliseconds of a token."""
    return plan.step_s if isinstance(plan, TrainingPlan) else plan.tpot_ms


def limit_words(plan: Plan) -> str:
    """``Linear layers, 60 % of the step. MFU 41 %.``"""
    share = dict(plan.breakdown)[plan.limits] / whole_of(plan)
    what = f"{term_words(plan.limits)}, {digits(share * 100, 2)} % of"
    if isinstance(plan, TrainingPlan):
        return f"{what} the step. MFU {digits(plan.mfu * 100, 2)} %."
    return f"{what} the time a token."


def rounds_of(plan: TrainingPlan) -> float:
    """Micro batches that a copy runs before each update."""
    sequences = plan.request.global_batch_tokens / plan.request.seq_len
    return sequences / (plan.layout.data * plan.layout.micro)


def layout_words(plan: Plan, word: str) -> str:
    """A layout as sentences; `word` is ``chip`` or ``GPU``."""
    return _training_words(plan, word) if isinstance(plan, TrainingPlan) else _serving_words(plan, word)


def _counted(count: float, noun: str) -> str:
    shown = f"{count:,.0f}" if float(count).is_integer() else digits(count)
    if count == 1:
        return f"{shown} {noun}"
    return f"{shown} {noun[:-1]}ies" if noun.endswith("y") else f"{shown} {noun}s"


def _training_words(plan: TrainingPlan, word: str) -> str:
    x = plan.layout
    split = [f"each layer is split over {_counted(x.tensor, word)}" if x.tensor > 1 else "no layer is split"]
    if x.context > 1:
        split.append(f"each sequence over {x.context}")
    if x.expert > 1:
        split.append(f"experts are spread over {x.expert}")
    held = ", weights sharded among them" if x.sharded else ""
    copies = f"{_counted(x.data, 'copy')} share{'s' if x.data == 1 else ''} the batch{held}"
    line = "no pipeline"
    if x.pipeline > 1:
        turns = f" in {x.virtual} turns" if x.virtual > 1 else ""
        line = f"layers stand in a pipeline of {x.pipeline} stages{turns}"
    rounds = rounds_of(plan)
    first = f"{_counted(plan.chips_used, word)}: {', '.join(split)}; {copies}; {line}."
    micro = f"Micro batch {x.micro:g}, then {_counted(rounds, 'round')} before each update."
    return f"{first} {micro} {_RECOMPUTE[x.recompute]}"


def _serving_words(plan: ServingPlan, word: str) -> str:
    each = _counted(plan.replica_chips, word)
    split = f"each layer is split over {plan.tensor}" if plan.tensor > 1 else "no layer is split"
    groups = ""
    if plan.attention_data > 1:
        groups = f"; {plan.attention_data} groups keep the keys and values of their own sequences"
    first = f"A replica is {each}: {split}{groups}."
    return (
        f"{first} {_counted(plan.concurrency, 'sequence')} at once, room for {plan.capacity_sequences:,.0f}."
    )


def layout_short(plan: Plan) -> str:
    """A layout for a table: ``TP8 PP4 DP16``; ``TP8 × 4, 16 at once``."""
    if isinstance(plan, ServingPlan):
        ranks = f" × {plan.attention_data}" if plan.attention_data > 1 else ""
        return f"TP{plan.tensor}{ranks}, {plan.concurrency:,.0f} at once"
    x = plan.layout
    named = (("TP", x.tensor), ("PP", x.pipeline), ("CP", x.context), ("EP", x.expert), ("DP", x.data))
    shown = " ".join(f"{name}{count:,}" for name, count in named if count > 1) or "one chip"
    return shown + (" sharded" if x.sharded else "")


# memory


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes of one chip by use, and what it may hold."""

    uses: tuple[Part, ...]
    limit: float
    """What a job may fill."""
    whole: float
    """What the chip has."""

    @property
    def used(self) -> float:
        """All uses together."""
        return sum(part.value for part in self.uses)


def memory_of(plan: Plan, cal: Calibration) -> Memory:
    """Where the memory of the fullest chip goes.

    Training: 2 bytes a weight, 4 a gradient, 12 of optimizer states (arXiv 2205.05198 §4, THROUGHPUT §3); the
    rest of what the equations count is activations. Serving: weights, keys and values of the sequences in
    flight, and what the engine keeps for itself.
    """
    hbm = plan.request.chip.hbm_bytes
    if isinstance(plan, TrainingPlan):
        return Memory(_training_memory(plan), cal.training.usable_memory * hbm, hbm)
    room = (
        cal.serving.usable_memory * hbm * plan.replica_chips
        - plan.weight_bytes
        - cal.serving.reserved_bytes * plan.replica_chips
    )
    filled = min(1.0, plan.concurrency / max(plan.capacity_sequences, 1e-9))
    request = plan.request
    length = request.input_len + request.output_len
    waiting = request.held_tokens / (length + request.held_tokens)
    states = max(room, 0.0) * filled / plan.replica_chips
    uses = [
        Part("weights", "weights", plan.weight_bytes / plan.replica_chips),
        Part("kv", "keys and values", states * (1.0 - waiting)),
    ]
    if waiting > 0:
        uses.append(Part("held", "idle sessions", states * waiting))
    uses.append(Part("reserve", "engine", cal.serving.reserved_bytes))
    return Memory(tuple(uses), cal.serving.usable_memory * hbm, hbm)


def _training_memory(plan: TrainingPlan) -> tuple[Part, ...]:
    x, model = plan.layout, plan.request.model
    ranks = float(x.data * x.context)
    plain = (model.plain_params + 2.0 * model.head_params) / (x.tensor * x.pipeline)
    routed = model.routed_params / (x.pipeline * max(x.expert, 1))
    held = (plain + routed) / (ranks if x.sharded else 1.0)
    states = plain / ranks + routed / max(1.0, ranks / max(x.expert, 1))
    fixed = 2.0 * held, 4.0 * held, 12.0 * states
    names = (("weights", "weights"), ("gradients", "gradients"), ("states", "optimizer states"))
    parts = [Part(key, words, value) for (key, words), value in zip(names, fixed, strict=True)]
    parts.append(Part("activations", "activations", max(0.0, plan.memory_bytes - sum(fixed))))
    return tuple(parts)


def band_words(band: Band) -> str:
    """``−18 to +25 %`` of the time; ``×/÷ 1.7`` where judgement set it evenly."""
    if not band.rows and abs(band.low * band.high - 1.0) < 0.02:
        return f"×/÷ {digits(band.high, 2)}"
    low, high = (1.0 - band.low) * 100, (band.high - 1.0) * 100
    if abs(low - high) < 1:
        return f"±{digits(high, 2)} %"
    return f"−{digits(low, 2)} to +{digits(high, 2)} %"
