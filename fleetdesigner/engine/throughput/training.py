"""Time of one optimizer step, term by term (THROUGHPUT §3), for n configurations at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fleetdesigner.engine.throughput.calibration import TrainingFactors
from fleetdesigner.engine.throughput.columns import ChipColumns, Column, Flags, Index, ModelColumns

TERMS = (
    "linear", "attention", "elementwise", "tensor", "expert", "context", "bubble", "data", "optimizer",
    "straggler",
)  # fmt: skip
"""Names of the rows of ``StepTimes.terms``, in order; they add up to the step."""


@dataclass(frozen=True, slots=True)
class TrainingConfigs:
    """n training configurations as columns; degrees count chips. Shapes (n,) or (1,)."""

    model: ModelColumns
    chip: ChipColumns
    gemm: Column
    """Share of the peak that matrix products reach (chip, precision)."""
    tensor: Column
    pipeline: Column
    context: Column
    expert: Column
    data: Column
    virtual: Column
    micro: Column
    """Sequences of a micro batch."""
    batch: Column
    """Sequences of a step over all ranks."""
    seq: Column
    recompute: Column
    """1 = the forward pass runs again in full."""
    recompute_attention: Column
    """1 = the attention core runs again."""
    sharded: Column
    """1 = weights, gradients and states sharded over data ranks and gathered a layer at a time (FSDP)."""
    zero: Column
    """1 = optimizer states sharded over the data ranks."""
    lora: Column
    """1 = frozen weights: no weight gradients."""
    sequence_parallel: Column
    """1 = element-wise work and its activations are split over the tensor ranks too."""


@dataclass(frozen=True, slots=True)
class StepTimes:
    """Result of ``step_time``; all arrays have n columns."""

    seconds: Column
    terms: Column
    """Shape (len(TERMS), n), seconds."""
    memory_bytes: Column
    """Peak bytes a chip."""
    feasible: Flags
    """Fits in memory, and the batch divides into at least one micro batch a rank."""
    limiting: Index
    """Index into TERMS of the largest term."""
    tokens: Column
    """Tokens of the step."""
    model_flops: Column
    """6 N tokens + causal attention, the convention of model FLOPs without recompute."""
    chips: Column


def step_time(configs: TrainingConfigs, factors: TrainingFactors) -> StepTimes:
    """Seconds a step of every configuration, its breakdown, memory and fit.

    Equations and sources: THROUGHPUT §3; memory: arXiv 2205.05198 §4.
    """
    c, m, chip = configs, configs.model, configs.chip
    t, p = c.tensor, c.pipeline
    ranks = c.data
    again, lora = c.recompute, c.lora
    tokens_mb = c.micro * c.seq / c.context
    micro_batches = c.batch / (ranks * c.micro)
    passes = 3.0 - lora + again
    gemm_rate = chip.peak * c.gemm
    share = 1.0 / (t * p)
    visits = 2.0 - 0.0 * lora + again  # forward, backward, forward again

    rows_of = _fill(tokens_mb, factors.fill_tokens)
    plain = 2.0 * tokens_mb * m.plain_params * share * passes / (gemm_rate * rows_of)
    expert_rows = np.maximum(1.0, tokens_mb * m.top_k / np.maximum(m.experts, 1.0) * c.expert)
    grouped = np.where(chip.weight_bytes < 2.0, factors.grouped_low, factors.grouped_bf16)
    narrow = factors.expert_fill_width / np.maximum(m.ffn, 1.0)
    expert_fill = 1.0 / (1.0 + factors.expert_fill_tokens / expert_rows + narrow)
    routed = 2.0 * tokens_mb * m.routed_active_params * share * passes / (gemm_rate * grouped * expert_fill)
    hbm = chip.hbm_bytes_per_s * factors.memory
    head = 2.0 * tokens_mb * m.head_params / t * (3.0 - lora) / (chip.bf16_peak * factors.head)
    head = head + tokens_mb * m.head_params / m.hidden / t * factors.loss_bytes / hbm  # a row of logits each

    pairs = m.attended(c.seq * 0.5)  # causal: a query sees half of the sequence on average
    core = (
        2.0 * tokens_mb * pairs * m.heads * (m.key_dim + m.value_dim) * share
        * (3.5 + c.recompute_attention) / (chip.bf16_peak * factors.attention)
    )  # fmt: skip

    layer_share = m.layers / p
    active_ffn = np.where(m.experts > 0, m.ffn * (m.top_k + m.shared_experts), m.ffn)
    touched = 24.0 * m.hidden + 6.0 * active_ffn + factors.permute * m.top_k * m.hidden
    elementwise = layer_share * tokens_mb / t * 2.0 * touched / hbm
    launch = layer_share * visits * np.where(m.experts > 0, factors.moe_layer_s, factors.layer_s)

    up, out = chip.up * factors.up, chip.out * factors.out
    inside = t <= chip.domain
    tensor = (
        layer_share * visits * 4.0 * (t - 1.0) / t * tokens_mb * m.hidden * 2.0
        / np.where(inside, up, out) * (1.0 - factors.overlap_tensor)
    )  # fmt: skip

    e = c.expert
    moe_share = m.moe_layers / p
    leave = np.maximum(0.0, 1.0 - chip.domain / e)
    stay = np.minimum(1.0, chip.domain / e) - 1.0 / e
    sent = moe_share * visits * 2.0 * tokens_mb / t * m.hidden * 1.5
    expert = sent * (m.top_k * stay / up + np.minimum(m.top_k, factors.copies_outside) * leave / out)

    ring_bytes = layer_share * visits * c.micro * c.seq * (c.context - 1.0) / c.context * m.state_values * 2.0
    ring = ring_bytes / np.where(t * c.context <= chip.domain, up, out) / t * (1.0 - factors.overlap_tensor)

    work = plain + routed + core + elementwise
    busy = np.sqrt(np.sqrt(np.square(np.square(work)) + np.square(np.square(launch))))  # soft maximum
    per_mb = busy + tensor + expert + ring
    stalled = busy - work
    head_share = (
        p**-factors.head_balance
    )  # layers move off the last stage, and it keeps this much of the head
    fill_drain = (per_mb * (p - 1.0) + head * (1.0 - head_share)) / c.virtual
    boundary = (
        np.where(p > 1.0, 2.0 * c.virtual, 0.0) * tokens_mb * m.hidden * 2.0 / t
        / np.where(t * p * ranks <= chip.domain, up, out) * micro_batches * (1.0 - factors.overlap_pipeline)
    )  # fmt: skip
    head_total = head * micro_batches * head_share
    compute = per_mb * micro_batches + head_total

    local_plain = (m.plain_params + 2.0 * m.head_params) * share
    local_routed = m.routed_params / (p * np.maximum(e, 1.0))
    params = local_plain + local_routed
    trained = np.where(lora > 0, 0.01, 1.0)
    data = _data_parallel(
        c, factors, compute, local_plain * trained, local_routed * trained, micro_batches, up, out
    )
    sharing = np.where(c.zero + c.sharded > 0, ranks * c.context, 1.0)
    expert_ranks = np.maximum(1.0, ranks * c.context / e)
    states = local_plain / sharing + local_routed / np.where(c.zero + c.sharded > 0, expert_ranks, 1.0)
    optimizer = 28.0 * states * trained / hbm

    chips = t * p * c.context * ranks
    step = compute + fill_drain + boundary + data + optimizer
    straggler = step * factors.straggler * np.maximum(0.0, np.log2(np.maximum(chips, 8.0) / 8.0))
    seconds = step + straggler

    shape = np.broadcast_shapes(seconds.shape, micro_batches.shape)
    terms = np.empty((len(TERMS), *shape))
    terms[0] = (plain + routed) * micro_batches + head_total
    terms[1] = core * micro_batches
    terms[2] = (elementwise + stalled) * micro_batches
    terms[3] = tensor * micro_batches
    terms[4] = expert * micro_batches
    terms[5] = ring * micro_batches
    terms[6] = fill_drain + boundary
    terms[7] = data
    terms[8] = optimizer
    terms[9] = straggler
    memory = _memory(c, params, states, micro_batches, trained)
    tokens = c.batch * c.seq
    flops = tokens * (
        6.0 * (m.plain_params + m.routed_active_params + m.head_params)
        + 6.0 * pairs * m.heads * (m.key_dim + m.value_dim)
    )
    return StepTimes(
        seconds=np.broadcast_to(seconds, shape),
        terms=terms,
        memory_bytes=np.broadcast_to(memory, shape),
        feasible=np.broadcast_to(
            (memory <= factors.usable_memory * chip.hbm_bytes) & (micro_batches >= 1.0), shape
        ),
        limiting=np.argmax(terms, axis=0),
        tokens=np.broadcast_to(tokens, shape),
        model_flops=np.broadcast_to(flops, shape),
        chips=np.broadcast_to(chips, shape),
    )


def _fill(rows: Column, half: float) -> Column:
    """Share of its best rate that a product with few rows reaches."""
    return rows / (rows + half)


def _data_parallel(
    c: TrainingConfigs,
    factors: TrainingFactors,
    compute: Column,
    plain: Column,
    routed: Column,
    micro_batches: Column,
    up: Column,
    out: Column,
) -> Column:
    """Seconds of gradient and weight exchange that compute does not hide; hierarchical (THROUGHPUT §3)."""
    ranks = c.data * c.context
    per_plain = _seconds_per_byte(ranks, c.chip.domain / c.tensor, up, out)
    per_routed = _seconds_per_byte(
        np.maximum(1.0, ranks / c.expert), c.chip.domain / (c.tensor * c.expert), up, out
    )
    exchange = 4.0 * (plain * per_plain + routed * per_routed)
    exposed = np.maximum(exchange * (1.0 - factors.overlap_data), exchange - 0.8 * compute)
    gathered = 6.0 * micro_batches * (plain * per_plain + routed * per_routed)
    longer, shorter = np.maximum(compute, gathered), np.minimum(compute, gathered)
    sharded = longer + (1.0 - factors.overlap_sharded) * shorter - compute
    return np.where(c.sharded > 0, sharded, exposed)


def _seconds_per_byte(ranks: Column, inside_most: Column, up: Column, out: Column) -> Column:
    """Ring exchange of a byte over ``ranks``, of which up to ``inside_most`` share a domain."""
    inside = np.maximum(1.0, np.minimum(ranks, inside_most))
    nodes = np.maximum(1.0, ranks / inside)
    return (inside - 1.0) / inside / up + (nodes - 1.0) / nodes / (inside * out)


def _memory(
    c: TrainingConfigs, params: Column, states: Column, micro_batches: Column, trained: Column
) -> Column:
    """Bytes a chip: weights, gradients, states, activations of the micro batches in flight."""
    m, p, t = c.model, c.pipeline, c.tensor
    ranks = c.data * c.context
    weights = np.where(c.sharded > 0, params / ranks, params)
    held = 2.0 * weights + 4.0 * weights * trained + 12.0 * states * trained
    in_flight = np.minimum(micro_batches, p) * (1.0 + (p - 1.0) / (p * c.virtual))
    tokens = c.seq * c.micro / c.context
    kept = np.where(c.sequence_parallel > 0, 34.0 / t, 10.0 + 24.0 / t)
    per_layer = (
        tokens * m.hidden * np.where(c.recompute > 0, 2.0 / np.where(c.sequence_parallel > 0, t, 1.0), kept)
    )
    experts = np.where(
        (m.experts > 0) & (c.recompute <= 0), tokens * m.top_k * (2.0 * m.hidden + 6.0 * m.ffn) / t, 0.0
    )
    return held + in_flight * m.layers / p * (per_layer + experts)
