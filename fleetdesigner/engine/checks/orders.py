"""What must have been ordered before the plan begins, by its lead time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fleetdesigner.design.edits import set_field
from fleetdesigner.design.fleet import Site
from fleetdesigner.engine.checks.context import CheckContext
from fleetdesigner.engine.results import Finding, Remedy
from fleetdesigner.units import month_text

RULE = "order_by"


def order_by(context: CheckContext) -> Iterator[Finding]:
    """A hall, or a step of a site's grid power, that comes after the first month but whose order is due
    before it: one finding a site and kind, on the first order.
    """
    if context.schedule is None:
        return
    for site in context.design.sites:
        yield from _halls(context, site, context.schedule.shell_lead)
        yield from _grid(context, site, context.schedule.transformer_lead)


def _due(context: CheckContext, month: int, lead: int) -> bool:
    first = context.design.first_month
    return month > first > month - lead


def _halls(context: CheckContext, site: Site, lead: int) -> Iterator[Finding]:
    late = sorted(
        (hall for hall in site.halls if _due(context, hall.ready_month, lead)),
        key=lambda hall: hall.ready_month,
    )
    if not late:
        return
    hall, others = late[0], late[1:]
    soonest = context.design.first_month + lead
    yield Finding(
        "info",
        RULE,
        f"hall:{hall.id}",
        _message(hall.name or hall.id, "ready", hall.ready_month, lead),
        _before(context, others, "hall"),
        hall.ready_month,
        (
            Remedy(
                f"Make it ready in {month_text(soonest)}",
                f"Ordered in the first month; planned for {month_text(hall.ready_month)}.",
                (set_field(f"hall:{hall.id}", "ready_month", soonest),),
            ),
        ),
    )


def _grid(context: CheckContext, site: Site, lead: int) -> Iterator[Finding]:
    late = [month for month, _ in site.grid if _due(context, month, lead)]
    if not late:
        return
    soonest = context.design.first_month + lead
    steps = {max(month, soonest) if month in late else month: kw for month, kw in site.grid}
    yield Finding(
        "info",
        RULE,
        f"site:{site.id}",
        _message(f"Grid power of {site.name or site.id}", "there", late[0], lead),
        _before(context, late[1:], "step"),
        late[0],
        (
            Remedy(
                f"Plan with grid power from {month_text(soonest)}",
                "Ordered in the first month; what comes later stays.",
                (set_field(f"site:{site.id}", "grid", tuple(steps.items())),),
            ),
        ),
    )


def _message(name: str, state: str, month: int, lead: int) -> str:
    return (
        f"{name} must be ordered by {month_text(month - lead)} to be {state} in {month_text(month)} "
        f"({lead} months)"
    )


def _before(context: CheckContext, others: Sequence[object], noun: str) -> str:
    first = month_text(context.design.first_month)
    more = f", and so must {len(others)} more {noun}{'s' if len(others) > 1 else ''}" if others else ""
    return f"That is before the plan begins in {first}{more}."
