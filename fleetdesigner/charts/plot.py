"""The plot of a panel: axes, figures and cursor in one graphics view; the mouse picks a month."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRect, Qt, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QKeyEvent,
    QMouseEvent,
    QPaintEngine,
    QPainter,
    QPaintEvent,
    QPixmap,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QGraphicsItem, QGraphicsView, QWidget

from fleetdesigner.charts.axes import MonthAxis, ValueAxis
from fleetdesigner.charts.cursor import Cursor
from fleetdesigner.charts.drawing import Drawing
from fleetdesigner.charts.graphics import PlotWidget
from fleetdesigner.charts.reading import Reading
from fleetdesigner.charts.scale import AxisUnit, StickyRange, axis_unit
from fleetdesigner.look.theme import current, theme_signals

_MARGINS = (0, 8, 14, 0)


class ChartPlot(PlotWidget):
    """Draws a `Reading`; tells which month the mouse points at and which one it picks."""

    month_picked = Signal(int)
    """Row of months that was clicked or dragged to."""
    month_stepped = Signal(int)
    """Months to go forward (arrow keys)."""
    pointed = Signal(object, QPointF)
    """Row of months under the mouse (None when it left), and where in the plot."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._value_axis, self._month_axis = ValueAxis(), MonthAxis()
        super().__init__(
            parent,
            background=None,
            enableMenu=False,
            axisItems={"left": self._value_axis, "bottom": self._month_axis},
        )
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(80, 40)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontAdjustForAntialiasing)
        item = self.getPlotItem()
        item.hideButtons()
        item.layout.setContentsMargins(*_MARGINS)
        item.layout.setSpacing(0)
        view = item.getViewBox()
        view.setMouseEnabled(False, False)
        view.disableAutoRange()
        view.setDefaultPadding(0)
        view.setBorder(None)
        # half of a line at the very top stands above the plot
        view.setFlag(QGraphicsItem.GraphicsItemFlag.ItemClipsChildrenToShape, False)
        self._view = view
        self._drawing = Drawing()
        self._drawing.setParentItem(view)
        self._cursor = Cursor()
        self._cursor.setParentItem(item)
        self._reading: Reading | None = None
        self._sticky = StickyRange()
        self._row: int | None = None
        self._hover: int | None = None
        self._unit = AxisUnit(1, "", "")
        self._kept: QPixmap | None = None
        self._kept_for: tuple[str, float, int, int] | None = None
        self._redraw = QRect()
        view.sigResized.connect(self._resized)
        theme_signals.changed.connect(self._retheme)
        self._retheme()
        self._resized()

    @property
    def held(self) -> bool:
        """While True the value axis keeps its range, whatever the figures do."""
        return self._sticky.held

    @held.setter
    def held(self, on: bool) -> None:
        self._sticky.held = on
        if not on and self._reading is not None:
            self.show_reading(self._reading)

    @property
    def unit(self) -> AxisUnit:
        """How the value axis is labelled now."""
        return self._unit

    def labels(self) -> tuple[str, ...]:
        """The numbers at the grid lines."""
        return self._value_axis.labels()

    def begin(self) -> None:
        """Another chart follows: its axis starts anew."""
        self._sticky.reset()

    def show_reading(self, reading: Reading) -> None:
        """Draw figures; the range of the axis changes only when it must."""
        self._reading = reading
        self._sticky.follow(*reading.extent, reading.spec.ceiling)
        value_range = self._sticky.range
        self._unit = axis_unit(reading.spec.unit, max(abs(value_range.low), abs(value_range.high)))
        scaled = self._value_axis.show_range(value_range, self._unit if reading.has_data else None)
        moved = self._month_axis.show_months(reading.first_month, reading.months)
        drawn = self._drawing.show_reading(
            reading if reading.has_data else None, value_range, self._unit, self.devicePixelRatioF() == 1
        )
        if scaled or moved:
            self._kept = None
            self.viewport().update()
        elif not drawn.isEmpty():
            place = self._drawing.mapRectToScene(drawn).toAlignedRect()
            self._redraw = self._redraw.united(place)
            self.viewport().update(place)
        self._show_cursor()

    def set_row(self, row: int | None) -> None:
        """Put the month line on a row of months."""
        if row != self._row:
            self._row = row
            self._show_cursor()

    def point_at(self, row: int) -> QPointF:
        """Where a row of months stands, in pixels of this widget, at the plot's top."""
        frame = self._drawing.frame()
        x = frame.x(row) if frame is not None else 0.0
        return self._drawing.mapToScene(QPointF(x, 0))

    def _show_cursor(self) -> None:
        shown = self._reading if self._reading is not None and self._reading.has_data else None
        corner = self._view.pos()
        for rect in self._cursor.show_rows(self._drawing.frame(), shown, self._row, self._hover):
            self.viewport().update(rect.translated(corner).toAlignedRect())

    def _resized(self) -> None:
        size = self._view.size()
        self._drawing.set_size(size.width(), size.height())
        self._cursor.setPos(self._view.pos())
        self._cursor.set_size(size.width(), size.height())
        self._kept = None
        self.viewport().update()
        self._show_cursor()

    def _retheme(self) -> None:
        self.setBackground(current().color("panel"))
        self.viewport().update()

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        ratio = painter.deviceTransform().m11()
        if painter.paintEngine().type() != QPaintEngine.Type.Raster or ratio != self.devicePixelRatioF():
            # SVG, PDF and enlarged pictures take the shapes themselves, from the scene
            painter.end()
            super().paintEvent(event)
            return
        # The month line crosses the plot with every step of a scrub, and a drop moves few figures by a pixel:
        # what lies below is kept as a picture. Qt clips it to what is to be painted again.
        painter.drawPixmap(0, 0, self._picture(ratio))
        painter.translate(self._cursor.scenePos())
        self._cursor.paint(painter)

    def _picture(self, ratio: float) -> QPixmap:
        """Axes and figures in the pixels of the screen."""
        size = self.viewport().size()
        key = (current().name, ratio, size.width(), size.height())
        if self._kept is None or self._kept_for != key:
            self._kept, self._kept_for = QPixmap(size * ratio), key
            self._kept.setDevicePixelRatio(ratio)
            self._paint_kept(self._kept, whole=True)
        elif not self._redraw.isEmpty():
            self._paint_kept(self._kept, whole=False)
        self._redraw = QRect()
        return self._kept

    def _paint_kept(self, kept: QPixmap, whole: bool) -> None:
        painter = QPainter(kept)
        if not whole:
            painter.setClipRect(self._redraw)
        painter.fillRect(self.viewport().rect(), current().color("panel"))
        for part in (self._drawing, self._value_axis, self._month_axis):
            painter.save()
            painter.translate(part.scenePos())
            if whole or part is self._drawing:
                part.paint(painter)
            elif part is self._month_axis:
                self._month_axis.paint_lines(painter)  # it lies over the lowest figures
            painter.restore()
        painter.end()

    # the hand

    def _row_under(self, position: QPointF) -> int | None:
        frame = self._drawing.frame()
        if frame is None:
            return None
        return frame.row(self._drawing.mapFromScene(self.mapToScene(position.toPoint())).x())

    def _point(self, row: int | None, position: QPointF) -> None:
        if row != self._hover:
            self._hover = row
            self._show_cursor()
            self.pointed.emit(row, position)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self._pick(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._pick(event)
        else:
            self._point(self._row_under(event.position()), event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the strip or window scrolls; a graph never zooms by accident

    def enterEvent(self, event: QEnterEvent) -> None:
        self._point(self._row_under(event.position()), event.position())

    def leaveEvent(self, event: QEvent) -> None:
        self._point(None, QPointF())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            event.ignore()
            return
        big = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self.month_stepped.emit(step * (12 if big else 1))

    def _pick(self, event: QMouseEvent) -> None:
        row = self._row_under(event.position())
        if row is not None:
            self._point(row, event.position())
            self.month_picked.emit(row)
        event.accept()
