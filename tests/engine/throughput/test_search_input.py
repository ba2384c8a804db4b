"""What cannot run has a named reason, never a number; objectives and forced choices do what they say."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fleetdesigner.engine.throughput import (
    Refusal,
    Request,
    ServingPlan,
    ServingRequest,
    TrainingPlan,
    TrainingRequest,
    best_many,
)
from fleetdesigner.engine.throughput.layout_space import powers, virtual_stages
from fleetdesigner.engine.throughput.plans import Layout, Recompute
from fleetdesigner.engine.throughput.training_search import best_precision, plan_layout, ranked_training
from tests.engine.throughput.cases import DEEPSEEK_V3, GB200, H100, JOB, LLAMA_70B, STREAM, TRN2, calibration

CAL = calibration()
LAYOUT = Layout(4, 8, 1, 1, 32, 1.0, 2)


def why(request: Request) -> str:
    answer = best_many((request,), CAL)[0]
    assert isinstance(answer, Refusal), answer
    return answer.reason


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"dtype": "fp3"}, "precision 'fp3' is not one of bf16"),
        ({"chip": TRN2, "dtype": "fp4"}, "no fp4 rate for trainium2"),
        ({"n_chips": 0}, "the job has no chips"),
        ({"n_chips": -8}, "the job has no chips"),
        ({"seq_len": -1.0}, "a sequence length of -1 tokens is not above 0"),
        ({"seq_len": math.nan}, "a sequence length of nan tokens"),
        ({"global_batch_tokens": -1.0}, "a batch of -1 tokens is not above 0"),
        ({"global_batch_tokens": math.inf}, "a batch of inf tokens"),
        ({"maturity": 0.0}, "software maturity 0 is not above 0"),
        ({"objective": "w_per_token"}, "power a token needs the idle share"),
        ({"objective": "luck"}, "objective 'luck' is not one of throughput"),
        ({"recompute": "some"}, "recompute 'some' is not one of none, attention, full"),
        ({"model": replace(LLAMA_70B, kv_heads=7)}, "64 heads do not divide into 7 groups"),
        ({"model": replace(LLAMA_70B, layers=0)}, "layers 0 is below 1"),
        ({"model": replace(LLAMA_70B, hidden=math.nan)}, "hidden nan is below 1"),
        ({"model": replace(DEEPSEEK_V3, top_k=300)}, "300 active of 256 experts"),
        ({"model": replace(DEEPSEEK_V3, dense_layers=62)}, "62 dense layers of 61 layers"),
        ({"chip": replace(H100, domain_chips=0.0)}, "a scale-up domain of 0 chips is below 1"),
    ],
)
def test_impossible_jobs_are_refused_by_name(changed: dict[str, Any], reason: str) -> None:
    assert reason in why(replace(JOB, **changed))


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"input_len": -5.0}, "input and output lengths above 0"),
        ({"output_len": math.nan}, "input and output lengths above 0"),
        ({"cached_share": 1.5}, "a cached share of 1.5 is not between 0 and 1"),
        ({"held_tokens": -1.0}, "-1 tokens held in memory are below 0"),
        ({"max_chips": 0}, "a replica needs at least one chip"),
        ({"ttft_ms": -3.0}, "a TTFT target of -3 ms is not above 0"),
        ({"tpot_ms": math.nan}, "a TPOT target of nan ms is not above 0"),
        ({"dtype": "fp5"}, "precision 'fp5' is not one of"),
        ({"model": replace(LLAMA_70B, heads=65)}, "65 heads do not divide into 8 groups"),
    ],
)
def test_impossible_streams_are_refused_by_name(changed: dict[str, Any], reason: str) -> None:
    assert reason in why(replace(STREAM, **changed))


@pytest.mark.parametrize(
    ("layout", "reason"),
    [
        (replace(LAYOUT, tensor=3), "64 heads do not divide over 3 tensor ranks"),
        (replace(LAYOUT, tensor=0), "tensor degree 0 is below 1"),
        (replace(LAYOUT, pipeline=128, data=1, tensor=1), "128 pipeline stages are more than 80 layers"),
        (replace(LAYOUT, virtual=16), "8 × 16 virtual stages are more than 80 layers"),
        (replace(LAYOUT, pipeline=1, virtual=2), "virtual stages need a pipeline"),
        (replace(LAYOUT, sharded=True), "without a pipeline"),
        (replace(LAYOUT, expert=8), "0 experts do not divide over 8 expert ranks"),
        (replace(LAYOUT, data=64), "the layout takes 2,048 chips of 1,024"),
        (replace(LAYOUT, micro=4096.0), "sequences at once are more than"),
        (replace(LAYOUT, tensor=1, pipeline=1, virtual=1, data=1024), "no layout fits: the leanest needs"),
    ],
)
def test_impossible_layouts_are_refused_by_name(layout: Layout, reason: str) -> None:
    answer = plan_layout(JOB, layout, CAL)
    assert isinstance(answer, Refusal)
    assert reason in answer.reason


def test_experts_need_ranks_that_they_divide() -> None:
    job = replace(JOB, model=DEEPSEEK_V3, chip=GB200)
    odd = plan_layout(job, replace(LAYOUT, tensor=1, pipeline=1, virtual=1, expert=64, data=100), CAL)
    assert odd == Refusal("64 expert ranks do not divide the 100 ranks of a stage")
    three = plan_layout(job, replace(LAYOUT, expert=3), CAL)
    assert three == Refusal("256 experts do not divide over 3 expert ranks")


def test_a_given_layout_gives_the_numbers_of_the_search() -> None:
    for request in (JOB, replace(JOB, model=DEEPSEEK_V3, chip=GB200, n_chips=2048)):
        found = best_many((request,), CAL)[0]
        assert isinstance(found, TrainingPlan)
        assert plan_layout(request, found.layout, CAL) == found
        ranked = ranked_training(request, CAL, 5)
        assert not isinstance(ranked, Refusal)
        assert ranked[0].step_s == found.step_s
        assert [plan.step_s for plan in ranked] == sorted(plan.step_s for plan in ranked)


def test_forced_recompute_is_kept_and_never_faster() -> None:
    free = best_many((JOB,), CAL)[0]
    assert isinstance(free, TrainingPlan)
    choices: tuple[tuple[Recompute | bool, str], ...] = (
        ("full", "full"), (True, "full"), ("attention", "attention"), (False, "none"),
    )  # fmt: skip
    for forced, kept in choices:
        plan = best_many((replace(JOB, recompute=forced),), CAL)[0]
        assert isinstance(plan, TrainingPlan)
        assert plan.layout.recompute == kept
        assert plan.step_s >= free.step_s


def test_objectives_are_the_best_of_their_kind() -> None:
    job = replace(JOB, global_batch_tokens=100 * 8192.0, n_chips=1000, idle_share=0.4)
    ranked = ranked_training(job, CAL, 10_000)
    assert not isinstance(ranked, Refusal)
    cheap = best_many((replace(job, objective="usd_per_token"),), CAL)[0]
    lean = best_many((replace(job, objective="w_per_token"),), CAL)[0]
    fast = best_many((job,), CAL)[0]
    assert isinstance(cheap, TrainingPlan)
    assert isinstance(lean, TrainingPlan)
    assert isinstance(fast, TrainingPlan)
    each = max(plan.tokens_per_s / plan.chips_used for plan in ranked)
    assert cheap.tokens_per_s / cheap.chips_used == pytest.approx(each)
    assert fast.tokens_per_s == pytest.approx(max(plan.tokens_per_s for plan in ranked))
    assert lean.tokens_per_s / lean.chips_used <= each * (1 + 1e-12)

    def joules(plan: TrainingPlan) -> float:
        return plan.chips_used * (0.4 + 0.6 * plan.mfu) / plan.tokens_per_s

    assert joules(lean) <= min(joules(plan) for plan in ranked) * (1 + 1e-9)
    stream = replace(STREAM, objective="w_per_token", idle_share=0.4)
    plan, other = best_many((stream, STREAM), CAL)
    assert isinstance(plan, ServingPlan)
    assert isinstance(other, ServingPlan)

    def power(plan: ServingPlan) -> float:
        return (0.4 + 0.6 * plan.compute_share) / plan.output_tokens_per_s_per_chip

    assert power(plan) <= power(other) * (1 + 1e-12)


def test_the_best_precision_is_the_fastest_that_can_run() -> None:
    plan = best_precision(JOB, ("bf16", "fp8", "fp4"), CAL)
    assert isinstance(plan, TrainingPlan)
    alone = [best_many((replace(JOB, dtype=dtype),), CAL)[0] for dtype in ("bf16", "fp8")]
    assert plan.tokens_per_s == max(x.tokens_per_s for x in alone if isinstance(x, TrainingPlan))
    assert best_precision(JOB, ("fp4",), CAL) == Refusal("no fp4 rate for h100")
    assert best_precision(JOB, (), CAL) == Refusal("no precision was given")


def test_virtual_stages_deal_layers_out() -> None:
    assert virtual_stages(80, 1) == [1]
    assert {1, 2, 4, 5, 10} <= set(virtual_stages(80, 8))
    assert 8 in virtual_stages(126, 16)  # 126 layers and both ends on 128 chunks
    assert max(virtual_stages(80, 2)) == 20
    assert powers(9) == [1, 2, 4, 8]


@settings(max_examples=60, deadline=None)
@given(
    chips=st.integers(-4, 5000),
    seq=st.sampled_from([-1.0, 0.0, 1.0, 4096.0, 131_072.0]),
    sequences=st.integers(-1, 600),
    dtype=st.sampled_from(["bf16", "fp8", "fp4", "int8", "fp64"]),
    moe=st.booleans(),
)
def test_an_answer_is_a_plan_that_fits_or_a_reason(
    chips: int, seq: float, sequences: int, dtype: str, moe: bool
) -> None:
    job = TrainingRequest(DEEPSEEK_V3 if moe else LLAMA_70B, H100, chips, seq, seq * sequences, dtype)
    answer = best_many((job,), CAL)[0]
    if isinstance(answer, Refusal):
        assert answer.reason
        return
    assert isinstance(answer, TrainingPlan)
    assert 0 < answer.step_s < math.inf
    assert answer.chips_used <= chips
    assert answer.memory_bytes <= H100.hbm_bytes
    assert all(seconds >= 0 for _, seconds in answer.breakdown)
    assert plan_layout(job, answer.layout, CAL) == answer


def test_a_stream_that_asks_for_more_than_a_chip_has_says_what_is_missing() -> None:
    assert why(ServingRequest(LLAMA_70B, H100, "fp4", 100.0, 100.0)) == "no fp4 rate for h100"
    assert "do not fit" in why(ServingRequest(DEEPSEEK_V3, H100, "bf16", 100.0, 100.0, max_chips=8))
