"""The dialog that takes one measured number: what was measured, how it was run, whose number it is."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from fleetdesigner.design.commands import SetMeasurement
from fleetdesigner.design.measurements import SERVING_METRICS, TRAINING_METRICS, Measurement
from fleetdesigner.design.refusals import first_problem
from fleetdesigner.engine.work.measured import Held, held_of
from fleetdesigner.look import current
from fleetdesigner.look.style import restyle
from fleetdesigner.panels.fields.choices import FieldCombo
from fleetdesigner.panels.measurement.fields import FIELDS, START, activity_of, filled_by, whole
from fleetdesigner.panels.measurement.text import METRIC_WORDS, read_pasted
from fleetdesigner.panels.measurement.words import held_words, measurement_for, value_words
from fleetdesigner.panels.named_row import WrappedLabel
from fleetdesigner.panels.segments import Segments

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session

_SIZE = (640, 420)
_DTYPES = (("bf16", "BF16"), ("fp8", "FP8"), ("fp4", "FP4"))


class MeasurementDialog(QDialog):
    """Says at once what the model forecasts for the same configuration, and what follows for the chip."""

    done_with = Signal(str)
    """Key of the measurement that was set."""

    def __init__(
        self, session: Session, chip_id: str = "", workload_id: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._held: Held | None = None
        self.setWindowTitle("Paste a measurement")
        self.setModal(False)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*_SIZE)
        self.activity = Segments("Activity", (("training", "Training"), ("serving", "Serving")))
        self.pasted = QLineEdit()
        self.unit, self.chip, self.like = FieldCombo(), FieldCombo(), FieldCombo()
        self.model, self.dtype = FieldCombo(), FieldCombo()
        self.numbers = {one.name: QLineEdit() for one in FIELDS}
        self.source, self.day = QLineEdit(), QLineEdit(date.today().isoformat())
        self.fault = QLabel()
        self.effect = WrappedLabel("", "ink2")
        self._lines: dict[str, tuple[QLabel, QWidget]] = {}
        self._lay_out()
        self._fill(chip_id, workload_id)
        for edit in (self.pasted, self.source, self.day, *self.numbers.values()):
            edit.textEdited.connect(self._changed)
        for box in (self.unit, self.chip, self.model, self.dtype):
            box.activated.connect(self._changed)
        self.like.activated.connect(self._liked)
        self.activity.chosen.connect(self._switched)
        self._show_fields()
        self._changed()
        self.pasted.setFocus()

    # what it says

    @property
    def held(self) -> Held | None:
        """The measurement as it stands beside its forecast; None while something is missing."""
        return self._held

    @Slot()
    def take(self) -> bool:
        """Use the number and close; what is wrong is said at its field."""
        self._changed()
        if self._held is None or self._held.why:
            return False
        measurement = self._held.measurement
        refusals: list[str] = []
        self._session.refused.connect(refusals.append)
        name = self._session.catalog.chip(measurement.chip_id).name
        done = self._session.execute(SetMeasurement(measurement, name))
        self._session.refused.disconnect(refusals.append)
        if not done:
            self._say(refusals[-1] if refusals else "The measurement was refused.", None)
            return False
        self.done_with.emit(measurement.key)
        self.accept()
        return True

    def show_measurement(self, one: Measurement) -> None:
        """Open one that is there, to change it."""
        self.activity.set_key(one.activity)
        self._show_fields()
        self._choose(self.chip, one.chip_id)
        self._choose(self.model, one.model_id)
        self._choose(self.dtype, one.dtype)
        self._choose(self.unit, one.metric)
        self.pasted.setText(f"{one.value:,.10g}")
        for name, edit in self.numbers.items():
            value = getattr(one, name)
            edit.setText("" if value is None else f"{value:,}")
        self.source.setText(one.source)
        self.day.setText(one.date)
        self._changed()

    # inside

    @Slot()
    def _changed(self) -> None:
        """Read every field; say the first fault at its field, else what follows."""
        self._held = None
        activity = self.activity.key
        try:
            value, metric = read_pasted(self.pasted.text(), activity)
        except ValueError as error:
            if not self.pasted.text().strip():
                self._say("", None)
                self.effect.setText(
                    "Paste a number such as 1,234 tok/s a chip or 18.5 ms. It rescales the forecasts of its "
                    "chip in training or serving, whatever the model; their grade becomes measured."
                )
                return
            return self._say(f"The number {error}.", self.pasted)
        if metric is not None:
            self._choose(self.unit, metric)
        fields: dict[str, Any] = {}
        for one in FIELDS:
            if one.activity not in ("", activity):
                continue
            try:
                fields[one.name] = whole(self.numbers[one.name].text(), one.empty)
            except ValueError as error:
                return self._say(f"{one.words} {error}.", self.numbers[one.name])
        if self.chip.currentIndex() < 0:
            return self._say("Choose the chip it was measured on.", self.chip)
        try:
            made = Measurement(
                chip_id=self.chip.currentData(), activity=activity, model_id=self.model.currentData(),
                dtype=self.dtype.currentData(), metric=self.unit.currentData(), value=value,
                source=self.source.text().strip(), date=self.day.text().strip(), **fields,
            )  # fmt: skip
        except ValidationError as error:
            place, problem = first_problem(error, {})
            return self._say(f"{place.capitalize()}: {problem}.", self.day if place == "date" else None)
        held = held_of(made, self._session.catalog)
        if held.why:
            return self._say(f"This cannot be forecast: {held.why}.", self.chip)
        self._held = held
        self._say("", None)
        words = held_words(held, self._session.catalog.chip(made.chip_id).name)
        before = measurement_for(self._session.design, made.chip_id, made.activity)
        if before is not None and before != made:
            words += f" It takes the place of {value_words(before.value, before.metric)}."
        self.effect.setText(words)

    def _say(self, words: str, at: QWidget | None) -> None:
        self.fault.setText(words)
        self.fault.setVisible(bool(words))
        if words:
            self.effect.setText("")
        for widget in (self.pasted, self.chip, self.day, *self.numbers.values()):
            restyle(widget, error=widget is at)
        self.use.setEnabled(not words and bool(self.pasted.text().strip()))

    def _switched(self) -> None:
        self._show_fields()
        self._changed()

    @Slot()
    def _liked(self) -> None:
        """Fill in what a workload of the design says."""
        work = next((w for w in self._session.design.workloads if w.id == self.like.currentData()), None)
        if work is not None:
            self.activity.set_key(activity_of(work))
            self._show_fields()
            for name, value in filled_by(work).items():
                if name in self.numbers:
                    self.numbers[name].setText(f"{value:,}")
            self._choose(self.model, work.model_id)
            self._choose(self.dtype, work.dtype)
        self._changed()

    def _show_fields(self) -> None:
        """Fields of the activity alone, in pairs without gaps."""
        activity = self.activity.key
        other = {one.name for one in FIELDS if one.activity not in ("", activity)}
        place = 0
        for name, (label, widget) in self._lines.items():
            self._grid.removeWidget(label)
            self._grid.removeWidget(widget)
            label.setVisible(name not in other)
            widget.setVisible(name not in other)
            if name not in other:
                self._grid.addWidget(label, place // 2, place % 2 * 2)
                self._grid.addWidget(widget, place // 2, place % 2 * 2 + 1)
                place += 1
        kept = self.unit.currentData()
        self.unit.clear()
        for metric in TRAINING_METRICS if activity == "training" else SERVING_METRICS:
            self.unit.addItem(METRIC_WORDS[metric], metric)
        self._choose(self.unit, kept or "tokens_per_s_per_chip")

    def _choose(self, box: FieldCombo, key: str | None) -> None:
        at = box.findData(key)
        if at >= 0:
            box.setCurrentIndex(at)

    def _fill(self, chip_id: str, workload_id: str) -> None:
        session = self._session
        catalog, design = session.catalog, session.design
        used = [catalog.chip_of(catalog.rack(block.rack_id)).id for block in design.blocks]
        every = [chip.id for chip in catalog.chips()]
        for one in dict.fromkeys((*used, *every)):
            self.chip.addItem(catalog.chip(one).name, one)
        for model in catalog.models():
            self.model.addItem(model.name, model.id)
        for key, words in _DTYPES:
            self.dtype.addItem(words, key)
        self.like.addItem("as said below", "")
        for work in design.workloads:
            self.like.addItem(work.name, work.id)
        for name, value in START.items():
            self.numbers[name].setText("" if value is None else f"{value:,}")
        self._show_fields()
        self._choose(self.chip, chip_id or (used[0] if used else every[0]))
        first = workload_id or (design.workloads[0].id if design.workloads else "")
        self._choose(self.like, first)
        self._liked()

    def _lay_out(self) -> None:
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(6)
        lines: list[tuple[str, str, QWidget]] = [
            ("pasted", "Measured", self.pasted), ("unit", "Unit", self.unit), ("chip", "Chip", self.chip),
            ("like", "Like", self.like), ("model", "Model", self.model), ("dtype", "Precision", self.dtype),
            *((one.name, one.words, self.numbers[one.name]) for one in FIELDS),
            ("source", "Source", self.source), ("day", "Date", self.day),
        ]  # fmt: skip
        for name, words, widget in lines:
            label = QLabel(words)
            label.setProperty("tone", "ink2")
            label.setBuddy(widget)
            widget.setAccessibleName(words)
            self._lines[name] = label, widget
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(3, 1)
        for one in FIELDS:
            self.numbers[one.name].setPlaceholderText(one.empty)
        self.pasted.setPlaceholderText("1,234 tok/s a chip")
        self.source.setPlaceholderText("who measured it, and where")
        self.day.setPlaceholderText("2026-11-20")
        self.fault.setProperty("tone", "caution")
        self.fault.setWordWrap(True)
        self.fault.setVisible(False)
        self.use = QPushButton("Use this number")
        self.use.setProperty("role", "primary")
        self.use.setDefault(True)
        self.use.clicked.connect(self.take)
        cancel = QPushButton("Cancel")
        cancel.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(self.use)
        head = QHBoxLayout()
        head.addWidget(self.activity)
        head.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 16, 16, 16)
        box.setSpacing(12)
        box.addLayout(head)
        box.addLayout(self._grid)
        box.addWidget(self.fault)
        box.addWidget(self.effect)
        box.addStretch(1)
        box.addLayout(foot)
        self.fault.setFont(current().font("text"))
