"""In which order the edges (class, workload) of one priority are filled: three rules, the best by month."""

from __future__ import annotations

from collections.abc import Callable

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


def edges(rule: Scores, gain: Floats, rivals: Bools, members: Ints) -> Ints:
    """[S,E] flat indices class · W + workload of the members' edges that yield anything, best first.

    `gain` [S,C,W] is worth · tokens/s per chip. Scores are compared to ten digits, so that rounding cannot
    swap two equal edges; ties go by index. Samples with fewer edges repeat edges without gain at the end.
    """
    workloads = gain.shape[-1]
    flat = (np.arange(gain.shape[1])[:, None] * workloads + members).ravel()
    score = rule(gain, rivals)[:, :, members].reshape(len(gain), -1)
    worth = gain[:, :, members].reshape(len(gain), -1)
    keep = (worth > 0).any(axis=0)
    flat, score, worth = flat[keep], _digits(score[:, keep]), worth[:, keep]
    score = np.where(worth > 0, score, -np.inf)
    ranked = np.lexsort((np.broadcast_to(flat, score.shape), -_digits(worth), -score), axis=-1)
    order: Ints = flat[ranked]
    return order


def _digits(values: Floats) -> Floats:
    """Ten significant digits."""
    size = np.where(values == 0, 1.0, np.abs(values))
    scale = 10.0 ** (9 - np.floor(np.log10(size)))
    return np.round(values * scale) / scale
