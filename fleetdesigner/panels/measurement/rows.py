"""Own measurements as rows of the inspector: beside a chip, and beside the forecasts of a workload."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fleetdesigner.catalog import CatalogError
from fleetdesigner.design.workloads import Workload
from fleetdesigner.engine.work.measured import held_of
from fleetdesigner.panels.form.spec import InfoSpec
from fleetdesigner.panels.measurement.fields import activity_of
from fleetdesigner.panels.measurement.words import factor_words, held_words, line_words, measurement_for

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session


def own_measurement_rows(session: Session, chip_id: str) -> tuple[InfoSpec, ...]:
    """A row an activity of a chip that has a measurement of the planner's own."""
    rows = (_row(session, chip_id, activity, activity.capitalize()) for activity in ("training", "serving"))
    return tuple(row for row in rows if row is not None)


def forecasts_by_own_measurement(session: Session, work: Workload) -> tuple[InfoSpec, ...]:
    """A row a chip whose forecasts of this workload follow a measurement of the planner's own."""
    activity = activity_of(work)
    rows = []
    for one in session.design.measurements:
        if one.activity == activity:
            row = _row(session, one.chip_id, activity, _name(session, one.chip_id))
            rows += [row] if row is not None else []
    return tuple(rows)


def _name(session: Session, chip_id: str) -> str:
    try:
        return session.catalog.chip(chip_id).name
    except CatalogError:
        return chip_id


def _row(session: Session, chip_id: str, activity: str, label: str) -> InfoSpec | None:
    one = measurement_for(session.design, chip_id, activity)
    if one is None:
        return None
    held, name = held_of(one, session.catalog), _name(session, chip_id)
    title, whose = line_words(held, name)
    shown = factor_words(held.speed) if held.forecast is not None else "not used"
    words = f"{title}; {whose}. {held_words(held, name)}"
    return InfoSpec(label, f"{shown}, measured", grade="measured", detail=words)
