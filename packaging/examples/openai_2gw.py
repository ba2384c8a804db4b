"""openai-2gw: 2 GW of Trainium3, then Trainium4, over the years. How many chips is that, and when?

Public fact (catalog facts, AWS §6): 2026-02-27, 2 GW of Trainium3 and 4 over eight years. Halls of 48 MW take
eight rows of liquid-cooled UltraServers; the grid arrives in steps.
"""

from __future__ import annotations

from fleetdesigner.design.curves import Constant
from fleetdesigner.design.fleet import Hall, Pool
from fleetdesigner.design.model import Design
from fleetdesigner.design.scenarios import Address, Lever
from fleetdesigner.design.workloads import AgentService, Port, Serving, TrainingRun

from .parts import block, growth, hall, month, phase, put, scenario, site

FIRST = month("2026-09")
HALLS_3 = 22
HALLS_4 = 8


def _when(months: int) -> str:
    absolute = FIRST + months - 1
    return f"{absolute // 12:04d}-{absolute % 12 + 1:02d}"


def _hall(number: int) -> Hall:
    """288 Trainium3 UltraServers in four blocks, or Trainium4 racks where the power allows."""
    name = f"o{number:02d}"
    ready = _when((number - 1) * 2)
    if number <= HALLS_3:
        blocks = tuple(
            block(
                f"{name}-{index}",
                "trn3-gen2",
                40 * (index % 2),
                5 * (index // 2),
                18,
                4,
                f"p{number:02d}",
                "trn3",
            )
            for index in range(4)
        )
        return hall(
            name,
            f"Hall {number}",
            ready,
            80,
            10,
            62_000,
            air_kw=20_000,
            liquid_kw=52_000,
            blocks=blocks,
            floor=3_000,
        )
    blocks = tuple(
        block(
            f"{name}-{index}", "trn4-mgx", 40 * (index % 2), 5 * (index // 2), 18, 4, f"p{number:02d}", "trn4"
        )
        for index in range(4)
    )
    return hall(
        name,
        f"Hall {number}",
        ready,
        80,
        10,
        62_000,
        air_kw=20_000,
        liquid_kw=60_000,
        blocks=blocks,
        floor=3_000,
    )


def design() -> Design:
    """The example as a value."""
    count = HALLS_3 + HALLS_4
    halls = tuple(_hall(number) for number in range(1, count + 1))
    third = (count + 3) // 3
    ports = {"start_month": FIRST, "engineers": 10.0, "efficiency": Constant(value=0.9)}
    sites = []
    for index, (site_id, name, preset, energy, demand, carbon) in enumerate(
        (
            ("ohio", "Ohio", "us-ohio", 0.079, 9.0, 418.0),
            ("texas", "Texas", "us-texas", 0.0725, 6.0, 363.0),
            ("indiana", "Indiana", "us-indiana", 0.0901, 8.0, 418.0),
        )
    ):
        part = halls[index * third : (index + 1) * third]
        first = index * third * 2
        grid = [(_when(first + 2 * step), 67_200.0 * min(len(part), step + 1)) for step in range(len(part))]
        sites.append(
            site(
                site_id,
                name,
                preset,
                grid,
                pue=1.10,
                energy=energy,
                demand=demand,
                carbon=carbon,
                wue=0.12,
                halls=part,
            )
        )
    return Design(
        id="openai-2gw",
        name="Two gigawatts of Trainium",
        first_month=FIRST,
        months=96,
        money_year=2026,
        sites=tuple(sites),
        pools=(
            Pool(id="trn3", name="Trainium3", fabric_id="efa-v3-trn3", tiers=3, spare_share=0.03),
            Pool(id="trn4", name="Trainium4", fabric_id="efa-v3-trn3", tiers=3, spare_share=0.03),
        ),
        phases=tuple(
            phase(f"p{number:02d}", f"Hall {number}", _when((number - 1) * 2 - 8), 8, 2)
            for number in range(1, count + 1)
        ),
        workloads=(
            TrainingRun(
                id="frontier",
                name="Frontier run",
                model_id="frontier-2t",
                dtype="fp8",
                framework="pytorch",
                priority=2,
                tokens=6e13,
                sequence_len=8192,
                global_batch_tokens=67_108_864,
                start_month=month("2027-06"),
                chips_min=16_384,
                chips_max=65_536,
                port=Port(engineer_weeks=80, **ports),
            ),
            Serving(
                id="chat",
                name="Chat",
                model_id="gpt-oss-120b",
                dtype="fp8",
                framework="vllm",
                origin="external",
                priority=1,
                value_usd_per_m_output=0.25,
                demand=growth(5e6, 1.5e9, "2029-06", 7),
                input_len=2_000,
                output_len=500,
                cached_share=0.3,
                ttft_ms=5_000,
                tpot_ms=40,
                peak_to_mean=1.6,
                port=Port(engineer_weeks=30, **ports),
            ),
            AgentService(
                id="stateful",
                name="Stateful agents",
                model_id="llama-3-1-70b",
                dtype="fp8",
                framework="vllm",
                origin="external",
                priority=3,
                value_usd_per_m_output=3.0,
                sessions=growth(1e5, 2e7, "2030-01", 11),
                turns_per_hour=12,
                input_len=6_000,
                output_len=500,
                state_tokens=80_000,
                idle_share=0.85,
                kv_tier="host",
                tpot_ms=80,
                port=Port(engineer_weeks=40, **ports),
            ),
        ),
        scenarios=(
            scenario(
                "trn3-700w",
                "Trainium3 at 1.0 kW a chip",
                "a",
                put("override:racks/trn3-gen2.it_power_kw", "value", "144"),
            ),
            scenario(
                "dear-grid",
                "Texas at 0.11 $",
                "b",
                put("site:texas", "tariff.energy_usd_per_kwh.value", "0.11"),
            ),
        ),
        levers=(
            Lever(
                id="l-kw3",
                name="Power of a Trainium3 UltraServer",
                target=Address(ref="override:racks/trn3-gen2.it_power_kw"),
                low=144,
                high=230,
                step=1,
                unit="kW",
            ),
            Lever(
                id="l-chat",
                name="Chat, ceiling of demand",
                target=Address(ref="workload:chat", field="demand.ceiling"),
                low=1e8,
                high=4e9,
                step=5e6,
                unit="token/s",
            ),
            Lever(
                id="l-life",
                name="Life of the servers",
                target=Address(ref="assumption:it_life_months"),
                low=36,
                high=84,
                step=6,
                unit="month",
            ),
        ),
    )
