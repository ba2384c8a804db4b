"""Making equal parts the same objects, so that what is remembered by identity is found again."""

from __future__ import annotations

from typing import Any

from fleetdesigner.design.model import Design


def shared(new: Design, old: Design) -> Design:
    """`new`, with each site, hall, block, pool … that equals the one of `old` replaced by that object."""
    if new is old:
        return new
    fields: dict[str, Any] = {}
    for field in type(new).model_fields:
        held, before = getattr(new, field), getattr(old, field)
        if held is before or not isinstance(held, tuple):
            continue
        joined = _joined(held, before, _SITES if field == "sites" else ())
        if joined is not held:
            fields[field] = joined
    return new.replaced(**fields) if fields else new


_SITES = ("halls", "blocks")
"""Lists below a site, level by level."""


def _joined(new: tuple[Any, ...], old: tuple[Any, ...], below: tuple[str, ...]) -> tuple[Any, ...]:
    by_name = {_name(thing): thing for thing in old}
    out = tuple(_same(thing, by_name.get(_name(thing)), below) for thing in new)
    if len(out) == len(old) and all(a is b for a, b in zip(out, old, strict=True)):
        return old
    return out if any(a is not b for a, b in zip(out, new, strict=True)) else new


def _same(new: Any, old: Any, below: tuple[str, ...]) -> Any:
    if old is None or new is old:
        return new
    if new == old:
        return old
    if below:
        held = getattr(new, below[0])
        joined = _joined(held, getattr(old, below[0]), below[1:])
        if joined is not held:
            return new.replaced(**{below[0]: joined})
    return new


def _name(thing: Any) -> Any:
    return (
        getattr(thing, "id", None) or getattr(thing, "key", None) or getattr(thing, "address", None) or thing
    )
