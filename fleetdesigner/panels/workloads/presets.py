"""Workloads to start from, read from ``resources/presets/workloads.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from pydantic import TypeAdapter

from fleetdesigner.assets import resource
from fleetdesigner.design.model import Design, new_id
from fleetdesigner.design.workloads import Workload

_WORKLOAD: TypeAdapter[Workload] = TypeAdapter(Workload)
_AFTER = "_after_months"

KIND_ICONS: Mapping[str, str] = MappingProxyType(
    {"training": "activity", "serving": "message-square", "agent": "bot", "batch": "layers"}
)
KIND_WORDS: Mapping[str, str] = MappingProxyType(
    {"training": "training run", "serving": "serving", "agent": "agent service", "batch": "batch job"}
)


@dataclass(frozen=True, slots=True)
class WorkloadPreset:
    """A workload to start from; months are relative to the design's first."""

    title: str
    detail: str
    fields: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """``training serving agent batch``."""
        return str(self.fields["kind"])

    @property
    def icon(self) -> str:
        """Name of its kind's icon."""
        return KIND_ICONS[self.kind]

    def workload(self, design: Design, models: Iterable[str]) -> Workload:
        """A new workload for a design; a language model the catalog lacks gives way to its first one."""
        known = tuple(models)
        fields = _dated(self.fields, design.first_month)
        if fields["model_id"] not in known and known:
            fields["model_id"] = known[0]
        names = {work.name for work in design.workloads}
        name, number = self.title, 2
        while name in names:
            name, number = f"{self.title} {number}", number + 1
        return _WORKLOAD.validate_python({**fields, "id": new_id("w"), "name": name})


def _dated(fields: Mapping[str, Any], first_month: int) -> dict[str, Any]:
    """The fields with months in place of distances: ``start_after_months`` → ``start_month``."""
    out: dict[str, Any] = {}
    for name, value in fields.items():
        if isinstance(value, Mapping):
            out[name] = _dated(value, first_month)
        elif name.endswith(_AFTER):
            out[name.removesuffix(_AFTER) + "_month"] = first_month + value
        else:
            out[name] = value
    return out


@cache
def workload_presets() -> tuple[WorkloadPreset, ...]:
    """All presets, in the order of the file."""
    data = tomllib.loads(resource("presets", "workloads.toml").read_text(encoding="utf-8"))
    return tuple(
        WorkloadPreset(item["title"], item["detail"], MappingProxyType(item["fields"]))
        for item in data["workload"]
    )


def copy_of(work: Workload, design: Design) -> Workload:
    """The workload under a new id and name."""
    names = {one.name for one in design.workloads}
    name, number = f"{work.name}, copy", 2
    while name in names:
        name, number = f"{work.name}, copy {number}", number + 1
    return work.replaced(id=new_id("w"), name=name[:200])
