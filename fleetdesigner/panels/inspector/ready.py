"""How ready the software of the selected hardware is for the workloads of its pool."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fleetdesigner.catalog.errors import CatalogError
from fleetdesigner.catalog.hardware import Chip
from fleetdesigner.design.workloads import TrainingRun, Workload
from fleetdesigner.engine.work.readiness import readiness_row
from fleetdesigner.panels.fields.numbers import plain
from fleetdesigner.panels.form.panel import Group, InfoSpec
from fleetdesigner.panels.form.spec import Item
from fleetdesigner.units import NO_FIGURE

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session

_STATES = {"runs": "runs", "beta": "beta", "needs_port": "needs a port", "blocked": "blocked"}
FRAMEWORKS = {"pytorch": "PyTorch", "jax": "JAX", "vllm": "vLLM"}


def readiness_groups(session: Session, chips: tuple[Chip, ...]) -> list[Group]:
    """A group a chip: for each workload that may run there its state, since when, and the weeks of a port."""
    return [group for chip in chips if (group := _group(session, chip, len(chips) > 1)) is not None]


def _group(session: Session, chip: Chip, named: bool) -> Group | None:
    table = session.catalog.readiness_of(chip)
    rows: list[Item] = []
    for work in session.design.workloads:
        if work.allow and chip.family not in work.allow:
            continue
        rows += _rows(session, chip, work, "" if table is None else table.ref)
    if not rows:
        return None
    return Group(f"Software readiness, {chip.name}" if named else "Software readiness", tuple(rows))


def _rows(session: Session, chip: Chip, work: Workload, table_ref: str) -> list[Item]:
    try:
        model = session.catalog.model(work.model_id)
    except CatalogError:
        return []
    row = readiness_row(session.catalog.readiness_of(chip), work, model)
    activity = "training" if isinstance(work, TrainingRun) else "serving"
    called = f"{work.name or work.id}: {activity} in {FRAMEWORKS[work.framework]}"
    if row is None:
        return [InfoSpec(work.name or work.id, NO_FIGURE, grade="none", hint=called)]
    detail = ". ".join(part for part in (called, row.note, row.source) if part)
    state = _STATES[row.state]
    since = f"{state} since {row.since}" if row.state != "blocked" else state
    rows: list[Item] = [InfoSpec(work.name or work.id, since, detail=detail)]
    if row.efficiency is not None and (row.state != "runs" or row.efficiency.value != 1):
        shown = f"{plain(row.efficiency.value * 100, 3)} %"
        field = (table_ref, f"{row.key}_efficiency")
        rows.append(
            InfoSpec(
                "of calibrated throughput", shown, grade=row.efficiency.evidence, figure=field, inset=True
            )
        )
    weeks = row.port_engineer_weeks
    if weeks is not None and row.state != "runs":
        shown = f"{plain(weeks.value, 3)} engineer-weeks"
        field = (table_ref, f"{row.key}_port_engineer_weeks")
        rows.append(InfoSpec("Port", shown, grade=weeks.evidence, figure=field, inset=True))
    return rows
