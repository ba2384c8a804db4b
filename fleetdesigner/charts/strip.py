"""The graphs under the canvas: two to four side by side, or folded to one line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fleetdesigner.charts.enlarged import EnlargedChart
from fleetdesigner.charts.panel import ChartPanel
from fleetdesigner.charts.reading import Compared, read
from fleetdesigner.charts.registry import CHARTS, FIRST_PICKS, chart
from fleetdesigner.charts.spark import FoldedStrip
from fleetdesigner.charts.spec import ChartSpec
from fleetdesigner.engine.results import Results
from fleetdesigner.look.tokens import HEIGHTS, screen_size

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session


_MOST = 4
_LEAST_WIDTH = 250
_PICKED, _FOLDED = "charts.picked", "charts.folded"
_UNLIMITED = 16777215  # QWIDGETSIZE_MAX, which PySide does not export


class Settings(Protocol):
    """What the strip needs to remember its picks."""

    def get(self, key: str) -> Any: ...
    def set(self, key: str, value: Any) -> None: ...


class ChartStrip(QWidget):
    """Panels that follow the session's results and month; a click or drag on one moves the month."""

    picks_changed = Signal()
    folded_changed = Signal(bool)

    def __init__(
        self, session: Session, settings: Settings | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("surface", "panel")
        self.setProperty("rule", "top")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Graphs")
        self._session = session
        self._settings = settings
        self._held = False
        self._count = 0
        self._enlarged: list[EnlargedChart] = []
        self._picks = _known(settings.get(_PICKED) if settings is not None else None)
        self._open = QWidget(self)
        self._row = QHBoxLayout(self._open)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._panels = [self._panel(index) for index in range(_MOST)]
        self._line = FoldedStrip(self)
        self._line.unfold.connect(lambda: self.set_folded(False))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 1, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._open, 1)
        column.addWidget(self._line)
        self._folded = True
        self.set_folded(bool(settings.get(_FOLDED)) if settings is not None else False)
        self._arrange(3)
        session.results_changed.connect(self._show_results)
        session.month_changed.connect(self._show_month)
        session.comparison_changed.connect(self._show_compared)
        self._show_results(session.results, session.baseline_results)

    # what is shown

    @property
    def panels(self) -> tuple[ChartPanel, ...]:
        """The panels side by side now, from the left."""
        return tuple(self._panels[: self._count])

    @property
    def picks(self) -> tuple[str, ...]:
        """Ids of the charts picked, also of those that have no room now."""
        return tuple(self._picks)

    def set_picks(self, ids: tuple[str, ...]) -> None:
        """Show these charts from the left; other places keep theirs. KeyError for an unknown id."""
        for index, chart_id in enumerate(ids[:_MOST]):
            self._pick(index, chart(chart_id).id)

    @property
    def folded(self) -> bool:
        """Whether the graphs are one line of 40 px."""
        return self._folded

    def set_folded(self, on: bool) -> None:
        """Fold the graphs to one line, or open them."""
        if on == self._folded:
            return
        self._folded = on
        self._open.setVisible(not on)
        self._line.setVisible(on)
        self.setMaximumHeight(HEIGHTS["graphs_folded"] + 1 if on else _UNLIMITED)
        self.setMinimumHeight(HEIGHTS["graphs_folded"] + 1 if on else 150)
        self.updateGeometry()
        if on:
            self._show_line()
        if self._settings is not None:
            self._settings.set(_FOLDED, on)
        self.folded_changed.emit(on)

    def toggle_folded(self) -> None:
        """Fold or open."""
        self.set_folded(not self._folded)

    @property
    def held(self) -> bool:
        """While True (a lever is in the hand) no axis moves."""
        return self._held

    @held.setter
    def held(self, on: bool) -> None:
        self._held = on
        for panel in self._all():
            panel.held = on

    def copy_image(self) -> None:
        """Put the picture of the graph under the mouse, or of the first, on the clipboard."""
        chosen = next((panel for panel in self.panels if panel.underMouse()), self._panels[0])
        chosen.copy_image()

    def enlarge(self, chart_id: str) -> EnlargedChart:
        """Open a chart in a window of its own that stays live."""
        window = EnlargedChart(chart(chart_id), CHARTS, self.window())
        window.panel.held = self._held
        window.panel.month_picked.connect(self._session.set_month)
        window.finished.connect(lambda: self._enlarged.remove(window))
        self._enlarged.append(window)
        window.panel.show_results(self._session.results, self._session.baseline_results)
        window.panel.show_compared(self._compared(self._session.comparison))
        window.panel.set_month(self._session.month)
        window.show()
        return window

    # inside

    def _panel(self, index: int) -> ChartPanel:
        panel = ChartPanel(chart(self._picks[index]), CHARTS, self._open)
        if index:
            panel.setProperty("rule", "left")
        panel.month_picked.connect(self._session.set_month)
        panel.chart_picked.connect(lambda chart_id: self._pick(index, chart_id))
        panel.enlarge_requested.connect(lambda: self.enlarge(panel.spec.id))
        panel.fold_requested.connect(lambda: self.set_folded(True))
        panel.copied.connect(lambda: self._session.notice.emit(f"{panel.spec.name} copied as a picture"))
        self._row.addWidget(panel, 1)
        panel.hide()
        return panel

    def _all(self) -> list[ChartPanel]:
        return [*self._panels, *(window.panel for window in self._enlarged)]

    def _pick(self, index: int, chart_id: str) -> None:
        if self._picks[index] == chart_id:
            return
        if chart_id in self._picks:  # the two change places: no graph is shown twice
            other = self._picks.index(chart_id)
            self._picks[other] = self._picks[index]
            self._panels[other].set_chart(chart(self._picks[other]))
        self._picks[index] = chart_id
        self._panels[index].set_chart(chart(chart_id))
        if self._settings is not None:
            self._settings.set(_PICKED, list(self._picks))
        self.picks_changed.emit()

    def _show_results(self, results: Results | None, baseline: Results | None) -> None:
        for panel in self._all():
            panel.show_results(results, baseline)
        self._show_month(self._session.month)

    def _show_compared(self, results: Results | None) -> None:
        compared = self._compared(results)
        for panel in self._all():
            panel.show_compared(compared)

    def _compared(self, results: Results | None) -> tuple[Compared, ...]:
        """The scenarios beside the one on screen; that one's own line is the current one already."""
        if results is None:
            return ()
        order = [scenario.id for scenario in self._session.base_design.scenarios]
        return tuple(
            Compared(results, sample, order.index(one))
            for sample, one in enumerate(results.ids)
            if one in order and one != self._session.active_scenario
        )

    def _show_month(self, month: int) -> None:
        for panel in self._all():
            panel.set_month(month)
        if self._folded:
            self._show_line()

    def _show_line(self) -> None:
        results = self._session.results
        shown = []
        for chart_id in self._picks[: max(self._count, 1)]:
            spec: ChartSpec = chart(chart_id)
            reading = None if results is None else read(spec, results, self._session.baseline_results)
            row = 0 if results is None else results.month_index(self._session.month)
            shown.append((spec.name, reading, row))
        self._line.show_readings(shown)

    def _arrange(self, count: int) -> None:
        if count == self._count:
            return
        self._count = count
        for index, panel in enumerate(self._panels):
            panel.setVisible(index < count)
        if self._folded:
            self._show_line()

    def _fit(self) -> None:
        wanted = screen_size(self.window().width()).graphs
        room = max(1, self.width() // _LEAST_WIDTH)
        self._arrange(max(1, min(wanted, room)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(220, self.minimumHeight())

    def sizeHint(self) -> QSize:
        height = (
            HEIGHTS["graphs_folded"] + 1 if self._folded else screen_size(self.window().width()).graph_height
        )
        return QSize(1048, height)


def _known(remembered: Any) -> list[str]:
    """Four different charts: what was remembered as far as it still exists, then the usual ones."""
    ids = [spec.id for spec in CHARTS]
    wanted = [one for one in remembered if one in ids] if isinstance(remembered, list) else []
    return list(dict.fromkeys([*wanted, *FIRST_PICKS, *ids]))[:_MOST]
