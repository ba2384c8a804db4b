"""The searches against plain loops that call the equations one row at a time, on 200 random small jobs."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import numpy as np
import pytest

from fleetdesigner.engine.throughput import (
    ChipFigures,
    ModelShape,
    Refusal,
    ServingPlan,
    ServingRequest,
    TrainingPlan,
    TrainingRequest,
    best_many,
)
from fleetdesigner.engine.throughput.serving import serve
from fleetdesigner.engine.throughput.serving_search import serving_configs
from fleetdesigner.engine.throughput.training import step_time
from tests.engine.throughput.cases import H100, LLAMA_8B, calibration, training_configs

CAL = calibration()
JOBS = 200
FIRST = np.zeros(1, dtype=np.int64)


def small_model(rng: random.Random) -> ModelShape:
    """A language model of a few layers, dense or with experts, that a few small chips can train."""
    heads, layers = rng.choice((3, 4, 8)), rng.choice((3, 4, 6, 8))
    experts = rng.choice((0, 0, 4, 6, 8))
    ffn = rng.choice((1024, 4096))
    return replace(
        LLAMA_8B, name="small", layers=layers, hidden=heads * 128, heads=heads, kv_heads=heads, ffn=ffn,
        vocab=32_000, experts=experts, top_k=min(2, experts), shared_experts=int(experts > 4),
        dense_layers=int(experts > 0), dense_ffn=2 * ffn, full_layers=layers, state_values=2.0 * heads * 128,
    )  # fmt: skip


def small_chip(rng: random.Random) -> ChipFigures:
    """A chip with so little memory that layouts, recompute and sharding matter."""
    return replace(
        H100,
        hbm_bytes=rng.choice((0.5e9, 1e9, 2e9, 4e9, 8e9, 80e9)),
        scale_out_bytes_per_s=rng.choice((5e9, 50e9)),
        domain_chips=float(rng.choice((2, 4, 8))),
    )


def twos(most: int) -> list[int]:
    return [x for x in range(1, most + 1) if x & (x - 1) == 0]


def training_by_loops(job: TrainingRequest) -> float:
    """Seconds of the fastest step of a job; inf when nothing fits."""
    m, chip, n = job.model, job.chip, job.n_chips
    layers, heads, experts = int(m.layers), int(m.heads), int(m.experts)
    sequences = job.global_batch_tokens / job.seq_len
    longest = max(1, int(min(16, job.seq_len // (512 if sequences * 8 <= n else 4096))))
    best = math.inf
    for t in [x for x in twos(min(int(chip.domain_chips), heads, n)) if heads % x == 0]:
        for p in twos(min(layers, n)):
            for v in range(1, 21):
                even = layers % (p * v) == 0 or (layers + 2) % (p * v) == 0
                if v > 1 and (p == 1 or p * v > layers + 2 or not (even or v in (2, 4, 8))):
                    continue
                for c in twos(longest):
                    for e in [x for x in twos(min(experts, n)) if experts % x == 0] or [1]:
                        for micro in [x for x in (1, 2, 4) if x == 1 or x * job.seq_len <= 32_768]:
                            data = min(n // (t * p * c), int(sequences / micro))
                            while data and (t * c * data) % e:
                                data -= 1
                            if data:
                                for sharded in (0, 1) if p == 1 else (0,):
                                    for again, core in ((0, 0), (0, 1), (1, 1)):
                                        best = min(best, one_step(
                                            job, tensor=t, pipeline=p, virtual=v, context=c, expert=e,
                                            micro=micro, data=data, sharded=sharded, recompute=again,
                                            recompute_attention=core,
                                        ))  # fmt: skip
    return best


def one_step(job: TrainingRequest, **degrees: float) -> float:
    configs = training_configs(
        job.model, job.chip, job.dtype, **degrees, seq=job.seq_len,
        batch=job.global_batch_tokens / job.seq_len, gemm=CAL.gemm(job.chip, job.dtype).value,
        lora=float(job.lora),
    )  # fmt: skip
    times = step_time(configs, CAL.training)
    return float(times.seconds[0]) if times.feasible[0] else math.inf


def small_job(rng: random.Random) -> TrainingRequest:
    seq = rng.choice((1024.0, 2048.0, 8192.0, 16_384.0))
    return TrainingRequest(
        small_model(rng), small_chip(rng), rng.choice((1, 2, 3, 4, 6, 8)), seq,
        seq * rng.choice((1, 2, 5, 16)), rng.choice(("bf16", "fp8")), lora=rng.random() < 0.2,
    )  # fmt: skip


def test_the_best_training_layout_is_that_of_plain_loops() -> None:
    rng = random.Random(20261123)
    jobs = [small_job(rng) for _ in range(JOBS)]
    answers = best_many(jobs, CAL)
    again, sharded, refused = set(), 0, 0
    for job, answer in zip(jobs, answers, strict=True):
        best = training_by_loops(job)
        if isinstance(answer, Refusal):
            assert best == math.inf, (job, answer)
            refused += 1
            continue
        assert isinstance(answer, TrainingPlan)
        assert answer.step_s == pytest.approx(best, rel=1e-12), job
        again.add(answer.layout.recompute)
        sharded += answer.layout.sharded
    assert {"none", "full"} <= again  # the jobs are small enough for memory to bind in many ways
    assert sharded
    assert refused


def serving_by_loops(stream: ServingRequest) -> float:
    """Output tokens a second and chip of the best replica within the targets; 0 when there is none."""
    m = stream.model
    best = 0.0
    ranks = twos(stream.max_chips) if m.experts else [1]
    coarse = {round(4096.0 ** (at / 24)) for at in range(25)}
    each = sorted({round(b * 2.0 ** (step / 16)) for b in coarse for step in range(8 if b < 4096 else 1)})
    for t in [x for x in twos(min(stream.max_chips, int(m.heads))) if m.heads % x == 0]:
        for a in [x for x in ranks if t * x <= stream.max_chips]:
            for b in each:
                row = np.array([[t, a, b * a]], dtype=np.float64)
                times = serve(serving_configs((stream,), FIRST, row, CAL), CAL.serving)
                first = math.sqrt(float(times.ttft_low_s[0] * times.ttft_high_s[0])) * 1e3
                if (
                    times.feasible[0]
                    and times.tpot_s[0] * 1e3 <= (stream.tpot_ms or math.inf)
                    and first <= (stream.ttft_ms or math.inf)
                ):
                    best = max(best, float(times.output_tokens_per_s[0]) / (t * a))
    return best


def small_stream(rng: random.Random) -> ServingRequest:
    return ServingRequest(
        small_model(rng), small_chip(rng), rng.choice(("bf16", "fp8")), rng.choice((100.0, 4000.0)),
        rng.choice((50.0, 800.0)), ttft_ms=rng.choice((None, 80.0, 500.0)),
        tpot_ms=rng.choice((None, 2.0, 20.0)), max_chips=rng.choice((1, 2, 4)),
    )  # fmt: skip


def test_the_best_replica_is_that_of_plain_loops() -> None:
    rng = random.Random(20261124)
    streams = [small_stream(rng) for _ in range(JOBS // 4)]
    for stream, answer in zip(streams, best_many(streams, CAL), strict=True):
        best = serving_by_loops(stream)
        if isinstance(answer, Refusal):
            assert best == 0.0, (stream, answer)
        else:
            assert isinstance(answer, ServingPlan)
            assert answer.output_tokens_per_s_per_chip == pytest.approx(best, rel=1e-12)
