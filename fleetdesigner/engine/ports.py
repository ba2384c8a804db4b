"""The planned ports of a design: how much work each is, and which figure nobody has."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fleetdesigner.catalog import Catalog
from fleetdesigner.design.model import Design
from fleetdesigner.design.workloads import Port, Workload
from fleetdesigner.engine.figures import Gap, Kind
from fleetdesigner.engine.fleet_table import FleetTable
from fleetdesigner.engine.readiness import may_use, port_targets, port_weeks, readiness_row


@dataclass(frozen=True, slots=True)
class PlannedPort:
    """A port with its work."""

    port: Port
    weeks: float | None
    """Engineer-weeks, None when a figure is missing."""
    lacking: tuple[tuple[str, str, int], ...]
    """(entry, field, kind of rack system) of each missing figure."""


def planned_ports(design: Design, kinds: Sequence[Kind], catalog: Catalog) -> tuple[PlannedPort, ...]:
    """The ports in the order of their workloads. The planner's weeks count; where the plan has 0, the most
    that the catalog has for any chip that the port is for. Without a chip there is nothing to port to.
    """
    return tuple(
        _planned(work, work.port, kinds, catalog) for work in design.workloads if work.port is not None
    )


def _planned(work: Workload, port: Port, kinds: Sequence[Kind], catalog: Catalog) -> PlannedPort:
    if port.engineer_weeks > 0:
        return PlannedPort(port, port.engineer_weeks, ())
    model = catalog.model(work.model_id)
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
    return PlannedPort(port, None if lacking else most, tuple(lacking))


def port_gaps(ports: Sequence[PlannedPort], fleet: FleetTable) -> tuple[Gap, ...]:
    """The missing figures, each with the rows of the chips that it is about."""
    return tuple(
        Gap(entry, field, "port", tuple(np.flatnonzero(fleet.row_rack == kind).tolist()))
        for entry, field, kind in dict.fromkeys(lack for port in ports for lack in port.lacking)
    )
