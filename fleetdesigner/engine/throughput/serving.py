"""Time per output token, prefill, capacity and throughput of a serving replica (THROUGHPUT §4), n at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fleetdesigner.engine.throughput.calibration import ServingFactors
from fleetdesigner.engine.throughput.columns import ChipColumns, Column, Flags, Index, ModelColumns

SERVING_TERMS = ("weights", "kv", "compute", "collectives", "layers", "sequences", "prefill")
"""Names of the rows of ``ServingTimes.terms``, in order; they add up to the time per output token."""


@dataclass(frozen=True, slots=True)
class ServingConfigs:
    """n serving configurations as columns, (n,) or (1,). A replica is ``tensor × attention_data`` chips."""

    model: ModelColumns
    chip: ChipColumns
    bandwidth: Column
    """Share of the HBM bandwidth that reading weights reaches (chip)."""
    stream: Column
    """B/s of weights that the cores can take, whatever the HBM gives; infinite where no limit is known."""
    product_rate: Column
    """FLOP/s that matrix products of a step reach at the precision they run in."""
    expert_peak: Column
    """FLOP/s that products of experts scale with at the precision they run in."""
    score_rate: Column
    """FLOP/s that attention scores of a step reach, at bf16."""
    tensor: Column
    attention_data: Column
    concurrency: Column
    """Sequences decoded together over the replica."""
    input_len: Column
    output_len: Column
    cached_share: Column
    """Share of the input tokens whose keys and values are already in memory."""
    kv_value_bytes: Column
    """Bytes of one value of keys and values."""
    hop_s: Column
    """Seconds of a collective's hop (chip)."""
    layer_s: Column
    """Seconds a layer and step that neither memory nor compute explains (chip)."""
    held_tokens: Column
    """Tokens of context held a sequence on average, without being decoded (idle agent sessions)."""


@dataclass(frozen=True, slots=True)
class ServingTimes:
    """Result of ``serve``; arrays of shape (n,)."""

    tpot_s: Column
    step_s: Column
    """One decode step, without the prefill work that continuous batching mixes in."""
    prefill_s: Column
    """Prefill of one request alone on one attention rank."""
    ttft_low_s: Column
    ttft_high_s: Column
    terms: Column
    """Shape (len(SERVING_TERMS), n), seconds of the time per output token."""
    limiting: Index
    capacity_sequences: Column
    """Sequences whose keys and values fit in the replica."""
    capacity_tokens: Column
    """Tokens of keys and values that fit in the replica."""
    feasible: Flags
    """Weights fit, and so do the sequences asked for."""
    output_tokens_per_s: Column
    """Of the replica."""
    input_tokens_per_s: Column
    compute_share: Column
    """Share of the peak FLOP/s in use, for power."""
    weight_bytes: Column
    """Bytes of weights in the replica."""


def serve(configs: ServingConfigs, factors: ServingFactors) -> ServingTimes:
    """Times and capacities of every configuration under continuous batching.

    Equations: THROUGHPUT §4, with changes that pairs left out of the fit speak for: memory and compute of a
    step add; a prefill runs along with decode steps and costs what it adds to them; experts gain less than
    their precision's full rate; the cores limit how fast weights are read.
    """
    c, m, chip = configs, configs.model, configs.chip
    t, a = c.tensor, c.attention_data
    n = t * a
    context = c.input_len + 0.5 * c.output_len

    plain_bytes, routed_bytes, replica_bytes = _weights(c)
    heads = np.where(m.latent > 0, 1.0, np.maximum(m.state_values / (2.0 * m.key_dim), 1.0))
    spread = np.minimum(t, heads)  # ranks beyond the key-value heads hold copies
    held = _state_bytes(c, c.input_len + c.output_len + c.held_tokens, reading=False) * t / spread
    room = factors.usable_memory * chip.hbm_bytes * n - replica_bytes - factors.reserved_bytes * n
    capacity = np.maximum(0.0, room) / held
    concurrency = np.maximum(1.0, np.minimum(c.concurrency, capacity))  # the rest waits in the queue
    per_rank = concurrency / a

    passed = 1.0 - np.minimum(1.0, m.top_k / np.maximum(m.experts, 1.0))  # chance that a token leaves one out
    idle = passed**concurrency
    read = _read_rate(c)
    weights = (plain_bytes / t + routed_bytes * (1.0 - idle) / n) / read
    kv_share = np.minimum(factors.kv_most, factors.kv * np.maximum(heads / t, 1.0) ** factors.kv_heads)
    kv = per_rank * _state_bytes(c, context, reading=True) / spread / (chip.hbm_bytes_per_s * kv_share)

    rate = c.product_rate
    expert_rate = c.expert_peak * factors.expert
    linear = 2.0 * (m.plain_params + m.head_params) * per_rank / t / rate
    routed = 2.0 * m.routed_active_params * concurrency / n / expert_rate
    per_pair = np.where(m.latent > 0, 2.0 * (576.0 + 512.0), 2.0 * (m.key_dim + m.value_dim)) * m.heads
    scores = per_pair * m.attended(context) * per_rank / t / c.score_rate
    compute = linear + routed + scores
    memory = weights + kv
    hops, moved = _collectives(c, factors)
    collectives = hops + per_rank * moved
    indexed = np.where(m.index_bytes > 0, m.layers, 0.0)
    an_expert_layer = m.experts * factors.expert_layer_s + np.where(a > 1.0, factors.exchange_layer_s, 0.0)
    layers = m.layers * c.layer_s + m.moe_layers * an_expert_layer + indexed * factors.index_layer_s
    sequences = per_rank * factors.sequence_s
    step = memory + compute + collectives + layers + sequences

    fresh = np.maximum(1.0, c.input_len * (1.0 - c.cached_share))
    products = _prefill_compute(c, fresh, factors)
    around = fresh * moved + factors.prefill_fixed_s
    more_read = routed_bytes * idle * (1.0 - passed**fresh) / n / read  # experts that decode alone left out
    mixed = factors.interleave * per_rank / c.output_len * (products + more_read + around)
    prefill = np.maximum(products, (plain_bytes / t + routed_bytes / n) / read) + hops + around
    tpot = step + mixed

    shape = tpot.shape
    terms = np.empty((len(SERVING_TERMS), *shape))
    terms[0], terms[1], terms[2] = weights, kv, compute
    terms[3], terms[4], terms[5], terms[6] = collectives, layers, sequences, mixed
    output = concurrency / tpot
    requests = output / c.output_len
    flops = output * (
        2.0 * (m.plain_params + m.routed_active_params + m.head_params) + per_pair * m.attended(context)
    )
    flops = flops + requests * fresh * 2.0 * (m.plain_params + m.routed_active_params)
    return ServingTimes(
        tpot_s=tpot,
        step_s=np.broadcast_to(step, shape),
        prefill_s=np.broadcast_to(prefill, shape),
        ttft_low_s=np.broadcast_to(0.5 * _first_token(per_rank, prefill, tpot, factors), shape),
        ttft_high_s=np.broadcast_to(2.0 * _first_token(per_rank, prefill, tpot, factors), shape),
        terms=terms,
        limiting=np.argmax(terms, axis=0),
        capacity_sequences=np.broadcast_to(capacity, shape),
        capacity_tokens=np.broadcast_to(capacity * (c.input_len + c.output_len + c.held_tokens), shape),
        feasible=np.broadcast_to((room > 0) & (c.concurrency <= capacity), shape),
        output_tokens_per_s=output,
        input_tokens_per_s=requests * c.input_len,
        compute_share=np.minimum(1.0, flops / (n * chip.peak)),
        weight_bytes=np.broadcast_to(replica_bytes, shape),
    )


def _weights(c: ServingConfigs) -> tuple[Column, Column, Column]:
    """Bytes of plain weights (one copy), of routed weights, and of all weights in the replica.

    Four-bit mixtures keep everything but the experts at 16 bit (GPT-OSS and Kimi-K2 model cards); the head
    stays at 16 bit everywhere.
    """
    m, size = c.model, c.chip.weight_bytes
    plain_size = np.where((m.experts > 0) & (size < 1.0), 2.0, size)
    plain = m.plain_params * plain_size + m.head_params * 2.0
    routed = m.routed_params * size
    return plain, routed, plain * c.attention_data + routed + m.head_params * 2.0 * c.attention_data


def _state_bytes(c: ServingConfigs, context: Column, *, reading: bool) -> Column:
    """Bytes of keys, values and fixed states of one sequence: what a step reads, or what is held."""
    m = c.model
    values = m.state_values * c.kv_value_bytes
    indexed = np.where(m.index_bytes > 0, 1.0, 0.0)
    window = (
        np.minimum(context, m.window)
        if reading
        else np.where(indexed > 0, context, np.minimum(context, m.window))
    )
    fixed = m.recurrent_layers * m.recurrent_values * 2.0 * (2.0 if reading else 1.0)
    return (
        (m.full_layers * context + m.windowed_layers * window) * values
        + fixed
        + (m.windowed_layers * indexed * context * m.index_bytes)
    )


def _read_rate(c: ServingConfigs) -> Column:
    """B/s that weights are read at: what HBM gives or the cores take, a soft minimum of the two."""
    full = c.chip.hbm_bytes_per_s * c.bandwidth
    ratio = np.square(np.square(np.square(full / c.stream)))
    return full / np.sqrt(np.sqrt(np.sqrt(1.0 + ratio)))


def _collectives(c: ServingConfigs, factors: ServingFactors) -> tuple[Column, Column]:
    """Seconds of hops a pass, and seconds a token of a rank: all-reduces (tensor) and the exchange of tokens
    between attention ranks, all layers."""
    m, chip, t, a = c.model, c.chip, c.tensor, c.attention_data
    link = np.where(t * a <= chip.domain, chip.up * factors.up, chip.out * factors.out)
    moe = np.where(m.experts > 0, 1.0, 0.0)
    hops = m.layers * c.hop_s * (np.sqrt(np.log2(t)) + moe * np.sqrt(np.log2(a)))
    reduced = 2.0 * (t - 1.0) / t * 2.0
    exchanged = moe * (a - 1.0) / a / t * np.maximum(m.top_k, 1.0) * 1.5
    return hops, 2.0 * m.layers * m.hidden * (reduced + exchanged) / link


def _prefill_compute(c: ServingConfigs, fresh: Column, factors: ServingFactors) -> Column:
    """Seconds of products and causal attention scores of one request's prefill on its attention rank."""
    m, chip, t = c.model, c.chip, c.tensor
    expert_rate = c.expert_peak * factors.expert_prefill
    products = 2.0 * fresh / t * (m.plain_params / c.product_rate + m.routed_active_params / expert_rate)
    seen = c.input_len - 0.5 * fresh
    pairs = m.full_layers * seen + m.windowed_layers * np.minimum(seen, m.window)
    scores = 2.0 * fresh * pairs * m.heads * (m.key_dim + m.value_dim) / t
    return products + scores / (chip.bf16_peak * factors.prefill_attention)


def _first_token(per_rank: Column, prefill: Column, tpot: Column, factors: ServingFactors) -> Column:
    """Seconds to the first token, the middle of a range that is wide by a factor of two either way."""
    return factors.ttft_fixed_s + prefill * (0.6 + 0.06 * per_rank) + 6.0 * tpot
