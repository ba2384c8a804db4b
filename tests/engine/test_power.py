"""Power, limits and stranded power, with figures worked by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fleetdesigner.catalog import load_catalog
from fleetdesigner.design.curves import Constant
from fleetdesigner.design.fleet import Feed
from fleetdesigner.design.model import Design
from fleetdesigner.design.scenarios import Assumption, Override
from fleetdesigner.engine.evaluate import evaluate
from fleetdesigner.engine.site.limits import CAUSES, LIMITS
from fleetdesigner.engine.state import SampleState
from tests.engine.designs import JANUARY, block, design, hall, phase, pool, run, site


def figures(**rack: float | None) -> tuple[Override, ...]:
    """Figures of the H100 rack that the tests rely on, and of its fabric: 60 W a 400 Gbit/s port."""
    held = {"it_power_kw": 40.0, "nameplate_kw": 44.0, "idle_power_kw": 10.0, "liquid_share": 0.25, **rack}
    more = (
        Override(entry="fabrics/infiniband-ndr", field="endpoint_power_w_2tier", value=60),
        Override(entry="fabrics/infiniband-ndr", field="endpoint_gbit_per_s", value=400),
        Override(entry="chips/h100", field="scale_out_gbit_per_s", value=400),
    )
    return (
        *(Override(entry="racks/h100-rack", field=name, value=value) for name, value in held.items()),
        *more,
    )


def assume(**values: float) -> tuple[Assumption, ...]:
    """Assumptions by key; no inflation unless it is named, so that figures stay round."""
    given = {"inflation_per_year": 0.0, **values}
    return tuple(Assumption(key=key, value=value) for key, value in given.items())


def state(given: Design) -> SampleState:
    """The base sample."""
    return evaluate(given, load_catalog()).states[0]


def test_provisioned_nameplate_facility() -> None:
    found = state(design(overrides=figures(), assumptions=assume(storage_management_share=0.1)))
    # 10 racks · 40 kW = 400; 320 chips · 60 W = 19.2; + 10 % storage and management
    assert found.it_power[0] == pytest.approx((400 + 19.2) * 1.1)
    assert found.it_nameplate[0] == pytest.approx((440 + 19.2) * 1.1)
    assert found.facility[0] == pytest.approx((400 + 19.2) * 1.1 * 1.2)


def test_oversubscription_thins_out_what_is_above_the_leaf() -> None:
    thin = design(
        overrides=figures(),
        pools=(pool(oversubscription=4.0),),
        assumptions=assume(storage_management_share=0),
    )
    assert state(thin).it_power[0] == pytest.approx(400 + 19.2 * (0.5 + 0.5 / 4))


def test_an_idle_fleet_draws_its_idle_power_and_its_network() -> None:
    found = state(design(overrides=figures(), assumptions=assume(storage_management_share=0)))
    assert found.it_expected[0] == pytest.approx(100 + 19.2)


def test_idle_share_stands_in_for_a_missing_figure() -> None:
    given = design(
        overrides=figures(idle_power_kw=None), assumptions=assume(storage_management_share=0, idle_share=0.3)
    )
    assert state(given).it_expected[0] == pytest.approx(0.3 * 400 + 19.2)


def test_work_adds_its_share_of_the_span_above_idle() -> None:
    given = design(
        overrides=figures(),
        assumptions=assume(storage_management_share=0, expected_share_training=0.5),
        workloads=(run(tokens=1e15, chips_max=320),),
    )
    found = state(given)
    assert found.share[0, 0, 0] == pytest.approx(1.0)
    assert found.it_expected[0] == pytest.approx(100 + 0.5 * (400 - 100) + 19.2)


def test_retired_racks_that_idle_draw_idle_power_only() -> None:
    given = design(
        overrides=figures(),
        assumptions=assume(storage_management_share=0),
        phases=(phase(retire_month=JANUARY + 3, after="idle"),),
    )
    found = state(given)
    assert found.it_power[3] == 0
    assert found.it_expected[3] == pytest.approx(100)
    assert found.chips[3] == 0


def test_a_hundred_thousand_h100_need_150_mw() -> None:
    """SemiAnalysis: 150 MW of IT; 1.59 TWh a year at 1.21 × (150 MW × 1.21 × 8,760 h)."""
    blocks = tuple(block(f"b{row}", cols=125, row=row) for row in range(25))
    big = hall(blocks=blocks, width_m=100, depth_m=100, it_limit_kw=200_000, air_kw=200_000)
    given = design(
        sites=(site(halls=(big,), grid=((JANUARY, 250_000.0),), pue=Constant(value=1.21)),),
        pools=(pool(tiers=3),),
    )
    found = evaluate(given, load_catalog())
    assert found.kpi("chips").value == 100_000
    it = found.kpi("it_power_kw").value
    facility = found.kpi("facility_power_kw").value
    assert it is not None
    assert facility is not None
    assert it == pytest.approx(150_000, rel=0.01)
    assert facility * 8760 / 1e9 == pytest.approx(1.59, rel=0.01)


def test_a_limit_holds_back_the_chips_behind_it() -> None:
    tight = hall(blocks=(block(),), it_limit_kw=200)
    given = design(
        overrides=figures(), assumptions=assume(storage_management_share=0), sites=(site(halls=(tight,)),)
    )
    found = state(given)
    assert found.plant.capping.cap[0, 0] == pytest.approx(200 / 419.2)
    assert found.plant.parts.usable[0, 0] == pytest.approx(200 / 419.2)
    assert found.it_power[0] == pytest.approx(419.2)  # what is placed is provisioned, and a finding


@pytest.mark.parametrize(
    ("fields", "grid", "cap"),
    [
        ({"air_kw": 100.0}, 50_000.0, 100 / (419.2 - 100)),
        ({"liquid_kw": 25.0}, 50_000.0, 0.25),
        ({"derate": 0.01}, 50_000.0, 200 / 419.2),
        ({}, 251.52, 0.5),
    ],
)
def test_the_tightest_limit_wins(fields: dict[str, Any], grid: float, cap: float) -> None:
    given = design(
        overrides=figures(),
        assumptions=assume(storage_management_share=0),
        sites=(site(halls=(hall(blocks=(block(),), **fields),), grid=((JANUARY, grid),)),),
    )
    capping = state(given).plant.capping
    assert capping.liquid_cap[0, 0] == pytest.approx(cap)
    # without liquid cooling only what needs it stands still
    assert capping.cap[0, 0] == pytest.approx(1.0 if "liquid_kw" in fields else cap)


def test_feeds_and_floor_are_reported_only() -> None:
    feeds = (Feed(id="f1", limit_kw=100, rows=(0,)), Feed(id="f2", limit_kw=500, rows=(1,)))
    given = design(
        overrides=figures(weight_kg=720.0),
        sites=(site(halls=(hall(blocks=(block(cols=4), block("b2", row=1, cols=6)), feeds=feeds),)),),
    )
    loads = state(given).plant.capping.loads
    by_id = {limit.id: limit for limit in LIMITS}
    feed = by_id["feed"]
    assert feed.refs(loads) == ["feed:f1", "feed:f2"]
    assert feed.load(loads)[:, 0].tolist() == [160, 240]
    assert feed.limit(loads)[:, 0].tolist() == [100, 500]
    # 720 kg on 1 position · 0.6 m · 1.2 m
    assert by_id["floor"].load(loads)[0, 0] == pytest.approx(1000)
    assert by_id["feed"].caps == "none"
    assert by_id["floor"].caps == "none"


def causes(given: Design) -> dict[str, float]:
    """Stranded kW by cause in the first month."""
    capping = state(given).plant.capping
    split = capping.by_cause[:, :, 0].sum(axis=1)
    assert split.sum() == pytest.approx(capping.stranded[:, 0].sum(), rel=1e-12)
    return dict(zip(CAUSES, split.tolist(), strict=True))


def stranded_design(**fields: Any) -> Design:
    """10,000 kW of grid, PUE 1.2, a hall of 5,000 kW with 419.2 kW in it."""
    held = hall(**{"blocks": (block(),), "it_limit_kw": 5_000, **fields})
    return design(
        overrides=figures(),
        assumptions=assume(storage_management_share=0),
        sites=(site(halls=(held,), grid=((JANUARY, 10_000.0),)),),
    )


def test_grid_without_halls_is_stranded_by_shells() -> None:
    found = causes(stranded_design())
    # 10,000 − 5,000 · 1.2 = 4,000 no hall could take; the rest only lacks chips
    assert found["shells"] == pytest.approx(4_000)
    assert found["chips"] == pytest.approx(10_000 - 419.2 * 1.2 - 4_000)
    assert found["cooling"] == found["positions"] == 0


def test_cooling_strands_what_it_cannot_take() -> None:
    found = causes(stranded_design(air_kw=1_000, liquid_kw=1_419.2))
    # room 4,580.8, cooling left 2,000: 2,580.8 of it, in facility terms · 1.2
    assert found["cooling"] == pytest.approx(2_580.8 * 1.2)
    assert found["chips"] == pytest.approx(2_000 * 1.2)


def test_a_full_floor_strands_by_positions() -> None:
    found = causes(stranded_design(width_m=6.0, depth_m=1.2))
    assert found["positions"] == pytest.approx(10_000 - 419.2 * 1.2 - 4_000)
    assert found["chips"] == 0


def test_a_hall_that_is_not_ready_strands_by_shells() -> None:
    assert causes(stranded_design(ready_month=JANUARY + 1))["shells"] == pytest.approx(10_000)


def test_an_unknown_power_is_no_power() -> None:
    given = design(overrides=figures(it_power_kw=None, nameplate_kw=None))
    results = evaluate(given, load_catalog())
    for kpi in ("it_power_kw", "facility_power_kw", "carbon_t_per_year", "opex_usd_per_month"):
        found = results.kpi(kpi)
        assert found.value is None, kpi
        assert "racks/h100-rack has no it_power_kw" in found.why
        assert found.evidence == "none"
    assert results.kpi("chips").value == 320
    assert np.isnan(results.series["it_power_kw"].values).all()
    assert "10 of 10 systems without a figure" in " ".join(results.excluded)


def test_halls_add_up_to_sites_and_overhead_to_the_utility() -> None:
    halls = (hall("h1", (block(),)), hall("h2", (block("b2", cols=7, rack="gb200-nvl72"),)))
    given = design(
        sites=(site("s1", halls), site("s2", (hall("h3", (block("b3", cols=3),)),), pue=Constant(value=1.4)))
    )
    results = evaluate(given, load_catalog())
    found = results.states[0]
    halls_kw, fleet = found.plant.power.hall_it, found.plant.fleet
    for at in range(2):
        assert halls_kw[fleet.hall_site == at].sum(axis=0) == pytest.approx(
            found.plant.power.site_it[at], rel=1e-12
        )
    overhead = results.series["facility_power_kw"].values - results.series["it_power_kw"].values
    by_hand = found.plant.power.site_it[0] * 0.2 + found.plant.power.site_it[1] * 0.4
    assert overhead[0] == pytest.approx(by_hand, rel=1e-9)


def cooled(**fields: Any) -> Design:
    """Ten racks of 40 kW, a quarter of it in liquid, without network and storage."""
    return design(
        sites=(site(halls=(hall(blocks=(block(stays=()),), it_limit_kw=400, **fields),)),),
        overrides=figures(),
        assumptions=assume(storage_management_share=0),
    )


def test_cooling_that_comes_after_its_hall_holds_back_until_then() -> None:
    found = state(cooled(air_kw=300, air_month=JANUARY + 2, liquid_kw=100, liquid_month=JANUARY + 3))
    capping = found.plant.capping
    # no air: none of them runs; no liquid: those that need it do not
    assert capping.cap[0, :4].tolist() == [0, 0, 1, 1]
    assert capping.liquid_cap[0, :4].tolist() == [0, 0, 0, 1]
    assert capping.loads.walls.air[0, :4].tolist() == [0, 0, 300, 300]
    assert capping.loads.walls.liquid[0, :4].tolist() == [0, 0, 0, 100]


def test_cooling_without_a_month_comes_with_its_hall() -> None:
    walls = state(cooled(ready_month=JANUARY + 2)).plant.capping.loads.walls
    assert (walls.air[0] > 0).tolist() == walls.ready[0].tolist()


def test_power_that_waits_for_cooling_is_stranded_by_cooling() -> None:
    rooms = (hall(it_limit_kw=400, air_kw=100, liquid_kw=300, liquid_month=JANUARY + 3),)
    given = design(sites=(site(halls=rooms, grid=((JANUARY, 480.0),)),))
    causes = dict(zip(CAUSES, state(given).plant.capping.by_cause[:, 0], strict=True))
    # nothing stands: 480 kW of grid are 400 kW of IT; 100 of them can be cooled until the liquid comes
    assert causes["cooling"][:4] == pytest.approx([480 * 3 / 4] * 3 + [0])
    assert causes["chips"][:4] == pytest.approx([480 / 4] * 3 + [480])


def test_pue_is_highest_in_july_and_its_yearly_mean_is_the_curve() -> None:
    found = state(design(assumptions=assume(pue_season_swing=0.06))).pue[0]
    # January to December, at 1.2: − 6 hundredths in January, + 6 in July, none in April
    assert found[:4] == pytest.approx([1.14, 1.2 - 0.06 * 0.75**0.5, 1.17, 1.2])
    assert found[6] == pytest.approx(1.26)
    assert found[:12].mean() == pytest.approx(1.2)


def test_a_season_takes_no_pue_below_one() -> None:
    given = design(
        sites=(site(halls=(hall(blocks=(block(),)),), pue=Constant(value=1.02)),),
        assumptions=assume(pue_season_swing=0.06),
    )
    assert state(given).pue[0][[0, 6]] == pytest.approx([1.0, 1.08])


def test_overhead_that_does_not_fall_with_the_load() -> None:
    given = design(
        sites=(site(halls=(hall(blocks=(block(stays=()),)),)),),
        overrides=figures(),
        assumptions=assume(storage_management_share=0, pue_fixed_share=0.25),
    )
    found = state(given)
    # no work: 400 kW provisioned, 100 kW idle; overhead 0.2 · (a quarter of 400 + three quarters of 100) = 35
    assert found.facility[0] == pytest.approx(480)
    assert found.site_drawn[0, 0] == pytest.approx(135)
    assert found.energy[0] == pytest.approx(135 * 730)
    paid = evaluate(given, load_catalog()).series["cash_usd.item:energy"].values[0, 0]
    assert paid == pytest.approx(135 * 730 * 0.05)
    # 1 + (PUE − 1) · (fixed + (1 − fixed) · load)/load, at a load of a quarter
    assert pytest.approx(1 + 0.2 * (0.25 + 0.75 * 0.25) / 0.25) == 135 / 100


def test_retired_systems_that_idle_bring_their_overhead() -> None:
    given = design(
        phases=(phase(retire_month=JANUARY + 12, after="idle"),),
        overrides=figures(),
        assumptions=assume(storage_management_share=0, pue_fixed_share=1.0),
    )
    found = state(given)
    # retired: nothing is provisioned, 100 kW idle, and their overhead 0.2 · 100 stays whatever share is fixed
    assert found.facility[12] == 0.0
    assert found.site_drawn[0, 12] == pytest.approx(120)
    falls = state(given.changed(assumptions=assume(storage_management_share=0, pue_fixed_share=0.0)))
    assert falls.site_drawn[0, 12] == pytest.approx(120)
    assert (found.energy >= falls.energy).all()
