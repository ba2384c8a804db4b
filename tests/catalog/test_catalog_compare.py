"""Ratios and rents against numbers worked out by hand from the vendors' tables and price lists."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from fleetdesigner.assets import resource
from fleetdesigner.catalog import Catalog, CatalogError, load_catalog
from fleetdesigner.catalog.compare import NORMALISERS, QUANTITIES, as_json, compare
from fleetdesigner.cli.catalog_command import run


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


def rents(first: str, second: str, book: str) -> dict[str, Any]:
    data: dict[str, Any] = as_json(load_catalog(), compare(load_catalog(), first, second, book))
    rent: dict[str, Any] = data["rent"]
    return rent


def test_what_four_times_means(catalog: Catalog) -> None:
    both = compare(catalog, "trn3-gen2", "trn2-ultra")
    # 144 × 2,517 ÷ (64 × 1,299), 144 × 671 ÷ (64 × 667), 144 × 144 ÷ (64 × 96), 144 × 4.9 ÷ (64 × 2.9)
    assert both.ratio("system", "fp8_pflops") == pytest.approx(4.36, abs=0.005)
    assert both.ratio("system", "bf16_pflops") == pytest.approx(2.26, abs=0.005)
    assert both.ratio("system", "hbm_gib") == pytest.approx(3.375)
    assert both.ratio("system", "hbm_tb_per_s") == pytest.approx(3.80, abs=0.005)
    assert both.ratio("chip", "fp8_pflops") == pytest.approx(1.94, abs=0.005)
    assert both.ratio("chip", "bf16_pflops") == pytest.approx(1.01, abs=0.005)
    assert both.ratio("chip", "hbm_gib") == pytest.approx(1.5)
    # efficiency: 12 % at 1.3 kW a chip all-in; the claim of 40 % needs 700 W a chip
    assert both.ratio("it_kw", "fp8_pflops") == pytest.approx(1.12, abs=0.005)
    assert both.ratio("tdp_kw", "fp8_pflops") == pytest.approx(0.97, abs=0.005)
    low = catalog.with_overrides([_Tdp()])
    assert compare(low, "trn3-gen2", "trn2-ultra").ratio("tdp_kw", "fp8_pflops") == pytest.approx(
        1.38, abs=0.005
    )


class _Tdp:
    entry, field, value = "chips/trainium3", "tdp_w", 700.0
    low: float | None = None
    high: float | None = None
    evidence, note, source = "estimate", "", "Epoch"


@pytest.mark.parametrize("first", ["trn2-ultra", "trn2-rack", "trainium2"])
def test_what_half_the_price_means(first: str) -> None:
    second = "h100" if first == "trainium2" else "h100-rack"
    january = rents(first, second, "capacity-blocks-2026-01")
    october = rents(first, second, "capacity-blocks-2026-10")
    # 2.235 ÷ 3.933 and ÷ 5.970; a PFLOP: × 989 ÷ 667; a TB/s: × 3.35 ÷ 2.9
    for name, then, now in (
        ("per_chip", 0.57, 0.37),
        ("per_bf16_pflop", 0.84, 0.56),
        ("per_hbm_tb_per_s", 0.66, 0.43),
    ):
        assert january[name] == pytest.approx(then, abs=0.005), name
        assert october[name] == pytest.approx(now, abs=0.005), name
    assert january["usd_per_hour"]["first"]["per_chip"] == pytest.approx(2.235)
    assert january["usd_per_hour"]["second"]["per_bf16_pflop"] == pytest.approx(3.933 / 0.989)
    assert october["usd_per_hour"]["first"]["per_bf16_pflop"] == pytest.approx(3.35, abs=0.005)
    # GiB against GB: 96 GiB against 80 GB = 74.5 GiB
    assert january["per_hbm_gib"] == pytest.approx(2.235 / 96 / (3.933 / (80e9 / 2**30)))


def test_ratios_turn_over(catalog: Catalog) -> None:
    there, back = compare(catalog, "b200-rack", "trn3-gen1"), compare(catalog, "trn3-gen1", "b200-rack")
    for group, unit in NORMALISERS.items():
        for quantity in QUANTITIES:
            if quantity == unit:
                continue
            one, two = there.ratio(group, quantity), back.ratio(group, quantity)
            assert one is not None
            assert two is not None
            assert one * two == pytest.approx(1.0)
    same = compare(catalog, "b200-rack", "b200-rack")
    assert {item.value for item in same.ratios} == {1.0}


def test_missing_figures_are_null_with_a_reason(catalog: Catalog) -> None:
    data = as_json(catalog, compare(catalog, "trn3-gen2", "trn2-ultra"))
    assert data["ratios"]["system"]["fp4_pflops"] is None
    assert data["why"]["ratios.system.fp4_pflops"] == "chips/trainium2: does not compute in FP4"
    assert data["rent"]["per_chip"] is None
    reason = "prices/capacity-blocks-2026-10 has no price of trainium3"
    assert data["why"]["rent.capacity-blocks-2026-10.per_chip"] == reason
    chips = as_json(catalog, compare(catalog, "trainium3", "h100", "market-2026-11"))
    assert chips["ratios"]["system"]["hbm_gib"] is None
    assert chips["why"]["ratios.chip.it_power_kw"] == "chips/trainium3 is a chip, not a rack system"
    assert chips["rent"]["per_chip"] is not None
    assert chips["rent"]["per_it_kw"] is None
    removed = catalog.with_overrides([_NoPower()])
    without = as_json(removed, compare(removed, "trn3-gen2", "trn2-ultra"))
    assert without["ratios"]["it_kw"]["fp8_pflops"] is None
    assert without["why"]["ratios.it_kw.fp8_pflops"] == "racks/trn3-gen2: it_power_kw has no public figure"


class _NoPower:
    entry, field = "racks/trn3-gen2", "it_power_kw"
    value: float | None = None
    low: float | None = None
    high: float | None = None
    evidence, note, source = "none", "", ""


def test_a_ratio_is_as_good_as_its_worst_figure(catalog: Catalog) -> None:
    graded = {
        (item.group, item.quantity): item.evidence
        for item in compare(catalog, "trn3-gen2", "h100-rack").ratios
    }
    assert graded["system", "fp8_pflops"] == "vendor"
    assert graded["it_kw", "fp8_pflops"] == "assumption"


def test_every_figure_used_is_named_with_its_source(catalog: Catalog) -> None:
    data = as_json(catalog, compare(catalog, "trn2-ultra", "h100-rack", "capacity-blocks-2026-01"))
    used = {(item["entry"], item["field"]) for item in data["sources"]}
    assert ("prices/capacity-blocks-2026-01", "h100") in used
    assert ("chips/h100", "hbm_gb") in used
    assert all(item["source"] and item["date"] and item["unit"] for item in data["sources"])
    assert any("includes the network" in note for note in data["notes"])


def test_only_what_can_be_compared(catalog: Catalog) -> None:
    with pytest.raises(CatalogError, match="only racks and chips"):
        compare(catalog, "trn2-ultra", "us-ohio")
    with pytest.raises(CatalogError, match="no entry of this name in prices"):
        compare(catalog, "trn2-ultra", "h100-rack", "h100")


def command(*args: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    return run(list(args), out, err), out.getvalue(), err.getvalue()


def test_command_compare() -> None:
    status, out, err = command(
        "compare", "trn2-ultra", "h100-rack", "--prices", "capacity-blocks-2026-10", "--format", "json"
    )
    data = json.loads(out)
    assert (status, err) == (0, "")
    assert {"first", "second", "ratios", "rent", "sources"} <= data.keys()
    assert data["rent"]["book"] == "capacity-blocks-2026-10"
    assert data["rent"]["per_chip"] == pytest.approx(0.374, abs=0.001)
    assert data["ratios"]["chip"]["hbm_tb_per_s"] == pytest.approx(2.9 / 3.35)
    assert {
        "per_chip",
        "per_bf16_pflop",
        "per_fp8_pflop",
        "per_hbm_tb_per_s",
        "per_hbm_gib",
        "per_it_kw",
    } <= data["rent"].keys()
    status, out, _ = command("compare", "trn3-gen2", "trn2-ultra", "--prices", "all")
    assert status == 0
    assert "4.36 ×" in out
    assert "Rent, market-2026-11" in out
    assert "no public figure" in out or "no price of trainium3" in out


def test_command_list_and_show() -> None:
    status, out, _ = command("list", "--kind", "racks")
    assert status == 0
    assert "trn3-gen2" in out
    assert "h100 " not in out
    assert "chips (" in command("list")[1]
    for entry in load_catalog().entries():
        status, out, err = command("show", entry.ref)
        assert (status, err) == (0, ""), entry.ref
        for _, figure in entry.figures():
            assert (figure.note if figure.assumed else figure.source) in out, entry.ref
    assert "fp4_tflops: no public figure" in command("show", "Trainium2")[1]
    assert "price route “Rainier, everything”: 22,000 USD/chip" in command("show", "trn2-ultra")[1]
    assert "moe_serving_vllm: needs port since 2026-07" in command("show", "readiness/trainium2")[1]


def test_command_check(tmp_path: Any) -> None:
    assert command("check") == (0, "The catalog is sound.\n", "")
    assert command("check", str(resource("catalog")))[0] == 0
    (tmp_path / "chips").mkdir()
    (tmp_path / "chips" / "x.toml").write_text("id = 3\n", encoding="utf-8")
    status, out, err = command("check", str(tmp_path))
    assert (status, out) == (2, "")
    assert err.startswith("chips/x.toml: id: 3 is not the file name")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("show", "nothing"), "'nothing': no entry of this name"),
        (("compare", "trn2-ultra"), "arguments are required: second"),
        (("compare", "trn2-ultra", "zzz"), "'zzz': no entry"),
        (("list", "--kind", "gadgets"), "invalid choice"),
        (("dance",), "invalid choice"),
        (("check", "/does/not/exist"), "no such folder"),
    ],
)
def test_command_bad_input_is_one_line(args: tuple[str, ...], words: str) -> None:
    status, out, err = command(*args)
    assert (status, out) == (2, "")
    assert words in err
    assert err.count("\n") == 1


def test_command_help() -> None:
    for args in ((), ("--help",), ("compare", "-h")):
        status, out, err = command(*args)
        assert (status, err) == (0, "")
        assert "usage: fleetdesigner catalog" in out
