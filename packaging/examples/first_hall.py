"""first-hall: 1.2 MW in Columbus with eight H100 racks. Demand for one 70B model will pass them.

The question in the room: rent more H100, buy B200, or put Trainium2 beside them, for Llama 3.1 70B at 50 ms a
token? Each answer is a scenario.
"""

from __future__ import annotations

from fleetdesigner.design.curves import Constant
from fleetdesigner.design.fleet import Feed, Pool, Rent
from fleetdesigner.design.model import Design
from fleetdesigner.design.scenarios import Address, Lever
from fleetdesigner.design.workloads import Port, Serving, TrainingRun

from .parts import add, block, growth, hall, month, phase, scenario, site

MODEL = "llama-3-1-70b"


def design() -> Design:
    """The example as a value."""
    room = hall(
        "hall-1",
        "Hall 1",
        "2026-07",
        18,
        3,
        1_000,
        air_kw=1_000,
        liquid_kw=0,
        aisle=1.2,
        feeds=tuple(Feed(id=f"feed-{row + 1}", limit_kw=330, rows=(row,)) for row in range(3)),
        blocks=(
            block("h100-a", "h100-rack", 0, 0, 4, 1, "p-h100", "gpu"),
            block("h100-b", "h100-rack", 0, 1, 4, 1, "p-h100", "gpu"),
        ),
    )
    trn2 = phase("p-trn2", "Trainium2, 2027", "2026-12", 5, 2)
    b200 = phase("p-b200", "B200, 2027", "2026-12", 7, 2)
    rent = phase(
        "p-rent",
        "Rented H100",
        "2027-02",
        1,
        0,
        ownership=Rent(price_book_id="market-2026-11", term_months=24),
    )
    return Design(
        id="first-hall",
        name="First hall",
        first_month=month("2027-01"),
        months=48,
        money_year=2026,
        sites=(
            site(
                "columbus",
                "Columbus",
                "us-ohio",
                [("2026-07", 1_200)],
                pue=1.30,
                energy=0.079,
                demand=12.0,
                carbon=418,
                wue=0.84,
                halls=(room,),
            ),
        ),
        pools=(
            Pool(id="gpu", name="GPU pool", fabric_id="infiniband-ndr", tiers=2, spare_share=0.03),
            Pool(id="trn", name="Trainium pool", fabric_id="efa-v3", tiers=2, spare_share=0.03),
        ),
        phases=(phase("p-h100", "H100, in place", "2026-03", 6), trn2, b200, rent),
        workloads=(
            Serving(
                id="assistant",
                name="Staff assistant",
                model_id=MODEL,
                dtype="fp8",
                framework="vllm",
                origin="external",
                priority=1,
                value_usd_per_m_output=1.2,
                demand=growth(60_000, 260_000, "2028-06", 8),
                input_len=2_000,
                output_len=400,
                cached_share=0.3,
                ttft_ms=3_000,
                tpot_ms=50,
                peak_to_mean=1.5,
                port=Port(
                    start_month=month("2027-02"),
                    engineer_weeks=26,
                    engineers=3,
                    efficiency=Constant(value=0.9),
                ),
            ),
            TrainingRun(
                id="tune",
                name="Quarterly tuning",
                model_id=MODEL,
                dtype="bf16",
                framework="pytorch",
                priority=3,
                tokens=2.0e10,
                sequence_len=8192,
                global_batch_tokens=1_048_576,
                start_month=month("2027-03"),
                chips_min=32,
                chips_max=128,
                checkpoint_s=30,
                restart_s=600,
                allow=("nvidia",),
            ),
        ),
        scenarios=(
            scenario(
                "trn2",
                "Trn2 beside H100",
                "a",
                add("hall:hall-1", "block", block("trn2-c", "trn2-ultra", 0, 2, 4, 1, "p-trn2", "trn")),
            ),
            scenario(
                "buy-b200",
                "Buy B200",
                "b",
                add("hall:hall-1", "block", block("b200-c", "b200-rack", 0, 2, 4, 1, "p-b200", "gpu")),
            ),
            scenario(
                "rent-h100",
                "Rent H100",
                "c",
                add("hall:hall-1", "block", block("h100-c", "h100-rack", 0, 2, 6, 1, "p-rent", "gpu")),
            ),
        ),
        levers=(
            Lever(
                id="l-power-price",
                name="Power price, Columbus",
                target=Address(ref="site:columbus", field="tariff.energy_usd_per_kwh.value"),
                low=0.03,
                high=0.25,
                step=0.001,
                unit="usd/kWh",
            ),
            Lever(
                id="l-demand",
                name="Demand ceiling, assistant",
                target=Address(ref="workload:assistant", field="demand.ceiling"),
                low=60_000,
                high=600_000,
                step=5_000,
                unit="token/s",
            ),
            Lever(
                id="l-h100",
                name="Price of an H100 rack",
                target=Address(ref="override:racks/h100-rack.price_usd"),
                low=500_000,
                high=1_600_000,
                step=10_000,
                unit="usd",
            ),
            Lever(
                id="l-wacc",
                name="Cost of capital",
                target=Address(ref="assumption:discount_rate"),
                low=0.03,
                high=0.2,
                step=0.005,
                unit="fraction",
            ),
        ),
    )
