"""The rows of the timeline as plain data: a design with its newest results, nothing of the screen.

Months are absolute; arrays run over the months of the plan, kW.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.charts.timeline.contents import EMPTY, Contents, contents_of
from fleetdesigner.design.addresses import ref_to
from fleetdesigner.design.fleet import Hall, Lease, Ownership, Phase, Rent, Site
from fleetdesigner.design.model import Design
from fleetdesigner.design.workloads import TrainingRun, Workload
from fleetdesigner.engine.assumptions.in_force import assumptions_of
from fleetdesigner.engine.curves import stair
from fleetdesigner.engine.results import Results
from fleetdesigner.engine.site.schedule import arrivals, moved, schedule_of
from fleetdesigner.engine.work.ports import PlannedPort, planned_ports
from fleetdesigner.engine.work.readiness import port_months
from fleetdesigner.units import text

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Grip:
    """A month that the hand can take hold of."""

    id: str
    """``order service ramp retire ready air liquid start due``, ``step:2`` of a grid."""
    month: int
    name: str
    """``Order`` ``In service``"""
    set: bool = True
    """False: no month is set there yet, the grip stands at the plan's end."""
    planned: int | None = None
    """The month of the plan, where the lead times in force bring it in another."""


@dataclass(frozen=True, slots=True, eq=False)
class GridBody:
    """Power of a site."""

    site: Site
    limit: Array | None
    """[M] what the grid delivers; None = no results yet."""
    provisioned: Array | None
    layers: tuple[tuple[str, Array], ...]
    """(generation, [M] expected facility power)"""


@dataclass(frozen=True, slots=True, eq=False)
class HallBody:
    """A hall with its load."""

    hall: Hall
    load: Array | None
    """[M] IT load over its limit, 1 = full; NaN = no figure."""


@dataclass(frozen=True, slots=True, eq=False)
class PhaseBody:
    """A phase with what stands in it."""

    phase: Phase
    contents: Contents
    in_place: bool
    """It is in service before the plan begins."""

    @property
    def full(self) -> int:
        """The month at whose beginning the ramp is over."""
        return self.phase.service_month + self.phase.ramp.months

    @property
    def complete(self) -> int:
        """The first month in which the last rack runs: the last month of the ramp."""
        return complete_month(self.phase.service_month, self.phase.ramp.months)

    @property
    def committed(self) -> int | None:
        """The month in which a lease or a rent may end; None = nobody is bound."""
        owner = self.phase.ownership
        term = owner.term_months if isinstance(owner, Lease | Rent) else 0
        return self.phase.service_month + term if term else None


@dataclass(frozen=True, slots=True, eq=False)
class RunBody:
    """A training run."""

    run: TrainingRun
    finish: float
    """Month with its fraction; NaN = not in the plan."""


@dataclass(frozen=True, slots=True, eq=False)
class PortBody:
    """The port of a workload."""

    work: Workload
    done: int | None
    """The first month in which it runs; None = nobody knows how much work it is."""
    weeks: float | None
    waits: bool
    """In some months it lacks engineers, who work on earlier ports."""


Body = GridBody | HallBody | PhaseBody | RunBody | PortBody


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One line of the timeline."""

    ref: str
    """``phase:p1`` ``hall:h1`` ``site:s1`` ``workload:w1`` ``port:w1``; ``group:…`` of a header."""
    name: str
    detail: str
    """Its figures in words."""
    short: str = ""
    """The one figure of most weight."""
    body: Body | None = None
    grips: tuple[Grip, ...] = ()
    shift: int = 0
    """Months by which the lead times in force bring it later than planned; its grips stand where it comes."""

    @property
    def is_group(self) -> bool:
        """Whether it is a header."""
        return self.body is None

    @property
    def subject(self) -> str:
        """The object of the design that it is of."""
        return f"workload:{self.ref[5:]}" if self.ref.startswith("port:") else self.ref

    def grip(self, grip_id: str) -> Grip | None:
        """The grip of that id."""
        return next((one for one in self.grips if one.id == grip_id), None)


def complete_month(service: int, ramp: int) -> int:
    """The first month in which all of a phase runs; a ramp of n months ends in the n-th."""
    return service + max(ramp - 1, 0)


def rows_of(design: Design, results: Results | None) -> tuple[Row, ...]:
    """All rows in order, at the months in which things come (`engine.site.schedule`). `results` may be of an
    older design: what they do not know is drawn without load.
    """
    return tuple(_rows(design, arrivals(design), results))


def owner_words(ownership: Ownership) -> str:
    """``owned`` ``leased 36 mo`` ``rented`` ``as tokens``"""
    if isinstance(ownership, Lease):
        return f"leased {ownership.term_months} mo"
    if isinstance(ownership, Rent):
        return f"rented {ownership.term_months} mo" if ownership.term_months else "rented"
    return "owned" if ownership.kind == "own" else "as tokens"


def _rows(design: Design, come: Design, results: Results | None) -> Iterator[Row]:
    if design.sites:
        yield Row("group:grid", "Grid power", _counted(len(design.sites), "site"))
    for site, later in zip(design.sites, come.sites, strict=True):
        yield _grid_row(design, site, later, results)
    if design.phases:
        yield Row("group:phases", "Phases", f"{len(design.phases)}")
    held = {} if results is None else contents_of(design, results)
    for planned, phase in zip(design.phases, come.phases, strict=True):
        shift = phase.service_month - planned.service_month
        yield _phase_row(design, phase, held.get(phase.id, EMPTY), shift)
    if design.halls:
        yield Row("group:halls", "Halls and cooling", f"{len(design.halls)}")
    several = len(design.sites) > 1
    for site, later in zip(design.sites, come.sites, strict=True):
        place = f"{site.name or site.id} · " if several else ""
        for hall, arriving in zip(site.halls, later.halls, strict=True):
            shift = arriving.ready_month - hall.ready_month
            yield _hall_row(design, arriving, results, place, shift)
    runs = [(at, work) for at, work in enumerate(design.workloads) if isinstance(work, TrainingRun)]
    if runs:
        yield Row("group:runs", "Training runs", f"{len(runs)}")
    for at, run in runs:
        yield _run_row(run, _finish(design, results, at))
    ported = [work for work in design.workloads if work.port is not None]
    if ported:
        yield Row("group:ports", "Ports", f"{len(ported)}")
    yield from _port_rows(design, ported, results)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _unless(there: int, planned: int) -> int | None:
    return None if there == planned else planned


def _grid_row(design: Design, planned: Site, site: Site, results: Results | None) -> Row:
    by = schedule_of(assumptions_of(design)).grid_by
    first = design.first_month
    months = [moved(month, first, by) for month, _ in planned.grid]
    dates = list(zip(months, (month for month, _ in planned.grid), strict=True))
    grips = tuple(
        Grip(f"step:{at}", there, "Grid power", True, _unless(there, month))
        for at, (there, month) in enumerate(dates)
    )
    shift = max((there - month for there, month in dates), key=abs, default=0)
    most = max((kw for _, kw in site.grid), default=0.0)
    words = f"to {text(most, 'kW')}" if site.grid else "no grid power yet"
    body = GridBody(site, None, None, ())
    if results is not None:
        state = results.states[0]
        at = next((row for row, one in enumerate(state.design.sites) if one.id == site.id), None)
        if at is not None and state.plant.fleet.months == design.months:
            # the stair is the hand's already, the load the results'
            limit = stair(site.grid, design.first_month, design.months)
            body = GridBody(site, limit, state.site_facility[at], _layers(results, at))
    return Row(ref_to("site", site.id), site.name or site.id, words, words, body, grips, shift)


def _layers(results: Results, at: int) -> tuple[tuple[str, Array], ...]:
    """Expected facility power of a site by chip generation: what its cells draw, laid to their hardware by
    provisioned power. A cell without any in service (retired, drawing idle) goes to the network's colour.
    """
    state = results.states[0]
    fleet, figures = state.plant.fleet, state.plant.figures
    cells = np.nan_to_num(state.cell_expected * state.pue[fleet.cell_site])
    mine = np.flatnonzero(fleet.cell_site == at)
    generations: list[str] = [kind.chip.generation for kind in figures.kinds]
    kw = np.nan_to_num(figures.it_kw)[fleet.row_rack]
    by_cell = fleet.rows.by_cell[mine]
    parts = {
        name: by_cell @ (fleet.active * np.where(_of(generations, name)[fleet.row_rack], kw, 0.0)[:, None])
        for name in dict.fromkeys(generations)
    }
    whole = sum(parts.values(), np.zeros_like(cells[mine]))
    known = whole > 0
    out: dict[str, Array] = {
        name: (cells[mine] * np.divide(part, whole, out=np.zeros_like(whole), where=known)).sum(axis=0)
        for name, part in parts.items()
    }
    out["network"] = np.where(known, 0.0, cells[mine]).sum(axis=0)
    return tuple((name, values) for name, values in out.items() if values.any())


def _of(generations: list[str], name: str) -> NDArray[np.bool_]:
    return np.array([one == name for one in generations])


def _hall_row(design: Design, hall: Hall, results: Results | None, place: str, shift: int) -> Row:
    load = None
    if results is not None and results.states[0].plant.fleet.months == design.months:
        halls = results.halls()
        row = halls.index.get(hall.id)
        limit = hall.it_limit_kw * hall.derate
        if row is not None and limit > 0:
            load = halls.it_kw[row] / limit
    words = f"{place}{text(hall.it_limit_kw * hall.derate, 'kW')} IT"
    grips = (
        Grip("ready", hall.ready_month, "Ready", True, hall.ready_month - shift if shift else None),
        Grip("air", hall.air_from, "Air cooling", hall.air_month is not None),
        Grip("liquid", hall.liquid_from, "Liquid cooling", hall.liquid_month is not None),
    )
    body = HallBody(hall, load)
    return Row(ref_to("hall", hall.id), hall.name or hall.id, words, words, body, grips, shift)


def _phase_row(design: Design, phase: Phase, contents: Contents, shift: int) -> Row:
    body = PhaseBody(phase, contents, phase.service_month < design.first_month)
    grips = [
        Grip("order", phase.order_month, "Order"),
        Grip(
            "service", phase.service_month, "In service", True, phase.service_month - shift if shift else None
        ),
        Grip("ramp", body.full, "Complete"),
    ]
    ends = design.end_month if phase.retire_month is None else phase.retire_month
    grips.append(Grip("retire", ends, "Retires", phase.retire_month is not None))
    detail = f"{contents.words} · {owner_words(phase.ownership)}"
    short = contents.words.rpartition(" · ")[2]
    return Row(ref_to("phase", phase.id), phase.name or phase.id, detail, short, body, tuple(grips), shift)


def _finish(design: Design, results: Results | None, at: int) -> float:
    if results is None:
        return math.nan
    state = results.states[0]
    works = [work.id for work in state.design.workloads]
    if design.workloads[at].id not in works:
        return math.nan
    return float(state.finish[works.index(design.workloads[at].id)]) + results.first_month


def _run_row(run: TrainingRun, finish: float) -> Row:
    grips = [Grip("start", run.start_month, "Starts")]
    if run.due_month is not None:
        grips.append(Grip("due", run.due_month, "Due"))
    words = text(run.tokens, "token")
    return Row(f"workload:{run.id}", run.name or run.id, words, words, RunBody(run, finish), tuple(grips))


def _port_rows(design: Design, ported: list[Workload], results: Results | None) -> Iterator[Row]:
    planned: dict[str, PlannedPort] = {}
    if results is not None:
        plant = results.states[0].plant
        team = plant.assumptions["porting_team"]
        found = planned_ports(design, plant.figures.kinds, plant.catalog, team)
        planned = {one.work_id: one for one in found}
    for work in ported:
        port, known = work.port, planned.get(work.id)
        assert port is not None
        weeks = None if known is None else known.weeks
        pace = () if known is None else known.pace
        done = None if weeks is None else port.start_month + port_months(port, weeks, pace)
        people = f"{port.engineers:g} engineer{'' if port.engineers == 1 else 's'}"
        words = f"{weeks:g} weeks · {people}" if weeks is not None else f"no figure · {people}"
        body = PortBody(work, done, weeks, bool(pace))
        grips = (Grip("start", port.start_month, "Port starts"),)
        yield Row(f"port:{work.id}", work.name or work.id, words, people, body, grips)
