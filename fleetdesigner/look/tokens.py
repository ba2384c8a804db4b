"""Every colour, type size and space of the look, as data. No Qt: tests and exports read it too.

A colour is its hex without the hash, a family is fill, edge (also the line in graphs) and the text token
that stands on the fill.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

ThemeName = Literal["light", "dark", "contrast", "contrast-dark"]

_COLOURS: tuple[tuple[str, str, str], ...] = (
    # token, light, dark
    ("window", "F2F4F6", "15181C"),  # bars: menus, tabs, status
    ("panel", "FFFFFF", "1B1F24"),  # docks, graphs, strips
    ("sunken", "F7F8FA", "171A1F"),  # group headers
    ("raised", "FFFFFF", "242930"),  # buttons, cards
    ("hover", "EBEFF4", "262C33"),
    ("press", "DFE5EC", "2F363F"),
    ("canvas", "EDF0F3", "0F1215"),  # outside the hall
    ("floor", "FFFFFF", "191D22"),  # hall, building tile
    ("cell", "F1F3F6", "20252B"),  # free position
    ("grid", "E6EAEE", "262B32"),  # grid of graphs and floor
    ("line", "DCE1E7", "2B3138"),  # hairlines
    ("line2", "C2C9D2", "3A424B"),  # walls, edges of buttons
    ("track", "D5DBE2", "3A424B"),  # empty part of bars and sliders
    ("border", "87919E", "6F7A87"),  # fields, cards over the canvas
    ("ink", "17202B", "E9ECF0"),
    ("ink2", "465260", "B7BFC9"),  # labels
    ("ink3", "616C7A", "929CA8"),  # captions, axes
    ("ink4", "98A2AE", "626C78"),  # disabled and ornaments, never information
    ("ghost", "7B8795", "8D97A3"),  # baseline
    ("accent", "2457CF", "7DA7FF"),  # selection, focus, month
    ("accentInk", "1D49B2", "A5C2FF"),  # links
    ("inkInv", "FFFFFF", "10141A"),  # text on the accent
    ("accentWeak", "E5EDFD", "1D2A45"),  # selected row
    ("accentMid", "B9CDF8", "34508A"),  # drop target
    ("legal", "DCE7FC", "1E2C48"),  # fits here
    ("legalLine", "5C86E6", "5D86D8"),
    ("refuse", "BCC4CE", "48515C"),  # hatch of refused cells
    ("over", "BE1230", "FF6F78"),  # over a limit, nothing else
    ("overWeak", "FDEBEE", "3B1A20"),
    ("caution", "6B5200", "E6C94F"),  # advice, field errors
    ("cautionWeak", "FFF6CC", "322B12"),
)


@dataclass(frozen=True, slots=True)
class Family:
    """Colours of a hardware generation: `fill`, `edge` (also its line), the token of text on the fill."""

    fill: str
    edge: str
    text: str


_FAMILIES: tuple[tuple[str, Family, Family], ...] = (
    # generation, light, dark
    ("trainium1", Family("F9E2B0", "A37410", "ink"), Family("7A5D22", "F4D99A", "ink")),
    ("trainium2", Family("F0B13C", "AD6800", "ink"), Family("D99A22", "F2B544", "inkInv")),
    ("trainium3", Family("D9842B", "8F4A00", "ink"), Family("B96A1C", "EE9A4D", "inkInv")),
    ("trainium4", Family("B25F17", "6A3300", "inkInv"), Family("8A4A14", "DE8A4C", "ink")),
    ("ampere", Family("CFEBE0", "3C8A72", "ink"), Family("2F5D50", "CDEFE4", "ink")),
    ("hopper", Family("7CCBB1", "00805D", "ink"), Family("74CBAE", "A2E6CF", "inkInv")),
    ("blackwell", Family("2FA683", "006449", "ink"), Family("2A9776", "4CCBA4", "inkInv")),
    ("rubin", Family("0B7758", "00422F", "inkInv"), Family("0E5E47", "249C79", "ink")),
    ("tpu", Family("B5DCF4", "1F77AE", "ink"), Family("2F6F99", "7CC4F0", "ink")),
    ("amd", Family("DDB4CC", "8E4A74", "ink"), Family("84567A", "DDA6C8", "ink")),
    ("network", Family("BCC5CF", "67737F", "ink"), Family("4A545F", "9AA5B1", "ink")),
)

ALIASES: Mapping[str, str] = MappingProxyType(
    {"inferentia2": "trainium1", "inferentia": "trainium1", "trainium": "trainium2", "nvidia": "hopper"}
)
"""Generations and families that share another's colours. What is in neither table is drawn as network."""

_COSTS = (
    ("3F7CB4", "8DC3E8", "C79ABB", "EBDD7C", "BCC5CF", "67737F"),
    ("4D8AC2", "2F5F85", "8A6283", "9A8F45", "55606C", "8793A0"),
)
_SCENARIOS = (("005A94", "9A3F7C", "3D9BD6"), ("4E9FD8", "DD9CC6", "A9DBF8"))
_SCENARIO_LETTERS = (("inkInv", "inkInv", "ink"), ("inkInv", "inkInv", "inkInv"))


@dataclass(frozen=True, slots=True)
class Palette:
    """All colours of one theme. `costs` are c1–c6, `scenarios` A–C (D is ink), by hex."""

    name: ThemeName
    is_dark: bool
    colours: Mapping[str, str]
    families: Mapping[str, Family]
    costs: tuple[str, ...]
    scenarios: tuple[str, ...]
    scenario_letters: tuple[str, ...]

    def family(self, generation: str) -> Family:
        """Colours of a generation key; the network's grey for a key that nobody knows."""
        key = ALIASES.get(generation, generation)
        return self.families.get(key, self.families["network"])


def _palette(name: ThemeName, column: int, strong: bool) -> Palette:
    colours = {token: row[column] for token, *row in _COLOURS}
    if strong:
        # the rule of high contrast: what separates and what compares is as strong as labels
        for token in ("line", "line2", "border", "ghost"):
            colours[token] = colours["ink2"]
    return Palette(
        name=name,
        is_dark=column == 1,
        colours=MappingProxyType(colours),
        families=MappingProxyType({key: pair[column] for key, *pair in _FAMILIES}),
        costs=_COSTS[column],
        scenarios=_SCENARIOS[column],
        scenario_letters=_SCENARIO_LETTERS[column],
    )


PALETTES: Mapping[str, Palette] = MappingProxyType(
    {
        "light": _palette("light", 0, False),
        "dark": _palette("dark", 1, False),
        "contrast": _palette("contrast", 0, True),
        "contrast-dark": _palette("contrast-dark", 1, True),
    }
)


@dataclass(frozen=True, slots=True)
class Type:
    """A size of type: pixels, line height in pixels, weight 400, 500 or 600."""

    size: int
    line: int
    weight: int


TYPES: Mapping[str, Type] = MappingProxyType(
    {
        "kpi": Type(20, 24, 600),
        "headline": Type(16, 20, 600),
        "title": Type(13, 20, 600),
        "text": Type(12, 16, 400),
        "text_medium": Type(12, 16, 500),
        "text_strong": Type(12, 16, 600),
        "caption": Type(11, 16, 400),
        "caption_medium": Type(11, 16, 500),
        "caption_strong": Type(11, 16, 600),
        "small": Type(10, 12, 400),  # canvas only
        "small_strong": Type(10, 12, 600),  # canvas only
        "audience_headline": Type(40, 52, 600),
        "audience_title": Type(28, 36, 600),
        "audience_label": Type(24, 32, 400),
        "audience_text": Type(20, 28, 400),
        "audience_strong": Type(20, 28, 600),
    }
)

SPACES = (4, 8, 12, 16, 24, 32)
RADIUS_FIELD = 3
RADIUS_CARD = 4
RADIUS_BADGE = 3

LINE_HAIR = 1.0
LINE_FOCUS = 2.0
LINE_SELECTION = 2.0
LINE_LIMIT = 2.0
LINE_SERIES = 2.0
LINE_ACTIVE_SCENARIO = 2.75
LINE_ALTERNATIVE = 1.75
LINE_BASELINE = 1.2
LINE_GRID = 1.0

HEIGHTS: Mapping[str, int] = MappingProxyType(
    {
        "menu": 28,
        "tabs": 36,
        "kpi": 72,
        "canvas_bar": 32,
        "dock_tabs": 32,
        "group_header": 24,
        "row": 24,
        "card": 48,
        "finding": 46,
        "field": 24,
        "button": 28,
        "button_small": 24,
        "graph_header": 28,
        "graph_legend": 18,
        "graph_sentence": 22,
        "graphs_folded": 40,
        "status": 24,
        "rail": 48,
    }
)

GRADES = ("measured", "vendor", "estimate", "assumption", "none")
"""Evidence, best first."""

GRADE_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "measured": "measured",
        "vendor": "vendor",
        "estimate": "estimate",
        "assumption": "assumption",
        "none": "no public figure",
    }
)

DASHES: Mapping[str, tuple[float, ...]] = MappingProxyType(
    {
        "measured": (),
        "vendor": (1.5, 3.0),
        "estimate": (6.0, 3.0),
        "assumption": (8.0, 3.0, 2.0, 3.0),
        "none": (),
    }
)
"""On and off in pixels along a line of that grade; empty = solid. A line of grade none is not drawn."""

BAND_ALPHA: Mapping[str, float] = MappingProxyType(
    {"measured": 0.24, "vendor": 0.24, "estimate": 0.24, "assumption": 0.10, "none": 0.0}
)
"""Opacity of a band's fill; assumption has a hatch over it."""

MOTION_MS: Mapping[str, int] = MappingProxyType(
    {"dock": 120, "camera": 240, "replay": 600, "replay_hold": 400, "busy": 100, "hover_card": 300}
)


@dataclass(frozen=True, slots=True)
class ScreenSize:
    """What stands side by side at a window width (logical pixels)."""

    at_least: int
    palette: int
    inspector: int
    graphs: int
    graph_height: int
    kpis: int


SCREEN_SIZES: tuple[ScreenSize, ...] = (
    ScreenSize(1920, 248, 336, 4, 280, 9),
    ScreenSize(1600, 248, 304, 3, 256, 7),
    ScreenSize(1366, 224, 264, 3, 208, 5),
    ScreenSize(0, 48, 264, 2, 192, 5),
)
SMALLEST_WINDOW = (1280, 720)
TARGET_WINDOW = (1600, 900)
SMALLEST_CANVAS = (480, 320)


def screen_size(width: int) -> ScreenSize:
    """The row of `SCREEN_SIZES` for a window that is `width` logical pixels wide."""
    return next(size for size in SCREEN_SIZES if width >= size.at_least)


def luminance(colour: str) -> float:
    """Relative luminance 0–1 of a hex colour (WCAG 2.1, relative luminance)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    """Contrast ratio 1–21 of two hex colours (WCAG 2.1, contrast ratio)."""
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)
