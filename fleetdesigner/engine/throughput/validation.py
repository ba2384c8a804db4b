"""Published measurements the factors were fitted on, and how forecasts do on them."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.assets import resource
from fleetdesigner.engine.throughput.measures import TIME_METRICS
from fleetdesigner.engine.throughput.point_facts import excluded

Point = Mapping[str, Any]
Vector = NDArray[np.float64]


@lru_cache(maxsize=1)
def validation_points() -> tuple[Point, ...]:
    """All bundled points, in their order; the form is that of ``fleetdesigner predict``."""
    text = resource("validation", "points.json").read_text(encoding="utf-8")
    return tuple(json.loads(text))


@dataclass(frozen=True, slots=True)
class Residual:
    """Predicted over published time of a scored point; NaN where the model gives no forecast."""

    id: str
    band: str
    """Name of the band its forecast carries."""
    fitted: float
    """By the shipped factors."""
    left_out: float
    """By factors fitted without any point of its model on its chip."""


@lru_cache(maxsize=1)
def residuals() -> tuple[Residual, ...]:
    """Residuals of the shipped fit, one a scored point, in the order of the points."""
    with resource("calibration", "left_out.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Residual(row["id"], row["band"], float(row["fitted"]), float(row["left_out"]))
            for row in csv.DictReader(file)
        )


def scored(point: Point) -> bool:
    """Whether a point counts: architecture, chip, precision and lengths are known, nothing excludes it."""
    needed = ["layers", "hidden", "heads", "chip", "dtype"]
    needed += ["seq_len"] if point["kind"] == "training" else ["input_len", "output_len"]
    return all(point.get(key) for key in needed) and not excluded(point)


def time_ratio(point: Point, predicted: float | None) -> float:
    """Predicted over published time; NaN without a forecast. Throughputs are inverted."""
    if predicted is None:
        return float("nan")
    ratio = predicted / float(point["value"])
    return ratio if point["metric"] in TIME_METRICS else 1.0 / ratio


def pair_of(point: Point) -> tuple[str, str]:
    """What is left out of a fit together: a model on a chip."""
    return str(point["model"]), str(point["chip"])


def class_of(point: Point) -> str:
    """Class that errors are looked at by: kind of model and chip, e.g. ``moe on h100``."""
    chip = str(point["chip"]).lower().partition("-")[0]
    return f"{'moe' if point.get('experts') else 'dense'} on {chip}"


@dataclass(frozen=True, slots=True)
class Errors:
    """Absolute relative errors in time of some rows; rows without a forecast count as 1."""

    rows: int
    missing: int
    """Rows without a forecast."""
    median: float
    p90: float
    pairs: int
    pair_median: float
    """Median of the medians of the (model, chip) pairs."""
    bias: float
    """Median of predicted over published time."""


def errors_of(ratios: Vector, pairs: Sequence[tuple[str, str]]) -> Errors:
    """Errors of rows with ratios (n,), NaN where there is no forecast. Raises ValueError for no rows."""
    if not len(ratios):
        raise ValueError("no rows")
    missing = np.isnan(ratios)
    error = np.where(missing, 1.0, np.abs(ratios - 1.0))
    by_pair: dict[tuple[str, str], list[float]] = {}
    for pair, value in zip(pairs, error.tolist(), strict=True):
        by_pair.setdefault(pair, []).append(value)
    return Errors(
        rows=len(ratios),
        missing=int(missing.sum()),
        median=float(np.median(error)),
        p90=float(np.quantile(error, 0.9)),
        pairs=len(by_pair),
        pair_median=float(np.median([np.median(values) for values in by_pair.values()])),
        bias=float(np.median(ratios[~missing])) if not missing.all() else float("nan"),
    )
