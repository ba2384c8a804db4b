"""How far each training run has come, and how fast they go together."""

from __future__ import annotations

import numpy as np

from fleetdesigner.charts.reading import Reading
from fleetdesigner.charts.sentences import month_of, percent
from fleetdesigner.charts.spec import ChartSpec, Layer, Sentence

_RUNS = "training_progress.workload:"


def _sentence(reading: Reading, row: int) -> Sentence:
    runs = [run for run in reading.parts(_RUNS) if run.known]
    if not runs:
        return (("No training run makes progress.", False),)
    ends = [np.flatnonzero(np.nan_to_num(run.values) >= 1 - 1e-9) for run in runs]
    waiting = [run for run, end in zip(runs, ends, strict=True) if not end.size]
    if waiting:
        reached = float(np.nanmax(waiting[0].values))
        return (
            (f"{waiting[0].name} is ", False),
            (percent(reached), True),
            (" done at the end of the plan.", False),
        )
    last = max(range(len(runs)), key=lambda index: int(ends[index][0]))
    return (
        (f"{runs[last].name} is done in ", False),
        (month_of(reading, int(ends[last][0])), True),
        (".", False),
    )


CHART = ChartSpec(
    id="training_progress",
    name="Training progress",
    unit="fraction",
    words="{} of each run's tokens",
    layers=(
        Layer(_RUNS, "line", colours="scenario", weight=2.5),
        Layer("training_tokens_per_s", "legend", "Together", unit="token/s"),
    ),
    headline=_RUNS,
    headline_name="Training progress",
    sentence=_sentence,
    empty="Needs a pool and a training run",
    ceiling=1.0,
)
