"""What lies over the figures: the month line with its caret, and rings at the months one looks at."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from fleetdesigner.charts.colours import line_of
from fleetdesigner.charts.graphics import GraphicsObject
from fleetdesigner.charts.reading import Look, Reading, finite
from fleetdesigner.charts.shapes import Frame
from fleetdesigner.look.theme import Theme, current

_RING = 3.5
_CARET = 4.0
_FEW = 3
_CARET_HEIGHT = 6.0
_REACH = 6
"""Pixels that a ring or the caret reaches beside its month, and above the plot."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line through the plot at x, with rings at the heights y, in whole pixels."""

    x: float
    height: float
    rings: tuple[tuple[float, Look], ...]
    hovered: bool
    """Whether it only follows the mouse."""

    def rect(self) -> QRectF:
        """What it covers."""
        return QRectF(self.x - _REACH, -_REACH, 2 * _REACH + 1, self.height + _REACH + _CARET_HEIGHT + 2)


class Cursor(GraphicsObject):
    """Month line in the accent, caret on the axis, rings on the lines; in pixels of the view box."""

    def __init__(self) -> None:
        super().__init__()
        self._rect = QRectF(0, 0, 1, 1)
        self._lines: tuple[Line, ...] = ()
        self.setZValue(100)

    def set_size(self, width: float, height: float) -> None:
        """The view box has another size."""
        self.prepareGeometryChange()
        self._rect = QRectF(0, 0, width, height)

    def show_rows(
        self, frame: Frame | None, reading: Reading | None, row: int | None, hover: int | None
    ) -> tuple[QRectF, ...]:
        """Mark a row of months, and the one under the mouse; what of the plot is to be painted again."""
        lines: list[Line] = []
        if frame is not None and reading is not None:
            if hover is not None and hover != row:
                lines.append(_line(frame, reading, hover, hovered=True))
            if row is not None:
                lines.append(_line(frame, reading, row, hovered=False))
        before, self._lines = self._lines, tuple(lines)
        gone, come = (one for one in before if one not in lines), (one for one in lines if one not in before)
        return tuple(line.rect() for line in (*gone, *come))

    def boundingRect(self) -> QRectF:
        return self._rect.adjusted(-_REACH, -_REACH, _REACH, _CARET_HEIGHT + 2)

    def paint(self, painter: QPainter, option: object = None, widget: object = None) -> None:
        theme = current()
        for line in self._lines:
            if line.hovered:
                painter.setPen(QPen(theme.color("ink3"), 1, Qt.PenStyle.DotLine))
                painter.drawLine(QPointF(line.x + 0.5, 0), QPointF(line.x + 0.5, line.height))
            else:
                _paint_month(painter, line, theme)
            _paint_rings(painter, line, theme)


def _line(frame: Frame, reading: Reading, row: int, hovered: bool) -> Line:
    rings = ((frame.y(value), look) for value, look in ring_values(reading, row))
    seen = tuple((y, look) for y, look in rings if -1 <= y <= frame.height + 1)
    return Line(frame.x(row), frame.height, seen, hovered)


def _paint_month(painter: QPainter, line: Line, theme: Theme) -> None:
    accent = theme.color("accent")
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.fillRect(QRectF(line.x - 0.25, 0, 1.5, line.height), accent)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(accent)
    foot, centre = line.height, line.x + 0.5
    painter.drawPolygon(
        QPolygonF(
            [
                QPointF(centre, foot + 1),
                QPointF(centre - _CARET, foot + 1 + _CARET_HEIGHT),
                QPointF(centre + _CARET, foot + 1 + _CARET_HEIGHT),
            ]
        )
    )


def _paint_rings(painter: QPainter, line: Line, theme: Theme) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setBrush(theme.color("panel"))
    for y, look in line.rings:
        painter.setPen(QPen(line_of(look, theme), 2))
        painter.drawEllipse(QPointF(line.x + 0.5, y), _RING, _RING)


def ring_values(reading: Reading, row: int) -> list[tuple[float, Look]]:
    """Values that carry a ring in a month, with the looks of the ring: lines and tops of families."""
    found = []
    top = 0.0
    stack = reading.of("stack")
    few = len(stack) <= _FEW
    for trace in stack if few else ():
        thick = finite(trace.values, row) or 0.0
        top += thick
        if trace.layer.colours == "family" and thick > 0:
            found.append((top, trace.look))
    for trace in (*reading.of("line"), *reading.of("alternative")):
        value = finite(trace.values, row)
        if value is not None:
            found.append((value, trace.look))
    return found
