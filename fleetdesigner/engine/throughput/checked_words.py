"""What published points are called: classes, sources, hardware, metrics, terms and fields, in words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from fleetdesigner.units import digits

CLASS_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "training-dense": "Training, dense",
        "training-moe": "Training, MoE",
        "training-searched": "Training, no layout",
        "training-unfitted": "Training, other chips",
        "serving-dense": "Serving, dense",
        "serving-moe": "Serving, MoE",
        "serving-unfitted": "Serving, other chips",
    }
)
"""Classes of residuals that bands are read from, in words."""

SOURCE_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "gpu-hours-total": "GPU hours of whole runs",
        "inferencex-agg": "InferenceX, one pool",
        "inferencex-disagg": "InferenceX, prefill and decode apart",
        "llmfoundry-a100": "LLM Foundry, A100",
        "llmfoundry-h100": "LLM Foundry, H100",
        "mbridge-dense": "Megatron Bridge, dense",
        "mbridge-finetune": "Megatron Bridge, fine-tuning",
        "mbridge-moe": "Megatron Bridge, experts",
        "megatron-a100": "Megatron-LM papers, A100",
        "megatron-core-h100": "Megatron Core, H100",
        "mlperf-infer": "MLPerf Inference",
        "mlperf-train-405b": "MLPerf Training, Llama 405B",
        "mlperf-train-8b": "MLPerf Training, Llama 8B",
        "mlperf-train-gpt3": "MLPerf Training, GPT-3",
        "mlperf-train-lora": "MLPerf Training, LoRA 70B",
        "nemo-h100-fp8": "NeMo, H100 FP8",
        "neuron-inf2-infer": "Neuron SDK, Inferentia2 serving",
        "neuron-trn1-infer": "Neuron SDK, Trainium1 serving",
        "neuron-trn1-train": "Neuron SDK, Trainium1 training",
        "neuron-trn2-infer": "Neuron SDK, Trainium2 serving",
        "neuron-trn2-spec": "Neuron SDK, Trainium2 speculating",
        "nvidia-inhouse-agg": "NVIDIA's own runs, one pool",
        "trtllm-max": "TensorRT-LLM, greatest throughput",
        "vtrain-a100-multi": "vTrain, A100 clusters",
        "vtrain-a100-single": "vTrain, one A100 node",
    }
)
"""Families of sources in words; a family that is not here is shown by its key."""

HARDWARE_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "amd": "AMD Instinct",
        "ampere": "NVIDIA Ampere",
        "blackwell": "NVIDIA Blackwell",
        "hopper": "NVIDIA Hopper",
        "inferentia2": "AWS Inferentia2",
        "rubin": "NVIDIA Rubin",
        "tpu": "Google TPU",
        "trainium1": "AWS Trainium1",
        "trainium2": "AWS Trainium2",
        "trainium3": "AWS Trainium3",
    }
)
"""Generations in words."""

METRIC_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "chip_hours": "chip-hours",
        "hw_tflops_per_chip": "hardware TFLOPS a chip",
        "mfu_pct": "% MFU",
        "model_tflops_per_chip": "TFLOPS a chip",
        "output_tokens_per_s_interactive": "output tok/s, interactive",
        "output_tokens_per_s_max": "output tok/s at most",
        "output_tokens_per_s_offline": "output tok/s, offline",
        "output_tokens_per_s_server": "output tok/s, server",
        "sequences_per_s": "sequences/s",
        "step_time_s": "s a step",
        "tokens_per_s_per_chip": "tok/s a chip",
        "tpot_ms": "ms a token",
    }
)
"""Units of metrics, in words."""

TERM_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "attention": "Attention",
        "bubble": "Pipeline bubble",
        "collectives": "Collectives",
        "compute": "Products",
        "context": "Context traffic",
        "data": "Data traffic",
        "elementwise": "Element-wise",
        "expert": "Expert traffic",
        "kv": "Keys and values",
        "layers": "Launch of layers",
        "linear": "Linear layers",
        "optimizer": "Optimizer",
        "prefill": "Prefill riding along",
        "sequences": "Host work",
        "straggler": "Stragglers",
        "tensor": "Tensor traffic",
        "weights": "Weights",
    }
)
"""Terms of a breakdown, in words."""

_FIELDS: tuple[tuple[str, str], ...] = (
    ("n_chips", "Chips"), ("dtype", "Precision"), ("tp", "Tensor parallel"), ("pp", "Pipeline"),
    ("vp", "Virtual stages"), ("cp", "Context parallel"), ("ep", "Expert parallel"), ("dp", "Data parallel"),
    ("sharding", "Sharding"), ("recompute", "Recompute"), ("seq_len", "Sequence"),
    ("global_batch_sequences", "Sequences a step"), ("micro_batch", "Micro batch"),
    ("input_len", "Input tokens"), ("output_len", "Output tokens"), ("concurrency", "Requests in flight"),
    ("queued", "Requests queued at once"), ("prefill_chips", "Prefill chips"),
    ("decode_chips", "Decode chips"), ("speculative", "Speculation"), ("ttft_ms", "TTFT published, ms"),
    ("backend", "Software"), ("node_gbit_per_s", "Network of a node, Gbit/s"), ("measured", "Measured"),
)  # fmt: skip


def value_words(value: float | None, metric: str) -> str:
    """A value in its metric: ``9.84 ms a token``; a dash without a value."""
    return "–" if value is None else f"{digits(value)} {METRIC_WORDS.get(metric, metric)}"


def configuration(point: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """What was published of how a point was run: (field in words, value)."""
    made = []
    for key, words in _FIELDS:
        value = point.get(key)
        if value is None or value == "" or (key in ("vp", "cp", "pp", "ep", "dp", "tp") and value == 1):
            continue
        made.append((words, f"{value:,.6g}" if isinstance(value, int | float) else str(value)))
    return tuple(made)
