"""Why a workload gets nothing from a part in a month, and the order of filling, in words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.engine.dispatch.inputs import AGENT, BATCH, TRAINING, Dispatch

REASONS = (
    "runs",
    "not in service",
    "no power",
    "not ready",
    "no memory",
    "no demand",
    "not started",
    "demand met",
    "pinned elsewhere",
    "runs in another pool",
    "too few chips left",
    "pool full",
)
"""Words of the codes; of ``not ready`` the caller's `zero_reason` says more."""
_CODE = {word: np.int8(code) for code, word in enumerate(REASONS)}

_NOTHING = 1e-9


def reason_codes(found: Dispatch, sample: int = 0) -> NDArray[np.int8]:
    """[M,P,W] index into REASONS for every part and workload of a sample."""
    given = found.inputs
    share, chips = found.share[sample], given.chips[sample][:, :, None]
    usable = given.usable[sample][:, :, None]
    rate = np.nan_to_num(given.rate[sample], nan=0.0)
    kind = np.array(given.kind)
    agent, training, batch = kind == AGENT, kind == TRAINING, kind == BATCH
    months = np.arange(share.shape[0])[:, None]
    asked = given.demand[sample]
    # no more is wanted: streams by their demand, queues by what waits, runs by their progress
    met = found.unmet[sample] <= _NOTHING * np.maximum(asked, _NOTHING)
    met = np.where(batch, met & (found.queued[sample] <= _NOTHING * asked.max(initial=0.0)), met)
    progress = np.nan_to_num(found.progress[sample])
    met = np.where(training, progress >= 1 - _NOTHING, met)
    waits = training & (months < given.start[sample])
    none = np.where(training, given.tokens[sample] <= 0, asked <= 0)
    pins = np.zeros(share.shape[1:], dtype=np.bool_)
    for pin in given.pins:
        pins[pin.part, pin.workload] = True
    elsewhere = (share.sum(axis=1) > 0)[:, None, :]
    by_pin = (elsewhere & training) & pins.any(axis=0) & ~pins
    room = given.sessions_capacity[sample]
    idle = found.idle[sample][:, :, None] * chips
    least = np.where(training, np.maximum(given.chips_min[sample], _NOTHING), _NOTHING)
    tests = (
        (share > 0, "runs"),
        (np.broadcast_to(chips <= 0, share.shape), "not in service"),
        (np.broadcast_to(usable <= 0, share.shape), "no power"),
        (rate <= 0, "not ready"),
        (agent & (room <= 0), "no memory"),
        (np.broadcast_to(none[:, None, :], share.shape), "no demand"),
        (np.broadcast_to(waits[:, None, :], share.shape), "not started"),
        (by_pin, "pinned elsewhere"),
        (np.broadcast_to(elsewhere & training, share.shape), "runs in another pool"),
        (np.broadcast_to(met[:, None, :], share.shape), "demand met"),
        ((idle > _NOTHING) & training & (idle < least), "too few chips left"),
    )
    return np.select(
        [test for test, _ in tests], [_CODE[word] for _, word in tests], default=_CODE["pool full"]
    ).astype(np.int8)


def reason(found: Dispatch, part: int, workload: int, month: int, sample: int = 0) -> str:
    """Why a share is zero, in words; empty where it is not."""
    word = REASONS[reason_codes(found, sample)[month, part, workload]]
    if word == "not ready" and found.inputs.zero_reason:
        return found.inputs.zero_reason[part][workload] or word
    return "" if word == "runs" else word


def order_sentence(found: Dispatch, parts: Sequence[str], workloads: Sequence[str], sample: int = 0) -> str:
    """How a sample is filled: ``Pretrain first, where it is fastest; then Chat on Trn3, H100; …``.

    A workload is named once, at its first edge, with its parts in the order in which they are filled.
    """
    given = found.inputs
    priority = np.broadcast_to(given.priority, (given.rate.shape[0], len(workloads)))[sample]
    takes: dict[int, list[int]] = {}
    for part, work in found.order(sample):
        takes.setdefault(work, []).append(part)
    said: list[tuple[int, int, str]] = []
    for work, kind in enumerate(given.kind):
        if kind == TRAINING and given.tokens[sample, work] > 0:
            said.append((int(priority[work]), 0, f"{workloads[work]} where it trains fastest"))
    for work, where in takes.items():
        names = ", ".join(dict.fromkeys(parts[part] for part in where))
        turn = 2 if given.kind[work] == BATCH else 1
        said.append((int(priority[work]), turn, f"{workloads[work]} on {names}"))
    said.sort(key=lambda one: one[:2])
    return "; then ".join(text for _, _, text in said)
