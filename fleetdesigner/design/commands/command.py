"""What every command is: a frozen value with a name for the undo menu that says which edits it makes."""

from __future__ import annotations

from abc import ABC, abstractmethod

from fleetdesigner.design.edits import apply_edits
from fleetdesigner.design.model import Design
from fleetdesigner.design.scenarios import Edit


class Command(ABC):
    """A change of a design. Subclasses are frozen dataclasses that hold plain data and new ids.

    A command does nothing but its edits, so the tape and scenarios can record it: `apply` is `apply_edits`
    of `edits`, and doing it again after an undo gives the same design.
    """

    __slots__ = ()

    @property
    @abstractmethod
    def label(self) -> str:
        """Name of the step in the undo menu: "Place 10 Trn2 UltraServer"."""

    @property
    def merge_key(self) -> str | None:
        """Steps in a row with the same key become one undo step (a slider that is dragged)."""
        return None

    @abstractmethod
    def edits(self, design: Design) -> tuple[Edit, ...]:
        """The edits that carry the command out on `design`. Raises EditError."""

    def apply(self, design: Design) -> Design:
        """The design after the command; `design` itself when nothing changes. Raises EditError."""
        return apply_edits(design, self.edits(design))


def counted(count: int, noun: str) -> str:
    """``1 block`` ``3 blocks``"""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")
