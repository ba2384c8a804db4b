"""Carbon of the electricity used, by month."""

from __future__ import annotations

from fleetdesigner.charts.sentences import plain
from fleetdesigner.charts.spec import ChartSpec, Layer

CHART = ChartSpec(
    id="carbon",
    name="Carbon",
    unit="t/month",
    words="{}, CO₂e of electricity",
    layers=(Layer("carbon_t_per_month", "line", "Carbon", weight=2.5),),
    headline="carbon_t_per_month",
    headline_name="Carbon",
    sentence=plain,
    empty="Needs a rack and a site with a carbon figure",
)
