"""The fleet as numpy columns: blocks of all halls in one table, their systems hall by hall.

A hall whose object did not change keeps its columns, so a change costs the hall it touched.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.canvas.kinds import KindTable
from fleetdesigner.catalog.catalog import Catalog
from fleetdesigner.design.fleet import ROW_DEPTH_M, Block, Hall, Phase, Site
from fleetdesigner.design.layout import Cells, expand, row_pitch_m
from fleetdesigner.design.model import Design
from fleetdesigner.engine.site.schedule import arrivals

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
T = TypeVar("T")


def row_name(row: int) -> str:
    """``A`` … ``Z``, ``AA`` …: what people call the row at that index."""
    name = ""
    row += 1
    while row:
        row, letter = divmod(row - 1, 26)
        name = chr(ord("A") + letter) + name
    return name


def position_name(col: int, row: int, width: int = 1) -> str:
    """``A5`` or ``A5–A6``: the position at (col, row), both counted from 0."""
    letter = row_name(row)
    return f"{letter}{col + 1}" if width <= 1 else f"{letter}{col + 1}–{letter}{col + width}"


class Last(Generic[T]):
    """The last answer to a question that is asked again with every change elsewhere."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] | None = None
        self._found: list[T] = []

    def get(self, key: tuple[object, ...], make: Callable[[], T]) -> T:
        """The answer for `key`, whose members are compared: arrays and tuples by identity."""
        held = self._key
        if held is None or not all(
            one is other or (isinstance(one, bytes | float) and one == other)
            for one, other in zip(held, key, strict=True)
        ):
            self._key, self._found = key, [make()]
        return self._found[0]


@dataclass(frozen=True, eq=False)
class HallColumns:
    """One hall expanded: an entry a system in `cells`, an entry a block in `kind` and `systems`."""

    hall: Hall
    cells: Cells
    rank: Ints
    """Index of each system within its block, holes left out."""
    kind: Ints
    systems: Ints
    phase_ids: tuple[str, ...]

    @property
    def count(self) -> int:
        """Systems in the hall."""
        return len(self.cells)

    @cached_property
    def width_m(self) -> float:
        """Metres from the first to the last floor position."""
        return self.hall.columns * self.hall.pitch_m

    @cached_property
    def depth_m(self) -> float:
        """Metres from the first to the last row, the last aisle left out."""
        return (self.hall.row_count - 1) * row_pitch_m(self.hall) + ROW_DEPTH_M

    @cached_property
    def reading_order(self) -> Ints:
        """Systems by row, then column."""
        return np.lexsort((self.cells.col, self.cells.row))

    @cached_property
    def breaks(self) -> NDArray[np.bool_]:
        """In reading order: whether a system does not stand right behind the one before it."""
        order, cells = self.reading_order, self.cells
        row, col, end = cells.row[order], cells.col[order], (cells.col + cells.width)[order]
        found = np.ones(len(order), np.bool_)
        found[1:] = (row[1:] != row[:-1]) | (col[1:] != end[:-1])
        return found

    def row_kw(self, kw: Floats, active: Ints) -> Floats:
        """[rows] provisioned kW of what runs in each row, figures that are missing left out.

        `kw` holds one system of each kind, `active` the systems of each block in service.
        """
        return self._row_kw.get((kw, active.tobytes()), lambda: self._found_row_kw(kw, active))

    def _found_row_kw(self, kw: Floats, active: Ints) -> Floats:
        running = self.rank < active[self.cells.block]
        each = np.where(running, np.nan_to_num(kw)[self.kind][self.cells.block], 0.0)
        inside = self.cells.row < self.hall.row_count
        found = np.bincount(self.cells.row[inside], each[inside], self.hall.row_count)
        return found.astype(np.float64)

    @cached_property
    def _row_kw(self) -> Last[Floats]:
        return Last()

    @cached_property
    def beyond(self) -> Last[NDArray[np.bool_] | None]:
        """Which systems stand beyond a limit, as last worked out."""
        return Last()

    def phase_in(self, phases: tuple[Phase, ...]) -> Ints:
        """[blocks] index of each block's phase; −1 where it names none of them."""
        return self._phase.get((phases,), lambda: self._found_phase(phases))

    def _found_phase(self, phases: tuple[Phase, ...]) -> Ints:
        places = {phase.id: place for place, phase in enumerate(phases)}
        return np.array([places.get(one, -1) for one in self.phase_ids], np.int64)

    @cached_property
    def _phase(self) -> Last[Ints]:
        return Last()

    def block_index(self, block_id: str) -> int | None:
        """Where a block is in the hall; None when it stands elsewhere."""
        return self._block_places.get(block_id)

    @cached_property
    def _block_places(self) -> dict[str, int]:
        return {block.id: place for place, block in enumerate(self.hall.blocks)}


def hall_columns(hall: Hall, table: KindTable) -> HallColumns:
    """The columns of one hall."""
    cells = expand(hall.blocks, table.positions_of)
    counts = np.array([block.systems for block in hall.blocks], np.int64)
    rank = np.arange(len(cells)) - np.repeat(np.cumsum(counts) - counts, counts)
    kind = np.array([table.index(block.rack_id) for block in hall.blocks], np.int64)
    return HallColumns(hall, cells, rank, kind, counts, tuple(block.phase_id for block in hall.blocks))


@dataclass(frozen=True, eq=False)
class FleetColumns:
    """All halls, and all blocks in hall order as one table."""

    design: Design
    table: KindTable
    halls: tuple[HallColumns, ...]
    sites: tuple[Site, ...]
    """The site of each hall."""
    first: Ints
    """[halls + 1] index of each hall's first block in the block table."""
    kind: Ints
    systems: Ints
    hall: Ints
    phase: Ints
    """Index into `design.phases`; −1 when the block names none of them."""

    @cached_property
    def places(self) -> dict[str, int]:
        """Hall id → its place in `halls`."""
        return {columns.hall.id: place for place, columns in enumerate(self.halls)}

    @cached_property
    def hall_of_block(self) -> dict[str, int]:
        """Block id → place of its hall in `halls`."""
        return {block.id: place for place, columns in enumerate(self.halls) for block in columns.hall.blocks}

    def block(self, block_id: str) -> tuple[HallColumns, Block] | None:
        """A block and its hall's columns; None when there is no such block."""
        place = self.hall_of_block.get(block_id)
        if place is None:
            return None
        columns = self.halls[place]
        index = columns.block_index(block_id)
        return None if index is None else (columns, columns.hall.blocks[index])

    def hall_columns(self, hall_id: str | None) -> HallColumns | None:
        """The columns of a hall; None when there is no such hall."""
        place = self.places.get(hall_id) if hall_id is not None else None
        return None if place is None else self.halls[place]

    @cached_property
    def everything(self) -> AllSystems:
        """Every system of every hall in one table; worked out when first asked for."""
        return all_systems(self)

    @cached_property
    def come(self) -> Design:
        """The design with the months in which things come by the lead times in force."""
        return arrivals(self.design)

    def slice_of(self, place: int) -> slice:
        """The rows of the block table that belong to the hall at `place`."""
        return slice(int(self.first[place]), int(self.first[place + 1]))


@dataclass(frozen=True, eq=False)
class AllSystems:
    """Columns of all systems, hall after hall, in the order of each hall's cells."""

    first: Ints
    """[halls + 1] index of each hall's first system."""
    hall: Ints
    block: Ints
    """Index into the fleet's block table."""
    rank: Ints
    row: Ints
    col: Ints
    end: Ints
    """Column behind the system."""
    reading: Ints
    """Systems by hall, row and column."""
    breaks: NDArray[np.bool_]
    """In reading order: whether a system does not stand right behind the one before it."""

    def slice_of(self, place: int) -> slice:
        """The systems of the hall at `place`."""
        return slice(int(self.first[place]), int(self.first[place + 1]))


def all_systems(fleet: FleetColumns) -> AllSystems:
    """The systems of all halls end to end."""
    halls = fleet.halls
    counts = np.array([columns.count for columns in halls], np.int64)
    first = np.concatenate(([0], np.cumsum(counts)))

    def joined(parts: list[Ints]) -> Ints:
        return np.concatenate(parts) if parts else np.empty(0, np.int64)

    row = joined([columns.cells.row for columns in halls])
    col = joined([columns.cells.col for columns in halls])
    end = col + joined([columns.cells.width for columns in halls])
    hall = np.repeat(np.arange(len(halls)), counts)
    reading = joined([columns.reading_order + first[place] for place, columns in enumerate(halls)])
    breaks = np.concatenate([columns.breaks for columns in halls] or [np.empty(0, np.bool_)])
    return AllSystems(
        first=first,
        hall=hall,
        block=joined([columns.cells.block + fleet.first[place] for place, columns in enumerate(halls)]),
        rank=joined([columns.rank for columns in halls]),
        row=row,
        col=col,
        end=end,
        reading=reading,
        breaks=breaks,
    )


def fleet_columns(
    design: Design, catalog: Catalog, table: KindTable, before: FleetColumns | None = None
) -> FleetColumns:
    """The design's columns; halls that are the same object as in `before` are taken over."""
    footprints_changed = table.use(catalog)
    known = {} if before is None or footprints_changed else {id(held.hall): held for held in before.halls}
    pairs = [(site, hall) for site in design.sites for hall in site.halls]
    halls = tuple(known.get(id(hall)) or hall_columns(hall, table) for _, hall in pairs)
    counts = np.array([len(columns.systems) for columns in halls], np.int64)
    first = np.concatenate(([0], np.cumsum(counts)))
    none = [np.empty(0, np.int64)]
    return FleetColumns(
        design=design,
        table=table,
        halls=halls,
        sites=tuple(site for site, _ in pairs),
        first=first,
        kind=np.concatenate([columns.kind for columns in halls] or none),
        systems=np.concatenate([columns.systems for columns in halls] or none),
        hall=np.repeat(np.arange(len(halls)), counts),
        phase=np.concatenate([columns.phase_in(design.phases) for columns in halls] or none),
    )


IN_SERVICE, PLANNED, RETIRED, IDLE = range(4)
"""State of a block's systems at a month: running; not there yet; sold; standing without power."""


@dataclass(frozen=True, eq=False)
class Timing:
    """What runs at one month, an entry a block of the fleet."""

    month: int
    state: NDArray[np.int8]
    active: Ints
    """Systems in service; during a ramp the first ones of the block."""
    since: Ints
    """Month from which the block's first system runs: its phase's, or the hall's when that is later."""


def timing(fleet: FleetColumns, month: int) -> Timing:
    """The state of every block at `month`; a ramp lands systems as the engine counts them."""
    phases = fleet.come.phases
    share = np.array([landed_share(phase, month) for phase in phases] + [1.0])
    service = np.array([phase.service_month for phase in phases] + [0], np.int64)
    ended = np.array([_ended(phase, month) for phase in phases] + [IN_SERVICE], np.int8)
    ready = np.array([hall.ready_month for hall in fleet.come.halls] or [0], np.int64)
    ready_of = ready[fleet.hall] if len(fleet.halls) else np.empty(0, np.int64)
    landed = share[fleet.phase]
    active = np.where(landed > 0, np.clip(np.rint(landed * fleet.systems), 1, None), 0).astype(np.int64)
    active = np.where(ready_of <= month, active, 0)
    state = ended[fleet.phase]
    state = np.where((state == IN_SERVICE) & (active == 0), PLANNED, state).astype(np.int8)
    active = np.where(state == IN_SERVICE, active, 0)
    return Timing(month, state, active, np.maximum(service[fleet.phase], ready_of))


def landed_share(phase: Phase, month: int) -> float:
    """Share of a phase's systems that have landed by `month`, 0 to 1 (straight line or smoothstep)."""
    past = month - phase.service_month
    if past < 0:
        return 0.0
    months = phase.ramp.months
    x = 1.0 if months == 0 else min(1.0, (past + 1) / months)
    return x if phase.ramp.shape == "linear" else x * x * (3 - 2 * x)


def _ended(phase: Phase, month: int) -> int:
    if phase.retire_month is None or month < phase.retire_month:
        return IN_SERVICE
    return RETIRED if phase.after == "sell" else IDLE
