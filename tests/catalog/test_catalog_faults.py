"""Wrong entries: each fault is one line that names file and field."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from fleetdesigner.assets import resource
from fleetdesigner.catalog import CatalogError, check, load_catalog, parse_entry

GOOD = """
id = "own-chip"
name = "Own chip"
vendor = "us"
family = "nvidia"
generation = "hopper"
precisions = ["bf16"]
date = "2026-11"

[figures]
bf16_tflops = { value = 500, source = "our bench", date = "2026-11", evidence = "measured" }
"""
FIGURE = 'bf16_tflops = { value = 500, source = "our bench", date = "2026-11", evidence = "measured" }'

BAD = [
    # (what is wrong, replaced, by, words that the line must hold)
    ("no unit in the name", "bf16_tflops", "bf16", "figures.bf16: unknown field"),
    ("no source", 'source = "our bench", ', "", "figures.bf16_tflops.source: missing"),
    ("empty source", '"our bench"', '""', "figures.bf16_tflops.source"),
    ("no date", ', date = "2026-11", evidence', ", evidence", "figures.bf16_tflops.date: missing"),
    ("odd date", 'date = "2026-11", evidence', 'date = "Nov 26", evidence', "figures.bf16_tflops.date"),
    ("no grade", ', evidence = "measured"', "", "figures.bf16_tflops.evidence: missing"),
    ("unknown grade", '"measured"', '"sure"', "figures.bf16_tflops.evidence"),
    ("no figure is no grade", '"measured"', '"none"', "figures.bf16_tflops.evidence"),
    ("NaN", "value = 500", "value = nan", "figures.bf16_tflops.value"),
    ("infinite", "value = 500", "value = inf", "figures.bf16_tflops.value"),
    ("text for a number", "value = 500", 'value = "500"', "figures.bf16_tflops.value: a number"),
    ("true for a number", "value = 500", "value = true", "figures.bf16_tflops.value: a number"),
    ("PFLOPS in a TFLOPS field", "value = 500", "value = 0.5", "bf16_tflops: 0.5 TFLOPS is outside"),
    ("span beside the value", "value = 500", "value = 500, low = 600", "low 600 is above the value 500"),
    ("high below the value", "value = 500", "value = 500, high = 400", "high 400 is below the value 500"),
    ("span out of range", "value = 500", "value = 500, high = 1e9", "bf16_tflops: 1e+09 TFLOPS is outside"),
    ("unknown key of a figure", "value = 500", "value = 500, unit = 'TF'",
     "figures.bf16_tflops.unit: unknown key"),
    ("bare number", FIGURE, "bf16_tflops = 500", "figures.bf16_tflops: a figure is"),
    ("figure outside the table", "[figures]\n", "", "bf16_tflops: a figure stands in the table"),
    ("unknown key", 'vendor = "us"', 'vendor = "us"\ncolour = "red"', "colour: unknown key"),
    ("missing name", 'name = "Own chip"\n', "", "name: missing"),
    ("unknown family", '"nvidia"', '"abacus"', "family"),
    ("id is not the file name", 'id = "own-chip"', 'id = "other"', "id: 'other' is not the file name"),
    ("odd id", 'id = "own-chip"', 'id = "Own Chip"', "id: 'Own Chip' is not the file name"),
    ("not TOML", "[figures]", "[figures", "not TOML"),
    ("key twice", 'vendor = "us"', 'vendor = "us"\nvendor = "them"', "not TOML"),
    ("figures are no table", "[figures]\n" + FIGURE, "figures = 3", "figures"),
    ("assumption without a span", FIGURE, "bf16_tflops = { assume = { value = 5, derivation = 'x' } }",
     "figures.bf16_tflops.assume.low: missing"),
    ("assumption without a reason", FIGURE, "bf16_tflops = { assume = { value = 50, low = 40, high = 60 } }",
     "figures.bf16_tflops.assume.derivation: missing"),
    ("assumption beside a value", FIGURE,
     "bf16_tflops = { value = 5, assume = { value = 50, low = 40, high = 60, derivation = 'x' } }",
     "figures.bf16_tflops.value: unknown key beside assume"),
    ("assume is no table", FIGURE, "bf16_tflops = { assume = 3 }", "figures.bf16_tflops.assume: expected"),
]  # fmt: skip


def test_good_entry_is_read() -> None:
    chip = parse_entry("chips", "own-chip", GOOD)
    figure = chip.figure("bf16_tflops")
    assert figure is not None
    assert (figure.value, figure.source, figure.evidence) == (500, "our bench", "measured")
    assert chip.figure("fp8_tflops") is None
    assert parse_entry("chips", "own-chip", GOOD) is chip


@pytest.mark.parametrize(("what", "old", "new", "words"), BAD, ids=[item[0] for item in BAD])
def test_bad_entry_is_refused_with_file_and_field(what: str, old: str, new: str, words: str) -> None:
    assert old in GOOD, what
    with pytest.raises(CatalogError) as caught:
        parse_entry("chips", "own-chip", GOOD.replace(old, new))
    line = str(caught.value)
    assert line.startswith("chips/own-chip.toml: ")
    assert words in line
    assert "\n" not in line


def test_two_capacities_are_refused() -> None:
    both = (
        FIGURE
        + "\n"
        + "\n".join(
            f'{name} = {{ value = 80, source = "x y z", date = "2026", evidence = "vendor" }}'
            for name in ("hbm_gb", "hbm_gib")
        )
    )
    with pytest.raises(CatalogError, match="hbm_gb or hbm_gib, not both"):
        parse_entry("chips", "own-chip", GOOD.replace(FIGURE, both))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("experts = 256\n", "", "experts: a mixture"),
        ("top_k = 8", "top_k = 300", "top_k: 300 is not between"),
        ("dense_ffn = 18432\n", "", "dense_ffn: give the MLP width"),
        ("dense_layers = 3", "dense_layers = 300", "dense_layers"),
        ("kv_low_rank = 576\n", "", "kv_low_rank: MLA"),
        ("layers = 61", "layers = 0", "layers: "),
    ],
)
def test_impossible_architectures_are_refused(old: str, new: str, words: str) -> None:
    text = load_catalog().text_of("models", "deepseek-v3")
    assert old in text
    with pytest.raises(CatalogError) as caught:
        parse_entry("models", "deepseek-v3", text.replace(old, new, 1))
    assert words in str(caught.value)


def test_rows_are_checked_like_figures() -> None:
    text = load_catalog().text_of("prices", "capacity-blocks-2026-10")
    with pytest.raises(CatalogError, match=r"rows\[1\]\.usd_per_chip_hour: a figure is"):
        parse_entry(
            "prices",
            "capacity-blocks-2026-10",
            text.split("\n[[rows]]")[0]
            + '\n[[rows]]\nchip_id = "h100"\nusd_per_chip_hour = { value = 1, source = "abc", date = "2026",'
            + ' evidence = "vendor" }\n[[rows]]\nchip_id = "h200"\nusd_per_chip_hour = 3\n',
        )


ROW = """
[[models]]
model_id = "grok-1"
usd_per_million_input = { value = 1, source = "abc", date = "2026", evidence = "vendor" }
usd_per_million_output = { value = 2, source = "abc", date = "2026", evidence = "vendor" }
"""


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("{ value = 2,", "3 # {", "models[0].usd_per_million_output: a figure is"),
        ('source = "abc", date = "2026", evidence = "vendor" }', 'date = "2026" }', "source: missing"),
        ("usd_per_million_output", "usd_per_million_outputs", "usd_per_million_outputs: unknown key"),
        ("value = 2", "value = 2e5", "grok-1_usd_per_million_output: 200000 USD/million tokens is outside"),
        ("usd_per_million_output", "usd_per_million_cached", "2 is above the price of other input, 1"),
        (ROW, ROW + ROW, "models[1]: grok-1 is priced twice"),
    ],
)
def test_prices_of_tokens_are_checked(old: str, new: str, words: str) -> None:
    head = load_catalog().text_of("prices", "bedrock-tokens-2026-11").split("\n[[models]]")[0]
    assert old in ROW
    with pytest.raises(CatalogError) as caught:
        parse_entry("prices", "bedrock-tokens-2026-11", head + ROW.replace(old, new, 1))
    assert words in str(caught.value)


def test_a_price_of_a_model_that_is_not_there_is_found(tmp_path: Path) -> None:
    place = _copy(tmp_path)
    book = place / "prices" / "bedrock-tokens-2026-11.toml"
    book.write_text(book.read_text().replace('model_id = "gemma-3-27b"', 'model_id = "gemma-9"', 1))
    assert [fault for fault in check(place) if "no entry models/gemma-9" in fault]


def test_an_elevation_runs_upwards() -> None:
    text = load_catalog().text_of("racks", "trn2-ultra").replace("u_to = 19", "u_to = 1", 1)
    with pytest.raises(CatalogError, match="u_to 1 is below u_from 4"):
        parse_entry("racks", "trn2-ultra", text)


def _copy(folder: Path) -> Path:
    place = folder / "catalog"
    shutil.copytree(resource("catalog"), place)
    return place


def test_check_collects_all_faults(tmp_path: Path) -> None:
    place = _copy(tmp_path)
    (place / "chips" / "own-chip.toml").write_text(
        GOOD.replace("value = 500", "value = nan"), encoding="utf-8"
    )
    (place / "chips" / "other.toml").write_text(GOOD, encoding="utf-8")
    node = (place / "nodes" / "hgx-h100.toml").read_text(encoding="utf-8")
    (place / "nodes" / "hgx-h100.toml").write_text(node.replace('"h100"', '"h1000"'), encoding="utf-8")
    (place / "nodes" / "hgx-h200.toml").unlink()
    faults = check(place)
    assert any(line.startswith("chips/own-chip.toml: figures.bf16_tflops.value") for line in faults)
    assert any(line.startswith("chips/other.toml: id: 'own-chip'") for line in faults)
    assert "nodes/hgx-h100.toml: chip_id: no entry chips/h1000; correct the id" in faults
    assert "racks/h200-rack.toml: node_id: no entry nodes/hgx-h200; correct the id" in faults
    with pytest.raises(CatalogError, match=r"^chips/other\.toml: id: .*and 3 more"):
        load_catalog(place)


def test_two_entries_may_not_share_a_name(tmp_path: Path) -> None:
    place = _copy(tmp_path)
    (place / "chips" / "own-chip.toml").write_text(
        GOOD.replace('vendor = "us"', 'vendor = "us"\naliases = ["H100-SXM-80GB"]'), encoding="utf-8"
    )
    assert [line for line in check(place) if "'h100-sxm-80gb' also names" in line]


def test_folders_that_hold_no_catalog(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="no such folder"):
        load_catalog(tmp_path / "none")
    assert "no such folder" in check(tmp_path / "none")[0]
    (tmp_path / "gadgets").mkdir()
    assert check(tmp_path) == [
        "gadgets/: not a kind of entry; the kinds are "
        "chips, nodes, racks, fabrics, sites, prices, models, readiness"
    ]


def test_text_that_is_not_utf8_or_too_long(tmp_path: Path) -> None:
    place = _copy(tmp_path)
    (place / "chips" / "own-chip.toml").write_bytes(b'id = "\xff"')
    assert "chips/own-chip.toml: not UTF-8" in check(place)[0]
    with pytest.raises(CatalogError, match="at most 200000"):
        parse_entry("chips", "own-chip", GOOD + "#" * 200_000)
    with pytest.raises(CatalogError, match="no kind 'gadgets'"):
        parse_entry("gadgets", "own-chip", GOOD)
