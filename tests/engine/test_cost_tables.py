"""The cost table, the flow by group and prices by part: worked by hand, and conserved on the examples."""

from __future__ import annotations

import math

import numpy as np
import pytest

from fleetdesigner.assets import resource
from fleetdesigner.catalog import load_catalog
from fleetdesigner.design.fleet import Stay
from fleetdesigner.engine.evaluate import evaluate
from fleetdesigner.engine.money.cash_groups import CASH_GROUPS, SPENT
from fleetdesigner.engine.money.item_inputs import ITEM_NEEDS, item_value
from fleetdesigner.engine.money.items import COST_ITEMS
from fleetdesigner.engine.money.part_prices import part_prices
from fleetdesigner.engine.money.years import TOTAL, CostYears, cost_years
from fleetdesigner.engine.results import Results
from fleetdesigner.files.fleet_file import read_fleet
from tests.engine.designs import JANUARY, block, chat, design, hall, phase, pool, site
from tests.engine.test_cost import PRICE, plain, results
from tests.engine.test_power import assume, figures

EXAMPLES = ("first-hall", "hybrid-migration", "nvlink-fusion", "project-rainier", "openai-2gw")


def opened(name: str) -> Results:
    return evaluate(read_fleet(resource("examples", f"{name}.fleet")).design, load_catalog())


def table(found: Results) -> CostYears:
    return cost_years(found.states[0])


def test_the_cost_of_two_years_by_hand() -> None:
    # ten racks of 1 M USD land in month 14 of a plan that starts in January: the second calendar year
    found = results(plain(phases=(phase(month=JANUARY + 13),)))
    years = table(found)
    assert years.years[0] == (JANUARY - 1) // 12
    servers = years.row("servers")
    assert servers.years[:2] == pytest.approx((0.0, 10e6))
    assert servers.total == pytest.approx(10e6)
    # (10 racks × 40 kW + 320 ports × 60 W) × PUE 1.2 = 503.04 kW at its highest
    assert years.peak_mw == pytest.approx(0.50304)
    assert servers.usd_per_mw == pytest.approx(10e6 / 0.50304)
    spent = sum(row.total for row in years.rows if row.side in ("capex", "opex"))
    assert servers.share == pytest.approx(10e6 / spent)
    assert years.row("spares").total == pytest.approx(0.02 * 10e6)
    assert "rent" not in {row.key for row in years.rows}


def test_a_missing_price_is_no_zero() -> None:
    found = results(design(overrides=(*figures(), PRICE.model_copy(update={"value": None}))))
    years = table(found)
    assert math.isnan(years.row("servers").total)
    assert math.isnan(years.row(TOTAL).total)
    value = item_value(found, "servers")
    assert value.value is None
    assert "price_usd" in value.why


def test_an_empty_plan_has_no_table() -> None:
    found = results(design(sites=(site(halls=()),), workloads=()))
    assert table(found).rows == ()
    assert part_prices(found.states[0], 0) == ()


def test_a_plan_without_systems_has_no_prices() -> None:
    bare = design(sites=(site(halls=(hall(),)),), workloads=(chat(),))
    assert part_prices(results(bare).states[0], 0) == ()


@pytest.mark.parametrize("name", EXAMPLES)
def test_years_and_sides_add_up(name: str) -> None:
    found = opened(name)
    years = table(found)
    state = found.states[0]
    assert years.row(TOTAL).total == pytest.approx(state.cost.total, rel=1e-9, nan_ok=True)
    for row in years.rows:
        assert sum(row.years) == pytest.approx(row.total, rel=1e-9, abs=1.0, nan_ok=True)
    items = [row for row in years.rows if row.side]
    for side in ("capex", "opex"):
        own = [row.total for row in items if row.side == side]
        if own:
            assert years.row(side).total == pytest.approx(sum(own), rel=1e-9, nan_ok=True)
    months = state.design.first_month + np.arange(state.design.months)
    for at, item in enumerate(COST_ITEMS):  # once more in plain loops
        for place, year in enumerate(years.years):
            if any(row.key == item.key for row in items):
                paid = sum(
                    usd for month, usd in zip(months, state.cost.cash[at], strict=True)
                    if (month - 1) // 12 == year
                )  # fmt: skip
                mine = years.row(item.key).years[place]
                assert mine == pytest.approx(paid, rel=1e-9, abs=1e-6, nan_ok=True)


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_line_names_what_it_rests_on(name: str) -> None:
    found = opened(name)
    for row in table(found).rows:
        value = item_value(found, row.key)
        assert value.inputs, row.key
        assert value.value == pytest.approx(row.total)
        assert value.formula.endswith(value.formula.rpartition("= ")[2])
        assert value.formula
        assert "whole horizon" in value.definition


def test_what_an_item_needs_is_an_item() -> None:
    assert set(ITEM_NEEDS) - {"brought_in"} <= {item.key for item in COST_ITEMS}


@pytest.mark.parametrize("name", EXAMPLES)
def test_groups_sum_to_the_flow(name: str) -> None:
    found = opened(name)
    parts = sum(found.series[f"return_flow_usd.group:{key}"].values for key, _, _ in CASH_GROUPS)
    assert found.series["return_flow_usd"].values == pytest.approx(parts, rel=1e-9, abs=1e-3, nan_ok=True)
    rate = found.states[0].plant.assumptions["discount_rate"]
    flow = found.series["return_flow_usd"].values[0]
    discounted = sum(usd * (1 + rate) ** (-month / 12) for month, usd in enumerate(flow))
    if found.kpi("npv_usd").value is not None:
        assert found.kpi("npv_usd").value == pytest.approx(discounted)


@pytest.mark.parametrize("dollars", ["nominal", "real"])
def test_the_cumulative_present_value_ends_at_the_npv(dollars: str) -> None:
    # 10 M USD of servers in the first month, nothing earned: at month 0 what is spent counts in full
    found = results(plain(dollars=dollars))
    present = found.series["cumulative_present_usd"].values[0]
    assert present[-1] == pytest.approx(found.kpi("npv_usd").value)
    first = found.series["return_flow_usd"].values[0, 0] * found.states[0].plant.dollars.first
    assert present[0] == pytest.approx(first)


def test_every_cost_colour_has_its_group() -> None:
    assert {item.palette for item in COST_ITEMS if item.side != "residual"} <= {one[2] for one in SPENT}


def test_a_part_costs_what_it_bears() -> None:
    # two pools of five racks and eight chips a node, four nodes a rack: each bears half of all
    other = block(id="b2", col=20, cols=5, stays=(Stay(pool_id="p2", from_month=JANUARY),))
    halls = (hall(blocks=(block(cols=5), other)),)
    given = plain(
        sites=(site(halls=halls),), pools=(pool(), pool(id="p2", name="Second")), workloads=(chat(),),
        assumptions=assume(storage_management_share=0, shell_usd_per_kw=0),
    )  # fmt: skip
    found = results(given)
    state = found.states[0]
    first, second, whole = part_prices(state, 0)
    assert first.chips == second.chips == whole.chips / 2
    assert whole.key == ""
    assert whole.name == "Whole fleet"
    assert whole.hour == pytest.approx(float(found.kpi("usd_per_accelerator_hour").value or 0.0))
    assert first.hour == pytest.approx(float(state.cost.parts[0, 0]) / first.chips / 730)
    assert (first.hour + second.hour) / 2 == pytest.approx(whole.hour, rel=1e-9)
    assert first.output == pytest.approx(second.output)


@pytest.mark.parametrize("name", EXAMPLES)
def test_prices_of_parts_sum_to_those_of_the_whole(name: str) -> None:
    found = opened(name)
    state, month = found.states[0], found.month_index(None)
    *parts, whole = part_prices(state, month)
    labels = [key.label for key in state.plant.parts.keys]
    capacity = dict(zip(labels, state.part_capacity[:, month], strict=True))
    paid = sum(one.output * capacity[one.key] for one in parts if capacity[one.key] > 0)
    if whole.output == whole.output:
        assert paid == pytest.approx(whole.output * state.serving_capacity[month], rel=1e-9)
