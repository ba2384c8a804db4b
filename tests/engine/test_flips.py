"""What would turn the plan: the place of the change of sign against plain evaluations, and its words."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fleetdesigner.catalog import Catalog, load_catalog
from fleetdesigner.design.curves import Constant
from fleetdesigner.design.model import Design
from fleetdesigner.design.scenarios import Assumption, Override
from fleetdesigner.engine.at_rest import flips as flips_module
from fleetdesigner.engine.at_rest.answers import at_rest
from fleetdesigner.engine.at_rest.brackets import ROUNDS, Bracket, roots
from fleetdesigner.engine.at_rest.flips import flips_of, plan_turns
from fleetdesigner.engine.evaluate import evaluate, variations
from fleetdesigner.engine.results import Flip
from fleetdesigner.engine.samples import Sample
from fleetdesigner.engine.state import SampleState
from tests.engine.designs import chat, design

PRICE = "racks/h100-rack.price_usd"


def plan(price: float = 1_000_000.0, **fields: Any) -> Design:
    """Ten racks that a well-paid stream uses for two years, their price with a span of the planner's."""
    own = Override(
        entry="racks/h100-rack", field="price_usd", value=price, low=0.5e6, high=3e6, evidence="estimate"
    )
    work = chat(tokens_per_s=1e9, value_usd_per_m_output=2.5, origin="external")
    return design(**{"workloads": (work,), "overrides": (own,), **fields})


def npv(of: Design) -> float:
    found = evaluate(of, load_catalog()).kpi("npv_usd").value
    assert found is not None
    return found


def one(found: tuple[Flip, ...], ref: str) -> Flip:
    return next(flip for flip in found if flip.ref == ref)


def test_a_straight_line_turns_where_two_plain_evaluations_say() -> None:
    low, high = npv(plan(0.5e6)), npv(plan(3e6))
    assert low > 0 > high  # else the case shows nothing
    flip = one(flips_of(plan(), load_catalog()), PRICE)
    assert flip.turns_at is not None
    assert (flip.low, flip.high, flip.value) == (0.5e6, 3e6, 1e6)
    assert flip.at_low == pytest.approx(low, rel=1e-12)
    assert flip.at_high == pytest.approx(high, rel=1e-12)
    assert flip.base == pytest.approx(npv(plan()), rel=1e-12)
    # capex, spares, support and what is left at the end are all linear in the price
    assert flip.turns_at == pytest.approx(0.5e6 + 2.5e6 * low / (low - high), rel=1e-9)
    assert flip.share == pytest.approx((flip.turns_at - 1e6) / 2.5e6)
    assert flip.swing == pytest.approx(low - high)
    assert flip.grade == "estimate"


def test_the_discount_rate_turns_the_npv_at_the_internal_rate_of_return() -> None:
    rate = Assumption(key="discount_rate", value=0.08, low=0.0, high=0.9)
    given_plan = plan(1.5e6, assumptions=(rate,))
    irr = evaluate(given_plan, load_catalog()).kpi("irr").value
    assert irr is not None
    assert 0.08 < irr < 0.9
    flip = one(flips_of(given_plan, load_catalog()), "assumption:discount_rate")
    assert flip.turns_at == pytest.approx(irr, rel=1e-4)
    assert flip.words.startswith("NPV turns negative when “Discount rate” rises above ")
    assert flip.words.endswith(" (now 8 %, span 0 % to 90 %)")


def test_the_sign_differs_on_both_sides_of_every_turn() -> None:
    given_plan = plan(1.8e6)
    found = [flip for flip in flips_of(given_plan, load_catalog()) if flip.ref.startswith("assumption:")]
    turning = [flip for flip in found if flip.turns_at is not None]
    assert turning
    for flip in turning:
        assert flip.turns_at is not None
        step = (flip.high - flip.low) * 1e-3
        key = flip.ref.partition(":")[2]
        around = [
            npv(given_plan.changed(assumptions=(Assumption(key=key, value=flip.turns_at + side * step),)))
            for side in (-1, 1)
        ]
        assert around[0] * around[1] < 0, flip.ref
        assert flip.low <= flip.turns_at <= flip.high


def test_nearest_first_then_by_swing_and_every_listed_assumption_once() -> None:
    given_plan = plan(1.8e6)
    found = flips_of(given_plan, load_catalog())
    shares = [flip.share for flip in found if flip.share is not None]
    assert shares == sorted(shares)
    rest = [flip.swing for flip in found if flip.share is None]
    assert rest == sorted(rest, reverse=True)
    assert all(flip.share is None for flip in found[len(shares) :])
    listed = evaluate(given_plan, load_catalog()).assumptions_in_use
    spans = {item.ref for item in listed if item.value is not None and item.low is not None}
    assert {flip.ref for flip in found} == spans | {PRICE}
    assert len(found) == len({flip.ref for flip in found})


def test_only_those_that_are_asked_for_and_only_a_sign_flips() -> None:
    found = flips_of(plan(1.8e6), load_catalog(), refs={"assumption:discount_rate", PRICE})
    assert {flip.ref for flip in found} == {"assumption:discount_rate", PRICE}
    costs = flips_of(plan(1.8e6), load_catalog(), kpi="capex_usd")
    assert all(flip.turns_at is None for flip in costs)
    assert costs[0].ref == PRICE
    # ten racks: 2.5 M$ more each, and 2 % of that for spares
    assert costs[0].swing == pytest.approx(10 * 2.5e6 * 1.02)
    with pytest.raises(KeyError, match="no KPI"):
        flips_of(plan(), load_catalog(), kpi="nothing")


def test_what_is_unknown_turns_nothing() -> None:
    gone = Override(entry="racks/h100-rack", field="price_usd", value=None)
    found = flips_of(plan(overrides=(gone,)), load_catalog())
    assert found
    assert all(flip.base is None and flip.turns_at is None and flip.swing == 0.0 for flip in found)
    assert all("from unknown to unknown" in flip.words for flip in found)
    assert plan_turns(found) == ()


def test_a_curve_has_no_span() -> None:
    steady = Assumption(key="staff_usd_per_mw_year", value=Constant(value=1e5), low=0, high=1e6)
    found = flips_of(plan(assumptions=(steady,)), load_catalog())
    assert "assumption:staff_usd_per_mw_year" not in {flip.ref for flip in found}


def test_the_finding_names_the_nearest_and_what_comes_next() -> None:
    results = evaluate(plan(1.8e6), load_catalog())
    refined = at_rest(results, plan(1.8e6), load_catalog())
    told = [finding for finding in refined.findings if finding.rule == "plan_turns"]
    assert len(told) == 1
    nearest = refined.flips[0]
    assert told[0].severity == "warning"
    assert told[0].object == nearest.ref
    assert told[0].message.startswith(f"The plan fails first if “{nearest.name}” ")
    assert told[0].detail.startswith(f"{nearest.words}. ")
    assert " assumptions turn it inside their spans" in told[0].detail
    assert refined.evidence
    order = [finding.severity for finding in refined.findings]
    assert order == sorted(order, key=["error", "warning", "info"].index)


def test_a_plan_that_loses_is_told_what_would_make_it_pay() -> None:
    told = plan_turns(flips_of(plan(2.8e6), load_catalog()))
    assert told[0].severity == "info"
    assert told[0].message.startswith("The plan pays first if “")
    assert "NPV turns positive when “" in told[0].detail


def test_a_plan_far_from_zero_is_left_alone() -> None:
    nothing = design()  # ten racks that do nothing: a loss whatever happens
    assert plan_turns(flips_of(nothing, load_catalog())) == ()


def test_it_stops_when_the_hand_moves() -> None:
    results = evaluate(plan(), load_catalog())
    assert flips_of(plan(), load_catalog(), cancelled=lambda: True) == ()
    assert at_rest(results, plan(), load_catalog(), cancelled=lambda: True) is results
    asked = 0

    def later() -> bool:
        nonlocal asked
        asked += 1
        return asked > 10

    assert flips_of(plan(2e6), load_catalog(), cancelled=later) == ()


def test_no_more_than_a_few_evaluations_of_the_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def counted(of: Design, catalog: Catalog, samples: list[Sample]) -> tuple[SampleState, ...]:
        asked.append(len(samples))
        return variations(of, catalog, samples)

    monkeypatch.setattr(flips_module, "variations", counted)
    found = flips_of(plan(1.8e6), load_catalog())
    turning = sum(flip.turns_at is not None for flip in found)
    assert sum(asked) <= 2 * len(found) + 2 * ROUNDS * turning
    assert max(asked) <= flips_module.CHUNK


@settings(max_examples=100)
@given(st.floats(-50, 50), st.floats(0.01, 100), st.floats(0.05, 0.95), st.booleans(), st.integers(0, 2))
def test_the_place_of_any_smooth_rise_is_found(
    near: float, width: float, at: float, falls: bool, bend: int
) -> None:
    far = near - width if falls else near + width
    zero = near + (far - near) * at

    def value(point: float) -> float:
        x = (point - zero) / width
        return (x, x + 3 * x**3, math.expm1(2 * x))[bend] * (-1 if falls else 1)

    rounds = 0

    def ask(wanted: Any) -> list[float]:
        nonlocal rounds
        rounds += 1
        return [value(point) for _, point in wanted]

    found = roots([Bracket.between(near, value(near), far, value(far))], ask)
    assert found is not None
    assert found[0] == pytest.approx(zero, abs=1e-3 * width)
    assert rounds <= ROUNDS
    assert bend or rounds == 1


def test_a_jump_is_located_to_a_sixty_fourth_and_unknown_points_tell_nothing() -> None:
    def ask(wanted: Any) -> list[float]:
        return [-1.0 if point < 0.7123 else 5.0 for _, point in wanted]

    found = roots([Bracket.between(0.0, -1.0, 1.0, 5.0)], ask)
    assert found is not None
    assert found[0] == pytest.approx(0.7123, abs=1 / 64)
    blind = roots([Bracket.between(0.0, -1.0, 1.0, 5.0)], lambda wanted: [math.nan] * len(wanted))
    assert blind is not None
    assert blind[0] == pytest.approx(1 / 6)
    assert roots([Bracket.between(0.0, -1.0, 1.0, 5.0)], lambda wanted: None) is None
