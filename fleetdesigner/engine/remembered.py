"""A small memory of stage results, so that an evaluation repeats only what its inputs changed.

A stage is remembered by its upstream objects (by identity, kept alive while remembered) and by small hashable
values. Equal inputs give the same object back, so the next stage finds its own memory by identity again.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")
_Key = tuple[tuple[int, ...], Hashable]


class Remembered(Generic[T]):
    """The last `size` results of one stage. Safe to use from several threads."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._held: OrderedDict[_Key, tuple[tuple[object, ...], T]] = OrderedDict()
        self._lock = Lock()

    def get(self, objects: tuple[object, ...], values: Hashable, make: Callable[[], T]) -> T:
        """The result for these `objects` (compared by identity) and `values` (compared by value)."""
        key: _Key = (tuple(map(id, objects)), values)
        with self._lock:
            found = self._held.get(key)
            if found is not None:
                self._held.move_to_end(key)
                return found[1]
        made = make()
        with self._lock:
            # the objects stay referenced, or a new object could get the id of a dead one
            self._held[key] = (objects, made)
            while len(self._held) > self._size:
                self._held.popitem(last=False)
        return made

    def peek(self, objects: tuple[object, ...], values: Hashable) -> T | None:
        """The result if it is remembered."""
        with self._lock:
            found = self._held.get((tuple(map(id, objects)), values))
        return None if found is None else found[1]

    def put(self, objects: tuple[object, ...], values: Hashable, made: T) -> T:
        """Remember a result made elsewhere; returns it."""
        return self.get(objects, values, lambda: made)

    def replace(self, objects: tuple[object, ...], values: Hashable, made: T) -> T:
        """Remember `made` in place of what was; returns it."""
        with self._lock:
            self._held[(tuple(map(id, objects)), values)] = (objects, made)
            while len(self._held) > self._size:
                self._held.popitem(last=False)
        return made

    def __len__(self) -> int:
        return len(self._held)
