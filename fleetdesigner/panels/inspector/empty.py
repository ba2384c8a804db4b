"""What the inspector shows when nothing is selected: what to click, and other places to start."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtGui import QEnterEvent, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from fleetdesigner.assets import ResourceMissing, resource
from fleetdesigner.look import current, theme_signals
from fleetdesigner.look.tokens import HEIGHTS

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session

EXAMPLES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "first-hall": ("warehouse", "H100 beside Trainium2 in 1.2 MW"),
        "project-rainier": ("building-2", "500,000 Trainium2 in 7 buildings"),
        "ultracluster-1m": ("boxes", "1,000,000 Trainium3, one campus"),
        "openai-2gw": ("calendar-range", "2 GW of Trainium, month by month"),
        "hybrid-migration": ("shuffle", "H100 and H200 take on Trainium"),
        "nvlink-fusion": ("cable", "Trainium4 beside NVIDIA, a what-if"),
    }
)
"""File name → icon and one line; one that is not here is listed by its name alone."""


def example_paths() -> tuple[Path, ...]:
    """The bundled designs, in the order of `EXAMPLES`."""
    try:
        folder = resource("examples")
    except ResourceMissing:
        return ()
    order = list(EXAMPLES)
    return tuple(
        sorted(
            folder.glob("*.fleet"),
            key=lambda path: (order.index(path.stem) if path.stem in order else len(order), path.stem),
        )
    )


class PlaceRow(QWidget):
    """One place to start: icon, name, one line."""

    chosen = Signal()

    def __init__(self, name: str, icon: str, line: str, spoken: str) -> None:
        super().__init__()
        self.name, self._icon, self._line = name, icon, line
        self._under = False
        self.setFixedHeight(HEIGHTS["card"])
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(f"{spoken}: {line}")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.chosen.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._under = True
        self.update()

    def leaveEvent(self, event: object) -> None:
        self._under = False
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current()
        painter = QPainter(self)
        if self._under:
            painter.fillRect(self.rect(), theme.color("hover"))
        painter.fillRect(QRect(0, self.height() - 1, self.width(), 1), theme.color("line"))
        painter.drawPixmap(12, 16, theme.pixmap(self._icon, 16, "ink2", self.devicePixelRatioF()))
        room = QRect(40, 7, self.width() - 48, 16)
        align = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for words, font, tone, top in (
            (self.name, "text_medium", "ink", 7),
            (self._line, "caption", "ink3", 24),
        ):
            room.moveTop(top)
            painter.setFont(theme.font(font))
            painter.setPen(theme.color(tone))
            shown = QFontMetrics(painter.font()).elidedText(words, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, align, shown)
        if self.hasFocus():
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -2))


COMMITMENT = (
    "New, from a commitment", "milestone", "“2 GW”, “500,000 chips”, “$100 B”", "New, from a commitment",
)  # fmt: skip
NEW = ("New, empty hall", "square-dashed", "Set a power limit, then drag racks", "New, empty hall")
THIS_PLAN = ("This plan", "calendar", "Horizon and dollars", "This plan")
"""Name, icon, line, and what a screen reader says."""


def _example_row(path: Path) -> PlaceRow:
    icon, line = EXAMPLES.get(path.stem, ("folder-open", "An example"))
    return PlaceRow(path.stem, icon, line, f"Open {path.stem}")


class EmptyPage(QWidget):
    """Nothing selected."""

    open_example = Signal(str)
    commitment_wanted = Signal()
    """The planner wants to translate a commitment."""
    new_wanted = Signal()
    """The planner wants a new, empty hall."""
    plan_wanted = Signal()
    """The planner wants the fields of the plan itself."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        title = QLabel("Nothing selected")
        title.setFont(current().font("title"))
        title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        words = QLabel("Click a rack, a row or the hall to see its figures and their sources.")
        words.setWordWrap(True)
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        words.setProperty("tone", "ink2")
        head = QVBoxLayout()
        head.setContentsMargins(24, 24, 24, 20)
        head.setSpacing(8)
        for widget in (self._picture, title, words):
            head.addWidget(widget)
        other = QLabel("Other places to start")
        other.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        other.setFont(current().font("caption_strong"))
        other.setProperty("tone", "ink2")
        other.setContentsMargins(12, 0, 12, 0)
        band = QWidget()
        band.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        band.setProperty("surface", "sunken")
        band.setFixedHeight(HEIGHTS["group_header"])
        inner = QVBoxLayout(band)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(other)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        self.plan = PlaceRow(*THIS_PLAN)
        self.plan.chosen.connect(self.plan_wanted)
        column.addWidget(self.plan)
        column.addWidget(band)
        self.places = {path: _example_row(path) for path in example_paths()}
        for path, place in self.places.items():
            place.chosen.connect(partial(self.open_example.emit, str(path)))
            column.addWidget(place)
        self.commitment = PlaceRow(*COMMITMENT)
        self.commitment.chosen.connect(self.commitment_wanted)
        column.addWidget(self.commitment)
        self.new = PlaceRow(*NEW)
        self.new.chosen.connect(self.new_wanted)
        column.addWidget(self.new)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(body)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)
        session.path_changed.connect(self.refresh)
        theme_signals.changed.connect(self._dress)
        self._dress()
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Leave out the example that is open."""
        path = self._session.path
        for own, place in self.places.items():
            place.setVisible(path is None or path.resolve() != own.resolve())

    @Slot()
    def _dress(self) -> None:
        self._picture.setPixmap(current().pixmap("mouse-pointer-click", 24, "ink2"))
