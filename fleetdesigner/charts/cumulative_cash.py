"""Cash so far, plain and at present value, with the months in which the plan has paid back."""

from __future__ import annotations

import numpy as np

from fleetdesigner.charts.reading import Reading, Trace
from fleetdesigner.charts.sentences import against_baseline, month_of, no_figure
from fleetdesigner.charts.spec import ChartSpec, Layer, Note, Sentence
from fleetdesigner.units import text

PLAIN, PRESENT = "cumulative_cash_usd", "cumulative_present_usd"


def payback_row(trace: Trace | None) -> int | None:
    """Row of months in which a cumulative flow is back at 0 after it was below; None when it never is."""
    if trace is None or np.isnan(trace.values).any() or not (trace.values < 0).any():
        return None
    first = int(np.argmax(trace.values < 0))
    back = np.flatnonzero(trace.values[first:] >= 0)
    return first + int(back[0]) if back.size else None


def _notes(reading: Reading) -> tuple[Note, ...]:
    named = ((PLAIN, "Payback"), (PRESENT, "Discounted payback"))
    rows = [(payback_row(reading.trace(series)), words) for series, words in named]
    return tuple((row, f"{words} {month_of(reading, row)}") for row, words in rows if row is not None)


def _sentence(reading: Reading, row: int) -> Sentence:
    now = reading.now(row)
    if now is None:
        return no_figure(reading)
    before = against_baseline(reading, row)
    if not before and reading.headline is not None:
        lowest = int(np.nanargmin(reading.headline.values))
        least = float(reading.headline.values[lowest])
        if least < 0 and lowest != row:
            before = ((f"; most tied up {text(-least, 'usd')} in {month_of(reading, lowest)}", False),)
    word = "brought" if now >= 0 else "taken"
    return ((f"So far {word} ", False), (text(abs(now), "usd"), True), *before, (".", False))


CHART = ChartSpec(
    id="cumulative_cash",
    name="Cumulative cash",
    unit="usd",
    words="{}, so far",
    layers=(
        Layer(PRESENT, "line", "Discounted", shade="ink3", weight=1.75),
        Layer(PLAIN, "line", "So far", weight=2.5),
    ),
    headline=PLAIN,
    headline_name="Cumulative cash",
    sentence=_sentence,
    empty="Needs racks, or a workload that pays",
    notes=_notes,
)
