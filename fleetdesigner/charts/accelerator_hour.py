"""Cost of an hour of an accelerator in service."""

from __future__ import annotations

from fleetdesigner.charts.sentences import plain
from fleetdesigner.charts.spec import ChartSpec, Layer

CHART = ChartSpec(
    id="accelerator_hour",
    name="Accelerator-hour cost",
    unit="usd/accelerator-hour",
    words="{}",
    layers=(Layer("usd_per_accelerator_hour", "line", "All accelerators", weight=2.5),),
    headline="usd_per_accelerator_hour",
    headline_name="An accelerator-hour",
    sentence=plain,
    empty="Needs a rack and a price book",
)
