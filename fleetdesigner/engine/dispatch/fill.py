"""Fill the classes in one fixed order, all samples and months at once: pins, then priority by priority.

Within a priority training runs come first (a job holds its chips for its span), then serving and agents by
the order of their edges, then batch work, which takes what is left.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fleetdesigner.engine.dispatch.classes import EQUAL
from fleetdesigner.engine.dispatch.inputs import (
    BATCH,
    MONTH_S,
    TRAINING,
    Bools,
    DispatchInputs,
    Floats,
    Ints,
    Pin,
)
from fleetdesigner.engine.dispatch.storable import queue, until_done

Pins = tuple[tuple[Pin, Floats], ...]
"""Each pin with its share by sample [S]."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What one group of samples with equal priorities wants; arrays of its rows only, month last."""

    kind: tuple[str, ...]
    need: Floats
    """[W,S,M] tokens/s of capacity: demand · peak_to_mean; for batch the arrivals."""
    tokens: Floats
    """[W,S]"""
    start: Ints
    """[W,S]"""
    chips_max: Floats
    """[W,S]"""
    chips_min: Floats
    """[W,S]"""
    due: Ints
    """[W,S]"""

    def rows(self, at: Ints) -> Demand:
        """The same for some samples, in that order; a sample may come more than once."""
        return Demand(
            self.kind, self.need[:, at], self.tokens[:, at], self.start[:, at],
            self.chips_max[:, at], self.chips_min[:, at], self.due[:, at],
        )  # fmt: skip


def demand_of(given: DispatchInputs) -> Demand:
    """Demand with the workload first and the month last."""
    samples, _, _, workloads = given.shape
    peak = np.broadcast_to(given.peak_to_mean, (samples, workloads))
    need = given.demand * peak[:, None, :]
    due = np.broadcast_to(given.due_months, (samples, workloads))
    return Demand(
        given.kind,
        np.ascontiguousarray(need.transpose(2, 0, 1)),
        given.tokens.T, given.start.T, given.chips_max.T, given.chips_min.T, due.T,
    )  # fmt: skip


def per(tokens: Floats, rate: Floats) -> Floats:
    """Chips that give `tokens` at `rate` tokens/s a chip; 0 where the rate is 0."""
    chips: Floats = np.divide(tokens, rate, out=np.zeros_like(tokens), where=rate > 0)
    return chips


class Filling:
    """The state while one order is filled: chips left, need left, chips taken. Arrays [.., S, M]."""

    def __init__(self, chips: Floats, rate: Floats, demand: Demand) -> None:
        classes, workloads, samples, months = rate.shape
        self.left = chips.copy()
        self.rate = rate
        self.demand = demand
        self.need = demand.need.copy()
        self.taken = np.zeros((classes, workloads, samples, months))
        self.unmet = np.zeros((workloads, samples, months))
        self.queued = np.zeros((workloads, samples, months))
        self.finish = np.full((workloads, samples), np.nan)
        self.rows = np.arange(samples)

    def pin(self, pins: Pins, into: Ints) -> None:
        """Take what the pins ask, in their order, from what is left and what is needed.

        `into` [P] is the class of a part.
        """
        months = np.arange(self.left.shape[-1])
        whole = self.left.copy()
        for number, (pin, share) in enumerate(pins):
            at, work = into[pin.part], pin.workload
            live = (months >= pin.from_index) & (months < pin.to_index)
            offered = np.minimum(whole[at] * share[:, None] * live, self.left[at])
            if self.demand.kind[work] == TRAINING:
                if all(one.workload != work for one, _ in pins[:number]):
                    self._pin_run(work, pins, into, whole)
                continue
            if self.demand.kind[work] == BATCH:
                # what the queue needs of this pin beyond the earlier ones; the batch turn settles the rest
                before = (self.taken[:, work] * self.rate[:, work]).sum(axis=0)
                capacity = offered * self.rate[at, work]
                served, _, _ = queue(self.need[work], before + capacity, self.demand.due[work])
                chips = per(np.clip(served - before, 0.0, capacity), self.rate[at, work])
            else:
                chips = np.minimum(offered, per(self.need[work], self.rate[at, work]))
                self.need[work] = np.maximum(self.need[work] - chips * self.rate[at, work], 0.0)
            self._take(at, work, chips)

    def _pin_run(self, work: int, pins: Pins, into: Ints, whole: Floats) -> None:
        """A pinned run: one job, so in each month the fastest of its pins has it, the first of equals."""
        months = np.arange(self.left.shape[-1])
        begun = months >= self.demand.start[work][:, None]
        chips = np.zeros_like(self.left)
        for pin, share in pins:
            if pin.workload == work:
                at = into[pin.part]
                live = begun & (months >= pin.from_index) & (months < pin.to_index)
                chips[at] += whole[at] * share[:, None] * live
        chips = np.minimum(np.minimum(chips, self.left), self.demand.chips_max[work][:, None])
        chips = np.where(self._fastest(chips, work), chips, 0.0)
        self.left -= chips
        self.taken[:, work] += chips

    def _fastest(self, chips: Floats, work: int) -> Bools:
        """[C,S,M] the class on which `chips` [C,S,M] train the run fastest; nowhere where none trains it.

        The first of equals: rounding must not decide between two pools of the same hardware.
        """
        speed = chips * self.rate[:, work]
        near = speed >= speed.max(axis=0) * (1.0 - EQUAL)
        only = np.arange(len(chips))[:, None, None] == np.argmax(near, axis=0)[None]
        fastest: Bools = only & (speed > 0)
        return fastest

    def run(self, work: int) -> None:
        """A training run: in each month on the class that trains it fastest, until its tokens are trained.

        One synchronous job does not span classes. In a month in which it is pinned, it runs there only.
        """
        if not len(self.left):
            return
        demand = self.demand
        months = np.arange(self.left.shape[-1])
        pinned = self.taken[:, work].copy()
        begun = (months >= demand.start[work][:, None]) & (pinned.sum(axis=0) == 0.0)
        chips = np.minimum(self.left, demand.chips_max[work][:, None]) * begun
        chips[chips < demand.chips_min[work][:, None] * (1 - 1e-9)] = 0.0
        wanted = pinned + np.where(self._fastest(chips, work), chips, 0.0)
        share, self.finish[work] = until_done(
            (wanted * self.rate[:, work]).sum(axis=0) * MONTH_S, demand.tokens[work]
        )
        chips = wanted * share
        self.left += pinned - chips
        np.maximum(self.left, 0.0, out=self.left)
        self.taken[:, work] = chips

    def stream(self, flat: Ints) -> None:
        """Serving and agents along their edges, `flat` [S,E] = class · W + workload."""
        if flat.shape[1] == 0:
            return
        classes, works = np.divmod(flat, self.rate.shape[1])
        alike = bool((flat == flat[:1]).all())
        left, need, rate, taken = self.left, self.need, self.rate, self.taken
        for edge in range(flat.shape[1]):
            # one plain index reads a view; samples that differ in their order pay for a gather
            at = int(classes[0, edge]) if alike else classes[:, edge]
            work = int(works[0, edge]) if alike else works[:, edge]
            here = (at, ...) if alike else (at, self.rows)
            want = (work, ...) if alike else (work, self.rows)
            both = (at, work, ...) if alike else (at, work, self.rows)
            free = left[here]
            asked = need[want]
            speed = rate[both]
            tokens = np.minimum(free * speed, asked)
            chips = np.minimum(per(tokens, speed), free)
            left[here] = free - chips
            need[want] = asked - tokens
            taken[both] += chips

    def batch(self, work: int, flat: Ints) -> None:
        """A queue of work on what is left of all classes, the classes filled in the order of `flat` [S,E]."""
        reserved = self.taken[:, work].copy()
        self.left += reserved
        served, self.unmet[work], waiting = queue(
            self.need[work], (self.left * self.rate[:, work]).sum(axis=0), self.demand.due[work]
        )
        self.queued[work] = waiting * MONTH_S
        self.taken[:, work] = 0.0
        if reserved.any():
            for at in range(len(reserved)):
                served = self._work_off(np.full(len(self.rows), at), work, served, reserved[at])
        for at in (flat // self.rate.shape[1]).T:
            served = self._work_off(at, work, served, np.inf)

    def _work_off(self, at: Ints, work: int, served: Floats, limit: Floats | float) -> Floats:
        """Do as much of `served` on one class as `limit` of its free chips can; returns the rest."""
        here, both = (at, self.rows), (at, work, self.rows)
        free = np.minimum(self.left[here], limit)
        speed = self.rate[both]
        tokens = np.minimum(free * speed, served)
        chips = np.minimum(per(tokens, speed), free)
        self.left[here] -= chips
        self.taken[both] += chips
        rest: Floats = served - tokens
        return rest

    def _take(self, at: int, work: int, chips: Floats) -> None:
        self.left[at] -= chips
        self.taken[at, work] += chips
