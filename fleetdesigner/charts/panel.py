"""A chart with all that belongs to it: header, legend with the month's values, plot, one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QContextMenuEvent,
    QEnterEvent,
    QGuiApplication,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from fleetdesigner.charts.header import ChartHeader
from fleetdesigner.charts.hover import CardTimer, HoverButtons
from fleetdesigner.charts.legend import LegendRow, entries
from fleetdesigner.charts.reading import Compared, Reading, read
from fleetdesigner.charts.runs import RunsLine
from fleetdesigner.charts.spec import ChartSpec
from fleetdesigner.engine.results import Results
from fleetdesigner.look.theme import current, theme_signals
from fleetdesigner.look.tokens import HEIGHTS

if TYPE_CHECKING:
    from fleetdesigner.charts.plot import ChartPlot

_PICTURE_RATIO = 2.0
"""A copied picture has twice the pixels: it is pasted into slides."""


class ChartPanel(QWidget):
    """Shows one `ChartSpec` of results. Nothing is computed while it is hidden."""

    month_picked = Signal(int)
    """Absolute month that was clicked or dragged to."""
    chart_picked = Signal(str)
    """Id of the chart picked in the menu."""
    enlarge_requested = Signal()
    fold_requested = Signal()
    copied = Signal()

    def __init__(
        self, spec: ChartSpec, choices: tuple[ChartSpec, ...] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._spec = spec
        self._results: Results | None = None
        self._baseline: Results | None = None
        self._sample = 0
        self._compared: tuple[Compared, ...] = ()
        self._month: int | None = None
        self._reading: Reading | None = None
        self._stale = True
        self._shown_row: int | None = None
        self._held = False
        self._foldable = True
        self._plot: ChartPlot | None = None
        self._choices = choices
        self._build()
        self.set_chart(spec)
        theme_signals.changed.connect(self._retheme)

    # what is shown

    @property
    def spec(self) -> ChartSpec:
        """The chart shown."""
        return self._spec

    @property
    def reading(self) -> Reading | None:
        """The figures on screen."""
        return self._reading

    @property
    def plot(self) -> ChartPlot:
        """The plot; made on first use."""
        return self._make_plot()

    @property
    def sentence(self) -> str:
        """The live sentence."""
        return self._sentence.text

    @property
    def held(self) -> bool:
        """While True (a lever is in the hand) the value axis stands still."""
        return self._held

    @held.setter
    def held(self, on: bool) -> None:
        self._held = on
        if self._plot is not None:
            self._plot.held = on
            self._show_words()

    def set_chart(self, spec: ChartSpec) -> None:
        """Show another chart of the same results."""
        self._spec = spec
        self.header.set_choices(self._choices)
        self.header.show_chart(spec)
        self.setAccessibleName(spec.name)
        self._reading = None
        if self._plot is not None:
            self._plot.begin()
        self._mark_stale()

    def show_results(self, results: Results | None, baseline: Results | None = None, sample: int = 0) -> None:
        """Show a sample of results beside the baseline's (None, or the same object, for no baseline)."""
        self._results, self._baseline, self._sample = results, baseline, sample
        self._mark_stale()

    def show_compared(self, compared: tuple[Compared, ...]) -> None:
        """Draw the headline of these scenarios beside what is on screen; empty for none."""
        if compared or self._compared:
            self._compared = compared
            self._mark_stale()

    def set_month(self, month: int) -> None:
        """Put the month line and all values on an absolute month."""
        if month != self._month:
            self._month = month
            if self.isVisible() and not self._stale:
                self._show_month()

    def refresh(self) -> None:
        """Bring the picture up to the newest results, visible or not."""
        plot = self._make_plot()
        self._stale = False
        if self._results is None:
            self._reading = None
        else:
            reading = read(self._spec, self._results, self._baseline, self._sample, self._compared)
            if reading.same_as(self._reading) and self.row() == self._shown_row:
                return  # a lever moves what some graphs show: the others stand
            self._reading = reading
            plot.show_reading(reading)
        self._hover.follow(self._reading)
        self._show_empty()
        self._show_month()

    def row(self) -> int:
        """The row of months looked at, held inside the horizon."""
        reading = self._reading
        if reading is None or self._month is None:
            return 0
        return min(max(self._month - reading.first_month, 0), reading.months - 1)

    # pictures

    def picture(self) -> QPixmap:
        """The panel as it is seen, without buttons, at twice the pixels."""
        if self._stale:
            self.refresh()
        buttons = self._buttons.isVisible()
        self._buttons.hide()
        if self._plot is not None:
            # what the mouse points at is no part of the picture
            QApplication.sendEvent(self._plot, QEvent(QEvent.Type.Leave))
        column = self.layout()
        if column is not None:
            column.activate()
        made = QPixmap(self.size() * _PICTURE_RATIO)
        made.setDevicePixelRatio(_PICTURE_RATIO)
        made.fill(current().color("panel"))
        painter = QPainter(made)
        self.render(painter, QPoint())
        painter.end()
        self._buttons.setVisible(buttons)
        return made

    def copy_image(self) -> None:
        """Put the picture on the clipboard."""
        QGuiApplication.clipboard().setPixmap(self.picture())
        self.copied.emit()

    def set_foldable(self, on: bool) -> None:
        """Whether the panel offers to fold the strip it stands in."""
        self._buttons.set_foldable(on)
        self._foldable = on

    # inside

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 0)  # the hairline between two panels stands there
        column.setSpacing(0)
        top = QWidget(self)
        top.setFixedHeight(HEIGHTS["graph_header"] + HEIGHTS["graph_legend"] + 2)
        above = QVBoxLayout(top)
        above.setContentsMargins(7, 2, 12, 0)
        above.setSpacing(0)
        self.header = ChartHeader(top)
        self.header.chart_picked.connect(self.chart_picked)
        self.legend = LegendRow(top)
        inset = QHBoxLayout()
        inset.setContentsMargins(4, 0, 0, 0)
        inset.addWidget(self.legend)
        above.addWidget(self.header)
        above.addLayout(inset)
        self._sentence = RunsLine(tone="ink2", parent=self)
        self._sentence.setFixedHeight(HEIGHTS["graph_sentence"])
        below = QHBoxLayout()
        below.setContentsMargins(11, 0, 12, 2)
        below.addWidget(self._sentence)
        self._place = QVBoxLayout()
        column.addWidget(top)
        column.addLayout(self._place, 1)
        column.addLayout(below)
        self._empty = RunsLine("text", "text_strong", "ink2", parent=self)
        self._empty.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._empty.hide()
        self._buttons = HoverButtons(self)
        self._buttons.copy.connect(self.copy_image)
        self._buttons.enlarge.connect(self.enlarge_requested)
        self._buttons.fold.connect(self.fold_requested)
        self._hover = CardTimer(self)
        self._first_idle = QTimer(self)
        self._first_idle.setSingleShot(True)
        self._first_idle.setInterval(0)
        self._first_idle.timeout.connect(self._on_idle)

    def _make_plot(self) -> ChartPlot:
        if self._plot is None:
            # pyqtgraph takes a fifth of a second to import: the window is on screen before that
            from fleetdesigner.charts.plot import ChartPlot

            plot = ChartPlot(self)
            plot.held = self._held
            plot.setAccessibleName(f"{self._spec.name}, plot")
            plot.month_picked.connect(self._pick)
            plot.month_stepped.connect(self._step)
            plot.pointed.connect(self._pointed)
            self._place.addWidget(plot)
            QWidget.setTabOrder(self.header.title, plot)
            if self.isVisible():  # a layout would show it only when the event loop comes round
                plot.show()
            self._plot = plot
            self._empty.raise_()
            self._buttons.raise_()
            QTimer.singleShot(0, self, self._lay_over)
        return self._plot

    def _mark_stale(self) -> None:
        self._stale = True
        if not self.isVisible():
            return
        if self._plot is None:
            self.update()
        else:
            self.refresh()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._stale and self._plot is None:
            # not before: a timer alone would run out before the system asks for the first picture
            self._first_idle.start()

    def _on_idle(self) -> None:
        if self._stale and self.isVisible():
            self.refresh()

    def _show_empty(self) -> None:
        reading = self._reading
        nothing = reading is None or not reading.has_data
        self._empty.setVisible(nothing)
        if nothing:
            words = self._spec.empty
            if reading is not None and reading.why:
                words = reading.why
            self._empty.set_runs(((words, False),))
            self._lay_over()

    def _show_month(self) -> None:
        reading = self._reading
        drawn = reading is not None and reading.has_data
        self._shown_row = self.row()
        self._make_plot().set_row(self._shown_row if drawn else None)
        self._show_words()

    def _show_words(self) -> None:
        reading, plot = self._reading, self._plot
        if reading is None or plot is None or not reading.has_data:
            self.legend.show_entries(())
            self.header.show_figures(self._unit_words(self._spec.words), "")
            self._say(())
            return
        row = self.row()
        self.legend.show_entries(entries(reading, plot.unit, row))
        before = reading.before(row)
        self.header.show_figures(
            self._unit_words(self._spec.words), "" if before is None else plot.unit.number(before)
        )
        self._say(self._spec.sentence(reading, row))

    def _unit_words(self, words: str) -> str:
        drawn = self._plot is not None and self._reading is not None and self._reading.has_data
        said = words.format(self._plot.unit.word if drawn and self._plot is not None else "")
        return " ".join(said.split()).strip(" ,")

    def _say(self, runs: tuple[tuple[str, bool], ...]) -> None:
        before = self._sentence.text
        self._sentence.set_runs(runs)
        if self._sentence.text != before:
            self.setAccessibleDescription(self._sentence.text)
            if QAccessible.isActive():
                QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))

    def _lay_over(self) -> None:
        plot = self._plot
        if plot is None:
            return
        area = plot.geometry()
        width = min(int(self._empty.words_width()) + 4, area.width() - 60)
        left = area.left() + 44 + max(0, (area.width() - 58 - width) // 2)
        self._empty.setGeometry(left, area.top() + area.height() // 2 - 18, max(width, 10), 20)
        size = self._buttons.sizeHint()
        self._buttons.setGeometry(
            area.right() - size.width() - 16, area.top() + 2, size.width(), size.height()
        )

    def _retheme(self) -> None:
        self._buttons.retheme()

    # the hand

    def _pick(self, row: int) -> None:
        if self._reading is not None:
            self.month_picked.emit(self._reading.first_month + row)

    def _step(self, months: int) -> None:
        if self._reading is not None:
            row = min(max(self.row() + months, 0), self._reading.months - 1)
            self.month_picked.emit(self._reading.first_month + row)

    def _pointed(self, row: int | None, place: QPointF) -> None:
        plot = self._plot
        if plot is None:
            return
        beside = QPointF() if row is None else QPointF(plot.point_at(row).x(), place.y())
        self._hover.point(row, QPointF(plot.pos()) + beside, self._reading)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(current().icon("copy"), "Copy as picture", self.copy_image)
        menu.addAction(current().icon("maximize-2"), "Enlarge", self.enlarge_requested.emit)
        if self._foldable:
            menu.addAction(current().icon("chevron-down"), "Fold graphs", self.fold_requested.emit)
        menu.popup(event.globalPos())

    def enterEvent(self, event: QEnterEvent) -> None:
        self._lay_over()
        self._buttons.show()
        self._buttons.raise_()

    def leaveEvent(self, event: QEvent) -> None:
        self._buttons.hide()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._mark_stale()
        else:
            self._show_month()

    def hideEvent(self, event: QEvent) -> None:
        self._hover.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._lay_over)
        if self._reading is not None:
            self._show_words()

    def sizeHint(self) -> QSize:
        return QSize(348, 256)

    def minimumSizeHint(self) -> QSize:
        return QSize(220, 150)
