"""Commands that add and remove whole objects: sites, halls, pools, phases, workloads, steps, pods."""

from __future__ import annotations

from dataclasses import dataclass

from fleetdesigner.design.addresses import KINDS, find, parse_ref, ref_to, subject
from fleetdesigner.design.commands.command import Command, counted
from fleetdesigner.design.edits import add_object
from fleetdesigner.design.model import Design
from fleetdesigner.design.refusals import EditError
from fleetdesigner.design.scenarios import Edit, RemoveObject
from fleetdesigner.values import Value


@dataclass(frozen=True, slots=True)
class Add(Command):
    """A new object: its kind (``pool``), the object, and for halls, feeds and blocks the id of its parent."""

    kind: str
    thing: Value
    parent_id: str = ""
    before_id: str | None = None
    """It comes before this one; None = last."""

    @property
    def label(self) -> str:
        """Kind and name."""
        return f"Add {subject(self.kind, self.thing, '')}"

    def edits(self, design: Design) -> tuple[Edit, ...]:
        """One addition."""
        if self.kind not in KINDS:
            raise EditError(self.kind, "is not a kind of object", f"use one of {', '.join(KINDS)}")
        parent = ref_to(KINDS[self.kind].parent, self.parent_id)
        return (add_object(parent, self.kind, self.thing, self.before_id),)


@dataclass(frozen=True, slots=True)
class Delete(Command):
    """Objects go, and what only makes sense with them: a deleted pool takes its stays along.

    A phase in use is refused with the reason.
    """

    refs: tuple[str, ...]
    name: str = ""
    """What the object is called, for the label."""

    @property
    def label(self) -> str:
        """Kind and name, or how many."""
        if len(self.refs) != 1:
            return f"Delete {counted(len(self.refs), 'object')}"
        kind, name = parse_ref(self.refs[0])
        return f"Delete {kind} “{self.name or name}”"

    def edits(self, design: Design) -> tuple[Edit, ...]:
        """One removal an object."""
        return tuple(RemoveObject(ref=ref) for ref in self.refs)


def delete(design: Design, *refs: str) -> Delete:
    """The command with the object's name in its label."""
    thing = find(design, refs[0]) if len(refs) == 1 else None
    return Delete(refs, str(getattr(thing, "name", "") or getattr(thing, "title", "")))
