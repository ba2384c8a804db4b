"""Life and residual value by class, prices by generation, nominal and real dollars: worked by hand."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from fleetdesigner.catalog import load_catalog
from fleetdesigner.design.curves import Constant, Ramp, Series
from fleetdesigner.design.fleet import Lease
from fleetdesigner.design.model import Design
from fleetdesigner.design.scenarios import Assumption, Override
from fleetdesigner.design.workloads import Port
from fleetdesigner.engine.evaluate import evaluate
from fleetdesigner.engine.money.finance import annuity_factor, npv
from fleetdesigner.engine.money.prices import month_of_price, price_factors
from fleetdesigner.engine.results import Results
from fleetdesigner.export.json_text import json_text
from fleetdesigner.export.plain_text import plain_text
from tests.engine.designs import JANUARY, block, chat, hall, phase, site
from tests.engine.test_cost import brought_in, cash, even, plain, results
from tests.engine.test_power import assume

DATE = 2026 * 12 + 7
"""Month of the price of an H100 rack in the catalog, half a year before the first month."""
FREE: dict[str, float] = {"storage_management_share": 0, "shell_usd_per_kw": 0}


def h100_date() -> int:
    figure = load_catalog().rack("h100-rack").price_usd
    assert figure is not None
    return month_of_price(figure)


def test_a_price_moves_from_its_date_on() -> None:
    """10 % a year less from July 2026: 0.9^(6/12) in January 2027, 0.9^(9/12) in April."""
    assert h100_date() == DATE
    assert JANUARY - DATE == 6
    fall = assume(price_change_hopper_per_year=-0.1, **FREE)
    ramped = phase(ramp=Ramp(months=4))
    found = results(plain(phases=(ramped,), assumptions=fall))
    factors = [0.9 ** ((6 + m) / 12) for m in range(4)]
    assert cash(found, "servers")[:5] == pytest.approx([2.5e6 * f for f in factors] + [0.0])
    assert cash(found, "spares")[:4] == pytest.approx([0.05e6 * f for f in factors])
    paid = 2.5e6 * sum(factors)
    # even cost, support and residual value follow what was paid
    assert even(found, "servers")[6] == pytest.approx(paid * annuity_factor(60, 0.08, 0.1))
    assert cash(found, "support")[6] == pytest.approx(paid * 0.02 / 12)
    left = sum(2.5e6 * f * (1 - 0.9 * (24 - m) / 60) for m, f in enumerate(factors))
    assert cash(found, "residual")[-1] == pytest.approx(-left)


def test_a_price_before_its_date_is_the_list_price() -> None:
    """What was bought in April 2026 cost the price of July, what in October a quarter of a year's change."""
    fall = assume(price_change_hopper_per_year=-0.4, **FREE)
    early = results(plain(phases=(phase(month=JANUARY - 9),), assumptions=fall))
    assert brought_in(early)[0] == pytest.approx(10e6 * (1 - 0.9 * 9 / 60) + 0.2e6 * 51 / 60)
    late = results(plain(phases=(phase(month=JANUARY - 3),), assumptions=fall))
    factor = 0.6 ** (3 / 12)
    assert brought_in(late)[0] == pytest.approx(factor * (10e6 * (1 - 0.9 * 3 / 60) + 0.2e6 * 57 / 60))


def test_other_generations_keep_their_price() -> None:
    both = (block(), block("b2", rack="gb200-nvl72", cols=2, row=2))
    price = Override(entry="racks/gb200-nvl72", field="price_usd", value=3_000_000)
    given = plain(sites=(site(halls=(hall(blocks=both),)),), assumptions=assume(**FREE))
    given = given.changed(overrides=(*given.overrides, price))
    before = results(given)
    after = results(given.changed(assumptions=assume(price_change_hopper_per_year=0.21, **FREE)))
    step = cash(after, "servers")[0] - cash(before, "servers")[0]
    assert step == pytest.approx(10e6 * (1.21**0.5 - 1))


def test_a_lease_is_of_the_price_of_then() -> None:
    leased = phase(month=JANUARY + 6, ownership=Lease(term_months=12, rate=0.08))
    rise = assume(price_change_hopper_per_year=0.21, **FREE)
    found = results(plain(phases=(leased,), assumptions=rise))
    assert cash(found, "lease")[6] == pytest.approx(10e6 * 1.21 * annuity_factor(12, 0.08))
    assert cash(found, "support")[6] == pytest.approx(10e6 * 1.21 * 0.02 / 12)


def test_a_change_may_be_a_curve() -> None:
    """20 % up a year to the end of March 2027, 10 % down after; its first value holds before the horizon."""
    curve = Series(first_month=JANUARY, values=(0.2, 0.2, 0.2, -0.1))
    given = plain(
        phases=(phase(month=JANUARY + 12),),
        assumptions=(*assume(**FREE), Assumption(key="price_change_hopper_per_year", value=curve)),
    )
    state = evaluate(given, load_catalog()).states[0]
    kind = state.plant.figures.kinds[0]
    found = price_factors(state.plant.assumptions, kind, np.array([-6, -7, 0, 3, 12]))
    assert found == pytest.approx(
        [1.0, 1.0, 1.2 ** (6 / 12), 1.2 ** (9 / 12), 1.2 ** (9 / 12) * 0.9 ** (9 / 12)]
    )
    assert cash(results(given), "servers")[12] == pytest.approx(10e6 * found[-1])


def test_moving_a_price_does_not_move_its_date() -> None:
    moved = load_catalog().with_overrides([Override(entry="racks/h100-rack", field="price_usd", value=9e5)])
    figure = moved.rack("h100-rack").price_usd
    assert figure is not None
    assert month_of_price(figure) == h100_date()


def test_network_and_shell_have_their_own_residual_share() -> None:
    nvl = plain(
        sites=(site(halls=(hall(blocks=(block(rack="gb200-nvl72", cols=2),), it_limit_kw=1_000),)),),
        overrides=(
            Override(entry="racks/gb200-nvl72", field="price_usd", value=3_000_000),
            Override(entry="fabrics/infiniband-ndr", field="capex_usd_per_chip_2tier", value=4_000),
        ),
        assumptions=assume(
            shell_usd_per_kw=10_000,
            fabric_residual_share=0.3,
            facility_residual_share=0.2,
            residual_share=0.0,
        ),
    )
    found = results(nvl)
    # after 24 of 60 months, and 25 of 168 of the hall that was ready in December
    left = 6e6 * (1 - 24 / 60) + 576_000 * (1 - 0.7 * 24 / 60) + 10e6 * (1 - 0.8 * 25 / 168)
    assert cash(found, "residual")[-1] == pytest.approx(-left)
    assert even(found, "fabric")[0] == pytest.approx(576_000 * annuity_factor(60, 0.08, 0.3))
    assert brought_in(found)[0] == pytest.approx(10e6 * (1 - 0.8 / 168))


def test_trainium_may_last_and_keep_its_value_differently() -> None:
    """12 months less and 0.05 less than the 60 months and a tenth of the others."""
    both = (block(), block("b2", rack="trn2-ultra", cols=2, row=2))
    price = Override(entry="racks/trn2-ultra", field="price_usd", value=500_000)
    network = Override(entry="fabrics/infiniband-ndr", field="capex_usd_per_chip_2tier", value=1_000)
    given = plain(
        sites=(site(halls=(hall(blocks=both),)),),
        assumptions=assume(trainium_life_more_months=-12, trainium_residual_more=-0.05, **FREE),
    )
    found = results(given.changed(overrides=(*given.overrides, price, network)))
    years = annuity_factor(60, 0.08, 0.1), annuity_factor(48, 0.08, 0.05)
    assert even(found, "servers")[0] == pytest.approx(10e6 * years[0] + 1e6 * years[1])
    spares = annuity_factor(60, 0.08), annuity_factor(48, 0.08)
    assert even(found, "spares")[0] == pytest.approx(0.02 * (10e6 * spares[0] + (1e6 + 128_000) * spares[1]))
    left = 10e6 * (1 - 0.9 * 24 / 60) + 1e6 * (1 - 0.95 * 24 / 48) + 128_000 * (1 - 0.9 * 24 / 60)
    assert cash(found, "residual")[-1] == pytest.approx(-left)


def test_inflation_raises_what_is_a_plain_figure() -> None:
    """5 % a year from July 2026: 1.05^(6/12) in January 2027 on staff, water, engineers; not on tariffs."""
    port = Port(start_month=JANUARY + 1, engineer_weeks=26, engineers=3, efficiency=Constant(value=0.9))
    given = {"workloads": (chat(port=port, tokens_per_s=1.0),)}
    flat = results(plain(assumptions=assume(**FREE), **given))
    rising = results(plain(assumptions=assume(inflation_per_year=0.05, **FREE), **given))
    level = 1.05 ** ((6 + np.arange(24)) / 12)
    for item in ("staff", "water", "porting"):
        assert cash(rising, item) == pytest.approx(cash(flat, item) * level), item
    for item in ("energy", "demand", "servers", "support", "residual"):
        assert cash(rising, item) == pytest.approx(cash(flat, item)), item
    rented = {"colocation_usd_per_kw_month": 150.0, "facility_basis": 1.0, **FREE}
    space = results(plain(assumptions=assume(inflation_per_year=0.05, **rented)))
    assert cash(space, "colocation") == pytest.approx(419.2 * 150 * level)
    # a curve is dated: it stands as it was entered
    curve = Assumption(key="staff_usd_per_mw_year", value=Series(first_month=JANUARY, values=(120_000.0,)))
    dated = results(plain(assumptions=(*assume(inflation_per_year=0.05, **FREE), curve)))
    assert cash(dated, "staff") == pytest.approx(419.2 * 1.2 / 1000 * 10_000)


def real(given: Design) -> tuple[Results, Results]:
    return results(given), results(given.changed(dollars="real"))


def earning(**fields: Any) -> Design:
    values: dict[str, Any] = {
        "phases": (phase(month=JANUARY - 3, ramp=Ramp(months=6)),),
        "workloads": (chat(tokens_per_s=1e9, value_usd_per_m_output=2.0, origin="external"),),
        "assumptions": assume(inflation_per_year=0.03, storage_management_share=0, shell_usd_per_kw=5_000),
    }
    return plain(**{**values, **fields})


def test_real_dollars_are_nominal_ones_over_the_price_level() -> None:
    nominal, deflated = real(earning())
    level = 1.03 ** ((6 + np.arange(24)) / 12)
    for name in (
        "cash_usd", "cost_usd_per_month", "revenue_usd", "cash_flow_usd", "usd_per_accelerator_hour",
        "usd_per_million_tokens", "cash_usd.item:energy", "opex_usd_per_month",
    ):  # fmt: skip
        got = deflated.series[name].values[0]
        assert got == pytest.approx(nominal.series[name].values[0] / level, rel=1e-12), name
    assert brought_in(deflated)[0] == pytest.approx(brought_in(nominal)[0] / level[0])
    for kpi in ("tco_usd", "opex_usd_per_month", "irr"):
        one, other = nominal.kpi(kpi).value, deflated.kpi(kpi).value
        assert one is not None
        assert other is not None
        assert abs(one / other - 1) > 1e-3, kpi
    assert nominal.kpi("usd_per_mw").value == deflated.kpi("usd_per_mw").value


def test_the_present_value_is_the_same_in_both() -> None:
    nominal, deflated = real(earning())
    one, other = nominal.kpi("npv_usd").value, deflated.kpi("npv_usd").value
    assert one is not None
    assert other == pytest.approx(one, rel=1e-9)
    # by hand: the real flow at the real rate, in dollars of January 2027
    flow = deflated.series["cash_flow_usd"].values[0].copy()
    flow[0] -= brought_in(deflated)[0]
    assert npv(flow, 1.08 / 1.03 - 1) * 1.03 ** (6 / 12) == pytest.approx(one, rel=1e-9)
    for kpi in ("payback_discounted_months", "break_even_utilisation"):
        assert deflated.kpi(kpi).value == pytest.approx(nominal.kpi(kpi).value), kpi
    rate, real_rate = nominal.kpi("irr").value, deflated.kpi("irr").value
    assert rate is not None
    assert real_rate == pytest.approx((1 + rate) / 1.03 - 1, rel=1e-6)


def test_definitions_say_which_dollars() -> None:
    nominal, deflated = real(earning())
    for kpi in ("tco_usd", "capex_usd", "opex_usd_per_month", "irr", "usd_per_million_tokens"):
        assert "; nominal; " in nominal.kpi(kpi).definition, kpi
        assert "; real, dollars of 2026; " in deflated.kpi(kpi).definition, kpi
    for found in (nominal, deflated):
        assert "to the first month and in its dollars" in found.kpi("npv_usd").definition
        assert "real" not in found.kpi("chips").definition


def test_exports_say_which_dollars() -> None:
    nominal, deflated = real(earning())
    assert plain_text(nominal).splitlines()[0] == "Tiny · 2027-03"
    assert plain_text(deflated).splitlines()[0] == "Tiny · 2027-03 · real, dollars of 2026"
    assert json.loads(json_text(deflated))["design"]["dollars"] == "real"


def test_capital_per_megawatt() -> None:
    """Ten racks of 1 M USD with spares, 419.2 kW at PUE 1.2, and a hall of 1 MW at 10,000 USD a kW."""
    given = plain(
        sites=(site(halls=(hall(blocks=(block(),), it_limit_kw=1_000),)),),
        phases=(phase(month=JANUARY - 30),),
        assumptions=assume(storage_management_share=0, shell_usd_per_kw=10_000),
    )
    assert results(given).kpi("usd_per_mw").value == pytest.approx((10.2e6 + 10e6) / (0.4192 * 1.2))


def test_break_even_utilisation_is_the_share_at_which_nothing_is_left() -> None:
    given = earning()
    share = results(given).kpi("break_even_utilisation").value
    assert share is not None
    work = given.workloads[0]
    level = results(given.changed(workloads=(work.changed(value_usd_per_m_output=2.0 * share),)))
    worth = results(given).kpi("npv_usd").value
    assert worth is not None
    assert level.kpi("npv_usd").value == pytest.approx(0.0, abs=1e-9 * abs(worth))
