"""What a slip costs: each thing that has yet to arrive, some months later, beside the plan.

The same comparison holds for any change: ``difference`` is what a dragged bar shows live.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from fleetdesigner.catalog import Catalog
from fleetdesigner.design.model import Design
from fleetdesigner.engine.evaluate import evaluate
from fleetdesigner.engine.in_use import why
from fleetdesigner.engine.kpis.registry import KPIS
from fleetdesigner.engine.kpis.values import no_run, says
from fleetdesigner.engine.remembered import GivenUp, in_passing, still_wanted
from fleetdesigner.engine.results import Results
from fleetdesigner.engine.samples import Sample
from fleetdesigner.engine.site.schedule import later_grid, later_hall, later_phase
from fleetdesigner.engine.state import SampleState
from fleetdesigner.units import HOURS_PER_MONTH, text

CHUNK = 4
"""Slips evaluated at once: few, as each holds some 3 MB meanwhile."""
_SAME = 1e-9
"""Share of a chip count that is rounding."""
_KPIS = {kpi.id: kpi for kpi in KPIS}


@dataclass(frozen=True, slots=True)
class Gap:
    """How far one figure of a changed plan lies from the plan's: above it is positive."""

    value: float | None
    """None: there is none."""
    why: str = ""
    """Why there is none; empty when there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A changed plan less the plan, over the whole horizon."""

    npv_usd: Gap
    tco_usd: Gap
    unserved_tokens: Gap
    """Output tokens of demand that stay unserved, more than in the plan."""
    capacity_months: Gap
    """Months later at the plan's highest chip count; none where so many are never in service at once."""
    finish_months: Gap
    """Months later at the end of the top training run, with a fraction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip(Difference):
    """One thing that comes `months` later."""

    ref: str
    """``phase:p2`` ``hall:h1`` ``site:s1``; of a site its grid steps slip."""
    name: str
    months: int


def difference(results: Results, sample: int = 1, base: int = 0) -> Difference:
    """One sample of an evaluation less another, by default the plan."""
    return between(results.states[base], results.states[sample])


def between(before: SampleState, after: SampleState) -> Difference:
    """``after`` less ``before``, also of two evaluations: what a hand on a bar has done to the plan."""
    return Difference(
        npv_usd=_of_kpi(before, after, "npv_usd"),
        tco_usd=_of_kpi(before, after, "tco_usd"),
        unserved_tokens=_unserved(before, after),
        capacity_months=_capacity(before, after),
        finish_months=_finish(before, after),
    )


def slips_of(
    design: Design, catalog: Catalog, months: int = 3, cancelled: Callable[[], bool] = lambda: False
) -> tuple[Slip, ...]:
    """What it costs when each phase not yet in service in the first month, each hall not yet ready (or not
    yet cooled) and each site with a grid step to come slips by some months.

    In the design's order: phases, then site by site. `cancelled` is asked before each stage; once it
    says yes the answer is empty. Work for when the hand rests.
    """
    things = tuple(_slipped(design, months))
    found: list[Slip] = []
    for begin in range(0, len(things), CHUNK):
        chunk = things[begin : begin + CHUNK]
        samples = [Sample(name, design=one) for _, name, one in chunk]
        try:
            with in_passing(cancelled):
                results = evaluate(design, catalog, samples=samples)
                for at, (ref, name, _) in enumerate(chunk, start=1):
                    still_wanted()
                    found.append(_slip(difference(results, at), ref, name, months))
        except GivenUp:
            return ()
    return tuple(found)


def _slip(gap: Difference, ref: str, name: str, months: int) -> Slip:
    return Slip(
        ref=ref, name=name, months=months, npv_usd=gap.npv_usd, tco_usd=gap.tco_usd,
        unserved_tokens=gap.unserved_tokens, capacity_months=gap.capacity_months,
        finish_months=gap.finish_months,
    )  # fmt: skip


def _slipped(design: Design, months: int) -> Iterator[tuple[str, str, Design]]:
    """(ref, name, the design with that one thing later)"""
    first = design.first_month
    for at, phase in enumerate(design.phases):
        late = later_phase(phase, first, months)
        if late is not phase:
            after = (*design.phases[:at], late, *design.phases[at + 1 :])
            yield f"phase:{phase.id}", phase.name or phase.id, design.replaced(phases=after)
    for at, site in enumerate(design.sites):
        sites_before, sites_after = design.sites[:at], design.sites[at + 1 :]
        grid = later_grid(site.grid, first, months)
        if grid is not site.grid:
            moved = site.replaced(grid=grid)
            yield (
                f"site:{site.id}",
                f"Grid power of {site.name or site.id}",
                design.replaced(sites=(*sites_before, moved, *sites_after)),
            )
        for row, hall in enumerate(site.halls):
            room = later_hall(hall, first, months)
            if room is not hall:
                moved = site.replaced(halls=(*site.halls[:row], room, *site.halls[row + 1 :]))
                yield (
                    f"hall:{hall.id}",
                    hall.name or hall.id,
                    design.replaced(sites=(*sites_before, moved, *sites_after)),
                )


def _of_kpi(before: SampleState, after: SampleState, kpi_id: str) -> Gap:
    """Of a KPI of the whole horizon."""
    kpi = _KPIS[kpi_id]
    for state in (before, after):
        if math.isnan(kpi.value(state, 0)):
            return Gap(None, why(state, kpi.needs) or (kpi.reason or says("a figure is missing"))(state, 0))
    return Gap(kpi.value(after, 0) - kpi.value(before, 0))


def _capacity(before: SampleState, after: SampleState) -> Gap:
    """To the same count in both: the changed plan may have another highest count, earlier or later."""
    peak = float(before.chips.max())
    if peak <= 0.0:
        return Gap(None, "no accelerator is in service in the horizon")
    reached = [np.flatnonzero(state.chips >= peak * (1.0 - _SAME)) for state in (before, after)]
    if not len(reached[1]):
        most = text(float(after.chips.max()), "count")
        return Gap(None, f"{text(peak, 'count')} accelerators are never in service at once: at most {most}")
    return Gap(float(reached[1][0] - reached[0][0]))


def _unserved(before: SampleState, after: SampleState) -> Gap:
    seconds = HOURS_PER_MONTH * 3600.0
    gap = float((after.unmet_output.sum() - before.unmet_output.sum()) * seconds)
    if math.isnan(gap):
        return Gap(None, "a figure is missing of chips that may serve")
    return Gap(gap)


def _finish(before: SampleState, after: SampleState) -> Gap:
    for state in (before, after):
        run = state.top_run
        if run is None or math.isnan(state.finish[run]):
            return Gap(None, no_run(state, 0))
    assert before.top_run is not None
    assert after.top_run is not None
    return Gap(float(after.finish[after.top_run] - before.finish[before.top_run]))
