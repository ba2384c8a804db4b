"""What a hand does to the design: a row and a grip moved by months become edits, or a refusal in words."""

from __future__ import annotations

from dataclasses import dataclass

from fleetdesigner.charts.timeline.rows import GridBody, PhaseBody, PortBody, Row, complete_month
from fleetdesigner.design.addresses import find
from fleetdesigner.design.commands import SetFields
from fleetdesigner.design.fleet import Hall, Phase, Site
from fleetdesigner.design.model import Design
from fleetdesigner.design.workloads import Port, TrainingRun, Workload
from fleetdesigner.units import month_number, month_text, parse, text

BODY = "body"
"""The whole bar."""
LONGEST = 120
"""Months that a lead and a ramp may take."""
Change = tuple[str, str, object]
"""(ref, field, value)"""


@dataclass(frozen=True, slots=True)
class Move:
    """Where the hand would leave things."""

    title: str
    """The step in the undo menu."""
    words: str
    """What stands at the pointer: ``In service 2027-09``."""
    changes: tuple[Change, ...] = ()
    refusal: str = ""
    """Why it may not stay there; empty when it may."""

    def command(self, merge: str | None = None) -> SetFields:
        """The edits as one step."""
        return SetFields.of(self.title[:200], self.changes, merge)


def moved(design: Design, row: Row, grip_id: str, months: int) -> Move:
    """`row` of `design` with a grip, or its whole `BODY`, moved by `months`."""
    move = _planned(design, row, grip_id, months)
    if row.shift and grip_id not in ("order", "ramp", "retire", "due"):
        words = f"{move.words}, {months_words(row.shift)} by lead times"
        return Move(move.title, words, move.changes, move.refusal)
    return move


def _planned(design: Design, row: Row, grip: str, months: int) -> Move:
    """The same by the plan's own dates, which the row's may lie behind."""
    thing = find(design, row.subject)
    if isinstance(thing, Phase):
        return _phase(design, thing, grip, months)
    if isinstance(thing, Hall):
        return _hall(design, thing, grip, months)
    if isinstance(thing, Site):
        return _grid(design, thing, grip, months)
    if isinstance(row.body, PortBody):
        return _port(design, row.body.work, months)
    if isinstance(thing, TrainingRun):
        return _run(design, thing, grip, months)
    return Move("", "", (), "It is not in the plan any more")


def typed(design: Design, row: Row, grip_id: str, shown: str, through: str = "") -> Move:
    """A grip given by number: a month, for a ramp also its length in months, for grid power its kW or MW.

    `through`: what is moved to bring the grip there, itself unless given. Raises ValueError in words for the
    field.
    """
    body, grip = row.body, row.grip(grip_id)
    if grip is None:
        raise ValueError("choose one of the dates first")
    shown = shown.strip()
    if isinstance(body, GridBody) and not _is_month(shown):
        site = find(design, row.ref)
        assert isinstance(site, Site)
        return _grid_power(site, int(grip_id.partition(":")[2]), parse(shown, "kW"))
    if grip_id == "ramp" and shown.partition(" ")[0].isdigit():
        assert isinstance(body, PhaseBody)
        return moved(design, row, grip_id, int(shown.partition(" ")[0]) - body.phase.ramp.months)
    if grip_id == "ramp":
        assert isinstance(body, PhaseBody)
        return moved(design, row, grip_id, month_number(shown) + 1 - grip.month)
    return moved(design, row, through or grip_id, month_number(shown) - grip.month)


def written(row: Row, grip_id: str) -> str:
    """What a field for the grip shows at first."""
    grip = row.grip(grip_id)
    if grip is None:
        return ""
    if isinstance(row.body, GridBody):
        return text(row.body.site.grid[int(grip_id.partition(":")[2])][1], "kW")
    if grip_id == "ramp" and isinstance(row.body, PhaseBody):
        return f"{row.body.phase.ramp.months} months"
    return month_text(grip.month)


def _is_month(shown: str) -> bool:
    head, dash, tail = shown.partition("-")
    return bool(dash) and head.strip().isdigit() and tail.strip().isdigit()


def months_words(months: int) -> str:
    """``3 months later`` ``1 month earlier`` ``as it was``"""
    if not months:
        return "as it was"
    noun = "month" if abs(months) == 1 else "months"
    return f"{abs(months)} {noun} {'later' if months > 0 else 'earlier'}"


def _after(design: Design, month: int, what: str) -> str:
    """Why a month beyond the plan is refused."""
    if month < design.end_month:
        return ""
    return f"{what} after the plan ends, {month_text(design.end_month - 1)}"


def _phase(design: Design, phase: Phase, grip: str, by: int) -> Move:
    ref, name = f"phase:{phase.id}", phase.name or phase.id
    service, ramp, retire = phase.service_month, phase.ramp.months, phase.retire_month
    if grip == "ramp":
        length = ramp + by
        words = f"Complete {month_text(complete_month(service, length))}, ramp {length} months"
        refusal = "A ramp takes 0 months or more" if length < 0 else ""
        refusal = refusal or (f"A ramp takes at most {LONGEST} months" if length > LONGEST else "")
        if retire is not None and service + length > retire:
            refusal = f"It retires before that, in {month_text(retire)}"
        return Move(f"Ramp {name}: {length} months", words, ((ref, "ramp.months", length),), refusal)
    if grip == "retire":
        month = (design.end_month if retire is None else retire) + by
        if month >= design.end_month:
            return Move(f"Keep {name} to the end", "Runs to the end", ((ref, "retire_month", None),))
        at = month_text(month)
        refusal = "" if month > service else f"It comes into service in {month_text(service)} only"
        return Move(f"Retire {name} in {at}", f"Retires {at}", ((ref, "retire_month", month),), refusal)
    if grip == "order":
        order, lead = phase.order_month + by, service - phase.order_month - by
        words = f"Order {month_text(order)}, lead {lead} months"
        refusal = f"It is in service in {month_text(service)}: order before that" if lead < 0 else ""
        refusal = refusal or _too_long(lead)
        changes: tuple[Change, ...] = ((ref, "order_month", order), (ref, "lead_months", lead))
        return Move(f"Order {name} in {month_text(order)}", words, changes, refusal)
    month, at = service + by, month_text(service + by)
    refusal = _after(design, month, "In service")
    if retire is not None and month >= retire:
        refusal = f"It retires in {month_text(retire)}: in service before that"
    own = ((ref, "in_service_month", month),) if phase.in_service_month is not None else ()
    if grip == "service":
        lead = month - phase.order_month
        if lead < 0:
            refusal = f"It is ordered in {month_text(phase.order_month)}: in service after that"
        words = f"In service {at}, lead {lead} months"
        changes = ((ref, "lead_months", lead), *own)
        return Move(f"{name} in service {at}", words, changes, refusal or _too_long(lead))
    changes = ((ref, "order_month", phase.order_month + by), *own)
    return Move(f"Move {name} to {at}", f"In service {at}", changes, refusal)


def _too_long(lead: int) -> str:
    return f"A lead time is at most {LONGEST} months" if lead > LONGEST else ""


def _hall(design: Design, hall: Hall, grip: str, by: int) -> Move:
    name = hall.name or hall.id
    if grip in ("air", "liquid"):
        month = (hall.air_from if grip == "air" else hall.liquid_from) + by
        what = f"{grip} cooling"
        words = f"{what.capitalize()} {month_text(month)}"
        fields = ((f"hall:{hall.id}", f"{grip}_month", month),)
        return Move(f"{name}: {words}", words, fields, _after(design, month, what.capitalize()))
    month = hall.ready_month + by
    at = month_text(month)
    changes = ((f"hall:{hall.id}", "ready_month", month),)
    return Move(f"{name} ready {at}", f"Ready {at}", changes, _after(design, month, "Ready"))


def _grid(design: Design, site: Site, grip: str, by: int) -> Move:
    steps, name = list(site.grid), site.name or site.id
    if grip == BODY:
        later = tuple((month + by, kw) for month, kw in steps)
        words = f"All grid power from {month_text(later[0][0])}" if later else ""
        refusal = _after(design, later[-1][0], "Grid power") if later else ""
        return Move(f"Move the grid power of {name}", words, ((f"site:{site.id}", "grid", later),), refusal)
    at = int(grip.partition(":")[2])
    month, kw = steps[at][0] + by, steps[at][1]
    shown = month_text(month)
    refusal = _after(design, month, "Grid power")
    if at and month <= steps[at - 1][0]:
        refusal = f"The step before it comes in {month_text(steps[at - 1][0])}"
    if at + 1 < len(steps) and month >= steps[at + 1][0]:
        refusal = f"The next step comes in {month_text(steps[at + 1][0])}"
    steps[at] = (month, kw)
    words = f"{text(kw, 'kW')} from {shown}"
    return Move(f"Grid of {name}: {words}", words, ((f"site:{site.id}", "grid", tuple(steps)),), refusal)


def _grid_power(site: Site, at: int, kw: float) -> Move:
    if kw < 0:
        raise ValueError("must be 0 or more")
    steps = list(site.grid)
    steps[at] = (steps[at][0], kw)
    words = f"{text(kw, 'kW')} from {month_text(steps[at][0])}"
    title = f"Grid of {site.name or site.id}: {words}"
    return Move(title, words, ((f"site:{site.id}", "grid", tuple(steps)),))


def _run(design: Design, run: TrainingRun, grip: str, by: int) -> Move:
    ref, name = f"workload:{run.id}", run.name or run.id
    if grip == "due" and run.due_month is not None:
        due = run.due_month + by
        refusal = "" if due > run.start_month else f"It starts in {month_text(run.start_month)}"
        at = month_text(due)
        return Move(f"{name} due {at}", f"Due {at}", ((ref, "due_month", due),), refusal)
    start = run.start_month + by
    at, refusal = month_text(start), _after(design, start, "Starts")
    changes: list[Change] = [(ref, "start_month", start)]
    if run.due_month is not None:
        if grip == BODY:
            changes.append((ref, "due_month", run.due_month + by))
        elif start >= run.due_month:
            refusal = f"It is due in {month_text(run.due_month)}"
    return Move(f"Start {name} in {at}", f"Starts {at}", tuple(changes), refusal)


def _port(design: Design, work: Workload, by: int) -> Move:
    port = work.port
    assert isinstance(port, Port)
    start = port.start_month + by
    at, name = month_text(start), work.name or work.id
    changes = ((f"workload:{work.id}", "port.start_month", start),)
    refusal = _after(design, start, "Port starts")
    return Move(f"Port of {name} starts {at}", f"Port starts {at}", changes, refusal)
