"""What a measured point says beside its numbers: in fields of our own file, in free notes of others'."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_QUEUED = re.compile(r"(\d+) requests queued at once")
_NODE_LINK = re.compile(r"(\d+)\s*Gb(?:ps|/s)\s*(?:per node|node-node|EFA per node)")
_MEASURED = re.compile(r"measured (\d{4}-\d{2}-\d{2})")
_ATTENTION_RANKS = "attention DP enabled for MoE"
"""Rows whose tensor degree is spent on attention data parallelism instead."""
_NO_SPECULATION = "no speculation"
_EXCLUDED = "EXCLUDE"
"""Regressions the vendor notes, and layouts that contradict themselves: no row of a fit."""

FACTS = ("queued", "node_gbit_per_s", "measured", "attention_data", "speculation", "exclude")
"""Fields that stand for a note."""


def queued_requests(point: Mapping[str, Any]) -> float | None:
    """Requests queued at once in a run of greatest throughput."""
    found = _found(point, "queued", _QUEUED)
    return None if found is None else float(found)


def node_gbit_per_s(point: Mapping[str, Any]) -> float | None:
    """Network of a node, where the point's differs from the chip's own."""
    found = _found(point, "node_gbit_per_s", _NODE_LINK)
    return None if found is None else float(found)


def attention_data(point: Mapping[str, Any]) -> bool:
    """Whether the tensor degree is spent on attention data parallelism."""
    return bool(point.get("attention_data")) or _ATTENTION_RANKS in _note(point)


def speculated(point: Mapping[str, Any]) -> bool:
    """Whether tokens were drafted, by a source that is sure of it."""
    sure = point.get("speculative") == "yes" and _NO_SPECULATION not in _note(point)
    return sure and point.get("speculation") is not False


def excluded(point: Mapping[str, Any]) -> bool:
    """Whether the point is kept out of fits and scores."""
    return bool(point.get("exclude")) or _EXCLUDED in _note(point)


def facts(point: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that say what the point's note says, those that it says nothing of left out."""
    date = _found(point, "measured", _MEASURED)
    silent = point.get("speculative") == "yes" and not speculated(point)
    said = {
        "queued": queued_requests(point),
        "node_gbit_per_s": node_gbit_per_s(point),
        "measured": date,
        "attention_data": attention_data(point) or None,
        "speculation": False if silent else None,
        "exclude": excluded(point) or None,
    }
    return {key: value for key, value in said.items() if value is not None}


def _found(point: Mapping[str, Any], key: str, pattern: re.Pattern[str]) -> Any:
    if point.get(key) is not None:
        return point[key]
    found = pattern.search(_note(point))
    return found.group(1) if found else None


def _note(point: Mapping[str, Any]) -> str:
    return str(point.get("note") or "")
