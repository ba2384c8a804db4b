"""Words the charts' sentences are made of: one effect, one number, compared with the baseline."""

from __future__ import annotations

import numpy as np

from fleetdesigner.charts.reading import Reading, Trace
from fleetdesigner.charts.spec import Sentence
from fleetdesigner.units import digits, month_text, text

_SAME = 1e-6


def no_figure(reading: Reading) -> Sentence:
    """What to say while the headline has no figure."""
    return ((reading.why or f"{reading.spec.headline_name} has no public figure here.", False),)


def against_baseline(reading: Reading, row: int) -> Sentence:
    """``, 261 kW above baseline``; nothing without a baseline."""
    value, before = reading.now(row), reading.before(row)
    if value is None or before is None:
        return ()
    difference = value - before
    if abs(difference) <= _SAME * max(abs(value), abs(before), 1e-12):
        return ((", same as baseline", False),)
    way = "above" if difference > 0 else "below"
    return ((f", {text(abs(difference), _spoken(reading.spec.unit))} {way} baseline", False),)


def _spoken(unit: str) -> str:
    """The unit of a difference: what the sentence has said already is left out."""
    whole = unit.removesuffix("/month").removesuffix("/MW")
    return "" if whole == "token/s" else whole


def amount(value: float, unit: str) -> str:
    """A value with its unit as it is read aloud: ``$306 k a month``. Per MW is for the sentence to say."""
    if unit == "token/s/MW":
        return text(value, "token/s")
    whole, _, per = unit.partition("/")
    return f"{text(value, whole)} a month" if per == "month" else text(value, unit)


def value_now(reading: Reading, row: int) -> str:
    """The headline with its unit in a month."""
    value = reading.now(row)
    return "–" if value is None else amount(value, reading.spec.unit)


def largest_part(reading: Reading, series_start: str, row: int) -> tuple[Trace, float] | None:
    """The largest part of a whole in a month, with its share 0–1."""
    parts = [(t, reading.at(t, row) or 0.0) for t in reading.parts(series_start)]
    whole = sum(value for _, value in parts)
    if whole <= 0:
        return None
    best = max(parts, key=lambda one: one[1])
    return best[0], best[1] / whole


def percent(share: float) -> str:
    """A share as ``58 %``."""
    return f"{digits(share * 100, 2)} %"


def peak(values: np.ndarray) -> tuple[int, float] | None:
    """Row and value of the highest figure."""
    row = int(values.argmax())
    top = float(values[row])
    if np.isnan(top):  # where one figure is missing, it is the one found
        known = np.isfinite(values)
        if not known.any():
            return None
        row = int(np.where(known, values, -np.inf).argmax())
        top = float(values[row])
    return row, top


def month_of(reading: Reading, row: int) -> str:
    """A row of months as ``2027-09``."""
    return month_text(reading.first_month + row)


def first_month_where(reading: Reading, condition: np.ndarray, from_row: int = 0) -> str | None:
    """The first month from a row on in which a condition holds."""
    rows = np.flatnonzero(condition[from_row:])
    return month_of(reading, from_row + int(rows[0])) if rows.size else None


def plain(reading: Reading, row: int) -> Sentence:
    """``Carbon: 41 t a month, 3 t below baseline.``; the peak when this month has nothing."""
    now = reading.now(row)
    if now is None:
        return no_figure(reading)
    top = peak(reading.headline.values) if now == 0 and reading.headline is not None else None
    if top is not None and top[1] > 0:
        return (
            (f"{reading.spec.headline_name}: at most ", False),
            (amount(top[1], reading.spec.unit), True),
            (f", in {month_of(reading, top[0])}.", False),
        )
    return (
        (f"{reading.spec.headline_name}: ", False),
        (value_now(reading, row), True),
        *against_baseline(reading, row),
        (".", False),
    )
