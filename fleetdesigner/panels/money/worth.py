"""What one more unit is worth, and what binds now and next."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from fleetdesigner.engine.at_rest.one_more import Binding, OneMore, Worth
from fleetdesigner.panels.late_block import LateBlock
from fleetdesigner.panels.throughput.table import Column, FigureTable, Row
from fleetdesigner.units import digits, month_text, signed, text

COLUMNS = (
    Column("", figures=False, stretch=True),
    Column("Unit"), Column("NPV"), Column("Serving"), Column("Training"),
)  # fmt: skip
_LEAST = 1e-3
"""Tokens a second below which a difference is rounding."""
FEW = 8
"""Rows that are shown; what is worth less is counted."""


class WorthBlock(QWidget):
    """One row a unit that matters, the most valuable first."""

    def __init__(self) -> None:
        super().__init__()
        self.table = FigureTable("What one more unit is worth", grows=True)
        self.block = LateBlock("What one more unit is worth")
        self.block.add_below(self.table)
        self.table.hide()
        self._binding, self._note, self._side = "", _notes(None), ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.block)

    def show_worth(self, found: OneMore | None) -> None:
        """Show what was found; None while nothing is."""
        self._note = _notes(found)
        self.table.show_rows(COLUMNS, worth_rows(found.worths[:FEW] if found is not None else ()))
        self.table.setVisible(bool(self.table.rows))
        self._side = "" if found is None else f"tokens in {month_text(found.month)}"
        self._say()

    def show_binding(self, binding: Sequence[Binding]) -> None:
        """Say what binds in the month on screen, and what binds next."""
        self._binding = binding_words(binding)
        self._say()

    def _say(self) -> None:
        self.block.show_words(self._binding, self._note, self._side)


def _notes(found: OneMore | None) -> str:
    """Why more power is worth nothing, and what is not listed."""
    if found is None:
        return "Comes when the hand rests."
    said = [f"{found.why[:1].upper()}{found.why[1:]}."] if found.why else []
    if not found.worths:
        said.append("One more of anything here changes no tokens.")
    if len(found.worths) > FEW:
        said.append(f"{len(found.worths) - FEW} more are worth less.")
    return " ".join(said)


def worth_rows(worths: Sequence[Worth]) -> tuple[Row, ...]:
    """Name, unit, and what it adds to NPV and to tokens a second."""
    return tuple(
        Row(
            (
                one.name, one.unit,
                "–" if one.npv_usd.value is None else signed(one.npv_usd.value, "usd"),
                _more(one.serving_tokens_per_s), _more(one.training_tokens_per_s),
            ),
            tip=f"{one.name} {one.unit}" + (f"; no NPV: {one.npv_usd.why}" if one.npv_usd.why else ""),
        )
        for one in worths
    )  # fmt: skip


def binding_words(binding: Sequence[Binding]) -> str:
    """What binds now, and what binds next."""
    if not binding:
        return "Nothing limits yet."
    said = [
        f"{one.name} ({text(one.load_kw, 'kW')} of {text(one.limit_kw, 'kW')}{_share(one.share)})"
        for one in binding[:2]
    ]
    first = "Binds now" if binding[0].share >= 1 else "Binds first"
    return f"{first}: {said[0]}" + (f"; next: {said[1]}." if len(said) > 1 else ".")


def _share(share: float) -> str:
    return "" if math.isinf(share) else f", {digits(share * 100)} %"


def _more(tokens: float) -> str:
    if math.isnan(tokens) or abs(tokens) < _LEAST:
        return "–"
    return signed(tokens, "token/s")
