"""Cost a month, every item: what was bought is spread over its life as an annuity."""

from __future__ import annotations

from fleetdesigner.charts.reading import Reading
from fleetdesigner.charts.sentences import against_baseline, largest_part, no_figure, percent, value_now
from fleetdesigner.charts.spec import ChartSpec, Layer, Sentence

_ITEMS = "cost_usd_per_month.item:"


def _sentence(reading: Reading, row: int) -> Sentence:
    if reading.now(row) is None:
        return no_figure(reading)
    before = against_baseline(reading, row)
    if not before:
        largest = largest_part(reading, _ITEMS, row)
        if largest is not None:
            trace, share = largest
            before = ((f", {percent(share)} {trace.name.lower()}", False),)
    return ((value_now(reading, row), True), *before, (".", False))


CHART = ChartSpec(
    id="monthly_cost",
    name="Monthly cost",
    unit="usd/month",
    words="{}, capex as annuity",
    layers=(Layer(_ITEMS, "stack", colours="cost"),),
    headline="cost_usd_per_month",
    headline_name="Monthly cost",
    sentence=_sentence,
    empty="Needs a rack and a price book",
    total="Total",
)
