"""A part that is dragged in from the palette: what it would mean where it hovers, and its landing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from fleetdesigner.canvas.cards import Card, CardRow, Notice
from fleetdesigner.canvas.gestures import Gesture
from fleetdesigner.canvas.ghosts import Ghost
from fleetdesigner.canvas.hall_frame import HallFrame
from fleetdesigner.canvas.newcomer import PlaceInPhase, first_phase, phase_for, stays_for
from fleetdesigner.canvas.paint_campus import paint_selection
from fleetdesigner.canvas.placing import Ground, Verdict, carried
from fleetdesigner.canvas.telling import placing_card
from fleetdesigner.catalog.errors import CatalogError
from fleetdesigner.design.commands import PlaceBlocks
from fleetdesigner.design.fleet import Block
from fleetdesigner.design.layout import first_free
from fleetdesigner.design.model import new_id
from fleetdesigner.look.theme import Theme

if TYPE_CHECKING:
    from fleetdesigner.canvas.surface import CanvasSurface


class Drop(Gesture):
    """A rack system hovers over the canvas, or over a tile of the campus."""

    holds_systems = True

    def __init__(self, view: CanvasSurface, start: QPointF, rack_id: str) -> None:
        super().__init__(view, start)
        self._rack_id = rack_id
        stage = view.stage
        self._kind = stage.kind(rack_id)
        self.lights_up = self._kind.positions
        self._phase = phase_for(view.session.design, rack_id, view.session.month, view.phase_id)
        block = newcomers(view, (Block(id=new_id("b"), rack_id=rack_id, col=0, row=0, phase_id="none"),))[0]
        self._block = block
        self._held = carried((block,), stage.fleet.table, stage.loads)
        self._ghost = Ghost((block,), stage.fleet.table)
        self._place: int | None = None
        self._cell: tuple[int, int] | None = None
        self._verdict = Verdict("outside the hall")
        self.move(start, Qt.KeyboardModifier.NoModifier)

    @property
    def verdict(self) -> Verdict:
        """What the place under the mouse means."""
        return self._verdict

    def move(self, point: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """Judge the place under the mouse."""
        self.point = point
        frame = self.view.frame
        if frame is None:
            self._over_campus(point)
        else:
            self._over_hall(frame, point)
        self.view.update()

    def _ground_at(self, place: int) -> Ground:
        if self.ground is None or self._place != place:
            self._place = place
            self.ground = Ground(
                self.view.stage.fleet,
                self.view.stage.loads,
                place,
                probe_kw=self._kind.kw,
                probe_whole_kw=self._held.whole_kw,
            )
        return self.ground

    def _over_hall(self, frame: HallFrame, point: QPointF) -> None:
        ground = self._ground_at(self.view.stage.fleet.places[frame.hall.id])
        # the mouse holds the system at its middle, so half its width is to the left
        held_at = QPointF(point.x() - (self._kind.positions - 1) / 2 * frame.position_px, point.y())
        col, row = frame.place_at(held_at)
        # at either end of a row a wide system moves in rather than being refused for half a position
        most = max(0, frame.hall.columns - self._kind.positions)
        self._cell = (min(max(col, 0), most), row)
        if not frame.walls.contains(point):
            self._verdict = Verdict(f"outside {frame.hall.name}")
            return
        self._verdict = ground.judge(self._held, *self._cell)

    def _over_campus(self, point: QPointF) -> None:
        stage = self.view.stage
        tile = stage.campus.tile_at(self.view.camera.to_world(point))
        if tile is None:
            self.ground, self._place, self._cell = None, None, None
            words = "drop it on a hall" if stage.fleet.halls else "add a hall first"
            self._verdict = Verdict(words)
            return
        if tile.place == self._place:
            return
        ground = self._ground_at(tile.place)
        self._cell = first_free(ground.columns.hall, ground.taken, self._kind.positions, 1)
        if self._cell is None:
            self._verdict = Verdict(f"{ground.columns.hall.name} has no {self._kind.positions} free in a row")
        else:
            self._verdict = ground.judge(self._held, *self._cell)

    def land(self) -> bool:
        """Place the system. False, with a hint, when the place refuses it."""
        if not self._verdict.legal or self._cell is None or self.ground is None:
            self.view.say(f"Not placed: {self._verdict.refusal}")
            return False
        col, row = self._cell
        block = self._block.replaced(col=col, row=row)
        return place(self.view, self.ground.columns.hall.id, (block,))

    def added_kw(self) -> dict[int, float]:
        """Gains of rows."""
        if self.ground is None or self._cell is None or not self._verdict.legal:
            return {}
        added = self.ground.added_kw(self._held, self._cell[1])
        return {row: float(added[row]) for row in np.flatnonzero(added).tolist()}

    def paint(self, painter: QPainter, frame: HallFrame | None, theme: Theme) -> None:
        """Target, guide, the system at the mouse, and the label."""
        if frame is None:
            tile = None if self._place is None else self.view.stage.campus.tile_of(self._place)
            if tile is not None:
                paint_selection(painter, self.view.camera.rect_to_screen(tile.rect), theme, handles=False)
        elif self._cell is not None:
            inside = frame.walls.contains(self.point)
            if inside and self._cell[0] >= 0 and self._cell[1] >= 0:
                self._ghost.target(painter, frame, theme, *self._cell, self._verdict.legal)
                self._ghost.outline(painter, frame, theme, *self._cell, self._verdict.legal)
                if self._verdict.legal:
                    self._ghost.guide(painter, frame, theme, self._cell[0], QRectF(self.view.rect()))
            wide = self._kind.positions * frame.position_px
            corner = QPointF(self.point.x() - wide / 2, self.point.y() - frame.depth_px / 2)
            opacity = 0.92 if self._verdict.legal else 0.6
            self._ghost.paint(painter, frame, theme, self.view.sprites, corner - frame.origin, opacity)
        self.card(painter, theme, self._card())

    def _card(self) -> Card:
        if self.ground is None or self._cell is None:
            return Card(self._kind.name, "", (), (Notice(self._verdict.refusal, over=False),))
        card = placing_card(self.ground, self._held, self._cell, self._verdict, self._phase)
        if not self._verdict.legal and self.view.frame is None:
            return Card(card.title, "", (CardRow("Hall", self.ground.columns.hall.name),), card.notices)
        return card


def newcomers(view: CanvasSurface, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """`blocks` with the phase and pool that this design gives to new systems of their kind."""
    session = view.session
    design = session.design
    phases = {phase.id for phase in design.phases}
    pools = {pool.id for pool in design.pools}
    out = []
    for block in blocks:
        phase_id = block.phase_id
        if phase_id not in phases:
            phase = phase_for(design, block.rack_id, session.month, view.phase_id)
            phase_id = phase.id if phase is not None else ""
        stays = tuple(stay for stay in block.stays if stay.pool_id in pools)
        if not stays:
            stays = stays_for(design, session.catalog, block.rack_id)
        # unchecked: a phase without an id is named when the block is placed
        out.append(block.replaced(phase_id=phase_id, stays=stays))
    return tuple(out)


def place(view: CanvasSurface, hall_id: str, blocks: tuple[Block, ...]) -> bool:
    """Place `blocks` as one step and select them; a design without phases gets its first along with them."""
    session = view.session
    kinds = {block.rack_id for block in blocks}
    name = view.stage.kind(blocks[0].rack_id).name if len(kinds) == 1 else "systems"
    if session.design.phases:
        done = session.execute(PlaceBlocks(hall_id, blocks, name))
    else:
        phase = first_phase(session.design)
        ready = tuple(block.replaced(phase_id=phase.id) for block in blocks)
        done = session.execute(PlaceInPhase(hall_id, ready, phase, name))
    if done:
        session.set_selection(block.id for block in blocks)
    return done


def knows(view: CanvasSurface, rack_id: str) -> bool:
    """Whether the catalog has that rack system."""
    try:
        view.session.catalog.rack(rack_id)
    except CatalogError:
        return False
    return True
