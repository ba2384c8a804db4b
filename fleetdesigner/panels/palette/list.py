"""The palette's list: a model of group headers and cards, a delegate that paints them, a view that drags."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import QDrag, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPixmap
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from fleetdesigner.look import current
from fleetdesigner.panels.palette.parts import GROUPS, Part
from fleetdesigner.panels.palette.thumb import paint_thumb, thumb_pixmap
from fleetdesigner.session.mime import RACK_MIME, rack_mime

Index = QModelIndex | QPersistentModelIndex
HEADER, CARD = 24, 48
LIT_MS = 2_000
TEXT_LEFT, THUMB_LEFT, RIGHT = 48, 12, 2
_DRAGGED_OPACITY = 0.92


@dataclass(frozen=True, eq=False)
class Header:
    """A group's header row."""

    group: int
    count: int
    open: bool

    @property
    def title(self) -> str:
        """Name of the group."""
        return GROUPS[self.group][0]


Row = Header | Part


class PaletteModel(QAbstractListModel):
    """Headers and cards; a folded group shows only its header."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: tuple[Part, ...] = ()
        self._folded: set[int] = {len(GROUPS) - 1}
        self._unfold = False
        self._rows: list[Row] = []

    def show_parts(self, parts: Sequence[Part], unfold: bool = False) -> None:
        """Show these cards; `unfold` opens every group while something is searched for."""
        self._parts, self._unfold = tuple(parts), unfold
        self._lay_out()

    def toggle(self, group: int) -> None:
        """Fold or unfold a group."""
        self._folded.symmetric_difference_update({group})
        self._lay_out()

    def set_open(self, group: int, is_open: bool) -> None:
        """Fold or unfold a group to a state."""
        if is_open == (group in self._folded):
            self.toggle(group)

    def at(self, index: Index) -> Row | None:
        """What stands in a row."""
        return self._rows[index.row()] if index.isValid() and index.row() < len(self._rows) else None

    def holds(self, rack_id: str) -> bool:
        """Whether a card is there, its group folded or not."""
        return any(part.id == rack_id for part in self._parts)

    def unfold_to(self, rack_id: str) -> None:
        """Open the group of a card."""
        for part in self._parts:
            if part.id == rack_id:
                self.set_open(part.group, True)

    def row_of(self, rack_id: str) -> int:
        """Row of a card, −1 when it is not shown."""
        for place, row in enumerate(self._rows):
            if isinstance(row, Part) and row.id == rack_id:
                return place
        return -1

    def rack_ids(self) -> tuple[str, ...]:
        """Ids of the cards now shown."""
        return tuple(row.id for row in self._rows if isinstance(row, Part))

    def _lay_out(self) -> None:
        rows: list[Row] = []
        for group in range(len(GROUPS)):
            held = [part for part in self._parts if part.group == group]
            if not held:
                continue
            is_open = self._unfold or group not in self._folded
            rows.append(Header(group, len(held), is_open))
            rows += held if is_open else ()
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.at(index)
        if row is None:
            return None
        if isinstance(row, Header):
            if role == Qt.ItemDataRole.DisplayRole:
                return row.title
            if role == Qt.ItemDataRole.AccessibleTextRole:
                return f"{row.title}, {row.count} parts, {'open' if row.open else 'folded'}"
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return row.rack.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.tip
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{row.rack.name}, {row.lines[0]}"
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        on = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return on | Qt.ItemFlag.ItemIsDragEnabled if isinstance(self.at(index), Part) else on

    def mimeTypes(self) -> list[str]:
        return [RACK_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        for index in indexes:
            row = self.at(index)
            if isinstance(row, Part):
                return rack_mime(row.id)
        return QMimeData()

    def supportedDragActions(self) -> Qt.DropAction:
        return Qt.DropAction.CopyAction


class PaletteDelegate(QStyledItemDelegate):
    """Paints headers and cards."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        row = self._row(index)
        return QSize(80, HEADER if isinstance(row, Header) else CARD)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = self._row(index)
        box: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        if isinstance(row, Header):
            self._header(painter, box, row, bool(state & QStyle.StateFlag.State_Selected))
        elif row is not None:
            self._card(painter, box, row, state)
        painter.restore()

    @staticmethod
    def _row(index: Index) -> Row | None:
        model = index.model()
        return model.at(index) if isinstance(model, PaletteModel) else None

    def _header(self, painter: QPainter, box: QRect, row: Header, selected: bool) -> None:
        theme = current()
        painter.fillRect(box, theme.color("accentWeak" if selected else "sunken"))
        painter.fillRect(QRect(box.left(), box.bottom(), box.width(), 1), theme.color("line"))
        name = "chevron-down" if row.open else "chevron-right"
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(QPoint(box.left() + 10, box.top() + 5), theme.pixmap(name, 14, "ink3", ratio))
        painter.setFont(theme.font("caption_strong"))
        painter.setPen(theme.color("ink2"))
        middle = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        painter.drawText(box.adjusted(30, 0, -40, 0), middle, row.title)
        painter.setFont(theme.font("caption", tabular=True))
        painter.setPen(theme.color("ink3"))
        right = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
        painter.drawText(box.adjusted(0, 0, -12, 0), right, str(row.count))

    def _card(self, painter: QPainter, box: QRect, part: Part, state: QStyle.StateFlag) -> None:
        theme = current()
        selected = bool(state & QStyle.StateFlag.State_Selected)
        if selected:
            view = self.parent()
            lit = isinstance(view, PaletteView) and view.lit == part.id
            painter.fillRect(box, theme.color("accentMid" if lit else "accentWeak"))
            painter.fillRect(QRect(box.left(), box.top(), 2, box.height()), theme.color("accent"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, theme.color("hover"))
        painter.fillRect(QRect(box.left(), box.bottom(), box.width(), 1), theme.color("line"))
        thumb = QRectF(box.left() + THUMB_LEFT, box.top(), 28, box.height() - 1)
        paint_thumb(painter, thumb, theme, part.chip.generation, part.rack.racks, part.announced)
        room = box.adjusted(TEXT_LEFT, 0, -RIGHT, 0)
        badge = self._badge(painter, room, part) if part.own else 0
        name = QRect(room.left(), box.top() + 7, room.width() - badge, 16)
        font = theme.font("text_medium")
        painter.setFont(font)
        painter.setPen(theme.color("ink"))
        shown = QFontMetrics(font).elidedText(part.rack.name, Qt.TextElideMode.ElideRight, name.width())
        left = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        painter.drawText(name, left, shown)
        font = theme.font("caption")
        metrics = QFontMetrics(font)
        words = part.line_for(room.width(), metrics.horizontalAdvance)
        words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room.width())
        painter.setFont(font)
        painter.setPen(theme.color("ink2" if selected else "ink3"))
        painter.drawText(QRect(room.left(), box.top() + 24, room.width(), 16), left, words)

    def _badge(self, painter: QPainter, room: QRect, part: Part) -> int:
        """The word "own" at the right of the name; its width with the gap."""
        theme = current()
        font = theme.font("caption_medium")
        wide = QFontMetrics(font).horizontalAdvance("own") + 10
        pill = QRectF(room.right() - wide + 1, room.top() + 7.5, wide, 15)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.color("border"))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(pill, 7.5, 7.5)
        painter.setFont(font)
        painter.setPen(theme.color("ink2"))
        painter.drawText(pill, int(Qt.AlignmentFlag.AlignCenter), "own")
        return wide + 6


class PaletteView(QListView):
    """The list: drags carry a rack id, headers fold with a click, Enter adds."""

    add_wanted = Signal(str)
    menu_wanted = Signal(object, QPoint)
    """(part, where on the screen)"""

    def __init__(self, model: PaletteModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setModel(model)
        self.setItemDelegate(PaletteDelegate(self))
        self.setMouseTracking(True)
        self.setDragEnabled(True)
        self.setDragDropMode(QListView.DragDropMode.DragOnly)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.verticalScrollBar().setSingleStep(CARD // 2)
        self.verticalScrollBar().setStyleSheet("QScrollBar:vertical { width: 8px; }")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Parts")
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu)
        self.lit = ""
        """Id of a card that is lit for a moment: it is new."""
        self._unlight = QTimer(self, singleShot=True, interval=LIT_MS)
        self._unlight.timeout.connect(self._dim)

    def show_card(self, rack_id: str) -> None:
        """Select a card, bring it into view and light it for a moment."""
        self._model.unfold_to(rack_id)
        row = self._model.row_of(rack_id)
        if row < 0:
            return
        index = self._model.index(row)
        self.setCurrentIndex(index)
        self.scrollTo(index, QListView.ScrollHint.PositionAtCenter)
        self.lit = rack_id
        self._unlight.start()
        self.viewport().update()

    def card_box(self, rack_id: str) -> QRect | None:
        """Where a card is in the viewport; None when its group is folded, or search hides it."""
        row = self._model.row_of(rack_id)
        return None if row < 0 else self.visualRect(self._model.index(row))

    @Slot()
    def _dim(self) -> None:
        self.lit = ""
        self.viewport().update()

    def current_part(self) -> Part | None:
        """The card under the keyboard."""
        row = self._model.at(self.currentIndex())
        return row if isinstance(row, Part) else None

    def startDrag(self, actions: Qt.DropAction) -> None:
        part = self.current_part()
        if part is None:
            return
        drag = QDrag(self)
        drag.setMimeData(self._model.mimeData([self.currentIndex()]))
        picture = drag_pixmap(part, self.devicePixelRatioF())
        drag.setPixmap(picture)
        ratio = picture.devicePixelRatio()
        # above and left of the pointer: the canvas draws the system itself where it would land
        drag.setHotSpot(QPoint(round(picture.width() / ratio) + 8, round(picture.height() / ratio) + 40))
        drag.exec(Qt.DropAction.CopyAction)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self._model.at(self.currentIndex())
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if isinstance(row, Part):
                self.add_wanted.emit(row.id)
            elif row is not None:
                self._toggle(row)
            return
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and row is not None:
            group = row.group
            self._model.set_open(group, key == Qt.Key.Key_Right)
            self._select_header(group)
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self._model.at(self.indexAt(event.position().toPoint()))
        if isinstance(row, Header) and event.button() == Qt.MouseButton.LeftButton:
            self._toggle(row)
            return
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        row = self._model.at(self.indexAt(event.position().toPoint()))
        if isinstance(row, Part):
            self.add_wanted.emit(row.id)

    def _toggle(self, row: Header) -> None:
        self._model.toggle(row.group)
        self._select_header(row.group)

    def _select_header(self, group: int) -> None:
        for place in range(self._model.rowCount()):
            row = self._model.at(self._model.index(place))
            if isinstance(row, Header) and row.group == group:
                self.setCurrentIndex(self._model.index(place))

    def _menu(self, where: QPoint) -> None:
        row = self._model.at(self.indexAt(where))
        if isinstance(row, Part):
            self.menu_wanted.emit(row, self.viewport().mapToGlobal(where))


def drag_pixmap(part: Part, ratio: float) -> QPixmap:
    """What hangs at the pointer while a card is dragged."""
    theme = current()
    solid = thumb_pixmap(theme, part.chip.generation, part.rack.racks, part.announced, ratio)
    picture = QPixmap(solid.size())
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setOpacity(_DRAGGED_OPACITY)
    painter.drawPixmap(0, 0, solid)
    painter.end()
    return picture
