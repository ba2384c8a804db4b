"""When things come: what has yet to arrive, moved later or earlier.

What stands in the design's first month stands: only later months move, and never before the first.
"""

from __future__ import annotations

from fleetdesigner.design.curves import Stair
from fleetdesigner.design.fleet import Hall, Phase


def moved(month: int, first_month: int, by: int) -> int:
    """A month moved by some months if it lies after the first; never before the first."""
    return max(first_month, month + by) if month > first_month else month


def later_phase(phase: Phase, first_month: int, by: int) -> Phase:
    """The phase in service so many months later; the same object when it does not move. Its order and its
    retirement stay.
    """
    month = moved(phase.service_month, first_month, by)
    return phase if month == phase.service_month else phase.replaced(in_service_month=month)


def later_hall(hall: Hall, first_month: int, by: int) -> Hall:
    """The hall and its cooling so many months later, each that has yet to come; the same object when none
    moves.
    """
    months = {
        name: moved(month, first_month, by)
        for name in ("ready_month", "air_month", "liquid_month")
        if (month := getattr(hall, name)) is not None
    }
    if all(getattr(hall, name) == month for name, month in months.items()):
        return hall
    return hall.replaced(**months)


def later_grid(grid: Stair, first_month: int, by: int) -> Stair:
    """The stair with its later steps so many months later; the same object when there are none. Of steps
    that fall into one month the last counts.
    """
    steps = {moved(month, first_month, by): kw for month, kw in grid}
    after = tuple(steps.items())
    return grid if after == grid else after
