"""The systems of one hall: a small picture, fills, or sprites, by the width of a rack in pixels."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from fleetdesigner.canvas.hall_frame import HallFrame
from fleetdesigner.canvas.looks import FleetLooks, HallLooks, runs_of
from fleetdesigner.canvas.rects import RectBuffer, draw_rects
from fleetdesigner.canvas.sprites import Sprites
from fleetdesigner.canvas.system_style import DETAILS, EDGES, FILL_ONLY

Mask = NDArray[np.bool_]
Ints = NDArray[np.int64]


TILE_SYSTEMS_PX = 3.0
"""Width of a position in a tile from which systems are drawn one by one."""


AISLE_SHARE = 0.25
"""Of the pitch of rows where a hall is stretched to a tile; to scale, aisles would drown the racks."""


class RackPainter:
    """Draws systems of halls; holds the memory and the pictures it reuses from frame to frame."""

    def __init__(self) -> None:
        self._buffer = RectBuffer()
        self._feet = RectBuffer()
        self._sprites = Sprites()

    def forget(self) -> None:
        """Drop all pictures, after a change of theme."""
        self._sprites.clear()

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
            self.strips(painter, looks, {place: frame.floor}, frame.aisle_share)
            return
        held = looks.hall(place)
        shown = _shown(frame, held, viewport, hidden)
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

    def rows(self, painter: QPainter, looks: FleetLooks, areas: Mapping[int, QRectF]) -> None:
        """Free positions of halls stretched over areas: a strip a row while rows can be told apart."""
        halls = looks.scene.fleet.halls
        counts = [halls[place].hall.row_count for place in areas]
        if not counts:
            return
        box = np.array([(a.left(), a.top(), a.right(), a.height()) for a in areas.values()])
        pitch = box[:, 3] / (np.array(counts) - AISLE_SHARE)
        shown = np.where(pitch < 4, 1, counts)
        of = np.repeat(np.arange(len(counts)), shown)
        row = np.arange(len(of)) - np.repeat(np.cumsum(shown) - shown, shown)
        rects = self._buffer.take(len(of))
        top = box[of, 1] + row * pitch[of]
        rects[:, 0], rects[:, 2] = box[of, 0], box[of, 2] - 1
        rects[:, 1] = np.rint(top)
        high = np.where(pitch < 4, box[:, 3], pitch * (1 - AISLE_SHARE))
        rects[:, 3] = np.rint(top + high[of]) - 1
        draw_rects(painter, rects, looks.scene.theme.color("cell"))

    def strips(
        self,
        painter: QPainter,
        looks: FleetLooks,
        areas: Mapping[int, QRectF],
        aisle_share: float = AISLE_SHARE,
        only: Collection[int] | None = None,
    ) -> None:
        """The systems of halls stretched over areas (place → pixels), all halls in one pass, a call a look;
        with `only` just these halls, as they look among the others.

        Rows fill their pitch but for `aisle_share`. Neighbours that look alike are one strip, rounded
        outwards, so that no system is lost between pixels; where there is room, each system stands alone.
        """
        if not areas:
            return
        fleet = looks.scene.fleet
        scale = np.zeros((len(fleet.halls), 4))
        widest = 0.0
        for place, area in areas.items():
            hall = fleet.halls[place].hall
            across = area.width() / hall.columns
            scale[place] = area.left(), area.top(), across, area.height() / (hall.row_count - aisle_share)
            widest = max(widest, across)
        single = widest >= TILE_SYSTEMS_PX
        gap = 1 if single else 0
        places = [place for place in areas if only is None or place in only]
        look, hall_of, row, col, end = _columns(looks, places, single, apart=only is not None)
        left, top, across_px, down = scale[hall_of].T
        high = np.where(down < 2.5, down, down * (1 - aisle_share))
        rects = self._buffer.take(len(look))
        rects[:, 0] = np.floor(left + col * across_px)
        rects[:, 1] = np.rint(top + row * down)
        rects[:, 2] = np.maximum(np.ceil(left + end * across_px) - 1 - gap, rects[:, 0])
        rects[:, 3] = np.maximum(np.rint(top + row * down + high) - 1, rects[:, 1])
        for one, start, stop in runs_of(look):
            colour = int(looks.colours[one])
            if colour:
                draw_rects(painter, rects[start:stop], QColor.fromRgba(colour))


_FEW = 4
"""Halls up to which each is asked for itself; more are asked for every time the camera moves."""


def _columns(
    looks: FleetLooks, places: Sequence[int], single: bool, apart: bool
) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """Look, hall, row, first and last column of strips or single systems of some halls, sorted by look.

    With `apart` each hall is asked for itself: a change touches few, and all would be made anew for it.
    """
    if apart or len(places) <= _FEW:
        parts = [looks.systems_of(place) if single else looks.strips_of(place) for place in places]
        found = tuple(
            np.concatenate([np.empty(0, np.int64), *(getattr(part, name) for part in parts)])
            for name in ("look", "hall", "row", "col", "end")
        )
        order = np.argsort(found[0], kind="stable")
    else:
        fleet = looks.scene.fleet
        shown = np.zeros(len(fleet.halls), np.bool_)
        shown[places] = True
        if single:
            systems = fleet.everything
            found = (looks.of_all, systems.hall, systems.row, systems.col, systems.end)
            order = np.flatnonzero(shown[systems.hall])
            order = order[np.argsort(looks.of_all[order], kind="stable")]
        else:
            strips = looks.strips
            found = (strips.look, strips.hall, strips.row, strips.col, strips.end)
            order = np.flatnonzero(shown[strips.hall])
    look, hall, row, col, end = (column[order] for column in found)
    return look, hall, row, col, end


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
