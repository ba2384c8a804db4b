"""Jobs over chips of several kinds: what splits must keep, and where the bridge binds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fleetdesigner.catalog import load_catalog
from fleetdesigner.design.fleet import Pool
from fleetdesigner.engine.throughput import (
    ChipFigures,
    MixedPart,
    MixedPlan,
    ModelShape,
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
from fleetdesigner.engine.throughput.mixed import BOUNDARY_PENALTY, WHAT_IF, Mode, mixed_parts, split_layers
from fleetdesigner.engine.throughput.mixed_data import Mixtures, joint_step
from tests.engine.throughput.cases import DEEPSEEK_V3, GB200, H100, LLAMA_8B, LLAMA_70B, TRN2, calibration

CAL = calibration()
FAST_BRIDGE = 1e15


def part(chip: ChipFigures, chips: int = 256) -> MixedPart:
    plan = best_training(LLAMA_70B, chip, CAL, n_chips=chips, seq_len=8192.0, global_batch_tokens=16e6)
    assert isinstance(plan, TrainingPlan)
    return MixedPart(plan)


PARTS = {chip.chip: part(chip) for chip in (H100, GB200, TRN2)}


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
    tiny = replace(part(H100), chips=1.0)
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


def one_pool(model: ModelShape, chip: ChipFigures, chips: int, dtype: str) -> TrainingPlan:
    plan = best_training(
        model, chip, CAL, n_chips=chips, seq_len=4096.0, global_batch_tokens=8e6, dtype=dtype
    )
    assert isinstance(plan, TrainingPlan)
    return plan


@pytest.mark.parametrize(
    ("model", "chip", "chips", "dtype"),
    [
        (LLAMA_70B, H100, 512, "fp8"),
        (LLAMA_8B, H100, 256, "bf16"),
        (LLAMA_70B, TRN2, 1024, "bf16"),
        (DEEPSEEK_V3, GB200, 1024, "fp8"),
    ],
    ids=["llama-70b", "llama-8b", "trainium2", "deepseek"],
)
def test_two_halves_of_one_kind_are_one_pool(
    model: ModelShape, chip: ChipFigures, chips: int, dtype: str
) -> None:
    pool = one_pool(model, chip, chips, dtype)
    half = one_pool(model, chip, chips // 2, dtype)
    parts = mixed_parts(model, (half, half), CAL)
    assert not isinstance(parts, Refusal)
    bridge = chip.scale_out_bytes_per_s * chips / 2
    joint = solid(mixed_training(parts, "data", bridge, cal=CAL))
    assert joint.shares == (0.5, 0.5)
    assert joint.tokens_per_s == pytest.approx(pool.tokens_per_s, rel=1e-9)
    assert joint.bridge_s == 0
    split = solid(mixed_training(parts, "pipeline", bridge))
    assert split.shares[0] == pytest.approx(0.5, abs=0.51 / model.layers)
    assert sum(split.shares) == pytest.approx(1)


@settings(max_examples=25, deadline=None)
@given(
    bridges=st.tuples(st.floats(1e8, 1e14), st.floats(1.0, 1e3)),
    mode=st.sampled_from(["data", "pipeline"]),
    other=st.sampled_from([TRN2, GB200]),
)
def test_a_slower_bridge_never_helps(bridges: tuple[float, float], mode: Mode, other: ChipFigures) -> None:
    slow, times = bridges
    parts = (PARTS[H100.chip], PARTS[other.chip])
    one, two = (solid(mixed_training(parts, mode, bridge)) for bridge in (slow, slow * times))
    assert one.tokens_per_s <= two.tokens_per_s * (1 + 1e-9)
    assert best_mixed_training(parts, slow).tokens_per_s <= (
        best_mixed_training(parts, slow * times).tokens_per_s * (1 + 1e-9)
    )


@pytest.mark.parametrize("bridge", [1e9, 1e10, 1e11, 1e13])
@pytest.mark.parametrize("other", [TRN2, GB200], ids=["trainium2", "gb200"])
def test_the_best_split_is_within_a_percent_of_a_scan(other: ChipFigures, bridge: float) -> None:
    parts = (PARTS[H100.chip], replace(PARTS[other.chip], chips=96.0, speed=0.8))
    tokens = parts[0].plan.request.global_batch_tokens
    share = np.linspace(0.0, 1.0, 1001)[1:-1]
    ones = np.ones((999, 1))
    scanned = Mixtures(
        tuple(part.plan for part in parts),
        ones * [part.count for part in parts],
        ones * [part.speed for part in parts],
        np.full(999, bridge),
    )
    steps = joint_step(scanned, np.stack([share, 1 - share], axis=1), CAL).seconds.max(axis=1)
    data = solid(mixed_training(parts, "data", bridge))
    assert data.tokens_per_s >= 0.99 * tokens / steps.min()
    layers = np.unique(np.clip(np.round(np.linspace(0.0, 1.0, 1001) * 80), 1, 79))
    rates = [part.tokens_per_s for part in parts]
    stage = np.maximum(layers / rates[0], (80 - layers) / rates[1]).min() * tokens / 80
    boundary = 2.0 * tokens * 8192 * 2.0 / bridge
    pipeline = solid(mixed_training(parts, "pipeline", bridge))
    assert pipeline.tokens_per_s >= 0.99 * tokens / max(stage * (1 + BOUNDARY_PENALTY), boundary)


def test_faster_parts_take_larger_shares_and_help() -> None:
    h100, gb200 = PARTS[H100.chip], PARTS[GB200.chip]
    plan = solid(mixed_training((h100, gb200), "data", FAST_BRIDGE))
    assert plan.shares[1] > plan.shares[0]
    assert plan.tokens_per_s > gb200.tokens_per_s
    ready = solid(mixed_training((replace(h100, speed=0.5), gb200), "data", FAST_BRIDGE))
    assert ready.shares[0] < plan.shares[0]
    assert ready.tokens_per_s < plan.tokens_per_s


def test_trainium4_and_gpus_stand_in_separate_domains_unless_asked() -> None:
    """No source says that they share one NVLink domain: by default they need a bridge."""
    catalog = load_catalog()
    rack = catalog.rack("trn4-mgx")
    assert Pool(id="p", name="P", fabric_id="efa-v3").one_domain_what_if is False
    chip = catalog.chip_of(rack)
    assert chip.generation == "trainium4"
    for one_domain in (False, True):
        plan = mixed_training((PARTS[H100.chip], PARTS[TRN2.chip]), "data", 1e11, one_domain=one_domain)
        assert solid(plan).note == (WHAT_IF if one_domain else "")
        first, then = served(TRN2), served(H100)
        split = split_serving(first, then, 10, 10, 1e11, one_domain=one_domain)
        assert isinstance(split, SplitServing)
        assert split.note == (WHAT_IF if one_domain else "")


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
