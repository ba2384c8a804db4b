"""Own, lease, rent or buy tokens side by side, and when one plan has paid back what it costs more."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from fleetdesigner.assets import resource
from fleetdesigner.catalog import load_catalog
from fleetdesigner.design.curves import Constant
from fleetdesigner.design.fleet import Lease, Rent
from fleetdesigner.design.model import Design
from fleetdesigner.design.scenarios import Override
from fleetdesigner.design.workloads import Port
from fleetdesigner.engine.evaluate import evaluate
from fleetdesigner.engine.faults import EvaluationError
from fleetdesigner.engine.money.break_even import back_for_good, break_even, break_even_run
from fleetdesigner.engine.money.finance import annuity_factor
from fleetdesigner.engine.money.ways import FIGURES, compare_ways, way_terms, ways_of
from fleetdesigner.engine.samples import Sample
from fleetdesigner.files.fleet_file import read_fleet
from tests.engine.designs import JANUARY, block, chat, hall, phase, run, site
from tests.engine.test_cost import PRICE, plain
from tests.engine.test_power import figures

MARKET = Override(entry="prices/market-2026-11", field="h100", value=3.0)
EARNING = chat(tokens_per_s=1e9, value_usd_per_m_output=2.0)


def priced(**fields: Any) -> Design:
    return plain(**{"overrides": (*figures(), PRICE, MARKET), **fields})


def example(name: str) -> Design:
    return read_fleet(resource("examples", f"{name}.fleet")).design


def test_each_way_is_the_plan_with_that_ownership() -> None:
    given = priced(workloads=(EARNING,))
    ways = ways_of(given, load_catalog())
    assert [one.id for one in ways] == ["planned", "own", "lease", "rent", "tokens"]
    terms = way_terms()
    alone = {
        "planned": given,
        "own": given,
        "lease": given.changed(
            phases=(phase(ownership=Lease(term_months=terms.lease_months, rate=terms.lease_rate)),)
        ),
        "rent": given.changed(phases=(phase(ownership=Rent(price_book_id="market-2026-11")),)),
    }
    for way in ways[:4]:
        found = evaluate(alone[way.id], load_catalog())
        for name in FIGURES:
            assert getattr(way, name) == found.kpi(name).value, (way.id, name)
        assert way.cumulative_cash == pytest.approx(found.series["cumulative_cash_usd"].values[0])
        assert not way.why or way.payback_months is None


def test_ways_worked_by_hand() -> None:
    """Ten racks of 1 M USD and 32 H100 for two years; the hall stands already and costs nothing."""
    ways = compare_ways(priced(), load_catalog())
    rent = 320 * 730 * 3.0
    assert ways["rent"].usd_per_accelerator_hour == pytest.approx(3.0)
    assert ways["rent"].tco_usd == pytest.approx(24 * rent)
    assert ways["rent"].terms == "Market rental, November 2026, by the month"
    # servers and spares, what is left after 24 of 60 months, and 24 months of running
    running = evaluate(priced(), load_catalog()).kpi("opex_usd_per_month").value
    assert running is not None
    assert ways["own"].tco_usd == pytest.approx(10.2e6 - 10e6 * (1 - 0.9 * 24 / 60) + 24 * running)
    leased = 10e6 * annuity_factor(36, 0.10)
    assert ways["lease"].tco_usd == pytest.approx(24 * (leased + running))
    assert ways["lease"].terms == "36 months at 10 % a year"
    # present values at 8 %: share of the hours at which the rent of those in use costs as much as owning
    factor = [1.08 ** (-m / 12) for m in range(24)]
    own = 10.2e6 + sum(running * f for f in factor) - 6.4e6 * factor[-1]
    assert ways.own_or_rent.utilisation == pytest.approx(own / sum(rent * f for f in factor))
    # 10.2 M USD + running · n < rent · n: in the 18th month, index 17
    months = next(n for n in range(1, 25) if 10.2e6 + running * n < rent * n)
    assert ways.own_or_rent.month == JANUARY + months - 1
    assert not ways.own_or_rent.why_month


def test_no_token_bought_is_no_way_to_hold_a_fleet() -> None:
    tokens = compare_ways(priced(workloads=()), load_catalog())["tokens"]
    for name in (*FIGURES, "cumulative_cash"):
        assert tokens.reason(name) == "nothing is served in the horizon, so no token is bought"
    assert (tokens.npv_usd, tokens.grade) == (None, "none")
    assert np.isnan(tokens.cumulative_cash).all()


def test_a_way_without_a_price_says_what_is_missing() -> None:
    ways = compare_ways(example("nvlink-fusion"), load_catalog())
    for name in FIGURES:
        assert getattr(ways["rent"], name) is None
        assert ways["rent"].reason(name) == "no book rents Trn4 MGX"
    assert ways["rent"].reason("cumulative_cash") == "no book rents Trn4 MGX"
    for name in ("npv_usd", "tco_usd", "payback_months", "cumulative_cash"):
        assert ways["tokens"].reason(name) == "training cannot be bought by the token"
    # in a month and a pool without training there is a price
    assert ways["tokens"].usd_per_million_tokens is not None
    assert ways.own_or_rent.utilisation is None
    assert ways.own_or_rent.why_utilisation == ways.own_or_rent.why_month == "no book rents Trn4 MGX"
    assert ways["own"].reason("npv_usd") == ""


def test_the_way_of_tokens_takes_the_first_book_that_sells_all() -> None:
    """50,000 output and 100,000 input tokens/s of Llama 3.1 70B, 24 months."""
    ways = compare_ways(priced(workloads=(chat(),)), load_catalog())
    book = load_catalog().price_book("token-market-2026-11")
    row = book.tokens_of("llama-3-1-70b")
    assert row is not None
    assert row.usd_per_million_output is not None
    assert row.usd_per_million_input is not None
    each = row.usd_per_million_output.value + 2 * row.usd_per_million_input.value
    assert ways["tokens"].tco_usd == pytest.approx(24 * 2_628_000 * 50_000 * each / 1e6)
    assert ways["tokens"].usd_per_million_tokens == pytest.approx(each)
    assert ways["tokens"].terms.startswith("Token market, November 2026; ")
    # one seller of the other book alone sells it: the first does not
    alone = tuple(
        Override(entry=book.ref, field=f"llama-3-1-70b_usd_per_million_{name}", value=None)
        for name in ("input", "output")
    )
    given = priced(workloads=(chat(),))
    ways = compare_ways(given.changed(overrides=(*given.overrides, *alone)), load_catalog())
    assert ways["tokens"].terms.startswith("Amazon Bedrock on demand, November 2026; ")
    assert ways["tokens"].usd_per_million_tokens == pytest.approx(0.72 * 3)


def test_a_model_that_nobody_sells_is_named() -> None:
    ways = compare_ways(priced(workloads=(chat(model_id="gpt-3-175b"),)), load_catalog())
    for name in FIGURES:
        assert getattr(ways["tokens"], name) is None
        assert ways["tokens"].reason(name) == "no book sells GPT-3 175B by the token"


def test_phases_that_are_not_chosen_stay_as_they_are() -> None:
    both = (block(cols=6), block("b2", cols=4, row=2, phase_id="p2"))
    own, other = phase(), phase("p2", ownership=Rent(price_book_id="market-2026-11"))
    given = priced(sites=(site(halls=(hall(blocks=both),)),), phases=(own, other))
    ways = compare_ways(given, load_catalog(), ["p1"])
    assert ways["own"].tco_usd == ways["planned"].tco_usd
    assert ways["rent"].tco_usd == pytest.approx(24 * 320 * 730 * 3.0)
    assert ways["rent"].terms == "Market rental, November 2026, by the month"
    whole = compare_ways(given, load_catalog())
    assert whole["rent"].terms.endswith("; planned rents keep their terms")
    # the rent that others pay in both ways does not move the balance
    alone = compare_ways(given.changed(sites=(site(halls=(hall(blocks=both[:1]),)),)), load_catalog(), ["p1"])
    assert ways.own_or_rent.utilisation == pytest.approx(alone.own_or_rent.utilisation, rel=1e-9)
    with pytest.raises(EvaluationError, match="phase:p9: the plan has no such phase"):
        ways_of(given, load_catalog(), ["p9"])


def test_what_stood_before_is_not_leased() -> None:
    ways = compare_ways(priced(phases=(phase(month=JANUARY - 30),)), load_catalog())
    assert ways["lease"].tco_usd == ways["own"].tco_usd
    assert "what stood before 2027-01 stays as planned" in ways["lease"].terms


def test_a_hall_in_which_all_is_rented_is_the_sellers() -> None:
    room = hall(blocks=(block(),), it_limit_kw=1_000, ready_month=JANUARY)
    given = priced(sites=(site(halls=(room,)),), assumptions=())
    ways = compare_ways(given, load_catalog())
    assert ways["rent"].tco_usd == pytest.approx(24 * 320 * 730 * 3.0)
    empty = given.changed(sites=(site(halls=(room.changed(blocks=()),)),))
    assert evaluate(empty, load_catalog()).kpi("capex_usd").value == pytest.approx(11.7e6)


@pytest.mark.parametrize(
    ("gap", "month"),
    [
        ([-5.0, -2.0, 1.0, 3.0], 2),
        ([1.0, -2.0, 3.0, -1.0, 0.0], 4),
        ([0.0, 1.0], None),
        ([1.0, -1.0], None),
        ([0.0, 0.0], None),
        ([-1e-12, 0.0], None),
    ],
)
def test_back_for_good(gap: list[float], month: int | None) -> None:
    assert back_for_good(np.array(gap), 1.0) == month


def test_a_plan_is_ahead_from_the_month_in_which_its_cash_is() -> None:
    rented = priced().changed(phases=(phase(ownership=Rent(price_book_id="market-2026-11")),))
    results = evaluate(rented, load_catalog(), samples=(Sample(name="bought", design=priced()),))
    found = break_even(results, 1)
    both = results.series["cumulative_cash_usd"].values
    assert found.gap == pytest.approx(both[1] - both[0])
    assert found.months is not None
    assert found.gap[found.months - 1] < 0 <= found.gap[found.months]
    assert found.month == JANUARY + found.months
    assert not found.why
    back = break_even(results, 0, 1)
    assert back.month is None
    assert back.why.startswith("still $")
    assert "behind bought at the end of the horizon" in back.why
    same = break_even(results, 0, 0)
    assert same.month is None
    assert same.why == "cash is the same as that of Tiny in every month"


def test_a_plan_that_costs_less_at_once_has_nothing_to_pay_back() -> None:
    cheap = priced(overrides=(*figures(), PRICE.changed(value=900_000), MARKET))
    results = evaluate(priced(), load_catalog(), samples=(Sample(design=cheap),))
    assert break_even(results, 1).why == "never behind Tiny: there is nothing to pay back"


def test_without_a_figure_no_month_is_told() -> None:
    gone = Override(entry="racks/h100-rack", field="price_usd", value=None)
    results = evaluate(priced(), load_catalog(), samples=(Sample(overrides=(gone,)),))
    assert break_even(results, 1).month is None
    assert break_even(results, 1).why == "racks/h100-rack has no price_usd"
    assert break_even_run(results, 1).why == "no cost of a run in sample 1: the design has no training run"


def test_runs_that_pay_for_a_port() -> None:
    """26 engineer-weeks at 6,000 USD = 156,000 USD, over what a run costs less with half the power price."""
    base = priced(workloads=(run(tokens=1e12, chips_max=256),))
    port = Port(start_month=JANUARY, engineer_weeks=26, engineers=3, efficiency=Constant(value=1.0))
    cheap = base.sites[0].tariff.changed(energy_usd_per_kwh=Constant(value=0.025))
    ported = base.changed(
        sites=(base.sites[0].changed(tariff=cheap),),
        workloads=(base.workloads[0].changed(port=port), chat(port=None, tokens_per_s=1.0)),
    )
    results = evaluate(base, load_catalog(), samples=(Sample(name="ported", design=ported),))
    found = break_even_run(results, 1)
    before, after = (results.kpi("cost_per_run_usd", None, at).value for at in (0, 1))
    assert before is not None
    assert after is not None
    assert found.outlay_usd == pytest.approx(156_000)
    assert found.saved_usd == pytest.approx(before - after)
    assert found.runs == math.ceil(156_000 / (before - after))
    assert break_even_run(results, 0, 1).why == "a run costs no less than in ported"
    assert break_even_run(results, 0, 0).why == "a run costs no less than in Tiny"
