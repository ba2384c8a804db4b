"""The assumptions: inputs that nobody in the room decides, each with a range, a grade and a source.

A newcomer adds one line to ``ASSUMPTIONS`` and reads it where it is used: nothing else lists the keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from fleetdesigner.values import Grade


@dataclass(frozen=True, slots=True)
class AssumptionSpec:
    """One assumption of the registry."""

    key: str
    name: str
    unit: str
    default: float
    low: float
    high: float
    evidence: Grade
    source: str
    note: str
    signs: tuple[tuple[str, int], ...]
    """(KPI id, +1 or −1): the way the KPI moves when the value grows."""


def _costs(*kpis: str, sign: int = 1) -> tuple[tuple[str, int], ...]:
    return tuple((kpi, sign) for kpi in (kpis or ("usd_per_accelerator_hour",)))


ASSUMPTIONS: tuple[AssumptionSpec, ...] = (
    AssumptionSpec(
        "discount_rate",
        "Discount rate",
        "fraction",
        0.08,
        0.05,
        0.13,
        "estimate",
        "about 8 % hyperscaler, 11 % neocloud: derived from the coupons of CoreWeave and Applied Digital "
        "debt, "
        "2025–2026",
        "Yearly, nominal; also the interest in the annuity of owned assets.",
        _costs("usd_per_accelerator_hour"),
    ),
    AssumptionSpec(
        "it_life_months",
        "Life of servers",
        "month",
        60,
        36,
        84,
        "measured",
        "Amazon 10-K since 2025: 5 years; Microsoft, Alphabet, Oracle and CoreWeave state 6, Meta 5.5",
        "An economic life of 4 years is argued by analysts.",
        _costs(sign=-1),
    ),
    AssumptionSpec(
        "fabric_life_months",
        "Life of the network",
        "month",
        60,
        36,
        96,
        "assumption",
        "set equal to the servers' life",
        "Switches are written off with the servers they join.",
        _costs(sign=-1),
    ),
    AssumptionSpec(
        "facility_life_months",
        "Life of shell and MEP",
        "month",
        168,
        120,
        300,
        "estimate",
        "14 years, Epoch AI's model of a data centre; United States tax life is 39",
        "",
        _costs(sign=-1),
    ),
    AssumptionSpec(
        "residual_share",
        "Residual value of servers and network",
        "fraction",
        0.1,
        0.0,
        0.3,
        "assumption",
        "no public series of resale prices at the end of life",
        "Share of the purchase price left at the end of life; straight line until then.",
        _costs("usd_per_accelerator_hour", "tco_usd", sign=-1),
    ),
    AssumptionSpec(
        "spares_share_of_capex",
        "Spares",
        "fraction",
        0.02,
        0.0,
        0.05,
        "estimate",
        "operators hold 2 % and more, 3–5 % in the first year (press and vendor statements)",
        "Share of the purchase of servers and network.",
        _costs("capex_usd", "usd_per_accelerator_hour"),
    ),
    AssumptionSpec(
        "support_share_per_year",
        "Support and maintenance",
        "fraction",
        0.02,
        0.01,
        0.06,
        "estimate",
        "2 % of capex a year reproduces published cost per GPU-hour of H100 to GB300 within about 10 %",
        "Share a year of the purchase price of what has landed.",
        _costs("opex_usd_per_month", "usd_per_accelerator_hour"),
    ),
    AssumptionSpec(
        "staff_usd_per_mw_year",
        "Staff and site services",
        "usd/MW/year",
        150_000,
        50_000,
        300_000,
        "assumption",
        "half of the 0.3 bn USD a GW and year that Epoch AI leaves beside energy; no line of its own is "
        "public",
        "",
        _costs("opex_usd_per_month", "usd_per_accelerator_hour"),
    ),
    AssumptionSpec(
        "shell_usd_per_kw",
        "Shell, mechanical and electrical",
        "usd/kW",
        11_700,
        9_300,
        15_000,
        "estimate",
        "11.7 M USD a MW of IT in the United States, 9.3–15.0 by market (construction cost surveys, 2025)",
        "Used where the site's preset has no figure; a value set in the design wins over presets.",
        _costs("capex_usd", "usd_per_accelerator_hour"),
    ),
    AssumptionSpec(
        "redundancy_n1_extra",
        "Extra shell cost of N+1",
        "fraction",
        0.05,
        0.0,
        0.2,
        "assumption",
        "no price by redundancy is public; most surveyed builds are N+1 already",
        "",
        _costs("capex_usd"),
    ),
    AssumptionSpec(
        "redundancy_2n_extra",
        "Extra shell cost of 2N",
        "fraction",
        0.35,
        0.2,
        1.0,
        "assumption",
        "no price by redundancy is public; the power train doubles, the building does not",
        "",
        _costs("capex_usd"),
    ),
    AssumptionSpec(
        "facility_basis",
        "Share of the space that is rented",
        "fraction",
        0.0,
        0.0,
        1.0,
        "assumption",
        "a decision of the planner",
        "0 = the shell is built, 1 = colocation by the kW and month, energy apart.",
        _costs("capex_usd", sign=-1),
    ),
    AssumptionSpec(
        "colocation_usd_per_kw_month",
        "Colocation",
        "usd/kW/month",
        195,
        137.5,
        250,
        "estimate",
        "CBRE: 195 for 250–500 kW, end of 2025; 137.5 seen for a 100 MW lease",
        "Per kW of provisioned IT; used where the site's preset has no figure.",
        _costs("opex_usd_per_month"),
    ),
    AssumptionSpec(
        "storage_management_share",
        "Storage and management power",
        "fraction",
        0.065,
        0.03,
        0.12,
        "estimate",
        "closes the gap to the published 150 MW of a cluster of 100,000 H100 (SemiAnalysis)",
        "Share of the power of servers and network.",
        _costs("it_power_kw", "facility_power_kw"),
    ),
    AssumptionSpec(
        "idle_share",
        "Idle draw",
        "fraction",
        0.25,
        0.15,
        0.4,
        "assumption",
        "idle servers of eight GPUs draw a fifth to a third of their maximum",
        "Share of the provisioned power, where the catalog has no idle figure.",
        _costs("it_power_expected_kw"),
    ),
    AssumptionSpec(
        "expected_share_training",
        "Draw while training",
        "fraction",
        0.75,
        0.5,
        1.0,
        "estimate",
        "average draw in training about 0.75 of the server's design power (Epoch AI)",
        "Share of the span between idle and provisioned power.",
        _costs("it_power_expected_kw"),
    ),
    AssumptionSpec(
        "expected_share_serving",
        "Draw while serving",
        "fraction",
        0.6,
        0.35,
        0.9,
        "estimate",
        "inference fleets are oversubscribed in power by up to 1.3 (POLCA)",
        "Share of the span between idle and provisioned power.",
        _costs("it_power_expected_kw"),
    ),
    AssumptionSpec(
        "expected_share_agent",
        "Draw while serving agents",
        "fraction",
        0.5,
        0.3,
        0.9,
        "assumption",
        "sessions wait for tools and people; less even than serving",
        "Share of the span between idle and provisioned power.",
        _costs("it_power_expected_kw"),
    ),
    AssumptionSpec(
        "expected_share_batch",
        "Draw while running batch work",
        "fraction",
        0.7,
        0.4,
        1.0,
        "assumption",
        "full batches without latency targets: between serving and training",
        "Share of the span between idle and provisioned power.",
        _costs("it_power_expected_kw"),
    ),
    AssumptionSpec(
        "engineer_week_usd",
        "Engineer-week",
        "usd",
        6_000,
        3_500,
        10_000,
        "assumption",
        "about 300,000 USD a year with overheads",
        "What a week of porting costs.",
        _costs("tco_usd"),
    ),
    AssumptionSpec(
        "software_maturity",
        "Software maturity",
        "fraction",
        1.0,
        0.6,
        1.1,
        "estimate",
        "two releases half a year apart moved dense training by 3–10 %, mixtures by 1.01–2.8 on equal "
        "hardware",
        "Factor on all throughput; 0.6–0.9 for a stack in its first year.",
        _costs("training_tokens_per_s", "serving_tokens_per_s"),
    ),
    AssumptionSpec(
        "water_usd_per_m3",
        "Water",
        "usd/m³",
        2.0,
        0.5,
        5.0,
        "assumption",
        "industrial water and sewage tariffs of cities in the United States span about 1–4",
        "",
        _costs("opex_usd_per_month"),
    ),
    AssumptionSpec(
        "interruption_chip_hours",
        "Chip-hours between interruptions",
        "chip-hour",
        50_700,
        25_000,
        120_000,
        "measured",
        "419 unexpected interruptions in 54 days on 16,384 H100 (arXiv 2407.21783, §3.3.4)",
        "Used where the chip has no figure of its own.",
        _costs("training_tokens_per_s"),
    ),
    AssumptionSpec(
        "kv_host_gbytes_per_s",
        "Reading state from host memory",
        "GB/s",
        25,
        10,
        60,
        "assumption",
        "half of a PCIe 5.0 ×16 link a chip, one way",
        "Per chip; limits the turns of agents whose state waits in host memory.",
        _costs("serving_tokens_per_s"),
    ),
    AssumptionSpec(
        "kv_flash_gbytes_per_s",
        "Reading state from flash",
        "GB/s",
        4,
        1,
        10,
        "assumption",
        "about half of a PCIe 5.0 ×4 drive a chip",
        "Per chip; limits the turns of agents whose state waits on flash.",
        _costs("serving_tokens_per_s"),
    ),
)

SPECS: Mapping[str, AssumptionSpec] = MappingProxyType({spec.key: spec for spec in ASSUMPTIONS})
