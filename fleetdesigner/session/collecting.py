"""Python's garbage is collected in the window's thread only.

A collection runs in whichever thread happens to allocate; in the engine's it would destroy widgets that hang
in reference cycles, which Qt allows in the window's thread alone. So automatic collection is off while a
session lives, and a timer of the window's thread does it in small steps.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer, Slot

PERIOD_MS = 400
YOUNG = 5_000
"""New objects after which the youngest generation is collected."""
STEPS = 20
"""Collections of one generation after which the next older one is collected too."""


class Collecting(QObject):
    """Lives in the window's thread; `close` gives collection back to Python when the last one goes."""

    _living = 0

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        Collecting._living += 1
        self._open = True
        gc.disable()
        self._timer = QTimer(self, interval=PERIOD_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    @Slot()
    def collect(self) -> None:
        """Collect as far as it is due."""
        young, middle, old = gc.get_count()
        if old > STEPS:
            gc.collect(2)
        elif middle > STEPS:
            gc.collect(1)
        elif young > YOUNG:
            gc.collect(0)

    def close(self) -> None:
        """Stop; safe to call twice."""
        if not self._open:
            return
        self._open = False
        self._timer.stop()
        Collecting._living -= 1
        if Collecting._living == 0:
            gc.enable()
