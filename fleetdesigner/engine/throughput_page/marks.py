"""Published serving runs as marks beside a front: the same architecture, precision and a like load."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from fleetdesigner.engine.throughput.chips import dtype_class
from fleetdesigner.engine.throughput.models import ModelShape, from_point
from fleetdesigner.engine.throughput.plans import ServingRequest
from fleetdesigner.engine.throughput.validation import scored, validation_points

if TYPE_CHECKING:
    from fleetdesigner.catalog import Catalog

ALIKE = 2.0
"""Lengths of input and output may differ by this factor."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One published run."""

    id: str
    chip_id: str
    tokens_per_s_per_user: float
    tokens_per_s_per_chip: float
    input_len: float
    output_len: float
    words: str
    """Model, chips, precision."""
    source: str


@dataclass(frozen=True, slots=True)
class _Run:
    chip: str
    """As the point names it."""
    dtype: str
    shape: tuple[float, ...]
    input_len: float
    output_len: float
    user: float
    each: float
    point: Any


def marks_of(request: ServingRequest, catalog: Catalog) -> tuple[Mark, ...]:
    """Published runs of the request's architecture and precision on its chip, at a like load."""
    wanted = _architecture(request.model)
    alike = [
        run
        for run in _runs()
        if run.shape == wanted
        and run.dtype == request.dtype
        and _alike(run.input_len, request.input_len)
        and _alike(run.output_len, request.output_len)
    ]
    return tuple(_mark(run, request.chip.chip) for run in alike if _is_chip(catalog, run, request.chip.chip))


def _is_chip(catalog: Catalog, run: _Run, chip_id: str) -> bool:
    from fleetdesigner.catalog import CatalogError, Chip

    try:
        return catalog.find(run.chip, Chip.KIND).id == chip_id
    except CatalogError:
        return False


def _mark(run: _Run, chip_id: str) -> Mark:
    point = run.point
    words = f"{point['model']} on {point['n_chips']:,.0f} {run.chip}, {str(point['dtype']).upper()}"
    return Mark(
        str(point["id"]), chip_id, run.user, run.each, run.input_len, run.output_len, words,
        str(point.get("source", "")),
    )  # fmt: skip


def _alike(one: float, other: float) -> bool:
    return one <= other * ALIKE and other <= one * ALIKE


def _architecture(shape: ModelShape) -> tuple[float, ...]:
    return (shape.layers, shape.hidden, shape.heads, shape.ffn, shape.experts, shape.top_k)


@lru_cache(maxsize=1)
def _runs() -> tuple[_Run, ...]:
    """All bundled serving points that say both rates; none where no points are bundled."""
    try:
        points = validation_points()
    except (OSError, ValueError):
        return ()
    found = (_run(point) for point in points if point.get("kind") == "inference")
    return tuple(run for run in found if run is not None)


def _run(point: Any) -> _Run | None:
    at_once, chips = point.get("concurrency"), point.get("n_chips")
    if not (scored(point) and at_once and chips):
        return None
    shape, dtype = from_point(point), dtype_class(str(point.get("dtype") or ""))
    if isinstance(shape, str) or dtype is None:
        return None
    value = float(point["value"])
    if point["metric"] == "tpot_ms":
        user = 1e3 / value
        each = float(at_once) * user / float(chips)
    elif str(point["metric"]).startswith("output_tokens_per_s"):
        user, each = value / float(at_once), value / float(chips)
    else:
        return None
    lengths = float(point["input_len"]), float(point["output_len"])
    return _Run(str(point["chip"]), dtype, _architecture(shape), *lengths, user, each, point)
