"""The campus painted: site boxes with grid power, hall tiles with chips, small racks and load bars."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from fleetdesigner.canvas.camera import Camera
from fleetdesigner.canvas.campus import Campus, SiteBand, Tile
from fleetdesigner.canvas.columns import FleetColumns
from fleetdesigner.canvas.looks import FleetLooks
from fleetdesigner.canvas.paint_racks import RackPainter
from fleetdesigner.canvas.telling import pue_at
from fleetdesigner.canvas.tiles import TileFacts, TilePainter, aligned
from fleetdesigner.canvas.write import (
    limit_words,
    load_bar,
    load_words,
    width_of,
    write,
)
from fleetdesigner.engine.curves import stair
from fleetdesigner.look.theme import Theme
from fleetdesigner.units import month_text


@dataclass(frozen=True, slots=True)
class Marked:
    """Places of tiles with a mark of the hand: under the mouse, and chosen."""

    hover: int | None = None
    chosen: frozenset[int] = frozenset()


Site = tuple[str, float, float | None, str]
"""What a site's box says: its name, facility kW, grid kW, words on the next step of the grid."""


@dataclass(frozen=True, slots=True)
class Painted:
    """What a picture of the campus shows, so that the next one paints only what differs."""

    ground: tuple[object, ...]
    """Theme, camera, viewport and layout."""
    fleet: FleetColumns
    boxes: dict[int, QRectF]
    facts: dict[int, TileFacts]
    systems: dict[int, tuple[object, ...]]
    sites: tuple[Site, ...]
    plain: bool
    """Without a mark of the hand, which reaches beyond its tile."""

    def stands_for(self, place: int, now: Painted) -> bool:
        """Whether the tile of the hall at `place` looks the same `now`."""
        return (
            place in self.facts
            and self.facts[place] == now.facts[place]
            and self.fleet.halls[place] is now.fleet.halls[place]
            and self.systems[place] == now.systems[place]
        )

    def changed(self, now: Painted) -> list[int] | None:
        """Places of the tiles that look different `now`; None when all is to be painted anew."""
        if not (self.plain and now.plain) or self.ground != now.ground or self.boxes != now.boxes:
            return None
        return [place for place in now.boxes if not self.stands_for(place, now)]


class CampusPainter:
    """Draws the campus from the same looks as the halls."""

    def __init__(self, racks: RackPainter) -> None:
        self._tiles = TilePainter(racks)
        self._boxes: tuple[tuple[object, ...], dict[int, QRectF]] = ((), {})

    def forget(self) -> None:
        """Drop all pictures."""
        self._tiles.forget()

    def paint(
        self,
        painter: QPainter,
        camera: Camera,
        campus: Campus,
        looks: FleetLooks,
        viewport: QRectF,
        marked: Marked,
        before: Painted | None = None,
    ) -> Painted:
        """Paint the whole campus into `viewport`; over the picture that shows `before`, what differs."""
        theme = looks.scene.theme
        layout = tuple((band.band, band.box, band.tiles) for band in campus.bands)
        boxes = self._boxes_of(camera, layout, viewport)
        now = Painted(
            ground=(theme, camera, viewport, layout),
            fleet=looks.scene.fleet,
            boxes=boxes,
            facts={place: self._tiles.facts(looks, place) for place in boxes},
            systems={place: looks.picture_key(place) for place in boxes},
            sites=tuple((one.site.name, *site_power(looks, at)) for at, one in enumerate(campus.bands)),
            plain=not marked.chosen and marked.hover is None,
        )
        changed = None if before is None else before.changed(now)
        if before is not None and changed is not None:
            for index, band in enumerate(campus.bands):
                if before.sites[index] != now.sites[index]:
                    self._site(painter, camera, band, looks, now.sites[index])
            self._tiles.paint(painter, boxes, looks, changed)
            return now
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
            self._site(painter, camera, band, looks, now.sites[index])
        self._tiles.paint(painter, boxes, looks)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for place in marked.chosen & boxes.keys():
            paint_selection(painter, boxes[place], theme)
        if marked.hover in boxes and marked.hover not in marked.chosen:
            painter.setPen(QPen(theme.color("ink"), 1.5))
            painter.drawRect(boxes[marked.hover].adjusted(-1.25, -1.25, 1.25, 1.25))
        return now

    def _boxes_of(
        self, camera: Camera, layout: tuple[tuple[QRectF, QRectF, tuple[Tile, ...]], ...], viewport: QRectF
    ) -> dict[int, QRectF]:
        """Place → pixels of the tiles in view; those of the last picture while nothing has moved."""
        key = (camera, layout, viewport)
        if self._boxes[0] != key:
            found = {
                tile.place: aligned(screen)
                for _, _, tiles in layout
                for tile in tiles
                if (screen := camera.rect_to_screen(tile.rect)).intersects(viewport)
            }
            self._boxes = key, found
        return self._boxes[1]

    def _lines(self, painter: QPainter, camera: Camera, band: SiteBand, theme: Theme) -> None:
        """Hairlines from the site's box through its rows of tiles: they hang on one grid connection."""
        painter.setPen(QPen(theme.color("line2"), 1.0))
        rows: dict[float, float] = {}
        for tile in band.tiles:
            rows[tile.rect.center().y()] = tile.rect.left()
        for y, right in rows.items():
            a, b = camera.to_screen(band.box.right(), y), camera.to_screen(right, y)
            painter.drawLine(QLineF(a.x(), round(a.y()) + 0.5, b.x(), round(a.y()) + 0.5))

    def _site(self, painter: QPainter, camera: Camera, band: SiteBand, looks: FleetLooks, says: Site) -> None:
        theme = looks.scene.theme
        box = aligned(camera.rect_to_screen(band.box))
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
        _, facility, grid, later = says
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


def site_power(looks: FleetLooks, index: int) -> tuple[float, float | None, str]:
    """(facility kW, grid kW or None, words on the next step of the grid) of a site at the month."""
    scene = looks.scene
    design = scene.fleet.come
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
        facility = it_kw * pue_at(site, scene.fleet, month)
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
