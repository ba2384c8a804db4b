"""The one clock: every change becomes a job of one worker, every answer carries its generation.

Anything newer than what is on screen is shown, nothing older ever. Deterministic results come at once;
shares of evidence, and what would turn the plan, when the hand rests.
"""

from __future__ import annotations

import dataclasses
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from fleetdesigner.catalog.catalog import Catalog
from fleetdesigner.catalog.errors import CatalogError
from fleetdesigner.design.model import Design
from fleetdesigner.engine.at_rest.answers import at_rest
from fleetdesigner.engine.evaluate import evaluate
from fleetdesigner.engine.results import Results
from fleetdesigner.session.collecting import Collecting
from fleetdesigner.session.mailbox import Mailbox

LONG_S = 0.006
"""Processor time of the last evaluation from which on the next waits for the screen."""
PATIENCE_S = 0.1
"""The screen may be busy with something else: not longer than this."""


@dataclass(frozen=True, slots=True)
class Job:
    """What to evaluate: the design on screen, its baseline, and the scenarios that are compared."""

    generation: int
    design: Design
    catalog: Catalog
    baseline: Design
    baseline_catalog: Catalog
    compared: tuple[str, ...]
    base: Design
    base_catalog: Catalog
    month: int | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a job; `error` in words when the engine could not."""

    generation: int
    results: Results | None
    baseline: Results | None
    comparison: Results | None
    error: str = ""


class LiveResults(QObject):
    """Requests go in, answers come out in the thread this object lives in."""

    results_changed = Signal(object, object)
    """Results and baseline: at once, and again with evidence when the hand rests. Never goes back."""
    comparison_changed = Signal(object)
    failed = Signal(str)
    """Why there are no new results; the last ones stand."""
    busy_changed = Signal(bool)
    _from_worker = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._generation = 0
        self._shown = 0
        self._busy = False
        self._baseline: tuple[Design, Catalog, Results | None] | None = None
        self._latest: Results | None = None
        self.results: Results | None = None
        """What is on screen."""
        self.baseline: Results | None = None
        self.comparison: Results | None = None
        self._waiting: tuple[Answer, bool] | None = None
        self._lock = threading.Lock()
        self._painted = threading.Event()
        self._painted.set()
        self._took_s = 0.0
        # a bound method of a QObject of this thread: Qt queues the call over to us
        self._from_worker.connect(self._take)
        self._collecting = Collecting(self)
        self._mailbox: Mailbox[Job] = Mailbox(self._work, self._rest, turn=self._wait_for_screen)

    @property
    def busy(self) -> bool:
        """Whether something newer than what is on screen is on its way."""
        return self._busy

    @property
    def generation(self) -> int:
        """The generation last asked for."""
        return self._generation

    @property
    def shown(self) -> int:
        """The generation on screen."""
        return self._shown

    def request(
        self,
        shown: tuple[Design, Catalog],
        baseline: tuple[Design, Catalog],
        base: tuple[Design, Catalog],
        compared: tuple[str, ...],
        month: int | None,
    ) -> int:
        """Ask for results of what is shown, its baseline and what is compared. Returns the generation."""
        self._generation += 1
        self._mailbox.put(Job(self._generation, *shown, *baseline, compared, *base, month))
        self._set_busy(True)
        return self._generation

    def forget(self) -> None:
        """Another document: nothing of the last one may be shown."""
        self.results = self.baseline = self.comparison = None
        # what the worker still has in hand is older than this, also what it refines
        self._generation += 1
        self._shown = self._generation

    def stir(self) -> None:
        """The hand moves: what is worked out at rest waits until it has rested again."""
        self._mailbox.stir()

    def close(self) -> None:
        """Stop the worker."""
        self._mailbox.close()
        self._collecting.close()

    def _set_busy(self, busy: bool) -> None:
        if busy != self._busy:
            self._busy = busy
            self.busy_changed.emit(busy)

    @Slot()
    def _take(self) -> None:
        with self._lock:
            waiting, self._waiting = self._waiting, None
        if waiting is None:  # shown already, with an earlier call
            return
        answer, refined = waiting
        # a refined answer is of the generation on screen; anything older is not shown
        if answer.generation < self._shown or (answer.generation == self._shown and not refined):
            self._painted.set()
            return
        self._shown = answer.generation
        if answer.error:
            self.failed.emit(answer.error)
        else:
            self.results, self.baseline = answer.results, answer.baseline
            self.results_changed.emit(answer.results, answer.baseline)
        if answer.comparison is not None:
            self.comparison = answer.comparison
            self.comparison_changed.emit(answer.comparison)
        self._set_busy(self._shown < self._generation)
        # comes after what the slots above asked to be painted
        QTimer.singleShot(0, self._painted.set)

    # in the worker thread

    def _wait_for_screen(self) -> None:
        """Let the last answer be painted before a long evaluation begins.

        Two busy threads share one interpreter: beside a painting one an evaluation takes three times as long,
        and so does the painting. A short one (a lever) does better to have its answer ready by then.
        """
        if self._took_s > LONG_S:
            self._painted.wait(PATIENCE_S)

    def _send(self, answer: Answer, refined: bool) -> None:
        """Leave an answer for the screen, in place of one that it has not come to show yet."""
        with self._lock:
            before = self._waiting
            if before is not None and answer.comparison is None and not answer.error:
                answer = dataclasses.replace(answer, comparison=before[0].comparison)
            self._waiting = (answer, refined)
            self._painted.clear()
        self._from_worker.emit()

    def _baseline_of(self, job: Job) -> Results | None:
        """Results of the baseline; None when it cannot be evaluated: it must hide nothing."""
        held = self._baseline
        if held is None or held[0] is not job.baseline or held[1] is not job.baseline_catalog:
            try:
                found = evaluate(job.baseline, job.baseline_catalog)
            except CatalogError:
                found = None
            held = (job.baseline, job.baseline_catalog, found)
            self._baseline = held
        return held[2]

    def _work(self, job: Job) -> None:
        begun = time.thread_time()
        try:
            results = evaluate(job.design, job.catalog)
            baseline = self._baseline_of(job)
            comparison = evaluate(job.base, job.base_catalog, job.compared) if job.compared else None
            answer = Answer(job.generation, results, baseline, comparison)
            self._latest = results
        except CatalogError as error:
            self._latest = None
            answer = Answer(job.generation, None, None, None, str(error))
        except Exception as error:
            # the room must not lose its design over a defect of ours: say it in place, keep the last numbers
            self._latest = None
            answer = Answer(job.generation, None, None, None, _defect(error))
        self._took_s = time.thread_time() - begun
        self._send(answer, False)

    def _rest(self, job: Job, cancelled: Callable[[], bool]) -> None:
        results = self._latest
        if results is None:
            return
        try:
            refined = at_rest(results, job.design, job.catalog, job.month, cancelled)
        except CatalogError:
            return
        except Exception as error:
            # nor may the one worker die while the hand rests: every number would stand still from then on
            self._send(Answer(job.generation, None, None, None, _defect(error)), True)
            return
        if cancelled():
            return
        self._send(Answer(job.generation, refined, self._baseline_of(job), None), True)


def _defect(error: Exception) -> str:
    """A defect of ours in one line for the room."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    reason = str(error).partition("\n")[0]
    return f"The engine failed at {place.name}: {reason}. Undo the last change and report it."
