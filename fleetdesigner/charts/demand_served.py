"""Demand, what of it is served, and what is not."""

from __future__ import annotations

import numpy as np

from fleetdesigner.charts.reading import Reading
from fleetdesigner.charts.sentences import first_month_where, no_figure
from fleetdesigner.charts.spec import ChartSpec, Layer, Sentence
from fleetdesigner.units import text

_TRIFLE = 1e-3
"""Share of the demand below which nobody speaks of unmet."""


def _sentence(reading: Reading, row: int) -> Sentence:
    unmet = reading.trace("unmet_tokens_per_s")
    if unmet is None or not unmet.known:
        return no_figure(reading)
    demand = reading.trace("demand_tokens_per_s")
    least = 0.0 if demand is None else _TRIFLE * np.nan_to_num(demand.values)
    values = np.where(unmet.values > least, unmet.values, 0.0)
    worst = int(values.argmax())
    most = float(values[worst])
    if most <= 0:
        return (("All demand is served ", False), ("in every month", True), (".", False))
    begins = first_month_where(reading, values > 0)
    return (
        ("Demand goes unmet from ", False),
        (str(begins), True),
        (f", {text(most, 'token/s')} at worst.", False),
    )


CHART = ChartSpec(
    id="unmet",
    name="Demand served",
    unit="token/s",
    words="output {}",
    layers=(
        Layer("served_tokens_per_s", "stack", "Served", shade="accentMid"),
        Layer("serving_tokens_per_s", "line", "Capacity", shade="ink2", weight=1.5),
        Layer("demand_tokens_per_s", "line", "Demand"),
        Layer("unmet_tokens_per_s", "unmet", "Unmet"),
    ),
    headline="served_tokens_per_s",
    headline_name="Served",
    sentence=_sentence,
    empty="Needs a workload with demand",
)
