"""The cost of an hour of a GPU under one set of assumptions an owner, against what is published."""

from __future__ import annotations

import tomllib

import pytest

from fleetdesigner.catalog import load_catalog
from fleetdesigner.engine.assumptions.registry import SPECS
from tests.engine.reference_cases import given as data
from tests.engine.reference_cases.fleets import cost_by_item, known, of_case, results
from tests.engine.reference_cases.given import OWNERS, Case, cases, shared
from tests.engine.reference_cases.rows import (
    MEDIAN_LIMIT,
    REASONS,
    TELL_FROM,
    WORST_LIMIT,
    case,
    found,
    hourly,
    spread,
)

MAY_DIFFER = {"discount_rate", "it_life_months", "fabric_life_months", "facility_basis"}
"""Cost of capital, life, and whether a landlord's margin is paid."""


def test_that_the_targets_are_the_nine_of_the_issue() -> None:
    told = {one.id: {who: target.value for who, target in one.targets.items()} for one in cases()}
    assert told == {
        "h100": {"hyperscaler": 1.30, "neocloud": 1.69},
        "h200": {"hyperscaler": 1.41, "neocloud": 1.74},
        "b200": {"hyperscaler": 1.95, "neocloud": 2.34},
        "gb200": {"hyperscaler": 2.21, "neocloud": 2.75},
        "gb300": {"hyperscaler": 2.65},
    }


def test_that_they_are_met() -> None:
    rows = hourly()
    middle, worst = spread(rows)
    assert middle <= MEDIAN_LIMIT
    assert worst <= WORST_LIMIT
    untold = [row.key for row in rows if abs(row.deviation) > TELL_FROM and row.key not in REASONS]
    assert untold == []


def test_that_the_owners_differ_in_nothing_else() -> None:
    one, other = (shared(owner) for owner in OWNERS)
    assert one.assumptions.keys() == other.assumptions.keys()
    differ = {key for key in one.assumptions if one.assumptions[key].value != other.assumptions[key].value}
    assert differ <= MAY_DIFFER
    assert one.site == other.site
    assert all(one.assumptions[key] == other.assumptions[key] for key in one.assumptions.keys() - MAY_DIFFER)


@pytest.mark.parametrize("owner", OWNERS)
def test_that_no_assumption_is_a_chips_own_and_each_has_a_source_and_a_span(owner: str) -> None:
    given = shared(owner)
    chips = {chip.id for chip in load_catalog().chips()}
    for key, figure in {**given.assumptions, **given.site}.items():
        assert not chips & set(key.split("_"))
        assert figure.source
        assert figure.low is not None
        assert figure.high is not None
        assert figure.low <= figure.value <= figure.high
    assert given.assumptions.keys() <= SPECS.keys()


@pytest.mark.parametrize("one", cases(), ids=lambda one: one.id)
def test_that_a_case_stands_on_the_capex_and_power_that_it_states(one: Case) -> None:
    result = found(one.id)
    chips = known(result, "chips")
    kind = result.states[0].plant.figures.kinds[0]
    assert chips == one.racks * kind.chips
    assert kind.rack.it_power_kw is not None
    assert kind.rack.it_power_kw.value / kind.chips == pytest.approx(one.it_kw_per_gpu.value, rel=1e-6)
    # servers and the engine's network, which is 0 where the rack's price holds it
    at = {key: float(result.series[f"cash_usd.item:{key}"].values[0][0]) for key in ("servers", "fabric")}
    assert one.capex_basis == "with network"
    assert (at["fabric"] == 0.0) == kind.rack.price_includes_network
    assert sum(at.values()) / chips == pytest.approx(one.capex_usd_per_gpu.value, rel=1e-6)
    # what a case puts in place of the catalog's has a source
    assert all(override.source for override in one.overrides)


def test_that_a_case_is_a_full_fleet_in_a_steady_month() -> None:
    result = found("gb200")
    assert known(result, "chips") == 8 * 72
    assert result.states[0].utilisation[0, 1:] == pytest.approx(1.0)
    hours = result.series["usd_per_accelerator_hour"].values[0]
    assert hours[1:] == pytest.approx(hours[6])
    assert sum(cost_by_item(result).values()) == pytest.approx(hours[6])


def test_h100_by_hand() -> None:
    """USD an hour of an H100 of the hyperscaler, from the inputs by plain arithmetic."""
    # 1.275 kW of server, 133 W of network in three tiers, 8.9 % of storage and management
    network = 0.133
    it = (1.275 + network) * 1.089
    # 8 % a year are (1.08)^(1/12) − 1 = 0.00643403 a month; 60 months: 1.00643403^60 = 1.46932808
    rate, after = 0.00643403, 1.46932808
    paid = rate / (1 - 1 / after)
    servers = 31_250 * paid * (1 - 0.1 / after)
    spares = 31_250 * 0.02 * paid
    # shell: 168 months, 1.00643403^168 = 2.93719362
    shell = it * 11_700 * rate / (1 - 1 / 2.93719362)
    # draw: idle 9.0 of 40.8 kW a rack, three quarters of the rest in training; network always
    draw = (9.0 / 32 + 0.75 * (40.8 - 9.0) / 32 + network) * 1.089
    energy = draw * 1.14 * 730 * 0.078
    water = draw * 730 * 0.2 / 1000 * 2.0
    staff = it * 1.14 * 150 / 12
    support = 31_250 * 0.02 / 12
    by_hand = {
        "servers": servers, "spares": spares, "shell": shell, "energy": energy, "water": water,
        "staff": staff, "support": support,
    }  # fmt: skip
    items = cost_by_item(found("h100"))
    assert {key for key, usd in items.items() if usd} == by_hand.keys()
    for key, usd in by_hand.items():
        assert items[key] == pytest.approx(usd / 730, rel=1e-6), key


def test_that_a_neocloud_rents_what_a_hyperscaler_builds() -> None:
    items = cost_by_item(found("h100", "neocloud"))
    assert items["shell"] == 0.0
    it = (1.275 + 0.133) * 1.089
    assert items["colocation"] == pytest.approx(it * 137.5 / 730, rel=1e-9)


def test_that_a_changed_assumption_reaches_the_cases() -> None:
    dear, cheap = (
        known(results(of_case(case("h100"), shared("hyperscaler"), pue=pue)), "usd_per_accelerator_hour")
        for pue in (1.35, 1.04)
    )
    assert dear > cheap


def test_that_a_file_with_an_unknown_key_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"h100\.toml.*price"):
        data._made(Case, "h100.toml", tomllib.loads("price = 1"))
