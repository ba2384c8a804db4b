"""Edits: the three plain changes that scenarios and the tape store, and what they do to a design.

`apply_edits` is pure. Everything the edits do not touch stays the same object, so that results can be
remembered by identity. Whatever comes out is whole: no block without its phase, no stay without its pool.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from fleetdesigner.design.addresses import parse_ref, ref_to
from fleetdesigner.design.draft import Draft
from fleetdesigner.design.model import Design
from fleetdesigner.design.refusals import EditError
from fleetdesigner.design.scenarios import AddObject, Edit, RemoveObject, Scenario, SetField
from fleetdesigner.design.sharing import shared
from fleetdesigner.values import Value

__all__ = [
    "EditError",
    "StaleEdit",
    "add_object",
    "apply_edits",
    "belongs_to_base",
    "remove_object",
    "scenario_design",
    "scenario_edits",
    "set_field",
    "stale_edits",
    "to_json",
]


def apply_edits(design: Design, edits: Iterable[Edit]) -> Design:
    """The design after the edits, in order; `design` itself when they change nothing.

    Fields of one object that are set in a row are checked together. A block has one field more, ``hall_id``:
    setting it moves the block to that hall. Removing an object also removes what
    points to it (stays of a pool, steps of a scenario), but a phase in use is refused.
    Raises EditError that names the object, what is wrong and what helps.
    """
    draft = Draft(design)
    for edit in edits:
        if isinstance(edit, SetField):
            draft.set_field(edit.ref, edit.field, edit.value)
        elif isinstance(edit, AddObject):
            draft.add(edit.parent_ref, edit.kind, edit.object, edit.before_id)
        else:
            draft.remove(edit.ref)
    return draft.finished()


def to_json(value: object) -> str:
    """A field's value as the JSON text that an edit carries."""
    return json.dumps(value, default=_plain, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _plain(value: object) -> Any:
    if isinstance(value, Value):
        return value.model_dump(mode="json")
    raise TypeError(f"{type(value).__name__} is not part of a design")


def set_field(ref: str, field: str, value: object) -> SetField:
    """The edit that gives a field a value; `value` is plain data, a Value or tuples of them."""
    return SetField(ref=ref, field=field, value=to_json(value))


def add_object(parent_ref: str, kind: str, thing: Value, before_id: str | None = None) -> AddObject:
    """The edit that adds `thing` under its parent, before another (None = last)."""
    return AddObject(parent_ref=parent_ref, kind=kind, object=thing.model_dump_json(), before_id=before_id)


def remove_object(kind: str, name: str) -> RemoveObject:
    """The edit that removes an object."""
    return RemoveObject(ref=ref_to(kind, name))


@dataclass(frozen=True)
class StaleEdit:
    """An edit of a scenario that the design under it no longer lets through."""

    scenario_id: str
    edit: Edit
    reason: str


_BASE_KINDS = {"design", "scenario", "lever", "step"}


def belongs_to_base(edit: Edit) -> bool:
    """Whether the edit is about the document (horizon, scenarios, levers, steps), never a what-if."""
    if isinstance(edit, AddObject):
        return edit.kind in _BASE_KINDS or parse_ref(edit.parent_ref)[0] == "scenario"
    return parse_ref(edit.ref)[0] in _BASE_KINDS


def scenario_edits(design: Design, scenario_id: str) -> tuple[tuple[str, Edit], ...]:
    """(scenario id, edit) of the scenario and all it stands on, in the order in which they apply.

    Raises EditError for an unknown scenario and for a circle of parents.
    """
    by_id = {scenario.id: scenario for scenario in design.scenarios}
    chain: list[Scenario] = []
    name: str | None = scenario_id
    while name is not None:
        if name not in by_id:
            raise EditError(f"scenario “{name}”", "is not in the design", "choose one of its scenarios")
        if any(one.id == name for one in chain):
            raise EditError(f"scenario “{by_id[name].name}”", "is its own parent", "give it another parent")
        chain.append(by_id[name])
        name = by_id[name].parent_id
    return tuple((scenario.id, edit) for scenario in reversed(chain) for edit in scenario.edits)


def scenario_design(design: Design, scenario_id: str) -> Design:
    """The design as the scenario sees it: the edits of its parents, then its own.

    Edits whose object the base has lost are passed over (`stale_edits` lists them): a removal in the base
    must not end a what-if. The same design gives the same object again; after a change of the base, objects
    that came out equal stay the same objects. Raises EditError for an unknown scenario.
    """
    found = _APPLIED.get(scenario_id)
    if found is not None and found[0] is design:
        return found[1]
    edits = scenario_edits(design, scenario_id)
    try:
        if any(belongs_to_base(edit) for _, edit in edits):
            raise EditError("scenario", "has edits of the document")
        after = apply_edits(design, (edit for _, edit in edits))
    except EditError:
        after, _ = _one_by_one(design, edits)
    if found is not None:
        after = shared(after, design, found[1])
    if len(_APPLIED) >= 256:
        _APPLIED.clear()
    _APPLIED[scenario_id] = (design, after)
    return after


_APPLIED: dict[str, tuple[Design, Design]] = {}
"""Scenario id → the last base and what came out."""


def stale_edits(design: Design, scenario_id: str) -> tuple[StaleEdit, ...]:
    """Edits of the scenario and its parents that no longer apply, each with the reason."""
    return _one_by_one(design, scenario_edits(design, scenario_id))[1]


def _one_by_one(design: Design, edits: tuple[tuple[str, Edit], ...]) -> tuple[Design, tuple[StaleEdit, ...]]:
    stale: list[StaleEdit] = []
    for run in _runs(edits):
        try:
            if belongs_to_base(run[0][1]):
                raise EditError("this edit", "is about the document, not a what-if", "make it in the base")
            design = apply_edits(design, (edit for _, edit in run))
        except EditError as error:
            stale += [StaleEdit(owner, edit, str(error)) for owner, edit in run]
    return design, tuple(stale)


def _runs(edits: tuple[tuple[str, Edit], ...]) -> Iterator[list[tuple[str, Edit]]]:
    """Edits that set fields of one object in a row belong together: they are checked together."""
    run: list[tuple[str, Edit]] = []
    for one in edits:
        edit, last = one[1], run[-1][1] if run else None
        if isinstance(edit, SetField) and isinstance(last, SetField) and edit.ref == last.ref:
            run.append(one)
            continue
        if run:
            yield run
        run = [one]
    if run:
        yield run
