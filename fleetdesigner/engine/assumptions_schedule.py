"""Assumptions about when things come."""

from __future__ import annotations

from fleetdesigner.engine.assumption_spec import AssumptionSpec

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
)
