"""What stands over the published points: which errors, which points, and the way out to a file."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from fleetdesigner.engine.throughput.checked import Basis, group_name
from fleetdesigner.engine.throughput.checked_choice import Activities, Choice
from fleetdesigner.look import current, theme_signals
from fleetdesigner.panels.segments import Segments


class ValidationBar(QWidget):
    """Holds the choice; whoever changes it elsewhere gives it back with `set_choice`."""

    changed = Signal()
    """Choice or basis are others now."""
    mode_changed = Signal(str)
    """``values`` or ``errors`` in the graph."""
    export_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._choice = Choice()
        self.title = QLabel("Checked on published runs")
        self.caption = QLabel()
        self.caption.setProperty("tone", "ink3")
        self.basis_segments = Segments(
            "Errors",
            (("left_out", "Left out"), ("fitted", "In sample")),
            (
                "By factors that were fitted without any point of the same model on the same chip: "
                "what a new model on a new chip meets",
                "By the shipped factors, which have seen most of these points",
            ),
        )
        self.activity_segments = Segments(
            "Activity", (("all", "All"), ("training", "Training"), ("serving", "Serving"))
        )
        self.mode_segments = Segments("Graph", (("values", "Values"), ("errors", "Errors")))
        self.search = QLineEdit()
        self.search.setPlaceholderText("Model, chip, precision, source")
        self.search.setAccessibleName("Search published points")
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(150)
        self.uncounted = QCheckBox("Not counted too")
        self.uncounted.setToolTip(
            "Points whose precision was not published, or that their source calls a regression: "
            "drawn hollow, they count in no error"
        )
        self.export = QPushButton("Export points…")
        self.export.setProperty("size", "small")
        self.export.setToolTip("The visible points with their sources, as CSV")
        self.export.clicked.connect(self.export_wanted)
        self._chips = QHBoxLayout()
        self._chips.setSpacing(4)
        self._lay_out()
        self.basis_segments.chosen.connect(lambda _: self.changed.emit())
        self.activity_segments.chosen.connect(self._activity)
        self.mode_segments.chosen.connect(self.mode_changed)
        self.search.textChanged.connect(self._typed)
        self.uncounted.toggled.connect(self._uncounted)
        find = QShortcut(QKeySequence.StandardKey.Find, self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(self.search.setFocus)
        theme_signals.changed.connect(self._dress)
        self._dress()

    @property
    def choice(self) -> Choice:
        """The filters."""
        return self._choice

    @property
    def basis(self) -> Basis:
        """Which errors are shown."""
        return cast(Basis, self.basis_segments.key)

    @property
    def chips(self) -> tuple[QPushButton, ...]:
        """A button a key that is filtered by; a click lets it go."""
        items = [self._chips.itemAt(at) for at in range(self._chips.count())]
        held = [item.widget() for item in items if item is not None]
        return tuple(one for one in held if isinstance(one, QPushButton))

    def set_choice(self, choice: Choice) -> None:
        """Take filters that were chosen elsewhere, and tell."""
        if choice == self._choice:
            return
        self._choice = choice
        self.activity_segments.set_key(choice.activity)
        for widget in (self.search, self.uncounted):
            widget.blockSignals(True)
        self.search.setText(choice.words)
        self.uncounted.setChecked(choice.uncounted)
        for widget in (self.search, self.uncounted):
            widget.blockSignals(False)
        self._show_chips()
        self.changed.emit()

    # inside

    def _show_chips(self) -> None:
        for old in self.chips:
            self._chips.removeWidget(old)
            old.hide()
            old.deleteLater()
        for place, (grouping, key) in enumerate(self._choice.keys):
            name = group_name(grouping, key)
            chip = QPushButton(f"{name}  ×")
            chip.setProperty("role", "chip")
            chip.setCheckable(True)
            chip.setChecked(True)
            chip.setAccessibleName(f"Filter {name}: remove")
            chip.setToolTip("Remove this filter")
            chip.clicked.connect(lambda _, g=grouping: self.set_choice(self._choice.with_key(g, None)))
            self._chips.insertWidget(place, chip)

    @Slot(str)
    def _activity(self, key: str) -> None:
        self.set_choice(replace(self._choice, activity=cast(Activities, key)))

    @Slot(str)
    def _typed(self, words: str) -> None:
        self.set_choice(replace(self._choice, words=words))

    @Slot(bool)
    def _uncounted(self, on: bool) -> None:
        self.set_choice(replace(self._choice, uncounted=on))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.title)
        head.addWidget(self.caption, 1)
        head.addWidget(self.export)
        tools = QHBoxLayout()
        tools.setSpacing(8)
        tools.addWidget(self.basis_segments)
        tools.addWidget(self.activity_segments)
        tools.addWidget(self.mode_segments)
        tools.addWidget(self.search, 1)
        tools.addWidget(self.uncounted)
        chips = QHBoxLayout()
        chips.addLayout(self._chips)
        chips.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 8, 12, 6)
        box.setSpacing(6)
        box.addLayout(head)
        box.addLayout(tools)
        box.addLayout(chips)

    @Slot()
    def _dress(self) -> None:
        theme = current()
        self.title.setFont(theme.font("title"))
        self.caption.setFont(theme.font("caption"))
        self.export.setIcon(theme.icon("download", 14))
