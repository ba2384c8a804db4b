"""What an evaluation returns: series by month, KPIs with their derivation, findings, columns for the canvas.

Axes of arrays: S samples (0 = the base design, then scenarios, then variations), M months, B blocks, H halls.
NaN in an array = no figure; the word for it is in ``why``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.design.scenarios import AddObject, RemoveObject, SetField
from fleetdesigner.values import Grade

if TYPE_CHECKING:
    from fleetdesigner.engine.at_rest.one_more import OneMore
    from fleetdesigner.engine.state import SampleState

Array = NDArray[np.float64]
Months = NDArray[np.int64]
Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Series:
    """One line of a graph."""

    id: str
    """``cost_usd_per_month.item:energy``."""
    label: str
    unit: str
    """In the words of ``units``: ``kW``, ``usd/month``, ``token/s``, ``fraction`` …"""
    values: Array
    """[S, M], read-only; NaN = no figure."""
    group: str
    """What it is a part of: the id before the first dot."""
    key: str
    """The part of the whole: a generation, an item, a cause, POOL/RACK, a workload id; empty for a total."""
    palette: str
    """Colour key: a generation, a cost item, a workload's kind; empty for a total."""
    evidence: Grade
    why: str = ""
    """Why some months have no figure; empty when all have."""


class SeriesTable(Mapping[str, Series]):
    """Series by id, in a fixed order. A series is stacked when it is first asked for."""

    def __init__(self, builders: Mapping[str, Callable[[], Series]]) -> None:
        self._builders = builders
        self._built: dict[str, Series] = {}

    def __getitem__(self, series_id: str) -> Series:
        found = self._built.get(series_id)
        if found is None:
            found = self._built[series_id] = self._builders[series_id]()
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._builders)

    def __len__(self) -> int:
        return len(self._builders)

    def of_group(self, group: str) -> tuple[Series, ...]:
        """The parts of a whole, such as all of ``cost_usd_per_month``, without the total itself."""
        head = group + "."
        return tuple(self[series_id] for series_id in self._builders if series_id.startswith(head))


@dataclass(frozen=True, slots=True)
class KpiInput:
    """One input a KPI was computed from, with its source."""

    label: str
    value: float | None
    unit: str
    grade: Grade
    source: str
    ref: str
    """Where to edit it: ``racks/trn3-gen2.it_power_kw``, ``assumption:discount_rate``, ``site:s1`` …"""


@dataclass(frozen=True, slots=True)
class KpiValue:
    """A KPI in one month of one sample."""

    id: str
    name: str
    value: float | None
    unit: str
    evidence: Grade
    """The grade that carries the largest share; ``none`` when there is no value."""
    worst: Grade
    """The weakest link among the inputs."""
    worst_share: float
    """Its share, 0–1; NaN until the shares of evidence are computed."""
    why: str
    """Why there is no value; empty when there is one."""
    definition: str
    """One line naming basis, precision and month."""
    formula: str
    """The formula with its figures put in."""
    inputs: tuple[KpiInput, ...]


@dataclass(frozen=True, slots=True)
class Remedy:
    """A way out of a finding; its edits are one undo step."""

    label: str
    detail: str
    edits: tuple[SetField | AddObject | RemoveObject, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """Something the planner should know: object, value, limit."""

    severity: Severity
    rule: str
    """Id of the rule, such as ``hall_power``."""
    object: str
    """``hall:h1``, ``site:s1``, ``block:b7f3``, ``workload:w1``, ``racks/trn4-mgx``."""
    message: str
    detail: str = ""
    from_month: int | None = None
    """Absolute month from which it holds; None = at all times."""
    remedies: tuple[Remedy, ...] = ()


@dataclass(frozen=True, slots=True)
class SystemCount:
    """Rack systems of one kind in service in a month (fractional while a phase ramps)."""

    rack_id: str
    name: str
    systems: float
    racks: float
    chips: float
    it_power_kw: float | None
    """Provisioned IT power of the systems themselves, without network and storage; None = no figure."""


@dataclass(frozen=True, slots=True)
class EvidenceShares:
    """What a KPI rests on: share = |∂ln KPI/∂ln input| over the sum of all inputs (DESIGN §2)."""

    kpi: str
    shares: tuple[tuple[Grade, float], ...]
    """(grade, share 0–1), best grade first."""
    grade: Grade
    worst: Grade
    worst_share: float
    inputs: tuple[tuple[str, Grade, float], ...] = ()
    """(ref, grade, signed elasticity), largest first."""


@dataclass(frozen=True, slots=True)
class AssumptionInUse:
    """An assumption the design rests on: of the engine's registry, or one that a catalog entry offers."""

    ref: str
    """``assumption:discount_rate`` or ``racks/trn3-gen2.price_usd``."""
    name: str
    value: float | None
    """None when it is a curve."""
    unit: str
    low: float | None
    high: float | None
    grade: Grade
    source: str
    note: str
    own: bool
    """The design sets it; else it is the registry's or the catalog's."""


@dataclass(frozen=True, slots=True)
class Flip:
    """A KPI at both ends of an assumption's span, and the value of the assumption at which its sign turns."""

    ref: str
    """``assumption:discount_rate`` or ``racks/trn3-gen2.price_usd``."""
    name: str
    value: float
    unit: str
    low: float
    high: float
    base: float | None
    """The KPI as things stand; None = no figure."""
    at_low: float | None
    at_high: float | None
    turns_at: float | None
    """None when the KPI keeps its sign at both ends, or has no sign that matters."""
    share: float | None
    """Of the span, from the value to where it turns."""
    grade: Grade
    words: str
    """One sentence, without a full stop."""

    @property
    def swing(self) -> float:
        """Largest less smallest KPI that is known of both ends and the base."""
        known = [one for one in (self.base, self.at_low, self.at_high) if one is not None]
        return max(known) - min(known) if known else 0.0


@dataclass(frozen=True, slots=True)
class BlockColumns:
    """Columns per block for the canvas: what stands there, and how much of it runs in each month."""

    ids: tuple[str, ...]
    rack_ids: tuple[str, ...]
    generations: tuple[str, ...]
    systems: Array
    """[B] rack systems of the block."""
    kw: Array
    """[B] provisioned kW of one rack system; NaN = no figure."""
    kg: Array
    """[B] weight of one rack system; NaN = no figure."""
    kg_per_m2: Array
    """[B] floor load under one rack system."""
    chips: Array
    """[B] chips of one rack system."""
    active: Array
    """[B, M] share of the block in service, 0–1."""
    load: Array
    """[B, M] share of the usable capacity of its pool part in use, 0–1; NaN while nothing is in service."""
    index: Mapping[str, int]
    """Block id → row."""


@dataclass(frozen=True, slots=True)
class HallColumns:
    """Load and limit of each hall by month. NaN load = a figure is missing."""

    ids: tuple[str, ...]
    site_ids: tuple[str, ...]
    it_kw: Array
    """[H, M] provisioned IT load."""
    it_limit_kw: Array
    """[H, M] limit after derating, 0 before the hall is ready."""
    air_kw: Array
    air_limit_kw: Array
    liquid_kw: Array
    liquid_limit_kw: Array
    positions: Array
    """[H] floor positions."""
    positions_used: Array
    """[H] positions covered by blocks, whenever they come."""
    index: Mapping[str, int]


@dataclass(frozen=True, slots=True, eq=False)
class Results:
    """The outcome of one evaluation. Compare by identity."""

    design_id: str
    first_month: int
    months: Months
    """[M] absolute months."""
    names: tuple[str, ...]
    """[S] names of the samples; 0 = the base design."""
    ids: tuple[str, ...]
    """[S] ids of the samples: the design's, the scenarios', ``sample:k``."""
    series: SeriesTable
    findings: tuple[Finding, ...]
    """Of the base design."""
    excluded: tuple[str, ...]
    """What the totals leave out."""
    assumptions_in_use: tuple[AssumptionInUse, ...]
    default_month: int
    """First month of the highest chip count of the base design."""
    states: tuple[SampleState, ...]
    """[S] all arrays behind the series, for checks, evidence and tests."""
    evidence: Mapping[str, EvidenceShares] = field(default_factory=lambda: MappingProxyType({}))
    """By KPI id; empty until the shares are computed."""
    flips: tuple[Flip, ...] = ()
    """Of the NPV: the listed assumptions, the one that turns it first, first; empty until the hand rests."""
    one_more: OneMore | None = None
    """What binds, and what one more unit of anything is worth; None until the hand rests."""

    def sample(self, name: str) -> int:
        """Index of a sample by id or name. Raises KeyError that names the choices."""
        for index, (one, title) in enumerate(zip(self.ids, self.names, strict=True)):
            if name in (one, title):
                return index
        raise KeyError(f"no sample {name!r}; there are {', '.join(self.names)}")

    def month_index(self, month: int | None) -> int:
        """Row of an absolute month (None = the default month), held inside the horizon."""
        month = self.default_month if month is None else month
        return int(min(max(month - self.first_month, 0), len(self.months) - 1))

    def kpi(self, kpi_id: str, month: int | None = None, sample: int = 0, brief: bool = False) -> KpiValue:
        """One KPI. Raises KeyError for an id that is not in ``KPIS``. `brief`: without the formula, and
        without the inputs of what has a value.
        """
        from fleetdesigner.engine.kpis.registry import kpi_value  # kpis reads results: imported late

        return kpi_value(self, kpi_id, month, sample, brief)

    def kpis(self, month: int | None = None, sample: int = 0) -> tuple[KpiValue, ...]:
        """All KPIs in the order of the registry."""
        from fleetdesigner.engine.kpis.registry import KPIS

        return tuple(self.kpi(kpi.id, month, sample) for kpi in KPIS)

    def systems(self, month: int | None = None, sample: int = 0) -> tuple[SystemCount, ...]:
        """Rack systems in service in a month, by kind."""
        from fleetdesigner.engine.fleet.columns import system_counts

        return system_counts(self.states[sample], self.month_index(month))

    def blocks(self, sample: int = 0) -> BlockColumns:
        """Columns per block of a sample; built when first asked for."""
        from fleetdesigner.engine.fleet.columns import block_columns

        return block_columns(self.states[sample])

    def block_load(self, month: int | None = None, sample: int = 0) -> Array:
        """[B] `BlockColumns.load` in a month: much less work than all of the columns."""
        from fleetdesigner.engine.fleet.columns import block_load

        return block_load(self.states[sample], self.month_index(month))

    def halls(self, sample: int = 0) -> HallColumns:
        """Columns per hall of a sample; built when first asked for."""
        from fleetdesigner.engine.fleet.columns import hall_columns

        return hall_columns(self.states[sample])
