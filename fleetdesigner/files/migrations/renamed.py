"""Fields that got another name, in one table: objects, edits and levers' targets follow it alike."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any


@dataclass(frozen=True, slots=True)
class Renamed:
    """From `version` on the field at path `old` of a kind of object is called `new`."""

    version: int
    kind: str
    """``design`` ``site`` ``hall`` ``block`` ``pool`` …"""
    old: str
    """A path with dots: ``tariff.energy``."""
    new: str
    """The new last part."""

    @property
    def new_path(self) -> str:
        """The whole path with its new end."""
        return ".".join([*self.old.split(".")[:-1], self.new])


RENAMED: tuple[Renamed, ...] = ()

_CHILDREN = {
    "design": (
        ("sites", "site"), ("pools", "pool"), ("phases", "phase"), ("workloads", "workload"),
        ("assumptions", "assumption"), ("overrides", "override"), ("scenarios", "scenario"),
        ("levers", "lever"), ("steps", "step"), ("pods", "pod"), ("measurements", "measurement"),
    ),
    "site": (("halls", "hall"),),
    "hall": (("blocks", "block"), ("feeds", "feed")),
}  # fmt: skip


def rename(raw: dict[str, Any], names: tuple[Renamed, ...]) -> None:
    """Gives the fields of the plain data of a file their new names, in place."""
    if not names:
        return
    design = raw.get("design")
    if not isinstance(design, dict):
        return
    _rename_object("design", design, names)
    for scenario in _dicts(design.get("scenarios")):
        _rename_edits(scenario.get("edits"), names)
    for entry in _dicts(raw.get("tape")):
        _rename_edits(entry.get("edits"), names)
    for lever in _dicts(design.get("levers")):
        target = lever.get("target")
        if isinstance(target, dict) and isinstance(target.get("field"), str):
            target["field"] = _new_path(_kind(target.get("ref")), target["field"], names)
    for pod in _dicts(design.get("pods")):
        for member in _dicts(pod.get("blocks")):
            _rename_object("block", member.get("block"), names)
            for formula in _dicts(member.get("formulas")):
                formula["field"] = _new_path("block", str(formula.get("field")), names)


def _rename_object(kind: str, data: Any, names: tuple[Renamed, ...]) -> None:
    if not isinstance(data, dict):
        return
    for field, child in _CHILDREN.get(kind, ()):
        for one in _dicts(data.get(field)):
            _rename_object(child, one, names)
    for name in names:
        if name.kind == kind:
            _rename_key(data, name.old.split("."), name.new)


def _rename_key(data: Any, path: list[str], new: str) -> None:
    for part in path[:-1]:
        data = data.get(part) if isinstance(data, dict) else None
    if isinstance(data, dict) and path[-1] in data:
        renamed = {new if key == path[-1] else key: value for key, value in data.items()}
        data.clear()
        data.update(renamed)


def _rename_edits(edits: Any, names: tuple[Renamed, ...]) -> None:
    for edit in _dicts(edits):
        if edit.get("op") == "set" and isinstance(edit.get("field"), str):
            kind, inside = _kind(edit.get("ref")), f"{edit['field']}."
            for name in names:
                if name.kind == kind and name.old.startswith(inside):
                    path = name.old.removeprefix(inside).split(".")
                    _in_text(edit, "value", partial(_rename_key, path=path, new=name.new))
            edit["field"] = _new_path(kind, edit["field"], names)
        elif edit.get("op") == "add":
            _in_text(edit, "object", partial(_rename_added, str(edit.get("kind")), names))


def _rename_added(kind: str, names: tuple[Renamed, ...], data: Any) -> None:
    if kind == "edit":
        _rename_edits([data], names)
    else:
        _rename_object(kind, data, names)


def _in_text(edit: dict[str, Any], field: str, change: Callable[[Any], None]) -> None:
    try:
        data = json.loads(edit[field])
    except (KeyError, TypeError, ValueError, RecursionError):
        return
    change(data)
    edit[field] = json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _new_path(kind: str, field: str, names: tuple[Renamed, ...]) -> str:
    for name in names:
        if name.kind == kind and (field == name.old or field.startswith(name.old + ".")):
            field = name.new_path + field[len(name.old) :]
    return field


def _kind(ref: object) -> str:
    return str(ref).partition(":")[0]


def _dicts(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        yield from (one for one in value if isinstance(one, dict))
