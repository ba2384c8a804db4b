"""Share of each pool's usable capacity that is at work."""

from __future__ import annotations

from fleetdesigner.charts.reading import Reading
from fleetdesigner.charts.sentences import percent
from fleetdesigner.charts.spec import ChartSpec, Layer, Sentence

_PARTS = "utilisation.part:"
_TRIFLE = 5e-4
"""Room of which nobody speaks."""


def _sentence(reading: Reading, row: int) -> Sentence:
    busy = [(t, v) for t in reading.parts(_PARTS) if (v := reading.at(t, row)) is not None]
    if not busy:
        return (("Nothing is in service this month.", False),)
    trace, least = min(busy, key=lambda one: one[1])
    if least > 1 - _TRIFLE:
        return (("All usable capacity is at work ", False), ("this month", True), (".", False))
    if len(busy) == 1:
        return ((f"{trace.name} works at ", False), (percent(least), True), (".", False))
    return ((f"{trace.name} has the most room: ", False), (percent(1 - least), True), (" is idle.", False))


CHART = ChartSpec(
    id="utilisation",
    name="Utilisation",
    unit="fraction",
    words="{} of usable capacity",
    layers=(Layer(_PARTS, "line", colours="pool", weight=2.5),),
    headline=_PARTS,
    headline_name="Utilisation",
    sentence=_sentence,
    empty="Needs a pool and a workload",
    ceiling=1.0,
)
