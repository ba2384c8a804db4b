"""The table of a translation as data: which figures, in which order, in which words."""

from __future__ import annotations

from dataclasses import dataclass

from fleetdesigner.engine.commitments.units import Fact
from fleetdesigner.engine.commitments.values import Bound
from fleetdesigner.values import Grade


@dataclass(frozen=True, slots=True)
class FigureSpec:
    """One line of the table."""

    id: str
    name: str
    group: str
    unit: str
    formula: str
    like: str = ""
    """The solved figure whose span it shares; empty = its own."""
    per: str = ""
    """What the unit is counted by, which the name says already: ``/MW``."""


@dataclass(frozen=True, slots=True)
class Rest:
    """How far one fact moves a figure: its value with the fact at its low and its high end."""

    fact: Fact
    at_low: float
    at_high: float
    weight: float
    """|∂ln figure / ∂ln fact|"""


@dataclass(frozen=True, slots=True)
class Figured:
    """A line of the table with its numbers."""

    id: str
    name: str
    group: str
    unit: str
    per: str
    value: float | None
    low: float | None
    high: float | None
    bound: Bound
    grade: Grade
    """The grade that carries the largest share; none when there is no value."""
    worst: Grade
    rests_on: tuple[Rest, ...]
    """What moves it, furthest first."""
    formula: str
    why: str = ""
    """Why there is no value."""


SIZE, POWER, MONEY = "Size", "Power", "Money"

SPECS: tuple[FigureSpec, ...] = (
    FigureSpec("chips", "Chips", SIZE, "chip", "whole rack systems × chips in each"),
    FigureSpec("systems", "Rack systems", SIZE, "count", "chips ÷ chips in a system", "chips"),
    FigureSpec("racks", "Racks", SIZE, "count", "systems × racks in each", "chips"),
    FigureSpec("positions", "Floor positions", SIZE, "count", "systems × positions of each", "chips"),
    FigureSpec("halls", "Halls", SIZE, "count", "IT power ÷ size of a hall, one kind in each", "it_kw"),
    FigureSpec("chips_by_power", "Chips by the power given", SIZE, "chip", "power given ÷ kW a chip"),
    FigureSpec(
        "chips_by_rent", "Chips by the dollars, rented", SIZE, "chip", "dollars ÷ (rent × hours of a chip)"
    ),
    FigureSpec(
        "chips_by_own", "Chips by the dollars, at cost", SIZE, "chip",
        "dollars ÷ (cost of owning × hours of a chip): the most that could be had",
    ),
    FigureSpec(
        "it_kw", "IT power", POWER, "kW", "servers, network, storage and management, provisioned"
    ),
    FigureSpec("facility_kw", "Facility power", POWER, "kW", "IT power × PUE in the worst month"),
    FigureSpec("kw_per_chip", "Facility power a chip", POWER, "kW", "facility power ÷ chips", "", "/chip"),
    FigureSpec("chips_per_gw", "Chips a GW", POWER, "chip", "1 GW of facility power ÷ facility power a chip"),
    FigureSpec("chip_hours", "Chip-hours of the term", MONEY, "h", "chips in service × 730 h, by month"),
    FigureSpec(
        "usd_per_chip_hour", "Implied price of a chip-hour", MONEY, "usd/h", "dollars ÷ chip-hours"
    ),
    FigureSpec("rent", "Rent of a chip-hour", MONEY, "usd/h", "mean of the price book over the chips"),
    FigureSpec(
        "own", "Cost of owning, a chip-hour", MONEY, "usd/h",
        "all cost as annuities, energy at the provisioned draw, no margin",
    ),
    FigureSpec("usd_at_own", "The term at cost", MONEY, "usd", "chip-hours × cost of owning"),
    FigureSpec("usd_per_mw", "Implied $ a facility MW", MONEY, "usd", "dollars ÷ facility power", "", "/MW"),
    FigureSpec(
        "usd_per_mw_year", "Implied $ a MW and year", MONEY, "usd", "dollars ÷ facility power ÷ years", "",
        "/MW/year",
    ),
    FigureSpec("usd_per_chip", "Implied $ a chip", MONEY, "usd", "dollars ÷ chips", "", "/chip"),
    FigureSpec("capex", "Capex by the engine", MONEY, "usd", "servers, network, spares, shell and plant"),
)  # fmt: skip
