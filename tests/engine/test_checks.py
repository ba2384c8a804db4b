"""Every rule fires in one design and is silent in another, and its remedies are edits that help."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from fleetdesigner.design.curves import Constant, Ramp
from fleetdesigner.design.edits import apply_edits
from fleetdesigner.design.fleet import Feed, Rent, Stay
from fleetdesigner.design.model import Design
from fleetdesigner.design.scenarios import Assumption, Override
from fleetdesigner.design.workloads import AgentService, BatchJob, Port, TrainingRun
from fleetdesigner.engine.checks import CHECKS, context_of, run_checks
from fleetdesigner.engine.evaluate import evaluate
from fleetdesigner.engine.placing import place
from fleetdesigner.engine.plant import plant_of
from fleetdesigner.engine.results import Finding
from fleetdesigner.engine.samples import variants_of
from fleetdesigner.units import digits, text
from tests.engine.check_cases import FIRST, block, catalog, chat, design, hall, phase, pool, site


def findings(made: Design) -> tuple[Finding, ...]:
    plant = plant_of(variants_of(made, (), None)[0], catalog())
    return run_checks(context_of(plant, place([plant]).found))


def of_rule(made: Design, rule: str) -> list[Finding]:
    return [finding for finding in findings(made) if finding.rule == rule]


def run(**fields: Any) -> TrainingRun:
    plain: dict[str, Any] = {
        "id": "run",
        "name": "Pretrain",
        "model_id": "llama-3-1-8b",
        "tokens": 1e12,
        "start_month": FIRST,
        "chips_max": 64,
    }
    return TrainingRun(**{**plain, **fields})


def override(entry: str, field: str, value: float | None) -> Override:
    return Override(entry=entry, field=field, value=value)


def with_hall(**fields: Any) -> Design:
    return design(sites=(site(hall(block(), **fields)),))


def big(rack: str = "h100-rack", cols: int = 200, **fields: Any) -> Design:
    """One pool of many racks in a very large hall."""
    room = hall(
        block(rack=rack, cols=cols, rows=16),
        width_m=700.0,
        depth_m=60.0,
        it_limit_kw=1e7,
        air_kw=1e7,
        liquid_kw=1e7,
    )
    return design(sites=(site(room, grid=((FIRST, 1e7),)),), **fields)


def late_hall() -> Design:
    return with_hall(ready_month=FIRST + 4)


MARKET = "market-2026-11"
FIRES: dict[str, Callable[[], Design]] = {
    "site_grid": lambda: design(sites=(site(hall(block()), grid=((FIRST, 100.0), (FIRST + 6, 1_000.0))),)),
    "hall_it": lambda: with_hall(it_limit_kw=100.0),
    "hall_air": lambda: with_hall(air_kw=100.0),
    "hall_liquid": lambda: design(sites=(site(hall(block(rack="gb200-nvl72"), liquid_kw=100.0)),)),
    "feed": lambda: with_hall(feeds=(Feed(id="f1", limit_kw=100.0, rows=(0,)),)),
    "floor": lambda: with_hall(floor_kg_per_m2=300.0),
    "block_outside": lambda: with_hall(width_m=1.8),
    "blocks_overlap": lambda: design(sites=(site(hall(block(), block("b2", col=3))),)),
    "retired_early": lambda: design(phases=(phase(retire_month=FIRST - 1),)),
    "ordered_late": lambda: design(
        phases=(phase(order_month=FIRST + 2, in_service_month=FIRST, lead_months=6),)
    ),
    "rent_outlasts_use": lambda: design(
        phases=(phase(ownership=Rent(price_book_id=MARKET, term_months=9), retire_month=FIRST + 6),)
    ),
    "rent_not_offered": lambda: design(
        phases=(phase(ownership=Rent(price_book_id="commitment-3-year-2026")),)
    ),
    "fabric_tiers": lambda: design(pools=(pool(tiers=4),)),
    "context_exceeded": lambda: design(workloads=(chat(input_len=131_072),)),
    "no_pool_may_run": lambda: design(workloads=(chat(allow=("trainium",)),)),
    "hall_not_ready": late_hall,
    "order_by": lambda: with_hall(ready_month=FIRST + 4),
    "announced_early": lambda: design(
        first_month=2026 * 12 + 1,
        sites=(site(hall(block(rack="trn4-mgx"))),),
        phases=(phase(in_service_month=2026 * 12 + 6),),
        months=24,
    ),
    "fabric_ceiling": lambda: big(pools=(pool(tiers=1),)),
    "goodput_low": lambda: big(
        workloads=(run(chips_max=100_000, chips_min=50_000, tokens=1e16, global_batch_tokens=400_000_000),)
    ),
    "not_ready": lambda: design(
        sites=(site(hall(block(rack="trn2-ultra", cols=2))),),
        workloads=(chat(model_id="deepseek-v3", framework="jax"),),
    ),
    "unmet_demand": lambda: design(workloads=(chat(demand=Constant(value=1e9)),)),
    "run_not_finished": lambda: design(workloads=(run(tokens=1e16),)),
    "unassigned": lambda: design(sites=(site(hall(block(stays=()))),)),
    "no_public_figure": lambda: design(overrides=(override("racks/h100-rack", "it_power_kw", None),)),
    "power_stranded": lambda: design(sites=(site(hall(block()), grid=((FIRST, 50_000.0),)),)),
    "forecast_estimate": lambda: design(sites=(site(hall(block(rack="trn2-ultra", cols=1))),)),
}


def quiet() -> Design:
    """Nothing to say about."""
    return design(sites=(site(hall(block()), grid=((FIRST, 1.02 * facility_kw()),)),))


def facility_kw() -> float:
    """What the plain design draws at its site."""
    power = evaluate(design(), catalog()).kpi("facility_power_kw").value
    assert power is not None
    return power


def test_every_rule_has_a_design_that_sets_it_off() -> None:
    assert set(FIRES) == {rule.id for rule in CHECKS}


@pytest.mark.parametrize("rule", [rule.id for rule in CHECKS])
def test_rule_fires(rule: str) -> None:
    found = of_rule(FIRES[rule](), rule)
    assert found
    for finding in found:
        assert finding.message
        assert "nan" not in finding.message + finding.detail
        assert not finding.message.endswith(".")


def test_all_rules_are_silent_in_a_quiet_design() -> None:
    assert findings(quiet()) == ()


@pytest.mark.parametrize("rule", [rule.id for rule in CHECKS])
def test_every_edit_of_a_remedy_applies_and_the_first_helps(rule: str) -> None:
    made = FIRES[rule]()
    found = of_rule(made, rule)[0]
    for remedy in found.remedies:
        apply_edits(made, remedy.edits)
    plain = [remedy for remedy in found.remedies if remedy.edits]
    if not plain:
        return
    for remedy in plain if rule not in ("unmet_demand", "run_not_finished", "no_pool_may_run") else ():
        after = [one for one in of_rule(apply_edits(made, remedy.edits), rule) if one.object == found.object]
        assert not after or after[0].from_month != found.from_month or after[0].message != found.message, (
            remedy.label
        )


def test_finding_says_object_value_limit_and_when() -> None:
    found = of_rule(FIRES["site_grid"](), "site_grid")[0]
    assert found.object == "site:s1"
    load = facility_kw()
    assert found.message == f"Site: grid power {text(load, 'kW')}, limit 100 kW"
    assert found.detail == (
        f"From 2027-01; at most {text(load - 100.0, 'kW')} over. "
        f"Then {digits(100 * 100.0 / load, 2)} % of the chips at the site can run."
    )
    assert found.from_month == FIRST
    labels = [remedy.label for remedy in found.remedies]
    assert labels == [
        "Place 3 fewer H100",
        "Move Phase 1 to 2027-07",
        f"Order {math.ceil(load)} kW of grid power",
    ]


def test_raising_the_grid_keeps_its_later_steps() -> None:
    made = FIRES["site_grid"]()
    remedy = of_rule(made, "site_grid")[0].remedies[-1]
    grid = apply_edits(made, remedy.edits).sites[0].grid
    assert grid[-1] == (FIRST + 6, 1_000.0)
    assert not of_rule(apply_edits(made, remedy.edits), "site_grid")


def test_derated_hall_offers_a_limit_that_is_enough() -> None:
    made = with_hall(it_limit_kw=200.0, derate=0.8)
    remedy = of_rule(made, "hall_it")[0].remedies[-1]
    assert not of_rule(apply_edits(made, remedy.edits), "hall_it")


@pytest.mark.parametrize(
    ("rule", "rack", "field"), [("hall_air", "h100-rack", "air"), ("hall_liquid", "gb200-nvl72", "liquid")]
)
def test_cooling_that_comes_too_late_is_offered_earlier(rule: str, rack: str, field: str) -> None:
    late: dict[str, Any] = {f"{field}_month": FIRST + 4}
    made = design(sites=(site(hall(block(rack=rack), **late)),))
    found = of_rule(made, rule)[0]
    assert "limit 0 kW" in found.message
    remedy = next(one for one in found.remedies if one.label.startswith("Have"))
    assert remedy.label == f"Have {field} cooling in 2027-01"
    assert remedy.detail == "Planned for 2027-05, 4 months after its load."
    assert not of_rule(apply_edits(made, remedy.edits), rule)


def test_an_order_that_is_due_before_the_plan_is_news_only_then() -> None:
    made = with_hall(ready_month=FIRST + 14)
    found = of_rule(made, "order_by")[0]
    # 21 months before March 2028
    assert found.message == "Hall A must be ordered by 2026-06 to be ready in 2028-03 (21 months)"
    assert found.detail == "That is before the plan begins in 2027-01."
    assert found.severity == "info"
    assert not of_rule(with_hall(ready_month=FIRST + 21), "order_by")
    assert not of_rule(with_hall(ready_month=FIRST), "order_by")
    rooms = (hall(block()), hall(name="h2", ready_month=FIRST + 5), hall(name="h3", ready_month=FIRST + 3))
    two = of_rule(design(sites=(site(*rooms),)), "order_by")[0]
    assert two.object == "hall:h3"
    assert two.detail.endswith(", and so must 1 more hall.")


def test_grid_power_that_is_due_before_the_plan() -> None:
    made = design(sites=(site(hall(block()), grid=((FIRST, 800.0), (FIRST + 6, 900.0))),))
    found = of_rule(made, "order_by")[0]
    assert found.object == "site:s1"
    assert found.message == (
        "Grid power of Site must be ordered by 2025-10 to be there in 2027-07 (21 months)"
    )
    after = apply_edits(made, found.remedies[0].edits)
    assert after.sites[0].grid == ((FIRST, 800.0), (FIRST + 21, 900.0))
    assert not of_rule(after, "order_by")


def test_a_longer_lead_moves_what_has_yet_to_come_and_remedies_allow_for_it() -> None:
    longer = (Assumption(key="shell_lead_months", value=24), Assumption(key="chip_lead_slip_months", value=2))
    made = with_hall(ready_month=FIRST + 4).changed(
        assumptions=longer, phases=(phase(in_service_month=FIRST + 1),)
    )
    found = of_rule(made, "hall_not_ready")[0]
    assert found.message == "Hall A: ready 2027-08, racks land 2027-04"
    assert [remedy.label for remedy in found.remedies] == [
        "Move Phase 1 to 2027-08", "Make the hall ready in 2027-04",
    ]  # fmt: skip
    for remedy in found.remedies:
        assert not of_rule(apply_edits(made, remedy.edits), "hall_not_ready")
    moved = apply_edits(made, found.remedies[0].edits)
    assert moved.phases[0].in_service_month == FIRST + 5


def stranded(**fields: Any) -> Design:
    """One rack, and far more grid power."""
    return design(sites=(site(hall(block(cols=1), **fields), grid=((FIRST, 9_000.0),)),))


@pytest.mark.parametrize(
    ("made", "why", "label"),
    [
        (lambda: stranded(ready_month=FIRST, it_limit_kw=100.0), "no hall is ready for it", "Add a hall"),
        (
            lambda: stranded(it_limit_kw=9_000.0, air_kw=60.0, liquid_kw=0.0),
            "the halls cannot cool more",
            "Raise air cooling of Hall A to 9.00 MW",
        ),
        (
            lambda: stranded(
                it_limit_kw=9_000.0, air_kw=9_000.0, liquid_month=FIRST + 20, air_month=FIRST + 20
            ),
            "the halls cannot cool more",
            "Have air cooling of Hall A in 2027-01",
        ),
        (
            lambda: stranded(it_limit_kw=9_000.0, air_kw=9_000.0, width_m=0.6, depth_m=1.2),
            "no floor position is free",
            "Deepen Hall A by 2 rows, to 7.20 m",
        ),
        (
            lambda: stranded(it_limit_kw=9_000.0, air_kw=9_000.0),
            "no racks are placed for it",
            "Order 57.8 kW of grid power",
        ),
    ],
    ids=["shells", "cooling", "cooling later", "positions", "chips"],
)  # fmt: skip
def test_each_cause_of_stranded_power_has_its_remedy(
    made: Callable[[], Design], why: str, label: str
) -> None:
    found = of_rule(made(), "power_stranded")[0]
    assert found.message.endswith(why)
    first = found.remedies[0]
    assert first.label == label
    if first.edits:
        after = of_rule(apply_edits(made(), first.edits), "power_stranded")
        assert not after or not after[0].message.endswith(why) or after[0].message != found.message


def test_limit_of_a_hall_without_load_is_silent() -> None:
    assert not of_rule(design(sites=(site(hall(it_limit_kw=0.0)),)), "hall_it")


def test_successor_in_the_place_of_a_sold_block_does_not_overlap() -> None:
    rooms = (site(hall(block(), block("b2", phase_id="next"))),)
    phases = (phase(retire_month=FIRST + 6), phase("next", in_service_month=FIRST + 6))
    assert not of_rule(design(sites=rooms, phases=phases), "blocks_overlap")
    idles = (phase(retire_month=FIRST + 6, after="idle"), phase("next", in_service_month=FIRST + 6))
    assert of_rule(design(sites=rooms, phases=idles), "blocks_overlap")


def test_block_that_moves_into_a_pool_later_is_unassigned_until_then() -> None:
    made = design(sites=(site(hall(block(stays=(Stay(pool_id="p1", from_month=FIRST + 3),)))),))
    found = of_rule(made, "unassigned")[0]
    assert found.message.endswith("in no pool until 2027-04")
    after = apply_edits(made, found.remedies[0].edits)
    assert not of_rule(after, "unassigned")
    assert of_rule(design(sites=(site(hall(block(stays=()))),)), "unassigned")[0].remedies


def test_gap_with_a_figure_put_in_is_silent() -> None:
    made = design(overrides=(override("racks/h100-rack", "price_usd", None),))
    assert of_rule(made, "no_public_figure")[0].object == "racks/h100-rack"
    mended = design(overrides=(override("racks/h100-rack", "price_usd", 1e6),))
    assert not of_rule(mended, "no_public_figure")


def test_rented_racks_need_no_price() -> None:
    made = design(
        overrides=(override("racks/h100-rack", "price_usd", None),),
        phases=(phase(ownership=Rent(price_book_id="on-demand-2026-10")),),
    )
    assert not of_rule(made, "no_public_figure")


def rented(retire: int | None, term: int, book: str = MARKET, **fields: Any) -> Design:
    return design(
        phases=(
            phase(ownership=Rent(price_book_id=book, term_months=term), retire_month=retire, **fields),
        )
    )  # fmt: skip


def test_rent_that_outlasts_its_use_says_until_when() -> None:
    found = of_rule(rented(FIRST + 6, 9, ramp=Ramp(months=3)), "rent_outlasts_use")[0]
    # the last third comes in March: its nine months are over in December
    assert found.message == "Phase 1: retires 2027-07, its rent runs to 2027-12"
    assert "the last 5 are paid for nothing" in found.detail
    assert found.from_month == FIRST + 6
    for held in (rented(None, 9), rented(FIRST + 9, 9), rented(FIRST + 6, 0), rented(FIRST, 9)):
        assert not of_rule(held, "rent_outlasts_use")


def test_prices_of_another_basis_are_no_rents() -> None:
    assert not of_rule(rented(None, 36, "commitment-3-year-2026"), "rent_not_offered")
    assert not of_rule(rented(None, 0), "rent_not_offered")
    found = of_rule(rented(None, 36, "cost-of-ownership-2026-04"), "rent_not_offered")[0]
    assert "costs of owning, not rents" in found.message


def test_context_of_each_kind_of_work() -> None:
    assert not of_rule(design(workloads=(chat(input_len=131_072 - 512, output_len=512),)), "context_exceeded")
    long = of_rule(design(workloads=(run(sequence_len=262_144),)), "context_exceeded")[0]
    assert "262,144 tokens" in long.message
    held = AgentService(
        id="agents",
        name="Agents",
        model_id="llama-3-1-70b",
        framework="vllm",
        sessions=Constant(value=10.0),
        state_tokens=200_000,
    )
    assert of_rule(design(workloads=(held,)), "context_exceeded")


def test_planned_port_silences_not_ready() -> None:
    made = FIRES["not_ready"]()
    found = of_rule(made, "not_ready")[0]
    if found.remedies:
        assert not of_rule(apply_edits(made, found.remedies[0].edits), "not_ready")


def test_workload_served_elsewhere_makes_not_ready_an_info() -> None:
    rooms = (site(hall(block(rack="trn2-ultra", cols=2), block("b2", row=2))),)
    made = design(sites=rooms, workloads=(chat(model_id="llama-3-1-70b", framework="jax"),))
    for finding in of_rule(made, "not_ready"):
        assert finding.severity == "info"


def test_unmet_demand_names_what_is_full_and_offers_priority() -> None:
    made = design(
        workloads=(chat(priority=1), chat(id="code", name="Code", priority=5, demand=Constant(value=1e9)))
    )
    found = of_rule(made, "unmet_demand")[0]
    assert found.object == "workload:code"
    assert "Pool 1" in found.detail
    assert "pool full" in found.detail
    assert found.remedies[0].label == "Serve Code first"
    assert apply_edits(made, found.remedies[0].edits).workloads[1].priority == 1


def test_batch_that_falls_due_is_unmet_demand() -> None:
    job = BatchJob(
        id="night",
        name="Nightly",
        model_id="llama-3-1-70b",
        framework="vllm",
        dtype="fp8",
        demand=Constant(value=1e16),
    )
    found = of_rule(design(workloads=(job,)), "unmet_demand")[0]
    assert found.from_month == FIRST + 1  # due one month after it came


def test_run_held_back_by_its_own_ceiling_is_offered_more_chips() -> None:
    found = of_rule(design(workloads=(run(tokens=1e14, chips_max=8),)), "run_not_finished")[0]
    assert found.remedies[0].label.startswith("Let it use ")
    assert " in the horizon" in found.message


def test_late_run_is_told_against_its_due_month() -> None:
    made = design(workloads=(run(tokens=3e12, due_month=FIRST),))
    found = of_rule(made, "run_not_finished")
    assert found
    assert "due 2027-01" in found[0].message


def test_port_that_ends_after_the_horizon_does_not_count() -> None:
    late = Port(start_month=FIRST + 11, engineer_weeks=100.0, engineers=1.0, efficiency=Constant(value=1.0))
    made = design(
        sites=(site(hall(block(rack="trn2-ultra", cols=2))),),
        workloads=(chat(model_id="deepseek-v3", framework="jax", port=late),),
    )
    assert of_rule(made, "not_ready")


def test_slow_ramp_reports_the_first_month_over_the_limit() -> None:
    made = design(sites=(site(hall(block(), it_limit_kw=100.0)),), phases=(phase(ramp=Ramp(months=10)),))
    found = of_rule(made, "hall_it")[0]
    assert found.from_month is not None
    assert found.from_month > FIRST


def test_errors_come_first() -> None:
    made = design(
        sites=(site(hall(block(), it_limit_kw=100.0), grid=((FIRST, 50_000.0),)),),
        workloads=(chat(demand=Constant(value=1e9)),),
    )
    order = [finding.severity for finding in findings(made)]
    assert order == sorted(order, key=("error", "warning", "info").index)
    assert len(set(order)) == 3


def test_empty_design_has_nothing_to_say() -> None:
    assert findings(design(sites=(), pools=(), phases=(), workloads=())) == ()
