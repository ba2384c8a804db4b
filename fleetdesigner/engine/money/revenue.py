"""What work brings. Axes: W workloads, M months."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.engine.plant import Plant
from fleetdesigner.engine.work.demand import SERVES
from fleetdesigner.engine.work.growth import tasks
from fleetdesigner.units import HOURS_PER_MONTH

Array = NDArray[np.float64]


def revenue_of(plant: Plant, served: Array, unknown: NDArray[np.bool_]) -> Array:
    """[W, M] USD a month of tokens/s `served` or trained [W, M] at each workload's nominal value.

    0 without a value; NaN where what is served is `unknown` [W, M]. The value is that of a token in the first
    month: a task keeps its worth when it takes more tokens, so a served token is then worth less.
    """
    works = plant.design.workloads
    worth = np.array([[work.value_usd_per_m_output or 0.0] for work in works]).reshape(-1, 1)
    serves = np.array([[work.kind in SERVES] for work in works], dtype=bool).reshape(-1, 1)
    each = np.where(serves, worth / tasks(plant.assumptions), worth)
    usd = served / plant.dollars.level * each * (3600.0 * HOURS_PER_MONTH / 1e6)
    return np.where(unknown & (worth > 0), np.nan, usd)
