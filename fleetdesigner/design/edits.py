"""Edits: the three plain changes that scenarios and the tape store, and what they do to a design.

`apply_edits` is pure. Everything the edits do not touch stays the same object, so that results can be
remembered by identity. Whatever comes out is whole: no block without its phase, no stay without its pool.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from fleetdesigner.design.addresses import ref_to
from fleetdesigner.design.draft import Draft
from fleetdesigner.design.model import Design
from fleetdesigner.design.scenarios import AddObject, Edit, RemoveObject, SetField
from fleetdesigner.values import Value


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
