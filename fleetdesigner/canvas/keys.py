"""Keys of the canvas. Keys with Ctrl stand here too, for a canvas without the window's actions around it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from fleetdesigner.canvas.campus import Tile

if TYPE_CHECKING:
    from fleetdesigner.canvas.view import CanvasView

Key = Qt.Key
_ARROWS: dict[int, tuple[int, int]] = {
    Key.Key_Left: (-1, 0), Key.Key_Right: (1, 0), Key.Key_Up: (0, -1), Key.Key_Down: (0, 1),
}  # fmt: skip
_STANDARD: tuple[tuple[QKeySequence.StandardKey, Callable[[CanvasView], object]], ...] = (
    (QKeySequence.StandardKey.Copy, lambda view: view.copy()),
    (QKeySequence.StandardKey.Cut, lambda view: view.cut()),
    (QKeySequence.StandardKey.Paste, lambda view: view.paste()),
    (QKeySequence.StandardKey.SelectAll, lambda view: view.select_all()),
    (QKeySequence.StandardKey.Undo, lambda view: view.session.undo()),
    (QKeySequence.StandardKey.Redo, lambda view: view.session.redo()),
    (QKeySequence.StandardKey.ZoomIn, lambda view: view.zoom_in()),
    (QKeySequence.StandardKey.ZoomOut, lambda view: view.zoom_out()),
)
_CONTROL: dict[int, Callable[[CanvasView], object]] = {
    Key.Key_D: lambda view: view.duplicate(),
    Key.Key_Y: lambda view: view.session.redo(),
    Key.Key_0: lambda view: view.zoom_full(),
    Key.Key_Plus: lambda view: view.zoom_in(),
    Key.Key_Equal: lambda view: view.zoom_in(),
    Key.Key_Minus: lambda view: view.zoom_out(),
}
_PLAIN: dict[int, Callable[[CanvasView], object]] = {
    Key.Key_R: lambda view: view.rotate(),
    Key.Key_F: lambda view: view.fit(),
    Key.Key_Delete: lambda view: view.delete_selection(),
    Key.Key_Space: lambda view: view.hold_space(),
    Key.Key_Return: lambda view: _enter(view),
    Key.Key_Enter: lambda view: _enter(view),
    Key.Key_Escape: lambda view: escape(view),
}
_SHIFT: dict[int, Callable[[CanvasView], object]] = {
    Key.Key_R: lambda view: view.rotate(-1),
    Key.Key_F: lambda view: view.fit_selection(),
}


def handle_key(view: CanvasView, event: QKeyEvent) -> bool:
    """Do what a key means; False when it means nothing here."""
    key, modifiers = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if key in _ARROWS:
        return _arrow(view, key, modifiers)
    for standard, do in _STANDARD:
        if event.matches(standard):
            do(view)
            return True
    if key == Key.Key_Backspace and modifiers == Qt.KeyboardModifier.NoModifier:
        if view.session.selection and view.hall_id is not None:
            view.delete_selection()
        elif view.hall_id is not None:
            view.leave_hall()
        return True
    table = {
        Qt.KeyboardModifier.ControlModifier: _CONTROL,
        Qt.KeyboardModifier.NoModifier: _PLAIN,
        Qt.KeyboardModifier.ShiftModifier: _SHIFT,
    }.get(modifiers, {})
    action = table.get(key)
    if action is None:
        return False
    if key == Key.Key_Space and event.isAutoRepeat():
        return True
    action(view)
    return True


def _arrow(view: CanvasView, key: int, modifiers: Qt.KeyboardModifier) -> bool:
    dx, dy = _ARROWS[key]
    if modifiers == Qt.KeyboardModifier.AltModifier:
        view.array(dx, dy)
    elif modifiers in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier):
        step = 10 if modifiers == Qt.KeyboardModifier.ShiftModifier else 1
        if view.hall_id is None:
            _next_tile(view, dx, dy)
        elif view.session.selection:
            view.nudge(dx * step, dy * step)
        elif key == Key.Key_Up and step == 1:
            view.leave_hall()
        else:
            view.pan_by(-60 * dx * step, -60 * dy * step)
    else:
        return False
    return True


def _next_tile(view: CanvasView, dx: int, dy: int) -> None:
    """The tile beside the chosen one in that direction."""
    tiles = view.stage.campus.tiles
    if not tiles:
        return
    halls = view.stage.fleet.halls
    chosen = next((tile for tile in tiles if halls[tile.place].hall.id == view.chosen_hall), None)
    if chosen is None:
        view.choose_tile(halls[tiles[0].place].hall.id)
        return
    here = chosen.rect.center()

    def far(tile: Tile) -> float:
        centre = tile.rect.center()
        return abs(centre.x() - here.x()) * (3 if dy else 1) + abs(centre.y() - here.y()) * (3 if dx else 1)

    beyond = [
        tile
        for tile in tiles
        if (tile.rect.center().x() - here.x()) * dx > 1 or (tile.rect.center().y() - here.y()) * dy > 1
    ]
    if beyond:
        view.choose_tile(halls[min(beyond, key=far).place].hall.id)


def _enter(view: CanvasView) -> None:
    """Enter the chosen hall, or show details of the selection."""
    if view.hall_id is None:
        if view.chosen_hall is not None:
            view.show_hall(view.chosen_hall)
    elif view.session.selection:
        view.details_requested.emit(f"block:{view.session.selection[0]}")
    else:
        view.details_requested.emit(f"hall:{view.hall_id}")


def escape(view: CanvasView) -> None:
    """Cancel the gesture, else the ruler, else the selection, else leave the hall."""
    if view.cancel_gesture():
        return
    if view.measures:
        view.set_ruler(False)
    elif view.session.selection:
        view.session.set_selection(())
    elif view.hall_id is not None:
        view.leave_hall()
    else:
        view.choose_tile(None)
