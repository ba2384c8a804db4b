"""A small design on the shipped catalog, and what tests of the canvas do to it with the hand."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from fleetdesigner.canvas.hall_frame import HallFrame
from fleetdesigner.canvas.view import CanvasView
from fleetdesigner.design.curves import Constant, Ramp
from fleetdesigner.design.fleet import Block, Feed, Hall, Phase, Pool, Site, Stay, Tariff
from fleetdesigner.design.model import Design
from fleetdesigner.session.mime import rack_mime

START = 2027 * 12 + 1
LEFT = Qt.MouseButton.LeftButton
NO_KEYS = Qt.KeyboardModifier.NoModifier


def block(
    block_id: str, rack: str, col: int, row: int, cols: int = 1, rows: int = 1, **more: object
) -> Block:
    """A block in the first phase and the first pool."""
    fields: dict[str, object] = {
        "phase_id": "now", "stays": (Stay(pool_id="gpu", from_month=START),), **more
    }  # fmt: skip
    return Block.model_validate(
        {"id": block_id, "rack_id": rack, "col": col, "row": row, "cols": cols, "rows": rows, **fields}
    )


def hall(hall_id: str, *blocks: Block, ready: int = START - 12, **more: object) -> Hall:
    """A hall of 18 positions by 3 rows, 1,000 kW of air; a feed of 330 kW carries each row."""
    fields: dict[str, object] = {
        "feeds": tuple(Feed(id=f"{hall_id}-feed-{row}", limit_kw=330, rows=(row,)) for row in range(3)),
        "it_limit_kw": 1_000, "air_kw": 1_000, "liquid_kw": 0, **more,
    }  # fmt: skip
    return Hall.model_validate(
        {
            "id": hall_id,
            "name": f"Hall {hall_id}",
            "ready_month": ready,
            "width_m": 10.8,
            "depth_m": 7.2,
            "blocks": blocks,
            **fields,
        }
    )


def design(*halls: Hall) -> Design:
    """One site; a phase that runs, one that ramps from 2028-01 over 4 months, one that retires in 2029-01."""
    rooms = halls or (hall("h1", block("a", "h100-rack", 0, 0, 4), block("b", "h100-rack", 0, 1, 4)),)
    return Design(
        id="floor",
        name="Floor",
        first_month=START,
        months=48,
        sites=(
            Site(
                id="s1",
                name="Columbus",
                grid=((START - 24, 5_000.0),),
                pue=Constant(value=1.3),
                tariff=Tariff(
                    energy_usd_per_kwh=Constant(value=0.08), demand_usd_per_kw_month=Constant(value=10.0)
                ),
                carbon_g_per_kwh=Constant(value=400.0),
                halls=rooms,
            ),
        ),
        pools=(Pool(id="gpu", name="GPU pool", fabric_id="infiniband-ndr"),),
        phases=(
            Phase(id="now", name="In place", order_month=START - 12),
            Phase(id="later", name="Later", order_month=START + 6, ramp=Ramp(months=4)),
            Phase(id="old", name="Old", order_month=START - 24, retire_month=START + 24),
        ),
    )


def framed(view: CanvasView) -> HallFrame:
    """The hall in view under the camera."""
    frame = view.frame
    assert frame is not None
    return frame


def cell(view: CanvasView, col: float, row: float, width: int = 1) -> QPoint:
    """The pixel in the middle of a floor position."""
    return framed(view).cell_rect(col, row, width).center().toPoint()


def drag(
    view: CanvasView, start: QPoint, end: QPoint, keys: Qt.KeyboardModifier = NO_KEYS, *, let_go: bool = True
) -> None:
    """Press at `start`, move in steps to `end`, and let go."""
    QTest.mousePress(view, LEFT, keys, start)
    for step in range(1, 6):
        move(view, start + (end - start) * step / 5, keys)
    if let_go:
        QTest.mouseRelease(view, LEFT, keys, end)


def move(view: CanvasView, point: QPoint, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
    """Move the pressed mouse; QTest's own moves carry no modifiers."""
    held = QPointF(point)
    event = QMouseEvent(
        QEvent.Type.MouseMove, held, view.mapToGlobal(held), Qt.MouseButton.NoButton, LEFT, keys
    )
    QApplication.sendEvent(view, event)


class Dragged:
    """A part that is dragged from the palette: enter, move and drop as Qt sends them."""

    def __init__(self, view: CanvasView, rack_id: str) -> None:
        self._view = view
        self.data = rack_mime(rack_id)

    def enter(self, point: QPoint) -> bool:
        """Come over the canvas; whether it accepts."""
        event = QDragEnterEvent(point, Qt.DropAction.CopyAction, self.data, LEFT, NO_KEYS)
        QApplication.sendEvent(self._view, event)
        return event.isAccepted()

    def move(self, point: QPoint) -> bool:
        """Hover elsewhere."""
        event = QDragMoveEvent(point, Qt.DropAction.CopyAction, self.data, LEFT, NO_KEYS)
        QApplication.sendEvent(self._view, event)
        return event.isAccepted()

    def drop(self, point: QPoint) -> bool:
        """Let go; whether something was placed."""
        event = QDropEvent(QPointF(point), Qt.DropAction.CopyAction, self.data, LEFT, NO_KEYS)
        QApplication.sendEvent(self._view, event)
        return event.isAccepted()
