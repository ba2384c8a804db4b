"""Series of where work runs, what is unmet by which limit, and the race of models against hardware."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.engine.series.keys import MONEY, SERVED, pool_keys
from fleetdesigner.engine.series.spec import Key, Split, Whole
from fleetdesigner.engine.state import SampleState
from fleetdesigner.engine.work.classes import latency_critical
from fleetdesigner.engine.work.race import race_gain, race_tasks, race_work
from fleetdesigner.engine.work.unmet_causes import CAUSES, of_state

Array = NDArray[np.float64]


def _cause_keys(state: SampleState) -> list[Key]:
    return [(cause.key, cause.name, cause.palette) for cause in CAUSES]


def _causes(state: SampleState) -> Array:
    unknown = state.serving_unknown.any(axis=0)
    return np.where(unknown, np.nan, of_state(state).sum(axis=1))


def _by_pool(state: SampleState, works: NDArray[np.bool_]) -> Array:
    """[pools, M] tokens/s served of some workloads [W]."""
    each = np.where(state.serving_unknown, np.nan, state.tokens[:, works].sum(axis=1))
    of_part = [key.pool_id for key in state.plant.parts.keys]
    return np.array(
        [each[[one == pool for one in of_part]].sum(axis=0) for pool, _, _ in pool_keys(state)]
    )


def _served(state: SampleState) -> Array:
    return _by_pool(state, state.serves)


def _critical(state: SampleState) -> Array:
    return _by_pool(state, latency_critical(state.design.workloads))


def _sensitive(state: SampleState) -> Array:
    return _by_pool(state, state.serves & ~latency_critical(state.design.workloads))


SERVED_SERIES: tuple[Whole | Split, ...] = (
    Split("unmet_tokens_per_s.cause", "token/s", _cause_keys, _causes, SERVED),
    Split("served_tokens_per_s.pool", "token/s", pool_keys, _served, SERVED),
    Split("served_tokens_per_s.latency_critical", "token/s", pool_keys, _critical, SERVED),
    Split("served_tokens_per_s.cost_sensitive", "token/s", pool_keys, _sensitive, SERVED),
    Whole("race_work", "Work of a task", "index", race_work, SERVED),
    Whole("race_gain", "Hardware and price", "index", race_gain, (*MONEY, *SERVED)),
    Whole("race_tasks_per_usd", "Tasks a dollar", "index", race_tasks, (*MONEY, *SERVED)),
)
