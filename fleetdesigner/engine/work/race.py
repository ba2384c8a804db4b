"""The race: does a dollar buy more tasks each year, or do models and tasks grow faster than hardware gains?

The tasks are a fixed basket: the serving workloads that some chips can run in every month in which any can
run something, weighted by the tokens that they ask over the whole plan. So nothing here depends on what is
idle or who runs where. A token of a workload costs what the parts that can run it cost an hour (their even
cost) over the tokens that they could give. Three lines, each 1 in the first month that serves:

- gain: tokens of the basket a dollar of the plan at the first month's models. Price falls, better chips and
  software that matures raise it; platforms that fall behind lower it;
- work: what a task takes of that, by larger models, longer contexts and more tokens a task;
- tasks a dollar: gain over work.

Axes: P parts, W serving workloads, M months. NaN where nothing serves.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.engine.curves import ratio
from fleetdesigner.engine.remembered import SAMPLES, Remembered
from fleetdesigner.engine.state import SampleState
from fleetdesigner.engine.work.growth import tasks
from fleetdesigner.engine.work.rates import whole

Array = NDArray[np.float64]

_TOKENS: Remembered[tuple[Array, Array]] = Remembered(SAMPLES)


def race_work(state: SampleState) -> Array:
    """[M] what a task takes, 1 in the first month that serves at its models."""
    first, now = _tokens(state)
    return np.asarray(ratio(first, now) * tasks(state.plant.assumptions))


def race_gain(state: SampleState) -> Array:
    """[M] tokens a dollar at the first month's models and contexts, 1 in the first month that serves."""
    return _index(_tokens(state)[0])


def race_tasks(state: SampleState) -> Array:
    """[M] tasks a dollar, 1 in the first month that serves."""
    return _index(_tokens(state)[1] / tasks(state.plant.assumptions))


def _tokens(state: SampleState) -> tuple[Array, Array]:
    """[M] tokens of the basket a dollar: at the first month's models, and at those of each month."""
    return _TOKENS.get((state,), None, lambda: _worked_out(state))


def _worked_out(state: SampleState) -> tuple[Array, Array]:
    serves, plant = np.flatnonzero(state.serves), state.plant
    nothing = np.full(plant.fleet.months, np.nan)
    asked = plant.demand.output[:, serves].sum(axis=0)
    if not len(serves) or not plant.parts.keys:
        return nothing, nothing
    now = whole(plant.rates)[0][serves] * plant.parts.usable
    able = now > 0
    left = np.array([plant.rates[at].models for at in serves])
    first = np.divide(now, left, out=np.zeros_like(now), where=able)
    runs = able.any(axis=1)
    there = runs.any(axis=0)
    basket = np.logical_or(runs, ~there).all(axis=1) & (asked > 0)
    if not basket.any() or not there.any():
        return nothing, nothing
    weight = asked[basket] / asked[basket].sum()
    usd = np.where(able[basket], state.cost.part_hour, 0.0).sum(axis=1)
    costs = [weight @ ratio(usd, speed[basket].sum(axis=1)) for speed in (first, now)]
    return ratio(np.ones_like(nothing), costs[0]), ratio(np.ones_like(nothing), costs[1])


def _index(values: Array) -> Array:
    known = np.flatnonzero(values > 0)
    return values / values[known[0]] if len(known) else np.full_like(values, np.nan)
