"""What one more unit is worth, worked by hand on a fleet that one limit holds back."""

from __future__ import annotations

from typing import Any

import pytest

from fleetdesigner.catalog import load_catalog
from fleetdesigner.design.model import Design
from fleetdesigner.design.scenarios import Override
from fleetdesigner.engine.at_rest.answers import at_rest
from fleetdesigner.engine.at_rest.one_more import OneMore, Worth, one_more
from fleetdesigner.engine.evaluate import evaluate
from tests.engine.designs import JANUARY, block, chat, design, hall, run, site


def fleet(grid: float = 50_000.0, demand: float = 1e7, **fields: Any) -> Design:
    """Ten racks for a chat that wants more than they give."""
    room = hall(blocks=(block(),), name="Hall A", **fields)
    return design(
        sites=(site(halls=(room,), grid=((JANUARY, grid),), name="North"),),
        workloads=(chat(tokens_per_s=demand, value_usd_per_m_output=10.0, origin="external"),),
    )


def found(given: Design) -> tuple[OneMore, dict[str, Worth]]:
    more = one_more(given, load_catalog())
    return more, {one.ref: one for one in more.worths}


def loads(given: Design) -> tuple[float, float]:
    """(facility kW, serving tokens/s when nothing holds back)"""
    free = evaluate(fleet(), load_catalog())
    kw, rate = (free.kpi(one).value for one in ("facility_power_kw", "serving_tokens_per_s"))
    assert kw
    assert rate
    return kw, rate


def test_a_megawatt_of_grid_lets_the_chips_behind_it_run() -> None:
    kw, rate = loads(fleet())
    more, by_ref = found(fleet(grid=100.0))
    worth = by_ref["site:s1"]
    assert (worth.name, worth.unit) == ("Grid power, North", "+1 MW")
    # 100 of kw run; 1,000 more is more than is asked for
    assert worth.serving_tokens_per_s == pytest.approx(rate * (1 - 100.0 / kw))
    assert worth.npv_usd.value is not None
    assert worth.npv_usd.value > 0
    assert more.why == ""
    assert more.binding[0].name == "North, grid power"
    assert more.binding[0].share == pytest.approx(kw / 100.0)
    assert [one.rule for one in more.binding[1:]] == ["hall_it", "hall_air"]
    # racks and demand behind a limit add nothing to it: what runs is what the grid lets run
    assert "racks/h100-rack" not in by_ref or by_ref["racks/h100-rack"].serving_tokens_per_s < 1.0


@pytest.mark.parametrize(("field", "name"), [("it_limit_kw", "IT power"), ("air_kw", "air cooling")])
def test_a_hundred_kw_of_a_hall_is_a_share_of_its_load(field: str, name: str) -> None:
    kw, rate = loads(fleet())
    it = kw / 1.2
    _, by_ref = found(fleet(**{field: it - 150.0}))
    worth = by_ref["hall:h1"]
    assert (worth.name, worth.unit) == (f"Hall A, {name}", "+100 kW")
    assert worth.serving_tokens_per_s == pytest.approx(rate * 100.0 / it)


def test_where_chips_are_the_limit_only_chips_help() -> None:
    _, rate = loads(fleet())
    more, by_ref = found(fleet())
    assert set(by_ref) == {"racks/h100-rack"}
    assert by_ref["racks/h100-rack"].unit == "+1 system"
    assert by_ref["racks/h100-rack"].serving_tokens_per_s == pytest.approx(rate / 10)
    assert more.why == "more grid power would stand unused: chips are the limit"


def test_where_demand_is_the_limit_it_says_so() -> None:
    more, by_ref = found(fleet(demand=5_000.0))
    # a hundredth of 5,000 tokens/s at 10 USD a million, for two years, at 8 % a year
    worth = by_ref["workload:chat"]
    assert worth.unit == "+1 %"
    assert worth.serving_tokens_per_s == pytest.approx(50.0)
    assert worth.npv_usd.value is not None
    undiscounted = 50.0 * 3600 * 730 * 24 / 1e6 * 10.0
    assert 0.8 * undiscounted < worth.npv_usd.value < undiscounted
    assert more.worths[0] is worth
    assert more.why == "more grid power would stand unused: all demand of 2027-01 is served"


def test_a_run_that_goes_on_waits_for_chips() -> None:
    given = fleet().changed(workloads=(run(tokens=1e16, chips_max=4_000),))
    more, by_ref = found(given)
    assert by_ref["racks/h100-rack"].training_tokens_per_s > 0
    assert more.why.endswith("chips are the limit")


def test_an_empty_plan_and_an_unknown_price() -> None:
    empty = design(sites=(site(halls=(hall(),)),))
    assert found(empty)[0].why == "more grid power would stand unused: no chips are placed"
    assert found(empty)[0].worths == ()
    unknown = fleet().changed(overrides=(Override(entry="racks/h100-rack", field="price_usd", value=None),))
    gap = found(unknown)[1]["racks/h100-rack"].npv_usd
    assert gap.value is None
    assert "price_usd" in gap.why


def test_it_comes_with_what_is_worked_out_at_rest() -> None:
    given = fleet(grid=100.0)
    results = evaluate(given, load_catalog())
    assert results.one_more is None
    rested = at_rest(results, given, load_catalog())
    assert rested.one_more is not None
    assert rested.one_more.worths[0].ref == "site:s1"
    assert one_more(given, load_catalog(), cancelled=lambda: True).worths == ()


def test_the_best_gain_of_power_is_told_with_what_binds_next() -> None:
    given = fleet(grid=100.0)
    rested = at_rest(evaluate(given, load_catalog()), given, load_catalog())
    told = next(one for one in rested.findings if one.rule == "one_more")
    assert (told.severity, told.object) == ("info", "site:s1")
    assert told.message.startswith("Grid power, North: +1 MW is worth $")
    assert told.message.endswith(" of NPV")
    assert "Next binds Hall A, IT power: " in told.detail
    free = at_rest(evaluate(fleet(), load_catalog()), fleet(), load_catalog())
    assert not [one for one in free.findings if one.rule == "one_more"]
