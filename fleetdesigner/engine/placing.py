"""Dispatch of all samples at once: parts and workloads of the samples on common axes.

Axes: S samples, M months, P parts and W workloads of all samples together; what a sample lacks is 0 there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.engine.dispatch import Dispatch, DispatchInputs, Pin, dispatch
from fleetdesigner.engine.plant import Plant
from fleetdesigner.engine.remembered import SAMPLES, Remembered
from fleetdesigner.engine.work.demand import SCALARS, demand_key
from fleetdesigner.engine.work.rates import whole

Array = NDArray[np.float64]
Index = NDArray[np.int64]
T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """One dispatch, and where each sample's parts and workloads stand in it."""

    found: Dispatch
    parts: tuple[Index, ...]
    """[S] of [parts of the sample]"""
    workloads: tuple[Index, ...]
    """[S] of [workloads of the sample]"""


_PLACED: Remembered[Placed] = Remembered(SAMPLES)
_TOGETHER: Remembered[Placed] = Remembered(3)
"""Batches of samples: 2.4 MB each on the largest example, and variations for evidence never come again."""


def place(plants: Sequence[Plant]) -> Placed:
    """Who runs where in every sample; remembered by rates, usable parts and demand."""
    objects: list[object] = []
    values: list[object] = []
    for plant in plants:
        objects += [plant.parts, *plant.rates]
        wanted = tuple(demand_key(work) for work in plant.design.workloads)
        values.append((plant.design.first_month, plant.design.months, plant.demand.growth, wanted))
    held = _PLACED if len(plants) == 1 else _TOGETHER
    return held.get(tuple(objects), tuple(values), lambda: _place(plants))


def _place(plants: Sequence[Plant]) -> Placed:
    names: list[list[tuple[str, str]]] = [
        [(work.id, work.kind) for work in plant.design.workloads] for plant in plants
    ]
    part_keys = {key: at for at, key in enumerate(merged([plant.parts.keys for plant in plants]))}
    work_keys = {name: at for at, name in enumerate(merged(names))}
    parts = tuple(np.array([part_keys[key] for key in plant.parts.keys], dtype=np.int64) for plant in plants)
    works = tuple(
        np.array([work_keys[work.id, work.kind] for work in plant.design.workloads], dtype=np.int64)
        for plant in plants
    )
    kinds = tuple(kind for _, kind in work_keys)
    samples, months = len(plants), plants[0].design.months
    p, w = len(part_keys), len(work_keys)
    usable, chips = np.zeros((samples, months, p)), np.zeros((samples, months, p))
    # months stay last in memory: dispatch walks them innermost
    rate = np.zeros((samples, p, w, months))
    held = np.full((samples, p, w, months), np.inf)
    output, sessions = np.zeros((samples, months, w)), np.zeros((samples, months, w))
    scalars = np.zeros((samples, w, len(SCALARS)))
    scalars[:, :, SCALARS.index("peak")] = 1.0
    scalars[:, :, SCALARS.index("priority")] = 9.0
    scalars[:, :, SCALARS.index("worth")] = np.nan
    for s, plant in enumerate(plants):
        usable[s][:, parts[s]] = plant.parts.usable.T
        chips[s][:, parts[s]] = plant.parts.chips.T
        if plant.rates:
            both = np.ix_(works[s], parts[s])
            rate[s].transpose(1, 0, 2)[both], held[s].transpose(1, 0, 2)[both] = whole(plant.rates)
        output[s][:, works[s]] = plant.demand.output
        sessions[s][:, works[s]] = plant.demand.sessions
        scalars[s, works[s]] = plant.demand.scalars
    column = {name: scalars[:, :, at] for at, name in enumerate(SCALARS)}
    given = DispatchInputs(
        usable=usable,
        chips=chips,
        rate=rate.transpose(0, 3, 1, 2),
        sessions_capacity=held.transpose(0, 3, 1, 2),
        demand=output,
        sessions=sessions,
        peak_to_mean=column["peak"],
        priority=column["priority"].astype(np.int64),
        worth=column["worth"],
        kind=kinds,
        tokens=column["tokens"],
        start=column["start"].astype(np.int64),
        chips_max=column["chips_max"],
        chips_min=column["chips_min"],
        due_months=column["due"].astype(np.int64),
        pins=_pins(plants, parts, works),
        zero_reason=_reasons(plants, parts, works, (p, w)),
    )
    return Placed(dispatch(given), parts, works)


def merged(orders: Sequence[Sequence[T]]) -> list[T]:
    """All items once, those of each order in that order where the orders agree.

    Ties go by place, so that a sample's answer must not depend on which others are evaluated with it.
    """
    found: list[T] = list(orders[0])  # each once already
    for order in orders[1:]:
        place = 0
        for item in order:
            if item in found:
                place = found.index(item) + 1
            else:
                found.insert(place, item)
                place += 1
    return found


def _pins(plants: Sequence[Plant], parts: Sequence[Index], works: Sequence[Index]) -> tuple[Pin, ...]:
    """Pins of all samples; one that a sample lacks has a share of 0 there."""
    shares: dict[tuple[int, int, int, int, int], Array] = {}
    labels: dict[int, str] = {}
    for s, plant in enumerate(plants):
        first = plant.design.first_month
        for at, work in zip(works[s], plant.design.workloads, strict=True):
            for number, pin in enumerate(work.pins):
                for part, key in zip(parts[s], plant.parts.keys, strict=True):
                    if key.pool_id != pin.pool_id:
                        continue
                    where = (int(part), int(at), pin.from_month - first, pin.to_month - first, number)
                    labels[where[0]] = key.label
                    shares.setdefault(where, np.zeros(len(plants)))[s] = pin.share
    # as each sample alone would have them: by workload, its own pins in their order, part by part
    order = sorted(shares, key=lambda where: (where[1], where[4], labels[where[0]]))
    return tuple(Pin(*where[:4], shares[where]) for where in order)


def _reasons(
    plants: Sequence[Plant], parts: Sequence[Index], works: Sequence[Index], shape: tuple[int, int]
) -> tuple[tuple[str, ...], ...]:
    """[P][W] why a rate is 0, in the words of the first sample that knows."""
    words = [[""] * shape[1] for _ in range(shape[0])]
    for s, plant in enumerate(plants):
        held = [words[part] for part in parts[s]]
        for at, rates in zip(works[s].tolist(), plant.rates, strict=True):
            for row, reason in zip(held, rates.reasons, strict=True):
                row[at] = row[at] or reason
    return tuple(map(tuple, words))
