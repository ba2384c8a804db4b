"""What the money view shows beside the results: the ways to hold the fleet.

Nothing of it is worked out while the hand moves or nobody looks; the latest question wins.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from fleetdesigner.catalog.errors import CatalogError
from fleetdesigner.engine.remembered import GivenUp, in_passing
from fleetdesigner.engine.results import Results
from fleetdesigner.session.handover import Handover, failed_words
from fleetdesigner.session.mailbox import Mailbox

if TYPE_CHECKING:
    from fleetdesigner.engine.money.ways import Ways


@dataclass(frozen=True, slots=True)
class MoneyLook:
    """What is asked for."""

    phase_id: str = ""
    """The phase that is held another way; empty for all."""


@dataclass(frozen=True, slots=True, eq=False)
class MoneyShown:
    """What was found for some results."""

    results: Results
    look: MoneyLook
    ways: Ways | None = None
    why: str = ""
    """Why there are no ways."""

    def same_question(self, results: Results, look: MoneyLook) -> bool:
        """Whether these results would give the same answer: what is refined at rest changes no state."""
        return self.look == look and self.results.states[0] is results.states[0]


class LiveMoney(QObject):
    """Asked for with `ask`; answers with `shown` in the thread it lives in, never an older one."""

    shown = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._latest: MoneyShown | None = None
        self._handover = Handover(self)
        self._handover.came.connect(self._take)
        # made when somebody first looks
        self._mailbox: Mailbox[MoneyShown] | None = None

    def ask(self, results: Results, look: MoneyLook) -> None:
        """Look into these results once the hand rests; what was asked before is forgotten."""
        if self._latest is not None and self._latest.same_question(results, look):
            return
        if self._mailbox is None:
            self._mailbox = Mailbox(self._work, self._rest)
        self._latest = MoneyShown(results, look)
        self._mailbox.put(self._latest)

    def forget(self) -> None:
        """Nobody looks any more: what is asked next is worked out anew."""
        self._latest = None
        if self._mailbox is not None:
            self._mailbox.forget()

    def stir(self) -> None:
        """The hand moves: what is worked out at rest waits until it has rested again."""
        if self._mailbox is not None:
            self._mailbox.stir()

    def close(self) -> None:
        """Stop the worker."""
        if self._mailbox is not None:
            self._mailbox.close()

    @Slot(object)
    def _take(self, found: MoneyShown) -> None:
        latest = self._latest
        if latest is not None and found.same_question(latest.results, latest.look):
            self.shown.emit(found)

    # in the worker thread

    def _work(self, job: MoneyShown) -> None:
        """Nothing comes before the hand rests."""

    def _rest(self, job: MoneyShown, cancelled: Callable[[], bool]) -> None:
        try:
            # variations never come again: they must not take the places of what the hand comes back to
            with in_passing(cancelled):
                found = _ways(job)
        except GivenUp:
            return
        except CatalogError as fault:
            found = replace(job, why=str(fault))
        except Exception as fault:
            found = replace(job, why=failed_words("This", fault))
        if not cancelled():
            self._handover.leave(found)


def _ways(asked: MoneyShown) -> MoneyShown:
    state = asked.results.states[0]
    phases = (asked.look.phase_id,) if asked.look.phase_id else None
    if not state.design.phases:
        return replace(asked, why="The plan has no phase whose racks could be held another way.")
    from fleetdesigner.engine.money.ways import compare_ways

    return replace(asked, ways=compare_ways(state.design, state.catalog, phases))
