"""CSV: the monthly series, numbers in full with a point, empty where there is no figure."""

from __future__ import annotations

import csv
import io

from fleetdesigner.engine.results import Results
from fleetdesigner.export.tables import Cell, Table, guarded, series_table


def csv_text(results: Results, month: int | None = None, sample: int = 0) -> str:
    """The monthly series of a sample; `month` plays no part."""
    return table_csv(series_table(results, sample))


def table_csv(table: Table) -> str:
    """One table as CSV, lines ended by a line feed."""
    held = io.StringIO()
    writer = csv.writer(held, lineterminator="\n")
    writer.writerow([guarded(name) for name in table.columns])
    writer.writerows([_cell(cell) for cell in row] for row in table.rows)
    return held.getvalue()


def _cell(cell: Cell) -> str:
    if cell is None:
        return ""
    return guarded(cell) if isinstance(cell, str) else repr(cell)
