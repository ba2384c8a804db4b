"""Undo and redo: a value that holds the steps before and after the present."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Generic, TypeVar

S = TypeVar("S")

STEPS = 1_000
"""Older steps are forgotten."""


@dataclass(frozen=True, slots=True)
class Done(Generic[S]):
    """One step: its name and the states before and after it."""

    label: str
    merge_key: str | None
    before: S
    after: S


@dataclass(frozen=True, slots=True)
class History(Generic[S]):
    """The present state with its past and future. Undo gives back the very objects that were there."""

    present: S
    past: tuple[Done[S], ...] = ()
    future: tuple[Done[S], ...] = ()
    """What redo does again, the next one last."""
    mark: S | None = None
    """The state of the last save; None = never saved."""
    open: bool = False
    """Whether the next step may join the last one."""

    @classmethod
    def start(cls, state: S) -> History[S]:
        """A history that begins, saved, with `state`."""
        return cls(state, mark=state)

    def push(self, after: S, label: str, merge_key: str | None = None) -> History[S]:
        """With `after` as the present. An equal state is no step; the same merge key joins the last step."""
        if after is self.present or after == self.present:
            return self
        last = self.past[-1] if self.past else None
        if last is None or not self.open or merge_key is None or last.merge_key != merge_key:
            done = Done(label, merge_key, self.present, after)
            return replace(self, present=after, past=(*self.past, done)[-STEPS:], future=(), open=True)
        if last.before == after:
            # the hand went back to where it began: nothing is left to undo
            return replace(self, present=last.before, past=self.past[:-1], future=(), open=False)
        done = Done(label, merge_key, last.before, after)
        return replace(self, present=after, past=(*self.past[:-1], done), future=())

    def sealed(self) -> History[S]:
        """The next step stands alone even with the same merge key: the hand has let go."""
        return replace(self, open=False)

    def undo(self) -> History[S]:
        """One step back; itself at the start."""
        if not self.past:
            return self
        last = self.past[-1]
        return replace(
            self, present=last.before, past=self.past[:-1], future=(*self.future, last), open=False
        )

    def redo(self) -> History[S]:
        """One step forward; itself at the end."""
        if not self.future:
            return self
        following = self.future[-1]
        return replace(
            self, present=following.after, past=(*self.past, following), future=self.future[:-1], open=False
        )

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self.past)

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to do again."""
        return bool(self.future)

    @property
    def undo_label(self) -> str:
        """Name of the step that undo takes back; empty when there is none."""
        return self.past[-1].label if self.past else ""

    @property
    def redo_label(self) -> str:
        """Name of the step that redo does again; empty when there is none."""
        return self.future[-1].label if self.future else ""

    @property
    def is_saved(self) -> bool:
        """Whether the present is what was saved last."""
        return self.mark is not None and (self.present is self.mark or self.present == self.mark)

    def saved(self) -> History[S]:
        """The present has been saved; the next step stands alone."""
        return replace(self, mark=self.present, open=False)

    def never_saved(self) -> History[S]:
        """No state counts as saved: a recovery copy, an imported design."""
        return replace(self, mark=None)
