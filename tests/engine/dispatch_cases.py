"""Random dispatch problems, and the exact optimum to judge the greedy answer by."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from fleetdesigner.engine.dispatch import DispatchInputs

Floats = NDArray[np.float64]


def problem(
    seed: int,
    *,
    kinds: tuple[str, ...] = ("serving", "serving", "agent", "serving"),
    samples: int = 1,
    months: int = 6,
    parts: int = 3,
    load: float = 1.0,
    priorities: int = 1,
) -> DispatchInputs:
    """Capacity grows by part, demand by workload; `load` is demand over what the fleet could serve."""
    draw = np.random.default_rng(seed)
    works = len(kinds)
    kind = np.array(kinds)
    begins = draw.integers(0, max(1, months // 2), parts)
    placed = draw.integers(64, 1024, parts) * (np.arange(months)[:, None] >= begins)
    chips = np.broadcast_to(placed.astype(np.float64), (samples, months, parts)).copy()
    per_chip = draw.lognormal(3.0, 0.8, (parts, works)) * (draw.random((parts, works)) > 0.25)
    per_chip = per_chip * draw.uniform(0.9, 1.1, (samples, 1, 1, 1))
    rate = chips[..., None] * per_chip
    fits = (chips[..., None] * per_chip).max(axis=2, initial=0.0).mean(axis=1, keepdims=True)
    growth = np.linspace(0.5, 1.5, months)[:, None]
    demand = load * fits / works * growth * draw.uniform(0.3, 1.7, works) * (kind != "training")
    sessions = demand * 20.0 * (kind == "agent")
    return DispatchInputs(
        usable=np.broadcast_to(draw.uniform(0.8, 1.0, parts), chips.shape).copy(),
        chips=chips,
        rate=rate,
        sessions_capacity=chips[..., None] * draw.uniform(200.0, 2000.0, (parts, works)),
        demand=demand,
        sessions=sessions,
        peak_to_mean=np.where(kind == "serving", draw.uniform(1.0, 2.0, works), 1.0),
        priority=draw.integers(1, priorities + 1, works),
        worth=draw.uniform(0.5, 5.0, works),
        kind=kinds,
        tokens=np.broadcast_to(
            np.where(kind == "training", draw.uniform(1e10, 1e12, works), 0.0), (samples, works)
        ),
        start=np.broadcast_to(draw.integers(0, max(1, months // 2), works), (samples, works)),
        chips_max=np.broadcast_to(draw.integers(32, 512, works).astype(np.float64), (samples, works)),
        chips_min=np.ones((samples, works)),
        due_months=draw.integers(0, 4, works),
    )


def halved(given: DispatchInputs, part: int) -> DispatchInputs:
    """The same with one part split in two halves, the second half last."""

    def split(values: Floats) -> Floats:
        half = values.copy()
        half[:, :, part] *= 0.5
        return np.concatenate([half, half[:, :, part : part + 1]], axis=2)

    usable = np.concatenate([given.usable, given.usable[:, :, part : part + 1]], axis=2)
    return replace(
        given,
        usable=usable,
        chips=split(given.chips),
        rate=split(given.rate),
        sessions_capacity=split(given.sessions_capacity),
        zero_reason=(),
    )


def exact(given: DispatchInputs, sample: int, month: int) -> float:
    """Most worth that streams of one priority can be served in a month: a linear program (HiGHS)."""
    rate, usable = np.nan_to_num(given.rate[sample, month]), given.usable[sample, month]
    parts, works = rate.shape
    demand, sessions = given.demand[sample, month], given.sessions[sample, month]
    peak = np.broadcast_to(given.peak_to_mean, (given.rate.shape[0], works))[sample]
    each = np.divide(demand, sessions, out=np.zeros(works), where=sessions > 0)
    room = np.where(sessions > 0, given.sessions_capacity[sample, month], 0.0)
    speed = np.where(sessions > 0, np.minimum(rate, room * each), rate) / peak
    gain = speed * np.broadcast_to(given.worth, (given.rate.shape[0], works))[sample]
    in_part = np.kron(np.eye(parts), np.ones((1, works)))
    in_work = np.hstack([np.diag(speed[part]) for part in range(parts)])
    scale = np.maximum(demand, 1e-9)
    found = linprog(
        -gain.ravel() / max(float(gain.max()), 1e-300),
        A_ub=np.vstack([in_part, in_work / scale[:, None]]),
        b_ub=np.concatenate([usable * (given.chips[sample, month] > 0), demand / scale]),
        method="highs",
    )
    assert found.status == 0, found.message
    return float(-found.fun * max(float(gain.max()), 1e-300))
