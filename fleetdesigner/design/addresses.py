"""Finding objects of a design by reference: ``block:b7f3`` ``hall:h1`` ``assumption:KEY`` ``design:``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from fleetdesigner.design.fleet import Block, Feed, Hall, Phase, Pool, Site
from fleetdesigner.design.measurements import Measurement
from fleetdesigner.design.model import Design
from fleetdesigner.design.remembered import Remembered
from fleetdesigner.design.scenarios import Assumption, Lever, Override, Pod, Scenario, Step
from fleetdesigner.design.workloads import Workload
from fleetdesigner.values import Value


@dataclass(frozen=True)
class Kind:
    """A kind of object: what it hangs under, in which field, and what names it there."""

    name: str
    parent: str
    field: str
    adapter: TypeAdapter[Any]
    key: str = "id"
    limit: int = 1_000_000
    """Most objects of this kind under one parent."""

    @property
    def keyed(self) -> bool:
        """Whether the name is a registry key, so that adding it again replaces it."""
        return self.key != "id"


def _kind(name: str, parent: type[Value], parent_name: str, field: str, of: Any, key: str = "id") -> Kind:
    limits = [one.max_length for one in parent.model_fields[field].metadata if hasattr(one, "max_length")]
    return Kind(name, parent_name, field, TypeAdapter(of), key, limits[0] if limits else 1_000_000)


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        _kind("site", Design, "design", "sites", Site),
        _kind("hall", Site, "site", "halls", Hall),
        _kind("block", Hall, "hall", "blocks", Block),
        _kind("feed", Hall, "hall", "feeds", Feed),
        _kind("pool", Design, "design", "pools", Pool),
        _kind("phase", Design, "design", "phases", Phase),
        _kind("workload", Design, "design", "workloads", Workload),
        _kind("assumption", Design, "design", "assumptions", Assumption, "key"),
        _kind("override", Design, "design", "overrides", Override, "address"),
        _kind("measurement", Design, "design", "measurements", Measurement, "key"),
        _kind("scenario", Design, "design", "scenarios", Scenario),
        _kind("lever", Design, "design", "levers", Lever),
        _kind("step", Design, "design", "steps", Step),
        _kind("pod", Design, "design", "pods", Pod),
    )
}


def ref_to(kind: str, name: str = "") -> str:
    """``block:b7f3``"""
    return f"{kind}:{name}"


def parse_ref(ref: str) -> tuple[str, str]:
    """(kind, name) of a reference; ``claim:ID`` is the assumption of the key ``claim:ID``."""
    kind, _, name = ref.partition(":")
    return ("assumption", ref) if kind == "claim" else (kind, name)


def subject(kind: str, thing: Value | None, name: str) -> str:
    """How a message calls an object: ``hall “North 1”``."""
    shown = getattr(thing, "name", "") or getattr(thing, "label", "") or getattr(thing, "title", "") or name
    return f"{kind} “{shown}”" if shown else kind


_POSITIONS: Remembered[dict[str, int]] = Remembered(1024)


def positions_by_name(things: tuple[Any, ...], key: str = "id") -> Mapping[str, int]:
    """name → index of the objects in a tuple of the design, remembered by the tuple's identity."""
    found = _POSITIONS.find(things)
    if found is None:
        found = _POSITIONS.keep(things, {getattr(thing, key): at for at, thing in enumerate(things)})
    return found


def halls_with_site(design: Design) -> Iterator[tuple[Site, Hall]]:
    """Every hall and its site, in order."""
    for site in design.sites:
        for hall in site.halls:
            yield site, hall


def hall_of(design: Design, block_id: str) -> Hall | None:
    """The hall in which the block stands."""
    for _, hall in halls_with_site(design):
        if block_id in positions_by_name(hall.blocks):
            return hall
    return None


def site_of(design: Design, hall_id: str) -> Site | None:
    """The site to which the hall belongs."""
    for site, hall in halls_with_site(design):
        if hall.id == hall_id:
            return site
    return None


def block_of(design: Design, block_id: str) -> Block | None:
    """The block of that id."""
    hall = hall_of(design, block_id)
    return None if hall is None else hall.blocks[positions_by_name(hall.blocks)[block_id]]


def find(design: Design, ref: str) -> Value | None:
    """The object of the design that `ref` names, None when there is none (any more)."""
    kind, name = parse_ref(ref)
    if kind == "design":
        return design
    if kind == "block":
        return block_of(design, name)
    if kind in ("hall", "feed"):
        for _, hall in halls_with_site(design):
            if kind == "hall" and hall.id == name:
                return hall
            if kind == "feed":
                for feed in hall.feeds:
                    if feed.id == name:
                        return feed
        return None
    known = KINDS.get(kind)
    if known is None:
        return None
    things: tuple[Value, ...] = getattr(design, known.field)
    place = positions_by_name(things, known.key).get(name)
    return None if place is None else things[place]


def field_value(design: Design, ref: str, field: str) -> object:
    """The value at a field path (``demand.ceiling``) of the object; None when either is not there."""
    value: object = find(design, ref)
    for part in field.split("."):
        if not isinstance(value, Value) or part not in type(value).model_fields:
            return None
        value = getattr(value, part)
    return value
