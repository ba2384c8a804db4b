"""Published points with their forecasts and sources, as a table."""

from __future__ import annotations

import math
from collections.abc import Iterable

from fleetdesigner.engine.throughput.checked import Checked
from fleetdesigner.export.tables import Cell, Table

COLUMNS = (
    "id", "activity", "model", "chip", "hardware", "precision", "chips", "metric", "published", "predicted",
    "low", "high", "unit", "predicted_over_published_time_left_out",
    "predicted_over_published_time_in_sample", "counted", "class", "measured_by", "source", "remark",
)  # fmt: skip


def points_table(checked: Checked, rows: Iterable[int]) -> Table:
    """The points of some rows, full numbers; empty where there is no figure."""
    return Table("Published points", COLUMNS, tuple(_cells(checked, at) for at in rows))


def _cells(checked: Checked, at: int) -> tuple[Cell, ...]:
    row = checked.rows[at]
    point, made = row.point, row.forecast
    return (
        str(point["id"]), row.activity, str(point["model"]), row.chip, row.generation,
        str(point.get("dtype", "")), point.get("n_chips"), str(point["metric"]), float(point["value"]),
        made.predicted, made.low, made.high, str(point["unit"]), _number(checked.left_out[at]),
        _number(checked.fitted[at]), "yes" if row.scored else "no", row.band, str(point["measured_by"]),
        str(point["source"]), made.why or row.why_not,
    )  # fmt: skip


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
