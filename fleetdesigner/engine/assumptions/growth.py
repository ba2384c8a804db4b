"""Assumptions of the race: how models, contexts and tasks grow, and how platforms fall behind.

All are 0 at first, which means no effect: the models named in the design stay what they are.
"""

from __future__ import annotations

from fleetdesigner.engine.assumptions.spec import AssumptionSpec

FADING = (
    ("trainium2", "Trainium2"),
    ("trainium3", "Trainium3"),
    ("trainium4", "Trainium4"),
    ("hopper", "Hopper"),
    ("blackwell", "Blackwell"),
    ("rubin", "Rubin"),
)
"""(generation of chips, name): each may fall behind new models."""


def _fading(generation: str, name: str) -> AssumptionSpec:
    return AssumptionSpec(
        f"obsolescence_{generation}",
        f"{name} falls behind, a year",
        "fraction",
        0.0,
        0.0,
        0.3,
        "assumption",
        "no public series; a decision of the planner",
        "Share of its speed on new models that is lost a year, from the first month on: new kernels "
        "and number formats come for newer chips.",
        (),
    )


GROWTH: tuple[AssumptionSpec, ...] = (
    AssumptionSpec(
        "model_growth_per_year",
        "Growth of models a year",
        "fraction",
        0.0,
        -0.5,
        1.3,
        "estimate",
        "GPT-3 to GPT-4: 10 times the parameters in 2.75 years, 2.3 a year, active ones less; from 2023 to "
        "2024 frontier models shrank again (Epoch AI, Gradient Updates, 13 December 2024)",
        "Active parameters of all models; the work of a token grows with them. 0 = the models named in the "
        "design stay.",
        (("serving_tokens_per_s", -1), ("training_tokens_per_s", -1), ("usd_per_million_tokens", 1)),
    ),
    AssumptionSpec(
        "context_growth_per_year",
        "Growth of contexts a year",
        "fraction",
        0.0,
        0.0,
        1.2,
        "estimate",
        "prompts grew fourfold to 6,000 tokens from early 2024 to late 2025, 2.2 times a year (OpenRouter "
        "and a16z, State of AI, December 2025); windows grow faster than what is used",
        "Input, held state and training sequences of all workloads. 0 = the lengths in the design stay.",
        (("usd_per_million_tokens", 1),),
    ),
    AssumptionSpec(
        "tokens_per_task_growth_per_year",
        "Growth of tokens a task, a year",
        "fraction",
        0.0,
        0.0,
        4.0,
        "estimate",
        "answers to benchmark questions grew 2.2 times a year, of reasoning models 5 times "
        "(Epoch AI, 17 April 2025)",
        "Multiplies the demand of streams, agents and batch work in tokens. A task keeps its worth, so the "
        "value of a token falls as much. 0 = a task takes what it takes.",
        (("unmet_tokens_per_s", 1), ("npv_usd", -1)),
    ),
    *(_fading(generation, name) for generation, name in FADING),
)
