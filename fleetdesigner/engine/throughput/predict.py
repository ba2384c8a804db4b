"""Forecasts of measured points, each in the metric and by the convention it was published in."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from fleetdesigner.engine.throughput.calibration import Calibration
from fleetdesigner.engine.throughput.calibration import band_name as class_name
from fleetdesigner.engine.throughput.measures import (
    SERVING_METRICS,
    TIME_METRICS,
    TRAINING_METRICS,
    training_value,
)
from fleetdesigner.engine.throughput.point_serving import (
    ServingRow,
    read_serving,
    serving_times,
    serving_value,
)
from fleetdesigner.engine.throughput.point_training import TrainingRow, read_training, training_times

if TYPE_CHECKING:
    from fleetdesigner.catalog import Catalog


@dataclass(frozen=True, slots=True)
class Prediction:
    """Forecast of one point. ``predicted`` is None outside the model, and ``why`` says why."""

    id: str
    predicted: float | None
    unit: str
    low: float | None
    high: float | None
    breakdown: tuple[tuple[str, float], ...]
    """(term, seconds of the step) of training, (term, milliseconds a token) of serving."""
    why: str
    """Why there is no forecast, or what it had to assume; empty when neither."""


def predict_point(point: Mapping[str, Any], catalog: Catalog, cal: Calibration) -> Prediction:
    """The forecast of one point; the same as in a list of thousands."""
    return predict_points([point], catalog, cal)[0]


def predict_points(
    points: Sequence[Mapping[str, Any]], catalog: Catalog, cal: Calibration
) -> list[Prediction]:
    """Forecasts of all points, in their order; each kind is evaluated in one vectorised call."""
    answers: dict[int, Prediction] = {}
    training: list[tuple[int, TrainingRow]] = []
    serving: list[tuple[int, ServingRow]] = []
    for at, point in enumerate(points):
        row = _read(point, catalog)
        if isinstance(row, TrainingRow):
            training.append((at, row))
        elif isinstance(row, ServingRow):
            serving.append((at, row))
        else:
            answers[at] = _none(point, row)
    with np.errstate(all="ignore"):  # absurd figures give no finite time, and are refused below
        _fill(answers, training, serving, cal)
    return [answers[at] for at in range(len(points))]


def band_name(point: Mapping[str, Any], catalog: Catalog, cal: Calibration) -> str:
    """Name of the class of residuals that the point belongs to; unfitted where the model ends."""
    row = _read(point, catalog)
    if isinstance(row, TrainingRow):
        fitted = cal.gemm(row.chip, row.dtype).fitted
        return class_name("training", row.shape.family, fitted, searched=not row.known_layout)
    if isinstance(row, ServingRow):
        return class_name("serving", row.shape.family, cal.bandwidth(row.chip).fitted)
    return class_name("training" if point.get("kind") == "training" else "serving", "", False)


def _fill(
    answers: dict[int, Prediction],
    training: Sequence[tuple[int, TrainingRow]],
    serving: Sequence[tuple[int, ServingRow]],
    cal: Calibration,
) -> None:
    if training:
        times = training_times([row for _, row in training], cal)
        for (at, row), time in zip(training, times, strict=True):
            answers[at] = (
                _none(row.point, time)
                if isinstance(time, str)
                else _trained(row, time.seconds, time.terms, cal)
            )
    if serving:
        served = serving_times([row for _, row in serving], cal)
        for column, (at, served_row) in enumerate(serving):
            value, terms = serving_value(served_row, served, column, cal)
            fits = float(served.capacity_sequences[column]) > 0
            answers[at] = _served(served_row, value, terms, fits, cal)


def _read(point: Mapping[str, Any], catalog: Catalog) -> TrainingRow | ServingRow | str:
    kind, metric = point.get("kind"), point.get("metric")
    if kind == "training":
        return (
            read_training(point, catalog) if metric in TRAINING_METRICS else f"no training metric {metric!r}"
        )
    if kind == "inference":
        return read_serving(point, catalog) if metric in SERVING_METRICS else f"no serving metric {metric!r}"
    return f"kind {kind!r} is neither training nor inference"


def _none(point: Mapping[str, Any], why: str) -> Prediction:
    return Prediction(str(point.get("id", "")), None, str(point.get("unit", "")), None, None, (), why)


def _trained(
    row: TrainingRow, seconds: float, terms: tuple[tuple[str, float], ...], cal: Calibration
) -> Prediction:
    value = training_value(row.point, row.shape, seconds, row.chips, row.chip.bf16_flops)
    fitted = cal.known(row.chip, "training", row.dtype)
    band = cal.band("training", row.shape.family, fitted, searched=not row.known_layout)
    return _banded(row.point, value, terms, row.assumed, band)


def _served(
    row: ServingRow, value: float, terms: tuple[tuple[str, float], ...], fits: bool, cal: Calibration
) -> Prediction:
    fitted = cal.known(row.chip, "serving", row.request.dtype)
    assumed = row.assumed if fits else (*row.assumed, "the weights do not fit by our memory rule")
    return _banded(row.point, value, terms, assumed, cal.band("serving", row.shape.family, fitted))


def _banded(
    point: Mapping[str, Any],
    value: float,
    terms: tuple[tuple[str, float], ...],
    assumed: tuple[str, ...],
    band: Any,
) -> Prediction:
    if not math.isfinite(value) or value <= 0:
        return _none(point, "the figures of the point give no finite time")
    low, high = band.low, band.high
    if point["metric"] not in TIME_METRICS:
        low, high = 1.0 / band.high, 1.0 / band.low
    why = f"assumed: {'; '.join(assumed)}" if assumed else ""
    return Prediction(
        str(point.get("id", "")), value, str(point.get("unit", "")), value * low, value * high, terms, why
    )
