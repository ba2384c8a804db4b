"""The right side of the throughput view: one step by term, layout, memory and readiness of the focus."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from fleetdesigner.charts.step_bar import StepBars
from fleetdesigner.charts.step_bar_memory import MemoryBar
from fleetdesigner.engine.throughput_page.shown import Shown
from fleetdesigner.panels.named_row import WrappedLabel
from fleetdesigner.panels.throughput.table import FigureTable
from fleetdesigner.panels.throughput.together import TogetherBlock
from fleetdesigner.panels.throughput.words import WordsBlock
from fleetdesigner.window import throughput_facts as facts
from fleetdesigner.window.head import surface


class ThroughputSide(QScrollArea):
    """Blocks under one another; scrolls where the window is low."""

    def __init__(self) -> None:
        super().__init__()
        self.bars = StepBars()
        self.terms = FigureTable("Terms", grows=True)
        self.memory_bar = MemoryBar()
        self.step = WordsBlock("One step", _stacked(self.bars, self.terms))
        self.layout_words = WordsBlock("Layout in words")
        self.memory = WordsBlock("Memory, fullest chip", self.memory_bar)
        self.readiness = WordsBlock("Readiness")
        self.together = TogetherBlock()
        self.whose = QPushButton("Whose numbers are these?")
        self.whose.setProperty("role", "link")
        self.whose.setToolTip("How forecasts of this kind fare on published runs")
        self.paste = QPushButton("Paste a measurement")
        self.paste.setProperty("role", "link")
        self.paste.setToolTip("One measured number of yours rescales the forecasts of this chip")
        self.own = WrappedLabel("", "ink2")
        self.own.setContentsMargins(12, 0, 12, 0)
        self.own.hide()
        body = surface(QWidget(), "panel")
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for block in (self.step, self.layout_words, self.memory, self.readiness, self.together):
            column.addWidget(block)
        foot = QHBoxLayout()
        foot.setContentsMargins(10, 8, 12, 8)
        foot.addWidget(self.whose)
        foot.addSpacing(12)
        foot.addWidget(self.paste)
        foot.addStretch(1)
        column.addWidget(self.own)
        column.addLayout(foot)
        column.addStretch(1)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(body)
        self.setMinimumWidth(300)

    def show_own(self, words: str) -> None:
        """What a measurement of the planner's own does to the focus; empty where there is none."""
        self.own.setText(words)
        self.own.setVisible(bool(words))

    def show_shown(self, shown: Shown, narrow: bool) -> None:
        """Show what was found; `narrow` has room for one share."""
        focus = shown.focus
        self.step.setVisible(focus is not None)
        self.readiness.setVisible(focus is not None)
        self.bars.show_bars(facts.step_bars(shown), "" if focus is None else focus.rack_id)
        self.terms.show_rows(*facts.terms_table(shown, narrow))
        self.terms.setVisible(bool(self.terms.rows))
        unit = "seconds" if shown.trains else "ms"
        what = "One step" if shown.trains else "One output token"
        self.step.show_words("", "", f"{shown.model.name}, {unit}", what)
        own = next((kind.grade for kind in shown.kinds if kind.in_pool), "")
        self.together.show_together(shown.together, own)
        title, words, note, grade = facts.layout_block(shown)
        self.layout_words.show_words(words, note, "", title, grade)
        title, words, note, grade = facts.readiness_block(shown)
        self.readiness.show_words(words, note, "", title, grade)
        parts, limit, whole, limit_words, used = facts.memory_parts(shown)
        self.memory.setVisible(bool(parts))
        self.memory_bar.show_memory(parts, limit, whole, limit_words)
        word = "chip" if focus is None else focus.word
        self.memory.show_words("", "", used, f"Memory, fullest {word}")


def _stacked(*widgets: QWidget) -> QWidget:
    whole = QWidget()
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 4, 0, 0)
    column.setSpacing(4)
    for widget in widgets:
        column.addWidget(widget)
    return whole
