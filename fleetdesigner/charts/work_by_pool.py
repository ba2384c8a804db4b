"""Which pool serves how much: work that moves from one to another is seen to move."""

from __future__ import annotations

from fleetdesigner.charts.reading import Reading, Trace
from fleetdesigner.charts.sentences import no_figure, percent
from fleetdesigner.charts.spec import ChartSpec, Layer, Sentence

_POOLS = "served_tokens_per_s.pool:"
_CLASSES = (
    ("served_tokens_per_s.latency_critical:", "latency"),
    ("served_tokens_per_s.cost_sensitive:", "cost"),
)
"""What each class looks at, in a word: both with their pools have to fit on one line."""


def _sentence(reading: Reading, row: int) -> Sentence:
    if reading.now(row) is None:
        return no_figure(reading)
    said: list[tuple[str, bool]] = []
    for series, name in _CLASSES:
        found = _most(reading, series, row)
        if found is not None:
            words = f"; {name}: " if said else f"{name.capitalize()}: "
            said += [(words, False), (percent(found[1]), True), (f" in {found[0].name}", False)]
    if not said:
        return (("Nothing is served this month.", False),)
    return (*said, (".", False))


def _most(reading: Reading, series: str, row: int) -> tuple[Trace, float] | None:
    """The pool that serves most of a class in a month, with its share."""
    parts = [(trace, reading.at(trace, row) or 0.0) for trace in reading.parts(series)]
    whole = sum(value for _, value in parts)
    if whole <= 0:
        return None
    best = max(parts, key=lambda one: one[1])
    return best[0], best[1] / whole


CHART = ChartSpec(
    id="work_by_pool",
    name="Work by pool",
    unit="token/s",
    words="output {} served",
    layers=(
        Layer(_POOLS, "stack", colours="family"),
        *(Layer(series, "legend", in_legend=False) for series, _ in _CLASSES),
    ),
    headline="served_tokens_per_s",
    headline_name="Served",
    sentence=_sentence,
    empty="Needs a pool and a workload that serves",
    total="Served",
)
