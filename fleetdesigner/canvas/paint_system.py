"""The picture of one rack system at a pixel size: edge, front, name, power, nodes or trays, and its state.

Painted once per look and size into a sprite; see `sprites.py`. All measures are pixels.
"""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from fleetdesigner.canvas.columns import IDLE, PLANNED, RETIRED
from fleetdesigner.canvas.kinds import Kind
from fleetdesigner.canvas.paint_trays import paint_tray_words, paint_trays
from fleetdesigner.canvas.system_style import DETAILS, EDGES, ELEVATION, NAMES, Style, faint, joints, load_bar
from fleetdesigner.units import digits, month_text

_FRONT = 3
_CENTRE = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter


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
        painter.fillRect(box.adjusted(1, 1, -1, -1), faint(style.theme.color("floor"), 0.6))
    front = min(_FRONT, max(1, height // 8)) if style.rack_px >= EDGES else 2
    top = height - front if style.front_below else 0
    painter.fillRect(0, top, width, front, edge)
    if style.rack_px >= DETAILS:
        _details(painter, box, style)
        return
    if style.rack_px >= NAMES:
        _names(painter, box, style)
    elif style.rack_px >= EDGES:
        load_bar(painter, QRectF(2, height * 0.62, width - 4, max(2.0, height * 0.10)), style)
    if look.over:
        _over(painter, box, style)


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
        metrics = QFontMetricsF(theme.font("small"))
        choices = ("no public figure", "no figure", "no kW")
        words = next(
            (one for one in choices if metrics.horizontalAdvance(one) <= box.width() - 2), choices[-1]
        )
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
    if on_hatch:
        painter.fillRect(box.adjusted(1, 2, -1, -max(3, box.height() - 34)), theme.color("floor"))
    second = _kw_text(kind) if style.rack_px >= 36 or box.width() >= 64 else ""
    if second and box.width() < QFontMetricsF(theme.font("small")).horizontalAdvance(second) + 2:
        second = "no kW" if kind.it_power is None else f"{kind.kw:,.0f}"
    top = _title(painter, box, style, swatch.text, second)
    bottom = box.bottom() - 4 - (_FRONT if style.front_below else 0)
    if kind.racks > 1 and kind.positions > 1:
        joints(painter, box, style, top, bottom)
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
            load_bar(painter, QRectF(half * wide + margin, y, wide - 2 * margin, 4), style)


def _details(painter: QPainter, box: QRect, style: Style) -> None:
    """From 96 px: name, halves, trays and chips, load bar, kW and % (the position is written by the row)."""
    theme, kind, look = style.theme, style.kind, style.look
    left, right = 8, box.width() - 8
    top = 4 + (0 if style.front_below else _FRONT)
    bottom = box.height() - 6 - (_FRONT if style.front_below else 0)
    hatched = look.swatch.hatch is not None
    inside = QRectF(left, top + 20, right - left, bottom - 28 - top - 20)
    if not hatched:
        paint_trays(painter, inside, style)
    if look.over:
        _over(painter, box, style)
        # the hatch ends above the figures, so that they can be read
        painter.fillRect(QRectF(2, bottom - 26, box.width() - 4, 26), look.swatch.fill)
    if hatched:
        painter.fillRect(QRect(1, top, box.width() - 2, 18), theme.color("floor"))
    elif style.rack_px >= ELEVATION:
        paint_tray_words(painter, inside, style)
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
    load_bar(painter, QRectF(left, bottom - 22, right - left, 4), style)


def _over(painter: QPainter, box: QRect, style: Style) -> None:
    """Over a limit: red edge of 2 px, red hatch on the lower half."""
    over = style.theme.color("over")
    half = box.adjusted(1, box.height() // 2, -1, -1)
    painter.fillRect(half, style.theme.hatch(over, "over"))
    painter.setPen(QPen(over, 2.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.MiterJoin))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(QRectF(1, 1, box.width() - 2, box.height() - 2))
