"""Demand that is not served, by the limit that keeps it so."""

from __future__ import annotations

import numpy as np

from fleetdesigner.charts.reading import Reading
from fleetdesigner.charts.sentences import first_month_where, no_figure
from fleetdesigner.charts.spec import ChartSpec, Layer, Sentence
from fleetdesigner.units import text

_CAUSES = "unmet_tokens_per_s.cause:"
_TRIFLE = 1e-3
"""Share of the most that is unmet by a cause below which nobody speaks of it."""


def _sentence(reading: Reading, row: int) -> Sentence:
    unmet = reading.headline
    if unmet is None or not unmet.known:
        return no_figure(reading)
    causes = [(trace, float(np.nansum(trace.values))) for trace in reading.parts(_CAUSES)]
    if not causes or max(weight for _, weight in causes) <= 0:
        return (("All demand is served ", False), ("in every month", True), (".", False))
    largest = max(causes, key=lambda one: one[1])[0]
    values = np.nan_to_num(largest.values)
    begins = first_month_where(reading, values > _TRIFLE * values.max())
    return (
        ("Mostly ", False),
        (largest.name.lower(), True),
        (f" from {begins}, up to {text(float(values.max()), 'token/s')}.", False),
    )


CHART = ChartSpec(
    id="unmet_cause",
    name="Unmet demand by cause",
    unit="token/s",
    words="output {}",
    layers=(Layer(_CAUSES, "stack", colours="cost"),),
    headline="unmet_tokens_per_s",
    headline_name="Unmet demand",
    sentence=_sentence,
    empty="No demand is unmet",
    total="Unmet",
)
