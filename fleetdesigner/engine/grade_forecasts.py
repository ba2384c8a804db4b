"""The forecasts and the software behind throughput, as inputs of a number: see ``grades``."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from fleetdesigner.catalog import Chip
from fleetdesigner.engine.remembered import SAMPLES, Remembered
from fleetdesigner.engine.results import KpiInput
from fleetdesigner.engine.state import SampleState
from fleetdesigner.engine.throughput.plans import Refusal, ServingPlan, TrainingPlan
from fleetdesigner.engine.weighted import Weighted
from fleetdesigner.engine.work.measured import own_words
from fleetdesigner.values import Grade


def forecast_grade(plan: TrainingPlan | ServingPlan, chip: Chip) -> Grade:
    """The grade of a forecast: derived, so an estimate, until the planner pastes a measurement of his own; an
    assumption for a chip that nobody can buy yet.
    """
    return "assumption" if chip.status in ("announced", "preview") else plan.grade


_HELD: Remembered[list[tuple[int, int, float]]] = Remembered(2 * SAMPLES)


def _held(trains: bool, state: SampleState, month: int) -> list[tuple[int, int, float]]:
    """(workload, part, chips held) of training or of all other work; a run counts with all its months."""

    def count() -> list[tuple[int, int, float]]:
        if trains:
            chips = (state.share * state.plant.parts.chips[:, None]).sum(axis=2)
        else:
            chips = state.share[:, :, month] * state.plant.parts.chips[:, None, month]
        works = np.flatnonzero(state.trains == trains)
        held = chips.T[works]
        rows, parts = np.nonzero(held > 0)
        return list(zip(works[rows].tolist(), parts.tolist(), held[rows, parts].tolist(), strict=True))

    return _HELD.get((state,), (trains, None if trains else month), count)


_Forecast = tuple[TrainingPlan | ServingPlan, Chip, Grade]
_FORECASTS: Remembered[tuple[tuple[_Forecast, ...], ...]] = Remembered(32 * SAMPLES)


def _forecasts(state: SampleState, at: int) -> tuple[tuple[_Forecast, ...], ...]:
    """The plans that a workload follows in each part, with their chips and grades."""

    def gather() -> tuple[tuple[_Forecast, ...], ...]:
        return tuple(
            tuple(
                _forecast(state, plan) for plan in row if plan is not None and not isinstance(plan, Refusal)
            )
            for row in state.plant.rates[at].plans
        )

    # by the plans: rates are made anew when a block lands, with the same plans
    return _FORECASTS.get((state.plant.rates[at].plans, state.catalog), None, gather)


def _forecast(state: SampleState, plan: TrainingPlan | ServingPlan) -> _Forecast:
    chip = state.catalog.chip(plan.request.chip.chip)
    return plan, chip, forecast_grade(plan, chip)


def plans(trains: bool, state: SampleState, month: int) -> Iterator[Weighted]:
    """Forecasts of the plans in use, weighted by the chips that follow them."""
    for at, part, weight in _held(trains, state, month):
        for plan, chip, grade in _forecasts(state, at)[part]:
            yield Weighted(grade, weight, partial(_plan, state, at, plan, chip, grade))


def _plan(
    state: SampleState, at: int, plan: TrainingPlan | ServingPlan, chip: Chip, grade: Grade
) -> KpiInput:
    work = state.design.workloads[at]
    band = f"80 % of like measurements lie within {plan.band.low:.2f} to {plan.band.high:.2f} of it"
    if isinstance(plan, TrainingPlan):
        each, own = plan.tokens_per_s / plan.request.n_chips, own_words(state.design, chip.id, "training")
    else:
        each, own = plan.output_tokens_per_s_per_chip, own_words(state.design, chip.id, "serving")
    return KpiInput(
        f"{work.name} on {chip.name}: forecast a chip", each, "token/s", grade,
        f"our model{own}; {band}", f"workload:{work.id}",
    )  # fmt: skip


def readiness(trains: bool, state: SampleState, month: int) -> Iterator[Weighted]:
    """Software readiness of what runs, weighted by a tenth of the chips that run it."""
    for at, part, weight in _held(trains, state, month):
        yield Weighted("assumption", 0.1 * weight, partial(_ready, state, at, part, month))


def _ready(state: SampleState, at: int, part: int, month: int) -> KpiInput:
    work, key = state.design.workloads[at], state.plant.parts.keys[part]
    table = state.catalog.readiness_of(state.plant.figures.kinds[state.plant.parts.kinds[part][0]].chip)
    return KpiInput(
        f"{work.name} on {key.label}: software readiness",
        float(state.plant.rates[at].ready[part, month]), "fraction", "assumption",
        table.name if table else "no readiness figure",
        table.ref if table else f"workload:{work.id}",
    )  # fmt: skip
