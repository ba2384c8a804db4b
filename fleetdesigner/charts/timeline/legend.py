"""What the marks of the timeline mean, in one line; what does not fit is left out from the end."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from fleetdesigner.charts.words import draw_words, text_width
from fleetdesigner.look.theme import Theme, current, theme_signals

_WIDE, _HIGH = 22.0, 10.0
_GAP = 14.0


class TimelineLegend(QWidget):
    """Swatches with their words."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Legend: " + ", ".join(words for words, _ in ITEMS))
        theme_signals.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(560, 20)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), current()
        needed = [_WIDE + 6 + text_width(words, "caption") + _GAP for words, _ in ITEMS]
        shown = len(ITEMS)
        while shown and sum(needed[:shown]) - _GAP > self.width():
            shown -= 1
        x = self.width() - sum(needed[:shown]) + _GAP
        for (words, draw), wide in zip(ITEMS[:shown], needed, strict=False):
            draw(painter, theme, QRectF(round(x), 5, _WIDE, _HIGH))
            painter.setPen(theme.color("ink2"))
            draw_words(painter, round(x) + _WIDE + 6, 10, words, "caption")
            x += wide


def _lead(painter: QPainter, theme: Theme, box: QRectF) -> None:
    painter.fillRect(QRectF(box.left(), box.center().y() - 2, box.width(), 4), theme.color("line2"))
    painter.fillRect(QRectF(box.left(), box.top(), 2, box.height()), theme.color("ink3"))


def _ramp(painter: QPainter, theme: Theme, box: QRectF) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("ink3"))
    painter.drawPolygon(QPolygonF([box.bottomLeft(), QPointF(box.right(), box.top()), box.bottomRight()]))
    painter.restore()


def _in_place(painter: QPainter, theme: Theme, box: QRectF) -> None:
    _outlined(painter, theme, box, Qt.PenStyle.SolidLine)


def _planned(painter: QPainter, theme: Theme, box: QRectF) -> None:
    _outlined(painter, theme, box, Qt.PenStyle.DashLine)


def _outlined(painter: QPainter, theme: Theme, box: QRectF, style: Qt.PenStyle) -> None:
    painter.fillRect(box, theme.color("track"))
    painter.setPen(QPen(theme.color("ink2"), 1, style))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(box.adjusted(0, 0, -1, -1))


def _announced(painter: QPainter, theme: Theme, box: QRectF) -> None:
    veil = QColor(theme.color("floor"))
    painter.fillRect(box, veil)
    painter.fillRect(box, theme.hatch("ink2", "announced"))
    painter.setPen(QPen(theme.color("ink2"), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(box.adjusted(0, 0, -1, -1))


def _bound(painter: QPainter, theme: Theme, box: QRectF) -> None:
    y = box.center().y()
    painter.fillRect(QRectF(box.left(), y, box.width(), 1), theme.color("ink3"))
    painter.fillRect(QRectF(box.right() - 1, y - 3, 1, 7), theme.color("ink3"))


def _limit(painter: QPainter, theme: Theme, box: QRectF) -> None:
    painter.fillRect(QRectF(box.left(), box.center().y() - 1, box.width(), 2), theme.color("ink"))


def _over(painter: QPainter, theme: Theme, box: QRectF) -> None:
    painter.fillRect(box, theme.hatch("over", "over"))
    painter.fillRect(QRectF(box.left(), box.top(), box.width(), 2), theme.color("over"))


ITEMS: tuple[tuple[str, Callable[[QPainter, Theme, QRectF], None]], ...] = (
    ("order and lead", _lead),
    ("ramp", _ramp),
    ("in place", _in_place),
    ("planned", _planned),
    ("announced", _announced),
    ("bound by lease or rent", _bound),
    ("limit", _limit),
    ("over", _over),
)
