"""nvlink-fusion: Trainium4 beside NVIDIA in one hall. What does a mixed pool gain, and what would one domain?

Announced parts: figures of Trainium4 are vendor claims or assumptions and are drawn hatched. No public source
says that Trainium4 and GPUs share an NVLink domain: separate domains are the default, the scenario flags the
what-if.
"""

from __future__ import annotations

from fleetdesigner.design.curves import Constant
from fleetdesigner.design.fleet import Pool
from fleetdesigner.design.model import Design
from fleetdesigner.design.scenarios import Address, Lever
from fleetdesigner.design.workloads import Port, Serving, TrainingRun

from .parts import block, growth, hall, month, phase, put, scenario, site


def design() -> Design:
    """The example as a value."""
    room = hall(
        "hall-f",
        "Fusion hall",
        "2027-09",
        24,
        6,
        16_000,
        air_kw=4_000,
        liquid_kw=14_000,
        floor=3_500,
        blocks=(
            block("vr", "vr-nvl72", 0, 0, 12, 2, "p-vr", "mixed"),
            block("gb300", "gb300-nvl72", 0, 2, 12, 1, "p-gb300", "gpu"),
            block("trn4", "trn4-mgx", 0, 4, 12, 2, "p-trn4", "mixed"),
        ),
    )
    return Design(
        id="nvlink-fusion",
        name="NVLink Fusion",
        first_month=month("2027-09"),
        months=48,
        money_year=2026,
        sites=(
            site(
                "oregon",
                "Oregon",
                "us-oregon",
                [("2027-09", 9_000), ("2028-06", 20_000)],
                pue=1.10,
                energy=0.075,
                demand=7.0,
                carbon=204,
                wue=0.12,
                halls=(room,),
            ),
        ),
        pools=(
            Pool(
                id="mixed",
                name="Mixed",
                fabric_id="spectrum-x",
                tiers=3,
                bridge_gbytes_per_s=400,
                spare_share=0.03,
                mix="best",
            ),
            Pool(id="gpu", name="GB300", fabric_id="spectrum-x", tiers=3, spare_share=0.03),
        ),
        phases=(
            phase("p-gb300", "GB300", "2027-03", 6, 1),
            phase("p-vr", "Vera Rubin", "2027-06", 6, 2),
            phase("p-trn4", "Trainium4", "2027-12", 8, 3),
        ),
        workloads=(
            TrainingRun(
                id="run",
                name="Mid-size MoE",
                model_id="deepseek-v3",
                dtype="fp8",
                framework="jax",
                priority=2,
                tokens=1.5e14,
                sequence_len=8192,
                global_batch_tokens=16_777_216,
                start_month=month("2028-11"),
                chips_min=128,
                chips_max=4_096,
                port=Port(
                    start_month=month("2027-10"),
                    engineer_weeks=60,
                    engineers=6,
                    efficiency=Constant(value=0.8),
                ),
            ),
            Serving(
                id="assistant",
                name="Assistant",
                model_id="gpt-oss-120b",
                dtype="fp8",
                framework="vllm",
                origin="external",
                priority=1,
                value_usd_per_m_output=0.6,
                demand=growth(5e5, 2e7, "2029-06", 9),
                input_len=2_000,
                output_len=600,
                cached_share=0.3,
                ttft_ms=3_000,
                tpot_ms=30,
                peak_to_mean=1.4,
                port=Port(
                    start_month=month("2027-10"),
                    engineer_weeks=30,
                    engineers=6,
                    efficiency=Constant(value=0.9),
                ),
            ),
        ),
        scenarios=(
            scenario(
                "one-domain",
                "One NVLink domain (what-if)",
                "a",
                put("pool:mixed", "one_domain_what_if", "true"),
            ),
            scenario(
                "slow-bridge", "Bridge at a quarter", "b", put("pool:mixed", "bridge_gbytes_per_s", "100")
            ),
        ),
        levers=(
            Lever(
                id="l-bridge",
                name="Bridge of the mixed pool",
                target=Address(ref="pool:mixed", field="bridge_gbytes_per_s"),
                low=1,
                high=1_600,
                step=1,
                unit="GB/s",
            ),
            Lever(
                id="l-claim",
                name="FP8 rate of Trainium4",
                target=Address(ref="override:chips/trainium4.fp8_tflops"),
                low=2_517,
                high=11_000,
                step=10,
                unit="TFLOPS",
            ),
        ),
    )
