"""What a chart takes out of results: one array a layer, with its name, colour key and grade."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.charts.spec import ChartSpec, Layer
from fleetdesigner.engine.remembered import Remembered
from fleetdesigner.engine.results import Results, Series
from fleetdesigner.look.tokens import LINE_ALTERNATIVE
from fleetdesigner.values import Grade

Array = NDArray[np.float64]

_NEAR = 3.0
"""A limit counts for the axis up to so many times the highest figure."""
_AT_A_GLANCE = 3
_LISTED = ("alternative", "line", "stack", "bars", "unmet", "legend", "limit")
_BEYOND = 1.1
"""Room above a limit, where its hatch is seen."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a trace looks like, whatever its figures."""

    layer: Layer
    name: str
    key: str
    palette: str
    place: int
    evidence: Grade


@dataclass(frozen=True, eq=False)
class Trace:
    """One thing drawn: the values of a series, [M] in its own unit, NaN = no figure."""

    layer: Layer
    name: str
    key: str
    palette: str
    place: int
    """Its place among the parts of its layer, for colours that go by place."""
    values: Array
    evidence: Grade
    why: str
    unit: str

    @cached_property
    def look(self) -> Look:
        """Its looks alone."""
        return Look(self.layer, self.name, self.key, self.palette, self.place, self.evidence)

    @cached_property
    def span(self) -> tuple[float, float]:
        """Lowest and highest figure; NaN when no month has one."""
        return span(self.values)

    @cached_property
    def weight(self) -> float:
        """The sum of its figures."""
        return float(np.nansum(self.values))

    @cached_property
    def known(self) -> bool:
        """Whether any month has a figure."""
        return not math.isnan(self.span[0])

    @cached_property
    def moves(self) -> bool:
        """Whether any month has a figure other than 0."""
        return self.known and self.span != (0.0, 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """A scenario that is drawn beside what is on screen."""

    results: Results
    sample: int
    place: int
    """Its place among the scenarios: colour and letter, A = 0."""

    @property
    def letter(self) -> str:
        """A, B, C …"""
        return chr(ord("A") + self.place % 26)


@dataclass(frozen=True, eq=False)
class Reading:
    """A chart's figures of one sample, beside those of the baseline."""

    spec: ChartSpec
    first_month: int
    months: int
    traces: tuple[Trace, ...]
    headline: Trace | None
    """The series that is compared; None when the results do not have it."""
    baseline: Array | None
    """The headline of the baseline on this chart's months; NaN where it has none. None = no baseline."""
    why: str
    """Why the headline has no figure somewhere; empty when it has."""

    def same_as(self, other: Reading | None) -> bool:
        """Whether `other` says the same: equal series are the same objects, see `SeriesTable`."""
        return (
            other is not None
            and other.spec is self.spec
            and (other.first_month, other.months, other.why) == (self.first_month, self.months, self.why)
            and other.headline is self.headline
            and other.baseline is self.baseline
            and other.traces == self.traces
        )

    @cached_property
    def has_data(self) -> bool:
        """Whether anything but limits would be seen: figures other than none and zero."""
        return any(t.moves for t in self.traces if t.layer.draw not in ("limit", "legend"))

    @cached_property
    def extent(self) -> tuple[float, float]:
        """Lowest and highest value to be seen, in the unit of the series; a limit far off does not count."""
        spans = [t.span for t in self.traces if t.known and t.layer.draw in ("line", "bars", "alternative")]
        if self.of("stack"):
            spans.append((float(self.areas.min()), float(self.areas.max())))
        if self.baseline is not None:
            spans.append(span(self.baseline))
        # NaN is neither smaller nor larger than 0: what has no figure leaves the extent as it is
        low = min(0.0, *(one[0] for one in spans), 0.0)
        high = max(0.0, *(one[1] for one in spans), 0.0)
        for trace in self.of("limit"):
            # A limit far away would press the figures flat: the sentence names it instead.
            near = trace.values[(trace.values > 0) & (trace.values <= _NEAR * high)]
            if near.size:
                high = max(high, float(near.max()) * _BEYOND)
        return low, high

    @cached_property
    def areas(self) -> Array:
        """[L, 2, M] lower and upper side of each part of the stack, in the order of ``of("stack")``."""
        parts = self.of("stack")
        if not parts:
            return np.empty((0, 2, self.months))
        values = np.array([t.values for t in parts])
        values[np.isnan(values)] = 0.0
        return stacked(values)

    def of(self, draw: str) -> tuple[Trace, ...]:
        """The traces that are drawn that way and have a figure."""
        return self._drawn.get(draw, ())

    @cached_property
    def _drawn(self) -> dict[str, tuple[Trace, ...]]:
        ways = {t.layer.draw for t in self.traces}
        return {way: tuple(t for t in self.traces if t.layer.draw == way and t.known) for way in ways}

    @cached_property
    def listed(self) -> tuple[Trace, ...]:
        """What the legend names: the total, lines, areas from the top down, limits last."""
        shown: list[Trace] = []
        head, total = self.headline, self.spec.total
        if total and head is not None:
            layer = Layer(self.spec.headline, "legend", total)
            shown.append(
                Trace(layer, total, "", "", 0, head.values, head.evidence, head.why, head.unit)
            )  # fmt: skip
        for draw in _LISTED:
            found = [t for t in self.traces if t.layer.draw == draw and t.layer.in_legend]
            shown.extend(_piled(found) if draw == "stack" else found)
        return tuple(shown)

    def trace(self, series_start: str) -> Trace | None:
        """The first trace of the layer that reads `series_start`."""
        return next((t for t in self.traces if t.layer.series == series_start), None)

    def parts(self, series_start: str) -> tuple[Trace, ...]:
        """All traces of the layer that reads `series_start`."""
        return tuple(t for t in self.traces if t.layer.series == series_start)

    def at(self, trace: Trace | None, row: int) -> float | None:
        """A trace's value in a row of months, None without a figure."""
        return None if trace is None else finite(trace.values, row)

    def now(self, row: int) -> float | None:
        """The headline in a row of months."""
        return self.at(self.headline, row)

    def before(self, row: int) -> float | None:
        """The baseline's headline in a row of months."""
        return None if self.baseline is None else finite(self.baseline, row)


def _piled(parts: list[Trace]) -> list[Trace]:
    """From the top down while one sees at a glance which is which; else those that weigh most first."""
    if len(parts) <= _AT_A_GLANCE:
        return parts[::-1]
    return sorted(parts, key=lambda part: -part.weight)


def finite(values: Array, row: int) -> float | None:
    """One value of a row, None when it is no figure."""
    if not 0 <= row < len(values):
        return None
    value = float(values[row])
    return value if math.isfinite(value) else None


def span(values: Array) -> tuple[float, float]:
    """Lowest and highest figure of a row, NaN passed over; NaN when there is none."""
    return float(np.fmin.reduce(values)), float(np.fmax.reduce(values))


def stacked(parts: Array | list[Array]) -> Array:
    """[L, 2, M] lower and upper side of each part [L, M]: positive ones pile up, negative ones hang down."""
    values = np.asarray(parts)
    if values.min() >= 0:
        made = np.empty((len(values), 2, values.shape[1]))
        np.cumsum(values, axis=0, out=made[:, 1])
        np.subtract(made[:, 1], values, out=made[:, 0])
        return made
    up, down = np.maximum(values, 0.0), np.minimum(values, 0.0)
    above, below = np.cumsum(up, axis=0), np.cumsum(down, axis=0)
    low, high = np.where(values >= 0, above - up, below), np.where(values >= 0, above, below - down)
    return np.stack((low, high), axis=1)


def read(
    spec: ChartSpec,
    results: Results,
    baseline: Results | None = None,
    sample: int = 0,
    compared: tuple[Compared, ...] = (),
) -> Reading:
    """The figures a chart shows of a sample of `results`. The same object as `baseline` is no baseline."""
    traces: list[Trace] = []
    for layer in spec.layers:
        traces.extend(_traces(layer, results, sample))
    head = _first(results, spec.headline)
    found = results.series.get(head)
    headline = None if found is None else _trace(_headline(head), found, sample, 0)
    behind = None
    if baseline is not None and baseline is not results:
        behind = _on_months(baseline, head, results)
    traces.extend(made for one in compared if (made := _alternative(one, head, results)) is not None)
    return Reading(
        spec=spec,
        first_month=results.first_month,
        months=len(results.months),
        traces=tuple(traces),
        headline=headline,
        baseline=behind,
        why="" if found is None else found.why,
    )


_TRACES: Remembered[Trace] = Remembered(1024)
"""A series that has not changed gives the same trace, with all that was worked out of it."""
_MOVED: Remembered[Array] = Remembered(256)


def _starting(results: Results, head: str) -> tuple[str, ...]:
    return _parts(tuple(results.series), head)


@lru_cache(maxsize=128)
def _parts(ids: tuple[str, ...], head: str) -> tuple[str, ...]:
    """The parts of a whole: the same for drop after drop."""
    return tuple(one for one in ids if one.startswith(head))


@lru_cache(maxsize=256)
def _headline(series_id: str) -> Layer:
    return Layer(series_id, "line")


def _first(results: Results, series_id: str) -> str:
    if not series_id.endswith(":"):
        return series_id
    return next(iter(_starting(results, series_id)), series_id)


def _traces(layer: Layer, results: Results, sample: int) -> list[Trace]:
    if not layer.series.endswith(":"):
        alone = results.series.get(layer.series)
        return [] if alone is None else [_trace(layer, alone, sample, 0)]
    found = enumerate(_starting(results, layer.series))
    made = [_trace(layer, results.series[one], sample, place) for place, one in found]
    # A part that is 0 in every month is no part of this picture; one without a figure is, in the legend.
    return [one for one in made if one.moves or not one.known]


def _trace(layer: Layer, series: Series, sample: int, place: int) -> Trace:
    return _TRACES.get((series, layer), (sample, place), lambda: _made(layer, series, sample, place))


def _made(layer: Layer, series: Series, sample: int, place: int) -> Trace:
    row = sample if sample < len(series.values) else 0
    name = layer.name.format(series.label) if layer.name else series.label
    return Trace(
        layer=layer,
        name=name,
        key=series.key,
        palette=series.palette,
        place=place,
        values=series.values[row],
        evidence=series.evidence,
        why=series.why,
        unit=series.unit,
    )


def _alternative(one: Compared, series_id: str, results: Results) -> Trace | None:
    values = _on_months(one.results, series_id, results, one.sample)
    if values is None:
        return None
    found = one.results.series[series_id]
    return _TRACES.get((found, values), one.place, lambda: _other(one, found, values))


def _other(one: Compared, found: Series, values: Array) -> Trace:
    layer = Layer(found.id, "alternative", colours="scenario", weight=LINE_ALTERNATIVE)
    return Trace(layer, one.letter, "", "", one.place, values, found.evidence, found.why, found.unit)


def _on_months(baseline: Results, series_id: str, results: Results, sample: int = 0) -> Array | None:
    """A series of other results on the months of `results`; a baseline may start or end elsewhere."""
    found = baseline.series.get(series_id)
    if found is None:
        return None
    shift, months = results.first_month - baseline.first_month, len(results.months)
    return _MOVED.get((found,), (shift, months, sample), lambda: _moved(found, shift, months, sample))


def _moved(found: Series, shift: int, months: int, sample: int) -> Array:
    values = np.full(months, np.nan)
    source = np.asarray(found.values[sample], dtype=np.float64)
    begin, end = max(0, -shift), min(len(values), len(source) - shift)
    if end > begin:
        values[begin:end] = source[begin + shift : end + shift]
    return values
