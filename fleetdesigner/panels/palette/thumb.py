"""The small picture of a rack system: as many racks as it has, in its generation's colours."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap

from fleetdesigner.look import Theme

HEIGHT = 30
_ONE, _TWO = 16, 28
_TRAYS = 5


def thumb_size(racks: int) -> QSizeF:
    """Width and height of the picture; a system of more than two racks is drawn as two."""
    return QSizeF(_ONE if racks == 1 else _TWO, HEIGHT)


def paint_thumb(
    painter: QPainter, box: QRectF, theme: Theme, generation: str, racks: int, announced: bool
) -> None:
    """Paint the system centred in `box`; announced ones are hatched over a pale fill."""
    colours = theme.family(generation)
    size = thumb_size(racks)
    frame = QRectF(0, 0, size.width(), size.height())
    frame.moveCenter(box.center())
    frame = QRectF(round(frame.x()), round(frame.y()), frame.width(), frame.height())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    # the edge is a dark rectangle with the fill inside: a pen would blur at odd scales
    painter.fillRect(frame, colours.edge)
    inside = frame.adjusted(1, 1, -1, -1)
    painter.fillRect(inside, colours.fill)
    if announced:
        painter.fillRect(inside, theme.hatch(colours.edge, "announced"))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    columns = 1 if racks == 1 else 2
    wide = inside.width() / columns
    painter.setPen(Qt.PenStyle.NoPen)
    for column in range(columns):
        left = inside.left() + column * wide + 3
        step = (inside.height() - 6) / _TRAYS
        for tray in range(_TRAYS):
            top = inside.top() + 4 + tray * step
            painter.fillRect(QRectF(left, round(top), wide - 6, 2), colours.edge)
    if columns == 2:
        pen = QPen(colours.edge, 1)
        pen.setDashPattern([2, 2])
        painter.setPen(pen)
        middle = round(inside.center().x()) + 0.5
        painter.drawLine(int(middle), round(inside.top()) + 1, int(middle), round(inside.bottom()) - 1)
    painter.restore()


def thumb_pixmap(theme: Theme, generation: str, racks: int, announced: bool, ratio: float) -> QPixmap:
    """The picture alone, for a drag and for headers."""
    size = thumb_size(racks)
    picture = QPixmap(round(size.width() * ratio), round(size.height() * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    box = QRectF(0, 0, size.width(), size.height())
    paint_thumb(painter, box, theme, generation, racks, announced)
    painter.end()
    return picture
