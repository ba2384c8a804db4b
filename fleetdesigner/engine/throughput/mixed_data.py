"""One data-parallel job over chips of several kinds: which share of the batch each takes, and its step.

Each part steps as if all chips of the job formed replicas of its own kind: the same ring of gradients, the
same shards of optimizer states, the same stragglers, but its own share of the batch on its own replicas.
Two halves of one kind behind a bridge as fast as their fabric are therefore one pool, to the last digit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from fleetdesigner.engine.throughput.calibration import Calibration
from fleetdesigner.engine.throughput.columns import Column
from fleetdesigner.engine.throughput.plans import TrainingPlan
from fleetdesigner.engine.throughput.training import TERMS, step_time
from fleetdesigner.engine.throughput.training_search import layout_configs

_DATA, _STRAGGLER = TERMS.index("data"), TERMS.index("straggler")
_SAME = 1e-10
"""Relative difference of steps that counts as none."""
_ROUNDS = 8
_PROBE = 0.98
"""Steps are nearly straight lines over the share: the slope is taken between a share and this part of it."""


@dataclass(frozen=True, slots=True)
class Member:
    """One kind of chip in a data-parallel job."""

    plan: TrainingPlan
    """Whose layout its replicas have."""
    chips: float
    speed: float = 1.0
    """Factor on the speed of the equations: readiness, goodput."""


@dataclass(frozen=True, slots=True)
class JointStep:
    """Steps of a job over several kinds at some splits. Arrays of shape (splits, parts)."""

    seconds: Column
    """Of each part; the job waits for the slowest."""
    bridge_s: Column
    """Seconds of it that the fabric between the parts costs more than a part's own."""


def best_shares(
    members: Sequence[Member], bridge_bytes_per_s: float, cal: Calibration
) -> tuple[Column, Column, Column]:
    """(shares of the batch at which all parts end together, seconds, seconds for the bridge), each (parts,).

    Newton's method on the common time: a step is nearly a straight line over the share.
    """
    shares = np.array([one.plan.tokens_per_s / one.plan.chips_used * one.chips for one in members])
    shares *= [one.speed for one in members]
    shares /= shares.sum()
    found: tuple[Column, Column, Column] | None = None
    for _ in range(_ROUNDS):
        step = joint_step(members, np.array([shares, shares * _PROBE]), bridge_bytes_per_s, cal)
        now, probe = step.seconds
        if found is None or now.max() <= found[1].max():
            found = shares, now, step.bridge_s[0]
        if now.max() <= now.min() * (1.0 + _SAME):
            break
        slope = np.maximum(now - probe, 1e-9 * now) / (shares * (1.0 - _PROBE))
        common = (1.0 - np.sum(shares - now / slope)) / np.sum(1.0 / slope)
        shares = np.maximum(shares + (common - now) / slope, 1e-6)
        shares = shares / shares.sum()
    assert found is not None
    return found


def joint_step(
    members: Sequence[Member], shares: Column, bridge_bytes_per_s: float, cal: Calibration
) -> JointStep:
    """Seconds of each part at shares of the batch (splits, parts), gradients over the slowest fabric."""
    splits, parts = shares.shape
    chips = np.array([one.chips for one in members])
    whole = float(chips.sum())
    requests = [one.plan.request for one in members]
    slowest = min(request.chip.scale_out_bytes_per_s for request in requests)
    between = min(slowest, bridge_bytes_per_s / float(chips.min()))
    # rows: every split over the parts' own fabrics, then every split over what joins the parts
    again = 2 * splits
    configs = layout_configs(requests * again, [one.plan.layout for one in members] * again, cal)
    half = splits * parts
    configs = replace(
        configs,
        chip=replace(configs.chip, out=np.concatenate([configs.chip.out[:half], np.full(half, between)])),
        data=whole / (configs.tensor * configs.pipeline * configs.context),
        batch=configs.batch * np.tile((shares * whole / chips).ravel(), 2),
    )
    times = step_time(configs, cal.training)
    alone, own, joined = times.seconds[:half], times.terms[:, :half], times.terms[_DATA, half:]
    late = np.maximum(0.0, joined - own[_DATA]) * alone / (alone - own[_STRAGGLER])
    speed = np.array(
        [
            one.speed * request.maturity * cal.speed(request.chip, "training")
            for one, request in zip(members, requests, strict=True)
        ]
    )
    return JointStep((alone + late).reshape(splits, parts) / speed, late.reshape(splits, parts) / speed)
