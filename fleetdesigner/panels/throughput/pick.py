"""What the throughput view looks at: pool, workload, hardware to compare, and the workload's targets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QFrame,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from fleetdesigner.look import current, theme_signals
from fleetdesigner.panels.named_row import WrappedLabel
from fleetdesigner.panels.section_header import SectionHeader
from fleetdesigner.panels.throughput.targets import TargetFields

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session

_WORK_ROW = 40
_ID = Qt.ItemDataRole.UserRole
_ROW = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One workload of the list."""

    id: str
    name: str
    state: str


@dataclass(frozen=True, slots=True)
class CompareRow:
    """One kind of hardware that can be shown."""

    rack_id: str
    words: str
    generation: str
    in_pool: bool


class _WorkDelegate(QStyledItemDelegate):
    """Name over state; a bar at the left of the one that is shown."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme, row, box = current(), index.data(_ROW), option.rect
        state: QStyle.StateFlag = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        over = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.fillRect(box, theme.color("accentWeak" if chosen else "hover" if over else "panel"))
        if chosen:
            painter.fillRect(QRect(box.left(), box.top(), 3, box.height()), theme.color("accent"))
        wide = box.width() - 20
        for font, tone, top, words in (
            ("text_medium", "ink", 4, row.name),
            ("caption", "ink2", 21, row.state),
        ):
            painter.setFont(theme.font(font))
            painter.setPen(theme.color(tone))
            shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, wide)
            place = QRect(box.left() + 12, box.top() + top, wide, 16)
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft, shown)


class ThroughputPick(QWidget):
    """Choices on the left of the view; holds no figures of its own."""

    pool_picked = Signal(str)
    workload_picked = Signal(str)
    compared = Signal(str, bool)
    """Rack system, shown or not."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.pools = QComboBox()
        self.pools.setAccessibleName("Pool")
        self.works = QListWidget()
        self.works.setAccessibleName("Workload")
        self.works.setFrameShape(QFrame.Shape.NoFrame)
        self.works.setItemDelegate(_WorkDelegate(self.works))
        self.works.setMouseTracking(True)
        self.works.setUniformItemSizes(True)
        self.works.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.works.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.targets = TargetFields(session)
        self._ticks: dict[str, QCheckBox] = {}
        self._rows: tuple[CompareRow, ...] = ()
        self._shown_works: tuple[WorkRow, ...] = ()
        self._shown_pools: tuple[tuple[str, str], ...] = ()
        self._lay_out()
        self._dress()
        self.pools.currentIndexChanged.connect(self._pool)
        self.works.currentItemChanged.connect(self._work)
        theme_signals.changed.connect(self._dress)

    # what is shown

    def show_pools(self, pools: Sequence[tuple[str, str]], chosen: str) -> None:
        """(id, words) of the pools."""
        wanted = tuple(pools)
        self.pools.blockSignals(True)
        if wanted != self._shown_pools:
            self.pools.clear()
            for pool_id, words in wanted:
                self.pools.addItem(words, pool_id)
                self.pools.setItemData(self.pools.count() - 1, words, Qt.ItemDataRole.ToolTipRole)
            self._shown_pools = wanted
        self.pools.setCurrentIndex(max(0, self.pools.findData(chosen)))
        self.pools.blockSignals(False)

    def show_works(self, works: Sequence[WorkRow], chosen: str) -> None:
        """The workloads with how they fare in the pool."""
        wanted = tuple(works)
        self.works.blockSignals(True)
        if [one.id for one in wanted] != [one.id for one in self._shown_works]:
            self.works.clear()
            for _ in wanted:
                self.works.addItem(QListWidgetItem())
        for at, row in enumerate(wanted):
            item = self.works.item(at)
            item.setText(f"{row.name}: {row.state}")
            item.setData(_ROW, row)
            item.setToolTip(f"{row.name}: {row.state}")
            item.setData(_ID, row.id)
            item.setSizeHint(QSize(80, _WORK_ROW))
            if row.id == chosen:
                self.works.setCurrentItem(item)
        self._shown_works = wanted
        self.works.blockSignals(False)
        self.works.setFixedHeight(_WORK_ROW * min(6, max(1, len(wanted))) + 2)

    def show_compared(self, rows: Sequence[CompareRow], ticked: Sequence[str]) -> None:
        """Hardware that can be ticked; what stands in the pool is always shown."""
        wanted = tuple(rows)
        if wanted != self._rows:
            for tick in self._ticks.values():
                self._box.removeWidget(tick)
                tick.deleteLater()
            self._ticks = {row.rack_id: self._tick(row) for row in wanted}
            self._rows = wanted
            self._dress()
        for row in wanted:
            tick = self._ticks[row.rack_id]
            tick.blockSignals(True)
            tick.setChecked(row.in_pool or row.rack_id in ticked)
            tick.blockSignals(False)

    def tick(self, rack_id: str) -> QCheckBox:
        """The box of a rack system. Raises KeyError for one that is not offered."""
        return self._ticks[rack_id]

    def choice(self, workload_id: str) -> None:
        """Pick a workload as a click does."""
        for at in range(self.works.count()):
            if self.works.item(at).data(_ID) == workload_id:
                self.works.setCurrentRow(at)

    # inside

    def _tick(self, row: CompareRow) -> QCheckBox:
        tick = QCheckBox(row.words)
        if row.in_pool:
            # always shown: greyed out it would read as not there
            tick.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            tick.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        tick.setToolTip("Stands in the pool" if row.in_pool else f"Show {row.words} beside the pool")
        tick.toggled.connect(partial(self.compared.emit, row.rack_id))
        self._box.addWidget(tick)
        return tick

    @Slot(int)
    def _pool(self, at: int) -> None:
        self.pool_picked.emit(str(self.pools.itemData(at) or ""))

    @Slot()
    def _work(self) -> None:
        item = self.works.currentItem()
        if item is not None:
            self.workload_picked.emit(str(item.data(_ID)))

    @Slot()
    def _dress(self) -> None:
        theme, ratio = current(), self.devicePixelRatioF()
        for row in self._rows:
            family = theme.family(row.generation)
            picture = QPixmap(QSize(round(12 * ratio), round(12 * ratio)))
            picture.setDevicePixelRatio(ratio)
            picture.fill(family.fill)
            self._ticks[row.rack_id].setIcon(picture)
        for label in self._titles:
            label.setFont(theme.font("text_strong"))

    def _lay_out(self) -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(0)
        head = QWidget()
        top = QVBoxLayout(head)
        top.setContentsMargins(12, 8, 12, 8)
        top.setSpacing(4)
        title = QLabel("Pool")
        self._titles = (title,)
        top.addWidget(title)
        top.addWidget(self.pools)
        self.pools.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.pools.setMinimumContentsLength(8)
        column.addWidget(head)
        column.addWidget(self._folding("Workload", self.works))
        column.addWidget(self.works)
        column.addWidget(self._folding("Targets", self.targets))
        column.addWidget(self.targets)
        ticks = QWidget()
        self._box = QVBoxLayout(ticks)
        self._box.setContentsMargins(12, 6, 8, 6)
        self._box.setSpacing(5)
        note = WrappedLabel("Jobs of the same size, each on its own network", "ink3", "caption")
        self._box.addWidget(note)
        column.addWidget(self._folding("Compare with", ticks))
        column.addWidget(ticks)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(scroll)

    def _folding(self, title: str, body: QWidget) -> SectionHeader:
        header = SectionHeader(title)
        header.toggled.connect(body.setVisible)
        return header
