"""Which colour a trace has: by generation, by cost item, or a token."""

from __future__ import annotations

from PySide6.QtGui import QColor

from fleetdesigner.charts.reading import Trace
from fleetdesigner.look.theme import Theme


def cost_place(trace: Trace) -> int:
    """Place among the cost colours: what the item says (``c4``), else its place among the parts."""
    said = trace.palette.removeprefix("c")
    return int(said) - 1 if said.isdigit() and trace.palette.startswith("c") else trace.place


def fill_of(trace: Trace, theme: Theme) -> QColor:
    """Colour of a trace's area."""
    if trace.layer.colours == "family":
        return theme.family(trace.palette or trace.key).fill
    if trace.layer.colours == "cost":
        return theme.cost(cost_place(trace))
    if trace.layer.colours == "pool":
        return theme.family(trace.palette).fill
    return theme.color(trace.layer.shade)


def line_of(trace: Trace, theme: Theme) -> QColor:
    """Colour of a trace's line or edge."""
    if trace.layer.colours in ("family", "pool"):
        return theme.family(trace.palette or trace.key).edge
    if trace.layer.colours == "scenario":
        return theme.scenario(trace.place)
    if trace.layer.colours == "cost":
        return theme.color("panel")
    return theme.color(trace.layer.shade)
