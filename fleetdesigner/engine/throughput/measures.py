"""From seconds to the metric a measurement was published in, with its conventions, and back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from fleetdesigner.engine.throughput.models import ModelShape

TRAINING_METRICS = (
    "step_time_s", "tokens_per_s_per_chip", "model_tflops_per_chip", "hw_tflops_per_chip", "sequences_per_s",
    "mfu_pct", "chip_hours",
)  # fmt: skip
SERVING_METRICS = (
    "tpot_ms", "output_tokens_per_s_max", "output_tokens_per_s_server", "output_tokens_per_s_offline",
    "output_tokens_per_s_interactive",
)  # fmt: skip
TIME_METRICS = frozenset({"step_time_s", "chip_hours", "tpot_ms"})
"""Metrics that grow with time; the others fall with it."""


def published_flops(shape: ModelShape, seq: float, *, recompute: bool) -> float:
    """FLOP a token by the Megatron convention: attention over the full, not the causal, context.

    Without recompute 72 L h² (1 + s/6h + V/12Lh) for a plain GPT, with it 96 L h² (1 + s/6h + V/16Lh)
    (arXiv 2104.04473 §5.1), written here for any width.
    """
    passes = 4.0 if recompute else 3.0
    pairs = shape.full_layers * seq + shape.windowed_layers * min(seq, shape.window)
    scores = 2.0 * pairs * shape.heads * (shape.head_dim + shape.value_dim)
    return passes * (2.0 * shape.linear_params + scores) + 6.0 * shape.head_params


def run_tokens(unit: str) -> float | None:
    """Tokens of a whole run named in a unit such as ``chip-hours for 2e+12 tokens``."""
    found = re.search(r"for ([0-9.e+]+) tokens", unit)
    return float(found.group(1)) if found else None


def training_value(
    point: Mapping[str, Any], shape: ModelShape, step_s: float, chips: float, peak: float
) -> float:
    """A step time as the point's metric. ``peak`` is the dense bf16 peak that MFU is counted against.

    Raises KeyError for a metric that is not a training metric.
    """
    tokens = point_tokens(point)
    rate = tokens / step_s / chips
    metric = point["metric"]
    if metric == "step_time_s":
        return step_s
    if metric == "tokens_per_s_per_chip":
        return rate
    if metric == "sequences_per_s":
        return tokens / step_s / float(point["seq_len"])
    if metric == "chip_hours":
        return (run_tokens(str(point.get("unit", ""))) or tokens) / rate / 3600.0
    again = metric == "hw_tflops_per_chip" and point.get("recompute") == "full"
    flops = published_flops(shape, float(point["seq_len"]), recompute=again) * rate
    return {
        "model_tflops_per_chip": flops / 1e12,
        "hw_tflops_per_chip": flops / 1e12,
        "mfu_pct": 100.0 * flops / peak,
    }[metric]


def training_seconds(point: Mapping[str, Any], shape: ModelShape, chips: float, peak: float) -> float:
    """The step time that a published value stands for: every metric is a multiple or a share of 1/seconds."""
    one = training_value(point, shape, 1.0, chips, peak)
    value = float(point["value"])
    return value / one if point["metric"] in TIME_METRICS else one / value


def point_tokens(point: Mapping[str, Any]) -> float:
    """Tokens of a step; runs that publish no batch are taken at 4 M tokens."""
    sequences = point.get("global_batch_sequences")
    return float(sequences) * float(point["seq_len"]) if sequences else 4_194_304.0
