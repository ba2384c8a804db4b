"""What lies around the canvas for a block in the hand: rows of the plan, the path above the floor."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QPoint

CAMPUS = "campus:"
"""Ref of the way out to the campus."""


class Around(Protocol):
    """The window's answer to a hand that has left the canvas with a block."""

    def ref_at(self, place: QPoint) -> str:
        """``hall:ID`` where a hall can take the block, `CAMPUS` on a way there, else empty; on the screen."""

    def mark(self, ref: str, legal: bool) -> None:
        """Show where the block would land and whether it may; an empty ref takes the mark away."""
