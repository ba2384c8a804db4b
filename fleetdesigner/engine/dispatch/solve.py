"""Capacity to workloads: DOCUMENT §2. Greedy along three orders, the best by month; never called optimal."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from fleetdesigner.engine.dispatch.classes import Classes, classes, equal_parts, parts_of
from fleetdesigner.engine.dispatch.fill import Demand, Filling, Pins, again, demand_of
from fleetdesigner.engine.dispatch.inputs import (
    AGENT,
    BATCH,
    MONTH_S,
    ROUNDING,
    SERVING,
    TRAINING,
    Bools,
    Dispatch,
    DispatchInputs,
    Floats,
    Ints,
)
from fleetdesigner.engine.dispatch.order import RULES, edges, mean_rate, token_worth
from fleetdesigner.engine.dispatch.storable import due_by

_TURN = {TRAINING: 0, SERVING: 1, AGENT: 1, BATCH: 2}
"""Within one priority: jobs that hold their chips, then streams, then work that can wait."""

TIE = 1e-9
"""Two orders that differ by less serve the same."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one or several orders gave, sample axis second to last."""

    taken: Floats
    """[C,W,S,M] chips."""
    unmet: Floats
    """[W,S,M] batch work that fell due undone, tokens/s."""
    queued: Floats
    """[W,S,M]"""
    finish: Floats
    """[W,S]"""
    order: Ints
    """[S,E] all edges in the order filled."""


def dispatch(given: DispatchInputs) -> Dispatch:
    """Who runs where in each month. See `DispatchInputs` and `Dispatch` for shapes and units.

    Samples of equal priorities and equal classes of parts are filled together, and none knows of the others:
    a sample's answer is the one it would have alone.
    """
    samples, months, count, workloads = given.shape
    parts = parts_of(given)
    of_part = equal_parts(given, parts)
    demand = demand_of(given)
    priority = np.broadcast_to(given.priority, (samples, workloads))
    worth = np.broadcast_to(given.worth, (samples, workloads)).astype(np.float64)
    share = np.zeros((count, workloads, samples, months))
    tokens = np.zeros_like(share)
    unmet = np.zeros((workloads, samples, months))
    queued = np.zeros((workloads, samples, months))
    finish = np.full((workloads, samples), np.nan)
    order: list[Ints] = [np.zeros(0, dtype=np.int64)] * samples
    groups: dict[bytes, list[int]] = {}
    for row, alike in enumerate(np.concatenate([priority, of_part], axis=1)):
        groups.setdefault(alike.tobytes(), []).append(row)
    for members in map(np.array, groups.values()):
        first = members[0]
        rows = slice(None) if len(members) == samples else members  # a view of all, or a copy of some
        held = classes(parts, of_part[first], rows)
        pins = tuple((pin, np.broadcast_to(pin.share, samples)[rows]) for pin in given.pins)
        answer = _tiers(given.kind, tuple(priority[first].tolist())).solve(
            held, demand.rows(rows), worth[rows], pins
        )
        unmet[:, rows], queued[:, rows], finish[:, rows] = answer.unmet, answer.queued, answer.finish
        mine = answer.taken[held.of_part] * held.part_share[:, None]
        share[:, :, rows] = mine
        tokens[:, :, rows] = mine * parts.chips[:, None, rows] * held.rate[held.of_part]
        for row, flat in zip(members, answer.order, strict=True):
            order[row] = flat
    return _dispatch(given, share, tokens, unmet, queued, finish, of_part, tuple(order))


class _Tiers:
    """The turns of one set of priorities: (priority, turn) ranks, filled in rising order."""

    def __init__(self, kind: tuple[str, ...], priority: tuple[int, ...]) -> None:
        rank = np.array(
            [tier * 3 + _TURN[one] for tier, one in zip(priority, kind, strict=True)], dtype=np.int64
        )
        self.kind = kind
        ranks = [np.flatnonzero(rank == one) for one in np.unique(rank)]
        self.by_rank = np.argsort(rank, kind="stable")
        self.begins = np.flatnonzero(np.diff(rank[self.by_rank], prepend=-1))
        self.rivals: Bools = (rank[None, :] >= rank[:, None]) & ~np.eye(len(kind), dtype=np.bool_)
        # streams of one rank share their edges, each run and each queue has a turn of its own
        self.turns = [
            turn
            for members in ranks
            for turn in ([members] if _TURN[kind[members[0]]] == _TURN[SERVING] else members[:, None])
        ]
        self.turn_of = np.full(len(kind), -1)
        for at, members in enumerate(self.turns):
            if kind[members[0]] != TRAINING:
                self.turn_of[members] = at

    def solve(self, held: Classes, wants: Demand, worth: Floats, pins: Pins) -> _Answer:
        """The answer for the samples of `held`."""
        chips, rate = held.chips, held.rate
        wanted = wants.need > 0
        for work, kind in enumerate(self.kind):
            if kind == TRAINING:
                begun = np.arange(wanted.shape[-1]) >= wants.start[work][:, None]
                wanted[work] = begun & (wants.tokens[work] > 0)[:, None]
            elif kind == BATCH:
                # what waits is wanted until it is due: chips may come after the month in which it arrived
                came = np.cumsum(wants.need[work], axis=-1)
                wanted[work] = came > due_by(came, wants.due[work] + 1)
        mean = mean_rate(rate, chips, wanted)
        value = token_worth(mean, worth)
        order, turns = edges(RULES, mean * value[:, None, :], self.rivals, self.turn_of)
        # all orders in one filling: it costs little more than one, and the fleets that matter need them all
        count = len(RULES)
        filling = Filling(again(chips, count), again(rate, count, axis=2), wants.times(count))
        filling.pin(tuple((pin, again(share, count, axis=0)) for pin, share in pins), held.of_part)
        self._fill(filling, order, turns)
        return self._best(filling, value, order)

    def _fill(self, filling: Filling, order: Ints, turns: Ints) -> None:
        """Turn by turn along `order` [R·S,E], of which `turns` [E] says when each edge has its turn."""
        begins = np.searchsorted(turns, np.arange(len(self.turns) + 1)).tolist()
        for at, members in enumerate(self.turns):
            kind, mine = self.kind[members[0]], order[:, begins[at] : begins[at + 1]]
            if kind == TRAINING:
                filling.run(int(members[0]))
            elif kind == BATCH:
                filling.batch(int(members[0]), mine)
            else:
                filling.stream(mine)

    def _short(self, answer: _Answer, served: Floats, rate: Floats, need: Floats) -> Bools:
        """[S] whether a stream or a queue gets less than it wants in a month in which some class could."""
        able = np.any(rate > 0, axis=0)
        queues = [work for work, kind in enumerate(self.kind) if kind == BATCH]
        streams = [work for work, kind in enumerate(self.kind) if kind in (SERVING, AGENT)]
        lacking = np.asarray(need - served > TIE * need) & able
        most = need[queues].max(axis=-1, keepdims=True, initial=0.0)
        late = (answer.unmet[queues] > TIE * most) & able[queues].any(axis=-1, keepdims=True)
        return np.asarray(np.concatenate([lacking[streams], late]).any(axis=(0, 2)))

    def _best(self, filling: Filling, value: Floats, order: Ints) -> _Answer:
        """By month the order that serves most worth, priority by priority; ties to the first.

        The others count only for samples that the first leaves short. Where an order changes work that is
        stored, its months belong together: it wins or loses as a whole.
        """
        samples = len(value)
        served = (filling.taken * filling.rate).sum(axis=0)
        one, *others = (slice(at, at + samples) for at in range(0, served.shape[1], samples))
        taken, unmet, queued = filling.taken[:, :, one], filling.unmet[:, one], filling.queued[:, one]
        answer = _Answer(taken, unmet, queued, filling.finish[:, one], order[one])
        short = self._short(answer, served[:, one], filling.rate[:, :, one], filling.demand.need[:, one])
        if not short.any():
            return answer
        stored = [work for work, kind in enumerate(self.kind) if kind in (TRAINING, BATCH)]
        worth = self._worths(served, again(value, len(RULES), axis=0))
        best, base = worth[:, one].copy(), taken[:, stored]
        for rows in others:
            rival, worths = filling.taken[:, :, rows], worth[:, rows]
            scale = TIE * base.max(axis=(0, 1, 3), initial=1.0)
            alike = (np.abs(rival[:, stored] - base) <= scale[:, None]).all(axis=(0, 1, 3))
            better = _better(_with_sum(worths), _with_sum(best))
            whole = better[:, -1] & ~alike & short
            wins = (better[:, :-1] & (alike & short)[:, None]) | whole[:, None]
            for mine, theirs in (
                (taken, rival), (unmet, filling.unmet[:, rows]), (queued, filling.queued[:, rows]),
                (best, worths), (base, rival[:, stored]),
            ):  # fmt: skip
                np.copyto(mine, theirs, where=wins)
            np.copyto(answer.finish, filling.finish[:, rows], where=whole)
        return answer

    def _worths(self, served: Floats, value: Floats) -> Floats:
        """[T,S,M] worth served by rank."""
        worth = (served * value.T[:, :, None])[self.by_rank]
        return np.asarray(np.add.reduceat(worth, self.begins, axis=0))


@lru_cache(maxsize=64)
def _tiers(kind: tuple[str, ...], priority: tuple[int, ...]) -> _Tiers:
    return _Tiers(kind, priority)


def _with_sum(monthly: Floats) -> Floats:
    """[..,M+1] the months, then their sum."""
    return np.concatenate([monthly, monthly.sum(axis=-1, keepdims=True)], axis=-1)


def _better(one: Floats, other: Floats) -> Bools:
    """Lexicographic along the first axis, differences below TIE aside."""
    gap = one - other
    tie = TIE * np.maximum(np.abs(one), np.abs(other))
    first = (np.abs(gap) > tie).argmax(axis=0)[None]
    better: Bools = np.take_along_axis(gap > tie, first, axis=0)[0]
    return better


def _dispatch(
    given: DispatchInputs,
    share: Floats,
    capacity: Floats,
    unmet: Floats,
    queued: Floats,
    finish: Floats,
    of_part: Ints,
    order: tuple[Ints, ...],
) -> Dispatch:
    """The answer with the sample first, in mean tokens; `capacity` [P,W,S,M] holds the reserve for peaks."""
    samples, _, _, workloads = given.shape
    peak = np.broadcast_to(given.peak_to_mean, (samples, workloads)).T[None, :, :, None]
    tokens = capacity / peak
    served = tokens.sum(axis=0)
    asked = given.demand.transpose(2, 0, 1)
    progress = np.full_like(served, np.nan)
    for work, kind in enumerate(given.kind):
        if kind == TRAINING:
            total = given.tokens[:, work][:, None]
            trained = np.cumsum(served[work], axis=-1) * MONTH_S
            done = np.divide(trained, total, out=np.full_like(trained, np.nan), where=total > 0)
            progress[work] = np.where(done >= 1.0 - ROUNDING, 1.0, done)
        elif kind != BATCH:
            gap = asked[work] - served[work]
            unmet[work] = np.where(gap > ROUNDING * asked[work], gap, 0.0)
    return Dispatch(
        given,
        np.ascontiguousarray(share.transpose(2, 3, 0, 1)),
        np.ascontiguousarray(tokens.transpose(2, 3, 0, 1)),
        np.ascontiguousarray(served.transpose(1, 2, 0)),
        np.ascontiguousarray(unmet.transpose(1, 2, 0)),
        np.ascontiguousarray(queued.transpose(1, 2, 0)),
        np.ascontiguousarray(progress.transpose(1, 2, 0)),
        np.ascontiguousarray(finish.T),
        of_part,
        order,
    )
