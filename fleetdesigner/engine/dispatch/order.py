"""In which order the edges (class, workload) of one priority are filled: three rules, the best by month."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from fleetdesigner.engine.dispatch.classes import EQUAL
from fleetdesigner.engine.dispatch.inputs import Bools, Floats, Ints

Scores = Callable[[Floats, Bools], Floats]


def mean_rate(rate: Floats, chips: Floats, wanted: Bools) -> Floats:
    """[S,C,W] tokens/s per chip, mean over the months in which the class lives and the workload is wanted."""
    both = (chips > 0)[:, None] & wanted[None]  # [C,W,S,M]
    months = both.sum(axis=-1)
    total = np.where(both, rate, 0.0).sum(axis=-1)
    mean = np.divide(total, months, out=np.zeros_like(total), where=months > 0)
    return np.ascontiguousarray(mean.transpose(2, 0, 1))


def token_worth(mean: Floats, worth: Floats) -> Floats:
    """[S,W] worth of a token. Where nobody gave a value, a chip's best hour is worth what it is elsewhere."""
    best = mean.max(axis=1, initial=0.0)
    given = np.isfinite(worth)
    rates = np.where(given, np.nan_to_num(worth) * best, 0.0)
    count = given.sum(axis=-1, keepdims=True)
    total = rates.sum(axis=-1, keepdims=True)
    usual = np.divide(total, count, out=np.zeros_like(total), where=count > 0)
    usual = np.where(usual > 0, usual, 1.0)
    derived = np.divide(usual, best, out=np.zeros_like(best), where=best > 0)
    value: Floats = np.where(given, np.nan_to_num(worth), derived)
    return value


def _alternative(gain: Floats, rivals: Bools) -> Floats:
    """[S,C,W] the best gain of the class among the rivals [W,W'] of each workload."""
    if gain.shape[-1] == 0:
        return gain
    other: Floats = np.where(rivals, gain[:, :, None, :], 0.0).max(axis=-1)
    return other


def by_advantage(gain: Floats, rivals: Bools) -> Floats:
    """Comparative advantage: how good the class is for the workload, over that for the next best."""
    best = gain.max(axis=1, keepdims=True, initial=0.0)
    relative = np.divide(gain, best, out=np.zeros_like(gain), where=best > 0)
    other = _alternative(relative, rivals)
    alone = np.full_like(gain, 1e30) * relative  # nobody else wants the class: before all, best fit first
    advantage: Floats = np.divide(relative, other, out=alone, where=other > 0)
    return advantage


def by_worth(gain: Floats, rivals: Bools) -> Floats:
    """What a chip earns there."""
    return gain


def by_difference(gain: Floats, rivals: Bools) -> Floats:
    """What a chip earns there beyond what it would earn with the next best workload."""
    difference = gain - _alternative(gain, rivals)
    # of two equal workloads rounding would make one the better
    beyond: Floats = np.where(np.abs(difference) > EQUAL * gain, difference, 0.0)
    return beyond


RULES: tuple[Scores, ...] = (by_advantage, by_worth, by_difference)
"""The first is the rule shown to the planner; the others run where it leaves demand unmet."""


def edges(rules: Sequence[Scores], gain: Floats, rivals: Bools, turn: Ints) -> tuple[Ints, Ints]:
    """The edges that yield anything in the order of filling, for all rules in one sorting.

    `gain` [S,C,W] is worth · tokens/s per chip; `turn` [W] is when a workload's edges are filled, −1 where it
    has none. Returns the flat indices class · W + workload [R·S,E], rule by rule, and the turn [E] of each
    column. Within a turn the best come first: scores are compared to ten digits, so that rounding cannot swap
    two equal edges; ties go by index. Samples with fewer edges repeat edges without gain at the end.
    """
    samples, classes, workloads = gain.shape
    worth = gain.reshape(samples, classes * workloads)
    flat = np.flatnonzero(np.tile(turn >= 0, classes) & (worth > 0).any(axis=0))
    worth = worth[:, flat]
    score = _digits(np.stack([rule(gain, rivals).reshape(samples, -1)[:, flat] for rule in rules]))
    score = np.where(worth > 0, score, -np.inf)
    turns = turn[flat % workloads]
    keys = (-_digits(worth), -score, turns)  # the last decides first; ties stay as they are, and `flat` rises
    order: Ints = flat[np.lexsort([np.broadcast_to(key, score.shape) for key in keys], axis=-1)]
    return order.reshape(len(rules) * samples, len(flat)), np.sort(turns)


def _digits(values: Floats) -> Floats:
    """Ten significant digits."""
    size = np.where(values == 0, 1.0, np.abs(values))
    scale = 10.0 ** (9 - np.floor(np.log10(size)))
    return np.round(values * scale) / scale
