"""What one assumption of the registry says about itself."""

from __future__ import annotations

from dataclasses import dataclass

from fleetdesigner.values import Grade

TRIED = 1.011
"""How far beyond its ends a value may be tried, as a factor."""


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
    generation: str = ""
    """Generation of chips that it is about: a fleet without them does not rest on it. Empty = any."""

    @property
    def least(self) -> float:
        """Below it a value makes no sense: an amount is 0 or more, and what shrinks keeps a tenth a year."""
        return 0.0 if self.low >= 0 else min(self.low, -0.9)

    @property
    def most(self) -> float:
        """Above it a value makes no sense: a share is 1 at most, a time 100 years."""
        if self.unit == "fraction":
            return 1.0 if self.high <= 1 else 100.0
        return 1_200.0 if self.unit == "month" else 1e9

    def fault(self, low: float, high: float) -> str:
        """Why values from `low` to `high` cannot stand, and what can; empty when they can."""
        # evidence tries values a hundredth beyond, which is no fault of the planner's
        if low >= self.least * TRIED and high <= self.most * TRIED:
            return ""
        wrong = low if low < self.least else high
        return f"{wrong:g} is outside {self.least:g} to {self.most:g}; give a value inside"
