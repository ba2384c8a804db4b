"""Results as plain tables, which every format writes in its own way."""

from __future__ import annotations

from dataclasses import dataclass

from fleetdesigner.engine.results import Results
from fleetdesigner.units import month_text

Cell = str | float | int | None
"""None = no figure."""


@dataclass(frozen=True, slots=True)
class Table:
    """A heading, column names and rows of cells."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def kpi_table(results: Results, month: int | None = None, sample: int = 0) -> Table:
    """All KPIs in the order of the registry, full numbers."""
    rows = tuple(
        (kpi.id, kpi.name, kpi.value, kpi.unit, kpi.evidence, kpi.worst, kpi.definition, kpi.why)
        for kpi in results.kpis(month, sample)
    )
    return Table("KPIs", ("id", "name", "value", "unit", "evidence", "worst", "definition", "why"), rows)


def series_table(results: Results, sample: int = 0) -> Table:
    """One row a month, one column a series; empty where there is no figure."""
    names = tuple(results.series)
    columns = [_numbers(results.series[name].values[sample].tolist()) for name in names]
    months = [month_text(month) for month in results.months.tolist()]
    rows = tuple(zip(months, *columns, strict=True))
    return Table("Series", ("month", *names), rows)


def systems_table(results: Results, month: int | None = None, sample: int = 0) -> Table:
    """Rack systems in service in the month."""
    rows = tuple(
        (one.rack_id, one.name, one.systems, one.racks, one.chips, one.it_power_kw)
        for one in results.systems(month, sample)
    )
    return Table("Systems", ("rack", "name", "systems", "racks", "chips", "it_power_kw"), rows)


def findings_table(results: Results) -> Table:
    """What the checks found in the base design."""
    rows = tuple(
        (
            one.severity, one.rule, one.object, one.message, one.detail,
            "" if one.from_month is None else month_text(one.from_month),
            "; ".join(remedy.label for remedy in one.remedies),
        )
        for one in results.findings
    )  # fmt: skip
    return Table("Findings", ("severity", "rule", "object", "message", "detail", "from", "remedies"), rows)


def assumptions_table(results: Results) -> Table:
    """Assumptions in use: the catalog's first, then the registry's."""
    rows = tuple(
        (one.ref, one.name, one.value, one.unit, one.low, one.high, one.grade, one.source, one.note)
        for one in results.assumptions_in_use
    )
    names = ("ref", "name", "value", "unit", "low", "high", "evidence", "source", "note")
    return Table("Assumptions", names, rows)


def excluded_table(results: Results) -> Table:
    """What the totals leave out."""
    return Table("Left out", ("what",), tuple((line,) for line in results.excluded))


def all_tables(results: Results, month: int | None = None, sample: int = 0) -> tuple[Table, ...]:
    """Everything, for formats that hold several tables."""
    return (
        kpi_table(results, month, sample),
        systems_table(results, month, sample),
        series_table(results, sample),
        findings_table(results),
        assumptions_table(results),
        excluded_table(results),
    )


def _numbers(values: list[float]) -> list[Cell]:
    return [None if value != value else value for value in values]


def guarded(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
