"""Tabs of the design and its scenarios: the base first, a coloured letter for each what-if."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QTabBar, QToolButton, QWidget

from fleetdesigner.look.theme import current, theme_signals
from fleetdesigner.session.session import Session

MOST = 8
"""Scenarios that stand in tabs."""


def badge(index: int, ratio: float) -> QPixmap:
    """The letter of a scenario on its colour, 16 px."""
    theme = current()
    picture = QPixmap(QSize(round(16 * ratio), round(16 * ratio)))
    picture.setDevicePixelRatio(ratio)
    picture.fill(QColor(0, 0, 0, 0))
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.scenario(index))
    painter.drawRoundedRect(QRectF(0, 0, 16, 16), 3, 3)
    painter.setFont(theme.font("caption_strong"))
    painter.setPen(theme.scenario_letter(index))
    painter.drawText(QRectF(0, 0, 16, 16), Qt.AlignmentFlag.AlignCenter, chr(ord("A") + index))
    painter.end()
    return picture


def base_mark(ratio: float) -> QPixmap:
    """The ghost line that stands for the design itself."""
    picture = QPixmap(QSize(round(16 * ratio), round(16 * ratio)))
    picture.setDevicePixelRatio(ratio)
    picture.fill(QColor(0, 0, 0, 0))
    painter = QPainter(picture)
    painter.fillRect(QRectF(0, 7.5, 16, 1.5), current().color("ghost"))
    painter.end()
    return picture


class ScenarioTabs(QWidget):
    """Which scenario is on screen; `branch_requested` asks for a new one."""

    branch_requested = Signal()
    menu_requested = Signal(str, QPoint)
    """Scenario id ("" = the design itself) and where on the screen."""
    rename_requested = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._ids: tuple[str | None, ...] = ()
        self._shown: tuple[tuple[str | None, str], ...] = ()
        self.bar = QTabBar()
        self.bar.setProperty("place", "window")
        self.bar.setExpanding(False)
        self.bar.setDrawBase(False)
        self.bar.setElideMode(Qt.TextElideMode.ElideRight)
        self.bar.setUsesScrollButtons(True)
        self.bar.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.bar.setAccessibleName("Scenarios")
        self._plus = QToolButton()
        self._plus.setToolTip("Branch a scenario from what is on screen (Ctrl+B)")
        self._plus.setAccessibleName("Branch a scenario")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(self.bar)
        row.addWidget(self._plus)
        row.addStretch(1)
        self.bar.currentChanged.connect(self._chosen)
        self.bar.customContextMenuRequested.connect(self._menu)
        self.bar.tabBarDoubleClicked.connect(self._double)
        self._plus.clicked.connect(self.branch_requested)
        session.history_changed.connect(self.refresh)
        session.design_changed.connect(self.refresh)
        session.scenario_changed.connect(self.refresh)
        theme_signals.changed.connect(self._dress)
        self._dress()

    @Slot()
    def _dress(self) -> None:
        self._plus.setIcon(current().icon("plus"))
        self._shown = ()
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Show the tabs that the design has now."""
        design = self._session.base_design
        wanted: tuple[tuple[str | None, str], ...] = (
            (None, "Base design"),
            *((one.id, one.name) for one in design.scenarios[:MOST]),
        )
        self.bar.blockSignals(True)
        if wanted != self._shown:
            while self.bar.count():
                self.bar.removeTab(0)
            ratio = self.devicePixelRatioF()
            for index, (_, name) in enumerate(wanted):
                picture = base_mark(ratio) if index == 0 else badge(index - 1, ratio)
                self.bar.addTab(QIcon(picture), name)
                self.bar.setTabToolTip(index, name)
            self._shown = wanted
            self._ids = tuple(one for one, _ in wanted)
        active = self._session.active_scenario
        self.bar.setCurrentIndex(self._ids.index(active) if active in self._ids else 0)
        self.bar.blockSignals(False)

    @Slot(int)
    def _chosen(self, index: int) -> None:
        if 0 <= index < len(self._ids):
            self._session.set_active_scenario(self._ids[index])

    @Slot(QPoint)
    def _menu(self, where: QPoint) -> None:
        index = self.bar.tabAt(where)
        if index >= 0:
            self.bar.setCurrentIndex(index)
            self.menu_requested.emit(self._ids[index] or "", self.bar.mapToGlobal(where))

    @Slot(int)
    def _double(self, index: int) -> None:
        if index > 0:
            self.rename_requested.emit(self._ids[index])
