"""The canvas for screen readers: a list whose items are the halls of the campus or the blocks of a hall."""

from __future__ import annotations

from functools import cache
from typing import Any

from PySide6.QtCore import QObject, QPoint, QRect
from PySide6.QtGui import QAccessible, QAccessibleInterface, QColor
from PySide6.QtWidgets import QAccessibleWidget

from fleetdesigner.canvas.columns import position_name
from fleetdesigner.canvas.describe import hall_words
from fleetdesigner.canvas.surface import CanvasSurface
from fleetdesigner.canvas.telling import count_words
from fleetdesigner.design.layout import extent


class CanvasItem(QAccessibleInterface):
    """One hall or block; it has no widget of its own."""

    def __init__(self, canvas: CanvasAccessible, index: int) -> None:
        super().__init__()
        self._canvas = canvas
        self._index = index

    def isValid(self) -> bool:
        return self._index < self._canvas.childCount()

    def object(self) -> Any:
        return None

    def window(self) -> Any:
        return None

    def parent(self) -> QAccessibleInterface:
        return self._canvas

    def child(self, index: int) -> Any:
        return None

    def childCount(self) -> int:
        return 0

    def childAt(self, x: int, y: int) -> Any:
        return None

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return -1

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.ListItem

    def rect(self) -> QRect:
        return self._canvas.rect_of(self._index)

    def text(self, kind: QAccessible.Text) -> str:
        return self._canvas.words_of(self._index) if kind == QAccessible.Text.Name else ""

    def setText(self, kind: QAccessible.Text, text: str) -> None:
        """Names belong to the design; a screen reader does not set them."""

    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        state.selectable = True
        state.selected = self._canvas.is_selected(self._index)
        return state

    def foregroundColor(self) -> QColor:
        return QColor()

    def backgroundColor(self) -> QColor:
        return QColor()


class CanvasAccessible(QAccessibleWidget):
    """The canvas itself, with its items by number."""

    def __init__(self, view: CanvasSurface) -> None:
        super().__init__(view, QAccessible.Role.List)
        self._view = view
        self._items: list[CanvasItem] = []

    def childCount(self) -> int:
        columns = self._view.columns
        return len(self._view.stage.fleet.halls if columns is None else columns.hall.blocks)

    def child(self, index: int) -> Any:
        if not 0 <= index < self.childCount():
            return None
        while len(self._items) <= index:
            self._items.append(CanvasItem(self, len(self._items)))
        return self._items[index]

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return self._items.index(child) if isinstance(child, CanvasItem) and child in self._items else -1

    def childAt(self, x: int, y: int) -> Any:
        point = QPoint(x, y)
        hit = (index for index in range(self.childCount()) if self.rect_of(index).contains(point))
        return self.child(next(hit, -1))

    def rect_of(self, index: int) -> QRect:
        """Screen rectangle of an item; empty when it is gone."""
        if index >= self.childCount():
            return QRect()
        view, frame = self._view, self._view.frame
        if frame is None:
            tile = view.stage.campus.tile_of(index)
            local = QRect() if tile is None else view.camera.rect_to_screen(tile.rect).toRect()
        else:
            block = frame.hall.blocks[index]
            local = frame.block_rect(block, view.stage.positions_of(block.rack_id)).toRect()
        return QRect(view.mapToGlobal(local.topLeft()), local.size())

    def words_of(self, index: int) -> str:
        """Name of an item: ``4 × Trn2 UltraServer at C1–C8``; empty when it is gone."""
        if index >= self.childCount():
            return ""
        stage, columns = self._view.stage, self._view.columns
        if columns is None:
            return hall_words(self._view, stage.fleet.halls[index].hall.id)
        block = columns.hall.blocks[index]
        wide, _ = extent(block, stage.positions_of)
        return f"{count_words((block,), stage.fleet)} at {position_name(block.col, block.row, wide)}"

    def is_selected(self, index: int) -> bool:
        """Whether an item is selected."""
        if index >= self.childCount():
            return False
        view, columns = self._view, self._view.columns
        if columns is None:
            return view.stage.fleet.halls[index].hall.id == view.chosen_hall
        return columns.hall.blocks[index].id in view.session.selection


_MADE: dict[int, CanvasAccessible] = {}


def _factory(key: str, thing: QObject) -> QAccessibleInterface | None:
    if not isinstance(thing, CanvasSurface):
        return None
    made = CanvasAccessible(thing)
    # Qt keeps a pointer only: the interface must live as long as its widget
    made_for = id(thing)
    _MADE[made_for] = made
    thing.destroyed.connect(lambda: _MADE.pop(made_for, None))
    return made


@cache
def install() -> None:
    """Tell Qt how to describe a canvas; the first call does it for all."""
    QAccessible.installFactory(_factory)
