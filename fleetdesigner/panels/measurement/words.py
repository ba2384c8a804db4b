"""Own measurements in sentences, the same in dialog, list, inspector and views."""

from __future__ import annotations

from fleetdesigner.catalog import Catalog
from fleetdesigner.design.measurements import Measurement
from fleetdesigner.design.model import Design
from fleetdesigner.engine.work.measured import Held, held_of
from fleetdesigner.panels.measurement.text import METRIC_WORDS
from fleetdesigner.units import digits


def value_words(value: float, metric: str) -> str:
    """``900 tok/s a chip``"""
    return f"{digits(value)} {METRIC_WORDS[metric]}"


def factor_words(speed: float) -> str:
    """``× 0.79``"""
    return f"× {digits(speed)}"


def held_words(held: Held, chip: str) -> str:
    """What follows from a measurement, in two sentences."""
    one = held.measurement
    if held.forecast is None:
        return f"Not used: {held.why}."
    forecast = value_words(held.forecast, one.metric)
    return (
        f"The model forecasts {forecast} for this. With your number all {one.activity} forecasts on {chip} "
        f"run at {digits(held.speed)} times their speed and are graded measured."
    )


def line_words(held: Held, chip: str) -> tuple[str, str]:
    """Title and detail of a row of the list."""
    one = held.measurement
    title = f"{chip}, {one.activity}: {value_words(one.value, one.metric)}"
    whose = ", ".join(part for part in (one.source, one.date) if part) or "no source given"
    if held.forecast is None:
        return title, f"not used: {held.why} · {whose}"
    return title, f"forecast {digits(held.forecast)}, so {factor_words(held.speed)} · {whose}"


def measurement_for(design: Design, chip_id: str, activity: str) -> Measurement | None:
    """The planner's own measurement of a chip and activity."""
    key = f"{chip_id}/{activity}"
    return next((one for one in design.measurements if one.key == key), None)


def beside_forecast(design: Design, catalog: Catalog, chip_id: str, activity: str) -> str:
    """What stands beside a forecast that a measurement rescales; empty where none does."""
    one = measurement_for(design, chip_id, activity)
    if one is None:
        return ""
    held = held_of(one, catalog)
    if held.forecast is None:
        return ""
    whose = ", ".join(part for part in (one.source, one.date) if part)
    return f"{factor_words(held.speed)} by your measurement{f' ({whose})' if whose else ''}"
