"""The ways out of a finding: cards of which one is chosen, and what can be done."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from fleetdesigner.engine.results import Remedy
from fleetdesigner.look import current

_INDENT = 36


class Words(QLabel):
    """Text that wraps and can be as tall as it needs."""

    def __init__(self, font: str, tone: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
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
        self._on = False
        # parts of the card from the start: one that is hidden before it has a parent would become a window
        self._label, self._detail = Words("text_medium", "ink", self), Words("caption", "ink2", self)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(1)
        self._column.addWidget(self._label)
        self._column.addWidget(self._detail)
        self._fill(remedy)

    def show_remedy(self, remedy: Remedy) -> None:
        """Show another remedy, or the same with other figures."""
        if remedy is not self.remedy and remedy != self.remedy:
            self._fill(remedy)
            self.update()

    def _fill(self, remedy: Remedy) -> None:
        self.remedy = remedy
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if remedy.edits else Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(f"{remedy.label}. {remedy.detail}")
        self._label.setText(remedy.label)
        self._detail.setText(remedy.detail)
        self._detail.setVisible(bool(remedy.detail))
        self._column.setContentsMargins(30 if remedy.edits else 10, 6, 8, 6)
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


class Remedies(QWidget):
    """The ways out of one finding as cards, one of them chosen, and what can be done with the finding."""

    chosen = Signal(object)
    """The remedy that was clicked."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.cards: tuple[RemedyCard, ...] = ()
        """In the order they are offered."""
        self._shown: tuple[Remedy, ...] | None = None
        self._title = QLabel("Remedies, nearest first", self)
        self._title.setProperty("tone", "ink2")
        self._title.setFont(current().font("caption_medium"))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(_INDENT, 0, 12, 10)
        self._column.setSpacing(6)
        self._column.addWidget(self._title)
        self.apply = QPushButton("Apply", self)
        self.apply.setProperty("role", "primary")
        self.apply.setToolTip("One undo step")
        self.keep = QPushButton("Keep as it is", self)
        self.show_object = QPushButton("Show", self)
        self.show_object.setProperty("role", "quiet")
        buttons = QHBoxLayout()
        buttons.setContentsMargins(0, 2, 0, 0)
        buttons.setSpacing(6)
        for button in (self.apply, self.keep, self.show_object):
            button.setProperty("size", "small")
            buttons.addWidget(button)
        buttons.addStretch(1)
        self._column.addLayout(buttons)

    @property
    def remedy(self) -> Remedy | None:
        """The remedy that Apply carries out; None when none can be."""
        return next((card.remedy for card in self.cards if card.on), None)

    def show_remedies(self, remedies: tuple[Remedy, ...], kept: bool) -> None:
        """Show these; cards are refilled, and a remedy of the same name stays the chosen one."""
        self.keep.setText("Show among the open ones" if kept else "Keep as it is")
        if remedies == self._shown:
            return
        before, self._shown = self.remedy, remedies
        for card, remedy in zip(self.cards, remedies, strict=False):
            card.show_remedy(remedy)
        for card in self.cards[len(remedies) :]:
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        more = tuple(self._added(remedy) for remedy in remedies[len(self.cards) :])
        self.cards = (*self.cards[: len(remedies)], *more)
        doable = [card for card in self.cards if card.remedy.edits]
        same = [card for card in doable if before is not None and card.remedy.label == before.label]
        self._turn_on(next(iter(same or doable), None))
        self._title.setVisible(bool(self.cards))
        self.apply.setVisible(bool(doable))

    def _added(self, remedy: Remedy) -> RemedyCard:
        card = RemedyCard(remedy)
        card.chosen.connect(self._choose)
        self._column.insertWidget(self._column.count() - 1, card)
        return card

    def _turn_on(self, chosen: RemedyCard | None) -> None:
        for card in self.cards:
            card.set_on(card is chosen)

    @Slot(object)
    def _choose(self, card: RemedyCard) -> None:
        self._turn_on(card)
        self.chosen.emit(card.remedy)
