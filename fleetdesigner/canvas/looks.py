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
_ALL_RUN = 1 << 40
"""More systems than any block has."""


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


@dataclass(frozen=True, eq=False)
class Strips:
    """Neighbours of one look in one row as one, sorted by look: enough for racks of a pixel."""

    look: NDArray[np.int32]
    hall: Ints
    row: Ints
    col: Ints
    end: Ints
    """Column behind the last system."""


def joined(look: NDArray[np.int32], breaks: NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """First and last place of each run of one look in reading order, the runs sorted by look."""
    if not len(look):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    begins = breaks.copy()
    begins[1:] |= look[1:] != look[:-1]
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(look)) - 1
    by_look = np.argsort(look[first], kind="stable")
    return first[by_look], last[by_look]


def runs_of(look: NDArray[np.integer]) -> tuple[tuple[int, int, int], ...]:
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

    @cached_property
    def of_all(self) -> NDArray[np.int32]:
        """[all systems] look of each system."""
        fleet, scene = self.scene.fleet, self.scene
        systems = fleet.everything
        look: NDArray[np.int32] = self._of_block[systems.block]
        if self._mixed.any():
            # a ramp: the first systems of the block run, the others are still to come
            active = np.where(self._mixed, scene.timing.active, _ALL_RUN)
            look = look + (systems.rank >= active[systems.block])
        for place in scene.loads.halls_over:
            over = scene.loads.over_limit(place)
            if over is not None:
                part = look[systems.slice_of(place)]
                part[over & (part % VARIANTS == 0)] += 2
        return look.astype(np.int32, copy=False)

    @cached_property
    def strips(self) -> Strips:
        """The whole fleet for pictures in which a rack is a pixel or two."""
        systems = self.scene.fleet.everything
        look = self.of_all[systems.reading]
        first, last = joined(look, systems.breaks)
        start, stop = systems.reading[first], systems.reading[last]
        return Strips(
            look[first], systems.hall[start], systems.row[start], systems.col[start], systems.end[stop]
        )

    def strips_of(self, place: int) -> Strips:
        """`strips` of the hall at `place` alone."""
        columns, cells = self.scene.fleet.halls[place], self.scene.fleet.halls[place].cells
        look = self.hall(place).of_system[columns.reading_order]
        first, last = joined(look, columns.breaks)
        start, stop = columns.reading_order[first], columns.reading_order[last]
        hall = np.full(len(first), place)
        return Strips(look[first], hall, cells.row[start], cells.col[start], (cells.col + cells.width)[stop])

    def systems_of(self, place: int) -> Strips:
        """The systems of the hall at `place`, each for itself."""
        columns, cells = self.scene.fleet.halls[place], self.scene.fleet.halls[place].cells
        look = self.hall(place).of_system
        hall = np.full(columns.count, place)
        return Strips(look, hall, cells.row, cells.col, cells.col + cells.width)

    def hall(self, place: int) -> HallLooks:
        """The systems of the hall at `place` by look."""
        held = self._halls.get(place)
        if held is None:
            held = self._halls[place] = HallLooks(self.scene.fleet.halls[place], self._of_hall(place))
        return held

    def _of_hall(self, place: int) -> NDArray[np.int32]:
        """`of_all` of the hall at `place`: a change of one hall does not ask for all."""
        fleet, scene = self.scene.fleet, self.scene
        columns, rows = fleet.halls[place], fleet.slice_of(place)
        block = columns.cells.block
        look: NDArray[np.int32] = self._of_block[rows][block]
        mixed = self._mixed[rows]
        if mixed.any():
            active = np.where(mixed, scene.timing.active[rows], _ALL_RUN)
            look = look + (columns.rank >= active[block])
        over = scene.loads.over_limit(place) if place in scene.loads.halls_over else None
        if over is not None:
            look[over & (look % VARIANTS == 0)] += 2
        return look.astype(np.int32, copy=False)

    def picture_key(self, place: int) -> tuple[bytes, ...]:
        """Equal keys of one and the same hall give the same small picture.

        The picture is decided by the colours of systems, and by the order in which looks are laid on where
        two share a pixel. Both follow from the blocks, but for ramps and limits.
        """
        if place not in self._beyond_blocks:
            return self._block_keys[place]
        rows, over = self.scene.fleet.slice_of(place), self.scene.loads.over_limit(place)
        variants = self.colours.reshape(-1, VARIANTS)
        of_block = self._of_block[rows] // VARIANTS
        return (
            variants[of_block].tobytes(),
            variants[np.flatnonzero(np.bincount(of_block))].tobytes(),
            np.where(self._mixed[rows], self.scene.timing.active[rows], _ALL_RUN).tobytes(),
            b"" if over is None else over.tobytes(),
        )

    @cached_property
    def _beyond_blocks(self) -> frozenset[int]:
        """Places of halls in which systems of one block look different."""
        return frozenset(self.scene.fleet.hall[self._mixed].tolist()).union(self.scene.loads.halls_over)

    @cached_property
    def _block_keys(self) -> list[tuple[bytes, ...]]:
        """`picture_key` of every hall as its blocks look."""
        fleet = self.scene.fleet
        colour, order = self.colours[self._of_block], np.lexsort((self._of_block, fleet.hall))
        laid, hall = colour[order], fleet.hall[order]
        first_of_run = np.ones(len(laid), np.bool_)
        first_of_run[1:] = (laid[1:] != laid[:-1]) | (hall[1:] != hall[:-1])
        laid, hall = laid[first_of_run], hall[first_of_run]
        ends = np.searchsorted(hall, np.arange(len(fleet.halls) + 1)).tolist()
        return [
            (colour[fleet.slice_of(place)].tobytes(), laid[ends[place] : ends[place + 1]].tobytes())
            for place in range(len(fleet.halls))
        ]

    @cached_property
    def colours(self) -> NDArray[np.uint32]:
        """[looks] 0xAARRGGBB of each look in small pictures; 0 where nothing is drawn."""
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
        return np.array(found, np.uint32)
