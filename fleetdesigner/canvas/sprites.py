"""Pictures of systems kept by look and size, and blitted by the hundred in one call."""

from __future__ import annotations

from typing import Any

import numpy as np
import shiboken6
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPixmap

from fleetdesigner.canvas.kinds import Kind
from fleetdesigner.canvas.looks import Look
from fleetdesigner.canvas.paint_system import paint_system
from fleetdesigner.canvas.system_style import Style
from fleetdesigner.look.theme import Theme

MOST = 600
"""Sprites kept; a sweep of the zoom makes new ones at each step."""
Fragments = NDArray[np.float64]


class Sprites:
    """The cache. Cleared by itself when the theme changes or it grows past MOST."""

    def __init__(self) -> None:
        self._held: dict[tuple[object, ...], QPixmap] = {}
        self._theme: Theme | None = None
        self._ratio = 1.0
        self._fragments: Fragments = np.zeros((256, 10))

    def clear(self) -> None:
        """Forget all pictures."""
        self._held.clear()

    def get(
        self, theme: Theme, kind: Kind, look: Look, size: tuple[int, int, float, bool], ratio: float
    ) -> QPixmap:
        """The picture of a system; `size` = width, height, pixels a position, whether its front is below."""
        if theme is not self._theme or ratio != self._ratio or len(self._held) > MOST:
            self._held.clear()
            self._theme, self._ratio = theme, ratio
        swatch = look.swatch
        # plain data only: hashing a kind with its figures would cost more than painting it
        figure = kind.it_power.value if kind.it_power else None
        key = (
            (kind.id, kind.short_name, figure, look.state, look.percent, look.since, look.over),
            (swatch.empty, swatch.fill.rgba(), swatch.edge.rgba(), swatch.hatch is not None),
            (size[0], size[1], _level(size[2]), size[3]),
        )
        found = self._held.get(key)
        if found is None:
            found = self._held[key] = self._paint(Style(theme, kind, look, size[2], size[3]), size, ratio)
        return found

    def _paint(self, style: Style, size: tuple[int, int, float, bool], ratio: float) -> QPixmap:
        picture = QPixmap(round(size[0] * ratio), round(size[1] * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        paint_system(painter, size[0], size[1], style)
        painter.end()
        return picture

    def draw(self, painter: QPainter, picture: QPixmap, left: NDArray[Any], top: NDArray[Any]) -> None:
        """Draw `picture` with its corner at each of the pixels (left, top)."""
        count = len(left)
        if count == 0:
            return
        if count > len(self._fragments):
            self._fragments = np.zeros((2 * count, 10))
        ratio = picture.devicePixelRatio()
        rows = self._fragments[:count]
        # QPainter.PixmapFragment: centre x, y, source left, top, width, height, scale x, y, rotation, opacity
        rows[:, 2:4] = 0.0
        rows[:, 4], rows[:, 5] = picture.width(), picture.height()
        rows[:, 6:8] = 1.0 / ratio
        rows[:, 8], rows[:, 9] = 0.0, 1.0
        np.add(left, picture.width() / ratio / 2, out=rows[:, 0])
        np.add(top, picture.height() / ratio / 2, out=rows[:, 1])
        first: Any = shiboken6.wrapInstance(rows.ctypes.data, QPainter.PixmapFragment)
        painter.drawPixmapFragments(first, count, picture)


def _level(rack_px: float) -> float:
    """Sprites of one level differ by their size only, so that a sweep does not repaint equal ones."""
    return round(rack_px)
