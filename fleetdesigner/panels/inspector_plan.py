"""Which fields the inspector shows of the plan itself: its horizon and its money."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fleetdesigner.design.model import Design
from fleetdesigner.panels.form import FieldSpec, Group, field

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session

PLAN = "design:"
"""The plan's ref."""
_DOLLARS = (("nominal", "nominal"), ("real", "real"))


def plan_groups(session: Session, design: Design) -> list[Group]:
    """Name, horizon, and what a dollar is."""

    def one(path: str, label: str, unit: str = "", **more: Any) -> FieldSpec:
        return field(PLAN, Design, path, label, unit, resets=False, **more)

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
                one("money_year", "Money year", hint="Year whose dollars plain figures are in"),
            ),
        ),
    ]  # fmt: skip
