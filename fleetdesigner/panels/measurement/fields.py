"""What a measurement is asked for: its fields by activity, and how a workload of the design fills them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from fleetdesigner.design.workloads import AgentService, TrainingRun, Workload


@dataclass(frozen=True, slots=True)
class Asked:
    """One whole number."""

    name: str
    """Field of the measurement."""
    words: str
    activity: str
    """``training``, ``serving``, or empty for both."""
    empty: str = ""
    """What an empty field means; empty where it must be filled."""


FIELDS: tuple[Asked, ...] = (
    Asked("chips", "Chips", ""),
    Asked("sequence_len", "Sequence, tokens", "training"),
    Asked("global_batch_tokens", "Batch, tokens", "training"),
    Asked("input_len", "Input, tokens", "serving"),
    Asked("output_len", "Output, tokens", "serving"),
    Asked("concurrency", "Requests in flight", "serving", "as many as fit"),
    Asked("tensor", "Tensor parallel", "", "not known"),
    Asked("pipeline", "Pipeline stages", "training", "not known"),
    Asked("micro_batch", "Micro batch", "training", "not known"),
)
"""In the order they are asked."""

START: Mapping[str, int | None] = MappingProxyType(
    {
        "chips": 8, "sequence_len": 8192, "global_batch_tokens": 4_194_304, "input_len": 2048,
        "output_len": 512, "concurrency": None, "tensor": None, "pipeline": None, "micro_batch": None,
    }
)  # fmt: skip
"""What stands in the fields before somebody says otherwise."""


def activity_of(workload: Workload) -> str:
    """What a measurement of a workload says something about."""
    return "training" if isinstance(workload, TrainingRun) else "serving"


def filled_by(workload: Workload) -> dict[str, Any]:
    """Fields of a measurement as a workload has them."""
    held: dict[str, Any] = {"model_id": workload.model_id, "dtype": workload.dtype}
    if isinstance(workload, TrainingRun):
        held.update(sequence_len=workload.sequence_len, global_batch_tokens=workload.global_batch_tokens)
    else:
        held.update(input_len=workload.input_len, output_len=workload.output_len)
        if isinstance(workload, AgentService):
            held["input_len"] = workload.input_len + workload.state_tokens
    return held


def whole(typed: str, empty: str) -> int | None:
    """The whole number in a field. Raises ValueError with words for it."""
    text = typed.strip().replace(",", "").replace(" ", "")
    if not text:
        if empty:
            return None
        raise ValueError("must be a whole number from 1 on")
    scale = {"k": 1_000, "K": 1_000, "M": 1_000_000}.get(text[-1], 1)
    body = text[:-1] if scale > 1 else text
    try:
        value = float(body) * scale
    except ValueError:
        raise ValueError("must be a whole number from 1 on") from None
    if value < 1 or value != int(value):
        raise ValueError("must be a whole number from 1 on")
    return int(value)
