"""Commands on figures: overrides of the catalog, assumptions, levers."""

from __future__ import annotations

from dataclasses import dataclass

from fleetdesigner.design.addresses import find, ref_to
from fleetdesigner.design.commands.command import Command
from fleetdesigner.design.edits import add_object, remove_object, set_field
from fleetdesigner.design.model import Design
from fleetdesigner.design.refusals import EditError
from fleetdesigner.design.scenarios import Address, Assumption, Edit, Lever, Override
from fleetdesigner.values import Value


def _keyed_edits(design: Design, kind: str, name: str, thing: Value) -> tuple[Edit, ...]:
    """One field when only the value differs from what is there, else the whole object anew."""
    held = find(design, ref_to(kind, name))
    if held == thing:
        return ()
    value = getattr(thing, "value", None)
    if held is not None and held.replaced(value=value) == thing:
        return (set_field(ref_to(kind, name), "value", value),)
    return (add_object("design:", kind, thing),)


@dataclass(frozen=True, slots=True)
class SetOverride(Command):
    """The planner's own figure in place of the catalog's."""

    override: Override
    merge: str | None = None
    name: str = ""
    """What the planner calls the figure, for the label: ``idle power of HGX H100 rack``."""

    @property
    def label(self) -> str:
        """Which figure."""
        if self.name:
            return f"Set {self.name}"
        return f"Set {self.override.field} of {self.override.entry.partition('/')[2]}"

    @property
    def merge_key(self) -> str | None:
        """As given."""
        return self.merge

    def edits(self, design: Design) -> tuple[Edit, ...]:
        """The value, or the whole override when it is new."""
        return _keyed_edits(design, "override", self.override.address, self.override)


@dataclass(frozen=True, slots=True)
class ClearOverride(Command):
    """Back to the catalog's figure."""

    entry: str
    field: str
    name: str = ""
    """What the planner calls the figure, for the label."""

    @property
    def label(self) -> str:
        """Which figure."""
        if self.name:
            return f"Reset {self.name}"
        return f"Reset {self.field} of {self.entry.partition('/')[2]}"

    def edits(self, design: Design) -> tuple[Edit, ...]:
        """One removal, if there is something to remove."""
        name = f"{self.entry}.{self.field}"
        return (remove_object("override", name),) if find(design, ref_to("override", name)) else ()


@dataclass(frozen=True, slots=True)
class SetAssumption(Command):
    """A value nobody in the room decides."""

    assumption: Assumption
    merge: str | None = None

    @property
    def label(self) -> str:
        """Which one."""
        return f"Set {self.assumption.key.replace('_', ' ')}"

    @property
    def merge_key(self) -> str | None:
        """As given."""
        return self.merge

    def edits(self, design: Design) -> tuple[Edit, ...]:
        """The value, or the whole assumption when it is new."""
        return _keyed_edits(design, "assumption", self.assumption.key, self.assumption)


@dataclass(frozen=True, slots=True)
class ClearAssumption(Command):
    """Back to the registry's value."""

    key: str

    @property
    def label(self) -> str:
        """Which one."""
        return f"Reset {self.key.replace('_', ' ')}"

    def edits(self, design: Design) -> tuple[Edit, ...]:
        """One removal, if there is something to remove."""
        there = find(design, ref_to("assumption", self.key))
        return (remove_object("assumption", self.key),) if there else ()


@dataclass(frozen=True, slots=True)
class AddLever(Command):
    """An input is pinned for the room."""

    lever: Lever
    before_id: str | None = None

    @property
    def label(self) -> str:
        """Its name."""
        return f"Add lever “{self.lever.name or self.lever.id}”"

    def edits(self, design: Design) -> tuple[Edit, ...]:
        """One addition."""
        return (add_object("design:", "lever", self.lever, self.before_id),)


@dataclass(frozen=True, slots=True)
class RemoveLever(Command):
    """A lever goes; what it has set stays."""

    lever_id: str

    @property
    def label(self) -> str:
        """The same for all."""
        return "Remove lever"

    def edits(self, design: Design) -> tuple[Edit, ...]:
        """One removal."""
        return (remove_object("lever", self.lever_id),)


@dataclass(frozen=True, slots=True)
class SetLever(Command):
    """Range, step, name or target of a lever."""

    lever: Lever

    @property
    def label(self) -> str:
        """Its name."""
        return f"Change lever “{self.lever.name or self.lever.id}”"

    def edits(self, design: Design) -> tuple[Edit, ...]:
        """The fields that differ."""
        ref = ref_to("lever", self.lever.id)
        held = find(design, ref)
        return tuple(
            set_field(ref, field, getattr(self.lever, field))
            for field in ("target", "low", "high", "step", "unit", "scale", "name")
            if held is None or getattr(held, field) != getattr(self.lever, field)
        )


@dataclass(frozen=True, slots=True)
class MoveLever(Command):
    """The hand on a lever: its target gets the value. A drag is one undo step.

    A swap lever gets its share; the session adds the edits that hold the other quantity.
    """

    lever_id: str
    value: float
    solved: tuple[Edit, ...] = ()
    """Further edits that belong to this position of the lever."""
    name: str = ""
    """What the lever is called, for the undo menu."""

    @property
    def label(self) -> str:
        """Names the lever."""
        return f"Move {self.name}" if self.name else "Move lever"

    @property
    def merge_key(self) -> str | None:
        """One a lever."""
        return f"lever:{self.lever_id}"

    def edits(self, design: Design) -> tuple[Edit, ...]:
        """The target's field, then what was solved."""
        lever = find(design, ref_to("lever", self.lever_id))
        if not isinstance(lever, Lever):
            raise EditError(f"lever “{self.lever_id}”", "is not in the design (any more)", "add it again")
        if isinstance(lever.target, Address):
            first: Edit = set_field(lever.target.ref, lever.target.field or "value", self.value)
        else:
            first = set_field(ref_to("lever", lever.id), "target.share", self.value)
        return (first, *self.solved)
