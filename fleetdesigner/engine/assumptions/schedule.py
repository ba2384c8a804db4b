"""Assumptions about when things come, and about the season."""

from __future__ import annotations

from fleetdesigner.engine.assumptions.spec import AssumptionSpec

SCHEDULE: tuple[AssumptionSpec, ...] = (
    AssumptionSpec(
        "transformer_lead_months",
        "Lead time of transformers",
        "month",
        21,
        14,
        37,
        "estimate",
        "60–120 weeks, substation transformers above 160 (analysts, 2025–2026)",
        "Plans are made with 21: grid power after the first month comes later by what is more.",
        (("stranded_power_kw", -1),),
    ),
    AssumptionSpec(
        "shell_lead_months",
        "Time to build a hall",
        "month",
        21,
        18,
        24,
        "estimate",
        "18–24 months from order to ready; 122 days were reached once (analysts, 2025–2026)",
        "Plans are made with 21: halls and cooling after the first month come later by what is more.",
        (("npv_usd", -1),),
    ),
    AssumptionSpec(
        "chip_lead_slip_months",
        "Slip of chips",
        "month",
        0,
        0,
        6,
        "assumption",
        "a decision of the planner: new generations have come months after their date",
        "0 = as planned. Phases that come into service after the first month come later by so many months.",
        (("months_to_capacity", 1),),
    ),
    AssumptionSpec(
        "pue_season_swing",
        "PUE in July above the yearly mean",
        "ratio",
        0.0,
        0.0,
        0.1,
        "estimate",
        "Google's fleet: 1.16 in a cold quarter, 1.19 over the year (2008); presets have a figure for the "
        "hottest month",
        "Half of what summer and winter differ; a site's PUE is the yearly mean. A site south of the equator "
        "takes a pasted series instead.",
        (),
    ),
    AssumptionSpec(
        "pue_fixed_share",
        "Overhead that does not fall with the load",
        "fraction",
        0.0,
        0.0,
        0.5,
        "assumption",
        "no public figure by load; fans, pumps and UPS draw power at no load",
        "Share of the overhead at full load. Energy is counted at the expected load, limits at full load.",
        (("opex_usd_per_month", 1), ("carbon_t_per_year", 1)),
    ),
)
