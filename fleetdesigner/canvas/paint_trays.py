"""Trays, switches and shelves of a rack seen from the front, from 96 px a rack; their words from 240 px."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from fleetdesigner.canvas.system_style import Style, faint, joints
from fleetdesigner.catalog.hardware import Band

_CENTRE = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter
_BAND_ROOM = 11.0
"""Height from which a unit can carry words."""


def paint_trays(painter: QPainter, area: QRectF, style: Style) -> None:
    """The elevation of each rack, top down; without one, the nodes as equal trays."""
    kind = style.kind
    across = max(1, min(kind.positions, kind.racks))
    wide = area.width() / across
    for half in range(across):
        part = QRectF(
            area.x() + half * wide + (2 if half else 0),
            area.y(),
            wide - (4 if across > 1 else 0),
            area.height(),
        )
        if across > 1:
            painter.setPen(style.look.swatch.text)
            painter.setFont(style.theme.font("small"))
            words = f"half {half + 1}" if across == 2 else f"part {half + 1}"
            painter.drawText(
                QRectF(part.x(), part.y() - 2, part.width(), 12), Qt.AlignmentFlag.AlignLeft, words
            )
            part.setTop(part.top() + 14)
        if kind.elevation:
            _elevation(painter, part, style)
        else:
            _plain_trays(painter, part, style, max(1, -(-kind.nodes // max(1, kind.racks))))
    if across > 1:
        joints(painter, QRect(0, 0, round(area.right()) + 8, 1), style, area.y() + 12, area.bottom())


def _plain_trays(painter: QPainter, part: QRectF, style: Style, nodes: int) -> None:
    chips = max(1, style.kind.chips // max(1, style.kind.nodes))
    pitch = min(part.height() / nodes, 44.0)
    for node in range(nodes):
        tray = QRectF(part.x(), part.y() + node * pitch, part.width(), max(2.0, pitch - 2))
        _tray(painter, tray, style, min(chips, 8))


def _tray(painter: QPainter, tray: QRectF, style: Style, cells: int) -> None:
    """One tray with its chips, in the edge colour on the fill."""
    edge = style.look.swatch.edge
    gap = 1 if tray.width() / cells < 14 else 2
    wide = max(1, int((tray.width() - gap * (cells - 1)) / cells))
    # equal cells on whole pixels; what is left over stays at both ends
    left = round(tray.x() + (tray.width() - cells * (wide + gap) + gap) / 2)
    colour = faint(edge, 0.82)
    for cell in range(cells):
        painter.fillRect(
            QRectF(left + cell * (wide + gap), round(tray.y()), wide, max(1, round(tray.height()))), colour
        )


def _elevation(painter: QPainter, part: QRectF, style: Style) -> None:
    bands = style.kind.elevation
    highest = max(48, max(band.u_to for band in bands))
    lowest = min(band.u_from for band in bands)
    unit = part.height() / (highest - lowest + 1)
    for band in bands:
        top = part.y() + (highest - band.u_to) * unit
        area = QRectF(part.x(), top, part.width(), (band.u_to - band.u_from + 1) * unit)
        _band(painter, area, band, style)


def paint_tray_words(painter: QPainter, area: QRectF, style: Style) -> None:
    """The bands of the elevation in words, once for all racks of the system's first."""
    bands = style.kind.elevation
    if not bands:
        return
    across = max(1, min(style.kind.positions, style.kind.racks))
    top = area.y() + (14 if across > 1 else 0)
    part = QRectF(area.x(), top, area.width() / across, area.bottom() - top)
    highest = max(48, max(band.u_to for band in bands))
    unit = part.height() / (highest - min(band.u_from for band in bands) + 1)
    for band in bands:
        high = (band.u_to - band.u_from + 1) * unit
        if band.label and high >= _BAND_ROOM + 2:
            _band_words(
                painter,
                QRectF(part.x(), part.y() + (highest - band.u_to) * unit, part.width(), high),
                band.label,
                style,
            )


def _band(painter: QPainter, area: QRectF, band: Band, style: Style) -> None:
    theme = style.theme
    network = theme.family("network")
    count = max(1, band.units)
    pitch = area.height() / count
    compute_units = sum(one.units for one in style.kind.elevation if one.what == "compute") or 1
    chips = max(1, round(style.kind.chips / max(1, style.kind.racks) / compute_units))
    for index in range(count):
        y = round(area.y() + index * pitch)
        high = max(1, round(area.y() + (index + 1) * pitch) - y - (1 if pitch >= 2.5 else 0))
        line = QRectF(round(area.x()), y, round(area.width()), high)
        if band.what == "compute":
            _tray(painter, line, style, min(chips, 8))
        elif band.what == "switch":
            painter.fillRect(line, network.fill)
            painter.fillRect(QRectF(line.x(), y + high // 2, line.width(), 1), network.edge)
        elif band.what == "host":
            painter.fillRect(line, faint(theme.color("floor"), 0.75))
        elif band.what in ("power", "cooling", "management"):
            painter.fillRect(line, faint(theme.color("floor"), 0.35))


def _band_words(painter: QPainter, area: QRectF, words: str, style: Style) -> None:
    theme = style.theme
    painter.setFont(theme.font("caption"))
    metrics = QFontMetricsF(painter.font())
    shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, area.width() - 16)
    box = QRectF(0, 0, metrics.horizontalAdvance(shown) + 10, 15)
    box.moveCenter(area.center())
    painter.fillRect(box, theme.color("floor"))
    painter.setPen(theme.color("ink"))
    painter.drawText(box, _CENTRE, shown)
