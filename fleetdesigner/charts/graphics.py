"""The classes of pyqtgraph that charts build on, with types: pyqtgraph itself declares none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QPolygonF
    from PySide6.QtWidgets import QGraphicsObject, QGraphicsView, QGraphicsWidget, QWidget

    from fleetdesigner.charts.reading import Array

    class GraphicsObject(QGraphicsObject):
        """An item of a plot."""

    class AxisItem(QGraphicsWidget):
        """An axis beside a plot."""

        def __init__(self, orientation: str) -> None: ...
        def setWidth(self, width: float) -> None: ...
        def setHeight(self, height: float) -> None: ...
        def rect(self) -> QRectF: ...

    class PlotWidget(QGraphicsView):
        """A view with one plot."""

        def __init__(
            self,
            parent: QWidget | None = None,
            background: object = None,
            *,
            enableMenu: bool = True,
            axisItems: dict[str, AxisItem] | None = None,
        ) -> None: ...
        def getPlotItem(self) -> Any: ...
        def setBackground(self, background: object) -> None: ...

    def polygon(x: Array, y: Array) -> QPolygonF:
        """The points [N] as Qt keeps them, written into its memory at once."""

else:
    from pyqtgraph import AxisItem, GraphicsObject, PlotWidget
    from pyqtgraph.functions import arrayToQPolygonF as polygon

__all__ = ["AxisItem", "GraphicsObject", "PlotWidget", "polygon"]
