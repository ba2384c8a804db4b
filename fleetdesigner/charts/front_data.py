"""What a front shows, as plain values: lines of rates a chip over rates a user, targets and marks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FrontMark:
    """A published run beside a line."""

    x: float
    y: float
    words: tuple[str, ...]
    """Lines of its card; the first is its title."""


@dataclass(frozen=True, slots=True, eq=False)
class FrontLine:
    """One kind of hardware. Arrays have shape (n,), rising by `x`."""

    key: str
    label: str
    detail: str
    """Grade and band, under the label where there is room."""
    generation: str
    grade: str
    x: Array
    y: Array
    low: Array
    high: Array
    point: tuple[float, float] | None
    """What is planned; None = refused."""
    point_words: str
    steps: tuple[str, ...]
    """Words of each point of the line."""
    marks: tuple[FrontMark, ...]
    faint: bool = False
    """Cannot run in this month: shown as it will be."""

    def same_as(self, other: FrontLine) -> bool:
        """Whether both look the same."""
        return (
            (self.key, self.label, self.detail, self.grade, self.point, self.marks, self.faint)
            == (other.key, other.label, other.detail, other.grade, other.point, other.marks, other.faint)
            and self.x.shape == other.x.shape
            and bool((self.x == other.x).all() and (self.y == other.y).all())
            and bool((self.low == other.low).all() and (self.high == other.high).all())
        )


@dataclass(frozen=True, slots=True, eq=False)
class FrontPicture:
    """A front with its axes."""

    lines: tuple[FrontLine, ...]
    x_words: str
    y_words: str
    x_unit: str
    y_unit: str
    target: float | None
    """Least x that is asked for."""
    target_words: str
    empty: str
    """Why there are no lines."""

    def same_as(self, other: FrontPicture | None) -> bool:
        """Whether both look the same."""
        return (
            other is not None
            and (self.x_words, self.y_words, self.target, self.target_words, self.empty)
            == (other.x_words, other.y_words, other.target, other.target_words, other.empty)
            and len(self.lines) == len(other.lines)
            and all(one.same_as(two) for one, two in zip(self.lines, other.lines, strict=True))
        )
