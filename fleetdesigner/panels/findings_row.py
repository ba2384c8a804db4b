"""One finding: what is wrong and by how much; unfolded, the ways out, each one undo step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from fleetdesigner.design.commands import SetFields
from fleetdesigner.engine.results import Finding
from fleetdesigner.look import current, theme_signals
from fleetdesigner.look.style import restyle
from fleetdesigner.panels.findings_remedies import Remedies, Words
from fleetdesigner.units import month_text

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session

ICONS = {
    "error": ("circle-alert", "over"),
    "warning": ("triangle-alert", "caution"),
    "info": ("info", "ink2"),
}


class FindingRow(QWidget):
    """The row of a finding; a click shows the object and unfolds the remedies.

    Findings change with every step of the hand, so a folded row makes nothing of its remedies.
    """

    go_to = Signal(str)
    """Ref of the object."""
    opened = Signal(object)
    kept = Signal(object)
    """The planner lives with it."""
    remedy_chosen = Signal(object)
    """The remedy under the hand; None when there is none."""

    def __init__(self, session: Session, finding: Finding) -> None:
        super().__init__()
        self._session = session
        self._finding = finding
        self._open = False
        self._kept = False
        self._body: Remedies | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._icon = QLabel(self)
        self._icon.setFixedSize(16, 16)
        self._message, self._detail = Words("text", "ink", self), Words("caption", "ink3", self)
        texts = QVBoxLayout()
        texts.setContentsMargins(0, 0, 0, 0)
        texts.setSpacing(0)
        texts.addWidget(self._message)
        texts.addWidget(self._detail)
        head = QHBoxLayout()
        head.setContentsMargins(12, 7, 10, 7)
        head.setSpacing(8)
        head.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(texts, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 1)
        self._column.setSpacing(0)
        self._column.addLayout(head)
        theme_signals.changed.connect(self._dress)
        self._fill()
        self._dress()

    @property
    def finding(self) -> Finding:
        """What it shows."""
        return self._finding

    @property
    def is_open(self) -> bool:
        """Whether the remedies are on screen."""
        return self._open

    def unfolded(self) -> Remedies:
        """The part that unfolds, with the remedies of the finding as it is now."""
        if self._body is None:
            self._body = body = Remedies(self)
            body.setVisible(self._open)
            self._column.addWidget(body)
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
        if finding.severity != before.severity:
            self._dress()
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
        self._detail.setVisible(not kept and bool(self._detail.text()))
        self._dress()
        if self._open:
            self.unfolded()

    def apply_remedy(self) -> bool:
        """Carry out the chosen remedy; one undo step."""
        remedy = self.unfolded().remedy
        if remedy is None:
            return False
        return self._session.execute(SetFields(remedy.label, remedy.edits))

    def _fill(self) -> None:
        """The words of the finding."""
        finding, detail = self._finding, self._finding.detail
        if finding.from_month is not None and "from" not in detail.casefold():
            detail = f"{detail} From {month_text(finding.from_month)} on.".strip()
        self._message.setText(finding.message)
        self._detail.setText(detail)
        self._detail.setVisible(not self._kept and bool(detail))
        self.setAccessibleName(f"{finding.severity}: {finding.message}")

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
        if self.hasFocus():
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -2))

    def _pressed(self) -> None:
        self.go_to.emit(self.finding.object)
        self.opened.emit(self)

    @Slot()
    def _dress(self) -> None:
        """Icon and tones of the severity, in the theme in force."""
        theme = current()
        name, colour = ICONS[self._finding.severity]
        self._icon.setPixmap(theme.pixmap(name, 16, "ink3" if self._kept else colour))
        over = self._finding.severity == "error" and not self._kept
        self._message.setFont(theme.font("text_medium" if over else "text"))
        restyle(self._message, tone="over" if over else "ink3" if self._kept else "ink")
        self.update()
