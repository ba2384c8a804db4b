"""Where rows stand: heights, folded groups, the column of names beside the months."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF

from fleetdesigner.charts.timeline.axis import Axis
from fleetdesigner.charts.timeline.rows import GridBody, PhaseBody, Row

RULER = 38
"""Height of the years and months over the rows."""
_GROUP, _GRID, _PHASE, _LINE = 24, 68, 38, 30
_WIDEST, _GRID_MORE = 1.4, 120
"""How much taller rows may be where there is room for it, and pixels more for a grid."""
_SMALL_GRID, _SMALL_PHASE, _SMALL_LINE = 52, 26, 24


@dataclass(frozen=True, slots=True)
class Place:
    """A row with its top, counted from the first row's."""

    row: Row
    top: int
    height: int


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """Everything a painter needs to know of the geometry."""

    places: tuple[Place, ...]
    axis: Axis
    begin: int
    """First month of the plan."""
    end: int
    """Month after its last."""
    folded: frozenset[str]
    small: bool
    """Little room: one line of words a row."""
    scrolled: int = 0
    """Pixels that the rows have moved up."""

    @property
    def names(self) -> float:
        """Width of the column of names."""
        return self.axis.left

    @property
    def height(self) -> int:
        """All rows together."""
        return self.places[-1].top + self.places[-1].height if self.places else 0

    def box(self, place: Place) -> QRectF:
        """Where a row stands in the viewport, names and months."""
        return QRectF(0, RULER + place.top - self.scrolled, self.axis.right, place.height)

    def lane(self, place: Place) -> QRectF:
        """Its months alone."""
        return self.box(place).adjusted(self.axis.left, 0, 0, 0)

    def at(self, y: float) -> Place | None:
        """The row under a height of the viewport."""
        wanted = y - RULER + self.scrolled
        if y < RULER:
            return None
        return next((one for one in self.places if one.top <= wanted < one.top + one.height), None)

    def place(self, ref: str) -> Place | None:
        """The row of a reference; None where it is folded away."""
        return next((one for one in self.places if one.row.ref == ref), None)


def height_of(row: Row, small: bool) -> int:
    """Pixels of a row."""
    if row.is_group:
        return _GROUP
    if isinstance(row.body, GridBody):
        return _SMALL_GRID if small else _GRID
    if isinstance(row.body, PhaseBody):
        return _SMALL_PHASE if small else _PHASE
    return _SMALL_LINE if small else _LINE


def placed(rows: Sequence[Row], folded: Iterable[str], small: bool, room: int) -> tuple[Place, ...]:
    """The rows that are not folded away, one under the other; of `room` pixels that they leave free they take
    some, grids most of it.
    """
    hidden, shown = False, []
    closed = frozenset(folded)
    for row in rows:
        if row.is_group:
            hidden = row.ref in closed
        elif hidden:
            continue
        shown.append((row, height_of(row, small)))
    whole = sum(height for _, height in shown)
    bars = 1.0 if not whole else min(max(room / whole, 1.0), _WIDEST)
    spare = room - sum(_stretched(row, height, bars) for row, height in shown)
    grids = sum(isinstance(row.body, GridBody) for row, _ in shown)
    more = min(max(0, spare // grids), _GRID_MORE) if grids else 0
    top, out = 0, []
    for row, height in shown:
        height = _stretched(row, height, bars) + (more if isinstance(row.body, GridBody) else 0)
        out.append(Place(row, top, height))
        top += height
    return tuple(out)


def _stretched(row: Row, height: int, by: float) -> int:
    return height if row.is_group or isinstance(row.body, GridBody) else int(height * by)
