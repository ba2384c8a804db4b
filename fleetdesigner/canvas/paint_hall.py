"""The hall around its systems: walls, floor, positions, row headers, aisles, scale bar."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QPolygonF

from fleetdesigner.canvas.columns import row_name
from fleetdesigner.canvas.hall_frame import (
    BOTTOM_PX,
    HEADER_PX,
    WALL_PX,
    HallFrame,
    aisle_name,
)
from fleetdesigner.canvas.loads import Loads, RowLoad
from fleetdesigner.canvas.rects import RectBuffer, draw_rects, inset
from fleetdesigner.canvas.system_style import DETAILS, EDGES
from fleetdesigner.canvas.write import (
    LEFT,
    RIGHT,
    kw_words,
    load_bar,
    load_words,
    over_words,
    width_of,
    write,
)
from fleetdesigner.look.theme import Theme

NUMBERS_FROM_PX = 16.0
STICKY_PX = 124.0
_SCALES_M = (0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


class HallPainter:
    """Draws what stands still in a hall."""

    def __init__(self) -> None:
        self._buffer, self._inner = RectBuffer(), RectBuffer()

    def floor(self, painter: QPainter, frame: HallFrame, theme: Theme, viewport: QRectF) -> None:
        """Outside, walls, floor, grid and free positions."""
        painter.fillRect(viewport, theme.color("canvas"))
        walls = frame.walls
        wall = walls.adjusted(-WALL_PX, -WALL_PX, WALL_PX, WALL_PX)
        painter.fillRect(_aligned(wall), theme.color("line2"))
        painter.fillRect(_aligned(walls), theme.color("floor"))
        self._grid(painter, frame, theme, viewport)
        self._positions(painter, frame, theme, viewport)

    def _grid(self, painter: QPainter, frame: HallFrame, theme: Theme, viewport: QRectF) -> None:
        first_col, last_col, first_row, last_row = frame.visible(viewport)
        if frame.position_px < 12 or last_col < first_col:
            return
        floor = frame.floor.intersected(viewport)
        # one pixel wide rectangles: lines cost a pen
        cols, rows = np.arange(first_col, last_col + 2), np.arange(first_row, last_row + 1)
        rects = self._buffer.take(len(cols) + 2 * len(rows))
        upright, above, below = np.split(rects, [len(cols), len(cols) + len(rows)])
        upright[:, 0] = upright[:, 2] = frame.lefts(cols) - 1
        upright[:, 1], upright[:, 3] = round(floor.top()), round(floor.bottom()) - 1
        for lines, y in ((above, frame.tops(rows) - 2), (below, frame.tops(rows) + frame.system_height())):
            lines[:, 0], lines[:, 2] = round(floor.left()), round(floor.right()) - 1
            lines[:, 1] = lines[:, 3] = y
        draw_rects(painter, rects, theme.color("grid"))

    def _positions(self, painter: QPainter, frame: HallFrame, theme: Theme, viewport: QRectF) -> None:
        """Free positions: one row is painted, the others are copies of it."""
        first_col, last_col, first_row, last_row = frame.visible(viewport)
        if last_col < first_col or last_row < first_row:
            return
        high = frame.system_height()
        left = round(frame.x_of(first_col))
        wide = round(frame.x_of(last_col + 1)) - left
        if wide <= 0:
            return
        if frame.position_px < EDGES:
            rects = self._buffer.take(last_row - first_row + 1)
            rows = np.arange(first_row, last_row + 1)
            rects[:, 0], rects[:, 2] = left, left + wide - 1
            rects[:, 1] = frame.tops(rows)
            rects[:, 3] = rects[:, 1] + high - 1
            draw_rects(painter, rects, theme.color("cell"))
            return
        ratio = painter.device().devicePixelRatio()
        strip = QPixmap(round(wide * ratio), round(high * ratio))
        strip.setDevicePixelRatio(ratio)
        strip.fill(theme.color("floor"))
        on_strip = QPainter(strip)
        cols = np.arange(first_col, last_col + 1)
        rects = self._buffer.take(len(cols))
        rects[:, 0] = frame.lefts(cols) - left
        rects[:, 1] = 0
        rects[:, 2] = rects[:, 0] + frame.system_width(1) - 1
        rects[:, 3] = high - 1
        draw_rects(on_strip, rects, theme.color("line"))
        draw_rects(on_strip, inset(rects, 1, 1, 1, 1, self._inner.take(len(cols))), theme.color("cell"))
        if frame.position_px >= NUMBERS_FROM_PX and high >= 20:
            on_strip.setFont(theme.font("small"))
            on_strip.setPen(theme.color("ink3"))
            for col, x in zip(cols.tolist(), rects[:, 0].tolist(), strict=True):
                box = QRectF(x, high - 17, frame.system_width(1), 14)
                on_strip.drawText(box, Qt.AlignmentFlag.AlignCenter, str(col + 1))
        on_strip.end()
        for row in range(first_row, last_row + 1):
            painter.drawPixmap(QPointF(left, round(frame.y_of(row))), strip)

    def aisles(self, painter: QPainter, frame: HallFrame, theme: Theme, viewport: QRectF) -> None:
        """Names of the aisles, and the way of the air when there is room for it."""
        _, _, first_row, last_row = frame.visible(viewport)
        aisle_px = frame.row_px - frame.depth_px
        if aisle_px < 13:
            return
        floor = frame.floor
        right = min(floor.right() - 6, viewport.right() - 12)
        for row in range(first_row, min(last_row + 1, frame.hall.row_count - 1)):
            top = frame.y_of(row) + frame.depth_px
            box = QRectF(right - 120, top + (aisle_px - 16) / 2, 120, 16)
            if box.left() < floor.left():
                continue
            words = aisle_name(row)
            painter.fillRect(
                QRectF(
                    right - width_of(theme, "caption", words) - 4,
                    box.top(),
                    width_of(theme, "caption", words) + 4,
                    16,
                ),
                theme.color("floor"),
            )
            write(painter, theme, box, words, colour="ink3", align=RIGHT)
            if frame.position_px >= DETAILS and row % 2 == 0:
                self._air(painter, frame, theme, viewport, top, aisle_px)

    def _air(
        self, painter: QPainter, frame: HallFrame, theme: Theme, viewport: QRectF, top: float, aisle_px: float
    ) -> None:
        """Arrows from the cold aisle into both rows."""
        colour = theme.family("tpu").edge
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(QPen(colour, 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        first_col, last_col, *_ = frame.visible(viewport)
        for col in range(first_col, last_col + 1):
            x = frame.x_of(col + 0.5)
            for tip, tail in ((top + 6, top + 24), (top + aisle_px - 6, top + aisle_px - 24)):
                turn = 4 if tip < tail else -4
                painter.drawLine(QLineF(x, tail, x, tip))
                painter.drawPolyline(
                    QPolygonF([QPointF(x - 4, tip + turn), QPointF(x, tip), QPointF(x + 4, tip + turn)])
                )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def headers(
        self,
        painter: QPainter,
        frame: HallFrame,
        theme: Theme,
        viewport: QRectF,
        loads: tuple[RowLoad, ...],
        added: dict[int, float] | None = None,
        only: frozenset[int] | None = None,
    ) -> None:
        """Row names with load, limit and, in a drag, what `added` kW would make of it; `only` some rows."""
        walls = frame.walls
        left = walls.left()
        sticky = left < 0
        if sticky:
            if frame.floor.right() < STICKY_PX:
                return
            strip = QRectF(
                0,
                max(walls.top(), viewport.top()),
                STICKY_PX - 8,
                min(walls.bottom(), viewport.bottom()) - max(walls.top(), viewport.top()),
            )
            if only is None:
                painter.fillRect(strip, theme.color("canvas"))
                painter.fillRect(QRectF(strip.right(), strip.top(), 1, strip.height()), theme.color("line2"))
            left = 0.0
        _, _, first_row, last_row = frame.visible(viewport)
        step = max(1, int(np.ceil(16 / max(frame.row_px, 0.1))))
        for row in range(first_row, last_row + 1):
            if row % step or (only is not None and row not in only):
                continue
            middle = frame.y_of(row) + frame.depth_px / 2
            if only is not None:
                high = min(frame.row_px - 2, 62.0)
                wide = STICKY_PX - 14 if sticky else HEADER_PX - 4
                painter.fillRect(
                    QRectF(left + 4, middle - high / 2, wide, high),
                    theme.color("canvas" if sticky else "floor"),
                )
            self._header(
                painter,
                theme,
                left + 12,
                middle,
                row,
                loads[row],
                frame.row_px,
                (added or {}).get(row, 0.0),
                STICKY_PX - 30 if sticky else HEADER_PX - 28,
            )

    def _header(
        self,
        painter: QPainter,
        theme: Theme,
        left: float,
        middle: float,
        row: int,
        load: RowLoad,
        row_px: float,
        added: float,
        wide: float,
    ) -> None:
        over = load.limit_kw is not None and load.feed_kw + added > load.limit_kw * (1 + 1e-9)
        name = f"Row {row_name(row)}"
        now = load_words(load.feed_kw, load.limit_kw)
        if added:
            now = f"{load.feed_kw:,.0f} → {load_words(load.feed_kw + added, load.limit_kw)}"
        if load.shared:
            now = f"feed {now}"
        colour = "over" if over else "accentInk" if added else "ink2"
        if row_px < 52:
            shown = write(
                painter, theme, QRectF(left, middle - 8, wide, 16), name, font="caption_strong", colour="ink"
            )
            write(
                painter,
                theme,
                QRectF(left + shown + 8, middle - 8, wide - shown - 8, 16),
                now,
                font="small",
                colour=colour,
            )
            return
        top = middle - (24 if load.limit_kw is not None else 16)
        write(painter, theme, QRectF(left, top, wide, 16), name, font="text_strong", colour="ink")
        top += 18
        if load.limit_kw is not None:
            load_bar(painter, theme, QRectF(left, top + 1, wide, 6), load.feed_kw, load.limit_kw, added)
            top += 12
        write(
            painter,
            theme,
            QRectF(left, top, wide + 16, 16),
            now,
            font="caption_strong" if over else "caption",
            colour=colour,
        )
        if over and load.limit_kw is not None and row_px >= 84:
            words = f"{kw_words(load.feed_kw + added - load.limit_kw)} over"
            over_words(painter, theme, QRectF(left, top + 16, wide, 16), words)
        elif load.unknown:
            words = f"{load.unknown:,} without a figure"
            write(painter, theme, QRectF(left, top + 15, wide + 16, 14), words, font="small", colour="ink3")

    def footer(
        self,
        painter: QPainter,
        frame: HallFrame,
        theme: Theme,
        viewport: QRectF,
        loads: Loads,
        place: int,
        taken_px: float = 0.0,
    ) -> None:
        """The hall's load against its limit, and a scale bar in metres left of `taken_px` at the right."""
        walls = frame.walls
        y = min(walls.bottom(), viewport.bottom()) - BOTTOM_PX + 8
        left = max(walls.left(), 0.0) + 12
        limit = float(loads.hall_limit_kw[place])
        kw = float(loads.hall_kw[place])
        known = None if np.isnan(limit) else limit
        over = known is not None and kw > known * (1 + 1e-9)
        words = f"Hall  {load_words(kw, known)} IT"
        if walls.bottom() > viewport.bottom() or walls.left() < 0:
            # over the floor the line needs a ground of its own
            painter.fillRect(
                QRectF(left - 6, y - 2, width_of(theme, "caption", words) + 12, 20), theme.color("floor")
            )
        write(
            painter,
            theme,
            QRectF(left, y, max(60.0, walls.width() - 190), 16),
            words,
            font="caption_strong" if over else "caption",
            colour="over" if over else "ink2",
        )
        if over and known is not None:
            after = left + width_of(theme, "caption_strong", words) + 12
            over_words(painter, theme, QRectF(after, y, 140, 16), f"{kw_words(kw - known)} over")
        self._scale(painter, frame, theme, viewport.adjusted(0, 0, -taken_px, 0), y)

    def _scale(self, painter: QPainter, frame: HallFrame, theme: Theme, viewport: QRectF, y: float) -> None:
        metres = next((m for m in _SCALES_M if m * frame.camera.zoom >= 64), _SCALES_M[-1])
        wide = metres * frame.camera.zoom
        right = min(frame.floor.right(), viewport.right() - 24)
        words = f"{metres:g} m"
        x = right - wide - 8 - width_of(theme, "caption", words)
        if x < frame.walls.left() + 200 and x < 200:
            return
        painter.fillRect(QRectF(x - 4, y, right - x + 12, 20), theme.color("floor"))
        painter.setPen(QPen(theme.color("ink3"), 1.0))
        y = round(y) + 0.5
        painter.drawLines(
            [
                QLineF(x, y + 4, x, y + 10),
                QLineF(x, y + 10, x + wide, y + 10),
                QLineF(x + wide, y + 4, x + wide, y + 10),
            ]
        )
        write(painter, theme, QRectF(x + wide + 8, y + 1, 60, 16), words, colour="ink2", align=LEFT)

    def empty_words(self, painter: QPainter, frame: HallFrame, theme: Theme) -> None:
        """What fills an empty hall."""
        floor = frame.floor
        box = QRectF(0, 0, 360, 44)
        box.moveCenter(floor.center())
        painter.fillRect(box, theme.color("floor"))
        write(
            painter,
            theme,
            QRectF(box.left(), box.top() + 4, box.width(), 18),
            f"{frame.hall.name} is empty",
            font="title",
            colour="ink",
            align=Qt.AlignmentFlag.AlignCenter,
        )
        write(
            painter,
            theme,
            QRectF(box.left(), box.top() + 24, box.width(), 16),
            "Drag a rack system here from the parts on the left",
            colour="ink2",
            align=Qt.AlignmentFlag.AlignCenter,
        )


def _aligned(rect: QRectF) -> QRectF:
    left, top = round(rect.left()), round(rect.top())
    return QRectF(left, top, round(rect.right()) - left, round(rect.bottom()) - top)


def tinted(colour: QColor, opacity: float) -> QColor:
    """`colour` with an opacity of 0 to 1."""
    faint = QColor(colour)
    faint.setAlphaF(opacity)
    return faint
