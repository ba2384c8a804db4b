"""Small cards over the canvas: what is being dragged, what is under the mouse, what the rubber band holds."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter, QPen

from fleetdesigner.canvas.write import RIGHT, width_of, write
from fleetdesigner.look.evidence_mark import paint_evidence_mark
from fleetdesigner.look.theme import Theme

_ROW, _PAD, _MARK = 19.0, 12.0, 28.0


@dataclass(frozen=True, slots=True)
class CardRow:
    """A label with its value, and the grade of the value when it has one."""

    label: str
    value: str
    grade: str = ""
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """A line with an icon: a refusal (ink) or a limit that would break (red)."""

    words: str
    over: bool


@dataclass(frozen=True, slots=True)
class Card:
    """What a card says."""

    title: str
    place: str = ""
    rows: tuple[CardRow, ...] = ()
    notices: tuple[Notice, ...] = ()


def card_size(theme: Theme, card: Card) -> QSizeF:
    """Pixels that the card takes."""
    marks = _MARK if any(row.grade for row in card.rows) else 0.0
    wide = width_of(theme, "title", card.title) + (
        24 + width_of(theme, "text_strong", card.place) if card.place else 0
    )
    for row in card.rows:
        wide = max(wide, width_of(theme, "text", row.label) + 20 + width_of(theme, "text", row.value) + marks)
    for notice in card.notices:
        wide = max(wide, 20 + width_of(theme, "text_strong", notice.words))
    high = 26 + _ROW * (len(card.rows) + len(card.notices)) + (4 if card.rows or card.notices else 0)
    return QSizeF(round(max(120.0, wide) + 2 * _PAD), round(high + _PAD))


def beside(size: QSizeF, anchor: QPointF, bounds: QRectF, away: float = 18.0) -> QRectF:
    """Where a card of that size stands: below and right of `anchor`, kept inside `bounds`."""
    left = anchor.x() + away
    top = anchor.y() + away
    if left + size.width() > bounds.right() - 8:
        left = anchor.x() - away - size.width()
    if top + size.height() > bounds.bottom() - 8:
        top = anchor.y() - away - size.height()
    left = min(max(left, bounds.left() + 8), max(bounds.left() + 8, bounds.right() - size.width() - 8))
    top = min(max(top, bounds.top() + 8), max(bounds.top() + 8, bounds.bottom() - size.height() - 8))
    return QRectF(round(left), round(top), size.width(), size.height())


def paint_card(painter: QPainter, theme: Theme, card: Card, box: QRectF) -> None:
    """Paint the card into `box`: raised, 1 px border, a flat offset instead of a shadow."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("line2"))
    painter.drawRoundedRect(box.translated(0, 2), 3, 3)
    painter.setBrush(theme.color("raised"))
    painter.setPen(QPen(theme.color("border"), 1.0))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    inner = box.adjusted(_PAD, 8, -_PAD, -8)
    head = QRectF(inner.left(), inner.top(), inner.width(), 18)
    write(painter, theme, head, card.title, font="title", colour="ink")
    if card.place:
        write(painter, theme, head, card.place, font="text_strong", colour="accentInk", align=RIGHT)
    marks = _MARK if any(row.grade for row in card.rows) else 0.0
    top = inner.top() + 24
    for row in card.rows:
        line = QRectF(inner.left(), top, inner.width(), 17)
        write(painter, theme, line, row.label, font="text", colour="ink2")
        value = line.adjusted(width_of(theme, "text", row.label) + 8, 0, -marks, 0)
        write(
            painter,
            theme,
            value,
            row.value,
            font="text_strong" if row.strong else "text",
            colour="ink",
            align=RIGHT,
        )
        if row.grade:
            paint_evidence_mark(painter, QRectF(line.right() - 20, line.top() + 3, 20, 10), row.grade, theme)
        top += _ROW
    for notice in card.notices:
        colour = "over" if notice.over else "ink"
        icon = "octagon-alert" if notice.over else "ban"
        painter.drawPixmap(QPointF(inner.left(), top + 1), theme.pixmap(icon, 14, colour))
        write(
            painter,
            theme,
            QRectF(inner.left() + 20, top, inner.width() - 20, 17),
            notice.words,
            font="text_strong",
            colour=colour,
        )
        top += _ROW
    painter.restore()
