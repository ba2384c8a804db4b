"""The rows of the findings one under another, and the head over them.

Neither has a layout of Qt's: findings change with every step of the hand, and a layout would ask every row
for its height again, and every panel and splitter above it for theirs (measured: 3.5 of 28 ms of a step).
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QWidget

from fleetdesigner.look import current, theme_signals
from fleetdesigner.look.tokens import HEIGHTS
from fleetdesigner.panels.findings.row import FindingRow

_PAD, _GAP = 12, 6
_AROUND_FOLD = 4
_LEAST_WIDTH = 180


class FindingsHead(QWidget):
    """How many findings there are, and how many say that a limit is passed."""

    def __init__(self) -> None:
        super().__init__()
        self._count, self._words, self._over = "0", "", False
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("surface", "sunken")
        self.setProperty("rule", "bottom")
        self.setFixedHeight(HEIGHTS["group_header"] + 4)
        self.setMinimumWidth(_LEAST_WIDTH)
        theme_signals.changed.connect(self.update)

    @property
    def words(self) -> str:
        """``1 over limit``, and other errors beside it."""
        return self._words

    def tell(self, count: int, words: str, over: bool) -> None:
        """Say how many there are; `words` in the colour of alarm where one is `over`."""
        told = (str(count), words, over)
        if told != (self._count, self._words, self._over):
            self._count, self._words, self._over = told
            self.setAccessibleName(f"Findings, {count}: {words}")
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        x = _PAD
        for words, font, tone in (("Findings", "caption_strong", "ink2"), (self._count, "caption", "ink3")):
            x += self._draw(painter, x, words, font, tone) + _GAP
        font = "caption_strong" if self._over else "caption"
        words, room = self._words, self.width() - _PAD - x
        if _wide(words, font) > room:
            metrics = QFontMetrics(current().font(font))
            words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, max(0, room))
        x = self.width() - _PAD - _wide(words, font)
        self._draw(painter, x, words, font, "over" if self._over else "ink3")

    def _draw(self, painter: QPainter, x: int, words: str, font: str, tone: str) -> int:
        wide = _wide(words, font)
        painter.setFont(current().font(font))
        painter.setPen(current().color(tone))
        painter.drawText(QRect(x, 0, wide, self.height()), Qt.AlignmentFlag.AlignVCenter, words)
        return wide


@lru_cache(maxsize=256)
def _wide(words: str, font: str) -> int:
    return QFontMetrics(current().font(font)).boundingRect(QRect(0, 0, 2000, 2000), 0, words).width()


class FindingsList(QWidget):
    """As tall as its rows need at the width there is, and no taller; under them what is said of all."""

    height_changed = Signal()
    """It needs more room, or less."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[FindingRow, ...] = ()
        """From the top; hidden ones take no room."""
        self.nothing = QLabel("Nothing to report.", self)
        self.nothing.setProperty("tone", "ink3")
        self.nothing.setContentsMargins(_PAD, 10, _PAD, 10)
        self.fold = QPushButton(self)
        self.fold.setProperty("role", "link")
        self._placed = -1
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)  # so that the scroll area asks for the height at its width
        self.setSizePolicy(policy)

    def heightForWidth(self, width: int) -> int:
        tall = 2 * _AROUND_FOLD + sum(row.height_at(width) for row in self.rows if not row.isHidden())
        if not self.nothing.isHidden():
            tall += self.nothing.sizeHint().height()
        if not self.fold.isHidden():
            tall += self.fold.sizeHint().height()
        return tall

    def minimumSizeHint(self) -> QSize:
        # else the height of what fills the panel would become the least height of the panel
        return QSize(0, 0)

    def place(self) -> None:
        """Put each row under the one before; only a list that is taller or shorter asks for another size."""
        width, y = self.width(), 0
        for row in self.rows:
            if not row.isHidden():
                tall = row.height_at(width)
                row.setGeometry(0, y, width, tall)
                y += tall
        if not self.nothing.isHidden():
            tall = self.nothing.sizeHint().height()
            self.nothing.setGeometry(0, y, width, tall)
            y += tall
        if not self.fold.isHidden():
            hint = self.fold.sizeHint()
            self.fold.setGeometry(_PAD, y + _AROUND_FOLD, hint.width(), hint.height())
            y += hint.height()
        if y != self._placed:
            self._placed = y
            self.height_changed.emit()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:  # remedies that unfold, or that have other words
            self.place()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.place()

    def showEvent(self, event: QShowEvent) -> None:
        self.place()
