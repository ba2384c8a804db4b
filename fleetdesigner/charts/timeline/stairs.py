"""A site's power over the months: what the grid gives, what is expected to be drawn, and what is too much."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QPen

from fleetdesigner.charts.graphics import polygon
from fleetdesigner.charts.shapes import Rects, corners
from fleetdesigner.charts.timeline.rows import Array, GridBody
from fleetdesigner.charts.words import draw_words, text_width
from fleetdesigner.design.curves import Stair
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
        _provisioned(bars, body, area, most)
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
    _levels(bars, steps, y)


def _levels(bars: Bars, steps: Stair, y: Callable[[float], float]) -> None:
    """What each step gives, over it: the last before all, others where they stand free."""
    painter, theme, axis = bars.painter, bars.theme, bars.axis
    taken: list[tuple[float, float]] = []
    for at in (len(steps) - 1, *range(len(steps) - 1)) if steps else ():
        month, kw = steps[at]
        words = text(kw, "kW")
        left, wide = max(bars.x(month), axis.left) + 4, text_width(words, "caption_medium")
        last = at == len(steps) - 1
        end = axis.right if last else bars.x(steps[at + 1][0])
        if left + wide > axis.right or end < axis.left or (end - left < wide and not last):
            continue
        if any(left < right + 6 and begin < left + wide + 6 for begin, right in taken):
            continue
        painter.fillRect(QRectF(left - 1, y(kw) - 14, wide + 2, 12), theme.color("panel"))
        painter.setPen(theme.color("ink"))
        draw_words(painter, left, y(kw) - 8, words, "caption_medium")
        taken.append((left, left + wide))


def _edges(bars: Bars, months: int) -> Array:
    """[M + 1] whole pixels at which the plan's months begin."""
    axis = bars.axis
    first = axis.x(bars.sheet.begin)
    return np.asarray(np.rint(first + np.arange(months + 1) * axis.step))


def _expected(bars: Bars, body: GridBody, area: QRectF, most: float) -> None:
    """Expected facility power, by hardware, from the ground up."""
    if not body.layers:
        return
    tops = np.cumsum([values for _, values in body.layers], axis=0)
    levels = np.rint(area.bottom() - np.vstack([np.zeros_like(tops[:1]), tops]) / most * area.height())
    edges = _edges(bars, tops.shape[1])
    bars.painter.save()
    bars.painter.setPen(Qt.PenStyle.NoPen)
    for (generation, _), foot, head in zip(body.layers, levels[:-1], levels[1:], strict=True):
        some = foot > head
        sides = np.column_stack([edges[:-1], head, edges[1:], foot])[some]
        Rects(sides).draw(bars.painter, bars.theme.family(generation).fill)
    bars.painter.restore()


def _provisioned(bars: Bars, body: GridBody, area: QRectF, most: float) -> None:
    """Provisioned facility power as a thin stair; red where it is more than the grid gives."""
    theme, painter = bars.theme, bars.painter
    assert body.provisioned is not None
    edges = _edges(bars, len(body.provisioned))
    level = np.rint(area.bottom() - body.provisioned / most * area.height())
    painter.setPen(QPen(theme.color("ink3"), 1))
    for xs, ys in corners(edges, level):
        painter.drawPolyline(polygon(xs, ys))
    if body.limit is None:
        return
    with np.errstate(invalid="ignore"):
        over = body.provisioned > body.limit * _OVER
    if not over.any():
        return
    top = np.rint(area.bottom() - body.limit / most * area.height())
    sides = np.column_stack([edges[:-1], level, edges[1:], np.maximum(top, level + 2)])[over]
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    Rects(sides).draw(painter, theme.hatch("over", "over"))
    sides[:, 3] = sides[:, 1] + 2
    Rects(sides).draw(painter, theme.color("over"))
    painter.restore()


def runs(values: Array) -> list[tuple[int, int, float]]:
    """(first, after the last, value) of months in a row with one value."""
    same = (values[1:] == values[:-1]) | (np.isnan(values[1:]) & np.isnan(values[:-1]))
    turns = [0, *(np.flatnonzero(~same) + 1).tolist(), len(values)]
    return [(turns[at], turns[at + 1], float(values[turns[at]])) for at in range(len(turns) - 1)]
