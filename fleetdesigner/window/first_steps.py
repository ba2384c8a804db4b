"""The card of the first start: three steps from looking to a what-if, each done by hand or "for me"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from fleetdesigner.design.model import Design
from fleetdesigner.look.style import restyle
from fleetdesigner.look.theme import current, theme_signals
from fleetdesigner.session.session import Session


@dataclass(frozen=True, slots=True)
class Step:
    """What to do, what it shows, when it counts as done (designs before the tour and now)."""

    title: str
    detail: str
    done: Callable[[Design, Design], bool]


def _systems(design: Design, rack: str) -> int:
    return sum(block.systems for block in design.blocks if block.rack_id == rack)


def _longest(design: Design, rack: str) -> int:
    return max((block.systems for block in design.blocks if block.rack_id == rack), default=0)


STEPS: tuple[Step, ...] = (
    Step(
        "Drag Trn2 UltraServer into row C",
        "Power, cost and throughput follow while you drag.",
        lambda before, now: _systems(now, "trn2-ultra") > _systems(before, "trn2-ultra"),
    ),
    Step(
        "Drag its edge to make it four",
        "Or press Alt and an arrow key.",
        lambda before, now: _longest(now, "trn2-ultra") >= max(4, _longest(before, "trn2-ultra") + 1),
    ),
    Step(
        "Open Levers and move one",
        "The baseline stays behind as a thin grey line.",
        lambda before, now: (
            (before.sites and now.sites and before.sites[0].tariff != now.sites[0].tariff)
            or before.overrides != now.overrides
            or before.assumptions != now.assumptions
            or before.workloads != now.workloads
        ),
    ),
)


class FirstSteps(QFrame):
    """Stands over the canvas, never blocks it."""

    do_for_me = Signal(int)
    closed = Signal()
    step_changed = Signal(int)
    """The step that is next, from 0."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._start = session.base_design
        self._at = 0
        self.setProperty("surface", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(400)
        self._title = QLabel("Put Trainium beside your GPUs")
        self._close = QToolButton()
        self._close.setToolTip("Close")
        self._close.setAccessibleName("Close the first steps")
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._close)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 12, 12, 12)
        box.setSpacing(8)
        box.addLayout(head)
        self._rows: list[tuple[QLabel, QLabel, QLabel, QWidget]] = []
        for index, step in enumerate(STEPS):
            row = QWidget()
            row.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
            number, title, detail = QLabel(str(index + 1)), QLabel(step.title), QLabel(step.detail)
            number.setFixedSize(22, 22)
            number.setAlignment(Qt.AlignmentFlag.AlignCenter)
            words = QVBoxLayout()
            words.setSpacing(0)
            words.addWidget(title)
            words.addWidget(detail)
            line = QHBoxLayout(row)
            line.setContentsMargins(8, 6, 8, 6)
            line.setSpacing(12)
            line.addWidget(number, 0, Qt.AlignmentFlag.AlignTop)
            line.addLayout(words, 1)
            box.addWidget(row)
            self._rows.append((number, title, detail, row))
        self._count = QLabel()
        self._skip = QPushButton("Skip")
        self._skip.setProperty("role", "quiet")
        self._do = QPushButton()
        foot = QHBoxLayout()
        foot.addWidget(self._count, 1)
        foot.addWidget(self._skip)
        foot.addWidget(self._do)
        box.addLayout(foot)
        self._close.clicked.connect(self.finish)
        self._skip.clicked.connect(self.finish)
        self._do.clicked.connect(self._for_me)
        session.design_changed.connect(self._look)
        theme_signals.changed.connect(self._dress)
        self._dress()

    @property
    def at(self) -> int:
        """The step that is next, from 0."""
        return self._at

    @Slot()
    def finish(self) -> None:
        """Close for good."""
        self.hide()
        self.closed.emit()

    @Slot()
    def _for_me(self) -> None:
        self.do_for_me.emit(self._at)

    @Slot(object, object)
    def _look(self, before: Design, now: Design) -> None:
        if not self.isVisible():
            return
        if before.id != now.id:
            self.finish()
            return
        while self._at < len(STEPS) and STEPS[self._at].done(self._start, now):
            self._at += 1
        if self._at == len(STEPS):
            self._session.notice.emit("That is a what-if: everything you saw is one Undo away")
            self.finish()
            return
        self.step_changed.emit(self._at)
        self._dress()

    @Slot()
    def _dress(self) -> None:
        theme = current()
        self._title.setFont(theme.font("headline"))
        self._close.setIcon(theme.icon("x"))
        for index, (number, title, detail, row) in enumerate(self._rows):
            here = index == self._at
            fill = theme.hex("accent" if here else "border")
            row.setStyleSheet(
                f"QWidget {{ background: {theme.hex('accentWeak') if here else 'transparent'}; }}"
                f"QLabel {{ background: transparent; }}"
            )
            number.setStyleSheet(
                f"background: {fill}; color: {theme.hex('inkInv')}; border-radius: 11px; font-weight: 600;"
            )
            title.setFont(theme.font("text_strong" if here else "text"))
            detail.setFont(theme.font("caption"))
            restyle(detail, tone="ink2")
        self._count.setText(f"{self._at + 1} of {len(STEPS)} · about two minutes")
        self._count.setFont(theme.font("caption"))
        restyle(self._count, tone="ink2")
        self._do.setText(f"Do step {self._at + 1} for me")
        self.adjustSize()
