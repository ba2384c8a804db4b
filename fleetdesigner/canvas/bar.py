"""The bar above the canvas: path, legend, overlay, ruler, fit and zoom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QAction, QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from fleetdesigner.canvas.overlays import OVERLAYS, LegendItem, cividis
from fleetdesigner.canvas.view import CanvasView
from fleetdesigner.canvas.write import width_of, write
from fleetdesigner.look.theme import Theme, current, theme_signals
from fleetdesigner.look.tokens import HEIGHTS

if TYPE_CHECKING:
    from fleetdesigner.design.model import Design
    from fleetdesigner.session.session import Session

_NARROW = 900
"""Below this width the word "Overlay" goes, then legend items."""


class CanvasBar(QWidget):
    """Shows where the canvas is and what its colours mean, and steers both."""

    def __init__(self, session: Session, view: CanvasView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._view = session, view
        self.setFixedHeight(HEIGHTS["canvas_bar"])
        self.setAccessibleName("Canvas bar")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(4)
        self._site = _Crumb("Sites")
        self._arrow = QLabel()
        self._hall = _Crumb("Halls")
        for widget in (self._site, self._arrow, self._hall):
            row.addWidget(widget)
        self._legend = Legend(view)
        row.addWidget(self._legend, 1)
        self._word = QLabel("Overlay")
        self._word.setContentsMargins(8, 0, 4, 0)
        row.addWidget(self._word)
        self._choices = self._overlay_buttons(row)
        line = QFrame()
        line.setFixedSize(1, 18)
        line.setObjectName("hairline")
        self._line = line
        row.addSpacing(6)
        row.addWidget(line)
        row.addSpacing(2)
        self._ruler = _tool("Measure a distance", checkable=True)
        self._ruler.toggled.connect(self._toggle_ruler)
        self._fit = _tool("Fit all (F)")
        self._fit.clicked.connect(view.fit)
        row.addWidget(self._ruler)
        row.addWidget(self._fit)
        self._zoom = QLabel()
        self._zoom.setMinimumWidth(46)
        self._zoom.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._zoom)
        session.design_changed.connect(self._on_design)
        view.hall_changed.connect(self._show_path)
        view.view_changed.connect(self._show_view)
        theme_signals.changed.connect(self._retheme)
        self._retheme()
        self._show_path()
        self._show_view()

    def _overlay_buttons(self, row: QHBoxLayout) -> QButtonGroup:
        group = QButtonGroup(self)
        box = QHBoxLayout()
        box.setSpacing(0)
        for index, one in enumerate(OVERLAYS):
            button = QPushButton(one.label)
            button.setCheckable(True)
            button.setProperty("role", "segment")
            ends = {0: "first", len(OVERLAYS) - 1: "last"}
            button.setProperty("place", ends.get(index, "middle"))
            button.setToolTip(one.tip)
            button.setAccessibleName(f"Overlay: {one.label}")
            group.addButton(button, index)
            box.addWidget(button)
        group.idClicked.connect(self._choose_overlay)
        row.addLayout(box)
        return group

    @Slot(int)
    def _choose_overlay(self, index: int) -> None:
        self._view.set_overlay(OVERLAYS[index].id)

    @Slot(bool)
    def _toggle_ruler(self, on: bool) -> None:
        if on != self._view.measures:
            self._view.set_ruler(on)

    @Slot()
    def _show_view(self) -> None:
        """Zoom, ruler and overlay as they are now."""
        self._zoom.setText(self._view.zoom_text)
        self._ruler.setChecked(self._view.measures)
        chosen = next(index for index, one in enumerate(OVERLAYS) if one.id == self._view.overlay)
        self._choices.button(chosen).setChecked(True)

    @Slot(object, object)
    def _on_design(self, before: Design | None, after: Design | None) -> None:
        # tens of menu entries are not made anew for a price
        if before is None or after is None or _names(before) != _names(after):
            self._show_path()

    @Slot()
    def _show_path(self) -> None:
        """Site › hall, each a menu of the others."""
        design, hall_id = self._session.design, self._view.hall_id
        place = self._view.stage.fleet.places.get(hall_id) if hall_id is not None else None
        site = None if place is None else self._view.stage.fleet.sites[place]
        if site is None and len(design.sites) == 1:
            site = design.sites[0]
        campus = QAction("Whole campus", self)
        campus.triggered.connect(lambda: self._view.show_hall(None))
        site_actions = [campus]
        for one in design.sites:
            action = QAction(one.name or one.id, self)
            action.triggered.connect(lambda _=False, ref=f"site:{one.id}": self._view.go_to(ref))
            site_actions.append(action)
        name = (site.name or site.id) if site is not None else f"{len(design.sites)} sites"
        self._site.show_choices(name, site_actions, strong=False)
        hall_actions = []
        halls = site.halls if site is not None else design.halls
        for hall in halls:
            action = QAction(hall.name or hall.id, self)
            action.triggered.connect(lambda _=False, key=hall.id: self._view.show_hall(key))
            hall_actions.append(action)
        shown = next((hall for hall in halls if hall.id == hall_id), None)
        count = len(halls)
        words = shown.name or shown.id if shown else f"{count} {'hall' if count == 1 else 'halls'}"
        self._hall.show_choices(words, hall_actions, strong=True)

    @Slot()
    def _retheme(self) -> None:
        theme = current()
        self._arrow.setPixmap(theme.pixmap("chevron-right", 14, "ink3"))
        self._ruler.setIcon(theme.icon("ruler", 16))
        self._fit.setIcon(theme.icon("maximize", 16))
        self._word.setFont(theme.font("caption"))
        self._zoom.setFont(theme.font("caption", tabular=True))
        for label in (self._word, self._zoom):
            label.setStyleSheet(f"color: {theme.hex('ink2')};")
        self._line.setStyleSheet(f"background: {theme.hex('line2')}; border: none;")
        self._legend.update()

    def leads_out(self, place: QPoint) -> bool:
        """Whether a place on the screen is on the path, which leads to the campus."""
        return any(one.rect().contains(one.mapFromGlobal(place)) for one in (self._site, self._hall))

    def resizeEvent(self, event: object) -> None:
        self._word.setVisible(self.width() >= _NARROW)


class _Crumb(QToolButton):
    """One step of the path, with a menu of its neighbours."""

    def __init__(self, what: str) -> None:
        super().__init__()
        self._what = what
        self._menu = QMenu(self)
        self.setMenu(self._menu)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)

    def show_choices(self, words: str, actions: list[QAction], *, strong: bool) -> None:
        """Show a name, and the choices its menu offers."""
        for action in self._menu.actions():
            self._menu.removeAction(action)
            action.deleteLater()
        self._menu.addActions(actions)
        self.setText(words)
        self.setFont(current().font("text_strong" if strong else "text"))
        self.setToolTip(f"{self._what}: go to another")
        self.setAccessibleName(f"{self._what}: {words}")


def _names(design: Design) -> list[tuple[str, str]]:
    """What the menus of the path say."""
    sites = [(site.id, site.name) for site in design.sites]
    return sites + [(hall.id, hall.name) for hall in design.halls]


def _tool(tip: str, *, checkable: bool = False) -> QToolButton:
    button = QToolButton()
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.setCheckable(checkable)
    button.setIconSize(QSize(16, 16))
    return button


class Legend(QWidget):
    """Swatches with words, centred; what does not fit is counted (``+2``)."""

    _SWATCH, _GAP, _RAMP = 12, 14, 84

    def __init__(self, view: CanvasView) -> None:
        super().__init__()
        self._view = view
        self._items: tuple[Theme, tuple[LegendItem, ...]] | None = None
        """What is shown: a design changes a hundred times a second, its families do not."""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumWidth(60)
        view.legend_changed.connect(self._refresh)
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        items = (current(), self._view.legend())
        if items == self._items:
            return
        self._items = items
        words = ", ".join(item.words + (f" to {item.ramp_to}" if item.ramp_to else "") for item in items[1])
        self.setAccessibleName(f"Legend: {words}" if words else "Legend")
        self.setToolTip(words)
        self.update()

    def _width(self, item: LegendItem) -> float:
        theme = current()
        wide = width_of(theme, "caption", item.words)
        if item.ramp_to:
            return wide + 12 + self._RAMP + width_of(theme, "caption", item.ramp_to)
        return wide + self._SWATCH + 6

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current()
        items = list(self._view.legend())
        widths = [self._width(item) for item in items]
        shown = len(items)
        while shown and sum(widths[:shown]) + self._GAP * (shown - 1) > self.width() - (
            30 if shown < len(items) else 0
        ):
            shown -= 1
        total = sum(widths[:shown]) + self._GAP * max(0, shown - 1)
        x = max(0.0, (self.width() - total) / 2)
        painter = QPainter(self)
        for item, wide in zip(items[:shown], widths[:shown], strict=True):
            self._item(painter, item, x, wide)
            x += wide + self._GAP
        if shown < len(items):
            box = QRectF(x, 0, 40, self.height())
            write(painter, theme, box, f"+{len(items) - shown}", colour="ink3")
        painter.end()

    def _item(self, painter: QPainter, item: LegendItem, x: float, wide: float) -> None:
        theme = current()
        middle = self.height() / 2
        if item.ramp_to:
            written = write(painter, theme, QRectF(x, 0, wide, self.height()), item.words)
            ramp = QRectF(round(x + written + 6), round(middle - 5), self._RAMP, 10)
            gradient = QLinearGradient(ramp.topLeft(), ramp.topRight())
            for stop in range(11):
                gradient.setColorAt(stop / 10, cividis(stop / 10))
            painter.fillRect(ramp, gradient)
            write(painter, theme, QRectF(ramp.right() + 6, 0, 400, self.height()), item.ramp_to)
            return
        box = QRectF(round(x), round(middle - 5), self._SWATCH, 10)
        swatch = item.swatch
        pen = QPen(swatch.edge, 1.0)
        if swatch.empty:
            pen.setDashPattern([2.0, 2.0])
        painter.fillRect(box, swatch.fill)
        if swatch.hatch is not None:
            painter.fillRect(box, swatch.hatch)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
        left = box.right() + 6
        write(painter, theme, QRectF(left, 0, wide - self._SWATCH - 5, self.height()), item.words)
