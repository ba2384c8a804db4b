"""A number with a name that is never cut: it wraps beside mark and field, and more may stand below."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from fleetdesigner.look import current
from fleetdesigner.look.tokens import GRADE_WORDS
from fleetdesigner.panels.fields.bindings import Reading
from fleetdesigner.panels.fields.kinds import NumberRow
from fleetdesigner.panels.fields.numbers import number_text
from fleetdesigner.panels.fields.row import GAP, ROW

if TYPE_CHECKING:
    pass

__all__ = ["FIELD", "NamedRow", "WrappedLabel", "short_unit"]

FIELD = 108
"""Width of the field in pixels, at every width of the dock."""
_PADDING = 18


_SHORTER: Mapping[str, str] = MappingProxyType({"usd/million tokens": "usd/M tok"})


def short_unit(unit: str, *values: float | None) -> str:
    """`unit`, or what is left of it when some of the values with it would not fit into the field."""
    metrics = QFontMetrics(current().font("text", tabular=True))
    held = [one for one in values if one is not None]
    for tried in dict.fromkeys((unit, _SHORTER.get(unit, unit))):
        if all(metrics.horizontalAdvance(number_text(one, tried)) <= FIELD - _PADDING for one in held):
            return tried
    return "usd" if unit.startswith("usd") else ""


class WrappedLabel(QLabel):
    """Words that wrap; as tall as they need to be at the width they get."""

    def __init__(self, text: str = "", tone: str = "ink2", font: str = "text") -> None:
        super().__init__(text)
        self._name = font
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("tone", tone)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setFont(current().font(font))

    def set_font(self, name: str) -> None:
        """Another size of the type scale."""
        self._name = name
        self.setFont(current().font(name))


class NamedRow(NumberRow):
    """Name, mark and field in one line; `below` gives what a kind adds under them."""

    def below(self) -> QWidget | None:
        """A widget under the line, made once."""
        return None

    def _lay_out(self) -> None:
        self.name = WrappedLabel(self.spec.label, "ink")
        self.name.setMinimumHeight(ROW)
        self.name.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.name.setToolTip(self.spec.hint)
        self.editor.setFixedWidth(FIELD)
        tail = QWidget()
        tail.setFixedSize(self.mark.sizeHint().width(), ROW)
        inner = QHBoxLayout(tail)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignCenter)
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(GAP)
        line.addWidget(self.name, 1)
        line.addWidget(tail, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.editor, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(line)
        column.addWidget(self._fault)
        more = self.below()
        if more is not None:
            column.addWidget(more)
        # the elided label and the reset of a form's row have no place here
        for spare in (self.label, self._reset):
            spare.setParent(self)
            spare.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        QWidget.resizeEvent(self, event)

    def _show_grade(self, reading: Reading) -> None:
        grade = reading.grade
        self.mark.setVisible(grade is not None)
        if grade is not None:
            self.mark.set_grade(grade)
            self.mark.setToolTip(GRADE_WORDS[grade] + (f": {reading.source}" if reading.source else ""))
