"""Text for people: KPIs, systems and findings in calm columns, three significant digits."""

from __future__ import annotations

from fleetdesigner.engine.results import Results
from fleetdesigner.units import NO_FIGURE, month_text, parts

_MARKS = {"error": "over", "warning": "warn", "info": "note"}


def plain_text(results: Results, month: int | None = None, sample: int = 0) -> str:
    """The KPIs of a month, the systems in service, the findings, and what is left out."""
    shown = month_text(int(results.months[results.month_index(month)]))
    name = results.names[sample]
    title = results.states[0].design.name
    dollars = results.states[sample].plant.dollars
    money = f" · {dollars.words}" if dollars.real else ""
    lines = [f"{title}{'' if sample == 0 else f' · {name}'} · {shown}{money}", ""]
    lines += _kpis(results, month, sample)
    counts = [one for one in results.systems(month, sample) if one.systems]
    if counts:
        lines += ["", "Systems in service"]
        width = max(len(one.name) for one in counts)
        for one in counts:
            kw = NO_FIGURE if one.it_power_kw is None else " ".join(parts(one.it_power_kw, "kW"))
            count = f"{one.systems:,.4g}" if one.systems % 1 else f"{one.systems:,.0f}"
            lines.append(f"  {one.name:<{width}}  {count:>8}  {one.chips:>12,.0f} accelerators  {kw}")
    if results.findings:
        lines += ["", "Findings"]
        lines += [f"  {_MARKS[one.severity]:<5} {one.message}" for one in results.findings]
    lines += ["", "Left out of the totals"]
    lines += [f"  {line}" for line in results.excluded]
    return "\n".join(lines) + "\n"


def _kpis(results: Results, month: int | None, sample: int) -> list[str]:
    rows = []
    for kpi in results.kpis(month, sample):
        number, unit = ("–", "") if kpi.value is None else parts(kpi.value, kpi.unit)
        share = "" if kpi.worst_share != kpi.worst_share else f" {kpi.worst_share * 100:.0f} %"
        grade = kpi.evidence if kpi.worst == kpi.evidence else f"{kpi.evidence} (worst {kpi.worst}{share})"
        rows.append((kpi.name, number, unit, kpi.why if kpi.value is None else grade))
    names = max(len(row[0]) for row in rows)
    numbers = max(len(row[1]) for row in rows)
    units = max(len(row[2]) for row in rows)
    return [
        f"  {name:<{names}}  {number:>{numbers}} {unit:<{units}}  {last}".rstrip()
        for name, number, unit, last in rows
    ]
