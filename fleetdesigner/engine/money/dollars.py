"""In which dollars results are: of the month in which they are paid (nominal), or of one year (real).

A real flow is the nominal one over the price level; discounted by the real rate, it has the same present
value.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.design.model import Design
from fleetdesigner.engine.assumptions.in_force import Assumptions

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Dollars:
    """The dollars of a sample's results."""

    real: bool
    year: int
    """Whose middle real dollars are of."""
    level: Array
    """[M] nominal dollars for one of these."""
    rate: float
    """Yearly rate that discounts a flow in these dollars; real, (1 + discount rate) / (1 + inflation) − 1."""

    @property
    def first(self) -> float:
        """Dollars of the first month for one of these."""
        return float(self.level[0])

    @property
    def words(self) -> str:
        """``real, dollars of 2026``"""
        return f"real, dollars of {self.year}" if self.real else "nominal"


def dollars_of(design: Design, assumptions: Assumptions) -> Dollars:
    """What a design asks for."""
    rate = assumptions["discount_rate"]
    if design.dollars == "nominal":
        return Dollars(False, design.money_year, np.ones(assumptions.months), rate)
    real = (1.0 + rate) / (1.0 + assumptions.inflation) - 1.0
    return Dollars(True, design.money_year, assumptions.price_level, real)
