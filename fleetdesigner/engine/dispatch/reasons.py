"""Why a workload gets nothing from a part in a month, and the order of filling, in words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.engine.dispatch.inputs import AGENT, BATCH, TRAINING, Dispatch, Ints

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
EVERY_MONTH = slice(None)


def reason_codes(found: Dispatch, sample: int = 0, months: Ints | slice = EVERY_MONTH) -> NDArray[np.int8]:
    """[M,P,W] index into REASONS for every part and workload of a sample, in some `months` or in all."""
    given = found.inputs
    share, chips = found.share[sample][months], given.chips[sample][months][:, :, None]
    usable = given.usable[sample][months][:, :, None]
    kind = np.array(given.kind)
    agent, training, batch = kind == AGENT, kind == TRAINING, kind == BATCH
    at = np.arange(given.chips.shape[1])[months][:, None]
    asked = given.demand[sample][months]
    # no more is wanted: streams by their demand, queues by what waits, runs by their progress
    met = found.unmet[sample][months] <= _NOTHING * np.maximum(asked, _NOTHING)
    little = _NOTHING * given.demand[sample].max(initial=0.0)
    met &= ~batch | (found.queued[sample][months] <= little)
    met = np.where(training, found.progress[sample][months] >= 1 - _NOTHING, met)
    waits = training & (at < given.start[sample])
    none = np.where(training, given.tokens[sample] <= 0, asked <= 0)
    pins = np.zeros(share.shape[1:], dtype=np.bool_)
    for pin in given.pins:
        pins[pin.part, pin.workload] = True
    elsewhere = (share.sum(axis=1) > 0)[:, None, :]
    by_pin = (elsewhere & training) & pins.any(axis=0) & ~pins
    room = given.sessions_capacity[sample][months]
    idle = found.idle[sample][months][:, :, None] * chips
    least = np.where(training, np.maximum(given.chips_min[sample], _NOTHING), _NOTHING)
    tests = (
        (share > 0, "runs"),
        (chips <= 0, "not in service"),
        (usable <= 0, "no power"),
        (~(given.rate[sample][months] > 0), "not ready"),  # NaN too: a figure is missing
        (agent & (room <= 0), "no memory"),
        (none[:, None, :], "no demand"),
        (waits[:, None, :], "not started"),
        (by_pin, "pinned elsewhere"),
        (elsewhere & training, "runs in another pool"),
        (met[:, None, :], "demand met"),
        ((idle > _NOTHING) & training & (idle < least), "too few chips left"),
    )
    codes = np.full(share.shape, _CODE["pool full"])
    for test, word in reversed(tests):  # the first that holds is the reason
        np.copyto(codes, _CODE[word], where=test)
    return codes


def reason(found: Dispatch, part: int, workload: int, month: int, sample: int = 0) -> str:
    """Why a share is zero, in words; empty where it is not."""
    word = REASONS[reason_codes(found, sample, np.array([month]))[0, part, workload]]
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
