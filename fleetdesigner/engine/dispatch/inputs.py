"""What dispatch is given and what it answers: arrays over sample S, month M, part P and workload W."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.units import HOURS_PER_MONTH

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

MONTH_S = HOURS_PER_MONTH * 3600.0
"""Seconds of a month: batch and training work is stored in tokens, rates are tokens/s."""

ROUNDING = 1e-12
"""Share of a whole below which a remainder is rounding."""

TRAINING, SERVING, AGENT, BATCH = "training", "serving", "agent", "batch"


@dataclass(frozen=True, slots=True, eq=False)
class Pin:
    """The planner places a workload: `share` of the usable part in months [from_index, to_index)."""

    part: int
    workload: int
    from_index: int
    to_index: int
    share: float | Floats
    """One number, or one a sample [S] (0 in the samples that lack the pin)."""


@dataclass(frozen=True, slots=True, eq=False)
class DispatchInputs:
    """One call for all samples; workloads that a sample lacks have no demand there.

    Rates are of the whole part, all active chips at share 1. NaN in `rate` counts as 0 (a figure is missing,
    `zero_reason` says which), NaN in `sessions_capacity` as no limit.
    """

    usable: Floats
    """[S,M,P] share of the active chips that may work: (1 − spares) · power cap."""
    chips: Floats
    """[S,M,P] active chips."""
    rate: Floats
    """[S,M,P,W] tokens/s: output for serving, agents and batch; trained, goodput included, for training."""
    sessions_capacity: Floats
    """[S,M,P,W] agent sessions the whole part can hold; inf or NaN = no limit."""
    demand: Floats
    """[S,M,W] output tokens/s, mean of the month (batch: tokens a month / MONTH_S); 0 for training."""
    sessions: Floats
    """[S,M,W] agent sessions, 0 for other kinds."""
    peak_to_mean: Floats
    """[W] or [S,W]; capacity is reserved for demand · peak_to_mean."""
    priority: NDArray[np.int64]
    """[W] or [S,W]; 1 is served first."""
    worth: Floats
    """[W] or [S,W] value of a token (USD per million); NaN = its best chips earn what others' do."""
    kind: tuple[str, ...]
    """W times training, serving, agent or batch."""
    tokens: Floats
    """[S,W] tokens a training run is to train; 0 for other kinds."""
    start: NDArray[np.int64]
    """[S,W] month index in which a training run may start; negative = before the horizon."""
    chips_max: Floats
    """[S,W] chips a training run can use at most (Σ over parts), not clipped to any part."""
    chips_min: Floats
    """[S,W] chips below which it does not run."""
    due_months: NDArray[np.int64]
    """[W] or [S,W] months a batch token may wait."""
    pins: tuple[Pin, ...] = ()
    zero_reason: tuple[tuple[str, ...], ...] = ()
    """[P][W] why a rate is 0 in words; empty text = no reason known before dispatch. May be left out."""

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """S, M, P, W."""
        samples, months, parts, workloads = self.rate.shape
        return samples, months, parts, workloads


@dataclass(frozen=True, eq=False)
class Dispatch:
    """Who runs where. Shares are of the whole part (all active chips), so Σ_w share ≤ usable."""

    inputs: DispatchInputs = field(repr=False)
    share: Floats
    """[S,M,P,W] share of the part that the workload holds, reserve for its peak included."""
    tokens: Floats
    """[S,M,P,W] tokens/s, mean of the month, that the workload gets from the part."""
    served: Floats
    """[S,M,W] Σ_p tokens; for training the trained tokens/s."""
    unmet: Floats
    """[S,M,W] tokens/s of serving and agents not served; of batch the work that fell due undone."""
    queued: Floats
    """[S,M,W] tokens of batch work that waits at the end of the month and is not yet due."""
    progress: Floats
    """[S,M,W] share of a training run's tokens trained by the end of the month; NaN for other kinds."""
    finish: Floats
    """[S,W] month index, with its fraction, in which a run finishes; NaN = not in the horizon, or no run."""
    class_of_part: Ints
    """[S,P] parts of one class are equal and share what they run."""
    edges: tuple[Ints, ...]
    """[S] arrays of class · W + workload of streams and batch in the order of filling."""

    def order(self, sample: int = 0) -> tuple[tuple[int, int], ...]:
        """(part, workload) of streams and batch in the order of filling."""
        workloads = self.share.shape[3]
        return tuple(
            (int(part), int(edge % workloads))
            for edge in self.edges[sample]
            for part in np.flatnonzero(self.class_of_part[sample] == edge // workloads)
        )

    @cached_property
    def idle(self) -> Floats:
        """[S,M,P] usable share that nobody holds."""
        idle = self.inputs.usable - self.share.sum(axis=3)
        # what rounding leaves of a full part is not capacity
        kept: Floats = np.where(idle > ROUNDING * self.inputs.usable, idle, 0.0)
        return kept
