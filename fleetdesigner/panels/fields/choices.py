"""The kinds of fields in which the planner chooses: one of a few values, yes or no."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QStyle, QStyleOptionComboBox, QStylePainter, QWidget

from fleetdesigner.look import current
from fleetdesigner.panels.fields.bindings import Reading
from fleetdesigner.panels.fields.row import FieldRow

_ARROW = 22
"""Pixels at the right of a drop-down."""


class FieldCombo(QComboBox):
    """A drop-down that the wheel moves only when it has the focus, and narrower than its words."""

    inset = 9
    """Pixels left of the words."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)
        self.setFont(current().font("text"))

    def minimumSizeHint(self) -> QSize:
        return QSize(44, super().minimumSizeHint().height())

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        # the style cuts long words off in the middle of a letter
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        empty = self.currentIndex() < 0
        words = self.placeholderText() if empty else self.currentText()
        theme = current()
        painter.setPen(theme.color("ink4" if not self.isEnabled() else "ink3" if empty else "ink"))
        # not the style's own rectangle: it reserves the arrow's room twice over
        room = self.rect().adjusted(self.inset, 0, -_ARROW, 0)
        shown = self.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room.width())
        align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(room, int(align), shown)

    def showPopup(self) -> None:
        widest = max(
            (self.fontMetrics().horizontalAdvance(self.itemText(i)) for i in range(self.count())), default=0
        )
        self.view().setMinimumWidth(max(self.width(), widest + 32))
        super().showPopup()


class ChoiceRow(FieldRow):
    """One of a few values."""

    share = 0.6

    def build(self) -> QWidget:
        self.combo = FieldCombo()
        self.combo.setAccessibleName(self.spec.label)
        for _, words in self.spec.choices:
            self.combo.addItem(words)
        self.combo.activated.connect(self.take)
        return self.combo

    def show_value(self, reading: Reading) -> None:
        values = [value for value, _ in self.spec.choices]
        known = not reading.mixed and reading.value in values
        self.combo.setPlaceholderText("mixed" if reading.mixed else str(reading.value or self.spec.empty))
        self.combo.setCurrentIndex(values.index(reading.value) if known else -1)
        self.combo.setToolTip(self.combo.currentText())

    @Slot(int)
    def take(self, index: int) -> None:
        """The chosen value."""
        if not self.commit(self.spec.choices[index][0]):
            self.show_value(self.spec.binding.read(self.session))

    def default_text(self, reading: Reading) -> str:
        return next((words for value, words in self.spec.choices if value == reading.default), "default")


class BoolRow(FieldRow):
    """Yes or no."""

    def build(self) -> QWidget:
        self.box = QCheckBox()
        self.box.setAccessibleName(self.spec.label)
        self.box.clicked.connect(self.take)
        return self.box

    def show_value(self, reading: Reading) -> None:
        self.box.setChecked(bool(reading.value))

    @Slot(bool)
    def take(self, on: bool) -> None:
        """The new state."""
        if not self.commit(on):
            self.show_value(self.spec.binding.read(self.session))

    def default_text(self, reading: Reading) -> str:
        return "on" if reading.default else "off"
