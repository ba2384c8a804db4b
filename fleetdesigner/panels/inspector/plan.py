"""Which fields the inspector shows of the plan itself: its horizon and its money."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fleetdesigner.design.model import Design
from fleetdesigner.panels.form.panel import FieldSpec, Group, field

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session

PLAN = "design:"
"""The plan's ref."""
YEARS = (2020, 2040)
"""Money years that are offered, and the plan's own."""
_DOLLARS = (("nominal", "nominal"), ("real", "real"))


def plan_groups(session: Session, design: Design) -> list[Group]:
    """Name, horizon, and what a dollar is."""

    def one(path: str, label: str, unit: str = "", **more: Any) -> FieldSpec:
        return field(PLAN, Design, path, label, unit, resets=False, **more)

    first = min(design.money_year, YEARS[0])
    last = max(design.money_year, YEARS[1])
    years = tuple((year, str(year)) for year in range(first, last + 1))
    return [
        Group("Plan", (one("name", "Name"),)),
        Group(
            "Horizon",
            (
                one("first_month", "First month", hint="What stands then stands already"),
                one("months", "Length", "month"),
            ),
        ),
        Group(
            "Money",
            (
                one(
                    "dollars", "Dollars", choices=_DOLLARS,
                    hint="nominal: of the month in which they are paid; real: of the money year",
                ),
                one("money_year", "Of the year", kind="choice", choices=years,
                    hint="Money year: plain figures are in its dollars"),
            ),
        ),
    ]  # fmt: skip
