"""What one assumption of the registry says about itself."""

from __future__ import annotations

from dataclasses import dataclass

from fleetdesigner.values import Grade


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
