"""Searches: they find what is fastest, refuse in words, and agree whether asked once or many times."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fleetdesigner.engine.throughput import (
    Refusal,
    Request,
    ServingPlan,
    TrainingPlan,
    TrainingRequest,
    best_many,
    best_serving,
    best_training,
    reevaluate,
    serving_front,
)
from fleetdesigner.engine.throughput.serving_search import ServingFront
from tests.engine.throughput.cases import (
    DEEPSEEK_V3,
    GB200,
    H100,
    JOB,
    LLAMA_8B,
    LLAMA_70B,
    STREAM,
    TRN2,
    calibration,
)

CAL = calibration()


def train(request: TrainingRequest = JOB, **changed: Any) -> TrainingPlan | Refusal:
    answer = best_many((replace(request, **changed),), CAL)[0]
    assert not isinstance(answer, ServingPlan)
    return answer


def reason(answer: object) -> str:
    assert isinstance(answer, Refusal)
    return answer.reason


def test_best_layout_of_a_70b_job_is_sane() -> None:
    plan = best_training(
        LLAMA_70B, H100, CAL, n_chips=1024, seq_len=8192.0, global_batch_tokens=16e6, dtype="fp8"
    )
    assert isinstance(plan, TrainingPlan)
    layout = plan.layout
    assert layout.tensor * layout.pipeline * layout.context * layout.data == plan.chips_used <= 1024
    assert plan.memory_bytes <= 0.92 * H100.hbm_bytes
    assert 0.25 < plan.mfu < 0.55  # published: 39 to 41 % for dense models of 30 B and more
    assert plan.tokens_per_s == pytest.approx(16e6 / plan.step_s)
    assert sum(seconds for _, seconds in plan.breakdown) == pytest.approx(plan.step_s)
    assert plan.fitted
    assert plan.band.low < 1 < plan.band.high


def test_a_chip_without_measurements_is_marked_and_has_the_widest_band() -> None:
    plan = best_training(LLAMA_70B, TRN2, CAL, n_chips=1024, seq_len=8192.0, global_batch_tokens=16e6)
    assert isinstance(plan, TrainingPlan)
    assert not plan.fitted
    assert plan.band.high == pytest.approx(1.7)
    assert plan.band.low == pytest.approx(1 / 1.7, rel=0.01)


def test_refusals_say_why() -> None:
    small = best_serving(LLAMA_70B, H100, CAL, dtype="bf16", input_len=1000, output_len=500, max_chips=1)
    assert reason(small).startswith("70.6 B parameters in bf16 need 141 GB")
    assert "1 chip holds" in reason(small)
    fp4 = best_training(LLAMA_8B, TRN2, CAL, n_chips=64, seq_len=4096.0, global_batch_tokens=4e6, dtype="fp4")
    assert reason(fp4) == "no fp4 rate for trainium2"
    fast = best_serving(LLAMA_70B, H100, CAL, dtype="fp8", input_len=1000, output_len=500, tpot_ms=1.0)
    assert reason(fast).startswith("TPOT 1 ms cannot be met; best ")
    first = best_serving(LLAMA_70B, H100, CAL, dtype="fp8", input_len=8000, output_len=500, ttft_ms=50.0)
    assert reason(first).startswith("TTFT 50 ms cannot be met; best about ")
    blank = best_training(
        LLAMA_8B,
        replace(H100, hbm_bytes_per_s=math.nan),
        CAL,
        n_chips=8,
        seq_len=4096.0,
        global_batch_tokens=4e6,
    )
    assert reason(blank) == "no public figure for HBM bandwidth of h100; enter one"
    few = best_training(LLAMA_70B, H100, CAL, n_chips=4, seq_len=4096.0, global_batch_tokens=4e6)
    assert "need 1.27 TB" in reason(few)
    none = best_training(LLAMA_8B, H100, CAL, n_chips=0, seq_len=4096.0, global_batch_tokens=4e6)
    assert reason(none) == "the job has no chips"


def test_targets_move_the_choice_along_the_front() -> None:
    front = serving_front(STREAM, CAL)
    assert isinstance(front, ServingFront)
    assert np.all(np.diff(front.tokens_per_s_per_user) > 0)
    assert np.all(np.diff(front.tokens_per_s_per_chip) < 0)
    loose = best_serving(LLAMA_70B, H100, CAL, dtype="fp8", input_len=1000, output_len=500)
    tight = best_serving(LLAMA_70B, H100, CAL, dtype="fp8", input_len=1000, output_len=500, tpot_ms=20.0)
    assert isinstance(loose, ServingPlan)
    assert isinstance(tight, ServingPlan)
    most = float(front.tokens_per_s_per_chip.max())  # the front goes in steps of √2, the choice between them
    assert most <= loose.output_tokens_per_s_per_chip < math.sqrt(2) * most
    assert tight.output_tokens_per_s_per_chip < loose.output_tokens_per_s_per_chip
    assert tight.tpot_ms <= 20.0 < loose.tpot_ms
    assert tight.replica_chips == tight.tensor * tight.attention_data
    assert tight.concurrency <= tight.capacity_sequences


def test_many_requests_are_answered_as_one_by_one_and_in_order() -> None:
    requests: list[Request] = [
        JOB,
        STREAM,
        replace(JOB, model=DEEPSEEK_V3, chip=GB200, n_chips=2048),
        replace(STREAM, model=DEEPSEEK_V3, chip=GB200, tpot_ms=50.0),
        replace(JOB, n_chips=2),
        replace(STREAM, max_chips=1, dtype="bf16"),
        JOB,
    ]
    together = best_many(requests, CAL)
    apart = [best_many((request,), CAL)[0] for request in requests]
    for one, other in zip(together, apart, strict=True):
        assert type(one) is type(other)
        if isinstance(one, TrainingPlan) and isinstance(other, TrainingPlan):
            assert one.layout == other.layout
            assert one.step_s == pytest.approx(other.step_s, rel=1e-12)
        elif isinstance(one, ServingPlan) and isinstance(other, ServingPlan):
            assert (one.tensor, one.concurrency) == (other.tensor, other.concurrency)
            assert one.tpot_ms == pytest.approx(other.tpot_ms, rel=1e-12)
        else:
            assert one == other
    assert together[0] is together[6]


def test_reevaluation_gives_the_same_numbers_without_a_search() -> None:
    plans = [plan for plan in best_many((JOB, STREAM), CAL) if not isinstance(plan, Refusal)]
    again = reevaluate(plans, CAL)
    for plan, other in zip(plans, again, strict=True):
        assert plan == other
    assert isinstance(plans[0], TrainingPlan)
    slower = reevaluate([replace(plans[0], request=replace(JOB, maturity=0.5))], CAL)[0]
    assert isinstance(slower, TrainingPlan)
    assert slower.tokens_per_s == pytest.approx(0.5 * plans[0].tokens_per_s)
    assert reevaluate((), CAL) == ()


def test_no_batch_no_job() -> None:
    assert "less than one sequence" in reason(train(global_batch_tokens=100.0))


@settings(max_examples=25, deadline=None)
@given(chips=st.integers(1, 20_000), share=st.floats(0.2, 0.9))
def test_maturity_scales_speed_and_more_chips_never_hurt_much(chips: int, share: float) -> None:
    plan = train(model=LLAMA_8B, n_chips=chips)
    young = train(model=LLAMA_8B, n_chips=chips, maturity=share)
    if isinstance(plan, Refusal):
        assert isinstance(young, Refusal)
        return
    assert isinstance(young, TrainingPlan)
    assert young.tokens_per_s == pytest.approx(share * plan.tokens_per_s)
    assert plan.chips_used <= chips
