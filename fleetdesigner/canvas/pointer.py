"""The mouse: what is under it, which gesture a press begins, wheel and hover."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent

from fleetdesigner.canvas.camera import WHEEL_STEP
from fleetdesigner.canvas.cards import Card
from fleetdesigner.canvas.gestures import (
    CLICK_PX,
    EDGE_CURSORS,
    Edge,
    Gesture,
    Measure,
    Pan,
    Resize,
    RubberBand,
)
from fleetdesigner.canvas.ghosts import box_rects
from fleetdesigner.canvas.hall_frame import HallFrame
from fleetdesigner.canvas.minimap import goes_to
from fleetdesigner.canvas.moving import Move
from fleetdesigner.canvas.telling import hall_card, system_card
from fleetdesigner.design.fleet import Block

if TYPE_CHECKING:
    from fleetdesigner.canvas.surface import CanvasSurface

GRAB_PX = 7.0
"""Reach of a handle around its middle."""


class Pointer:
    """Turns mouse events into gestures, clicks and hovering."""

    def __init__(self, view: CanvasSurface) -> None:
        self._view = view
        self.point = QPointF(-1, -1)
        self._space = False
        self._pressed: QPointF | None = None
        self._on_map = False

    # what is under it

    def system_at(self, frame: HallFrame, point: QPointF) -> int | None:
        """Index of the system at a pixel; None between systems."""
        if not frame.on_row(point):
            return None
        col, row = frame.place_at(point)
        found = frame.columns.cells.at(col, row)
        return None if found < 0 else found

    def block_at(self, point: QPointF) -> Block | None:
        """The block of the hall in view at a pixel."""
        frame = self._view.frame
        system = None if frame is None else self.system_at(frame, point)
        if frame is None or system is None:
            return None
        return frame.hall.blocks[int(frame.columns.cells.block[system])]

    def handle_at(self, frame: HallFrame, point: QPointF) -> Edge | None:
        """The handle of the one selected block at a pixel."""
        boxes = self._view.selected_boxes()
        if len(boxes) != 1:
            return None
        left, top, right, bottom = (float(v) for v in box_rects(frame, boxes)[0])
        middle_x, middle_y = (left + right) / 2, (top + bottom) / 2
        places: tuple[tuple[Edge, float, float], ...] = (
            ("top_left", left, top), ("top_right", right, top), ("bottom_left", left, bottom),
            ("bottom_right", right, bottom), ("right", right + 1, middle_y), ("bottom", middle_x, bottom + 1),
        )  # fmt: skip
        for edge, x, y in places:
            reach = GRAB_PX + (2 if edge in ("right", "bottom") else 0)
            if abs(point.x() - x) <= reach and abs(point.y() - y) <= reach:
                return edge
        return None

    def refs_at(self, point: QPointF, *, by_key: bool = False) -> tuple[str, ...]:
        """Refs for a context menu; a block that is not selected is selected by it."""
        view, frame = self._view, self._view.frame
        if frame is None:
            tile = view.stage.campus.tile_at(view.camera.to_world(point))
            hall_id = view.chosen_hall if by_key else None
            if tile is not None and not by_key:
                hall_id = view.stage.fleet.halls[tile.place].hall.id
                view.choose_tile(hall_id)
            if hall_id is not None:
                return (f"hall:{hall_id}",)
            world = view.camera.to_world(point)
            return tuple(f"site:{b.site.id}" for b in view.stage.campus.bands if b.box.contains(world))
        if not by_key:
            block = self.block_at(point)
            if block is None:
                return (f"hall:{frame.hall.id}",)
            if block.id not in view.session.selection:
                view.session.set_selection((block.id,))
        chosen = tuple(f"block:{block_id}" for block_id in view.session.selection)
        return chosen or (f"hall:{frame.hall.id}",)

    def card(self) -> Card | None:
        """The card of the system, or of the hall, under the mouse."""
        view, frame = self._view, self._view.frame
        if view.gesture is not None:
            return None
        if frame is None:
            tile = view.hover_tile
            return None if tile is None else hall_card(view.stage.fleet, view.stage.loads, tile)
        if view.hovered is None:
            return None
        columns = frame.columns
        block = columns.hall.blocks[int(columns.cells.block[view.hovered])]
        return system_card(columns, block, view.hovered, view.stage.fleet, view.stage.loads)

    # cursor

    def show_cursor(self) -> None:
        """The cursor that says what a press would do."""
        view = self._view
        shape = Qt.CursorShape.ArrowCursor
        frame = view.frame
        if view.gesture is not None:
            shape = view.gesture.cursor
        elif self._space:
            shape = Qt.CursorShape.OpenHandCursor
        elif view.measures:
            shape = Qt.CursorShape.CrossCursor
        elif frame is not None:
            edge = self.handle_at(frame, self.point)
            if edge is not None:
                shape = EDGE_CURSORS[edge]
        if view.cursor().shape() != shape:
            view.setCursor(shape)

    def hold_space(self, down: bool) -> None:
        """Space pans while it is held."""
        self._space = down
        self.show_cursor()

    # events

    def press(self, event: QMouseEvent) -> None:
        """Begin a gesture, or wait for what a press on a block becomes."""
        view, point = self._view, event.position()
        self.point = point
        view.hover(None, None)
        if event.button() == Qt.MouseButton.MiddleButton or (
            event.button() == Qt.MouseButton.LeftButton and self._space
        ):
            self._begin(Pan(view, point))
            return
        if event.button() != Qt.MouseButton.LeftButton:
            return
        world = goes_to(view, point)
        if world is not None:
            self._on_map = True
            view.centre_on(world)
            return
        frame = view.frame
        if frame is None:
            self._press_campus(point)
        elif view.measures:
            view.measure = None
            self._begin(Measure(view, point))
        else:
            self._press_hall(frame, point, event.modifiers())

    def _begin(self, gesture: Gesture) -> None:
        self._view.gesture = gesture
        self.show_cursor()
        self._view.update()

    def _press_campus(self, point: QPointF) -> None:
        view = self._view
        tile = view.stage.campus.tile_at(view.camera.to_world(point))
        view.choose_tile(None if tile is None else view.stage.fleet.halls[tile.place].hall.id)
        if tile is None:
            self._begin(Pan(view, point))

    def _press_hall(self, frame: HallFrame, point: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        view, session = self._view, self._view.session
        edge = self.handle_at(frame, point)
        place = view.stage.fleet.places[frame.hall.id]
        if edge is not None:
            block = next(b for held, b in view.stage.selected() if held is frame.columns)
            self._begin(Resize(view, point, block, place, edge))
            return
        pressed = self.block_at(point)
        shift = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        if pressed is None:
            keep = session.selection if shift else ()
            self._begin(RubberBand(view, point, keep))
            return
        if shift:
            chosen = session.selection
            session.set_selection(
                tuple(one for one in chosen if one != pressed.id)
                if pressed.id in chosen
                else (*chosen, pressed.id)
            )
            # a shift-press may still become a constrained drag of what is selected now
        elif pressed.id not in session.selection:
            session.set_selection((pressed.id,))
        self._pressed = point

    def move(self, event: QMouseEvent) -> None:
        """Go on with the gesture, begin the drag of a block, or hover."""
        view, point = self._view, event.position()
        self.point = point
        if view.gesture is not None:
            view.gesture.move(point, event.modifiers())
            return
        if self._on_map:
            world = goes_to(view, point)
            if world is not None:
                view.centre_on(world)
            return
        if self._pressed is not None and (point - self._pressed).manhattanLength() >= CLICK_PX:
            self._begin_move(event)
            return
        if self._pressed is None:
            self._hover(point)

    def _begin_move(self, event: QMouseEvent) -> None:
        view, frame = self._view, self._view.frame
        start, self._pressed = self._pressed, None
        if frame is None or start is None:
            return
        blocks = tuple(block for held, block in view.stage.selected() if held is frame.columns)
        if not blocks:
            return
        copies = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        gesture = Move(view, start, blocks, view.stage.fleet.places[frame.hall.id], copies)
        self._begin(gesture)
        gesture.move(event.position(), event.modifiers())

    def _hover(self, point: QPointF) -> None:
        view, frame = self._view, self._view.frame
        if goes_to(view, point) is not None:
            view.hover(None, None)
        elif frame is None:
            tile = view.stage.campus.tile_at(view.camera.to_world(point))
            view.hover(None, None if tile is None else tile.place)
        else:
            view.hover(self.system_at(frame, point), None)
        self.show_cursor()

    def release(self, event: QMouseEvent) -> None:
        """Finish the gesture; a click without a drag narrows a selection of several to the one clicked."""
        view, point = self._view, event.position()
        self._on_map = False
        gesture, view.gesture = view.gesture, None
        if gesture is not None:
            gesture.release(point, event.modifiers())
        elif self._pressed is not None:
            block = self.block_at(point)
            plain = not event.modifiers() & (
                Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier
            )
            if block is not None and plain:
                view.session.set_selection((block.id,))
        self._pressed = None
        self.show_cursor()
        view.update()

    def double_click(self, event: QMouseEvent) -> None:
        """Enter the hall of a tile; show a block's details."""
        view = self._view
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if view.frame is None:
            tile = view.stage.campus.tile_at(view.camera.to_world(event.position()))
            if tile is not None:
                view.show_hall(view.stage.fleet.halls[tile.place].hall.id)
            return
        block = self.block_at(event.position())
        if block is not None:
            view.details_requested.emit(f"block:{block.id}")

    def wheel(self, event: QWheelEvent) -> None:
        """Zoom at the pointer; with Shift pan sideways."""
        view = self._view
        notches = event.angleDelta().y() / 120 or event.angleDelta().x() / 120
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            view.pan_by(notches * 80, 0)
        elif notches:
            view.hover(None, None)
            view.zoom_at(event.position(), WHEEL_STEP**notches)
        event.accept()
