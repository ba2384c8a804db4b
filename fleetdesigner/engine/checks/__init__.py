"""Checks of an evaluated design: rule, object, message, remedy. A newcomer is one function and one `Rule`.

A check never refuses anything: an infeasible design is allowed and explained (DESIGN §3, principle 7).
"""

from __future__ import annotations

from fleetdesigner.engine.checks.context import CheckContext, Groups, Level, PartName, Rule
from fleetdesigner.engine.results import Finding

CHECKS: tuple[Rule, ...] = ()

_SEVERITY = {"error": 0, "warning": 1, "info": 2}


def run_checks(context: CheckContext) -> tuple[Finding, ...]:
    """All findings: errors first, then the earliest month, then in the order of the rules."""
    found = [finding for rule in CHECKS for finding in rule.find(context)]
    return tuple(sorted(found, key=lambda finding: (_SEVERITY[finding.severity], finding.from_month or 0)))


__all__ = ["CHECKS", "CheckContext", "Groups", "Level", "PartName", "Rule", "run_checks"]
