"""`.fleet` files: what is written comes back, reads well in a diff, and bad ones are refused with a place."""

from __future__ import annotations

import difflib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetdesigner.design.edits import apply_edits, set_field
from fleetdesigner.design.model import Document
from fleetdesigner.files.fleet_file import FileError, NewerFile, dumps, loads, read_fleet, write_fleet
from tests.design.samples import document, large_design, rich_document, small_design

RICH = dumps(rich_document())


def refused(data: str | bytes) -> FileError:
    """The refusal of a text, which must be one clear line."""
    with pytest.raises(FileError) as caught:
        loads(data, "plan.fleet")
    line = str(caught.value)
    assert line.startswith("plan.fleet: ")
    assert "\n" not in line
    assert "pydantic" not in line
    assert len(line) < 400
    assert caught.value.remedy
    return caught.value


# --- what is written comes back ---------------------------------------------------------------------------


@pytest.mark.parametrize("held", [rich_document(), document(small_design()), document(large_design(1000))])
def test_a_document_comes_back_equal_and_its_text_too(held: Document, tmp_path: Path) -> None:
    path = tmp_path / "plan.fleet"
    write_fleet(path, held)
    assert read_fleet(path) == held
    assert path.read_text(encoding="utf-8") == dumps(held)
    assert dumps(loads(dumps(held))) == dumps(held)


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=0, max_value=1e12), st.text(max_size=60))
def test_numbers_and_texts_survive_to_the_last_bit(number: float, text: str) -> None:
    design = small_design()
    room = design.halls[0].replaced(it_limit_kw=number, name=text)
    held = document(design.replaced(sites=(design.sites[0].replaced(halls=(room,)),)))
    back = loads(dumps(held).encode()).design.halls[0]
    assert (back.it_limit_kw, back.name) == (number, text)


def test_moving_a_block_changes_one_line() -> None:
    before = document(large_design(2000))
    moved = before.changed(design=apply_edits(before.design, [set_field("block:b7", "col", 99)]))
    changes = [
        line
        for line in difflib.unified_diff(
            dumps(before).splitlines(), dumps(moved).splitlines(), n=0, lineterm=""
        )
        if line[:1] in "+-" and line[:3] not in ("+++", "---")
    ]
    assert len(changes) == 2
    assert all('"id":"b7"' in line for line in changes)


def test_keys_stand_in_the_order_of_the_page() -> None:
    raw = json.loads(RICH)
    assert list(raw) == [
        "format", "format_version", "app_version", "catalog_revision", "design", "pins", "tape",
    ]  # fmt: skip
    assert list(raw["design"])[:4] == ["id", "name", "first_month", "months"]
    assert raw["format"] == "fleet"


def test_blocks_take_one_line_each_and_long_series_several_values() -> None:
    lines = RICH.splitlines()
    assert sum('"rack_id":' in line and '"turn":' in line for line in lines) >= 2
    assert "“Ångström” 木" in RICH
    assert max(len(line) for line in lines if "object" not in line and "rack_id" not in line) < 300


# --- bad ones are refused ---------------------------------------------------------------------------------


def damaged(change: Callable[[dict[str, Any]], object]) -> str:
    """The rich file after a change of its plain data."""
    raw = json.loads(RICH)
    change(raw)
    return json.dumps(raw)


def hall(raw: dict[str, Any]) -> dict[str, Any]:
    """The first hall."""
    found: dict[str, Any] = raw["design"]["sites"][0]["halls"][0]
    return found


HALL = "design.sites[0].halls[0]"
BLOCK = HALL + ".blocks[1]"
CASES: tuple[tuple[Callable[[dict[str, Any]], object], str, str], ...] = (
    (lambda raw: raw.update(colour=1), "colour", "is not a known field"),
    (lambda raw: hall(raw)["blocks"][1].update(colour=1), f"{BLOCK}.colour", "is not a known field"),
    (lambda raw: hall(raw)["blocks"][1].pop("col"), f"{BLOCK}.col", "is missing"),
    (lambda raw: hall(raw)["blocks"][1].update(col="5"), f"{BLOCK}.col", "must be a whole number"),
    (lambda raw: hall(raw)["blocks"][1].update(col=True), f"{BLOCK}.col", "must be a whole number"),
    (lambda raw: hall(raw)["blocks"][1].update(col=-1), f"{BLOCK}.col", "must be 0 or more"),
    (lambda raw: hall(raw)["blocks"][1].update(cols=9_999, rows=9_999), BLOCK, "at most 10,000 systems"),
    (lambda raw: hall(raw)["blocks"][1].update(holes=[[9, 9]]), BLOCK, "lies outside its block"),
    (lambda raw: hall(raw)["blocks"][1].update(phase_id="gone"), f"{BLOCK}.phase_id", "no phase 'gone'"),
    (lambda raw: hall(raw)["blocks"][0]["stays"][1].update(pool_id="gone"),
     HALL + ".blocks[0].stays[1].pool_id", "no pool 'gone'"),
    (lambda raw: hall(raw)["blocks"][1]["pod"].update(pod_id="gone"), f"{BLOCK}.pod.pod_id", "no pod 'gone'"),
    (lambda raw: hall(raw)["blocks"][1].update(id="b1"), "design", "two blocks share the id 'b1'"),
    (lambda raw: hall(raw)["blocks"].extend(hall(raw)["blocks"][0] for _ in range(5_000)),
     HALL + ".blocks", "holds at most 5,000 entries"),
    (lambda raw: hall(raw)["feeds"][0].update(parent_id="f2"), HALL + ".feeds[0].parent_id",
     "is its own parent"),
    (lambda raw: hall(raw)["feeds"][1].update(parent_id="gone"), HALL + ".feeds[1].parent_id",
     "no feed 'gone'"),
    (lambda raw: hall(raw).update(redundancy="3N"), HALL + ".redundancy", "must be one of"),
    (lambda raw: hall(raw).update(width_m=0), HALL + ".width_m", "must be more than 0"),
    (lambda raw: hall(raw).update(name=None), HALL + ".name", "must be text"),
    (lambda raw: hall(raw).update(blocks={}), HALL + ".blocks", "must be a list"),
    (lambda raw: raw["design"]["sites"].append(3), "design.sites[2]", "must be an object"),
    (lambda raw: raw["design"].update(months=300), "design.months", "must be 240 or less"),
    (lambda raw: raw["design"].update(baseline_id="gone"), "design.baseline_id", "no scenario 'gone'"),
    (lambda raw: raw["design"]["scenarios"][0].update(parent_id="later"), "design.scenarios[0].parent_id",
     "is its own parent"),
    (lambda raw: raw["design"]["scenarios"][0].update(parent_id="gone"), "design.scenarios[0].parent_id",
     "no scenario 'gone'"),
    (lambda raw: raw["design"]["scenarios"][0]["edits"][0].update(op="swap"), "design.scenarios[0].edits[0]",
     "must be of one of the kinds"),
    (lambda raw: raw["design"]["scenarios"][0]["edits"][0].update(ref="no ref"),
     "design.scenarios[0].edits[0].ref", "has characters that are not allowed here"),
    (lambda raw: raw["design"]["workloads"][0]["pins"][0].update(pool_id="gone"),
     "design.workloads[0].pins[0].pool_id", "no pool 'gone'"),
    (lambda raw: raw["design"]["workloads"][1].update(demand={"shape": "constant", "value": -1}),
     "design.workloads[1].demand", "must be 0 or more in every month"),
    (lambda raw: raw["design"]["workloads"][1]["demand"].update(ceiling="high"),
     "design.workloads[1].demand.ceiling", "must be a number"),
    (lambda raw: raw["design"]["workloads"][1].update(kind="game"), "design.workloads[1]",
     "must be of one of the kinds"),
    (lambda raw: raw["design"]["steps"][1]["camera"].update(hall_id="gone"),
     "design.steps[1].camera.hall_id", "no hall 'gone'"),
    (lambda raw: raw["design"]["steps"][1].update(lever_values=[["gone", 1]]),
     "design.steps[1].lever_values[0]", "no lever 'gone'"),
    (lambda raw: raw["design"]["assumptions"][0].update(value="high"), "design.assumptions[0].value",
     "must be a number"),
    (lambda raw: raw["design"]["assumptions"].append(raw["design"]["assumptions"][0]), "design",
     "two assumptions are for 'discount_rate'"),
    (lambda raw: raw["pins"][1].update(text="changed"), "pins[1].sha256", "does not match its hash"),
    (lambda raw: raw["pins"].append(raw["pins"][0]), "pins[2]", "is there twice"),
    (lambda raw: raw["pins"][0].update(sha256="x"), "pins[0].sha256", "has characters that are not allowed"),
    (lambda raw: raw["tape"][0].update(t_s=-1), "tape[0].t_s", "must be 0 or more"),
    (lambda raw: raw.update(format="other"), "format", "is not a Fleet Designer file"),
    (lambda raw: raw.pop("format_version"), "format_version", "must be a whole number from 1 on"),
    (lambda raw: raw.update(format_version=True), "format_version", "must be a whole number from 1 on"),
    (lambda raw: raw.update(format_version=0), "format_version", "must be a whole number from 1 on"),
    (lambda raw: raw["design"].update(name="\ud800"), "line 1, column", "not valid Unicode"),
)  # fmt: skip


@pytest.mark.parametrize(("change", "place", "problem"), CASES)
def test_a_wrong_value_is_named_with_its_place(
    change: Callable[[dict[str, Any]], object], place: str, problem: str
) -> None:
    error = refused(damaged(change))
    assert error.place.startswith(place) if place.startswith("line") else error.place == place
    assert problem in error.problem


@pytest.mark.parametrize(
    ("data", "place", "problem"),
    [
        (b"", "", "is empty"),
        (b" \n ", "", "is empty"),
        (b"\xff\xfe{\x00", "line 1, byte 1", "not valid UTF-8"),
        (b'{"format":"fleet",\n "x": "\xc3\x28"}', "line 2, byte 8", "not valid UTF-8"),
        (b"\xef\xbb\xbf{}", "line 1, column 1", "not sound JSON"),
        (b"PK\x03\x04 a zip", "line 1, column 1", "not sound JSON"),
        ("{\n \"a\": tru\n}", "line 2, column 7", "not sound JSON"),
        ("[]", "format", "is not a Fleet Designer file"),
        ("3", "format", "is not a Fleet Designer file"),
        ('{"design": {}}', "format", "is not a Fleet Designer file"),
        ('{"a": {"b": [1, {"c": 1,\n"c": 2}]}}', "a.b[1].c (line 2, column 1)", "the key is there twice"),
        ('{"a": 1, "\\u0061": 2}', "a (line 1, column 10)", "the key is there twice"),
        ('{"a": [0, NaN]}', "a[1] (line 1, column 11)", "NaN is not a figure"),
        ('{"a": {"b": -Infinity}}', "a.b (line 1, column 13)", "-Infinity is not a figure"),
        ('{"a": ' + "7" * 5_000 + "}", "a (line 1, column 7)", "a number that long is not a figure"),
        ("[" * 65 + "]" * 65, "line 1, column 65", "nested deeper than 64 levels"),
        ('{"a":' * 100_000, "", "nested deeper than 64 levels"),
        ("[" * 1_000_000, "", "nested deeper than 64 levels"),
        ("\ud800", "line 1", "not valid Unicode"),
    ],
)  # fmt: skip
def test_a_damaged_text_is_named_with_its_place(data: str | bytes, place: str, problem: str) -> None:
    error = refused(data)
    assert problem in error.problem
    assert error.place == place or not place


def test_an_endless_figure_is_refused_with_its_place() -> None:
    text = RICH.replace('"it_limit_kw": 20000.0', '"it_limit_kw": 1e999', 1)
    assert text != RICH
    error = refused(text)
    assert error.place == f"{HALL}.it_limit_kw"


def test_a_newer_file_is_refused_by_name() -> None:
    text = damaged(lambda raw: raw.update(format_version=9, app_version="2.0", news={"a": 1}))
    with pytest.raises(NewerFile) as caught:
        loads(text, "plan.fleet")
    assert str(caught.value) == (
        "plan.fleet: made by a newer Fleet Designer (format 9, app 2.0); update, or ask for an older copy"
    )


@given(st.integers(0, len(RICH) - 1), st.sampled_from(list('{}[],:"0a\\ \n\x00é')))
def test_one_wrong_character_never_ends_in_a_traceback(at: int, character: str) -> None:
    try:
        loads(RICH[:at] + character + RICH[at + 1 :], "plan.fleet")
    except FileError as error:
        shown = str(error)
    else:
        shown = ""
    assert "\n" not in shown


@given(st.integers(0, len(RICH.encode()) - 1))
def test_half_a_file_is_refused(end: int) -> None:
    data = RICH.encode()[:end]
    # only the last line feed may be missing
    if end < len(RICH.encode()) - 1:
        refused(data)


def test_things_that_are_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileError, match="there is no such file; check the name"):
        read_fleet(tmp_path / "gone.fleet")
    with pytest.raises(FileError, match="is a folder"):
        read_fleet(tmp_path)
    with pytest.raises(FileError, match="null"):
        read_fleet("a\0b")
    with pytest.raises(FileError, match="the file name is too long"):
        read_fleet(tmp_path / ("x" * 300))
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(FileError, match="is not a file"):
            read_fleet(tmp_path / "pipe")
    monkeypatch.setattr("fleetdesigner.files.fleet_file.MOST_BYTES", 1000)
    (tmp_path / "large").write_text(RICH, encoding="utf-8")
    with pytest.raises(FileError, match="is larger than"):
        read_fleet(tmp_path / "large")
    with pytest.raises(FileError, match="the design needs more than"):
        write_fleet(tmp_path / "new.fleet", rich_document())
    assert not (tmp_path / "new.fleet").exists()


def test_what_could_not_be_opened_again_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "plan.fleet"
    held = rich_document()
    bad = held.replaced(design=held.design.replaced(phases=held.design.phases[1:]))
    with pytest.raises(FileError, match=r"blocks\[0\]\.phase_id: there is no phase 'p1'"):
        write_fleet(path, bad)
    for limit in ("MOST_BLOCKS", "MOST_SYSTEMS"):
        with monkeypatch.context() as patch:
            patch.setattr(f"fleetdesigner.files.integrity.{limit}", 1)
            with pytest.raises(FileError, match="more than 1 "):
                write_fleet(path, held)
    assert not path.exists()
