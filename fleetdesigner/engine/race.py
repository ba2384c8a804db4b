"""The race: does a dollar buy more tasks each year, or do models and tasks grow faster than hardware gains?

Three lines, each 1 in the first month that serves:

- gain: serving capacity at the first month's models, in tokens/s, over what that capacity costs an hour (the
  even cost of the share of the parts that serving holds or could use). Price falls, better chips and fuller
  use raise it; age, and platforms that fall behind, lower it;
- work: what a task takes of that, by larger models, longer contexts and more tokens;
- tasks a dollar: gain over work.

Axes: P parts, W workloads, M months. NaN where nothing serves.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.engine.curves import ratio
from fleetdesigner.engine.growth import growth_of, tasks
from fleetdesigner.engine.state import SampleState

Array = NDArray[np.float64]


def race_work(state: SampleState) -> Array:
    """[M] what a task takes: tokens a task · capacity at the first month's models over that at its own."""
    assumed = state.plant.assumptions
    if growth_of(assumed).none:
        return np.asarray(tasks(assumed))
    capacity = state.serving_capacity
    return np.asarray(tasks(assumed) * ratio(_at_first_models(state), np.where(capacity > 0, capacity, 0.0)))


def race_gain(state: SampleState) -> Array:
    """[M] tokens/s a dollar an hour at the first month's models, 1 in the first month that serves."""
    return _index(ratio(_at_first_models(state), state.serving_cost_hour))


def race_tasks(state: SampleState) -> Array:
    """[M] tasks a dollar, 1 in the first month that serves."""
    each = ratio(state.serving_capacity, state.serving_cost_hour) / tasks(state.plant.assumptions)
    return _index(np.asarray(each))


def _at_first_models(state: SampleState) -> Array:
    """[M] serving capacity, had models and contexts stayed as they were in the first month."""
    if growth_of(state.plant.assumptions).none or not len(state.work_index):
        return state.serving_capacity
    left = np.array([rates.models for rates in state.plant.rates]).transpose(1, 0, 2)
    serves = np.flatnonzero(state.serves)
    served = ratio(state.tokens[:, serves], left[:, serves])
    rest, best = state.rest
    spare = ratio(rest, np.take_along_axis(left, best[:, None], axis=1)[:, 0])
    known = np.nan_to_num(served).sum(axis=(0, 1)) + np.nan_to_num(spare).sum(axis=0)
    return np.where(np.isnan(state.serving_capacity), np.nan, known)


def _index(values: Array) -> Array:
    known = np.flatnonzero(values > 0)
    return values / values[known[0]] if len(known) else np.full_like(values, np.nan)
