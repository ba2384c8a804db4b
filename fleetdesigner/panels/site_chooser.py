"""Choosing a place for a new site among the catalog's presets."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from fleetdesigner.catalog.supply import SitePreset
from fleetdesigner.look import current
from fleetdesigner.panels.fields.numbers import field_unit, number_text

Index = QModelIndex | QPersistentModelIndex
_ROW = 44
_SHOWN = ("energy_usd_per_kwh", "carbon_g_per_kwh", "pue")


class PlaceRow(QStyledItemDelegate):
    """A place in two lines: its name, and quietly what its power costs and emits."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(120, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme = current()
        box: QRect = option.rect
        state: QStyle.StateFlag = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        if selected:
            painter.fillRect(box, theme.color("accentWeak"))
            painter.fillRect(QRect(box.left(), box.top(), 2, box.height()), theme.color("accent"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, theme.color("hover"))
        painter.fillRect(QRect(box.left(), box.bottom(), box.width(), 1), theme.color("line"))
        name, _, figures = str(index.data(Qt.ItemDataRole.DisplayRole)).partition("\n")
        room = box.width() - 24
        quiet = "ink2" if selected else "ink3"
        for words, font, tone, top in ((name, "text_medium", "ink", 5), (figures, "caption", quiet, 23)):
            painter.setFont(theme.font(font))
            painter.setPen(theme.color(tone))
            shown = QFontMetrics(theme.font(font)).elidedText(words, Qt.TextElideMode.ElideRight, room)
            line = QRect(box.left() + 12, box.top() + top, room, 16)
            painter.drawText(line, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), shown)
        painter.restore()


class SiteChooser(QDialog):
    """A list of places with price, carbon and PUE; Enter or a double-click takes one."""

    chosen = Signal(str)
    """Id of the preset."""

    def __init__(self, presets: tuple[SitePreset, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Add site")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        theme = current()
        head = QLabel("Where does it stand?")
        head.setFont(theme.font("headline"))
        words = QLabel(
            "Tariff, PUE, carbon and water are copied from the place; all can be changed afterwards."
        )
        words.setWordWrap(True)
        words.setProperty("tone", "ink2")
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search places")
        self.search.setClearButtonEnabled(True)
        self.search.addAction(theme.icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.list = QListWidget()
        self.list.setAccessibleName("Places")
        self.list.setItemDelegate(PlaceRow(self.list))
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for preset in presets:
            self.list.addItem(_item(preset))
        self.list.setCurrentRow(0)
        self._add = QPushButton("Add site")
        self._add.setProperty("role", "primary")
        self._add.setDefault(True)
        cancel = QPushButton("Cancel")
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(self._add)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 16, 16, 16)
        box.setSpacing(8)
        for widget in (head, words, self.search, self.list):
            box.addWidget(widget)
        box.addLayout(foot)
        self.resize(460, 480)
        self.search.textChanged.connect(self._filter)
        self.list.itemActivated.connect(self._take)
        self._add.clicked.connect(self._take)
        cancel.clicked.connect(self.reject)
        self.search.setFocus()

    @Slot(str)
    def _filter(self, typed: str) -> None:
        words = typed.lower().split()
        first = None
        for at in range(self.list.count()):
            item = self.list.item(at)
            fits = all(word in item.text().lower() for word in words)
            item.setHidden(not fits)
            if fits and first is None:
                first = item
        self._add.setEnabled(first is not None)
        current_item = self.list.currentItem()
        if first is not None and (current_item is None or current_item.isHidden()):
            self.list.setCurrentItem(first)

    @Slot()
    def _take(self) -> None:
        item = self.list.currentItem()
        if item is not None and not item.isHidden():
            self.chosen.emit(str(item.data(Qt.ItemDataRole.UserRole)))
            self.accept()


def _item(preset: SitePreset) -> QListWidgetItem:
    figures = [
        ("PUE " if field == "pue" else "")
        + number_text(float(f"{found.value:.3g}"), field_unit(preset.spec(field).unit))
        for field in _SHOWN
        if (found := preset.figure(field)) is not None
    ]
    item = QListWidgetItem(f"{preset.name}\n{preset.region}, {preset.country} · {' · '.join(figures)}")
    item.setData(Qt.ItemDataRole.UserRole, preset.id)
    return item
