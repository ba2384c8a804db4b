"""Rents: commitments that outlast the hardware's use, and prices that are not offered on these terms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fleetdesigner.design.edits import set_field
from fleetdesigner.design.fleet import Phase, Rent
from fleetdesigner.engine.checks.context import CheckContext
from fleetdesigner.engine.results import Finding, Remedy
from fleetdesigner.units import month_text

YEAR = 12
"""Months of the shortest commitment that sellers give a discount for."""


def rent_outlasts_use(context: CheckContext) -> Iterator[Finding]:
    """A rented phase retires before its term is over, and its rent runs on."""
    for phase, last in _rented(context).items():
        rent, retire = phase.ownership, phase.retire_month
        if not isinstance(rent, Rent) or retire is None or retire <= context.design.first_month:
            continue
        over = last + rent.term_months
        if last >= retire or over <= retire:
            continue
        yield Finding(
            "warning",
            "rent_outlasts_use",
            f"phase:{phase.id}",
            f"{phase.name or phase.id}: retires {month_text(retire)}, its rent runs to {month_text(over)}",
            f"The commitment is for {rent.term_months} months from the first in service; the last "
            f"{over - retire} are paid for nothing.",
            retire,
            (
                Remedy(
                    f"Keep it until {month_text(over)}",
                    "It then works for as long as it is paid for.",
                    (set_field(f"phase:{phase.id}", "retire_month", over),),
                ),
                Remedy(
                    f"Commit for {retire - last} months",
                    "Where the seller gives the same price for less.",
                    (set_field(f"phase:{phase.id}", "ownership.term_months", retire - last),),
                ),
            ),
        )


def rent_not_offered(context: CheckContext) -> Iterator[Finding]:
    """A phase rents at prices that are asked for a commitment, without one, or that nobody asks."""
    for phase in _rented(context):
        rent = phase.ownership
        if not isinstance(rent, Rent):
            continue
        book = context.catalog.price_book(rent.price_book_id)
        if book.basis == "commitment" and rent.term_months < YEAR:
            yield Finding(
                "warning",
                "rent_not_offered",
                f"phase:{phase.id}",
                f"{phase.name or phase.id}: commits for {rent.term_months} months, {book.name} asks for more",
                "These prices are for who commits for one to three years.",
                None,
                (
                    Remedy(
                        "Commit for three years",
                        "The rent is then paid for so long at least.",
                        (set_field(f"phase:{phase.id}", "ownership.term_months", 3 * YEAR),),
                    ),
                    Remedy("Rent at other prices", "On-demand and market books ask for no commitment."),
                ),
            )
        elif book.basis == "cost of ownership":
            yield Finding(
                "warning",
                "rent_not_offered",
                f"phase:{phase.id}",
                f"{phase.name or phase.id}: {book.name} holds costs of owning, not rents",
                "Nobody rents at cost; the book is there to compare with.",
                None,
                (Remedy("Rent at other prices", "Choose a book of market or list prices."),),
            )


def _rented(context: CheckContext) -> Mapping[Phase, int]:
    """Phases that bring rented racks → month in which the last of them come into service."""
    groups = context.groups
    found: dict[Phase, int] = {}
    for phase_id, hall_id in zip(groups.phase_ids, groups.hall_ids, strict=True):
        phase = context.phases[phase_id]
        if isinstance(phase.ownership, Rent):
            last = phase.service_month + max(phase.ramp.months - 1, 0)
            begins = max(last, context.halls[hall_id][1].ready_month)
            found[phase] = max(found.get(phase, begins), begins)
    return found
