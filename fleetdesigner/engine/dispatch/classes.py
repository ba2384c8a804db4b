"""Parts of equal hardware, fabric and readiness become one class, so that splitting a pool changes nothing.

From here on the unit is the chip: a class has chips left, a workload takes some at a rate per chip.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fleetdesigner.engine.dispatch.inputs import AGENT, DispatchInputs, Floats, Ints

EQUAL = 1e-9
"""Relative difference below which two rates are the same figure computed on two pools."""


@dataclass(frozen=True, slots=True)
class Classes:
    """Parts in classes; month last, so that one (class, sample) is contiguous."""

    of_part: Ints
    """[P] class of each part."""
    chips: Floats
    """[C,S,M] usable chips."""
    part_share: Floats
    """[P,S,M] usable share of a part per taken chip of its class: usable / Σ usable chips of the class."""
    rate: Floats
    """[C,W,S,M] tokens/s per chip, sessions folded in."""


def classes(given: DispatchInputs) -> Classes:
    """The classes of the parts. Parts named by a pin stay alone."""
    chips = np.ascontiguousarray(given.chips.transpose(2, 0, 1))
    usable = np.ascontiguousarray(given.usable.transpose(2, 0, 1))
    alive = chips > 0
    per_chip = _rate_per_chip(given, chips, alive)
    of_part = _grouping(per_chip, alive, {pin.part for pin in given.pins})
    count = int(of_part.max(initial=-1)) + 1
    usable_chips = np.where(alive, usable * chips, 0.0)
    pooled = np.zeros((count, *chips.shape[1:]))
    rate = np.zeros((count, *per_chip.shape[1:]))
    for part, into in enumerate(of_part):
        pooled[into] += usable_chips[part]
        np.maximum(rate[into], per_chip[part], out=rate[into])  # equal where both live, 0 where one is absent
    whole = pooled[of_part]
    share = np.divide(usable, whole, out=np.zeros_like(usable), where=(whole > 0) & alive)
    return Classes(of_part, pooled, share, rate)


def _rate_per_chip(given: DispatchInputs, chips: Floats, alive: np.ndarray) -> Floats:
    """[P,W,S,M]. A session brings demand/sessions tokens/s, so room for sessions is room for tokens:
    rate = min(R, K · demand/sessions) serves tokens and holds their sessions at once."""
    rate = np.ascontiguousarray(np.nan_to_num(given.rate, nan=0.0).transpose(2, 3, 0, 1))
    for work, kind in enumerate(given.kind):
        if kind != AGENT:
            continue
        room = given.sessions_capacity[..., work].transpose(2, 0, 1)
        sessions, demand = given.sessions[..., work], given.demand[..., work]
        each = np.divide(demand, sessions, out=np.zeros_like(demand), where=sessions > 0)
        limited = (sessions > 0) & np.isfinite(room)
        held = np.multiply(room, each, out=np.full(room.shape, np.inf), where=limited)
        rate[:, work] = np.minimum(rate[:, work], held)
    live = alive[:, None]
    return np.divide(rate, chips[:, None], out=np.zeros_like(rate), where=live)


def _grouping(per_chip: Floats, alive: np.ndarray, alone: set[int]) -> Ints:
    """[P] index of the class, in order of first appearance."""
    parts = len(per_chip)
    of_part = np.full(parts, -1, dtype=np.int64)
    firsts: list[int] = []
    for part in range(parts):
        for into, first in enumerate(firsts):
            if part in alone or first in alone:
                continue
            if _same(per_chip[part], per_chip[first], alive[part] & alive[first]):
                of_part[part] = into
                break
        else:
            of_part[part] = len(firsts)
            firsts.append(part)
    return of_part


def _same(one: Floats, other: Floats, both: np.ndarray) -> bool:
    """Whether two parts give the same per chip in all months in which both live, and such months exist."""
    seen = np.flatnonzero(both)
    if not len(seen):
        return False
    # most unequal parts differ in any one month: look at all months only where the last one agrees
    last = np.unravel_index(seen[-1], both.shape)
    mine, theirs = one[:, *last], other[:, *last]
    if (np.abs(mine - theirs) > EQUAL * np.maximum(mine, theirs)).any():
        return False
    spread = np.abs(one - other)[:, both]
    return bool((spread <= EQUAL * np.maximum(one, other)[:, both]).all())
