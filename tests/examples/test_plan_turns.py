"""hybrid-migration: its NPV changes sign inside the span of a listed assumption, and the tool says which."""

from __future__ import annotations

import io
import json
from typing import Any

from fleetdesigner.assets import resource
from fleetdesigner.catalog import load_catalog
from fleetdesigner.cli.evaluate_command import run
from fleetdesigner.design.scenarios import Override
from fleetdesigner.engine.evaluate import evaluate
from fleetdesigner.engine.samples import Sample
from fleetdesigner.files.fleet_file import read_fleet

PATH = resource("examples") / "hybrid-migration.fleet"


def told() -> dict[str, Any]:
    """What ``evaluate FILE --format json`` says."""
    out, err = io.StringIO(), io.StringIO()
    assert run([str(PATH), "--format", "json"], out, err) == 0, err.getvalue()
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def at(ref: str, value: float) -> Sample:
    if ref.startswith("assumption:"):
        return Sample(assumptions=((ref.partition(":")[2], value),))
    entry, _, field = ref.partition(".")
    return Sample(overrides=(Override(entry=entry, field=field, value=value),))


def test_the_npv_changes_sign_inside_the_span_of_a_listed_assumption_and_the_tool_says_which() -> None:
    data = told()
    findings = [one for one in data["findings"] if one["rule"] == "plan_turns"]
    assert len(findings) == 1
    named = next(one for one in data["assumptions"] if one["ref"] == findings[0]["object"])
    assert f"“{named['name']}”" in findings[0]["message"]
    assert "NPV turns " in findings[0]["detail"]

    document = read_fleet(PATH)
    catalog = load_catalog().with_texts((pin.kind, pin.id, pin.text) for pin in document.pins)
    ends = tuple(at(named["ref"], named[side]) for side in ("low", "high"))
    results = evaluate(document.design, catalog, samples=ends)
    base, *others = (results.kpi("npv_usd", None, sample).value for sample in range(3))
    assert base is not None
    assert base == data["kpis"]["npv_usd"]["value"]
    assert any(other is not None and other * base < 0 for other in others)
