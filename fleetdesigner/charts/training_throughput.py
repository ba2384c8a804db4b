"""Tokens a second of each training run."""

from __future__ import annotations

from fleetdesigner.charts.sentences import plain
from fleetdesigner.charts.spec import ChartSpec, Layer

CHART = ChartSpec(
    id="training",
    name="Training throughput",
    unit="token/s",
    words="{} by run",
    layers=(Layer("training_tokens_per_s.workload:", "stack", colours="cost"),),
    headline="training_tokens_per_s",
    headline_name="Training",
    sentence=plain,
    empty="Needs a pool and a training run",
    total="Together",
)
