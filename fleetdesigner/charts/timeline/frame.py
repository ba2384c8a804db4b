"""What stands around the bars: ruler, years, names, the month, the selection and the cards over them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen, QPolygonF

from fleetdesigner.charts.timeline.bars import Bars
from fleetdesigner.charts.timeline.rows import PhaseBody, Row
from fleetdesigner.charts.timeline.sheet import RULER, Place, Sheet
from fleetdesigner.charts.words import draw_words, text_width
from fleetdesigner.look.theme import Theme
from fleetdesigner.units import month_text

_LEFT = 10
"""Pixels before a name."""
HANDLE = 3.0
"""Half of a handle's width."""
_ICONS = {
    "site": "zap",
    "hall": "warehouse",
    "phase": "calendar-range",
    "workload": "activity",
    "port": "shuffle",
}


@dataclass(frozen=True, slots=True)
class Card:
    """Words over the picture: a title and lines of (label, value)."""

    title: str
    lines: tuple[tuple[str, str], ...] = ()
    refusal: str = ""


class Frame:
    """Paints a sheet; the bars are `Bars`'."""

    def __init__(self, painter: QPainter, theme: Theme, sheet: Sheet, height: int) -> None:
        self.painter, self.theme, self.sheet = painter, theme, sheet
        self.height = height

    # the sheet

    def paint(self, selected: str) -> None:
        """Everything but what moves with the mouse and the month."""
        painter, theme, sheet = self.painter, self.theme, self.sheet
        painter.fillRect(QRectF(0, 0, sheet.axis.right, self.height), theme.color("panel"))
        self._outside()
        seen = [place for place in sheet.places if self._seen(place)]
        for place in seen:
            if place.row.ref == selected:
                painter.fillRect(sheet.box(place), theme.color("accentWeak"))
        self._years()
        lanes = QRectF(sheet.axis.left, RULER, sheet.axis.width, self.height - RULER)
        painter.save()
        painter.setClipRect(lanes)
        bars = Bars(painter, theme, sheet)
        for place in seen:
            bars.paint(place.row, sheet.lane(place))
        painter.restore()
        painter.save()
        painter.setClipRect(QRectF(0, RULER, sheet.axis.right, self.height - RULER))
        for place in seen:
            self._name(place, place.row.ref == selected)
        painter.restore()
        painter.fillRect(QRectF(sheet.axis.left - 1, 0, 1, self.height), theme.color("line"))
        self._ruler()
        if not seen:
            words = "No site and no phase yet: add them with the menu Place"
            painter.setPen(theme.color("ink3"))
            draw_words(painter, sheet.axis.left + 24, RULER + 40, words, "text")

    def _seen(self, place: Place) -> bool:
        box = self.sheet.box(place)
        return box.bottom() > RULER and box.top() < self.height

    def _outside(self) -> None:
        """Months before and after the plan stand on another ground."""
        axis, ground = self.sheet.axis, self.theme.color("sunken")
        begin, end = axis.x(self.sheet.begin), axis.x(self.sheet.end)
        if begin > axis.left:
            self.painter.fillRect(QRectF(axis.left, RULER, round(begin) - axis.left, self.height), ground)
        if end < axis.right:
            self.painter.fillRect(QRectF(round(end), RULER, axis.right - round(end), self.height), ground)

    def _years(self) -> None:
        axis = self.sheet.axis
        for month, _, year in axis.ticks():
            x = round(axis.x(month))
            if year and axis.left < x < axis.right:
                self.painter.fillRect(QRectF(x, RULER, 1, self.height), self.theme.color("grid"))
        for month in (self.sheet.begin, self.sheet.end):
            x = round(axis.x(month))
            if axis.left < x < axis.right:
                self.painter.fillRect(QRectF(x, RULER, 1, self.height), self.theme.color("line2"))

    def _ruler(self) -> None:
        painter, theme, axis = self.painter, self.theme, self.sheet.axis
        painter.fillRect(QRectF(0, 0, axis.right, RULER - 1), theme.color("panel"))
        painter.fillRect(QRectF(0, RULER - 1, axis.right, 1), theme.color("line2"))
        painter.fillRect(QRectF(axis.left - 1, 0, 1, RULER), theme.color("line"))
        painter.setPen(theme.color("ink3"))
        words = f"Plan, {month_text(self.sheet.begin)} to {month_text(self.sheet.end - 1)}"
        draw_words(painter, _LEFT, RULER / 2, words, "caption", True)
        painter.save()
        painter.setClipRect(QRectF(axis.left, 0, axis.width, RULER))
        painter.setPen(theme.color("ink"))
        draw_words(painter, axis.left + 4, 12, axis.year_begun(), "caption_strong")
        for month, word, year in axis.ticks():
            x = round(axis.x(month))
            tick = QRectF(x, 4, 1, RULER - 5) if year else QRectF(x, RULER - 6, 1, 5)
            painter.fillRect(tick, theme.color("line2"))
            if year and word:
                painter.setPen(theme.color("ink"))
                draw_words(painter, x + 4, 12, word, "caption_strong")
            elif word:
                painter.setPen(theme.color("ink3"))
                draw_words(painter, x + 3, 27, word, "caption")
        painter.restore()

    def _name(self, place: Place, selected: bool) -> None:
        painter, theme, sheet, row = self.painter, self.theme, self.sheet, place.row
        box = sheet.box(place)
        if row.is_group:
            self._group(box, row)
            return
        painter.fillRect(QRectF(0, box.bottom() - 1, sheet.axis.right, 1), theme.color("line"))
        name = QRectF(0, box.top(), sheet.names - 1, box.height() - 1)
        painter.fillRect(name, theme.color("accentWeak" if selected else "panel"))
        if selected:
            painter.fillRect(QRectF(0, box.top(), 2, box.height() - 1), theme.color("accent"))
        kind = row.ref.partition(":")[0]
        icon = theme.pixmap(_ICONS[kind], 14, "ink3", painter.device().devicePixelRatioF())
        first = box.top() + (12 if box.height() >= 36 else box.height() / 2)
        painter.drawPixmap(QPointF(_LEFT, round(first - 7)), icon)
        left, right = _LEFT + 20, sheet.names - 8
        tall = box.height() >= 36
        if not tall and row.short:
            right -= text_width(row.short, "caption", True) + 8
            painter.setPen(theme.color("ink2" if selected else "ink3"))
            draw_words(painter, right + 8, first, row.short, "caption", True)
        painter.setPen(theme.color("ink"))
        draw_words(painter, left, first, self._fitting(row.name, right - left, "text_medium"), "text_medium")
        if tall:
            painter.setPen(theme.color("ink2" if selected else "ink3"))
            parts = row.detail.split(" · ")
            while len(parts) > 1 and text_width(" · ".join(parts), "caption") > right - left:
                parts.pop()
            words = self._fitting(" · ".join(parts), right - left, "caption")
            draw_words(painter, left, first + 15, words, "caption")

    def _group(self, box: QRectF, row: Row) -> None:
        painter, theme = self.painter, self.theme
        painter.fillRect(box, theme.color("sunken"))
        painter.fillRect(QRectF(0, box.bottom() - 1, box.width(), 1), theme.color("line"))
        icon = "chevron-right" if row.ref in self.sheet.folded else "chevron-down"
        picture = theme.pixmap(icon, 14, "ink3", painter.device().devicePixelRatioF())
        painter.drawPixmap(QPointF(_LEFT - 2, box.top() + 5), picture)
        middle = box.center().y()
        painter.setPen(theme.color("ink2"))
        name = self._fitting(row.name, self.sheet.names - 80, "caption_strong")
        draw_words(painter, _LEFT + 20, middle, name, "caption_strong")
        painter.setPen(theme.color("ink3"))
        left = self.sheet.names - 8 - text_width(row.detail, "caption", True)
        draw_words(painter, left, middle, row.detail, "caption", True)

    def _fitting(self, words: str, room: float, font: str) -> str:
        if text_width(words, font) <= room:
            return words
        metrics = QFontMetrics(self.theme.font(font))
        return metrics.elidedText(words, Qt.TextElideMode.ElideRight, int(room))

    # over the sheet

    def month(self, month: int) -> None:
        """The month the room looks at, through all rows."""
        painter, theme, axis = self.painter, self.theme, self.sheet.axis
        x = round(axis.x(month))
        if not axis.left - 1 <= x <= axis.right:
            return
        colour = theme.color("accent")
        painter.fillRect(QRectF(x, RULER - 1, 1, self.height), colour)
        words = month_text(month)
        wide = text_width(words, "caption_strong", True) + 12
        left = min(max(x - wide / 2, axis.left), axis.right - wide)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(QRectF(left, RULER - 22, wide, 16), 3, 3)
        painter.drawPolygon(
            QPolygonF([QPointF(x - 4, RULER - 7), QPointF(x + 5, RULER - 7), QPointF(x + 0.5, RULER - 1)])
        )
        painter.restore()
        painter.setPen(theme.color("inkInv"))
        draw_words(painter, left + 6, RULER - 14, words, "caption_strong", True)

    def handles(self, place: Place, active: str) -> None:
        """The ends of a row that the hand can take."""
        painter, theme, lane = self.painter, self.theme, self.sheet.lane(place)
        strip = Bars(painter, theme, self.sheet).bar(lane)
        painter.save()
        painter.setClipRect(QRectF(self.sheet.axis.left - 4, RULER, self.sheet.axis.width + 4, self.height))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        for grip in place.row.grips:
            box = self.handle(place, grip.id, strip)
            if box is None:
                continue
            painter.setPen(QPen(theme.color("accent"), 1.5))
            painter.setBrush(theme.color("accent" if grip.id == active else "panel"))
            painter.drawRoundedRect(box, 2, 2)
        if active == "body" and isinstance(place.row.body, PhaseBody):
            left, right = place.row.grips[0].month, place.row.grips[-1].month
            axis = self.sheet.axis
            box = QRectF(axis.x(left), strip.top(), axis.x(right) - axis.x(left), strip.height())
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box.adjusted(-2, -2, 2, 2))
        painter.restore()

    def handle(self, place: Place, grip_id: str, strip: QRectF | None = None) -> QRectF | None:
        """Where a grip stands; a ramp's end lies over its begin where both are one month."""
        grip = place.row.grip(grip_id)
        if grip is None:
            return None
        lane = self.sheet.lane(place)
        strip = strip or Bars(self.painter, self.theme, self.sheet).bar(lane)
        x = round(self.sheet.axis.x(grip.month)) + 0.5
        if place.row.ref.startswith("site:"):
            return QRectF(x - HANDLE, lane.bottom() - 16, 2 * HANDLE, 10)
        half = strip.height() / 2
        if grip_id == "ramp":
            return QRectF(x - HANDLE, strip.top() - 3, 2 * HANDLE, half)
        if grip_id == "service":
            return QRectF(x - HANDLE, strip.bottom() + 3 - half, 2 * HANDLE, half)
        return QRectF(x - HANDLE, strip.center().y() - half / 2 - 2, 2 * HANDLE, half + 4)

    def ghost(self, place: Place, row: Row) -> None:
        """Where a row stood before the hand took it: a line under it with a tick at each date."""
        painter, lane, axis = self.painter, self.sheet.lane(place), self.sheet.axis
        strip = Bars(painter, self.theme, self.sheet).bar(lane)
        y = min(strip.bottom() + 5, lane.bottom() - 3)
        xs = [round(axis.x(grip.month)) for grip in row.grips]
        painter.save()
        painter.setClipRect(QRectF(axis.left, RULER, axis.width, self.height))
        painter.setPen(QPen(self.theme.color("ghost"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(min(xs), y), QPointF(max(xs), y))
        painter.setPen(QPen(self.theme.color("ghost"), 1))
        for x in xs:
            painter.drawLine(QPointF(x, y - 4), QPointF(x, y + 2))
        painter.restore()

    def card(self, card: Card, anchor: QPointF, bounds: QRectF) -> QRectF:
        """A card beside a place, kept inside `bounds`; returns where it stands."""
        painter, theme = self.painter, self.theme
        size = card_size(card)
        left, top = anchor.x() + 16, anchor.y() + 14
        if left + size.width() > bounds.right() - 6:
            left = anchor.x() - 16 - size.width()
        if top + size.height() > bounds.bottom() - 6:
            top = anchor.y() - 14 - size.height()
        box = QRectF(
            round(max(left, bounds.left() + 6)),
            round(max(top, bounds.top() + 4)),
            size.width(),
            size.height(),
        )
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("line2"))
        painter.drawRoundedRect(box.translated(0, 2), 3, 3)
        painter.setBrush(theme.color("raised"))
        painter.setPen(QPen(theme.color("border"), 1))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        painter.restore()
        y = box.top() + 17
        painter.setPen(theme.color("ink"))
        draw_words(painter, box.left() + 12, y, card.title, "text_strong")
        for label, value in card.lines:
            y += 18
            painter.setPen(theme.color("ink2"))
            draw_words(painter, box.left() + 12, y, label, "text")
            painter.setPen(theme.color("ink"))
            wide = text_width(value, "text_medium", True)
            draw_words(painter, box.right() - 12 - wide, y, value, "text_medium", True)
        if card.refusal:
            y += 18
            ban = theme.pixmap("ban", 14, "ink", painter.device().devicePixelRatioF())
            painter.drawPixmap(QPointF(box.left() + 12, y - 7), ban)
            draw_words(painter, box.left() + 32, y, card.refusal, "text_strong")
        return box


def card_size(card: Card) -> QSizeF:
    """Pixels of a card."""
    wide = text_width(card.title, "text_strong")
    for label, value in card.lines:
        wide = max(wide, text_width(label, "text") + 24 + text_width(value, "text_medium", True))
    if card.refusal:
        wide = max(wide, 20 + text_width(card.refusal, "text_strong"))
    return QSizeF(round(wide) + 24, 34 + 18 * (len(card.lines) + bool(card.refusal)))
