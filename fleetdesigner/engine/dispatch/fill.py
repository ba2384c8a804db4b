"""Fill the classes in one fixed order, all samples and months at once: pins, then priority by priority.

Within a priority training runs come first (a job holds its chips for its span), then serving and agents by
the order of their edges, then batch work, which takes what is left.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import chain
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

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
from fleetdesigner.engine.dispatch.storable import FEW, queue, until_done

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

    def rows(self, at: Ints | slice) -> Demand:
        """The same for some samples, in that order."""
        return Demand(
            self.kind, self.need[:, at], self.tokens[:, at], self.start[:, at],
            self.chips_max[:, at], self.chips_min[:, at], self.due[:, at],
        )  # fmt: skip

    def times(self, count: int) -> Demand:
        """All samples, then all again, `count` times."""
        return Demand(
            self.kind, again(self.need, count), again(self.tokens, count), again(self.start, count),
            again(self.chips_max, count), again(self.chips_min, count), again(self.due, count),
        )  # fmt: skip


T = TypeVar("T", bound=np.generic)


def again(values: NDArray[T], count: int, axis: int = 1) -> NDArray[T]:
    """The values `count` times along an axis, by default the samples of [W,S,..]."""
    return np.concatenate([values] * count, axis=axis)


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


def steps(*indices: Ints) -> Iterator[tuple[Any, ...]]:
    """Step by step through indices [E,S]: all samples at once where they are many. Where they are few, one
    plain index after the other: it reads a view, and an index array would hand the interpreter to another
    thread each time it is used, however short it is.
    """
    if indices[0].shape[1] <= FEW:
        return zip(*(chain.from_iterable(index.tolist()) for index in indices), strict=True)
    return zip(*indices, strict=True)


class Filling:
    """The state while one order is filled: chips left, need left, chips taken. Arrays [.., S, M]."""

    def __init__(self, chips: Floats, rate: Floats, demand: Demand) -> None:
        classes, workloads, samples, months = rate.shape
        self.left = chips.copy()
        self.rate = rate
        self.divisor = np.where(rate > 0, rate, np.inf)  # no tokens over it are no chips
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

    def _on_fastest(self, chips: Sequence[Floats], work: int) -> Floats:
        """Of `chips` [C] of [S,M] those of the class that trains the run fastest; none where none trains it.

        The first of equals: rounding must not decide between two pools of the same hardware.
        """
        speeds = [each * rate for each, rate in zip(chips, self.rate[:, work], strict=True)]
        least = reduce(np.maximum, speeds) * (1.0 - EQUAL)
        out = np.empty_like(self.left)
        free = np.ones(least.shape, dtype=np.bool_)
        for at, speed in enumerate(speeds):
            here = free & (speed >= least)
            np.multiply(chips[at], here & (speed > 0), out=out[at])
            free &= ~here
        return out

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
        most, least = demand.chips_max[work][:, None], demand.chips_min[work][:, None] * (1 - 1e-9)
        fits = [np.minimum(left, most) * begun for left in self.left]
        chips = self._on_fastest([each * (each >= least) for each in fits], work)
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
        # one axis for class or workload and sample
        left, need = self.left.reshape(-1, months), self.need.reshape(-1, months)
        rate, divisor = self.rate.reshape(-1, months), self.divisor.reshape(-1, months)
        taken = self.taken.reshape(-1, months)
        for here, want, edge in steps(
            classes * samples + self.rows, wanted * samples + self.rows, flat.T * samples + self.rows
        ):
            free, asked = left[here], need[want]
            tokens = np.minimum(free * rate[edge], asked)
            chips = np.minimum(tokens / divisor[edge], free)
            left[here] = free - chips
            need[want] = asked - tokens
            taken[edge] = taken[edge] + chips

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
            every = np.repeat(np.arange(len(reserved))[:, None], len(self.rows), axis=1)
            self._work_off(every, work, served, reserved)
        self._work_off((flat // self.rate.shape[1]).T, work, served, None)

    def _work_off(self, classes: Ints, work: int, served: Floats, most: Floats | None) -> None:
        """Do as much of `served` [S,M] as the free chips of some `classes` [E,S] can, class after class, each
        with at most `most` [C,S,M] of them; what is done is taken off `served`.
        """
        _, works, samples, months = self.rate.shape
        left, taken = self.left.reshape(-1, months), self.taken.reshape(-1, months)
        rate, divisor = self.rate.reshape(-1, months), self.divisor.reshape(-1, months)
        limit = None if most is None else most.reshape(-1, months)
        for here, edge, row in steps(
            classes * samples + self.rows,
            (classes * works + work) * samples + self.rows,
            np.broadcast_to(self.rows, classes.shape),
        ):
            free = left[here] if limit is None else np.minimum(left[here], limit[here])
            tokens = np.minimum(free * rate[edge], served[row])
            chips = np.minimum(tokens / divisor[edge], free)
            left[here] = left[here] - chips
            taken[edge] = taken[edge] + chips
            served[row] = served[row] - tokens

    def _take(self, at: int, work: int, chips: Floats) -> None:
        self.left[at] -= chips
        self.taken[at, work] += chips
