"""Pens of lines in graphs: colour, width, and dashes that tell the evidence."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen

from fleetdesigner.look.theme import Theme


def series_pen(colour: QColor, width: float, grade: str, theme: Theme) -> QPen:
    """A pen whose dashes tell the grade."""
    pen = QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.MiterJoin)
    pattern = theme.pen_pattern(grade, width)
    if pattern:
        pen.setDashPattern(pattern)
    return pen
