"""Hatches: one small tile a colour and kind. Hatched means not certain, or not allowed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import QLineF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPixmap

TILE = 8


@dataclass(frozen=True, slots=True)
class HatchKind:
    """How the lines run: `lines` in a tile of 8 px, pen of `width` px, `rising` to the right."""

    lines: int
    width: float
    rising: bool


KINDS: dict[str, HatchKind] = {
    "band": HatchKind(1, 1.0, True),  # an assumption's band or bar
    "mark": HatchKind(2, 1.0, True),  # evidence mark, unmet
    "refused": HatchKind(1, 1.0, False),  # refused cell, beyond a limit
    "over": HatchKind(1, 2.0, False),  # over a limit
    "announced": HatchKind(1, 1.5, True),
}


@cache
def _tile(rgba: int, kind: HatchKind) -> QBrush:
    tile = QPixmap(TILE, TILE)
    tile.fill(Qt.GlobalColor.transparent)
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor.fromRgba(rgba), kind.width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap))
    step = TILE / kind.lines
    # enough lines on both sides that the corners of neighbouring tiles meet
    for index in range(-kind.lines - 1, 2 * kind.lines + 2):
        x = index * step + (step / 2 if kind.lines > 1 else 0)
        if kind.rising:
            painter.drawLine(QLineF(x, TILE, x + TILE, 0))
        else:
            painter.drawLine(QLineF(x, 0, x + TILE, TILE))
    painter.end()
    return QBrush(tile)


def hatch(colour: QColor, kind: str) -> QBrush:
    """A brush of that hatch (a key of `KINDS`) over transparent ground. KeyError for another kind."""
    return _tile(colour.rgba(), KINDS[kind])
