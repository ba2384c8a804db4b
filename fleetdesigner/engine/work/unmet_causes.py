"""Demand that is not served, by the limit that keeps it so.

The rule, workload by workload in the order of priorities (of equals the first in the plan), month by month.
What is unmet is laid to the first of these that could serve it at the workload's own speeds, as far as it
could; what one workload is given, the next cannot have:

1. power: chips in service that limits of power or cooling hold still;
2. software: chips in service that nobody uses, which could run it but for software that is not ready;
3. memory (agents): what its own chips would give, did memory hold as many sessions as they can decode;
4. service: chips that the plan has in a later month, at the readiness that they reach.

The remainder has one cause: the latency target or memory, where chips that refuse the work for that stand
idle, or where nothing in the plan could ever run it and something refuses it for that; no pool, where nothing
in the plan could ever run it; else the pools are full. Batch work counts in the month in which it is lost.

Axes: C causes, P parts, W workloads, M months (all, or those asked for).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.engine.plant import Plant
from fleetdesigner.engine.remembered import SAMPLES, Remembered
from fleetdesigner.engine.state import SampleState
from fleetdesigner.engine.throughput.plans import Refusal
from fleetdesigner.engine.work.demand import SERVES
from fleetdesigner.engine.work.rates import Rates

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Cause:
    """Why demand is unmet."""

    key: str
    name: str
    said: str
    """As a sentence of its own, without its end."""
    palette: str
    """Colour of the look: c1 … c6."""


CAUSES: tuple[Cause, ...] = (
    Cause("power", "Power or cooling", "limits of power or cooling hold chips back", "c4"),
    Cause("software", "Software not ready", "software is not ready on idle chips", "c6"),
    Cause("memory", "Memory", "memory does not hold it", "c2"),
    Cause("service", "Not in service yet", "chips of the plan are not in service yet", "c3"),
    Cause("latency", "Latency target", "idle chips cannot meet its latency target", "c5"),
    Cause("nowhere", "No pool for it", "no pool can run it", "c2"),
    Cause("full", "Pools full", "the pools are full", "c1"),
)
POWER, SOFTWARE, MEMORY, SERVICE, LATENCY, NOWHERE, FULL = range(len(CAUSES))
_BY_LIMIT = (("latency", LATENCY), ("memory", MEMORY))
EVERY_MONTH = slice(None)


@dataclass(frozen=True, slots=True, eq=False)
class Ran:
    """What ran, on the axes of a sample."""

    share: Array
    """[P, W, M]"""
    idle: Array
    """[P, M] usable share that nobody holds"""
    unmet: Array
    """[W, M] tokens/s"""


_FOUND: Remembered[Array] = Remembered(SAMPLES)


def of_state(state: SampleState) -> Array:
    """[C, W, M] tokens/s unmet by cause in every month."""

    def make() -> Array:
        return unmet_by_cause(state.plant, Ran(state.share, state.idle, state.unmet))

    return _FOUND.get((state,), None, make)


def unmet_by_cause(plant: Plant, ran: Ran, months: Any = EVERY_MONTH) -> Array:
    """[C, W, M] tokens/s unmet by cause in some months, an index or a slice; its sum over C is the unmet."""
    works, unmet = plant.design.workloads, ran.unmet[:, months]
    out = np.zeros((len(CAUSES), *unmet.shape))
    short = [at for at, work in enumerate(works) if work.kind in SERVES and unmet[at].any()]
    if not short:
        return out
    stock = _Stock(plant, ran, months)
    for at in sorted(short, key=lambda one: (works[one].priority, one)):
        out[:, at] = stock.lay(plant, at, ran.share[:, at, months], unmet[at].copy())
    return out


class _Stock:
    """Chips [P, M] that something keeps from serving, as workloads take them."""

    def __init__(self, plant: Plant, ran: Ran, months: Any) -> None:
        parts, self.months = plant.parts, months
        spares = [plant.design.pools[pool].spare_share for pool in parts.pools]
        whole = (1.0 - np.array(spares).reshape(-1, 1)) * parts.chips
        later = np.maximum.accumulate(whole[:, ::-1], axis=1)[:, ::-1]
        self.chips = parts.chips[:, months]
        self.held = np.maximum((whole - parts.usable * parts.chips)[:, months], 0.0)
        self.still = ran.idle[:, months] * self.chips
        self.idle = self.still > 0
        self.coming = (later - whole)[:, months]
        self.any = [bool(chips.any()) for chips in (self.held, self.still, self.coming)]

    def lay(self, plant: Plant, at: int, share: Array, gap: Array) -> Array:
        """[C, M] what is unmet `gap` [M] of a workload that holds `share` [P, M]; takes its chips."""
        rates, out = plant.rates[at], np.zeros((len(CAUSES), len(gap)))
        stands, peak = _standing(rates), plant.demand.scalars[at, 0]
        speed = np.zeros_like(self.chips)
        np.divide(rates.rate[:, self.months], self.chips * peak, out=speed, where=self.chips > 0)
        full = rates.full[:, self.months] / peak
        if self.any[0]:
            out[POWER] = _draw(gap, self.held, speed)
        if self.any[1]:
            out[SOFTWARE] = _draw(gap, self.still, np.where(speed > 0, 0.0, full))
        if plant.demand.kinds[at] == "agent":
            out[MEMORY] = np.minimum(gap, self._unheld(plant, at, share, speed))
            gap -= out[MEMORY]
        if self.any[2]:
            out[SERVICE] = _draw(gap, self.coming, full * stands.reached)
        for cause, refuse in stands.refusing:
            here = self.idle[refuse].any(axis=0) if stands.able else np.ones(len(gap), dtype=bool)
            out[cause] += np.where(here, gap, 0.0)
            gap = np.where(here, 0.0, gap)
        out[FULL if stands.able else NOWHERE] += gap
        return out

    def _unheld(self, plant: Plant, at: int, share: Array, speed: Array) -> Array:
        """[M] tokens/s that an agent service's chips could decode, and have no room to hold sessions for."""
        output, sessions = plant.demand.output[self.months, at], plant.demand.sessions[self.months, at]
        each = np.divide(output, sessions, out=np.zeros_like(output), where=sessions > 0)
        room = np.zeros_like(self.chips)
        np.divide(plant.rates[at].sessions[:, self.months], self.chips, out=room, where=self.chips > 0)
        return np.asarray((share * self.chips * np.maximum(speed - room * each, 0.0)).sum(axis=0))


def _draw(gap: Array, stock: Array, speed: Array) -> Array:
    """[M] what chips of `stock` [P, M] serve of `gap` [M] at `speed` [P, M] a chip, each as much of its own
    as the others; both are less that afterwards.
    """
    could = (stock * speed).sum(axis=0)
    taken: Array = np.minimum(gap, could)
    used = np.divide(taken, could, out=np.zeros_like(could), where=could > 0)
    stock *= np.where(speed > 0, 1.0 - used, 1.0)
    gap -= taken
    return taken


@dataclass(frozen=True, slots=True, eq=False)
class _Standing:
    """What does not change with demand: how a workload stands with the parts."""

    able: bool
    """Whether any part could run it in any month, were its software ready."""
    reached: Array
    """[P, 1] the most of its readiness."""
    refusing: tuple[tuple[int, NDArray[np.bool_]], ...]
    """(cause, [P] parts that refuse it for that) where there are any."""


_STANDING: Remembered[_Standing] = Remembered(32 * SAMPLES)


def _standing(rates: Rates) -> _Standing:
    # a drop or a phase that moves makes new rates with these of the last
    return _STANDING.get((rates.full, rates.ready, rates.plans), None, lambda: _made(rates))


def _made(rates: Rates) -> _Standing:
    refusing = ((cause, _refuses(rates, limit)) for limit, cause in _BY_LIMIT)
    return _Standing(
        bool((rates.full > 0).any()),
        rates.ready.max(axis=1, initial=0.0)[:, None],
        tuple((cause, parts) for cause, parts in refusing if parts.any()),
    )


def _refuses(rates: Rates, limit: str) -> NDArray[np.bool_]:
    """[P] parts all of whose chips refuse the work, one of them for that limit."""
    return np.array(
        [
            all(isinstance(plan, Refusal) for plan in kinds)
            and any(isinstance(plan, Refusal) and plan.limit == limit for plan in kinds)
            for kinds in rates.plans
        ],
        dtype=bool,
    )
