"""Each format holds the same numbers."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from fleetdesigner.catalog import load_catalog
from fleetdesigner.engine.evaluate import evaluate
from fleetdesigner.engine.results import Results
from fleetdesigner.export.csv_text import csv_text, table_csv
from fleetdesigner.export.json_text import json_text
from fleetdesigner.export.markdown_text import markdown_text
from fleetdesigner.export.plain_text import plain_text
from fleetdesigner.export.tables import Table, all_tables, guarded
from fleetdesigner.export.workbook import sheets, workbook
from fleetdesigner.export.write import FORMATS, format_of, write_results
from fleetdesigner.files.errors import FileError
from tests.engine.designs import chat, design, run


@pytest.fixture(scope="module")
def results() -> Results:
    return evaluate(design(workloads=(chat(), run())), load_catalog())


def test_csv_and_json_agree(results: Results) -> None:
    rows = list(csv.DictReader(io.StringIO(csv_text(results))))
    data = json.loads(json_text(results))
    for name, series in data["series"].items():
        for row, value in zip(rows, series["values"], strict=True):
            assert (float(row[name]) if row[name] else None) == value


def test_a_gap_is_empty_and_null_never_0(results: Results) -> None:
    idle = evaluate(design(), load_catalog())
    data = json.loads(json_text(idle))
    assert data["series"]["usd_per_million_tokens"]["values"][0] is None
    assert data["kpis"]["usd_per_million_tokens"]["why"]
    row = next(csv.DictReader(io.StringIO(csv_text(idle))))
    assert row["usd_per_million_tokens"] == ""


def test_spreadsheets_run_no_text_of_ours() -> None:
    assert [guarded(text) for text in ("=1+1", "+a", "-a", "@a", "plain", "")] == [
        "'=1+1",
        "'+a",
        "'-a",
        "'@a",
        "plain",
        "",
    ]
    table = Table("T", ("name", "value"), (("=cmd()", -1.5), (None, 2)))
    assert table_csv(table) == "name,value\n'=cmd(),-1.5\n,2\n"


def test_the_workbook_opens_and_holds_every_table(results: Results) -> None:
    with zipfile.ZipFile(io.BytesIO(workbook(results))) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            ElementTree.fromstring(archive.read(name))
        book = archive.read("xl/workbook.xml").decode()
    for table in all_tables(results):
        assert f'name="{table.title}"' in book


def test_a_sheet_keeps_numbers_and_odd_text() -> None:
    data = sheets([Table("A & B", ("x",), (("<&>\x00",), (1.25,), (None,)))])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<v>1.25</v>" in sheet
    assert "&lt;&amp;&gt;<" in sheet
    assert sheets([Table("A", ("x",), ())]) == sheets([Table("A", ("x",), ())])


def test_markdown_and_text_name_every_kpi(results: Results) -> None:
    page, text = markdown_text(results), plain_text(results)
    for kpi in results.kpis():
        assert kpi.name in page
        assert kpi.name in text


@pytest.mark.parametrize("form", [one.suffix for one in FORMATS])
def test_the_ending_chooses_the_format(form: str, results: Results, tmp_path: Path) -> None:
    target = tmp_path / f"out{form}"
    write_results(target, results)
    made = format_of(form).write(results, None, 0)
    assert target.read_bytes() == (made if isinstance(made, bytes) else made.encode())


def test_an_unknown_ending_gives_csv(results: Results, tmp_path: Path) -> None:
    write_results(tmp_path / "out.dat", results)
    assert (tmp_path / "out.dat").read_text().startswith("month,")
    with pytest.raises(FileError):
        write_results(tmp_path / "nowhere" / "out.csv", results)
