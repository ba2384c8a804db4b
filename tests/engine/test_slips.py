"""What a slip costs, worked by hand on a fleet that waits for its second phase."""

from __future__ import annotations

from typing import Any

import pytest

from fleetdesigner.catalog import load_catalog
from fleetdesigner.design.fleet import Stay
from fleetdesigner.design.model import Design
from fleetdesigner.design.scenarios import Override
from fleetdesigner.engine.at_rest.slips import Slip, difference, slips_of
from fleetdesigner.engine.evaluate import evaluate
from fleetdesigner.engine.samples import Sample
from fleetdesigner.engine.site.schedule import later_grid, later_hall, later_phase, moved
from tests.engine.designs import JANUARY, block, chat, design, hall, phase, run, site

SECOND = JANUARY + 6
SECONDS = 730 * 3600


def two_steps(**fields: Any) -> Design:
    """One rack now; a phase, a hall and grid power come half a year later, and chat needs them all."""
    rooms = (
        hall("now", (block(cols=1),)),
        hall("next", (block("b2", phase_id="p2"),), ready_month=SECOND, air_month=SECOND),
    )
    return design(
        sites=(site(halls=rooms, grid=((JANUARY, 100.0), (SECOND, 50_000.0)), name="North"),),
        phases=(phase(), phase("p2", SECOND)),
        **{"workloads": (chat(tokens_per_s=90_000.0, value_usd_per_m_output=40.0),), **fields},
    )


def by_ref(given: Design, months: int = 3) -> dict[str, Slip]:
    return {one.ref: one for one in slips_of(given, load_catalog(), months)}


def test_each_thing_that_has_yet_to_come_slips_once() -> None:
    found = slips_of(two_steps(), load_catalog())
    assert [(one.ref, one.name, one.months) for one in found] == [
        ("phase:p2", "p2", 3),
        ("site:s1", "Grid power of North", 3),
        ("hall:next", "next", 3),
    ]


def test_a_phase_that_slips_leaves_its_demand_unserved_and_capacity_later() -> None:
    given = two_steps()
    base = evaluate(given, load_catalog())
    unmet, served = (base.series[f"{name}_tokens_per_s"].values[0] for name in ("unmet", "served"))
    found = by_ref(given)["phase:p2"]
    assert found.capacity_months.value == 3
    # for three months it goes on as in the half year before: one rack serves
    assert unmet[5] > unmet[6] == 0.0
    assert found.unserved_tokens.value == pytest.approx(3 * unmet[5] * SECONDS)
    # the same three months lose their revenue; capex comes later, and the running cost is saved
    lost = 3 * (served[6] - served[5]) * SECONDS / 1e6 * 40.0
    assert found.npv_usd.value is not None
    assert found.tco_usd.value is not None
    assert -lost < found.npv_usd.value < 0
    assert found.tco_usd.value < 0
    assert found.finish_months.value is None
    assert found.finish_months.why == "the design has no training run"


def test_a_slip_is_what_the_slipped_design_gives() -> None:
    given = two_steps()
    late = given.changed(phases=(given.phases[0], phase("p2", SECOND + 3)))
    results = evaluate(given, load_catalog(), samples=[Sample(design=late)])
    live, found = difference(results), by_ref(given)["phase:p2"]
    assert (live.npv_usd, live.tco_usd, live.unserved_tokens) == (
        found.npv_usd, found.tco_usd, found.unserved_tokens,
    )  # fmt: skip
    alone = [evaluate(one, load_catalog()).kpi("npv_usd").value or 0.0 for one in (given, late)]
    assert live.npv_usd.value == pytest.approx(alone[1] - alone[0])


def test_a_hall_that_slips_keeps_its_racks_waiting_and_grid_power_holds_them_back() -> None:
    found = by_ref(two_steps())
    phase_late, hall_late, grid_late = (found[ref] for ref in ("phase:p2", "hall:next", "site:s1"))
    # racks in a hall that is not ready serve nothing, and are paid for
    assert hall_late.unserved_tokens.value == pytest.approx(phase_late.unserved_tokens.value)
    assert hall_late.capacity_months.value == phase_late.capacity_months.value == 3
    # held back by the grid, chips count as in service
    assert grid_late.capacity_months.value == 0
    assert grid_late.unserved_tokens.value is not None
    assert grid_late.unserved_tokens.value > 0


def test_capacity_is_the_count_of_the_plan_and_not_a_lower_one() -> None:
    """Racks 1 + 10 from July to December; the one of now retires in January. Ten for one month less is no
    gain: 11 racks of 32 are complete three months later, and never when the slip outlasts the first phase.
    """
    given = two_steps()
    given = given.changed(phases=(phase(retire_month=JANUARY + 12), given.phases[1]))
    assert by_ref(given, 3)["phase:p2"].capacity_months.value == 3
    never = by_ref(given, 8)["phase:p2"].capacity_months
    assert never.value is None
    assert never.why == "352 accelerators are never in service at once: at most 320"
    # the other way round, a plan that had only ten at most has them where the changed one passes them
    late = given.changed(phases=(given.phases[0], phase("p2", SECOND + 8)))
    back = evaluate(late, load_catalog(), samples=[Sample(design=given)])
    assert difference(back).capacity_months.value == -8


def test_a_slip_moves_the_end_of_the_top_run() -> None:
    pretrain = run(tokens=3e13, chips_max=512, start_month=SECOND)
    stays = (Stay(pool_id="train", from_month=JANUARY),)
    rooms = (hall(blocks=(block(phase_id="p2", cols=16, stays=stays),)),)
    given = design(sites=(site(halls=rooms),), phases=(phase(), phase("p2", SECOND)), workloads=(pretrain,))
    assert by_ref(given)["phase:p2"].finish_months.value == pytest.approx(3.0)
    never = by_ref(given, 17)["phase:p2"].finish_months
    assert never.value is None
    assert "% in the horizon" in never.why


def test_what_has_no_figure_says_so() -> None:
    free = Override(entry="racks/h100-rack", field="price_usd", value=None)
    found = by_ref(two_steps(overrides=(free,)))["phase:p2"]
    assert found.npv_usd.value is None
    assert "price_usd" in found.npv_usd.why
    assert found.unserved_tokens.value is not None


def test_nothing_slips_where_all_stands_and_a_cancelled_search_is_empty() -> None:
    assert slips_of(design(), load_catalog()) == ()
    assert slips_of(two_steps(), load_catalog(), cancelled=lambda: True) == ()


def test_what_stands_in_the_first_month_does_not_move() -> None:
    first = JANUARY
    assert [moved(month, 100, 5) for month in (90, 100, 101)] == [90, 100, 106]
    assert [moved(month, 100, -5) for month in (90, 101, 104, 107)] == [90, 100, 100, 102]
    assert later_grid(((90, 1.0), (100, 2.0), (103, 3.0), (107, 4.0)), 100, -5) == (
        (90, 1.0), (100, 3.0), (102, 4.0),
    )  # fmt: skip
    one = phase(month=first)
    assert later_phase(one, first, 3) is one
    assert later_phase(one, first - 1, 3).service_month == first + 3
    room = hall(ready_month=first, air_month=None, liquid_month=first + 4)
    assert later_hall(room, first + 4, 2) is room
    late = later_hall(room, first, 2)
    assert (late.ready_month, late.air_month, late.liquid_month) == (first, None, first + 6)
