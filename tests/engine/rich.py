"""One small design in which every input matters: all kinds of work, ownership, redundancy and cooling."""

from __future__ import annotations

from fleetdesigner.design.curves import Compound, Constant, Logistic, Ramp, Series
from fleetdesigner.design.fleet import Block, Feed, Hall, Lease, Phase, Pool, Rent, Site, Stay, Tariff, Tokens
from fleetdesigner.design.model import Design
from fleetdesigner.design.scenarios import Assumption, Override
from fleetdesigner.design.workloads import AgentService, BatchJob, Placing, Port, Serving, TrainingRun

START = 2027 * 12 + 1
MONTHS = 48
BURSTS = tuple(6e12 if month % 3 == 0 else 5e11 for month in range(MONTHS))
"""A job that comes in bursts, so that it matters how long it may wait."""


def _stay(pool: str, month: int = START) -> tuple[Stay, ...]:
    return (Stay(pool_id=pool, from_month=month),)


def _hall(name: str, *blocks: Block, **fields: object) -> Hall:
    data: dict[str, object] = {
        "id": name, "name": name, "ready_month": START, "width_m": 60.0, "depth_m": 30.0,
        "it_limit_kw": 6_000.0, "air_kw": 6_000.0, "liquid_kw": 6_000.0, "blocks": blocks,
    }  # fmt: skip
    return Hall.model_validate({**data, **fields})


def rich_design() -> Design:
    """Two sites, four halls, five kinds of rack, six phases, four pools, nine workloads, four years."""
    halls = (
        _hall(
            "open",
            Block(id="h100", rack_id="h100-rack", col=0, row=0, cols=16, phase_id="own", stays=_stay("gpu")),
            Block(id="h200", rack_id="h200-rack", col=0, row=2, cols=6, phase_id="lease", stays=_stay("gpu")),
            redundancy="N",
            feeds=(Feed(id="f1", limit_kw=5_000.0, rows=(0, 2)),),
        ),
        # both cooling limits bind here, one for each row of halls
        _hall(
            "dense",
            Block(id="gb", rack_id="gb300-nvl72", col=0, row=0, cols=4, phase_id="rent", stays=_stay("big")),
            redundancy="N+1",
            liquid_kw=470.0,
            ready_month=START + 2,
        ),
    )
    south = (
        _hall(
            "trn",
            Block(id="t2", rack_id="trn2-ultra", col=0, row=0, cols=12, phase_id="own", stays=_stay("trn")),
            Block(id="t3", rack_id="trn3-gen2", col=0, row=3, cols=6, phase_id="next", stays=_stay("trn")),
            Block(id="old", rack_id="h100-rack", col=0, row=6, cols=4, phase_id="sold", stays=_stay("gpu")),
            redundancy="2N",
        ),
        _hall(
            "mixed",
            Block(id="m1", rack_id="trn2-ultra", col=0, row=0, cols=4, phase_id="own", stays=_stay("mixed")),
            Block(
                id="m2", rack_id="h100-rack", col=20, row=0, cols=8, phase_id="idles", stays=_stay("mixed")
            ),
            derate=0.9,
            air_kw=560.0,
        ),
    )
    sites = (
        Site(
            id="north", name="North", preset_id="us-ohio",
            grid=((START, 20_000.0), (START + 12, 30_000.0), (START + 31, 31_000.0)),
            pue=Constant(value=1.2), carbon_g_per_kwh=Constant(value=400.0), wue_l_per_kwh=0.4, halls=halls,
            tariff=Tariff(
                energy_usd_per_kwh=Compound(value=0.06, per_year=0.02),
                demand_usd_per_kw_month=Constant(value=10.0),
            ),
        ),
        Site(
            id="south", name="South", grid=((START, 9_000.0),), pue=Constant(value=1.3),
            carbon_g_per_kwh=Logistic(start=300.0, ceiling=100.0, middle_month=START + 24, width_months=8.0),
            wue_l_per_kwh=0.2, halls=south,
            tariff=Tariff(
                energy_usd_per_kwh=Constant(value=0.05), demand_usd_per_kw_month=Constant(value=8.0)
            ),
        ),
    )  # fmt: skip
    order = START - 6
    phases = (
        Phase(id="own", name="Own", order_month=order, ramp=Ramp(months=4, shape="s")),
        Phase(id="lease", name="Lease", order_month=order, ownership=Lease(term_months=36, rate=0.09)),
        # goes back two months before its term, which begins when the hall is ready, is over
        Phase(
            id="rent",
            name="Rent",
            order_month=order,
            retire_month=START + 40,
            ownership=Rent(price_book_id="market-2026-11", term_months=40),
        ),
        Phase(id="next", name="Next", order_month=order + 12, lead_months=8, ramp=Ramp(months=6)),
        Phase(id="sold", name="Sold", order_month=order, retire_month=START + 30),
        Phase(id="idles", name="Idles", order_month=order, retire_month=START + 40, after="idle"),
    )
    pools = (
        Pool(id="gpu", name="GPU", fabric_id="infiniband-ndr", oversubscription=1.5),
        Pool(id="big", name="Big", fabric_id="infiniband-xdr", tiers=3),
        Pool(id="trn", name="Trn", fabric_id="efa-v3-trn3"),
        Pool(id="mixed", name="Mixed", fabric_id="efa-v3", mix="data", bridge_gbytes_per_s=20.0),
    )
    return Design(
        id="rich", name="Rich", first_month=START, months=MONTHS, sites=sites, pools=pools, phases=phases,
        workloads=_workloads(),
        assumptions=(
            Assumption(key="facility_basis", value=0.2),
            Assumption(key="chip_lead_slip_months", value=5),
            Assumption(key="pue_season_swing", value=0.02),
            Assumption(key="pue_fixed_share", value=0.3),
            # below what the ports ask, and paces and growth that are felt
            Assumption(key="porting_team", value=3.0),
            Assumption(key="migration_share_per_month", value=0.3),
            Assumption(key="model_growth_per_year", value=0.01),
            Assumption(key="context_growth_per_year", value=0.01),
            Assumption(key="tokens_per_task_growth_per_year", value=0.01),
            Assumption(key="obsolescence_hopper", value=0.01),
            Assumption(key="obsolescence_blackwell", value=0.01),
            Assumption(key="obsolescence_trainium2", value=0.01),
            Assumption(key="obsolescence_trainium3", value=0.01),
        ),
        overrides=(
            # where the catalog has a figure, its assumption would be silent
            Override(entry="racks/trn2-ultra", field="idle_power_kw", value=None),
            Override(entry="chips/trainium2", field="interruption_chip_hours", value=None),
        ),
    )  # fmt: skip


def bought_design() -> Design:
    """The rich design with all output bought by the token, and without training, which cannot be bought."""
    rich = rich_design()
    market = Tokens(price_book_id="token-market-2026-11")
    works = []
    for work in rich.workloads:
        # a model of which sellers publish what cached input costs
        cached = {"model_id": "deepseek-v3"} if work.id == "chat" else {}
        if work.kind != "training":
            works.append(work.changed(**cached))
    phases = tuple(phase.changed(ownership=market) for phase in rich.phases)
    return rich.changed(id="bought", phases=phases, workloads=tuple(works))


def _workloads() -> tuple[TrainingRun | Serving | AgentService | BatchJob, ...]:
    port = Port(
        start_month=START + 1,
        engineer_weeks=20.0,
        engineers=2.0,
        efficiency=Compound(value=0.5, per_year=0.2),
    )
    return (
        TrainingRun(
            id="run", name="Run", model_id="llama-3-1-8b", tokens=3e13, start_month=START + 2, chips_max=512,
            priority=1, value_usd_per_m_output=0.2, checkpoint_s=60.0, due_month=START + 40,
        ),
        TrainingRun(
            id="long", name="Long run", model_id="llama-3-1-70b", tokens=5e13, start_month=START + 4,
            chips_max=768, chips_min=64, priority=3, allow=("trainium",), framework="jax",
        ),
        TrainingRun(
            id="both", name="Run on both", model_id="llama-3-1-70b", tokens=9e13, start_month=START + 3,
            chips_max=1_024, priority=3, pins=(
                Placing(pool_id="mixed", share=0.6, from_month=START, to_month=START + MONTHS),
            ),
        ),
        Serving(
            id="chat", name="Chat", model_id="llama-3-1-70b", dtype="fp8", framework="vllm",
            # 1e4 to 2e5 output tokens/s: 10 requests a user and day of 512 tokens
            demand=Logistic(start=168_750.0, ceiling=3.375e6, middle_month=START + 18, width_months=5.0),
            demand_unit="users",
            origin="external",
            cached_share=0.3, ttft_ms=900.0, tpot_ms=20.0, peak_to_mean=1.4, value_usd_per_m_output=30.0,
            priority=2,
        ),
        Serving(
            id="moe", name="MoE chat", model_id="qwen3-235b-a22b", dtype="fp8", framework="vllm",
            demand=Constant(value=3e4), priority=3, value_usd_per_m_output=12.0, origin="external", port=port,
            allow=("trainium",),
        ),
        Serving(
            id="draft", name="Draft", model_id="llama-3-1-70b", dtype="fp4", framework="vllm",
            demand=Constant(value=2e5), priority=4, allow=("blackwell",), tpot_ms=15.0,
        ),
        AgentService(
            id="agents", name="Agents", model_id="llama-3-1-70b", dtype="fp8", framework="vllm",
            sessions=Compound(value=6e3, per_year=0.5), priority=4, tpot_ms=30.0,
            # no weeks of its own: the catalog's count
            port=Port(start_month=START, engineer_weeks=0.0, engineers=2.0, efficiency=Constant(value=0.7)),
        ),
        AgentService(
            id="coders", name="Coders", model_id="llama-3-1-8b", framework="vllm",
            sessions=Constant(value=200.0), state_tokens=150_000, output_len=16, kv_tier="host", priority=2,
            turns_per_hour=600.0, input_len=128,
        ),
        AgentService(
            id="archive", name="Archive", model_id="llama-3-1-8b", framework="vllm",
            sessions=Constant(value=60.0), state_tokens=150_000, output_len=16, kv_tier="flash", priority=2,
            turns_per_hour=600.0, input_len=128,
        ),
        BatchJob(
            id="night", name="Nightly", model_id="llama-3-1-8b", framework="vllm",
            demand=Series(first_month=START, values=BURSTS), due_months=2, priority=6,
            value_usd_per_m_output=0.5,
        ),
    )  # fmt: skip
