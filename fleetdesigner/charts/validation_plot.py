"""The validation graph: predicted against published for every point, with the band of ±20 %.

One picture holds axes and points; moving the mouse paints a ring and a label over it.
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from fleetdesigner.charts.validation_points import EMPTY, Cloud, Marks, draw_mark
from fleetdesigner.charts.validation_scale import ERROR_TICKS, LogAxis, error_text, span, tick_text
from fleetdesigner.charts.words import draw_words, text_width
from fleetdesigner.engine.throughput.checked_words import HARDWARE_WORDS
from fleetdesigner.look.theme import current, theme_signals

Mode = Literal["values", "errors"]
LEFT, TOP, RIGHT, BOTTOM = 52, 24, 14, 38
NEAR = 14.0
"""Pixels within which the mouse takes a point."""
WITHIN = 1.2
"""The band that is drawn."""
MOST = 4.0
"""Errors beyond this factor stand at the edge of the error graph."""

Vector = NDArray[np.float64]


class ValidationPlot(QWidget):
    """Scatter of all chosen points. A click or Enter picks one; arrows walk."""

    picked = Signal(int)
    """Row of the point that was picked; −1 for none."""

    def __init__(self) -> None:
        super().__init__()
        self._cloud: Cloud = EMPTY
        self._shown: tuple[int, ...] = ()
        self._x, self._y = np.zeros(0), np.zeros(0)
        self._mode: Mode = "values"
        self._basis = "predicted"
        self._hover = self._picked = -1
        self._ground: QPixmap | None = None
        self._axes: tuple[LogAxis, LogAxis] | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(320, 220)
        self.setAccessibleName("Predicted against published")
        theme_signals.changed.connect(self._forget)

    # what is shown

    def show_cloud(self, cloud: Cloud, shown: NDArray[np.bool_]) -> None:
        """Show the points of `cloud` that are chosen and have a place."""
        known = shown & np.isfinite(cloud.published) & np.isfinite(cloud.ratio)
        self._cloud, self._shown = cloud, tuple(np.flatnonzero(known).tolist())
        if self._hover not in self._shown:
            self._hover = -1
        self._describe()
        self._forget()

    def set_mode(self, mode: Mode) -> None:
        """Values against values, or errors against values."""
        if mode != self._mode:
            self._mode = mode
            self._forget()

    def set_picked(self, row: int) -> None:
        """Ring a point; −1 for none."""
        if row != self._picked:
            self._picked = row
            self._describe()
            self.update()

    @property
    def shown(self) -> tuple[int, ...]:
        """Rows of the points drawn."""
        return self._shown

    @property
    def picked_row(self) -> int:
        """Row of the picked point; −1 for none."""
        return self._picked

    @property
    def hovered_row(self) -> int:
        """Row of the point under the mouse; −1 for none."""
        return self._hover

    def place_of(self, row: int) -> QPointF:
        """Where a shown point stands. ValueError for a row that is not shown."""
        self._placed()
        at = self._shown.index(row)
        return QPointF(float(self._x[at]), float(self._y[at]))

    def row_at(self, place: QPointF) -> int:
        """The shown point nearest to a place, −1 when none is near."""
        self._placed()
        if not self._shown:
            return -1
        away = np.hypot(self._x - place.x(), self._y - place.y())
        best = int(np.argmin(away))
        return self._shown[best] if away[best] <= NEAR else -1

    # hand

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._set_hover(self.row_at(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pick(self.row_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._set_hover(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {
            Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1,
        }.get(Qt.Key(event.key()))  # fmt: skip
        if step is not None and self._shown:
            self._walk(step)
        elif event.key() == Qt.Key.Key_Home and self._shown:
            self._pick(self._order()[0])
        elif event.key() == Qt.Key.Key_End and self._shown:
            self._pick(self._order()[-1])
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def _order(self) -> list[int]:
        """Shown points from left to right."""
        values = self._cloud.published
        return sorted(self._shown, key=lambda row: (float(values[row]), row))

    def _walk(self, step: int) -> None:
        order = self._order()
        at = order.index(self._picked) + step if self._picked in order else 0
        self._pick(order[min(max(at, 0), len(order) - 1)])

    def _pick(self, row: int) -> None:
        if row != self._picked:
            self.set_picked(row)
            self.picked.emit(row)

    def _set_hover(self, row: int) -> None:
        if row != self._hover:
            self._hover = row
            self.setCursor(Qt.CursorShape.PointingHandCursor if row >= 0 else Qt.CursorShape.ArrowCursor)
            self.update()

    def _describe(self) -> None:
        words = f"{len(self._shown):,} points"
        if self._picked in self._shown:
            cloud = self._cloud
            words += (
                f"; {cloud.titles[self._picked]}: {cloud.values[self._picked]}, "
                f"{error_text(float(cloud.ratio[self._picked]))}"
            )
        self.setAccessibleDescription(words)

    # painting

    def sizeHint(self) -> QSize:
        return QSize(640, 400)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._forget()

    def _forget(self) -> None:
        self._ground = self._axes = None
        self.update()

    def _placed(self) -> tuple[LogAxis, LogAxis]:
        """The axes, and the pixels of the shown points in `_x` and `_y`."""
        if self._axes is None:
            at = list(self._shown)
            published, ratio = self._cloud.published[at], self._cloud.ratio[at]
            right, bottom = float(self.width() - RIGHT), float(self.height() - BOTTOM)
            if self._mode == "values":
                low, high = span(np.concatenate([published, published * ratio]))
                across = LogAxis(low, high, LEFT, right)
                up = LogAxis(low, high, bottom, TOP)
                self._y = up.place(published * ratio)
            else:
                across = LogAxis(*span(published), LEFT, right)
                held = np.clip(ratio, 1 / MOST, MOST)
                reach = max(1.6, *held.tolist(), *(1 / held).tolist()) * 1.06 if len(at) else 2.0
                up = LogAxis(1 / reach, reach, bottom, TOP)
                self._y = up.place(held)
            self._x = across.place(published)
            self._axes = across, up
        return self._axes

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        ratio = self.devicePixelRatioF()
        if self._ground is None:
            self._ground = QPixmap(math.ceil(self.width() * ratio), math.ceil(self.height() * ratio))
            self._ground.setDevicePixelRatio(ratio)
            self._paint_ground(self._ground, ratio)
        painter.drawPixmap(0, 0, self._ground)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for row, ring in ((self._picked, "accent"), (self._hover, "ink")):
            if row in self._shown:
                place = self.place_of(row)
                cloud = self._cloud
                theme = current()
                draw_mark(
                    painter, place, cloud.generation[row], bool(cloud.serving[row]),
                    bool(cloud.counted[row]), theme, 4.6,
                )  # fmt: skip
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(theme.color(ring), 2))
                painter.drawEllipse(place, 8, 8)
        if self._hover in self._shown:
            self._paint_label(painter, self._hover)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(current().color("accent"), 2))
            painter.drawRect(QRectF(1, 1, self.width() - 2, self.height() - 2))

    def _paint_ground(self, picture: QPixmap, ratio: float) -> None:
        theme = current()
        picture.fill(theme.color("panel"))
        across, up = self._placed()
        painter = QPainter(picture)
        self._paint_band(painter, across, up)
        self._paint_axes(painter, across, up)
        if self._shown:
            # a fixed shuffle, so that no hardware lies on top of all others
            order = np.random.default_rng(7).permutation(len(self._shown))
            at = [self._shown[index] for index in order.tolist()]
            Marks(theme, ratio).stamp(painter, self._x[order], self._y[order], self._cloud, at)
        else:
            painter.setPen(theme.color("ink3"))
            painter.setFont(theme.font("text"))
            painter.drawText(
                self._frame(), Qt.AlignmentFlag.AlignCenter, "No point fits the search and the filters"
            )
        painter.end()

    def _frame(self) -> QRectF:
        return QRectF(LEFT, TOP, self.width() - LEFT - RIGHT, self.height() - TOP - BOTTOM)

    def _paint_band(self, painter: QPainter, across: LogAxis, up: LogAxis) -> None:
        """±20 % around the line on which predicted is published."""
        theme, frame = current(), self._frame()
        painter.save()
        painter.setClipRect(frame)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ends = (across.low, across.high)
        line = [(across.at(end), end if self._mode == "values" else 1.0) for end in ends]
        edge = [QPointF(x, up.at(value * WITHIN)) for x, value in line]
        edge += [QPointF(x, up.at(value / WITHIN)) for x, value in reversed(line)]
        shade = QColor(theme.color("accent"))
        shade.setAlphaF(0.09)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shade)
        painter.drawPolygon(QPolygonF(edge))
        pen = QPen(theme.color("ink2"), 1.2)
        painter.setPen(pen)
        painter.drawLine(*(QPointF(x, up.at(value)) for x, value in line))
        painter.restore()

    def _paint_axes(self, painter: QPainter, across: LogAxis, up: LogAxis) -> None:
        theme, frame = current(), self._frame()
        grid, ink = QPen(theme.color("grid"), 1), theme.color("ink3")
        ticks = up.ticks() if self._mode == "values" else _within(ERROR_TICKS, up)
        for value in ticks:
            y = round(up.at(value)) + 0.5
            painter.setPen(grid)
            painter.drawLine(QPointF(frame.left(), y), QPointF(frame.right(), y))
            words = tick_text(value) if self._mode == "values" else error_text(value)
            painter.setPen(ink)
            width = text_width(words, "caption", True)
            draw_words(painter, LEFT - 8 - width, y, words, "caption", True)
        for value in across.ticks():
            x = round(across.at(value)) + 0.5
            painter.setPen(grid)
            painter.drawLine(QPointF(x, frame.top()), QPointF(x, frame.bottom()))
            words = tick_text(value)
            painter.setPen(ink)
            width = text_width(words, "caption", True)
            draw_words(painter, x - width / 2, frame.bottom() + 11, words, "caption", True)
        painter.setPen(QPen(theme.color("line2"), 1))
        painter.drawLine(frame.bottomLeft(), frame.bottomRight())
        painter.setPen(ink)
        head = "predicted, ms a token"
        if self._mode == "errors":
            head = "error in time"
            ratio = self._cloud.ratio[list(self._shown)]
            beyond = int(np.count_nonzero((ratio > MOST) | (ratio < 1 / MOST)))
            head += f" · {beyond} beyond the edge" if beyond else ""
        draw_words(painter, 12, 12, head, "caption")
        foot = "published, ms a token, log scale"
        draw_words(painter, frame.right() - text_width(foot, "caption"), self.height() - 10, foot, "caption")
        self._paint_legend(painter, 24 + text_width(head, "caption"))

    def _paint_legend(self, painter: QPainter, left: float) -> None:
        """Shapes, the band and the hardware in view, from the right; what has no room is left out."""
        theme, cloud = current(), self._cloud
        counts: dict[str, int] = {}
        for row in self._shown:
            counts[cloud.generation[row]] = counts.get(cloud.generation[row], 0) + 1
        items = [("", False, "training"), ("", True, "serving"), ("band", False, "±20 %")]
        items += [
            (key, False, HARDWARE_WORDS.get(key, key).partition(" ")[2] or key)
            for key in sorted(counts, key=lambda one: -counts[one])
        ]
        widths = [20 + text_width(words, "caption") for _, _, words in items]
        room = self.width() - RIGHT - left
        while items and sum(widths) > room:
            items.pop()
            widths.pop()
        x = self.width() - RIGHT - sum(widths) + 6
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for (key, serving, words), width in zip(items, widths, strict=True):
            swatch = QRectF(x, 8, 8, 8)
            if key == "band":
                shade = QColor(theme.color("accent"))
                shade.setAlphaF(0.2)
                painter.fillRect(swatch, shade)
            elif key:
                painter.fillRect(swatch, theme.family(key).fill)
                painter.setPen(QPen(theme.family(key).edge, 1))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(swatch)
            else:
                draw_mark(painter, swatch.center(), "network", serving, True, theme)
            painter.setPen(theme.color("ink3"))
            draw_words(painter, x + 12, 12, words, "caption")
            x += width

    def _paint_label(self, painter: QPainter, row: int) -> None:
        """What a point is, beside it: two lines."""
        theme, cloud, place = current(), self._cloud, self.place_of(row)
        title = cloud.titles[row]
        second = f"{cloud.values[row]} · {error_text(float(cloud.ratio[row]))}"
        width = max(text_width(title, "text_strong"), text_width(second, "caption")) + 20
        x = place.x() + 14 if place.x() + 14 + width < self.width() - 4 else place.x() - 14 - width
        y = min(max(4.0, place.y() - 48), self.height() - 48.0)
        box = QRectF(max(4.0, x), y, width, 44)
        path = QPainterPath()
        path.addRoundedRect(box, 4, 4)
        painter.setPen(QPen(theme.color("border"), 1))
        painter.setBrush(theme.color("raised"))
        painter.drawPath(path)
        painter.setPen(theme.color("ink"))
        draw_words(painter, box.left() + 10, box.top() + 14, title, "text_strong")
        painter.setPen(theme.color("ink2"))
        draw_words(painter, box.left() + 10, box.top() + 31, second, "caption")


def _within(ticks: tuple[float, ...], axis: LogAxis) -> tuple[float, ...]:
    return tuple(value for value in ticks if axis.low <= value <= axis.high)
