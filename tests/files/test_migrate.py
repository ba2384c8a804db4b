"""Old files keep opening: golden files, steps, and the table of renamed fields."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from fleetdesigner.design.edits import scenario_design
from fleetdesigner.files import migrate as migration
from fleetdesigner.files.fleet_file import dumps, loads, read_fleet
from fleetdesigner.files.migrate import CURRENT_VERSION, migrate, missing
from fleetdesigner.files.migrations.renamed import RENAMED, Renamed, rename
from tests.design.samples import rich_document

GOLDEN = Path(__file__).parent / "golden"


def test_every_version_has_its_step_and_its_golden_file() -> None:
    assert missing(GOLDEN) == ()


def test_a_higher_version_alone_fails_and_names_what_is_missing() -> None:
    assert missing(GOLDEN, CURRENT_VERSION + 1) == (
        f"fleetdesigner/files/migrations/to_v{CURRENT_VERSION + 1}.py",
        f"a golden file v{CURRENT_VERSION + 1}_*.fleet",
    )
    with pytest.raises(ModuleNotFoundError, match=f"to_v{CURRENT_VERSION + 1}"):
        migrate({"format_version": CURRENT_VERSION}, CURRENT_VERSION + 1)


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.fleet")), ids=lambda path: path.name)
def test_golden_files_open(path: Path) -> None:
    found = read_fleet(path)
    assert found.format_version == CURRENT_VERSION
    design = found.design
    assert (len(design.sites), len(design.blocks), len(design.workloads)) == (2, 2, 4)
    assert design.blocks[0].holes == ((3, 1),)
    assert [stay.pool_id for stay in design.blocks[0].stays] == ["pool-a", "pool-b"]
    assert [block.id for block in scenario_design(design, "later").blocks] == ["b1", "b9"]
    assert design.sites[0].tariff.energy_usd_per_kwh.model_dump() == {"shape": "constant", "value": 0.07}
    assert len(found.pins) == 2
    assert loads(dumps(found)) == found


def test_the_golden_file_of_this_version_is_what_it_writes() -> None:
    path = GOLDEN / f"v{CURRENT_VERSION}_everything.fleet"
    assert dumps(read_fleet(path)) == path.read_text(encoding="utf-8")


def test_version_3_gives_what_a_file_and_its_edits_lack_what_they_meant() -> None:
    hall = {"id": "h9", "blocks": []}
    added = {"op": "add", "parent_ref": "site:s1", "before_id": None}
    raw = {
        "format_version": 2,
        "design": {
            "sites": [{"id": "s1", "halls": [dict(hall)]}],
            "workloads": [{"id": "w", "kind": "serving"}, {"id": "r", "kind": "training"}],
            "scenarios": [
                {"edits": [
                    {**added, "kind": "hall", "object": json.dumps(hall)},
                    {**added, "kind": "site", "object": json.dumps({"id": "s2", "halls": [hall]})},
                    {**added, "kind": "hall", "object": "{"},
                    {**added, "kind": "hall", "object": "3"},
                    {**added, "kind": "block", "object": "{}"},
                ]}
            ],
        },
        "tape": [{"edits": [{**added, "kind": "workload", "object": '{"id":"w","kind":"serving"}'}]}],
    }  # fmt: skip
    found = migrate(raw, 3)
    cooled = {**hall, "air_month": None, "liquid_month": None}
    serving = {"id": "w", "kind": "serving", "demand_unit": "tokens_per_s", "requests_per_user_day": 10.0}
    assert found["design"]["dollars"] == "nominal"
    assert found["design"]["sites"][0]["halls"] == [cooled]
    assert found["design"]["workloads"] == [serving, {"id": "r", "kind": "training"}]
    texts = [one["object"] for one in found["design"]["scenarios"][0]["edits"]]
    assert [json.loads(text) for text in texts[:2]] == [cooled, {"id": "s2", "halls": [cooled]}]
    assert texts[2:] == ["{", "3", "{}"]
    assert json.loads(found["tape"][0]["edits"][0]["object"]) == serving


NAMES = (
    Renamed(2, "block", "line", "row"),
    Renamed(2, "site", "tariff.energy", "energy_usd_per_kwh"),
    Renamed(2, "workload", "wanted", "demand"),
)


def as_before(raw: dict[str, Any]) -> dict[str, Any]:
    """The rich file as a version that called three fields otherwise would have written it."""
    text = json.dumps(raw)
    for new, old in (("row", "line"), ("energy_usd_per_kwh", "energy"), ("demand", "wanted")):
        text = text.replace(f'"{new}":', f'"{old}":').replace(f'\\"{new}\\":', f'\\"{old}\\":')
    text = text.replace('"tariff.energy_usd_per_kwh', '"tariff.energy')
    before: dict[str, Any] = json.loads(text)
    return before


def test_a_renamed_field_is_found_wherever_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = json.loads(dumps(rich_document()))
    edits = raw["design"]["scenarios"][0]["edits"]
    tariff = json.dumps(raw["design"]["sites"][0]["tariff"])
    edits += [
        {"op": "set", "ref": "workload:chat", "field": "demand.ceiling", "value": "5"},
        {"op": "set", "ref": "site:s1", "field": "tariff", "value": tariff},
        {"op": "set", "ref": "block:b1", "field": "row", "value": "4"},
        {"op": "add", "parent_ref": "site:s1", "kind": "hall", "before_id": None,
         "object": json.dumps(raw["design"]["sites"][0]["halls"][0])},
        {"op": "add", "parent_ref": "scenario:late", "kind": "edit", "before_id": None,
         "object": json.dumps({"op": "set", "ref": "block:b1", "field": "row", "value": "4"})},
    ]  # fmt: skip
    raw["design"]["pods"][0]["blocks"][0]["formulas"][0]["field"] = "row"
    raw["tape"][0]["edits"].append({"op": "set", "ref": "block:b1", "field": "row", "value": "4"})
    old = as_before(raw)
    old["design"]["workloads"][0].pop("wanted", None)
    assert old != raw
    for edit in old["design"]["scenarios"][0]["edits"]:
        if edit.get("field") == "row":
            edit["field"] = "line"
        elif edit.get("field") == "demand.ceiling":
            edit["field"] = "wanted.ceiling"
        elif edit.get("kind") == "edit":
            edit["object"] = edit["object"].replace("row", "line")
    old["design"]["pods"][0]["blocks"][0]["formulas"][0]["field"] = "line"
    old["tape"][0]["edits"][-1]["field"] = "line"
    rename(old, NAMES)
    assert _same_texts(old) == _same_texts(raw)


def _same_texts(raw: Any) -> Any:
    """Plain data with the JSON inside edits read, since its spacing is free."""
    if isinstance(raw, dict):
        return {
            key: json.loads(value)
            if key in ("value", "object") and isinstance(value, str)
            else _same_texts(value)
            for key, value in raw.items()
        }
    return [_same_texts(one) for one in raw] if isinstance(raw, list) else raw


def test_a_name_that_is_not_there_is_left_alone() -> None:
    raw: dict[str, Any] = {
        "design": {"scenarios": [{"edits": [{"op": "add", "kind": "block", "object": "{"}]}]}
    }
    before = json.dumps(raw)
    rename(raw, (*NAMES, Renamed(2, "design", "x.y", "z")))
    assert json.dumps(raw) == before
    empty: dict[str, Any] = {"design": 3}
    rename(empty, NAMES)
    assert empty == {"design": 3}
    assert all(one.version <= CURRENT_VERSION for one in RENAMED)


def test_steps_run_in_order_and_an_old_file_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    ran = []

    def step(number: int) -> ModuleType:
        module = ModuleType(f"fleetdesigner.files.migrations.to_v{number}")

        def run(raw: dict[str, Any]) -> dict[str, Any]:
            ran.append((raw["format_version"], number))
            return raw

        vars(module)["migrate"] = run
        return module

    for number in (2, 3):
        monkeypatch.setitem(sys.modules, f"fleetdesigner.files.migrations.to_v{number}", step(number))
    monkeypatch.setattr(migration, "RENAMED", NAMES[:1])
    monkeypatch.setattr(migration, "CURRENT_VERSION", 3)
    monkeypatch.setattr("fleetdesigner.files.fleet_file.CURRENT_VERSION", 3)
    old = (
        dumps(rich_document())
        .replace('"format_version": 3', '"format_version": 1')
        .replace('"row":', '"line":')
    )
    found = loads(old)
    assert ran == [(1, 2), (2, 3)]
    assert found.format_version == 3
    assert found.design == rich_document().design
