"""A site's power over the months: what the grid gives, what is expected to be drawn, and what is too much."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QPen

from fleetdesigner.charts.timeline.rows import Array, GridBody
from fleetdesigner.charts.words import draw_words, text_width
from fleetdesigner.units import text

if TYPE_CHECKING:
    from fleetdesigner.charts.timeline.bars import Bars

_OVER = 1 + 1e-9


def paint_grid(bars: Bars, body: GridBody, lane: QRectF) -> None:
    """Grid power as a stair over expected power, red where provisioned power is more."""
    theme, painter, steps = bars.theme, bars.painter, body.site.grid
    area = lane.adjusted(0, 16, 0, -6)
    tops = [float(kw) for _, kw in steps]
    for held in (body.provisioned,):
        if held is not None and np.isfinite(held).any():
            tops.append(float(np.nanmax(held)))
    most = max(tops, default=0.0) or 1.0

    def y(kw: float) -> float:
        return float(round(area.bottom() - kw / most * area.height()))

    _expected(bars, body, area, most)
    if body.provisioned is not None:
        _provisioned(bars, body, y)
    pen = QPen(theme.color("ink"), 2)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    level = 0.0
    for at, (month, kw) in enumerate(steps):
        x = bars.x(month)
        end = bars.x(steps[at + 1][0] if at + 1 < len(steps) else bars.sheet.end)
        painter.drawLine(QLineF(x, y(level), x, y(kw)))
        painter.drawLine(QLineF(x, y(kw), max(x, end), y(kw)))
        level = kw
    free = -math.inf
    for at, (month, kw) in enumerate(steps):
        words = text(kw, "kW")
        left = max(bars.x(month), bars.axis.left) + 4
        end = bars.x(steps[at + 1][0]) if at + 1 < len(steps) else bars.axis.right
        wide = text_width(words, "caption_medium")
        if left < free or left + wide > bars.axis.right or end < bars.axis.left:
            continue
        if end - left < wide and at + 1 < len(steps):
            continue
        painter.setPen(theme.color("ink"))
        draw_words(painter, left, y(kw) - 8, words, "caption_medium")
        free = left + wide + 6


def _expected(bars: Bars, body: GridBody, area: QRectF, most: float) -> None:
    """Expected facility power, by hardware, from the ground up."""
    if not body.layers:
        return
    ground = np.zeros_like(body.layers[0][1])
    for generation, values in body.layers:
        top = ground + values
        colour = bars.theme.family(generation).fill
        for first, last, low, high in _steps(ground, top):
            box = bars.span(area, bars.sheet.begin + first, bars.sheet.begin + last)
            head = float(round(area.bottom() - high / most * area.height()))
            foot = float(round(area.bottom() - low / most * area.height()))
            if foot > head:
                bars.fill(QRectF(box.left(), head, box.width(), foot - head), colour)
        ground = top


def _provisioned(bars: Bars, body: GridBody, y: Callable[[float], float]) -> None:
    """Provisioned facility power as a thin stair; red where it is more than the grid gives."""
    theme, painter = bars.theme, bars.painter
    assert body.provisioned is not None
    limit = body.limit
    before = math.nan
    for first, last, level in runs(body.provisioned):
        left, right = bars.x(bars.sheet.begin + first), bars.x(bars.sheet.begin + last)
        if math.isnan(level):
            before = level
            continue
        painter.setPen(QPen(theme.color("ink3"), 1))
        painter.drawLine(QLineF(left, y(level), right, y(level)))
        if not math.isnan(before):
            painter.drawLine(QLineF(left, y(before), left, y(level)))
        before = level
    if limit is None:
        return
    over = np.where(body.provisioned > limit * _OVER, body.provisioned, np.nan)
    for first, last, low, high in _steps(limit, over):
        if math.isnan(high):
            continue
        left, right = bars.x(bars.sheet.begin + first), bars.x(bars.sheet.begin + last)
        box = QRectF(left, y(high), right - left, max(2.0, y(low) - y(high)))
        bars.fill(box, theme.hatch("over", "over"))
        bars.fill(QRectF(left, y(high), right - left, 2), theme.color("over"))


def runs(values: Array) -> list[tuple[int, int, float]]:
    """(first, after the last, value) of months in a row with one value."""
    same = (values[1:] == values[:-1]) | (np.isnan(values[1:]) & np.isnan(values[:-1]))
    turns = [0, *(np.flatnonzero(~same) + 1).tolist(), len(values)]
    return [(turns[at], turns[at + 1], float(values[turns[at]])) for at in range(len(turns) - 1)]


def _steps(low: Array, high: Array) -> list[tuple[int, int, float, float]]:
    """The same of two rows together."""
    same = (low[1:] == low[:-1]) & ((high[1:] == high[:-1]) | (np.isnan(high[1:]) & np.isnan(high[:-1])))
    turns = [0, *(np.flatnonzero(~same) + 1).tolist(), len(low)]
    return [
        (turns[at], turns[at + 1], float(low[turns[at]]), float(high[turns[at]]))
        for at in range(len(turns) - 1)
    ]
