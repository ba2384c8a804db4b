"""Work and networks beyond what their entries say is possible."""

from __future__ import annotations

from collections.abc import Iterator

from fleetdesigner.design.edits import set_field
from fleetdesigner.design.workloads import AgentService, TrainingRun, Workload
from fleetdesigner.engine.checks.context import CheckContext
from fleetdesigner.engine.results import Finding, Remedy


def context_exceeded(context: CheckContext) -> Iterator[Finding]:
    """A workload asks for a longer context than its model's published configuration has."""
    for work in context.design.workloads:
        model = context.catalog.model(work.model_id)
        length = context_tokens(work)
        if not model.context_len or length <= model.context_len:
            continue
        yield Finding(
            "warning",
            "context_exceeded",
            f"workload:{work.id}",
            f"{work.name or work.id}: context of {length:,} tokens, {model.name} has {model.context_len:,}",
            "Speed and memory are counted for the length that is asked; the published model does not run it.",
            None,
            (
                Remedy(
                    "Choose a model with a longer context", "The catalog lists the context of each."
                ),
            ),
        )  # fmt: skip


def context_tokens(work: Workload) -> int:
    """The longest context that a request, session or sequence of the workload has."""
    if isinstance(work, TrainingRun):
        return work.sequence_len
    asked = work.input_len + work.output_len
    return max(asked, work.state_tokens) if isinstance(work, AgentService) else asked


def fabric_tiers(context: CheckContext) -> Iterator[Finding]:
    """A pool has more tiers of switches than its fabric is built with."""
    for pool in context.design.pools:
        fabric = context.catalog.fabric(pool.fabric_id)
        if pool.tiers <= fabric.tiers_max:
            continue
        yield Finding(
            "warning",
            "fabric_tiers",
            f"pool:{pool.id}",
            f"{pool.name or pool.id}: {pool.tiers} tiers of switches, {fabric.name} has at most "
            f"{fabric.tiers_max}",
            "Its ports, power and price are counted for the tiers that are asked.",
            None,
            (
                Remedy(
                    f"Build {fabric.tiers_max}",
                    "As many as the fabric has.",
                    (set_field(f"pool:{pool.id}", "tiers", fabric.tiers_max),),
                ),
            ),
        )
