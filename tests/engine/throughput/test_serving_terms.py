"""Terms of a decode step against plain arithmetic, and what must hold for every replica."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fleetdesigner.engine.throughput.serving import SERVING_TERMS, serve
from tests.engine.throughput.cases import (
    DEEPSEEK_V3,
    GB200,
    H100,
    LLAMA_8B,
    LLAMA_70B,
    calibration,
    serving_configs,
)

FACTORS = calibration().serving


def test_weights_bound_a_small_batch() -> None:
    """One sequence on one H100: 16 GB of weights over 0.8 × 3.35 TB/s is most of the step."""
    times = serve(serving_configs(concurrency=1, input_len=10, output_len=10), FACTORS)
    weights = (6_979_321_856 * 2 + 4096 * 128256 * 2) / (3.35e12 * 0.8)
    assert float(times.terms[SERVING_TERMS.index("weights"), 0]) == pytest.approx(weights, rel=0.05)
    assert SERVING_TERMS[int(times.limiting[0])] == "weights"
    overhead = 32 * 2e-5
    assert float(times.step_s[0]) == pytest.approx(weights + overhead, rel=0.05)


def test_state_a_token_of_known_models() -> None:
    """2 k_v d L values of two bytes: 131,072 B for Llama 3 8B; 576 L for latent attention."""
    assert LLAMA_8B.kv_bytes_per_token() == 2 * 8 * 128 * 32 * 2 == 131_072
    assert DEEPSEEK_V3.kv_bytes_per_token() == 576 * 61 * 2


def test_capacity_worked_by_hand() -> None:
    """What weights and 3.5 GB leave of 0.92 × 80 GB, over 1,500 tokens of 131,072 bytes."""
    weights = 6_979_321_856 * 2 + 2 * 4096 * 128256 * 2
    room = 0.92 * 80e9 - weights - 3.5e9
    times = serve(serving_configs(), FACTORS)
    assert float(times.capacity_sequences[0]) == pytest.approx(room / (1500 * 131_072), rel=1e-9)
    assert float(times.capacity_tokens[0]) == pytest.approx(room / 131_072, rel=1e-9)


def test_parameters_of_known_models() -> None:
    """Published totals: 8.03 B, 70.6 B, 671 B of which 37 B are active."""
    assert LLAMA_8B.total_params == pytest.approx(8.03e9, rel=1e-3)
    assert LLAMA_70B.total_params == pytest.approx(70.6e9, rel=1e-3)
    assert DEEPSEEK_V3.total_params == pytest.approx(671e9, rel=1e-3)
    assert DEEPSEEK_V3.active_params == pytest.approx(37e9, rel=0.02)


def test_no_collectives_on_one_chip_and_terms_add_up() -> None:
    alone = serve(serving_configs(), FACTORS)
    assert alone.terms[SERVING_TERMS.index("collectives"), 0] == 0
    many = serve(
        serving_configs(
            DEEPSEEK_V3, GB200, "fp8", tensor=[1, 2, 4, 8], attention_data=[32, 8, 4, 1], concurrency=64
        ),
        FACTORS,
    )
    assert many.terms.sum(axis=0) == pytest.approx(many.tpot_s, rel=1e-9)
    assert np.all(many.ttft_low_s < many.ttft_high_s)


def test_latent_state_is_not_split_over_tensor_ranks() -> None:
    """Eight tensor ranks of latent attention hold eight copies; eight data ranks hold one each."""
    by_tensor = serve(serving_configs(DEEPSEEK_V3, GB200, "fp8", tensor=8), FACTORS)
    by_data = serve(serving_configs(DEEPSEEK_V3, GB200, "fp8", attention_data=8), FACTORS)
    assert float(by_data.capacity_sequences[0]) > 5 * float(by_tensor.capacity_sequences[0])


def test_idle_sessions_take_capacity() -> None:
    busy = serve(serving_configs(), FACTORS)
    held = serve(serving_configs(held_tokens=1500), FACTORS)
    assert float(held.capacity_sequences[0]) == pytest.approx(0.5 * float(busy.capacity_sequences[0]))


def test_cached_input_shortens_prefill() -> None:
    fresh = serve(serving_configs(input_len=8000), FACTORS)
    cached = serve(serving_configs(input_len=8000, cached_share=0.9), FACTORS)
    assert float(cached.prefill_s[0]) < 0.4 * float(fresh.prefill_s[0])


def test_a_queue_beyond_capacity_changes_nothing() -> None:
    capacity = float(serve(serving_configs(), FACTORS).capacity_sequences[0])
    full = serve(serving_configs(concurrency=[capacity, 10 * capacity]), FACTORS)
    assert full.tpot_s[1] == pytest.approx(full.tpot_s[0])
    assert full.feasible.tolist() == [True, False]


@settings(max_examples=60, deadline=None)
@given(
    field=st.sampled_from(["bf16_flops", "hbm_bytes_per_s", "scale_up_bytes_per_s", "hbm_bytes"]),
    factor=st.floats(1.0, 8.0),
    t=st.sampled_from([1, 2, 4, 8]),
    sequences=st.integers(1, 256),
)
def test_a_better_chip_never_serves_worse(field: str, factor: float, t: int, sequences: int) -> None:
    better = replace(H100, **{field: getattr(H100, field) * factor})
    before = serve(serving_configs(LLAMA_8B, H100, tensor=t, concurrency=sequences), FACTORS)
    after = serve(serving_configs(LLAMA_8B, better, tensor=t, concurrency=sequences), FACTORS)
    assert after.capacity_sequences[0] >= before.capacity_sequences[0] * (1 - 1e-12)
    assert after.output_tokens_per_s[0] >= before.output_tokens_per_s[0] * (1 - 1e-12)
    if field != "hbm_bytes":
        assert after.tpot_s[0] <= before.tpot_s[0] * (1 + 1e-12)


@settings(max_examples=40, deadline=None)
@given(sequences=st.integers(1, 100), more=st.integers(1, 100))
def test_a_larger_batch_slows_each_token(sequences: int, more: int) -> None:
    few, many = (
        float(serve(serving_configs(concurrency=n, input_len=100, output_len=100), FACTORS).tpot_s[0])
        for n in (sequences, sequences + more)
    )
    assert many > few


def test_a_prefill_adds_what_decode_alone_leaves_out() -> None:
    """Worked by hand on one chip: products of the fresh tokens, scores, reading idle experts, scheduling."""
    times = serve(serving_configs(concurrency=1, input_len=1000, output_len=500), FACTORS)
    products = 2 * 1000 * 6_979_321_856 / (0.5 * 989e12)
    scores = 2 * 1000 * 32 * 500 * 32 * 256 / (989e12 * FACTORS.prefill_attention)
    added = products + scores + FACTORS.prefill_fixed_s
    mixed = FACTORS.interleave / 500 * added
    assert float(times.terms[SERVING_TERMS.index("prefill"), 0]) == pytest.approx(mixed, rel=1e-9)
    assert float(times.prefill_s[0]) == pytest.approx(added, rel=1e-9)


def test_cores_limit_reading_where_memory_is_faster() -> None:
    """A stream of half the memory's rate halves reading; one far above it changes nothing."""
    free, half, far = (
        float(serve(serving_configs(stream=limit), FACTORS).terms[0, 0])
        for limit in (np.inf, 0.5 * 0.8 * 3.35e12, 100 * 3.35e12)
    )
    assert half == pytest.approx(2 * free, rel=1e-3)
    assert far == pytest.approx(free, rel=1e-9)


def test_many_experts_and_attention_ranks_cost_fixed_time() -> None:
    layers = SERVING_TERMS.index("layers")
    one = serve(serving_configs(DEEPSEEK_V3, GB200, "fp8", tensor=8), FACTORS)
    ranks = serve(serving_configs(DEEPSEEK_V3, GB200, "fp8", attention_data=8), FACTORS)
    table = 61 * 2e-5 + 58 * 256 * FACTORS.expert_layer_s
    assert float(one.terms[layers, 0]) == pytest.approx(table)
    assert float(ranks.terms[layers, 0]) == pytest.approx(table + 58 * FACTORS.exchange_layer_s)
