"""Power: IT load by generation, the facility's draw, and the grid's limit."""

from __future__ import annotations

import numpy as np

from fleetdesigner.charts.reading import Reading
from fleetdesigner.charts.sentences import against_baseline, month_of, no_figure, peak
from fleetdesigner.charts.spec import ChartSpec, Layer, Sentence
from fleetdesigner.units import text


def _sentence(reading: Reading, row: int) -> Sentence:
    head = reading.headline
    found = None if head is None else peak(head.values)
    if head is None or found is None:
        return no_figure(reading)
    at, top = found
    before = () if reading.before(at) is None else against_baseline(reading, at)
    limit = reading.trace("grid_limit_kw")
    if limit is not None and limit.known:
        room = limit.values - head.values
        if np.isfinite(room).any():
            worst = int(np.nanargmin(room))
            left = float(room[worst])
            if left < 0:
                return (
                    ("Facility draws ", False),
                    (text(-left, "kW") + " more", True),
                    (f" than the grid gives, at worst in {month_of(reading, worst)}.", False),
                )
            before = before or ((f", {text(limit.values[at] - top, 'kW')} under the limit", False),)
    return (("Facility peaks at ", False), (text(top, "kW"), True), *before, (".", False))


CHART = ChartSpec(
    id="power",
    name="Power",
    unit="kW",
    words="{}, IT and facility",
    layers=(
        Layer("facility_power_kw", "line", "Facility"),
        Layer("it_power_kw.generation:", "stack", "{} IT", "family"),
        Layer("grid_limit_kw", "limit", "Grid limit", in_legend=False),
    ),
    headline="facility_power_kw",
    headline_name="Facility power",
    sentence=_sentence,
    empty="Draws its first line with the first rack",
)
