"""Prefill and decode on replicas of their own: the best split, against loops over every share."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import numpy as np
import pytest

from fleetdesigner.engine.throughput import Refusal, ServingRequest
from fleetdesigner.engine.throughput.serving import serve
from fleetdesigner.engine.throughput.serving_search import serving_configs, serving_grid
from fleetdesigner.engine.throughput.split_search import SplitFront, SplitPlan, best_split, split_front
from tests.engine.throughput.cases import DEEPSEEK_V3, GB200, H100, LLAMA_8B, LLAMA_70B, TRN2, calibration

CAL = calibration()


def split(stream: ServingRequest, chips: int, bridge: float = math.inf) -> SplitPlan | Refusal:
    return best_split(stream, stream, CAL, prefill_chips=chips, bridge_bytes_per_s=bridge)


def by_loops(stream: ServingRequest, chips: int, points: int = 1001) -> float:
    """Requests/s of the best of ``points`` shares of the chips for prefill, over all pairs of mappings."""
    grid = serving_grid(stream)
    times = serve(serving_configs((stream,), np.zeros(len(grid), dtype=np.int64), grid, CAL), CAL.serving)
    size = grid[:, 0] * grid[:, 1]
    able = times.feasible & (times.step_s * 1e3 <= (stream.tpot_ms or math.inf))
    best = 0.0
    for share in np.linspace(0.0, 1.0, points):
        # mappings do not depend on each other: each side takes the one that does most on its chips
        pre = np.floor(share * chips / size) * grid[:, 1] / times.prefill_s * times.feasible
        dec = np.floor((1 - share) * chips / size) * grid[:, 2] / (times.step_s * stream.output_len) * able
        best = max(best, min(float(pre.max()), float(dec.max())))
    return best


@pytest.mark.parametrize("chips", [16, 100, 1000])
@pytest.mark.parametrize(
    "stream",
    [
        ServingRequest(LLAMA_70B, H100, "fp8", 4000.0, 500.0, max_chips=8),
        ServingRequest(LLAMA_70B, TRN2, "bf16", 8000.0, 200.0, tpot_ms=60.0, max_chips=16),
        ServingRequest(LLAMA_8B, H100, "fp8", 500.0, 2000.0, max_chips=4),
        ServingRequest(DEEPSEEK_V3, GB200, "fp8", 4000.0, 1000.0, max_chips=16),
    ],
    ids=["llama-70b", "trainium2", "llama-8b", "deepseek"],
)
def test_the_best_split_is_within_a_percent_of_a_scan(stream: ServingRequest, chips: int) -> None:
    plan = split(stream, chips)
    best = by_loops(stream, chips)
    if isinstance(plan, Refusal):
        assert best == 0
        return
    assert plan.requests_per_s >= best * 0.99
    assert plan.limits in ("prefill", "decode")


def test_whole_replicas_and_targets_hold_for_random_streams() -> None:
    rng = random.Random(7)
    for _ in range(60):
        stream = ServingRequest(
            rng.choice((LLAMA_8B, LLAMA_70B)), rng.choice((H100, TRN2)), "bf16", rng.choice((200.0, 9000.0)),
            rng.choice((100.0, 900.0)), rng.choice((None, 300.0, 3000.0)), rng.choice((None, 25.0, 60.0)),
            max_chips=8,
        )  # fmt: skip
        chips = rng.choice((2, 9, 64, 500))
        plan = split(stream, chips)
        if isinstance(plan, Refusal):
            assert plan.reason
            continue
        used = (
            plan.prefill_replicas * plan.prefill_tensor * plan.prefill_ranks
            + plan.decode_replicas * plan.decode_tensor * plan.decode_ranks
        )
        assert used <= chips
        assert plan.ttft_ms <= (stream.ttft_ms or math.inf)
        assert plan.tpot_ms <= (stream.tpot_ms or math.inf)
        assert plan.output_tokens_per_s == pytest.approx(plan.requests_per_s * stream.output_len)


def test_a_bridge_binds_and_never_helps() -> None:
    stream = ServingRequest(LLAMA_70B, H100, "fp8", 4000.0, 500.0, max_chips=8)
    rates = []
    for bridge in (1e9, 1e10, 1e11, math.inf):
        plan = split(stream, 512, bridge)
        assert isinstance(plan, SplitPlan)
        assert plan.bridge_bytes_per_s <= bridge * (1 + 1e-12)
        rates.append(plan.requests_per_s)
    assert rates == sorted(rates)
    slow = split(stream, 512, 1e9)
    assert isinstance(slow, SplitPlan)
    assert slow.limits == "bridge"
    assert split(stream, 512, 0.0) == Refusal(
        "prefill and decode have no bridge between them; give it a bandwidth"
    )


def test_two_kinds_have_chips_of_their_own_and_refusals_name_the_side() -> None:
    first = ServingRequest(LLAMA_70B, TRN2, "bf16", 4000.0, 500.0, max_chips=8)
    then = ServingRequest(LLAMA_70B, H100, "fp8", 4000.0, 500.0, max_chips=8)
    plan = best_split(first, then, CAL, prefill_chips=64, decode_chips=64, bridge_bytes_per_s=1e12)
    assert isinstance(plan, SplitPlan)
    assert plan.prefill_replicas * plan.prefill_tensor <= 64
    fast = best_split(first, replace(then, tpot_ms=0.5), CAL, prefill_chips=64, decode_chips=64)
    assert isinstance(fast, Refusal)
    assert fast.reason.startswith("decode: TPOT 0.5 ms cannot be met; best ")
    small = best_split(replace(first, max_chips=1), then, CAL, prefill_chips=64, decode_chips=64)
    assert isinstance(small, Refusal)
    assert small.reason.startswith("prefill: weights and one sequence do not fit")
    first_token = best_split(first, replace(then, ttft_ms=1.0), CAL, prefill_chips=64, decode_chips=64)
    assert isinstance(first_token, Refusal)
    assert first_token.reason.startswith("TTFT 1 ms cannot be met")
    assert isinstance(best_split(first, then, CAL, prefill_chips=1, decode_chips=64), Refusal)
    other = best_split(replace(first, model=LLAMA_8B), then, CAL, prefill_chips=64, decode_chips=64)
    assert other == Refusal("prefill and decode must run the same model")


def test_the_front_of_splits_holds_the_best_and_nothing_that_is_beaten() -> None:
    stream = ServingRequest(LLAMA_70B, H100, "fp8", 4000.0, 500.0, ttft_ms=3000.0, max_chips=8)
    front = split_front(stream, stream, CAL)
    assert isinstance(front, SplitFront)
    assert np.all(np.diff(front.tokens_per_s_per_user) > 0)
    assert np.all(np.diff(front.tokens_per_s_per_chip) < 0)
    assert np.all((front.prefill_share > 0) & (front.prefill_share < 1))
    # thousands of chips: whole replicas cost next to nothing, and hand-over hardly any time
    plan = split(stream, 10_000)
    assert isinstance(plan, SplitPlan)
    assert plan.output_tokens_per_s_per_chip == pytest.approx(front.tokens_per_s_per_chip.max(), rel=0.01)
    slow = split_front(stream, replace(stream, ttft_ms=1.0), CAL)
    assert slow == Refusal("TTFT 1 ms cannot be met")
    assert isinstance(split_front(replace(stream, max_chips=0), stream, CAL), Refusal)
    assert isinstance(split_front(stream, replace(stream, tpot_ms=0.1), CAL), Refusal)
