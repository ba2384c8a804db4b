"""Systems in the hand: painted where the mouse is, over a target on the floor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from fleetdesigner.canvas.columns import IN_SERVICE
from fleetdesigner.canvas.hall_frame import HallFrame
from fleetdesigner.canvas.kinds import KindTable
from fleetdesigner.canvas.looks import Look
from fleetdesigner.canvas.overlays import family_swatch
from fleetdesigner.canvas.rects import Rects, draw_rects
from fleetdesigner.canvas.sprites import Sprites
from fleetdesigner.design.fleet import Block
from fleetdesigner.design.layout import expand, extent
from fleetdesigner.look.theme import Theme

Ints = NDArray[np.int64]


class Ghost:
    """Blocks expanded once; painting shifts them by whole positions or by pixels."""

    def __init__(self, blocks: Sequence[Block], table: KindTable) -> None:
        self._table = table
        self._cells = expand(blocks, table.positions_of)
        kinds = np.array([table.index(block.rack_id) for block in blocks], np.int64)
        self._kind = kinds[self._cells.block] if len(blocks) else np.empty(0, np.int64)
        self._boxes = block_boxes(blocks, table)

    def paint(
        self,
        painter: QPainter,
        frame: HallFrame,
        theme: Theme,
        sprites: Sprites,
        offset: QPointF,
        opacity: float = 0.92,
    ) -> None:
        """Paint the systems, moved by `offset` pixels from where their blocks' fields say."""
        cells, ratio = self._cells, painter.device().devicePixelRatio()
        left = frame.lefts(cells.col) + round(offset.x())
        top = frame.tops(cells.row) + round(offset.y())
        viewport = QRectF(painter.viewport())
        high = frame.system_height()
        seen = (left < viewport.right()) & (left + cells.width * frame.position_px > 0)
        seen &= (top < viewport.bottom()) & (top + high > 0)
        painter.save()
        painter.setOpacity(opacity)
        for index in np.unique(self._kind[seen]).tolist():
            kind = self._table.kinds[index]
            look = Look(index, family_swatch(theme, kind.generation, kind.announced), IN_SERVICE, None, 0)
            for below in (True, False):
                here = seen & (self._kind == index) & ((cells.row % 2 == 0) == below)
                if here.any():
                    size = (frame.system_width(kind.positions), high, frame.position_px, below)
                    picture = sprites.get(theme, kind, look, size, ratio)
                    sprites.draw(painter, picture, left[here], top[here])
        painter.restore()

    def target(
        self, painter: QPainter, frame: HallFrame, theme: Theme, d_col: int, d_row: int, legal: bool
    ) -> None:
        """Mark where the systems would stand: accentMid, or the hatch of a refusal."""
        boxes = self._boxes + np.array([d_col, d_row, 0, 0])
        rects = box_rects(frame, boxes)
        if legal:
            draw_rects(painter, rects, theme.color("accentMid"))
        else:
            draw_rects(painter, rects, theme.color("floor"))
            draw_rects(painter, rects, theme.hatch("border", "refused"))

    def outline(
        self, painter: QPainter, frame: HallFrame, theme: Theme, d_col: int, d_row: int, legal: bool
    ) -> None:
        """2 px around each block at its target: accent, or grey where it is refused."""
        rects = box_rects(frame, self._boxes + np.array([d_col, d_row, 0, 0]))
        draw_rects(painter, edges_of(rects, 2, 1), theme.color("accent" if legal else "border"))

    def guide(self, painter: QPainter, frame: HallFrame, theme: Theme, d_col: int, viewport: QRectF) -> None:
        """A line through the hall at the left edge of the target."""
        if not len(self._boxes):
            return
        x = round(frame.x_of(int(self._boxes[:, 0].min()) + d_col)) - 0.5
        floor = frame.floor.intersected(viewport)
        pen = QPen(theme.color("accent"), 1.0)
        pen.setDashPattern([4.0, 3.0])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawLine(QLineF(x, floor.top() - 8, x, floor.bottom() + 8))


def block_boxes(blocks: Iterable[Block], table: KindTable) -> Ints:
    """[n, 4] of col, row, columns and rows of floor positions of each block."""
    rows = [(block.col, block.row, *extent(block, table.positions_of)) for block in blocks]
    return np.array(rows, np.int64).reshape(-1, 4)


def box_rects(frame: HallFrame, boxes: Ints) -> Rects:
    """Pixels of floor boxes as rectangles of QRect's memory."""
    rects = np.empty((len(boxes), 4), np.int32)
    rects[:, 0] = frame.lefts(boxes[:, 0])
    rects[:, 1] = frame.tops(boxes[:, 1])
    rects[:, 2] = (
        rects[:, 0] + np.maximum(1, (boxes[:, 2] * frame.position_px).astype(np.int64) - frame.gap_px()) - 1
    )
    rects[:, 3] = frame.tops(boxes[:, 1] + boxes[:, 3] - 1) + frame.system_height() - 1
    return rects


def edges_of(rects: Rects, width: int, outside: int) -> Rects:
    """The four edges of each rectangle, `width` px wide, `outside` px beyond it; a pen is far slower."""
    count = len(rects)
    edges = np.empty((4 * count, 4), np.int32)
    left, top = rects[:, 0] - outside, rects[:, 1] - outside
    right, bottom = rects[:, 2] + outside, rects[:, 3] + outside
    for part, (x1, y1, x2, y2) in enumerate(
        (
            (left, top, right, top + width - 1),
            (left, bottom - width + 1, right, bottom),
            (left, top, left + width - 1, bottom),
            (right - width + 1, top, right, bottom),
        )
    ):
        block = edges[part * count : (part + 1) * count]
        block[:, 0], block[:, 1], block[:, 2], block[:, 3] = x1, y1, x2, y2
    return edges
