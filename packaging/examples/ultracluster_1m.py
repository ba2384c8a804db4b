"""ultracluster-1m: 1,000,000 Trainium3 Gen2 in 20 halls. Is power, shell or chip late, and what then?

6,944 UltraServers × 144 chips = 999,936 chips. Contents as the benchmarks need them: 20 halls, 260 blocks,
8 pools, 12 workloads of all kinds, 30 phases, 120 months, 3 scenarios, 20 overrides.
"""

from __future__ import annotations

from fleetdesigner.design.curves import Compound, Constant
from fleetdesigner.design.fleet import Block, Hall, Phase, Pool
from fleetdesigner.design.model import Design
from fleetdesigner.design.scenarios import Address, Lever, Override
from fleetdesigner.design.workloads import AgentService, BatchJob, Port, Serving, TrainingRun, Workload

from .parts import block, growth, hall, month, phase, put, scenario, site

POOLS = ("train-1", "train-2", "train-3", "serve-1", "serve-2", "agents-1", "batch-1", "flex-1")
FIRST = month("2026-07")
HALL_MONTHS = 2
"""A hall is ready every second month."""


def _when(months: int) -> str:
    """A month as text, counted from the first."""
    absolute = FIRST + months - 1
    return f"{absolute // 12:04d}-{absolute % 12 + 1:02d}"


def _blocks(number: int) -> tuple[Block, ...]:
    """Twelve blocks of 9 × 3 UltraServers and a last one of 8 × 3; 16 halls leave one position of it out."""
    made = []
    for index in range(13):
        cols = 9 if index < 12 else 8
        holes = ((7, 2),) if index == 12 and number > 4 else ()
        # the first half of a hall lands in one phase, the second in the next
        phase_id = f"p{(number - 1) * 3 // 2 + (1 if index < 7 else 2):02d}"
        made.append(
            block(
                f"h{number:02d}-{index:02d}",
                "trn3-gen2",
                (index % 4) * 20,
                (index // 4) * 4,
                cols,
                3,
                phase_id,
                POOLS[(number - 1) * 8 // 20],
                holes=holes,
            )
        )
    return tuple(made)


def _hall(number: int) -> Hall:
    return hall(
        f"hall-{number:02d}",
        f"B{number:02d}",
        _when((number - 1) * HALL_MONTHS),
        80,
        16,
        74_000,
        air_kw=22_000,
        liquid_kw=60_000,
        blocks=_blocks(number),
        floor=3_000,
    )


def _phases() -> tuple[Phase, ...]:
    return tuple(
        phase(f"p{number:02d}", f"Phase {number}", _when(round((number - 1) * 1.3) - 8), 9, 3, shape="s")
        for number in range(1, 31)
    )


def _port(weeks: float) -> Port:
    return Port(start_month=FIRST, engineer_weeks=weeks, engineers=12, efficiency=Constant(value=0.9))


def _workloads() -> tuple[Workload, ...]:
    return (
        TrainingRun(
            id="t-frontier",
            name="Frontier MoE",
            model_id="frontier-2t",
            dtype="fp8",
            framework="jax",
            priority=1,
            tokens=6e13,
            sequence_len=8192,
            global_batch_tokens=67_108_864,
            start_month=month("2027-01"),
            due_month=month("2028-01"),
            chips_min=16_384,
            chips_max=65_536,
            checkpoint_s=20,
            restart_s=300,
            port=_port(60),
        ),
        TrainingRun(
            id="t-next",
            name="Next frontier",
            model_id="frontier-2t",
            dtype="fp8",
            framework="jax",
            priority=2,
            tokens=2e14,
            sequence_len=16_384,
            global_batch_tokens=134_217_728,
            start_month=month("2028-01"),
            chips_min=32_768,
            chips_max=131_072,
            checkpoint_s=20,
            restart_s=300,
            port=_port(60),
        ),
        TrainingRun(
            id="t-dense",
            name="Dense 405B",
            model_id="llama-3-1-405b",
            dtype="fp8",
            framework="jax",
            priority=3,
            tokens=3e13,
            sequence_len=8192,
            global_batch_tokens=16_777_216,
            start_month=month("2027-06"),
            chips_min=4_096,
            chips_max=16_384,
            port=_port(30),
        ),
        TrainingRun(
            id="t-small",
            name="Small models",
            model_id="llama-3-1-8b",
            dtype="bf16",
            framework="pytorch",
            priority=6,
            tokens=6e14,
            sequence_len=8192,
            global_batch_tokens=4_194_304,
            start_month=month("2026-10"),
            chips_min=256,
            chips_max=2_048,
            port=_port(12),
        ),
        Serving(
            id="s-chat",
            name="Chat",
            model_id="llama-3-1-70b",
            dtype="fp8",
            framework="vllm",
            origin="external",
            priority=2,
            value_usd_per_m_output=2.0,
            demand=growth(2e6, 9e7, "2029-06", 11),
            input_len=2_000,
            output_len=500,
            cached_share=0.3,
            ttft_ms=5_000,
            tpot_ms=50,
            peak_to_mean=1.6,
        ),
        Serving(
            id="s-large",
            name="Large assistant",
            model_id="llama-3-1-405b",
            dtype="fp8",
            framework="vllm",
            origin="external",
            priority=2,
            value_usd_per_m_output=6.0,
            demand=growth(5e5, 2e7, "2030-01", 12),
            input_len=4_000,
            output_len=700,
            cached_share=0.5,
            ttft_ms=10_000,
            tpot_ms=70,
            peak_to_mean=1.5,
        ),
        Serving(
            id="s-moe",
            name="MoE assistant",
            model_id="deepseek-v3",
            dtype="fp8",
            framework="vllm",
            origin="external",
            priority=3,
            value_usd_per_m_output=1.5,
            demand=growth(1e6, 4e7, "2030-06", 14),
            input_len=3_000,
            output_len=900,
            cached_share=0.4,
            ttft_ms=10_000,
            tpot_ms=60,
            peak_to_mean=1.5,
            port=_port(40),
        ),
        Serving(
            id="s-long",
            name="Long context",
            model_id="llama-3-1-70b",
            dtype="fp8",
            framework="vllm",
            origin="internal",
            priority=4,
            demand=Compound(value=2e5, per_year=0.9, cap=6e6),
            input_len=64_000,
            output_len=1_000,
            cached_share=0.8,
            ttft_ms=60_000,
            tpot_ms=80,
            peak_to_mean=1.2,
            port=_port(24),
        ),
        AgentService(
            id="a-coding",
            name="Coding agents",
            model_id="llama-3-1-70b",
            dtype="fp8",
            framework="vllm",
            origin="external",
            priority=3,
            value_usd_per_m_output=4.0,
            sessions=growth(1e5, 6e6, "2030-01", 12),
            turns_per_hour=30,
            input_len=8_000,
            output_len=700,
            state_tokens=60_000,
            idle_share=0.8,
            kv_tier="host",
            tpot_ms=60,
            port=_port(30),
        ),
        AgentService(
            id="a-office",
            name="Office agents",
            model_id="gpt-oss-120b",
            dtype="bf16",
            framework="vllm",
            origin="internal",
            priority=5,
            sessions=growth(2e5, 4e6, "2030-06", 12),
            turns_per_hour=10,
            input_len=4_000,
            output_len=400,
            state_tokens=30_000,
            idle_share=0.9,
            kv_tier="flash",
            tpot_ms=80,
            port=_port(30),
        ),
        BatchJob(
            id="b-labels",
            name="Data labelling",
            model_id="llama-3-1-70b",
            dtype="fp8",
            framework="vllm",
            origin="internal",
            priority=7,
            demand=Compound(value=4e12, per_year=0.5, cap=4e13),
            input_len=2_000,
            output_len=300,
            due_months=2,
        ),
        BatchJob(
            id="b-synthetic",
            name="Synthetic data",
            model_id="llama-3-1-405b",
            dtype="fp8",
            framework="vllm",
            origin="internal",
            priority=8,
            demand=Constant(value=6e12),
            input_len=1_000,
            output_len=2_000,
            due_months=4,
        ),
    )


def _override(entry: str, field: str, value: float, low: float, high: float, note: str) -> Override:
    return Override(
        entry=entry,
        field=field,
        value=value,
        low=low,
        high=high,
        note=note,
        source="plan of this example",
    )


def _overrides() -> tuple[Override, ...]:
    """Twenty figures that the plan's owner has decided on; near the catalog's own span."""
    rack, chip, node = "racks/trn3-gen2", "chips/trainium3", "nodes/trn3-gen2-sled"
    return (
        _override(rack, "it_power_kw", 187.2, 144, 187.2, "1.3 kW a chip, all in"),
        _override(rack, "nameplate_kw", 205.9, 187.2, 230, "10 % above the provisioned figure"),
        _override(rack, "idle_power_kw", 56.2, 37, 75, "30 % of the provisioned figure"),
        _override(rack, "liquid_share", 0.80, 0.6, 0.9, "hybrid cooling"),
        _override(rack, "weight_kg", 3_600, 2_800, 4_200, "two racks"),
        _override(rack, "price_usd", 3_168_000, 2_000_000, 4_300_000, "22,000 $ a chip"),
        _override(chip, "bf16_tflops", 671, 632, 671, "671 of the chip page; 632 of the core page"),
        _override(chip, "fp8_tflops", 2_517, 2_517, 2_517, "dense MXFP8"),
        _override(chip, "hbm_tb_per_s", 4.9, 4.7, 4.9, "pins × speed"),
        _override(chip, "scale_up_gbytes_per_s", 1_152, 320, 1_152, "active, one way"),
        _override(chip, "scale_out_gbit_per_s", 200, 200, 400, "400 Gb/s option not chosen"),
        _override(chip, "tdp_w", 1_000, 700, 1_000, "provisioning case"),
        _override(chip, "interruption_chip_hours", 50_700, 30_000, 120_000, "as on 16,384 H100"),
        _override("fabrics/efa-v3-trn3", "switch_power_kw", 2.4, 1.2, 3.0, "12.8T switch"),
        _override("fabrics/efa-v3-trn3", "link_efficiency", 0.88, 0.7, 0.93, "goodput of a link"),
        _override("fabrics/efa-v3-trn3", "endpoint_power_w_3tier", 70, 37, 122, "pluggable optics"),
        _override("fabrics/efa-v3-trn3", "capex_usd_per_chip_3tier", 3_000, 2_000, 5_500, "200 Gb/s a chip"),
        _override("models/frontier-2t", "params_b", 2_000, 1_500, 3_000, "stand-in for a frontier model"),
        _override("sites/us-ohio", "shell_usd_per_kw", 11_700, 9_300, 15_000, "shell and MEP"),
        _override(node, "host_memory_gib", 768, 768, 768, "state of sessions waits here"),
    )


def design() -> Design:
    """The example as a value."""
    halls = tuple(_hall(number) for number in range(1, 21))
    north = [(_when(4 * step), 82_000.0 * min(12, 2 * step + 3)) for step in range(6)]
    south = [(_when(22 + 4 * step), 82_000.0 * min(8, 2 * step + 3)) for step in range(4)]
    return Design(
        id="ultracluster-1m",
        name="UltraCluster, one million chips",
        first_month=FIRST,
        months=120,
        money_year=2026,
        sites=(
            site(
                "north",
                "Ohio North",
                "us-ohio",
                north,
                pue=1.10,
                energy=0.079,
                demand=9.0,
                carbon=418,
                wue=0.12,
                halls=halls[:12],
            ),
            site(
                "south",
                "Ohio South",
                "us-ohio",
                south,
                pue=1.10,
                energy=0.079,
                demand=9.0,
                carbon=418,
                wue=0.12,
                halls=halls[12:],
            ),
        ),
        pools=tuple(
            Pool(
                id=pool_id,
                name=pool_id.replace("-", " ").capitalize(),
                fabric_id="efa-v3-trn3",
                tiers=3,
                spare_share=0.02,
            )
            for pool_id in POOLS
        ),
        phases=_phases(),
        workloads=_workloads(),
        overrides=_overrides(),
        scenarios=(
            scenario(
                "late-grid",
                "Grid slips six months",
                "a",
                put("site:north", "grid", _stair([(when + 6, kw) for when, kw in _absolute(north)])),
            ),
            scenario(
                "half-claim",
                "Half of the claim",
                "b",
                put("override:chips/trainium3.fp8_tflops", "value", "1908"),
            ),
            scenario(
                "dear-power",
                "Power at 0.11 $",
                "c",
                put("site:north", "tariff.energy_usd_per_kwh.value", "0.11"),
                put("site:south", "tariff.energy_usd_per_kwh.value", "0.11"),
            ),
        ),
        levers=(
            Lever(
                id="l-power-price",
                name="Power price, North",
                target=Address(ref="site:north", field="tariff.energy_usd_per_kwh.value"),
                low=0.03,
                high=0.2,
                step=0.001,
                unit="usd/kWh",
            ),
            Lever(
                id="l-kw",
                name="Power of an UltraServer",
                target=Address(ref="override:racks/trn3-gen2.it_power_kw"),
                low=144,
                high=230,
                step=1,
                unit="kW",
            ),
            Lever(
                id="l-chat",
                name="Chat, ceiling of demand",
                target=Address(ref="workload:s-chat", field="demand.ceiling"),
                low=1e7,
                high=3e8,
                step=1e6,
                unit="token/s",
            ),
            Lever(
                id="l-price",
                name="Price of an UltraServer",
                target=Address(ref="override:racks/trn3-gen2.price_usd"),
                low=1e6,
                high=6e6,
                step=2e4,
                unit="usd",
            ),
        ),
    )


def _absolute(grid: list[tuple[str, float]]) -> list[tuple[int, float]]:
    return [(month(when), kw) for when, kw in grid]


def _stair(grid: list[tuple[int, float]]) -> str:
    return "[" + ",".join(f"[{when},{kw:g}]" for when, kw in grid) + "]"
