"""What points to what inside a design: checked when something is set, let go when something is removed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from fleetdesigner.design.addresses import parse_ref, subject
from fleetdesigner.design.refusals import EditError
from fleetdesigner.design.scenarios import EDITS_IN_A_SCENARIO, Address

if TYPE_CHECKING:
    from fleetdesigner.design.draft import Draft


Pointer = tuple[str, str, str | None]
"""(field path, kind it points to, id or None)."""


def _of_block(block: Any) -> Iterator[Pointer]:
    yield "phase_id", "phase", block.phase_id
    for place, stay in enumerate(block.stays):
        yield f"stays[{place}].pool_id", "pool", stay.pool_id
    if block.pod is not None:
        yield "pod.pod_id", "pod", block.pod.pod_id


def _of_workload(workload: Any) -> Iterator[Pointer]:
    for place, pin in enumerate(workload.pins):
        yield f"pins[{place}].pool_id", "pool", pin.pool_id


def _of_step(step: Any) -> Iterator[Pointer]:
    yield "scenario_id", "scenario", step.scenario_id
    yield "camera.hall_id", "hall", step.camera.hall_id
    for place, (lever_id, _) in enumerate(step.lever_values):
        yield f"lever_values[{place}]", "lever", lever_id


def _of_child(kind: str) -> Callable[[Any], Iterator[Pointer]]:
    return lambda thing: iter((("parent_id", kind, thing.parent_id),))


_POINTERS: Mapping[str, Callable[[Any], Iterator[Pointer]]] = {
    "block": _of_block,
    "workload": _of_workload,
    "step": _of_step,
    "feed": _of_child("feed"),
    "scenario": _of_child("scenario"),
}


def pointers(kind: str, thing: Any) -> Iterator[tuple[str, str, str]]:
    """(field path, kind, id) of everything that the object itself points to."""
    if kind in _POINTERS:
        for field, target, name in _POINTERS[kind](thing):
            if name is not None:
                yield field, target, name


def check_references(draft: Draft, kind: str, thing: Any) -> None:
    """Raises EditError when the object points to something that is not there, or a scenario to itself."""
    for field, target, name in pointers(kind, thing):
        if not draft.has(target, name):
            raise EditError(
                subject(kind, thing, getattr(thing, "id", "")),
                f"{field} names the {target} {name}, which is not in the design",
                f"choose a {target} that exists",
            )
    if kind in ("scenario", "feed"):
        _check_chain(draft, kind, thing)


def check_inside(draft: Draft, kind: str, thing: Any) -> None:
    """`check_references` of everything that a new site or hall brings with it."""
    feeds = {feed.id for feed in thing.feeds} if kind == "hall" else set()
    for child_kind, child in children(kind, thing):
        if child_kind != "feed":
            check_references(draft, child_kind, child)
        elif child.parent_id is not None and child.parent_id not in feeds:
            problem = f"parent_id names the feed {child.parent_id}, which is not in its hall"
            raise EditError(subject("feed", child, child.id), problem, "choose a feed of the hall")
        check_inside(draft, child_kind, child)


def _check_chain(draft: Draft, kind: str, thing: Any) -> None:
    parents = {one.id: one.parent_id for one in draft.things(kind)} | {thing.id: thing.parent_id}
    seen = set()
    name: str | None = thing.id
    while name is not None:
        if name in seen:
            problem = f"would be its own parent through {name}"
            raise EditError(subject(kind, thing, thing.id), problem, "choose another parent")
        seen.add(name)
        name = parents.get(name)


def children(kind: str, thing: Any) -> Iterator[tuple[str, Any]]:
    """(kind, object) of what a site or hall brings with it."""
    if kind == "site":
        for hall in thing.halls:
            yield "hall", hall
    elif kind == "hall":
        for block in thing.blocks:
            yield "block", block
        for feed in thing.feeds:
            yield "feed", feed


def ids_inside(kind: str, thing: Any) -> Iterator[tuple[str, str]]:
    """(kind, id) of an object and of everything below it."""
    yield kind, thing.id
    for child_kind, child in children(kind, thing):
        yield from ids_inside(child_kind, child)


def release(draft: Draft, kind: str, thing: Any) -> None:
    """Lets go of an object that is about to be removed: whatever points to it points there no longer.

    Raises EditError for a phase in use: its blocks would have no date.
    """
    if kind == "phase":
        _refuse_used_phase(draft, thing)
    elif kind == "pool":
        _leave_pool(draft, thing.id)
    elif kind == "pod":
        for block in [one for one in draft.things("block") if one.pod and one.pod.pod_id == thing.id]:
            draft.replace("block", block, pod=None)
    elif kind == "scenario":
        _close_scenario(draft, thing)
    elif kind == "feed":
        for feed in [one for one in draft.things("feed") if one.parent_id == thing.id]:
            draft.replace("feed", feed, parent_id=thing.parent_id)
    elif kind == "lever":
        _forget_levers(draft, {thing.id})
    if kind in ("site", "hall"):
        halls = {name for child, name in ids_inside(kind, thing) if child == "hall"}
        for step in [one for one in draft.things("step") if one.camera.hall_id in halls]:
            draft.replace("step", step, camera=step.camera.replaced(hall_id=None))
    _remove_levers_of(draft, kind, thing)


def _refuse_used_phase(draft: Draft, phase: Any) -> None:
    users = [block for block in draft.things("block") if block.phase_id == phase.id]
    if users:
        count = f"{len(users):,} blocks" if len(users) > 1 else subject("block", users[0], users[0].id)
        raise EditError(
            subject("phase", phase, phase.id), f"is in use by {count}", "give them another phase first"
        )


def _leave_pool(draft: Draft, pool_id: str) -> None:
    for block in [one for one in draft.things("block") if any(stay.pool_id == pool_id for stay in one.stays)]:
        draft.replace("block", block, stays=tuple(stay for stay in block.stays if stay.pool_id != pool_id))
    for work in [one for one in draft.things("workload") if any(pin.pool_id == pool_id for pin in one.pins)]:
        draft.replace("workload", work, pins=tuple(pin for pin in work.pins if pin.pool_id != pool_id))


def _close_scenario(draft: Draft, scenario: Any) -> None:
    """Scenarios on top of it keep what they show: they take over its edits."""
    for child in [one for one in draft.things("scenario") if one.parent_id == scenario.id]:
        edits = scenario.edits + child.edits
        if len(edits) > EDITS_IN_A_SCENARIO:
            problem = f"would leave “{child.name}” with more than {EDITS_IN_A_SCENARIO:,} edits"
            raise EditError(subject("scenario", scenario, scenario.id), problem, "remove that one first")
        draft.replace("scenario", child, parent_id=scenario.parent_id, edits=edits)
    for step in [one for one in draft.things("step") if one.scenario_id == scenario.id]:
        draft.replace("step", step, scenario_id=None)
    if draft.design_field("baseline_id") == scenario.id:
        draft.set_design_field("baseline_id", None)


def _forget_levers(draft: Draft, levers: set[str]) -> None:
    for step in [one for one in draft.things("step") if any(name in levers for name, _ in one.lever_values)]:
        draft.replace("step", step, lever_values=tuple(p for p in step.lever_values if p[0] not in levers))


def _remove_levers_of(draft: Draft, kind: str, thing: Any) -> None:
    """A lever that moves a field of an object goes with it; one that moves an assumption stays."""
    if kind in ("assumption", "override", "measurement"):
        return
    gone = set(ids_inside(kind, thing))
    levers = {
        lever.id
        for lever in draft.things("lever")
        if isinstance(lever.target, Address) and parse_ref(lever.target.ref) in gone
    }
    _forget_levers(draft, levers)
    for lever in levers:
        draft.drop("lever", lever)
