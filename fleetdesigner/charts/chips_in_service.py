"""Accelerators in service by generation."""

from __future__ import annotations

from fleetdesigner.charts.sentences import plain
from fleetdesigner.charts.spec import ChartSpec, Layer

CHART = ChartSpec(
    id="chips",
    name="Accelerators",
    unit="chip",
    words="{}in service",
    layers=(Layer("chips.generation:", "stack", colours="family"),),
    headline="chips",
    headline_name="In service",
    sentence=plain,
    empty="Draws its first line with the first rack",
    total="Together",
)
