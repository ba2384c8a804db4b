"""The card of one published point: whose number it is, how it was run, and what the model says of it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from PySide6.QtCore import QRectF, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from fleetdesigner.engine.throughput.checked import Checked
from fleetdesigner.engine.throughput.checked_words import (
    CLASS_WORDS,
    SOURCE_WORDS,
    TERM_WORDS,
    configuration,
    value_words,
)
from fleetdesigner.engine.throughput.validation import pair_of
from fleetdesigner.look import current, theme_signals
from fleetdesigner.look.evidence_mark import EvidenceMark
from fleetdesigner.panels.empty_state import EmptyState
from fleetdesigner.panels.named_row import WrappedLabel
from fleetdesigner.units import MINUS, digits

WHO: Mapping[str, str] = MappingProxyType(
    {
        "audited": "measured, audited",
        "third party": "measured by a third party",
        "vendor": "measured by the vendor",
    }
)
"""Who measured, in words."""


def percent(ratio: float) -> str:
    """Predicted over published as an error with sign: ``+12.4 %``."""
    error = (ratio - 1.0) * 100.0
    sign = "+" if error >= 0 else MINUS
    return f"{sign}{digits(abs(error), 3 if abs(error) >= 10 else 2)} %"


class Bars(QWidget):
    """Shares of a breakdown, one bar a term, drawn in one widget."""

    def __init__(self, terms: tuple[tuple[str, float], ...], unit: str) -> None:
        super().__init__()
        whole = sum(value for _, value in terms)
        self._terms = tuple(
            (TERM_WORDS.get(name, name), value, value / whole)
            for name, value in terms
            if value > 0.001 * whole
        )
        self._unit = unit
        self.setFixedHeight(20 * len(self._terms))
        self.setMinimumWidth(200)
        self.setAccessibleName("Breakdown")
        self.setAccessibleDescription(
            ", ".join(f"{name} {digits(value)} {unit}, {share:.0%}" for name, value, share in self._terms)
        )
        theme_signals.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), current()
        middle = Qt.AlignmentFlag.AlignVCenter
        most = max((share for _, _, share in self._terms), default=1.0)
        label, number = 118.0, 96.0
        room = max(10.0, self.width() - label - number)
        for row, (name, value, share) in enumerate(self._terms):
            y = 20.0 * row
            painter.setFont(theme.font("text"))
            painter.setPen(theme.color("ink2"))
            painter.drawText(QRectF(0, y, label, 20), middle, name)
            painter.fillRect(QRectF(label, y + 6, room * share / most, 8), theme.cost(0))
            painter.setFont(theme.font("caption", tabular=True))
            painter.setPen(theme.color("ink"))
            words = f"{digits(value)} {self._unit} · {100 * share:.0f} %"
            painter.drawText(QRectF(label, y, room + number, 20), middle | Qt.AlignmentFlag.AlignRight, words)


class ValidationCard(QScrollArea):
    """Shows a point of what was checked; empty until one is picked."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Published point")
        self._held: tuple[Checked, int] | None = None
        self._show()
        theme_signals.changed.connect(self._show)

    @property
    def words(self) -> tuple[str, ...]:
        """Everything that stands on the card."""
        labels = self.findChildren(QLabel)
        return tuple(label.text() for label in labels if label.text())

    def show_point(self, checked: Checked | None, row: int) -> None:
        """Show a row of `checked`; none with −1."""
        held = (checked, row) if checked is not None and row >= 0 else None
        if held != self._held:
            self._held = held
            self._show()

    @Slot()
    def _show(self) -> None:
        if self._held is None:
            self.setWidget(
                EmptyState(
                    "mouse-pointer-click",
                    "Whose number is it?",
                    "Click a point, or walk with the arrow keys, to see its source, its configuration "
                    "and what the model says of it.",
                )
            )
            return
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(4)
        self._fill(column, *self._held)
        column.addStretch(1)
        self.setWidget(body)

    def _fill(self, column: QVBoxLayout, checked: Checked, at: int) -> None:
        row = checked.rows[at]
        point, forecast = row.point, row.forecast
        metric = str(point["metric"])
        _add(column, f"{point['model']} on {row.chip}", "text_strong", "")
        _add(column, CLASS_WORDS.get(row.band, row.activity.capitalize()), "caption", "ink3")
        self._source(column, checked, at)
        figures = QGridLayout()
        figures.setHorizontalSpacing(12)
        figures.setVerticalSpacing(2)
        figures.setContentsMargins(0, 6, 0, 2)
        figures.setColumnStretch(1, 1)
        lines = [("Published", value_words(float(point["value"]), metric), "text_strong")]
        if forecast.predicted is None:
            lines.append(("Predicted", "no forecast", "text"))
        else:
            span = f"{digits(forecast.low or 0.0)}–{digits(forecast.high or 0.0)}"
            lines.append(("Predicted", value_words(forecast.predicted, metric), "text_strong"))
            lines.append(("Band", f"{span}, four of five true values", "text"))
            if row.scored:
                lines.append(("Error, pair left out", percent(float(checked.left_out[at])), "text"))
            lines.append(("Error, in sample", percent(float(checked.fitted[at])), "text"))
            if row.scored:
                inside = (forecast.low or 0.0) <= float(point["value"]) <= (forecast.high or 0.0)
                lines.append(("Inside its band", "yes" if inside else "no", "text"))
        for place, (name, words, font) in enumerate(lines):
            figures.addWidget(_name(name), place, 0, Qt.AlignmentFlag.AlignTop)
            figures.addWidget(_label(words, font, ""), place, 1)
        column.addLayout(figures)
        if forecast.why:
            _add(column, forecast.why[:1].upper() + forecast.why[1:], "caption", "caution")
        if row.scored:
            _add(column, self._pair_words(checked, at), "caption", "ink3")
        else:
            _add(column, f"Counts in no error: {row.why_not}", "caption", "caution")
        if forecast.breakdown:
            unit = "s" if row.activity == "training" else "ms"
            _add(
                column,
                "Step, predicted" if unit == "s" else "Time a token, predicted",
                "caption_strong",
                "ink3",
                8,
            )
            column.addWidget(Bars(forecast.breakdown, unit))
        _add(column, "Configuration, as published", "caption_strong", "ink3", 8)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        for place, (name, words) in enumerate(configuration(point)):
            grid.addWidget(_name(name), place, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(_label(words, "text", ""), place, 1)
        column.addLayout(grid)

    def _pair_words(self, checked: Checked, at: int) -> str:
        point = checked.rows[at].point
        pair = pair_of(point)
        others = sum(1 for one in checked.rows if one.scored and pair_of(one.point) == pair)
        words = "The one point" if others == 1 else f"All {others} points"
        return (
            f"{words} of {point['model']} on {checked.rows[at].chip} stayed out of the fit "
            "that the error with the pair left out comes from."
        )

    def _source(self, column: QVBoxLayout, checked: Checked, at: int) -> None:
        point = checked.rows[at].point
        head = QHBoxLayout()
        head.setContentsMargins(0, 6, 0, 0)
        head.setSpacing(6)
        claimed = point["measured_by"] == "vendor claim"
        head.addWidget(EvidenceMark("vendor" if claimed else "measured"))
        head.addWidget(_name("vendor claim" if claimed else WHO[str(point["measured_by"])]))
        head.addStretch(1)
        column.addLayout(head)
        family = str(point["family"])
        _add(column, SOURCE_WORDS.get(family, family), "text", "")
        source = WrappedLabel(_breakable(str(point["source"])), "ink2")
        source.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        source.setAccessibleName("Source")
        column.addWidget(source)
        ident = WrappedLabel(_breakable(str(point["id"])), "ink3", "caption")
        ident.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(ident)


def _name(words: str) -> QLabel:
    """What stands left of a value: never narrower than its words."""
    label = QLabel(words)
    label.setFont(current().font("text"))
    label.setProperty("tone", "ink2")
    return label


def _breakable(text: str) -> str:
    """Long paths may break after a slash, underscore or hyphen (a zero-width space behind each)."""
    for mark in "/_-":
        text = text.replace(mark, mark + "\u200b")
    return text


def _add(column: QVBoxLayout, words: str, font: str, tone: str, above: int = 0) -> None:
    label = WrappedLabel(words, tone, font)
    if above:
        label.setContentsMargins(0, above, 0, 0)
    column.addWidget(label)


def _label(words: str, font: str, tone: str) -> QLabel:
    label = WrappedLabel(words, tone, font)
    return label
