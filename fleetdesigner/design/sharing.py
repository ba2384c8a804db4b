"""Making equal parts the same objects, so that what is remembered by identity is found again."""

from __future__ import annotations

from typing import Any

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
    roots, before = _by_name(base), _by_name(old)
    out = tuple(_same(thing, roots.get(_name(thing)), before.get(_name(thing)), below) for thing in new)
    if len(out) == len(old) and all(a is b for a, b in zip(out, old, strict=True)):
        return old
    return out if any(a is not b for a, b in zip(out, new, strict=True)) else new


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


def _by_name(things: tuple[Any, ...]) -> dict[str, Any]:
    return {_name(thing): thing for thing in things}


def _name(thing: Any) -> str:
    return next(str(getattr(thing, name)) for name in _NAMES if hasattr(thing, name))
