"""Cash summed from the first month: where it is back at 0, and where it is back at the baseline."""

from __future__ import annotations

import numpy as np

from fleetdesigner.charts.reading import Reading
from fleetdesigner.charts.sentences import month_of, no_figure
from fleetdesigner.charts.spec import ChartSpec, Layer, Sentence
from fleetdesigner.engine.break_even import back_for_good
from fleetdesigner.units import text


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
    words="{}, summed from the first month",
    layers=(Layer("cumulative_cash_usd", "line", "Cash so far", weight=2.5),),
    headline="cumulative_cash_usd",
    headline_name="Cash so far",
    sentence=_sentence,
    empty="Needs racks, or a workload that pays",
)
