"""Power that is paid for and cannot be used, by what keeps it back."""

from __future__ import annotations

from fleetdesigner.charts.reading import Reading
from fleetdesigner.charts.sentences import against_baseline, largest_part, no_figure, percent, value_now
from fleetdesigner.charts.spec import ChartSpec, Layer, Sentence

_CAUSES = "stranded_power_kw.cause:"


def _sentence(reading: Reading, row: int) -> Sentence:
    value = reading.now(row)
    if value is None:
        return no_figure(reading)
    if value <= 0:
        return (("No power is stranded ", False), ("this month", True), (".", False))
    before = against_baseline(reading, row)
    largest = largest_part(reading, _CAUSES, row)
    if not before and largest is not None:
        before = ((f", {percent(largest[1])} by {largest[0].name.lower()}", False),)
    return (("Paid for and unused: ", False), (value_now(reading, row), True), *before, (".", False))


CHART = ChartSpec(
    id="stranded",
    name="Stranded power",
    unit="kW",
    words="{} by cause",
    layers=(Layer(_CAUSES, "stack", colours="cost"),),
    headline="stranded_power_kw",
    headline_name="Stranded power",
    sentence=_sentence,
    empty="No power is stranded",
    total="Total",
)
