"""Points of the validation graph: what is drawn, and the pictures they are stamped with."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QPolygonF

from fleetdesigner.look.theme import Theme

CELL = 12
"""Room of one mark, in pixels."""
_HALF = 3.4


@dataclass(frozen=True, slots=True, eq=False)
class Cloud:
    """What the graph shows: vectors have one entry a point."""

    published: NDArray[np.float64]
    ratio: NDArray[np.float64]
    """Predicted over published."""
    generation: tuple[str, ...]
    """Colour key of the hardware."""
    serving: NDArray[np.bool_]
    counted: NDArray[np.bool_]
    """False: drawn hollow, it counts in no error."""
    titles: tuple[str, ...]
    """Model and chip in words."""
    values: tuple[str, ...]
    """Published and predicted value in words."""

    def __len__(self) -> int:
        return len(self.published)


EMPTY = Cloud(np.zeros(0), np.zeros(0), (), np.zeros(0, dtype=np.bool_), np.zeros(0, dtype=np.bool_), (), ())


class Marks:
    """The picture of each mark, painted once: by hardware, activity, and whether it counts."""

    def __init__(self, theme: Theme, ratio: float) -> None:
        self._theme, self._ratio = theme, ratio
        self._held: dict[tuple[str, bool, bool], QPixmap] = {}

    def picture(self, generation: str, serving: bool, counted: bool) -> QPixmap:
        """A mark in the middle of CELL × CELL pixels."""
        key = (generation, serving, counted)
        if key not in self._held:
            made = QPixmap(math.ceil(CELL * self._ratio), math.ceil(CELL * self._ratio))
            made.setDevicePixelRatio(self._ratio)
            made.fill(Qt.GlobalColor.transparent)
            painter = QPainter(made)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            draw_mark(painter, QPointF(CELL / 2, CELL / 2), generation, serving, counted, self._theme)
            painter.end()
            self._held[key] = made
        return self._held[key]

    def stamp(
        self, painter: QPainter, xs: NDArray[np.float64], ys: NDArray[np.float64], cloud: Cloud,
        at: Sequence[int],
    ) -> None:  # fmt: skip
        """Paint the points `at`, centred on pixels (xs, ys) of the same length."""
        serving, counted = cloud.serving.tolist(), cloud.counted.tolist()
        for x, y, row in zip((xs - CELL / 2).tolist(), (ys - CELL / 2).tolist(), at, strict=True):
            painter.drawPixmap(QPointF(x, y), self.picture(cloud.generation[row], serving[row], counted[row]))


def draw_mark(
    painter: QPainter, middle: QPointF, generation: str, serving: bool, full: bool, theme: Theme,
    half: float = _HALF,
) -> None:  # fmt: skip
    """A circle for training, a diamond for serving, in the colours of the hardware."""
    colours = theme.family(generation)
    fill = QColor(colours.fill)
    fill.setAlphaF(0.75 if full else 0.0)
    painter.setPen(QPen(colours.edge, 1.0))
    painter.setBrush(fill)
    if serving:
        reach = half * 1.22
        painter.drawPolygon(
            QPolygonF(
                [
                    middle + QPointF(0, -reach), middle + QPointF(reach, 0),
                    middle + QPointF(0, reach), middle + QPointF(-reach, 0),
                ]
            )
        )  # fmt: skip
    else:
        painter.drawEllipse(middle, half, half)
