"""Recovery copies: one second after the hand rests, beside the settings, never in the design's file."""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject, QTimer, Slot

from fleetdesigner.files.errors import FileError
from fleetdesigner.files.recovery import clear, write_recovery
from fleetdesigner.session.session import Session

IDLE_MS = 1000


class Autosave(QObject):
    """Watches a session and keeps its recovery copy up to date while there are unsaved changes."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._writer: threading.Thread | None = None
        self._key = session.base_design.id
        self._timer = QTimer(self, singleShot=True, interval=IDLE_MS)
        self._timer.timeout.connect(self.write)
        session.history_changed.connect(self._touched)
        session.dirty_changed.connect(self._dirty_changed)

    @Slot()
    def _touched(self) -> None:
        if self._session.dirty:
            self._timer.start()

    @Slot(bool)
    def _dirty_changed(self, dirty: bool) -> None:
        if not dirty:
            self._timer.stop()
            self._join()
            clear(self._key)
        self._key = self._session.base_design.id

    @Slot()
    def write(self) -> None:
        """Write the copy now; the text is made in a thread of its own, since the document is a value."""
        if not self._session.dirty:
            return
        self._join()
        document, path, key = self._session.document, self._session.path, self._session.base_design.id
        self._key = key

        def work() -> None:
            try:
                write_recovery(key, document, path)
            except (OSError, FileError) as error:
                # a full disk must not stop the meeting; the next pause tries again
                self._failed = str(error)

        self._failed = ""
        self._writer = threading.Thread(target=work, name="fleetdesigner-autosave")
        self._writer.start()

    def discard(self) -> None:
        """Drop the copy: the planner chose not to keep the changes."""
        self._timer.stop()
        self._join()
        clear(self._key)

    def close(self) -> None:
        """Stop; the copy stays if there are unsaved changes."""
        self._timer.stop()
        self._join()

    def _join(self) -> None:
        if self._writer is not None:
            self._writer.join()
            self._writer = None
