"""An input behind a number, and how much of the number hangs on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from fleetdesigner.engine.results import KpiInput
from fleetdesigner.values import Grade


class Weighted(NamedTuple):
    """An input and how much of the number hangs on it, in the need's own unit.

    The grade is asked for at every step of the hand, the words only when somebody opens the card of a KPI.
    """

    grade: Grade
    weight: float
    tell: Callable[[], KpiInput]

    @property
    def input(self) -> KpiInput:
        """The input in words."""
        return self.tell()
