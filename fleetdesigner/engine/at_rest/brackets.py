"""Where a figure that takes a whole evaluation is 0: many brackets narrowed together, round by round.

Each round looks at two points of every bracket, the secant's and the middle: a round at least halves it, and
a straight line is found at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

ROUNDS = 6
"""Most rounds: a jump is located to 1/64 of the way."""
CLOSE = 1e-6
"""Share of the first way, of input or figure, at which the place is found."""

Ask = Callable[[Sequence[tuple[int, float]]], list[float] | None]
"""(number of the bracket, point) of all points of a round → their values; None gives up."""


@dataclass(frozen=True, slots=True)
class Bracket:
    """The figure has one sign at `near` and another one at `far`."""

    near: float
    at_near: float
    far: float
    at_far: float
    width: float = math.inf
    """|far − near| at first."""
    height: float = math.inf
    """|at_far − at_near| at first."""

    @classmethod
    def between(cls, near: float, at_near: float, far: float, at_far: float) -> Bracket:
        """The first bracket. The values have different signs."""
        return cls(near, at_near, far, at_far, abs(far - near), abs(at_far - at_near))

    @property
    def root(self) -> float:
        """Where the straight line between the ends is 0."""
        return self.near + (self.far - self.near) * self.at_near / (self.at_near - self.at_far)

    @property
    def is_open(self) -> bool:
        """Whether it is wider than it need be."""
        close = min(abs(self.at_near), abs(self.at_far)) <= CLOSE * self.height
        return abs(self.far - self.near) > CLOSE * self.width and not close

    def points(self) -> tuple[float, ...]:
        """Where to look next, from the near end to the far one."""
        middle = 0.5 * (self.near + self.far)
        return tuple(sorted({self.root, middle}, reverse=self.far < self.near))

    def narrowed(self, values: Sequence[float]) -> Bracket:
        """The first change of sign from the near end, with the figure at `points`; NaN says nothing."""
        near, at_near = self.near, self.at_near
        for point, value in zip(self.points(), values, strict=True):
            if not math.isfinite(value):
                continue
            if (value > 0) != (self.at_near > 0):
                return replace(self, near=near, at_near=at_near, far=point, at_far=value)
            near, at_near = point, value
        return replace(self, near=near, at_near=at_near)


def roots(brackets: Sequence[Bracket], ask: Ask) -> list[float] | None:
    """Where each bracket changes sign, in at most ROUNDS calls of `ask`; None if that gave up."""
    found = list(brackets)
    for _ in range(ROUNDS):
        wanted = [(at, point) for at, one in enumerate(found) if one.is_open for point in one.points()]
        if not wanted:
            break
        values = ask(wanted)
        if values is None:
            return None
        told: dict[int, list[float]] = {}
        for (at, _), value in zip(wanted, values, strict=True):
            told.setdefault(at, []).append(value)
        for at, here in told.items():
            found[at] = found[at].narrowed(here)
    return [one.root for one in found]
