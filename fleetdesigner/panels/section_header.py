"""The header of a group in a panel: folds what belongs to it and counts it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from fleetdesigner.look import current, theme_signals
from fleetdesigner.look.tokens import HEIGHTS

_ICON = 14
_CHEVRON, _TEXT, _RIGHT = 10, 30, 12


class SectionHeader(QWidget):
    """Chevron, title and count on the sunken ground."""

    toggled = Signal(bool)
    """Whether the group is open now."""

    def __init__(self, title: str, is_open: bool = True) -> None:
        super().__init__()
        self._title, self._count, self._open = title, "", is_open
        self.setFixedHeight(HEIGHTS["group_header"])
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(title)
        theme_signals.changed.connect(self.update)

    @property
    def is_open(self) -> bool:
        """Whether the group is unfolded."""
        return self._open

    def title(self) -> str:
        """The words."""
        return self._title

    def set_count(self, count: str) -> None:
        """What stands at the right."""
        if count != self._count:
            self._count = count
            self.update()

    def set_open(self, is_open: bool) -> None:
        """Fold or unfold."""
        if is_open != self._open:
            self._open = is_open
            self.update()
            self.toggled.emit(is_open)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.set_open(not self._open)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.set_open(not self._open)
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.set_open(event.key() == Qt.Key.Key_Right)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = current(), QPainter(self)
        box = QRectF(self.rect())
        painter.fillRect(box, theme.color("hover" if self.underMouse() else "sunken"))
        painter.fillRect(QRectF(0, box.height() - 1, box.width(), 1), theme.color("line"))
        name = "chevron-down" if self._open else "chevron-right"
        chevron = theme.pixmap(name, _ICON, "ink3", self.devicePixelRatioF())
        painter.drawPixmap(QPointF(_CHEVRON, (box.height() - _ICON) / 2), chevron)
        align = int(Qt.AlignmentFlag.AlignVCenter)
        painter.setFont(theme.font("caption", tabular=True))
        painter.setPen(theme.color("ink3"))
        count = painter.fontMetrics().horizontalAdvance(self._count)
        right = align | int(Qt.AlignmentFlag.AlignRight)
        painter.drawText(box.adjusted(0, 0, -_RIGHT, 0), right, self._count)
        painter.setFont(theme.font("caption_strong"))
        painter.setPen(theme.color("ink2"))
        words = painter.fontMetrics().elidedText(
            self._title, Qt.TextElideMode.ElideRight, int(box.width() - _TEXT - count - 2 * _RIGHT)
        )
        painter.drawText(box.adjusted(_TEXT, 0, 0, 0), align, words)
        if self.hasFocus():
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.drawRect(box.adjusted(1, 1, -1, -1))
