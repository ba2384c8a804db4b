"""The KPI strip under the tabs: seven figures at a glance, the rest one click away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from fleetdesigner.engine.kpis.registry import KPIS
from fleetdesigner.engine.results import KpiValue, Results
from fleetdesigner.look.theme import current, theme_signals
from fleetdesigner.look.tokens import HEIGHTS, MOTION_MS, screen_size
from fleetdesigner.panels.kpi.card import KpiCard
from fleetdesigner.panels.kpi.tile import KpiTile

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session

FIRST_PICKS = (
    "facility_power_kw",
    "chips",
    "serving_tokens_per_s",
    "time_to_train_days",
    "usd_per_million_tokens",
    "capex_usd",
    "npv_usd",
    "usd_per_accelerator_hour",
    "months_to_capacity",
)
"""What a new window shows, from the left; the last two need a wide screen."""
LIMITS = {"facility_power_kw": "grid_limit_kw"}
"""KPI → series that limits it."""
_PICKED = "kpis.picked"
_MORE_WIDTH = 28
_BUSY_HEIGHT = 2
_COLUMNS = 3


def forecasts_of(kpi_id: str) -> str:
    """The activity whose throughput forecasts a KPI rests on; ``all`` for both, empty for none."""
    needs = next(kpi.needs for kpi in KPIS if kpi.id == kpi_id)
    found = [activity for activity in ("training", "serving") if activity in needs]
    return "all" if len(found) == 2 else "".join(found)


class Settings(Protocol):
    """What the strip needs to remember its picks."""

    def get(self, key: str) -> Any: ...
    def set(self, key: str, value: Any) -> None: ...


class KpiStrip(QWidget):
    """Follows the session: values at the month, their difference from the baseline, and how good they are."""

    whose_wanted = Signal(str)
    """Published numbers are asked for: of ``training``, ``serving`` or ``all``."""

    def __init__(
        self, session: Session, settings: Settings | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._settings = settings
        self.setProperty("surface", "panel")
        self.setProperty("rule", "bottom")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHTS["kpi"])
        self.setAccessibleName("Key figures")
        self._picks = _known(settings.get(_PICKED) if settings is not None else None)
        self._tiles: list[KpiTile] = []
        self._rest: MoreKpis | None = None
        self._baseline_memo: tuple[Results, dict[tuple[str, int], KpiValue]] | None = None
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self.more = QToolButton(self)
        self.more.setToolTip("All key figures")
        self.more.setAccessibleName("All key figures")
        self.more.setFixedWidth(_MORE_WIDTH)
        self.more.clicked.connect(self.show_all)
        self._row.addWidget(self.more)
        self._busy_line = QFrame(self)
        self._busy_line.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._busy_line.hide()
        self._busy_timer = QTimer(self)
        self._busy_timer.setSingleShot(True)
        self._busy_timer.setInterval(MOTION_MS["busy"])
        self._busy_timer.timeout.connect(self._show_busy)
        session.results_changed.connect(self._show_results)
        session.month_changed.connect(self._show_month)
        session.busy_changed.connect(self._busy)
        theme_signals.changed.connect(self._retheme)
        self._retheme()
        self._arrange(7)

    @property
    def tiles(self) -> tuple[KpiTile, ...]:
        """The tiles that have room, from the left."""
        return tuple(self._tiles)

    @property
    def picks(self) -> tuple[str, ...]:
        """Ids of the KPIs picked for the strip, in order; those beyond the room stand behind »."""
        return tuple(self._picks)

    @property
    def busy_shown(self) -> bool:
        """Whether the line that says "more is coming" is on."""
        return self._busy_line.isVisibleTo(self)

    def set_picks(self, ids: tuple[str, ...]) -> None:
        """Pick other KPIs, in order; unknown ids are left out, at least one stays."""
        known = [kpi.id for kpi in KPIS]
        chosen = [one for one in dict.fromkeys(ids) if one in known]
        if chosen and chosen != self._picks:
            self._picks = chosen
            if self._settings is not None:
                self._settings.set(_PICKED, list(chosen))
            self._arrange(self._room(), force=True)

    def explain(self, kpi_id: str) -> KpiCard | None:
        """Open the card of a KPI under its tile; None while there are no results."""
        results = self._session.results
        if results is None:
            return None
        value, shares = results.kpi(kpi_id, self._session.month), results.evidence.get(kpi_id)
        card = KpiCard(value, shares, self, forecasts_of(kpi_id))
        card.whose_wanted.connect(self.whose_wanted)
        under = next((tile for tile in self._all_tiles() if tile.kpi_id == kpi_id), None)
        card.show_under(under or self)
        return card

    def show_all(self) -> MoreKpis:
        """Open the popup with every KPI that is not in the strip."""
        shown = {tile.kpi_id for tile in self._tiles}
        rest = [one for one in self._picks if one not in shown]
        rest += [kpi.id for kpi in KPIS if kpi.id not in shown and kpi.id not in rest]
        popup = MoreKpis(rest, self)
        self._rest = popup
        popup.destroyed.connect(self._forget_rest)
        for tile in popup.tiles:
            tile.explain.connect(self.explain)
            self._fill(tile)
        popup.show_under(self.more)
        return popup

    # inside

    def _forget_rest(self) -> None:
        self._rest = None

    def _all_tiles(self) -> list[KpiTile]:
        return [*self._tiles, *(self._rest.tiles if self._rest is not None else ())]

    def _room(self) -> int:
        return screen_size(self.window().width()).kpis

    def _arrange(self, count: int, force: bool = False) -> None:
        wanted = self._picks[:count]
        if [tile.kpi_id for tile in self._tiles] == wanted and not force:
            return
        while len(self._tiles) > len(wanted):
            tile = self._tiles.pop()
            self._row.removeWidget(tile)
            tile.deleteLater()
        while len(self._tiles) < len(wanted):
            tile = KpiTile(wanted[len(self._tiles)], self)
            tile.explain.connect(self.explain)
            self._row.insertWidget(len(self._tiles), tile, 1)
            self._tiles.append(tile)
        for tile, kpi_id in zip(self._tiles, wanted, strict=True):
            self._fill(tile, kpi_id)

    def _show_results(self, results: Results | None, baseline: Results | None) -> None:
        self._show_month(self._session.month)

    def _show_month(self, month: int) -> None:
        for tile in self._all_tiles():
            self._fill(tile)

    def _fill(self, tile: KpiTile, kpi_id: str = "") -> None:
        results, baseline = self._session.results, self._session.baseline_results
        chosen = kpi_id or tile.kpi_id
        if results is None:
            return
        month = self._session.month
        before = None
        if baseline is not None and baseline is not results:
            before = self._before(baseline, chosen, month)
        value, limit = results.kpi(chosen, month, brief=True), _limit(results, chosen, month)
        tile.show_kpi(value, before, limit, 0.0 if limit is None else _excess(results, chosen, month))

    def _before(self, baseline: Results, kpi_id: str, month: int) -> KpiValue:
        """The baseline's KPI: it stays the same while the design changes a hundred times a second."""
        if self._baseline_memo is None or self._baseline_memo[0] is not baseline:
            self._baseline_memo = (baseline, {})
        memo = self._baseline_memo[1]
        found = memo.get((kpi_id, month))
        if found is None:
            found = memo[kpi_id, month] = baseline.kpi(kpi_id, month, brief=True)
        return found

    def _busy(self, on: bool) -> None:
        if on:
            if not self._busy_timer.isActive() and self._busy_line.isHidden():
                self._busy_timer.start()
        else:
            self._busy_timer.stop()
            self._busy_line.hide()

    def _show_busy(self) -> None:
        self._lay_busy()
        self._busy_line.show()
        self._busy_line.raise_()

    def _lay_busy(self) -> None:
        self._busy_line.setGeometry(0, self.height() - _BUSY_HEIGHT, self.width(), _BUSY_HEIGHT)

    def _retheme(self) -> None:
        theme = current()
        self.more.setIcon(theme.icon("chevrons-right"))
        self._busy_line.setStyleSheet(f"background: {theme.hex('accent')}")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_busy()
        self._arrange(self._room())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._arrange(self._room())

    def sizeHint(self) -> QSize:
        return QSize(1600, HEIGHTS["kpi"])

    # picking

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        tile = self.childAt(event.pos())
        menu = self.picking_menu(tile.kpi_id if isinstance(tile, KpiTile) else "")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def picking_menu(self, kpi_id: str = "") -> QMenu:
        """The menu that picks which KPIs stand in the strip, and where the one under the mouse stands."""
        menu = QMenu(self)
        if kpi_id:
            at = self._picks.index(kpi_id)
            menu.addAction("Explain", lambda: self.explain(kpi_id))
            menu.addAction("Move left", lambda: self._move(kpi_id, -1)).setEnabled(at > 0)
            menu.addAction("Move right", lambda: self._move(kpi_id, 1)).setEnabled(at < len(self._picks) - 1)
            menu.addSeparator()
        for kpi in KPIS:
            action = QAction(kpi.name, menu)
            action.setCheckable(True)
            action.setChecked(kpi.id in self._picks)
            action.setData(kpi.id)
            action.setEnabled(kpi.id not in self._picks or len(self._picks) > 1)
            action.toggled.connect(lambda on, one=kpi.id: self._toggle(one, on))
            menu.addAction(action)
        menu.addSeparator()
        menu.addAction("Show the usual ones", lambda: self.set_picks(FIRST_PICKS))
        return menu

    def _toggle(self, kpi_id: str, on: bool) -> None:
        without = [one for one in self._picks if one != kpi_id]
        # a figure that is asked for is wanted in sight: it takes the last place that has room
        at = min(len(without), max(len(self._tiles) - 1, 0))
        self.set_picks((*without[:at], kpi_id, *without[at:]) if on else tuple(without))

    def _move(self, kpi_id: str, step: int) -> None:
        at = self._picks.index(kpi_id)
        order = [one for one in self._picks if one != kpi_id]
        order.insert(max(0, at + step), kpi_id)
        self.set_picks(tuple(order))


class MoreKpis(QWidget):
    """A popup with the KPIs that have no room in the strip. Esc closes it."""

    def __init__(self, ids: list[str], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("surface", "card")
        self.setAccessibleName("All key figures")
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        grid = QGridLayout()
        grid.setSpacing(0)
        column.addLayout(grid)
        self.tiles: tuple[KpiTile, ...] = tuple(KpiTile(one, self) for one in ids)
        for index, tile in enumerate(self.tiles):
            tile.set_rule(index % _COLUMNS != _COLUMNS - 1)
            tile.setFixedWidth(228)
            grid.addWidget(tile, index // _COLUMNS, index % _COLUMNS)

    def show_under(self, button: QWidget) -> None:
        """Open with its right edge under a button, held on the screen."""
        self.adjustSize()
        place = button.mapToGlobal(QPoint(button.width() - self.width(), button.height()))
        screen = button.screen().availableGeometry()
        self.move(max(screen.left(), place.x()), min(place.y(), max(0, screen.bottom() - self.height())))
        self.show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)


def _limit(results: Results, kpi_id: str, month: int) -> float | None:
    """What limits a KPI in a month, in its own unit; None when nothing does."""
    series = results.series.get(LIMITS.get(kpi_id, ""))
    if series is None:
        return None
    value = float(series.values[0][results.month_index(month)])
    return value if np.isfinite(value) and value > 0 else None


def _excess(results: Results, kpi_id: str, month: int) -> float:
    """What parts (sites) are over limits of their own, together: one site cannot use another's grid."""
    row, found = results.month_index(month), 0.0
    for limit in results.series.of_group(LIMITS[kpi_id]):
        drawn = results.series[f"{kpi_id}.site:{limit.key}"].values[0][row]
        if np.isfinite(drawn):
            found += max(0.0, float(drawn - limit.values[0][row]))
    return found


def _known(remembered: Any) -> list[str]:
    """Ids that were picked as far as they still exist, else the usual ones."""
    ids = [kpi.id for kpi in KPIS]
    wanted = [one for one in remembered if one in ids] if isinstance(remembered, list) else []
    return wanted or [one for one in FIRST_PICKS if one in ids]
