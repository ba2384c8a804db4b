"""Money in and out by month, stacked up and down by group: the flow behind NPV, IRR and payback."""

from __future__ import annotations

import numpy as np

from fleetdesigner.charts.reading import Reading
from fleetdesigner.charts.sentences import against_baseline, month_of, no_figure
from fleetdesigner.charts.spec import ChartSpec, Layer, Sentence
from fleetdesigner.units import text

GROUPS = "return_flow_usd.group:"


def _sentence(reading: Reading, row: int) -> Sentence:
    now = reading.now(row)
    if now is None:
        return no_figure(reading)
    before = against_baseline(reading, row)
    if not before and reading.headline is not None:
        worst = int(np.nanargmin(reading.headline.values))
        least = float(reading.headline.values[worst])
        if least < 0 and worst != row:
            before = ((f"; {month_of(reading, worst)} takes {text(-least, 'usd')}, the most", False),)
    word = "brings" if now >= 0 else "takes"
    return ((f"The month {word} ", False), (text(abs(now), "usd"), True), *before, (".", False))


CHART = ChartSpec(
    id="cash_flow",
    name="Cash flow",
    unit="usd",
    words="{}, by month",
    layers=(Layer(GROUPS, "stack", colours="cost"),),
    headline="return_flow_usd",
    headline_name="Cash flow",
    sentence=_sentence,
    empty="Needs racks, or a workload that pays",
    total="Net",
)
