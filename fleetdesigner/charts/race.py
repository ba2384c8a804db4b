"""Models and tasks that grow against hardware and price: what a dollar buys, in tasks."""

from __future__ import annotations

import numpy as np

from fleetdesigner.charts.reading import Reading
from fleetdesigner.charts.sentences import month_of, no_figure
from fleetdesigner.charts.spec import ChartSpec, Layer, Sentence

_TRIFLE = 0.02
"""Change beside the first month of which nobody speaks: what runs draws a little more or less power."""


def _sentence(reading: Reading, row: int) -> Sentence:
    tasks = reading.headline
    known = np.array([]) if tasks is None else np.flatnonzero(np.isfinite(tasks.values))
    if tasks is None or not known.size:
        return no_figure(reading)
    first, last = int(known[0]), int(known[-1])
    cheaper = np.flatnonzero(tasks.values[known] >= 1 - _TRIFLE)
    eaten = int(known[cheaper[-1] + 1]) if cheaper[-1] + 1 < len(known) else None
    if eaten is not None:
        return (
            ("From ", False),
            (month_of(reading, eaten), True),
            (f" a task costs more than in {month_of(reading, first)}.", False),
        )
    if float(tasks.values[last]) <= 1 + _TRIFLE:
        return (("A task costs in the end ", False), ("what it cost at first", True), (".", False))
    return (("The gain is never eaten ", False), ("inside the plan", True), (".", False))


CHART = ChartSpec(
    id="race",
    name="Race of models and hardware",
    unit="index",
    words="start = 1",
    layers=(
        Layer("race_work", "line", "Work", shade="ink3"),
        Layer("race_gain", "line", "Gain", shade="accent"),
        Layer("race_tasks_per_usd", "line", "Tasks a dollar", weight=2.5),
    ),
    headline="race_tasks_per_usd",
    headline_name="Tasks a dollar",
    sentence=_sentence,
    empty="Needs a pool and a workload that serves",
    ceiling=1.0,
)
