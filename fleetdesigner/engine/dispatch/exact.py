"""The exact optimum of one month's streams, to say what the greedy order leaves on the table.

A linear program in P · W unknowns and P + W rows, small enough for a plain simplex of dense arrays: a solver
library would be a dependency for one finding.
"""

from __future__ import annotations

import numpy as np

from fleetdesigner.engine.dispatch.inputs import Floats

TOLERANCE = 1e-10
"""Gain below which a step is rounding, on rows and gains scaled to about 1."""


def maximise(gain: Floats, rows: Floats, limits: Floats) -> Floats:
    """x ≥ 0 with rows · x ≤ limits that makes gain · x largest; `limits` are not negative.

    The primal simplex from x = 0, the largest gain entering; after many steps the first one does, which
    cannot cycle (Bland 1977). Raises ArithmeticError when the gain has no end.
    """
    count, unknowns = rows.shape
    table = np.zeros((count + 1, unknowns + count + 1))
    table[:count, :unknowns] = rows
    table[:count, unknowns : unknowns + count] = np.eye(count)
    table[:count, -1] = limits
    table[-1, :unknowns] = -gain
    basis = np.arange(unknowns, unknowns + count)
    steps = 0
    while True:
        costs = table[-1, :-1]
        candidates = np.flatnonzero(costs < -TOLERANCE)
        if not len(candidates):
            break
        enter = candidates[0] if steps > 20 * (count + unknowns) else candidates[costs[candidates].argmin()]
        column = table[:count, enter]
        able = np.flatnonzero(column > TOLERANCE)
        if not len(able):
            raise ArithmeticError("the gain has no end")
        ratios = table[able, -1] / column[able]
        ties = able[ratios <= ratios.min() * (1 + 1e-12)]
        leave = ties[basis[ties].argmin()]
        table[leave] /= table[leave, enter]
        others = np.arange(count + 1) != leave
        table[others] -= np.outer(table[others, enter], table[leave])
        basis[leave] = enter
        steps += 1
    answer = np.zeros(unknowns + count)
    answer[basis] = table[:count, -1]
    return np.maximum(answer[:unknowns], 0.0)


def best_streams(speed: Floats, usable: Floats, demand: Floats, worth: Floats) -> Floats:
    """[P,W] shares of the parts that serve most worth.

    `speed` [P,W] tokens/s of the whole part, mean of the month; `usable` [P]; `demand` [W] tokens/s;
    `worth` [W] of a token.
    """
    parts, works = speed.shape
    if not parts or not works:
        return np.zeros_like(speed)
    scale = np.maximum(demand, 1e-300)
    relative = np.where(demand > 0, speed / scale, 0.0)  # shares of the demand that a whole part serves
    in_part = np.kron(np.eye(parts), np.ones((1, works)))
    in_work = np.concatenate([np.diag(row) for row in relative], axis=1)
    gain = relative * demand * worth
    largest = float(gain.max(initial=0.0))
    if largest <= 0:
        return np.zeros_like(speed)
    found = maximise(
        gain.ravel() / largest,
        np.concatenate([in_part, in_work]),
        np.concatenate([usable, (demand > 0).astype(np.float64)]),
    )
    return found.reshape(parts, works)
