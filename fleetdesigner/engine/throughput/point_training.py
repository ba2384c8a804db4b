"""Measured training points as configurations, those of one kind in one vectorised call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from fleetdesigner.engine.throughput.calibration import Calibration
from fleetdesigner.engine.throughput.chips import ChipFigures, dtype_class
from fleetdesigner.engine.throughput.columns import ChipColumns, ModelColumns, column
from fleetdesigner.engine.throughput.measures import point_tokens
from fleetdesigner.engine.throughput.models import ModelShape, from_point
from fleetdesigner.engine.throughput.plans import Refusal, TrainingRequest
from fleetdesigner.engine.throughput.point_chips import cores_per_chip, point_chip
from fleetdesigner.engine.throughput.training import TERMS, StepTimes, TrainingConfigs, step_time
from fleetdesigner.engine.throughput.training_search import best_training_many

if TYPE_CHECKING:
    from fleetdesigner.catalog import Catalog

Terms = tuple[tuple[str, float], ...]

UNPUBLISHED_CHIPS = 1024.0
"""Chips of a run that gives only its chip-hours."""


@dataclass(frozen=True, slots=True)
class TrainingRow:
    """One training point, read: what it ran and on what."""

    point: Mapping[str, Any]
    shape: ModelShape
    chip: ChipFigures
    dtype: str
    chips: float
    known_layout: bool
    assumed: tuple[str, ...]
    """What the point leaves open and this reading fills in."""


@dataclass(frozen=True, slots=True)
class RowTime:
    """Seconds of a row's step with the breakdown and how it was found."""

    seconds: float
    terms: Terms
    note: str


def read_training(point: Mapping[str, Any], catalog: Catalog) -> TrainingRow | str:
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
    if not point.get("seq_len"):
        return "the point gives no sequence length"
    assumed: list[str] = []
    name = str(point.get("dtype") or "")
    if not name:
        assumed.append("precision bf16")
    dtype = dtype_class(name) if name else "bf16"
    if dtype is None:
        return f"precision {name!r} is not known"
    if np.isnan(chip.peak(dtype)):
        return f"no {dtype} rate for {chip.chip}"
    chips = float(point.get("n_chips") or 0.0)
    if not chips:
        chips = UNPUBLISHED_CHIPS
        assumed.append(f"{chips:,.0f} chips")
    if not point.get("global_batch_sequences"):
        assumed.append("4 M tokens a step")
    known = bool(point.get("tp"))
    if not known:
        assumed.append("layout from the search")
    return TrainingRow(point, shape, chip, dtype, chips, known, tuple(assumed))


def training_configs(rows: Sequence[TrainingRow], cal: Calibration) -> TrainingConfigs:
    """Configurations of rows with a published layout, one column entry a row."""

    def number(key: str, default: float = 1.0) -> list[float]:
        return [float(row.point.get(key) or default) for row in rows]

    tensor = np.array([max(1.0, t / cores_per_chip(r.chip)) for t, r in zip(number("tp"), rows, strict=True)])
    pipeline, context = np.maximum(1.0, number("pp")), np.maximum(1.0, number("cp"))
    chips = np.array([row.chips for row in rows])
    data = np.maximum(1.0, chips / (tensor * pipeline * context))
    batch = np.array([point_tokens(row.point) / float(row.point["seq_len"]) for row in rows])
    again = [str(row.point.get("recompute") or "") for row in rows]
    sharding = [str(row.point.get("sharding") or "") for row in rows]
    return TrainingConfigs(
        model=ModelColumns.of([row.shape for row in rows]),
        chip=ChipColumns.of([row.chip for row in rows], [row.dtype for row in rows]),
        gemm=column([cal.gemm(row.chip, row.dtype).value for row in rows]),
        tensor=tensor,
        pipeline=pipeline,
        context=context,
        expert=np.maximum(1.0, number("ep")),
        data=data,
        virtual=np.maximum(1.0, number("vp")),
        micro=np.minimum(np.array(number("micro_batch")), batch / data),
        batch=batch,
        seq=np.array(number("seq_len")),
        recompute=column([float(x == "full") for x in again]),
        recompute_attention=column([float(x == "full" or "selective" in x) for x in again]),
        sharded=column([float("fsdp" in x) for x in sharding]),
        zero=column([float(bool(x) and "lora" not in x) for x in sharding]),
        lora=column([float("lora" in x) for x in sharding]),
        sequence_parallel=column([float("sp" in x or not x) for x in again]),
    )


def training_times(rows: Sequence[TrainingRow], cal: Calibration) -> list[RowTime | str]:
    """Seconds a step of each row: published layouts in one call, the others by search."""
    known = [i for i, row in enumerate(rows) if row.known_layout]
    answers: dict[int, RowTime | str] = {}
    if known:
        times = step_time(training_configs([rows[i] for i in known], cal), cal.training)
        answers.update((i, _row_time(rows[i], times, at, cal)) for at, i in enumerate(known))
    open_ = [i for i in range(len(rows)) if i not in answers]
    for i, plan in zip(open_, best_training_many([_request(rows[i]) for i in open_], cal), strict=True):
        if isinstance(plan, Refusal):
            answers[i] = plan.reason
            continue
        layout = plan.layout
        answers[i] = RowTime(
            plan.step_s,
            plan.breakdown,
            f"layout not published; t={layout.tensor} p={layout.pipeline} d={layout.data} assumed",
        )
    return [answers[i] for i in range(len(rows))]


def _row_time(row: TrainingRow, times: StepTimes, at: int, cal: Calibration) -> RowTime:
    speed = cal.speed(row.chip, "training")
    terms = (times.terms[:, at] / speed).tolist()
    return RowTime(float(times.seconds[at]) / speed, tuple(zip(TERMS, terms, strict=True)), "")


def _request(row: TrainingRow) -> TrainingRequest:
    recompute = row.point.get("recompute")
    return TrainingRequest(
        model=row.shape,
        chip=row.chip,
        n_chips=int(row.chips),
        seq_len=float(row.point["seq_len"]),
        global_batch_tokens=point_tokens(row.point),
        dtype=row.dtype,
        recompute=True if recompute == "full" else None,
        lora="lora" in str(row.point.get("sharding") or ""),
    )
