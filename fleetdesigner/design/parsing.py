"""The JSON text inside edits: read, validated, and refused in plain words."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, NoReturn, TypeVar

from pydantic import TypeAdapter, ValidationError

from fleetdesigner.design.addresses import Kind, subject
from fleetdesigner.design.refusals import EditError, first_problem
from fleetdesigner.design.scenarios import Assumption, Edit, Override, Scenario, SetField
from fleetdesigner.values import Value

T = TypeVar("T")
_EDIT: TypeAdapter[Any] = TypeAdapter(Edit)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number that a design can hold")


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)


def parsed(text: str, whose: str, field: str) -> Any:
    """The plain data of a JSON text. Raises EditError; NaN and infinity are refused."""
    try:
        return _DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        shown = "its JSON is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise EditError(whose, f"the value of {field} cannot be read ({shown})", "write it as JSON") from None


def checked(
    make: Callable[[], T],
    kind: str,
    name: str,
    data: Mapping[str, Any],
    thing: object = None,
    inside: str = "",
) -> T:
    """What `make` gives; pydantic's refusal becomes an EditError about the object's field below `inside`."""
    try:
        return make()
    except ValidationError as error:
        place, problem = first_problem(error, data)
        shown = f"{inside}{place} {problem}" if place else problem
        called = subject(kind, thing if isinstance(thing, Value) else None, name)
        raise EditError(called, shown, "choose another value") from None


def nested(thing: Value, kind: str, name: str, path: str, value: object, inside: str = "") -> Value:
    """The first field on the path of `thing`, changed deep inside: ``tariff`` for ``tariff.energy…``."""
    head, _, rest = path.partition(".")
    held = getattr(thing, head, None) if head in type(thing).model_fields else None
    inner, _, deeper = rest.partition(".")
    if not isinstance(held, Value) or inner not in type(held).model_fields:
        raise EditError(subject(kind, None, name), f"has no field {inside}{path}", "check the field's name")
    inside += head + "."
    if deeper:
        value = nested(held, kind, name, rest, value, inside)
    return checked(lambda: held.changed(**{inner: value}), kind, name, {inner: value}, None, inside)


def first_of_key(kind: str, name: str, value: object) -> Value:
    """The assumption or override of that name with its first value, all else as by default."""
    data: dict[str, Any]
    if kind == "assumption":
        data = {"key": name, "value": value}
        return checked(lambda: Assumption(**data), kind, name, data)
    entry, _, field = name.partition(".")
    data = {"entry": entry, "field": field, "value": value}
    return checked(lambda: Override(**data), kind, name, data)


def parsed_object(kind: Kind, text: str) -> Any:
    """An object of that kind from its JSON text. Raises EditError."""
    called = f"a new {kind.name}"
    data = parsed(text, called, "object")
    try:
        return kind.adapter.validate_python(data)
    except ValidationError as error:
        place, problem = first_problem(error, data)
        raise EditError(called, f"{place} {problem}" if place else problem, "correct the object") from None


def parsed_edit(text: str, scenario: Scenario) -> Any:
    """An edit that is to be appended to a scenario. Raises EditError."""
    called = subject("scenario", scenario, scenario.id)
    data = parsed(text, called, "edit")
    try:
        return _EDIT.validate_python(data)
    except ValidationError as error:
        place, problem = first_problem(error, data)
        raise EditError(called, f"edit {place} {problem}", "correct the edit") from None


def without_older(edits: tuple[Edit, ...], newer: Edit) -> tuple[Edit, ...]:
    """`edits` less those that set the field again which `newer` sets, or something inside it."""
    if not isinstance(newer, SetField):
        return edits
    below = newer.field + "."
    return tuple(
        one
        for one in edits
        if not (
            isinstance(one, SetField)
            and one.ref == newer.ref
            and (one.field == newer.field or one.field.startswith(below))
        )
    )
