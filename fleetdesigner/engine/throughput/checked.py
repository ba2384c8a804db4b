"""The model against everything that was published: one row a measured point, for views and tables.

Errors are in time: r = predicted / published time, 1 is right, throughputs are inverted. ``left_out`` comes
from factors that were fitted without any point of the same model on the same chip.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.engine.throughput.calibration import Activity, Band, Calibration
from fleetdesigner.engine.throughput.checked_words import CLASS_WORDS, HARDWARE_WORDS, SOURCE_WORDS
from fleetdesigner.engine.throughput.measures import point_tokens, training_seconds
from fleetdesigner.engine.throughput.point_training import TrainingRow, read_training
from fleetdesigner.engine.throughput.predict import Prediction, band_name, predict_points
from fleetdesigner.engine.throughput.validation import (
    Errors,
    Point,
    errors_of,
    pair_of,
    residuals,
    scored,
    time_ratio,
    validation_points,
)

if TYPE_CHECKING:
    from fleetdesigner.catalog import Catalog

Vector = NDArray[np.float64]
Flags = NDArray[np.bool_]
Basis = Literal["left_out", "fitted"]
Grouping = Literal["class", "hardware", "chip", "model", "source"]


@dataclass(frozen=True, slots=True, eq=False)
class CheckedPoint:
    """One published measurement and what the model says of it."""

    point: Point
    forecast: Prediction
    activity: Activity
    chip: str
    """Name of the chip."""
    generation: str
    """Colour key and hardware family of the chip."""
    band: str
    """Name of the class its band is of; empty where the model gives no forecast."""
    scored: bool
    why_not: str
    """Why it does not count; empty when it does."""

    def key(self, grouping: Grouping) -> str:
        """What it is counted under."""
        if grouping == "class":
            return self.band
        if grouping == "hardware":
            return self.generation
        if grouping == "chip":
            return self.chip
        return str(self.point["model" if grouping == "model" else "family"])


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """All points in the order of the file; vectors have one entry a point, NaN where there is none."""

    rows: tuple[CheckedPoint, ...]
    published_ms: Vector
    """Milliseconds a token: of one chip in training, per output token in serving (at greatest throughput of
    one chip)."""
    fitted: Vector
    """Predicted over published time, by the shipped factors."""
    left_out: Vector
    """The same by factors that never saw the pair; NaN for points that do not count."""
    scored: Flags
    serving: Flags
    bands: tuple[tuple[str, Band], ...]
    words: tuple[str, ...]
    """Everything a search looks through, in small letters."""
    date: str
    """Of the fit."""

    def ratio(self, basis: Basis) -> Vector:
        """Predicted over published time; points that do not count keep their forecast in sample."""
        if basis == "fitted":
            return self.fitted
        return np.where(self.scored, self.left_out, self.fitted)

    def inside(self, basis: Basis) -> Flags:
        """Which points' true time lies in the band of their class."""
        bands = dict(self.bands)
        none = Band(math.nan, math.nan)
        low = np.array([bands.get(row.band, none).low for row in self.rows])
        high = np.array([bands.get(row.band, none).high for row in self.rows])
        with np.errstate(invalid="ignore"):
            truth = 1.0 / self.ratio(basis)
            return np.asarray((truth >= low) & (truth <= high))

    def keys(self, grouping: Grouping) -> NDArray[np.str_]:
        """What each point is counted under."""
        return np.array([row.key(grouping) for row in self.rows])

    def says(self, words: Sequence[str]) -> Flags:
        """Points that say all of some words in small letters: model, chip, precision, source and more."""
        return np.array([all(word in text for word in words) for text in self.words], dtype=np.bool_)

    def errors(self, chosen: Flags, basis: Basis) -> Errors | None:
        """Errors of the chosen points that count; None when there is none."""
        at = np.flatnonzero(chosen & self.scored)
        if not len(at):
            return None
        return errors_of(self.ratio(basis)[at], [pair_of(self.rows[i].point) for i in at.tolist()])


@dataclass(frozen=True, slots=True)
class GroupErrors:
    """Errors of the points that are counted under one key."""

    key: str
    name: str
    errors: Errors
    inside: float
    """Share of the points inside the band of their class."""


def group_errors(
    checked: Checked, grouping: Grouping, basis: Basis, chosen: Flags
) -> tuple[GroupErrors, ...]:
    """Errors by class, hardware, chip, model or source; the most points first."""
    inside = checked.inside(basis)
    places: dict[str, list[int]] = {}
    for at in np.flatnonzero(chosen & checked.scored).tolist():
        places.setdefault(checked.rows[at].key(grouping), []).append(at)
    ratio = checked.ratio(basis)
    made = [
        GroupErrors(
            key,
            group_name(grouping, key),
            errors_of(ratio[at], [pair_of(checked.rows[i].point) for i in at]),
            float(inside[at].mean()),
        )
        for key, at in places.items()
    ]
    return tuple(sorted(made, key=lambda one: (-one.errors.rows, one.name)))


def group_name(grouping: Grouping, key: str) -> str:
    """A key in words."""
    words = {"class": CLASS_WORDS, "hardware": HARDWARE_WORDS, "source": SOURCE_WORDS}.get(grouping)
    return words.get(key, key) if words is not None else key


def checked_points(catalog: Catalog, cal: Calibration) -> Checked:
    """Every bundled point with its forecast. Takes some tenths of a second: to be kept."""
    points = validation_points()
    recorded = {row.id: row for row in residuals()}
    forecasts = predict_points(points, catalog, cal)
    rows = []
    for point, made in zip(points, forecasts, strict=True):
        own = recorded.get(made.id)
        # the recorded name is the one that `band_name` gives (a test), and costs nothing
        band = own.band if own is not None else band_name(point, catalog, cal)
        rows.append(_row(point, made, catalog, band))
    ratios = np.array([time_ratio(row.point, row.forecast.predicted) for row in rows])
    left_out = [recorded[row.forecast.id].left_out if row.scored else math.nan for row in rows]
    return Checked(
        rows=tuple(rows),
        published_ms=np.array([_published_ms(row, catalog) for row in rows]),
        fitted=ratios,
        left_out=np.array(left_out),
        scored=np.array([row.scored for row in rows]),
        serving=np.array([row.activity == "serving" for row in rows]),
        bands=cal.bands,
        words=tuple(_search_words(row) for row in rows),
        date=cal.date,
    )


def _row(point: Point, forecast: Prediction, catalog: Catalog, band: str) -> CheckedPoint:
    name, generation = _chip(str(point["chip"]), catalog)
    counts = scored(point)
    return CheckedPoint(
        point=point,
        forecast=forecast,
        activity="training" if point["kind"] == "training" else "serving",
        chip=name,
        generation=generation,
        band=band if forecast.predicted is not None else "",
        scored=counts,
        why_not="" if counts else _why_not(point, forecast),
    )


def _why_not(point: Point, forecast: Prediction) -> str:
    if point.get("exclude"):
        return "its source notes a regression, or its layout contradicts itself"
    if not point.get("dtype") and forecast.predicted is not None:
        return "its precision was not published"
    return forecast.why or "its configuration was not published in full"


@lru_cache(maxsize=256)
def _chip(name: str, catalog: Catalog) -> tuple[str, str]:
    """Name and generation of a point's chip; its own name where the catalog has none."""
    from fleetdesigner.catalog import CatalogError, Chip

    try:
        entry = catalog.find(name, Chip.KIND)
    except CatalogError:
        return name, ""
    return (entry.name, entry.generation) if isinstance(entry, Chip) else (name, "")


def _published_ms(row: CheckedPoint, catalog: Catalog) -> float:
    """The published value as milliseconds a token, NaN where it cannot be told."""
    point, value = row.point, float(row.point["value"])
    if row.forecast.predicted is None:
        return math.nan
    if row.activity == "training":
        read = read_training(point, catalog)
        if not isinstance(read, TrainingRow):
            return math.nan
        seconds = training_seconds(point, read.shape, read.chips, read.chip.bf16_flops)
        return 1e3 * seconds * read.chips / point_tokens(point)
    return value if point["metric"] == "tpot_ms" else 1e3 * float(point["n_chips"]) / value


def _search_words(row: CheckedPoint) -> str:
    point = row.point
    parts = (
        point["id"], point["model"], point["chip"], row.chip, point.get("dtype", ""), row.activity,
        HARDWARE_WORDS.get(row.generation, row.generation), point["source"], point["measured_by"],
        SOURCE_WORDS.get(str(point["family"]), ""), point["family"], point.get("backend", ""),
        CLASS_WORDS.get(row.band, ""),
    )  # fmt: skip
    return " ".join(str(part) for part in parts).lower()
