"""The best layouts of a job or a stream, how many were tried, and how many of those fit."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from fleetdesigner.engine.remembered import Remembered
from fleetdesigner.engine.throughput.calibration import Calibration
from fleetdesigner.engine.throughput.layout_space import Grid, context_most, layout_grid
from fleetdesigner.engine.throughput.plans import (
    Refusal,
    ServingPlan,
    ServingRequest,
    TrainingPlan,
    TrainingRequest,
)
from fleetdesigner.engine.throughput.serving_search import (
    Tried,
    best_serving_many,
    finer_loads,
    reevaluate_serving,
    refuse_serving,
    serving_grid,
    tried,
)
from fleetdesigner.engine.throughput.training import step_time
from fleetdesigner.engine.throughput.training_search import ranked_training, training_search_configs

MOST = 10
"""Layouts that are listed."""


@dataclass(frozen=True, slots=True)
class Layouts:
    """The best layouts, the best first."""

    plans: tuple[TrainingPlan | ServingPlan, ...]
    tried: int
    feasible: int
    """Of those tried that fit in memory, whatever their latency."""
    meets: bool
    """Whether they keep the targets; False where none does and those that fit are listed instead."""
    why: str = ""
    """Why there are none, or why none keeps the targets."""


_LAYOUTS: Remembered[Layouts] = Remembered(64)


def layouts_of(request: TrainingRequest | ServingRequest, cal: Calibration) -> Layouts:
    """The best layouts of a request; remembered."""

    def find() -> Layouts:
        return _training(request, cal) if isinstance(request, TrainingRequest) else _serving(request, cal)

    return _LAYOUTS.get((cal,), request, find)


def _training(request: TrainingRequest, cal: Calibration) -> Layouts:
    ranked = ranked_training(request, cal, MOST)
    if isinstance(ranked, Refusal):
        return Layouts((), 0, 0, False, ranked.reason)
    model, sequences = request.model, request.global_batch_tokens / request.seq_len
    grid = layout_grid(
        request.n_chips, int(request.chip.domain_chips), int(model.layers), int(model.heads),
        int(model.experts), context_most(request.seq_len, sequences, request.n_chips), sequences,
    )  # fmt: skip
    # what recomputes everything needs the least memory: what does not fit so does not fit at all
    level = np.full(len(grid), 2, dtype=np.int64)
    index = np.zeros(len(grid), dtype=np.int64)
    times = step_time(training_search_configs([request], index, grid, cal, level), cal.training)
    return Layouts(ranked, len(grid), int(np.count_nonzero(times.feasible)), True)


def _serving(request: ServingRequest, cal: Calibration) -> Layouts:
    refusal = refuse_serving(request)
    if refusal is not None:
        return Layouts((), 0, 0, False, refusal.reason)
    grid = serving_grid(request)
    rows = tried((request,), np.zeros(len(grid), dtype=np.int64), grid, cal)
    feasible = int(np.count_nonzero(rows.times.feasible))
    free = replace(request, ttft_ms=None, tpot_ms=None)
    first = best_serving_many((free,), cal)[0]
    if isinstance(first, Refusal):
        return Layouts((), len(grid), feasible, False, first.reason)
    meets = bool(rows.meets.any())
    best = _best_rows(grid, rows, meets)
    # between the steps of the grid too, as the search does
    between = np.concatenate([best, finer_loads(best)])
    finer = tried((request,), np.zeros(len(between), dtype=np.int64), between, cal)
    chosen = _best_rows(between, finer, meets)[:MOST]
    shown = reevaluate_serving(
        [
            replace(
                first, request=request, tensor=round(t), attention_data=round(a), concurrency=float(at_once)
            )
            for t, a, at_once in chosen.tolist()
        ],
        cal,
    )
    return Layouts(shown, len(grid), feasible, meets, "" if meets else "no layout keeps the targets")


def _best_rows(grid: Grid, rows: Tried, meets: bool) -> Grid:
    """One row a replica: its best number of sequences, the best replica first; `meets`: that keep targets."""
    rate = np.where(rows.meets if meets else rows.fits, rows.merit, -1.0)
    order = np.argsort(-rate, kind="stable")
    order = order[rate[order] > 0]
    _, best = np.unique(grid[order, :2], axis=0, return_index=True)
    return grid[order[np.sort(best)]]
