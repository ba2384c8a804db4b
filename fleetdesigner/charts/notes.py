"""Months that something happens in: a dotted line through the plot with words at its top."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from fleetdesigner.charts.sketch import Sketch
from fleetdesigner.charts.words import draw_words, text_width
from fleetdesigner.look.theme import Theme

_LINE = 16
_BESIDE = 4


def paint_notes(painter: QPainter, found: Sketch, theme: Theme) -> None:
    """Paint the notes of a sketch, each a line lower than the one before; words stay inside the plot."""
    frame = found.frame
    for at, (row, words) in enumerate(found.notes):
        x = frame.x(row)
        painter.setPen(QPen(theme.color("ink2"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QLineF(x, 0, x, frame.height))
        width = text_width(words, "caption")
        right = x + _BESIDE + width < frame.width
        left = x + _BESIDE if right else max(0.0, x - _BESIDE - width)
        top = 2.0 + at * _LINE
        painter.fillRect(QRectF(left - 1, top, width + 2, _LINE), theme.color("panel"))
        painter.setPen(theme.color("ink"))
        draw_words(painter, left, top + _LINE / 2, words, "caption")
