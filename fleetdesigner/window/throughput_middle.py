"""The middle of the throughput view: the front with its sentence over the best layouts."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from fleetdesigner.charts.front_plot import FrontPlot
from fleetdesigner.engine.throughput_page.shown import Shown
from fleetdesigner.look.theme import current
from fleetdesigner.panels.fields.row import ElidedLabel
from fleetdesigner.panels.named_row import WrappedLabel
from fleetdesigner.panels.throughput.table import FigureTable
from fleetdesigner.window import throughput_facts as facts
from fleetdesigner.window.head import surface


class ThroughputMiddle(QSplitter):
    """Shows a `Shown` at a basis; the axes hold still unless they must not."""

    basis_picked = Signal(str)

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self.front = FrontPlot()
        self.layouts = FigureTable("Best layouts")
        self.title, self.subtitle = QLabel("Throughput"), ElidedLabel("", "ink2", "caption")
        self.sentence, self.note = WrappedLabel("", "ink", "text_strong"), WrappedLabel("", "ink2")
        self.layouts_title, self.layouts_count = QLabel("Best layouts"), QLabel("")
        self.layouts_why = WrappedLabel("", "caution")
        self.buttons: dict[str, QPushButton] = {}
        self.best = self._best_layouts()
        self.addWidget(self._upper())
        self.addWidget(self.best)
        self.setStretchFactor(0, 3)
        self.setStretchFactor(1, 1)
        self.setChildrenCollapsible(False)

    def show_nothing(self, words: str) -> None:
        """The design has nothing to look at."""
        self.title.setText("Throughput")
        self.subtitle.set_text("")
        self.sentence.setText(words)
        self.note.hide()
        self.best.hide()

    def show_shown(self, shown: Shown, basis: str, before: Shown | None, fresh: bool) -> None:
        """Show what was found; `fresh` axes where it is of something else than `before`."""
        self.title.setText("Job sizes" if shown.trains else "Serving front")
        self.subtitle.set_text(*facts.subtitle(shown))
        same = before is not None and (before.look.pool_id, before.look.workload_id) == (
            shown.look.pool_id, shown.look.workload_id,
        )  # fmt: skip
        # while job sizes are searched again the last picture stands: it must not flicker under the hand
        if not (shown.pending and same and not fresh):
            self.front.show_picture(facts.front_picture(shown, basis), fresh or not same)
        first, second = facts.headline(shown, basis)
        self.sentence.setText(first)
        self.note.setText(second)
        self.note.setVisible(bool(second))
        focus, layouts = shown.focus, shown.layouts
        self.best.setVisible(focus is not None)
        name = "" if focus is None else f" on {focus.name}"
        asks = "" if shown.trains or shown.target is None else " for this target"
        self.layouts_title.setText(f"Best layouts{name}{asks}")
        self.layouts_count.setText(facts.layouts_count(shown))
        self.layouts.show_rows(*facts.layouts_table(shown))
        self.layouts.setVisible(bool(self.layouts.rows))
        why = "" if layouts is None or layouts.meets else layouts.why
        self.layouts_why.setText(f"{why[:1].upper()}{why[1:]}." if why else "")
        self.layouts_why.setVisible(bool(why))

    def dress(self) -> None:
        """Fonts of the theme; the style sheet has the last word when a view is first put into the window."""
        theme = current()
        self.title.setFont(theme.font("title"))
        self.layouts_title.setFont(theme.font("caption_strong"))
        self.layouts_count.setFont(theme.font("caption"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().height() != event.size().height():
            tall = event.size().height()
            below = max(148, round(tall * 0.32))
            self.setSizes([tall - below, below])

    def _upper(self) -> QWidget:
        told = surface(QWidget(), "panel", "top")
        told.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        words = QVBoxLayout(told)
        words.setContentsMargins(12, 6, 12, 8)
        words.setSpacing(2)
        words.addWidget(self.sentence)
        words.addWidget(self.note)
        upper = surface(QWidget(), "panel")
        column = QVBoxLayout(upper)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head())
        column.addWidget(self.front, 1)
        column.addWidget(told)
        return upper

    def _head(self) -> QWidget:
        head = surface(QWidget(), "panel", "bottom")
        row = QHBoxLayout(head)
        row.setContentsMargins(12, 4, 12, 4)
        row.setSpacing(10)
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self.title)
        names.addWidget(self.subtitle)
        row.addLayout(names, 1)
        group = QButtonGroup(self)
        switch = QHBoxLayout()
        switch.setSpacing(0)
        for at, basis in enumerate(facts.BASES):
            button = QPushButton(basis.words)
            button.setCheckable(True)
            button.setProperty("role", "segment")
            button.setProperty("place", ("first", "middle", "last")[at])
            button.setAccessibleName(f"Rates {basis.words}")
            button.clicked.connect(partial(self._clicked, basis.id))
            group.addButton(button)
            self.buttons[basis.id] = button
            switch.addWidget(button)
        self.buttons["chip"].setChecked(True)
        row.addLayout(switch)
        return head

    def _best_layouts(self) -> QWidget:
        self.layouts_count.setProperty("tone", "ink2")
        self.layouts_why.setContentsMargins(12, 4, 12, 4)
        bar = surface(QWidget(), "sunken", "bottom")
        bar.setFixedHeight(25)
        line = QHBoxLayout(bar)
        line.setContentsMargins(12, 0, 12, 0)
        line.addWidget(self.layouts_title, 1)
        line.addWidget(self.layouts_count)
        lower = surface(QWidget(), "panel")
        below = QVBoxLayout(lower)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(0)
        below.addWidget(bar)
        below.addWidget(self.layouts_why)
        below.addWidget(self.layouts, 1)
        below.addStretch()
        lower.setMinimumHeight(100)
        return lower

    @Slot()
    def _clicked(self, basis: str, checked: bool = False) -> None:
        self.basis_picked.emit(basis)
