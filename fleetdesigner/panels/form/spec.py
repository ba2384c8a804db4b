"""What a form is made of: fields and groups of fields, as data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fleetdesigner.design.commands import Command
from fleetdesigner.panels.fields.bindings import Binding, DesignField
from fleetdesigner.panels.fields.facts import facts
from fleetdesigner.panels.fields.numbers import number_text
from fleetdesigner.values import Grade, Value

Choice = tuple[Any, str]
"""A value and what it is called."""


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One row of a form."""

    binding: Binding
    label: str
    unit: str = ""
    kind: str = "number"
    """A key of ``form.ROWS``: ``number text month choice bool curve stair``."""
    choices: tuple[Choice, ...] = ()
    low: float | None = None
    high: float | None = None
    above: bool = False
    """`low` itself is not allowed."""
    below: bool = False
    whole: bool = False
    optional: bool = False
    """Empty is a value."""
    empty: str = ""
    """What an empty field says: "no public figure", "order + lead"."""
    step: float | None = None
    hint: str = ""
    """One line for the tooltip."""
    title: str = ""
    """Name of the undo step; empty: "Set <label>"."""
    inset: bool = False
    """Moved to the right: it belongs to the row above."""
    wide: bool = False
    """The field takes the whole row, below its label."""
    bare: bool = False
    """Only the field: the row around it has the label."""
    owner: type[Value] | None = None
    """Class of the object, for the fields inside a curve."""

    @property
    def step_name(self) -> str:
        """Name of the undo step."""
        return self.title or f"Set {_inner(self.label)}"

    @property
    def reset_name(self) -> str:
        """Name of the undo step of a reset."""
        return f"Reset {_inner(self.label)}"

    def fault(self, value: float) -> str:
        """Why a number cannot stand here, in words for the field; empty when it can."""
        if self.whole and value != int(value):
            return "must be a whole number"
        low, high = self.low, self.high
        if low is not None and (value < low or (self.above and value == low)):
            return f"must be more than {self._shown(low)}" if self.above else self._or_more(low)
        if high is not None and (value > high or (self.below and value == high)):
            word = "less than {}" if self.below else "{} or less"
            return "must be " + word.format(self._shown(high))
        return ""

    def _or_more(self, low: float) -> str:
        return f"must be {self._shown(low)} or more"

    def _shown(self, limit: float) -> str:
        return "0" if limit == 0 else number_text(limit, self.unit)


def _inner(label: str) -> str:
    """A label inside a sentence: ``Ready`` → ``ready``, but ``IT limit`` stays."""
    return label if label[1:2].isupper() or label[1:2].isdigit() else label[:1].lower() + label[1:]


@dataclass(frozen=True, slots=True)
class PairSpec:
    """Fields side by side under one label: ``Columns × rows``. The fields are bare."""

    label: str
    fields: tuple[FieldSpec, ...]
    between: str = ""
    remove: Command | None = None
    """What the × at the end does; None: there is none."""
    inset: bool = False


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """A command as a link."""

    label: str
    command: Command
    hint: str = ""


@dataclass(frozen=True, slots=True)
class InfoSpec:
    """Words that cannot be edited here; the label is what tells one row from another."""

    label: str
    text: str = ""
    ref: str = ""
    """What a click shows: ``hall:h1`` ``racks/trn2-ultra``; empty: nothing."""
    grade: Grade | None = None
    hint: str = ""
    inset: bool = False
    detail: str = ""
    """Unfolds below the row."""
    figure: tuple[str, str] | None = None
    """(entry, field) of the catalog figure behind it: it unfolds with its source and can be overridden."""


@dataclass(frozen=True, slots=True)
class NoteSpec:
    """A paragraph."""

    text: str
    tone: str = "ink3"


Item = FieldSpec | PairSpec | ActionSpec | InfoSpec | NoteSpec


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one title; empty title: rows without one."""

    title: str
    fields: tuple[Item, ...]
    choices: tuple[str, ...] = ()
    """A switch beside the title."""
    chosen: int = 0


def field(
    ref: str | tuple[str, ...],
    owner: type[Value],
    path: str,
    label: str,
    unit: str = "",
    *,
    default_of: Callable[..., Any] | None = None,
    default_words: str = "default",
    resets: bool = True,
    **more: Any,
) -> FieldSpec:
    """The row of a design's field; kind, range, choices and emptiness are read from the class.

    `resets` False: the class's own default is not worth going back to (a preset's and the base design's are).
    `more` overrides what was read: any field of `FieldSpec`. Raises KeyError for a path the class lacks.
    """
    known = facts(owner, path)
    refs = (ref,) if isinstance(ref, str) else ref
    read: dict[str, Any] = {
        "kind": known.kind,
        "low": known.low,
        "high": known.high,
        "above": known.above,
        "below": known.below,
        "whole": known.whole,
        "optional": known.optional,
        "choices": tuple((value, str(value).replace("_", " ")) for value in known.choices),
    }
    binding = DesignField(refs, path, default_of, default_words, resets)
    return FieldSpec(binding, label, unit, owner=owner, **{**read, **more})
