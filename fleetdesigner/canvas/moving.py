"""Blocks in the hand: within their hall, and on to another by its tile, its row in the plan, or its floor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QPainter

from fleetdesigner.canvas.around import CAMPUS
from fleetdesigner.canvas.cards import Card, Notice
from fleetdesigner.canvas.gestures import Gesture, Mask, Modifiers, moving_systems
from fleetdesigner.canvas.ghosts import Ghost
from fleetdesigner.canvas.hall_frame import HallFrame
from fleetdesigner.canvas.paint_campus import paint_selection
from fleetdesigner.canvas.placing import Ground, Verdict, carried, place_words
from fleetdesigner.canvas.telling import count_words, placing_card
from fleetdesigner.design.commands import CopyBlocks, MoveBlocks
from fleetdesigner.design.fleet import Block
from fleetdesigner.design.layout import nearest_free
from fleetdesigner.look.theme import Theme

if TYPE_CHECKING:
    from fleetdesigner.canvas.surface import CanvasSurface

DWELL_MS = 700
"""How long the hand rests on a tile, a row of the plan or the path before it leads there."""
_NOWHERE = Verdict("let go on a hall")


class Move(Gesture):
    """A left drag of the selection; with Ctrl copies of it. The hall in view may change under the hand."""

    holds_systems = True

    def __init__(
        self, view: CanvasSurface, start: QPointF, blocks: tuple[Block, ...], place: int, copy: bool
    ) -> None:
        super().__init__(view, start)
        self.cursor = Qt.CursorShape.DragCopyCursor if copy else Qt.CursorShape.SizeAllCursor
        self._blocks, self._copy = blocks, copy
        stage, frame = view.stage, view.frame
        self._home = place
        moving = frozenset() if copy else frozenset(block.id for block in blocks)
        self.ground: Ground = Ground(stage.fleet, stage.loads, place, moving)
        self._grounds = {place: self.ground}
        self._held = carried(blocks, stage.fleet.table, stage.loads, self.ground.running)
        self._ghost = Ghost(blocks, stage.fleet.table)
        self.lights_up = min((kind.positions for kind in self._held.kinds), default=1)
        # in positions and rows, so that it holds in any hall under any camera
        self._grip = (0.0, 0.0) if frame is None else _grip(frame, start)
        self._shift: tuple[int, int] | None = (0, 0)
        """None while the place under the mouse takes no block."""
        self._at = self.ground
        """The ground of the hall that would take them."""
        self._verdict = Verdict("")
        self._offset = QPointF(0, 0)
        self._over: str | None = None
        """Id of the hall that something under the mouse stands for; None on a floor."""
        self._ref = ""
        self._keys = Qt.KeyboardModifier.NoModifier
        self._dwell = QTimer(view, singleShot=True, interval=DWELL_MS)
        self._dwell.timeout.connect(self._lead)

    # where it is

    def hidden(self) -> Mask | None:
        """The systems that move."""
        return None if self._copy else moving_systems(self.ground)

    def move(self, point: QPointF, modifiers: Modifiers) -> None:
        """Find the hall and the place there; Shift holds one axis on the floor."""
        view, self.point, self._keys = self.view, point, modifiers
        inside, frame = QRectF(view.rect()).contains(point), view.frame
        if frame is not None:
            self.ground = self._ground_at(view.stage.fleet.places[frame.hall.id])
        ref = ""
        if not inside and view.around is not None:
            ref = view.around.ref_at(view.mapToGlobal(point.toPoint()))
        if ref.startswith("hall:"):
            self._over_hall(ref.partition(":")[2])
        elif frame is None:
            tile = view.stage.campus.tile_at(view.camera.to_world(point)) if inside else None
            hall_id = "" if tile is None else view.stage.fleet.halls[tile.place].hall.id
            ref = ref or (f"hall:{hall_id}" if hall_id else "")
            self._over_hall(hall_id)
        else:
            self._over_floor(frame, point, modifiers)
        if ref != self._ref:
            self._ref = ref
            self._dwell.stop() if not ref else self._dwell.start()
        self._mark("" if inside else ref)
        view.update()

    def _ground_at(self, place: int) -> Ground:
        if place not in self._grounds:
            stage = self.view.stage
            self._grounds[place] = Ground(stage.fleet, stage.loads, place, from_elsewhere=not self._copy)
        return self._grounds[place]

    def _over_floor(self, frame: HallFrame, point: QPointF, modifiers: Modifiers) -> None:
        self._over = None
        start = _pixels(frame, self._grip)
        step = point - start
        ground = self.ground
        if modifiers & Modifiers.ShiftModifier and ground.place == self._home:
            step = QPointF(step.x(), 0) if abs(step.x()) >= abs(step.y()) else QPointF(0, step.y())
        shift = (round(step.x() / frame.position_px), round(step.y() / frame.row_px))
        self._offset = step
        if (shift, ground) != (self._shift, self._at):
            self._at = ground
            self._shift = shift
            self._verdict = ground.judge(self._held, *shift)

    def _over_hall(self, hall_id: str) -> None:
        """Over something that stands for a whole hall: the same place there, else the nearest free one."""
        if hall_id == self._over:
            return
        self._over = hall_id
        place = self.view.stage.fleet.places.get(hall_id)
        if place is None or (place == self._home and not self._copy):
            self._at, self._shift = self._grounds[self._home], None
            self._verdict = _NOWHERE if place is None else Verdict("they stand in this hall already")
            return
        ground, held = self._ground_at(place), self._held
        self._at, self._shift = ground, (0, 0)
        self._verdict = ground.judge(held, 0, 0)
        if not self._verdict.legal:
            wide, high = held.right - held.left, held.bottom - held.top
            hall = ground.columns.hall
            found = nearest_free(hall, ground.taken, wide, high, held.left, held.top)
            if found is None:
                self._shift = None
                self._verdict = Verdict(f"{hall.name} has no {wide} × {high} free positions in one place")
            else:
                self._shift = (found[0] - held.left, found[1] - held.top)
                self._verdict = ground.judge(held, *self._shift)

    def _lead(self) -> None:
        """The hand has rested: go where it points, the blocks still in it."""
        view = self.view
        if view.gesture is not self or not self._ref:
            return
        hall_id = None if self._ref == CAMPUS else self._ref.partition(":")[2]
        if hall_id is None or hall_id in view.stage.fleet.places:
            view.look_into(hall_id)
            self.move(self.point, self._keys)

    def _mark(self, ref: str) -> None:
        if self.view.around is not None:
            self.view.around.mark(ref, self._shift is not None and self._verdict.legal)

    def end(self) -> None:
        """It is over, done or not."""
        self._dwell.stop()
        self._mark("")

    def release(self, point: QPointF, modifiers: Modifiers) -> None:
        """Move or copy, when the place allows it."""
        self.end()
        home = self._at.place == self._home
        if home and self._shift == (0, 0):
            return
        if self._shift is None or not self._verdict.legal:
            self.view.say(f"Not {'copied' if self._copy else 'moved'}: {self._verdict.refusal}")
            return
        ids = tuple(block.id for block in self._blocks)
        hall, session = self._at.columns.hall, self.view.session
        target = None if home else hall.id
        if self._copy:
            command = CopyBlocks.of(ids, *self._shift, target)
            done = session.execute(command)
            if done:
                session.set_selection(command.new_ids)
        else:
            done = session.execute(MoveBlocks(ids, *self._shift, target))
        if done and not home:
            what = count_words(self._blocks, self._at.fleet)
            self.view.say(f"{what}: now in {hall.name}, {place_words(self._held, *self._shift)}")

    def added_kw(self) -> dict[int, float]:
        """Gains of rows of the hall in view, losses of those left aside."""
        if self._shift is None or not self._verdict.legal or self._at is not self.ground:
            return {}
        if self._shift == (0, 0) and self._at.place == self._home:
            return {}
        added = self.ground.added_kw(self._held, self._shift[1]) - self.ground.leaving_kw
        return {row: float(added[row]) for row in np.flatnonzero(np.abs(added) > 0.5).tolist()}

    # what it shows

    def paint(self, painter: QPainter, frame: HallFrame | None, theme: Theme) -> None:
        """Target, guide, the systems under the mouse, and the label."""
        viewport = QRectF(self.view.rect())
        on_floor = frame is not None and self._at is self.ground and self._shift is not None
        if frame is None:
            tile = self.view.stage.campus.tile_of(self._at.place)
            if tile is not None and self._shift is not None:
                paint_selection(painter, self.view.camera.rect_to_screen(tile.rect), theme, handles=False)
        elif on_floor and self._shift is not None:
            legal = self._verdict.legal
            self._ghost.target(painter, frame, theme, *self._shift, legal)
            self._ghost.guide(painter, frame, theme, self._shift[0], viewport)
            self._ghost.outline(painter, frame, theme, *self._shift, legal)
            if self._over is None:
                opacity = 0.92 if legal else 0.6
                self._ghost.paint(painter, frame, theme, self.view.sprites, self._offset, opacity)
        if self._shift != (0, 0) or self._at.place != self._home:
            self.card(painter, theme, self.label())

    def label(self) -> Card:
        """What letting go would mean."""
        title = count_words(self._blocks, self._at.fleet)
        if self._shift is None:
            return Card(title, "", (), (Notice(self._verdict.refusal, over=False),))
        card = placing_card(self._at, self._held, self._shift, self._verdict)
        if self._at.place == self._home:
            return card
        place = f"{self._at.columns.hall.name}, {card.place}"
        return Card(card.title, place, card.rows, card.notices)


def _grip(frame: HallFrame, point: QPointF) -> tuple[float, float]:
    """Where a pixel is, in positions and rows."""
    return (point.x() - frame.x_of(0)) / frame.position_px, (point.y() - frame.y_of(0)) / frame.row_px


def _pixels(frame: HallFrame, grip: tuple[float, float]) -> QPointF:
    """The pixel of a place in positions and rows."""
    return QPointF(frame.x_of(0) + grip[0] * frame.position_px, frame.y_of(0) + grip[1] * frame.row_px)
