"""Own, lease, rent or buy tokens, side by side: figures, terms in words, reasons where there is none."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from fleetdesigner.engine.money.ways import FIGURES, Way, Ways
from fleetdesigner.look import EvidenceMark, current, theme_signals
from fleetdesigner.panels.late_block import LateBlock
from fleetdesigner.panels.named_row import WrappedLabel
from fleetdesigner.units import digits, month_text, text

HEADS = (("NPV", "usd"), ("Total cost", "usd"), ("Hour", "usd/h"), ("M tokens", "usd"), ("Payback", "month"))
"""Heading and unit of each of ``FIGURES``."""
_SAID = {
    "Total cost": "total cost", "Hour": "cost of an hour", "M tokens": "cost of tokens", "Payback": "payback"
}  # fmt: skip
"""Headings inside a sentence, where they differ."""
HINTS = (
    "Net present value over the horizon",
    "All cash of the horizon and the value brought in, less residual value",
    "An accelerator in service for an hour, in the month of the most accelerators",
    "A million output tokens of the capacity reserved for serving, in that month",
    "Months until the cumulative cash is back at 0, undiscounted",
)
_ACTION = len(HEADS) + 2


class _WayRow:
    """The widgets of one way: a line of figures, then its terms and what is missing."""

    def __init__(self, name: str) -> None:
        self.name = QLabel(name)
        self.mark = EvidenceMark("none")
        self.figures = tuple(QLabel() for _ in HEADS)
        self.use = QPushButton("Use this")
        self.use.setProperty("role", "link")
        self.terms = WrappedLabel("", "ink2", "caption")
        for label in self.figures:
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def show(self, way: Way, best: bool) -> None:
        """Figures of a way; `best`: of all, it has the highest NPV."""
        theme = current()
        self.name.setFont(theme.font("text_strong"))
        self.mark.set_grade(way.grade)
        for label, field, (_, unit) in zip(self.figures, FIGURES, HEADS, strict=True):
            value = getattr(way, field)
            label.setText("–" if value is None else _shown(value, unit))
            label.setToolTip(way.reason(field))
            strong = best and field == "npv_usd"
            label.setFont(theme.font("text_strong" if strong else "text", tabular=True))
        self.use.setVisible(bool(way.ownership))
        self.use.setAccessibleName(f"Use this: {way.name}")
        self.use.setToolTip(f"{way.name} for the chosen phases, in one undo step")
        words = row_words(way)
        self.terms.setText(words)
        self.terms.setVisible(bool(words))

    @property
    def widgets(self) -> tuple[QWidget, ...]:
        """All of them."""
        return (self.name, self.mark, *self.figures, self.use, self.terms)


class WaysBlock(QWidget):
    """The table with its chooser of phases, and where owning meets renting."""

    phase_picked = Signal(str)
    """Id of a phase; empty for all."""
    wanted = Signal(object)
    """The `Way` that is to be used."""

    def __init__(self, below: QWidget) -> None:
        """`below`: the graph of the ways, under the table."""
        super().__init__()
        self._ways: Ways | None = None
        self._rows: dict[str, _WayRow] = {}
        self.phases = QComboBox()
        self.phases.setAccessibleName("Phases to compare")
        self.phases.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.phases.setMinimumContentsLength(16)
        self.phases.activated.connect(self._phase_chosen)
        chooser = QHBoxLayout()
        chooser.setSpacing(8)
        self._for = QLabel("For")
        self._for.setProperty("tone", "ink2")
        chooser.addWidget(self._for)
        chooser.addWidget(self.phases, 1)
        chooser.addStretch(1)
        self._table = QWidget()
        self._grid = QGridLayout(self._table)
        self._grid.setContentsMargins(0, 4, 0, 0)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(0, 1)
        self.heads = tuple(QLabel(words) for words, _ in HEADS)
        for at, (label, hint) in enumerate(zip(self.heads, HINTS, strict=True)):
            label.setAlignment(Qt.AlignmentFlag.AlignRight)
            label.setProperty("tone", "ink3")
            label.setToolTip(hint)
            self._grid.addWidget(label, 0, 2 + at)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(chooser)
        column.addWidget(self._table)
        self.block = LateBlock("Ways to hold it", body)
        self.block.add_below(below)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.block)
        theme_signals.changed.connect(self._dress)
        self._dress()

    @property
    def ways(self) -> Ways | None:
        """What is shown."""
        return self._ways

    def row(self, way_id: str) -> _WayRow:
        """The widgets of a way. Raises KeyError before there are any."""
        return self._rows[way_id]

    def show_phases(self, phases: Sequence[tuple[str, str]], chosen: str) -> None:
        """(id, name) of the phases that can be chosen, and which is; empty for all."""
        wanted = [("", "All phases"), *phases]
        held = [(self.phases.itemData(at), self.phases.itemText(at)) for at in range(self.phases.count())]
        if held != wanted:
            self.phases.clear()
            for phase_id, name in wanted:
                self.phases.addItem(name, phase_id)
        self.phases.setCurrentIndex(max(self.phases.findData(chosen), 0))

    def show_ways(self, ways: Ways | None, why: str = "") -> None:
        """Show the ways; None with the reason where there are none."""
        self._ways = ways
        self._table.setVisible(ways is not None)
        if ways is None:
            self.block.show_words(why, "", "")
            return
        known = [one.npv_usd for one in ways.ways if one.npv_usd is not None]
        for at, way in enumerate(ways.ways):
            if way.id not in self._rows:
                self._add(way, at)
            self._rows[way.id].show(way, way.npv_usd is not None and way.npv_usd >= max(known))
        month = month_text(ways.default_month)
        self.block.show_words(own_or_rent_words(ways), "", f"hour and tokens in {month}")

    def _add(self, way: Way, at: int) -> None:
        before = list(self._rows.values())[-1].use if self._rows else self.phases
        row = self._rows[way.id] = _WayRow(way.name)
        row.use.clicked.connect(partial(self._use, way.id))
        line = QFrame()
        line.setProperty("surface", "panel")
        line.setProperty("rule", "top")
        line.setFixedHeight(1)
        top = 1 + 3 * at
        self._grid.addWidget(line, top, 0, 1, _ACTION + 1)
        self._grid.addWidget(row.name, top + 1, 0)
        self._grid.addWidget(row.mark, top + 1, 1)
        for place, label in enumerate(row.figures):
            self._grid.addWidget(label, top + 1, 2 + place)
        self._grid.addWidget(row.use, top + 1, _ACTION)
        # it is made when the figures are there: else Tab comes to it after the whole window
        QWidget.setTabOrder(before, row.use)
        self._grid.addWidget(row.terms, top + 2, 0, 1, _ACTION + 1)

    @Slot()
    def _use(self, way_id: str, checked: bool = False) -> None:
        if self._ways is not None:
            self.wanted.emit(next(one for one in self._ways.ways if one.id == way_id))

    @Slot(int)
    def _phase_chosen(self, at: int) -> None:
        self.phase_picked.emit(str(self.phases.itemData(at)))

    @Slot()
    def _dress(self) -> None:
        theme = current()
        self._for.setFont(theme.font("text"))
        for label in self.heads:
            label.setFont(theme.font("caption"))
        if self._ways is not None:
            self.show_ways(self._ways)


def _shown(value: float, unit: str) -> str:
    return f"{value:.0f} months" if unit == "month" else text(value, unit)


def row_words(way: Way) -> str:
    """Terms, then what has no figure and why; equal reasons are said once."""
    reasons: dict[str, list[str]] = {}
    for field, (name, _) in zip(FIGURES, HEADS, strict=True):
        if reason := way.reason(field):
            reasons.setdefault(reason, []).append(name)
    said = way.terms if way.terms.lower() != way.name.lower() else ""
    lines = [f"{said[:1].upper()}{said[1:]}"] if said else []
    for reason, names in reasons.items():
        what = "No figure" if len(names) == len(FIGURES) else f"No {_inside(names)}"
        lines.append(f"{what}: {reason}")
    return ". ".join(lines) + ("." if lines else "")


def _inside(names: Sequence[str]) -> str:
    said = [_SAID.get(name, name) for name in names]
    return " and ".join((", ".join(said[:-1]), said[-1])) if len(said) > 1 else said[0]


def own_or_rent_words(ways: Ways) -> str:
    """At which use, and from which month on, owning costs no more than renting."""
    found = ways.own_or_rent
    if found.utilisation is None and found.month is None and found.why_utilisation == found.why_month:
        return f"Own against rent: {found.why_month}."
    if found.utilisation is None:
        use = f"no break-even use: {found.why_utilisation}"
    elif found.utilisation > 1:
        use = f"renting costs less even at full use (break-even {digits(found.utilisation * 100)} %)"
    else:
        use = f"owning costs less above {digits(found.utilisation * 100)} % of the hours in use"
    month = f"from {month_text(found.month)} on for good" if found.month is not None else found.why_month
    cash = "cumulative cash is ahead " if found.month is not None else "in cash, "
    return f"Own against rent: {use}; {cash}{month}."
