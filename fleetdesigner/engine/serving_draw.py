"""The facility power that serving takes, in each part of the fleet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.engine.demand import SERVES
from fleetdesigner.engine.overhead import FIXED, by_load, still
from fleetdesigner.engine.power import summed

if TYPE_CHECKING:
    from fleetdesigner.engine.state import SampleState

Array = NDArray[np.float64]


def serving_kw(state: SampleState) -> Array:
    """[M] expected facility kW that serving takes: what its work draws, and of what is drawn without work
    (idle servers, network, overhead) the share of the part's usable time that serves.
    """
    plant = state.plant
    held, usable = state.share[:, state.serves], plant.parts.usable
    kinds = [one.kind for one in state.design.workloads if one.kind in SERVES]
    draws = np.array([plant.assumptions[f"expected_share_{kind}"] for kind in kinds])
    time = np.divide(held.sum(axis=1), usable, out=np.zeros_like(usable), where=usable > 0)
    power, pue, fixed = plant.power, state.pue[plant.fleet.cell_site], plant.assumptions[FIXED]
    each = power.of_work(time, (held * draws.reshape(-1, 1)).sum(axis=1), by_load(pue, fixed))
    if fixed:
        each = each + summed(power.part_of_cell, still(power.cell_it, pue, fixed)) * time
    return np.asarray(np.where(time > 0, each, 0.0).sum(axis=0))
