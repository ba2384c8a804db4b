"""One field that finds everything: actions, parts to add, halls, pools and workloads to go to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Slot,
)
from PySide6.QtGui import QKeyEvent, QMouseEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QLabel, QLineEdit, QListView, QVBoxLayout, QWidget

from fleetdesigner.look.theme import current, theme_signals

WIDTH = 480
MOST_ROWS = 12


@dataclass(frozen=True, slots=True)
class Choice:
    """One row: what it is called, what stands beside it, and what choosing it does."""

    text: str
    beside: str
    icon: str
    do: Callable[[], object]
    enabled: bool = True


class _Words(QSortFilterProxyModel):
    """Keeps rows that hold every typed word."""

    words: tuple[str, ...] = ()

    def filterAcceptsRow(self, row: int, parent: QModelIndex | QPersistentModelIndex) -> bool:
        text = str(self.sourceModel().index(row, 0, parent).data(Qt.ItemDataRole.UserRole + 1))
        return all(word in text for word in self.words)


class CommandField(QLineEdit):
    """Opens a list below itself while it has the focus; Enter runs a row, arrows choose, Esc closes."""

    def __init__(self, choices: Callable[[], list[Choice]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices = choices
        self._rows: list[Choice] = []
        self.setPlaceholderText("Find or run a command   Ctrl K")
        self.setAccessibleName("Find or run a command")
        self.setFixedWidth(220)
        self._model = QStandardItemModel(self)
        self._filtered = _Words(self)
        self._filtered.setSourceModel(self._model)
        self.popup = QWidget(self.window(), Qt.WindowType.ToolTip)
        self.popup.setProperty("surface", "card")
        self.popup.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.list = QListView()
        self.list.setModel(self._filtered)
        self.list.setUniformItemSizes(True)
        self.list.setIconSize(QSize(16, 16))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        box = QVBoxLayout(self.popup)
        box.setContentsMargins(4, 4, 4, 4)
        box.addWidget(self.list)
        self.nothing = QLabel("Nothing has these words in it")
        self.nothing.setProperty("tone", "ink3")
        self.nothing.setContentsMargins(8, 0, 8, 0)
        box.addWidget(self.nothing)
        self.textEdited.connect(self._filter)
        self.list.clicked.connect(self._run)
        self.installEventFilter(self)
        theme_signals.changed.connect(self._dress)
        self._dress()

    @Slot()
    def _dress(self) -> None:
        for action in self.actions():
            self.removeAction(action)
        self.addAction(current().icon("search"), QLineEdit.ActionPosition.LeadingPosition)

    @Slot()
    def open(self) -> None:
        """Take the focus and show every choice."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()
        self._show()

    def _show(self) -> None:
        self._rows = self._choices()
        self._model.clear()
        for row in self._rows:
            item = QStandardItem(current().icon(row.icon or "chevron-right"), row.text)
            item.setData(f"{row.text} {row.beside}".casefold(), Qt.ItemDataRole.UserRole + 1)
            item.setToolTip(row.beside)
            if row.beside:
                item.setText(f"{row.text}   {row.beside}")
            item.setEnabled(row.enabled)
            self._model.appendRow(item)
        self._filter(self.text())

    @Slot(str)
    def _filter(self, typed: str) -> None:
        if not self._rows:
            self._show()
            return
        self._filtered.words = tuple(typed.casefold().split())
        self._filtered.invalidate()
        found = self._filtered.rowCount() > 0
        if found:
            self.list.setCurrentIndex(self._filtered.index(0, 0))
        self.list.setVisible(found)
        self.nothing.setVisible(not found)
        height = min(MOST_ROWS, max(1, self._filtered.rowCount())) * 26 + 12
        corner = self.mapToGlobal(self.rect().bottomRight())
        self.popup.setGeometry(corner.x() - WIDTH, corner.y() + 3, WIDTH, height)
        self.popup.show()

    @Slot(QModelIndex)
    def _run(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        row = self._rows[self._filtered.mapToSource(index).row()]
        if not row.enabled:
            return
        self._close()
        row.do()

    def _close(self) -> None:
        self.popup.hide()
        self.clear()
        self._rows = []
        if self.hasFocus():
            self.clearFocus()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self._show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self._close()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._run(self.list.currentIndex())
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            step = 1 if key == Qt.Key.Key_Down else -1
            row = min(max(self.list.currentIndex().row() + step, 0), self._filtered.rowCount() - 1)
            self.list.setCurrentIndex(self._filtered.index(row, 0))
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self and event.type() == QEvent.Type.FocusOut:
            self.popup.hide()
        return super().eventFilter(watched, event)
