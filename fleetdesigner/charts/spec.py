"""What a chart is, as data: which series it reads and how each is drawn.

A new chart is one small file with a `ChartSpec` and its name in `registry.CHARTS`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from fleetdesigner.charts.reading import Reading

Draw = Literal["stack", "line", "bars", "limit", "unmet", "legend", "alternative"]
"""``stack`` piles its parts up; ``bars`` stand on zero, up and down; ``limit`` is a line that hatches what
lies beyond; ``unmet`` hatches down from the line before it; ``legend`` stands in the legend row only;
``alternative`` is the headline of a compared scenario, with its letter at the end."""

Colours = Literal["family", "cost", "pool", "scenario", "ink"]
"""By generation; by place among the cost items; as ``family`` for a pool's part; by place among the colours
of scenarios; or a token."""

Sentence = tuple[tuple[str, bool], ...]
"""Runs of words, the second says whether they are strong."""

Note = tuple[int, str]
"""A row of months, and what happens in it."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One series, or all parts of a whole, drawn one way."""

    series: str
    """Id of a series; with ``:`` at its end, every series that starts with it."""
    draw: Draw
    name: str = ""
    """Name in the legend. ``{}`` takes the part's own name; empty takes the series' label."""
    colours: Colours = "ink"
    shade: str = "ink"
    """Colour token where `colours` is ``ink``."""
    weight: float = 2.0
    """Width of a line in pixels."""
    unit: str = ""
    """Unit of a ``legend`` layer that is not the chart's."""
    in_legend: bool = True


@dataclass(frozen=True, slots=True)
class ChartSpec:
    """A chart that can be picked for a panel."""

    id: str
    name: str
    """Title in the panel and the menu."""
    unit: str
    """Unit of its series, in the words of `units`."""
    words: str
    """What stands beside the title; ``{}`` is the unit: ``{}, IT and facility``."""
    layers: tuple[Layer, ...]
    headline: str
    """Series that is compared with the baseline, drawn thin behind, and that folds to a sparkline. With ``:``
    at its end, the first series that starts with it."""
    headline_name: str
    """Its name in sentences and in the folded strip: ``Facility power``."""
    sentence: Callable[[Reading, int], Sentence]
    """One effect and one number for a row of months."""
    empty: str
    """What fills the chart, when nothing is to be drawn yet."""
    total: str = ""
    """Legend name of the headline when no layer draws it (the total of a stack)."""
    ceiling: float | None = None
    """Top of the axis that always shows, such as 1 for a share."""
    notes: Callable[[Reading], tuple[Note, ...]] | None = None
    """Months that a thin line and a word mark."""
