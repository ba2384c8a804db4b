"""Markdown: the same tables for a page or a ticket."""

from __future__ import annotations

from fleetdesigner.engine.results import Results
from fleetdesigner.export.tables import Cell, Table, all_tables
from fleetdesigner.units import month_text


def markdown_text(results: Results, month: int | None = None, sample: int = 0) -> str:
    """All tables but the monthly series."""
    shown = month_text(int(results.months[results.month_index(month)]))
    lines = [f"# {results.states[sample].design.name}: {results.names[sample]}, {shown}", ""]
    for table in all_tables(results, month, sample):
        if table.title != "Series" and table.rows:
            lines += [f"## {table.title}", "", *_rows(table), ""]
    return "\n".join(lines)


def _rows(table: Table) -> list[str]:
    head = "| " + " | ".join(table.columns) + " |"
    rule = "| " + " | ".join("---" for _ in table.columns) + " |"
    return [head, rule, *("| " + " | ".join(map(_cell, row)) + " |" for row in table.rows)]


def _cell(cell: Cell) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, float):
        return f"{cell:.6g}"
    return str(cell).replace("|", "\\|").replace("\n", " ")
