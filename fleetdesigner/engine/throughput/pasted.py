"""A planner's own measured number: it rescales the one factor of its chip and stack (THROUGHPUT §9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fleetdesigner.engine.throughput.calibration import Activity, Calibration
from fleetdesigner.engine.throughput.measures import TIME_METRICS
from fleetdesigner.engine.throughput.plans import Refusal
from fleetdesigner.engine.throughput.point_chips import point_chip
from fleetdesigner.engine.throughput.predict import predict_point

if TYPE_CHECKING:
    from fleetdesigner.catalog import Catalog


def calibrated_on(point: Mapping[str, Any], catalog: Catalog, cal: Calibration) -> Calibration | Refusal:
    """The calibration after one measured point, in the form of the validation points, or why it says nothing.

    The forecast of that very point then equals the measured value, and everything else of its chip and
    activity moves by the same factor.
    """
    value = point.get("value")
    if not isinstance(value, int | float) or isinstance(value, bool) or not value > 0:
        return Refusal("the measurement needs a value above 0")
    chip = point_chip(point, catalog)
    if isinstance(chip, str):
        return Refusal(chip)
    forecast = predict_point(point, catalog, cal)
    if forecast.predicted is None:
        return Refusal(forecast.why)
    activity: Activity = "training" if point.get("kind") == "training" else "serving"
    faster = forecast.predicted / value if point["metric"] in TIME_METRICS else value / forecast.predicted
    return cal.with_measurement(chip.chip, activity, faster * cal.speed(chip, activity))
