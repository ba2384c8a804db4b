"""How a system's picture is made, and the marks that its levels of detail share."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QLineF, QRect, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from fleetdesigner.canvas.kinds import Kind
from fleetdesigner.canvas.looks import Look
from fleetdesigner.look.theme import Theme

FILL_ONLY, EDGES, NAMES, DETAILS, ELEVATION = 2.2, 6.0, 28.0, 96.0, 240.0
"""Width of one rack from which it is drawn with fill, edge and load bar, name, trays, units in words."""


@dataclass(frozen=True, slots=True)
class Style:
    """What a system's picture is made with."""

    theme: Theme
    kind: Kind
    look: Look
    rack_px: float
    """Width of one floor position: decides the level of detail."""
    front_below: bool
    """Whether the cold aisle is below the row."""


def faint(colour: QColor, opacity: float) -> QColor:
    faint = QColor(colour)
    faint.setAlphaF(opacity)
    return faint


def joints(painter: QPainter, box: QRect, style: Style, top: float, bottom: float) -> None:
    """Dashed lines where the racks of one system meet."""
    pen = QPen(style.look.swatch.edge, 1.0)
    pen.setDashPattern([2.0, 2.0])
    painter.setPen(pen)
    for joint in range(1, style.kind.positions):
        x = round(box.width() * joint / style.kind.positions) + 0.5
        painter.drawLine(QLineF(x, top, x, bottom))


def load_bar(painter: QPainter, bar: QRectF, style: Style) -> None:
    """Share of the pool in use: the edge colour over its own faint track; only the track without a figure."""
    edge = style.look.swatch.edge
    aligned = QRectF(round(bar.x()), round(bar.y()), max(1, round(bar.width())), max(1, round(bar.height())))
    painter.fillRect(aligned, faint(edge, 0.35))
    percent = style.look.percent
    if percent:
        aligned.setWidth(max(1.0, round(aligned.width() * min(percent, 100) / 100)))
        painter.fillRect(aligned, edge)
