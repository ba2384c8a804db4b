"""When things come: the months of a plan, moved by the lead times in force.

Plans are made with usual lead times. A longer one moves what has yet to come later by the difference, a
shorter one earlier. What stands in the design's first month stands: only later months move, and never before
the first. The engine reads no other months than those of ``scheduled``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from fleetdesigner.design.curves import Stair
from fleetdesigner.design.edits import set_field
from fleetdesigner.design.fleet import Hall, Phase, Site
from fleetdesigner.design.model import Design
from fleetdesigner.design.scenarios import AddObject, RemoveObject, SetField
from fleetdesigner.engine.assumptions.in_force import Assumptions, number
from fleetdesigner.engine.assumptions.registry import SPECS
from fleetdesigner.engine.remembered import Remembered

HALL_MONTHS = ("ready_month", "air_month", "liquid_month")
_TRANSFORMER, _SHELL, _CHIP = "transformer_lead_months", "shell_lead_months", "chip_lead_slip_months"


@dataclass(frozen=True, slots=True)
class Schedule:
    """The lead times in force, in whole months."""

    first_month: int
    transformer_lead: int
    """From order to power, for each step of a site's grid."""
    shell_lead: int
    """From order to ready, for a hall and its cooling."""
    chip_slip: int
    """By which phases come later than planned."""

    @property
    def grid_by(self) -> int:
        """Months by which the steps of the grid come later than planned; negative: earlier."""
        return self.transformer_lead - round(SPECS[_TRANSFORMER].default)

    @property
    def shell_by(self) -> int:
        """The same for halls and their cooling."""
        return self.shell_lead - round(SPECS[_SHELL].default)

    @property
    def as_planned(self) -> bool:
        """Whether nothing moves."""
        return not (self.grid_by or self.shell_by or self.chip_slip)


def schedule_of(assumptions: Assumptions) -> Schedule:
    """The schedule of a design with these assumptions; parts of a month are rounded."""
    lead, shell, slip = (round(assumptions[key]) for key in (_TRANSFORMER, _SHELL, _CHIP))
    return Schedule(assumptions.first_month, lead, shell, slip)


_SITES: Remembered[Site] = Remembered(256)
_HALLS: Remembered[Hall] = Remembered(512)
_PHASES: Remembered[tuple[Phase, ...]] = Remembered(32)


def scheduled(design: Design, schedule: Schedule) -> Design:
    """The design with the months in which things really come; the same object when all are as planned.

    Halls, sites and phases that do not move keep their identity, those that do are remembered.
    """
    if schedule.as_planned:
        return design
    first = design.first_month
    phases = _PHASES.get(
        (design.phases,),
        (first, schedule.chip_slip),
        lambda: tuple(later_phase(phase, first, schedule.chip_slip) for phase in design.phases),
    )
    return design.replaced(sites=tuple(_site(site, schedule) for site in design.sites), phases=phases)


def arrivals(design: Design) -> Design:
    """The design with the months in which things come by its own assumptions: what the window shows."""
    lead, shell, slip = (round(number(design, key)) for key in (_TRANSFORMER, _SHELL, _CHIP))
    return scheduled(design, Schedule(design.first_month, lead, shell, slip))


def _site(site: Site, schedule: Schedule) -> Site:
    def moved_site() -> Site:
        halls = tuple(_hall(hall, schedule) for hall in site.halls)
        grid = later_grid(site.grid, schedule.first_month, schedule.grid_by)
        if grid is site.grid and all(a is b for a, b in zip(halls, site.halls, strict=True)):
            return site
        return site.replaced(grid=grid, halls=halls)

    return _SITES.get((site,), schedule, moved_site)


def _hall(hall: Hall, schedule: Schedule) -> Hall:
    terms = (schedule.first_month, schedule.shell_by)
    return _HALLS.get((hall,), terms, lambda: later_hall(hall, *terms))


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
        for name in HALL_MONTHS
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


Edit = SetField | AddObject | RemoveObject


def as_planned(edit: Edit, schedule: Schedule) -> Edit:
    """An edit that names the month in which something is to come, with the month to plan for instead."""
    if schedule.as_planned or not isinstance(edit, SetField):
        return edit
    kind, value = edit.ref.partition(":")[0], json.loads(edit.value)
    first = schedule.first_month

    def planned(month: int, by: int, soonest: int = first) -> int:
        # what a longer lead lets come no sooner has to stand in the first month
        return max(soonest, month - by) if month > first else month

    if value is None:
        return edit
    if (kind, edit.field) == ("phase", "in_service_month"):
        return set_field(edit.ref, edit.field, planned(value, schedule.chip_slip, first + 1))
    if kind == "hall" and edit.field in HALL_MONTHS:
        return set_field(edit.ref, edit.field, planned(value, schedule.shell_by))
    if (kind, edit.field) == ("site", "grid"):
        steps = {planned(month, schedule.grid_by): kw for month, kw in value}
        return set_field(edit.ref, edit.field, tuple(steps.items()))
    return edit
