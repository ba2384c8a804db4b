"""One finding: what is wrong and by how much; unfolded, the ways out, each one undo step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from fleetdesigner.design.commands import SetFields
from fleetdesigner.engine.results import Finding, Remedy
from fleetdesigner.look import current, theme_signals
from fleetdesigner.look.style import restyle
from fleetdesigner.units import month_text

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session

ICONS = {
    "error": ("circle-alert", "over"),
    "warning": ("triangle-alert", "caution"),
    "info": ("info", "ink2"),
}
_INDENT = 36


class Words(QLabel):
    """Text that wraps and can be as tall as it needs."""

    def __init__(self, font: str, tone: str) -> None:
        super().__init__()
        self._name = font
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("tone", tone)
        self.setFont(current().font(font))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)


class RemedyCard(QWidget):
    """A way out that can be chosen; one without edits is advice in words."""

    chosen = Signal(object)

    def __init__(self, remedy: Remedy) -> None:
        super().__init__()
        self.remedy = remedy
        self._on = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if remedy.edits else Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(f"{remedy.label}. {remedy.detail}")
        label, detail = Words("text_medium", "ink"), Words("caption", "ink2")
        label.setText(remedy.label)
        detail.setText(remedy.detail)
        detail.setVisible(bool(remedy.detail))
        column = QVBoxLayout(self)
        column.setContentsMargins(30 if remedy.edits else 10, 6, 8, 6)
        column.setSpacing(1)
        column.addWidget(label)
        column.addWidget(detail)
        self.setCursor(Qt.CursorShape.PointingHandCursor if remedy.edits else Qt.CursorShape.ArrowCursor)

    @property
    def on(self) -> bool:
        """Whether it is the one that Apply carries out."""
        return self._on

    def set_on(self, on: bool) -> None:
        """Choose it or another."""
        self._on = on
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.remedy.edits and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.remedy.edits and event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit(self)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if not self.remedy.edits:
            painter.setPen(QPen(theme.color("line"), 1))
            painter.drawRoundedRect(frame, 4, 4)
            return
        edge = "accent" if self._on or self.hasFocus() else "line2"
        painter.setPen(QPen(theme.color(edge), 2 if self.hasFocus() else 1))
        painter.setBrush(theme.color("accentWeak" if self._on else "raised"))
        painter.drawRoundedRect(frame, 4, 4)
        centre = QPointF(16, 15)
        painter.setPen(QPen(theme.color("accent" if self._on else "border"), 1))
        painter.setBrush(theme.color("accent" if self._on else "panel"))
        painter.drawEllipse(centre, 6, 6)
        if self._on:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("inkInv"))
            painter.drawEllipse(centre, 2.5, 2.5)


class FindingRow(QWidget):
    """The row of a finding; a click shows the object and unfolds the remedies."""

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
        self._finding: Finding | None = None
        self._open = False
        self._kept = False
        self._cards: list[RemedyCard] = []
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._icon = QLabel()
        self._icon.setFixedSize(16, 16)
        self._message, self._detail = Words("text", "ink"), Words("caption", "ink3")
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
        self._body = self._build_body()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 1)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._body)
        self._body.setVisible(False)
        theme_signals.changed.connect(self._dress)
        self.show_finding(finding)

    @property
    def finding(self) -> Finding:
        """What it shows."""
        assert self._finding is not None
        return self._finding

    @property
    def is_open(self) -> bool:
        """Whether the remedies are on screen."""
        return self._open

    @property
    def cards(self) -> tuple[RemedyCard, ...]:
        """The remedies in the order they are offered."""
        return tuple(self._cards)

    def show_finding(self, finding: Finding) -> None:
        """Show the finding as it is now; equal remedies keep their cards and the choice among them."""
        if finding == self._finding:
            return
        before, self._finding = self._finding, finding
        detail = finding.detail
        if finding.from_month is not None and "from" not in detail.casefold():
            detail = f"{detail} From {month_text(finding.from_month)} on.".strip()
        self._message.setText(finding.message)
        self._detail.setText(detail)
        self._detail.setVisible(bool(detail))
        self.setAccessibleName(f"{finding.severity}: {finding.message}")
        self.setToolTip("")
        if before is None or before.remedies != finding.remedies:
            self._fill_remedies()
        self._dress()

    def set_open(self, is_open: bool) -> None:
        """Unfold or fold the remedies."""
        if is_open != self._open:
            self._open = is_open
            self._body.setVisible(is_open)
            self.remedy_chosen.emit(self._chosen() if is_open else None)
            self.update()

    def set_kept(self, kept: bool) -> None:
        """Whether the planner said to live with it: it is then one quiet line."""
        self._kept = kept
        self._keep.setText("Show among the open ones" if kept else "Keep as it is")
        self._detail.setVisible(not kept and bool(self._detail.text()))
        self._dress()

    def apply_remedy(self) -> bool:
        """Carry out the chosen remedy; one undo step."""
        remedy = self._chosen()
        if remedy is None:
            return False
        return self._session.execute(SetFields(remedy.label, remedy.edits))

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

    def _chosen(self) -> Remedy | None:
        return next((card.remedy for card in self._cards if card.on), None)

    def _build_body(self) -> QWidget:
        body = QWidget()
        self._column = QVBoxLayout(body)
        self._column.setContentsMargins(_INDENT, 0, 12, 10)
        self._column.setSpacing(6)
        self._title = QLabel("Remedies, nearest first")
        self._title.setProperty("tone", "ink2")
        self._title.setFont(current().font("caption_medium"))
        self._column.addWidget(self._title)
        self._apply = QPushButton("Apply")
        self._apply.setProperty("role", "primary")
        self._apply.setToolTip("One undo step")
        self._apply.clicked.connect(self.apply_remedy)
        self._show = QPushButton("Show")
        self._keep = QPushButton("Keep as it is")
        for button in (self._apply, self._keep, self._show):
            button.setProperty("size", "small")
        self._show.setProperty("role", "quiet")
        self._show.clicked.connect(lambda: self.go_to.emit(self.finding.object))
        self._keep.clicked.connect(lambda: self.kept.emit(self))
        buttons = QHBoxLayout()
        buttons.setContentsMargins(0, 2, 0, 0)
        buttons.setSpacing(6)
        buttons.addWidget(self._apply)
        buttons.addWidget(self._keep)
        buttons.addWidget(self._show)
        buttons.addStretch(1)
        self._column.addLayout(buttons)
        return body

    def _fill_remedies(self) -> None:
        chosen = self._chosen()
        for card in self._cards:
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self._cards = [RemedyCard(remedy) for remedy in self.finding.remedies]
        for place, card in enumerate(self._cards):
            card.chosen.connect(self._choose)
            self._column.insertWidget(1 + place, card)
        doable = [card for card in self._cards if card.remedy.edits]
        same = [card for card in doable if chosen is not None and card.remedy.label == chosen.label]
        if doable:
            (same or doable)[0].set_on(True)
        self._title.setVisible(bool(self._cards))
        self._apply.setVisible(bool(doable))

    @Slot(object)
    def _choose(self, card: RemedyCard) -> None:
        for one in self._cards:
            one.set_on(one is card)
        self.remedy_chosen.emit(card.remedy)

    @Slot()
    def _dress(self) -> None:
        if self._finding is None:
            return
        theme = current()
        name, colour = ICONS[self._finding.severity]
        self._icon.setPixmap(theme.pixmap(name, 16, "ink3" if self._kept else colour))
        over = self._finding.severity == "error" and not self._kept
        self._message.setFont(theme.font("text_medium" if over else "text"))
        restyle(self._message, tone="over" if over else "ink3" if self._kept else "ink")
        self.update()
