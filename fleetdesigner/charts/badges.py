"""Letters at the ends of compared scenarios' lines: the letter says which, the colour only helps."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from fleetdesigner.charts.sketch import Sketch
from fleetdesigner.look.theme import Theme
from fleetdesigner.look.tokens import RADIUS_BADGE

_SIZE = 14.0


def badge_tops(ends: list[float], height: float) -> list[float]:
    """Tops of badges whose lines end at `ends` (y in pixels), moved apart and held inside the plot."""
    order = sorted(range(len(ends)), key=lambda index: ends[index])
    tops = [0.0] * len(ends)
    free = 0.0
    for index in order:
        tops[index] = max(free, ends[index] - _SIZE / 2)
        free = tops[index] + _SIZE + 1
    over = free - 1 - height
    if over > 0:
        room = height
        for index in reversed(order):
            tops[index] = min(tops[index], room - _SIZE)
            room = tops[index] - 1
    return tops


def paint_badges(painter: QPainter, found: Sketch, theme: Theme) -> None:
    """Paint the letter of each compared scenario at the right end of its line."""
    marks = [(mark.look, found.levels[mark.first]) for mark in found.of("alternative") if mark.look]
    ends = [float(level[np.isfinite(level)][-1]) for _, level in marks]
    if not marks:
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setFont(theme.font("small_strong"))
    for (look, _), top in zip(marks, badge_tops(ends, found.frame.height), strict=True):
        box = QRectF(found.frame.width - _SIZE, top, _SIZE, _SIZE)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.scenario(look.place))
        painter.drawRoundedRect(box, RADIUS_BADGE, RADIUS_BADGE)
        painter.setPen(theme.scenario_letter(look.place))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, look.name)
