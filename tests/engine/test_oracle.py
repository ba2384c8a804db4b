"""Two engines, one answer: arrays against plain loops, on random small designs."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fleetdesigner.catalog import load_catalog
from fleetdesigner.design.curves import Compound, Constant, Logistic, Ramp, Series
from fleetdesigner.design.fleet import Block, Hall, Lease, Own, Phase, Pool, Rent, Site, Stay, Tariff, Tokens
from fleetdesigner.design.measurements import Measurement
from fleetdesigner.design.model import Design
from fleetdesigner.design.scenarios import Assumption
from fleetdesigner.design.workloads import AgentService, BatchJob, Placing, Port, Serving, TrainingRun
from fleetdesigner.engine.evaluate import evaluate
from fleetdesigner.engine.results import Results
from fleetdesigner.engine.review import findings_of
from fleetdesigner.engine.samples import Sample
from tests.engine.oracle import Oracle

START = 2027 * 12 + 1
MONTHS = 14
SAME = 1e-9
RACKS = ("h100-rack", "trn2-ultra", "gb200-nvl72", "trn3-gen2")
Draw = Any
MEASURED = (
    Measurement(
        chip_id="h100", activity="serving", model_id="llama-3-1-70b", dtype="fp8",
        metric="output_tokens_per_s_per_chip", value=900.0, chips=8, tensor=8,
    ),
    Measurement(
        chip_id="trainium2", activity="serving", model_id="llama-3-1-8b", metric="tpot_ms", value=9.0,
        chips=16, tensor=16, concurrency=64,
    ),
    Measurement(
        chip_id="h100", activity="training", model_id="llama-3-1-8b", metric="tokens_per_s", value=4e5,
        chips=64,
    ),
    Measurement(
        chip_id="trainium2", activity="training", model_id="llama-3-1-8b", metric="step_s", value=11.0,
        chips=64, tensor=4, pipeline=1,
    ),
)  # fmt: skip


def month(draw: Draw, low: int = -4, high: int = MONTHS) -> int:
    return START + int(draw(st.integers(low, high)))


def some(draw: Draw, low: float, high: float) -> float:
    """A number on a coarse grid, so that designs repeat throughput plans."""
    return low + (high - low) * int(draw(st.integers(0, 8))) / 8


def curve(draw: Draw, low: float, high: float) -> Constant | Logistic | Compound | Series:
    a, b = some(draw, low, high), some(draw, low, high)
    shape = draw(st.sampled_from(["constant", "logistic", "compound", "series"]))
    if shape == "logistic":
        return Logistic(start=a, ceiling=b, middle_month=month(draw), width_months=some(draw, 0.5, 6.0))
    if shape == "compound":
        return Compound(value=a, per_year=some(draw, -0.3, 0.9), cap=max(a, b))
    if shape == "series":
        return Series(
            first_month=month(draw), values=(a, b, a), after=draw(st.sampled_from(["hold", "zero"]))
        )
    return Constant(value=a)


def phases(draw: Draw) -> tuple[Phase, ...]:
    out = []
    for number in range(draw(st.integers(1, 3))):
        service = month(draw, -4, 6)
        ownership = draw(
            st.sampled_from(
                [Own(), Own(), Lease(term_months=5, rate=0.1), Lease(term_months=48, rate=0.0),
                 Rent(price_book_id="market-2026-11"), Rent(price_book_id="market-2026-11", term_months=6)]
            )
        )  # fmt: skip
        retire = draw(st.sampled_from([None, None, 3, 8, MONTHS]))
        out.append(
            Phase(
                id=f"ph{number}", name=f"ph{number}", order_month=service - 3, lead_months=3,
                ramp=Ramp(months=draw(st.integers(0, 5)), shape=draw(st.sampled_from(["linear", "s"]))),
                retire_month=None if retire is None else service + retire,
                after=draw(st.sampled_from(["sell", "idle"])), ownership=ownership,
            )
        )  # fmt: skip
    return tuple(out)


def sites(draw: Draw, phase_count: int, pool_count: int) -> tuple[Site, ...]:
    out, blocks = [], 0
    for number in range(draw(st.integers(1, 2))):
        halls = []
        for room in range(draw(st.integers(1, 2))):
            inside = []
            for _ in range(draw(st.sampled_from([1, 2, 3, 0]))):
                stays = tuple(
                    Stay(pool_id=f"po{draw(st.integers(0, pool_count - 1))}", from_month=at)
                    for at in sorted(
                        {month(draw, -4, 6) for _ in range(draw(st.sampled_from([1, 1, 1, 2, 0])))}
                    )
                )
                inside.append(
                    Block(
                        id=f"b{blocks}", rack_id=draw(st.sampled_from(RACKS)), col=blocks, row=room,
                        cols=draw(st.integers(1, 4)), rows=draw(st.integers(1, 2)),
                        phase_id=f"ph{draw(st.integers(0, phase_count - 1))}", stays=stays,
                    )
                )  # fmt: skip
                blocks += 1
            halls.append(
                Hall(
                    id=f"h{number}{room}", name="", ready_month=month(draw, -2, 5),
                    width_m=90.0, depth_m=40.0,
                    it_limit_kw=some(draw, 200.0, 2_000.0), air_kw=some(draw, 200.0, 2_000.0),
                    liquid_kw=some(draw, 100.0, 2_000.0), derate=some(draw, 0.7, 1.0),
                    redundancy=draw(st.sampled_from(["N", "N+1", "2N"])), blocks=tuple(inside),
                    air_month=draw(st.sampled_from([None, None, START + 2])),
                    liquid_month=draw(st.sampled_from([None, None, START - 3, START + 3])),
                )
            )  # fmt: skip
        out.append(
            Site(
                id=f"s{number}", name="", preset_id=draw(st.sampled_from([None, "us-ohio", "france"])),
                grid=((START, some(draw, 300.0, 3_000.0)), (START + 5, some(draw, 300.0, 3_000.0))),
                pue=curve(draw, 1.05, 1.6), carbon_g_per_kwh=curve(draw, 50.0, 600.0),
                wue_l_per_kwh=some(draw, 0.0, 1.0), halls=tuple(halls),
                tariff=Tariff(
                    energy_usd_per_kwh=curve(draw, 0.03, 0.2), demand_usd_per_kw_month=curve(draw, 0.0, 20.0)
                ),
            )
        )  # fmt: skip
    return tuple(out)


def workload(draw: Draw, number: int, pool_count: int) -> TrainingRun | Serving | AgentService | BatchJob:
    kind = draw(st.sampled_from(["training", "serving", "agent", "batch"]))
    pins = tuple(
        Placing(
            pool_id=f"po{draw(st.integers(0, pool_count - 1))}", share=some(draw, 0.1, 0.9),
            from_month=month(draw, 0, 6), to_month=month(draw, 4, MONTHS),
        )
        for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2])))
    )  # fmt: skip
    port = Port(
        start_month=month(draw, -3, 4), engineer_weeks=draw(st.sampled_from([0.0, 8.0])), engineers=2.0,
        efficiency=Constant(value=0.7),
    )  # fmt: skip
    common: dict[str, Any] = {
        "id": f"w{number}", "name": f"w{number}", "priority": draw(st.integers(1, 3)), "pins": pins,
        "value_usd_per_m_output": draw(st.sampled_from([None, None, 0.4, 5.0, 40.0])),
        "allow": draw(st.sampled_from([(), (), ("trainium",), ("nvidia",)])),
        "port": draw(st.sampled_from([None, port])),
    }  # fmt: skip
    if kind == "training":
        return TrainingRun(
            **common, framework="pytorch",
            model_id=draw(st.sampled_from(["llama-3-1-8b", "qwen3-235b-a22b"])),
            tokens=10.0 ** draw(st.integers(9, 13)), start_month=month(draw),
            chips_max=draw(st.sampled_from([32, 96, 512])),
            chips_min=draw(st.sampled_from([1, 64])), checkpoint_s=some(draw, 10.0, 120.0),
        )  # fmt: skip
    common.update(model_id="llama-3-1-70b", framework="vllm", dtype="fp8")
    if kind == "serving":
        unit, scale = draw(
            st.sampled_from([("tokens_per_s", 1.0), ("requests_per_s", 2e-3), ("users", 17.0)])
        )  # fmt: skip
        return Serving(
            **common, demand=curve(draw, 1e3 * scale, 1e5 * scale),
            peak_to_mean=draw(st.sampled_from([1.0, 1.5])),
            cached_share=draw(st.sampled_from([0.0, 0.5])), tpot_ms=draw(st.sampled_from([None, 25.0, 2.0])),
            demand_unit=unit,
        )  # fmt: skip
    if kind == "agent":
        return AgentService(
            **common, sessions=curve(draw, 100.0, 2e4),
            kv_tier=draw(st.sampled_from(["hbm", "host", "flash"])),
            turns_per_hour=draw(st.sampled_from([20.0, 200.0])),
        )  # fmt: skip
    return BatchJob(**common, demand=curve(draw, 1e9, 3e11), due_months=draw(st.integers(0, 3)))


@st.composite
def designs(draw: Draw) -> Design:
    made = phases(draw)
    pool_count = draw(st.integers(1, 3))
    pools = tuple(
        Pool(
            id=f"po{number}", name="", fabric_id=draw(st.sampled_from(["infiniband-ndr", "efa-v3"])),
            tiers=draw(st.integers(2, 3)), oversubscription=draw(st.sampled_from([1.0, 2.0])),
            spare_share=draw(st.sampled_from([0.0, 0.05])),
        )
        for number in range(pool_count)
    )  # fmt: skip
    keys = draw(
        st.sets(
            st.sampled_from(
                [("discount_rate", 0.12), ("discount_rate", 0.0), ("it_life_months", 9.25),
                 ("fabric_life_months", 3.0), ("facility_life_months", 8.0), ("facility_basis", 0.4),
                 ("residual_share", 0.3), ("fabric_residual_share", 0.2), ("facility_residual_share", 0.25),
                 ("trainium_life_more_months", 6.5), ("trainium_residual_more", 0.05),
                 ("inflation_per_year", 0.05), ("price_change_hopper_per_year", -0.2),
                 ("price_change_trainium2_per_year", 0.15), ("price_change_blackwell_per_year", -0.4),
                 ("transformer_lead_months", 24.0), ("shell_lead_months", 18.0),
                 ("chip_lead_slip_months", 2.0), ("transformer_lead_months", 14.0),
                 ("shell_lead_months", 23.0), ("pue_season_swing", 0.04), ("pue_fixed_share", 0.4),
                 ("storage_management_share", 0.1), ("software_maturity", 0.8), ("shell_usd_per_kw", 9_000.0),
                 ("expected_share_serving", 0.9), ("water_usd_per_m3", 4.0), ("engineer_week_usd", 9_000.0),
                 ("porting_team", 1.0), ("porting_team", 2.5), ("migration_share_per_month", 0.2),
                 ("model_growth_per_year", 0.6), ("context_growth_per_year", 0.8),
                 ("context_growth_per_year", 1.5), ("tokens_per_task_growth_per_year", 0.5),
                 ("obsolescence_trainium2", 0.2), ("obsolescence_blackwell", 0.1)]
            ),
            max_size=5,
        )
    )  # fmt: skip
    works = draw(st.sampled_from([3, 4, 5, 2, 1, 0]))
    own = draw(st.sets(st.sampled_from(MEASURED), max_size=2))
    return Design(
        id="random", name="Random", first_month=START, months=MONTHS,
        money_year=draw(st.sampled_from([2026, 2029])), dollars=draw(st.sampled_from(["nominal", "real"])),
        sites=sites(draw, len(made), pool_count), pools=pools, phases=made,
        workloads=tuple(workload(draw, number, pool_count) for number in range(works)),
        assumptions=tuple(Assumption(key=key, value=value) for key, value in sorted(dict(keys).items())),
        measurements=tuple({one.key: one for one in sorted(own, key=repr)}.values()),
    )  # fmt: skip


def compare(results: Results, oracle: Oracle) -> list[str]:
    """Lines that name what differs."""
    wrong = []
    for name, values in oracle.series().items():
        mine = results.series[name].values[0]
        scale = max(float(np.nanmax(np.abs(values), initial=0.0)), 1e-9)
        if "tokens_per_s" in name:
            scale = max(scale, *(max(work.demand) for work in oracle.works), 1.0)
        if name.startswith("return_flow_usd.group:"):  # a part of a sum
            scale = max(scale, *(abs(usd) for usd in oracle.return_flow()))
        gap = float(np.nanmax(np.abs(mine - np.array(values)), initial=0.0))
        if not gap <= SAME * scale or (np.isnan(mine) != np.isnan(values)).any():
            wrong.append(f"{name}: {mine} {values}")
    for m in (0, 5, MONTHS - 1):
        for kpi, value in oracle.kpis(m).items():
            got = results.kpi(kpi, START + m).value
            if kpi == "break_even_utilisation" and min(got or math.inf, value or math.inf) > 1e9:
                continue  # what work brings is rounding beside what it costs
            scale = max(abs(value or 0.0), 1e-9)
            if kpi == "npv_usd":
                scale = max(scale, sum(abs(usd) for usd in oracle.return_flow()))
            if kpi == "unmet_tokens_per_s":
                scale = max(scale, *(max(work.demand) for work in oracle.works), 1.0)
            if kpi == "time_to_train_days":
                scale = MONTHS * 30.4  # a difference of two dates
            if (got is None) != (value is None) or (
                got is not None
                and value is not None
                and not math.isclose(got, value, rel_tol=SAME, abs_tol=SAME * scale)
            ):
                wrong.append(f"{kpi} in {m}: {got} {value}")
    return wrong


@settings(max_examples=60)
@given(designs())
def test_both_engines_agree(made: Design) -> None:
    assert compare(evaluate(made, load_catalog()), Oracle(made, load_catalog())) == []


def buying(made: Design) -> Design:
    """The same with some phases' output bought by the token, and without training."""
    owners = [Tokens(price_book_id=book) for book in ("token-market-2026-11", "bedrock-tokens-2026-11")]
    return made.changed(
        phases=tuple(
            phase.changed(ownership=owners[at // 2]) if at % 2 == 0 else phase
            for at, phase in enumerate(made.phases)
        ),
        workloads=tuple(work for work in made.workloads if work.kind != "training"),
    )


@settings(max_examples=30)
@given(designs())
def test_both_engines_buy_tokens_alike(made: Design) -> None:
    given = buying(made)
    assert compare(evaluate(given, load_catalog()), Oracle(given, load_catalog())) == []


@settings(max_examples=20)
@given(designs())
def test_internal_rate_of_return_brings_the_flow_to_nothing(made: Design) -> None:
    rate = evaluate(made, load_catalog()).kpi("irr").value
    flow = Oracle(made, load_catalog()).return_flow()
    signs = {usd > 0 for usd in flow if usd}
    assert rate is None or len(signs) == 2
    if rate is not None:
        present = [usd * (1.0 + rate) ** (-m / 12.0) for m, usd in enumerate(flow)]
        assert abs(sum(present)) <= 1e-6 * sum(abs(usd) for usd in present)


@st.composite
def pairs(draw: Draw) -> tuple[Design, Design]:
    """A design, and one that edits could make of it."""
    one = draw(designs())
    jobs = list(one.workloads)
    if jobs and draw(st.booleans()):
        jobs[0] = jobs[0].changed(priority=draw(st.integers(1, 3)))
    if len(jobs) > 1 and draw(st.booleans()):
        jobs[-1] = jobs[-1].changed(pins=())
    if jobs and draw(st.booleans()):
        jobs.pop(0)
    if draw(st.booleans()):
        jobs.insert(0, workload(draw, 9, len(one.pools)))
    first = one.sites[0].halls[0]
    blocks = tuple(
        item.changed(rack_id=draw(st.sampled_from(RACKS))) if draw(st.booleans()) else item
        for item in first.blocks
    )
    halls = (first.changed(blocks=blocks), *one.sites[0].halls[1:])
    sites = (one.sites[0].changed(halls=halls), *one.sites[1:])
    return one, one.changed(workloads=tuple(jobs), sites=sites)


@settings(max_examples=20)
@given(pairs())
def test_a_sample_in_a_batch_is_the_design_alone(both: tuple[Design, Design]) -> None:
    one, other = both
    together = evaluate(one, load_catalog(), samples=(Sample(design=other),))
    assert findings_of(together.states[1]) == evaluate(other, load_catalog()).findings
    for row, design in enumerate((one, other)):
        alone = evaluate(design, load_catalog())
        for name, series in alone.series.items():
            values = together.series[name].values[row]
            scale = max(float(np.nanmax(np.abs(series.values[0]), initial=0.0)), 1.0)
            np.testing.assert_allclose(values, series.values[0], rtol=SAME, atol=SAME * scale, err_msg=name)


def test_an_empty_fleet_costs_nothing_that_varies() -> None:
    empty = Design(id="none", name="", first_month=START, months=MONTHS)
    oracle, results = Oracle(empty, load_catalog()), evaluate(empty, load_catalog())
    assert compare(results, oracle) == []
    assert results.kpi("tco_usd").value == pytest.approx(0.0)
