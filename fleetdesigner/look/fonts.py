"""The bundled typeface: loaded once, the same letters on every machine."""

from __future__ import annotations

from functools import cache

from PySide6.QtGui import QFont, QFontDatabase

from fleetdesigner.assets import resource
from fleetdesigner.look.tokens import TYPES, Type

FAMILY = "Inter"
_FILES = ("Inter-Regular.ttf", "Inter-Medium.ttf", "Inter-SemiBold.ttf")
_WEIGHTS = {400: QFont.Weight.Normal, 500: QFont.Weight.Medium, 600: QFont.Weight.DemiBold}


@cache
def load() -> str:
    """Register the bundled fonts with Qt (needs an application) and give the family's name.

    Raises RuntimeError when a file of the font is not one Qt can read.
    """
    for name in _FILES:
        if QFontDatabase.addApplicationFont(str(resource("fonts", name))) < 0:
            raise RuntimeError(f"the bundled font {name} cannot be read; install the program again")
    return FAMILY


@cache
def _font(kind: Type, tabular: bool) -> QFont:
    font = QFont(load())
    font.setPixelSize(kind.size)
    font.setWeight(_WEIGHTS[kind.weight])
    # Hinting would round advances to whole pixels: letters would stand unevenly at 11 px.
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if tabular:
        font.setFeature(QFont.Tag("tnum"), 1)
    return font


def font(name: str, tabular: bool = False) -> QFont:
    """A font of the type scale: a key of `TYPES` (``"kpi"``, ``"text"`` …). KeyError for another name.

    `tabular` gives digits of equal width: for numbers that stand alone, not for prose (it widens the hyphen).
    """
    return QFont(_font(TYPES[name], tabular))
