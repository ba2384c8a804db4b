"""Together or apart: the ways to use a pool's chips, as rows and sentences under the throughput figures."""

from __future__ import annotations

import math

from PySide6.QtWidgets import QVBoxLayout, QWidget

from fleetdesigner.engine.throughput.mixed import WHAT_IF
from fleetdesigner.engine.throughput_page.together import Option, Together
from fleetdesigner.panels.throughput.table import Column, FigureTable, Row
from fleetdesigner.panels.throughput.words import WordsBlock
from fleetdesigner.units import MINUS, digits, text

COLUMNS = (
    Column("", figures=False, stretch=True),
    Column("tok/s"),
    Column("Gain"),
)


class TogetherBlock(QWidget):
    """One table and what it does not fit: best splits, the bridge, refusals."""

    def __init__(self) -> None:
        super().__init__()
        self.table = FigureTable("Together or apart", grows=True)
        self.block = WordsBlock("Together or apart", self.table)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.block)

    def show_together(self, found: Together | None, grade: str = "") -> None:
        """Show the ways; nothing where there is no choice.

        `grade` is that of the chips alone; no public run is over two kinds, so that such a one is assumed.
        """
        self.setVisible(found is not None)
        if found is None:
            return
        self.table.show_rows(COLUMNS, rows(found))
        self.table.setVisible(bool(self.table.rows))
        self.block.show_words(
            sentences(found),
            notes(found),
            "against separate" if found.options else "",
            grade=("assumption" if found.kinds > 1 else grade) if found.options else "",
        )


def rows(found: Together) -> tuple[Row, ...]:
    """One row a way; the pool's own is strong."""
    return tuple(
        Row(
            (
                option.words + (", what-if" if option.what_if else ""),
                _rate(option), _gain(option),
            ),
            strong=option.chosen,
            tip=option.why or option.split,
        )
        for option in found.options
    )  # fmt: skip


def _rate(option: Option) -> str:
    if math.isnan(option.tokens_per_s):
        return "–"
    return text(option.tokens_per_s, "token/s").removesuffix("tok/s").rstrip()


def _gain(option: Option) -> str:
    if option.key == "separate" or math.isnan(option.gain):
        return "–"
    shown = f"{abs(option.gain) * 100:.1f}"
    sign = "" if shown == "0.0" else "+" if option.gain > 0 else MINUS
    return f"{sign}{shown} %"


def sentences(found: Together) -> str:
    """The best split of each way and what limits it, or why there is none."""
    if found.why:
        return f"{found.why[:1].upper()}{found.why[1:]}."
    lines = []
    for option in found.options:
        told = option.why or option.split
        if told:
            told += f"; limit: {option.limits}" if option.limits else ""
            lines.append(f"{option.words}: {told}.")
    return "\n".join(lines)


def notes(found: Together) -> str:
    """The pool's mode, the bridge and what is not public."""
    if not found.options:
        return ""
    said = []
    chosen = next((option for option in found.options if option.chosen), None)
    if chosen is not None and found.kinds > 1:
        best = "the best, here " if found.takes_best else ""
        said.append(f"Mode of the pool: {best}{chosen.words[:1].lower()}{chosen.words[1:]}.")
        if chosen.key == "split":
            # ``joint`` splits the replicas of separate serving; the search here also fits them to one side
            said.append("Dispatch keeps the replicas of separate serving and may reach less.")
    if math.isinf(found.bridge):
        said.append("No bridge: one domain.")
    elif not math.isnan(found.bridge):
        whose = "as the pool says" if found.bridge_given else "the slower side's network"
        wide = found.bridge >= 1e12
        size = f"{digits(found.bridge / (1e12 if wide else 1e9))} {'TB/s' if wide else 'GB/s'}"
        said.append(f"Bridge {size} one way, {whose}.")
    if any(option.what_if for option in found.options):
        said.append(f"{WHAT_IF[:1].upper()}{WHAT_IF[1:]}.")
    return " ".join(said)
