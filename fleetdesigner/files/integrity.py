"""What must hold across a whole document: nothing points into the void, pins are what they claim to be."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from fleetdesigner.design.model import Design, Document
from fleetdesigner.design.references import pointers
from fleetdesigner.files.errors import Fault

MOST_BLOCKS = 20_000
MOST_SYSTEMS = 2_000_000


def check(document: Document) -> None:
    """Raises Fault with the place of the first thing that is wrong."""
    design = document.design
    blocks = design.blocks
    if len(blocks) > MOST_BLOCKS:
        raise Fault("design.sites", f"more than {MOST_BLOCKS:,} blocks", "join blocks into larger ones")
    if sum(block.systems for block in blocks) > MOST_SYSTEMS:
        raise Fault("design.sites", f"more than {MOST_SYSTEMS:,} rack systems", "split the design")
    _check_pointers(design)
    for kind, things, place in (
        ("scenario", design.scenarios, "design.scenarios"),
        *(("feed", hall.feeds, f"{where}.feeds") for where, hall in _halls(design)),
    ):
        _check_circles(kind, things, place)
    _check_pins(document)


def _halls(design: Design) -> Iterator[tuple[str, Any]]:
    for s, site in enumerate(design.sites):
        for h, hall in enumerate(site.halls):
            yield f"design.sites[{s}].halls[{h}]", hall


def _things(design: Design) -> Iterator[tuple[str, int, str, Any]]:
    """(place of the list, index, kind, object) of everything that points to something."""
    for where, hall in _halls(design):
        for field, kind in (("feeds", "feed"), ("blocks", "block")):
            place = f"{where}.{field}"
            for index, thing in enumerate(getattr(hall, field)):
                yield place, index, kind, thing
    for field, kind in (("workloads", "workload"), ("scenarios", "scenario"), ("steps", "step")):
        for index, thing in enumerate(getattr(design, field)):
            yield f"design.{field}", index, kind, thing


def _check_pointers(design: Design) -> None:
    there = {
        "phase": {one.id for one in design.phases},
        "pool": {one.id for one in design.pools},
        "pod": {one.id for one in design.pods},
        "scenario": {one.id for one in design.scenarios},
        "lever": {one.id for one in design.levers},
        "hall": {one.id for one in design.halls},
        "feed": {feed.id for hall in design.halls for feed in hall.feeds},
    }
    for place, index, kind, thing in _things(design):
        for field, target, name in pointers(kind, thing):
            if name not in there[target]:
                raise Fault(
                    f"{place}[{index}].{field}",
                    f"there is no {target} {name!r}",
                    f"name a {target} of this design or add it",
                )
    if design.baseline_id is not None and design.baseline_id not in there["scenario"]:
        problem = f"there is no scenario {design.baseline_id!r}"
        raise Fault("design.baseline_id", problem, "name a scenario of this design, or null")


def _check_circles(kind: str, things: tuple[Any, ...], place: str) -> None:
    parents = {one.id: one.parent_id for one in things}
    for index, one in enumerate(things):
        seen: set[str] = set()
        name: str | None = one.id
        while name is not None:
            if name in seen:
                problem = f"the {kind} {one.id!r} is its own parent"
                raise Fault(f"{place}[{index}].parent_id", problem, "choose another parent, or null")
            seen.add(name)
            name = parents.get(name)


def _check_pins(document: Document) -> None:
    seen: set[tuple[str, str]] = set()
    for index, pin in enumerate(document.pins):
        if hashlib.sha256(pin.text.encode()).hexdigest() != pin.sha256:
            problem = f"the catalog entry {pin.kind}/{pin.id} was changed: its text does not match its hash"
            remedy = "restore the file, or make an own part in the program"
            raise Fault(f"pins[{index}].sha256", problem, remedy)
        if (pin.kind, pin.id) in seen:
            raise Fault(f"pins[{index}]", f"{pin.kind}/{pin.id} is there twice", "keep one of the two")
        seen.add((pin.kind, pin.id))
