"""Which assumption would turn the plan: a KPI at both ends of every listed assumption's span, and where
between them its sign changes. Runs when the hand rests.

Every end is one sample of the sample axis. Where the sign at an end differs from the base's, the value at
which the KPI is 0 is narrowed down, all assumptions together.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from fleetdesigner.catalog import Catalog
from fleetdesigner.design.model import Design
from fleetdesigner.design.scenarios import Override
from fleetdesigner.engine.at_rest.brackets import Bracket, roots
from fleetdesigner.engine.evaluate import evaluate, variations
from fleetdesigner.engine.fleet.figures_read import figures_read
from fleetdesigner.engine.in_use import assumptions_in_use
from fleetdesigner.engine.kpis.registry import KPIS
from fleetdesigner.engine.kpis.spec import Kpi
from fleetdesigner.engine.remembered import GivenUp, in_passing, still_wanted
from fleetdesigner.engine.results import Finding, Flip
from fleetdesigner.engine.samples import Sample
from fleetdesigner.engine.state import SampleState
from fleetdesigner.units import parts, text
from fleetdesigner.values import Grade

CHUNK = 4
"""Samples evaluated at once: few, so that a new change need not wait for many, nor memory hold them."""
SIGNED = ("npv_usd",)
"""KPIs whose sign says whether the plan works. Others have a swing and no flip."""
NAMED = 3
"""Further assumptions named in the finding."""


@dataclass(frozen=True, slots=True)
class _Input:
    """An assumption with a value and a span."""

    ref: str
    name: str
    value: float
    unit: str
    low: float
    high: float
    grade: Grade


def flips_of(
    design: Design,
    catalog: Catalog,
    kpi: str = "npv_usd",
    refs: Collection[str] | None = None,
    month: int | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> tuple[Flip, ...]:
    """Each listed assumption with a span (or those of some `refs`): the KPI at both ends, and where it turns.

    Nearest flip first, as a share of the span; then what turns nothing, by its swing. An assumption that is
    a curve, has no span or may not take an end's value has no place here. A sign that changes twice inside
    the span is not looked for. `month` is absolute (None = that of the most chips) and matters to KPIs of a
    month only. `cancelled` is asked before each stage; once it says yes the answer is empty.

    Raises KeyError for an id that is no KPI.
    """
    spec = next((one for one in KPIS if one.id == kpi), None)
    if spec is None:
        raise KeyError(f"{kpi!r} is no KPI")
    start = evaluate(design, catalog)
    at = start.month_index(month)
    base = spec.value(start.states[0], at)
    inputs = tuple(one for one in _inputs(start.states[0]) if refs is None or one.ref in refs)

    def values(wanted: Sequence[tuple[_Input, float]]) -> list[float] | None:
        found: list[float] = []
        for begin in range(0, len(wanted), CHUNK):
            samples = [_sample(one.ref, value) for one, value in wanted[begin : begin + CHUNK]]
            try:
                with in_passing(cancelled):
                    for state in variations(design, catalog, samples):
                        still_wanted()
                        found.append(spec.value(state, at))
            except GivenUp:
                return None
        return found

    ends = values([(one, end) for one in inputs for end in (one.low, one.high)])
    if ends is None:
        return ()
    ways = [
        (at_input, Bracket.between(one.value, base, end, value))
        for at_input, one in enumerate(inputs)
        for end, value in ((one.low, ends[2 * at_input]), (one.high, ends[2 * at_input + 1]))
        if kpi in SIGNED and base * value < 0 and end != one.value
    ]
    turns = roots(
        [way for _, way in ways],
        lambda asked: values([(inputs[ways[number][0]], point) for number, point in asked]),
    )
    if turns is None:
        return ()
    places: dict[int, list[float]] = {}
    for (at_input, _), place in zip(ways, turns, strict=True):
        places.setdefault(at_input, []).append(place)
    made = [
        _flip(spec, one, base, ends[2 * number], ends[2 * number + 1], places.get(number, ()))
        for number, one in enumerate(inputs)
    ]
    return tuple(sorted(made, key=lambda flip: (math.inf if flip.share is None else flip.share, -flip.swing)))


def plan_turns(flips: Sequence[Flip]) -> tuple[Finding, ...]:
    """The nearest assumption that turns the sign of the NPV inside its span; nothing when none does."""
    turning = [flip for flip in flips if flip.turns_at is not None]
    if not turning:
        return ()
    first, *others = turning
    fails = first.base is not None and first.base > 0
    more = "; ".join(f"{_crossing(flip)} ({_short(flip.value, flip.unit)} now)" for flip in others[:NAMED])
    count = f"{len(turning)} of {len(flips)} assumptions turn it inside their spans"
    return (
        Finding(
            "warning" if fails else "info",
            "plan_turns",
            first.ref,
            f"The plan {'fails' if fails else 'pays'} first if {_crossing(first)}",
            f"{first.words}. {count}{f', next: {more}' if more else ''}.",
        ),
    )


def _inputs(state: SampleState) -> Iterator[_Input]:
    """The listed assumptions that have a value and a span, then the planner's own figures that have."""
    listed = assumptions_in_use(state)
    for one in listed:
        if one.value is not None and one.low is not None and one.high is not None:
            yield from _spanned(
                state, _Input(one.ref, one.name, one.value, one.unit, one.low, one.high, one.grade)
            )
    known = {one.ref for one in listed}
    read = {one.ref: one.entry for one in figures_read(state)}
    for own in state.design.overrides:
        entry = read.get(own.address)
        if entry is None or own.address in known:
            continue
        if own.value is not None and own.low is not None and own.high is not None:
            spec = entry.spec(own.field)
            name = f"{entry.name}: {spec.description}"
            yield from _spanned(
                state, _Input(own.address, name, own.value, spec.unit, own.low, own.high, own.evidence)
            )


def _spanned(state: SampleState, one: _Input) -> Iterator[_Input]:
    """The input with its span as far as its field may go; nothing where no span is left."""
    entry, dot, field = one.ref.partition(".")
    if dot and not entry.startswith("assumption:"):
        spec = state.catalog.entry(entry).spec(field)
        one = replace(one, low=max(one.low, spec.low), high=min(one.high, spec.high))
    if one.low < one.high:
        yield one


def _sample(ref: str, value: float) -> Sample:
    """The sample in which an assumption has another value."""
    kind, colon, key = ref.partition(":")
    if colon and kind == "assumption":
        return Sample(assumptions=((key, value),))
    entry, _, field = ref.partition(".")
    return Sample(overrides=(Override(entry=entry, field=field, value=value),))


def _flip(spec: Kpi, one: _Input, base: float, low: float, high: float, places: Sequence[float]) -> Flip:
    """The assumption with what was found; of two changes of sign the nearer one."""
    span = one.high - one.low
    turns = min(places, key=lambda at: abs(at - one.value), default=None)
    flip = Flip(
        ref=one.ref,
        name=one.name,
        value=one.value,
        unit=one.unit,
        low=one.low,
        high=one.high,
        base=_known(base),
        at_low=_known(low),
        at_high=_known(high),
        turns_at=turns,
        share=None if turns is None else abs(turns - one.value) / span,
        grade=one.grade,
        words="",
    )
    return replace(flip, words=_words(spec, flip))


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _words(spec: Kpi, flip: Flip) -> str:
    """One sentence without a full stop."""
    value, low, high = (_short(one, flip.unit) for one in (flip.value, flip.low, flip.high))
    if flip.turns_at is not None:
        turn = "negative" if flip.base is not None and flip.base > 0 else "positive"
        way = "rises above" if flip.turns_at > flip.value else "falls below"
        at = _text(flip.turns_at, flip.unit)
        return f"{spec.name} turns {turn} when “{flip.name}” {way} {at} (now {value}, span {low} to {high})"
    ends = " to ".join(
        "unknown" if one is None else text(one, spec.unit) for one in (flip.at_low, flip.at_high)
    )
    return f"{spec.name} goes from {ends} with “{flip.name}” from {low} to {high} (now {value})"


def _crossing(flip: Flip) -> str:
    """``“Discount rate” rises above 11.3 %``"""
    assert flip.turns_at is not None
    way = "rises above" if flip.turns_at > flip.value else "falls below"
    return f"“{flip.name}” {way} {_text(flip.turns_at, flip.unit)}"


def _short(value: float, unit: str) -> str:
    """A value that somebody typed: without the zeros that three digits would add."""
    number = parts(value, _money(unit))[0]
    shown = _text(value, unit)
    return shown.replace(number, number.rstrip("0").rstrip("."), 1) if "." in number else shown


def _text(value: float, unit: str) -> str:
    return text(value, _money(unit))


def _money(unit: str) -> str:
    """Catalog fields say ``USD/chip``, the words of ``units`` are ``usd/chip``."""
    return f"usd{unit[3:]}" if unit.startswith("USD") else unit
