"""Which chip families may run a workload: chips that are ticked, or any."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from fleetdesigner.design.addresses import field_value, ref_to
from fleetdesigner.design.commands import SetFields
from fleetdesigner.look import current, theme_signals
from fleetdesigner.panels.chip_flow import ChipFlow

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session

FAMILY_WORDS = {
    "trainium": "Trainium", "inferentia": "Inferentia", "nvidia": "NVIDIA", "tpu": "TPU", "amd": "AMD",
    "intel": "Intel",
}  # fmt: skip


class AllowChips(QWidget):
    """ "Any", or some families."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._ref = ""
        self._title = QLabel("May run on")
        self._any = _chip("Any", "Every family that can run it")
        self._any.clicked.connect(self._take_any)
        box = QWidget()
        flow = ChipFlow(box)
        flow.setContentsMargins(0, 0, 0, 0)
        flow.addWidget(self._any)
        self.chips: dict[str, QPushButton] = {}
        for family in dict.fromkeys(chip.family for chip in session.catalog.chips()):
            words = FAMILY_WORDS.get(family, family)
            chip = self.chips[family] = _chip(words, f"Allow {words}")
            chip.clicked.connect(self._take)
            flow.addWidget(chip)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 12, 0)
        column.setSpacing(4)
        column.addWidget(self._title)
        column.addWidget(box)
        theme_signals.changed.connect(self._dress)
        self._dress()

    @property
    def any_chip(self) -> QPushButton:
        """The chip that allows every family."""
        return self._any

    def show_workload(self, workload_id: str) -> None:
        """Show what a workload allows."""
        self._ref = ref_to("workload", workload_id)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Show what the design holds now."""
        allowed = field_value(self._session.design, self._ref, "allow") if self._ref else ()
        held = allowed if isinstance(allowed, tuple) else ()
        self._any.setChecked(not held)
        for family, chip in self.chips.items():
            chip.setChecked(family in held)

    @Slot()
    def _take(self) -> None:
        self._set(tuple(family for family, chip in self.chips.items() if chip.isChecked()))

    @Slot()
    def _take_any(self) -> None:
        self._set(())

    def _set(self, families: tuple[str, ...]) -> None:
        words = ", ".join(FAMILY_WORDS.get(one, one) for one in families) or "any family"
        self._session.execute(SetFields.of(f"Allow {words}", ((self._ref, "allow", families),)))
        self.refresh()

    @Slot()
    def _dress(self) -> None:
        self._title.setFont(current().font("caption_strong"))


def _chip(words: str, tip: str) -> QPushButton:
    chip = QPushButton(words)
    chip.setProperty("role", "chip")
    chip.setCheckable(True)
    chip.setToolTip(tip)
    return chip
