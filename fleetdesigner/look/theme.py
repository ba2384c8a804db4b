"""The theme in force: colours, type, hatches and icons for everything that paints.

`current()` gives it, `set_theme()` changes it, `theme_signals.changed` tells. The program owns its palettes:
the system only says whether they are the light or the dark ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QFont, QGuiApplication, QIcon, QPixmap

from fleetdesigner.look import fonts, hatches, icons
from fleetdesigner.look.tokens import BAND_ALPHA, DASHES, PALETTES, Palette, contrast

CHOICES = ("light", "dark", "contrast", "system")


@dataclass(frozen=True, slots=True)
class FamilyColours:
    """Colours of one hardware generation."""

    fill: QColor
    edge: QColor
    """Edge of a rack, and the generation's line in graphs."""
    text: QColor
    """Text that stands on the fill."""


class Theme:
    """One palette with everything drawn from it. Colours are shared objects: copy one before changing it."""

    def __init__(self, palette: Palette) -> None:
        self.palette = palette
        self.name = palette.name
        self.is_dark = palette.is_dark
        self._colours: Mapping[str, QColor] = MappingProxyType(
            {token: QColor(f"#{colour}") for token, colour in palette.colours.items()}
        )
        self._families: dict[str, FamilyColours] = {}

    def color(self, token: str) -> QColor:
        """Colour of a token of look (``"ink"``, ``"panel"`` …). KeyError for another name."""
        return self._colours[token]

    def hex(self, token: str) -> str:
        """``"#RRGGBB"`` of a token, for style sheets and SVG."""
        return f"#{self.palette.colours[token]}"

    def family(self, generation: str) -> FamilyColours:
        """Colours of a generation key (``"trainium2"``, ``"hopper"``, ``"network"``); grey when unknown."""
        found = self._families.get(generation)
        if found is None:
            entry = self.palette.family(generation)
            found = FamilyColours(QColor(f"#{entry.fill}"), QColor(f"#{entry.edge}"), self.color(entry.text))
            self._families[generation] = found
        return found

    def cost(self, index: int) -> QColor:
        """Colour of the cost item at that place, c1 = 0; it starts again after c6."""
        return QColor(f"#{self.palette.costs[index % len(self.palette.costs)]}")

    def scenario(self, index: int) -> QColor:
        """Colour of scenario A (0), B, C; D and every later one is ink."""
        known = self.palette.scenarios
        return QColor(f"#{known[index]}") if index < len(known) else self.color("ink")

    def scenario_letter(self, index: int) -> QColor:
        """Colour of the letter on a scenario's badge."""
        letters = self.palette.scenario_letters
        return self.color(letters[index]) if index < len(letters) else self.color("inkInv")

    def text_on(self, fill: QColor) -> QColor:
        """Ink or inverse ink, whichever reads better on that fill."""
        ground = fill.name()[1:]
        best = max(("ink", "inkInv"), key=lambda token: contrast(self.palette.colours[token], ground))
        return self.color(best)

    def hatch(self, colour: str | QColor, kind: str) -> QBrush:
        """Hatch brush in a token's or any colour: ``band mark refused over announced``."""
        return hatches.hatch(self.color(colour) if isinstance(colour, str) else colour, kind)

    def pen_pattern(self, grade: str, width: float) -> list[float]:
        """Dash pattern of a grade for `QPen.setDashPattern`, in pen widths; empty = solid line."""
        return [pixels / width for pixels in DASHES[grade]]

    def band(self, colour: QColor, grade: str) -> QColor:
        """`colour` at the opacity of a band of that grade (an assumption's has a hatch over it)."""
        faint = QColor(colour)
        faint.setAlphaF(BAND_ALPHA[grade])
        return faint

    def font(self, name: str, tabular: bool = False) -> QFont:
        """A font of the type scale (``kpi headline title text caption small`` …, see `tokens.TYPES`)."""
        return fonts.font(name, tabular)

    def icon(self, name: str, size: int = 16, colour: str | QColor = "ink2") -> QIcon:
        """An icon of the bundled set, sharp on every screen, greyed when disabled."""
        shade = self.color(colour) if isinstance(colour, str) else colour
        return icons.icon(name, size, icons.hex_of(shade), self.hex("ink4"))

    def pixmap(self, name: str, size: int = 16, colour: str | QColor = "ink2", ratio: float = 0.0) -> QPixmap:
        """An icon as a picture for painting; `ratio` 0 takes the screen's."""
        shade = self.color(colour) if isinstance(colour, str) else colour
        return icons.pixmap(name, size, icons.hex_of(shade), ratio or icons.screen_ratio())


class ThemeSignals(QObject):
    """Tells that the theme has changed; painted views drop their cached pictures and repaint."""

    changed = Signal()


theme_signals = ThemeSignals()
"""The one object that tells of a change of theme."""


@cache
def named(name: str) -> Theme:
    """The theme of a palette: light, dark, contrast, contrast-dark. KeyError for another name."""
    return Theme(PALETTES[name])


class _State:
    """What was chosen and what follows from it."""

    choice = "light"
    theme: Theme | None = None
    listening = False


def _system_is_dark() -> bool:
    application = QGuiApplication.instance()
    if not isinstance(application, QGuiApplication):
        return False
    # Unknown (offscreen, bare X) means light: what a projector shows best.
    return application.styleHints().colorScheme() == Qt.ColorScheme.Dark


def _resolve(choice: str) -> Theme:
    if choice == "system":
        return named("dark" if _system_is_dark() else "light")
    if choice == "contrast":
        return named("contrast-dark" if _system_is_dark() else "contrast")
    return named(choice)


def current() -> Theme:
    """The theme in force, light until something else was chosen."""
    if _State.theme is None:
        _State.theme = _resolve(_State.choice)
    return _State.theme


def chosen() -> str:
    """What was chosen: one of `CHOICES`."""
    return _State.choice


def _follow_system() -> None:
    _apply(_resolve(_State.choice))


def _apply(theme: Theme) -> None:
    if theme is not _State.theme:
        _State.theme = theme
        theme_signals.changed.emit()


def set_theme(choice: str) -> None:
    """Choose light, dark, contrast (high) or system. Raises ValueError for another word."""
    if choice not in CHOICES:
        raise ValueError(f"theme must be one of {', '.join(CHOICES)}, not “{choice}”")
    _State.choice = choice
    application = QGuiApplication.instance()
    if not _State.listening and isinstance(application, QGuiApplication):
        application.styleHints().colorSchemeChanged.connect(_follow_system)
        _State.listening = True
    current()
    _apply(_resolve(choice))
