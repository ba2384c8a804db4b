"""What is left of a synchronous job's time after checkpoints, lost work and restarts (THROUGHPUT §6)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from fleetdesigner.engine.throughput.columns import Column

LLAMA3_CHIP_HOURS = 50_700.0
"""Chip-hours between unexpected interruptions: 419 in 54 days on 16,384 H100 (arXiv 2407.21783 §3.3.4)."""


def optimal_interval(
    n_chips: ArrayLike, chip_hours_between: ArrayLike = LLAMA3_CHIP_HOURS, checkpoint_s: ArrayLike = 30.0
) -> Column:
    """Seconds between checkpoints that lose least: √(2 c M_job) (Young 1974). Same shape as the inputs."""
    job_s = 3600.0 * np.asarray(chip_hours_between, dtype=np.float64) / np.asarray(n_chips, dtype=np.float64)
    return np.asarray(np.sqrt(2.0 * np.asarray(checkpoint_s, dtype=np.float64) * job_s))


def goodput(
    n_chips: ArrayLike,
    chip_hours_between: ArrayLike = LLAMA3_CHIP_HOURS,
    checkpoint_s: ArrayLike = 30.0,
    restart_s: ArrayLike = 600.0,
    interval_s: ArrayLike | None = None,
) -> Column:
    """Share of a job's time that advances it: 1 / (1 + c/τ + (R + τ/2)/M_job), M_job = M_chip / n.

    ``n_chips`` of one synchronous job (not of the fleet), ``chip_hours_between`` interruptions of one chip,
    ``checkpoint_s`` that stop the job, ``restart_s`` to be back at speed, ``interval_s`` between checkpoints
    (None: the optimal one). All broadcast against each other.
    """
    chips = np.asarray(n_chips, dtype=np.float64)
    checkpoint = np.asarray(checkpoint_s, dtype=np.float64)
    between = np.asarray(chip_hours_between, dtype=np.float64)
    job_s = 3600.0 * between / chips
    chosen = optimal_interval(chips, between, checkpoint) if interval_s is None else np.asarray(interval_s)
    interval = np.maximum(chosen, 1e-9)
    lost = checkpoint / interval + (np.asarray(restart_s, dtype=np.float64) + 0.5 * interval) / job_s
    return np.asarray(1.0 / (1.0 + lost))
