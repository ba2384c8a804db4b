"""Commands on scenarios, and the one that makes any command a scenario's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from fleetdesigner.design.addresses import ref_to
from fleetdesigner.design.commands.command import Command
from fleetdesigner.design.commands.found import scenario_in
from fleetdesigner.design.edits import (
    add_object,
    apply_edits,
    belongs_to_base,
    remove_object,
    scenario_design,
    set_field,
    stale_edits,
)
from fleetdesigner.design.model import Design
from fleetdesigner.design.scenarios import Edit, Scenario


@dataclass(frozen=True, slots=True)
class AddScenario(Command):
    """A new what-if."""

    scenario: Scenario

    @property
    def label(self) -> str:
        """Its name."""
        return f"Add scenario “{self.scenario.name}”"

    def edits(self, design: Design) -> tuple[Edit, ...]:
        """One addition."""
        return (add_object("design:", "scenario", self.scenario),)


@dataclass(frozen=True, slots=True)
class BranchScenario(Command):
    """A new scenario on top of another; it follows its parent."""

    parent_id: str | None
    new_id: str
    name: str
    colour: str = ""

    @property
    def label(self) -> str:
        """Its name."""
        return f"Branch scenario “{self.name}”"

    def edits(self, design: Design) -> tuple[Edit, ...]:
        """One addition, without edits of its own yet."""
        # unchecked: a bad name or id is refused when the edit applies
        fields = {"id": self.new_id, "name": self.name, "colour": self.colour, "parent_id": self.parent_id}
        return (add_object("design:", "scenario", Scenario(id="s", name="").replaced(**fields)),)


@dataclass(frozen=True, slots=True)
class EditScenario(Command):
    """Name, colour, parent or edits of a scenario."""

    scenario: Scenario

    @property
    def label(self) -> str:
        """Its name."""
        return f"Change scenario “{self.scenario.name}”"

    def edits(self, design: Design) -> tuple[Edit, ...]:
        """The fields that differ."""
        held, ref = scenario_in(design, self.scenario.id), ref_to("scenario", self.scenario.id)
        return tuple(
            set_field(ref, field, getattr(self.scenario, field))
            for field in ("name", "colour", "parent_id", "edits")
            if getattr(held, field) != getattr(self.scenario, field)
        )


@dataclass(frozen=True, slots=True)
class RemoveScenario(Command):
    """A scenario goes; those on top of it take over its edits, so they show what they showed."""

    scenario_id: str

    @property
    def label(self) -> str:
        """The same for all."""
        return "Remove scenario"

    def edits(self, design: Design) -> tuple[Edit, ...]:
        """One removal."""
        return (remove_object("scenario", self.scenario_id),)


@dataclass(frozen=True, slots=True)
class SetBaseline(Command):
    """The scenario that the others are measured against; None = the design itself."""

    scenario_id: str | None

    @property
    def label(self) -> str:
        """The same for all."""
        return "Set baseline"

    def edits(self, design: Design) -> tuple[Edit, ...]:
        """One field."""
        return (set_field("design:", "baseline_id", self.scenario_id),)


@dataclass(frozen=True, slots=True)
class MergeScenario(Command):
    """A scenario becomes part of what it stands on: its parent, or the base; then it goes.

    Edits that no longer apply are left behind.
    """

    scenario_id: str

    @property
    def label(self) -> str:
        """The same for all."""
        return "Merge scenario"

    def edits(self, design: Design) -> tuple[Edit, ...]:
        """Its edits, its children's new parent, its removal."""
        scenario = scenario_in(design, self.scenario_id)
        stale = {id(one.edit) for one in stale_edits(design, scenario.id)}
        good = tuple(edit for edit in scenario.edits if id(edit) not in stale)
        children: tuple[Edit, ...] = tuple(
            set_field(ref_to("scenario", child.id), "parent_id", scenario.parent_id)
            for child in design.scenarios
            if child.parent_id == scenario.id
        )
        last: tuple[Edit, ...] = (*children, remove_object("scenario", scenario.id))
        if scenario.parent_id is None:
            return (*good, *last)
        return (*(_append(scenario.parent_id, edit) for edit in good), *last)


@dataclass(frozen=True, slots=True)
class DropStaleEdits(Command):
    """A scenario forgets the edits whose objects are gone."""

    scenario_id: str

    @property
    def label(self) -> str:
        """The same for all."""
        return "Drop edits of removed objects"

    def edits(self, design: Design) -> tuple[Edit, ...]:
        """The scenario's edits that still apply."""
        scenario = scenario_in(design, self.scenario_id)
        stale = {id(one.edit) for one in stale_edits(design, scenario.id)}
        good = tuple(edit for edit in scenario.edits if id(edit) not in stale)
        if len(good) == len(scenario.edits):
            return ()
        return (set_field(ref_to("scenario", scenario.id), "edits", good),)


class CommandLike(Protocol):
    """What `in_scenario` needs of a command."""

    @property
    def label(self) -> str: ...
    @property
    def merge_key(self) -> str | None: ...
    def edits(self, design: Design) -> tuple[Edit, ...]: ...


@dataclass(frozen=True, slots=True)
class InScenario(Command):
    """A command whose edits go to a scenario instead of the base."""

    command: CommandLike
    scenario_id: str

    @property
    def label(self) -> str:
        """As the command's."""
        return self.command.label

    @property
    def merge_key(self) -> str | None:
        """As the command's, apart for each scenario."""
        key = self.command.merge_key
        return None if key is None else f"{self.scenario_id}/{key}"

    def edits(self, design: Design) -> tuple[Edit, ...]:
        """The command's edits on the design as the scenario shows it, each appended to the scenario.

        What is about the document (horizon, scenarios, levers, steps) stays an edit of the base.
        """
        scenario_in(design, self.scenario_id)
        seen = scenario_design(design, self.scenario_id)
        edits = self.command.edits(seen)
        what_if = tuple(edit for edit in edits if not belongs_to_base(edit))
        if apply_edits(seen, what_if) is seen:
            what_if = ()
        return (
            *(edit for edit in edits if belongs_to_base(edit)),
            *(_append(self.scenario_id, edit) for edit in what_if),
        )


def in_scenario(command: CommandLike, scenario_id: str) -> InScenario:
    """The command as an edit of the scenario."""
    return InScenario(command, scenario_id)


def _append(scenario_id: str, edit: Edit) -> Edit:
    return add_object(ref_to("scenario", scenario_id), "edit", edit)
