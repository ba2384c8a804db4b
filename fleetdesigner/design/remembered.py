"""What was worked out from an immutable object, found again by the object's identity."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

V = TypeVar("V")


class Remembered(Generic[V]):
    """Values by identity of what they were made from, for the `most` newest; may be used from any thread.

    The object is held as long as its value, so an identity is never another object's. The oldest go one at a
    time: letting all go at once would free whole designs in the middle of a drag.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: dict[int, tuple[object, V]] = {}
        self._lock = threading.Lock()

    def find(self, thing: object) -> V | None:
        """The value kept for this very object."""
        found = self._held.get(id(thing))
        return found[1] if found is not None and found[0] is thing else None

    def keep(self, thing: object, value: V) -> V:
        """Keeps and gives back the value."""
        with self._lock:
            if len(self._held) >= self._most:
                del self._held[next(iter(self._held))]
            self._held[id(thing)] = (thing, value)
        return value
