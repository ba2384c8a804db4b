"""The card that explains a KPI: definition, formula with its figures, every input with its source."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from fleetdesigner import units
from fleetdesigner.engine.results import EvidenceShares, KpiInput, KpiValue
from fleetdesigner.look.evidence_mark import EvidenceMark
from fleetdesigner.look.theme import current
from fleetdesigner.look.tokens import GRADE_WORDS
from fleetdesigner.panels.figure_words import input_words

_WIDTH = 468
_TALLEST_LIST = 300
_LEAST_SHARE = 0.005


class KpiCard(QWidget):
    """A popup under a tile; Esc or a click elsewhere closes it. All its text can be selected and copied."""

    whose_wanted = Signal(str)
    """Published numbers are asked for: of ``training``, ``serving`` or ``all``."""

    def __init__(
        self,
        value: KpiValue,
        shares: EvidenceShares | None = None,
        parent: QWidget | None = None,
        forecasts: str = "",
    ) -> None:
        """``forecasts``: the activity whose throughput forecasts the KPI rests on, ``all`` for both."""
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setObjectName("kpiCard")
        self.setProperty("surface", "card")
        self.setAccessibleName(f"{value.name}, how it is computed")
        self.setFixedWidth(_WIDTH)
        self._value = value
        self._shares = shares
        self._forecasts = forecasts
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(6)
        self._build(column)

    @property
    def value(self) -> KpiValue:
        """The KPI explained."""
        return self._value

    def as_text(self) -> str:
        """Everything on the card as plain text."""
        value = self._value
        lines = [f"{value.name}: {units.text(value.value, value.unit)}", value.definition]
        if value.why:
            lines.append(f"Why there is no figure: {value.why}")
        if value.formula:
            lines.append(value.formula)
        if rests := self._rests_on():
            lines.append(f"Rests on: {rests}")
        lines.append("")
        for one in value.inputs:
            shown = units.text(one.value, one.unit)
            held = f"{GRADE_WORDS[one.grade]}; {one.source or 'no source'}"
            lines.append(f"{input_words(one.label, one.ref)}: {shown} ({held})")
        return "\n".join(lines).rstrip() + "\n"

    @Slot()
    def _ask_whose(self) -> None:
        self.close()
        self.whose_wanted.emit(self._forecasts)

    def copy(self) -> None:
        """Put the text on the clipboard."""
        QGuiApplication.clipboard().setText(self.as_text())

    def show_under(self, tile: QWidget) -> None:
        """Open below a tile, held on its screen."""
        self.show_at(tile.mapToGlobal(QPoint(0, tile.height())), tile)

    def show_at(self, place: QPoint, beside: QWidget) -> None:
        """Open at a place of the screen that a widget is on, held on that screen."""
        self.adjustSize()
        screen = beside.screen().availableGeometry()
        x = max(screen.left() + 4, min(place.x(), screen.right() - self.width() - 4))
        y = max(screen.top() + 4, min(place.y(), screen.bottom() - self.height() - 4))
        self.move(x, y)
        self.show()
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    # inside

    def _build(self, column: QVBoxLayout) -> None:
        value = self._value
        head = QHBoxLayout()
        head.addWidget(_label(value.name, "title"))
        head.addStretch(1)
        head.addWidget(EvidenceMark(value.worst if value.value is not None else "none"))
        head.addWidget(
            _label(GRADE_WORDS[value.worst if value.value is not None else "none"], "caption", "ink2")
        )
        column.addLayout(head)
        column.addWidget(_label(units.text(value.value, value.unit), "headline"))
        column.addWidget(_label(value.definition, "text", "ink2"))
        if value.why:
            column.addWidget(_label(value.why, "text", "caution"))
        if value.formula:
            column.addWidget(_label("Formula", "caption_strong", "ink3"))
            column.addWidget(_label(value.formula, "text"))
        rests = self._rests_on()
        if rests:
            column.addWidget(_label("Rests on", "caption_strong", "ink3"))
            column.addWidget(_label(rests, "text"))
        if value.inputs:
            column.addWidget(_label(f"Inputs, {len(value.inputs)}", "caption_strong", "ink3"))
            column.addWidget(self._inputs(value.inputs))
        foot = QHBoxLayout()
        if self._forecasts:
            whose = QPushButton("Whose numbers are these?")
            whose.setProperty("role", "link")
            whose.setToolTip("How such forecasts fare on published runs, point by point")
            whose.clicked.connect(self._ask_whose)
            foot.addWidget(whose)
        foot.addStretch(1)
        self.copy_button = QPushButton("Copy")
        self.copy_button.setIcon(current().icon("copy"))
        self.copy_button.setProperty("size", "small")
        self.copy_button.clicked.connect(self.copy)
        foot.addWidget(self.copy_button)
        column.addLayout(foot)

    def _rests_on(self) -> str:
        """Shares of the grades in words; empty until they are computed."""
        if self._shares is None:
            return ""
        return " · ".join(
            f"{GRADE_WORDS[grade]} {share * 100:.0f} %"
            for grade, share in self._shares.shares
            if share >= _LEAST_SHARE
        )

    def _inputs(self, inputs: tuple[KpiInput, ...]) -> QWidget:
        table = QWidget()
        grid = QGridLayout(table)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 1)
        for row, one in enumerate(inputs):
            grid.addWidget(_label(input_words(one.label, one.ref), "text"), 2 * row, 0)
            number = _label(units.text(one.value, one.unit), "text_medium")
            number.setAlignment(Qt.AlignmentFlag.AlignRight)
            grid.addWidget(number, 2 * row, 1)
            grid.addWidget(EvidenceMark(one.grade), 2 * row, 2)
            source = _label(one.source or "no source", "caption", "ink3")
            source.setContentsMargins(0, 0, 0, 6)
            grid.addWidget(source, 2 * row + 1, 0, 1, 3)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(table)
        table.setFixedWidth(_WIDTH - 44)
        height = grid.totalHeightForWidth(_WIDTH - 44)
        scroll.setFixedHeight(min(height + 4, _TALLEST_LIST))
        return scroll


def _label(words: str, font: str, tone: str = "") -> QLabel:
    label = QLabel(words)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(font != "title")
    label.setFont(current().font(font))
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setCursor(Qt.CursorShape.IBeamCursor)
    if tone:
        label.setProperty("tone", tone)
    return label
