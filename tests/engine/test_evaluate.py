"""The whole call: conservation, the sample axis, memory, KPIs and series as the contract names them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from fleetdesigner.assets import resource
from fleetdesigner.catalog import CatalogError, load_catalog
from fleetdesigner.design.curves import Constant
from fleetdesigner.design.edits import scenario_design, set_field
from fleetdesigner.design.model import Design
from fleetdesigner.design.scenarios import Assumption, Override, Scenario
from fleetdesigner.engine.assumptions.registry import ASSUMPTIONS
from fleetdesigner.engine.evaluate import evaluate
from fleetdesigner.engine.kpis.formulas import FORMULAS
from fleetdesigner.engine.kpis.registry import KPIS
from fleetdesigner.engine.remembered import Remembered
from fleetdesigner.engine.results import Results
from fleetdesigner.engine.samples import Sample
from fleetdesigner.files.fleet_file import read_fleet
from tests.engine.designs import JANUARY, agents, batch, block, chat, design, hall, pool, run, site

KPI_IDS = [
    "chips",
    "h100_equivalents",
    "it_power_kw",
    "it_power_expected_kw",
    "it_power_nameplate_kw",
    "facility_power_kw",
    "stranded_power_kw",
    "training_tokens_per_s",
    "serving_tokens_per_s",
    "unmet_tokens_per_s",
    "capex_usd",
    "opex_usd_per_month",
    "tco_usd",
    "usd_per_accelerator_hour",
    "usd_per_million_tokens",
    "usd_per_million_tokens_input",
    "usd_per_million_tokens_total",
    "usd_per_million_tokens_usage",
    "cost_per_run_usd",
    "time_to_train_days",
    "tokens_per_s_per_mw",
    "joule_per_token",
    "npv_usd",
    "irr",
    "payback_months",
    "carbon_t_per_year",
    "months_to_capacity",
    # beside the contract of the command line
    "payback_discounted_months",
    "usd_per_mw",
    "break_even_utilisation",
]


def busy(**fields: Any) -> Design:
    """Two sites, two kinds of chip, one workload of each kind."""
    sites = (
        site("s1", (hall("h1", (block(), block("b2", "gb200-nvl72", 4, row=2))),)),
        site("s2", (hall("h2", (block("b3", "trn2-ultra", 6),)),), pue=Constant(value=1.1)),
    )
    works = (chat(value_usd_per_m_output=1.5, origin="external"), run(), agents(), batch())
    return design(**{"sites": sites, "workloads": works, **fields})


def same(one: Results, at: int, other: Results) -> None:
    """Sample `at` of one has the series and KPIs of the base of the other."""
    for name in other.series:
        mine, theirs = one.series[name].values[at], other.series[name].values[0]
        assert np.array_equal(np.isnan(mine), np.isnan(theirs)), name
        assert np.nan_to_num(mine) == pytest.approx(np.nan_to_num(theirs), rel=1e-9, abs=1e-9), name
    for kpi in KPI_IDS:
        month = other.default_month
        mine_value, theirs_value = one.kpi(kpi, month, at).value, other.kpi(kpi, month).value
        assert (mine_value is None) == (theirs_value is None), kpi
        if mine_value is not None:
            assert mine_value == pytest.approx(theirs_value, rel=1e-9), kpi


def test_kpis_in_the_order_of_the_contract() -> None:
    assert [kpi.id for kpi in KPIS] == KPI_IDS
    assert set(FORMULAS) <= set(KPI_IDS)


def test_every_kpi_says_what_it_is() -> None:
    results = evaluate(busy(), load_catalog())
    for kpi in results.kpis():
        assert kpi.value is not None or kpi.why, kpi.id
        assert "\n" not in kpi.definition
        assert kpi.definition.endswith(("whole horizon", "2027-01"))
        assert kpi.inputs, kpi.id
        assert all(one.source and one.ref for one in kpi.inputs)
        if kpi.value is not None and kpi.id in FORMULAS:
            assert kpi.formula, kpi.id
    assert results.kpi("chips").formula == "10 H100 × 32 + 4 GB200 × 72 + 6 Trn2 Ultra × 64 = 992"


def test_the_default_month_is_the_first_of_the_most_chips() -> None:
    late = design(sites=(site(halls=(hall(blocks=(block(),), ready_month=JANUARY + 5),)),))
    results = evaluate(late, load_catalog())
    assert results.default_month == JANUARY + 5
    assert results.kpi("months_to_capacity").value == 5
    assert results.kpi("chips", JANUARY).value == 0
    assert results.kpi("usd_per_accelerator_hour", JANUARY).value is None
    assert "no accelerator" in results.kpi("usd_per_accelerator_hour", JANUARY).why
    assert results.kpi("chips", JANUARY - 50).value == 0  # held inside the horizon
    assert results.kpi("chips", JANUARY + 5_000).value == 320


def test_served_and_unmet_make_the_demand() -> None:
    results = evaluate(busy(), load_catalog())
    state = results.states[0]
    demand = state.plant.demand.output.T
    for at, work in enumerate(state.design.workloads):
        if work.kind in ("serving", "agent"):
            assert state.served[at] + state.unmet[at] == pytest.approx(demand[at], rel=1e-9)
    assert (state.share.sum(axis=1) <= state.plant.parts.usable * (1 + 1e-9)).all()


def test_facility_is_the_sum_of_sites_by_their_pue() -> None:
    series = evaluate(busy(), load_catalog()).series
    by_hand = sum(
        series[f"it_power_kw.site:{one}"].values * series[f"pue.site:{one}"].values for one in ("s1", "s2")
    )
    assert series["facility_power_kw"].values == pytest.approx(by_hand, rel=1e-9)


@pytest.mark.parametrize(
    ("whole", "split"),
    [
        ("it_power_kw", "it_power_kw.generation"),
        ("it_power_kw", "it_power_kw.site"),
        ("facility_power_kw", "facility_power_kw.site"),
        ("chips", "chips.generation"),
        ("stranded_power_kw", "stranded_power_kw.cause"),
        ("serving_tokens_per_s", "serving_tokens_per_s.part"),
        ("served_tokens_per_s", "serving_tokens_per_s.workload"),
        ("training_tokens_per_s", "training_tokens_per_s.workload"),
        ("unmet_tokens_per_s", "unmet_tokens_per_s.workload"),
        ("demand_tokens_per_s", "demand_tokens_per_s.workload"),
        ("cost_usd_per_month", "cost_usd_per_month.item"),
        ("cash_usd", "cash_usd.item"),
    ],
)
def test_parts_make_the_whole(whole: str, split: str) -> None:
    series = evaluate(busy(), load_catalog()).series
    parts = [series[name].values for name in series if name.startswith(f"{split}:")]
    assert len(parts) >= 1
    assert np.sum(parts, axis=0) == pytest.approx(series[whole].values, rel=1e-9, abs=1e-9)


def test_series_are_read_only_and_named() -> None:
    results = evaluate(busy(), load_catalog())
    for name, one in results.series.items():
        assert one.id == name
        assert one.values.shape == (1, 24)
        assert not one.values.flags.writeable
        assert one.label
        assert one.why == ""
    assert {one.key for one in results.series.of_group("chips")} == {"hopper", "blackwell", "trainium2"}


def test_a_scenario_is_what_its_design_gives_alone() -> None:
    later = Scenario(
        id="later", name="Later",
        edits=(set_field("hall:h2", "ready_month", JANUARY + 7), set_field("workload:chat", "priority", 2)),
    )  # fmt: skip
    dear = Scenario(id="dear", name="Dear", edits=(set_field("site:s1", "pue", Constant(value=1.5)),))
    smaller = Scenario(id="small", name="Small", edits=(set_field("block:b3", "cols", 2),))
    given = busy(scenarios=(later, dear, smaller))
    catalog = load_catalog()
    together = evaluate(given, catalog, ("later", "dear", "small"))
    assert together.names == ("Tiny", "Later", "Dear", "Small")
    assert together.sample("Dear") == together.sample("dear") == 2
    same(together, 0, evaluate(given, catalog))
    for at, name in enumerate(("later", "dear", "small"), 1):
        same(together, at, evaluate(scenario_design(given, name), catalog))


def test_a_scenario_may_add_and_remove_what_the_base_has() -> None:
    from fleetdesigner.design.edits import add_object, remove_object

    without = Scenario(
        id="w", name="W", edits=(remove_object("workload", "chat"), remove_object("block", "b3"))
    )
    more = Scenario(id="m", name="M", edits=(add_object("design:", "workload", chat("more", 9e5)),))
    given = busy(scenarios=(without, more))
    catalog = load_catalog()
    together = evaluate(given, catalog, ("w", "m"))
    for at, name in enumerate(("w", "m"), 1):
        same(together, at, evaluate(scenario_design(given, name), catalog))
    assert together.series["chips.generation:trainium2"].values[:, 0].tolist() == [384, 0, 384]


def test_a_sample_is_what_its_figures_give_alone() -> None:
    catalog = load_catalog()
    kw = Override(entry="racks/h100-rack", field="it_power_kw", value=50)
    given = busy()
    samples = (
        Sample(overrides=(kw,)), Sample(assumptions=(("discount_rate", 0.12), ("software_maturity", 0.8))),
        Sample(design=given.changed(workloads=given.workloads[:2])),
    )  # fmt: skip
    together = evaluate(given, catalog, samples=samples)
    same(together, 1, evaluate(given.changed(overrides=(kw,)), catalog))
    rates = (Assumption(key="discount_rate", value=0.12), Assumption(key="software_maturity", value=0.8))
    same(together, 2, evaluate(given.changed(assumptions=rates), catalog))
    same(together, 3, evaluate(given.changed(workloads=given.workloads[:2]), catalog))


def test_overrides_that_are_already_in_the_catalog_do_no_harm() -> None:
    catalog = load_catalog()
    given = busy(overrides=(Override(entry="racks/h100-rack", field="it_power_kw", value=50),))
    same(evaluate(given, catalog.with_overrides(given.overrides)), 0, evaluate(given, catalog))


def test_a_pool_in_two_halves_serves_the_same() -> None:
    from fleetdesigner.design.fleet import Stay

    works = (chat(tokens_per_s=4e5), run(tokens=1e15, chips_max=200), batch())
    whole = design(workloads=works)
    halves = tuple(
        block(f"b{at}", cols=5, row=at * 2, stays=(Stay(pool_id=f"p{at}", from_month=JANUARY),))
        for at in range(2)
    )
    split = design(
        workloads=works, pools=(pool("p0"), pool("p1")), sites=(site(halls=(hall(blocks=halves),)),)
    )
    catalog = load_catalog()
    one, two = evaluate(whole, catalog), evaluate(split, catalog)
    assert two.series["served_tokens_per_s"].values == pytest.approx(
        one.series["served_tokens_per_s"].values, rel=1e-9
    )


def test_changing_the_horizon_of_a_sample_is_refused() -> None:
    given = busy()
    with pytest.raises(CatalogError, match="horizons differ"):
        evaluate(given, load_catalog(), samples=(Sample(design=given.changed(months=36)),))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"pools": (pool(fabric_id="nothing"),)}, "pool:train: fabrics/nothing"),
        ({"workloads": (chat(model_id="nothing"),)}, "workload:chat: models/nothing"),
        ({"sites": (site(preset_id="nothing", halls=(hall(blocks=(block(),)),)),)}, "site:s1: sites/nothing"),
        ({"sites": (site(halls=(hall(blocks=(block(rack="nothing"),)),)),)}, "racks/nothing"),
        ({"overrides": (Override(entry="racks/h100-rack", field="nothing", value=1),)}, "no figure field"),
    ],
)
def test_what_is_not_in_the_catalog_is_named_in_one_line(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(CatalogError, match=words) as caught:
        evaluate(design(**fields), load_catalog())
    assert "\n" not in str(caught.value)


def test_an_unknown_scenario_is_named() -> None:
    with pytest.raises(CatalogError, match="nowhere"):
        evaluate(design(), load_catalog(), ("nowhere",))


def test_assumptions_of_the_catalog_stand_first() -> None:
    used = evaluate(
        busy(assumptions=(Assumption(key="discount_rate", value=0.1),)), load_catalog()
    ).assumptions_in_use
    refs = [one.ref for one in used]
    # what is about generations of chips that are not there is no assumption of the design
    fleet = ("", "hopper", "blackwell", "trainium2")
    held = [spec.key for spec in ASSUMPTIONS if spec.generation in fleet]
    assert len(held) < len(ASSUMPTIONS)
    assert refs[-len(held) :] == [f"assumption:{key}" for key in held]
    assert refs[0].startswith(("racks/", "chips/", "fabrics/"))
    assert "racks/trn2-ultra.price_usd" in refs  # nobody publishes what a Trainium2 costs
    own = next(one for one in used if one.ref == "assumption:discount_rate")
    assert own.own
    assert own.value == 0.1


def test_the_registry_is_sound() -> None:
    keys = [spec.key for spec in ASSUMPTIONS]
    assert len(set(keys)) == len(keys)
    for spec in ASSUMPTIONS:
        assert spec.low <= spec.default <= spec.high, spec.key
        assert spec.source, spec.key
        assert all(kpi in KPI_IDS and sign in (1, -1) for kpi, sign in spec.signs), spec.key


def test_unknown_assumptions_are_left_aside() -> None:
    odd = busy(assumptions=(Assumption(key="nothing_of_ours", value=1.0),))
    same(evaluate(odd, load_catalog()), 0, evaluate(busy(), load_catalog()))


def test_an_assumption_may_be_a_curve() -> None:
    from fleetdesigner.design.curves import Series

    rising = Assumption(key="staff_usd_per_mw_year", value=Series(first_month=JANUARY, values=(0, 120_000)))
    results = evaluate(design(assumptions=(rising,)), load_catalog())
    staff = results.series["cash_usd.item:staff"].values[0]
    mw = results.series["facility_power_kw"].values[0] / 1000
    assert staff[:2] == pytest.approx([0, mw[1] * 10_000])


def test_systems_of_a_month() -> None:
    results = evaluate(busy(), load_catalog())
    found = {one.rack_id: one for one in results.systems()}
    assert found["trn2-ultra"].systems == 6
    assert found["trn2-ultra"].racks == 12
    assert found["trn2-ultra"].chips == 384
    assert sum(one.chips for one in found.values()) == results.kpi("chips").value


def test_columns_for_the_canvas() -> None:
    results = evaluate(busy(), load_catalog())
    blocks, halls = results.blocks(), results.halls()
    assert blocks.ids == ("b1", "b2", "b3")
    assert blocks.generations == ("hopper", "blackwell", "trainium2")
    assert blocks.systems.tolist() == [10, 4, 6]
    assert blocks.active.shape == blocks.load.shape == (3, 24)
    assert (blocks.active == 1).all()
    assert ((blocks.load >= 0) & (blocks.load <= 1 + 1e-9)).all()
    assert blocks.kg_per_m2[0] == pytest.approx(blocks.kg[0] / (0.6 * 1.2))
    assert halls.ids == ("h1", "h2")
    assert halls.it_kw.sum(axis=0) == pytest.approx(results.series["it_power_kw"].values[0])
    assert results.blocks() is blocks
    for row, month in enumerate(results.months.tolist()):
        assert results.block_load(month).tobytes() == blocks.load[:, row].tobytes()


def test_only_what_changed_is_computed_again() -> None:
    catalog = load_catalog()
    first = evaluate(busy(), catalog).states[0].plant
    dearer = tuple(
        one.changed(tariff=one.tariff.changed(energy_usd_per_kwh=Constant(value=0.09)))
        for one in busy().sites
    )
    second = evaluate(busy(sites=dearer), catalog).states[0].plant
    for stage in ("fleet", "figures", "power", "capping", "parts"):
        assert getattr(first, stage) is getattr(second, stage), stage
    taller = busy(sites=(*busy().sites[:1], busy().sites[1].changed(pue=Constant(value=1.3))))
    third = evaluate(taller, catalog).states[0].plant
    assert third.power is first.power
    assert third.capping is not first.capping


def test_memory_is_bounded_and_by_identity() -> None:
    memory: Remembered[object] = Remembered(2)
    keys: list[list[int]] = [[], [], []]
    made = [memory.get((key,), 1, object) for key in keys]
    assert len(memory) == 2
    assert memory.get((keys[2],), 1, object) is made[2]
    assert memory.peek((keys[0],), 1) is None
    assert memory.get(([],), 1, object) not in made


def test_the_article_stands_in_numbers() -> None:
    """Every bundled example evaluates, with its scenarios, and conserves what it must."""
    catalog = load_catalog()
    for path in sorted(resource("examples").glob("*.fleet")):
        document = read_fleet(path)
        given = document.design
        entries = catalog.with_texts((pin.kind, pin.id, pin.text) for pin in document.pins)
        results = evaluate(given, entries, tuple(one.id for one in given.scenarios))
        chips = results.kpi("chips").value
        assert chips is not None
        assert chips > 0
        for total, split in (("cash_usd", "cash_usd.item"), ("it_power_kw", "it_power_kw.site")):
            parts = np.sum(
                [results.series[name].values for name in results.series if name.startswith(f"{split}:")], 0
            )
            assert parts == pytest.approx(results.series[total].values, rel=1e-9), path.name
        for kpi in results.kpis():
            assert kpi.value is None or math.isfinite(kpi.value)
            assert kpi.value is not None or kpi.why, (path.name, kpi.id)
