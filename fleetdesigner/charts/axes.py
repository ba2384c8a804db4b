"""The two axes: numbers and years in the look's type."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from fleetdesigner.charts.graphics import AxisItem
from fleetdesigner.charts.scale import AxisRange, AxisUnit
from fleetdesigner.charts.shapes import Frame
from fleetdesigner.look.theme import current
from fleetdesigner.units import month_text

VALUE_WIDTH = 44
MONTH_HEIGHT = 20
_TICK = 4
_YEAR_STEPS = (1, 2, 5, 10)


class ValueAxis(AxisItem):
    """Numbers at the grid lines. The unit stands once, beside the title."""

    def __init__(self) -> None:
        super().__init__(orientation="left")
        self._range = AxisRange(0, 1, 0.25)
        self._unit: AxisUnit | None = None
        self.setWidth(VALUE_WIDTH)

    def show_range(self, value_range: AxisRange, unit: AxisUnit | None) -> bool:
        """Label another range, without a unit without numbers; whether that is another picture."""
        before, now = (self._range, self._unit), (value_range, unit)
        self._range, self._unit = now
        return now != before

    def labels(self) -> tuple[str, ...]:
        """The numbers that stand at the grid lines."""
        if self._unit is None:
            return ()
        return tuple(self._unit.tick(tick, self._range.step) for tick in self._range.ticks())

    def boundingRect(self) -> QRectF:
        # half a line of type above and below the plot
        return QRectF(self.rect()).adjusted(0, -8, 2, 8)

    def paint(self, painter: QPainter, option: object = None, widget: object = None) -> None:
        theme = current()
        rect = self.rect()
        frame = Frame(rect.width(), rect.height(), 1, self._range)
        painter.setFont(theme.font("caption", tabular=True))
        painter.setPen(theme.color("ink3"))
        for tick, label in zip(self._range.ticks(), self.labels(), strict=False):
            box = QRectF(0, frame.y(tick) - 8, rect.width() - 6, 16)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, label)


class MonthAxis(AxisItem):
    """Years below the plot; months when there is little more than a year."""

    def __init__(self) -> None:
        super().__init__(orientation="bottom")
        self._first_month = 0
        self._months = 0
        self._placed: tuple[tuple[float, str], ...] = ()
        self._placed_for: tuple[float, int, int] | None = None
        self.setHeight(MONTH_HEIGHT)

    def show_months(self, first_month: int, months: int) -> bool:
        """Label another span of absolute months, none with 0 months; whether that is another picture."""
        before, now = (self._first_month, self._months), (first_month, months)
        self._first_month, self._months = now
        return now != before

    def ticks(self, width: float) -> tuple[tuple[int, str], ...]:
        """(row of months, words) of the labels that fit into `width` pixels."""
        first, count = self._first_month, self._months
        if count <= 18:
            step = 3 if width >= 180 else 6
            return tuple((row, month_text(first + row)) for row in range(0, count, step))
        januaries = [row for row in range(count) if (first + row - 1) % 12 == 0]
        room = max(1, int(width // 44))
        step = next((s for s in _YEAR_STEPS if len(januaries) / s <= room), _YEAR_STEPS[-1])
        return tuple(
            (row, str((first + row - 1) // 12))
            for row in januaries
            if ((first + row - 1) // 12) % step == 0 or step == 1
        )

    def boundingRect(self) -> QRectF:
        return QRectF(self.rect()).adjusted(-16, -1, 16, 0)

    def paint(self, painter: QPainter, option: object = None, widget: object = None) -> None:
        theme = current()
        rect = self.rect()
        self.paint_lines(painter)
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("ink3"))
        metrics = QFontMetricsF(painter.font())
        for x, words in self._places():
            width = metrics.horizontalAdvance(words)
            left = min(max(x - width / 2, -14), rect.width() + 12 - width)
            painter.drawText(QRectF(left, _TICK, width + 2, 16), Qt.AlignmentFlag.AlignLeft, words)

    def paint_lines(self, painter: QPainter) -> None:
        """Paint only the line under the figures, with its ticks."""
        painter.setPen(QPen(current().color("line2"), 1))
        width = self.rect().width()
        painter.drawLines(_lines(width, tuple(x for x, _ in self._places())))

    def _places(self) -> tuple[tuple[float, str], ...]:
        """x and words of the labels."""
        key = (self.rect().width(), self._first_month, self._months)
        if key != self._placed_for:
            width = key[0]
            edges = Frame(width, 1, max(self._months, 1), AxisRange(0, 1, 1)).edges()
            ticks = self.ticks(width) if self._months else ()
            self._placed_for, self._placed = key, tuple((float(edges[row]), words) for row, words in ticks)
        return self._placed


@lru_cache(maxsize=64)
def _lines(width: float, at: tuple[float, ...]) -> list[QLineF]:
    return [QLineF(0, 0, width, 0), *(QLineF(x, 0, x, _TICK) for x in at)]
