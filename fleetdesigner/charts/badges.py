"""Letters at the ends of compared scenarios' lines: the letter says which, the colour only helps."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from fleetdesigner.charts.reading import Trace
from fleetdesigner.charts.shapes import Frame
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


def paint_badges(painter: QPainter, frame: Frame, traces: tuple[Trace, ...], theme: Theme) -> None:
    """Paint the letter of each trace at the right end of its line."""
    ends = []
    for trace in traces:
        known = np.flatnonzero(np.isfinite(trace.values))
        ends.append(float(frame.ys(trace.values[known[-1:]])[0]))
    painter.setFont(theme.font("small_strong"))
    for trace, top in zip(traces, badge_tops(ends, frame.height), strict=True):
        box = QRectF(frame.width - _SIZE, top, _SIZE, _SIZE)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.scenario(trace.place))
        painter.drawRoundedRect(box, RADIUS_BADGE, RADIUS_BADGE)
        painter.setPen(theme.scenario_letter(trace.place))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, trace.name)
