"""What lies over the figures: the month line with its caret, and rings at the months one looks at."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from fleetdesigner.charts.colours import line_of
from fleetdesigner.charts.graphics import GraphicsObject
from fleetdesigner.charts.reading import Reading, finite
from fleetdesigner.charts.shapes import Frame
from fleetdesigner.look.theme import Theme, current

_RING = 3.5
_CARET = 4.0
_FEW = 3
_CARET_HEIGHT = 6.0


class Cursor(GraphicsObject):
    """Month line in the accent, caret on the axis, rings on the lines; in pixels of the view box."""

    def __init__(self) -> None:
        super().__init__()
        self._rect = QRectF(0, 0, 1, 1)
        self._frame: Frame | None = None
        self._reading: Reading | None = None
        self._row: int | None = None
        self._hover: int | None = None
        self.setZValue(100)

    def set_size(self, width: float, height: float) -> None:
        """The view box has another size."""
        self.prepareGeometryChange()
        self._rect = QRectF(0, 0, width, height)

    def show_rows(
        self, frame: Frame | None, reading: Reading | None, row: int | None, hover: int | None
    ) -> None:
        """Mark a row of months, and the one under the mouse."""
        self._frame, self._reading, self._row, self._hover = frame, reading, row, hover
        self.update()

    def boundingRect(self) -> QRectF:
        return self._rect.adjusted(-6, -6, 6, _CARET_HEIGHT + 2)

    def paint(self, painter: QPainter, option: object, widget: object = None) -> None:
        frame, reading = self._frame, self._reading
        if frame is None or reading is None:
            return
        theme = current()
        if self._hover is not None and self._hover != self._row:
            x = frame.x(self._hover)
            painter.setPen(QPen(theme.color("ink3"), 1, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(x + 0.5, 0), QPointF(x + 0.5, frame.height))
            self._rings(painter, frame, reading, self._hover, theme)
        if self._row is not None:
            self._month(painter, frame, theme)
            self._rings(painter, frame, reading, self._row, theme)

    def _month(self, painter: QPainter, frame: Frame, theme: Theme) -> None:
        assert self._row is not None
        accent, x = theme.color("accent"), frame.x(self._row)
        painter.fillRect(QRectF(x - 0.25, 0, 1.5, frame.height), accent)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(accent)
        foot, centre = frame.height, x + 0.5
        painter.drawPolygon(
            QPolygonF(
                [
                    QPointF(centre, foot + 1),
                    QPointF(centre - _CARET, foot + 1 + _CARET_HEIGHT),
                    QPointF(centre + _CARET, foot + 1 + _CARET_HEIGHT),
                ]
            )
        )

    def _rings(self, painter: QPainter, frame: Frame, reading: Reading, row: int, theme: Theme) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setBrush(theme.color("panel"))
        for value, colour in ring_values(reading, row, theme):
            y = frame.y(value)
            if -1 <= y <= frame.height + 1:
                painter.setPen(QPen(colour, 2))
                painter.drawEllipse(QPointF(frame.x(row) + 0.5, y), _RING, _RING)


def ring_values(reading: Reading, row: int, theme: Theme) -> list[tuple[float, QColor]]:
    """Values that carry a ring in a month, with the colour of the ring: lines and tops of families."""
    found = []
    top = 0.0
    stack = reading.of("stack")
    few = len(stack) <= _FEW
    for trace in stack:
        thick = finite(trace.values, row) or 0.0
        top += thick
        if few and trace.layer.colours == "family" and thick > 0:
            found.append((top, line_of(trace, theme)))
    for trace in (*reading.of("line"), *reading.of("alternative")):
        value = finite(trace.values, row)
        if value is not None:
            found.append((value, line_of(trace, theme)))
    return found
