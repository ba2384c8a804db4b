"""The evidence mark: how good a figure is, in 20 × 10 px, the same in tiles, rows, legends and tables."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from fleetdesigner.look.theme import Theme, current, theme_signals
from fleetdesigner.look.tokens import GRADE_WORDS

WIDTH, HEIGHT = 20, 10
_LINE = 2.0


def paint_evidence_mark(
    painter: QPainter, rect: QRectF, grade: str, theme: Theme, colour: QColor | None = None
) -> None:
    """Paint the mark of `grade` centred in `rect` (20 × 10 is its size), in ink2 or in `colour`.

    measured: line; vendor: dots; estimate: dashes; assumption: hatched box; none: dashed empty box.
    """
    ink = colour or theme.color("ink2")
    box = QRectF(0, 0, min(WIDTH, rect.width()), min(HEIGHT, rect.height()))
    box.moveCenter(rect.center())
    painter.save()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if grade in ("assumption", "none"):
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        # on whole pixels, so that the box is as crisp as the hairlines around it
        edge = QRectF(round(box.x()), round(box.y()), round(box.width()) - 1, round(box.height()) - 1)
        pen = QPen(theme.color("ink3") if grade == "none" else ink, 1.0)
        if grade == "none":
            pen.setDashPattern([2.0, 2.0])
        else:
            painter.fillRect(edge, theme.hatch(ink, "mark"))
        painter.setPen(pen)
        painter.drawRect(edge)
    else:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        pen = QPen(ink, _LINE, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
        pattern = theme.pen_pattern(grade, _LINE)
        if pattern:
            pen.setDashPattern(pattern)
        painter.setPen(pen)
        y = round(box.center().y())
        painter.drawLine(QLineF(box.left(), y, box.right(), y))
    painter.restore()


class EvidenceMark(QWidget):
    """The mark as a widget; its tooltip and accessible name are the grade in words."""

    def __init__(self, grade: str = "none", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grade = ""
        self.setFixedSize(WIDTH, HEIGHT)
        self.set_grade(grade)
        theme_signals.changed.connect(self.update)

    @property
    def grade(self) -> str:
        """The grade shown: measured, vendor, estimate, assumption or none."""
        return self._grade

    def set_grade(self, grade: str) -> None:
        """Show another grade. KeyError for a word that is not one."""
        if grade != self._grade:
            self._grade = grade
            self.setToolTip(GRADE_WORDS[grade])
            self.setAccessibleName(GRADE_WORDS[grade])
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, HEIGHT)

    def paintEvent(self, event: object) -> None:
        painter = QPainter(self)
        paint_evidence_mark(painter, QRectF(self.rect()), self._grade, current())
