"""What slips cost, worked out when the hand rests: a plan with fifty dates is as many evaluations.

Its own worker and one slot: a change of the design puts a newer job there, and what was begun for the last
one is given up between two chunks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from fleetdesigner.catalog.catalog import Catalog
from fleetdesigner.catalog.errors import CatalogError
from fleetdesigner.design.model import Design
from fleetdesigner.engine.at_rest.slips import Slip, slips_of
from fleetdesigner.session.handover import Handover, failed_words
from fleetdesigner.session.mailbox import Mailbox

REST_S = 0.25
"""The design has stood still for so long."""


@dataclass(frozen=True, slots=True)
class _Job:
    number: int
    design: Design
    catalog: Catalog
    months: int


class LiveSlips(QObject):
    """Asked for with `ask`; answers with `found` in the thread it lives in, the newest alone."""

    found = Signal(object)
    """A tuple of `Slip`, in the design's order."""
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asked = 0
        self._answered = 0
        self._last: tuple[Design, Catalog, int] | None = None
        self._handover = Handover(self)
        self._handover.came.connect(self._take)
        # made when somebody first asks: most sessions never look
        self._mailbox: Mailbox[_Job] | None = None

    @property
    def busy(self) -> bool:
        """Whether an answer is on its way."""
        return self._answered < self._asked

    def ask(self, design: Design, catalog: Catalog, months: int) -> None:
        """What slips by so many months cost; the same question twice is asked once."""
        asked = (design, catalog, months)
        last = self._last
        if last is not None and last[0] is design and last[1] is catalog and last[2] == months:
            return
        self._last = asked
        if self._mailbox is None:
            self._mailbox = Mailbox(lambda _: None, self._rest, REST_S)
        self._asked += 1
        self._mailbox.put(_Job(self._asked, design, catalog, months))

    def stir(self) -> None:
        """The hand moves: wait until it rests."""
        if self._mailbox is not None and self.busy:
            self._mailbox.stir()

    def forget(self) -> None:
        """Nobody looks any more: what is on its way is given up, and asked for again when somebody does."""
        if self._mailbox is not None and self.busy:
            self._mailbox.forget()
            self._last = None
            self._answered = self._asked

    def close(self) -> None:
        """Stop the worker."""
        if self._mailbox is not None:
            self._mailbox.close()

    @Slot(object)
    def _take(self, answer: tuple[int, tuple[Slip, ...], str]) -> None:
        number, found, error = answer
        if number < self._asked:
            return
        self._answered = number
        if error:
            self.failed.emit(error)
        self.found.emit(found)

    # in the worker thread

    def _rest(self, job: _Job, cancelled: Callable[[], bool]) -> None:
        found: tuple[Slip, ...] = ()
        error = ""
        try:
            found = slips_of(job.design, job.catalog, job.months, cancelled)
        except CatalogError as fault:
            error = str(fault)
        except Exception as fault:
            error = failed_words("The costs of slips", fault)
        if not cancelled():
            self._handover.leave((job.number, found, error))
