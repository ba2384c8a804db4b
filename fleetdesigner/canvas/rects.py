"""Rectangles by the thousand: numpy memory that QPainter reads as QRect[n], one call a colour."""

from __future__ import annotations

from typing import Any

import numpy as np
import shiboken6
from numpy.typing import NDArray
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QBrush, QColor, QPainter

Rects = NDArray[np.int32]
"""[n, 4] of left, top, right, bottom, the last two inclusive: the memory of QRect."""
_BYTES = 16


class RectBuffer:
    """Memory for rectangles that is reused from frame to frame, growing as needed."""

    def __init__(self) -> None:
        self._memory = np.empty((256, 4), np.int32)

    def take(self, count: int) -> Rects:
        """A view of `count` rectangles; its former content is void."""
        if count > len(self._memory):
            self._memory = np.empty((max(count, 2 * len(self._memory)), 4), np.int32)
        return self._memory[:count]


def draw_rects(painter: QPainter, rects: Rects, brush: QBrush | QColor | Qt.GlobalColor) -> None:
    """Fill `rects` with one brush and no pen.

    QPainter.drawRects takes a pointer and a count; a Python list would cost a hundred times the drawing.
    """
    count = len(rects)
    if count == 0:
        return
    if rects.dtype != np.int32 or rects.shape != (count, 4) or not rects.flags.c_contiguous:
        raise ValueError("rects must be contiguous int32 of shape (n, 4)")
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brush)
    first: Any = shiboken6.wrapInstance(rects.ctypes.data, QRect)
    painter.drawRects(first, count)


def inset(rects: Rects, left: int, top: int, right: int, bottom: int, into: Rects) -> Rects:
    """`rects` made smaller on each side, written to `into`; what would turn inside out gets one pixel."""
    np.add(rects[:, 0], left, out=into[:, 0])
    np.add(rects[:, 1], top, out=into[:, 1])
    np.subtract(rects[:, 2], right, out=into[:, 2])
    np.subtract(rects[:, 3], bottom, out=into[:, 3])
    np.maximum(into[:, 2], into[:, 0], out=into[:, 2])
    np.maximum(into[:, 3], into[:, 1], out=into[:, 3])
    return into
