"""What the hand does on the floor, from press to release. Each finished gesture is one command, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter, QPen

from fleetdesigner.canvas.cards import Card, beside, card_size, paint_card
from fleetdesigner.canvas.ghosts import Ghost
from fleetdesigner.canvas.hall_frame import HallFrame
from fleetdesigner.canvas.paint_hall import tinted
from fleetdesigner.canvas.placing import Ground, Verdict, carried
from fleetdesigner.canvas.telling import band_words, placing_card
from fleetdesigner.canvas.write import CENTRE, width_of, write
from fleetdesigner.design.commands import ResizeBlock
from fleetdesigner.design.fleet import SYSTEMS_IN_A_BLOCK, Block
from fleetdesigner.design.layout import extent
from fleetdesigner.look.theme import Theme

if TYPE_CHECKING:
    from fleetdesigner.canvas.surface import CanvasSurface

Mask = NDArray[np.bool_]
Modifiers = Qt.KeyboardModifier
CLICK_PX = 4.0
"""A press that moves less than this is a click."""


class Gesture:
    """One press of the mouse until it is let go."""

    cursor = Qt.CursorShape.ArrowCursor
    lights_up: int | None = None
    """Floor positions of the system whose legal places are tinted; None = no tint."""
    ground: Ground | None = None
    holds_systems = False
    """Whether it shows systems of its own, so that the selection steps back."""

    def __init__(self, view: CanvasSurface, start: QPointF) -> None:
        self.view = view
        self.start = start
        self.point = start

    def move(self, point: QPointF, modifiers: Modifiers) -> None:
        """The mouse is at `point` now."""
        self.point = point
        self.view.update()

    def release(self, point: QPointF, modifiers: Modifiers) -> None:
        """The button was let go."""

    def end(self) -> None:
        """It is over, let go or cancelled."""

    def hidden(self) -> Mask | None:
        """Systems of the hall that the standing picture leaves out."""
        return None

    def added_kw(self) -> dict[int, float]:
        """Row → kW that the rows would gain, for their headers."""
        return {}

    def paint(self, painter: QPainter, frame: HallFrame | None, theme: Theme) -> None:
        """What the gesture shows over the standing picture."""

    def card(self, painter: QPainter, theme: Theme, card: Card) -> None:
        """A card beside the mouse."""
        bounds = QRectF(self.view.rect())
        paint_card(painter, theme, card, beside(card_size(theme, card), self.point, bounds))


class Pan(Gesture):
    """Middle button, or Space and the left one: the picture follows the hand."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def move(self, point: QPointF, modifiers: Modifiers) -> None:
        """Move the camera by what the mouse moved."""
        step = point - self.point
        self.point = point
        self.view.pan_by(step.x(), step.y())


class RubberBand(Gesture):
    """A left drag from an empty place: selects the blocks it touches, with a live count."""

    def __init__(self, view: CanvasSurface, start: QPointF, keep: tuple[str, ...]) -> None:
        super().__init__(view, start)
        self._keep = keep
        self._found: tuple[Block, ...] = ()

    @property
    def _band(self) -> QRectF:
        return QRectF(self.start, self.point).normalized()

    def move(self, point: QPointF, modifiers: Modifiers) -> None:
        """Find what the band touches."""
        self.point = point
        frame = self.view.frame
        self._found = blocks_in(frame, self._band) if frame is not None else ()
        self.view.update()

    def release(self, point: QPointF, modifiers: Modifiers) -> None:
        """Select what it holds; a click on nothing clears the selection."""
        chosen = [block.id for block in self._found]
        if (point - self.start).manhattanLength() < CLICK_PX:
            chosen = []
        self.view.session.set_selection((*self._keep, *chosen))

    def paint(self, painter: QPainter, frame: HallFrame | None, theme: Theme) -> None:
        """The band, what it touches, and its words."""
        band = self._band
        if band.width() < CLICK_PX and band.height() < CLICK_PX:
            return
        if frame is not None and self._found:
            self.view.paint_outlines(painter, frame, self._found)
        painter.setPen(QPen(theme.color("accent"), 1.0))
        painter.setBrush(tinted(theme.color("accent"), 0.10))
        painter.drawRect(
            QRectF(round(band.x()) + 0.5, round(band.y()) + 0.5, round(band.width()), round(band.height()))
        )
        label(
            painter,
            theme,
            band_words(self._found, self.view.stage.fleet),
            self.point,
            QRectF(self.view.rect()),
        )


Edge = Literal["right", "bottom", "top_left", "top_right", "bottom_left", "bottom_right"]
EDGE_CURSORS: dict[str, Qt.CursorShape] = {
    "right": Qt.CursorShape.SizeHorCursor,
    "bottom": Qt.CursorShape.SizeVerCursor,
    "top_left": Qt.CursorShape.SizeFDiagCursor,
    "bottom_right": Qt.CursorShape.SizeFDiagCursor,
    "top_right": Qt.CursorShape.SizeBDiagCursor,
    "bottom_left": Qt.CursorShape.SizeBDiagCursor,
}


class Resize(Gesture):
    """Array fill and resize: an edge or corner of one block is dragged, whole systems at a time."""

    holds_systems = True

    def __init__(self, view: CanvasSurface, start: QPointF, block: Block, place: int, edge: Edge) -> None:
        super().__init__(view, start)
        self.cursor = EDGE_CURSORS[edge]
        self._block, self._edge = block, edge
        stage = view.stage
        self.ground = Ground(stage.fleet, stage.loads, place, frozenset((block.id,)))
        self._positions = stage.positions_of(block.rack_id)
        self._new = block
        self._held = carried((block,), stage.fleet.table, stage.loads, self.ground.running)
        self._ghost = Ghost((block,), stage.fleet.table)
        self._verdict = Verdict("")

    def move(self, point: QPointF, modifiers: Modifiers) -> None:
        """Count the systems from the fixed edge to the mouse."""
        frame = self.view.frame
        self.point = point
        if frame is None or self.ground is None:
            return
        new = reshaped(frame, self._block, self._positions, self._edge, point)
        if new != self._new:
            table, loads = self.view.stage.fleet.table, self.view.stage.loads
            self._new = new
            self._held = carried((new,), table, loads, self.ground.running)
            self._ghost = Ghost((new,), table)
            self._verdict = self.ground.judge(self._held, 0, 0)
        self.view.update()

    def release(self, point: QPointF, modifiers: Modifiers) -> None:
        """Fill, when the place allows it."""
        new, old = self._new, self._block
        if new == old:
            return
        if not self._verdict.legal:
            self.view.say(f"Not filled: {self._verdict.refusal}")
            return
        self.view.session.execute(ResizeBlock(old.id, new.cols, new.rows, new.col, new.row))

    def hidden(self) -> Mask | None:
        """The block itself: its new shape is painted instead."""
        return None if self.ground is None else moving_systems(self.ground)

    def added_kw(self) -> dict[int, float]:
        """Gains of rows."""
        if self.ground is None or not self._verdict.legal:
            return {}
        added = self.ground.added_kw(self._held, 0) - self.ground.leaving_kw
        return {row: float(added[row]) for row in np.flatnonzero(np.abs(added) > 0.5).tolist()}

    def paint(self, painter: QPainter, frame: HallFrame | None, theme: Theme) -> None:
        """The systems there would be, and their number."""
        if frame is None or self.ground is None:
            return
        self._ghost.target(painter, frame, theme, 0, 0, self._verdict.legal)
        opacity = 0.92 if self._verdict.legal else 0.5
        self._ghost.paint(painter, frame, theme, self.view.sprites, QPointF(0, 0), opacity)
        self._ghost.outline(painter, frame, theme, 0, 0, self._verdict.legal)
        if self._new != self._block:
            told = placing_card(self.ground, self._held, (0, 0), self._verdict)
            wide, high = self._new.cols, self._new.rows
            shape = f"{wide:,} × {high:,} = {self._new.systems:,} systems"
            self.card(painter, theme, Card(shape, told.place, told.rows, told.notices))


class Measure(Gesture):
    """The ruler: metres between press and mouse."""

    cursor = Qt.CursorShape.CrossCursor

    def release(self, point: QPointF, modifiers: Modifiers) -> None:
        """Leave the measure on the floor until the next one."""
        self.view.keep_measure(self.start, point)

    def paint(self, painter: QPainter, frame: HallFrame | None, theme: Theme) -> None:
        """The line with its length."""
        if frame is not None:
            paint_measure(painter, theme, frame, self.start, self.point, QRectF(self.view.rect()))


def moving_systems(ground: Ground) -> Mask:
    """[systems] of the ground's hall that belong to its moving blocks."""
    columns = ground.columns
    index = [k for k, block in enumerate(columns.hall.blocks) if block.id in ground.moving]
    return np.isin(columns.cells.block, index)


def blocks_in(frame: HallFrame, band: QRectF) -> tuple[Block, ...]:
    """Blocks with a system that the band touches."""
    cells = frame.columns.cells
    if not len(cells):
        return ()
    left, top = frame.lefts(cells.col), frame.tops(cells.row)
    touched = (left < band.right()) & (left + cells.width * frame.position_px - frame.gap_px() > band.left())
    touched &= (top < band.bottom()) & (top + frame.system_height() > band.top())
    index = np.flatnonzero(np.bincount(cells.block[touched], minlength=len(frame.hall.blocks)))
    return tuple(frame.hall.blocks[k] for k in index.tolist())


def reshaped(frame: HallFrame, block: Block, positions: int, edge: Edge, point: QPointF) -> Block:
    """`block` with an edge dragged to `point`: whole systems, at least one, holes outside forgotten."""
    wide, high = extent(block, lambda _: positions)
    across, down = wide // positions, high
    col, row = block.col, block.row
    system_px = positions * frame.position_px
    if "right" in edge:
        across = max(1, round((point.x() - frame.x_of(col)) / system_px))
    elif "left" in edge:
        most = block.col // positions + across
        across = min(max(1, round((frame.x_of(col + wide) - point.x()) / system_px)), most)
        col = block.col + wide - across * positions
    half_aisle = (frame.row_px - frame.depth_px) / 2
    if "bottom" in edge:
        down = max(1, int((point.y() - frame.y_of(row) + half_aisle) / frame.row_px + 0.5))
    elif "top" in edge:
        below = frame.y_of(row + high - 1) + frame.depth_px
        down = min(max(1, int((below - point.y() + half_aisle) / frame.row_px + 0.5)), block.row + high)
        row = block.row + high - down
    down = min(down, max(1, SYSTEMS_IN_A_BLOCK // across))
    cols, rows = (down, across) if block.turn in (90, 270) else (across, down)
    if (cols, rows, col, row) == (block.cols, block.rows, block.col, block.row):
        return block
    holes = tuple((c, r) for c, r in block.holes if c < cols and r < rows)
    return block.replaced(cols=cols, rows=rows, col=col, row=row, holes=holes)


def label(painter: QPainter, theme: Theme, words: str, point: QPointF, bounds: QRectF) -> None:
    """One line in a small box beside the mouse."""
    box = beside(QSizeF(width_of(theme, "text_strong", words) + 20, 26), point, bounds, 12.0)
    painter.setPen(QPen(theme.color("border"), 1.0))
    painter.setBrush(theme.color("raised"))
    painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
    write(painter, theme, box, words, font="text_strong", colour="ink", align=CENTRE)


def paint_measure(
    painter: QPainter, theme: Theme, frame: HallFrame, start: QPointF, end: QPointF, bounds: QRectF
) -> None:
    """A measured line with its length, and its parts across and along when it is slanted."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(QPen(theme.color("accent"), 2.0))
    painter.drawLine(QLineF(start, end))
    painter.setBrush(theme.color("floor"))
    for point in (start, end):
        painter.drawEllipse(point, 3.5, 3.5)
    painter.restore()
    dx = abs(end.x() - start.x()) / frame.camera.zoom
    dy = abs(end.y() - start.y()) / frame.camera.zoom
    words = f"{(dx * dx + dy * dy) ** 0.5:.2f} m"
    if min(dx, dy) * frame.camera.zoom > 12:
        words += f"   ({dx:.2f} m across, {dy:.2f} m along)"
    label(painter, theme, words, end, bounds)
