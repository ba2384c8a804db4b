"""One hall as a tile of the campus: what it says, and its pictures kept until they would differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap

from fleetdesigner.canvas.columns import IN_SERVICE, PLANNED
from fleetdesigner.canvas.looks import FleetLooks, HallLooks
from fleetdesigner.canvas.paint_racks import AISLE_SHARE, RackPainter
from fleetdesigner.canvas.write import CENTRE, RIGHT, kw_words, load_bar, load_words, width_of, write
from fleetdesigner.look.theme import Theme
from fleetdesigner.units import month_text, scaled

WORDS_FROM_PX = 84.0
"""Width of a tile from which it carries words besides its name."""
_COUNT = ((1e6, "M"), (1e3, "k"), (1.0, ""))
_MOST_PLATES = 240
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
    rows: int


def tile_facts(looks: FleetLooks, place: int) -> TileFacts:
    """What the tile of the hall at `place` says."""
    scene = looks.scene
    hall = scene.fleet.halls[place].hall
    rows = scene.fleet.slice_of(place)
    limit = float(scene.loads.hall_limit_kw[place])
    kw = float(scene.loads.hall_kw[place])
    known = None if np.isnan(limit) else limit
    over = known is not None and kw > known * (1 + 1e-9)
    return TileFacts(
        name=hall.name or hall.id,
        state=_state_words(looks, place),
        load=f"{load_words(kw, known)} IT",
        over=f"{kw_words(kw - known)} over" if over and known is not None else "",
        share=None if known is None else round(kw / known, 3),
        systems=int(scene.fleet.systems[rows].sum()),
        waiting=hall.ready_month > scene.timing.month,
        rows=hall.row_count,
    )


def _state_words(looks: FleetLooks, place: int) -> tuple[str, ...]:
    """``50.1 k chips``, ``ramping, 30.1 k``, ``from 2028-03``; then shorter forms for narrow tiles."""
    scene = looks.scene
    hall = scene.fleet.halls[place].hall
    rows = scene.fleet.slice_of(place)
    if hall.ready_month > scene.timing.month:
        return f"from {month_text(hall.ready_month)}", month_text(hall.ready_month)
    chips = float(scene.loads.block_chips[rows].sum())
    state, active = scene.timing.state[rows], scene.timing.active[rows]
    if ((state == IN_SERVICE) & (active < scene.fleet.systems[rows])).any():
        return f"ramping, {count_words(chips)}", f"{count_words(chips)} chips", count_words(chips)
    if not chips and (state == PLANNED).any():
        since = month_text(int(scene.timing.since[rows].min()))
        return f"from {since}", since
    return f"{count_words(chips)} chips", count_words(chips)


class TilePainter:
    """Paints tiles from two kept pictures: the plate with words and bar, and the small racks on it."""

    def __init__(self, racks: RackPainter) -> None:
        self._racks = racks
        self._plates: dict[tuple[object, ...], QPixmap] = {}
        self._small: dict[int, tuple[HallLooks, tuple[float, ...], QPixmap]] = {}

    def forget(self) -> None:
        """Drop all pictures."""
        self._plates.clear()
        self._small.clear()

    def paint(self, painter: QPainter, box: QRectF, place: int, looks: FleetLooks) -> None:
        """Paint the tile of the hall at `place` into `box`, which lies on whole pixels."""
        theme = looks.scene.theme
        facts = tile_facts(looks, place)
        inner = _racks_area(box)
        kept = box.width() * box.height() <= _LARGEST_KEPT
        if kept:
            painter.drawPixmap(box.topLeft(), self._plate(box, facts, theme, painter))
        else:
            paint_plate(painter, box, facts, theme)
        if not facts.systems or facts.waiting or inner.width() < 2 or inner.height() < 2:
            return
        if kept:
            painter.drawPixmap(inner.topLeft(), self._racks_picture(inner, place, looks, painter))
        else:
            self._racks.paint_strips(painter, looks, place, inner)

    def _plate(self, box: QRectF, facts: TileFacts, theme: Theme, painter: QPainter) -> QPixmap:
        ratio = painter.device().devicePixelRatio()
        key = (facts, box.width(), box.height(), theme, ratio)
        found = self._plates.get(key)
        if found is None:
            if len(self._plates) >= _MOST_PLATES:
                self._plates.clear()
            found = self._plates[key] = _picture(box, ratio)
            on_plate = QPainter(found)
            paint_plate(on_plate, QRectF(0, 0, box.width(), box.height()), facts, theme)
            on_plate.end()
        return found

    def _racks_picture(self, inner: QRectF, place: int, looks: FleetLooks, painter: QPainter) -> QPixmap:
        ratio = painter.device().devicePixelRatio()
        size, held = (inner.width(), inner.height(), ratio), looks.hall(place)
        known = self._small.get(place)
        if known is not None and known[0] is held and known[1] == size:
            return known[2]
        picture = _picture(inner, ratio)
        picture.fill(Qt.GlobalColor.transparent)
        on_picture = QPainter(picture)
        self._racks.paint_strips(on_picture, looks, place, QRectF(0, 0, inner.width(), inner.height()))
        on_picture.end()
        self._small[place] = (held, size, picture)
        return picture


def _picture(box: QRectF, ratio: float) -> QPixmap:
    picture = QPixmap(round(box.width() * ratio), round(box.height() * ratio))
    picture.setDevicePixelRatio(ratio)
    return picture


def _racks_area(box: QRectF) -> QRectF:
    """Where a tile shows its racks."""
    if box.width() >= WORDS_FROM_PX:
        return box.adjusted(8, 24, -8, -28)
    return box.adjusted(3, 3, -3, -3)


def paint_plate(painter: QPainter, box: QRectF, facts: TileFacts, theme: Theme) -> None:
    """A tile without its racks: ground, rows, words, load bar and edge."""
    painter.fillRect(box, theme.color("floor"))
    if facts.waiting:
        painter.setBrushOrigin(box.topLeft())
        painter.fillRect(box, theme.hatch("refuse", "refused"))
    elif facts.systems:
        _rows(painter, _racks_area(box), facts.rows, theme)
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


def _rows(painter: QPainter, area: QRectF, rows: int, theme: Theme) -> None:
    """Free positions: a strip a row while rows can be told apart."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("cell"))
    pitch = area.height() / (rows - AISLE_SHARE)
    if pitch < 4:
        painter.drawRect(area)
        return
    high = pitch * (1 - AISLE_SHARE)
    painter.drawRects(
        [QRectF(area.left(), area.top() + row * pitch, area.width(), high) for row in range(rows)]
    )


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
