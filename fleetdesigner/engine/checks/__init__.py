"""Checks of an evaluated design: rule, object, message, remedy. A newcomer is one function and one `Rule`.

A check never refuses anything: an infeasible design is allowed and explained (DESIGN §3, principle 7).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from fleetdesigner.engine.checks.beyond import context_exceeded, fabric_tiers
from fleetdesigner.engine.checks.context import CheckContext, Groups, Level, PartName, Rule
from fleetdesigner.engine.checks.demand import no_pool_may_run, run_not_finished, unmet_demand
from fleetdesigner.engine.checks.gather import context_of
from fleetdesigner.engine.checks.orders import order_by
from fleetdesigner.engine.checks.phases import (
    hall_not_ready,
    no_public_figure,
    ordered_late,
    retired_early,
    unassigned,
)
from fleetdesigner.engine.checks.placement import block_outside, blocks_overlap
from fleetdesigner.engine.checks.power import over_limit, stranded_power
from fleetdesigner.engine.checks.rents import rent_not_offered, rent_outlasts_use
from fleetdesigner.engine.checks.software import (
    announced_early,
    fabric_ceiling,
    forecast_estimate,
    goodput_low,
    not_ready,
)
from fleetdesigner.engine.results import Finding
from fleetdesigner.engine.site.schedule import Schedule, as_planned

CHECKS: tuple[Rule, ...] = (
    Rule("site_grid", "Site over its grid power", over_limit("site_grid")),
    Rule("hall_it", "Hall over its IT power", over_limit("hall_it")),
    Rule("hall_air", "Hall over its air cooling", over_limit("hall_air")),
    Rule("hall_liquid", "Hall over its liquid cooling", over_limit("hall_liquid")),
    Rule("feed", "Feed over its limit", over_limit("feed")),
    Rule("floor", "Floor load", over_limit("floor")),
    Rule("block_outside", "Block outside the hall", block_outside),
    Rule("blocks_overlap", "Blocks in one place", blocks_overlap),
    Rule("retired_early", "Retired before in service", retired_early),
    Rule("ordered_late", "Ordered after in service", ordered_late),
    Rule("rent_outlasts_use", "Rent outlasts its use", rent_outlasts_use),
    Rule("rent_not_offered", "Rent that is not offered so", rent_not_offered),
    Rule("no_pool_may_run", "Workload that no pool can run", no_pool_may_run),
    Rule("hall_not_ready", "Hall not ready when racks land", hall_not_ready),
    Rule("order_by", "Order due before the plan begins", order_by),
    Rule("announced_early", "Announced part before its date", announced_early),
    Rule("fabric_ceiling", "Pool larger than its fabric", fabric_ceiling),
    Rule("fabric_tiers", "More tiers than the fabric has", fabric_tiers),
    Rule("context_exceeded", "Context longer than the model's", context_exceeded),
    Rule("goodput_low", "Job too large", goodput_low),
    Rule("not_ready", "Software not ready", not_ready),
    Rule("unmet_demand", "Unmet demand", unmet_demand),
    Rule("run_not_finished", "Run not finished", run_not_finished),
    Rule("unassigned", "Blocks in no pool", unassigned),
    Rule("no_public_figure", "No public figure", no_public_figure),
    Rule("power_stranded", "Stranded power", stranded_power),
    Rule("forecast_estimate", "Forecast is an estimate", forecast_estimate),
)
"""All rules, in the order in which findings of one severity and month are listed."""

_SEVERITY = {"error": 0, "warning": 1, "info": 2}


def run_checks(context: CheckContext) -> tuple[Finding, ...]:
    """All findings: errors first, then the earliest month, then in the order of the rules."""
    found = [finding for rule in CHECKS for finding in rule.find(context)]
    schedule = context.schedule
    if schedule is not None and not schedule.as_planned:
        found = [_planned(finding, schedule) for finding in found]
    return in_order(found)


def _planned(finding: Finding, schedule: Schedule) -> Finding:
    """Its remedies name months in which things come; their edits change what is planned."""
    remedies = tuple(
        replace(remedy, edits=tuple(as_planned(edit, schedule) for edit in remedy.edits))
        for remedy in finding.remedies
    )
    return replace(finding, remedies=remedies)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Errors first, then the earliest month, then as they came."""
    return tuple(sorted(findings, key=lambda finding: (_SEVERITY[finding.severity], finding.from_month or 0)))


__all__ = [
    "CHECKS",
    "CheckContext",
    "Groups",
    "Level",
    "PartName",
    "Rule",
    "context_of",
    "in_order",
    "run_checks",
]
