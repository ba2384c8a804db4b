"""What is argued over a design: overrides, assumptions, edits, scenarios, levers, steps."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from fleetdesigner.design.curves import Curve, Month, Number
from fleetdesigner.design.fleet import Block, Id, Name, Note, Share
from fleetdesigner.values import Grade, Value

Text = Annotated[str, Field(max_length=200_000)]
Unit = Annotated[str, Field(max_length=64)]
Ref = Annotated[str, Field(min_length=3, max_length=200, pattern=r"^[a-z_]+:[A-Za-z0-9_./\-]*$")]
"""An object of the design: ``block:b7f3`` ``hall:h1`` ``site:s1`` ``design:`` …"""
FieldPath = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9_./\-]+$")]
"""A field, with dots into nested values: ``tariff.energy_usd_per_kwh``."""


class Assumption(Value):
    """A value nobody in the room decides; `key` is in the engine's registry of assumptions."""

    key: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9_./:\-]+$")]
    value: Number | Curve
    low: Number | None = None
    high: Number | None = None
    unit: Unit = ""
    evidence: Grade = "assumption"
    note: Note = ""


class Override(Value):
    """The planner's own figure in place of a catalog one; `value` None says that there is none."""

    entry: Annotated[str, Field(min_length=3, max_length=130, pattern=r"^[a-z_]+/[A-Za-z0-9_\-]+$")]
    field: FieldPath
    value: Number | None
    low: Number | None = None
    high: Number | None = None
    evidence: Grade = "assumption"
    note: Note = ""
    source: Note = ""

    @property
    def address(self) -> str:
        """What edits and levers call it: ``racks/trn3-gen2.it_power_kw``."""
        return f"{self.entry}.{self.field}"


class SetField(Value):
    """Edit: one field of one object gets a value, written as JSON text so that an edit stays plain data."""

    op: Literal["set"] = "set"
    ref: Ref
    field: FieldPath
    value: Text
    """JSON."""


class AddObject(Value):
    """Edit: a new object among its parent's, before another one (None = last)."""

    op: Literal["add"] = "add"
    parent_ref: Ref
    kind: Annotated[str, Field(min_length=1, max_length=40)]
    object: Text
    """JSON."""
    before_id: Id | None = None


class RemoveObject(Value):
    """Edit: the object goes."""

    op: Literal["remove"] = "remove"
    ref: Ref


EDITS_IN_A_SCENARIO = 5_000
Edit = Annotated[SetField | AddObject | RemoveObject, Field(discriminator="op")]


class Scenario(Value):
    """A named what-if: edits on top of the design or of another scenario."""

    id: Id
    name: Name
    colour: Annotated[str, Field(max_length=32)] = ""
    parent_id: Id | None = None
    edits: Annotated[tuple[Edit, ...], Field(max_length=EDITS_IN_A_SCENARIO)] = ()


class Address(Value):
    """What a lever moves: an object's field, ``assumption:KEY``, ``override:ENTRY.FIELD`` or ``claim:ID``."""

    kind: Literal["address"] = "address"
    ref: Ref
    field: Annotated[str, Field(max_length=200)] = ""


class SwapLever(Value):
    """Moves a share of the fleet from one chip family to another while a quantity is held."""

    kind: Literal["swap"] = "swap"
    from_family: Annotated[str, Field(max_length=64)]
    to_family: Annotated[str, Field(max_length=64)]
    share: Share = 0.0
    hold: Literal["mw", "usd", "tokens", "positions", "date"] = "mw"


class Lever(Value):
    """An input pinned for the room, with its range."""

    id: Id
    target: Annotated[Address | SwapLever, Field(discriminator="kind")]
    low: Number
    high: Number
    step: Annotated[float, Field(gt=0, le=1e30)]
    unit: Unit = ""
    scale: Literal["linear", "log"] = "linear"
    name: Name = ""


class Camera(Value):
    """Where the canvas looks: a hall (None = the campus), a point in metres and pixels a metre."""

    hall_id: Id | None = None
    x: Number = 0.0
    y: Number = 0.0
    zoom: Annotated[float, Field(gt=0, le=1e6)] = 1.0


class Step(Value):
    """One step of a presentation."""

    id: Id
    title: Name
    note: Note = ""
    scenario_id: Id | None = None
    month: Month
    camera: Camera = Camera()
    overlay: Annotated[str, Field(max_length=40)] = "family"
    charts: Annotated[tuple[Annotated[str, Field(max_length=64)], ...], Field(max_length=12)] = ()
    lever_values: Annotated[tuple[tuple[Id, Number], ...], Field(max_length=100)] = ()


class Param(Value):
    """A parameter of a pod."""

    id: Id
    name: Name
    value: Number
    low: Number
    high: Number


class Formula(Value):
    """`field` of a pod's block = constant + factor · parameter."""

    field: FieldPath
    constant: Number
    factor: Number = 0.0
    param_id: Id | None = None


class PodBlock(Value):
    """A block of a pod with the fields that follow parameters."""

    block: Block
    formulas: Annotated[tuple[Formula, ...], Field(max_length=20)] = ()


class Pod(Value):
    """A reusable arrangement of blocks."""

    id: Id
    name: Name
    params: Annotated[tuple[Param, ...], Field(max_length=20)] = ()
    blocks: Annotated[tuple[PodBlock, ...], Field(max_length=500)] = ()


class TapeEntry(Value):
    """One change in the meeting, at seconds since its start."""

    t_s: Annotated[float, Field(ge=0, le=1e7)]
    label: Name
    edits: Annotated[tuple[Edit, ...], Field(max_length=5_000)] = ()
