"""One sample of a dispatch on its own axes: only its parts and workloads, in its own order."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from fleetdesigner.engine.dispatch.inputs import Dispatch, DispatchInputs, Floats, Ints


def narrowed(found: Dispatch, sample: int, parts: Ints, works: Ints) -> Dispatch:
    """The dispatch with one sample, and of its axes the `parts` [P] and `works` [W] in that order.

    The order of filling keeps the edges of these workloads.
    """
    given = found.inputs
    samples, _, count, workloads = given.shape
    if samples == 1 and len(parts) == count and len(works) == workloads and _rising(parts) and _rising(works):
        return found
    rows = slice(sample, sample + 1)

    def of_parts(values: Floats) -> Floats:
        return values[rows][:, :, parts]

    def of_works(values: Floats) -> Floats:
        return values[rows][:, :, works]

    def of_both(values: Floats) -> Floats:
        return values[rows][:, :, parts][..., works]

    def by_work(values: Floats) -> Floats:
        return np.broadcast_to(values, (samples, workloads))[rows][:, works]

    place = {int(work): at for at, work in enumerate(works)}
    part_place = {int(part): at for at, part in enumerate(parts)}
    inputs = DispatchInputs(
        usable=of_parts(given.usable),
        chips=of_parts(given.chips),
        rate=of_both(given.rate),
        sessions_capacity=of_both(given.sessions_capacity),
        demand=of_works(given.demand),
        sessions=of_works(given.sessions),
        peak_to_mean=by_work(given.peak_to_mean),
        priority=np.broadcast_to(given.priority, (samples, workloads))[rows][:, works],
        worth=by_work(given.worth),
        kind=tuple(given.kind[work] for work in works),
        tokens=by_work(given.tokens),
        start=np.broadcast_to(given.start, (samples, workloads))[rows][:, works],
        chips_max=by_work(given.chips_max),
        chips_min=by_work(given.chips_min),
        due_months=np.broadcast_to(given.due_months, (samples, workloads))[rows][:, works],
        pins=tuple(
            replace(
                pin,
                part=part_place[pin.part],
                workload=place[pin.workload],
                share=np.broadcast_to(pin.share, samples)[rows],
            )
            for pin in given.pins
            if pin.part in part_place and pin.workload in place
        ),
        zero_reason=tuple(tuple(given.zero_reason[part][work] for work in works) for part in parts)
        if given.zero_reason
        else (),
    )
    of_part = found.class_of_part[sample][parts]
    firsts = {int(into): at for at, into in reversed(list(enumerate(of_part)))}
    edges = [divmod(int(edge), workloads) for edge in found.edges[sample]]
    return Dispatch(
        inputs,
        of_both(found.share),
        of_both(found.tokens),
        of_works(found.served),
        of_works(found.unmet),
        of_works(found.queued),
        of_works(found.progress),
        found.finish[rows][:, works],
        np.array([[firsts[int(into)] for into in of_part]], dtype=np.int64).reshape(1, len(parts)),
        (
            np.array(
                [
                    firsts[into] * len(works) + place[work]
                    for into, work in edges
                    if into in firsts and work in place
                ],
                dtype=np.int64,
            ),
        ),
    )


def _rising(index: Ints) -> bool:
    return bool((np.diff(index) > 0).all())
