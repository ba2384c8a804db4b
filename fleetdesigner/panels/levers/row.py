"""One pinned lever: name, grade and value in a line, the slider under them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from fleetdesigner.design.addresses import find, parse_ref, ref_to
from fleetdesigner.design.commands import ClearAssumption, ClearOverride, RemoveLever, SetLever
from fleetdesigner.design.scenarios import Address, Lever
from fleetdesigner.look import current, theme_signals
from fleetdesigner.panels.fields.bindings import Reading
from fleetdesigner.panels.fields.numbers import number_text, stepped
from fleetdesigner.panels.levers.ends import LeverEnds
from fleetdesigner.panels.levers.slider import LeverSlider
from fleetdesigner.panels.levers.target import baseline_value, evidence_span, lever_spec
from fleetdesigner.panels.named_row import NamedRow, short_unit
from fleetdesigner.panels.shipped import split_figure

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session

_BUTTON = 20


class LeverRow(NamedRow):
    """A lever and its slider. Every move goes through the session at once; a drag is one undo step."""

    held = Signal(bool)
    """The hand is on the slider: axes of graphs keep still."""

    def __init__(self, session: Session, lever: Lever) -> None:
        self.lever = lever
        spec = lever_spec(session, lever)
        super().__init__(session, spec)
        self.refresh_marks()

    def below(self) -> QWidget:
        lever = self.lever
        self.slider = LeverSlider(lever.low, lever.high, lever.step, lever.scale == "log")
        self.slider.setAccessibleName(self.spec.label)
        self.slider.wanted.connect(self.move_to)
        self.slider.stepped.connect(self.step)
        self.slider.held.connect(self._hold)
        self.slider.default_wanted.connect(self.back)
        self.slider.left.connect(self.session.seal)
        self._more = QToolButton()
        self._more.setFixedSize(_BUTTON, _BUTTON)
        self._more.setIconSize(QSize(14, 14))
        self._more.setToolTip("More for this lever")
        self._more.setAccessibleName(f"More for {self.spec.label}")
        self._more.clicked.connect(self._open_menu)
        box = QWidget()
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        line.addWidget(self.slider, 1)
        line.addWidget(self._more)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(line)
        self.ends = LeverEnds(lever.low, lever.high, self.spec.unit)
        self.ends.hide()
        self.ends.wanted.connect(self._new_ends)
        column.addWidget(self.ends)
        box.setLayout(column)
        theme_signals.changed.connect(self._dress_more)
        self._dress_more()
        return box

    # value

    def shown(self, value: Any) -> str:
        return number_text(
            float(value), short_unit(self.spec.unit, float(value), self.lever.high), self._digits
        )

    def show_value(self, reading: Reading) -> None:
        super().show_value(reading)
        self.slider.set_value(reading.value)

    @Slot()
    def refresh_marks(self) -> None:
        """Baseline tick and evidence span as they are now."""
        base, span = baseline_value(self.session, self.lever), evidence_span(self.session, self.lever)
        self.slider.set_marks(base, span)
        unit = self.spec.unit
        lines = [f"{number_text(self.lever.low, unit)} to {number_text(self.lever.high, unit)}"]
        if span is not None:
            lines.append(f"Hatched: evidence, {number_text(span[0], unit)} to {number_text(span[1], unit)}")
        if base is not None:
            lines.append(f"Tick: baseline, {number_text(base, unit)}; double-click goes back to it")
        self.slider.setToolTip("\n".join(lines))

    @Slot(float)
    def move_to(self, value: float) -> None:
        """Give the target this value; moves in a row are one undo step."""
        moved = int(value) if self.spec.whole else value
        fault = self.spec.fault(moved)
        if fault:
            self.show_fault(fault)
            return
        if not self.commit(moved) and self.reading is not None:
            self.slider.set_value(self.reading.value)

    @Slot(float)
    def step(self, count: float) -> None:
        """Steps of the lever, held inside its ends."""
        self.take()
        reading = self.reading
        if self.faulty or reading is None or reading.value is None:
            return
        value, lever = float(reading.value), self.lever
        if self.spec.whole:
            count = max(1.0, abs(count)) * (1 if count > 0 else -1)
        moved = stepped(value, lever.step, count)
        # a value beyond an end, typed before, may step back in but not further out
        moved = min(moved, max(lever.high, value)) if count > 0 else max(moved, min(lever.low, value))
        if moved != value:
            self.move_to(moved)

    @Slot()
    def back(self) -> None:
        """To the baseline; one undo step."""
        command = self.spec.binding.reset(self.session, f"Reset {self.spec.label}"[:200])
        if command is None:
            return
        self.session.seal()
        self.show_fault("")
        self.session.execute(command)
        self.session.seal()
        self.refresh()

    @Slot(bool)
    def _hold(self, on: bool) -> None:
        self.session.seal()
        self.held.emit(on)

    # menu

    def fill_menu(self, menu: Any) -> None:
        menu.addSeparator()
        self._fill(menu)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._popup(event.globalPos())

    @Slot()
    def _open_menu(self) -> None:
        self._popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def _popup(self, place: Any) -> None:
        menu = QMenu(self)
        self._fill(menu)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    def _fill(self, menu: QMenu) -> None:
        theme, unit = current(), self.spec.unit
        base = baseline_value(self.session, self.lever)
        words = "Back to the baseline" + (f", {number_text(base, unit)}" if base is not None else "")
        back = menu.addAction(theme.icon("rotate-ccw"), words)
        back.setEnabled(base is not None and self.reading is not None and base != self.reading.value)
        back.triggered.connect(self.back)
        source = self._source_words()
        if source:
            action = menu.addAction(source)
            action.triggered.connect(self._clear)
        menu.addSeparator()
        ends = menu.addAction(theme.icon("ruler"), "Change its range…")
        ends.triggered.connect(self.edit_range)
        gone = menu.addAction(theme.icon("pin-off"), "Remove lever")
        gone.setToolTip("What it has set stays")
        gone.triggered.connect(self.remove)

    @Slot()
    def remove(self) -> None:
        """Unpin the lever; what it has set stays."""
        self.session.execute(RemoveLever(self.lever.id))

    def _own(self) -> tuple[str, str] | None:
        """(kind, name) of the design's own figure that the lever has set."""
        if not isinstance(self.lever.target, Address):
            return None
        kind, name = parse_ref(self.lever.target.ref)
        held = (
            kind in ("assumption", "override") and find(self.session.design, ref_to(kind, name)) is not None
        )
        return (kind, name) if held else None

    def _source_words(self) -> str:
        own = self._own()
        return "" if own is None else f"Back to the {'registry' if own[0] == 'assumption' else 'catalog'}"

    @Slot()
    def _clear(self) -> None:
        own = self._own()
        if own is not None:
            clear = (
                ClearAssumption(own[1]) if own[0] == "assumption" else ClearOverride(*split_figure(own[1]))
            )
            self.session.execute(clear)

    @Slot()
    def edit_range(self) -> None:
        """Show the fields of the two ends."""
        self.ends.open()

    @Slot(float, float)
    def _new_ends(self, low: float, high: float) -> None:
        self.set_range(low, high)

    def set_range(self, low: float, high: float) -> bool:
        """Other ends; a step is about a hundredth of the way. False, said in place, for an empty range."""
        step = float(f"{(high - low) / 100:.1g}") if low < high else 0.0
        fault = (
            "the range must end above its start"
            if step <= 0
            else self.spec.fault(low) or self.spec.fault(high)
        )
        self.show_fault(fault)
        if fault:
            return False
        wanted = max(step, 1.0) if self.spec.whole else step
        return self.session.execute(SetLever(self.lever.replaced(low=low, high=high, step=wanted)))

    @Slot()
    def _dress_more(self) -> None:
        self._more.setIcon(current().icon("ellipsis-vertical", 14, "ink3"))
