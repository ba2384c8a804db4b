"""Hands an evaluated sample to the checks."""

from __future__ import annotations

from fleetdesigner.engine.checks import context_of, run_checks
from fleetdesigner.engine.dispatch import narrowed
from fleetdesigner.engine.results import Finding
from fleetdesigner.engine.state import SampleState


def findings_of(state: SampleState) -> tuple[Finding, ...]:
    """What the planner should know about a sample."""
    found = narrowed(state.found, state.row, state.part_index, state.work_index)
    return run_checks(context_of(state.plant, found))
