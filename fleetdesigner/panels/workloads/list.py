"""The list of workloads: kind, name, model, and how much of what they ask for they get."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from fleetdesigner.look import current, theme_signals
from fleetdesigner.panels.workloads.presets import KIND_ICONS
from fleetdesigner.panels.workloads.state import WorkloadState

Index = QModelIndex | QPersistentModelIndex
ROW_ROLE = Qt.ItemDataRole.UserRole
CARD = 64
_ICON, _LEFT, _TEXT, _RIGHT = 16, 12, 36, 12


@dataclass(frozen=True, slots=True)
class WorkloadCard:
    """One workload in the list."""

    id: str
    kind: str
    name: str
    model: str
    state: WorkloadState


class WorkloadDelegate(QStyledItemDelegate):
    """Paints a card: unmet demand is the hatched part of its bar."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(80, CARD)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        card: WorkloadCard = index.data(ROW_ROLE)
        box: QRect = option.rect
        state: QStyle.StateFlag = option.state
        theme, ratio = current(), painter.device().devicePixelRatioF()
        painter.save()
        selected = bool(state & QStyle.StateFlag.State_Selected)
        if selected:
            painter.fillRect(box, theme.color("accentWeak"))
            painter.fillRect(QRect(box.left(), box.top(), 2, box.height()), theme.color("accent"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, theme.color("hover"))
        painter.fillRect(QRect(box.left(), box.bottom(), box.width(), 1), theme.color("line"))
        icon = theme.pixmap(KIND_ICONS[card.kind], _ICON, "ink2", ratio)
        painter.drawPixmap(QPoint(box.left() + _LEFT, box.top() + 7), icon)
        room = QRect(box.left() + _TEXT, box.top() + 6, box.width() - _TEXT - _RIGHT, 16)
        quiet = "ink2" if selected else "ink3"
        short = card.state.short
        for words, font, tone in (
            (card.name, "text_medium", "ink"),
            (card.model, "caption", quiet),
            (card.state.amount, "caption_medium" if short else "caption", "ink" if short else quiet),
        ):
            painter.setFont(theme.font(font))
            painter.setPen(theme.color(tone))
            shown = QFontMetrics(theme.font(font)).elidedText(
                words, Qt.TextElideMode.ElideRight, room.width()
            )
            painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)
            room.translate(0, 16)
        if card.state.share is not None:
            bar = QRect(room.left(), box.bottom() - 8, room.width(), 4)
            done = round(bar.width() * min(max(card.state.share, 0.0), 1.0))
            painter.fillRect(bar, theme.hatch("ink3", "mark") if short else theme.color("track"))
            painter.fillRect(QRect(bar.left(), bar.top(), done, bar.height()), theme.color("border"))
        painter.restore()


class WorkloadList(QListWidget):
    """Cards by workload id; new cards come without losing the selection."""

    chosen = Signal(str)
    delete_wanted = Signal(str)
    rename_wanted = Signal(str)
    duplicate_wanted = Signal(str)
    menu_wanted = Signal(str, QPoint)
    """(id or empty, where on the screen)"""

    def __init__(self) -> None:
        super().__init__()
        self._filling = False
        self.setItemDelegate(WorkloadDelegate(self))
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setAccessibleName("Workloads")
        self.currentItemChanged.connect(self._moved)
        self.customContextMenuRequested.connect(self._menu)
        theme_signals.changed.connect(self.viewport().update)

    def show_cards(self, cards: Sequence[WorkloadCard]) -> None:
        """Show these cards."""
        ids = [card.id for card in cards]
        if ids != [self._id(self.item(at)) for at in range(self.count())]:
            self._filling = True
            held, scrolled = self.current_id(), self.verticalScrollBar().value()
            self.clear()
            for card in cards:
                item = QListWidgetItem(self)
                item.setData(ROW_ROLE, card)
            self._filling = False
            self.select(held)
            self.verticalScrollBar().setValue(scrolled)
        for at, card in enumerate(cards):
            item = self.item(at)
            if item.data(ROW_ROLE) != card or not item.toolTip():
                item.setData(ROW_ROLE, card)
                words = " · ".join(part for part in (card.name, card.model, card.state.amount) if part)
                item.setToolTip(f"{words}\n{card.state.limit}".strip())
                item.setData(Qt.ItemDataRole.AccessibleTextRole, words)

    def current_id(self) -> str:
        """Id of the workload under the cursor; empty when there is none."""
        item = self.currentItem()
        return "" if item is None else self._id(item)

    def select(self, workload_id: str) -> bool:
        """Put the cursor on a workload without telling; False when it is not listed."""
        for at in range(self.count()):
            if self._id(self.item(at)) == workload_id:
                self._filling = True
                self.setCurrentRow(at)
                self._filling = False
                return True
        return False

    def cards(self) -> tuple[WorkloadCard, ...]:
        """The cards on screen."""
        return tuple(self.item(at).data(ROW_ROLE) for at in range(self.count()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        held = self.current_id()
        ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if held and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.delete_wanted.emit(held)
        elif held and event.key() == Qt.Key.Key_F2:
            self.rename_wanted.emit(held)
        elif held and ctrl and event.key() == Qt.Key.Key_D:
            self.duplicate_wanted.emit(held)
        else:
            super().keyPressEvent(event)

    @staticmethod
    def _id(item: QListWidgetItem) -> str:
        card: WorkloadCard = item.data(ROW_ROLE)
        return card.id

    def _moved(self, item: QListWidgetItem | None, before: QListWidgetItem | None) -> None:
        if item is not None and not self._filling:
            self.chosen.emit(self._id(item))

    def _menu(self, place: QPoint) -> None:
        item = self.itemAt(place)
        self.menu_wanted.emit("" if item is None else self._id(item), self.viewport().mapToGlobal(place))
