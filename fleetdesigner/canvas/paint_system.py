"""The picture of one rack system at a pixel size: edge, front, name, power, nodes or trays, and its state.

Painted once per look and size into a sprite; see `sprites.py`. All measures are pixels.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QLineF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from fleetdesigner.canvas.columns import IDLE, PLANNED, RETIRED
from fleetdesigner.canvas.kinds import Kind
from fleetdesigner.canvas.looks import Look
from fleetdesigner.catalog.hardware import Band
from fleetdesigner.look.theme import Theme
from fleetdesigner.units import digits, month_text

FILL_ONLY, EDGES, NAMES, DETAILS, ELEVATION = 2.2, 6.0, 28.0, 96.0, 240.0
"""Width of one rack from which it is drawn with fill, edge and load bar, name, trays, units in words."""
_FRONT = 3
_CENTRE = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Style:
    """What a system's picture is made with."""

    theme: Theme
    kind: Kind
    look: Look
    rack_px: float
    """Width of one floor position: decides the level of detail."""
    front_below: bool
    """Whether the cold aisle is below the row."""


def paint_system(painter: QPainter, width: int, height: int, style: Style) -> None:
    """Paint a system into (0, 0, width, height)."""
    look, box = style.look, QRect(0, 0, width, height)
    if look.state in (PLANNED, RETIRED):
        _outline(painter, box, style)
        return
    if look.swatch.empty:
        _empty(painter, box, style)
        return
    edge, fill = look.swatch.edge, look.swatch.fill
    painter.fillRect(box, edge)
    painter.fillRect(box.adjusted(1, 1, -1, -1), fill)
    if look.swatch.hatch is not None:
        painter.fillRect(box.adjusted(1, 1, -1, -1), look.swatch.hatch)
    if look.state == IDLE:
        painter.fillRect(box.adjusted(1, 1, -1, -1), _faint(style.theme.color("floor"), 0.6))
    front = min(_FRONT, max(1, height // 8)) if style.rack_px >= EDGES else 2
    top = height - front if style.front_below else 0
    painter.fillRect(0, top, width, front, edge)
    if style.rack_px >= DETAILS:
        _details(painter, box, style)
    elif style.rack_px >= NAMES:
        _names(painter, box, style)
    elif style.rack_px >= EDGES:
        _load_bar(painter, QRectF(2, height * 0.62, width - 4, max(2.0, height * 0.10)), style)
    if look.over:
        _over(painter, box, style)


def _faint(colour: QColor, opacity: float) -> QColor:
    faint = QColor(colour)
    faint.setAlphaF(opacity)
    return faint


def _outline(painter: QPainter, box: QRect, style: Style) -> None:
    """Planned: dashed outline and date. Retired: the same in grey."""
    theme, look = style.theme, style.look
    gone = look.state == RETIRED
    colour = theme.color("ink4") if gone else look.swatch.edge
    painter.fillRect(box, theme.color("floor"))
    pen = QPen(colour, 1.0)
    pen.setDashPattern([3.0, 2.0])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(box.adjusted(0, 0, -1, -1))
    if style.rack_px < NAMES:
        return
    when = "retired" if gone else month_text(look.since)
    if not gone and box.width() < 44:
        when = when[:4]
    _title(painter, box, style, theme.color("ink2"), _fitting(when, box.width() - 4, style, small=True))


def _empty(painter: QPainter, box: QRect, style: Style) -> None:
    """No figure for what the overlay shows: a dashed empty box, and words where there is room."""
    theme = style.theme
    painter.fillRect(box, theme.color("cell"))
    pen = QPen(theme.color("border"), 1.0)
    pen.setDashPattern([2.0, 2.0])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(box.adjusted(0, 0, -1, -1))
    if style.rack_px >= NAMES:
        words = "no public figure" if box.width() >= 90 else "no figure"
        _title(painter, box, style, theme.color("ink2"), _fitting(words, box.width() - 2, style, small=True))


def _fitting(text: str, width: float, style: Style, *, small: bool) -> str:
    metrics = QFontMetricsF(style.theme.font("small" if small else _name_font(style)))
    return metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)


def _name_font(style: Style) -> str:
    return "small_strong" if style.rack_px < 36 else "caption_strong"


def _title(painter: QPainter, box: QRect, style: Style, ink: QColor, second: str) -> int:
    """Name and one line below it, centred at the top; returns the first free pixel line."""
    top = box.top() + 4 + (0 if style.front_below else _FRONT)
    painter.setPen(ink)
    painter.setFont(style.theme.font(_name_font(style)))
    _squeezed(painter, QRectF(box.left() + 1, top, box.width() - 2, 13), style.kind.short_name)
    if not second:
        return top + 15
    painter.setFont(style.theme.font("small"))
    painter.drawText(QRectF(box.left(), top + 13, box.width(), 13), _CENTRE, second)
    return top + 28


def _squeezed(painter: QPainter, box: QRectF, name: str) -> None:
    """`name` centred in `box`, up to a quarter narrower when it must, cut only beyond that."""
    metrics = QFontMetricsF(painter.font())
    width = metrics.horizontalAdvance(name)
    if width > box.width() / 0.74 and " " in name and box.width() < 40:
        name = name.rsplit(" ", 1)[0]
        width = metrics.horizontalAdvance(name)
    share = min(1.0, box.width() / width)
    if share < 0.74:
        painter.drawText(box, _CENTRE, metrics.elidedText(name, Qt.TextElideMode.ElideRight, box.width()))
        return
    painter.save()
    painter.translate(box.center().x(), 0)
    painter.scale(share, 1.0)
    painter.drawText(QRectF(-width, box.top(), 2 * width, box.height()), _CENTRE, name)
    painter.restore()


def _kw_text(kind: Kind, exact: bool = False) -> str:
    if kind.it_power is None:
        return "no figure"
    return f"{digits(kind.kw)} kW" if exact else f"{kind.kw:,.0f} kW"


def _names(painter: QPainter, box: QRect, style: Style) -> None:
    """28 to 96 px: name, whole kW, and a slot for each node with the share of the pool in use."""
    theme, kind, swatch = style.theme, style.kind, style.look.swatch
    on_hatch = swatch.hatch is not None and style.look.state != IDLE
    if on_hatch and not style.look.over:
        painter.fillRect(box.adjusted(1, 2, -1, -max(3, box.height() - 34)), theme.color("floor"))
    second = _kw_text(kind) if style.rack_px >= 36 or box.width() >= 64 else ""
    if second and box.width() < QFontMetricsF(theme.font("small")).horizontalAdvance(second) + 2:
        second = "no kW" if kind.it_power is None else f"{kind.kw:,.0f}"
    top = _title(painter, box, style, swatch.text, second)
    bottom = box.bottom() - 4 - (_FRONT if style.front_below else 0)
    if kind.racks > 1 and kind.positions > 1:
        _joints(painter, box, style, top, bottom)
    if on_hatch:
        return
    per_rack = max(1, -(-kind.nodes // max(1, kind.racks)))
    shown = min(per_rack, max(0, (bottom - top) // 7))
    across = min(kind.positions, max(1, kind.racks))
    wide = box.width() / across
    margin = max(3.0, wide * 0.13)
    for half in range(across):
        for slot in range(shown):
            y = bottom - slot * 7 - 4
            _load_bar(painter, QRectF(half * wide + margin, y, wide - 2 * margin, 4), style)


def _joints(painter: QPainter, box: QRect, style: Style, top: float, bottom: float) -> None:
    """Dashed lines where the racks of one system meet."""
    pen = QPen(style.look.swatch.edge, 1.0)
    pen.setDashPattern([2.0, 2.0])
    painter.setPen(pen)
    for joint in range(1, style.kind.positions):
        x = round(box.width() * joint / style.kind.positions) + 0.5
        painter.drawLine(QLineF(x, top, x, bottom))


def _load_bar(painter: QPainter, bar: QRectF, style: Style) -> None:
    """Share of the pool in use: the edge colour over its own faint track; only the track without a figure."""
    edge = style.look.swatch.edge
    aligned = QRectF(round(bar.x()), round(bar.y()), max(1, round(bar.width())), max(1, round(bar.height())))
    painter.fillRect(aligned, _faint(edge, 0.35))
    percent = style.look.percent
    if percent:
        aligned.setWidth(max(1.0, round(aligned.width() * min(percent, 100) / 100)))
        painter.fillRect(aligned, edge)


def _details(painter: QPainter, box: QRect, style: Style) -> None:
    """From 96 px: name, halves, trays and chips, load bar, kW and % (the position is written by the row)."""
    theme, kind, look = style.theme, style.kind, style.look
    left, right = 8, box.width() - 8
    top = 4 + (0 if style.front_below else _FRONT)
    bottom = box.height() - 6 - (_FRONT if style.front_below else 0)
    hatched = look.swatch.hatch is not None
    if hatched:
        painter.fillRect(QRect(1, top, box.width() - 2, 18), theme.color("floor"))
    painter.setPen(look.swatch.text)
    painter.setFont(theme.font("caption_strong" if style.rack_px < 130 else "text_strong"))
    metrics = QFontMetricsF(painter.font())
    name = kind.name if metrics.horizontalAdvance(kind.name) < right - left - 40 else kind.short_name
    middle_left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    middle_right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(QRectF(left, top, right - left - 30, 18), middle_left, name)
    top += 20
    if hatched and kind.announced:
        words = ("announced", "no public", "figures") if kind.it_power is None else ("announced",)
        area = QRect(6, (top + bottom) // 2 - 8 * len(words) - 4, box.width() - 12, 15 * len(words) + 8)
        painter.fillRect(area, theme.color("floor"))
        painter.setPen(theme.color("ink2"))
        painter.setFont(theme.font("caption"))
        painter.drawText(area, _CENTRE, "\n".join(words))
        if kind.it_power is None:
            return
    painter.setPen(look.swatch.text)
    painter.setFont(theme.font("caption_strong", tabular=True))
    foot = QRectF(left, bottom - 16, right - left, 16)
    painter.drawText(foot, middle_left, _kw_text(kind, exact=True))
    if look.percent is not None:
        painter.setFont(theme.font("caption", tabular=True))
        painter.drawText(foot, middle_right, f"{look.percent} %")
    _load_bar(painter, QRectF(left, bottom - 22, right - left, 4), style)
    if not hatched:
        _trays(painter, QRectF(left, top, right - left, bottom - 28 - top), style)


_BAND_ROOM = 11.0
"""Height from which a unit can carry words."""


def _trays(painter: QPainter, area: QRectF, style: Style) -> None:
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
        _joints(painter, QRect(0, 0, round(area.right()) + 8, 1), style, area.y() + 12, area.bottom())


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
    colour = _faint(edge, 0.82)
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
        if style.rack_px >= ELEVATION and band.label and area.height() >= _BAND_ROOM + 2:
            _band_words(painter, area, band.label, style)


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
            painter.fillRect(line, _faint(theme.color("floor"), 0.75))
        elif band.what in ("power", "cooling", "management"):
            painter.fillRect(line, _faint(theme.color("floor"), 0.35))


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


def _over(painter: QPainter, box: QRect, style: Style) -> None:
    """Over a limit: red edge of 2 px, red hatch on the lower half."""
    over = style.theme.color("over")
    half = box.adjusted(1, box.height() // 2, -1, -1)
    painter.fillRect(half, style.theme.hatch(over, "over"))
    painter.setPen(QPen(over, 2.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.MiterJoin))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(QRectF(1, 1, box.width() - 2, box.height() - 2))
