"""Pens of lines in graphs: colour, width, and dashes that tell the evidence."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen

from fleetdesigner.look.theme import Theme
from fleetdesigner.look.tokens import DASHES


def series_pen(colour: QColor, width: float, grade: str, theme: Theme) -> QPen:
    """A pen whose dashes tell the grade. The same one each time: it is to be copied before it is changed."""
    return _pen(colour.rgba(), width, tuple(theme.pen_pattern(grade, width)))


@lru_cache(maxsize=256)
def _pen(rgba: int, width: float, pattern: tuple[float, ...]) -> QPen:
    pen = QPen(
        QColor.fromRgba(rgba), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.MiterJoin
    )
    if pattern:
        pen.setDashPattern(pattern)
    return pen


@lru_cache(maxsize=8)
def whole_dashes(grade: str) -> bool:
    """Whether the dashes of a grade end on whole pixels, on a screen that has a pixel a unit."""
    return all(length == round(length) for length in DASHES[grade])
