"""A small memory of stage results, so that an evaluation repeats only what its inputs changed.

A stage is remembered by its upstream objects (by identity, kept alive while remembered) and by small hashable
values. Equal inputs give the same object back, so the next stage finds its own memory by identity again.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from threading import Lock, local
from typing import Any, Generic, TypeVar

T = TypeVar("T")
SAMPLES = 8
"""Samples that the live loop comes back to: what is shown, its baseline, and six scenarios beside them.

A stage of a whole sample remembers that many: on the largest example one sample holds some 3 MB.
"""
_Key = tuple[tuple[int, ...], Hashable]
_Held = dict[tuple[int, _Key], tuple[tuple[object, ...], Any]]


class GivenUp(Exception):
    """What was evaluated in passing is no longer wanted."""


def _never() -> bool:
    return False


class _Passing(local):
    """What this thread evaluates in passing, by stage and key; None outside."""

    held: _Held | None = None
    cancelled: Callable[[], bool] = staticmethod(_never)


_passing = _Passing()


@contextmanager
def in_passing(cancelled: Callable[[], bool] = _never) -> Iterator[None]:
    """Let this thread find what is remembered, and add nothing to it: what it makes is forgotten at the end.

    For inputs that never come again, as variations of every input by a hundredth: remembered, they would take
    tens of MB and the places of what the hand comes back to.

    `cancelled` is asked before each stage: a batch takes tens of milliseconds, and the hand shares the
    interpreter with it. Once it says yes, GivenUp is raised.
    """
    before = _passing.held, _passing.cancelled
    _passing.held, _passing.cancelled = {}, cancelled
    try:
        yield
    finally:
        _passing.held, _passing.cancelled = before


def still_wanted() -> None:
    """Inside a long stage: raises GivenUp once what this thread evaluates in passing is not wanted."""
    if _passing.cancelled():
        raise GivenUp


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
        passing = _passing.held
        if passing is not None:
            return self._in_passing(passing, key, objects, make)
        made = make()
        with self._lock:
            # the objects stay referenced, or a new object could get the id of a dead one
            self._held[key] = (objects, made)
            while len(self._held) > self._size:
                self._held.popitem(last=False)
        return made

    def _in_passing(self, passing: _Held, key: _Key, objects: tuple[object, ...], make: Callable[[], T]) -> T:
        known = passing.get((id(self), key))
        if known is None:
            still_wanted()
            known = passing[id(self), key] = (objects, make())
        made: T = known[1]
        return made

    def peek(self, objects: tuple[object, ...], values: Hashable) -> T | None:
        """The result if it is remembered."""
        key: _Key = (tuple(map(id, objects)), values)
        with self._lock:
            found = self._held.get(key)
        if found is None and _passing.held is not None:
            found = _passing.held.get((id(self), key))
        return None if found is None else found[1]

    def put(self, objects: tuple[object, ...], values: Hashable, made: T) -> T:
        """Remember a result made elsewhere; returns it."""
        return self.get(objects, values, lambda: made)

    def replace(self, objects: tuple[object, ...], values: Hashable, made: T) -> T:
        """Remember `made` in place of what was; returns it."""
        key: _Key = (tuple(map(id, objects)), values)
        if _passing.held is not None:
            _passing.held[id(self), key] = (objects, made)
            return made
        with self._lock:
            self._held[key] = (objects, made)
            while len(self._held) > self._size:
                self._held.popitem(last=False)
        return made

    def __len__(self) -> int:
        return len(self._held)
