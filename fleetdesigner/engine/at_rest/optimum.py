"""How far the greedy dispatch is from the best one, in the months that matter. Runs when the hand rests."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.design.edits import set_field
from fleetdesigner.design.workloads import Placing
from fleetdesigner.engine.dispatch import AGENT, BATCH, TRAINING, Dispatch, narrowed
from fleetdesigner.engine.dispatch.exact import best_streams
from fleetdesigner.engine.dispatch.order import token_worth
from fleetdesigner.engine.results import Finding, Remedy
from fleetdesigner.engine.state import SampleState
from fleetdesigner.units import digits, month_text, text

Array = NDArray[np.float64]
Index = NDArray[np.int64]

WORTH_TELLING = 0.01
"""Share of the served value that must be on the table."""
UNMET = 1e-6
"""Share of a demand below which what is unmet is rounding."""
FIRST = 1e3
"""Weight of the priorities that come before the one that is short: they keep what they have."""


@dataclass(frozen=True, slots=True, eq=False)
class Better:
    """A better month."""

    month: int
    """Index."""
    gain: float
    """Of the served value of the streams that are short, as a share."""
    works: Index
    """The streams concerned."""
    share: Array
    """[P,W] better shares, of all workloads; 0 for those not concerned."""
    now: Array
    """[P,W]"""


def rest_findings(state: SampleState) -> tuple[Finding, ...]:
    """What only the exact optimum can tell about a sample; a few milliseconds a month looked at."""
    found = narrowed(state.found, state.row, state.part_index, state.work_index)
    better = [one for month in _months(found) if (one := improved(found, month)) is not None]
    best = max(better, key=lambda one: one.gain, default=None)
    return () if best is None or best.gain < WORTH_TELLING else (_finding(state, found, best),)


def _months(found: Dispatch) -> list[int]:
    """The month of the largest gap of each stream that is short."""
    unmet, asked = found.unmet[0], found.inputs.demand[0]
    streams = [at for at, kind in enumerate(found.inputs.kind) if kind not in (TRAINING, BATCH)]
    worst = {int(unmet[:, at].argmax()) for at in streams if (unmet[:, at] > UNMET * asked[:, at]).any()}
    return sorted(worst)


def improved(found: Dispatch, month: int) -> Better | None:
    """The exact optimum of a month of one sample's dispatch, None where nobody is short or pins decide.

    Streams down to the first priority that is short are placed anew on what training and batch work leave.
    """
    given = found.inputs
    kinds = np.array(given.kind)
    asked, unmet = given.demand[0, month], found.unmet[0, month]
    streams = ~np.isin(kinds, (TRAINING, BATCH))
    short = streams & (unmet > UNMET * asked)
    if not short.any() or any(pin.from_index <= month < pin.to_index for pin in given.pins):
        return None
    priority = np.broadcast_to(given.priority, (1, len(kinds)))[0]
    tier = int(priority[short].min())
    works = np.flatnonzero(streams & (priority <= tier) & (asked > 0))
    speed = _speed(given.rate[0, month], found, month)[:, works]
    chips = given.chips[0, month][:, None]
    each = np.divide(speed, chips, out=np.zeros_like(speed), where=chips > 0)
    worth = token_worth(each[None], np.broadcast_to(given.worth, (1, len(kinds)))[:, works])[0]
    now = found.share[0, month]
    held = now[:, ~streams].sum(axis=1)
    usable = np.where(chips[:, 0] > 0, np.maximum(given.usable[0, month] - held, 0.0), 0.0)
    first = priority[works] < tier
    share = best_streams(speed, usable, asked[works], worth * np.where(first, FIRST, 1.0))
    value = (share * speed).sum(axis=0) * worth
    before = found.served[0, month, works] * worth
    if value[first].sum() < before[first].sum() * (1 - UNMET):
        return None
    total = float(before[~first].sum())
    gain = float(value[~first].sum()) - total
    placed = np.zeros_like(now)
    placed[:, works] = share
    return Better(month, gain / total if total > 0 else float(gain > 0), works, placed, now)


def _speed(rate: Array, found: Dispatch, month: int) -> Array:
    """[P,W] mean tokens/s of a whole part, sessions and the reserve for peaks taken into account."""
    given = found.inputs
    speed = np.nan_to_num(rate)
    for at, kind in enumerate(given.kind):
        sessions = given.sessions[0, month, at]
        if kind == AGENT and sessions > 0:
            room = given.sessions_capacity[0, month, :, at]
            held = np.where(np.isfinite(room), room, np.inf) * (given.demand[0, month, at] / sessions)
            speed[:, at] = np.minimum(speed[:, at], held)
    return np.asarray(speed / np.broadcast_to(given.peak_to_mean, (1, len(given.kind)))[0])


def _finding(state: SampleState, found: Dispatch, best: Better) -> Finding:
    pools = {pool.id: pool.name or pool.id for pool in state.design.pools}
    keys = state.plant.parts.keys
    names = [
        f"{pools[key.pool_id]} {' + '.join(state.catalog.rack(one).short_name for one in key.rack_ids)}"
        for key in keys
    ]
    change = best.share - np.where(np.isin(np.arange(best.now.shape[1]), best.works), best.now, 0.0)
    largest = np.argsort(-np.abs(change), axis=None)[:3]
    moves = []
    for part, work in zip(*np.unravel_index(largest, change.shape), strict=True):
        step = float(change[part, work])
        if abs(step) > WORTH_TELLING:
            name = state.design.workloads[work].name or state.design.workloads[work].id
            moves.append(
                f"{name} on {digits(abs(step) * 100)} % {'more' if step > 0 else 'less'} of {names[part]}"
            )
    month = state.design.first_month + best.month
    return Finding(
        "info",
        "served_value_left",
        "design:",
        f"Dispatch: {text(best.gain, 'fraction')} more served value is possible in {month_text(month)}",
        f"{'; '.join(moves)}." if moves else "",
        month,
        _pinned(state, found, best),
    )


def _pinned(state: SampleState, found: Dispatch, best: Better) -> tuple[Remedy, ...]:
    """Pin the better shares while the gap lasts; only where a pool is one part, since pins name pools."""
    keys = state.plant.parts.keys
    pools = [key.pool_id for key in keys]
    if len(set(pools)) < len(pools):
        return ()
    short = (found.unmet[0][:, best.works] > UNMET * found.inputs.demand[0][:, best.works]).any(axis=1)
    ends = np.flatnonzero(~short[best.month :])
    until = best.month + int(ends[0]) if len(ends) else len(short)
    first = state.design.first_month
    edits = []
    for work in best.works.tolist():
        stream = state.design.workloads[work]
        placings = tuple(
            Placing(
                pool_id=pool,
                share=min(float(best.share[part, work] / found.inputs.usable[0, best.month, part]), 1.0),
                from_month=first + best.month,
                to_month=first + until,
            )
            for part, pool in enumerate(pools)
            if best.share[part, work] > UNMET
        )
        if placings:
            edits.append(set_field(f"workload:{stream.id}", "pins", (*stream.pins, *placings)))
    span = (
        f"From {month_text(first + best.month)} until {month_text(first + until)}, as long as the gap lasts."
    )
    return (Remedy("Pin the better shares", span, tuple(edits)),) if edits else ()
