"""Measured serving points as configurations, all in one vectorised call."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from fleetdesigner.engine.throughput.calibration import Calibration
from fleetdesigner.engine.throughput.chips import ChipFigures, dtype_class, weight_only
from fleetdesigner.engine.throughput.models import ModelShape, from_point
from fleetdesigner.engine.throughput.plans import ServingRequest
from fleetdesigner.engine.throughput.point_chips import cores_per_chip, point_chip
from fleetdesigner.engine.throughput.point_facts import attention_data, queued_requests, speculated
from fleetdesigner.engine.throughput.serving import SERVING_TERMS, ServingConfigs, ServingTimes, serve
from fleetdesigner.engine.throughput.serving_search import serving_configs

if TYPE_CHECKING:
    from fleetdesigner.catalog import Catalog

DRAWN_SHARE = 0.9
"""InferenceX draws lengths at 0.8 to 1.0 of nominal."""
SPECULATION_GAIN = 3.0
"""Tokens a step of fused speculation with a small draft, where a point says it was used. An assumption:
published acceptance lengths run from 2 to 4."""
MOST_QUEUED = 2048.0
"""Sequences that engines decode together at most by their defaults, where a point queued thousands."""


@dataclass(frozen=True, slots=True)
class ServingRow:
    """One serving point, read: what it ran and on what."""

    point: Mapping[str, Any]
    request: ServingRequest
    tensor: float
    attention_data: float
    concurrency: float
    replicas: float
    speculation: float
    assumed: tuple[str, ...]

    @property
    def shape(self) -> ModelShape:
        """The model that was served."""
        return self.request.model

    @property
    def chip(self) -> ChipFigures:
        """The chip it was served on."""
        return self.request.chip


def read_serving(point: Mapping[str, Any], catalog: Catalog) -> ServingRow | str:
    """The point as a row, or the sentence that says why it lies outside the model."""
    shape = from_point(point)
    if isinstance(shape, str):
        return shape
    chip = point_chip(point, catalog)
    if isinstance(chip, str):
        return chip
    missing = chip.missing()
    if missing:
        return f"no public figure for {missing[0]} of {chip.chip}"
    for key, words in (
        ("input_len", "input length"),
        ("output_len", "output length"),
        ("n_chips", "chip count"),
    ):
        if not point.get(key):
            return f"the point gives no {words}"
    assumed: list[str] = []
    name = str(point.get("dtype") or "")
    if not name:
        assumed.append("precision bf16")
    dtype = dtype_class(name) if name else "bf16"
    if dtype is None:
        return f"precision {name!r} is not known"
    return _row(point, shape, chip, dtype, assumed)


def _row(
    point: Mapping[str, Any], shape: ModelShape, chip: ChipFigures, dtype: str, assumed: list[str]
) -> ServingRow:
    decoding = max(1.0, float(point.get("decode_chips") or point["n_chips"]))
    ranks = max(1.0, float(point.get("dp") or 1.0))
    if cores_per_chip(chip) > 1 or not point.get("tp"):
        tensor = max(1.0, decoding / ranks)
        if not point.get("tp"):
            tensor, ranks = min(decoding, chip.domain_chips), 1.0
            assumed.append(f"tensor parallel over {tensor:g} chips")
    else:
        tensor = max(1.0, float(point["tp"]) * float(point.get("pp") or 1.0))
        if shape.experts and attention_data(point):
            tensor, ranks = 1.0, tensor * ranks
    replicas = (
        max(1.0, decoding / (tensor * ranks)) if point.get("decode_chips") or "tp" not in point else 1.0
    )
    queued = float(point.get("concurrency") or 0.0)
    if not queued:
        asked = queued_requests(point)
        queued = min(MOST_QUEUED * ranks * replicas, math.inf if asked is None else asked)
        assumed.append("as many sequences as fit")
    drawn = DRAWN_SHARE if str(point.get("family", "")).startswith("inferencex") else 1.0
    drafted = speculated(point)
    if drafted:
        assumed.append(f"speculation gains × {SPECULATION_GAIN:g}")
    request = ServingRequest(
        shape, chip, dtype, drawn * float(point["input_len"]), drawn * float(point["output_len"])
    )
    return ServingRow(
        point,
        request,
        tensor,
        ranks,
        queued / replicas,
        replicas,
        SPECULATION_GAIN if drafted else 1.0,
        tuple(assumed),
    )


def serving_row_configs(rows: Sequence[ServingRow], cal: Calibration) -> ServingConfigs:
    """Configurations of rows, one column entry a row."""
    grid = np.array([[row.tensor, row.attention_data, row.concurrency] for row in rows])
    return serving_configs([row.request for row in rows], np.arange(len(rows)), grid, cal, runs_in(rows))


def serving_times(rows: Sequence[ServingRow], cal: Calibration) -> ServingTimes:
    """Times of all rows, column i for row i."""
    return serve(serving_row_configs(rows, cal), cal.serving)


def runs_in(rows: Sequence[ServingRow]) -> list[str]:
    """Precision that products run in, one a row: weight-only formats widen to bf16."""
    return [
        "bf16" if weight_only(str(row.point.get("dtype") or "")) else row.chip.computes_in(row.request.dtype)
        for row in rows
    ]


def serving_value(
    row: ServingRow, times: ServingTimes, at: int, cal: Calibration
) -> tuple[float, tuple[tuple[str, float], ...]]:
    """The row's metric and the breakdown of its time per output token in milliseconds."""
    speed = row.speculation * cal.speed(row.chip, "serving")
    split = bool(row.point.get("decode_chips"))
    mixed = float(times.terms[SERVING_TERMS.index("prefill"), at]) if split else 0.0
    tpot = (float(times.tpot_s[at]) - mixed) / speed
    terms = [
        (name, 0.0 if split and name == "prefill" else 1e3 * float(value) / speed)
        for name, value in zip(SERVING_TERMS, times.terms[:, at], strict=True)
    ]
    if row.point["metric"] == "tpot_ms":
        return 1e3 * tpot, tuple(terms)
    rate = float(times.output_tokens_per_s[at]) * float(times.tpot_s[at]) / tpot
    return rate * row.replicas, tuple(terms)
