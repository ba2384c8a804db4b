"""The planned ports of a design: how much work each is, which figure nobody has, and how fast each goes while
they share the engineers that there are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from fleetdesigner.catalog import Catalog, CatalogError
from fleetdesigner.design.model import Design
from fleetdesigner.design.workloads import Port, Workload
from fleetdesigner.engine.faults import EvaluationError
from fleetdesigner.engine.fleet.figures import Gap, Kind
from fleetdesigner.engine.fleet.table import FleetTable
from fleetdesigner.engine.work.readiness import (
    WEEKS_PER_MONTH,
    Pace,
    may_use,
    port_targets,
    port_weeks,
    readiness_row,
)


@dataclass(frozen=True, slots=True)
class PlannedPort:
    """A port with its work."""

    work_id: str
    """Of the workload that it is for."""
    port: Port
    weeks: float | None
    """Engineer-weeks, None when a figure is missing."""
    lacking: tuple[tuple[str, str, int], ...]
    """(entry, field, kind of rack system) of each missing figure."""
    pace: Pace = ()
    """Share of its engineers that it has in each month, where it does not have all of them."""


def planned_ports(
    design: Design, kinds: Sequence[Kind], catalog: Catalog, team: float
) -> tuple[PlannedPort, ...]:
    """The ports in the order of their workloads. The planner's weeks count; where the plan has 0, the most
    that the catalog has for any chip that the port is for. Without a chip there is nothing to port to.

    `team` engineers work on all of them: see ``paced``. Raises EvaluationError for a model that does not
    exist.
    """
    planned = tuple(
        _planned(work, work.port, kinds, catalog) for work in design.workloads if work.port is not None
    )
    return paced(planned, team, design.end_month)


def paced(planned: tuple[PlannedPort, ...], team: float, end_month: int) -> tuple[PlannedPort, ...]:
    """The ports with the pace at which they go up to `end_month`: in each month those that began first have
    their engineers (of equals the first in the plan), those that began later what is left of the team. A port
    whose work nobody knows holds its engineers to the end.
    """
    if sum(one.port.engineers for one in planned) <= team:
        return planned
    left = [
        math.inf if one.weeks is None else one.weeks / (one.port.engineers * WEEKS_PER_MONTH)
        for one in planned
    ]
    order = sorted(range(len(planned)), key=lambda at: planned[at].port.start_month)
    shares: list[list[float]] = [[] for _ in planned]
    for month in range(planned[order[0]].port.start_month, end_month):
        free = team
        for at in order:
            port = planned[at].port
            if port.start_month <= month and left[at] > _DONE:
                taken = min(port.engineers, free)
                free -= taken
                left[at] -= taken / port.engineers
                shares[at].append(taken / port.engineers)
    return tuple(
        one if all(share == 1.0 for share in mine) else replace(one, pace=tuple(mine))
        for one, mine in zip(planned, shares, strict=True)
    )


_DONE = 1e-9
"""Months of work that are rounding."""


def _planned(work: Workload, port: Port, kinds: Sequence[Kind], catalog: Catalog) -> PlannedPort:
    if port.engineer_weeks > 0:
        return PlannedPort(work.id, port, port.engineer_weeks, ())
    try:
        model = catalog.model(work.model_id)
    except CatalogError as error:
        raise EvaluationError(f"workload:{work.id}: {error}") from None
    tables = [catalog.readiness_of(kind.chip) for kind in kinds]
    rows = [readiness_row(table, work, model) for table in tables]
    usable = [at for at, kind in enumerate(kinds) if may_use(work, kind.chip)]
    targets = port_targets(rows[at] for at in usable)
    lacking = []
    for at in usable:
        row, table = rows[at], tables[at]
        if any(row is target for target in targets) and math.isnan(port_weeks(port, row)):
            entry = kinds[at].chip.ref if table is None else table.ref
            field = "readiness figure" if row is None else f"{row.key}_port_engineer_weeks"
            lacking.append((entry, field, at))
    most = max((port_weeks(port, row) for row in targets), default=0.0)
    return PlannedPort(work.id, port, None if lacking else most, tuple(lacking))


def port_gaps(ports: Sequence[PlannedPort], fleet: FleetTable) -> tuple[Gap, ...]:
    """The missing figures, each with the rows of the chips that it is about."""
    return tuple(
        Gap(entry, field, "port", tuple(np.flatnonzero(fleet.row_rack == kind).tolist()))
        for entry, field, kind in dict.fromkeys(lack for port in ports for lack in port.lacking)
    )
