"""The timeline as one painted widget: rows scroll, months zoom, bars are moved by hand, keys and number."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from fleetdesigner.charts.timeline.axis import Axis, span_of
from fleetdesigner.charts.timeline.cards import card_of, told
from fleetdesigner.charts.timeline.frame import Card, Frame
from fleetdesigner.charts.timeline.hand import Hand
from fleetdesigner.charts.timeline.impact import Impact
from fleetdesigner.charts.timeline.moves import Move
from fleetdesigner.charts.timeline.rows import Row, rows_of
from fleetdesigner.charts.timeline.sheet import RULER, Sheet, placed
from fleetdesigner.design.model import Design
from fleetdesigner.engine.results import Results
from fleetdesigner.look.theme import current, theme_signals
from fleetdesigner.look.tokens import MOTION_MS

_SMALL, _MANY = 440, 24
"""Viewports lower than this, and plans with more rows, have one line a row."""


class TimelineChart(QAbstractScrollArea):
    """Shows a design with its results; tells what the hand wants and changes nothing itself."""

    tried = Signal(object)
    """A `Move` under the hand, for a look at its numbers; None = the hand is off."""
    wanted = Signal(object, str)
    """A `Move` to be done, and the key under which moves in a row are one step (empty: a step of its own)."""
    month_wanted = Signal(int)
    picked = Signal(str)
    """The object of a row: ``phase:p1``."""
    opened = Signal(str)
    """The same, double-clicked."""
    left = Signal()
    """The hand goes on to another row or grip: what it did is a step."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Timeline")
        self.setMinimumSize(420, 160)
        self._design: Design | None = None
        self._results: Results | None = None
        self._rows: tuple[Row, ...] = ()
        self._folded: frozenset[str] = frozenset()
        self._sheet = Sheet((), Axis(0, 12, 0, 1), 0, 12, frozenset(), False)
        self._month = 0
        self._per = self._start = 0.0
        self._kept: QPixmap | None = None
        self._kept_for: tuple[object, ...] = ()
        self._impact: Impact | None = None
        self.hand = Hand(self)
        self._rest = QTimer(self, singleShot=True, interval=MOTION_MS["hover_card"])
        self._rest.timeout.connect(self.update_over)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.horizontalScrollBar().valueChanged.connect(self._scrolled)
        theme_signals.changed.connect(self._drop)

    # what is shown

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows, folded ones too."""
        return self._rows

    @property
    def sheet(self) -> Sheet:
        """Where they stand."""
        return self._sheet

    @property
    def design(self) -> Design | None:
        """The design that moves begin from."""
        return self._design

    @property
    def months_shown(self) -> tuple[float, float]:
        """First month on screen and the one after the last, with fractions."""
        axis = self._sheet.axis
        return axis.origin, axis.month(axis.right)

    def show_plan(self, design: Design, results: Results | None) -> None:
        """Show a design; `results` may still be of an earlier one."""
        if self._design is not None and design.id != self._design.id:
            self.hand.forget()
            self._folded, self._per = frozenset(), 0.0
        self._design, self._results = design, results
        self._again()

    def show_month(self, month: int) -> None:
        """Put the month line there; only what it leaves and comes to is painted."""
        if month != self._month:
            for one in (self._month, month):
                x = round(self._sheet.axis.x(one))
                self.viewport().update(QRect(x - 2, 0, 5, self.viewport().height()))
            self._month = month
            self.viewport().update(QRect(0, 0, self.viewport().width(), RULER))

    def show_impact(self, found: Impact | None) -> None:
        """What the move under the hand costs; None while it is being worked out."""
        self._impact = found
        self.update_over()

    def select(self, ref: str) -> None:
        """Mark the row of an object, without telling."""
        row = next((one for one in self._rows if ref in (one.ref, one.subject)), None)
        if row is not None and self.hand.ref != row.ref:
            self.hand.set_row(row.ref)
            self._drop()

    def card(self) -> Card | None:
        """The card on screen: of the move, else of what the mouse rests on."""
        move = self.hand.move
        if move is not None and self.hand.dragging:
            if move.refusal:
                return Card(move.words, (), move.refusal)
            changed = self.hand.months != 0
            lines = self._impact.lines() if self._impact is not None and changed else ()
            if changed and not lines:
                lines = (("Δ NPV", "…"), ("Δ capacity complete", "…"), ("Δ tokens unserved", "…"))
            return Card(move.words, (("Moved", self.hand.words), *lines))
        row = self.hand.hovered
        if row is not None and not self._rest.isActive() and not self.hand.dragging:
            return card_of(row)
        return None

    # scale

    def zoom(self, factor: float, x: float | None = None) -> None:
        """Months wider by a factor, around a pixel (None: the month line, else the middle)."""
        axis = self._sheet.axis
        if x is None:
            x = axis.x(self._month)
            x = x if axis.left <= x <= axis.right else axis.left + axis.width / 2
        made = axis.zoomed(factor, x)
        self._per, self._start = made.per, made.start
        self._place()

    def zoom_in(self) -> None:
        """Wider months."""
        self.zoom(1.5)

    def zoom_out(self) -> None:
        """Narrower months."""
        self.zoom(1 / 1.5)

    def fit(self) -> None:
        """All months."""
        self._per = 0.0
        self._place()

    def toggle(self, ref: str) -> None:
        """Fold a group or open it."""
        self._folded = self._folded ^ {ref}
        self._place()

    def see(self, ref: str) -> None:
        """Scroll a row into sight, and open its group."""
        if self._sheet.place(ref) is None:
            group = ""
            for row in self._rows:
                group = row.ref if row.is_group else group
                if row.ref == ref and group in self._folded:
                    self._folded = self._folded - {group}
                    self._place()
                    break
        place = self._sheet.place(ref)
        if place is None:
            return
        bar, room = self.verticalScrollBar(), self.viewport().height() - RULER
        if place.top < bar.value():
            bar.setValue(place.top)
        elif place.top + place.height > bar.value() + room:
            bar.setValue(place.top + place.height - room)

    # inside

    def _again(self) -> None:
        """Rows as they are now; under the hand those of where it would leave them."""
        if self._design is None:
            return
        self._rows = rows_of(self.hand.tried_design or self._design, self._results)
        if self.hand.hovered is not None:
            under = self.hand.hovered.ref
            self.hand.hovered = next((row for row in self._rows if row.ref == under), None)
        self._place()
        self.setAccessibleDescription(self.hand.told() or f"{len(self._rows)} rows")

    def _place(self) -> None:
        design = self._design
        if design is None:
            return
        view = self.viewport()
        wide = view.width()
        names = 276 if wide >= 1500 else 244 if wide >= 1000 else 188
        small = view.height() < _SMALL or (len(self._rows) > _MANY and view.height() < 1_200)
        first, end = span_of(design)
        axis = Axis(first, end, names, max(40.0, wide - names - 12), self._per, self._start)
        places = placed(self._rows, self._folded, small, view.height() - RULER)
        vertical, across = self.verticalScrollBar(), self.horizontalScrollBar()
        high = places[-1].top + places[-1].height if places else 0
        for bar in (vertical, across):
            bar.blockSignals(True)
        vertical.setRange(0, max(0, high + RULER - view.height()))
        vertical.setPageStep(max(1, view.height() - RULER))
        vertical.setSingleStep(24)
        across.setRange(0, max(0, round((end - first) * axis.step - axis.width)))
        across.setPageStep(round(axis.width))
        across.setSingleStep(max(1, round(axis.step)))
        across.setValue(round((axis.origin - first) * axis.step))
        for bar in (vertical, across):
            bar.blockSignals(False)
        self._sheet = Sheet(
            places, axis, design.first_month, design.end_month, self._folded, small, vertical.value()
        )
        self._drop()

    @Slot()
    def _scrolled(self) -> None:
        axis = self._sheet.axis
        if axis.step > axis.fitted * (1 + 1e-9):
            self._start = axis.first + self.horizontalScrollBar().value() / axis.step
        self._place()
        self.hand.scrolled()

    @Slot()
    def _drop(self) -> None:
        self._kept = None
        self.viewport().update()

    @Slot()
    def update_over(self) -> None:
        """Paint what moves over the rows anew."""
        self.viewport().update()

    def rest_again(self) -> None:
        """The mouse moved: a card waits until it rests."""
        self._rest.start()

    def trying(self, move: Move | None) -> None:
        """The hand holds a bar somewhere: rows follow at once, numbers when they are there."""
        self._impact = None
        self._again()
        self.tried.emit(move)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme, view = QPainter(self.viewport()), current(), self.viewport()
        ratio = painter.deviceTransform().m11()
        key = (theme.name, ratio, view.width(), view.height(), self.hand.ref)
        if self._kept is None or self._kept_for != key:
            self._kept, self._kept_for = QPixmap(view.size() * ratio), key
            self._kept.setDevicePixelRatio(ratio)
            self._kept.fill(theme.color("panel"))
            below = QPainter(self._kept)
            Frame(below, theme, self._sheet, view.height()).paint(self.hand.ref)
            below.end()
        painter.drawPixmap(0, 0, self._kept)
        frame = Frame(painter, theme, self._sheet, view.height())
        frame.month(self._month)
        self._paint_hand(frame)

    def _paint_hand(self, frame: Frame) -> None:
        hand = self.hand
        if hand.dragging and hand.began is not None:
            place = self._sheet.place(hand.began.ref)
            if place is not None:
                frame.ghost(place, hand.began)
        shown = {hand.ref: hand.grip}
        if hand.hovered is not None and not hand.dragging:
            shown.setdefault(hand.hovered.ref, "")
        for ref, grip in shown.items():
            place = self._sheet.place(ref)
            if place is not None and not place.row.is_group:
                frame.handles(place, grip if ref == hand.ref and (self.hasFocus() or hand.dragging) else "")
        card = self.card()
        if card is not None and not (hand.editing and not hand.dragging):
            frame.card(card, hand.pointer, QRectF(self.viewport().rect()))
        if self.hasFocus():
            frame.painter.setBrush(Qt.BrushStyle.NoBrush)
            frame.painter.setPen(current().color("accent"))
            frame.painter.drawRect(self.viewport().rect().adjusted(0, 0, -1, -1))

    def tell(self) -> None:
        """Say what is selected to who cannot see it."""
        row = next((one for one in self._rows if one.ref == self.hand.ref), None)
        self.setAccessibleDescription("" if row is None else told(row))

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(900, 480)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self.hand.leave()
        return super().viewportEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.hand.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.hand.drag(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.hand.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.hand.double_click(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.hand.key(event):
            event.ignore()

    def focusNextPrevChild(self, forward: bool) -> bool:
        return self.hand.next_grip(forward) or super().focusNextPrevChild(forward)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update_over()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update_over()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.accept()
        if self.hand.dragging:
            return
        turn, sideways = event.angleDelta().y(), event.angleDelta().x()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(1.2 ** (turn / 120), event.position().x())
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier or (sideways and not turn):
            bar = self.horizontalScrollBar()
            bar.setValue(bar.value() - (turn or sideways))
        else:
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() - turn)

    def pointer_place(self, x: float, y: float) -> QPointF:
        """A place of the viewport, held inside it."""
        view = self.viewport().rect()
        return QPointF(min(max(x, 0.0), view.width()), min(max(y, 0.0), view.height()))
