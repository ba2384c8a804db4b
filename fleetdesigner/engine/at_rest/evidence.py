"""What a KPI rests on: the share of each grade of evidence among the inputs that move it (DESIGN §2).

share of a grade = Σ |∂ln KPI / ∂ln input| of its inputs over the sum of all, each input moved by ±1 % along
the sample axis. Inputs are the catalog figures in use, the assumptions, the curves of the sites, and our own
throughput model, which is one input for each chip generation. Runs when the hand rests.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from fleetdesigner.catalog import Catalog
from fleetdesigner.design.curves import Compound, Constant, Curve, Logistic
from fleetdesigner.design.fleet import Site
from fleetdesigner.design.model import Design
from fleetdesigner.design.scenarios import Override
from fleetdesigner.engine.assumptions.registry import ASSUMPTIONS
from fleetdesigner.engine.curves import monthly
from fleetdesigner.engine.evaluate import evaluate, variations
from fleetdesigner.engine.fleet.figures_read import SITE_FIGURES, ReadFigure, figures_read
from fleetdesigner.engine.grade_forecasts import forecast_grade
from fleetdesigner.engine.kpis.registry import KPIS
from fleetdesigner.engine.remembered import GivenUp, in_passing, still_wanted
from fleetdesigner.engine.results import EvidenceShares
from fleetdesigner.engine.samples import Sample
from fleetdesigner.engine.state import SampleState
from fleetdesigner.engine.throughput.plans import Refusal
from fleetdesigner.values import GRADES, Grade

STEP = 0.01
CHUNK = 4
"""Variations evaluated at once: few, so that a new change need not wait for many."""
NOTICED = 1e-4
"""Share below which an input is no link of the chain."""
LISTED = 12
"""Inputs listed with a KPI."""


@dataclass(frozen=True, slots=True)
class Input:
    """Something a KPI may rest on, and how to move it by a factor; None = it cannot go that way."""

    ref: str
    grade: Grade
    moved: Callable[[float], Sample | None]


def evidence_shares(
    design: Design,
    catalog: Catalog,
    month: int | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Mapping[str, EvidenceShares]:
    """Shares of evidence of every KPI of a design in an absolute month (None = that of the most chips).

    A KPI without a value, or that no input moves, is not in the answer. `cancelled` is asked before each
    stage; once it says yes the answer is empty.
    """
    base = evaluate(design, catalog)
    at = base.month_index(month)
    inputs = tuple(inputs_of(base.states[0]))
    moves = [
        (number, sign, sample)
        for number, one in enumerate(inputs)
        for sign in (1, -1)
        if (sample := _moved(one, 1.0 + sign * STEP)) is not None
    ]
    start = _values(base.states[0], at)
    found: dict[tuple[int, int], list[float]] = {}
    for begin in range(0, len(moves), CHUNK):
        chunk = moves[begin : begin + CHUNK]
        try:
            with in_passing(cancelled):
                states = variations(design, catalog, [sample for _, _, sample in chunk])
                for (number, sign, _), state in zip(chunk, states, strict=True):
                    still_wanted()
                    found[number, sign] = _values(state, at)
        except GivenUp:
            return MappingProxyType({})
    shares = {}
    for column, kpi in enumerate(KPIS):
        slopes = [_slope(column, start, found.get((n, 1)), found.get((n, -1))) for n in range(len(inputs))]
        one = _shares(kpi.id, inputs, slopes)
        if one is not None:
            shares[kpi.id] = one
    return MappingProxyType(shares)


def _moved(one: Input, factor: float) -> Sample | None:
    """The sample with the input moved; None where its new value is beyond what the document may hold."""
    try:
        return one.moved(factor)
    except ValueError:
        return None


def _values(state: SampleState, at: int) -> list[float]:
    return [kpi.value(state, at) for kpi in KPIS]


def _slope(
    column: int, start: Sequence[float], up: Sequence[float] | None, down: Sequence[float] | None
) -> float:
    """∂ln KPI / ∂ln input, from both sides or the one that exists; 0 where the KPI has no value."""
    steps = (up is not None) + (down is not None)
    middle = start[column]
    if not steps or middle == 0.0:
        return 0.0
    high = middle if up is None else up[column]
    low = middle if down is None else down[column]
    slope = (high - low) / (abs(middle) * steps * STEP)
    return slope if math.isfinite(slope) else 0.0


def _shares(kpi: str, inputs: Sequence[Input], slopes: Sequence[float]) -> EvidenceShares | None:
    total = sum(abs(slope) for slope in slopes)
    if total <= NOTICED:
        return None
    by_grade = dict.fromkeys(GRADES, 0.0)
    for one, slope in zip(inputs, slopes, strict=True):
        by_grade[one.grade] += abs(slope) / total
    linked = [grade for grade in GRADES if by_grade[grade] > NOTICED]
    ranked = sorted(zip(inputs, slopes, strict=True), key=lambda pair: -abs(pair[1]))
    return EvidenceShares(
        kpi=kpi,
        shares=tuple((grade, by_grade[grade]) for grade in linked),
        # GRADES is best first, and max takes the first of equals
        grade=max(linked, key=lambda grade: by_grade[grade]),
        worst=linked[-1],
        worst_share=by_grade[linked[-1]],
        inputs=tuple(
            (one.ref, one.grade, slope) for one, slope in ranked[:LISTED] if abs(slope) > NOTICED * total
        ),
    )


def inputs_of(state: SampleState) -> Iterator[Input]:
    """All inputs of a sample."""
    planned = state.plant.variant.design
    yield from (_figure(one) for one in figures_read(state))
    for spec in ASSUMPTIONS:
        own = state.plant.assumptions.held.get(spec.key)
        value = state.plant.assumptions[spec.key]
        if value == 0.0 or (own is None and _of_presets(state, spec.key)):
            continue
        grade = spec.evidence if own is None else own.evidence
        if own is None or isinstance(own.value, int | float):
            yield Input(f"assumption:{spec.key}", grade, _assumed(spec.key, value))
        else:
            yield Input(f"assumption:{spec.key}", grade, _assumed_curve(planned, spec.key, own.value))
    for number, site in enumerate(state.design.sites):
        for field in ("pue", "carbon_g_per_kwh", "energy_usd_per_kwh", "demand_usd_per_kw_month"):
            yield Input(
                f"site:{site.id}.{field}",
                _site_grade(state, site, field),
                _site_curve(planned, number, field),
            )
    yield from _forecasts(state)


def _of_presets(state: SampleState, key: str) -> bool:
    """Whether presets of the sites have the figure, so that numbers do not rest on the assumption."""
    if key not in SITE_FIGURES:
        return False
    presets = (
        state.catalog.site(site.preset_id) for site in state.design.sites if site.preset_id is not None
    )
    return any(preset.figure(key) is not None for preset in presets)


def _figure(one: ReadFigure) -> Input:
    spec = one.entry.spec(one.field)

    def moved(factor: float) -> Sample | None:
        value = one.figure.value * factor
        if spec.fault(value) or value == one.figure.value:
            return None
        return Sample(overrides=(Override(entry=one.entry.ref, field=one.field, value=value),))

    return Input(one.ref, one.figure.evidence, moved)


def _assumed(key: str, value: float) -> Callable[[float], Sample | None]:
    return lambda factor: Sample(assumptions=((key, value * factor),))


def _assumed_curve(design: Design, key: str, curve: Curve) -> Callable[[float], Sample | None]:
    def moved(factor: float) -> Sample | None:
        changed = tuple(
            item.changed(value=scaled(curve, factor)) if item.key == key else item
            for item in design.assumptions
        )
        return Sample(design=design.changed(assumptions=changed))

    return moved


def _site_curve(design: Design, number: int, field: str) -> Callable[[float], Sample | None]:
    def moved(factor: float) -> Sample | None:
        site = design.sites[number]
        if hasattr(site.tariff, field):
            tariff = site.tariff.changed(**{field: scaled(getattr(site.tariff, field), factor)})
            changed = site.changed(tariff=tariff)
        else:
            changed = site.changed(**{field: scaled(getattr(site, field), factor)})
        return Sample(
            design=design.changed(sites=(*design.sites[:number], changed, *design.sites[number + 1 :]))
        )

    return moved


def scaled(curve: Curve, factor: float) -> Curve:
    """The curve with every month's value times `factor`."""
    if isinstance(curve, Constant):
        return curve.changed(value=curve.value * factor)
    if isinstance(curve, Logistic):
        return curve.changed(start=curve.start * factor, ceiling=curve.ceiling * factor)
    if isinstance(curve, Compound):
        cap = None if curve.cap is None else curve.cap * factor
        return curve.changed(value=curve.value * factor, cap=cap)
    return curve.changed(values=tuple(value * factor for value in curve.values))


def _site_grade(state: SampleState, site: Site, field: str) -> Grade:
    """The preset's grade where the site still has its value, else a decision of the planner."""
    if site.preset_id is None:
        return "assumption"
    preset = state.catalog.site(site.preset_id).figure(field)
    curve = getattr(site.tariff, field) if hasattr(site.tariff, field) else getattr(site, field)
    first = float(monthly(curve, state.design.first_month, state.design.months)[0])
    if preset is None or abs(preset.value - first) > 1e-9 * abs(first):
        return "assumption"
    return preset.evidence


def _forecasts(state: SampleState) -> Iterator[Input]:
    """Our model's forecast of each chip generation: all efficiencies of its readiness table together."""
    grades: dict[str, tuple[Grade, str]] = {}
    for rates in state.plant.rates:
        for plans, kinds in zip(rates.plans, state.plant.parts.kinds, strict=True):
            for plan, at in zip(plans, kinds, strict=True):
                if plan is None or isinstance(plan, Refusal):
                    continue
                chip = state.plant.figures.kinds[at].chip
                table = state.catalog.readiness_of(chip)
                if table is None:
                    continue
                grade = forecast_grade(plan, chip)
                worst = max(grade, grades.get(chip.generation, (grade, ""))[0], key=GRADES.index)
                grades[chip.generation] = (worst, table.ref)
    read = figures_read(state)
    for generation, (grade, table_ref) in grades.items():
        rows = tuple(one for one in read if one.entry.ref == table_ref and "_efficiency" in one.field)
        yield Input(f"forecast:{generation}", grade, _together(rows))


def _together(rows: tuple[ReadFigure, ...]) -> Callable[[float], Sample | None]:
    def moved(factor: float) -> Sample | None:
        overrides = tuple(
            Override(entry=one.entry.ref, field=one.field, value=one.figure.value * factor)
            for one in rows
            if not one.entry.spec(one.field).fault(one.figure.value * factor)
        )
        return Sample(overrides=overrides) if overrides else None

    return moved
