"""What a commitment says, and what the planner decides about the rest."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field, model_validator

from fleetdesigner.design.curves import Month
from fleetdesigner.units import parse
from fleetdesigner.values import Grade, Value

Bound = Literal["", "at most", "at least"]
Basis = Literal["facility", "IT", "not said"]
Anchor = Literal["auto", "chips", "power", "dollars"]
LEAST_HALL_KW, MOST_HALL_KW, MOST_POSITIONS = 100.0, 1e6, 1_000_000
TYPED = "typed by the planner"


class CommitmentError(ValueError):
    """A commitment that cannot be read or used. ``str()`` is one line: place, fault, remedy."""


class Amount(Value):
    """One given number: a point with the span its source leaves, or a bound ("up to")."""

    value: Annotated[float, Field(gt=0, le=1e18)]
    bound: Bound = ""
    low: Annotated[float, Field(gt=0)] | None = None
    high: Annotated[float, Field(gt=0)] | None = None
    evidence: Grade = "assumption"
    source: str = TYPED
    date: str = ""
    note: str = ""

    @model_validator(mode="after")
    def _inside(self) -> Amount:
        if (self.low is not None and self.low > self.value) or (
            self.high is not None and self.high < self.value
        ):
            raise ValueError("the value lies outside its span")
        return self


class Commitment(Value):
    """What was announced. What is None was not said."""

    id: str = ""
    name: str
    announced: str = ""
    power_kw: Amount | None = None
    power_basis: Basis = "not said"
    """What the kW are counted at; not said = taken as facility power."""
    chips: Amount | None = None
    usd: Amount | None = None
    usd_for: Literal["services", "building"] = "services"
    """Dollars for hours of use, or for what was built."""
    years: Annotated[float, Field(gt=0, le=20)] | None = None
    start_month: Month | None = None
    full_month: Month | None = None
    """Month in which all of it runs."""
    systems: Annotated[tuple[str, ...], Field(max_length=4)] = ()
    """Rack systems that were named."""
    site: str = ""
    """A place of the catalog, where one was named."""
    notes: tuple[str, ...] = ()
    """What sources disagree about, and what is missing."""

    @model_validator(mode="after")
    def _says_something(self) -> Commitment:
        if self.power_kw is None and self.chips is None and self.usd is None:
            raise ValueError("says no power, no chips and no dollars")
        start, full = self.start_month, self.full_month
        if start is not None and full is not None and full < start:
            raise ValueError("is complete before it starts")
        return self


def hall_size(typed: str) -> tuple[float, int | None]:
    """(IT kW, floor positions or None) of ``100 MW`` or ``1,500 positions``. Raises ValueError with words for
    the field.
    """
    match = re.fullmatch(r"\s*([\d,]+)\s*(?:floor\s+)?positions?\s*", typed, re.IGNORECASE)
    if match is None:
        kw = parse(typed, "kW")
        if not LEAST_HALL_KW <= kw <= MOST_HALL_KW:
            raise ValueError("must be 100 kW to 1 GW, or a number of positions")
        return kw, None
    positions = int(match[1].replace(",", "") or 0)
    if not 1 <= positions <= MOST_POSITIONS:
        raise ValueError(f"must be 1 to {MOST_POSITIONS:,} positions")
    return MOST_HALL_KW, positions


class Choices(Value):
    """What the announcement leaves open and the planner decides."""

    systems: Annotated[tuple[str, ...], Field(max_length=4)] = ()
    """Rack systems, in the order in which they land; empty = those the commitment names."""
    shares: Annotated[tuple[Annotated[float, Field(ge=0, le=1)], ...], Field(max_length=4)] = ()
    """Of the chips, one for each system; empty = equal."""
    site: str = ""
    """A place of the catalog; empty = where the commitment says, else the mean of the United States."""
    hall_it_kw: Annotated[float, Field(ge=LEAST_HALL_KW, le=MOST_HALL_KW)] = 100_000
    """A hall takes at most so much IT power."""
    hall_positions: Annotated[int, Field(ge=1, le=MOST_POSITIONS)] | None = None
    """A hall has at most so many floor positions."""
    start_month: Month | None = None
    ramp_months: Annotated[int, Field(ge=1, le=120)] | None = None
    shape: Literal["linear", "s"] = "linear"
    step_months: Annotated[int, Field(ge=1, le=24)] = 6
    """A phase lands every so many months."""
    price_book: str = "market-2026-11"
    anchor: Anchor = "auto"
    """What the size follows from; auto = chips, else power, else dollars."""
