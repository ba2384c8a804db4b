"""Edits: the three plain changes that scenarios and the tape store, and what they do to a design.

`apply_edits` is pure. Everything the edits do not touch stays the same object, so that results can be
remembered by identity. Whatever comes out is whole: no block without its phase, no stay without its pool.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
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


OwnedEdits = tuple[tuple[str, Edit], ...]
"""(scenario id, edit) pairs."""


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


def scenario_edits(design: Design, scenario_id: str) -> OwnedEdits:
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
    found = _VIEWS.get(scenario_id)
    if found is not None and found.base is design:
        return found.after
    edits = scenario_edits(design, scenario_id)
    starts = [0, *accumulate(len(run) for run in _runs(edits))]
    begin, start = 0, design
    if found is not None and _same_ground(found.base, design):
        begin, start = _known_part(found, edits, starts) or (0, design)
    cut = max(begin, starts[-2] if len(starts) > 1 else 0)
    at_cut, _ = _without_stale(start, edits[begin:cut])
    after, _ = _without_stale(at_cut, edits[cut:])
    if found is not None and begin == 0:
        after = shared(after, design, found.after)
    if _same_ground(after, design):
        after = design
    elif after.scenarios is not design.scenarios or after.baseline_id != design.baseline_id:
        after = after.replaced(scenarios=design.scenarios, baseline_id=design.baseline_id)
    if len(_VIEWS) >= 256:
        _VIEWS.clear()
    _VIEWS[scenario_id] = _View(design, edits, cut, at_cut, after)
    return after


@dataclass(frozen=True)
class _View:
    """What a scenario showed last. A lever that is dragged changes only the last edit, so the state before it
    is kept too."""

    base: Design
    edits: OwnedEdits
    cut: int
    """Where the last run of edits begins, or their end."""
    at_cut: Design
    after: Design


_VIEWS: dict[str, _View] = {}
"""Scenario id → what it showed last."""


def _same_ground(one: Design, other: Design) -> bool:
    """Whether two bases differ in nothing but their scenarios."""
    return all(
        getattr(one, field) is getattr(other, field)
        for field in Design.model_fields
        if field not in ("scenarios", "baseline_id")
    )


def _known_part(view: _View, edits: OwnedEdits, starts: list[int]) -> tuple[int, Design] | None:
    """How many of the edits the view has carried out already, and the design after those."""
    for length, after in ((len(view.edits), view.after), (view.cut, view.at_cut)):
        if length in starts and edits[:length] == view.edits[:length]:
            return length, after
    return None


def stale_edits(design: Design, scenario_id: str) -> tuple[StaleEdit, ...]:
    """Edits of the scenario and its parents that no longer apply, each with the reason."""
    return _without_stale(design, scenario_edits(design, scenario_id))[1]


def _without_stale(design: Design, edits: OwnedEdits) -> tuple[Design, tuple[StaleEdit, ...]]:
    stale: list[StaleEdit] = []
    return _halved(design, list(_runs(edits)), stale), tuple(stale)


def _halved(design: Design, runs: list[list[tuple[str, Edit]]], stale: list[StaleEdit]) -> Design:
    """All runs at once; where that fails each half for itself, so that few stale edits cost little."""
    try:
        if any(belongs_to_base(edit) for run in runs for _, edit in run):
            raise EditError("this edit", "is about the document, not a what-if", "make it in the base")
        return apply_edits(design, (edit for run in runs for _, edit in run))
    except EditError as error:
        if len(runs) == 1:
            stale += [StaleEdit(owner, edit, str(error)) for owner, edit in runs[0]]
            return design
    middle = len(runs) // 2
    return _halved(_halved(design, runs[:middle], stale), runs[middle:], stale)


def _runs(edits: OwnedEdits) -> Iterator[list[tuple[str, Edit]]]:
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
