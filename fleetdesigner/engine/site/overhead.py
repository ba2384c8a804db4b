"""PUE by season and load: what a site draws beside its IT.

A site's curve is the yearly mean at full load. Over a year the PUE swings around it, highest in July; below
full load a share of the overhead does not fall with the load. Axes: N sites or cells, M months; kW.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.design.curves import Curve
from fleetdesigner.engine.curves import monthly

Array = NDArray[np.float64]

SWING, FIXED = "pue_season_swing", "pue_fixed_share"
_HOTTEST = 7
"""July, counted from 1."""


def pue_by_month(mean: Curve, first_month: int, months: int, swing: float) -> Array:
    """[M] PUE at full load: mean + swing · cos(2π (month − July)/12), not below 1 by the season alone."""
    full = monthly(mean, first_month, months)
    if swing == 0.0:
        return full
    at = first_month + np.arange(months)
    warmth = np.cos(2.0 * np.pi * (at - _HOTTEST) / 12.0)
    return np.asarray(np.maximum(full + swing * warmth, np.minimum(full, 1.0)))


def drawn(expected: Array, full: Array, pue: Array, fixed: float) -> Array:
    """[N, M] facility kW at the expected load: IT, and overhead of which `fixed` stays as at full load.

    expected + (PUE − 1) · (fixed · full + (1 − fixed) · expected), which is the expected IT times
    1 + (PUE − 1) · (fixed + (1 − fixed) · load)/load. `full` is what is drawn at full load: the provisioned
    power, and the idle draw of retired systems, which no limit counts; so expected is never more.
    """
    falls = expected * by_load(pue, fixed)
    return falls if fixed == 0.0 else falls + still(full, pue, fixed)


def by_load(pue: Array, fixed: float) -> Array:
    """[N, M] facility kW for each expected IT kW, without the part that does not fall."""
    return pue if fixed == 0.0 else 1.0 + (pue - 1.0) * (1.0 - fixed)


def still(full: Array, pue: Array, fixed: float) -> Array:
    """[N, M] overhead that does not fall with the load."""
    return full * (pue - 1.0) * fixed
