"""The bars of the timeline: a phase from order to retirement, a hall, a grid's stair, a run, a port.

Hardware has the colours of its family, everything else is neutral. Sides stand on whole pixels.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPolygonF

from fleetdesigner.charts.timeline.axis import Axis
from fleetdesigner.charts.timeline.contents import Lane
from fleetdesigner.charts.timeline.rows import (
    Array,
    GridBody,
    HallBody,
    PhaseBody,
    PortBody,
    Row,
    RunBody,
    owner_words,
)
from fleetdesigner.charts.timeline.sheet import Sheet
from fleetdesigner.charts.timeline.stairs import paint_grid, runs
from fleetdesigner.charts.words import draw_words, text_width
from fleetdesigner.look.theme import Theme
from fleetdesigner.units import month_text

_LEAD = 4.0
"""Thickness of the line from order to service."""
_PAD = 6.0
_OVER = 1 + 1e-9


class Bars:
    """Paints the bodies of rows into their lanes."""

    def __init__(self, painter: QPainter, theme: Theme, sheet: Sheet) -> None:
        self.painter, self.theme, self.sheet = painter, theme, sheet
        self.axis: Axis = sheet.axis

    def paint(self, row: Row, lane: QRectF) -> None:
        """The body of one row; the painter is clipped to the months."""
        body = row.body
        if isinstance(body, GridBody):
            paint_grid(self, body, lane)
        elif isinstance(body, HallBody):
            self.hall(body, lane)
        elif isinstance(body, PhaseBody):
            self.phase(body, lane)
        elif isinstance(body, RunBody):
            self.run(body, lane)
        elif isinstance(body, PortBody):
            self.port(body, lane)
        if row.shift:
            self._shifted(row, lane)

    def _shifted(self, row: Row, lane: QRectF) -> None:
        """Where the plan has a date that the lead times bring elsewhere, and the way between the two."""
        painter, strip = self.painter, self.bar(lane)
        y = lane.bottom() - 5 if isinstance(row.body, GridBody) else strip.bottom() + 2
        for grip in row.grips:
            if grip.planned is None:
                continue
            x, end = self.x(grip.planned), self.x(grip.month)
            painter.setPen(QPen(self.theme.color("ghost"), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x, strip.top() - 2), QPointF(x, y))
            painter.setPen(QPen(self.theme.color("ghost"), 1))
            painter.drawLine(QPointF(x, y), QPointF(end, y))
            back = -4 if end > x else 4
            painter.drawLine(QPointF(end, y), QPointF(end + back, y - 3))
            painter.drawLine(QPointF(end, y), QPointF(end + back, y + 3))

    # places

    def x(self, month: float) -> float:
        """Whole pixel of a month."""
        return float(round(self.axis.x(month)))

    def bar(self, lane: QRectF) -> QRectF:
        """The strip that a bar of that lane fills, over all months."""
        high = min(28.0, lane.height() - (18 if lane.height() >= 36 else 10))
        return QRectF(lane.left(), lane.top() + math.floor((lane.height() - high) / 2), lane.width(), high)

    def span(self, strip: QRectF, begin: float, end: float) -> QRectF:
        """The part of a strip between two months."""
        left = self.x(begin)
        return QRectF(left, strip.top(), self.x(end) - left, strip.height())

    def fill(self, box: QRectF, brush: QBrush | QColor) -> None:
        """Fill a rectangle that may be empty."""
        if box.width() > 0:
            self.painter.fillRect(box, brush)

    def _words(
        self, box: QRectF, words: str, colour: str | QColor, font: str = "caption", cut: bool = False
    ) -> float:
        """Words from the visible left of a box on, if they fit; returns where they end."""
        left = max(box.left(), self.axis.left) + _PAD
        right = min(box.right(), self.axis.right) - 2
        wide = text_width(words, font)
        if left + wide > right and not cut:
            return left - _PAD
        self.painter.setPen(self.theme.color(colour) if isinstance(colour, str) else colour)
        draw_words(self.painter, left, box.center().y(), words, font)
        return left + wide

    # phases

    def phase(self, body: PhaseBody, lane: QRectF) -> None:
        phase, strip, theme = body.phase, self.bar(lane), self.theme
        end = self.sheet.end if phase.retire_month is None else phase.retire_month
        service, full = phase.service_month, min(body.full, end)
        self._lead(phase.order_month, service, strip)
        if end <= service:
            return
        ramp, solid = self.span(strip, service, full), self.span(strip, full, end)
        shape = self._ramp_path(ramp, solid, phase.ramp.shape)
        if not body.contents.lanes:
            self.painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
            self.painter.setPen(QPen(theme.color("border"), 1, Qt.PenStyle.DashLine))
            self.painter.setBrush(Qt.BrushStyle.NoBrush)
            self.painter.drawPath(shape.translated(0.5, 0.5))
            self.painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            self._words(solid, "no racks yet", "ink3")
        else:
            self._hardware(body, shape, ramp, solid)
        if body.committed is not None:
            self._term(strip, service, body.committed)
        self._after(body, strip, end)

    def _lead(self, order: int, service: int, strip: QRectF) -> None:
        """A thin line from order to service, with a tick at the order."""
        theme, middle = self.theme, round(strip.center().y())
        lead = self.span(strip, order, service)
        self.fill(QRectF(lead.left(), middle - 5, 2, 10), theme.color("ink3"))
        months = service - order
        words = f"lead {months} mo"
        line = QRectF(lead.left(), middle - _LEAD / 2, lead.width(), _LEAD)
        wide = math.ceil(text_width(words, "caption")) + 8
        if lead.width() > wide + 16:
            # the line leaves room for its words, whatever ground they stand on
            side = float(round((lead.width() - wide) / 2))
            self.fill(QRectF(line.left(), line.top(), side, _LEAD), theme.color("line2"))
            right = line.left() + side + wide
            self.fill(QRectF(right, line.top(), line.right() - right, _LEAD), theme.color("line2"))
            self.painter.setPen(theme.color("ink3"))
            draw_words(self.painter, line.left() + side + 4, middle, words, "caption")
        else:
            self.fill(line, theme.color("line2"))

    def _ramp_path(self, ramp: QRectF, solid: QRectF, shape: str) -> QPainterPath:
        """Outline of a bar that comes up over its ramp, as a line or as an S."""
        path = QPainterPath(ramp.bottomLeft())
        if ramp.width() <= 0:
            path.lineTo(solid.topLeft())
        elif shape == "s":
            half = ramp.width() / 2
            path.cubicTo(
                QPointF(ramp.left() + half, ramp.bottom()), QPointF(ramp.right() - half, ramp.top()),
                ramp.topRight(),
            )  # fmt: skip
        else:
            path.lineTo(ramp.topRight())
        path.lineTo(solid.topRight())
        path.lineTo(solid.bottomRight())
        path.closeSubpath()
        return path

    def _hardware(self, body: PhaseBody, shape: QPainterPath, ramp: QRectF, solid: QRectF) -> None:
        painter, theme = self.painter, self.theme
        whole = ramp.united(solid) if ramp.width() > 0 else solid
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setClipPath(shape, Qt.ClipOperation.IntersectClip)
        top = whole.top()
        for place, one in enumerate(body.contents.lanes):
            last = place == len(body.contents.lanes) - 1
            high = whole.bottom() - top if last else max(3.0, round(one.share * whole.height()))
            self._lane(QRectF(whole.left(), top, whole.width(), high), one)
            top += high
        painter.restore()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        edge = theme.family(body.contents.lanes[0].generation).edge
        painter.setPen(QPen(edge, 1, Qt.PenStyle.SolidLine if body.in_place else Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(shape.translated(0.5, -0.5))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._spells(body, whole)

    def _lane(self, box: QRectF, lane: Lane) -> None:
        colours, theme = self.theme.family(lane.generation), self.theme
        self.painter.fillRect(box, colours.fill)
        if lane.announced:
            veil = QColor(theme.color("floor"))
            veil.setAlphaF(0.72)
            self.painter.fillRect(box, veil)
            self.painter.fillRect(box, theme.hatch(colours.edge, "announced"))

    def _spells(self, body: PhaseBody, whole: QRectF) -> None:
        """Names of the pools along the bar, with a mark where it goes to another."""
        painter, theme, lanes = self.painter, self.theme, body.contents.lanes
        service = body.phase.service_month
        end = self.sheet.end if body.phase.retire_month is None else body.phase.retire_month
        spells = [one for one in body.contents.spells if one.from_month < end]
        # the last spell before service is the one it comes up in
        begun = [one for one in spells if one.from_month <= service]
        shown = [*begun[-1:], *(one for one in spells if one.from_month > service)]
        plain = len(lanes) == 1 and not lanes[0].announced
        ink = theme.family(lanes[0].generation).text if plain else theme.color("ink")
        for at, spell in enumerate(shown):
            first = max(spell.from_month, service)
            last = shown[at + 1].from_month if at + 1 < len(shown) else end
            box = QRectF(self.x(first), whole.top(), self.x(last) - self.x(first), whole.height())
            if first == service and body.phase.ramp.months:
                # words begin where the wedge is thick enough to carry them
                box.setLeft(self.x(min(service + body.phase.ramp.months * 0.6, last)))
            if at:
                self._change(box.left(), whole, ink)
                box.adjust(10, 0, 0, 0)
            pools = spell.pools or "in no pool"
            owner = body.phase.ownership
            held = "" if owner.kind == "own" else f" · {owner_words(owner)}"
            racks = f"{pools} · {body.contents.racks}"
            for words in (racks + held, racks, pools + held, pools):
                font = "caption_medium"
                if at and words not in (pools, pools + held):
                    continue
                left = max(box.left(), self.axis.left)
                if left + text_width(words, font) + 2 * _PAD <= min(box.right(), self.axis.right):
                    if not plain:
                        ground = QRectF(left + 3, whole.center().y() - 7, text_width(words, font) + 6, 14)
                        painter.fillRect(ground, theme.color("panel"))
                    self._words(box, words, ink, font)
                    break

    def _change(self, x: float, whole: QRectF, ink: QColor) -> None:
        """The bar goes to another pool: an arrow that points on."""
        painter = self.painter
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(QPen(ink, 1.25))
        middle, high = whole.center().y(), whole.height() / 2 - 3
        painter.drawPolyline(
            QPolygonF([QPointF(x, middle - high), QPointF(x + 5, middle), QPointF(x, middle + high)])
        )
        painter.restore()

    def _term(self, strip: QRectF, service: int, until: int) -> None:
        """How long a lease or a rent binds: a line under the bar."""
        span = self.span(strip, service, min(until, self.sheet.end))
        y = strip.bottom() + 2
        self.fill(QRectF(span.left(), y, span.width(), 1), self.theme.color("ink3"))
        self.fill(QRectF(span.right() - 1, y - 2, 1, 5), self.theme.color("ink3"))

    def _after(self, body: PhaseBody, strip: QRectF, end: int) -> None:
        """What comes after retirement: sale, or standing idle to the end of the plan."""
        phase, theme = body.phase, self.theme
        if phase.retire_month is None or end >= self.sheet.end:
            return
        x = self.x(end)
        rest = QRectF(x, strip.top(), self.x(self.sheet.end) - x, strip.height())
        self.fill(QRectF(x - 1, strip.top() - 2, 2, strip.height() + 4), theme.color("ink"))
        if phase.after == "idle":
            self.fill(rest.adjusted(1, 4, 0, -4), theme.hatch("ink3", "refused"))
            words = f"idle from {month_text(end)}"
        elif phase.ownership.kind == "own":
            words = f"sale {month_text(end)}"
        else:
            words = f"returned {month_text(end)}"
        wide = text_width(words, "caption") + 8
        if rest.width() >= wide:
            if phase.after == "idle":
                self.painter.fillRect(QRectF(x + 3, strip.center().y() - 7, wide, 14), theme.color("panel"))
            self.painter.setPen(theme.color("ink2"))
            draw_words(self.painter, x + 6, strip.center().y(), words, "caption")

    # halls

    def hall(self, body: HallBody, lane: QRectF) -> None:
        hall, strip, theme = body.hall, self.bar(lane), self.theme
        room = self.span(strip, hall.ready_month, self.sheet.end)
        if room.width() > 0:
            self.painter.fillRect(room, theme.color("cell"))
            if body.load is not None:
                self._load(body.load, strip, 1.0)
            self.painter.setPen(QPen(theme.color("line2"), 1))
            self.painter.setBrush(Qt.BrushStyle.NoBrush)
            self.painter.drawRect(room.adjusted(0, 0, -1, -1))
        self._ready(self.x(hall.ready_month), strip, "ink2")
        cooled = ((hall.air_month, "fan", "air"), (hall.liquid_month, "droplets", "liquid"))
        said: set[int] = set()
        for month, icon, words in cooled:
            # cooling that comes with the hall needs no mark of its own
            if month is not None and month != hall.ready_month:
                self._cooling(month, icon, "" if month in said else words, strip)
                said.add(month)

    def _cooling(self, month: int, icon: str, words: str, strip: QRectF) -> None:
        """A mark where a hall's cooling comes."""
        x, middle = self.x(month), strip.center().y()
        self.fill(QRectF(x - 1, strip.top() - 2, 2, strip.height() + 4), self.theme.color("ink2"))
        wide = 20 + text_width(words, "caption")
        self.painter.fillRect(QRectF(x + 2, middle - 7, wide, 14), self.theme.color("cell"))
        ratio = self.painter.device().devicePixelRatioF()
        self.painter.drawPixmap(QPointF(x + 3, round(middle - 6)), self.theme.pixmap(icon, 12, "ink2", ratio))
        self.painter.setPen(self.theme.color("ink2"))
        draw_words(self.painter, x + 18, middle, words, "caption")

    def _load(self, share: Array, strip: QRectF, limit: float) -> None:
        """Load as a fill under the limit; red hatch where it is more."""
        theme = self.theme
        begin = self.sheet.begin
        for first, last, level in runs(share):
            if math.isnan(level) or level <= 0:
                continue
            box = self.span(strip, begin + first, begin + last)
            high = round(strip.height() * min(level / limit, 1.0))
            fill = QRectF(box.left(), box.bottom() - high, box.width(), high)
            self.fill(fill, theme.color("track"))
            if level > limit * _OVER:
                self.fill(fill, theme.hatch("over", "over"))
                self.fill(QRectF(box.left(), box.top(), box.width(), 2), theme.color("over"))

    def _ready(self, x: float, strip: QRectF, colour: str) -> None:
        """A diamond where something is ready."""
        painter, y = self.painter, strip.center().y()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(QPen(self.theme.color("panel"), 1))
        painter.setBrush(self.theme.color(colour))
        size = 6.0
        painter.drawPolygon(
            QPolygonF(
                [QPointF(x, y - size), QPointF(x + size, y), QPointF(x, y + size), QPointF(x - size, y)]
            )
        )
        painter.restore()

    # work

    def run(self, body: RunBody, lane: QRectF) -> None:
        run, strip, theme = body.run, self.bar(lane), self.theme
        done = body.finish == body.finish
        end = body.finish if done else float(self.sheet.end)
        box = self.span(strip, run.start_month, max(end, run.start_month))
        late = run.due_month is not None and not end <= run.due_month
        self.fill(box, theme.color("track" if done else "cell"))
        style = Qt.PenStyle.SolidLine if done else Qt.PenStyle.DashLine
        self.painter.setPen(QPen(theme.color("border"), 1, style))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        if box.width() > 1:
            self.painter.drawRect(box.adjusted(0, 0, -1, -1))
        words = f"done {month_text(math.floor(end))}" if done else "not finished in the plan"
        wide = text_width(words, "caption_medium")
        beside = QRectF(box.right(), box.top(), wide + 2 * _PAD + 2, box.height())
        if run.due_month is not None:
            x = self.x(run.due_month)
            colour = theme.color("over" if late else "ink")
            if late:
                self.fill(QRectF(x, box.top(), box.right() - x, box.height()), theme.hatch("over", "over"))
            self.fill(QRectF(x - 1, strip.top() - 3, 2, strip.height() + 6), colour)
            due = f"due {month_text(run.due_month)}"
            told = 0.0 if box.width() > wide + 2 * _PAD else wide + 2 * _PAD
            at = max(x, box.right() + told)
            self.painter.setPen(colour)
            draw_words(self.painter, at + _PAD, strip.center().y(), due, "caption")
        inside = box.width() > wide + 2 * _PAD
        ground = box if inside else beside
        if late and inside:
            left = max(box.left(), self.axis.left)
            self.painter.fillRect(QRectF(left + 3, box.center().y() - 7, wide + 6, 14), theme.color("panel"))
        self._words(ground, words, "ink" if done else "ink2", "caption_medium", cut=not inside)

    def port(self, body: PortBody, lane: QRectF) -> None:
        port, strip, theme = body.work.port, self.bar(lane), self.theme
        assert port is not None
        strip = strip.adjusted(0, 3, 0, -3)
        done = body.done
        end = port.start_month + 1 if done is None else done
        box = self.span(strip, port.start_month, max(end, port.start_month))
        self.fill(box, theme.hatch("ink3", "mark") if done is None else theme.color("ink3"))
        if done is None:
            words = "no figure for its work"
        else:
            self._ready(box.right(), strip, "ink2")
            months = done - port.start_month
            words = f"runs from {month_text(done)}, {months} month{'' if months == 1 else 's'} of work"
            words += ", waits for engineers" if body.waits else ""
        beside = QRectF(box.right() + 6, box.top(), 600, box.height())
        self._words(beside, words, "ink2", cut=True)
