"""What a change did to the plan, in three figures: dollars, months to capacity, demand that is not served."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from fleetdesigner.engine.results import Results
from fleetdesigner.units import HOURS_PER_MONTH, signed


@dataclass(frozen=True, slots=True)
class Impact:
    """Differences; None = a figure is missing on one side."""

    npv_usd: float | None
    months: float | None
    """To the highest count of accelerators."""
    unserved_tokens: float | None
    """Output tokens over the plan."""

    def lines(self) -> tuple[tuple[str, str], ...]:
        """(label, value) of each."""
        return (
            ("Δ NPV", _words(self.npv_usd, "usd")),
            ("Δ capacity complete", _months(self.months)),
            ("Δ unserved", _words(self.unserved_tokens, "token")),
        )


def impact(before: Results, now: Results) -> Impact:
    """`now` against `before`, over the whole plan."""
    return Impact(
        _difference(_kpi(before, "npv_usd"), _kpi(now, "npv_usd")),
        _difference(_kpi(before, "months_to_capacity"), _kpi(now, "months_to_capacity")),
        _difference(_unserved(before), _unserved(now)),
    )


def _kpi(results: Results, kpi_id: str) -> float | None:
    return results.kpi(kpi_id, brief=True).value


def _unserved(results: Results) -> float | None:
    """Output tokens of serving, agents and batch that nobody serves, over the plan."""
    found = float(np.sum(results.states[0].unmet_output)) * HOURS_PER_MONTH * 3600.0
    return found if math.isfinite(found) else None


def _difference(before: float | None, now: float | None) -> float | None:
    return None if before is None or now is None else now - before


def _words(value: float | None, unit: str) -> str:
    if value is None:
        return "no figure"
    return "none" if value == 0 else signed(value, unit)


def _months(value: float | None) -> str:
    if value is None:
        return "no figure"
    count = abs(round(value))
    return "none" if not count else f"{'+' if value > 0 else '−'}{count} month{'' if count == 1 else 's'}"
