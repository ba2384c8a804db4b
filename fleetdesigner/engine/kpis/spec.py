"""What a KPI is: name, definition, value and needs."""

from __future__ import annotations

from dataclasses import dataclass

from fleetdesigner.engine.kpis.values import Value, Why


@dataclass(frozen=True, slots=True)
class Kpi:
    """One KPI of the registry."""

    id: str
    name: str
    unit: str
    better: str
    """higher, lower, or empty when neither is"""
    definition: str
    """Names basis and precision; the month is added."""
    value: Value
    """Of a sample in a month index; NaN = none."""
    needs: tuple[str, ...] = ()
    """See ``grades``."""
    horizon: bool = False
    """Refers to the whole horizon, not to the month."""
    reason: Why | None = None
    """Why there is none when no figure is missing."""
