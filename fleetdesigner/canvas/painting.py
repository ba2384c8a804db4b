"""One frame of the canvas: the standing picture from its cache, and over it what the hand moves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap, QPolygonF

from fleetdesigner.canvas.camera import Camera
from fleetdesigner.canvas.cards import beside, card_size, paint_card
from fleetdesigner.canvas.columns import position_name
from fleetdesigner.canvas.gestures import Gesture, paint_measure
from fleetdesigner.canvas.ghosts import block_boxes, box_rects, edges_of
from fleetdesigner.canvas.hall_frame import HallFrame
from fleetdesigner.canvas.loads import feeds_by_row
from fleetdesigner.canvas.minimap import minimap_box, paint_minimap
from fleetdesigner.canvas.paint_campus import CampusPainter, Painted
from fleetdesigner.canvas.paint_hall import HallPainter
from fleetdesigner.canvas.paint_racks import RackPainter, writes_positions
from fleetdesigner.canvas.paint_tints import TintPainter
from fleetdesigner.canvas.rects import draw_rects
from fleetdesigner.canvas.sprites import Sprites
from fleetdesigner.canvas.write import CENTRE, RIGHT, write
from fleetdesigner.design.fleet import Block

if TYPE_CHECKING:
    from fleetdesigner.canvas.surface import CanvasSurface

HANDLE_PX = 7.0


class CanvasPainter:
    """Holds the painters and the cached picture of what stands still."""

    def __init__(self, view: CanvasSurface) -> None:
        self._view = view
        self.racks = RackPainter()
        self.sprites = Sprites()
        self._hall = HallPainter()
        self._tints = TintPainter()
        self._campus = CampusPainter(self.racks)
        self._layer = QPixmap()
        self._key: tuple[object, ...] = ()
        self._painted: Painted | None = None
        """What the layer shows of the campus; None while it shows something else."""

    def forget(self) -> None:
        """Drop every cached picture."""
        self.racks.forget()
        self._campus.forget()
        self.sprites.clear()
        self._key = ()
        self._painted = None

    # the standing picture

    def standing(self) -> QPixmap:
        """The picture of all that does not follow the hand, painted anew only when it would differ."""
        view = self._view
        gesture = view.gesture
        ratio = view.devicePixelRatioF()
        frame = view.frame
        # the gesture itself, not its id: a key must not outlive what it names
        token = gesture if gesture is not None and gesture.ground is not None else None
        key = (
            view.stage.epoch, frame.hall.id if frame else None, frame.camera if frame else view.camera,
            view.width(), view.height(), ratio, token, None if frame else view.marked,
        )  # fmt: skip
        if key == self._key:
            return self._layer
        size = view.size() * ratio
        if self._layer.size() != size or self._layer.devicePixelRatio() != ratio:
            self._layer = QPixmap(size)
            self._painted = None
        self._layer.setDevicePixelRatio(ratio)
        painter = QPainter(self._layer)
        viewport = QRectF(view.rect())
        if frame is None:
            self._painted = self._paint_campus(painter, view.camera, viewport, self._painted)
        else:
            self._painted = None
            self._paint_hall(painter, frame, viewport, gesture)
        painter.end()
        self._key = key
        return self._layer

    def picture_of(self, hall_id: str | None, camera: Camera) -> QPixmap:
        """The standing picture of a hall or the campus under any camera, for the flight between them."""
        view = self._view
        ratio = view.devicePixelRatioF()
        picture = QPixmap(view.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        painter = QPainter(picture)
        columns = view.stage.fleet.hall_columns(hall_id)
        if columns is None:
            self._paint_campus(painter, camera, QRectF(view.rect()))
        else:
            self._paint_hall(painter, HallFrame(columns, camera), QRectF(view.rect()), None)
        painter.end()
        return picture

    def _paint_campus(
        self, painter: QPainter, camera: Camera, viewport: QRectF, before: Painted | None = None
    ) -> Painted:
        stage, theme = self._view.stage, self._view.stage.theme
        if not stage.fleet.halls:
            before = None  # the words below lie on the ground itself
        now = self._campus.paint(
            painter, camera, stage.campus, stage.looks, viewport, self._view.marked, before
        )
        if not stage.fleet.halls:
            box = QRectF(viewport.center().x() - 200, viewport.center().y() - 24, 400, 20)
            write(painter, theme, box, "No hall yet", font="title", colour="ink", align=CENTRE)
            write(
                painter, theme, box.translated(0, 22), "Add a hall to place rack systems in it", align=CENTRE
            )
        return now

    def _paint_hall(
        self, painter: QPainter, frame: HallFrame, viewport: QRectF, gesture: Gesture | None
    ) -> None:
        stage = self._view.stage
        theme, place = stage.theme, stage.fleet.places[frame.hall.id]
        self._hall.floor(painter, frame, theme, viewport)
        self._hall.aisles(painter, frame, theme, viewport)
        if gesture is not None and gesture.ground is not None and gesture.lights_up is not None:
            self._tints.paint(painter, frame, theme, viewport, gesture.ground, gesture.lights_up)
        hidden = gesture.hidden() if gesture is not None else None
        self.racks.paint(painter, frame, stage.looks, place, viewport, hidden)
        if writes_positions(frame):
            self._position_names(painter, frame, viewport)
        if not frame.columns.count and gesture is None:
            self._hall.empty_words(painter, frame, theme)
        self._hall.headers(painter, frame, theme, viewport, stage.loads.row_loads(place))
        chart = minimap_box(self._view)
        taken = 0.0 if chart is None else viewport.right() - chart.left()
        self._hall.footer(painter, frame, theme, viewport, stage.loads, place, taken)

    def _position_names(self, painter: QPainter, frame: HallFrame, viewport: QRectF) -> None:
        """``A5`` in the upper right of each system that is wide enough to carry it."""
        stage = self._view.stage
        looks = stage.looks.hall(stage.fleet.places[frame.hall.id])
        cells = frame.columns.cells
        first_col, last_col, first_row, last_row = frame.visible(viewport)
        seen = (cells.col <= last_col) & (cells.col + cells.width > first_col)
        seen &= (cells.row >= first_row) & (cells.row <= last_row)
        for system in np.flatnonzero(seen).tolist():
            row, width = int(cells.row[system]), int(cells.width[system])
            rect = frame.cell_rect(int(cells.col[system]), row, width)
            look = stage.looks.looks[int(looks.of_system[system])]
            colour = (
                look.swatch.text if look.state == 0 and not look.swatch.empty else stage.theme.color("ink2")
            )
            top = 4 if row % 2 == 0 else 7
            box = QRectF(rect.left(), rect.top() + top, rect.width() - 8, 18)
            write(
                painter,
                stage.theme,
                box,
                position_name(int(cells.col[system]), row, width).split("–")[0],
                colour=colour,
                align=RIGHT,
            )

    # over it

    def paint(self, painter: QPainter) -> None:
        """Paint a whole frame."""
        view = self._view
        painter.drawPixmap(0, 0, self.standing())
        theme, frame, gesture = view.stage.theme, view.frame, view.gesture
        viewport = QRectF(view.rect())
        if frame is not None:
            self._gains(painter, frame, viewport)
            self._differing(painter, frame, viewport)
            if view.hovered is not None and gesture is None:
                self._hover(painter, frame)
            if gesture is None or not gesture.holds_systems:
                self.selection(painter, frame)
            if view.measure is not None:
                start, end = (frame.camera.to_screen(x, y) for x, y in view.measure)
                paint_measure(painter, theme, frame, start, end, viewport)
        paint_minimap(painter, view)
        if gesture is not None:
            gesture.paint(painter, frame, theme)
        elif view.hover_card is not None:
            size = card_size(theme, view.hover_card)
            paint_card(painter, theme, view.hover_card, beside(size, view.mouse, viewport))
        if view.hasFocus() and view.shows_focus:
            painter.setPen(QPen(theme.color("accent"), 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(viewport.adjusted(1, 1, -1, -1))

    def _gains(self, painter: QPainter, frame: HallFrame, viewport: QRectF) -> None:
        """Headers of rows that a gesture would change, over the standing ones."""
        gesture = self._view.gesture
        added = gesture.added_kw() if gesture is not None else {}
        if not added:
            return
        stage = self._view.stage
        loads = stage.loads.row_loads(stage.fleet.places[frame.hall.id])
        # rows on one feed gain together
        for feed in {feed.id: feed for feed in map(feeds_by_row(frame.hall).get, added) if feed}.values():
            rows = [row for row in feed.rows if row < len(loads)]
            added |= dict.fromkeys(rows, sum(added.get(row, 0.0) for row in rows))
        self._hall.headers(painter, frame, stage.theme, viewport, loads, added, only=frozenset(added))

    def _differing(self, painter: QPainter, frame: HallFrame, viewport: QRectF) -> None:
        """A dashed ink outline around blocks that the scenario added or changed."""
        stage = self._view.stage
        blocks = [block for block in stage.differing() if frame.columns.block_index(block.id) is not None]
        if not blocks:
            return
        pen = QPen(stage.theme.color("ink"), 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
        pen.setDashPattern([3.0, 2.5])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for left, top, right, bottom in box_rects(frame, block_boxes(blocks, stage.fleet.table)).tolist():
            box = QRectF(left - 1.5, top - 1.5, right - left + 4, bottom - top + 4)
            if box.intersects(viewport):
                painter.drawRect(box)

    def _hover(self, painter: QPainter, frame: HallFrame) -> None:
        """1.5 px ink outside the system under the mouse."""
        cells, system = frame.columns.cells, self._view.hovered
        if system is None or system >= len(cells):
            return
        rect = frame.cell_rect(int(cells.col[system]), int(cells.row[system]), int(cells.width[system]))
        painter.setPen(
            QPen(
                self._view.stage.theme.color("ink"),
                1.5,
                Qt.PenStyle.SolidLine,
                Qt.PenCapStyle.FlatCap,
                Qt.PenJoinStyle.MiterJoin,
            )
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(rect.adjusted(-0.75, -0.75, 0.75, 0.75))

    def outlines(self, painter: QPainter, frame: HallFrame, blocks: Sequence[Block]) -> None:
        """2 px accent outside each block."""
        stage = self._view.stage
        rects = box_rects(frame, block_boxes(blocks, stage.fleet.table))
        draw_rects(painter, edges_of(rects, 2, 2), stage.theme.color("accent"))

    def selection(self, painter: QPainter, frame: HallFrame) -> None:
        """The selected blocks of this hall; handles when it is one."""
        boxes = self._view.selected_boxes()
        if not len(boxes):
            return
        theme = self._view.stage.theme
        rects = box_rects(frame, boxes)
        draw_rects(painter, edges_of(rects, 2, 2), theme.color("accent"))
        if len(boxes) == 1:
            self._handles(
                painter,
                QRectF(
                    *(
                        float(v)
                        for v in (
                            rects[0, 0] - 2,
                            rects[0, 1] - 2,
                            rects[0, 2] - rects[0, 0] + 5,
                            rects[0, 3] - rects[0, 1] + 5,
                        )
                    )
                ),
            )

    def _handles(self, painter: QPainter, outer: QRectF) -> None:
        theme = self._view.stage.theme
        painter.setPen(QPen(theme.color("accent"), 1.5))
        painter.setBrush(theme.color("floor"))
        inner = outer.adjusted(1, 1, -1, -1)
        for corner in (inner.topLeft(), inner.topRight(), inner.bottomLeft(), inner.bottomRight()):
            painter.drawRect(
                QRectF(corner.x() - HANDLE_PX / 2, corner.y() - HANDLE_PX / 2, HANDLE_PX, HANDLE_PX)
            )
        if outer.width() < 18 or outer.height() < 18:
            return
        painter.save()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent"))
        right = QRectF(inner.right() - 5, inner.center().y() - 8, 10, 16)
        painter.drawRect(right)
        below = QRectF(inner.center().x() - 8, inner.bottom() - 5, 16, 10)
        painter.drawRect(below)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(QPen(theme.color("inkInv"), 1.5))
        x, y = right.center().x(), right.center().y()
        painter.drawPolyline(
            QPolygonF([QPointF(x - 1.5, y - 3.5), QPointF(x + 2, y), QPointF(x - 1.5, y + 3.5)])
        )
        x, y = below.center().x(), below.center().y()
        painter.drawPolyline(
            QPolygonF([QPointF(x - 3.5, y - 1.5), QPointF(x, y + 2), QPointF(x + 3.5, y - 1.5)])
        )
        painter.restore()
