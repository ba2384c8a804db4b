"""Revenue of the month beside what running costs."""

from __future__ import annotations

from fleetdesigner.charts.reading import Reading
from fleetdesigner.charts.sentences import no_figure, value_now
from fleetdesigner.charts.spec import ChartSpec, Layer, Sentence
from fleetdesigner.units import text


def _sentence(reading: Reading, row: int) -> Sentence:
    revenue, running = reading.now(row), reading.at(reading.trace("opex_usd_per_month"), row)
    if revenue is None:
        return no_figure(reading)
    if running is None:
        return (("Revenue: ", False), (value_now(reading, row), True), (" a month.", False))
    left = revenue - running
    word = "leaves" if left >= 0 else "misses running cost by"
    return ((f"Revenue {word} ", False), (text(abs(left), "usd"), True), (" a month.", False))


CHART = ChartSpec(
    id="revenue",
    name="Revenue and running cost",
    unit="usd/month",
    words="{}, nominal",
    layers=(
        Layer("revenue_usd", "line", "Revenue", weight=2.5),
        Layer("opex_usd_per_month", "line", "Running cost", shade="ink3"),
    ),
    headline="revenue_usd",
    headline_name="Revenue",
    sentence=_sentence,
    empty="Needs a workload with a price for its tokens",
)
