"""Capacity to workloads: DOCUMENT §2. Greedy along three orders, the best by month; never called optimal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fleetdesigner.engine.dispatch.classes import Classes, classes, equal_parts, parts_of
from fleetdesigner.engine.dispatch.fill import Demand, Filling, Pins, demand_of
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
    _, firsts, group_of = np.unique(
        np.concatenate([priority, of_part], axis=1), axis=0, return_index=True, return_inverse=True
    )
    for group, first in enumerate(firsts):
        members = np.flatnonzero(group_of.ravel() == group)
        rows = slice(None) if len(members) == samples else members  # a view of all, or a copy of some
        held = classes(parts, of_part[first], rows)
        pins = tuple((pin, np.broadcast_to(pin.share, samples)[members]) for pin in given.pins)
        answer = _Tiers(given.kind, priority[first]).solve(held, demand.rows(members), worth[members], pins)
        unmet[:, rows], queued[:, rows], finish[:, rows] = answer.unmet, answer.queued, answer.finish
        mine = answer.taken[held.of_part] * held.part_share[:, None]
        share[:, :, rows] = mine
        tokens[:, :, rows] = mine * parts.chips[:, None, rows] * held.rate[held.of_part]
        for row, flat in zip(members, answer.order, strict=True):
            order[row] = flat
    return _dispatch(given, share, tokens, unmet, queued, finish, of_part, tuple(order))


class _Tiers:
    """The turns of one set of priorities: (priority, turn) ranks, filled in rising order."""

    def __init__(self, kind: tuple[str, ...], priority: Ints) -> None:
        turn = np.array([_TURN[one] for one in kind], dtype=np.int64)
        rank = priority * 3 + turn
        self.kind = kind
        self.ranks = [np.flatnonzero(rank == one) for one in np.unique(rank)]
        self.rivals: Bools = (rank[None, :] >= rank[:, None]) & ~np.eye(len(kind), dtype=np.bool_)

    def solve(self, held: Classes, wants: Demand, worth: Floats, pins: Pins) -> _Answer:
        """The answer for the samples of `held`."""
        chips, rate = held.chips, held.rate
        wanted = wants.need > 0
        for work, kind in enumerate(self.kind):
            if kind == TRAINING:
                begun = np.arange(wanted.shape[-1]) >= wants.start[work][:, None]
                wanted[work] = begun & (wants.tokens[work] > 0)[:, None]
        mean = mean_rate(rate, chips, wanted)
        value = token_worth(mean, worth)
        gain = mean * value[:, None, :]
        first = self._fill(held, chips, rate, wants, gain, (0,), pins)
        short = np.flatnonzero(self._short(first, rate, wants))
        others = tuple(range(1, len(RULES)))
        if not len(short) or not others:
            return first
        more = np.tile(short, len(others))
        second = self._fill(
            held, chips[:, more], rate[:, :, more], wants.rows(more), gain[more], others,
            tuple((pin, share[more]) for pin, share in pins),
        )  # fmt: skip
        return self._best(first, second, rate, value, short)

    def _fill(
        self,
        held: Classes,
        chips: Floats,
        rate: Floats,
        wants: Demand,
        gain: Floats,
        rules: tuple[int, ...],
        pins: Pins,
    ) -> _Answer:
        """Fill along one order or several at once: the samples come once for each rule, rule by rule."""
        filling = Filling(chips, rate, wants)
        filling.pin(pins, held.of_part)
        each = len(gain) // len(rules)
        shown: list[Ints] = []
        for members in self.ranks:
            turn = _TURN[self.kind[members[0]]]
            if turn == _TURN[TRAINING]:
                for work in members:
                    filling.run(int(work))
                continue
            lists = [members] if turn == _TURN[SERVING] else list(members[:, None])
            for some in lists:
                ranked = [
                    edges(RULES[rule], gain[at * each : (at + 1) * each], self.rivals, some)
                    for at, rule in enumerate(rules)
                ]
                flat = np.concatenate(ranked)
                shown.append(flat)
                if turn == _TURN[SERVING]:
                    filling.stream(flat)
                else:
                    filling.batch(int(some[0]), flat)
        order = np.concatenate(shown, axis=1) if shown else np.zeros((len(gain), 0), dtype=np.int64)
        return _Answer(filling.taken, filling.unmet, filling.queued, filling.finish, order)

    def _short(self, answer: _Answer, rate: Floats, wants: Demand) -> Bools:
        """[S] whether a stream or a queue gets less than it wants in a month in which some class could."""
        short = np.zeros(wants.need.shape[1], dtype=np.bool_)
        able: Bools = np.any(rate > 0, axis=0)
        for work, kind in enumerate(self.kind):
            if kind == BATCH:
                most = wants.need[work].max(axis=-1, keepdims=True)
                short |= ((answer.unmet[work] > TIE * most) & able[work].any(axis=-1, keepdims=True)).any(
                    axis=-1
                )
            elif kind != TRAINING:
                got = (answer.taken[:, work] * rate[:, work]).sum(axis=0)
                short |= ((wants.need[work] - got > TIE * wants.need[work]) & able[work]).any(axis=-1)
        return short

    def _best(self, first: _Answer, more: _Answer, rate: Floats, value: Floats, short: Ints) -> _Answer:
        """By month the order that serves most worth, priority by priority; ties to the first.

        Where an order changes work that is stored, its months belong together: it wins or loses as a whole.
        """
        stored = [work for work, kind in enumerate(self.kind) if kind in (TRAINING, BATCH)]
        taken, unmet, queued = first.taken.copy(), first.unmet.copy(), first.queued.copy()
        finish = first.finish.copy()
        best = self._worths(first.taken[:, :, short], rate[:, :, short], value[short])
        base = first.taken[:, stored][:, :, short]
        many = len(short)
        for at in range(more.taken.shape[2] // many):
            rows = slice(at * many, (at + 1) * many)
            rival = more.taken[:, :, rows]
            worths = self._worths(rival, rate[:, :, short], value[short])
            scale = TIE * base.max(axis=(0, 1, 3), initial=1.0)
            alike = (np.abs(rival[:, stored] - base) <= scale[:, None]).all(axis=(0, 1, 3))
            monthly = _better(worths, best) & alike[:, None]
            whole = _better(worths.sum(axis=-1), best.sum(axis=-1)) & ~alike
            wins = monthly | whole[:, None]
            taken[:, :, short] = np.where(wins, rival, taken[:, :, short])
            unmet[:, short] = np.where(wins, more.unmet[:, rows], unmet[:, short])
            queued[:, short] = np.where(wins, more.queued[:, rows], queued[:, short])
            finish[:, short] = np.where(whole, more.finish[:, rows], finish[:, short])
            best = np.where(wins, worths, best)
            base = taken[:, stored][:, :, short]
        return _Answer(taken, unmet, queued, finish, first.order)

    def _worths(self, taken: Floats, rate: Floats, value: Floats) -> Floats:
        """[T,S,M] worth served by rank."""
        served = (taken * rate).sum(axis=0) * value.T[:, :, None]
        return np.stack([served[members].sum(axis=0) for members in self.ranks])


def _better(one: Floats, other: Floats) -> Bools:
    """Lexicographic along the first axis, differences below TIE aside."""
    undecided = np.ones(one.shape[1:], dtype=np.bool_)
    better = np.zeros(one.shape[1:], dtype=np.bool_)
    for mine, theirs in zip(one, other, strict=True):
        tie = TIE * np.maximum(np.abs(mine), np.abs(theirs))
        better |= undecided & (mine - theirs > tie)
        undecided &= np.abs(mine - theirs) <= tie
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
