"""One worker thread behind a one-slot mailbox: the latest job wins, the rest is never run.

"Only show the very latest" starves under a moving hand and "one job a change" lags; so the worker always
takes the newest job, and the reader shows any answer newer than what is on screen (`live_results`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Job = TypeVar("Job")

THREAD_NAME = "fleetdesigner-engine"


class Mailbox(Generic[Job]):
    """Runs `work(job)` for the newest job, and `rest(job, cancelled)` once the hand has rested.

    Both are called in the worker thread. `rest` must look at `cancelled()` often and return once it is true.
    `turn` is called there before a job is taken, and may wait: the job is then the newest after the wait.
    """

    def __init__(
        self,
        work: Callable[[Job], None],
        rest: Callable[[Job, Callable[[], bool]], None],
        rest_after_s: float = 0.12,
        turn: Callable[[], None] = lambda: None,
    ) -> None:
        self._work = work
        self._turn = turn
        self._rest = rest
        self._rest_after_s = rest_after_s
        self._condition = threading.Condition()
        self._slot: Job | None = None
        self._running = True
        self._stirred = False
        self._forgotten = False
        self._thread = threading.Thread(target=self._loop, name=THREAD_NAME, daemon=True)
        self._thread.start()

    def put(self, job: Job) -> None:
        """Leave `job` for the worker in place of any that still waits."""
        with self._condition:
            self._slot = job
            self._condition.notify()

    def stir(self) -> None:
        """The hand moves although no job is left: `rest` stops, and begins anew once it has rested again."""
        with self._condition:
            self._stirred = True
            self._condition.notify()

    def forget(self) -> None:
        """Nobody wants it any more: a job that waits is dropped, `rest` stops and does not begin anew."""
        with self._condition:
            self._slot = None
            self._forgotten = True
            self._condition.notify()

    def close(self) -> None:
        """Stop after the job in hand; returns when the thread has ended."""
        with self._condition:
            self._running = False
            self._condition.notify()
        if self._thread is not threading.current_thread():
            self._thread.join()

    def _interrupted(self) -> bool:
        return self._slot is not None or not self._running or self._stirred or self._forgotten

    def _loop(self) -> None:
        rested: Job | None = None
        while True:
            with self._condition:
                self._stirred = False
                if self._forgotten:
                    rested, self._forgotten = None, False
                self._condition.wait_for(self._interrupted, None if rested is None else self._rest_after_s)
                if (self._stirred or self._forgotten) and self._slot is None and self._running:
                    continue
            if self._slot is not None:
                self._turn()
            with self._condition:
                if not self._running:
                    return
                job, self._slot = self._slot, None
                if self._forgotten:
                    rested, self._forgotten = None, False
                self._stirred = False
            if job is not None:
                self._work(job)
                rested = job
            elif rested is not None:
                self._rest(rested, self._interrupted)
                if not self._stirred:
                    rested = None
