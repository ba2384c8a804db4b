"""Rows that are not one field: two fields side by side, a command, words, a figure with its source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from fleetdesigner.look import EvidenceMark, current, theme_signals
from fleetdesigner.look.evidence_mark import WIDTH as MARK_WIDTH
from fleetdesigner.look.style import restyle
from fleetdesigner.panels.fields.kinds import NumberRow
from fleetdesigner.panels.fields.row import GAP, ROW, ElidedLabel
from fleetdesigner.panels.form.card import FigureCard, breakable
from fleetdesigner.panels.form.spec import ActionSpec, FieldSpec, InfoSpec, NoteSpec, PairSpec

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session


_LINE = 20
"""Height of a row of words: with the gap a row of the grid."""


_STRETCH = {"choice": 8, "month": 1}
_PAIR_GAP = 6
_MONTH = 72
"""Pixels that a month needs."""


def reveal(card: QWidget) -> None:
    """Scroll to what has just unfolded below its row, once it is laid out; a folded card stays."""

    def scroll() -> None:
        area: QWidget | None = card
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        if area is not None and card.isVisible():
            area.ensureWidgetVisible(card, 0, GAP)

    QTimer.singleShot(0, card, scroll)


class FigureRow(NumberRow):
    """A catalog figure, editable in place; its label unfolds where it comes from."""

    def __init__(self, session: Session, spec: FieldSpec) -> None:
        self._card: FigureCard | None = None
        super().__init__(session, spec)
        self.label.setCursor(Qt.CursorShape.PointingHandCursor)
        self.label.clicked.connect(self.toggle)

    @Slot()
    def toggle(self) -> None:
        """Unfold or fold the source."""
        if self._card is None:
            binding = self.spec.binding
            self._card = FigureCard(
                self.session, getattr(binding, "entry", ""), getattr(binding, "field", ""), with_value=False
            )
            column = self.layout()
            if column is not None:
                column.addWidget(self._card)
            self._card.show()
        else:
            self._card.setVisible(not self._card.isVisible())
        reveal(self._card)

    def refresh(self) -> None:
        super().refresh()
        if self._card is not None and self._card.isVisible():
            self._card.refresh()


class PairRow(QWidget):
    """Fields side by side: ``Columns × rows``."""

    committed = Signal()

    def __init__(self, session: Session, spec: PairSpec) -> None:
        super().__init__()
        from fleetdesigner.panels.form.panel import ROWS  # the registry knows this class: looked up late

        self.session, self.spec = session, spec
        self.rows = tuple(ROWS[one.kind](session, one) for one in spec.fields)
        line = QHBoxLayout(self)
        line.setContentsMargins(12 if spec.inset else 0, 0, 0, 0)
        line.setSpacing(_PAIR_GAP)
        if spec.label:
            label = ElidedLabel(spec.label)
            label.setFixedHeight(ROW)
            label.setMinimumWidth(label.sizeHint().width())
            line.addWidget(label, 4, Qt.AlignmentFlag.AlignTop)
        for place, row in enumerate(self.rows):
            if place and spec.between:
                between = QLabel(spec.between)
                between.setProperty("tone", "ink3")
                between.setFont(current().font("text"))
                line.addWidget(between)
            line.addWidget(row, _STRETCH.get(row.spec.kind, 3), Qt.AlignmentFlag.AlignTop)
            if row.spec.kind == "month":
                row.setFixedWidth(_MONTH)
            row.committed.connect(self.committed)
        tail = QToolButton()
        tail.setFixedSize(MARK_WIDTH, 20)
        tail.setIconSize(QSize(14, 14))
        tail.setEnabled(spec.remove is not None)
        self._tail = tail
        if spec.remove is not None:
            tail.setToolTip(spec.remove.label)
            tail.setAccessibleName(spec.remove.label)
            tail.clicked.connect(self._remove)
        line.addWidget(tail)
        theme_signals.changed.connect(self._dress)
        self._dress()

    def refresh(self) -> None:
        """Show what the design holds now."""
        for row in self.rows:
            row.refresh()

    def rebind(self, spec: PairSpec) -> bool:
        """Show the same pair of other objects in this row; False when it is another sort of pair."""
        own = self.spec
        if (own.label, own.between, own.inset, own.remove is None, len(own.fields)) != (
            spec.label, spec.between, spec.inset, spec.remove is None, len(spec.fields),
        ):  # fmt: skip
            return False
        if not all(row.rebind(one) for row, one in zip(self.rows, spec.fields, strict=True)):
            return False
        self.spec = spec
        return True

    @Slot()
    def _remove(self) -> None:
        if self.spec.remove is not None:
            self.session.execute(self.spec.remove)

    @Slot()
    def _dress(self) -> None:
        if self.spec.remove is not None:
            self._tail.setIcon(current().icon("x", 14))


class ActionRow(QPushButton):
    """A command as a link."""

    def __init__(self, session: Session, spec: ActionSpec) -> None:
        super().__init__(spec.label)
        self.session, self.spec = session, spec
        self.setProperty("role", "link")
        self.setFont(current().font("text_medium"))
        self.setToolTip(spec.hint or spec.command.label)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._do)

    def refresh(self) -> None:
        """Nothing changes but by another spec."""

    @Slot()
    def _do(self) -> None:
        self.session.execute(self.spec.command)


class NoteRow(QLabel):
    """A paragraph."""

    def __init__(self, session: Session, spec: NoteSpec) -> None:
        super().__init__(breakable(spec.text))
        self.spec = spec
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("tone", spec.tone)
        self.setFont(current().font("caption"))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)

    def refresh(self) -> None:
        """Nothing changes but by another spec."""


class InfoRow(QWidget):
    """Label, words and grade. A click shows an object, or unfolds the source of the figure behind it."""

    linked = Signal(str)

    def __init__(self, session: Session, spec: InfoSpec) -> None:
        super().__init__()
        self.session, self.spec = session, spec
        self._card: FigureCard | QLabel | None = None
        self._label = ElidedLabel(spec.label)
        self._label.setFixedHeight(_LINE)
        self._label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._text = QLabel()
        self._text.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._mark = EvidenceMark("none")
        tail = QWidget()
        tail.setFixedSize(MARK_WIDTH, _LINE)
        inner = QHBoxLayout(tail)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignCenter)
        line = QHBoxLayout()
        line.setContentsMargins(12 if spec.inset else 0, 0, 0, 0)
        line.setSpacing(GAP)
        line.addWidget(self._label, 1)
        line.addWidget(self._text)
        line.addWidget(tail)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addLayout(line)
        if spec.ref or spec.detail or spec.figure is not None:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._show()

    def fits(self, spec: InfoSpec) -> bool:
        """Whether the row can show that spec by taking other words."""
        old = self.spec
        return (old.label, old.ref, old.figure, old.inset, old.detail) == (
            spec.label, spec.ref, spec.figure, spec.inset, spec.detail,
        )  # fmt: skip

    def adopt(self, spec: InfoSpec) -> None:
        """Show other words in the same row."""
        if spec != self.spec:
            self.spec = spec
            self._show()

    def text(self) -> str:
        """The words at the right."""
        return self._text.text()

    def refresh(self) -> None:
        """The words come with the spec; an unfolded card is brought up to date."""
        if isinstance(self._card, FigureCard) and self._card.isVisible():
            self._card.refresh()

    @Slot()
    def press(self) -> None:
        """What a click does."""
        if self.spec.ref:
            self.linked.emit(self.spec.ref)
        elif self._card is not None:
            self._card.setVisible(not self._card.isVisible())
            self.refresh()
            reveal(self._card)
        elif self.spec.figure is not None:
            self._unfold(FigureCard(self.session, *self.spec.figure, with_value=True))
        elif self.spec.detail:
            words = NoteRow(self.session, NoteSpec(self.spec.detail))
            words.setContentsMargins(12, 0, 0, 4)
            self._unfold(words)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        inside = 0 <= event.position().y() < _LINE and self.rect().contains(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and inside:
            self.press()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Enter in a field of the card below comes here too, and must not fold the card under the hand
        if self.hasFocus() and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.press()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.hasFocus():
            painter = QPainter(self)
            painter.setPen(QPen(current().color("accent"), 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _unfold(self, card: FigureCard | QLabel) -> None:
        self._card = card
        self._column.addWidget(card)
        card.show()
        reveal(card)

    def _show(self) -> None:
        spec = self.spec
        # equal digits where a number stands alone; they would widen the hyphens of dates and words
        self._text.setFont(current().font("text", tabular="-" not in spec.text))
        self._text.setText(spec.text)
        self.setAccessibleName(f"{spec.label} {spec.text}")
        restyle(self._text, tone="link" if spec.ref else "ink3" if spec.grade == "none" else "")
        if spec.grade is not None:
            self._mark.set_grade(spec.grade)
        self._mark.setVisible(spec.grade is not None)
        self.setToolTip(spec.hint)
        self._elide()

    def resizeEvent(self, event: object) -> None:
        self._elide()

    def _elide(self) -> None:
        """Words give way to a label of at least a third of the row."""
        room = round((self.width() - MARK_WIDTH - 2 * GAP) * 0.72)
        metrics = QFontMetrics(self._text.font())
        shown = metrics.elidedText(self.spec.text, Qt.TextElideMode.ElideRight, max(40, room))
        if shown != self._text.text():
            self._text.setText(shown)
        if shown != self.spec.text and not self.spec.hint:
            self.setToolTip(self.spec.text)
