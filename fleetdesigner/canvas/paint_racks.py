"""The systems of one hall: a small picture, fills, or sprites, by the width of a rack in pixels."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from fleetdesigner.canvas.columns import AISLE_LINES, ROW_LINES, HallColumns
from fleetdesigner.canvas.hall_frame import HallFrame
from fleetdesigner.canvas.looks import FleetLooks, HallLooks
from fleetdesigner.canvas.paint_system import DETAILS, EDGES, FILL_ONLY
from fleetdesigner.canvas.rects import RectBuffer, draw_rects
from fleetdesigner.canvas.sprites import Sprites

Mask = NDArray[np.bool_]
Ints = NDArray[np.int64]


TILE_SYSTEMS_PX = 3.0
"""Width of a position in a tile from which systems are drawn one by one."""


class RackPainter:
    """Draws systems of halls; holds the memory and the pictures it reuses from frame to frame."""

    def __init__(self) -> None:
        self._buffer = RectBuffer()
        self._feet = RectBuffer()
        self._sprites = Sprites()
        self._pictures: dict[int, tuple[HallColumns, HallLooks, QImage]] = {}

    def forget(self) -> None:
        """Drop all pictures, after a change of theme."""
        self._sprites.clear()
        self._pictures.clear()

    def paint(
        self,
        painter: QPainter,
        frame: HallFrame,
        looks: FleetLooks,
        place: int,
        viewport: QRectF,
        hidden: Mask | None = None,
    ) -> None:
        """Paint the systems of the hall at `place` that the viewport shows, less the `hidden` ones."""
        if not frame.columns.count:
            return
        if frame.position_px < FILL_ONLY and hidden is None:
            self.paint_small(painter, frame.columns, looks, place, frame.floor)
            return
        held = looks.hall(place)
        shown = _shown(frame, held, viewport, hidden)
        self._paint_sorted(painter, frame, looks, held, shown)

    def paint_some(
        self,
        painter: QPainter,
        frame: HallFrame,
        looks: FleetLooks,
        place: int,
        which: Mask,
        viewport: QRectF,
    ) -> None:
        """Paint only the systems in `which`, under a camera of their own: what a drag carries."""
        held = looks.hall(place)
        shown = _shown(frame, held, viewport, ~which)
        self._paint_sorted(painter, frame, looks, held, shown)

    def _paint_sorted(
        self, painter: QPainter, frame: HallFrame, looks: FleetLooks, held: HallLooks, shown: Ints
    ) -> None:
        if not len(shown):
            return
        cells = frame.columns.cells
        systems = held.order[shown]
        look = held.look[shown]
        edges = np.flatnonzero(np.diff(look)) + 1
        bounds = [0, *edges.tolist(), len(look)]
        left = frame.lefts(cells.col[systems])
        top = frame.tops(cells.row[systems])
        width = cells.width[systems]
        row = cells.row[systems]
        for start, stop in pairwise(bounds):
            run = slice(start, stop)
            if frame.position_px < EDGES:
                self._fill(painter, frame, looks, int(look[start]), left[run], top[run], width[run], row[run])
            else:
                self._blit(painter, frame, looks, int(look[start]), left[run], top[run], width[run], row[run])

    def _fill(
        self,
        painter: QPainter,
        frame: HallFrame,
        looks: FleetLooks,
        look: int,
        left: NDArray[np.float64],
        top: NDArray[np.float64],
        width: Ints,
        row: Ints,
    ) -> None:
        """2.2 to 6 px: the fill, and the front as a foot of 2 px in the line colour."""
        colour = int(looks.colours[look])
        if not colour:
            return
        rects = self._buffer.take(len(left))
        high = frame.system_height()
        rects[:, 0] = left
        rects[:, 1] = top
        rects[:, 2] = left + np.maximum(1, (width * frame.position_px).astype(np.int64) - frame.gap_px()) - 1
        rects[:, 3] = top + high - 1
        painter_colour = looks.looks[look].swatch.edge
        draw_rects(painter, rects, QColor.fromRgba(colour))
        if high >= 6:
            feet = self._feet.take(len(left))
            feet[:] = rects
            below = row % 2 == 0
            feet[:, 1] = np.where(below, rects[:, 3] - 1, rects[:, 1])
            feet[:, 3] = np.where(below, rects[:, 3], rects[:, 1] + 1)
            draw_rects(painter, feet, painter_colour)

    def _blit(
        self,
        painter: QPainter,
        frame: HallFrame,
        looks: FleetLooks,
        look: int,
        left: NDArray[np.float64],
        top: NDArray[np.float64],
        width: Ints,
        row: Ints,
    ) -> None:
        """From 6 px: one sprite a footprint and facing."""
        ratio = painter.device().devicePixelRatio()
        scene = looks.scene
        one = looks.looks[look]
        kind = scene.fleet.table.kinds[one.kind]
        below = row % 2 == 0
        for positions in np.unique(width).tolist():
            for facing in (True, False):
                here = (width == positions) & (below == facing)
                if here.any():
                    size = (frame.system_width(positions), frame.system_height(), frame.position_px, facing)
                    picture = self._sprites.get(scene.theme, kind, one, size, ratio)
                    self._sprites.draw(painter, picture, left[here], top[here])

    def paint_tile(
        self, painter: QPainter, columns: HallColumns, looks: FleetLooks, place: int, target: QRectF
    ) -> None:
        """The hall's systems stretched over `target`: one by one when wide enough, else as a picture."""
        hall = columns.hall
        across = target.width() / hall.columns
        if across < TILE_SYSTEMS_PX:
            self.paint_small(painter, columns, looks, place, target)
            return
        held = looks.hall(place)
        cells = columns.cells
        col, row, width = cells.col[held.order], cells.row[held.order], cells.width[held.order]
        down = target.height() / (hall.row_count - AISLE_LINES / (ROW_LINES + AISLE_LINES))
        rects = self._buffer.take(len(col))
        rects[:, 0] = np.rint(target.left() + col * across)
        rects[:, 1] = np.rint(target.top() + row * down)
        rects[:, 2] = np.rint(target.left() + (col + width) * across) - 2
        rects[:, 3] = np.rint(target.top() + row * down + down * ROW_LINES / (ROW_LINES + AISLE_LINES)) - 1
        for look, start, stop in held.runs:
            colour = int(looks.colours[look])
            if colour:
                draw_rects(painter, rects[start:stop], QColor.fromRgba(colour))

    def paint_small(
        self, painter: QPainter, columns: HallColumns, looks: FleetLooks, place: int, target: QRectF
    ) -> None:
        """The hall's small picture stretched over `target`: one pixel a position, aisles transparent."""
        picture = self.picture(columns, looks, place)
        if picture.isNull():
            return
        # the picture has no aisle after its last row, and neither has the floor
        shrinks = target.width() < picture.width() or target.height() < picture.height()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, shrinks)
        if target.width() < picture.width() / 2 or target.height() < picture.height() / 2:
            # bilinear reads four pixels: shrink further than half by averaging first
            picture = picture.scaled(
                max(1, round(target.width())),
                max(1, round(target.height())),
                Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        painter.drawImage(target, picture)
        painter.restore()

    def picture(self, columns: HallColumns, looks: FleetLooks, place: int) -> QImage:
        """One pixel a position, ROW_LINES lines a row, AISLE_LINES transparent lines between."""
        held = looks.hall(place)
        known = self._pictures.get(place)
        if known is not None and known[0] is columns and known[1] is held:
            return known[2]
        owner = columns.owner_map
        colours = np.append(looks.colours[held.of_system], np.uint32(0))
        pixels = np.ascontiguousarray(colours[owner])
        height, width = pixels.shape
        picture = QImage(
            pixels.data, width, height, width * 4, QImage.Format.Format_ARGB32_Premultiplied
        ).copy()
        self._pictures[place] = (columns, held, picture)
        return picture


def _shown(frame: HallFrame, held: HallLooks, viewport: QRectF, hidden: Mask | None) -> Ints:
    """Places in the sorted order of the systems that the viewport shows."""
    cells = frame.columns.cells
    first_col, last_col, first_row, last_row = frame.visible(viewport)
    col, row = cells.col[held.order], cells.row[held.order]
    mask = (col <= last_col) & (col + cells.width[held.order] > first_col)
    mask &= (row >= first_row) & (row <= last_row)
    if hidden is not None:
        mask &= ~hidden[held.order]
    return np.flatnonzero(mask)


def writes_positions(frame: HallFrame) -> bool:
    """Whether systems are wide enough to carry their position's name."""
    return frame.position_px >= DETAILS
