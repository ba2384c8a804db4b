"""Chips, models and configurations that the tests of the throughput equations work with."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from fleetdesigner.engine.throughput import (
    Calibration,
    ChipFigures,
    ModelShape,
    ServingRequest,
    TrainingRequest,
    load_calibration,
)
from fleetdesigner.engine.throughput.columns import ChipColumns, ModelColumns, column
from fleetdesigner.engine.throughput.serving import ServingConfigs
from fleetdesigner.engine.throughput.training import TrainingConfigs

H100 = ChipFigures(
    "h100", "hopper", 989e12, 1979e12, float("nan"), 80e9, 3.35e12, 450e9, 50e9, 8.0, watts=700.0
)
GB200 = ChipFigures("gb200", "blackwell", 2.5e15, 5e15, 1e16, 186e9, 8e12, 900e9, 50e9, 72.0, watts=1200.0)
TRN2 = ChipFigures(
    "trainium2",
    "trainium2",
    667e12,
    1299e12,
    float("nan"),
    96 * 2.0**30,
    2.9e12,
    640e9,
    25e9,
    64.0,
    watts=500.0,
)

LLAMA_8B = ModelShape(
    name="llama-3-1-8b", layers=32, hidden=4096, heads=32, kv_heads=8, head_dim=128, ffn=14336, vocab=128256,
    gated=True, experts=0, top_k=0, shared_experts=0, dense_layers=0, dense_ffn=14336, latent=False,
    state_values=2048, full_layers=32, windowed_layers=0, window=float("inf"),
)  # fmt: skip
LLAMA_70B = replace(
    LLAMA_8B,
    name="llama-3-1-70b",
    layers=80,
    hidden=8192,
    heads=64,
    ffn=28672,
    dense_ffn=28672,
    full_layers=80,
)
DEEPSEEK_V3 = ModelShape(
    name="deepseek-v3", layers=61, hidden=7168, heads=128, kv_heads=128, head_dim=192, ffn=2048, vocab=129280,
    gated=True, experts=256, top_k=8, shared_experts=1, dense_layers=3, dense_ffn=18432, latent=True,
    state_values=576, full_layers=61, windowed_layers=0, window=float("inf"),
)  # fmt: skip

JOB = TrainingRequest(LLAMA_70B, H100, 1024, 8192.0, 16e6, "fp8")
STREAM = ServingRequest(LLAMA_70B, H100, "fp8", 1000.0, 500.0)


def calibration() -> Calibration:
    """The bundled factors."""
    return load_calibration()


def training_configs(
    model: ModelShape = LLAMA_8B, chip: ChipFigures = H100, dtype: str = "bf16", **changed: object
) -> TrainingConfigs:
    """Configurations with every degree 1 but those in ``changed``; arrays make many of them."""
    values: dict[str, object] = {
        "tensor": 1, "pipeline": 1, "context": 1, "expert": 1, "data": 8, "virtual": 1, "micro": 1,
        "batch": 64, "seq": 8192, "recompute": 0, "recompute_attention": 0, "sharded": 0, "zero": 1,
        "lora": 0,
        "sequence_parallel": 1, "gemm": 0.6,
    }  # fmt: skip
    values.update(changed)
    return TrainingConfigs(
        model=ModelColumns.of([model]),
        chip=ChipColumns.of([chip], [dtype]),
        **{name: column(value) for name, value in values.items()},
    )


def serving_configs(
    model: ModelShape = LLAMA_8B, chip: ChipFigures = H100, dtype: str = "bf16", **changed: object
) -> ServingConfigs:
    """One chip that decodes 16 sequences of 1,000 + 500 tokens, but for what is in ``changed``."""
    values: dict[str, object] = {
        "tensor": 1, "attention_data": 1, "concurrency": 16, "input_len": 1000, "output_len": 500,
        "cached_share": 0, "kv_value_bytes": 2, "held_tokens": 0, "bandwidth": 0.8, "stream": np.inf,
        "expert_peak": chip.bf16_flops, "product_rate": 0.5 * chip.peak(dtype),
        "score_rate": 0.5 * chip.bf16_flops, "hop_s": 2e-5, "layer_s": 2e-5,
    }  # fmt: skip
    values.update(changed)
    return ServingConfigs(
        model=ModelColumns.of([model]),
        chip=ChipColumns.of([chip], [dtype]),
        **{name: column(value) for name, value in values.items()},
    )


def random_layouts(rows: int, seed: int) -> dict[str, Any]:
    """Degrees of ``rows`` layouts, each a power of two."""
    rng = np.random.default_rng(seed)
    powers = {
        name: 2.0 ** rng.integers(0, most, rows)
        for name, most in (("tensor", 5), ("pipeline", 5), ("data", 9))
    }
    powers["virtual"] = np.where(powers["pipeline"] > 1, 2.0, 1.0)
    powers["micro"] = 2.0 ** rng.integers(0, 3, rows)
    powers["batch"] = powers["data"] * powers["micro"] * 2.0 ** rng.integers(0, 5, rows)
    powers["recompute"] = rng.integers(0, 2, rows).astype(float)
    return powers
