"""Jobs over chips of several kinds: what splits must keep, and where the bridge binds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fleetdesigner.engine.throughput import (
    ChipFigures,
    MixedPart,
    MixedPlan,
    Refusal,
    ServingPlan,
    SplitServing,
    TrainingPlan,
    best_mixed_training,
    best_serving,
    best_training,
    even_split,
    mixed_training,
    split_serving,
)
from fleetdesigner.engine.throughput.mixed import WHAT_IF, mixed_parts, split_layers
from tests.engine.throughput.cases import GB200, H100, LLAMA_8B, LLAMA_70B, TRN2, calibration

CAL = calibration()
FAST_BRIDGE = 1e15


def part(chip: ChipFigures, chips: int = 256) -> MixedPart:
    plan = best_training(LLAMA_70B, chip, CAL, n_chips=chips, seq_len=8192.0, global_batch_tokens=16e6)
    assert isinstance(plan, TrainingPlan)
    return MixedPart(plan)


def served(chip: ChipFigures) -> ServingPlan:
    plan = best_serving(LLAMA_70B, chip, CAL, dtype="fp8", input_len=4000, output_len=500)
    assert isinstance(plan, ServingPlan)
    return plan


def solid(plan: MixedPlan | Refusal) -> MixedPlan:
    assert isinstance(plan, MixedPlan)
    return plan


def test_separate_jobs_add() -> None:
    parts = (part(H100), part(TRN2))
    plan = solid(mixed_training(parts, "separate", 0.0))
    assert plan.tokens_per_s == pytest.approx(parts[0].tokens_per_s + parts[1].tokens_per_s)
    assert sum(plan.shares) == pytest.approx(1)


def test_a_pipeline_over_equal_chips_is_even() -> None:
    plan = solid(mixed_training((part(H100), part(H100)), "pipeline", FAST_BRIDGE))
    assert plan.shares == (0.5, 0.5)


def test_a_slow_bridge_binds_and_separate_jobs_win() -> None:
    parts = (part(H100), part(TRN2))
    slow = solid(mixed_training(parts, "data", 1e6))
    assert slow.limits == "bridge"
    assert best_mixed_training(parts, 1e6).mode == "separate"
    assert slow.tokens_per_s < solid(mixed_training(parts, "data", 1e12)).tokens_per_s


def test_one_domain_is_a_flagged_what_if() -> None:
    parts = (part(H100), part(GB200))
    plan = solid(mixed_training(parts, "data", 0.0, one_domain=True))
    assert plan.note == WHAT_IF
    assert plan.bridge_s == 0
    refusal = mixed_training(parts, "data", 0.0)
    assert isinstance(refusal, Refusal)
    assert "no bridge" in refusal.reason


def test_what_does_not_fit_or_apply_is_refused() -> None:
    assert isinstance(mixed_training((part(H100),), "prefill_decode", 1e9), Refusal)
    tiny = replace(part(H100), plan=replace(part(H100).plan, chips_used=1))
    crowded = mixed_training((tiny, tiny), "pipeline", FAST_BRIDGE)
    assert isinstance(crowded, Refusal)
    assert "do not fit" in crowded.reason
    with pytest.raises(ValueError, match="at least one part"):
        mixed_training((), "separate", 0.0)


def test_parts_are_searched_again_for_another_model() -> None:
    plan = part(H100).plan
    found = mixed_parts(LLAMA_8B, (plan,), CAL)
    assert not isinstance(found, Refusal)
    assert found[0].plan.request.model == LLAMA_8B
    assert mixed_parts(LLAMA_70B, (plan, Refusal("no chip")), CAL) == Refusal("no chip")


@settings(max_examples=50, deadline=None)
@given(
    rates=st.lists(st.floats(1.0, 100.0), min_size=2, max_size=5),
    layers=st.integers(8, 130),
)
def test_layers_are_whole_complete_and_no_move_helps(rates: list[float], layers: int) -> None:
    held = split_layers(layers, rates, [layers] * len(rates))
    speed = np.array(rates)
    assert held.sum() == layers
    assert np.all(held >= 1)
    assert np.all(held == np.floor(held))
    slowest = int(np.argmax(held / speed))
    pace = float((held / speed).max())
    for other in range(len(rates)):
        if other != slowest and held[slowest] > 1:
            assert (held[other] + 1) / speed[other] >= pace * (1 - 1e-12)


def test_prefill_and_decode_meet_at_the_same_rate() -> None:
    first, then = served(TRN2), served(H100)
    plan = even_split(first, then, 512, 512, FAST_BRIDGE)
    assert isinstance(plan, SplitServing)
    assert plan.prefill_replicas * first.replica_chips <= 512
    assert plan.decode_replicas * then.replica_chips <= 512
    whole = split_serving(first, then, 512 // first.replica_chips, 512 // then.replica_chips, FAST_BRIDGE)
    assert isinstance(whole, SplitServing)
    assert plan.requests_per_s == pytest.approx(whole.requests_per_s)
    assert plan.prefill_share <= 0.5 or whole.limits == "prefill"
    assert plan.output_tokens_per_s == pytest.approx(500 * plan.requests_per_s)


def test_the_bridge_carries_every_request_once() -> None:
    first, then = served(TRN2), served(H100)
    state = LLAMA_70B.kv_bytes(4000, 1.0)
    narrow = split_serving(first, then, 100, 100, 10 * state)
    assert isinstance(narrow, SplitServing)
    assert narrow.limits == "bridge"
    assert narrow.requests_per_s == pytest.approx(10)
    assert isinstance(split_serving(first, then, 1, 1, 0.0), Refusal)
    assert isinstance(even_split(first, then, 0, 8, 1e9), Refusal)
    other = best_serving(LLAMA_8B, H100, CAL, dtype="fp8", input_len=4000, output_len=500)
    assert isinstance(other, ServingPlan)
    assert isinstance(split_serving(first, other, 1, 1, 1e9), Refusal)
