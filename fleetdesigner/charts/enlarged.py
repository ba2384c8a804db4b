"""A chart in a window of its own, for a closer look; it stays live. Esc closes it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from fleetdesigner.charts.panel import ChartPanel
from fleetdesigner.charts.spec import ChartSpec

_SIZE = (960, 560)


class EnlargedChart(QDialog):
    """Holds one panel; not modal, so that levers can be moved beside it."""

    def __init__(
        self, spec: ChartSpec, choices: tuple[ChartSpec, ...], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.resize(*_SIZE)
        self.panel = ChartPanel(spec, choices, self)
        self.panel.set_foldable(False)
        self.panel.chart_picked.connect(self._pick)
        self._choices = choices
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.addWidget(self.panel)
        self.setWindowTitle(spec.name)

    def _pick(self, chart_id: str) -> None:
        spec = next(one for one in self._choices if one.id == chart_id)
        self.panel.set_chart(spec)
        self.setWindowTitle(spec.name)
