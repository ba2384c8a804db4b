"""One data-parallel job over chips of several kinds: which share of the batch each takes, and its step.

Each part steps as if all chips of the job formed replicas of its own kind: the same ring of gradients, the
same shards of optimizer states, the same stragglers, but its own share of the batch on its own replicas.
Two halves of one kind behind a bridge as fast as their fabric are therefore one pool, to the last digit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from fleetdesigner.engine.throughput.calibration import Calibration
from fleetdesigner.engine.throughput.columns import Column
from fleetdesigner.engine.throughput.plans import TrainingPlan
from fleetdesigner.engine.throughput.training import TERMS, step_time
from fleetdesigner.engine.throughput.training_search import layout_configs

_DATA, _STRAGGLER = TERMS.index("data"), TERMS.index("straggler")
_SAME = 1e-7
"""Relative difference of steps that counts as none."""
_ROUNDS = 4
_PROBE = 0.98
"""Steps are nearly straight lines over the share: the slope is taken between a share and this part of it."""


@dataclass(frozen=True, slots=True)
class Mixtures:
    """k mixtures of the same parts. Arrays of shape (k, parts) but for ``bridge_bytes_per_s`` (k,)."""

    plans: tuple[TrainingPlan, ...]
    """Of the parts: the layout that their replicas have."""
    chips: Column
    speed: Column
    """Factors on the speed of the equations: readiness, goodput."""
    bridge_bytes_per_s: Column


@dataclass(frozen=True, slots=True)
class JointStep:
    """Steps at some shares of the batch. Arrays of shape (k, parts)."""

    shares: Column
    seconds: Column
    """Of each part; the job waits for the slowest."""
    bridge_s: Column
    """Seconds of it that the fabric between the parts costs more than a part's own."""

    def part(self, rows: slice) -> JointStep:
        """Some of the mixtures."""
        return JointStep(self.shares[rows], self.seconds[rows], self.bridge_s[rows])


def best_shares(given: Mixtures, cal: Calibration) -> JointStep:
    """The shares of the batch at which all parts of a mixture end together, and their steps.

    Newton's method on the common time: a step is nearly a straight line over the share.
    """
    each = np.array([plan.tokens_per_s / plan.chips_used for plan in given.plans])
    shares = each * given.chips * given.speed
    shares = shares / shares.sum(axis=1, keepdims=True)
    twice = Mixtures(
        given.plans,
        np.tile(given.chips, (2, 1)),
        np.tile(given.speed, (2, 1)),
        np.tile(given.bridge_bytes_per_s, 2),
    )
    best: JointStep | None = None
    for _ in range(_ROUNDS):
        both = joint_step(twice, np.concatenate([shares, shares * _PROBE]), cal)
        now, probe = both.part(slice(len(shares))), both.part(slice(len(shares), None))
        best = now if best is None else _faster(best, now)
        if np.all(now.seconds.max(axis=1) <= now.seconds.min(axis=1) * (1.0 + _SAME)):
            break
        change = np.maximum(now.seconds - probe.seconds, 1e-9 * now.seconds)
        slope = change / (shares * (1.0 - _PROBE))
        ahead = np.sum(shares - now.seconds / slope, axis=1, keepdims=True)
        common = (1.0 - ahead) / np.sum(1.0 / slope, axis=1, keepdims=True)
        shares = np.maximum(shares + (common - now.seconds) / slope, 1e-6)
        shares = shares / shares.sum(axis=1, keepdims=True)
    assert best is not None
    return best


def _faster(one: JointStep, other: JointStep) -> JointStep:
    """The faster of two steps of each mixture; the first where they are equal."""
    take = (other.seconds.max(axis=1) < one.seconds.max(axis=1))[:, np.newaxis]
    return JointStep(
        np.where(take, other.shares, one.shares),
        np.where(take, other.seconds, one.seconds),
        np.where(take, other.bridge_s, one.bridge_s),
    )


def joint_step(given: Mixtures, shares: Column, cal: Calibration) -> JointStep:
    """Seconds of each part at shares of the batch (k, parts), gradients over the slowest fabric."""
    count, parts = shares.shape
    requests = [plan.request for plan in given.plans]
    slowest = min(request.chip.scale_out_bytes_per_s for request in requests)
    between = np.minimum(slowest, given.bridge_bytes_per_s / given.chips.min(axis=1))
    whole = given.chips.sum(axis=1, keepdims=True)
    # rows: every mixture over the parts' own fabrics, then every mixture over what joins the parts
    half = count * parts
    configs = layout_configs(
        requests, [plan.layout for plan in given.plans], cal, np.tile(range(parts), 2 * count)
    )
    out = np.concatenate([configs.chip.out[:half], np.repeat(between, parts)])
    configs = replace(
        configs,
        chip=replace(configs.chip, out=out),
        data=np.tile(np.repeat(whole, parts), 2) / (configs.tensor * configs.pipeline * configs.context),
        batch=configs.batch * np.tile((shares * whole / given.chips).ravel(), 2),
    )
    times = step_time(configs, cal.training)
    alone, own, joined = times.seconds[:half], times.terms[:, :half], times.terms[_DATA, half:]
    late = np.maximum(0.0, joined - own[_DATA]) * alone / (alone - own[_STRAGGLER])
    pace = [request.maturity * cal.speed(request.chip, "training") for request in requests]
    speed = given.speed * np.array(pace)
    return JointStep(shares, (alone + late).reshape(count, parts) / speed, late.reshape(count, parts) / speed)
