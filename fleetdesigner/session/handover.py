"""How a worker thread hands its newest answer to the thread that shows it."""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject, Signal, Slot


class Handover(QObject):
    """One slot: `leave` in the worker, `came` in the thread this object lives in. An answer that was not
    taken yet is replaced, so a busy screen sees the newest alone.
    """

    came = Signal(object)
    _left = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._waiting: object = None
        # a bound method of a QObject of this thread: Qt queues the call over to us
        self._left.connect(self._take)

    def leave(self, answer: object) -> None:
        """Called in the worker; `answer` is not None."""
        with self._lock:
            self._waiting = answer
        self._left.emit()

    @Slot()
    def _take(self) -> None:
        with self._lock:
            waiting, self._waiting = self._waiting, None
        if waiting is not None:  # taken already, with an earlier call
            self.came.emit(waiting)


def failed_words(what: str, error: Exception) -> str:
    """A defect of ours in one line: the room keeps its last picture and reads why."""
    return f"{what} failed: {str(error).partition(chr(10))[0]}. Report it."
