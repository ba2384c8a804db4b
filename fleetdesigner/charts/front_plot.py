"""The plot of a front: bands, lines, what is planned, published runs, the target and what misses it."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from fleetdesigner.charts.front_data import Array, FrontPicture
from fleetdesigner.charts.front_paint import FrontPainter, Spot, spots_of
from fleetdesigner.charts.front_scale import NOTHING, FrontScale, scale_for
from fleetdesigner.charts.graphics import polygon
from fleetdesigner.look.theme import current, theme_signals

_LEFT, _TOP, _RIGHT, _BOTTOM = 58, 26, 18, 38
_REACH = 18.0
"""Pixels within which the mouse finds a point."""


class FrontPlot(QWidget):
    """Shows a `FrontPicture`; the mouse and the arrow keys read its points."""

    line_picked = Signal(str)
    """Key of the line that was clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(280, 180)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Front: tokens a second and chip against tokens a second and user")
        self._picture: FrontPicture | None = None
        self._scale: FrontScale | None = None
        self._held = False
        self._hover: tuple[int, int] | None = None
        """(line, spot) that is read."""
        self._kept: QPixmap | None = None
        self._kept_for: tuple[str, float, int, int] | None = None
        self._spots: list[list[Spot]] = []
        theme_signals.changed.connect(self._drop)

    # what is shown

    @property
    def picture(self) -> FrontPicture | None:
        """What is on screen."""
        return self._picture

    @property
    def scale_shown(self) -> FrontScale:
        """The axes in force."""
        return self._scale or NOTHING

    @property
    def held(self) -> bool:
        """While True the axes stand still."""
        return self._held

    @held.setter
    def held(self, on: bool) -> None:
        self._held = on
        if not on and self._picture is not None:
            self._rescale()

    def show_picture(self, picture: FrontPicture, fresh: bool = False) -> None:
        """Show another picture; `fresh` axes where it is of something else."""
        if fresh:
            self._scale, self._hover = None, None
        elif picture.same_as(self._picture):
            self._picture = picture
            return
        self._picture = picture
        if self._hover is not None and self._hover[0] >= len(picture.lines):
            self._hover = None
        self._rescale()
        self.setAccessibleDescription(self._told())

    def reading(self) -> tuple[str, ...]:
        """The card's lines; empty while nothing is read."""
        spot = self._spot()
        return () if spot is None else spot.words

    def _rescale(self) -> None:
        if self._picture is not None:
            self._scale = scale_for(self._picture, self._scale, self._held)
        self._drop()

    def _drop(self) -> None:
        self._kept = None
        self._spots = [] if self._picture is None else [spots_of(line) for line in self._picture.lines]
        self.update()

    def _told(self) -> str:
        """The picture in words for who cannot see it."""
        picture = self._picture
        if picture is None or not picture.lines:
            return "" if picture is None else picture.empty
        told = [f"{line.label}: {line.point_words or 'cannot keep the target'}" for line in picture.lines]
        return "; ".join([*([picture.target_words] if picture.target_words else []), *told])

    # places

    def plot_rect(self) -> QRectF:
        """The plot without its axes."""
        return QRectF(
            _LEFT, _TOP, max(1, self.width() - _LEFT - _RIGHT), max(1, self.height() - _TOP - _BOTTOM)
        )

    def place(self, x: float, y: float) -> QPointF:
        """Pixels of a pair of rates."""
        box, scale = self.plot_rect(), self.scale_shown
        return QPointF(box.left() + scale.x(x, box.width()), box.top() + scale.y(y, box.height()))

    def line_of(self, x: Array, y: Array) -> QPolygonF:
        """Pixels of a line, (n,) each."""
        return polygon(*self.pixels(x, y))

    def pixels(self, x: Array, y: Array) -> tuple[Array, Array]:
        """Pixels of pairs of rates, (n,) each."""
        box, scale = self.plot_rect(), self.scale_shown
        span = math.log(scale.high / scale.low)
        held = np.maximum(y, scale.low * 1e-3)
        return (
            box.left() + x / scale.right * box.width(),
            box.top() + np.log(scale.high / held) / span * box.height(),
        )

    # painting

    def sizeHint(self) -> QSize:
        return QSize(640, 380)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        ratio = painter.deviceTransform().m11()
        key = (current().name, ratio, self.width(), self.height())
        if self._kept is None or self._kept_for != key:
            self._kept, self._kept_for = QPixmap(self.size() * ratio), key
            self._kept.setDevicePixelRatio(ratio)
            self._kept.fill(current().color("panel"))
            below = QPainter(self._kept)
            FrontPainter(below, self).paint()
            below.end()
        painter.drawPixmap(0, 0, self._kept)
        spot = self._spot()
        if spot is not None and self._hover is not None and self._picture is not None:
            FrontPainter(painter, self).card(self._picture.lines[self._hover[0]], spot)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(current().color("accent"))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    # the hand

    def _spot(self) -> Spot | None:
        if self._hover is None:
            return None
        line, at = self._hover
        return self._spots[line][at] if line < len(self._spots) and at < len(self._spots[line]) else None

    def _read(self, hover: tuple[int, int] | None) -> None:
        if hover != self._hover:
            self._hover = hover
            told = self.reading()
            self.setAccessibleDescription(". ".join(told) if told else self._told())
            self.update()

    def _nearest(self, position: QPointF) -> tuple[int, int] | None:
        best, found = _REACH, None
        for line, spots in enumerate(self._spots):
            for at, spot in enumerate(spots):
                away = self.place(spot.x, spot.y) - position
                # what is planned and published lies over the line: it is found first
                distance = math.hypot(away.x(), away.y()) - (6.0 if spot.ring else 0.0)
                if distance < best:
                    best, found = distance, (line, at)
        return found

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._read(self._nearest(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = self._nearest(event.position())
        if event.button() == Qt.MouseButton.LeftButton and found is not None and self._picture is not None:
            self.line_picked.emit(self._picture.lines[found[0]].key)

    def leaveEvent(self, event: QEvent) -> None:
        self._read(None)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._read(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        lines = [at for at, spots in enumerate(self._spots) if spots]
        key = Qt.Key
        steps = {key.Key_Left: (0, -1), key.Key_Right: (0, 1), key.Key_Up: (-1, 0), key.Key_Down: (1, 0)}
        step = steps.get(Qt.Key(event.key()))
        if step is None or not lines:
            super().keyPressEvent(event)
            return
        if self._hover is None:
            self._read((lines[0], 0))
            return
        line, at = self._hover
        line = lines[(lines.index(line) + step[0]) % len(lines)] if line in lines else lines[0]
        count = len(self._spots[line])
        self._read((line, min(max(at + step[1], 0), count - 1)))
