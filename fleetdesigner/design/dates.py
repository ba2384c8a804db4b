"""Dates that a hand may not set, each with what helps.

Files, slips and lead times may bring such dates about: there findings tell them. A hand that types or drags
one gets it back at the field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from fleetdesigner.design.addresses import find, parse_ref, subject
from fleetdesigner.design.fleet import Hall, Phase, Site
from fleetdesigner.design.model import Design
from fleetdesigner.design.refusals import EditError
from fleetdesigner.design.scenarios import Edit, SetField
from fleetdesigner.design.workloads import TrainingRun
from fleetdesigner.units import month_text

YEARS_AFTER = 10
"""A date so long after the plan's end means "not in this plan"; a later one is a slip of the hand."""
FIELDS = frozenset(
    {
        "ready_month", "air_month", "liquid_month", "order_month", "lead_months", "in_service_month",
        "retire_month", "start_month", "due_month", "grid",
    }
)  # fmt: skip
"""Fields that hold dates."""

Fault = tuple[str, str]
"""(what is wrong, what helps)"""


def refuse_dates(before: Design, after: Design, edits: Iterable[Edit]) -> None:
    """Raises EditError for the first date that the edits set by hand and that makes no sense in `after`.

    What made no sense before may stay so: it is mended one date at a time.
    """
    for edit in edits:
        if not isinstance(edit, SetField) or edit.field not in FIELDS:
            continue
        thing, old = find(after, edit.ref), find(before, edit.ref)
        for rule in _RULES:
            fault = next(rule(after, edit.field, thing), None)
            if fault is not None and next(rule(before, edit.field, old), None) is None:
                kind, name = parse_ref(edit.ref)
                raise EditError(subject(kind, thing, name), *fault)


def _far_off(design: Design, field: str, thing: Any) -> Iterator[Fault]:
    end = design.end_month + 12 * YEARS_AFTER
    value = getattr(thing, field, None)
    months = [month for month, _ in value] if field == "grid" and value else [value]
    if isinstance(thing, Phase) and field == "lead_months":
        months = [thing.service_month]
    late = [month for month in months if isinstance(month, int) and month > end]
    if late:
        yield (
            f"{month_text(late[0])} is more than {YEARS_AFTER} years after the plan ends",
            f"give a month until {month_text(end)}",
        )


def _phase_dates(design: Design, field: str, thing: Any) -> Iterator[Fault]:
    if not isinstance(thing, Phase):
        return
    service = month_text(thing.service_month)
    if thing.retire_month is not None and thing.retire_month <= thing.service_month:
        yield (
            f"retires {month_text(thing.retire_month)}, before it has served a month: in service {service}",
            "retire it later, or clear its retirement",
        )
    if thing.in_service_month is not None and thing.order_month > thing.in_service_month:
        yield (
            f"is ordered {month_text(thing.order_month)}, after it is in service: {service}",
            "order it earlier, or clear its month of service",
        )


def _cooling_dates(design: Design, field: str, thing: Any) -> Iterator[Fault]:
    if not isinstance(thing, Hall) or field not in ("air_month", "liquid_month"):
        return
    month = getattr(thing, field)
    if month is not None and month < thing.ready_month:
        yield (
            f"cooling from {month_text(month)} comes before the hall, ready {month_text(thing.ready_month)}",
            "leave it empty: with the hall",
        )


def _grid_dates(design: Design, field: str, thing: Any) -> Iterator[Fault]:
    if isinstance(thing, Site) and field == "grid" and thing.grid and thing.grid[0][0] >= design.end_month:
        yield (
            f"has no grid power until {month_text(thing.grid[0][0])}, after the plan ends",
            "let its first step begin in the plan",
        )


def _run_dates(design: Design, field: str, thing: Any) -> Iterator[Fault]:
    if isinstance(thing, TrainingRun) and thing.due_month is not None and thing.due_month < thing.start_month:
        yield (
            f"is due {month_text(thing.due_month)}, before it starts: {month_text(thing.start_month)}",
            "let it start earlier, or be due later",
        )


_RULES: tuple[Callable[[Design, str, Any], Iterator[Fault]], ...] = (
    _far_off, _phase_dates, _cooling_dates, _grid_dates, _run_dates,
)  # fmt: skip
