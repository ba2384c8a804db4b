"""Blocks of a design by id, for panels that show hundreds of selected ones while the design changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from fleetdesigner.design.addresses import find
from fleetdesigner.design.fleet import Block, Hall
from fleetdesigner.design.model import Design
from fleetdesigner.values import Value

Standing = Mapping[str, tuple[Hall, Block]]
_FEW = 8
"""Up to here looking up one by one is faster than an index of all."""
_held: list[tuple[Design, Standing]] = []


def standing(design: Design) -> Standing:
    """Block id → its hall and the block. The index of the last design is remembered."""
    if not _held or _held[0][0] is not design:
        index = {
            block.id: (hall, block) for site in design.sites for hall in site.halls for block in hall.blocks
        }
        _held[:] = [(design, index)]
    return _held[0][1]


def things_of(design: Design, refs: tuple[str, ...]) -> list[Value | None]:
    """The objects that the refs name, None for one that is gone."""
    if len(refs) <= _FEW:
        return [find(design, ref) for ref in refs]
    index = standing(design)
    out: list[Value | None] = []
    for ref in refs:
        kind, _, name = ref.partition(":")
        held = index.get(name) if kind == "block" else None
        out.append(held[1] if held is not None else None if kind == "block" else find(design, ref))
    return out


def halls_of(design: Design, block_ids: Iterable[str]) -> list[Hall | None]:
    """The hall of each block, None for one that is gone."""
    index = standing(design)
    return [held[0] if (held := index.get(one)) is not None else None for one in block_ids]


def value_at(thing: object, path: str) -> object:
    """The value at a field path of an object, None when there is no such field."""
    for part in path.split("."):
        if not isinstance(thing, Value) or part not in type(thing).model_fields:
            return None
        thing = getattr(thing, part)
    return thing
