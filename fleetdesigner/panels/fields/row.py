"""One row of a form: label, field, evidence mark or reset, and below the field what is wrong with it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, QRect, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from fleetdesigner.design.refusals import EditError
from fleetdesigner.look import EvidenceMark, current, theme_signals
from fleetdesigner.look.evidence_mark import WIDTH as MARK_WIDTH
from fleetdesigner.look.style import restyle
from fleetdesigner.look.tokens import GRADE_WORDS
from fleetdesigner.panels.fields.bindings import DesignField, Reading
from fleetdesigner.panels.form.spec import FieldSpec

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session

ROW = 24
GAP = 8
_LAID_OUT_MS = 30
"""Until the words below a field have grown through all layouts up to the scroll area."""
FIELD_SHARE = 0.5
"""Share of the row that the field takes; the label gets the rest."""


class ElidedLabel(QWidget):
    """One line of text that ends in … when it is too long; the tooltip then says it in full."""

    clicked = Signal()

    def __init__(self, text: str = "", tone: str = "ink2", font: str = "text") -> None:
        super().__init__()
        self._text, self._tone, self._font, self._hint = text, tone, font, ""
        self._short = ""
        self.setFixedHeight(16)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)

    def set_text(self, text: str, short: str = "") -> None:
        """Show another text; `short` where the whole one does not fit."""
        if (text, short) != (self._text, self._short):
            self._text, self._short = text, short
            self.setAccessibleName(text)
            self._tell()
            self.update()

    def set_hint(self, hint: str) -> None:
        """What the tooltip says beside the full text."""
        self._hint = hint
        self._tell()

    def text(self) -> str:
        """The full text."""
        return self._text

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()

    def sizeHint(self) -> QSize:
        return QSize(QFontMetrics(current().font(self._font)).horizontalAdvance(self._text) + 1, 16)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._tell()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = current()
        font = theme.font(self._font)
        painter.setFont(font)
        painter.setPen(theme.color(self._tone))
        metrics = QFontMetrics(font)
        words = self._text
        if self._short and metrics.horizontalAdvance(words) > self.width():
            words = self._short
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, self.width())
        align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(self.rect(), int(align), shown)

    def _tell(self) -> None:
        cut = self.sizeHint().width() > self.width()
        parts = [self._text] if cut else []
        self.setToolTip("\n".join([*parts, *([self._hint] if self._hint else [])]))


class FaultLine(QWidget):
    """What is wrong with the field above: triangle and words, flush with the field's right edge."""

    _ICON = 12

    def __init__(self) -> None:
        super().__init__()
        self._words = ""
        self.setVisible(False)

    def text(self) -> str:
        """The words."""
        return self._words

    def set_text(self, words: str) -> None:
        """Show other words; none hides the line."""
        self._words = words
        self.setAccessibleName(words)
        self.setVisible(bool(words))
        self._fit()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current()
        painter = QPainter(self)
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("caution"))
        box = self._box()
        icon = theme.pixmap("triangle-alert", self._ICON, "caution", self.devicePixelRatioF())
        painter.drawPixmap(QPointF(box.x() - self._ICON - 4, 2), icon)
        painter.drawText(box, int(_WRAP), self._words)

    def _box(self) -> QRect:
        room = max(40, self.width() - self._ICON - 4)
        metrics = QFontMetrics(current().font("caption"))
        box = metrics.boundingRect(QRect(0, 0, room, 10_000), int(_WRAP), self._words)
        return QRect(self.width() - min(room, box.width() + 1), 0, room, max(16, box.height()))

    def _fit(self) -> None:
        if self._words:
            self.setFixedHeight(self._box().height())


_WRAP = Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap


class FieldRow(QWidget):
    """Shared by all kinds of fields. A kind builds `editor` and says how a value is shown in it."""

    committed = Signal()
    """A value went through the session."""

    def __init__(self, session: Session, spec: FieldSpec) -> None:
        super().__init__()
        self.session = session
        self.spec = spec
        self.reading: Reading | None = None
        self.editor = self.build()
        self.label = ElidedLabel(spec.label)
        self.label.set_hint(spec.hint)
        self.mark = EvidenceMark("none")
        self._reset = QToolButton()
        self._reset.setFixedSize(MARK_WIDTH, 20)
        self._reset.setAccessibleName(f"Reset {spec.label}")
        self._reset.clicked.connect(self.reset)
        self._fault = FaultLine()
        self._lay_out()
        self._dress()
        theme_signals.changed.connect(self._dress)
        self.show_fault("")
        self.refresh()

    def rebind(self, spec: FieldSpec) -> bool:
        """Show the same field of other objects in this row; False when it is another sort of field."""
        if self.spec.kind in ("curve", "stair", "figure") or _shape(self.spec) != _shape(spec):
            return False
        self.spec = spec
        self.reading = None
        self.label.set_hint(spec.hint)
        self.show_fault("")
        self.forget()
        self.refresh()
        return True

    # for the kinds

    def forget(self) -> None:
        """What was typed and not taken is let go: the row is about to show another object."""

    def build(self) -> QWidget:
        """The widget in which the value is changed."""
        raise TypeError(f"{type(self).__name__} has no field")

    def show_value(self, reading: Reading) -> None:
        """Put the value into the editor, unless the planner is typing there."""

    share = FIELD_SHARE
    """Share of the width that the kind's field needs."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self.spec.wide and not self.spec.bare:
            self.editor.setFixedWidth(round((self.width() - MARK_WIDTH - 2 * GAP) * self.share))

    # what happens

    def refresh(self) -> None:
        """Show what the design holds now; a text that was refused stays until the value itself moves."""
        reading = self.spec.binding.read(self.session)
        before = self.reading
        self.reading = reading
        self.setEnabled(reading.there)
        if before is not None and before == reading:
            if not self.faulty:
                self.show_value(reading)
            return
        if before is not None and before.value != reading.value:
            self.show_fault("")
        if not self.faulty:
            self.show_value(reading)
        self._show_grade(reading)

    def commit(self, value: Any, merge: str | None = None) -> bool:
        """Set the value through the session; what it refuses is said below the field."""
        reading = self.reading
        if reading is not None and not reading.mixed and value == reading.value:
            self.show_fault("")
            return True
        try:
            command = self.spec.binding.command(self.session, value, self.spec.step_name, merge)
            command.apply(self.session.design)
        except EditError as error:
            self.show_fault(self._words(error))
            return False
        refusals: list[str] = []
        self.session.refused.connect(refusals.append)
        done = self.session.execute(command)
        self.session.refused.disconnect(refusals.append)
        self.show_fault("" if done else (refusals[-1] if refusals else "is refused"))
        if done:
            self.refresh()
            self.committed.emit()
        return done

    @Slot()
    def reset(self) -> None:
        """Back to the default; one undo step."""
        command = self.spec.binding.reset(self.session, self.spec.reset_name)
        if command is not None:
            self.show_fault("")
            self.session.execute(command)
            self.refresh()

    @property
    def faulty(self) -> bool:
        """Whether something wrong stands in the field."""
        return bool(self._fault.text())

    @property
    def fault(self) -> str:
        """What is said below the field; empty when nothing is wrong."""
        return self._fault.text()

    def show_fault(self, words: str) -> None:
        """Say below the field what is wrong with it; empty takes that back."""
        self._fault.set_text(words)
        restyle(self.editor, error=bool(words))
        if words:
            # the words stand below the field, and a field at the lower edge has them below the edge
            QTimer.singleShot(_LAID_OUT_MS, self, self._reveal)

    # inside

    @Slot()
    def _reveal(self) -> None:
        area: QWidget | None = self
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        if area is not None and self.faulty and self.isVisible():
            area.ensureWidgetVisible(self, 0, GAP)

    def _words(self, error: EditError) -> str:
        # the field stands above these words: its name need not be said again
        path = getattr(self.spec.binding, "path", "")
        problem = error.problem.removeprefix(path).strip()
        return f"{problem}; {error.remedy}" if error.remedy else problem

    def _show_grade(self, reading: Reading) -> None:
        grade = reading.grade
        if grade is not None:
            self.mark.set_grade(grade)
            tip = GRADE_WORDS[grade] + (f": {reading.source}" if reading.source else "")
            self.mark.setToolTip(tip)
        if self.spec.bare:
            return
        marked = grade is not None
        self.mark.setVisible(marked)
        words = ""
        if reading.changed:
            words = f"Reset to the {reading.default_words}: {self.default_text(reading)}"
        # mark and reset share one column; a field with both has the reset inside
        inside = marked and self.show_inner_reset(words)
        self._reset.setVisible(bool(words) and not inside)
        self.mark.setVisible(marked and not self._reset.isVisibleTo(self))
        self._reset.setToolTip(words)

    def show_inner_reset(self, words: str) -> bool:
        """Offer the reset inside the field (no words: take it away); False when the field has no place."""
        return False

    def default_text(self, reading: Reading) -> str:
        """The default in words."""
        return "nothing" if reading.default is None else str(reading.default)

    @Slot()
    def _dress(self) -> None:
        theme = current()
        self._reset.setIcon(theme.icon("rotate-ccw", 14))
        self._reset.setIconSize(QSize(14, 14))
        self.label.update()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        if self.spec.bare:
            column.addWidget(self.editor)
            column.addWidget(self._fault)
            for spare in (self.label, self.mark, self._reset):
                spare.setParent(self)
                spare.hide()
            return
        line = QHBoxLayout()
        line.setContentsMargins(12 if self.spec.inset else 0, 0, 0, 0)
        line.setSpacing(GAP)
        tail = QWidget()
        tail.setFixedSize(MARK_WIDTH, ROW)
        inner = QHBoxLayout(tail)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignCenter)
        inner.addWidget(self._reset, 0, Qt.AlignmentFlag.AlignCenter)
        line.addWidget(self.label, 1)
        if not self.spec.wide:
            line.addWidget(self.editor, 0, Qt.AlignmentFlag.AlignRight)
        line.addWidget(tail)
        column.addLayout(line)
        if self.spec.wide:
            column.addWidget(self.editor)
        below = QHBoxLayout()
        below.setContentsMargins(0, 0, MARK_WIDTH + GAP, 0)
        below.addWidget(self._fault)
        column.addLayout(below)
        self.label.setFixedHeight(ROW)


def _shape(spec: FieldSpec) -> FieldSpec:
    """All of a spec that its row is built from."""
    return replace(spec, binding=_ANY, title="", hint="", low=None, high=None, above=False, below=False)


_ANY = DesignField((), "")
