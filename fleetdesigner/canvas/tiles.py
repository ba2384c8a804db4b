"""One hall as a tile of the campus: what it says, and its pictures kept until they would differ."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap

from fleetdesigner.canvas.columns import IN_SERVICE, PLANNED
from fleetdesigner.canvas.loads import Loads
from fleetdesigner.canvas.looks import FleetLooks
from fleetdesigner.canvas.paint_racks import RackPainter
from fleetdesigner.canvas.write import CENTRE, RIGHT, kw_words, load_bar, load_words, width_of, write
from fleetdesigner.look.theme import Theme
from fleetdesigner.units import month_text, scaled

WORDS_FROM_PX = 84.0
"""Width of a tile from which it carries words besides its name."""
_COUNT = ((1e6, "M"), (1e3, "k"), (1.0, ""))
_MOST_PLATES = 400
_LARGEST_KEPT = 300_000.0
"""Pixels of a picture above which it is painted anew each time: few such tiles are in view at once."""


def count_words(count: float) -> str:
    """``50.1 k`` ``256``."""
    number, unit = scaled(count, _COUNT) if count >= 10_000 else (f"{count:,.0f}", "")
    return f"{number} {unit}".strip()


@dataclass(frozen=True, slots=True)
class TileFacts:
    """Everything a tile says, as plain data: tiles that say the same share a picture."""

    name: str
    state: tuple[str, ...]
    """``ramping, 30.1 k``, then shorter forms for narrow tiles."""
    load: str
    over: str
    """``1.2 MW over``; empty when the limit holds."""
    share: float | None
    """Load over limit in steps that a bar can show; None without a limit."""
    systems: int
    waiting: bool
    """The hall itself is not ready yet."""


def tile_facts(looks: FleetLooks) -> tuple[TileFacts, ...]:
    """What the tile of each hall says."""
    scene = looks.scene
    fleet, timing, loads = scene.fleet, scene.timing, scene.loads
    halls, count = fleet.hall, len(fleet.halls)
    if not count:
        return ()
    ramping = (timing.state == IN_SERVICE) & (timing.active < fleet.systems)
    figures = zip(
        fleet.halls,
        [hall.ready_month for hall in fleet.come.halls],
        loads.hall_kw.tolist(),
        loads.hall_limit_kw.tolist(),
        np.bincount(halls, fleet.systems, count).tolist(),
        np.bincount(halls, loads.block_chips, count).tolist(),
        np.bincount(halls[ramping], minlength=count).tolist(),
        np.bincount(halls[timing.state == PLANNED], minlength=count).tolist(),
        range(count),
        strict=True,
    )
    return tuple(
        _said(
            columns.hall.name or columns.hall.id,
            ready if ready > timing.month else None,
            kw,
            None if math.isnan(limit) else limit,
            int(systems),
            chips,
            bool(ramps),
            int(timing.since[fleet.slice_of(place)].min()) if planned and not chips else None,
        )
        for columns, ready, kw, limit, systems, chips, ramps, planned, place in figures
    )


@lru_cache(maxsize=512)
def _said(
    name: str,
    ready: int | None,
    kw: float,
    limit: float | None,
    systems: int,
    chips: float,
    ramping: bool,
    since: int | None,
) -> TileFacts:
    """Figures in words: most halls say the same from one step of the hand to the next.

    `ready` is the month from which a hall that waits is there, `since` that of one with nothing but plans.
    """
    over = limit is not None and kw > limit * (1 + 1e-9)
    return TileFacts(
        name=name,
        state=_state_words(ready, chips, ramping, since),
        load=f"{load_words(kw, limit)} IT",
        over=f"{kw_words(kw - limit)} over" if over and limit is not None else "",
        share=None if limit is None else round(kw / limit, 3),
        systems=systems,
        waiting=ready is not None,
    )


def _state_words(ready: int | None, chips: float, ramping: bool, since: int | None) -> tuple[str, ...]:
    """``50.1 k chips``, ``ramping, 30.1 k``, ``from 2028-03``; then shorter forms for narrow tiles."""
    if ready is not None:
        return f"from {month_text(ready)}", month_text(ready)
    if ramping:
        return f"ramping, {count_words(chips)}", f"{count_words(chips)} chips", count_words(chips)
    if since is not None:
        return f"from {month_text(since)}", month_text(since)
    return f"{count_words(chips)} chips", count_words(chips)


class TilePainter:
    """Paints tiles: plates with words and bar, kept as pictures; then the racks of all tiles in one pass."""

    def __init__(self, racks: RackPainter) -> None:
        self._racks = racks
        self._plates: dict[tuple[object, ...], QPixmap | None] = {}
        self._facts: tuple[TileFacts, ...] = ()
        self._facts_of: Loads | None = None

    def forget(self) -> None:
        """Drop all pictures."""
        self._plates.clear()

    def facts(self, looks: FleetLooks, place: int) -> TileFacts:
        """What the tile of the hall at `place` says; worked out once for a month and its results."""
        if self._facts_of is not looks.scene.loads:
            self._facts_of, self._facts = looks.scene.loads, tile_facts(looks)
        return self._facts[place]

    def paint(
        self,
        painter: QPainter,
        boxes: Mapping[int, QRectF],
        looks: FleetLooks,
        only: Collection[int] | None = None,
    ) -> None:
        """Paint tiles (place → pixels, whole ones); with `only` just these, and the others stand already."""
        if only is not None and not only:
            return
        theme = looks.scene.theme
        areas: dict[int, QRectF] = {}
        for place, box in boxes.items():
            facts = self.facts(looks, place)
            if only is None or place in only:
                self._plate(painter, box, facts, theme)
            inner = _racks_area(box)
            if facts.systems and not facts.waiting and inner.width() >= 2 and inner.height() >= 2:
                areas[place] = inner
        new = areas if only is None else {place: areas[place] for place in areas if place in only}
        self._racks.rows(painter, looks, new)
        self._racks.strips(painter, looks, areas, only=only)

    def _plate(self, painter: QPainter, box: QRectF, facts: TileFacts, theme: Theme) -> None:
        """Paint a plate; the second time in one size from its picture, so that a zoom keeps none."""
        ratio = painter.device().devicePixelRatio()
        key = (facts, box.width(), box.height(), theme, ratio)
        picture = self._plates.get(key)
        if picture is not None:
            painter.drawPixmap(box.topLeft(), picture)
            return
        if key not in self._plates or box.width() * box.height() > _LARGEST_KEPT:
            if len(self._plates) >= _MOST_PLATES:
                self._plates.clear()
            self._plates[key] = None
            paint_plate(painter, box, facts, theme)
            return
        picture = QPixmap(round(box.width() * ratio), round(box.height() * ratio))
        picture.setDevicePixelRatio(ratio)
        on_plate = QPainter(picture)
        paint_plate(on_plate, QRectF(0, 0, box.width(), box.height()), facts, theme)
        on_plate.end()
        self._plates[key] = picture
        painter.drawPixmap(box.topLeft(), picture)


def _racks_area(box: QRectF) -> QRectF:
    """Where a tile shows its racks."""
    if box.width() >= WORDS_FROM_PX:
        return box.adjusted(8, 24, -8, -28)
    return box.adjusted(3, 3, -3, -3)


def paint_plate(painter: QPainter, box: QRectF, facts: TileFacts, theme: Theme) -> None:
    """A tile without its racks: ground, words, load bar and edge."""
    painter.save()
    # a load far over its limit ends with the tile: what lies beyond would stand there when the load has gone
    painter.setClipRect(box, Qt.ClipOperation.IntersectClip)
    painter.fillRect(box, theme.color("floor"))
    if facts.waiting:
        painter.setBrushOrigin(box.topLeft())
        painter.fillRect(box, theme.hatch("refuse", "refused"))
    if box.width() >= WORDS_FROM_PX:
        _words(painter, box, facts, theme)
    elif box.width() >= 40 and (facts.waiting or not facts.systems):
        write(painter, theme, box, facts.name, align=CENTRE, colour="ink2")
    pen = QPen(theme.color("over" if facts.over else "line2"), 2.0 if facts.over else 1.0)
    if facts.waiting:
        pen.setColor(theme.color("border"))
        pen.setDashPattern([4.0, 3.0])
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    half = pen.widthF() / 2
    painter.drawRect(box.adjusted(half, half, -half, -half))
    painter.restore()


def _words(painter: QPainter, box: QRectF, facts: TileFacts, theme: Theme) -> None:
    head = QRectF(box.left() + 8, box.top() + 4, box.width() - 16, 16)
    name_w = write(painter, theme, head, facts.name, font="text_strong", colour="ink")
    right = head.adjusted(name_w + 8, 0, 0, 0)
    if facts.over:
        icon = QPointF(head.left() + name_w + 4, head.top() + 1)
        painter.drawPixmap(icon, theme.pixmap("octagon-alert", 14, "over"))
        write(
            painter, theme, right.adjusted(14, 0, 0, 0), facts.over,
            font="caption_medium", colour="over", align=RIGHT,
        )  # fmt: skip
    else:
        fitting = (one for one in facts.state if width_of(theme, "caption", one) <= right.width())
        write(painter, theme, right, next(fitting, ""), align=RIGHT)
    if facts.waiting or not facts.systems:
        upper = f"{facts.systems:,} systems" if facts.systems else "empty"
        lower = "shell not ready" if facts.waiting else ""
        if facts.waiting and facts.systems:
            lower = "waits for the hall"
        middle = QRectF(box.left() + 8, box.top() + 4 + box.height() / 2 - 20, box.width() - 16, 16)
        write(painter, theme, middle, upper, align=CENTRE)
        write(painter, theme, middle.translated(0, 16), lower, align=CENTRE, colour="ink3")
    foot = box.bottom() - 24
    bar = QRectF(box.left() + 8, foot, box.width() - 20, 5)
    load_bar(painter, theme, bar, facts.share or 0.0, None if facts.share is None else 1.0)
    words = QRectF(box.left() + 8, foot + 6, box.width() - 16, 16)
    write(painter, theme, words, facts.load, colour="over" if facts.over else "ink2")


def aligned(rect: QRectF) -> QRectF:
    """`rect` on whole pixels; neighbours stay neighbours."""
    left, top = round(rect.left()), round(rect.top())
    return QRectF(left, top, round(rect.right()) - left, round(rect.bottom()) - top)
