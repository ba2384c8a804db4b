"""Capital spent so far, and the cash of each month."""

from __future__ import annotations

import numpy as np

from fleetdesigner.charts.reading import Reading
from fleetdesigner.charts.sentences import against_baseline, month_of, no_figure, value_now
from fleetdesigner.charts.spec import ChartSpec, Layer, Sentence
from fleetdesigner.units import text


def _sentence(reading: Reading, row: int) -> Sentence:
    if reading.now(row) is None:
        return no_figure(reading)
    before = against_baseline(reading, row)
    cash = reading.trace("cash_flow_usd")
    if not before and cash is not None and cash.known:
        worst = int(np.nanargmin(cash.values))
        if cash.values[worst] < 0:
            spent = text(-float(cash.values[worst]), "usd")
            before = ((f"; {month_of(reading, worst)} takes {spent}, the most of any month", False),)
    return (("Capex so far: ", False), (value_now(reading, row), True), *before, (".", False))


CHART = ChartSpec(
    id="capex_cash",
    name="Capex and cash",
    unit="usd",
    words="{}, so far and by month",
    layers=(
        Layer("cash_flow_usd", "bars", "Cash of the month"),
        Layer("capex_usd", "line", "Capex so far"),
    ),
    headline="capex_usd",
    headline_name="Capex so far",
    sentence=_sentence,
    empty="Needs racks that are bought, or a workload that pays",
)
