"""Cost of a million output tokens by month."""

from __future__ import annotations

from fleetdesigner.charts.sentences import plain
from fleetdesigner.charts.spec import ChartSpec, Layer

CHART = ChartSpec(
    id="token_cost",
    name="Cost of tokens",
    unit="usd/million tokens",
    words="{}, on reservation",
    layers=(Layer("usd_per_million_tokens", "line", "Output token cost", weight=2.5),),
    headline="usd_per_million_tokens",
    headline_name="A million output tokens",
    sentence=plain,
    empty="Needs a workload that serves, and prices",
)
