"""What the throughput view is asked for and what it shows, as values.

Every rate carries the readiness and the maturity of the software, as the rates of the engine do, so that the
point that is planned equals what the figures above the view say.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.catalog import Chip, LanguageModel
from fleetdesigner.design.fleet import Pool
from fleetdesigner.design.workloads import TrainingRun, Workload
from fleetdesigner.engine.throughput.calibration import Band
from fleetdesigner.engine.throughput.plans import Refusal, ServingPlan, TrainingPlan
from fleetdesigner.engine.throughput_page.layouts import Layouts
from fleetdesigner.engine.throughput_page.marks import Mark
from fleetdesigner.engine.throughput_page.together import Together
from fleetdesigner.engine.throughput_page.words import Memory
from fleetdesigner.units import month_text
from fleetdesigner.values import Grade

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Look:
    """What the view looks at."""

    pool_id: str
    workload_id: str
    compared: tuple[str, ...] = ()
    """Ids of rack systems shown beside what stands in the pool."""
    focus: str = ""
    """Rack system whose layouts and memory are shown; empty or not there = the first."""
    book_id: str = ""
    """Price book of the rents; empty = none."""


@dataclass(frozen=True, slots=True)
class Front:
    """Rates a chip over what they are bought with. Shapes (n,), rising by x.

    Serving: mappings that no other beats in both tokens/s a user (x) and tokens/s a chip. Training: useful
    tokens/s a chip of the best layout of jobs of x chips.
    """

    x: Array
    rate: Array
    words: tuple[str, ...]
    """The mapping of each point."""


@dataclass(frozen=True, slots=True)
class Ready:
    """How ready the software is in the month."""

    state: str
    """``runs``, ``beta``, ``needs_port``, ``blocked``; empty = no figure."""
    since: str
    share: float
    """Of the calibrated throughput, 0–1; 0 = cannot run in this month."""
    why: str
    """Why it cannot run in some months; empty when it always can."""
    weeks: float
    """Engineer-weeks of a port; NaN = nobody says."""
    done: int | None
    """Month in which the planned port is finished."""
    grade: Grade
    note: str
    source: str


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of rack system with the workload."""

    rack_id: str
    name: str
    """Short name of the rack system."""
    chip: Chip
    dtype: str
    in_pool: bool
    announced: bool
    chips: float
    """In service in the pool in the month; 0 for what is compared."""
    plan: TrainingPlan | ServingPlan | Refusal
    front: Front | None
    ready: Ready
    factor: float
    """Readiness · maturity that rates carry; readiness counts as 1 while it cannot run at all."""
    band: Band
    """Of the time; a rate's is its inverse."""
    fitted: bool
    grade: Grade
    usd_per_chip_hour: float
    """NaN = no public figure."""
    facility_kw_per_chip: float
    """With network, storage and cooling; NaN = no public figure."""
    marks: tuple[Mark, ...]

    @property
    def word(self) -> str:
        """``chip`` or ``GPU``."""
        return "GPU" if self.chip.family == "nvidia" else "chip"

    @property
    def label(self) -> str:
        """``H100, FP8``"""
        return f"{self.name}, {self.dtype.upper()}"

    @property
    def point(self) -> tuple[float, float] | None:
        """(x, rate) of the plan, on the front's axes; None for a refusal."""
        if isinstance(self.plan, Refusal):
            return None
        if isinstance(self.plan, TrainingPlan):
            if self.front is None:
                return None
            job = float(self.plan.request.n_chips)
            return job, float(np.interp(job, self.front.x, self.front.rate))
        return 1e3 / self.plan.tpot_ms, self.plan.output_tokens_per_s_per_chip * self.factor

    @property
    def tokens_per_s_per_chip(self) -> float:
        """Of the plan, with readiness and maturity, before interruptions; NaN for a refusal."""
        if isinstance(self.plan, Refusal):
            return math.nan
        if isinstance(self.plan, ServingPlan):
            return self.plan.output_tokens_per_s_per_chip * self.factor
        return self.plan.tokens_per_s / self.plan.chips_used * self.factor


@dataclass(frozen=True, slots=True)
class Shown:
    """All that the view shows of a pool and a workload in a month."""

    look: Look
    month: int
    pool: Pool
    workload: Workload
    model: LanguageModel
    kinds: tuple[Kind, ...]
    """What stands in the pool, then what is compared."""
    focus: Kind | None
    layouts: Layouts | None
    """Of the focus."""
    memory: Memory | None
    """Of the focus."""
    served: float
    """Tokens/s that the workload gets from this pool in the month."""
    goodput: float
    """Useful share of a training job's time in this pool; NaN for other work."""
    pending: bool
    """Job sizes are still to be searched."""
    together: Together | None = None
    """The pool's chips as one against separate; None where there is no choice."""

    @property
    def trains(self) -> bool:
        """Whether the workload is a training run."""
        return isinstance(self.workload, TrainingRun)

    @property
    def target(self) -> float | None:
        """Least tokens/s a user that the workload accepts."""
        tpot = getattr(self.workload, "tpot_ms", None)
        return None if tpot is None else 1e3 / float(tpot)


def not_ready_words(kind: Kind) -> str:
    """Why the kind cannot run the workload in this month; empty when it can."""
    if kind.ready.share > 0:
        return ""
    if kind.ready.done is not None and kind.ready.state != "blocked":
        return f"not ready before {month_text(kind.ready.done)}"
    return kind.ready.why or "no readiness figure"
