"""The bundled data: sources everywhere, references that resolve, peaks that are dense, models that add up."""

from __future__ import annotations

import itertools
import re

import pytest

from fleetdesigner.assets import resource
from fleetdesigner.catalog import (
    ENTRY_KINDS,
    KIND_CLASSES,
    Catalog,
    CatalogError,
    Entry,
    LanguageModel,
    check,
    load_catalog,
)

VALIDATION_CHIPS = (
    # every value of `chip` in the published measurements (406 training and 1,210 serving points)
    "H100-SXM-80GB", "B200", "H200-SXM-141GB", "A100-80GB", "GB200", "B300", "GB300", "Trainium1",
    "Inferentia2", "A100-40GB", "MI300X", "MI325X", "H200-NVL", "TPU-v5p", "Trainium2", "TPU-v6e",
    "TPU-v5e", "MI350X", "Arc-B60", "RTX-PRO-6000", "H800-SXM-80GB", "MI355X",
)  # fmt: skip
VALIDATION_MODELS = (
    "Llama-2-7B", "DeepSeek-V3", "GPT-OSS-120B", "Qwen3-30B-A3B", "Qwen3-235B-A22B", "Llama-3.1-405B",
    "Kimi-K2", "Llama-3-70B", "GPT3-175B", "Llama-2-13B", "Llama-2-70B", "Llama-3-8B", "Mistral-7B",
    "Mixtral-8x7B", "GLM-5", "MiniMax-M2.5", "Qwen3-32B", "Qwen3.5-397B-A17B",
)  # fmt: skip
RACKS = (
    "trn1-rack", "inf2-rack", "trn2-rack", "trn2-ultra", "trn3-gen1", "trn3-gen2", "trn4-mgx", "a100-rack",
    "h100-rack", "h200-rack", "b200-rack", "b300-rack", "gb200-nvl72", "gb300-nvl72", "vr-nvl72",
    "rubin-ultra", "tpu-v7-rack", "mi300x-rack", "mi355x-rack",
)  # fmt: skip
BOOKS = ("capacity-blocks-2026-01", "capacity-blocks-2026-05", "capacity-blocks-2026-07",
         "capacity-blocks-2026-10", "on-demand-2026-10", "market-2026-11", "neocloud-2026-h2")  # fmt: skip

FP8_ABOVE_TWICE_BF16 = {
    "trainium3": "BF16 stayed at the Trainium2 rate, MXFP8 runs at 3.75 times it",
    "trainium4": "announced as 3 × Trainium3 in FP8; BF16 is assumed",
    "rubin": "the vendor's training figures: 4,000 BF16 and 17,500 FP8",
    "rubin-ultra": "as Rubin; BF16 is assumed",
}
FP4_ABOVE_TWICE_FP8 = {
    "b300": "Blackwell Ultra widened FP4 only: 3 × FP8, dense",
    "gb300": "Blackwell Ultra widened FP4 only: 3 × FP8, dense",
}


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


def test_bundled_catalog_has_no_fault() -> None:
    assert check() == []


def test_every_figure_has_source_grade_and_date(catalog: Catalog) -> None:
    count = 0
    for entry in catalog.entries():
        for field, figure in entry.figures():
            count += 1
            place = f"{entry.ref} {field}"
            assert len(figure.source) > 3, place
            assert figure.evidence in ("measured", "vendor", "estimate", "assumption"), place
            assert re.match(r"^20[0-2]\d", figure.date), place
            assert figure.assumed == (figure.evidence == "assumption"), place
            if figure.assumed:
                assert figure.low is not None, f"{place}: an assumption has a span"
                assert figure.high is not None, f"{place}: an assumption has a span"
                assert figure.low < figure.high, f"{place}: an assumption has a span"
                assert figure.note, f"{place}: an assumption says how it was derived"
    assert count > 1500


def test_file_name_is_the_id(catalog: Catalog) -> None:
    files = {f"{path.parent.name}/{path.stem}" for path in resource("catalog").glob("*/*.toml")}
    assert files == {entry.ref for entry in catalog.entries()}


def test_no_machine_path_or_registry_in_the_data() -> None:
    for path in resource("catalog").glob("*/*.toml"):
        text = path.read_text(encoding="utf-8")
        assert "/tmp/" not in text, path.name
        assert "/" + "work/" not in text, path.name


def test_each_part_of_the_article_is_there(catalog: Catalog) -> None:
    for rack_id in RACKS:
        assert catalog.rack(rack_id).id == rack_id
    for book_id in BOOKS:
        assert catalog.price_book(book_id).rows
    assert len(catalog.sites()) >= 18
    assert len(catalog.models()) >= 24
    assert {fabric.id for fabric in catalog.fabrics()} >= {
        "efa-v2",
        "efa-v3",
        "efa-v3-trn3",
        "infiniband-ndr",
    }


@pytest.mark.parametrize("name", VALIDATION_CHIPS)
def test_chips_of_the_measurements_are_entries(catalog: Catalog, name: str) -> None:
    chip = catalog.find(name, "chips")
    assert chip.figure("bf16_tflops") is not None
    assert chip.figure("hbm_tb_per_s") is not None


@pytest.mark.parametrize("name", VALIDATION_MODELS)
def test_models_of_the_measurements_are_entries(catalog: Catalog, name: str) -> None:
    assert isinstance(catalog.find(name, "models"), LanguageModel)


def test_no_sparse_peak_stands_in_a_dense_field(catalog: Catalog) -> None:
    for chip in catalog.chips():
        bf16, fp8, fp4 = (chip.figure(f"{form}_tflops") for form in ("bf16", "fp8", "fp4"))
        assert bf16 is not None
        if fp8 is not None and chip.id not in FP8_ABOVE_TWICE_BF16:
            assert fp8.value <= 2.2 * bf16.value, chip.id
        if fp8 is not None and fp4 is not None and chip.id not in FP4_ABOVE_TWICE_FP8:
            assert fp4.value <= 2.2 * fp8.value, chip.id
        if chip.bf16_sparse_tflops is not None:
            assert chip.bf16_sparse_tflops.value >= 1.9 * bf16.value, chip.id
        for form in ("fp8", "fp4"):
            assert (chip.figure(f"{form}_tflops") is not None) == (form in chip.precisions), chip.id


def test_units_that_are_mixed_up_elsewhere(catalog: Catalog) -> None:
    trn3, h100 = catalog.chip("trainium3"), catalog.chip("h100")
    assert trn3.hbm_gb is None
    assert trn3.hbm_bytes == 144 * 2**30
    assert h100.hbm_gib is None
    assert h100.hbm_bytes == 80e9
    assert catalog.chip("b300").hbm_usable_bytes == 268 * 2**30
    # vendors print 1,800 and 900 GB/s, the sum of both ways
    for chip_id, one_way in (("gb200", 900.0), ("h100", 450.0), ("rubin", 1800.0), ("trainium2", 640.0)):
        figure = catalog.chip(chip_id).scale_up_gbytes_per_s
        assert figure is not None
        assert figure.value == one_way


def test_rack_systems_by_hand(catalog: Catalog) -> None:
    by_hand = {
        # rack: chips, physical racks, floor positions, kW
        "trn2-ultra": (64, 2, 2, 48.0),
        "trn2-rack": (32, 1, 1, 27.0),
        "trn3-gen1": (64, 2, 2, 83.2),
        "trn3-gen2": (144, 2, 2, 187.2),
        "h100-rack": (32, 1, 1, 40.8),
        "b200-rack": (32, 1, 1, 57.2),
        "gb200-nvl72": (72, 1, 1, 132.0),
        "gb300-nvl72": (72, 1, 1, 135.0),
        "vr-nvl72": (72, 1, 1, 190.0),
        "rubin-ultra": (144, 1, 1, 600.0),
    }
    for rack_id, (chips, racks, positions, power) in by_hand.items():
        rack = catalog.rack(rack_id)
        assert rack.it_power_kw is not None
        assert (catalog.chips_in(rack), rack.racks, rack.positions) == (chips, racks, positions), rack_id
        assert rack.it_power_kw.value == power, rack_id


def test_a_design_finds_every_figure_it_needs_of_a_rack(catalog: Catalog) -> None:
    for rack in catalog.racks():
        for field in (
            "it_power_kw",
            "nameplate_kw",
            "idle_power_kw",
            "liquid_share",
            "weight_kg",
            "price_usd",
        ):
            assert rack.figure(field) is not None, f"{rack.ref} {field}"
        idle, power, plate = rack.idle_power_kw, rack.it_power_kw, rack.nameplate_kw
        assert idle is not None
        assert power is not None
        assert plate is not None
        assert idle.value < power.value <= plate.value, rack.id
        node = catalog.node_of(rack)
        assert node.node_power_kw is not None
        assert node.node_power_kw.value * rack.nodes <= 1.02 * power.value, rack.id
        assert (rack.cooling == "air") == (rack.liquid_share is not None and rack.liquid_share.value == 0)
        assert catalog.readiness_of(catalog.chip_of(rack)) is not None


def test_trainium_prices_show_two_routes(catalog: Catalog) -> None:
    for rack_id in ("trn2-rack", "trn2-ultra", "trn3-gen1", "trn3-gen2"):
        rack = catalog.rack(rack_id)
        assert rack.price_usd is not None
        assert rack.price_usd.assumed
        assert rack.price_usd.low is not None
        assert rack.price_usd.high is not None
        chips = catalog.chips_in(rack)
        assert len(rack.price_routes) == 2
        for route in rack.price_routes:
            assert rack.price_usd.low < route.system_usd_per_chip * chips < rack.price_usd.high, rack_id
    rainier = catalog.rack("trn2-ultra").price_routes[0]
    assert rainier.usd_per_chip == pytest.approx(11e9 / 500_000)


def test_announced_parts_carry_their_status(catalog: Catalog) -> None:
    for ref in ("chips/trainium4", "racks/trn4-mgx", "chips/rubin-ultra", "racks/rubin-ultra"):
        assert catalog.entry(ref).status == "announced"
    bf16 = catalog.chip("trainium4").bf16_tflops
    assert bf16 is not None
    assert bf16.assumed


def _parameters_b(model: LanguageModel) -> float:
    """Parameters in billions from the architecture: attention, MLPs or experts, router, embeddings."""
    hidden, heads, width = model.hidden, model.heads, model.head_dim
    if model.kv_low_rank:
        # DeepSeek's latent: keys of width − 64 rotary elements, values of 128 (256 in GLM-5)
        latent, rotary = model.kv_low_rank - 64, 64
        query_rank = {"deepseek-v2-lite": 0, "glm-5": 2048}.get(model.id, 1536)
        value = 256 if model.id == "glm-5" else 128
        query = hidden * query_rank + query_rank * heads * width if query_rank else hidden * heads * width
        attention = (
            query
            + hidden * (latent + rotary)
            + latent * heads * (width - rotary + value)
            + heads * value * hidden
        )
    else:
        attention = hidden * width * (heads + 2 * model.kv_heads) + width * heads * hidden
    matrices = 3 if model.gated_mlp else 2
    mixed = model.layers - model.dense_layers if model.experts else 0
    plain = model.layers - mixed
    one = matrices * hidden * model.ffn
    total = model.layers * attention
    total += mixed * ((model.experts + model.shared_experts) * one + hidden * model.experts)
    total += plain * matrices * hidden * (model.dense_ffn if model.experts else model.ffn)
    total += model.vocab * hidden * (1 if model.tied_embeddings else 2)
    return total / 1e9


def test_architectures_add_up_to_the_published_parameters(catalog: Catalog) -> None:
    for model in catalog.models():
        assert model.params_b is not None
        assert model.active_params_b is not None
        assert _parameters_b(model) == pytest.approx(model.params_b.value, rel=0.011), model.id
        assert model.active_params_b.value <= model.params_b.value
        assert (model.family == "dense") == (model.active_params_b.value == model.params_b.value)


def test_layers_that_keep_keys_and_values(catalog: Catalog) -> None:
    gpt_oss, qwen, deepseek = (catalog.model(i) for i in ("gpt-oss-120b", "qwen3-5-397b-a17b", "deepseek-v3"))
    assert (gpt_oss.full_context_layers, gpt_oss.windowed_layers) == (18, 18)
    assert (qwen.full_context_layers, qwen.windowed_layers) == (15, 0)
    assert (deepseek.full_context_layers, deepseek.kv_elements_per_token_layer) == (61, 576)
    assert catalog.model("llama-3-1-70b").kv_elements_per_token_layer == 2 * 8 * 128


def test_readiness_covers_each_placeable_generation(catalog: Catalog) -> None:
    row = catalog.readiness_row("trainium3", "moe", "serving", "vllm")
    assert row is not None
    assert row.state == "beta"
    assert row.efficiency is not None
    blocked = catalog.readiness_row("trainium1", "dense", "serving", "vllm")
    assert blocked is not None
    assert blocked.state == "blocked"
    assert blocked.efficiency is None
    assert catalog.readiness_row("inferentia2", "dense", "training", "pytorch") is None
    for table in catalog.readiness_tables():
        keys = [item.key for item in table.rows]
        assert len(keys) == len(set(keys)), table.id
        for item in table.rows:
            if item.efficiency is not None and item.efficiency_mature is not None:
                assert item.efficiency.value <= item.efficiency_mature.value, f"{table.id} {item.key}"


def test_palette_order_puts_trainium_before_nvidia_before_peers(catalog: Catalog) -> None:
    vendors = [rack.vendor for rack in catalog.racks()]
    assert [vendor for at, vendor in enumerate(vendors) if vendor not in vendors[:at]] == [
        "AWS", "NVIDIA", "Google", "AMD",
    ]  # fmt: skip


def test_names_are_short_enough_to_draw(catalog: Catalog) -> None:
    assert all(len(rack.short_name) <= 12 for rack in catalog.racks())
    for rack in catalog.racks():
        ends = [(band.u_from, band.u_to) for band in rack.elevation]
        assert all(one[1] < two[0] for one, two in itertools.pairwise(ends)), f"{rack.id} overlaps"


def test_find_by_alias_and_its_refusals(catalog: Catalog) -> None:
    assert catalog.find("trn3 gen2").ref == "racks/trn3-gen2"
    assert catalog.find("h100").ref == "chips/h100"
    assert catalog.find("chips/gb200").id == "gb200"
    assert catalog.entry("racks/trn3-gen2") is catalog.rack("trn3-gen2")
    with pytest.raises(CatalogError, match=r"nothing-here.*catalog list"):
        catalog.find("nothing-here")
    with pytest.raises(CatalogError, match="racks/zzz: no such entry"):
        catalog.rack("zzz")
    with pytest.raises(CatalogError, match="no kind"):
        catalog.entry("gadgets/zzz")


def test_each_kind_iterates_its_figures(catalog: Catalog) -> None:
    assert tuple(KIND_CLASSES.values()) == ENTRY_KINDS
    for entry in catalog.entries():
        for field in entry.field_names():
            spec = entry.spec(field)
            assert spec.unit, f"{entry.ref} {field}"
            assert spec.description, f"{entry.ref} {field}"
            assert spec.low < spec.high, f"{entry.ref} {field}"
            entry.figure(field)
    for cls in ENTRY_KINDS:
        assert not any("dict" in str(field.annotation) for field in cls.model_fields.values())
        assert issubclass(cls, Entry)


def test_the_shipped_catalog_is_loaded_once() -> None:
    assert load_catalog() is load_catalog()


def test_a_book_says_which_models_it_leaves_out(catalog: Catalog) -> None:
    """No row and no word about a model would leave one asking."""
    for book in catalog.token_books():
        sold = {row.model_id for row in book.models}
        for model in catalog.models():
            name = model.name.removesuffix(", assumed")
            assert (model.id in sold) != (name in book.note.partition(": ")[2].split(", ")), (book.id, name)
        assert all(book.sells(one) for one in sold)
