"""The tree of the plan: painted rows, folding that survives changes, names edited in place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from fleetdesigner.look import current, theme_signals
from fleetdesigner.look.theme import Theme
from fleetdesigner.panels.plan.rows import ICONS, PHASES, PlanRow

Index = QModelIndex | QPersistentModelIndex
ROW_ROLE = Qt.ItemDataRole.UserRole
HEADER, CARD, SMALL = 24, 48, 40
_RIGHT = 12
_MANY = 12
"""More phases than this start folded."""
_LEFT = {"site": 30, "hall": 44, "pool": 30, "phase": 30}
_ICON = 16


class PlanDelegate(QStyledItemDelegate):
    """Paints headers and objects; its editor stands where the name is."""

    renamed = Signal(str, str)
    """(ref, new name)"""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        row: PlanRow = index.data(ROW_ROLE)
        return QSize(80, HEADER if row.is_group else CARD if row.kind == "hall" else SMALL)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: PlanRow = index.data(ROW_ROLE)
        state: QStyle.StateFlag = option.state
        box: QRect = option.rect
        opened = bool(state & QStyle.StateFlag.State_Open)
        painter.save()
        if row.is_group:
            self._header(painter, box, row, opened, bool(state & QStyle.StateFlag.State_Selected))
        else:
            self._object(painter, box, row, state, opened)
        painter.restore()

    def _header(self, painter: QPainter, box: QRect, row: PlanRow, opened: bool, selected: bool) -> None:
        theme, ratio = current(), painter.device().devicePixelRatioF()
        painter.fillRect(box, theme.color("accentWeak" if selected else "sunken"))
        painter.fillRect(QRect(box.left(), box.bottom(), box.width(), 1), theme.color("line"))
        name = "chevron-down" if opened else "chevron-right"
        painter.drawPixmap(QPoint(box.left() + 10, box.top() + 5), theme.pixmap(name, 14, "ink3", ratio))
        painter.setFont(theme.font("caption_strong"))
        painter.setPen(theme.color("ink2"))
        painter.drawText(box.adjusted(30, 0, -60, 0), _MIDDLE_LEFT, row.name)
        painter.setFont(theme.font("caption", tabular=True))
        painter.setPen(theme.color("ink3"))
        painter.drawText(box.adjusted(0, 0, -_RIGHT - 20, 0), _MIDDLE_RIGHT, row.details[0])
        plus = plus_box(box)
        painter.drawPixmap(plus.topLeft() + QPoint(3, 3), theme.pixmap("plus", 14, "ink2", ratio))

    def _object(
        self, painter: QPainter, box: QRect, row: PlanRow, state: QStyle.StateFlag, opened: bool
    ) -> None:
        theme, ratio = current(), painter.device().devicePixelRatioF()
        selected = bool(state & QStyle.StateFlag.State_Selected)
        tree = self.parent()
        if isinstance(tree, PlanTree) and tree.target == row.ref:
            painter.fillRect(box, theme.color("accentMid" if tree.target_takes else "panel"))
            if not tree.target_takes:
                painter.fillRect(box, theme.hatch("refuse", "refused"))
        elif selected:
            painter.fillRect(box, theme.color("accentWeak"))
            painter.fillRect(QRect(0, box.top(), 2, box.height()), theme.color("accent"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, theme.color("hover"))
        painter.fillRect(QRect(box.left(), box.bottom(), box.width(), 1), theme.color("line"))
        left = _LEFT[row.kind]
        if row.kind == "site" and state & QStyle.StateFlag.State_Children:
            name = "chevron-down" if opened else "chevron-right"
            painter.drawPixmap(QPoint(box.left() + 10, box.top() + 8), theme.pixmap(name, 14, "ink3", ratio))
        icon = theme.pixmap("octagon-alert" if row.over else ICONS[row.kind], _ICON, _tone(row), ratio)
        painter.drawPixmap(QPoint(box.left() + left, box.top() + 7), icon)
        room = text_box(box, row)
        font = theme.font("text_medium")
        painter.setFont(font)
        painter.setPen(theme.color("ink"))
        shown = QFontMetrics(font).elidedText(row.name, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(QRect(room.left(), box.top() + 5, room.width(), 16), _MIDDLE_LEFT, shown)
        self._details(painter, theme, QRect(room.left(), box.top() + 21, room.width(), 16), row, selected)
        if row.share is not None:
            _paint_bar(painter, theme, QRect(room.left(), box.top() + 39, room.width(), 4), row)

    def _details(self, painter: QPainter, theme: Theme, room: QRect, row: PlanRow, selected: bool) -> None:
        font = theme.font("caption")
        metrics = QFontMetrics(font)
        parts = list(row.details)
        while len(parts) > 1 and metrics.horizontalAdvance(" · ".join(parts)) > room.width() - 2:
            parts.pop()
        words = metrics.elidedText(" · ".join(parts), Qt.TextElideMode.ElideRight, room.width())
        painter.setFont(font)
        painter.setPen(theme.color("over" if row.over else "ink2" if selected else "ink3"))
        painter.drawText(room, _MIDDLE_LEFT, words)

    # the name in place

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setMaxLength(200)
        editor.setAccessibleName("Name")
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        if isinstance(editor, QLineEdit):
            row: PlanRow = index.data(ROW_ROLE)
            editor.setText(row.name)
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: Any, index: Index) -> None:
        if isinstance(editor, QLineEdit):
            row: PlanRow = index.data(ROW_ROLE)
            self.renamed.emit(row.ref, editor.text().strip())

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        box: QRect = option.rect
        room = text_box(box, index.data(ROW_ROLE))
        editor.setGeometry(room.left() - 8, box.top() + 1, room.width() + 12, 24)


_MIDDLE_LEFT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
_MIDDLE_RIGHT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)


def plus_box(box: QRect) -> QRect:
    """Where a header's plus stands."""
    return QRect(box.right() - _RIGHT - 14, box.top() + 2, 20, 20)


def text_box(box: QRect, row: PlanRow) -> QRect:
    """Where the words of an object stand."""
    left = _LEFT[row.kind] + _ICON + 8
    return QRect(box.left() + left, box.top(), box.width() - left - _RIGHT, box.height())


def _tone(row: PlanRow) -> str:
    return "over" if row.over else "ink2"


def _paint_bar(painter: QPainter, theme: Theme, room: QRect, row: PlanRow) -> None:
    share = row.share or 0.0
    # a tenth of the room stays beyond the tick, for what is over the limit
    limit = round(room.width() * 0.94)
    painter.fillRect(QRect(room.left(), room.top(), limit, room.height()), theme.color("track"))
    inside = QRect(room.left(), room.top(), round(limit * min(share, 1.0)), room.height())
    painter.fillRect(inside, theme.color("over" if row.over else "border"))
    if row.over:
        beyond = QRect(room.left() + limit, room.top(), room.width() - limit, room.height())
        painter.fillRect(beyond, theme.hatch("over", "over"))
    painter.fillRect(QRect(room.left() + limit, room.top() - 2, 1, room.height() + 4), theme.color("ink"))


class PlanTree(QTreeWidget):
    """Rows by reference. New rows come without losing what was folded, selected and scrolled to."""

    chosen = Signal(str)
    """The planner picked an object."""
    opened = Signal(str)
    """The planner double-clicked an object, or pressed Enter on it."""
    add_wanted = Signal(str)
    """The plus of a header was clicked: ``group:pools``."""
    delete_wanted = Signal(str)
    menu_wanted = Signal(str, QPoint)
    """(ref, where on the screen)"""
    touched = Signal()
    """The hand does something else: what was said in place may go."""

    def __init__(self) -> None:
        super().__init__()
        self._items: dict[str, QTreeWidgetItem] = {}
        self._folded: set[str] = set()
        self._known: set[str] = set()
        self._filling = False
        self.target, self.target_takes = "", False
        """The row under blocks that the hand carries in from the canvas, and whether it takes them."""
        self.setColumnCount(1)
        self.setHeaderHidden(True)
        self.setIndentation(0)
        self.setRootIsDecorated(False)
        self.setExpandsOnDoubleClick(False)
        self.setUniformRowHeights(False)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setAccessibleName("Plan")
        self.rows_delegate = PlanDelegate(self)
        self.setItemDelegate(self.rows_delegate)
        self.itemExpanded.connect(self._unfolded)
        self.itemCollapsed.connect(self._fold)
        self.currentItemChanged.connect(self._moved)
        self.customContextMenuRequested.connect(self._menu)
        self.verticalScrollBar().valueChanged.connect(self.touched)
        theme_signals.changed.connect(self.viewport().update)

    # rows

    def show_rows(self, rows: Sequence[PlanRow]) -> None:
        """Show these rows; equal references keep their items."""
        if [(row.ref, row.parent) for row in rows] == [
            (row.ref, row.parent) for row in (item.data(0, ROW_ROLE) for item in self._items.values())
        ]:
            for row in rows:
                item = self._items[row.ref]
                if item.data(0, ROW_ROLE) != row:
                    _fill(item, row)
            return
        self._rebuild(rows)

    def _rebuild(self, rows: Sequence[PlanRow]) -> None:
        self._filling = True
        selected, scrolled = self.current_ref(), self.verticalScrollBar().value()
        self.clear()
        self._items = {}
        for row in rows:
            parent = self._items.get(row.parent)
            item = QTreeWidgetItem(parent) if parent is not None else QTreeWidgetItem(self)
            _fill(item, row)
            self._items[row.ref] = item
        many = sum(row.parent == PHASES for row in rows) > _MANY
        if PHASES not in self._known and many:
            self._folded.add(PHASES)
        self._known = set(self._items)
        for ref, item in self._items.items():
            item.setExpanded(ref not in self._folded)
        if selected in self._items:
            self.setCurrentItem(self._items[selected])
        self.verticalScrollBar().setValue(scrolled)
        self._filling = False

    def forget(self) -> None:
        """Another document: nothing is folded or selected."""
        self._folded.clear()
        self._known.clear()
        self._filling = True
        self.selectionModel().clear()
        self._filling = False

    def current_ref(self) -> str:
        """The row the cursor stands on; empty when none."""
        item = self.currentItem()
        return "" if item is None else str(item.data(0, ROW_ROLE).ref)

    def row_of(self, ref: str) -> PlanRow | None:
        """The row of a reference."""
        item = self._items.get(ref)
        return None if item is None else item.data(0, ROW_ROLE)

    def refs(self) -> tuple[str, ...]:
        """All references, headers too, in order."""
        return tuple(self._items)

    def is_folded(self, ref: str) -> bool:
        """Whether what stands under a row is hidden."""
        return ref in self._folded

    def set_folded(self, ref: str, folded: bool) -> None:
        """Hide or show what stands under a row."""
        item = self._items.get(ref)
        if item is not None:
            item.setExpanded(not folded)

    def select(self, ref: str) -> None:
        """Put the cursor on a row, without telling."""
        item = self._items.get(ref)
        if item is None:
            return
        self._filling = True
        parent = item.parent()
        while parent is not None:
            parent.setExpanded(True)
            self._folded.discard(parent.data(0, ROW_ROLE).ref)
            parent = parent.parent()
        self.setCurrentItem(item)
        self.scrollToItem(item)
        self._filling = False

    def box_of(self, ref: str) -> QRect:
        """Where a row is painted, in the viewport; empty when it is not."""
        item = self._items.get(ref)
        return QRect() if item is None else self.visualItemRect(item)

    def ref_under(self, place: QPoint) -> str:
        """The reference of the row at a place on the screen; empty when there is none."""
        at = self.viewport().mapFromGlobal(place)
        item = self.itemAt(at) if self.isVisible() and self.viewport().rect().contains(at) else None
        return "" if item is None else str(item.data(0, ROW_ROLE).ref)

    def show_target(self, ref: str, takes: bool) -> None:
        """Mark a row as the target of a drag; an empty reference takes the mark away."""
        if (ref, takes) != (self.target, self.target_takes):
            self.target, self.target_takes = ref, takes
            self.viewport().update()

    def rename(self, ref: str) -> None:
        """Edit the name in place."""
        item = self._items.get(ref)
        if item is not None and not item.data(0, ROW_ROLE).is_group:
            self.editItem(item)

    # hand

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.touched.emit()
        item = self.itemAt(event.position().toPoint())
        before = self.currentItem()
        if item is not None and event.button() == Qt.MouseButton.LeftButton:
            row: PlanRow = item.data(0, ROW_ROLE)
            box, place = self.visualItemRect(item), event.position().toPoint()
            if row.is_group and plus_box(box).contains(place):
                self.add_wanted.emit(row.ref)
                return
            on_chevron = row.kind == "site" and place.x() < box.left() + _LEFT["site"]
            if row.is_group or on_chevron:
                item.setExpanded(not item.isExpanded())
                if on_chevron:
                    return
        super().mousePressEvent(event)
        if item is not None and item is before and not item.data(0, ROW_ROLE).is_group:
            self.chosen.emit(item.data(0, ROW_ROLE).ref)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        item = self.itemAt(event.position().toPoint())
        if item is not None and not item.data(0, ROW_ROLE).is_group:
            self.opened.emit(item.data(0, ROW_ROLE).ref)
        elif item is not None:
            self.mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, ref = event.key(), self.current_ref()
        row = self.row_of(ref)
        if row is None or self.state() == QAbstractItemView.State.EditingState:
            super().keyPressEvent(event)
            return
        if key == Qt.Key.Key_F2:
            self.rename(ref)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and not row.is_group:
            self.delete_wanted.emit(ref)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if row.is_group:
                self.set_folded(ref, not self.is_folded(ref))
            else:
                self.opened.emit(ref)
        else:
            self.touched.emit()
            super().keyPressEvent(event)

    def _moved(self, item: QTreeWidgetItem | None, before: QTreeWidgetItem | None) -> None:
        if item is not None and not self._filling and not item.data(0, ROW_ROLE).is_group:
            self.chosen.emit(item.data(0, ROW_ROLE).ref)

    def _fold(self, item: QTreeWidgetItem) -> None:
        if not self._filling:
            self._folded.add(item.data(0, ROW_ROLE).ref)

    def _unfolded(self, item: QTreeWidgetItem) -> None:
        if not self._filling:
            self._folded.discard(item.data(0, ROW_ROLE).ref)

    def _menu(self, place: QPoint) -> None:
        item = self.itemAt(place)
        ref = "" if item is None else str(item.data(0, ROW_ROLE).ref)
        self.menu_wanted.emit(ref, self.viewport().mapToGlobal(place))


def _fill(item: QTreeWidgetItem, row: PlanRow) -> None:
    item.setData(0, ROW_ROLE, row)
    item.setText(0, "")
    item.setToolTip(0, " · ".join((row.name, *row.details)) if not row.is_group else "")
    item.setData(0, Qt.ItemDataRole.AccessibleTextRole, " · ".join((row.name, *row.details)))
    editable = Qt.ItemFlag.NoItemFlags if row.is_group else Qt.ItemFlag.ItemIsEditable
    item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | editable)
