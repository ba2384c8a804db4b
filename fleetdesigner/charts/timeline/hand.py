"""The hand on the timeline: hovering, dragging ends and bars, keys, and a field for a date by number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError
from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QToolTip

from fleetdesigner.charts.timeline.date_field import DateField
from fleetdesigner.charts.timeline.moves import BODY, Move, months_words, moved, typed, written
from fleetdesigner.charts.timeline.rows import PhaseBody, PortBody, Row, RunBody
from fleetdesigner.charts.timeline.sheet import RULER, Place
from fleetdesigner.design.model import Design
from fleetdesigner.design.refusals import EditError

if TYPE_CHECKING:
    from fleetdesigner.charts.timeline.chart import TimelineChart

_REACH = 6.0
"""Pixels beside an end within which the mouse takes it."""
_SLOP = 3.0
"""Pixels the mouse moves before a press is a drag."""


class Hand(QObject):
    """What is selected, hovered and held."""

    def __init__(self, chart: TimelineChart) -> None:
        super().__init__(chart)
        self._chart = chart
        self.ref = ""
        """The selected row."""
        self.grip = ""
        """The grip of it that keys move."""
        self.hovered: Row | None = None
        self.pointer = QPointF()
        self.began: Row | None = None
        """The row under a drag, as it was before."""
        self.move: Move | None = None
        self.months = 0
        self.tried_design: Design | None = None
        """The design with the move, for the rows to follow; None while nothing is held."""
        self._pressed: tuple[QPointF, str] | None = None
        self._scrubs = False
        self._field: DateField | None = None

    @property
    def dragging(self) -> bool:
        """Whether a bar is held."""
        return self.began is not None

    @property
    def editing(self) -> bool:
        """Whether the field for a date is open."""
        return self._field is not None

    @property
    def field(self) -> DateField | None:
        """The open field for a date."""
        return self._field

    @property
    def words(self) -> str:
        """How far the held bar has come."""
        return months_words(self.months)

    def told(self) -> str:
        """The move in words, for who cannot see it."""
        move = self.move
        return "" if move is None else ", ".join(one for one in (move.words, self.words, move.refusal) if one)

    def forget(self) -> None:
        """Another document: nothing is selected or held."""
        self.ref = self.grip = ""
        self.began = self.move = self.tried_design = self.hovered = None
        self._close_field()

    def set_row(self, ref: str, grip: str = "") -> None:
        """Select a row and the grip that keys move."""
        row = self._row(ref)
        stops = _stops(row) if row is not None else ()
        self.ref, self.grip = ref, grip if grip in stops else (stops[0] if stops else "")

    # mouse

    def press(self, event: QMouseEvent) -> None:
        """A grip, a bar, a row, a header or the ruler."""
        self._close_field()
        at = event.position()
        chart = self._chart
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self.pointer = at
        if at.y() < RULER:
            self._scrubs = at.x() >= chart.sheet.names
            self._scrub(at)
            return
        place = chart.sheet.at(at.y())
        if place is None or place.row.is_group:
            if place is not None:
                chart.toggle(place.row.ref)
            return
        grip = self.grip_at(place, at)
        self._select(place.row, grip)
        if grip:
            self._pressed = (at, grip)
            chart.viewport().setCursor(_cursor(grip, True))

    def drag(self, event: QMouseEvent) -> None:
        """With a button down the held bar follows, else the mouse reads."""
        at = self._chart.pointer_place(event.position().x(), event.position().y())
        self.pointer = at
        if self._scrubs:
            self._scrub(at)
        elif self._pressed is not None:
            self._drag_to(event.position())
        else:
            self._hover(at)

    def release(self, event: QMouseEvent) -> None:
        """What may stay is done as one step; what was refused goes back to the last place that was not."""
        self._scrubs, pressed, self._pressed = False, self._pressed, None
        last = self._last
        done = pressed is not None and last is not None and self._last_months != 0
        self._end(told=not done)
        if done:
            self._chart.wanted.emit(last, "")
        self._hover(event.position())

    def double_click(self, event: QMouseEvent) -> None:
        """Open what stands there; on a date the field for it."""
        place = self._chart.sheet.at(event.position().y())
        if place is not None and place.row.is_group:
            self._chart.toggle(place.row.ref)
        elif place is not None and self.grip_at(place, event.position()) not in ("", BODY):
            self.edit()
        elif place is not None:
            self._chart.opened.emit(place.row.subject)

    def leave(self) -> None:
        """The mouse is elsewhere."""
        if self.hovered is not None and not self.dragging:
            self.hovered = None
            self._chart.update_over()

    def scrolled(self) -> None:
        """Rows moved under the mouse."""
        self._close_field()
        self.leave()

    _last: Move | None = None
    """The last move that was not refused, and how far it went."""
    _last_months = 0

    def _drag_to(self, at: QPointF) -> None:
        assert self._pressed is not None
        chart, (begin, grip) = self._chart, self._pressed
        if self.began is None:
            if abs(at.x() - begin.x()) < _SLOP:
                return
            self.began, self._last, self.months = self._row(self.ref), None, 0
        months = round((at.x() - begin.x()) / chart.sheet.axis.step)
        if months != self.months or self.move is None:
            self._try(grip, months)
        chart.update_over()

    def _try(self, grip: str, months: int) -> None:
        design, row = self._chart.design, self.began
        if design is None or row is None:
            return
        self.months = months
        move, tried = self._checked(design, moved(design, row, grip, months))
        self.move = move
        if move.refusal:
            self._chart.update_over()
            return
        self._last, self._last_months, self.tried_design = move, months, tried
        self._chart.trying(move)

    def _checked(self, design: Design, move: Move) -> tuple[Move, Design]:
        """The move, refused in the design's own words where it takes no such value; the design after it."""
        if move.refusal:
            return move, design
        try:
            return move, move.command().apply(design)
        except EditError as error:
            return Move(move.title, move.words, (), str(error)), design
        except ValidationError as error:
            return Move(move.title, move.words, (), str(error.errors()[0]["msg"])), design

    def _end(self, told: bool = True) -> None:
        """Nothing is held any more. `told`: nor does anything come of it."""
        held = self.began is not None
        self.began = self.move = self.tried_design = self._last = None
        self.months = 0
        if held and told:
            self._chart.trying(None)

    def _hover(self, at: QPointF) -> None:
        chart = self._chart
        place = chart.sheet.at(at.y()) if at.x() < chart.sheet.axis.right else None
        row = None if place is None or place.row.is_group else place.row
        if place is not None and row is not None:
            grip = self.grip_at(place, at)
            chart.viewport().setCursor(_cursor(grip, False))
        else:
            on_ruler = at.y() < RULER and at.x() >= chart.sheet.names
            chart.viewport().setCursor(
                Qt.CursorShape.PointingHandCursor if on_ruler else Qt.CursorShape.ArrowCursor
            )
        self.hovered = row
        chart.rest_again()
        chart.update_over()

    def grip_at(self, place: Place, at: QPointF) -> str:
        """The grip under a place of the viewport, `BODY` of a bar, empty for neither."""
        chart = self._chart
        axis, lane = chart.sheet.axis, chart.sheet.lane(place)
        if at.x() < axis.left:
            return ""
        near = [(abs(axis.x(one.month) - at.x()), one.id) for one in place.row.grips]
        found = [(away, grip) for away, grip in near if away <= _REACH]
        if found:
            least = min(found)[0]
            ties = [grip for away, grip in found if away <= least + 2.0]
            if "ramp" in ties and "service" in ties:
                return "ramp" if at.y() < lane.center().y() else "service"
            return "service" if "service" in ties else ties[0]
        return BODY if BODY in _stops(place.row) and self._on_bar(place.row, axis.month(at.x())) else ""

    def _on_bar(self, row: Row, month: float) -> bool:
        body = row.body
        if isinstance(body, PhaseBody):
            return row.grips[0].month <= month <= row.grips[-1].month
        if isinstance(body, RunBody):
            end = body.finish if body.finish == body.finish else self._chart.sheet.end
            return body.run.start_month <= month <= end
        if isinstance(body, PortBody):
            begin = row.grips[0].month
            return begin <= month <= (begin + 1 if body.done is None else body.done)
        return False

    def _scrub(self, at: QPointF) -> None:
        if self._scrubs:
            self._chart.month_wanted.emit(int(self._chart.sheet.axis.month(at.x())))

    # keys

    def key(self, event: QKeyEvent) -> bool:
        """Whether the key was ours."""
        key, chart = Qt.Key(event.key()), self._chart
        if key == Qt.Key.Key_Escape:
            if self.dragging:
                self._pressed = None
                self._end()
                return True
            return False
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if key in steps and not self.dragging:
            year = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self._step(steps[key] * (12 if year else 1))
            return True
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._next_row(1 if key == Qt.Key.Key_Down else -1)
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.ref:
            self.edit()
            return True
        if key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            bar = chart.verticalScrollBar()
            bar.setValue(bar.value() + bar.pageStep() * (1 if key == Qt.Key.Key_PageDown else -1))
            return True
        return False

    def next_grip(self, forward: bool) -> bool:
        """To the next grip, of this row or the next; False at the end, where the focus goes on."""
        rows = [place.row for place in self._chart.sheet.places if not place.row.is_group]
        stops = [(row.ref, grip) for row in rows for grip in _stops(row)]
        here = (self.ref, self.grip)
        ends = 0 if forward else len(stops) - 1
        at = stops.index(here) + (1 if forward else -1) if here in stops else ends
        if not 0 <= at < len(stops):
            return False
        row = self._row(stops[at][0])
        if row is not None:
            self._select(row, stops[at][1])
        return True

    def _next_row(self, by: int) -> None:
        rows = [place.row for place in self._chart.sheet.places if not place.row.is_group]
        refs = [row.ref for row in rows]
        at = refs.index(self.ref) + by if self.ref in refs else 0
        if 0 <= at < len(rows):
            # the same end of the next bar, so that a column of dates is walked through
            self._select(rows[at], self.grip if self.grip in _stops(rows[at]) else "")

    def _step(self, months: int) -> None:
        design, row = self._chart.design, self._row(self.ref)
        if design is None or row is None or not self.grip:
            return
        move, _ = self._checked(design, moved(design, row, self.grip, months))
        if move.refusal:
            self._say(move.refusal)
        else:
            QToolTip.hideText()
            self._chart.wanted.emit(move, f"timeline:{self.ref}:{self.grip}")
            self._chart.tell()

    def edit(self) -> None:
        """Open a field for the date, the length or the power of the grip."""
        place = self._chart.sheet.place(self.ref)
        if place is None or not self.grip:
            return
        self._close_field()
        row, grip = place.row, _date_of(place.row, self.grip)
        found = row.grip(grip)
        if found is None:
            return
        box, axis = self._chart.sheet.lane(place), self._chart.sheet.axis
        left = min(max(axis.x(found.month) - 48, axis.left), axis.right - 100)
        field = DateField(written(row, grip), f"{found.name} of {row.name}", self._chart.viewport())
        field.setGeometry(round(left), round(box.center().y() - 12), 100, 24)
        field.returnPressed.connect(lambda: self._typed(grip))
        field.given_up.connect(self._close_field)
        field.open()
        self._field = field

    def _typed(self, grip: str) -> None:
        design, row, field = self._chart.design, self._row(self.ref), self._field
        if design is None or row is None or field is None:
            return
        try:
            through = BODY if self.grip == BODY else grip
            move, _ = self._checked(design, typed(design, row, grip, field.text(), through))
        except ValueError as error:
            move = Move("", "", (), str(error))
        if move.refusal:
            field.refuse(move.refusal)
            return
        self._close_field()
        if move.changes:
            self._chart.wanted.emit(move, "")

    @Slot()
    def _close_field(self) -> None:
        field, self._field = self._field, None
        if field is not None:
            if field.hasFocus():
                self._chart.setFocus()  # before it hides: else Qt goes on to the next place, a grip
            field.hide()
            field.deleteLater()

    # inside

    def _row(self, ref: str) -> Row | None:
        return next((one for one in self._chart.rows if one.ref == ref), None)

    def _select(self, row: Row, grip: str) -> None:
        before = (self.ref, self.grip)
        self.set_row(row.ref, grip)
        if before != (self.ref, self.grip):
            self._chart.left.emit()
        if before[0] != self.ref:
            self._chart.picked.emit(row.subject)
        self._chart.see(row.ref)
        self._chart.tell()
        self._chart.update_over()

    def _say(self, words: str) -> None:
        """A refusal beside the bar."""
        place = self._chart.sheet.place(self.ref)
        if place is not None:
            box: QRectF = self._chart.sheet.lane(place)
            at = QPointF(box.left() + 40, box.bottom()).toPoint()
            QToolTip.showText(self._chart.viewport().mapToGlobal(at), words, self._chart)
        self._chart.setAccessibleDescription(words)


def _stops(row: Row) -> tuple[str, ...]:
    """Grips in the order of Tab."""
    own = () if isinstance(row.body, PortBody) else tuple(one.id for one in row.grips)
    return (BODY, *own) if isinstance(row.body, PhaseBody | PortBody | RunBody) else own


def _date_of(row: Row, grip: str) -> str:
    """The date that stands for a whole bar."""
    if grip != BODY:
        return grip
    return "service" if isinstance(row.body, PhaseBody) else "start"


def _cursor(grip: str, held: bool) -> Qt.CursorShape:
    if not grip:
        return Qt.CursorShape.ArrowCursor
    if grip == BODY:
        return Qt.CursorShape.ClosedHandCursor if held else Qt.CursorShape.OpenHandCursor
    return Qt.CursorShape.SizeHorCursor
