"""What a check may look at: the design, the catalog, and the arrays of an evaluation about to end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.catalog.catalog import Catalog
from fleetdesigner.catalog.hardware import Chip, Rack
from fleetdesigner.design.fleet import Block, Hall, Phase, Pool, Site
from fleetdesigner.design.model import Design
from fleetdesigner.engine.dispatch import Dispatch
from fleetdesigner.engine.results import Finding
from fleetdesigner.engine.site.schedule import Schedule
from fleetdesigner.engine.work.readiness import Pace
from fleetdesigner.units import month_text

Array = NDArray[np.float64]

FOREVER = 1 << 30
OVER = 1e-9
"""Share of a limit by which a load must pass it: less is rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """One kind of limit, all its objects at once. NaN load = a figure is missing: no finding."""

    key: str
    """``site_grid``, ``hall_it``, ``hall_air``, ``hall_liquid``, ``feed``, ``floor``: the id of its rule."""
    name: str
    """``IT power``"""
    unit: str
    refs: tuple[str, ...]
    """[N] ``hall:h1`` …"""
    load: Array
    """[N,M]"""
    limit: Array
    """[N,M] what may be used, after derating"""


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """The rows of the fleet table."""

    rack_ids: tuple[str, ...]
    hall_ids: tuple[str, ...]
    phase_ids: tuple[str, ...]
    block_ids: tuple[tuple[str, ...], ...]
    """Blocks of equal rack system, hall, phase and stays."""
    joins: NDArray[np.int64]
    """[G] absolute month in which it joins its first pool; FOREVER = none."""
    systems: Array
    """[G] rack systems when complete."""
    kw: Array
    """[G] provisioned kW of one rack system; NaN = no figure."""
    active: Array
    """[G,M] rack systems in service."""
    waiting: Array
    """[G,M] rack systems landed in a hall that is not ready."""


@dataclass(frozen=True, slots=True)
class PartName:
    """A part as dispatch counts them: a pool, and the kinds of rack in it."""

    pool_id: str
    rack_ids: tuple[str, ...]
    name: str


Causes = Callable[[NDArray[np.int64]], Array]
"""Month indices [k] → [C, W, k] tokens/s unmet by cause, in the order of ``unmet_causes.CAUSES``."""


@dataclass(frozen=True, eq=False)
class CheckContext:
    """One sample of an evaluation. Workloads are those of `design`, in its order."""

    design: Design
    catalog: Catalog
    levels: tuple[Level, ...]
    groups: Groups
    parts: tuple[PartName, ...]
    dispatch: Dispatch
    """Its parts and workloads are those of `parts` and `design`, in that order; others may follow."""
    sample: int = 0
    """Row of this sample in `dispatch`."""
    gaps: tuple[tuple[str, str, float], ...] = ()
    """(entry, field, rack systems concerned) of figures that totals lack."""
    goodput: Array | None = None
    """[P,W] useful share of a training job's time, in the design's order; NaN where nothing is planned."""
    job_chips: Array | None = None
    """[P,W] chips of that job."""
    schedule: Schedule | None = None
    """The lead times in force; None: as planned."""
    paces: Mapping[str, Pace] = field(default_factory=dict)
    """Workload id → share of its engineers that its port has, month by month; all of them where none."""
    causes: Causes | None = None
    """What is unmet by cause in some months; None = nobody has worked it out."""
    stranded: Mapping[str, Array] = field(default_factory=dict)
    """Cause (``shells``, ``cooling``, ``positions``, ``chips``) → [sites,M] kW of grid power out of reach."""

    @property
    def months(self) -> int:
        """M."""
        return self.design.months

    def month(self, index: int) -> int:
        """Absolute month of an index."""
        return self.design.first_month + int(index)

    def when(self, index: int) -> str:
        """``2027-09``"""
        return month_text(self.month(index))

    @cached_property
    def halls(self) -> Mapping[str, tuple[Site, Hall]]:
        """Hall id → its site and itself."""
        return {hall.id: (site, hall) for site in self.design.sites for hall in site.halls}

    @cached_property
    def phases(self) -> Mapping[str, Phase]:
        """By id."""
        return {phase.id: phase for phase in self.design.phases}

    @cached_property
    def arrivals(self) -> tuple[tuple[int, str], ...]:
        """(month of service, name) of the phases, the first to come first."""
        return tuple(sorted((phase.service_month, phase.name) for phase in self.design.phases))

    @cached_property
    def pools(self) -> Mapping[str, Pool]:
        """By id."""
        return {pool.id: pool for pool in self.design.pools}

    @cached_property
    def blocks(self) -> Mapping[str, Block]:
        """By id."""
        return {block.id: block for block in self.design.blocks}

    @cached_property
    def racks(self) -> Mapping[str, tuple[Rack, Chip]]:
        """Rack id → entry and chip, for the racks of the fleet table, in its order."""
        ids = dict.fromkeys(self.groups.rack_ids)
        return {one: (self.catalog.rack(one), self.catalog.chip_of(one)) for one in ids}

    @cached_property
    def chips(self) -> tuple[Chip, ...]:
        """[P] the chip of each part; of a joint part that of its first rack."""
        return tuple(self.racks[part.rack_ids[0]][1] for part in self.parts)

    @cached_property
    def alive(self) -> tuple[bool, ...]:
        """[P] whether a part has chips in any month."""
        any_month = (self.dispatch.inputs.chips[self.sample] > 0).any(axis=0)
        return tuple(any_month[: len(self.parts)].tolist())

    @cached_property
    def able(self) -> tuple[bool, ...]:
        """[W] whether anything can run the workload in any month; a missing rate cannot."""
        return tuple((self.dispatch.inputs.rate[self.sample] > 0).any(axis=(0, 1)).tolist())

    @cached_property
    def spans(self) -> Mapping[str, tuple[int, int]]:
        """Phase id → (first month, month after the last) in which its racks stand on the floor."""
        return {
            phase.id: (
                phase.service_month,
                FOREVER if phase.retire_month is None or phase.after == "idle" else phase.retire_month,
            )
            for phase in self.design.phases
        }


Find = Callable[[CheckContext], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A check: its id in findings, its name for people, and the function."""

    id: str
    name: str
    find: Find


def first_true(mask: NDArray[np.bool_]) -> NDArray[Any]:
    """[N] first true month of [N,M]; −1 where there is none."""
    return np.where(mask.any(axis=-1), mask.argmax(axis=-1), -1)
