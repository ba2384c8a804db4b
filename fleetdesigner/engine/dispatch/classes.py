"""Parts of equal hardware, fabric and readiness become one class, so that splitting a pool changes nothing.

From here on the unit is the chip: a class has chips left, a workload takes some at a rate per chip.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fleetdesigner.engine.dispatch.inputs import AGENT, Bools, DispatchInputs, Floats, Ints

EQUAL = 1e-9
"""Relative difference below which two rates are the same figure computed on two pools."""


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """The parts by chip; month last, so that one (part, sample) is contiguous."""

    chips: Floats
    """[P,S,M] active chips."""
    usable: Floats
    """[P,S,M] share of them that may work, 0 where there are none."""
    rate: Floats
    """[P,W,S,M] tokens/s per chip, sessions folded in."""


@dataclass(frozen=True, slots=True, eq=False)
class Classes:
    """Parts pooled in classes, for samples in which they are the same."""

    of_part: Ints
    """[P] class of each part."""
    chips: Floats
    """[C,S,M] usable chips."""
    part_share: Floats
    """[P,S,M] usable share of a part per taken chip of its class: usable / Σ usable chips of the class."""
    rate: Floats
    """[C,W,S,M] tokens/s per chip."""


def parts_of(given: DispatchInputs) -> Parts:
    """The parts of all samples by chip."""
    chips = np.ascontiguousarray(given.chips.transpose(2, 0, 1))
    alive = chips > 0
    usable = np.where(alive, given.usable.transpose(2, 0, 1), 0.0)
    return Parts(chips, usable, _rate_per_chip(given, chips, alive))


def classes(parts: Parts, of_part: Ints, rows: Ints | slice) -> Classes:
    """The samples `rows`, in which `of_part` [P] says which parts are equal."""
    count = int(of_part.max(initial=-1)) + 1
    usable, rates = parts.usable[:, rows], parts.rate[:, :, rows]
    chips = usable * parts.chips[:, rows]
    if count == len(of_part):  # nothing to pool
        pooled, rate = chips, rates
    else:
        pooled = np.zeros((count, *chips.shape[1:]))
        rate = np.zeros((count, *rates.shape[1:]))
        for part, into in enumerate(of_part):
            pooled[into] += chips[part]
            np.maximum(
                rate[into], rates[part], out=rate[into]
            )  # equal where both live, 0 where one is absent
    whole = pooled[of_part]
    share = np.divide(usable, whole, out=np.zeros_like(usable), where=whole > 0)
    return Classes(of_part, pooled, share, rate)


def _rate_per_chip(given: DispatchInputs, chips: Floats, alive: Bools) -> Floats:
    """[P,W,S,M]. A session brings demand/sessions tokens/s, so room for sessions is room for tokens:
    rate = min(R, K · demand/sessions) serves tokens and holds their sessions at once."""
    known = np.where(np.isnan(given.rate), 0.0, given.rate)
    rate: Floats = np.ascontiguousarray(known.transpose(2, 3, 0, 1))
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


def equal_parts(given: DispatchInputs, parts: Parts) -> Ints:
    """[S,P] class of each part, in order of first appearance. Parts that a sample pins stay alone in it."""
    count, samples = parts.chips.shape[:2]
    alone = np.zeros((count, samples), dtype=np.bool_)
    for pin in given.pins:
        alone[pin.part] |= np.broadcast_to(pin.share, samples) > 0
    of_part = np.tile(np.arange(count), (samples, 1))
    alive = parts.chips > 0
    candidates = _alike(parts, alone)
    for first, sample in zip(*np.nonzero(candidates.any(axis=0)), strict=True):
        if of_part[sample, first] != first:
            continue  # one that has joined others already stands for none
        free = of_part[sample] == np.arange(count)
        later = np.flatnonzero(candidates[:, first, sample] & free)
        both = alive[later, sample] & alive[first, sample]
        same = _same(parts.rate[later, :, sample], parts.rate[first, :, sample], both)
        of_part[sample, later[same]] = first
    # classes are numbered by the first part of each
    first = of_part == np.arange(count)
    return np.asarray(np.take_along_axis(first.cumsum(axis=1) - 1, of_part, axis=1))


def _alike(parts: Parts, alone: Bools) -> Bools:
    """[P,P,S] later and earlier part that may be equal: free to join, equal in the last month if both live.

    Most unequal parts differ in any one month, so few pairs need a look at all of them.
    """
    last, lives = parts.rate[..., -1], parts.chips[..., -1] > 0
    spread = np.abs(last[:, None] - last[None])
    equal = (spread <= EQUAL * np.maximum(last[:, None], last[None])).all(axis=2)
    free = ~alone[:, None] & ~alone[None]
    earlier = np.tri(len(last), k=-1, dtype=np.bool_)
    candidates: Bools = free & (equal | ~(lives[:, None] & lives[None])) & earlier[..., None]
    return candidates


def _same(some: Floats, one: Floats, both: Bools) -> Bools:
    """[N] whether parts `some` [N,W,M] give the same per chip as `one` [W,M] in all months in which `both`
    [N,M] live, and there are such months.
    """
    unlike = np.abs(some - one) > EQUAL * np.maximum(some, one)
    differs = np.any(unlike & both[:, None], axis=(1, 2))
    return np.asarray(both.any(axis=1) & ~differs)
