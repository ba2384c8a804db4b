"""Swatches: how a trace looks in the legend, in 16 × 10 px."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from fleetdesigner.charts.colours import fill_of, line_of
from fleetdesigner.charts.pens import series_pen
from fleetdesigner.charts.reading import Trace
from fleetdesigner.look.evidence_mark import paint_evidence_mark
from fleetdesigner.look.theme import Theme

WIDTH, HEIGHT = 16, 10


def paint_swatch(painter: QPainter, x: float, middle: float, trace: Trace, theme: Theme) -> None:
    """Paint the trace's swatch from x on, centred on `middle`: its line, its area, or an empty dashed box."""
    box = QRectF(round(x), round(middle - HEIGHT / 2), WIDTH, HEIGHT)
    if not trace.known:
        paint_evidence_mark(painter, box, "none", theme)
    elif trace.layer.draw in ("stack", "bars", "unmet"):
        _area(painter, box, trace, theme)
    elif trace.layer.draw != "legend":
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        width = 2.0
        painter.setPen(series_pen(line_of(trace.look, theme), width, trace.evidence, theme))
        painter.drawLine(QLineF(box.left(), round(middle), box.right(), round(middle)))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def swatch_width(trace: Trace) -> int:
    """Room the swatch takes; figures that stand in the legend only have none."""
    return 0 if trace.known and trace.layer.draw == "legend" else WIDTH + 5


def _area(painter: QPainter, box: QRectF, trace: Trace, theme: Theme) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    inside = box.adjusted(0, 0, -1, -1)
    if trace.layer.draw == "unmet":
        painter.fillRect(inside, theme.hatch("ink2", "mark"))
        painter.setPen(QPen(theme.color("ink2"), 1))
    elif trace.layer.draw == "bars":
        painter.fillRect(inside, theme.cost(0))
        painter.setPen(Qt.PenStyle.NoPen)
    else:
        painter.fillRect(inside, fill_of(trace.look, theme))
        if trace.layer.colours == "family":
            if trace.evidence == "assumption":
                painter.fillRect(inside, theme.hatch(line_of(trace.look, theme), "band"))
            painter.setPen(QPen(line_of(trace.look, theme), 1))
        else:
            painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(inside)
