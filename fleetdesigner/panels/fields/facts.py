"""What the document's classes say about their fields: kind, range, choices, default."""

from __future__ import annotations

import types
from dataclasses import dataclass, replace
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic_core import PydanticUndefined

from fleetdesigner.design import curves
from fleetdesigner.design.redundancy import Choices
from fleetdesigner.values import Value

_CURVES = (curves.Constant, curves.Logistic, curves.Compound, curves.Series)


@dataclass(frozen=True, slots=True)
class FieldFacts:
    """One field of a class of the design."""

    kind: str = "text"
    """``number text bool choice month curve stair``, or ``other``."""
    low: float | None = None
    high: float | None = None
    above: bool = False
    """`low` itself is not allowed."""
    below: bool = False
    """`high` itself is not allowed."""
    whole: bool = False
    optional: bool = False
    """None is a value."""
    choices: tuple[object, ...] = ()
    longest: int | None = None
    """Characters of a text."""
    default: object = PydanticUndefined
    """PydanticUndefined when the field has none."""

    @property
    def has_default(self) -> bool:
        """Whether the class gives the field a value of its own."""
        return self.default is not PydanticUndefined


@cache
def facts(cls: type[Value], path: str) -> FieldFacts:
    """The facts of a field path (``ramp.months``). Raises KeyError when the class has no such field."""
    head, _, rest = path.partition(".")
    info = cls.model_fields[head]
    if rest:
        inner = _value_class(info.annotation, rest)
        if inner is None:
            raise KeyError(f"{cls.__name__} has no field {path}")
        found = facts(inner, rest)
        holder = info.default
        for part in rest.split("."):
            holder = getattr(holder, part, PydanticUndefined)
        return replace(found, default=holder) if holder is not PydanticUndefined else found
    found = _read(info.annotation, FieldFacts())
    return replace(_limited(found, info.metadata), default=info.default)


def _value_class(annotation: Any, path: str) -> type[Value] | None:
    """The class behind an annotation that has the first field of `path`."""
    head = path.partition(".")[0]
    if isinstance(annotation, type) and issubclass(annotation, Value):
        return annotation if head in annotation.model_fields else None
    for part in get_args(annotation):
        found = _value_class(part, path)
        if found is not None:
            return found
    return None


def _read(annotation: Any, known: FieldFacts) -> FieldFacts:
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *extra = get_args(annotation)
        return _limited(_read(inner, known), _flat(extra))
    if origin in (Union, types.UnionType):
        return _union(get_args(annotation), known)
    if origin is Literal:
        return replace(known, kind="choice", choices=get_args(annotation))
    if origin is tuple:
        return replace(known, kind="stair" if annotation == curves.Stair else "other")
    if annotation is bool:
        return replace(known, kind="bool")
    if annotation is int:
        return replace(known, kind="number", whole=True)
    if annotation is float:
        return replace(known, kind="number")
    return replace(known, kind="text" if annotation is str else "other")


def _union(parts: tuple[Any, ...], known: FieldFacts) -> FieldFacts:
    held = tuple(part for part in parts if part is not type(None))
    known = replace(known, optional=len(held) < len(parts))
    if held and all(part in _CURVES for part in held):
        return replace(known, kind="curve")
    return _read(held[0], known) if len(held) == 1 else replace(known, kind="other")


def _flat(metadata: list[Any]) -> list[Any]:
    """Metadata with the contents of ``Field(...)`` opened."""
    out: list[Any] = []
    for item in metadata:
        inner = getattr(item, "metadata", None)
        out += inner if inner is not None else [item]
    return out


def _limited(found: FieldFacts, metadata: list[Any]) -> FieldFacts:
    for item in metadata:
        for name, field, open_end in _ENDS:
            limit = getattr(item, name, None)
            if limit is not None:
                changes: dict[str, Any] = {field: float(limit), _OPEN[field]: open_end}
                found = replace(found, **changes)
        if isinstance(item, Choices):
            found = replace(found, kind="choice", choices=item.values)
        longest = getattr(item, "max_length", None)
        if longest is not None:
            found = replace(found, longest=int(longest))
    # a month is a whole number in the range that only months have
    if found.whole and found.low == _FIRST_MONTH:
        found = replace(found, kind="month")
    return found


_ENDS = (("ge", "low", False), ("gt", "low", True), ("le", "high", False), ("lt", "high", True))
_OPEN = {"low": "above", "high": "below"}
_FIRST_MONTH = 1990 * 12.0
