"""The figures of a commitment in rows: name, value, span, and the grade as mark and words."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from fleetdesigner.engine.commitments.figures import Figured
from fleetdesigner.export.commitment_forms import grade_text, span_text, value_text
from fleetdesigner.look import current
from fleetdesigner.look.evidence_mark import HEIGHT, WIDTH, paint_evidence_mark
from fleetdesigner.panels.throughput.table import Column, FigureTable, Row

Index = QModelIndex | QPersistentModelIndex
_COLUMNS = (
    Column("Figure", figures=False),
    Column("Value"),
    Column("Span"),
    Column("Grade", figures=False, stretch=True),
)
_GRADE = 3


class CommitmentTable(FigureTable):
    """Lines of the table under their groups; a line can be picked to see what it rests on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Figures of the commitment", parent)
        self._lines: tuple[Figured | None, ...] = ()
        self._marks = _GradeCell(self)
        self.setItemDelegateForColumn(_GRADE, self._marks)

    def show_figures(self, figures: Sequence[Figured]) -> None:
        """Show the lines; groups stand above theirs."""
        lines: list[Figured | None] = []
        rows: list[Row] = []
        group = ""
        for figure in figures:
            if figure.group != group:
                group = figure.group
                lines.append(None)
                rows.append(Row((group, "", "", ""), strong=True))
            lines.append(figure)
            rows.append(
                Row(
                    (figure.name, value_text(figure), span_text(figure), grade_text(figure)),
                    tip=f"{figure.name}: {figure.why or figure.formula}",
                )
            )
        self._lines = tuple(lines)
        self.show_rows(_COLUMNS, rows)
        self.viewport().update()

    def line(self, row: int) -> Figured | None:
        """The figure in a row; None for a group or a row that is not there."""
        return self._lines[row] if 0 <= row < len(self._lines) else None


class _GradeCell(QStyledItemDelegate):
    """The evidence mark before the words of a grade."""

    def __init__(self, table: CommitmentTable) -> None:
        super().__init__(table)
        self._table = table

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        figure = self._table.line(index.row())
        if figure is not None:
            option.features |= QStyleOptionViewItem.ViewItemFeature.HasDecoration
            option.decorationSize = QSize(WIDTH, HEIGHT)
            option.decorationPosition = QStyleOptionViewItem.Position.Left
            option.icon = QIcon(_mark(figure.grade, self._table.devicePixelRatioF()))


def _mark(grade: str, ratio: float) -> QPixmap:
    picture = QPixmap(QSize(round(WIDTH * ratio), round(HEIGHT * ratio)))
    picture.setDevicePixelRatio(ratio)
    picture.fill(QColor(Qt.GlobalColor.transparent))
    painter = QPainter(picture)
    paint_evidence_mark(painter, QRectF(0, 0, WIDTH, HEIGHT), grade, current())
    painter.end()
    return picture
