"""The power that serving takes. Axes: P parts, W serving workloads, M months."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.engine.plant import Plant
from fleetdesigner.engine.site.overhead import FIXED, by_load, still
from fleetdesigner.engine.site.power import summed

Array = NDArray[np.float64]


def serving_kw(plant: Plant, held: Array, kinds: Sequence[str], pue_of_site: Array) -> Array:
    """[P, M] expected facility kW of serving: what its work draws, and of what is drawn without work (idle
    servers, network, overhead) the share of the part's usable time that serves.

    `held` [P, W, M] are the shares of the parts that workloads of `kinds` hold, `pue_of_site` is [sites, M].
    """
    usable, fixed = plant.parts.usable, plant.assumptions[FIXED]
    draws = np.array([plant.assumptions[f"expected_share_{kind}"] for kind in kinds])
    time = np.divide(held.sum(axis=1), usable, out=np.zeros_like(usable), where=usable > 0)
    pue = pue_of_site[plant.fleet.cell_site]
    each = plant.power.of_work(time, (held * draws.reshape(-1, 1)).sum(axis=1), by_load(pue, fixed))
    if fixed:
        each = each + summed(plant.power.part_of_cell, still(plant.power.cell_full, pue, fixed)) * time
    return np.where(time > 0, each, 0.0)
