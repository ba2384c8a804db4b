"""The assumptions that could kill the plan: each with its span, and where in it the NPV changes its sign."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QEnterEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from fleetdesigner.engine.results import Flip
from fleetdesigner.look import EvidenceMark, current, theme_signals
from fleetdesigner.panels.fields.numbers import field_unit
from fleetdesigner.panels.late_block import LateBlock
from fleetdesigner.panels.named_row import WrappedLabel
from fleetdesigner.units import text

FEW = 5
"""Assumptions that turn nothing and are shown all the same: those that move the NPV most."""
_BAR = 30


class SpanBar(QWidget):
    """Low to high with the value as a tick; beyond the flip point the span is hatched."""

    def __init__(self) -> None:
        super().__init__()
        self._flip: Flip | None = None
        self.setFixedHeight(_BAR)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme_signals.changed.connect(self.update)

    def show_flip(self, flip: Flip) -> None:
        """Show another assumption."""
        self._flip = flip
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, _BAR)

    def paintEvent(self, event: QPaintEvent) -> None:
        flip = self._flip
        if flip is None:
            return
        painter, theme = QPainter(self), current()
        left, right, top = 6.0, self.width() - 6.0, 4.0
        width = right - left

        def x(value: float) -> float:
            share = (value - flip.low) / (flip.high - flip.low)
            return round(left + width * min(max(share, 0.0), 1.0))

        painter.fillRect(QRectF(left, top, width, 6), theme.color("track"))
        if flip.turns_at is not None:
            turn = x(flip.turns_at)
            beyond = (turn, right) if flip.turns_at > flip.value else (left, turn)
            painter.fillRect(QRectF(beyond[0], top, beyond[1] - beyond[0], 6), theme.color("panel"))
            painter.fillRect(QRectF(beyond[0], top, beyond[1] - beyond[0], 6), theme.hatch("ink2", "mark"))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("ink"))
            middle = top + 3
            diamond = [(turn, middle - 5), (turn + 5, middle), (turn, middle + 5), (turn - 5, middle)]
            painter.drawPolygon(QPolygonF([QPointF(*point) for point in diamond]))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.fillRect(QRectF(x(flip.value) - 1, top - 3, 2, 12), theme.color("ink"))
        painter.setFont(theme.font("caption", tabular=True))
        painter.setPen(QPen(theme.color("ink3")))
        box = QRectF(0, top + 10, self.width(), 16)
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft, _value(flip.low, flip))
        painter.drawText(box, Qt.AlignmentFlag.AlignRight, _value(flip.high, flip))


class SpanRow(QWidget):
    """One assumption; a click or Return asks for its row among the assumptions."""

    picked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._flip: Flip | None = None
        self._over = False
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.name = WrappedLabel("", "ink", "text_medium")
        self.turn = QLabel()
        self.turn.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        self.mark = EvidenceMark("none")
        self.bar = SpanBar()
        self.effect = WrappedLabel("", "ink2", "caption")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.name, 1)
        head.addWidget(self.turn, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(1)
        column.addLayout(head)
        column.addWidget(self.bar)
        column.addWidget(self.effect)
        theme_signals.changed.connect(self._dress)
        self._dress()

    @property
    def flip(self) -> Flip | None:
        """What it shows."""
        return self._flip

    def show_flip(self, flip: Flip) -> None:
        """Show another assumption."""
        if flip == self._flip:
            return
        self._flip = flip
        self.name.setText(flip.name)
        now = _value(flip.value, flip)
        at = "" if flip.turns_at is None else f"turns at {_value(flip.turns_at, flip)}"
        self.turn.setText(at or f"now {now}")
        self.mark.set_grade(flip.grade)
        both = (flip.at_low, flip.at_high)
        ends = " to ".join("unknown" if one is None else text(one, "usd") for one in both)
        self.effect.setText(f"{f'Now {now}; ' if at else ''}NPV {ends} over the span")
        self.bar.show_flip(flip)
        self.setAccessibleName(flip.words)
        self.setToolTip("Show it among the assumptions")

    @Slot()
    def _dress(self) -> None:
        self.turn.setFont(current().font("text_strong", tabular=True))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self._pick()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._pick()
        else:
            super().keyPressEvent(event)

    def _pick(self) -> None:
        if self._flip is not None:
            self.picked.emit(self._flip.ref)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._over = True
        self.update()

    def leaveEvent(self, event: object) -> None:
        self._over = False
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._over or self.hasFocus():
            QPainter(self).fillRect(self.rect(), current().color("hover"))


class SpansBlock(QWidget):
    """What turns the plan first stands first; then what moves the NPV most; the rest on demand."""

    picked = Signal(str)
    """Ref of an assumption."""

    def __init__(self) -> None:
        super().__init__()
        self._flips: tuple[Flip, ...] = ()
        self._all = False
        self._rows: list[SpanRow] = []
        self._list = QVBoxLayout()
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(2)
        self.more = QPushButton()
        self.more.setProperty("role", "link")
        self.more.clicked.connect(self._toggle)
        body = QWidget()
        inside = QVBoxLayout(body)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addLayout(self._list)
        inside.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        self.block = LateBlock("The assumption that kills it")
        self.block.add_below(body)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.block)

    @property
    def rows(self) -> tuple[SpanRow, ...]:
        """The rows on screen, the nearest flip first."""
        return tuple(row for row in self._rows if not row.isHidden())

    def show_flips(self, flips: Sequence[Flip], npv: float | None, why: str) -> None:
        """Show the assumptions of a plan whose NPV is `npv`; `why` says why there is none."""
        self._flips = tuple(flips)
        self._fill()
        self.block.show_words(*headline(self._flips, npv, why))

    @Slot()
    def _toggle(self) -> None:
        self._all = not self._all
        self._fill()

    def _fill(self) -> None:
        turning = [flip for flip in self._flips if flip.turns_at is not None]
        others = [flip for flip in self._flips if flip.turns_at is None and flip.swing > 0]
        shown = [*turning, *(others if self._all else others[:FEW])]
        while len(self._rows) < len(shown):
            before = self._rows[-1] if self._rows else self.more
            row = SpanRow()
            row.picked.connect(self.picked)
            self._rows.append(row)
            self._list.addWidget(row)
            # made late, but walked to by Tab where it stands
            QWidget.setTabOrder(before, row)
            QWidget.setTabOrder(row, self.more)
        for at, row in enumerate(self._rows):
            row.setVisible(at < len(shown))
            if at < len(shown):
                row.show_flip(shown[at])
        rest = len(others) - FEW
        self.more.setVisible(rest > 0)
        self.more.setText("Show fewer" if self._all else f"Show {rest} more that move it less")


def _value(value: float, flip: Flip) -> str:
    return text(value, field_unit(flip.unit))


def headline(flips: Sequence[Flip], npv: float | None, why: str) -> tuple[str, str, str]:
    """(sentence, note, words beside the title)."""
    if npv is None:
        return f"There is no NPV: {why}.", "", ""
    if not flips:
        return "Comes when the hand rests.", "", ""
    turning = [flip for flip in flips if flip.turns_at is not None]
    side = f"{len(turning)} of {len(flips)} turn it"
    if not turning:
        sign = "positive" if npv > 0 else "negative"
        return f"NPV stays {sign} over the whole span of each assumption alone.", "", side
    note = "" if npv > 0 else "The plan does not pay as it stands; these would turn it."
    return f"{turning[0].words}.", note, side


