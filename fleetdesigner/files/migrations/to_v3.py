"""Version 3: cooling by its own schedule, the unit of a serving demand, nominal or real dollars."""

from __future__ import annotations

import json
from typing import Any

_HALL = {"air_month": None, "liquid_month": None}
_SERVING = {"demand_unit": "tokens_per_s", "requests_per_user_day": 10.0}


def migrate(raw: dict[str, Any]) -> dict[str, Any]:
    """Version 2 had cooling with the hall, demand in tokens/s and nominal dollars."""
    design = raw.get("design")
    if isinstance(design, dict):
        design.setdefault("dollars", "nominal")
        for site in _dicts(design.get("sites")):
            _fill("site", site)
        for work in _dicts(design.get("workloads")):
            _fill("workload", work)
        for scenario in _dicts(design.get("scenarios")):
            _fill_added(scenario.get("edits"))
    for entry in _dicts(raw.get("tape")):
        _fill_added(entry.get("edits"))
    return raw


def _fill(kind: str, data: dict[str, Any]) -> None:
    """Gives an object what it lacks, in place."""
    if kind == "site":
        for hall in _dicts(data.get("halls")):
            _fill("hall", hall)
    lacks = _HALL if kind == "hall" else _SERVING if data.get("kind") == "serving" else {}
    for field, value in lacks.items():
        data.setdefault(field, value)


def _fill_added(edits: Any) -> None:
    """The objects that edits add are texts; one that is none is refused later, with its place."""
    for edit in _dicts(edits):
        text = edit.get("object")
        if edit.get("op") != "add" or edit.get("kind") not in ("site", "hall", "workload"):
            continue
        try:
            added = json.loads(text) if isinstance(text, str) else None
        except ValueError:
            continue
        if isinstance(added, dict):
            _fill(str(edit["kind"]), added)
            edit["object"] = json.dumps(added, separators=(",", ":"), ensure_ascii=False)


def _dicts(things: Any) -> list[dict[str, Any]]:
    return [one for one in things if isinstance(one, dict)] if isinstance(things, list) else []
