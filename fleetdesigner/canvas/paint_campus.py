"""The campus painted: site boxes with grid power, hall tiles with chips, small racks and load bars."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from fleetdesigner.canvas.camera import Camera
from fleetdesigner.canvas.campus import Campus, SiteBand
from fleetdesigner.canvas.columns import AISLE_LINES, IN_SERVICE, PLANNED, ROW_LINES
from fleetdesigner.canvas.looks import FleetLooks
from fleetdesigner.canvas.paint_racks import RackPainter
from fleetdesigner.canvas.write import (
    CENTRE,
    RIGHT,
    kw_words,
    limit_words,
    load_bar,
    load_words,
    width_of,
    write,
)
from fleetdesigner.engine.curves import monthly, stair
from fleetdesigner.look.theme import Theme
from fleetdesigner.units import month_text, scaled

WORDS_FROM_PX = 84.0
"""Width of a tile from which it carries words besides its name."""
AISLE_SHARE = AISLE_LINES / (ROW_LINES + AISLE_LINES)
"""Of the pitch of rows in a tile."""
_COUNT = ((1e6, "M"), (1e3, "k"), (1.0, ""))


def count_words(count: float) -> str:
    """``50.1 k`` ``256``."""
    number, unit = scaled(count, _COUNT) if count >= 10_000 else (f"{count:,.0f}", "")
    return f"{number} {unit}".strip()


@dataclass(frozen=True, slots=True)
class Marked:
    """Places of tiles with a mark of the hand: under the mouse, and chosen."""

    hover: int | None = None
    chosen: frozenset[int] = frozenset()


class CampusPainter:
    """Draws the campus from the same looks as the halls."""

    def __init__(self, racks: RackPainter) -> None:
        self._racks = racks

    def paint(
        self,
        painter: QPainter,
        camera: Camera,
        campus: Campus,
        looks: FleetLooks,
        viewport: QRectF,
        marked: Marked,
    ) -> None:
        """Paint the whole campus into `viewport`."""
        theme = looks.scene.theme
        painter.fillRect(viewport, theme.color("canvas"))
        for index, band in enumerate(campus.bands):
            rect = camera.rect_to_screen(band.band)
            if not rect.adjusted(-8, -30, 8, 30).intersects(viewport):
                continue
            if index:
                y = round(rect.top() - camera.zoom * 20) + 0.5
                pen = QPen(theme.color("line2"), 1.0)
                pen.setDashPattern([8.0, 5.0])
                painter.setPen(pen)
                painter.drawLine(QLineF(viewport.left(), y, viewport.right(), y))
            self._lines(painter, camera, band, theme)
            self._site(painter, camera, band, looks, index)
            for tile in band.tiles:
                screen = camera.rect_to_screen(tile.rect)
                if screen.intersects(viewport):
                    self._tile(painter, screen, tile.place, looks, marked)

    def _lines(self, painter: QPainter, camera: Camera, band: SiteBand, theme: Theme) -> None:
        """Hairlines from the site's box through its rows of tiles: they hang on one grid connection."""
        painter.setPen(QPen(theme.color("line2"), 1.0))
        rows: dict[float, float] = {}
        for tile in band.tiles:
            rows[tile.rect.center().y()] = tile.rect.left()
        for y, right in rows.items():
            a, b = camera.to_screen(band.box.right(), y), camera.to_screen(right, y)
            painter.drawLine(QLineF(a.x(), round(a.y()) + 0.5, b.x(), round(a.y()) + 0.5))

    def _site(self, painter: QPainter, camera: Camera, band: SiteBand, looks: FleetLooks, index: int) -> None:
        theme = looks.scene.theme
        box = _aligned(camera.rect_to_screen(band.box))
        painter.setPen(QPen(theme.color("line2"), 1.0))
        painter.setBrush(theme.color("floor"))
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
        inner = box.adjusted(8, 6, -8, -6)
        if inner.width() < 34:
            return
        painter.save()
        painter.setClipRect(box)
        icon = inner.width() >= 60
        if icon:
            painter.drawPixmap(QPointF(inner.left(), inner.top() + 1), theme.pixmap("zap", 14))
        top = inner.top()
        for line in _wrapped(band.site.name, theme, inner.width() - (18 if icon else 0)):
            write(
                painter,
                theme,
                inner.adjusted(
                    18 if icon else 0, top - inner.top(), 0, top - inner.top() + 16 - inner.height()
                ),
                line,
                font="text_strong",
                colour="ink",
            )
            top += 15
        facility, grid, later = site_power(looks, index)
        top += 5
        for line in _two_lines(load_words(facility, grid), theme, inner.width()):
            write(painter, theme, QRectF(inner.left(), top, inner.width(), 16), line, colour="ink2")
            top += 15
        if grid is not None:
            load_bar(painter, theme, QRectF(inner.left(), top + 4, inner.width() - 2, 5), facility, grid)
        top += 16
        for words in later.split(", ") if later and top + 32 < inner.bottom() else ():
            write(painter, theme, QRectF(inner.left(), top, inner.width(), 16), words, colour="ink3")
            top += 14
        halls = sum(1 for tile in band.tiles)
        if top + 34 < inner.bottom():
            words = f"{halls} {'hall' if halls == 1 else 'halls'}"
            write(
                painter,
                theme,
                QRectF(inner.left(), inner.bottom() - 15, inner.width(), 16),
                words,
                colour="ink3",
            )
        painter.restore()

    def _tile(self, painter: QPainter, screen: QRectF, place: int, looks: FleetLooks, marked: Marked) -> None:
        scene = looks.scene
        theme, loads = scene.theme, scene.loads
        columns = scene.fleet.halls[place]
        box = _aligned(screen)
        limit = float(loads.hall_limit_kw[place])
        kw = float(loads.hall_kw[place])
        known = None if np.isnan(limit) else limit
        over = known is not None and kw > known * (1 + 1e-9)
        waiting = columns.hall.ready_month > scene.timing.month
        painter.fillRect(box, theme.color("floor"))
        if waiting:
            painter.setBrushOrigin(box.topLeft())
            painter.fillRect(box, theme.hatch("refuse", "refused"))
        words = box.width() >= WORDS_FROM_PX
        top, bottom = (24.0, 28.0) if words else (4.0, 4.0)
        inner = box.adjusted(8, top, -8, -bottom) if words else box.adjusted(3, 3, -3, -3)
        if columns.count and not waiting:
            self._mini(painter, inner, place, looks)
        if words:
            self._tile_words(painter, box, place, looks, kw, known, waiting)
        elif box.width() >= 40 and not columns.count:
            write(painter, theme, box, columns.hall.name, align=CENTRE, colour="ink2")
        self._tile_edge(painter, box, theme, over, waiting, place, marked)

    def _mini(self, painter: QPainter, inner: QRectF, place: int, looks: FleetLooks) -> None:
        """The hall's systems over tinted strips for its rows, stretched to the tile."""
        columns = looks.scene.fleet.halls[place]
        area = _aligned(inner)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(looks.scene.theme.color("cell"))
        rows = columns.hall.row_count
        pitch = area.height() / (rows - AISLE_SHARE)
        if pitch >= 4:
            high = pitch * (1 - AISLE_SHARE)
            painter.drawRects(
                [QRectF(area.left(), area.top() + row * pitch, area.width(), high) for row in range(rows)]
            )
        else:
            painter.drawRect(area)
        self._racks.paint_tile(painter, columns, looks, place, area)

    def _tile_words(
        self,
        painter: QPainter,
        box: QRectF,
        place: int,
        looks: FleetLooks,
        kw: float,
        limit: float | None,
        waiting: bool,
    ) -> None:
        scene = looks.scene
        theme = scene.theme
        columns = scene.fleet.halls[place]
        over = limit is not None and kw > limit * (1 + 1e-9)
        head = QRectF(box.left() + 8, box.top() + 4, box.width() - 16, 16)
        name_w = write(painter, theme, head, columns.hall.name, font="text_strong", colour="ink")
        right = head.adjusted(name_w + 8, 0, 0, 0)
        if over and limit is not None:
            painter.drawPixmap(
                QPointF(head.left() + name_w + 4, head.top() + 1), theme.pixmap("octagon-alert", 14, "over")
            )
            write(
                painter,
                theme,
                right.adjusted(14, 0, 0, 0),
                f"{kw_words(kw - limit)} over",
                font="caption_medium",
                colour="over",
                align=RIGHT,
            )
        else:
            choices = _state_words(looks, place)
            fitting = (one for one in choices if width_of(theme, "caption", one) <= right.width())
            write(painter, theme, right, next(fitting, ""), colour="ink2", align=RIGHT)
        middle = QRectF(box.left() + 8, box.top() + 24, box.width() - 16, box.height() - 52)
        if not columns.count or waiting:
            systems = int(columns.systems.sum()) if len(columns.systems) else 0
            upper = f"{systems:,} systems" if systems else "empty"
            lower = "waits for the hall" if waiting and systems else "shell not ready" if waiting else ""
            write(
                painter,
                theme,
                QRectF(middle.left(), middle.center().y() - 16, middle.width(), 16),
                upper,
                align=CENTRE,
                colour="ink2",
            )
            write(
                painter,
                theme,
                QRectF(middle.left(), middle.center().y(), middle.width(), 16),
                lower,
                align=CENTRE,
                colour="ink3",
            )
        foot = box.bottom() - 24
        load_bar(painter, theme, QRectF(box.left() + 8, foot, box.width() - 20, 5), kw, limit)
        write(
            painter,
            theme,
            QRectF(box.left() + 8, foot + 6, box.width() - 16, 16),
            f"{load_words(kw, limit)} IT",
            colour="over" if over else "ink2",
        )

    def _tile_edge(
        self,
        painter: QPainter,
        box: QRectF,
        theme: Theme,
        over: bool,
        waiting: bool,
        place: int,
        marked: Marked,
    ) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        pen = QPen(theme.color("over") if over else theme.color("line2"), 2.0 if over else 1.0)
        if waiting:
            pen.setColor(theme.color("border"))
            pen.setDashPattern([4.0, 3.0])
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        half = pen.widthF() / 2
        painter.drawRect(box.adjusted(half, half, -half, -half))
        if place in marked.chosen:
            paint_selection(painter, box, theme)
        elif place == marked.hover:
            painter.setPen(QPen(theme.color("ink"), 1.5))
            painter.drawRect(box.adjusted(-1.25, -1.25, 1.25, 1.25))


def paint_selection(painter: QPainter, box: QRectF, theme: Theme, handles: bool = True) -> None:
    """2 px accent outside `box`, with handles of 7 px at its corners."""
    outer = box.adjusted(-2, -2, 2, 2)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(
        QPen(
            theme.color("accent"),
            2.0,
            Qt.PenStyle.SolidLine,
            Qt.PenCapStyle.FlatCap,
            Qt.PenJoinStyle.MiterJoin,
        )
    )
    painter.drawRect(outer)
    if not handles:
        return
    painter.setPen(QPen(theme.color("accent"), 1.0))
    painter.setBrush(theme.color("floor"))
    for corner in (outer.topLeft(), outer.topRight(), outer.bottomLeft(), outer.bottomRight()):
        painter.drawRect(QRectF(corner.x() - 3.5, corner.y() - 3.5, 7, 7))


def _state_words(looks: FleetLooks, place: int) -> tuple[str, ...]:
    """``50.1 k chips``, ``ramping, 30.1 k``, ``from 2028-03``; then shorter forms for narrow tiles."""
    scene = looks.scene
    hall = scene.fleet.halls[place].hall
    rows = scene.fleet.slice_of(place)
    if hall.ready_month > scene.timing.month:
        return f"from {month_text(hall.ready_month)}", month_text(hall.ready_month)
    chips = float(scene.loads.block_chips[rows].sum())
    state, active = scene.timing.state[rows], scene.timing.active[rows]
    ramping = (state == IN_SERVICE) & (active < scene.fleet.systems[rows])
    if ramping.any():
        return f"ramping, {count_words(chips)}", f"{count_words(chips)} chips", count_words(chips)
    if not chips and (state == PLANNED).any():
        since = month_text(int(scene.timing.since[rows].min()))
        return f"from {since}", since
    return f"{count_words(chips)} chips", count_words(chips)


def site_power(looks: FleetLooks, index: int) -> tuple[float, float | None, str]:
    """(facility kW, grid kW or None, words on the next step of the grid) of a site at the month."""
    scene = looks.scene
    design = scene.fleet.design
    site = design.sites[index]
    month = scene.timing.month
    at = min(max(month - design.first_month, 0), design.months - 1)
    grid = float(stair(site.grid, design.first_month, design.months)[at]) if site.grid else None
    results = scene.loads.results
    series = results.series.get(f"facility_power_kw.site:{site.id}") if results is not None else None
    if results is not None and series is not None and results.design_id == design.id:
        facility = float(series.values[0, results.month_index(month)])
    else:
        facility = float("nan")
    if np.isnan(facility):
        places = [place for place, one in enumerate(scene.fleet.sites) if one.id == site.id]
        it_kw = float(scene.loads.hall_kw[places].sum()) if places else 0.0
        facility = it_kw * float(monthly(site.pue, design.first_month, design.months)[at])
    later = next(((when, kw) for when, kw in site.grid if when > month), None)
    words = ""
    if later is not None:
        step = later[1] - (grid or 0.0)
        words = f"{'+' if step >= 0 else '−'}{limit_words(abs(step))}, {month_text(later[0])}"
    return facility, grid, words


def _two_lines(words: str, theme: Theme, width: float) -> tuple[str, ...]:
    if width_of(theme, "caption", words) <= width or " of " not in words:
        return (words,)
    first, _, second = words.partition(" of ")
    return (f"{first} of", second)


def _wrapped(words: str, theme: Theme, width: float) -> tuple[str, ...]:
    """`words` in one line, or in two when only that fits."""
    if width_of(theme, "text_strong", words) <= width or " " not in words:
        return (words,)
    parts = words.split(" ")
    for split in range(len(parts) - 1, 0, -1):
        first = " ".join(parts[:split])
        if width_of(theme, "text_strong", first) <= width:
            return first, " ".join(parts[split:])
    return (words,)


def _aligned(rect: QRectF) -> QRectF:
    left, top = round(rect.left()), round(rect.top())
    return QRectF(left, top, round(rect.right()) - left, round(rect.bottom()) - top)
