"""What colour means on the canvas: family, share of the limit, heat, use or phase. A new one adds a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QBrush, QColor

from fleetdesigner.canvas.columns import PLANNED, FleetColumns, Timing
from fleetdesigner.canvas.kinds import Kind, family_words
from fleetdesigner.canvas.loads import Loads
from fleetdesigner.design.fleet import ROW_DEPTH_M
from fleetdesigner.look.theme import Theme
from fleetdesigner.units import month_text

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
BINS = 32
"""Steps of a magnitude scale."""
_CIVIDIS = (
    (0, 34, 78), (18, 53, 112), (59, 73, 108), (87, 93, 109), (112, 113, 115),
    (138, 134, 120), (165, 156, 116), (195, 179, 105), (225, 204, 85), (254, 232, 56),
)  # fmt: skip
"""Ten even steps of the colour map cividis (Nuñez, Anderton and Renslow, PLoS ONE 13(7), 2018)."""


def cividis(share: float) -> QColor:
    """Colour of a magnitude 0 to 1, readable with any colour vision."""
    place = min(max(share, 0.0), 1.0) * (len(_CIVIDIS) - 1)
    step = min(int(place), len(_CIVIDIS) - 2)
    part = place - step
    low, high = _CIVIDIS[step], _CIVIDIS[step + 1]
    return QColor(*(round(a + (b - a) * part) for a, b in zip(low, high, strict=True)))


@dataclass(frozen=True, slots=True)
class Swatch:
    """How one class of systems is coloured."""

    fill: QColor
    edge: QColor
    text: QColor
    hatch: QBrush | None = None
    """Over the fill: announced, or over a limit."""
    empty: bool = False
    """A dashed empty box: there is no figure."""


@dataclass(frozen=True, slots=True)
class LegendItem:
    """One entry of the legend: a swatch with words, or a ramp between two words."""

    words: str
    swatch: Swatch
    ramp_to: str = ""
    """When not empty: a cividis ramp from `words` to these words."""


@dataclass(frozen=True, slots=True)
class Classes:
    """A class for each block, the swatch of each class, and the legend."""

    of_block: Ints
    swatches: tuple[Swatch, ...]
    legend: tuple[LegendItem, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """What an overlay may look at."""

    fleet: FleetColumns
    timing: Timing
    loads: Loads
    theme: Theme


@dataclass(frozen=True, slots=True)
class Overlay:
    """One choice of the overlay control."""

    id: str
    label: str
    tip: str
    classify: Callable[[Scene], Classes]


def family_swatch(theme: Theme, generation: str, announced: bool) -> Swatch:
    """Swatch of a generation; announced parts show floor through their fill, with a hatch."""
    colours = theme.family(generation)
    if not announced:
        return Swatch(colours.fill, colours.edge, colours.text)
    floor = theme.color("floor")
    fill = _mixed(colours.fill, floor, 0.72)
    return Swatch(fill, colours.edge, theme.color("ink"), theme.hatch(colours.edge, "announced"))


def _mixed(colour: QColor, over: QColor, share: float) -> QColor:
    """`colour` with `share` of `over` laid on it."""
    return QColor(
        round(colour.red() + (over.red() - colour.red()) * share),
        round(colour.green() + (over.green() - colour.green()) * share),
        round(colour.blue() + (over.blue() - colour.blue()) * share),
    )


def _family(scene: Scene) -> Classes:
    keys: dict[tuple[str, str], int] = {}
    by_kind = np.array(
        [keys.setdefault((kind.generation, _standing(kind)), len(keys)) for kind in scene.fleet.table.kinds]
        or [0],
        np.int64,
    )
    swatches = tuple(
        family_swatch(scene.theme, generation, standing == _ANNOUNCED)
        if standing != _NO_FIGURE
        else _no_figure(scene.theme)
        for generation, standing in keys
    )
    of_block = by_kind[scene.fleet.kind] if len(scene.fleet.kind) else np.empty(0, np.int64)
    present = set(of_block.tolist())
    words: dict[str, LegendItem] = {}
    for (generation, standing), place in sorted(keys.items(), key=lambda item: item[0][1] != ""):
        if place in present:
            name = standing or family_words(generation)
            words.setdefault(name, LegendItem(name, swatches[place]))
    return Classes(of_block, swatches, tuple(words.values()))


_ANNOUNCED, _NO_FIGURE = "announced", "no public figure"


def _standing(kind: Kind) -> str:
    """What sets a kind apart from its family in words of the legend; empty when nothing does."""
    if kind.announced:
        return _ANNOUNCED
    return _NO_FIGURE if kind.no_figures else ""


def _no_figure(theme: Theme) -> Swatch:
    return Swatch(theme.color("cell"), theme.color("line2"), theme.color("ink2"), empty=True)


def _scale(theme: Theme, shares: Floats, low: str, high: str, none_words: str) -> Classes:
    """Magnitude classes: BINS steps of 0 to 1, then beyond, then no figure."""
    bins = tuple(
        Swatch(
            colour, colour.darker(140) if not theme.is_dark else colour.lighter(135), theme.text_on(colour)
        )
        for colour in (cividis(step / (BINS - 1)) for step in range(BINS))
    )
    top = cividis(1.0)
    over = Swatch(top, theme.color("over"), theme.text_on(top), theme.hatch(theme.color("over"), "over"))
    none = _no_figure(theme)
    unknown = np.isnan(shares)
    known = np.where(unknown, 0.0, shares)
    of_block = np.clip(np.rint(known * (BINS - 1)), 0, BINS - 1).astype(np.int64)
    of_block[known > 1 + 1e-9] = BINS
    of_block[unknown] = BINS + 1
    legend: tuple[LegendItem, ...] = (LegendItem(low, bins[0], ramp_to=high),)
    if (of_block == BINS).any():
        legend += (LegendItem("over", over),)
    if unknown.any():
        legend += (LegendItem(none_words, none),)
    return Classes(of_block, (*bins, over, none), legend)


def _power(scene: Scene) -> Classes:
    shares = scene.loads.hall_kw / scene.loads.hall_limit_kw
    of_block = shares[scene.fleet.hall] if len(scene.fleet.halls) else np.empty(0)
    return _scale(scene.theme, of_block, "Share of limit, IT  0 %", "100 %", "no limit set")


HEAT_STEPS_KW_PER_M2 = (10.0, 20.0, 30.0, 50.0, 75.0, 100.0, 150.0, 200.0, 300.0, 500.0)
"""Upper ends that the heat scale may have, so that it rarely changes under the hand."""


def heat_kw_per_m2(fleet: FleetColumns) -> Floats:
    """[blocks] provisioned kW of one system over its floor: its positions, half of each aisle beside them."""
    if not len(fleet.kind):
        return np.empty(0)
    pitch = np.array([columns.hall.pitch_m for columns in fleet.halls])
    depth = np.array([ROW_DEPTH_M + columns.hall.aisle_m for columns in fleet.halls])
    area = fleet.table.positions[fleet.kind] * (pitch * depth)[fleet.hall]
    heat: Floats = fleet.table.kw[fleet.kind] / area
    return heat


def _heat(scene: Scene) -> Classes:
    heat = heat_kw_per_m2(scene.fleet)
    known = heat[~np.isnan(heat)]
    highest = float(known.max()) if known.size else 0.0
    top = next((step for step in HEAT_STEPS_KW_PER_M2 if step >= highest), HEAT_STEPS_KW_PER_M2[-1])
    return _scale(
        scene.theme, heat / top, "Heat  0 kW/m²", f"{top:,.0f} kW/m², aisles included", "no public figure"
    )


def _use(scene: Scene) -> Classes:
    return _scale(
        scene.theme, scene.loads.block_use, "Pool in use  0 %", "100 %", "not in service or no pool"
    )


def _phase(scene: Scene) -> Classes:
    since = scene.timing.since
    months = np.unique(since)
    of_block = np.searchsorted(months, since)
    count = max(1, len(months) - 1)
    swatches = tuple(
        Swatch(
            colour := cividis(0.08 + 0.92 * place / count),
            colour.lighter(135) if scene.theme.is_dark else colour.darker(140),
            scene.theme.text_on(colour),
        )
        for place in range(len(months))
    )
    if not len(months):
        return Classes(of_block, (), ())
    if len(months) <= 4:
        legend = tuple(
            LegendItem(f"from {month_text(int(month))}", swatches[place])
            for place, month in enumerate(months)
        )
    else:
        legend = (
            LegendItem(
                f"In service from {month_text(int(months[0]))}", swatches[0], month_text(int(months[-1]))
            ),
        )
    if (scene.timing.state == PLANNED).any():
        floor, edge = scene.theme.color("floor"), scene.theme.color("ink3")
        legend += (LegendItem("planned", Swatch(floor, edge, scene.theme.color("ink"), empty=True)),)
    return Classes(of_block, swatches, legend)


OVERLAYS: tuple[Overlay, ...] = (
    Overlay("family", "Family", "Colour by hardware family and generation", _family),
    Overlay("power", "kW", "Colour by share of the hall's power limit", _power),
    Overlay("heat", "Heat", "Colour by kW per square metre of floor", _heat),
    Overlay("use", "Use", "Colour by the share of the pool's capacity in use", _use),
    Overlay("phase", "Phase", "Colour by the month of going into service", _phase),
)


def overlay(overlay_id: str) -> Overlay:
    """The overlay of an id. Raises ValueError that lists them."""
    for one in OVERLAYS:
        if one.id == overlay_id:
            return one
    raise ValueError(f"no overlay {overlay_id!r}; there are {', '.join(one.id for one in OVERLAYS)}")
