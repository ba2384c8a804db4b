"""JSON in the form that scripts rely on (DESIGN §8): full precision, null where there is no figure."""

from __future__ import annotations

import json
from typing import Any

from fleetdesigner.engine.results import Results
from fleetdesigner.units import month_text


def json_text(results: Results, month: int | None = None, sample: int = 0) -> str:
    """Design, months, series, KPIs, systems, findings and exclusions of a sample."""
    blocks = [f"{_line(key)}: {_block(value)}" for key, value in as_data(results, month, sample).items()]
    return "{\n" + ",\n".join(blocks) + "\n}\n"


def _block(value: Any) -> str:
    """A value with its members one a line: a series is one line, not one line a month."""
    if isinstance(value, dict) and value:
        return "{\n" + ",\n".join(f"  {_line(key)}: {_line(item)}" for key, item in value.items()) + "\n}"
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        return "[\n" + ",\n".join(f"  {_line(item)}" for item in value) + "\n]"
    return _line(value)


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def as_data(results: Results, month: int | None = None, sample: int = 0) -> dict[str, Any]:
    """The same as plain data."""
    state = results.states[sample]
    at = results.month_index(month)
    return {
        "design": {
            "id": results.design_id,
            "name": state.design.name,
            "sample": results.ids[sample],
            "sample_name": results.names[sample],
            "month": month_text(int(results.months[at])),
            "first_month": month_text(results.first_month),
            "months": len(results.months),
            "money_year": state.design.money_year,
            "dollars": state.design.dollars,
        },
        "months": [month_text(one) for one in results.months.tolist()],
        "series": {
            name: {
                "label": one.label,
                "unit": one.unit,
                "values": [None if value != value else value for value in one.values[sample].tolist()],
                "evidence": one.evidence,
                **({"why": one.why} if one.why else {}),
            }
            for name, one in results.series.items()
        },
        "kpis": {
            one.id: {
                "name": one.name,
                "value": one.value,
                "unit": one.unit,
                "evidence": one.evidence,
                "worst": one.worst,
                "worst_share": None if one.worst_share != one.worst_share else one.worst_share,
                "definition": one.definition,
                **(
                    {"why": one.why} if one.value is None else {"formula": one.formula} if one.formula else {}
                ),
            }
            for one in results.kpis(month, sample)
        },
        "systems": {
            one.rack_id: {
                "name": one.name,
                "systems": one.systems,
                "racks": one.racks,
                "chips": one.chips,
                "it_power_kw": one.it_power_kw,
            }
            for one in results.systems(month, sample)
        },
        "findings": [
            {
                "severity": one.severity,
                "rule": one.rule,
                "object": one.object,
                "message": one.message,
                "detail": one.detail,
                "from_month": None if one.from_month is None else month_text(one.from_month),
                "remedies": [remedy.label for remedy in one.remedies],
            }
            for one in results.findings
        ],
        "assumptions": [
            {
                "ref": one.ref,
                "name": one.name,
                "value": one.value,
                "unit": one.unit,
                "low": one.low,
                "high": one.high,
                "evidence": one.grade,
                "source": one.source,
            }
            for one in results.assumptions_in_use
        ],
        "excluded": list(results.excluded),
    }
