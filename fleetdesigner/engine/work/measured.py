"""Own measurements at work: what the model says of the same configuration, and the factor that follows.

factor on speed = measured / forecast (the other way round for times), for every forecast of the same chip and
activity. What cannot be forecast rescales nothing, and says why.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from fleetdesigner.catalog import Catalog, CatalogError
from fleetdesigner.design.measurements import TIMES, Measurement
from fleetdesigner.design.model import Design
from fleetdesigner.engine.remembered import SAMPLES, Remembered
from fleetdesigner.engine.throughput.calibration import Calibration, load_calibration
from fleetdesigner.engine.throughput.chips import ChipFigures
from fleetdesigner.engine.throughput.models import ModelShape, model_shape
from fleetdesigner.engine.throughput.plans import Refusal, ServingRequest, TrainingRequest, refuse_figures
from fleetdesigner.engine.throughput.point_chips import cores_per_chip, point_chip
from fleetdesigner.engine.throughput.point_serving import MOST_QUEUED, ServingRow, serving_times
from fleetdesigner.engine.throughput.point_training import TrainingRow, training_times
from fleetdesigner.engine.throughput.serving import SERVING_TERMS

Terms = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Held:
    """A measurement beside the model's forecast of the same configuration."""

    measurement: Measurement
    forecast: float | None
    """In the metric of the measurement; None where the model says nothing."""
    speed: float
    """Factor on speed that follows: above 1 the chip is faster than forecast; 1 without a forecast."""
    breakdown: Terms
    """Of the forecast: seconds of the step, milliseconds of a token."""
    why: str
    """Why there is no forecast; empty when there is one."""


_CALIBRATIONS: Remembered[Calibration] = Remembered(SAMPLES)
_HELD: Remembered[Held] = Remembered(256)


def calibration_of(design: Design, catalog: Catalog) -> Calibration:
    """The factors that the forecasts of a design use: the shipped ones, rescaled by its own measurements.

    The same object for the same measurements on the same figures, so that forecasts are remembered by it.
    """
    cal = load_calibration()
    if not design.measurements:
        return cal
    factors = tuple(
        (one.chip_id, one.activity, held.speed)
        for one in design.measurements
        if (held := held_of(one, catalog)).forecast is not None
    )

    def make() -> Calibration:
        made = cal
        for chip, activity, speed in factors:
            made = made.with_measurement(chip, activity, speed)
        return made

    return _CALIBRATIONS.get((cal,), factors, make) if factors else cal


def held_of(measurement: Measurement, catalog: Catalog) -> Held:
    """The measurement beside the forecast that the shipped factors give of its configuration."""
    read = _read(measurement, catalog)
    if isinstance(read, str):
        return Held(measurement, None, 1.0, (), read)
    chip, shape = read
    return _HELD.get((), (measurement, chip, shape), lambda: _held(measurement, chip, shape))


def _read(one: Measurement, catalog: Catalog) -> tuple[ChipFigures, ModelShape] | str:
    try:
        model = catalog.model(one.model_id)
    except CatalogError as error:
        return str(error)
    chip = point_chip({"chip": one.chip_id}, catalog)
    return chip if isinstance(chip, str) else (chip, model_shape(model))


def _held(one: Measurement, chip: ChipFigures, shape: ModelShape) -> Held:
    fault = _fault(one, chip, shape)
    if fault:
        return Held(one, None, 1.0, (), fault)
    with np.errstate(all="ignore"):  # absurd configurations give no finite time, and are refused below
        found = _training(one, chip, shape) if one.activity == "training" else _serving(one, chip, shape)
    if isinstance(found, str):
        return Held(one, None, 1.0, (), found)
    forecast, terms = found
    if not math.isfinite(forecast) or forecast <= 0:
        return Held(one, None, 1.0, (), "the configuration gives no finite time")
    speed = forecast / one.value if one.metric in TIMES else one.value / forecast
    return Held(one, forecast, speed, terms, "")


def _fault(one: Measurement, chip: ChipFigures, shape: ModelShape) -> str:
    """Why the configuration cannot be; empty when it can."""
    request = (
        TrainingRequest(shape, chip, one.chips, one.sequence_len, one.global_batch_tokens, one.dtype)
        if one.activity == "training"
        else ServingRequest(shape, chip, one.dtype, one.input_len, one.output_len)
    )
    refusal = refuse_figures(request)
    if refusal is not None:
        return refusal.reason
    if math.isnan(chip.peak(one.dtype)):
        return f"no {one.dtype} rate for {chip.chip}"
    tensor, pipeline = one.tensor or 1, one.pipeline or 1
    if tensor * pipeline > one.chips:
        return f"a layout of {tensor * pipeline:,} chips does not fit on {one.chips:,}"
    if one.chips % (tensor * pipeline):
        return f"{one.chips:,} chips do not divide into groups of {tensor * pipeline:,}"
    if pipeline > shape.layers:
        return f"{pipeline:,} pipeline stages are more than the {shape.layers:.0f} layers"
    if one.activity == "training" and one.global_batch_tokens < one.sequence_len:
        return "the batch is less than one sequence"
    return ""


def _training(one: Measurement, chip: ChipFigures, shape: ModelShape) -> tuple[float, Terms] | str:
    """Forecast in the metric, and seconds of the step by term."""
    known = one.tensor is not None or one.pipeline is not None
    point = {
        "tp": (one.tensor or 1) * cores_per_chip(chip),
        "pp": one.pipeline or 1,
        "micro_batch": one.micro_batch or 1,
        "seq_len": one.sequence_len,
        "global_batch_sequences": one.global_batch_tokens / one.sequence_len,
        "recompute": {"attention": "selective"}.get(one.recompute or "", one.recompute or ""),
    }
    row = TrainingRow(point, shape, chip, one.dtype, float(one.chips), known, ())
    time = training_times([row], load_calibration())[0]
    if isinstance(time, str):
        return time
    rate = one.global_batch_tokens / time.seconds
    forecast = {"step_s": time.seconds, "tokens_per_s": rate}.get(one.metric, rate / one.chips)
    return forecast, time.terms


def _serving(one: Measurement, chip: ChipFigures, shape: ModelShape) -> tuple[float, Terms] | str:
    """Forecast in the metric, and milliseconds of a token by term.

    Where the layout is not known, the best of those that fill the chips: of even replicas, each split over a
    power of two.
    """
    most = int(min(one.chips, chip.domain_chips))
    sizes = (
        [one.tensor]
        if one.tensor is not None
        else [1 << power for power in range(most.bit_length()) if one.chips % (1 << power) == 0]
    )
    request = ServingRequest(shape, chip, one.dtype, float(one.input_len), float(one.output_len))
    rows = []
    for tensor in sizes:
        replicas = one.chips / tensor
        queued = MOST_QUEUED if one.concurrency is None else one.concurrency / replicas
        rows.append(ServingRow({"dtype": one.dtype}, request, float(tensor), 1.0, queued, replicas, 1.0, ()))
    times = serving_times(rows, load_calibration())
    fits = times.capacity_sequences >= 1.0
    if not fits.any():
        return f"{shape.name} with one sequence does not fit on {sizes[-1]:g} chips"
    rates = times.output_tokens_per_s * np.array([row.replicas for row in rows])
    merit = 1.0 / times.tpot_s if one.metric == "tpot_ms" else rates
    at = int(np.argmax(np.where(fits, merit, 0.0)))
    tpot, rate = float(times.tpot_s[at]), float(rates[at])
    forecast = {"tpot_ms": 1e3 * tpot, "output_tokens_per_s": rate}.get(one.metric, rate / one.chips)
    terms = (1e3 * times.terms[:, at]).tolist()
    return forecast, tuple(zip(SERVING_TERMS, terms, strict=True))


def own_words(design: Design, chip_id: str, activity: str) -> str:
    """Behind "our model": ``, rescaled by your measurement (cluster test)``; empty without one."""
    key = f"{chip_id}/{activity}"
    one = next((held for held in design.measurements if held.key == key), None)
    if one is None:
        return ""
    said = ", ".join(part for part in (one.source, one.date) if part)
    return f", rescaled by your measurement{f' ({said})' if said else ''}"


def refusal_of(measurement: Measurement, catalog: Catalog) -> Refusal | None:
    """Why a measurement would rescale nothing; None when it does."""
    why = held_of(measurement, catalog).why
    return Refusal(why) if why else None
