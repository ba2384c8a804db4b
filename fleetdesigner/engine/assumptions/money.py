"""Assumptions of money: what is left of network, shell and Trainium servers, prices to come, inflation.

All but inflation are of no effect at first. A newcomer among the generations is one line in ``PRICES``.
"""

from __future__ import annotations

from fleetdesigner.engine.assumptions.spec import AssumptionSpec

_HOPPER = (
    "rents stand in for it: an H100 on a one-year contract fell from 2.99 USD an hour in October 2024 to "
    "1.70 in October 2025; Capacity Blocks rose from 3.93 in January to 5.97 in October 2026"
)
_BLACKWELL = (
    "rents stand in for it: Capacity Blocks of B200 rose from 9.36 USD an hour in January to 14.21 in "
    "October 2026, those of GB200 stayed at 10.58; downwards the fall of H100 from 2024 to 2025"
)
_TRAINIUM = (
    "no purchase price is public; the Capacity Block price of Trainium2 was 2.235 USD an hour in January and "
    "in October 2026; downwards the fall of H100 rents from 2024 to 2025"
)
_NONE = "no public series of its own: the span of H100 rents from 2024 to 2026 is taken"

PRICES: tuple[tuple[str, str, float, float, str], ...] = (
    ("trainium1", "Trainium1", -0.43, 0.0, _TRAINIUM),
    ("trainium2", "Trainium2", -0.43, 0.0, _TRAINIUM),
    ("trainium3", "Trainium3", -0.43, 0.0, _TRAINIUM),
    ("trainium4", "Trainium4", -0.43, 0.0, _TRAINIUM),
    ("ampere", "Ampere", -0.43, 0.38, "Capacity Blocks of A100 rose from 1.85 to 2.55 USD an hour in 2026; "
     "downwards the fall of H100 rents from 2024 to 2025"),
    ("hopper", "Hopper", -0.43, 0.52, _HOPPER),
    ("blackwell", "Blackwell", -0.43, 0.52, _BLACKWELL),
    ("rubin", "Rubin", -0.43, 0.52, _NONE),
    ("tpu", "TPU", -0.43, 0.52, _NONE),
    ("amd", "AMD", -0.43, 0.52, _NONE),
)  # fmt: skip
"""(generation of chips, name, lowest and highest change a year, source); others keep their price"""


def price_change_key(generation: str) -> str:
    """Key of the assumption: ``price_change_hopper_per_year``."""
    return f"price_change_{generation}_per_year"


def _price_change(generation: str, name: str, low: float, high: float, source: str) -> AssumptionSpec:
    return AssumptionSpec(
        price_change_key(generation),
        f"Purchase price of {name}, change a year",
        "fraction",
        0.0,
        low,
        high,
        "assumption",
        source,
        "0: today's list price holds. From the date of the price on, for what is bought or leased later, in "
        "dollars of then; may be a curve.",
        (("capex_usd", 1), ("usd_per_accelerator_hour", 1)),
        generation=generation,
    )


MONEY: tuple[AssumptionSpec, ...] = (
    AssumptionSpec(
        "fabric_residual_share",
        "Residual value of the network",
        "fraction",
        0.1,
        0.0,
        0.3,
        "assumption",
        "set equal to the servers'; no public series of resale prices",
        "Share of the purchase price left at the end of life; straight line until then.",
        (("usd_per_accelerator_hour", -1), ("tco_usd", -1)),
    ),
    AssumptionSpec(
        "facility_residual_share",
        "Residual value of shell and MEP",
        "fraction",
        0.0,
        0.0,
        0.5,
        "assumption",
        "written off whole; a building of which the United States' tax life is 39 years keeps some value "
        "after 14",
        "Share of the price left at the end of life; straight line until then.",
        (("usd_per_accelerator_hour", -1), ("tco_usd", -1)),
    ),
    AssumptionSpec(
        "trainium_life_more_months",
        "Life of Trainium servers, beyond the servers'",
        "month",
        0.0,
        -24.0,
        12.0,
        "assumption",
        "nobody states one: Amazon's 5 years are for all its servers, analysts argue 3 to 6 for accelerators",
        "Added to the life of servers for systems with Trainium.",
        (("usd_per_accelerator_hour", -1),),
    ),
    AssumptionSpec(
        "trainium_residual_more",
        "Residual value of Trainium servers, beyond the servers'",
        "fraction",
        0.0,
        -0.1,
        0.1,
        "assumption",
        "nobody but AWS runs them, so that no market for used ones is known; the span is that of servers",
        "Added to the residual share of servers for systems with Trainium, which stays within 0 and 1.",
        (("usd_per_accelerator_hour", -1), ("tco_usd", -1)),
    ),
    AssumptionSpec(
        "inflation_per_year",
        "Inflation",
        "fraction",
        0.02,
        0.0,
        0.042,
        "estimate",
        "2 %, the longer-run goal of the Federal Reserve; United States consumer prices (CPI-U) rose "
        "1.8 % a year from 2009 to 2019 and 4.2 % from 2019 to 2024",
        "Raises what is a plain figure in dollars of the design's money year, from its middle on: staff, "
        "engineer-weeks, water, colocation. Tariffs, rents, purchase prices and the value of tokens stay as "
        "entered.",
        (("opex_usd_per_month", 1), ("usd_per_accelerator_hour", 1)),
    ),
    *(_price_change(*row) for row in PRICES),
)
