"""Assumptions about how fast work moves to other hardware."""

from __future__ import annotations

from fleetdesigner.engine.assumptions.spec import AssumptionSpec

PORTS: tuple[AssumptionSpec, ...] = (
    AssumptionSpec(
        "porting_team",
        "Engineers for ports",
        "engineer",
        1_000,
        4,
        1_000,
        "assumption",
        "a decision of the planner; teams of 4–12 a port in the examples",
        "All ports together; those that begin later wait for what is left. 1,000 = no port waits for "
        "another.",
        (),
    ),
    AssumptionSpec(
        "migration_share_per_month",
        "Pace of a migration",
        "fraction",
        1.0,
        0.05,
        1.0,
        "assumption",
        "no public series of how fast traffic moves; 5 % a month is a careful roll-out over 20 months",
        "Share of the ported speed that opens up each month once the port is done. 1 = all of it at once.",
        (),
    ),
)
