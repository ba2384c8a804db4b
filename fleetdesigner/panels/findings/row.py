"""One finding: what is wrong and by how much; unfolded, the ways out, each one undo step."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fleetdesigner.design.commands import SetFields
from fleetdesigner.engine.results import Finding
from fleetdesigner.look import current, theme_signals
from fleetdesigner.panels.findings.remedies import Remedies
from fleetdesigner.units import month_text

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session

ICONS = {
    "error": ("circle-alert", "over"),
    "warning": ("triangle-alert", "caution"),
    "info": ("info", "ink2"),
}
_ICON = 16
_TEXT_LEFT, _TEXT_RIGHT = 36, 10
"""Pixels beside the words; the icon stands at their left."""
_OVER, _FOOT = 7, 1
"""Pixels over and under the words, and of the rule at the foot."""
_WRAPPED = Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextExpandTabs


@lru_cache(maxsize=1024)
def words_height(words: str, font: str, width: int) -> int:
    """Pixels that words need when they wrap at a width."""
    metrics = QFontMetrics(current().font(font))
    return metrics.boundingRect(QRect(0, 0, width, 2000), _WRAPPED, words).height()


class FindingRow(QWidget):
    """The row of a finding; a click shows the object and unfolds the remedies.

    Findings change with every step of the hand, so a row paints its words itself, and a folded one makes
    nothing of its remedies.
    """

    go_to = Signal(str)
    """Ref of the object."""
    opened = Signal(object)
    kept = Signal(object)
    """The planner lives with it."""
    remedy_chosen = Signal(object)
    """The remedy under the hand; None when there is none."""

    def __init__(self, session: Session, finding: Finding, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._finding = finding
        self._detail = ""
        self._open = False
        self._kept = False
        self._body: Remedies | None = None
        self._heights: dict[int, int] = {}
        """Of the head, by width: the list asks for each of them whenever one changes."""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        theme_signals.changed.connect(self.update)
        self._fill()

    @property
    def finding(self) -> Finding:
        """What it shows."""
        return self._finding

    @property
    def detail(self) -> str:
        """The words under the message."""
        return self._detail

    @property
    def is_open(self) -> bool:
        """Whether the remedies are on screen."""
        return self._open

    def unfolded(self) -> Remedies:
        """The part that unfolds, with the remedies of the finding as it is now."""
        if self._body is None:
            self._body = body = Remedies(self)
            body.setVisible(self._open)
            column = QVBoxLayout(self)
            column.setSpacing(0)
            column.addWidget(body)
            self._leave_room()
            body.apply.clicked.connect(self.apply_remedy)
            body.show_object.clicked.connect(lambda: self.go_to.emit(self.finding.object))
            body.keep.clicked.connect(lambda: self.kept.emit(self))
            body.chosen.connect(self.remedy_chosen)
        self._body.show_remedies(self._finding.remedies, self._kept)
        return self._body

    def show_finding(self, finding: Finding) -> None:
        """Show the finding as it is now; a remedy of the same name stays the chosen one."""
        before, self._finding = self._finding, finding
        if finding is before or finding == before:
            return
        self._fill()
        if self._open:
            self.unfolded()

    def set_open(self, is_open: bool) -> None:
        """Unfold or fold the remedies."""
        if is_open != self._open:
            self._open = is_open
            body = self.unfolded()
            body.setVisible(is_open)
            self.remedy_chosen.emit(body.remedy if is_open else None)
            self.update()

    def set_kept(self, kept: bool) -> None:
        """Whether the planner said to live with it: it is then one quiet line."""
        if kept == self._kept:
            return
        self._kept = kept
        self._changed()
        if self._open:
            self.unfolded()

    def apply_remedy(self) -> bool:
        """Carry out the chosen remedy; one undo step."""
        remedy = self.unfolded().remedy
        if remedy is None:
            return False
        return self._session.execute(SetFields(remedy.label, remedy.edits))

    def height_at(self, width: int) -> int:
        """Pixels from the top to the foot at a width."""
        column = self.layout()
        if self._open and column is not None:
            self._leave_room(width)
            return column.totalHeightForWidth(width)
        return self._head(width) + _FOOT

    def _head(self, width: int) -> int:
        """Pixels of the part that is always there."""
        found = self._heights.get(width)
        if found is None:
            words = self._message_height(width)
            if self._told():
                words += words_height(self._detail, "caption", width - _TEXT_LEFT - _TEXT_RIGHT)
            found = self._heights[width] = max(words, _ICON) + 2 * _OVER
        return found

    def _message_height(self, width: int) -> int:
        return words_height(self._finding.message, self._font(), width - _TEXT_LEFT - _TEXT_RIGHT)

    def _told(self) -> bool:
        """Whether the words under the message are on screen."""
        return bool(self._detail) and not self._kept

    def _alarms(self) -> bool:
        return self._finding.severity == "error" and not self._kept

    def _font(self) -> str:
        return "text_medium" if self._alarms() else "text"

    def _leave_room(self, width: int = 0) -> None:
        """Keep the remedies under the words."""
        column = self.layout()
        if column is not None:
            column.setContentsMargins(0, self._head(width or self.width()), 0, _FOOT)

    def _fill(self) -> None:
        """The words of the finding."""
        finding, detail = self._finding, self._finding.detail
        if finding.from_month is not None and "from" not in detail.casefold():
            detail = f"{detail} From {month_text(finding.from_month)} on.".strip()
        self._detail = detail
        self.setAccessibleName(f"{finding.severity}: {finding.message}")
        self.setAccessibleDescription(detail)
        self._changed()

    def _changed(self) -> None:
        self._heights.clear()
        self._leave_room()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._leave_room()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self._pressed()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._pressed()
        elif event.key() == Qt.Key.Key_Escape and self._open:
            self.opened.emit(self)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current()
        painter = QPainter(self)
        foot = QRectF(0, self.height() - 1, self.width(), 1)
        painter.fillRect(foot, theme.color("line"))
        if self._open:
            edge = {"error": "over", "warning": "caution"}.get(self.finding.severity, "accent")
            painter.fillRect(QRectF(0, 0, 3, self.height() - 1), theme.color(edge))
        self._paint_words(painter)
        if self.hasFocus():
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -2))

    def _paint_words(self, painter: QPainter) -> None:
        theme, kept = current(), self._kept
        icon, colour = ICONS[self._finding.severity]
        ratio = self.devicePixelRatioF()
        painter.drawPixmap(12, _OVER, theme.pixmap(icon, _ICON, "ink3" if kept else colour, ratio))
        head, tall = self._head(self.width()), self._message_height(self.width())
        room = QRect(_TEXT_LEFT, _OVER, self.width() - _TEXT_LEFT - _TEXT_RIGHT, head - 2 * _OVER)
        wrapped = Qt.AlignmentFlag.AlignVCenter | _WRAPPED
        painter.setFont(theme.font(self._font()))
        painter.setPen(theme.color("over" if self._alarms() else "ink3" if kept else "ink"))
        if not self._told():
            painter.drawText(room, wrapped, self._finding.message)
            return
        painter.drawText(QRect(room.left(), room.top(), room.width(), tall), wrapped, self._finding.message)
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("ink3"))
        painter.drawText(room.adjusted(0, tall, 0, 0), wrapped, self._detail)

    def _pressed(self) -> None:
        self.go_to.emit(self.finding.object)
        self.opened.emit(self)
