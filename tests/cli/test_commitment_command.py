"""``fleetdesigner commitment``."""

from __future__ import annotations

import io
import json

import pytest

from fleetdesigner.cli.commitment_command import run
from fleetdesigner.cli.main import command
from fleetdesigner.engine.commitments.presets import commitment_presets


def called(*arguments: str) -> tuple[int, str, str]:
    """(exit status, what it wrote, what it complained of)"""
    out, err = io.StringIO(), io.StringIO()
    code = run(list(arguments), out, err)
    return code, out.getvalue(), err.getvalue()


def test_list_names_every_preset() -> None:
    code, out, err = called("list")
    assert (code, err) == (0, "")
    assert [line.split()[0] for line in out.splitlines()] == [one.id for one in commitment_presets()]
    assert command("commitment") is run


def test_the_table_as_text() -> None:
    code, out, err = called("2 GW of Trainium3", "--site", "us-indiana")
    assert (code, err) == (0, "")
    for words in (
        "8,5",
        "Trn3 Gen2 UltraServer",
        "1.23 M",
        "By date",
        "2.00 GW",
        "Remarks",
        "Sources",
        "assumption",
    ):
        assert words in out
    assert "1.12" in out  # PUE of the place


def test_the_table_as_json() -> None:
    code, out, err = called("openai-2gw", "--format", "json")
    assert (code, err) == (0, "")
    data = json.loads(out)
    assert data["commitment"]["start_month"] == "2026-09"
    assert data["systems"].keys() == {"trn3-gen2", "trn4-mgx"}
    figure = data["figures"]["usd_per_chip_hour"]
    assert figure["low"] < figure["value"] < figure["high"]
    assert figure["unit"] == "usd/h"
    assert all(one["source"] for one in figure["rests_on"])
    assert data["figures"]["usd_per_mw"]["unit"] == "usd/MW"
    missing = data["figures"]["rent"]
    assert missing["value"] is None
    assert missing["why"] == "the price book has no rent of Trainium4"
    powers = [one["facility_power_kw"] for one in data["months"]]
    assert powers == sorted(powers)
    assert powers[-1] <= 2e6
    assert data["remarks"]


def test_the_table_as_markdown() -> None:
    code, out, _ = called("500,000 Trainium2 at 2.2 GW", "--format", "markdown")
    assert code == 0
    assert "| Figure | Value | Span | Grade | Rests on |" in out
    assert "would be 4.40 kW a chip" in out


def test_options_decide() -> None:
    _, out, _ = called(
        "2 GW", "--system", "trn2-ultra", "--hall", "50 MW", "--start", "2028-01", "--ramp", "12", "--shape",
        "s", "--prices", "capacity-blocks-2026-10", "--format", "json",
    )  # fmt: skip
    data = json.loads(out)
    assert data["systems"].keys() == {"trn2-ultra"}
    assert data["choices"]["hall_it_kw"] == 50_000
    assert data["figures"]["halls"]["value"] == pytest.approx(1_754_386 / 50_000, abs=2)
    assert data["months"][0]["month"] == "2028-01"
    assert len(data["months"]) == 12
    assert data["figures"]["rent"]["value"] == 2.235


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (("2 bananas",), "is not understood"),
        (("2 GW", "--system", "foo"), "“foo” is no rack system"),
        (("2 GW", "--site", "mars"), "sites/mars: no such entry"),
        (("2 GW", "--start", "2020"), "--start: “2020” is not a month"),
        (("2 GW", "--start", "1980-01"), "--start: must be"),
        (("2 GW", "--ramp", "999"), "--ramp: must be 120 or less"),
        (("2 GW", "--hall", "big"), "--hall: must be a number"),
        (("2 GW", "--hall", "0 positions"), "--hall: must be 1 to"),
        (("2 GW", "--share", "half"), "--share: must be a number"),
        (("2 GW", "--share", "0.5", "--share", "0.5"), "2 shares for 1 rack systems"),
        (("2 GW of Trainium3+4", "--share", "7", "--share", "1"), "--share: must be 0 to 100 %"),
        (("2 GW", "--by", "dollars"), "no dollars were given"),
        (("2 GW", "--nix"), "unrecognized arguments"),
        (("1 kW",), "less than one"),
    ],
)
def test_wrong_input_is_one_line(arguments: tuple[str, ...], fault: str) -> None:
    code, out, err = called(*arguments)
    assert (code, out) == (2, "")
    assert fault in err
    assert err.count("\n") == 1


def test_halls_by_positions_and_shares() -> None:
    _, out, _ = called(
        "2 GW of Trainium3+4", "--share", "75 %", "--share", "25 %", "--hall", "400 positions",
        "--format", "json",
    )  # fmt: skip
    data = json.loads(out)
    chips = data["systems"]["trn3-gen2"] * 144, data["systems"]["trn4-mgx"] * 72
    assert chips[0] / sum(chips) == pytest.approx(0.75, abs=0.001)
    positions = data["figures"]["positions"]["value"]
    assert data["figures"]["halls"]["value"] == pytest.approx(positions / 400, abs=2)


def test_help() -> None:
    code, out, err = called("--help")
    assert (code, err) == (0, "")
    assert "fleetdesigner commitment" in out
