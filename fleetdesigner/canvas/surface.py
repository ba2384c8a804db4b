"""What the canvas shows: level, camera, overlay, marks of the hand; and the session's changes to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from fleetdesigner.canvas.around import Around
from fleetdesigner.canvas.camera import Camera
from fleetdesigner.canvas.cards import Card
from fleetdesigner.canvas.columns import HallColumns
from fleetdesigner.canvas.describe import description
from fleetdesigner.canvas.following import Following
from fleetdesigner.canvas.gestures import Gesture
from fleetdesigner.canvas.ghosts import block_boxes
from fleetdesigner.canvas.hall_frame import HallFrame
from fleetdesigner.canvas.navigation import Navigator
from fleetdesigner.canvas.overlays import LegendItem
from fleetdesigner.canvas.paint_campus import Marked
from fleetdesigner.canvas.painting import CanvasPainter
from fleetdesigner.canvas.pointer import Pointer
from fleetdesigner.canvas.sprites import Sprites
from fleetdesigner.canvas.stage import Stage
from fleetdesigner.design.fleet import Block
from fleetdesigner.look.theme import current, theme_signals
from fleetdesigner.look.tokens import MOTION_MS, SMALLEST_CANVAS

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session

Boxes = np.ndarray[tuple[int, ...], np.dtype[np.int64]]


class CanvasSurface(QWidget):
    """Level, camera, overlay, marks of the hand, and the session's changes; events come in `view.py`."""

    hall_changed = Signal(object)
    """Id of the hall in view; None on the campus."""
    hall_focused = Signal(object)
    """Id of the hall whose tile was clicked on the campus; None when that was taken back."""
    hint = Signal(str)
    """One line for the status bar: why something was not done, or what a gesture does."""
    context_menu_requested = Signal(QPoint, tuple)
    """Point on the screen, and refs under it: ``block:ID …``, or ``hall:ID``, or ``site:ID``."""
    details_requested = Signal(str)
    """Enter, on a ref: show it in the inspector."""
    view_changed = Signal()
    """Camera, zoom, level or ruler: the bar above the canvas shows them."""
    legend_changed = Signal()
    """Overlay, or what it has to explain."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session: Session = session
        self.stage = Stage(session)
        self.painting = CanvasPainter(self)
        self._held_navigator = Navigator(self)
        self.pointer = Pointer(self)
        self.gesture: Gesture | None = None
        self.hovered: int | None = None
        self.hover_card: Card | None = None
        self.hover_tile: int | None = None
        self.chosen_hall: str | None = None
        self.measure: tuple[tuple[float, float], tuple[float, float]] | None = None
        self.phase_id: str | None = None
        """The phase that new systems join; None lets the canvas choose."""
        self.around: Around | None = None
        """What takes blocks that the hand carries out of the canvas."""
        self.reduced_motion = False
        self.measures = False
        self.shows_focus = False
        self._boxes: Boxes | None = None
        self._shown: tuple[str | None, Camera] | None = None
        """Level and camera that `view_changed` told last."""
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(*SMALLEST_CANVAS)
        self._hover_timer = QTimer(self)
        self._hover_timer.setSingleShot(True)
        self._hover_timer.setInterval(MOTION_MS["hover_card"])
        self._hover_timer.timeout.connect(self._show_hover_card)
        self.following = Following(self, self._held_navigator)
        session.selection_changed.connect(self._on_selection)
        theme_signals.changed.connect(self._on_theme)
        self._held_navigator.forget()

    # what is in view

    @property
    def _navigator(self) -> Navigator:
        """Level and camera, after all changes of the session."""
        self.following.settle()
        return self._held_navigator

    @property
    def hall_id(self) -> str | None:
        """Id of the hall in view; None on the campus."""
        return self._navigator.hall_id

    @property
    def columns(self) -> HallColumns | None:
        """Columns of the hall in view; None on the campus."""
        return self._navigator.columns

    @property
    def camera(self) -> Camera:
        """Where the canvas looks: metres and pixels a metre in a hall, tiles' pixels on the campus."""
        return self._navigator.camera

    @property
    def frame(self) -> HallFrame | None:
        """The hall in view under the camera; None on the campus."""
        columns = self.columns
        return None if columns is None else HallFrame(columns, self._navigator.camera)

    @property
    def world(self) -> QRectF:
        """All there is on this level, in the camera's units."""
        return self._navigator.world

    @property
    def marked(self) -> Marked:
        """Tiles under the mouse and chosen."""
        place = self.stage.fleet.places.get(self.chosen_hall) if self.chosen_hall is not None else None
        return Marked(self.hover_tile, frozenset() if place is None else frozenset((place,)))

    @property
    def mouse(self) -> QPointF:
        """Where the mouse was last."""
        return self.pointer.point

    @property
    def sprites(self) -> Sprites:
        """Pictures of systems."""
        return self.painting.sprites

    @property
    def moves(self) -> bool:
        """Whether the camera flies; at once otherwise."""
        return not self.reduced_motion

    @property
    def zoom_text(self) -> str:
        """``84 %``."""
        return self._navigator.zoom_words()

    @property
    def overlay(self) -> str:
        """Id of the overlay."""
        return self.stage.overlay.id

    def legend(self) -> tuple[LegendItem, ...]:
        """What the colours on the canvas mean."""
        return self.stage.looks.classes.legend

    def selected_boxes(self) -> Boxes:
        """[n, 4] of col, row, columns, rows of the selected blocks of the hall in view."""
        if self._boxes is None:
            columns = self.columns
            blocks = [block for held, block in self.stage.selected() if held is columns]
            self._boxes = block_boxes(blocks, self.stage.fleet.table)
        return self._boxes

    def place_under_mouse(self) -> tuple[int, int] | None:
        """The floor position under the mouse; None when it is elsewhere."""
        frame = self.frame
        if frame is None or not self.underMouse() or not frame.floor.contains(self.mouse):
            return None
        return frame.place_at(self.mouse)

    # for the window's actions

    def go_to(self, ref: str) -> None:
        """Show an object: enter ``hall:ID``, select ``block:ID``, show ``site:ID`` on the campus."""
        kind, _, name = ref.partition(":")
        if kind == "hall" and name in self.stage.fleet.places:
            self.show_hall(name)
        elif kind == "block":
            found = self.stage.fleet.block(name)
            if found is not None:
                self.show_hall(found[0].hall.id)
                self.session.set_selection((name,))
                self.reveal(name)
        elif kind == "site":
            self.show_hall(None)
            band = next((band for band in self.stage.campus.bands if band.site.id == name), None)
            if band is not None:
                self._navigator.fit_rect(band.band)
        elif kind in ("design", ""):
            self.show_hall(None)

    def show_hall(self, hall_id: str | None) -> None:
        """Enter a hall, or with None go back to the campus."""
        self.cancel_gesture()
        self._navigator.show(hall_id)

    def look_into(self, hall_id: str | None) -> None:
        """Another hall, or the campus, under a hand that keeps what it holds."""
        self._navigator.show(hall_id, animate=False)

    def leave_hall(self) -> None:
        """Back to the campus, with the hall's tile chosen."""
        left = self.hall_id
        self.show_hall(None)
        if left is not None:
            self.choose_tile(left)

    def reveal(self, block_id: str) -> None:
        """Bring a block of the hall in view on screen."""
        self._navigator.reveal_block(block_id)

    def set_camera(self, hall_id: str | None, x: float, y: float, zoom: float) -> None:
        """Look from a camera kept in a step: hall, corner in metres (campus: tiles' pixels), zoom."""
        self._navigator.show(hall_id, animate=False)
        self._navigator.set(Camera(x, y, zoom))

    def fit(self) -> None:
        """Show everything on this level."""
        self._navigator.fit()

    def fit_selection(self) -> None:
        """Show the selected blocks."""
        self._navigator.fit_selection()

    def zoom_in(self) -> None:
        """One step closer, about the middle."""
        self._navigator.zoom_step(1)

    def zoom_out(self) -> None:
        """One step away, about the middle."""
        self._navigator.zoom_step(-1)

    def zoom_full(self) -> None:
        """100 %."""
        self._navigator.full_size()

    def zoom_at(self, point: QPointF, factor: float) -> None:
        """Zoom with what is under `point` kept in place."""
        self._navigator.zoom_at(point, factor)

    def pan_by(self, dx: float, dy: float) -> None:
        """Move the picture by pixels."""
        self._navigator.set(self.camera.panned(dx, dy))

    def centre_on(self, world: QPointF) -> None:
        """Look at a world point."""
        zoom = self.camera.zoom
        self._navigator.set(
            Camera(world.x() - self.width() / 2 / zoom, world.y() - self.height() / 2 / zoom, zoom)
        )

    def set_overlay(self, overlay_id: str) -> None:
        """Let colour mean ``family power heat use phase``. Raises ValueError for another word."""
        self.stage.set_overlay(overlay_id)
        self.update()
        self.legend_changed.emit()
        self.view_changed.emit()

    def set_ruler(self, on: bool) -> None:
        """Measure distances with the left button instead of selecting."""
        self.measures = on
        self.measure = None
        self.pointer.show_cursor()
        self.update()
        self.view_changed.emit()

    # for the parts of the canvas

    def say(self, words: str) -> None:
        """Tell the window one line."""
        self.hint.emit(words)

    def paint_outlines(self, painter: QPainter, frame: HallFrame, blocks: tuple[Block, ...]) -> None:
        """Outline blocks as if they were selected."""
        self.painting.outlines(painter, frame, blocks)

    def keep_measure(self, start: QPointF, end: QPointF) -> None:
        """Leave a measured line on the floor."""
        a, b = self.camera.to_world(start), self.camera.to_world(end)
        self.measure = ((a.x(), a.y()), (b.x(), b.y()))

    def choose_tile(self, hall_id: str | None) -> None:
        """Mark a hall's tile on the campus."""
        if hall_id != self.chosen_hall:
            self.chosen_hall = hall_id
            self.describe()
            self.update()
            self.hall_focused.emit(hall_id)

    def cancel_gesture(self) -> bool:
        """Drop the gesture in hand; False when there is none."""
        if self.gesture is None:
            return False
        self.gesture.end()
        self.gesture = None
        self.pointer.show_cursor()
        self.update()
        return True

    def hover(self, system: int | None, tile: int | None) -> None:
        """Mark what is under the mouse; its card follows after a rest."""
        if (system, tile) != (self.hovered, self.hover_tile) or self.hover_card is not None:
            if (system, tile) != (self.hovered, self.hover_tile):
                self.hover_card = None
            self.hovered, self.hover_tile = system, tile
            self.update()
        if system is not None or tile is not None:
            self._hover_timer.start()
        else:
            self._hover_timer.stop()

    def forget_marks(self) -> None:
        """The design is another: what was marked may be gone."""
        self._boxes = None
        self.hovered = self.hover_card = None

    def level_changed(self) -> None:
        """Another hall, or the campus."""
        self._boxes = None
        self.measure = None
        self.hovered = self.hover_tile = self.hover_card = None
        self.describe()
        self.update()
        self.view_changed.emit()
        self.hall_changed.emit(self.hall_id)

    def camera_changed(self) -> None:
        """Another place or zoom; or the same, after a change of the design, which asks for a frame itself."""
        shown = (self.hall_id, self.camera)
        if shown != self._shown or self.hover_card is not None:
            self.hover_card = None
            self.update()
        if shown != self._shown:
            self._shown = shown
            self.view_changed.emit()

    # the session tells

    @Slot(tuple)
    def _on_selection(self, ids: tuple[str, ...]) -> None:
        self._boxes = None
        self.describe()
        self.update()

    @Slot()
    def _on_theme(self) -> None:
        self.stage.set_theme(current())
        self.painting.forget()
        self.update()
        self.legend_changed.emit()

    def accessibleName(self) -> str:
        self.following.settle()
        return super().accessibleName()

    def accessibleDescription(self) -> str:
        self.following.settle()
        return super().accessibleDescription()

    def describe(self) -> None:
        """Say in words what is in view."""
        name, words = description(self)
        if name != super().accessibleName():
            self.setAccessibleName(name)
        if words != super().accessibleDescription():
            self.setAccessibleDescription(words)

    @Slot()
    def _show_hover_card(self) -> None:
        self.hover_card = self.pointer.card()
        self.update()
