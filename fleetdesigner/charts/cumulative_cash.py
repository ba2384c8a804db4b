"""Cash summed from the first month: where it is back at 0, and where it is back at the baseline."""

from __future__ import annotations

import numpy as np

from fleetdesigner.charts.reading import Reading, Trace
from fleetdesigner.charts.sentences import month_of, no_figure
from fleetdesigner.charts.spec import ChartSpec, Layer, Note, Sentence
from fleetdesigner.engine.money.break_even import back_for_good
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
    now, head = reading.now(row), reading.headline
    if now is None or head is None:
        return no_figure(reading)
    words = _against_baseline(reading, head.values) or _against_nothing(reading, head.values)
    return (("Cash so far: ", False), (text(now, "usd"), True), (f"{words}.", False))


def _against_baseline(reading: Reading, values: np.ndarray) -> str:
    """``, back at baseline in 2028-05``; nothing where there is no baseline, or it is the same."""
    base = reading.baseline
    if base is None or np.isnan(base).any() or np.isnan(values).any():
        return ""
    gap, scale = values - base, max(float(np.abs(values).max()), float(np.abs(base).max()), 1.0)
    at = back_for_good(gap, scale)
    if at is not None:
        return f", ahead of baseline for good from {month_of(reading, at)}"
    if (np.abs(gap) <= 1e-9 * scale).all():
        return ", same as baseline"
    way = "behind" if gap[-1] < 0 else "ahead of"
    return f", {text(abs(float(gap[-1])), 'usd')} {way} baseline at the end"


def _against_nothing(reading: Reading, values: np.ndarray) -> str:
    """``, back at 0 in 2029-03``"""
    if np.isnan(values).any():
        return ""
    at = back_for_good(values, max(float(np.abs(values).max()), 1.0))
    if at is not None:
        return f", back at 0 for good in {month_of(reading, at)}"
    if values[-1] < 0:
        return ", not back at 0 in the horizon"
    return ", never below 0"


CHART = ChartSpec(
    id="cumulative_cash",
    name="Cash so far",
    unit="usd",
    words="{}, cumulative",
    layers=(
        Layer(PRESENT, "line", "Discounted", shade="ink3", weight=1.75),
        Layer(PLAIN, "line", "Cash so far", weight=2.5),
    ),
    headline=PLAIN,
    headline_name="Cash so far",
    sentence=_sentence,
    empty="Needs racks, or a workload that pays",
    notes=_notes,
)
