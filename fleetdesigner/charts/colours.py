"""Which colour a look has: by generation, by cost item, or a token."""

from __future__ import annotations

from PySide6.QtGui import QColor

from fleetdesigner.charts.reading import Look
from fleetdesigner.look.theme import Theme


def cost_place(look: Look) -> int:
    """Place among the cost colours: what the item says (``c4``), else its place among the parts."""
    said = look.palette.removeprefix("c")
    return int(said) - 1 if said.isdigit() and look.palette.startswith("c") else look.place


def fill_of(look: Look, theme: Theme) -> QColor:
    """Colour of an area."""
    if look.layer.colours == "family":
        return theme.family(look.palette or look.key).fill
    if look.layer.colours == "cost":
        if look.palette in theme.palette.colours:
            return theme.color(look.palette)  # income has no colour among the costs
        return theme.cost(cost_place(look))
    if look.layer.colours == "pool":
        return theme.family(look.palette).fill
    return theme.color(look.layer.shade)


def line_of(look: Look, theme: Theme) -> QColor:
    """Colour of a line or edge."""
    if look.layer.colours in ("family", "pool"):
        return theme.family(look.palette or look.key).edge
    if look.layer.colours == "scenario":
        return theme.scenario(look.place)
    if look.layer.colours == "cost":
        return theme.color("panel")
    return theme.color(look.layer.shade)
