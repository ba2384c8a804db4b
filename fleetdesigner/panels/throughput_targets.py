"""What a workload asks of throughput: its targets, lengths and precision, as fields of the view."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from fleetdesigner.design.workloads import AgentService, BatchJob, Serving, TrainingRun, Workload
from fleetdesigner.panels.form import FieldSpec, Group, field

_DTYPES = (("bf16", "BF16"), ("fp8", "FP8"), ("fp4", "FP4"))
_LENGTHS = (("input_len", "In", "token", {}), ("output_len", "Out", "token", {}))
_TPOT = ("tpot_ms", "TPOT, at most", "ms", {"empty": "none"})
_LINES: Mapping[type[Any], tuple[tuple[str, str, str, dict[str, Any]], ...]] = MappingProxyType(
    {
        Serving: (_TPOT, ("ttft_ms", "TTFT, at most", "ms", {"empty": "none"}), *_LENGTHS),
        AgentService: (_TPOT, *_LENGTHS, ("state_tokens", "State", "token", {})),
        BatchJob: _LENGTHS,
        TrainingRun: (
            ("chips_max", "Chips, most", "", {}),
            ("sequence_len", "Sequence", "token", {}),
            ("global_batch_tokens", "Batch", "token", {}),
        ),
    }
)


def target_groups(work: Workload) -> list[Group]:
    """One group without a title."""
    ref, owner = f"workload:{work.id}", type(work)

    def one(path: str, label: str, unit: str = "", **more: Any) -> FieldSpec:
        return field(ref, owner, path, label, unit, resets=False, **more)

    rows = [one(path, label, unit, **more) for path, label, unit, more in _LINES[owner]]
    return [Group("", (*rows, one("dtype", "Precision", choices=_DTYPES)))]
