"""Cost items, worked by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fleetdesigner.catalog import load_catalog
from fleetdesigner.design.curves import Constant, Ramp
from fleetdesigner.design.fleet import Lease, Rent, Stay, Tokens
from fleetdesigner.design.model import Design
from fleetdesigner.design.scenarios import Override
from fleetdesigner.design.workloads import Port
from fleetdesigner.engine.evaluate import evaluate
from fleetdesigner.engine.money.finance import annuity_factor, monthly_rate, npv
from fleetdesigner.engine.money.items import COST_ITEMS
from fleetdesigner.engine.money.omissions import OMISSIONS
from fleetdesigner.engine.results import Results
from fleetdesigner.export.plain_text import plain_text
from tests.engine.designs import JANUARY, batch, block, chat, design, hall, phase, pool, run, site
from tests.engine.test_power import assume, figures

PRICE = Override(entry="racks/h100-rack", field="price_usd", value=1_000_000)
BOOK = "capacity-blocks-2026-10"


def results(given: Design) -> Results:
    return evaluate(given, load_catalog())


def plain(**fields: Any) -> Design:
    """Ten racks of 1 M USD and 40 kW in a hall that costs nothing, no storage power."""
    data: dict[str, Any] = {
        "overrides": (*figures(), PRICE),
        "assumptions": assume(storage_management_share=0, shell_usd_per_kw=0),
    }
    return design(**{**data, **fields})


def cash(found: Results, item: str) -> np.ndarray:
    return np.asarray(found.series[f"cash_usd.item:{item}"].values[0])


def even(found: Results, item: str) -> np.ndarray:
    return np.asarray(found.series[f"cost_usd_per_month.item:{item}"].values[0])


def test_servers_are_paid_when_they_land() -> None:
    found = results(plain(phases=(phase(month=JANUARY + 1, ramp=Ramp(months=4)),)))
    assert cash(found, "servers")[:7] == pytest.approx([0, 2.5e6, 2.5e6, 2.5e6, 2.5e6, 0, 0])
    # 60 months, 8 %, a tenth left: (1 − 0.1/1.469328) · 0.00643403/(1 − 1/1.469328) = 0.01877215 a month
    assert even(found, "servers")[5] == pytest.approx(10e6 * 0.0187721522, rel=1e-8)
    assert cash(found, "spares").sum() == pytest.approx(0.02 * 10e6)


def test_the_network_is_paid_unless_the_price_holds_it() -> None:
    assert not cash(results(plain()), "fabric").any()
    nvl = plain(
        sites=(site(halls=(hall(blocks=(block(rack="gb200-nvl72", cols=2),)),)),),
        overrides=(
            Override(entry="racks/gb200-nvl72", field="price_usd", value=3_000_000),
            Override(entry="fabrics/infiniband-ndr", field="capex_usd_per_chip_2tier", value=4_000),
            Override(entry="fabrics/infiniband-ndr", field="capex_usd_per_chip_3tier", value=6_000),
        ),
    )
    assert cash(results(nvl), "fabric")[0] == pytest.approx(144 * 4_000)
    deep = nvl.changed(pools=(pool(tiers=3),))
    assert cash(results(deep), "fabric")[0] == pytest.approx(144 * 6_000)
    # spares: 2 % of servers and network
    assert cash(results(deep), "spares")[0] == pytest.approx(0.02 * (6e6 + 144 * 6_000))


@pytest.mark.parametrize(("redundancy", "factor"), [("N", 1.0), ("N+1", 1.1), ("2N", 1.4)])
def test_the_shell_costs_by_its_limit_and_redundancy(redundancy: str, factor: float) -> None:
    room: dict[str, Any] = {
        "blocks": (block(),),
        "it_limit_kw": 1_000,
        "redundancy": redundancy,
        "ready_month": JANUARY + 2,
    }
    given = plain(
        sites=(site(halls=(hall(**room),)),),
        assumptions=assume(shell_usd_per_kw=10_000, redundancy_n1_extra=0.1, redundancy_2n_extra=0.4),
    )  # fmt: skip
    found = results(given)
    price = 10e6 * factor
    assert cash(found, "shell")[:4] == pytest.approx([0, 0, price, 0])
    assert even(found, "shell")[1:3] == pytest.approx([0, price * annuity_factor(168, 0.08)])
    # the shell is 22 of 168 months old at the end, the servers 24 of 60
    assert -cash(found, "residual")[-1] == pytest.approx(
        price * (1 - 22 / 168) + 10e6 * (1 - 0.9 * 24 / 60), rel=1e-9
    )


def test_a_site_preset_prices_the_shell_until_the_planner_does() -> None:
    preset = load_catalog().sites()[0]
    wanted = Override(entry=preset.ref, field="shell_usd_per_kw", value=8_000)
    room = hall(blocks=(block(),), it_limit_kw=1_000, ready_month=JANUARY)
    where = (site(preset_id=preset.id, halls=(room,)),)
    by_preset = results(design(sites=where, overrides=(*figures(), wanted)))
    assert cash(by_preset, "shell")[0] == pytest.approx(8e6)
    own = design(sites=where, overrides=(*figures(), wanted), assumptions=assume(shell_usd_per_kw=9_000))
    assert cash(results(own), "shell")[0] == pytest.approx(9e6)


def test_colocation_stands_in_for_the_shell() -> None:
    given = plain(
        assumptions=assume(
            storage_management_share=0,
            shell_usd_per_kw=1e4,
            facility_basis=1,
            colocation_usd_per_kw_month=150,
        )
    )
    found = results(given)
    assert not cash(found, "shell").any()
    assert cash(found, "colocation")[0] == pytest.approx(419.2 * 150)


def test_a_lease_is_an_annuity_over_its_term() -> None:
    leased = phase(ownership=Lease(term_months=12, rate=0.08))
    found = results(plain(phases=(leased,)))
    paid = 10e6 * annuity_factor(12, 0.08)
    assert cash(found, "lease")[:12] == pytest.approx(paid)
    assert not cash(found, "lease")[12:].any()
    assert not cash(found, "servers").any()
    assert found.kpi("capex_usd").value == 0
    assert cash(found, "support")[0] == pytest.approx(10e6 * 0.02 / 12)


def test_a_lease_without_a_price_is_unknown_from_landing_on() -> None:
    blocks = (block(cols=4), block("b2", rack="b200-rack", row=2, phase_id="p2"))
    leased = phase("p2", JANUARY + 6, ownership=Lease(term_months=12, rate=0.08))
    unpriced = Override(entry="racks/b200-rack", field="price_usd", value=None)
    found = results(
        plain(
            sites=(site(halls=(hall(blocks=blocks),)),), phases=(phase(), leased),
            overrides=(*figures(), PRICE, unpriced),
        )
    )  # fmt: skip
    unknown = np.isnan(cash(found, "lease"))
    assert not unknown[:6].any()
    assert unknown[6:18].all()
    assert any(line.startswith("what leased systems are worth") for line in found.excluded)
    assert not any(line.startswith("what leased") for line in results(plain()).excluded)


def test_the_network_around_leased_racks_is_bought() -> None:
    nvl = plain(
        sites=(site(halls=(hall(blocks=(block(rack="gb200-nvl72", cols=2),)),)),),
        overrides=(
            Override(entry="racks/gb200-nvl72", field="price_usd", value=3_000_000),
            Override(entry="fabrics/infiniband-ndr", field="capex_usd_per_chip_2tier", value=4_000),
        ),
    )
    found = results(nvl.changed(phases=(phase(ownership=Lease(term_months=12, rate=0.08)),)))
    assert cash(found, "lease")[0] == pytest.approx(6e6 * annuity_factor(12, 0.08))
    assert found.kpi("capex_usd").value == pytest.approx(144 * 4_000 * 1.02)
    assert cash(found, "support")[0] == pytest.approx((6e6 + 144 * 4_000) * 0.02 / 12)
    assert cash(found, "fabric") == pytest.approx(cash(results(nvl), "fabric"))
    assert even(found, "fabric") == pytest.approx(even(results(nvl), "fabric"))
    assert cash(found, "residual")[-1] == pytest.approx(-144 * 4_000 * (1 - 0.9 * 24 / 60))
    assert "leases: the rate covers rack systems; the network between them is bought" in found.excluded


def test_rent_is_all_there_is_to_pay() -> None:
    price = Override(entry=f"prices/{BOOK}", field="h100", value=3.0)
    found = results(plain(phases=(phase(ownership=Rent(price_book_id=BOOK)),), overrides=(*figures(), price)))
    assert cash(found, "rent")[0] == pytest.approx(320 * 730 * 3.0)
    paid = {item.key for item in COST_ITEMS if cash(found, item.key).any()}
    assert paid == {"rent"}
    assert found.kpi("usd_per_accelerator_hour").value == pytest.approx(3.0)
    assert found.series["carbon_t_per_month"].values[0, 0] > 0  # what is rented emits all the same


def rented(term: int, **fields: Any) -> np.ndarray:
    """Rent by month at 3 USD an hour, in units of ten racks' rent."""
    price = Override(entry=f"prices/{BOOK}", field="h100", value=3.0)
    phases = (phase(ownership=Rent(price_book_id=BOOK, term_months=term), **fields),)
    found = results(plain(phases=phases, overrides=(*figures(), price)))
    return cash(found, "rent") / (320 * 730 * 3.0)


def test_a_rent_is_paid_to_the_end_of_its_term() -> None:
    back = JANUARY + 5  # given back after five months
    assert rented(0, retire_month=back) == pytest.approx([1.0] * 5 + [0.0] * 19)
    assert rented(12, retire_month=back) == pytest.approx([1.0] * 12 + [0.0] * 12)
    assert rented(3, retire_month=back) == pytest.approx([1.0] * 5 + [0.0] * 19)
    assert rented(12) == pytest.approx([1.0] * 24)  # kept by the month
    # half comes in January, half in February: each has a term of its own
    assert rented(6, retire_month=JANUARY + 2, ramp=Ramp(months=2)) == pytest.approx(
        [0.5, 1.0, 1.0, 1.0, 1.0, 1.0, 0.5] + [0.0] * 17
    )
    # one of twelve months was over before the first: the hall has been ready since December
    assert rented(12, month=JANUARY - 4, retire_month=JANUARY + 2) == pytest.approx([1.0] * 11 + [0.0] * 13)
    # what never came into service has begun no term
    assert not rented(12, retire_month=JANUARY).any()


def test_a_term_begins_when_the_hall_is_ready() -> None:
    price = Override(entry=f"prices/{BOOK}", field="h100", value=3.0)
    found = results(
        plain(
            phases=(phase(ownership=Rent(price_book_id=BOOK, term_months=6), retire_month=JANUARY + 4),),
            overrides=(*figures(), price),
            sites=(site(halls=(hall(blocks=(block(),), ready_month=JANUARY + 3),)),),
        )
    )
    paid = cash(found, "rent") / (320 * 730 * 3.0)
    assert paid == pytest.approx([0.0] * 3 + [1.0] * 6 + [0.0] * 15)


def brought_in(found: Results) -> np.ndarray:
    return np.asarray(found.series["value_brought_in_usd"].values[0])


def test_what_stood_before_the_horizon_is_not_bought() -> None:
    found = results(plain(phases=(phase(month=JANUARY - 12),)))
    assert not cash(found, "servers").any()
    assert not cash(found, "spares").any()
    assert found.kpi("capex_usd").value == 0
    # 12 of 60 months old: 1 − 0.9 · 12/60 = 0.82 of 10 M USD is left, to become 0.1 in the 48 that remain.
    # r = 0.00643403, (1 + r)^−48 = 0.735030: (0.82 − 0.0735030) · 0.00643403/(1 − 0.735030) = 0.01812651
    assert even(found, "servers")[[0, 23]] == pytest.approx(10e6 * 0.01812651, rel=1e-6)
    # 36 months old at the end of the second year
    assert cash(found, "residual")[-1] == pytest.approx(-10e6 * (1 - 0.9 * 36 / 60))
    assert cash(found, "support")[0] == pytest.approx(10e6 * 0.02 / 12)
    lines = [line for line in found.excluded if line.startswith("what was paid before 2027-01")]
    assert len(lines) == 1
    assert "for 10 of 10 rack systems and 1 of 1 halls: their value then, brought in, is counted" in lines[0]


def test_what_stood_before_is_brought_in_at_its_value_then() -> None:
    """An outlay of the first month in total, NPV, IRR and payback, but neither capex nor cash."""
    earning = chat(tokens_per_s=1e9, value_usd_per_m_output=2.0)
    found = results(plain(phases=(phase(month=JANUARY - 12),), workloads=(earning,)))
    # servers 0.82 of 10 M USD, spares 48 of 60 months of 0.2 M
    value = 8.2e6 + 0.16e6
    assert brought_in(found)[0] == pytest.approx(value)
    assert not brought_in(found)[1:].any()
    flow = found.series["cash_flow_usd"].values[0]
    assert flow == pytest.approx(
        found.series["served_tokens_per_s"].values[0] * 3600 * 730 / 1e6 * 2.0
        - found.series["cash_usd"].values[0]
    )
    assert found.kpi("tco_usd").value == pytest.approx(found.series["cash_usd"].values[0].sum() + value)
    assert found.kpi("npv_usd").value == pytest.approx(npv(flow, 0.08) - value)
    rate = found.kpi("irr").value
    assert rate is not None
    assert npv(flow, rate) == pytest.approx(value)
    back = found.kpi("payback_months").value
    assert back is not None
    total = np.cumsum(flow) - value
    assert total[int(back) - 1] < 0 <= total[int(back)]
    for kpi in ("tco_usd", "npv_usd", "irr", "payback_months"):
        told = found.kpi(kpi)
        assert "value brought in" in told.formula.lower(), kpi
        assert "brought in" in told.definition, kpi
        servers = next(one for one in told.inputs if "rack" in one.ref and "brought in" in one.label)
        assert servers.value == pytest.approx(8.2e6)
        assert servers.grade in ("estimate", "assumption")
        assert "straight line over 60 months" in servers.source
    assert not any("brought in" in one.label for one in found.kpi("capex_usd").inputs)
    assert found.kpi("capex_usd").formula.startswith("nothing is bought inside the horizon")


def test_nothing_is_brought_in_where_nothing_stood() -> None:
    """A design that begins with its first purchase has the totals of its cash."""
    earning = chat(tokens_per_s=1e9, value_usd_per_m_output=2.0)
    room = hall(blocks=(block(),), it_limit_kw=1_000, ready_month=JANUARY)
    found = results(design(sites=(site(halls=(room,)),), workloads=(earning,), overrides=figures()))
    assert found.kpi("capex_usd").value
    assert not brought_in(found).any()
    assert found.kpi("tco_usd").value == float(found.series["cash_usd"].values[0].sum())
    assert found.kpi("npv_usd").value == npv(found.series["cash_flow_usd"].values[0], 0.08)
    for kpi in ("tco_usd", "npv_usd", "irr", "payback_months"):
        assert "brought in" not in found.kpi(kpi).formula
        assert not any("brought in" in one.label for one in found.kpi(kpi).inputs)
    assert not any(line.startswith("what was paid") for line in found.excluded)


def test_what_is_leased_or_gone_before_is_not_brought_in() -> None:
    leased = phase(month=JANUARY - 5, ownership=Lease(term_months=12, rate=0.08))
    assert not brought_in(results(plain(phases=(leased,)))).any()
    sold = phase(month=JANUARY - 12, retire_month=JANUARY)
    assert not brought_in(results(plain(phases=(sold,)))).any()
    kept = brought_in(results(plain(phases=(sold.changed(after="idle"),))))
    assert kept[0] == pytest.approx(8.2e6 + 0.16e6)


def test_a_value_brought_in_without_a_price_is_unknown() -> None:
    unknown = Override(entry="racks/h100-rack", field="price_usd", value=None)
    found = results(plain(phases=(phase(month=JANUARY - 12),), overrides=(*figures(), unknown)))
    for kpi in ("tco_usd", "npv_usd", "irr", "payback_months"):
        assert found.kpi(kpi).value is None, kpi
        assert "racks/h100-rack has no price_usd" in found.kpi(kpi).why, kpi


@pytest.mark.parametrize("before", [-2, 0, 1, 30, 70])
@pytest.mark.parametrize("sold", [None, 9])
def test_what_is_brought_in_and_bought_less_resale_is_what_is_lost(before: int, sold: int | None) -> None:
    """Month by month, a thing loses a 60th of nine tenths of its price until its life is over, a network a
    40th, a hall a 168th of all; spares are lost whole, those brought in by what was left of them.
    """
    months, first = 24, JANUARY
    gone = months if sold is None else sold
    racks = block(rack="gb200-nvl72", cols=2).changed(stays=(Stay(pool_id="train", from_month=first - 90),))
    room = hall(blocks=(racks,), it_limit_kw=1_000, ready_month=first - max(before, 0))
    found = results(
        plain(
            sites=(site(halls=(room,)),),
            phases=(
                phase(
                    month=first - before,
                    ramp=Ramp(months=3),
                    retire_month=None if sold is None else first + sold,
                ),
            ),
            overrides=(
                Override(entry="racks/gb200-nvl72", field="price_usd", value=3_000_000),
                Override(entry="fabrics/infiniband-ndr", field="capex_usd_per_chip_2tier", value=4_000),
            ),
            assumptions=assume(shell_usd_per_kw=10_000, fabric_life_months=40),
        )
    )
    lost = 0.0
    for came in range(-before, -before + 3):
        for price, life in ((2e6, 60), (48 * 4_000, 40)):
            lost += sum(0.9 * price / life for at in range(max(came, 0), gone) if at - came < life)
            lost += 0.02 * price * max(0.0, 1 - max(-came, 0) / 60)
    lost += months * 10e6 / 168
    capex, resale = found.kpi("capex_usd").value, cash(found, "residual").sum()
    assert capex is not None
    assert brought_in(found).sum() + capex + resale == pytest.approx(lost, rel=1e-9)


def test_a_ramp_across_the_first_month_is_bought_in_part() -> None:
    found = results(plain(phases=(phase(month=JANUARY - 1, ramp=Ramp(months=4)),)))
    assert cash(found, "servers")[:5] == pytest.approx([2.5e6, 2.5e6, 2.5e6, 0, 0])
    assert brought_in(found)[0] == pytest.approx(2.5e6 * (1 - 0.9 / 60) + 0.05e6 * 59 / 60)
    assert "2.5 of 10 rack systems" in " ".join(found.excluded)


def test_a_network_and_hall_that_stood_are_not_bought_again() -> None:
    nvl = plain(
        sites=(site(halls=(hall(blocks=(block(rack="gb200-nvl72", cols=2),), it_limit_kw=1_000),)),),
        phases=(phase(month=JANUARY - 6),),
        overrides=(
            Override(entry="racks/gb200-nvl72", field="price_usd", value=3_000_000),
            Override(entry="fabrics/infiniband-ndr", field="capex_usd_per_chip_2tier", value=4_000),
        ),
        assumptions=assume(shell_usd_per_kw=10_000, fabric_life_months=40),
    )
    found = results(nvl)
    assert found.kpi("capex_usd").value == 0
    network, shell = 144 * 4_000, 10e6
    # at the end 30 of 60, 30 of 40 and 25 of 168 months old
    left = 6e6 * (1 - 0.9 * 30 / 60) + network * (1 - 0.9 * 30 / 40) + shell * (1 - 25 / 168)
    assert -cash(found, "residual")[-1] == pytest.approx(left)
    # in January 2027 6 of 60, 6 of 40 and 1 of 168 months; each is an input with its source
    parts = {one.ref: one for one in found.kpi("npv_usd").inputs if one.label.endswith("value brought in")}
    values = {ref: one.value for ref, one in parts.items()}
    assert values == pytest.approx(
        {
            "racks/gb200-nvl72": 6e6 * (1 - 0.9 * 6 / 60),
            "fabrics/infiniband-ndr": network * (1 - 0.9 * 6 / 40),
            "site:s1": shell * (1 - 1 / 168),
            "assumption:spares_share_of_capex": 0.02 * (6e6 + network) * (1 - 6 / 60),
        }
    )
    assert sum(value or 0.0 for value in values.values()) == pytest.approx(brought_in(found)[0])
    assert all(one.source and one.grade in ("estimate", "assumption") for one in parts.values())
    # racks that join a pool only now need ports now
    late = nvl.sites[0].halls[0].blocks[0].changed(stays=(Stay(pool_id="train", from_month=JANUARY + 2),))
    joins = nvl.changed(sites=(site(halls=(hall(blocks=(late,)),)),))
    assert cash(results(joins), "fabric")[:4] == pytest.approx([0, 0, network, 0])


def test_a_lease_from_before_the_horizon_has_the_rest_of_its_term() -> None:
    leased = phase(month=JANUARY - 5, ownership=Lease(term_months=12, rate=0.08))
    paid = cash(results(plain(phases=(leased,))), "lease")
    assert paid[:7] == pytest.approx(10e6 * annuity_factor(12, 0.08))
    assert not paid[7:].any()


def test_what_outlives_its_life_costs_the_interest_on_its_rest() -> None:
    given = plain(assumptions=assume(shell_usd_per_kw=0, it_life_months=12.5))
    servers = even(results(given), "servers")
    each, rest = annuity_factor(12.5, 0.08, 0.1), 0.1 * monthly_rate(0.08)
    assert servers[:12] == pytest.approx(10e6 * each)
    assert servers[12] == pytest.approx(10e6 * (each + rest) / 2)  # half of the thirteenth month
    assert servers[13:] == pytest.approx(10e6 * rest)
    spares = even(results(given), "spares")
    assert not spares[13:].any()


@pytest.mark.parametrize("before", [0, 17, 30])
def test_even_cost_pays_what_a_thing_loses(before: int) -> None:
    """Paid at the end of each month until its life is over, it is worth what the thing was worth in the first
    month less what is left of it then.
    """
    given = plain(months=72, phases=(phase(month=JANUARY - before),))
    months = 60 - before
    servers = even(results(given), "servers")[:months]
    worth = 10e6 * (1 - 0.9 * before / 60)
    payments = np.concatenate([[0.0], servers])
    payments[-1] += 1e6
    assert npv(payments, 0.08) == pytest.approx(worth, rel=1e-12)


def test_a_book_without_the_chip_gives_no_figure() -> None:
    price = Override(entry=f"prices/{BOOK}", field="h100", value=None)
    given = plain(phases=(phase(ownership=Rent(price_book_id=BOOK)),), overrides=(*figures(), price))
    kpi = results(given).kpi("usd_per_accelerator_hour")
    assert kpi.value is None
    assert f"prices/{BOOK} has no rent of h100" in kpi.why


BEDROCK = "bedrock-tokens-2026-11"


def bought(book: str = BEDROCK, **fields: Any) -> Design:
    return plain(phases=(phase(ownership=Tokens(price_book_id=book)),), **fields)


def token_price(name: str, value: float | None, model: str = "llama-3-1-70b") -> Override:
    return Override(entry=f"prices/{BEDROCK}", field=f"{model}_usd_per_million_{name}", value=value)


def test_bought_tokens_pay_for_what_is_served() -> None:
    """1,000 output tokens/s at 2 USD and 2,000 input tokens/s, a quarter of them cached: 730 h · 3,600 s.
    The systems that stand for them draw on no account of ours, and no hall is built for them.
    """
    prices = (token_price("output", 2.0), token_price("input", 0.8), token_price("cached", 0.2))
    given = bought(workloads=(chat(tokens_per_s=1e3, cached_share=0.25),), overrides=(*figures(), *prices))
    found = results(given)
    usd = 2_628_000 * (1_000 * 2.0 + 2_000 * (0.75 * 0.8 + 0.25 * 0.2)) / 1e6
    assert usd == pytest.approx(8_672.4)
    assert cash(found, "tokens") == pytest.approx(np.full(24, usd))
    assert found.kpi("opex_usd_per_month").value == pytest.approx(usd)
    assert found.kpi("capex_usd").value == 0.0
    # nothing stands idle that is paid for: what a million cost is what a million cost
    for basis in ("usd_per_million_tokens", "usd_per_million_tokens_usage"):
        assert found.kpi(basis).value == pytest.approx(3.3)
    assert found.kpi("usd_per_million_tokens_total").value == pytest.approx(1.1)


def test_cached_input_costs_what_input_does_where_no_price_is_published() -> None:
    prices = (token_price("output", 2.0), token_price("input", 0.8), token_price("cached", None))
    given = bought(workloads=(chat(tokens_per_s=1e3, cached_share=0.25),), overrides=(*figures(), *prices))
    assert cash(results(given), "tokens")[0] == pytest.approx(2_628_000 * (2_000 + 1_600) / 1e6)


def test_a_model_that_no_seller_has_gives_no_figure() -> None:
    given = bought(workloads=(chat(model_id="grok-1"),))
    kpi = results(given).kpi("opex_usd_per_month")
    assert kpi.value is None
    assert kpi.why == f"prices/{BEDROCK} has no token price of grok-1"
    assert any("no token price of grok-1: 10 of 10 systems" in line for line in results(given).excluded)
    told = [one for one in results(given).findings if one.rule == "no_public_figure"]
    assert [one.object for one in told] == [f"prices/{BEDROCK}"]
    assert "Choose a book that has it" in told[0].detail
    # nor does a book of rents sell tokens
    kpi = results(bought(BOOK, workloads=(chat(),))).kpi("opex_usd_per_month")
    assert kpi.why == f"prices/{BOOK} has no token price of llama-3-1-70b"


def test_a_price_that_nothing_served_needs_is_not_missed() -> None:
    other = chat("other", model_id="grok-1", allow=("trainium",))
    found = results(bought(workloads=(chat(), other)))
    assert found.kpi("opex_usd_per_month").value is not None
    assert not any("grok-1" in line for line in found.excluded)
    assert not [one for one in found.findings if one.rule == "no_public_figure"]


def test_training_cannot_be_bought_by_the_token() -> None:
    kpi = results(bought(workloads=(run(),))).kpi("tco_usd")
    assert kpi.value is None
    assert "training, which cannot be bought by the token" in kpi.why


def test_the_grade_of_bought_tokens_is_that_of_their_prices() -> None:
    kpi = results(bought(workloads=(chat(cached_share=0.25),))).kpi("tco_usd")
    assert kpi.evidence == "vendor"
    kpi = results(bought("token-market-2026-11", workloads=(chat(cached_share=0.25),))).kpi("tco_usd")
    assert kpi.evidence == "estimate"
    names = {one.ref for one in kpi.inputs}
    assert "prices/token-market-2026-11.llama-3-1-70b_usd_per_million_output" in names


def test_energy_and_demand_are_charged_apart() -> None:
    found = results(plain())
    # idle: 100 kW of servers and 19.2 kW of network, PUE 1.2
    assert cash(found, "energy")[0] == pytest.approx(119.2 * 1.2 * 730 * 0.05)
    assert cash(found, "demand")[0] == pytest.approx(419.2 * 1.2 * 10)
    assert cash(found, "water")[0] == pytest.approx(119.2 * 730 * 0.2 * 2.0 / 1000)
    assert cash(found, "staff")[0] == pytest.approx(150_000 / 12 * 419.2 * 1.2 / 1000)
    assert found.kpi("carbon_t_per_year").value == pytest.approx(119.2 * 1.2 * 730 * 400 / 1e6 * 12)
    assert found.series["energy_kwh"].values[0, 0] == pytest.approx(119.2 * 1.2 * 730)


def test_a_port_is_paid_evenly_over_its_months() -> None:
    port = Port(start_month=JANUARY + 1, engineer_weeks=26, engineers=3, efficiency=Constant(value=0.9))
    found = results(plain(workloads=(chat(port=port),)))
    assert cash(found, "porting")[:4] == pytest.approx([0, 13 * 6_000, 13 * 6_000, 0])


WEEKS = "dense_serving_vllm_port_engineer_weeks"


def catalog_weeks(table: str) -> float:
    found = load_catalog().entry(f"readiness/{table}").figure(WEEKS)
    assert found is not None
    return found.value


def ported(engineer_weeks: float = 0.0, allow: tuple[str, ...] = (), **fields: Any) -> Design:
    """Chat on Trainium2 and Hopper, with a port that takes the catalog's weeks."""
    port = Port(
        start_month=JANUARY + 1,
        engineer_weeks=engineer_weeks,
        engineers=1,
        efficiency=Constant(value=0.9),
    )
    both = (block(), block("b2", rack="trn2-ultra", row=2, cols=2))
    data: dict[str, Any] = {
        "sites": (site(halls=(hall(blocks=both),)),),
        "workloads": (chat(port=port, allow=allow),),
    }
    return plain(**{**data, **fields})


def test_a_port_without_weeks_takes_the_catalogs() -> None:
    """Of the chip whose software is furthest behind: beta on Trainium2, not what runs on Hopper."""
    assert catalog_weeks("trainium2") > catalog_weeks("nvidia-hopper") > 0
    assert cash(results(ported()), "porting").sum() == pytest.approx(catalog_weeks("trainium2") * 6_000)
    hopper = results(ported(allow=("nvidia",)))
    assert cash(hopper, "porting").sum() == pytest.approx(catalog_weeks("nvidia-hopper") * 6_000)


def test_a_longer_context_is_another_port() -> None:
    """The same port and fleet: only the length of the context asks for another row of the catalog."""
    short, given = ported(), ported().workloads[0]
    long = ported(workloads=(given.changed(input_len=64_000),))
    figure = load_catalog().entry("readiness/trainium2").figure(WEEKS.replace("dense", "long_context"))
    assert figure is not None
    assert figure.value != catalog_weeks("trainium2")
    assert cash(results(short), "porting").sum() == pytest.approx(catalog_weeks("trainium2") * 6_000)
    assert cash(results(long), "porting").sum() == pytest.approx(figure.value * 6_000)


def port_figure(value: float | None) -> tuple[Override, ...]:
    return (*figures(), PRICE, Override(entry="readiness/trainium2", field=WEEKS, value=value))


def test_a_port_of_no_work_costs_nothing_by_a_figure() -> None:
    assert not cash(results(ported(overrides=port_figure(0.0))), "porting").any()


def test_a_port_without_any_figure_is_not_free() -> None:
    found = results(ported(overrides=port_figure(None)))
    assert cash(found, "porting")[0] == 0
    assert np.isnan(cash(found, "porting")[1:]).all()
    lacks = f"readiness/trainium2 has no {WEEKS}"
    for kpi in ("tco_usd", "npv_usd", "opex_usd_per_month"):
        value = found.kpi(kpi, JANUARY + 3)
        assert value.value is None, kpi
        assert lacks in value.why
    assert found.kpi("opex_usd_per_month", JANUARY).value is not None
    assert any(line.startswith(lacks) for line in found.excluded)
    told = [one.message for one in found.findings if one.rule == "no_public_figure"]
    assert any("Trainium2" in line and "work to bring a workload over" in line for line in told)
    # the planner's own count stands in for it
    known = results(ported(engineer_weeks=10.0, overrides=port_figure(None)))
    assert cash(known, "porting").sum() == pytest.approx(60_000)


def test_what_is_sold_brings_its_residual_then() -> None:
    found = results(plain(phases=(phase(retire_month=JANUARY + 12),)))
    # 12 of 60 months: 1 − 0.9 · 12/60 = 0.82
    assert cash(found, "residual")[12] == pytest.approx(-8.2e6)
    assert not cash(found, "residual")[13:].any()
    assert even(found, "servers")[12] == 0


def test_each_tranche_ages_from_its_own_month() -> None:
    found = results(plain(phases=(phase(month=JANUARY, ramp=Ramp(months=2)),)))
    # half is 24 months old at the end, half 23
    assert cash(found, "residual")[-1] == pytest.approx(
        -5e6 * (1 - 0.9 * 24 / 60) - 5e6 * (1 - 0.9 * 23 / 60)
    )


def test_items_add_up_to_the_totals() -> None:
    given = plain(workloads=(chat(), run(), batch()), assumptions=assume(shell_usd_per_kw=5_000))
    found = results(given)
    for total, split in (("cash_usd", "cash_usd.item"), ("cost_usd_per_month", "cost_usd_per_month.item")):
        parts = sum(found.series[f"{split}:{item.key}"].values for item in COST_ITEMS)
        assert found.series[total].values == pytest.approx(parts, rel=1e-9)
    tco = found.kpi("tco_usd").value
    whole = float(found.series["cash_usd"].values[0].sum()) + brought_in(found).sum()
    assert tco == pytest.approx(whole, rel=1e-12)
    hour = found.kpi("usd_per_accelerator_hour").value
    assert hour == pytest.approx(
        float(found.series["cost_usd_per_month"].values[0, 0]) / 320 / 730, rel=1e-12
    )


def test_parts_bear_what_is_theirs() -> None:
    """All even cost belongs to the parts, but for porting: every rack is in a pool and every hall has
    load.
    """
    given = plain(
        sites=(site(halls=(hall(blocks=(block(), block("b2", row=2, cols=5, rack="gb200-nvl72"))),)),),
        workloads=(chat(), run()), assumptions=assume(shell_usd_per_kw=5_000),
    )  # fmt: skip
    cost = results(given).states[0].cost
    assert cost.parts.sum(axis=0) == pytest.approx(cost.even_total, rel=1e-9)


def test_an_empty_fleet_costs_nothing_variable() -> None:
    found = results(plain(sites=(site(halls=(hall(),)),), workloads=(chat(), run())))
    assert not found.series["cash_usd"].values.any()
    assert found.kpi("usd_per_accelerator_hour").value is None
    nowhere = results(design(sites=(), workloads=(chat(),)))
    assert nowhere.kpi("tco_usd").value == 0
    assert nowhere.kpi("unmet_tokens_per_s").value == pytest.approx(50_000)


def test_twice_the_racks_cost_twice_the_variable_items() -> None:
    once, twice = (
        results(
            plain(
                sites=(site(halls=(hall(blocks=(block(cols=count),)),)),),
                workloads=(run(tokens=1e15, chips_max=10_000),),
            )
        )
        for count in (8, 16)
    )  # fmt: skip
    for item in ("servers", "spares", "energy", "demand", "water", "staff", "support", "residual"):
        assert cash(twice, item) == pytest.approx(2 * cash(once, item), rel=1e-9), item


def test_a_missing_price_is_not_zero() -> None:
    given = plain(
        overrides=(*figures(), Override(entry="racks/h100-rack", field="price_usd", value=None)),
        sites=(site(halls=(hall(blocks=(block(), block("b2", row=1, cols=5, rack="gb200-nvl72"))),)),),
    )
    found = results(given)
    for kpi in ("capex_usd", "tco_usd", "npv_usd", "usd_per_accelerator_hour", "opex_usd_per_month"):
        value = found.kpi(kpi)
        assert value.value is None, kpi
        assert "racks/h100-rack has no price_usd" in value.why
    assert "racks/h100-rack has no price_usd: 10 of 15 systems without a figure" in found.excluded
    assert found.kpi("it_power_kw").value is not None


def test_tokens_cost_what_their_chips_cost() -> None:
    found = results(plain(workloads=(chat(tokens_per_s=1e9),)))
    cost = float(found.series["cost_usd_per_month"].values[0, 0])
    served = float(found.series["served_tokens_per_s"].values[0, 0])
    # the pool is full: capacity is what is served
    assert found.kpi("serving_tokens_per_s").value == pytest.approx(served)
    wanted = cost / (served * 3600 * 730) * 1e6
    assert found.kpi("usd_per_million_tokens").value == pytest.approx(wanted)
    assert found.kpi("usd_per_million_tokens_usage").value == pytest.approx(wanted)
    # 1,024 tokens in for 512 out
    assert found.kpi("usd_per_million_tokens_total").value == pytest.approx(wanted / 3)
    share = found.states[0].plant.rates[0].prefill_share[0]
    assert found.kpi("usd_per_million_tokens_input").value == pytest.approx(wanted * share / 2)


def test_unused_capacity_is_paid_by_those_served() -> None:
    half = results(plain(workloads=(chat(tokens_per_s=1_000),)))
    full = results(plain(workloads=(chat(tokens_per_s=1e9),)))
    # idle chips draw less, so the hour is a little cheaper
    assert half.kpi("serving_tokens_per_s").value == pytest.approx(full.kpi("serving_tokens_per_s").value)
    usage, reserved = half.kpi("usd_per_million_tokens_usage").value, half.kpi("usd_per_million_tokens").value
    assert usage is not None
    assert reserved is not None
    assert usage > 50 * reserved


def test_a_run_costs_the_chips_it_holds() -> None:
    found = results(plain(workloads=(run(tokens=1e12, chips_max=256),)))
    days, cost = found.kpi("time_to_train_days").value, found.kpi("cost_per_run_usd").value
    rate = found.states[0].plant.rates[0].rate[0, 0] * 256 / 320
    assert days == pytest.approx(1e12 / rate / 3600 / 730 * 30.4)
    hour = float(found.states[0].cost.part_hour[0, 0])
    assert cost == pytest.approx(1e12 / rate / 3600 * hour * 256 / 320, rel=1e-6)


def test_a_run_that_does_not_end_says_how_far_it_comes() -> None:
    kpi = results(plain(workloads=(run("big", tokens=1e15, chips_max=256),))).kpi("cost_per_run_usd")
    assert kpi.value is None
    assert "big ends at" in kpi.why


def test_value_less_cost_is_the_cash_flow() -> None:
    earning = chat(tokens_per_s=1e9, value_usd_per_m_output=2.0, origin="external")
    found = results(plain(workloads=(earning,)))
    served = found.series["served_tokens_per_s"].values[0]
    revenue = found.series["revenue_usd"].values[0]
    assert revenue == pytest.approx(served * 3600 * 730 / 1e6 * 2.0)
    assert found.series["cash_flow_usd"].values[0] == pytest.approx(
        revenue - found.series["cash_usd"].values[0]
    )
    assert found.kpi("payback_months").value is not None
    inside = results(plain(workloads=(earning.changed(origin="internal"),)))
    assert not inside.series["revenue_usd"].values.any()
    assert inside.kpi("npv_usd").value == pytest.approx(found.kpi("npv_usd").value)


def test_no_return_without_anything_that_earns() -> None:
    kept = phase(ownership=Rent(price_book_id=BOOK))
    found = results(plain(phases=(kept,), workloads=(chat(tokens_per_s=1e9),)))
    value = "no workload that is served has a value"
    assert found.kpi("irr").why == f"{value}: there is nothing to earn"
    assert found.kpi("break_even_utilisation").why == f"{value}: there is nothing to earn"
    for kpi, name in (("payback_months", "cash flow"), ("payback_discounted_months", "discounted cash flow")):
        assert found.kpi(kpi).why == f"the cumulative {name} does not come back to 0: {value}"
    poor = results(plain(phases=(kept,), workloads=(chat(tokens_per_s=1e9, value_usd_per_m_output=1e-3),)))
    assert "never positive: no workload earns more than its month costs" in poor.kpi("irr").why
    assert "does not come back to 0 in the horizon: $" in poor.kpi("payback_months").why
    share = poor.kpi("break_even_utilisation").value
    assert share is not None
    assert share > 1
    nothing = results(plain(sites=(site(halls=(hall(),)),)))
    for kpi in ("irr", "payback_months", "payback_discounted_months"):
        assert "nothing is invested" in nothing.kpi(kpi).why, kpi
    assert nothing.kpi("usd_per_mw").why == "no system that is bought or leased is in service in this month"


def test_what_no_total_holds_is_told() -> None:
    """Beside the gaps of the figures; what would cost nothing in a plan is not named."""
    lines = results(plain(workloads=(chat(value_usd_per_m_output=1.0),))).excluded
    for what in ("land: ", "taxes: ", "insurance: ", "front-end network", "software", "what earning"):
        assert any(line.startswith(what) for line in lines), what
    assert not any(line.startswith("storage and management servers") for line in lines)
    assert not any(line.startswith("what earning") for line in results(plain()).excluded)
    stored = results(plain(assumptions=assume(storage_management_share=0.06, facility_basis=1.0))).excluded
    assert any(line.startswith("storage and management servers") for line in stored)
    assert not any(line.startswith(("land", "grid connection")) for line in stored)
    assert len({one.key for one in OMISSIONS}) == len(OMISSIONS)
    assert all(one.line in plain_text(results(plain())) for one in OMISSIONS if one.key in ("taxes", "land"))
