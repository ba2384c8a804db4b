"""The canvas as a widget: edits for the window's menus, and events of mouse, keys and drags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from fleetdesigner.canvas.accessible import install
from fleetdesigner.canvas.drops import Drop, knows
from fleetdesigner.canvas.editing import Editor
from fleetdesigner.canvas.keys import handle_key
from fleetdesigner.canvas.surface import CanvasSurface
from fleetdesigner.session.mime import rack_id

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session

_PINCH = Qt.NativeGestureType.ZoomNativeGesture


class CanvasView(CanvasSurface):
    """Halls and racks of the session's design; every finished gesture is one command of the session."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        # before Qt asks for the first time: it keeps the answer
        install()
        super().__init__(session, parent)
        self._editor = Editor(self)

    def _on_selection(self, ids: tuple[str, ...]) -> None:
        self._editor.end_nudges()
        super()._on_selection(ids)

    # edits

    def copy(self) -> None:
        """Copy the selected blocks."""
        self._editor.copy()

    def cut(self) -> None:
        """Copy the selected blocks, then delete them."""
        self._editor.cut()

    def paste(self) -> None:
        """Paste blocks into the hall in view."""
        self._editor.paste()

    def duplicate(self) -> None:
        """Copy the selected blocks beside themselves."""
        self._editor.duplicate()

    def delete_selection(self) -> None:
        """Delete the selected blocks."""
        self._editor.delete_selection()

    def rotate(self, quarters: int = 1) -> None:
        """Turn the selected blocks clockwise by quarters."""
        self._editor.rotate(quarters)

    def select_all(self) -> None:
        """Select every block of the hall in view."""
        self._editor.select_all()

    def nudge(self, dx: int, dy: int) -> None:
        """Shift the selected blocks by floor positions and rows."""
        self._editor.nudge(dx, dy)

    def array(self, dx: int, dy: int) -> None:
        """Fill one more column (dx) or row (dy) from the selection."""
        self._editor.array(dx, dy)

    def split_selection(self) -> None:
        """Split the selected block in two."""
        self._editor.split_selection()

    def add_rack(self, rack_id: str, from_row: int = 0) -> bool:
        """Place one system at the first free place, from a row on."""
        return self._editor.add_rack(rack_id, from_row)

    def cycle(self, step: int) -> bool:
        """Select the next (1) or previous (−1) block; False at the end."""
        return self._editor.cycle(step)

    # events

    def sizeHint(self) -> QSize:
        return QSize(960, 440)

    def paintEvent(self, event: QPaintEvent) -> None:
        navigator = self._navigator
        painter = QPainter(self)
        if not navigator.paint_flight(painter):
            self.painting.paint(painter)
        painter.end()
        self.following.painted()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._navigator.refit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.shows_focus = False
        self.pointer.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.pointer.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.pointer.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.pointer.double_click(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == _PINCH:
            self.zoom_at(event.position(), 1.0 + event.value())
            return True
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.pointer.wheel(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.pointer.show_cursor()

    def leaveEvent(self, event: object) -> None:
        self.hover(None, None)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.shows_focus = event.reason() in (
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
            Qt.FocusReason.ShortcutFocusReason,
        )
        super().focusInEvent(event)

    def focusNextPrevChild(self, forwards: bool) -> bool:
        return self.cycle(1 if forwards else -1) or super().focusNextPrevChild(forwards)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        refs = self.pointer.refs_at(QPointF(event.pos()), by_key=event.reason() == event.Reason.Keyboard)
        self.context_menu_requested.emit(event.globalPos(), refs)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not handle_key(self, event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.pointer.hold_space(False)
        super().keyReleaseEvent(event)

    def hold_space(self) -> None:
        """Space is down: the left button pans."""
        self.pointer.hold_space(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        part = rack_id(event.mimeData())
        if part is None or not knows(self, part):
            event.ignore()
            return
        self.hover(None, None)
        self.gesture = Drop(self, event.position(), part)
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        gesture = self.gesture
        if not isinstance(gesture, Drop):
            event.ignore()
            return
        gesture.move(event.position(), event.modifiers())
        event.setDropAction(Qt.DropAction.CopyAction)
        # a refused place stays a target: the label must be able to say why
        event.accept()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.cancel_gesture()

    def dropEvent(self, event: QDropEvent) -> None:
        gesture = self.gesture
        if not isinstance(gesture, Drop):
            event.ignore()
            return
        gesture.move(event.position(), event.modifiers())
        self.gesture = None
        if gesture.land():
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            event.setDropAction(Qt.DropAction.IgnoreAction)
            event.ignore()
        self.update()
