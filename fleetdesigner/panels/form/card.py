"""Where a catalog figure comes from, and the planner's own figure in its place with his reason."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from fleetdesigner.catalog.figure import Figure
from fleetdesigner.catalog.supply import PriceBook
from fleetdesigner.catalog.token_prices import PER_MILLION
from fleetdesigner.design.commands import SetOverride
from fleetdesigner.design.scenarios import Override
from fleetdesigner.look import current
from fleetdesigner.look.tokens import GRADE_WORDS
from fleetdesigner.panels.fields.bindings import FigureField, OverrideNote, unoverridden
from fleetdesigner.panels.fields.choices import ChoiceRow
from fleetdesigner.panels.fields.kinds import NumberRow, TextRow
from fleetdesigner.panels.fields.numbers import field_unit, number_text
from fleetdesigner.panels.fields.row import FieldRow
from fleetdesigner.panels.form.spec import FieldSpec
from fleetdesigner.values import GRADES

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session

_BREAKS = re.compile(r"([/.\-_?&=,@#])(?=\S)")
_EVIDENCE = tuple((grade, GRADE_WORDS[grade]) for grade in GRADES if grade != "none")


def breakable(text: str) -> str:
    """`text` with places where a long address may go on in the next line."""
    return _BREAKS.sub("\\1\u200b", text)


def figure_spec(session: Session, entry: str, name: str, label: str = "") -> FieldSpec:
    """The field of a catalog figure, with the range that the catalog gives it."""
    held = session.catalog.entry(entry)
    known = held.spec(name)
    return FieldSpec(
        FigureField(entry, name),
        label or figure_label(name),
        # the row of a price book says what is rented, or a million of what is sold
        _BOOK_UNITS.get(known.unit) or field_unit(known.unit),
        kind="figure",
        low=known.low,
        high=known.high,
        optional=False,
        empty="no public figure",
        hint=known.description,
        title=f"Set {label or figure_label(name)} of {held.name}",
    )


_BOOK_UNITS = {PriceBook.ROW.unit: "usd/h", PER_MILLION: "usd"}
_WORDS = {
    "it power kw": "IT power", "nameplate kw": "Nameplate power", "idle power kw": "Idle power",
    "liquid share": "Liquid share", "weight kg": "Weight", "price usd": "Purchase",
    "bf16 tflops": "BF16, dense", "fp8 tflops": "FP8, dense", "fp4 tflops": "FP4, dense",
    "bf16 sparse tflops": "BF16, sparse", "hbm gb": "HBM", "hbm gib": "HBM", "hbm usable gib": "HBM, usable",
    "hbm tb per s": "HBM bandwidth", "scale up gbytes per s": "Scale-up, one way",
    "scale up cross gbytes per s": "Scale-up, across", "scale out gbit per s": "Scale-out, one way",
    "tdp w": "Design power", "interruption chip hours": "Interruption every",
    "host memory gib": "Host memory",
    "node power kw": "Power", "vcpus": "vCPUs", "pue": "PUE", "pue summer": "PUE, hottest",
    "wue l per kwh": "Water", "carbon g per kwh": "Carbon", "energy usd per kwh": "Energy",
    "demand usd per kw month": "Demand charge", "shell usd per kw": "Shell and MEP",
    "grid lead months": "Grid lead", "colocation usd per kw month": "Colocation",
    "params b": "Parameters", "active params b": "Active a token", "endpoint gbit per s": "Endpoint",
    "max chips": "Largest cluster", "radix": "Switch ports", "switch power kw": "Switch power",
    "endpoint power w 2tier": "Power, 2 tiers", "endpoint power w 3tier": "Power, 3 tiers",
    "capex usd per chip 2tier": "Capex, 2 tiers", "capex usd per chip 3tier": "Capex, 3 tiers",
    "link efficiency": "Link efficiency", "latency us": "Latency",
}  # fmt: skip


def figure_label(name: str) -> str:
    """What a figure field is called: ``it_power_kw`` → ``IT power``."""
    spaced = name.replace("_", " ")
    return _WORDS.get(spaced, spaced[:1].upper() + spaced[1:])


class FigureCard(QWidget):
    """Unfolds below a figure: source, date, grade, note, span; and the planner's own figure."""

    def __init__(self, session: Session, entry: str, name: str, with_value: bool) -> None:
        super().__init__()
        self._session = session
        self._binding = FigureField(entry, name)
        spec = figure_spec(session, entry, name)
        self._unit = spec.unit
        self._words = QLabel()
        self._words.setWordWrap(True)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._words.setProperty("tone", "ink3")
        self._words.setFont(current().font("caption"))
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 2, 0, 6)
        column.setSpacing(4)
        column.addWidget(self._words)
        self.value: FieldRow | None = None
        if with_value:
            called = replace(spec, kind="number", label=f"One {_each(entry)}")
            self.value = NumberRow(session, called)
            column.addWidget(self.value)
        self._remarks: list[FieldRow] = [
            TextRow(session, _remark(self._binding, "note", "Note", "why this figure")),
            TextRow(session, _remark(self._binding, "source", "Source", "where it was read")),
            ChoiceRow(
                session, replace(_remark(self._binding, "evidence", "Evidence", ""), choices=_EVIDENCE)
            ),
        ]
        for row in self._remarks:
            column.addWidget(row)
        self._without = QPushButton("Use no figure")
        self._without.setProperty("role", "link")
        self._without.setToolTip("What needs it then has no value, and says so")
        self._without.clicked.connect(self._remove)
        column.addWidget(self._without, 0, Qt.AlignmentFlag.AlignLeft)
        self.refresh()

    def refresh(self) -> None:
        """Show the figure as it is now."""
        if not self._binding.read(self._session).there:
            return
        figure, own = self._binding.figure(self._session), self._binding.override(self._session)
        shipped = unoverridden(self._session, self._binding.entry).figure(self._binding.field)
        lines = []
        if own is not None:
            lines.append(f"Catalog: {self._text(shipped)}")
            lines += _origin(shipped)
        else:
            lines += (
                _origin(figure) if figure is not None else ["No public figure. Give one of your own above."]
            )
            if figure is not None and figure.low is not None and figure.high is not None:
                low, high = (number_text(one, self._unit) for one in (figure.low, figure.high))
                lines.insert(1, f"Span {low} – {high}")
        self._words.setText("\n".join(lines))
        if self.value is not None:
            self.value.refresh()
        for row in self._remarks:
            row.setVisible(own is not None)
            row.refresh()
        self._without.setVisible(figure is not None)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(0, 0, 2, self.height() - 4, current().color("line2"))

    def _text(self, figure: Figure | None) -> str:
        return "no public figure" if figure is None else number_text(figure.value, self._unit)

    @Slot()
    def _remove(self) -> None:
        held = self._binding.override(self._session)
        gone = Override(entry=self._binding.entry, field=self._binding.field, value=None)
        name = f"no {self._binding.name(self._session)}"
        self._session.execute(SetOverride(gone if held is None else held.replaced(value=None), name=name))


def _each(entry: str) -> str:
    return {"racks": "system", "nodes": "server", "chips": "chip", "prices": "chip-hour"}.get(
        entry.partition("/")[0], "one"
    )


def _remark(binding: FigureField, part: str, label: str, empty: str) -> FieldSpec:
    return FieldSpec(
        OverrideNote(binding, part), label, kind="text", empty=empty, title=f"Say {part} of {binding.field}"
    )


def _origin(figure: Figure | None) -> list[str]:
    """Lines on where a figure comes from."""
    if figure is None:
        return []
    lines = [f"{GRADE_WORDS[figure.evidence].capitalize()}, {figure.date}"]
    if figure.assumed:
        lines.append("No public figure; assumed so that a design can go on.")
    if figure.source and figure.source != "assumption":
        lines.append(breakable(figure.source))
    if figure.note:
        lines.append(breakable(figure.note))
    return lines
