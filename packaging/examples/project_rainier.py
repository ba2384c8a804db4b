"""project-rainier: 500,000 Trainium2 in seven buildings. Does the first phase hold in 455 MW of IT power?

Public facts (catalog facts, AWS §6): about 500,000 Trainium2 live on 2025-10-29 in 7 of 30 buildings, 65 MW
of IT power each. 7 buildings × 1,116 UltraServers × 64 chips = 499,968 chips.
"""

from __future__ import annotations

from fleetdesigner.design.curves import Constant
from fleetdesigner.design.fleet import Hall, Pool
from fleetdesigner.design.model import Design
from fleetdesigner.design.scenarios import Address, Lever
from fleetdesigner.design.workloads import AgentService, Port, Serving, TrainingRun

from .parts import add, block, growth, hall, month, phase, put, scenario, site

READY = ("2025-01", "2025-02", "2025-03", "2025-05", "2025-06", "2025-07", "2025-08")


def _building(number: int) -> Hall:
    """Four blocks of 31 × 9 UltraServers around a middle corridor."""
    name = f"b{number:02d}"
    return hall(
        name,
        f"Building {number}",
        READY[number - 1],
        130,
        20,
        65_000,
        air_kw=65_000,
        liquid_kw=0,
        blocks=tuple(
            block(f"{name}-{quarter}", "trn2-ultra", col, row, 31, 9, f"p{number}", "rainier")
            for quarter, (col, row) in zip("abcd", ((0, 0), (66, 0), (0, 11), (66, 11)), strict=True)
        ),
    )


def design() -> Design:
    """The example as a value."""
    halls = tuple(_building(number) for number in range(1, 8))
    return Design(
        id="project-rainier",
        name="Project Rainier",
        first_month=month("2025-01"),
        months=72,
        money_year=2025,
        sites=(
            site(
                "new-carlisle",
                "New Carlisle, Indiana",
                "us-indiana",
                [("2025-01", 200_000), ("2025-06", 560_000)],
                pue=1.14,
                energy=0.082,
                demand=8.0,
                carbon=418,
                wue=0.12,
                halls=halls,
            ),
        ),
        pools=(Pool(id="rainier", name="Rainier", fabric_id="efa-v3", tiers=3, spare_share=0.03),),
        phases=tuple(
            phase(f"p{number}", f"Building {number}", when, 6, 3)
            for number, when in enumerate(
                ("2024-08", "2024-09", "2024-10", "2024-12", "2025-01", "2025-02", "2025-03"), start=1
            )
        ),
        workloads=(
            TrainingRun(
                id="frontier",
                name="Frontier run",
                model_id="frontier-2t",
                dtype="bf16",
                framework="jax",
                priority=2,
                tokens=3.0e13,
                sequence_len=8192,
                global_batch_tokens=67_108_864,
                start_month=month("2025-07"),
                due_month=month("2026-06"),
                chips_min=16_384,
                chips_max=131_072,
                checkpoint_s=30,
                restart_s=300,
                port=Port(
                    start_month=month("2024-06"),
                    engineer_weeks=120,
                    engineers=20,
                    efficiency=Constant(value=0.85),
                ),
            ),
            Serving(
                id="claude",
                name="Assistant, dense class",
                model_id="llama-3-1-405b",
                dtype="fp8",
                framework="vllm",
                origin="external",
                priority=1,
                value_usd_per_m_output=6.0,
                demand=growth(2.0e6, 3.0e7, "2026-12", 9),
                input_len=4_000,
                output_len=600,
                cached_share=0.5,
                ttft_ms=10_000,
                tpot_ms=80,
                peak_to_mean=1.4,
                port=Port(
                    start_month=month("2024-06"),
                    engineer_weeks=120,
                    engineers=20,
                    efficiency=Constant(value=0.85),
                ),
            ),
            AgentService(
                id="agents",
                name="Coding agents",
                model_id="llama-3-3-70b",
                dtype="fp8",
                framework="vllm",
                origin="external",
                priority=3,
                value_usd_per_m_output=4.0,
                sessions=growth(50_000, 1_500_000, "2027-06", 10),
                turns_per_hour=30,
                input_len=12_000,
                output_len=800,
                state_tokens=60_000,
                idle_share=0.8,
                kv_tier="host",
                tpot_ms=60,
                port=Port(
                    start_month=month("2025-01"),
                    engineer_weeks=40,
                    engineers=8,
                    efficiency=Constant(value=0.9),
                ),
            ),
        ),
        scenarios=(
            scenario(
                "late",
                "Grid four months late",
                "a",
                put(
                    "site:new-carlisle", "grid", f"[[{month('2025-01')},200000],[{month('2025-10')},560000]]"
                ),
            ),
            scenario("eighth", "An eighth building", "b", add("site:new-carlisle", "hall", _eighth())),
        ),
        levers=(
            Lever(
                id="l-ultra-kw",
                name="Power of an UltraServer",
                target=Address(ref="override:racks/trn2-ultra.it_power_kw"),
                low=40,
                high=64,
                step=0.5,
                unit="kW",
            ),
            Lever(
                id="l-price",
                name="Price of an UltraServer",
                target=Address(ref="override:racks/trn2-ultra.price_usd"),
                low=400_000,
                high=2_000_000,
                step=10_000,
                unit="usd",
            ),
            Lever(
                id="l-demand",
                name="Demand ceiling, assistant",
                target=Address(ref="workload:claude", field="demand.ceiling"),
                low=2e6,
                high=6e7,
                step=5e5,
                unit="token/s",
            ),
        ),
    )


def _eighth() -> Hall:
    return hall(
        "b08",
        "Building 8",
        "2025-12",
        130,
        20,
        65_000,
        air_kw=65_000,
        liquid_kw=0,
        blocks=(block("b08-a", "trn2-ultra", 0, 0, 31, 18, "p7", "rainier"),),
    )
