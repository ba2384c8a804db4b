"""Making equal parts the same objects, so that what is remembered by identity is found again."""

from __future__ import annotations

from typing import Any

from fleetdesigner.design.addresses import positions_by_name
from fleetdesigner.design.model import Design

_SITES = ("halls", "blocks")
"""Lists below a site, level by level."""

_NAMES = ("id", "key", "address")
"""What names an object in its list, whichever it has."""


def shared(new: Design, base: Design, old: Design) -> Design:
    """`new`, which was made from `base`, with what `base` does not hold taken from `old` where it is equal.

    Sites, halls, blocks, pools … are compared one by one: those that came out as they did last time are the
    objects of last time.
    """
    fields: dict[str, Any] = {}
    for field in type(new).model_fields:
        held, root, before = getattr(new, field), getattr(base, field), getattr(old, field)
        if isinstance(held, tuple) and held is not root and held is not before:
            joined = _joined(held, root, before, _SITES if field == "sites" else ())
            if joined is not held:
                fields[field] = joined
    return new.replaced(**fields) if fields else new


def _joined(
    new: tuple[Any, ...], base: tuple[Any, ...], old: tuple[Any, ...], below: tuple[str, ...]
) -> tuple[Any, ...]:
    out = tuple(
        # most things stand where they stood, and most are the base's own
        thing
        if at < len(base) and thing is base[at]
        else _same(thing, _named_as(thing, base, at), _named_as(thing, old, at), below)
        for at, thing in enumerate(new)
    )
    if len(out) == len(old) and all(a is b for a, b in zip(out, old, strict=True)):
        return old
    return out if any(a is not b for a, b in zip(out, new, strict=True)) else new


def _named_as(thing: Any, things: tuple[Any, ...], at: int) -> Any:
    """The one of the same name, most likely in the same place; None when there is none."""
    key = next(name for name in _NAMES if hasattr(thing, name))
    name = getattr(thing, key)
    if at < len(things) and getattr(things[at], key) == name:
        return things[at]
    place = positions_by_name(things, key).get(name)
    return None if place is None else things[place]


def _same(new: Any, base: Any, old: Any, below: tuple[str, ...]) -> Any:
    if old is None or new is base or new is old:
        return new
    if below:
        held, root = getattr(new, below[0]), getattr(base, below[0], ())
        joined = held if held is root else _joined(held, root, getattr(old, below[0]), below[1:])
        if joined is not held:
            new = new.replaced(**{below[0]: joined})
        if joined is not getattr(old, below[0]):
            return new
    return old if new == old else new
