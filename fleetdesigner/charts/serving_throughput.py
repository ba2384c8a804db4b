"""Serving capacity by pool and rack system, piled up beside the demand: what the pools give together is what
meets it, and stays readable with a dozen of them."""

from __future__ import annotations

import numpy as np

from fleetdesigner.charts.reading import Reading
from fleetdesigner.charts.sentences import against_baseline, first_month_where, no_figure, value_now
from fleetdesigner.charts.spec import ChartSpec, Layer, Sentence


def _sentence(reading: Reading, row: int) -> Sentence:
    capacity, demand = reading.headline, reading.trace("demand_tokens_per_s")
    if capacity is None or reading.now(row) is None:
        return no_figure(reading)
    if reading.baseline is not None:
        before = against_baseline(reading, row)
        if before:
            return (("Serves up to ", False), (value_now(reading, row), True), *before, (".", False))
    if demand is not None and demand.known:
        short = np.nan_to_num(demand.values) > np.nan_to_num(capacity.values) * (1 + 1e-9)
        month = first_month_where(reading, short, row)
        if month is None:
            return (("Capacity meets demand ", False), ("to the end of the plan", True), (".", False))
        return (("Demand passes capacity in ", False), (month, True), (".", False))
    return (("Serves up to ", False), (value_now(reading, row), True), (".", False))


CHART = ChartSpec(
    id="serving",
    name="Serving throughput",
    unit="token/s",
    words="output {} by pool",
    layers=(
        Layer("serving_tokens_per_s.part:", "stack", colours="family"),
        Layer("demand_tokens_per_s", "line", "Demand"),
        Layer("unmet_tokens_per_s", "unmet", "Unmet"),
    ),
    headline="serving_tokens_per_s",
    headline_name="Serving",
    sentence=_sentence,
    empty="Needs a pool and a workload that serves",
)
