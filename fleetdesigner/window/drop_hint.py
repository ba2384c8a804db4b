"""A dashed arrow on the canvas to where the next of the first steps happens: "drop here", "drag to here"."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from fleetdesigner.canvas.hall_frame import HallFrame
from fleetdesigner.canvas.placing import Ground
from fleetdesigner.canvas.view import CanvasView
from fleetdesigner.canvas.write import CENTRE
from fleetdesigner.design.fleet import Block
from fleetdesigner.design.layout import first_free
from fleetdesigner.look.theme import Theme, current
from fleetdesigner.panels.palette.list import PaletteView

PART = "trn2-ultra"
ROW = 2
"""Row C."""
_WANTED = 4
"""Systems that the second step asks for."""
_TURN_PX, _HEAD_PX, _RADIUS = 28.0, 7.0, 8.0


class DropHint(QWidget):
    """Lies over the canvas and lets every event through; the hand's own target takes its place in a drag."""

    def __init__(self, canvas: CanvasView, cards: PaletteView) -> None:
        super().__init__(canvas)
        self._canvas, self._cards = canvas, cards
        self._step = 0
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.resize(canvas.size())
        canvas.installEventFilter(self)
        cards.verticalScrollBar().valueChanged.connect(self.update)

    def show_step(self, step: int) -> None:
        """Point to where step 0 or 1 happens; later ones happen elsewhere."""
        self._step = step
        self.setVisible(step < 2)
        self.update()

    def target(self) -> QRectF | None:
        """Pixels of the place on the canvas; None while it has none to show."""
        frame = self._canvas.frame
        if frame is None or self._canvas.gesture is not None:
            return None
        return self._free_place(frame) if self._step == 0 else self._more_places(frame)

    def words(self) -> str:
        """What to do there."""
        return "drop here" if self._step == 0 else "drag the edge to here"

    # inside

    def _free_place(self, frame: HallFrame) -> QRectF | None:
        stage = self._canvas.stage
        wide = stage.positions_of(PART)
        ground = Ground(stage.fleet, stage.loads, stage.fleet.places[frame.hall.id])
        # row C as the words of the step say, else wherever there is room
        cell = first_free(frame.hall, ground.taken, wide, 1, ROW) or first_free(
            frame.hall, ground.taken, wide, 1
        )
        return None if cell is None else frame.cell_rect(cell[0], cell[1], wide)

    def _more_places(self, frame: HallFrame) -> QRectF | None:
        block = next((one for one in reversed(frame.hall.blocks) if one.rack_id == PART), None)
        if block is None:
            return None
        wide = self._canvas.stage.positions_of(PART)
        more = max(1, _WANTED - block.cols)
        col = block.col + block.cols * wide
        room = min(more * wide, frame.hall.columns - col)
        return frame.cell_rect(col, block.row, room) if room > 0 and _alone(block) else None

    def paintEvent(self, event: QPaintEvent) -> None:
        target = self.target()
        if target is None:
            return
        theme, painter = current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(theme.color("accent"), 2.0)
        pen.setDashPattern([3.0, 2.0])
        painter.setPen(pen)
        fill = theme.color("accentMid")
        fill.setAlphaF(0.55)
        painter.setBrush(fill)
        box = target.adjusted(1, 1, -1, -1)
        painter.drawRect(box)
        painter.setFont(theme.font("text_strong"))
        painter.setPen(theme.color("accentInk"))
        # on a laptop two positions are narrower than the words
        painter.drawText(box, CENTRE | Qt.TextFlag.TextWordWrap, self.words())
        if self._step == 0:
            # below the words of the row it passes
            painter.setPen(pen)
            self._arrow(painter, theme, QPointF(box.left(), box.bottom() - 6))
        painter.end()

    def _arrow(self, painter: QPainter, theme: Theme, end: QPointF) -> None:
        """From the part's card at the left edge, down or up, into the target."""
        start = QPointF(0.0, self._card_y())
        turn = min(_TURN_PX, max(2.0, end.x() - 24))
        bend = _RADIUS if end.y() >= start.y() else -_RADIUS
        path = QPainterPath(start)
        if abs(end.y() - start.y()) > 2 * _RADIUS:
            path.lineTo(turn - _RADIUS, start.y())
            path.quadTo(turn, start.y(), turn, start.y() + bend)
            path.lineTo(turn, end.y() - bend)
            path.quadTo(turn, end.y(), turn + _RADIUS, end.y())
        path.lineTo(end.x() - 3, end.y())
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
        painter.setPen(QPen(theme.color("accent"), 2.0))
        head = QPainterPath(QPointF(end.x() - 2 - _HEAD_PX, end.y() - _HEAD_PX + 2))
        head.lineTo(end.x() - 2, end.y())
        head.lineTo(end.x() - 2 - _HEAD_PX, end.y() + _HEAD_PX - 2)
        painter.drawPath(head)

    def _card_y(self) -> float:
        """Height of the part's card, in the canvas; its edge when the card is out of view."""
        box = self._cards.card_box(PART)
        if box is None or not self._cards.isVisible():
            return 16.0
        y = self._canvas.mapFromGlobal(self._cards.viewport().mapToGlobal(box.center())).y()
        return float(min(max(y, 16), self.height() - 16))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.resize(self._canvas.size())
        return False


def _alone(block: Block) -> bool:
    """Whether the block's right edge is the one that grows along its row."""
    return block.rows == 1 and block.turn in (0, 180)
