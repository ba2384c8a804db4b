"""Serving capacity a megawatt of the facility gives."""

from __future__ import annotations

from fleetdesigner.charts.sentences import plain
from fleetdesigner.charts.spec import ChartSpec, Layer

CHART = ChartSpec(
    id="efficiency",
    name="Tokens per megawatt",
    unit="token/s/MW",
    words="output {} of facility",
    layers=(Layer("tokens_per_s_per_mw", "line", "Capacity", weight=2.5),),
    headline="tokens_per_s_per_mw",
    headline_name="Each facility MW serves",
    sentence=plain,
    empty="Needs a workload that serves",
)
