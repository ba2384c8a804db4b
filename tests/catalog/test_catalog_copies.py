"""Overrides, pins and copies: what changes, what stays the same object, what is refused."""

from __future__ import annotations

import hashlib
import time
import tomllib
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from fleetdesigner.catalog import Catalog, CatalogError, load_catalog, parse_entry, toml_text


@dataclass(frozen=True)
class Set:
    """An override as a design holds it."""

    entry: str
    field: str
    value: float | None
    low: float | None = None
    high: float | None = None
    evidence: str = "assumption"
    note: str = ""
    source: str = ""


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


def test_an_override_changes_one_figure_and_nothing_else(catalog: Catalog) -> None:
    changed = catalog.with_overrides(
        [
            Set(
                "racks/trn3-gen2",
                "it_power_kw",
                150.0,
                120.0,
                187.0,
                "vendor",
                "a quote",
                "our supplier, 2026-11",
            )
        ]
    )
    figure = changed.rack("trn3-gen2").it_power_kw
    assert figure is not None
    assert (figure.value, figure.low, figure.high) == (150.0, 120.0, 187.0)
    assert (figure.evidence, figure.note, figure.source) == ("vendor", "a quote", "our supplier, 2026-11")
    assert not figure.assumed
    before = catalog.rack("trn3-gen2").it_power_kw
    assert before is not None
    assert before.value == 187.2
    assert changed.rack("trn3-gen2").weight_kg is catalog.rack("trn3-gen2").weight_kg
    for entry in catalog.entries():
        if entry.ref != "racks/trn3-gen2":
            assert changed.entry(entry.ref) is entry
    assert [rack.id for rack in changed.racks()] == [rack.id for rack in catalog.racks()]
    assert changed.revision == catalog.revision
    assert changed.find("trn3 gen2") is changed.rack("trn3-gen2")


def test_none_removes_a_figure(catalog: Catalog) -> None:
    changed = catalog.with_overrides([Set("racks/trn3-gen2", "price_usd", None)])
    assert changed.rack("trn3-gen2").price_usd is None
    assert "price_usd" not in dict(changed.rack("trn3-gen2").figures())


def test_overrides_apply_in_order_and_across_kinds(catalog: Catalog) -> None:
    changed = catalog.with_overrides(
        [
            Set("chips/trainium3", "tdp_w", 900.0),
            Set("chips/trainium3", "tdp_w", 700.0),
            Set("chips/trainium3", "hbm_gib", None),
            Set("sites/us-ohio", "energy_usd_per_kwh", 0.05),
        ]
    )
    tdp, price = changed.chip("trainium3").tdp_w, changed.site("us-ohio").energy_usd_per_kwh
    assert tdp is not None
    assert price is not None
    assert (tdp.value, price.value) == (700.0, 0.05)
    assert changed.chip("trainium3").hbm_bytes is None
    assert catalog.with_overrides([]) is catalog


def test_prices_and_readiness_are_fields_too(catalog: Catalog) -> None:
    book, table = "prices/capacity-blocks-2026-10", "readiness/trainium2"
    changed = catalog.with_overrides(
        [
            Set(book, "trainium2", 2.0),
            Set(book, "trainium3", 4.0),
            Set(book, "h100", None),
            Set(table, "moe_serving_vllm_efficiency", 0.9),
        ]
    )
    prices = changed.price_book("capacity-blocks-2026-10")
    two, three = prices.usd_per_chip_hour("trainium2"), prices.usd_per_chip_hour("trainium3")
    assert two is not None
    assert three is not None
    assert (two.value, three.value) == (2.0, 4.0)
    assert prices.usd_per_chip_hour("h100") is None
    assert prices.rows[1].sku == "trn2.48xlarge"
    row = changed.readiness_row("trainium2", "moe", "serving", "vllm")
    assert row is not None
    assert row.efficiency is not None
    assert row.efficiency.value == 0.9
    old = catalog.readiness_row("trainium2", "dense", "serving", "vllm")
    assert changed.readiness_row("trainium2", "dense", "serving", "vllm") is old


def test_prices_of_tokens_are_fields_too(catalog: Catalog) -> None:
    ref = "prices/bedrock-tokens-2026-11"
    changed = catalog.with_overrides(
        [
            Set(ref, "llama-3-1-8b_usd_per_million_output", 0.5),
            Set(ref, "llama-3-1-8b_usd_per_million_cached", 0.1),
            Set(ref, "llama-3-1-70b_usd_per_million_input", None),
            Set(ref, "grok-1_usd_per_million_output", 3.0),
            Set(ref, "dbrx_usd_per_million_output", None),
        ]
    )
    before, book = catalog.price_book("bedrock-tokens-2026-11"), changed.price_book("bedrock-tokens-2026-11")
    row = book.tokens_of("llama-3-1-8b")
    assert row is not None
    assert row.usd_per_million_output is not None
    assert row.usd_per_million_output.value == 0.5
    assert row.sku == "meta.llama3-1-8b-instruct-v1:0"
    assert book.figure("llama-3-1-8b_usd_per_million_cached") is not None
    assert (before.sells("llama-3-1-70b"), book.sells("llama-3-1-70b")) == (True, False)
    assert not book.sells("grok-1")  # what comes in is not priced
    assert book.tokens_of("grok-1") is not None
    assert book.tokens_of("dbrx") is None
    assert [row.model_id for row in book.models] == [*(row.model_id for row in before.models), "grok-1"]


def test_books_of_rents_and_of_tokens_are_told_apart(catalog: Catalog) -> None:
    rents, tokens = catalog.rent_books(), catalog.token_books()
    assert {one.id for one in tokens} == {"token-market-2026-11", "bedrock-tokens-2026-11"}
    assert {*rents, *tokens} == {*catalog.price_books()}
    assert not {*rents} & {*tokens}
    assert all(book.usd_per_chip_hour("h100") is None for book in tokens)


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (Set("prices/token-market-2026-11", "x_usd_per_million_input", 1.0), "no language model 'x'"),
        (Set("prices/token-market-2026-11", "dbrx_usd_per_million_input", 1e6), "dbrx_usd.*outside"),
        (Set("racks/none", "it_power_kw", 1.0), "racks/none: no such entry"),
        (Set("gadgets/none", "it_power_kw", 1.0), "no kind 'gadgets'"),
        (Set("racks/trn3-gen2", "colour", 1.0), "racks/trn3-gen2: no figure field 'colour'"),
        (Set("racks/trn3-gen2", "it_power_kw", 1e9), r"racks/trn3-gen2: it_power_kw: 1e\+09 kW is outside"),
        (Set("racks/trn3-gen2", "it_power_kw", -1.0), "outside"),
        (Set("racks/trn3-gen2", "it_power_kw", float("nan")), "not a finite number"),
        (Set("prices/market-2026-11", "h100", 1e6), "prices/market-2026-11: h100: .*outside"),
        (Set("prices/market-2026-11", "abacus", 1.0), "no chip 'abacus'"),
        (Set("readiness/trainium2", "moe_serving_vllm_speed", 1.0), "no figure field"),
    ],
)
def test_overrides_that_cannot_be(catalog: Catalog, item: Set, words: str) -> None:
    with pytest.raises(CatalogError, match=words):
        catalog.with_overrides([item])


@given(value=st.floats(0.5, 20_000), low=st.floats(0.5, 20_000), high=st.floats(0.5, 20_000))
def test_a_lever_may_leave_its_span(value: float, low: float, high: float) -> None:
    changed = load_catalog().with_overrides([Set("racks/trn3-gen2", "it_power_kw", value, low, high)])
    figure = changed.rack("trn3-gen2").it_power_kw
    assert figure is not None
    assert figure.low is not None
    assert figure.high is not None
    assert figure.low <= figure.value <= figure.high


def test_a_price_lever_is_cheap(catalog: Catalog) -> None:
    def one() -> float:
        start = time.perf_counter()
        catalog.with_overrides([Set("prices/capacity-blocks-2026-10", "trainium2", 2.0)])
        return time.perf_counter() - start

    assert sorted(one() for _ in range(200))[100] < 0.3e-3


@pytest.mark.parametrize(
    ("target", "field"), [("catalog", "revision"), ("rack", "nodes"), ("figure", "value")]
)
def test_nothing_can_be_changed_in_place(catalog: Catalog, target: str, field: str) -> None:
    rack = catalog.rack("trn3-gen2")
    held = {"catalog": catalog, "rack": rack, "figure": rack.it_power_kw}[target]
    with pytest.raises((AttributeError, ValidationError)):
        setattr(held, field, 3)


def test_pins_give_the_entry_that_was_read(catalog: Catalog) -> None:
    text = catalog.text_of("racks", "trn3-gen2")
    assert catalog.sha256_of("racks", "trn3-gen2") == hashlib.sha256(text.encode()).hexdigest()
    assert catalog.with_texts([("racks", "trn3-gen2", text)]) is catalog
    older = text.replace("value = 187.2", "value = 160.0")
    pinned = catalog.with_texts([("racks", "trn3-gen2", older)])
    power = pinned.rack("trn3-gen2").it_power_kw
    assert power is not None
    assert power.value == 160.0
    assert pinned.text_of("racks", "trn3-gen2") == older
    assert pinned.revision != catalog.revision
    assert pinned.rack("trn2-ultra") is catalog.rack("trn2-ultra")
    overridden = catalog.with_overrides([Set("racks/trn3-gen2", "it_power_kw", 150.0)])
    assert overridden.text_of("racks", "trn3-gen2") == text


def test_every_entry_survives_as_text(catalog: Catalog) -> None:
    for entry in catalog.entries():
        text = catalog.text_of(entry.kind, entry.id)
        written = toml_text(tomllib.loads(text))
        assert tomllib.loads(written) == tomllib.loads(text), entry.ref
        assert parse_entry(entry.kind, entry.id, written) == entry, entry.ref


@given(
    st.dictionaries(
        st.text(min_size=1, max_size=8),
        st.one_of(
            st.text(), st.booleans(), st.integers(-(2**53), 2**53),
            st.floats(allow_nan=False, allow_infinity=False),
            st.lists(st.text(max_size=5), max_size=3),
            st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=2),
        ),
        max_size=6,
    )
)  # fmt: skip
def test_whatever_is_written_reads_back(data: dict[str, object]) -> None:
    assert tomllib.loads(toml_text(data)) == data


def test_a_copy_becomes_an_own_part(catalog: Catalog) -> None:
    text = catalog.copy_entry("racks", "trn3-gen2", "our-trn3", "Our Trn3, 150 kW")
    mine = catalog.with_texts([("racks", "our-trn3", text)])
    copy = mine.rack("our-trn3")
    assert copy.name == "Our Trn3, 150 kW"
    assert copy.aliases == ()
    assert copy.it_power_kw == catalog.rack("trn3-gen2").it_power_kw
    assert mine.find("Trn3 Gen2") is catalog.rack("trn3-gen2")
    book = catalog.copy_entry("prices", "market-2026-11", "our-quotes", "Our quotes")
    assert mine.with_texts([("prices", "our-quotes", book)]).price_book("our-quotes").rows
    with pytest.raises(CatalogError, match="the id is taken"):
        catalog.copy_entry("racks", "trn3-gen2", "trn2-ultra", "x")
    with pytest.raises(CatalogError, match="no such entry"):
        catalog.copy_entry("racks", "zzz", "yyy", "x")


def test_an_own_part_must_lead_somewhere(catalog: Catalog) -> None:
    text = catalog.copy_entry("racks", "trn3-gen2", "our-trn3", "Ours").replace(
        '"trn3-gen2-sled"', '"no-sled"'
    )
    with pytest.raises(CatalogError, match=r"racks/our-trn3\.toml: node_id: no entry nodes/no-sled"):
        catalog.with_texts([("racks", "our-trn3", text)])


def test_an_old_id_finds_its_heir(catalog: Catalog) -> None:
    text = catalog.text_of("racks", "trn2-ultra").replace(
        'vendor = "AWS"', 'vendor = "AWS"\nreplaces = ["trn2-ultraserver-v1"]', 1
    )
    renamed = catalog.with_texts([("racks", "trn2-ultra", text)])
    assert renamed.rack("trn2-ultraserver-v1") is renamed.rack("trn2-ultra")
    assert renamed.entry("racks/trn2-ultraserver-v1").id == "trn2-ultra"
    changed = renamed.with_overrides([Set("racks/trn2-ultraserver-v1", "it_power_kw", 50.0)])
    power = changed.rack("trn2-ultra").it_power_kw
    assert power is not None
    assert power.value == 50.0
