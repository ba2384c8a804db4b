"""Colours of the parts of a step, a token or a chip's memory: the same part always in the same one."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from fleetdesigner.look.theme import current

_GHOST, _DARK = 6, 7
_PLACES: Mapping[str, int] = MappingProxyType(
    {
        "linear": 0, "attention": 1, "elementwise": 4, "tensor": 2, "expert": 3, "context": _GHOST,
        "bubble": _DARK, "data": 3, "optimizer": 5, "straggler": _GHOST,
        "weights": 0, "kv": 1, "compute": 2, "collectives": 3, "layers": 4, "sequences": 5, "prefill": _GHOST,
        "gradients": 1, "states": 2, "activations": 3, "held": 2, "reserve": 5,
    }
)  # fmt: skip


def part_colour(key: str) -> QColor:
    """Colour of a part; one that is new gets one by its name."""
    theme = current()
    place = _PLACES.get(key, sum(map(ord, key)) % 6)
    if place == _GHOST:
        return theme.color("ghost")
    return theme.color("line2") if place == _DARK else theme.cost(place)


def part_swatch(key: str, ratio: float) -> QPixmap:
    """A square of the part's colour, 10 px."""
    picture = QPixmap(QSize(round(10 * ratio), round(10 * ratio)))
    picture.setDevicePixelRatio(ratio)
    picture.fill(part_colour(key))
    return picture


def family_swatch(generation: str, ratio: float) -> QPixmap:
    """A square of a generation's colour with its edge, 12 px."""
    family = current().family(generation)
    picture = QPixmap(QSize(round(12 * ratio), round(12 * ratio)))
    picture.setDevicePixelRatio(ratio)
    picture.fill(family.fill)
    painter = QPainter(picture)
    painter.setPen(QPen(family.edge, 1))
    painter.drawRect(0, 0, 11, 11)
    painter.end()
    return picture
