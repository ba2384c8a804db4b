"""What a chart takes out of results: one array a layer, with its name, colour key and grade."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.charts.spec import ChartSpec, Layer
from fleetdesigner.engine.results import Results, Series
from fleetdesigner.look.tokens import LINE_ALTERNATIVE
from fleetdesigner.values import Grade

Array = NDArray[np.float64]


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
    def known(self) -> bool:
        """Whether any month has a figure."""
        return bool(np.isfinite(self.values).any())


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

    @cached_property
    def has_data(self) -> bool:
        """Whether anything but limits would be seen: figures other than none and zero."""
        drawn = (t.values for t in self.traces if t.layer.draw not in ("limit", "legend"))
        return any(bool((np.nan_to_num(values) != 0).any()) for values in drawn)

    @cached_property
    def extent(self) -> tuple[float, float]:
        """Lowest and highest value to be seen, in the unit of the series; a limit far off does not count."""
        low, high = 0.0, 0.0
        for values in self._tops():
            finite = values[np.isfinite(values)]
            if finite.size:
                low, high = min(low, float(finite.min())), max(high, float(finite.max()))
        for trace in self.of("limit"):
            finite = trace.values[np.isfinite(trace.values) & (trace.values > 0)]
            # A limit ten times away would press the figures flat: the sentence names it instead.
            if finite.size and float(finite.min()) <= 3.0 * max(high, 1e-12):
                near = float(finite[finite <= 3.0 * high].max())
                high = max(high, near * 1.1)
        return low, high

    def _tops(self) -> list[Array]:
        tops = [t.values for t in self.traces if t.layer.draw in ("line", "bars", "alternative")]
        stack = [np.nan_to_num(t.values) for t in self.of("stack")]
        if stack:
            tops.append(np.sum(np.fmax(stack, 0.0), axis=0))
            tops.append(np.sum(np.fmin(stack, 0.0), axis=0))
        if self.baseline is not None:
            tops.append(self.baseline)
        return tops

    def of(self, draw: str) -> tuple[Trace, ...]:
        """The traces that are drawn that way and have a figure."""
        return tuple(t for t in self.traces if t.layer.draw == draw and t.known)

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


def finite(values: Array, row: int) -> float | None:
    """One value of a row, None when it is no figure."""
    if not 0 <= row < len(values):
        return None
    value = float(values[row])
    return value if np.isfinite(value) else None


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
    headline = None if found is None else _trace(Layer(head, "line"), found, sample, 0)
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


def _first(results: Results, series_id: str) -> str:
    if not series_id.endswith(":"):
        return series_id
    return next((one for one in results.series if one.startswith(series_id)), series_id)


def _traces(layer: Layer, results: Results, sample: int) -> list[Trace]:
    if not layer.series.endswith(":"):
        found = results.series.get(layer.series)
        return [] if found is None else [_trace(layer, found, sample, 0)]
    ids = [one for one in results.series if one.startswith(layer.series)]
    made = [_trace(layer, results.series[one], sample, place) for place, one in enumerate(ids)]
    # A part that is 0 in every month is no part of this picture; one without a figure is, in the legend.
    return [one for one in made if not one.known or bool((np.nan_to_num(one.values) != 0).any())]


def _trace(layer: Layer, series: Series, sample: int, place: int) -> Trace:
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
    layer = Layer(series_id, "alternative", colours="scenario", weight=LINE_ALTERNATIVE)
    found = one.results.series[series_id]
    return Trace(layer, one.letter, "", "", one.place, values, found.evidence, found.why, found.unit)


def _on_months(baseline: Results, series_id: str, results: Results, sample: int = 0) -> Array | None:
    """A series of other results on the months of `results`; a baseline may start or end elsewhere."""
    found = baseline.series.get(series_id)
    if found is None:
        return None
    values = np.full(len(results.months), np.nan)
    shift = results.first_month - baseline.first_month
    source = np.asarray(found.values[sample], dtype=np.float64)
    begin, end = max(0, -shift), min(len(values), len(source) - shift)
    if end > begin:
        values[begin:end] = source[begin + shift : end + shift]
    return values
