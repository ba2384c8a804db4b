"""Commitments that were announced, read from ``resources/presets/commitments.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from fleetdesigner.assets import resource
from fleetdesigner.engine.commitments.values import Commitment, CommitmentError
from fleetdesigner.units import month_number

_MONTHS = ("start_month", "full_month")


@cache
def commitment_presets() -> tuple[Commitment, ...]:
    """All of them, in the order of the file."""
    return tuple(_commitment(item) for item in _data()["commitment"])


def commitment_of(preset_id: str) -> Commitment:
    """The preset of an id. Raises CommitmentError that names the ids."""
    for one in commitment_presets():
        if one.id == preset_id:
            return one
    ids = ", ".join(one.id for one in commitment_presets())
    raise CommitmentError(f"“{preset_id}” is no preset; there are {ids}")


@cache
def usual_fabrics() -> Mapping[str, str]:
    """Chip id, or chip family, → fabric that such a cluster is built with."""
    return MappingProxyType(dict(_data()["fabric"]))


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(resource("presets", "commitments.toml").read_text(encoding="utf-8"))


def _commitment(item: Mapping[str, Any]) -> Commitment:
    fields = {
        name: month_number(value) if name in _MONTHS and isinstance(value, str) else value
        for name, value in item.items()
    }
    return Commitment.model_validate(fields)
