"""What a slip costs: each date of the plan some months later, the dearest first."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from fleetdesigner.engine.at_rest.slips import Gap, Slip
from fleetdesigner.look import current, theme_signals
from fleetdesigner.look.style import restyle
from fleetdesigner.panels.throughput.table import Column, FigureTable, Row
from fleetdesigner.units import signed

Index = QModelIndex | QPersistentModelIndex
_KINDS = {"phase": "phase", "hall": "hall", "site": "grid power"}
LEAST, MOST = 1, 24
"""Months that a slip may be asked for."""


def dearest_first(slips: Sequence[Slip]) -> tuple[Slip, ...]:
    """By dollars lost; those without a figure last, by tokens."""
    return tuple(
        sorted(
            slips,
            key=lambda slip: (
                slip.npv_usd.value is None,
                slip.npv_usd.value or 0.0,
                -(slip.unserved_tokens.value or 0.0),
            ),
        )
    )


class _Bars(QStyledItemDelegate):
    """Dollars as bars to both sides of nothing: what a slip costs to the left, what it gains to the right."""

    def __init__(self, table: SlipTable) -> None:
        super().__init__(table)
        self._table = table

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        slips, theme = self._table.slips, current()
        known = [slip.npv_usd.value for slip in slips if slip.npv_usd.value is not None]
        if index.row() >= len(slips) or not known:
            return
        low, high = min(0.0, *known), max(0.0, *known)
        value = slips[index.row()].npv_usd.value
        box: QRect = option.rect.adjusted(8, 6, -8, -6)
        if high - low <= 0 or box.width() < 24:
            return
        zero = box.left() + round(-low / (high - low) * box.width())
        if value is not None:
            end = box.left() + round((value - low) / (high - low) * box.width())
            colour = theme.cost(5) if value < 0 else theme.cost(1)
            painter.fillRect(QRect(min(zero, end), box.top(), abs(end - zero), box.height()), colour)
        painter.fillRect(QRect(zero, box.top() - 3, 1, box.height() + 6), theme.color("ink3"))


class SlipTable(QWidget):
    """The table with its one input, the months of the slip."""

    months_wanted = Signal(int)
    picked = Signal(str)
    """The object of a row: ``phase:p2``."""
    lead_times_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._slips: tuple[Slip, ...] = ()
        self._months = 3
        self._narrow = False
        self._asked = False
        self.title = QLabel("What a slip costs")
        self._before, self._behind = QLabel("each comes later by"), QLabel("months")
        self.field = QLineEdit("3")
        self.field.setFixedWidth(40)
        self.field.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.field.setAccessibleName("Months of the slip")
        self.field.editingFinished.connect(self._typed)
        self.mark = QLabel("")
        self.lead_times = QPushButton("Lead-time assumptions")
        self.lead_times.setProperty("role", "link")
        self.lead_times.setToolTip("Lead times of chips, transformers and shells, with their sources")
        self.lead_times.clicked.connect(self.lead_times_wanted)
        self.table = FigureTable("What a slip costs")
        self.table.row_picked.connect(self._picked)
        self.table.setItemDelegateForColumn(2, _Bars(self))
        self.nothing = QLabel("")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.setWordWrap(True)
        self.nothing.hide()
        head = QHBoxLayout()
        head.setContentsMargins(12, 4, 12, 4)
        head.setSpacing(6)
        for widget in (self.title, self._before, self.field, self._behind, self.mark):
            head.addWidget(widget)
        head.addStretch(1)
        head.addWidget(self.lead_times)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(head)
        box.addWidget(self.table, 1)
        box.addWidget(self.nothing, 1)
        for label in (self._before, self._behind, self.mark, self.nothing):
            label.setProperty("tone", "ink3")
        theme_signals.changed.connect(self.dress)
        self.dress()

    @property
    def months(self) -> int:
        """Months of the slip."""
        return self._months

    @property
    def slips(self) -> tuple[Slip, ...]:
        """What is shown, the dearest first."""
        return self._slips

    def show_slips(self, slips: Sequence[Slip]) -> None:
        """Show what slips cost."""
        self._slips, self._asked = dearest_first(slips), True
        self._show()

    def show_working(self, on: bool) -> None:
        """Mark that newer figures are on their way."""
        self.mark.setText("working …" if on else "")

    def set_narrow(self, on: bool) -> None:
        """Little width: shorter headings."""
        if on != self._narrow:
            self._narrow = on
            self._before.setVisible(not on)
            self._show()

    def select(self, ref: str) -> None:
        """Mark the row of an object, without telling."""
        at = next((row for row, slip in enumerate(self._slips) if slip.ref == ref), -1)
        self.table.blockSignals(True)
        if at >= 0:
            self.table.selectRow(at)
        else:
            self.table.clearSelection()
        self.table.blockSignals(False)

    def _show(self) -> None:
        later = f"{self._months} month{'' if self._months == 1 else 's'} later"
        heads = ("NPV", "Complete", "Unserved", "Top run") if self._narrow else (
            "NPV", "Capacity complete", "Tokens unserved", "Top run done",
        )  # fmt: skip
        named = (Column(later, False), Column("", False), Column("", stretch=True))
        columns = (*named, *(Column(head) for head in heads))
        self.table.show_rows(columns, [self._row(slip) for slip in self._slips])
        self.table.viewport().update()
        empty = self._asked and not self._slips
        self.table.setVisible(not empty)
        self.nothing.setVisible(empty)
        self.nothing.setText(
            "Nothing is still to come: every phase, hall and grid step of this plan is there."
        )

    def _row(self, slip: Slip) -> Row:
        texts = (
            slip.name.removeprefix("Grid power of "),
            _KINDS[slip.ref.partition(":")[0]],
            "",
            _figure(slip.npv_usd, "usd"),
            "never" if slip.capacity_months.value is None else _months_words(slip.capacity_months),
            _figure(slip.unserved_tokens, "token"),
            _months_words(slip.finish_months),
        )
        gaps = (slip.npv_usd, slip.capacity_months, slip.unserved_tokens, slip.finish_months)
        tip = "\n".join(dict.fromkeys(gap.why for gap in gaps if gap.why))
        return Row(texts, tip=tip)

    @Slot()
    def _typed(self) -> None:
        shown = self.field.text().strip()
        if not shown.isdigit() or not LEAST <= int(shown) <= MOST:
            restyle(self.field, error=True)
            self.field.setToolTip(f"must be {LEAST} to {MOST} months")
            return
        restyle(self.field, error=False)
        self.field.setToolTip("")
        if int(shown) != self._months:
            self._months = int(shown)
            self.months_wanted.emit(self._months)

    @Slot(int)
    def _picked(self, at: int) -> None:
        if at < len(self._slips):
            self.picked.emit(self._slips[at].ref)

    @Slot()
    def dress(self) -> None:
        """Fonts of the theme in force."""
        theme = current()
        self.title.setFont(theme.font("title"))
        for label in (self._before, self._behind, self.mark):
            label.setFont(theme.font("caption"))
        self.field.setFont(theme.font("text", tabular=True))

    def sizeHint(self) -> QSize:
        return QSize(420, 190)

    def minimumSizeHint(self) -> QSize:
        return QSize(QFontMetrics(current().font("text")).horizontalAdvance("0") * 40, 32 + 4 * 24)


def _figure(gap: Gap, unit: str) -> str:
    """A signed figure; sums of 1e18 tokens leave less than a token in rounding."""
    if gap.value is None:
        return "–"
    return "0" if abs(gap.value) < 1.0 else signed(gap.value, unit)


def _months_words(gap: Gap) -> str:
    if gap.value is None:
        return "–"
    months = round(gap.value, 1)
    if not months:
        return "0"
    return f"{'+' if months > 0 else '−'}{abs(months):g} month{'' if abs(months) == 1 else 's'}"
