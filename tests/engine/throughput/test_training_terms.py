"""Terms of the training step against plain arithmetic, and what must hold for every configuration."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fleetdesigner.engine.throughput.training import TERMS, StepTimes, step_time
from tests.engine.throughput.cases import (
    DEEPSEEK_V3,
    GB200,
    H100,
    LLAMA_8B,
    LLAMA_70B,
    calibration,
    random_layouts,
    training_configs,
)

FACTORS = calibration().training
degrees = st.sampled_from([1, 2, 4, 8])


def term(times: StepTimes, name: str, at: int = 0) -> float:
    return float(times.terms[TERMS.index(name), at])


def test_linear_term_of_llama_3_8b_worked_by_hand() -> None:
    """One sequence of 8,192 tokens on one H100: 3 passes of 2 M N FLOP, and the head."""
    attention = 4096 * 128 * (32 + 2 * 8) + 128 * 32 * 4096
    mlp = 3 * 4096 * 14336
    params = 32 * (attention + mlp)
    assert params == 6_979_321_856
    fill = 8192 / (8192 + FACTORS.fill_tokens)
    layers = 3 * 2 * 8192 * params / (989e12 * 0.6 * fill)
    head = 3 * 2 * 8192 * 4096 * 128256 / (989e12 * FACTORS.head)
    loss = 8192 * 128256 * FACTORS.loss_bytes / (3.35e12 * FACTORS.memory)
    times = step_time(training_configs(data=1, batch=1), FACTORS)
    assert term(times, "linear") == pytest.approx(layers + head + loss, rel=1e-12)
    assert layers == pytest.approx(0.5961, rel=1e-3)  # seconds


def test_attention_term_worked_by_hand() -> None:
    """Causal scores: 2 M s H d L a forward pass, 3.5 of them, at the bf16 rate."""
    forward = 2 * 8192 * 8192 * 32 * 128 * 32
    seconds = 3.5 * forward / (989e12 * FACTORS.attention)
    assert term(step_time(training_configs(data=1, batch=1), FACTORS), "attention") == pytest.approx(seconds)


def test_attention_stays_at_the_bf16_rate_in_fp8() -> None:
    half = step_time(training_configs(dtype="bf16", data=1, batch=1), FACTORS)
    eight = step_time(training_configs(dtype="fp8", data=1, batch=1), FACTORS)
    assert term(eight, "attention") == term(half, "attention")
    assert term(eight, "linear") < term(half, "linear")


def test_tensor_term_worked_by_hand() -> None:
    """Four all-reduces of M h two-byte values a layer, ring over 8 ranks inside the domain."""
    one_visit = 4 * 7 / 8 * 8192 * 4096 * 2 / (450e9 * FACTORS.up)
    seconds = 32 * 2 * one_visit * (1 - FACTORS.overlap_tensor)
    times = step_time(training_configs(tensor=8, data=1, batch=1), FACTORS)
    assert term(times, "tensor") == pytest.approx(seconds)


def test_expert_term_worked_by_hand() -> None:
    """Dispatch and combine of 8 copies a token, 1.5 bytes a value, inside one NVL72 domain."""
    sent = 58 * 2 * 2 * 4096 * 7168 * 1.5 * 8 * (1 - 1 / 64) / (900e9 * FACTORS.up)
    configs = training_configs(DEEPSEEK_V3, GB200, "fp8", expert=64, data=64, batch=64, seq=4096)
    assert term(step_time(configs, FACTORS), "expert") == pytest.approx(sent)


def test_bubble_worked_by_hand() -> None:
    """A pipeline of 4 without virtual stages idles (p − 1)/m of its work, and passes its boundaries.

    Layers move off the last stage until it keeps half of the head; the other half shows in filling.
    """
    assert FACTORS.head_balance == 0.5
    times = step_time(training_configs(pipeline=4, data=1, batch=12), FACTORS)
    busy = sum(term(times, name) for name in ("linear", "attention", "elementwise"))
    head = 3 * 2 * 8192 * 4096 * 128256 / (989e12 * FACTORS.head)
    head += 8192 * 128256 * FACTORS.loss_bytes / (3.35e12 * FACTORS.memory)
    boundary = 2 * 8192 * 4096 * 2 / (450e9 * FACTORS.up) * 12 * (1 - FACTORS.overlap_pipeline)
    assert term(times, "bubble") == pytest.approx((busy - 6 * head) / 12 * 3 + head / 2 + boundary)


def test_data_term_is_hierarchical() -> None:
    """8 ranks a domain share its network links: 64 ranks take far less than without."""
    ranks, inside = 64, 8
    a_byte = (inside - 1) / inside / (450e9 * FACTORS.up) + (8 - 1) / 8 / (inside * 50e9 * FACTORS.out)
    params = 6_979_321_856 + 2 * 4096 * 128256
    exchange = 4 * params * a_byte
    times = step_time(training_configs(data=ranks, batch=64), FACTORS)
    assert term(times, "data") == pytest.approx(exchange * (1 - FACTORS.overlap_data))


def test_memory_of_a_sharded_70b() -> None:
    """FSDP over 64: 18 bytes a parameter spread over all, and activations of one micro batch."""
    times = step_time(
        training_configs(LLAMA_70B, sharded=1, data=64, batch=64, recompute=1, recompute_attention=1), FACTORS
    )
    states = 18 * LLAMA_70B.total_params / 64
    activations = 80 * 2 * 8192 * 8192
    assert float(times.memory_bytes[0]) == pytest.approx(states + activations, rel=0.02)
    assert bool(times.feasible[0])
    assert not step_time(training_configs(LLAMA_70B), FACTORS).feasible[0]


def test_terms_add_up_and_name_the_limit() -> None:
    times = step_time(training_configs(**random_layouts(300, 1)), FACTORS)
    assert times.terms.sum(axis=0) == pytest.approx(times.seconds, rel=1e-12)
    assert np.all(times.terms[times.limiting, np.arange(300)] == times.terms.max(axis=0))


def test_no_tensor_term_at_one_rank_and_no_bubble_at_one_stage() -> None:
    times = step_time(training_configs(), FACTORS)
    assert term(times, "tensor") == 0
    assert term(times, "bubble") == 0
    assert term(times, "expert") == 0
    assert term(times, "context") == 0


def test_a_batch_of_one_equals_the_same_row_among_thousands_in_any_order() -> None:
    layouts = random_layouts(4000, 2)
    many = step_time(training_configs(**layouts), FACTORS)
    for row in (0, 1, 17, 2048, 3999):
        one = step_time(
            training_configs(**{name: values[row : row + 1] for name, values in layouts.items()}), FACTORS
        )
        assert float(one.seconds[0]) == pytest.approx(float(many.seconds[row]), rel=1e-12)
        assert float(one.memory_bytes[0]) == pytest.approx(float(many.memory_bytes[row]), rel=1e-12)
    order = np.random.default_rng(3).permutation(4000)
    mixed = step_time(training_configs(**{name: values[order] for name, values in layouts.items()}), FACTORS)
    assert mixed.seconds == pytest.approx(many.seconds[order], rel=1e-12)


@settings(max_examples=60, deadline=None)
@given(
    field=st.sampled_from(
        ["bf16_flops", "fp8_flops", "hbm_bytes_per_s", "scale_up_bytes_per_s", "scale_out_bytes_per_s"]
    ),
    factor=st.floats(1.0, 16.0),
    t=degrees,
    p=degrees,
    d=degrees,
    moe=st.booleans(),
)
def test_a_faster_chip_never_slows(field: str, factor: float, t: int, p: int, d: int, moe: bool) -> None:
    model = DEEPSEEK_V3 if moe else LLAMA_8B
    layout: dict[str, Any] = {
        "tensor": t,
        "pipeline": p,
        "data": d,
        "expert": d * t if moe else 1,
        "batch": 8 * d,
    }
    faster = replace(H100, **{field: getattr(H100, field) * factor})
    before = step_time(training_configs(model, H100, "fp8", **layout), FACTORS).seconds[0]
    after = step_time(training_configs(model, faster, "fp8", **layout), FACTORS).seconds[0]
    assert after <= before * (1 + 1e-12)


@settings(max_examples=40, deadline=None)
@given(t=degrees, p=degrees, d=degrees, r=st.sampled_from([0, 1]), fsdp=st.sampled_from([0, 1]))
def test_recompute_costs_time_and_saves_memory(t: int, p: int, d: int, r: int, fsdp: int) -> None:
    layout: dict[str, Any] = {"tensor": t, "pipeline": p, "data": d, "batch": 4 * d, "sharded": fsdp}
    plain = step_time(training_configs(**layout), FACTORS)
    again = step_time(training_configs(**layout, recompute=1, recompute_attention=1), FACTORS)
    assert again.seconds[0] > plain.seconds[0]
    assert again.memory_bytes[0] < plain.memory_bytes[0]
    assert np.all(np.isfinite(plain.terms))
    assert np.all(plain.terms >= 0)
