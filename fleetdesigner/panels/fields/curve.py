"""A quantity by month: its kind, its parameters as rows of their own, and a small picture of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, QRectF, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fleetdesigner.design.curves import Compound, Constant, Curve, Logistic, Series
from fleetdesigner.engine.curves import monthly
from fleetdesigner.look import current, theme_signals
from fleetdesigner.panels.fields.bindings import AssumptionField, Binding, DesignField, Reading
from fleetdesigner.panels.fields.choices import ChoiceRow
from fleetdesigner.panels.fields.facts import facts
from fleetdesigner.panels.fields.kinds import LineRow, MonthRow, NumberRow
from fleetdesigner.panels.fields.numbers import number_text, plain
from fleetdesigner.panels.fields.row import FieldRow
from fleetdesigner.panels.form.spec import FieldSpec
from fleetdesigner.panels.pasted_numbers import pasted_numbers
from fleetdesigner.units import month_text
from fleetdesigner.values import Value

if TYPE_CHECKING:
    from fleetdesigner.design.model import Design
    from fleetdesigner.session.session import Session

SHAPES: tuple[tuple[str, str], ...] = (
    ("constant", "constant"),
    ("logistic", "S-curve"),
    ("compound", "growth"),
    ("series", "by month"),
)
_PARAMETERS: dict[str, tuple[tuple[str, str, str | None], ...]] = {
    # field, label, unit (None: that of the curve)
    "constant": (("value", "Value", None),),
    "logistic": (
        ("start", "From", None),
        ("ceiling", "To", None),
        ("middle_month", "Half way in", ""),
        ("width_months", "Width", "month"),
    ),
    "compound": (("value", "At the start", None), ("per_year", "A year", "fraction"), ("cap", "Cap", None)),
    "series": (("first_month", "From", ""), ("values", "Values", None), ("after", "Then", "")),
}
_CLASSES: dict[str, type[Value]] = {
    "constant": Constant, "logistic": Logistic, "compound": Compound, "series": Series,
}  # fmt: skip
_HINTS = {
    "width_months": "10 to 90 % takes 4.4 times as long",
    "values": "One number a month, separated by spaces; a column from a spreadsheet can be pasted",
    "cap": "The value never goes beyond it",
}


def converted(curve: Curve, shape: str, design: Design) -> Curve:
    """`curve` as another kind, through about the same values over the design's horizon."""
    values = monthly(curve, design.first_month, design.months)
    first, last = float(values[0]), float(values[-1])
    if shape == "constant":
        return Constant(value=first)
    if shape == "logistic":
        return Logistic(
            start=first,
            ceiling=last if last != first else first * 1.5,
            middle_month=design.first_month + design.months // 2,
            width_months=max(1.0, design.months / 10),
        )
    if shape == "compound":
        years = max(1, design.months - 1) / 12
        growth = (last / first) ** (1 / years) - 1 if first > 0 and last > 0 else 0.0
        return Compound(value=first, per_year=min(max(round(growth, 4), -0.9), 100.0))
    return Series(first_month=design.first_month, values=tuple(float(f"{one:.6g}") for one in values))


class Preview(QWidget):
    """The curve over the horizon, with the month the room looks at."""

    _EDGE = 4.0

    def __init__(self, session: Session, unit: str) -> None:
        super().__init__()
        self._session = session
        self._unit = unit
        self._curve: Curve | None = None
        self.setFixedHeight(52)
        session.month_changed.connect(self.update)
        theme_signals.changed.connect(self.update)

    def show_curve(self, curve: Curve | None) -> None:
        """Draw another curve."""
        self._curve = curve
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._curve is None:
            return
        theme, design = current(), self._session.design
        values = monthly(self._curve, design.first_month, design.months)
        low, high = float(values.min()), float(values.max())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = QRectF(0.5, self._EDGE, self.width() - 1, 30)
        base = 0.0 if low >= 0 and low < 0.7 * high else low
        if high == low:
            base, high = low - 1.0, low + 1.0
        spread = high - base
        painter.setPen(QPen(theme.color("grid"), 1))
        painter.drawLine(room.bottomLeft(), room.bottomRight())
        step = room.width() / max(1, design.months - 1)
        points = [
            QPointF(room.left() + step * k, room.bottom() - room.height() * (float(v) - base) / spread)
            for k, v in enumerate(values)
        ]
        across = room.left() + step * min(max(self._session.month - design.first_month, 0), design.months - 1)
        painter.setPen(QPen(theme.color("accent"), 1))
        painter.drawLine(QPointF(across, room.top()), QPointF(across, room.bottom()))
        painter.setPen(QPen(theme.color("ink"), 1.75))
        painter.drawPolyline(QPolygonF(points))
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("ink3"))
        foot = QRectF(0, room.bottom() + 2, self.width(), 16)
        end = month_text(design.end_month - 1)
        left = f"{month_text(design.first_month)}: {number_text(float(f'{values[0]:.3g}'), self._unit)}"
        right = f"{end}: {number_text(float(f'{values[-1]:.3g}'), self._unit)}"
        painter.drawText(foot, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), left)
        if painter.fontMetrics().horizontalAdvance(left + right) < self.width() - 8:
            painter.drawText(foot, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), right)


class SeriesRow(LineRow):
    """Monthly values in one line, as they come out of a spreadsheet."""

    def shown(self, value: Any) -> str:
        return " ".join(plain(float(one), 7) for one in value)

    def meant(self, typed: str) -> Any:
        return pasted_numbers(typed, self.spec.unit, self.spec.fault)

    def default_text(self, reading: Reading) -> str:
        return "the values before"


class CurveRow(FieldRow):
    """A choice of the kind; the parameters of that kind below it."""

    share = ChoiceRow.share

    def build(self) -> QWidget:
        self._shape: str | None = None
        self._rows: list[FieldRow] = []
        self._inner = QWidget()
        self._column = QVBoxLayout(self._inner)
        self._column.setContentsMargins(0, 2, 0, 0)
        self._column.setSpacing(4)
        self._preview = Preview(self.session, self.spec.unit)
        spec = replace(self.spec, kind="choice", choices=SHAPES, wide=False, inset=False)
        self._kind = _ShapeRow(self.session, spec, self._take)
        return self._kind.combo

    def _lay_out(self) -> None:
        super()._lay_out()
        column = self.layout()
        if column is not None:
            column.addWidget(self._inner)

    def inner_rows(self) -> tuple[FieldRow, ...]:
        """The rows of the parameters now on screen."""
        return tuple(self._rows)

    def show_value(self, reading: Reading) -> None:
        curve = reading.value
        shape = getattr(curve, "shape", None)
        if shape is None:
            # an assumption that is one number: the same as a constant, shown without a choice
            self._inner.setVisible(False)
            return
        self._kind.combo.setCurrentIndex([one for one, _ in SHAPES].index(shape))
        if shape != self._shape:
            self._shape = shape
            self._rebuild(shape)
        for row in self._rows:
            row.refresh()
        self._preview.show_curve(curve)
        self._preview.setVisible(shape != "constant")

    def default_text(self, reading: Reading) -> str:
        if isinstance(reading.default, Constant):
            return number_text(reading.default.value, self.spec.unit)
        return "the curve before"

    def _take(self, shape: str) -> None:
        reading = self.spec.binding.read(self.session)
        if reading.value is not None and shape != reading.value.shape:
            self.commit(converted(reading.value, shape, self.session.design))

    def _rebuild(self, shape: str) -> None:
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if isinstance(widget, FieldRow):
                widget.hide()
                widget.deleteLater()
        self._rows = [
            row
            for name, label, unit in _PARAMETERS[shape]
            if (row := self._parameter(shape, name, label, unit)) is not None
        ]
        for row in self._rows:
            row.committed.connect(self.committed)
            self._column.addWidget(row)
        self._column.addWidget(self._preview)

    def _parameter(self, shape: str, name: str, label: str, unit: str | None) -> FieldRow | None:
        binding = inner_binding(self.spec.binding, name)
        if binding is None:
            return None
        known = facts(_CLASSES[shape], name)
        money = unit is None
        spec = FieldSpec(
            binding,
            label,
            self.spec.unit if unit is None else unit,
            kind=known.kind,
            # what the curve may not go below, its own numbers may not either
            low=0.0 if money else known.low,
            high=self.spec.high if money else known.high,
            above=known.above,
            optional=known.optional,
            empty="none" if known.optional else "",
            choices=(("hold", "last value"), ("zero", "zero")) if name == "after" else (),
            title=f"{self.spec.step_name}, {label.lower()}",
            hint=_HINTS.get(name, ""),
            inset=True,
        )
        kind: type[FieldRow] = {"month": MonthRow, "choice": ChoiceRow}.get(known.kind, NumberRow)
        return (SeriesRow if name == "values" else kind)(self.session, spec)


class _ShapeRow(ChoiceRow):
    """Only lends its drop-down: the curve's row says what a choice does."""

    def __init__(self, session: Session, spec: FieldSpec, take: Any) -> None:
        self._on_choice = take
        super().__init__(session, spec)

    def refresh(self) -> None:
        """Nothing of its own: the row around it shows the kind."""

    @Slot(int)
    def take(self, index: int) -> None:
        self._on_choice(SHAPES[index][0])


def inner_binding(outer: Binding, name: str) -> Binding | None:
    """The binding of one parameter of a curve; None where a curve cannot be taken apart."""
    if isinstance(outer, DesignField):
        return DesignField(outer.refs, f"{outer.path}.{name}")
    if isinstance(outer, AssumptionField):
        return DesignField((f"assumption:{outer.key}",), f"value.{name}")
    return None
