"""``fleetdesigner evaluate`` and the program's front door."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from fleetdesigner import __version__
from fleetdesigner.__main__ import main
from fleetdesigner.assets import resource
from fleetdesigner.cli.evaluate_command import run
from fleetdesigner.cli.main import COMMANDS, command
from fleetdesigner.units import month_text

EXAMPLE = str(resource("examples") / "first-hall.fleet")


def called(*arguments: str) -> tuple[int, str, str]:
    """(exit status, what it wrote, what it complained of)"""
    out, err = io.StringIO(), io.StringIO()
    code = run(list(arguments), out, err)
    return code, out.getvalue(), err.getvalue()


def test_json_has_the_keys_of_the_contract() -> None:
    code, out, err = called(EXAMPLE, "--format", "json")
    assert (code, err) == (0, "")
    data = json.loads(out)
    assert list(data)[:4] == ["design", "months", "series", "kpis"]
    assert {"systems", "findings", "excluded"} <= data.keys()
    months = len(data["months"])
    for series in data["series"].values():
        assert {"unit", "values", "evidence"} <= series.keys()
        assert len(series["values"]) == months
    for kpi in data["kpis"].values():
        assert {"value", "unit", "evidence", "definition"} <= kpi.keys()
        assert kpi["value"] is not None or kpi["why"]
    for system in data["systems"].values():
        assert {"systems", "racks", "chips", "it_power_kw"} <= system.keys()
    for finding in data["findings"]:
        assert {"severity", "rule", "object", "message"} <= finding.keys()
    at = data["months"].index(data["design"]["month"])
    assert data["series"]["it_power_kw"]["values"][at] == data["kpis"]["it_power_kw"]["value"]


def test_text_is_one_calm_page() -> None:
    code, out, _ = called(EXAMPLE)
    assert code == 0
    assert "Accelerators" in out
    assert "256" in out
    assert max(map(len, out.splitlines())) < 140


def test_findings_name_what_would_turn_the_plan() -> None:
    _, out, _ = called(EXAMPLE)
    assert "The plan fails first if “" in out
    _, out, _ = called(EXAMPLE, "--format", "json")
    data = json.loads(out)
    told = next(one for one in data["findings"] if one["rule"] == "plan_turns")
    named = next(one for one in data["assumptions"] if one["ref"] == told["object"])
    assert named["name"] in told["message"]


def test_csv_is_the_monthly_series() -> None:
    _, out, _ = called(EXAMPLE, "--format", "csv")
    lines = out.splitlines()
    assert lines[0].startswith("month,it_power_kw,")
    assert lines[1].startswith("2027-01,3")
    assert len({line.count(",") for line in lines}) == 1


def test_a_scenario_by_name_or_id() -> None:
    by_name, by_id = called(EXAMPLE, "--scenario", "Buy B200"), called(EXAMPLE, "--scenario", "buy-b200")
    assert by_name == by_id
    assert "First hall · Buy B200" in by_id[1]
    assert called(EXAMPLE)[1] != by_id[1]


def test_a_month_is_asked_for() -> None:
    _, out, _ = called(EXAMPLE, "--month", "2028-05", "--format", "json")
    data = json.loads(out)
    assert data["design"]["month"] == "2028-05"
    assert data["kpis"]["chips"]["definition"].endswith("2028-05")


@pytest.mark.parametrize("form", ["text", "json", "csv", "markdown", "xlsx"])
def test_a_file_is_written_whole(form: str, tmp_path: Path) -> None:
    target = tmp_path / "out"
    code, out, err = called(EXAMPLE, "--format", form, "-o", str(target))
    assert (code, out, err) == (0, "", "")
    assert target.stat().st_size > 1000
    assert [one.name for one in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nowhere.fleet",), "nowhere.fleet: there is no such file"),
        ((EXAMPLE, "--month", "May"), "is not a month"),
        ((EXAMPLE, "--month", "1999-01"), "is outside the design; choose 2027-01 to"),
        ((EXAMPLE, "--scenario", "x"), "no such scenario; there are “Trn2 beside H100” (trn2)"),
        ((EXAMPLE, "--format", "png"), "invalid choice"),
        ((EXAMPLE, "--format", "xlsx"), "name a file with -o"),
        ((EXAMPLE, "-o", "/nowhere/out"), "the folder does not exist"),
        ((), "the following arguments are required: FILE"),
    ],
)
def test_bad_input_is_one_line_and_2(arguments: tuple[str, ...], words: str) -> None:
    code, out, err = called(*arguments)
    assert (code, out) == (2, "")
    assert words in err
    assert err.count("\n") == 1


def test_a_file_that_names_what_the_catalog_lacks(tmp_path: Path) -> None:
    broken = tmp_path / "broken.fleet"
    broken.write_text(Path(EXAMPLE).read_text().replace('"h100-rack"', '"no-such-rack"'))
    code, _, err = called(str(broken))
    assert code == 2
    assert err.startswith(f"{broken}: ")
    assert "racks/no-such-rack" in err
    assert err.count("\n") == 1


def test_help_is_no_fault() -> None:
    code, out, err = called("--help")
    assert code == 0
    assert "--scenario" in out
    assert err == ""


def test_every_verb_has_its_command() -> None:
    assert all(command(verb) is not None for verb, _, _ in COMMANDS)
    assert command("dance") is None


def test_the_front_door(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert __version__ in capsys.readouterr().out
    assert main(["--help"]) == 0
    assert "fleetdesigner evaluate" in capsys.readouterr().out
    assert main(["--frobnicate"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert main(["evaluate", EXAMPLE, "--month", "2027-02"]) == 0
    assert month_text(2027 * 12 + 2) in capsys.readouterr().out


def test_a_failure_inside_is_one_line_and_1(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("two\nlines")

    monkeypatch.setattr("fleetdesigner.cli.evaluate_command.evaluate", broken)
    assert main(["evaluate", EXAMPLE]) == 1
    said = capsys.readouterr().err
    assert "RuntimeError: two lines" in said
    assert said.count("\n") == 1


def test_the_command_line_loads_no_qt() -> None:
    """And a closed pipe is no traceback."""
    code = (
        "import sys; from fleetdesigner.__main__ import main; "
        f"c = main(['evaluate', {EXAMPLE!r}, '--format', 'csv']); "
        "assert not [m for m in sys.modules if m.startswith(('PySide6', 'pyqtgraph'))]; sys.exit(c)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("month,")
