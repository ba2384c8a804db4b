"""What the throughput view looks at, worked out beside the results: its searches never hold up the hand.

The engine's worker answers every change first; this one takes the newest results and looks further into one
pool and one workload. One slot, the latest wins, and nothing runs while nobody looks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from fleetdesigner.catalog.errors import CatalogError
from fleetdesigner.engine.results import Results
from fleetdesigner.engine.throughput_page.shown import Look, Shown
from fleetdesigner.engine.throughput_page.view import shown_of
from fleetdesigner.session.handover import Handover, failed_words
from fleetdesigner.session.mailbox import Mailbox


@dataclass(frozen=True, slots=True)
class _Job:
    number: int
    results: Results
    look: Look
    month: int


class LiveLook(QObject):
    """Asked for with `ask`; answers with `shown` in the thread it lives in, never an older one."""

    shown = Signal(object)
    """A `Shown`, or None when pool or workload are not there."""
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asked = 0
        self._answered = 0
        self._pending = False
        self._handover = Handover(self)
        self._handover.came.connect(self._take)
        # made when somebody first looks: most sessions begin on the canvas
        self._mailbox: Mailbox[_Job] | None = None

    @property
    def busy(self) -> bool:
        """Whether something newer than what was answered is on its way."""
        return self._answered < self._asked

    def ask(self, results: Results, look: Look, month: int) -> None:
        """Look into these results; whatever was asked before and has not begun is forgotten."""
        if self._mailbox is None:
            self._mailbox = Mailbox(self._work, self._rest)
        self._asked += 1
        self._mailbox.put(_Job(self._asked, results, look, month))

    def close(self) -> None:
        """Stop the worker."""
        if self._mailbox is not None:
            self._mailbox.close()

    @Slot(object)
    def _take(self, answer: tuple[int, Shown | None, str]) -> None:
        number, shown, error = answer
        # what was searched at rest is of the number that was answered; nothing older is shown
        if number < self._answered:
            return
        self._answered = number
        if error:
            self.failed.emit(error)
        else:
            self.shown.emit(shown)

    # in the worker thread

    def _work(self, job: _Job) -> None:
        self._answer(job, False)

    def _rest(self, job: _Job, cancelled: Callable[[], bool]) -> None:
        if self._pending and not cancelled():
            self._answer(job, True)

    def _answer(self, job: _Job, whole: bool) -> None:
        shown, error = None, ""
        try:
            shown = shown_of(job.results, job.look, job.month, whole)
        except CatalogError as fault:
            error = str(fault)
        except Exception as fault:
            error = failed_words("The throughput view", fault)
        self._pending = shown is not None and shown.pending
        self._handover.leave((job.number, shown, error))
