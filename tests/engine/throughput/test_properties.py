"""What must hold for any chip, model and split (THROUGHPUT §8), beyond the tests of single terms."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fleetdesigner.engine.throughput import (
    ChipFigures,
    MixedPart,
    MixedPlan,
    ModelShape,
    Refusal,
    Request,
    ServingPlan,
    ServingRequest,
    TrainingPlan,
    TrainingRequest,
    best_many,
    goodput,
    mixed_training,
    reevaluate,
)
from fleetdesigner.engine.throughput.mixed import split_layers
from fleetdesigner.engine.throughput.serving_search import serving_plan
from fleetdesigner.engine.throughput.training import step_time
from tests.engine.throughput.cases import (
    DEEPSEEK_V3,
    GB200,
    H100,
    LLAMA_8B,
    LLAMA_70B,
    TRN2,
    calibration,
    random_layouts,
    training_configs,
)

CAL = calibration()
CHIPS = st.sampled_from([H100, GB200, TRN2])
MODELS = st.sampled_from([LLAMA_8B, LLAMA_70B, DEEPSEEK_V3])
BETTER = st.sampled_from(
    ["bf16_flops", "hbm_bytes", "hbm_bytes_per_s", "scale_up_bytes_per_s", "scale_out_bytes_per_s"]
)
SOME = settings(max_examples=40, deadline=None)


def answer(request: Request) -> TrainingPlan | ServingPlan | Refusal:
    return best_many((request,), CAL)[0]


@SOME
@given(chip=CHIPS, model=MODELS, field=BETTER, times=st.floats(1.0, 8.0), chips=st.integers(1, 4096))
def test_more_of_a_chip_never_slows_the_best_layout(
    chip: ChipFigures, model: ModelShape, field: str, times: float, chips: int
) -> None:
    job = TrainingRequest(model, chip, chips, 4096.0, 4e6)
    plan = answer(job)
    other = answer(replace(job, chip=replace(chip, **{field: getattr(chip, field) * times})))
    if isinstance(plan, TrainingPlan):
        assert isinstance(other, TrainingPlan)
        assert other.tokens_per_s >= plan.tokens_per_s * (1 - 1e-9)


@SOME
@given(chip=CHIPS, model=MODELS, field=BETTER, times=st.floats(1.0, 8.0), length=st.floats(16.0, 30_000.0))
def test_more_of_a_chip_never_slows_the_best_replica(
    chip: ChipFigures, model: ModelShape, field: str, times: float, length: float
) -> None:
    stream = ServingRequest(model, chip, "bf16", length, 300.0, max_chips=32)
    plan = answer(stream)
    other = answer(replace(stream, chip=replace(chip, **{field: getattr(chip, field) * times})))
    if isinstance(plan, ServingPlan):
        assert isinstance(other, ServingPlan)
        assert other.output_tokens_per_s_per_chip >= plan.output_tokens_per_s_per_chip * (1 - 1e-9)


@SOME
@given(chip=CHIPS, model=MODELS, more=st.floats(1.01, 4.0), ranks=st.sampled_from([1, 2, 4]))
def test_capacity_grows_with_memory(chip: ChipFigures, model: ModelShape, more: float, ranks: int) -> None:
    stream = ServingRequest(model, chip, "bf16", 2000.0, 300.0, max_chips=64)
    larger = replace(stream, chip=replace(chip, hbm_bytes=chip.hbm_bytes * more))
    plan, other = (serving_plan(one, 8, ranks, 8.0 * ranks, CAL) for one in (stream, larger))
    assert other.capacity_tokens >= plan.capacity_tokens
    if plan.capacity_tokens > 0:
        assert other.capacity_tokens > plan.capacity_tokens


@SOME
@given(chips=st.integers(1, 4096), lora=st.booleans(), dtype=st.sampled_from(["bf16", "fp8"]))
def test_no_tensor_term_at_one_rank_and_no_bubble_at_one_stage(chips: int, lora: bool, dtype: str) -> None:
    plan = answer(TrainingRequest(LLAMA_8B, H100, chips, 4096.0, 4e6, dtype, lora=lora))
    if not isinstance(plan, TrainingPlan):
        return
    terms = dict(plan.breakdown)
    assert (terms["tensor"] == 0) == (plan.layout.tensor == 1)
    assert (terms["bubble"] == 0) == (plan.layout.pipeline == 1)
    assert sum(terms.values()) == pytest.approx(plan.step_s)


@SOME
@given(
    requests=st.lists(
        st.one_of(
            st.builds(
                TrainingRequest, MODELS, CHIPS, st.integers(8, 600), st.just(4096.0), st.floats(1e5, 1e7),
                st.sampled_from(["bf16", "fp8"]),
            ),
            st.builds(
                ServingRequest, MODELS, CHIPS, st.sampled_from(["bf16", "fp8"]), st.floats(10.0, 9000.0),
                st.floats(10.0, 900.0),
            ),
        ),
        min_size=2, max_size=6, unique=True,
    ),
    seed=st.integers(0, 999),
)  # fmt: skip
def test_answers_do_not_depend_on_the_order_or_on_company(requests: list[Request], seed: int) -> None:
    mixed = list(requests)
    random.Random(seed).shuffle(mixed)
    found = dict(zip(mixed, best_many(mixed, CAL), strict=True))
    for request, plan in zip(requests, best_many(requests, CAL), strict=True):
        assert found[request] == plan
        alone = answer(request)
        assert type(alone) is type(plan)
        if not isinstance(plan, Refusal):
            assert reevaluate([plan], CAL)[0] == plan


@SOME
@given(row=st.integers(0, 299), seed=st.integers(0, 99))
def test_a_row_alone_is_the_row_among_hundreds(row: int, seed: int) -> None:
    layouts = random_layouts(300, seed)
    many = step_time(training_configs(**layouts), CAL.training)
    one = step_time(training_configs(**{key: value[row] for key, value in layouts.items()}), CAL.training)
    assert one.seconds[0] == many.seconds[row]
    assert one.memory_bytes[0] == many.memory_bytes[row]


HALF = answer(TrainingRequest(LLAMA_70B, H100, 256, 8192.0, 16e6))
assert isinstance(HALF, TrainingPlan)
PART = MixedPart(HALF)


@SOME
@given(counts=st.lists(st.floats(8.0, 2048.0), min_size=1, max_size=5))
def test_separate_jobs_add(counts: list[float]) -> None:
    parts = [replace(PART, chips=count) for count in counts]
    plan = mixed_training(parts, "separate", 0.0)
    assert isinstance(plan, MixedPlan)
    assert plan.tokens_per_s == pytest.approx(sum(part.tokens_per_s for part in parts))


@SOME
@given(parts=st.sampled_from([2, 4, 5, 8]), each=st.integers(1, 20), rate=st.floats(1.0, 1e9))
def test_a_pipeline_over_equal_chips_is_even(parts: int, each: int, rate: float) -> None:
    held = split_layers(parts * each, [rate] * parts, [parts * each] * parts)
    assert held.tolist() == [each] * parts


@SOME
@given(chips=st.lists(st.integers(1, 1_000_000), min_size=2, max_size=20, unique=True))
def test_useful_time_falls_with_the_size_of_a_job(chips: list[int]) -> None:
    useful = goodput(np.array(sorted(chips), dtype=np.float64))
    assert np.all(np.diff(useful) < 0)
    assert np.all((useful > 0) & (useful < 1))
