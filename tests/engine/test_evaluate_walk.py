"""Odd designs: whatever a planner types, numbers come out, they conserve what they must, nothing warns."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from fleetdesigner.catalog import load_catalog
from fleetdesigner.design.curves import Compound, Constant, Curve, Logistic, Ramp, Series
from fleetdesigner.design.fleet import Lease, Own, Rent, Stay
from fleetdesigner.design.model import Design
from fleetdesigner.design.scenarios import Assumption, Override
from fleetdesigner.design.workloads import Placing, Port, Workload
from fleetdesigner.engine.evaluate import evaluate
from fleetdesigner.engine.money.items import COST_ITEMS
from fleetdesigner.engine.site.limits import CAUSES
from tests.engine.designs import JANUARY, agents, batch, block, chat, design, hall, phase, pool, run, site

RACKS = ("h100-rack", "gb200-nvl72", "trn2-ultra", "trn3-gen2", "trn4-mgx")
MONTHS = st.integers(JANUARY - 30, JANUARY + 40)
AMOUNT = st.sampled_from([0.0, 1.0, 5e3, 2e6, 1e12])


def curves(top: float) -> st.SearchStrategy[Curve]:
    """Curves of every shape that stay between 0 and `top`."""
    value = st.floats(0, top).map(lambda x: round(x, 6))  # what a planner can type
    return st.one_of(
        value.map(lambda x: Constant(value=x)),
        st.builds(
            Logistic, start=value, ceiling=value, middle_month=MONTHS, width_months=st.floats(0.01, 40)
        ),
        st.builds(Compound, value=value, per_year=st.floats(-0.9, 3), cap=st.one_of(st.none(), value)),
        st.builds(
            Series,
            first_month=MONTHS,
            values=st.tuples(value, value),
            after=st.sampled_from(["hold", "zero"]),
        ),
    )


phases = st.builds(
    phase,
    id=st.just("p1"),
    month=MONTHS,
    ramp=st.builds(Ramp, months=st.integers(0, 20), shape=st.sampled_from(["linear", "s"])),
    retire_month=st.one_of(st.none(), MONTHS),
    after=st.sampled_from(["sell", "idle"]),
    ownership=st.one_of(
        st.just(Own()),
        st.builds(Lease, term_months=st.integers(1, 60), rate=st.sampled_from([0.0, 0.1])),
        st.just(Rent(price_book_id="capacity-blocks-2026-10")),
    ),
)
stays = st.lists(st.builds(Stay, pool_id=st.sampled_from(["train", "serve"]), from_month=MONTHS), max_size=3)
halls = st.builds(
    lambda racks, moves, **fields: hall(
        blocks=tuple(
            block(f"b{at}", rack, 3, row=at * 2, stays=tuple(moves)) for at, rack in enumerate(racks)
        ),
        **fields,
    ),
    racks=st.lists(st.sampled_from(RACKS), max_size=4),
    moves=stays,
    ready_month=MONTHS,
    it_limit_kw=st.sampled_from([0, 100, 20_000]),
    air_kw=st.sampled_from([0, 50, 20_000]),
    liquid_kw=st.sampled_from([0, 50, 20_000]),
    redundancy=st.sampled_from(["N", "N+1", "2N"]),
)
ports = st.one_of(
    st.none(),
    st.builds(
        Port,
        start_month=MONTHS,
        engineer_weeks=st.sampled_from([0.0, 1.0, 90.0]),
        engineers=st.sampled_from([0.5, 9.0]),
        efficiency=curves(1.0),
    ),
)
pins = st.lists(
    st.builds(
        Placing,
        pool_id=st.sampled_from(["train", "serve"]),
        share=st.floats(0, 1),
        from_month=MONTHS,
        to_month=MONTHS,
    ),
    max_size=2,
).map(tuple)
common = {"priority": st.integers(1, 3), "port": ports, "pins": pins}
works: st.SearchStrategy[Workload] = st.one_of(
    st.builds(chat, tokens_per_s=AMOUNT, value_usd_per_m_output=st.sampled_from([None, 0.0, 4.0]), **common),
    st.builds(run, tokens=st.sampled_from([1.0, 1e11, 1e15]), start_month=MONTHS, **common),
    st.builds(agents, sessions=AMOUNT, idle_share=st.sampled_from([0.0, 0.8, 1.0]), **common),
    st.builds(batch, tokens_per_month=AMOUNT, due_months=st.integers(0, 6), **common),
)


@st.composite
def designs(draw: st.DrawFn) -> Design:
    """A site with a hall, two pools, one phase and up to three workloads, of values at the edge."""
    missing = draw(st.sampled_from([None, "it_power_kw", "price_usd", "liquid_share"]))
    chosen = draw(st.lists(works, max_size=3))
    where = site(
        halls=(draw(halls),),
        pue=draw(curves(3.0)),
        grid=draw(st.sampled_from([(), ((JANUARY, 500.0),), ((JANUARY + 5, 9e6),)])),
        carbon_g_per_kwh=draw(curves(900.0)),
    )
    assumed = draw(
        st.sampled_from(
            [(), (("discount_rate", 0.0),), (("facility_basis", 0.5),), (("it_life_months", 1.0),)]
        )
    )
    return design(
        sites=(where,),
        pools=(
            pool("train", mix=draw(st.sampled_from(["separate", "best", "data"]))),
            pool("serve", tiers=3),
        ),
        phases=(draw(phases),),
        workloads=tuple(one.changed(id=f"w{at}", name=f"w{at}") for at, one in enumerate(chosen)),
        overrides=() if missing is None else (Override(entry="racks/h100-rack", field=missing, value=None),),
        assumptions=tuple(Assumption(key=key, value=value) for key, value in assumed),
    )


@settings(max_examples=60)
@given(designs())
def test_any_design_evaluates_and_conserves(given_design: Design) -> None:
    results = evaluate(given_design, load_catalog())
    state, series = results.states[0], results.series
    tolerance = 1e-9
    for name in series:
        assert series[name].values.shape == (1, 24)
        assert not np.isinf(series[name].values).any(), name
    for whole, split, keys in (
        ("cash_usd", "cash_usd.item", [item.key for item in COST_ITEMS]),
        ("cost_usd_per_month", "cost_usd_per_month.item", [item.key for item in COST_ITEMS]),
        ("stranded_power_kw", "stranded_power_kw.cause", CAUSES),
        ("facility_power_kw", "facility_power_kw.site", ["s1"]),
    ):
        parts = np.sum([series[f"{split}:{key}"].values for key in keys], axis=0)
        total = series[whole].values
        assert np.array_equal(np.isnan(parts), np.isnan(total)), whole
        scale = np.nanmax(np.abs([series[f"{split}:{key}"].values for key in keys]), initial=1.0)
        assert np.nanmax(np.abs(parts - total), initial=0.0) <= tolerance * scale, whole
    demand = state.plant.demand.output.T
    for at, work in enumerate(given_design.workloads):
        if work.kind in ("serving", "agent"):
            assert np.allclose(state.served[at] + state.unmet[at], demand[at], rtol=tolerance, atol=1e-9)
    usable = state.plant.parts.usable
    assert (state.share.sum(axis=1) <= usable * (1 + tolerance) + tolerance).all()
    assert (state.chips >= 0).all()
    for kpi in results.kpis():
        assert kpi.value is not None or kpi.why, kpi.id
