"""Where a field's value comes from and which command changes it.

A design's field, a catalog figure, an assumption: a form knows nothing else of the program, so a new sort of
field is one more class here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from pydantic_core import PydanticUndefined

from fleetdesigner.catalog.entry import Entry
from fleetdesigner.catalog.errors import CatalogError
from fleetdesigner.catalog.figure import Figure
from fleetdesigner.catalog.load import parse_entry
from fleetdesigner.design.addresses import field_value, find, parse_ref, ref_to
from fleetdesigner.design.commands import (
    ClearAssumption,
    ClearOverride,
    Command,
    SetAssumption,
    SetFields,
    SetOverride,
)
from fleetdesigner.design.scenarios import Assumption, Override
from fleetdesigner.engine.assumptions.registry import ASSUMPTIONS
from fleetdesigner.engine.assumptions.spec import AssumptionSpec
from fleetdesigner.panels.fields.blocks import things_of, value_at
from fleetdesigner.panels.fields.facts import facts
from fleetdesigner.panels.figure_words import figure_name
from fleetdesigner.values import Grade, Value

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session

NOTHING: Any = PydanticUndefined
"""No default: the field cannot be reset."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a field shows."""

    value: Any
    default: Any = NOTHING
    grade: Grade | None = None
    """None: the planner's decision, without a mark."""
    mixed: bool = False
    """Several objects are shown and they differ."""
    there: bool = True
    """False when the object is gone."""
    source: str = ""
    """Where the figure was read, for the tooltip."""
    changed: bool = False
    """Differs from its default: a reset is offered."""
    default_words: str = "default"
    """What the reset goes back to: "catalog", "base design" …"""


class Binding(Protocol):
    """Reads a value and says which command sets it."""

    def read(self, session: Session) -> Reading:
        """What to show now."""

    def command(self, session: Session, value: Any, title: str, merge: str | None) -> Command:
        """The command that sets the value; `title` names the field."""

    def reset(self, session: Session, title: str) -> Command | None:
        """The command that goes back to the default; None when there is none."""

    def address(self) -> tuple[str, str] | None:
        """(ref, field) of a lever on this value; None when there can be none."""


@dataclass(frozen=True, slots=True)
class DesignField:
    """A field of one or more objects of the design: ``hall:h1`` · ``it_limit_kw``."""

    refs: tuple[str, ...]
    path: str
    default_of: Callable[[Session], Any] | None = None
    """Another default than the class's: a preset's figure."""
    default_words: str = "default"
    resets: bool = True
    """Whether the class's own default is worth going back to."""

    def read(self, session: Session) -> Reading:
        """The value of the first object, and whether the others differ."""
        design = session.design
        things = things_of(design, self.refs)
        if not things or any(thing is None for thing in things):
            return Reading(None, there=False)
        values = [value_at(thing, self.path) for thing in things]
        value = values[0]
        default, words = self._default(session, things[0])
        return Reading(
            value,
            default,
            mixed=any(other != value for other in values[1:]),
            changed=default is not NOTHING and any(one != default for one in values),
            default_words=words,
        )

    def command(self, session: Session, value: Any, title: str, merge: str | None) -> Command:
        """One edit an object."""
        return SetFields.of(title, ((ref, self.path, value) for ref in self.refs), merge)

    def reset(self, session: Session, title: str) -> Command | None:
        """Back to the base design's value in a scenario, else to the preset's or the class's."""
        default = self.read(session).default
        if default is NOTHING:
            return None
        return self.command(session, default, title, None)

    def address(self) -> tuple[str, str] | None:
        """The field, when it is of one object."""
        return (self.refs[0], self.path) if len(self.refs) == 1 else None

    def _default(self, session: Session, thing: Any) -> tuple[Any, str]:
        if session.active_scenario is not None and len(self.refs) == 1:
            base = session.base_design
            if find(base, self.refs[0]) is not None:
                return field_value(base, self.refs[0], self.path), "base design"
        if self.default_of is not None:
            found = self.default_of(session)
            if found is not None:
                return found, self.default_words
        if not self.resets:
            return NOTHING, ""
        try:
            owner: type[Value] = type(thing)
            known = facts(owner, self.path)
        except KeyError:
            return NOTHING, ""
        return (known.default, self.default_words) if known.has_default else (NOTHING, "")


def unoverridden(session: Session, ref: str) -> Entry:
    """The catalog entry as shipped, pinned or made by the planner, without the design's overrides."""
    held = session.catalog.entry(ref)
    return parse_entry(held.KIND, held.id, session.catalog.text_of(held.KIND, held.id))


@dataclass(frozen=True, slots=True)
class FigureField:
    """A figure of a catalog entry, which the planner may override: ``racks/trn2-ultra`` · ``price_usd``."""

    entry: str
    field: str
    factor: float = 1.0
    """Shown value = figure × factor: a price of a system shown per chip."""

    def read(self, session: Session) -> Reading:
        """The figure in use; the default is what the catalog or the pin says without the override."""
        try:
            figure = self.figure(session)
        except CatalogError:
            # an own part that an undo took away while it was on screen
            return Reading(None, there=False)
        own = self.override(session)
        default = self.shipped(session)
        return Reading(
            None if figure is None else figure.value * self.factor,
            None if default is None else default.value * self.factor,
            grade="none" if figure is None else figure.evidence,
            source="" if figure is None else figure.source,
            changed=own is not None,
            default_words="catalog",
        )

    def figure(self, session: Session) -> Figure | None:
        """The figure in use, None when there is no public one and none was assumed."""
        return session.catalog.entry(self.entry).figure(self.field)

    def override(self, session: Session) -> Override | None:
        """The planner's own figure."""
        found = find(session.design, ref_to("override", f"{self.entry}.{self.field}"))
        return found if isinstance(found, Override) else None

    def shipped(self, session: Session) -> Figure | None:
        """The figure without overrides."""
        return unoverridden(session, self.entry).figure(self.field)

    def command(self, session: Session, value: Any, title: str, merge: str | None) -> Command:
        """The override with another value; its note, source and span are kept."""
        amount = None if value is None else value / self.factor
        held = self.override(session)
        if held is not None:
            return SetOverride(held.replaced(value=amount), merge, self.name(session))
        made = Override(entry=self.entry, field=self.field, value=amount)
        return SetOverride(made, merge, self.name(session))

    def reset(self, session: Session, title: str) -> Command | None:
        """Back to the catalog."""
        return ClearOverride(self.entry, self.field, self.name(session))

    def name(self, session: Session) -> str:
        """What planners call it: ``idle power of HGX H100 rack, 4 servers``."""
        return figure_name(session.catalog, self.entry, self.field)

    def address(self) -> tuple[str, str] | None:
        """The override of the figure; none for one that is shown in another unit than it is stored in."""
        return (f"override:{self.entry}.{self.field}", "") if self.factor == 1.0 else None


@dataclass(frozen=True, slots=True)
class OverrideNote:
    """What the planner says about his own figure: ``note``, ``source`` or ``evidence``."""

    figure: FigureField
    part: str

    def read(self, session: Session) -> Reading:
        """Of the override; nothing to say while there is none."""
        held = self.figure.override(session)
        return Reading(None, there=False) if held is None else Reading(getattr(held, self.part))

    def command(self, session: Session, value: Any, title: str, merge: str | None) -> Command:
        """The override with another word."""
        held = self.figure.override(session)
        if held is None:
            figure = self.figure.figure(session)
            amount = None if figure is None else figure.value
            held = Override(entry=self.figure.entry, field=self.figure.field, value=amount)
        return SetFields.of(title, ((ref_to("override", held.address), self.part, value),), merge)

    def reset(self, session: Session, title: str) -> Command | None:
        """There is no default."""
        return None

    def address(self) -> tuple[str, str] | None:
        """No number."""
        return None


@dataclass(frozen=True, slots=True)
class AssumptionField:
    """An assumption of the engine's registry."""

    key: str

    def spec(self) -> AssumptionSpec | None:
        """Its line in the registry; None for an assumption of a claim."""
        return _SPECS.get(self.key)

    def read(self, session: Session) -> Reading:
        """The design's value, else the registry's."""
        spec = self.spec()
        held = find(session.design, ref_to("assumption", self.key))
        default = spec.default if spec is not None else NOTHING
        if isinstance(held, Assumption):
            return Reading(
                held.value, default, held.evidence, source=held.note, changed=True, default_words="registry"
            )
        if spec is None:
            return Reading(None, there=False)
        return Reading(spec.default, default, spec.evidence, source=spec.source, default_words="registry")

    def command(self, session: Session, value: Any, title: str, merge: str | None) -> Command:
        """The assumption with another value."""
        held = find(session.design, ref_to("assumption", self.key))
        if isinstance(held, Assumption):
            return SetAssumption(held.replaced(value=value), merge)
        spec = self.spec()
        return SetAssumption(
            Assumption(key=self.key, value=value, unit=spec.unit if spec is not None else ""), merge
        )

    def reset(self, session: Session, title: str) -> Command | None:
        """Back to the registry."""
        return ClearAssumption(self.key)

    def address(self) -> tuple[str, str] | None:
        """The assumption."""
        return (ref_to(*parse_ref(f"assumption:{self.key}")), "")


_SPECS = {spec.key: spec for spec in ASSUMPTIONS}
