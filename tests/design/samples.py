"""Designs that tests of the document stand on: one of each thing, and one as large as the budgets ask."""

from __future__ import annotations

import hashlib

from fleetdesigner.design.curves import Compound, Constant, Logistic, Ramp, Series
from fleetdesigner.design.edits import add_object, remove_object, set_field
from fleetdesigner.design.fleet import (
    Block,
    Feed,
    Hall,
    Lease,
    Own,
    Phase,
    PodUse,
    Pool,
    Rent,
    Site,
    Stay,
    Tariff,
    Tokens,
)
from fleetdesigner.design.measurements import Measurement
from fleetdesigner.design.model import Design, Document, Pin
from fleetdesigner.design.scenarios import (
    Address,
    Assumption,
    Camera,
    Formula,
    Lever,
    Override,
    Param,
    Pod,
    PodBlock,
    Scenario,
    Step,
    SwapLever,
    TapeEntry,
)
from fleetdesigner.design.workloads import (
    AgentService,
    BatchJob,
    Placing,
    Port,
    Serving,
    TrainingRun,
    Workload,
)
from fleetdesigner.files.migrate import CURRENT_VERSION

START = 2026 * 12 + 1
RACKS = tuple(f"rack-{index}" for index in range(10))
ONE = Constant(value=1.0)


def hall(hall_id: str, *blocks: Block, feeds: tuple[Feed, ...] = ()) -> Hall:
    """A hall of 200 positions by 30 rows."""
    return Hall(
        id=hall_id,
        name=f"Hall {hall_id}",
        ready_month=START,
        width_m=120.0,
        depth_m=88.2,
        it_limit_kw=20_000.0,
        air_kw=8_000.0,
        liquid_kw=18_000.0,
        feeds=feeds,
        blocks=blocks,
    )


def site(site_id: str, *halls: Hall) -> Site:
    """A site with every curve flat."""
    return Site(
        id=site_id,
        name=f"Site {site_id}",
        grid=((START, 60_000.0), (START + 24, 120_000.0)),
        pue=Constant(value=1.2),
        tariff=Tariff(energy_usd_per_kwh=Constant(value=0.07), demand_usd_per_kw_month=Constant(value=9.0)),
        carbon_g_per_kwh=Series(first_month=START, values=(380.0, 370.5, 361.25)),
        wue_l_per_kwh=0.4,
        halls=halls,
    )


def small_design() -> Design:
    """Two halls, five blocks, two pools, two phases, nothing else."""
    blocks = tuple(
        Block(id=f"b{index}", rack_id=RACKS[index], col=0, row=index * 2, cols=4, phase_id="p1")
        for index in range(4)
    )
    return Design(
        id="small",
        name="Small",
        first_month=START,
        sites=(
            site(
                "s1",
                hall("h1", *blocks),
                hall("h2", Block(id="far", rack_id=RACKS[0], col=8, row=1, phase_id="p2")),
            ),
        ),
        pools=(
            Pool(id="pool-a", name="Pool A", fabric_id="efa"),
            Pool(id="pool-b", name="B", fabric_id="ib"),
        ),
        phases=(Phase(id="p1", name="First", order_month=START), Phase(id="p2", name="", order_month=START)),
    )


def _workloads() -> tuple[Workload, ...]:
    return (
        TrainingRun(
            id="pretrain",
            name="Pretraining “Ångström” 木",
            model_id="dense-405b",
            tokens=15e12,
            start_month=START + 3,
            due_month=START + 9,
            pins=(Placing(pool_id="pool-a", share=0.5, from_month=START, to_month=START + 12),),
            port=Port(start_month=START, engineer_weeks=40.0, engineers=4.0, efficiency=ONE),
        ),
        Serving(
            id="chat",
            name="Chat",
            model_id="moe-600b",
            dtype="fp8",
            framework="vllm",
            origin="external",
            priority=1,
            value_usd_per_m_output=2.5,
            demand=Logistic(start=1e5, ceiling=4e6, middle_month=START + 18, width_months=6.0),
            ttft_ms=500.0,
            tpot_ms=30.0,
        ),
        AgentService(
            id="agents",
            name="Agents",
            model_id="moe-600b",
            sessions=Compound(value=1e4, per_year=1.5, cap=1e6),
            kv_tier="host",
            allow=("trainium", "nvidia"),
        ),
        BatchJob(id="batch", name="Batch", model_id="dense-8b", demand=Constant(value=1e12)),
    )


def rich_design() -> Design:
    """At least one of every class of the document, with text beyond ASCII."""
    used = PodUse(pod_id="pod-1", values=(("n", 4.0),), anchor=(2, 3), detached=("label",))
    blocks = (
        Block(
            id="b1",
            rack_id="trn2-ultraserver",
            col=0,
            row=0,
            cols=10,
            rows=2,
            holes=((3, 1),),
            phase_id="p1",
            stays=(Stay(pool_id="pool-a", from_month=START), Stay(pool_id="pool-b", from_month=START + 12)),
        ),
        Block(
            id="b2",
            rack_id="gb200-nvl72",
            col=40,
            row=0,
            cols=6,
            turn=90,
            phase_id="p2",
            pod=used,
            label="Niche",
        ),
    )
    feeds = (Feed(id="f1", limit_kw=9_000.0, rows=(0, 1)), Feed(id="f2", parent_id="f1", limit_kw=400.0))
    return Design(
        id="rich",
        name="Everything at once",
        first_month=START,
        months=120,
        sites=(site("s1", hall("h1", *blocks, feeds=feeds), hall("h2")), site("s2")),
        pools=(
            Pool(id="pool-a", name="Trainium", fabric_id="efa"),
            Pool(id="pool-b", name="Hybrid", fabric_id="ib", bridge_gbytes_per_s=50.0, mix="best"),
        ),
        phases=(
            Phase(id="p1", name="2026", order_month=START, ramp=Ramp(months=6, shape="s"), ownership=Own()),
            Phase(
                id="p2",
                name="2027",
                order_month=START + 12,
                in_service_month=START + 15,
                retire_month=START + 60,
                ownership=Lease(term_months=48, rate=0.07),
            ),
            Phase(
                id="p3",
                name="Rented",
                order_month=START,
                after="idle",
                ownership=Rent(price_book_id="capacity-blocks-2026-10", term_months=12),
            ),
            Phase(
                id="p4",
                name="Bought tokens",
                order_month=START,
                ownership=Tokens(price_book_id="tokens-2026"),
            ),
        ),
        workloads=_workloads(),
        assumptions=(
            Assumption(
                key="discount_rate", value=0.08, low=0.05, high=0.12, unit="fraction", note="the bank’s"
            ),
            Assumption(key="gpu.price_decline", value=Compound(value=1.0, per_year=-0.15)),
        ),
        overrides=(
            Override(entry="racks/trn3-gen2", field="it_power_kw", value=180.0, low=150.0, high=210.0),
            Override(entry="chips/trainium4", field="hbm_gib", value=None, note="no public figure"),
        ),
        measurements=(
            Measurement(
                chip_id="trainium2",
                activity="serving",
                model_id="llama-3-3-70b",
                metric="output_tokens_per_s_per_chip",
                value=212.5,
                chips=16,
                concurrency=128,
                source="our own cluster",
                date="2026-11-20",
            ),
        ),
        scenarios=(
            Scenario(
                id="late",
                name="Six months late",
                colour="#E69F00",
                edits=(
                    set_field("phase:p2", "lead_months", 12),
                    set_field("site:s1", "tariff.energy_usd_per_kwh", Constant(value=0.09)),
                    remove_object("block", "b2"),
                    add_object("hall:h2", "block", blocks[0].replaced(id="b9", holes=(), stays=())),
                ),
            ),
            Scenario(
                id="later",
                name="And dearer",
                parent_id="late",
                edits=(set_field("assumption:discount_rate", "value", 0.1),),
            ),
        ),
        levers=(
            Lever(
                id="l1",
                name="Power price",
                low=0.02,
                high=0.2,
                step=0.005,
                unit="usd/kWh",
                target=Address(ref="site:s1", field="tariff.energy_usd_per_kwh.value"),
            ),
            Lever(
                id="l2",
                low=0.0,
                high=1.0,
                step=0.01,
                unit="fraction",
                target=SwapLever(from_family="nvidia", to_family="trainium", share=0.25, hold="usd"),
            ),
        ),
        steps=(
            Step(id="one", title="Where we are", month=START),
            Step(
                id="two",
                title="If it comes late",
                scenario_id="late",
                month=START + 20,
                camera=Camera(hall_id="h1", x=1.5, y=2.5, zoom=12.0),
                charts=("power", "cost"),
                lever_values=(("l1", 0.09),),
            ),
        ),
        pods=(
            Pod(
                id="pod-1",
                name="Pair",
                params=(Param(id="n", name="Systems", value=4.0, low=1.0, high=16.0),),
                blocks=(
                    PodBlock(
                        block=Block(id="x", rack_id="gb200-nvl72", col=0, row=0, phase_id="p2"),
                        formulas=(Formula(field="cols", constant=0.0, factor=1.0, param_id="n"),),
                    ),
                ),
            ),
        ),
        baseline_id="late",
    )


def document(design: Design, *texts: str) -> Document:
    """The design with a pin for each text and a short tape."""
    return Document(
        format_version=CURRENT_VERSION,
        app_version="0.1.0",
        catalog_revision="2026-11-22",
        design=design,
        pins=tuple(
            Pin(kind="racks", id=f"own-{index}", sha256=hashlib.sha256(text.encode()).hexdigest(), text=text)
            for index, text in enumerate(texts)
        ),
        tape=(TapeEntry(t_s=12.5, label="Move", edits=(set_field("block:b1", "col", 4),)),),
    )


def rich_document() -> Document:
    """`rich_design` with pins and tape."""
    return document(rich_design(), 'name = "Own rack"\n', 'name = "Another – ½"\n')


def large_design(racks: int = 50_000) -> Design:
    """`racks` / 20 blocks of 1–60 racks of ten kinds in 40 halls, every fifth a single one (DESIGN §10)."""
    count = max(5, racks // 20)
    # four blocks of mean 24.75 beside each single one make 20 a block
    sizes = [1 if index % 5 == 0 else 1 + (index * 37) % 60 for index in range(count)]
    surplus, index = sum(sizes) - racks, 0
    while surplus:
        step = -1 if surplus > 0 else 1
        if index % 5 and 1 <= sizes[index] + step <= 60:
            sizes[index] += step
            surplus += step
        index = (index + 1) % count
    halls: list[list[Block]] = [[] for _ in range(40)]
    for index, size in enumerate(sizes):
        held = halls[index % 40]
        place = len(held)
        held.append(
            Block(
                id=f"b{index}",
                rack_id=RACKS[index % 10],
                col=60 * (place % 3),
                row=place // 3,
                cols=size,
                phase_id=f"p{index % 30}",
                stays=(Stay(pool_id=f"pool-{index % 8}", from_month=START),),
            )
        )
    return Design(
        id="large",
        name="Large",
        first_month=START,
        months=120,
        sites=tuple(
            site(f"s{number}", *(hall(f"h{k}", *halls[k]) for k in range(number * 10, number * 10 + 10)))
            for number in range(4)
        ),
        pools=tuple(Pool(id=f"pool-{index}", name=f"Pool {index}", fabric_id="efa") for index in range(8)),
        phases=tuple(Phase(id=f"p{index}", name=f"Phase {index}", order_month=START) for index in range(30)),
    )
