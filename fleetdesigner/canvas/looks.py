"""Which systems look alike: the few pictures that a whole fleet needs, and which system takes which.

Everything that decides a system's picture is a property of its block, but for three variants: in service,
not there yet (the rest of a ramp), and beyond a limit. So looks are found per block and handed to systems by
index.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.canvas.columns import IDLE, IN_SERVICE, PLANNED, RETIRED, HallColumns
from fleetdesigner.canvas.overlays import Classes, Scene, Swatch

Ints = NDArray[np.int64]
VARIANTS = 3
"""A look has three variants: 0 as its block, 1 planned, 2 over a limit."""
_PERCENT, _STATES, _MONTHS = 128, 4, 1 << 16


@dataclass(frozen=True, slots=True)
class Look:
    """Everything that the picture of a system depends on, but its size and the theme."""

    kind: int
    swatch: Swatch
    state: int
    percent: int | None
    """Pool in use, %; None when there is no figure."""
    since: int
    """Month from which it runs, when it is planned."""
    over: bool = False


@dataclass(frozen=True, eq=False)
class HallLooks:
    """The looks of one hall's systems."""

    columns: HallColumns
    of_system: NDArray[np.int32]
    """Look of each system in the order of the hall's cells."""

    @cached_property
    def order(self) -> Ints:
        """Systems sorted by look."""
        return np.argsort(self.of_system, kind="stable")

    @cached_property
    def look(self) -> NDArray[np.int32]:
        """Look of each sorted system."""
        return self.of_system[self.order]

    @cached_property
    def strips(self) -> Strips:
        """Neighbours of one look in one row as one: all that a picture with racks of a pixel needs."""
        order, cells = self.columns.reading_order, self.columns.cells
        look, row, col = self.of_system[order], cells.row[order], cells.col[order]
        end = col + cells.width[order]
        if not len(order):
            return Strips(look, row, col, end)
        begins = np.ones(len(order), np.bool_)
        begins[1:] = (look[1:] != look[:-1]) | (row[1:] != row[:-1]) | (col[1:] != end[:-1])
        first = np.flatnonzero(begins)
        last = np.append(first[1:], len(order)) - 1
        by_look = np.argsort(look[first], kind="stable")
        first, last = first[by_look], last[by_look]
        return Strips(look[first], row[first], col[first], end[last])


@dataclass(frozen=True, eq=False)
class Strips:
    """Runs of equal neighbours, sorted by look: row, first column and the column behind the last."""

    look: NDArray[np.int32]
    row: Ints
    col: Ints
    end: Ints

    @cached_property
    def runs(self) -> tuple[tuple[int, int, int], ...]:
        """(look, start, stop) of the strips of each look."""
        return runs_of(self.look)


def runs_of(look: NDArray[np.int32]) -> tuple[tuple[int, int, int], ...]:
    """(value, start, stop) of each run of equal values."""
    if not len(look):
        return ()
    edges = np.flatnonzero(np.diff(look)) + 1
    starts, stops = [0, *edges.tolist()], [*edges.tolist(), len(look)]
    return tuple((int(look[a]), a, b) for a, b in zip(starts, stops, strict=True))


class FleetLooks:
    """The looks of a fleet under one overlay, month and theme."""

    def __init__(self, scene: Scene, classes: Classes) -> None:
        self.scene = scene
        self.classes = classes
        self._halls: dict[int, HallLooks] = {}
        fleet, timing = scene.fleet, scene.timing
        use = scene.loads.block_use
        percent = np.where(np.isnan(use), _PERCENT - 1, np.rint(np.nan_to_num(use) * 100)).astype(np.int64)
        percent = np.where(timing.state == IN_SERVICE, np.clip(percent, 0, _PERCENT - 1), _PERCENT - 1)
        since = np.where(timing.active < fleet.systems, timing.since, 0)
        code = classes.of_block
        for part, size in ((timing.state, _STATES), (percent, _PERCENT), (since, _MONTHS)):
            code = code * size + part
        code = code * max(1, len(fleet.table.kinds)) + fleet.kind
        _, first, inverse = np.unique(code, return_index=True, return_inverse=True)
        self._of_block = inverse.astype(np.int32) * VARIANTS
        self.looks: tuple[Look, ...] = tuple(
            look
            for block in first.tolist()
            for look in self._variants(
                Look(
                    int(fleet.kind[block]),
                    classes.swatches[int(classes.of_block[block])],
                    int(timing.state[block]),
                    None if percent[block] >= _PERCENT - 1 else int(percent[block]),
                    int(since[block]),
                )
            )
        )
        self._mixed = (timing.active > 0) & (timing.active < fleet.systems)

    @staticmethod
    def _variants(look: Look) -> tuple[Look, Look, Look]:
        planned = Look(look.kind, look.swatch, PLANNED, None, look.since)
        over = Look(look.kind, look.swatch, look.state, look.percent, look.since, over=True)
        return look, planned, over

    def hall(self, place: int) -> HallLooks:
        """The systems of the hall at `place` by look; worked out when first asked for."""
        held = self._halls.get(place)
        if held is None:
            held = self._halls[place] = self._hall(place)
        return held

    def _hall(self, place: int) -> HallLooks:
        fleet, scene = self.scene.fleet, self.scene
        columns, rows = fleet.halls[place], fleet.slice_of(place)
        block = columns.cells.block
        look: NDArray[np.int32] = self._of_block[rows][block]
        if self._mixed[rows].any():
            # a ramp: the first systems of the block run, the others are still to come
            running = scene.timing.active[rows][block]
            waiting = (columns.rank >= running) & (running > 0)
            look = np.where(waiting, look + 1, look)
        over = scene.loads.over_limit(place)
        if over is not None:
            look = np.where(over & (look % VARIANTS == 0), look + 2, look)
        return HallLooks(columns, look)

    @cached_property
    def colours(self) -> NDArray[np.uint32]:
        """[looks + 1] 0xAARRGGBB of each look in small pictures; the last entry is no system: transparent."""
        theme = self.scene.theme
        planned = theme.color("line2").rgba()
        gone = 0
        found = []
        for look in self.looks:
            if look.state == RETIRED:
                found.append(gone)
            elif look.state == PLANNED or look.swatch.empty:
                found.append(planned)
            elif look.over:
                found.append(theme.color("over").rgba())
            elif look.state == IDLE:
                found.append(theme.color("ink4").rgba())
            else:
                found.append(look.swatch.fill.rgba())
        return np.array([*found, 0], np.uint32)
