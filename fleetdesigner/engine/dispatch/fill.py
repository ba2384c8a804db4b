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
        self.months = np.arange(months)
        self.pinned: frozenset[int] = frozenset()

    def pin(self, pins: Pins, into: Ints) -> None:
        """Take what the pins ask, in their order, from what is left and what is needed.

        `into` [P] is the class of a part.
        """
        self.pinned = frozenset(pin.workload for pin, _ in pins)
        months = self.months
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
        months = self.months
        begun = months >= self.demand.start[work][:, None]
        chips = np.zeros_like(self.left)
        for pin, share in pins:
            if pin.workload == work:
                at = into[pin.part]
                live = begun & (months >= pin.from_index) & (months < pin.to_index)
                chips[at] += whole[at] * share[:, None] * live
        chips = np.minimum(np.minimum(chips, self.left), self.demand.chips_max[work][:, None])
        chips = self._on_fastest(chips, work)
        self.left -= chips
        self.taken[:, work] += chips

    def _on_fastest(self, chips: Floats, work: int) -> Floats:
        """Of `chips` [C,S,M] those of the class that trains the run fastest; none where none trains it.

        The first of equals: rounding must not decide between two pools of the same hardware.
        """
        speed = chips * self.rate[:, work]
        near = speed >= speed.max(axis=0) * (1.0 - EQUAL)
        only = np.arange(len(chips))[:, None, None] == near.argmax(axis=0)
        return np.where(only & (speed > 0), chips, 0.0)

    def run(self, work: int) -> None:
        """A training run: in each month on the class that trains it fastest, until its tokens are trained.

        One synchronous job does not span classes. In a month in which it is pinned, it runs there only.
        """
        if not len(self.left):
            return
        demand = self.demand
        begun = self.months >= demand.start[work][:, None]
        pinned = self.taken[:, work].copy() if work in self.pinned else None
        if pinned is not None:
            begun &= pinned.sum(axis=0) == 0.0
        chips = np.minimum(self.left, demand.chips_max[work][:, None]) * begun
        chips[chips < demand.chips_min[work][:, None] * (1 - 1e-9)] = 0.0
        chips = self._on_fastest(chips, work)
        if pinned is not None:
            chips += pinned
            self.left += pinned
        share, self.finish[work] = until_done(
            (chips * self.rate[:, work]).sum(axis=0) * MONTH_S, demand.tokens[work]
        )
        chips *= share
        self.left -= chips
        np.maximum(self.left, 0.0, out=self.left)
        self.taken[:, work] = chips

    def stream(self, flat: Ints) -> None:
        """Serving and agents along their edges, `flat` [S,E] = class · W + workload."""
        works, samples, months = self.need.shape
        classes, wanted = np.divmod(flat.T, works)
        # one axis for class or workload and sample: every sample takes its own edge in one step
        left, need = self.left.reshape(-1, months), self.need.reshape(-1, months)
        taken = self.taken.reshape(-1, months)
        both = flat.T * samples + self.rows
        speeds = self.rate.reshape(-1, months)[both]
        alive = np.where(speeds > 0, speeds, np.inf)  # no tokens over it are no chips
        for here, want, edge, speed, over in zip(
            classes * samples + self.rows, wanted * samples + self.rows, both, speeds, alive, strict=True
        ):
            free, asked = left[here], need[want]
            tokens = np.minimum(free * speed, asked)
            chips = np.minimum(tokens / over, free)
            left[here] = free - chips
            need[want] = asked - tokens
            taken[edge] += chips

    def batch(self, work: int, flat: Ints) -> None:
        """A queue of work on what is left of all classes, the classes filled in the order of `flat` [S,E]."""
        reserved = self.taken[:, work].copy() if work in self.pinned else None
        if reserved is not None:
            self.left += reserved
            self.taken[:, work] = 0.0
        served, self.unmet[work], waiting = queue(
            self.need[work], (self.left * self.rate[:, work]).sum(axis=0), self.demand.due[work]
        )
        self.queued[work] = waiting * MONTH_S
        if reserved is not None:
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
