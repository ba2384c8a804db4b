"""What the plan lists, as plain rows: sites with halls, pools, phases, each with its figures in words."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fleetdesigner.catalog.errors import CatalogError
from fleetdesigner.design.addresses import ref_to
from fleetdesigner.design.fleet import Block, Hall, Lease, Ownership, Phase, Pool, Rent, Site
from fleetdesigner.engine.results import HallColumns, Results
from fleetdesigner.engine.site.schedule import arrivals
from fleetdesigner.units import digits, month_text

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session

SITES, POOLS, PHASES = "group:sites", "group:pools", "group:phases"
GROUPS = {SITES: "Sites and halls", POOLS: "Pools", PHASES: "Phases"}
ICONS = {"site": "map-pin", "hall": "warehouse", "pool": "boxes", "phase": "calendar-range"}


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One line of the plan."""

    ref: str
    """``hall:h1``; ``group:pools`` for a header."""
    parent: str
    """The row it stands under; empty for a header."""
    name: str
    details: tuple[str, ...] = ()
    """Figures in words; what does not fit is left out from the end."""
    share: float | None = None
    """Load over limit; None = no bar."""
    over: bool = False
    """Load is above the limit."""

    @property
    def kind(self) -> str:
        """``site hall pool phase group``."""
        return self.ref.partition(":")[0]

    @property
    def is_group(self) -> bool:
        """Whether it is a header."""
        return self.kind == "group"


def plan_rows(session: Session) -> tuple[PlanRow, ...]:
    """All rows in order, a parent before what stands under it, at the month the room looks at."""
    return tuple(_rows(session))


def _rows(session: Session) -> Iterator[PlanRow]:
    design, results, month = arrivals(session.design), session.results, session.month
    halls = None if results is None else results.halls()
    yield PlanRow(SITES, "", GROUPS[SITES], (f"{len(design.sites):,}",))
    for site in design.sites:
        site_ref = ref_to("site", site.id)
        yield _site_row(site, site_ref, results, month)
        for hall in site.halls:
            yield _hall_row(hall, site_ref, halls, results, month)
    blocks = design.blocks
    yield PlanRow(POOLS, "", GROUPS[POOLS], (f"{len(design.pools):,}",))
    for pool in design.pools:
        yield _pool_row(session, pool, blocks, month)
    yield PlanRow(PHASES, "", GROUPS[PHASES], (f"{len(design.phases):,}",))
    for phase in design.phases:
        yield _phase_row(phase, blocks)


def of_limit(load: float | None, limit: float, what: str = "") -> str:
    """``327 of 2,000 kW``, both in the limit's unit; without load only the limit."""
    factor, unit = next((step for step in ((1e6, "GW"), (1e4, "MW")) if limit >= step[0]), (1.0, "kW"))
    factor = 1e3 if unit == "MW" else factor
    shown = f"{digits(limit / factor)} {unit}{' ' + what if what else ''}"
    return shown if load is None else f"{digits(load / factor)} of {shown}"


def _site_row(site: Site, ref: str, results: Results | None, month: int) -> PlanRow:
    limit = _stair_at(site.grid, month)
    load = _load(results, f"facility_power_kw.site:{site.id}", month)
    words = of_limit(load, limit, "grid") if limit else "no grid power yet"
    over = load is not None and load > limit * (1 + 1e-9)
    return PlanRow(ref, SITES, site.name or site.id, (words, _counted(len(site.halls), "hall")), None, over)


def _hall_row(
    hall: Hall, parent: str, halls: HallColumns | None, results: Results | None, month: int
) -> PlanRow:
    load = None
    if halls is not None and results is not None and hall.id in halls.index:
        found = float(halls.it_kw[halls.index[hall.id], results.month_index(month)])
        load = None if math.isnan(found) else found
    limit = hall.it_limit_kw * hall.derate
    share = None if load is None or not limit else load / limit
    over = load is not None and load > limit * (1 + 1e-9)
    ready = month_text(hall.ready_month)
    date = ready if hall.ready_month <= month else f"from {ready}"
    details = (of_limit(load, limit), date)
    return PlanRow(ref_to("hall", hall.id), parent, hall.name or hall.id, details, share, over)


def _pool_row(session: Session, pool: Pool, blocks: tuple[Block, ...], month: int) -> PlanRow:
    systems = sum(block.systems for block in blocks if pool_at(block, month) == pool.id)
    try:
        fabric = session.catalog.fabric(pool.fabric_id).name.partition(",")[0]
    except CatalogError:
        fabric = pool.fabric_id
    words = _counted(systems, "system") if systems else "no systems"
    return PlanRow(ref_to("pool", pool.id), POOLS, pool.name or pool.id, (words, fabric))


def _phase_row(phase: Phase, blocks: tuple[Block, ...]) -> PlanRow:
    systems = sum(block.systems for block in blocks if block.phase_id == phase.id)
    details = (
        month_text(phase.service_month),
        ownership_words(phase.ownership),
        _counted(systems, "system") if systems else "no systems",
    )
    return PlanRow(ref_to("phase", phase.id), PHASES, phase.name or phase.id, details)


def pool_at(block: Block, month: int) -> str | None:
    """The pool a block belongs to in a month: that of the latest stay that has begun."""
    begun = [stay for stay in block.stays if stay.from_month <= month]
    return max(begun, key=lambda stay: stay.from_month).pool_id if begun else None


def ownership_words(ownership: Ownership) -> str:
    """``owned`` ``leased, 36 months`` ``rented`` ``as tokens``."""
    if isinstance(ownership, Lease):
        return f"leased, {ownership.term_months} months"
    if isinstance(ownership, Rent):
        return "rented"
    return "owned" if ownership.kind == "own" else "as tokens"


def _stair_at(stair: tuple[tuple[int, float], ...], month: int) -> float:
    return max(((start, value) for start, value in stair if start <= month), default=(0, 0.0))[1]


def _load(results: Results | None, series_id: str, month: int) -> float | None:
    if results is None or series_id not in results.series:
        return None
    value = float(results.series[series_id].values[0, results.month_index(month)])
    return None if math.isnan(value) else value


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("" if count == 1 else "s")
