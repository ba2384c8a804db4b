"""One evaluated sample: every stage, and the quantities by month that series, KPIs and checks read.

Axes: P parts, W workloads of the design, C cells, K kinds of rack system, M months. NaN = a figure lacks.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.catalog import Catalog
from fleetdesigner.design.model import Design
from fleetdesigner.engine.curves import monthly, ratio
from fleetdesigner.engine.dispatch import Dispatch
from fleetdesigner.engine.fleet.table import totals
from fleetdesigner.engine.money.cost import Cost
from fleetdesigner.engine.money.revenue import revenue_of
from fleetdesigner.engine.money.token_prices import input_ratios
from fleetdesigner.engine.plant import Plant
from fleetdesigner.engine.site.overhead import FIXED, drawn
from fleetdesigner.engine.site.power import summed
from fleetdesigner.engine.site.serving_power import serving_kw
from fleetdesigner.engine.work.demand import SERVES
from fleetdesigner.units import HOURS_PER_MONTH

Array = NDArray[np.float64]
Index = NDArray[np.int64]

H100_BF16_TFLOPS = 989.0
"""Dense BF16 of one H100 SXM, the unit of ``h100_equivalents``."""


@dataclass(frozen=True, eq=False)
class SampleState:
    """One sample after all stages."""

    plant: Plant
    found: Dispatch
    """Of all samples together."""
    row: int
    """This sample in it."""
    part_index: Index
    """[P] this sample's parts in it"""
    work_index: Index
    """[W] this sample's workloads in it"""
    cell_expected: Array
    """[C, M] expected IT kW"""
    cost: Cost

    @property
    def id(self) -> str:
        """Id of the sample."""
        return self.plant.variant.id

    @property
    def name(self) -> str:
        """Name of the sample."""
        return self.plant.variant.name

    @property
    def design(self) -> Design:
        """The design as this sample sees it."""
        return self.plant.design

    @property
    def catalog(self) -> Catalog:
        """The catalog with its overrides."""
        return self.plant.catalog

    # dispatch, on this sample's own axes

    @cached_property
    def share(self) -> Array:
        """[P, W, M] share of the part that the workload holds."""
        return self._own(self.found.share)

    @cached_property
    def tokens(self) -> Array:
        """[P, W, M] tokens/s the workload gets from the part."""
        return self._own(self.found.tokens)

    @cached_property
    def idle(self) -> Array:
        """[P, M] usable share that nobody holds."""
        return np.asarray(self.found.idle[self.row][:, self.part_index].T)

    @cached_property
    def served(self) -> Array:
        """[W, M] tokens/s; for training the trained tokens."""
        return self._works(self.found.served)

    @cached_property
    def unmet(self) -> Array:
        """[W, M] tokens/s"""
        return self._works(self.found.unmet)

    @cached_property
    def queued(self) -> Array:
        """[W, M] tokens of batch work that wait and are not yet due."""
        return self._works(self.found.queued)

    @cached_property
    def progress(self) -> Array:
        """[W, M] share of a training run that is done by the end of the month; NaN for others."""
        return self._works(self.found.progress)

    @cached_property
    def finish(self) -> Array:
        """[W] month index with its fraction in which a run finishes; NaN = not in the horizon."""
        return np.asarray(self.found.finish[self.row][self.work_index])

    def _own(self, of: Array) -> Array:
        whole = of[self.row]
        if not all(map(_all_in_place, (self.part_index, self.work_index), whole.shape[1:])):
            whole = whole[:, self.part_index][:, :, self.work_index]
        return np.asarray(whole.transpose(1, 2, 0))

    def _works(self, of: Array) -> Array:
        return np.asarray(of[self.row][:, self.work_index].T)

    @cached_property
    def serves(self) -> NDArray[np.bool_]:
        """[W] serving, agents and batch."""
        return np.array([work.kind in SERVES for work in self.design.workloads], dtype=bool)

    @cached_property
    def trains(self) -> NDArray[np.bool_]:
        """[W]"""
        return ~self.serves

    # fleet

    @cached_property
    def kind_chips(self) -> Array:
        """[K, M] chips in service by kind of rack system."""
        return np.asarray(self.plant.fleet.rack_active * self.plant.figures.chips[:, None])

    @cached_property
    def chips(self) -> Array:
        """[M]"""
        return np.asarray(self.kind_chips.sum(axis=0))

    @cached_property
    def generations(self) -> tuple[str, ...]:
        """Chip generations in the fleet, in order of appearance."""
        return tuple(dict.fromkeys(kind.chip.generation for kind in self.plant.figures.kinds))

    def by_generation(self, kinds: Array) -> dict[str, Array]:
        """Values by kind [K, M] summed by chip generation."""
        names = [kind.chip.generation for kind in self.plant.figures.kinds]
        return {key: np.asarray(kinds[[one == key for one in names]].sum(axis=0)) for key in self.generations}

    @cached_property
    def h100_equivalents(self) -> Array:
        """[M] Σ chips · dense BF16 / 989 TFLOPS."""
        each = self.plant.figures.bf16_tflops / H100_BF16_TFLOPS
        return np.asarray(totals(np.ones((1, len(each))), self.kind_chips, each)[0])

    # power

    @cached_property
    def it_power(self) -> Array:
        """[M] provisioned IT kW"""
        return np.asarray(self.plant.power.site_it.sum(axis=0))

    @cached_property
    def it_nameplate(self) -> Array:
        """[M]"""
        return np.asarray(self.plant.power.site_it_nameplate.sum(axis=0))

    @cached_property
    def site_expected(self) -> Array:
        """[sites, M] expected IT kW"""
        return summed(self.plant.power.site_of_cell, self.cell_expected)

    @cached_property
    def it_expected(self) -> Array:
        """[M]"""
        return np.asarray(self.site_expected.sum(axis=0))

    @property
    def pue(self) -> Array:
        """[sites, M] at full load, in its season"""
        return self.plant.capping.loads.pue

    @property
    def site_facility(self) -> Array:
        """[sites, M] provisioned facility kW: IT · PUE."""
        return self.plant.capping.facility

    @cached_property
    def facility(self) -> Array:
        """[M]"""
        return np.asarray(self.site_facility.sum(axis=0))

    @cached_property
    def stranded(self) -> Array:
        """[M] grid kW out of reach"""
        return np.asarray(self.plant.capping.stranded.sum(axis=0))

    @cached_property
    def site_drawn(self) -> Array:
        """[sites, M] expected facility kW: expected IT, and overhead by season and load."""
        return drawn(self.site_expected, self.plant.power.site_full, self.pue, self.plant.assumptions[FIXED])

    @cached_property
    def energy(self) -> Array:
        """[M] expected facility kWh"""
        return np.asarray(self.site_drawn.sum(axis=0) * HOURS_PER_MONTH)

    @cached_property
    def carbon(self) -> Array:
        """[M] tonnes CO2-equivalent: expected facility kWh · g/kWh, of all systems, rented ones too."""
        fleet = self.plant.fleet
        if not self.design.sites:
            return np.zeros(fleet.months)
        grams = np.array(
            [monthly(site.carbon_g_per_kwh, fleet.first_month, fleet.months) for site in self.design.sites]
        )
        return np.asarray((self.site_drawn * grams).sum(axis=0) * HOURS_PER_MONTH / 1e6)

    # tokens

    def _unknown(self, works: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """[P, M] parts in service that may run some workloads [W] at a speed that nobody knows."""
        rows = self.plant.unforecast(np.flatnonzero(works).tolist())
        return np.asarray(self.plant.fleet.by_part @ rows > 0)

    @cached_property
    def serving_unknown(self) -> NDArray[np.bool_]:
        """[P, M] the same for serving, agents and batch"""
        return self._unknown(self.serves)

    @cached_property
    def rest(self) -> tuple[Array, Index]:
        """([P, M] tokens/s of the unused rest at its best serving work, [P, M] which work that is)."""
        parts, months = len(self.part_index), self.plant.fleet.months
        which = np.flatnonzero(self.serves)
        if not len(which):
            return np.zeros((parts, months)), np.zeros((parts, months), dtype=np.int64)
        peaks = self.plant.demand.column("peak")
        rates = np.array([np.nan_to_num(self.plant.rates[w].rate) / peaks[w] for w in which])
        best = rates.argmax(axis=0)
        return np.asarray(rates.max(axis=0) * self.idle), which[best]

    @cached_property
    def part_capacity(self) -> Array:
        """[P, M] serving capacity: what is served, and what the unused rest could serve at its best work."""
        known = self.tokens[:, self.serves].sum(axis=1) + self.rest[0]
        return np.where(self.serving_unknown, np.nan, known)

    @cached_property
    def serving_capacity(self) -> Array:
        """[M]"""
        return np.asarray(self.part_capacity.sum(axis=0))

    @cached_property
    def served_output(self) -> Array:
        """[M] output tokens/s of serving, agents and batch."""
        return np.where(self.serving_unknown.any(axis=0), np.nan, self.served[self.serves].sum(axis=0))

    @cached_property
    def trained(self) -> Array:
        """[M] trained tokens/s"""
        unknown = self._unknown(self.trains).any(axis=0)
        return np.where(unknown, np.nan, self.served[self.trains].sum(axis=0))

    @cached_property
    def unmet_output(self) -> Array:
        """[M]"""
        return np.where(self.serving_unknown.any(axis=0), np.nan, self.unmet[self.serves].sum(axis=0))

    @cached_property
    def utilisation(self) -> Array:
        """[P, M] Σ share / usable share; NaN while nothing is usable."""
        usable = self.plant.parts.usable
        held = self.share.sum(axis=1)
        return ratio(held, usable)

    # money

    @cached_property
    def usd_per_accelerator_hour(self) -> Array:
        """[M] even cost of everything over chips in service and hours; NaN without chips."""
        return ratio(self.cost.even_total, self.chips * HOURS_PER_MONTH)

    @cached_property
    def serving_weight(self) -> Array:
        """[P, W, M] share of the part's cost that serving work bears: held, and at its best work the
        unused.
        """
        usable = self.plant.parts.usable
        weight = np.where(self.serves[None, :, None], self.share, 0.0)
        rest, best = self.rest
        for part in range(len(self.part_index)):
            able = np.flatnonzero(rest[part] > 0)
            weight[part, best[part, able], able] += self.idle[part, able]
        return np.divide(weight, usable[:, None], out=np.zeros_like(weight), where=usable[:, None] > 0)

    @cached_property
    def serving_cost_hour(self) -> Array:
        """[M] USD an hour that is reserved for serving."""
        weight = self.serving_weight.sum(axis=1)
        return np.asarray(np.where(weight > 0, self.cost.part_hour * weight, 0.0).sum(axis=0))

    @cached_property
    def priced_capacity(self) -> Array:
        """[P, M] the serving capacity that is paid for: without the rest where tokens are bought."""
        return np.asarray(self.part_capacity - self.rest[0] * self.plant.bought_share)

    @cached_property
    def usd_per_million_tokens(self) -> Array:
        """[M] USD a million output tokens of capacity."""
        return ratio(self.serving_cost_hour * 1e6, self.priced_capacity.sum(axis=0) * 3600.0)

    @cached_property
    def usd_per_million_tokens_usage(self) -> Array:
        """[M] the same cost over the tokens served."""
        return ratio(self.serving_cost_hour * 1e6, self.served_output * 3600.0)

    @cached_property
    def part_input_capacity(self) -> Array:
        """[P, M] input tokens/s that come with the output tokens of `priced_capacity`."""
        each, kept = input_ratios(self.design, self.plant.assumptions), 1.0 - self.plant.bought_share
        more = self.rest[0] * kept * np.take_along_axis(each, self.rest[1], axis=0)
        return np.where(self.serving_unknown, np.nan, (self.tokens * each).sum(axis=1) + more)

    @cached_property
    def usd_per_million_tokens_input(self) -> Array:
        """[M] the cost of the time that goes into input tokens, over input tokens of the capacity."""
        spent = np.array([rates.prefill_share for rates in self.plant.rates]).T
        if not spent.size:
            return np.full(self.plant.fleet.months, np.nan)
        weight = (self.serving_weight * np.nan_to_num(spent)[:, :, None]).sum(axis=1)
        cost = np.where(weight > 0, self.cost.part_hour * weight, 0.0).sum(axis=0) * 1e6
        return ratio(cost, self.part_input_capacity.sum(axis=0) * 3600.0)

    @cached_property
    def usd_per_million_tokens_total(self) -> Array:
        """[M] the cost of the capacity over its input and output tokens."""
        both = self.part_input_capacity + self.priced_capacity
        return ratio(self.serving_cost_hour * 1e6, both.sum(axis=0) * 3600.0)

    @cached_property
    def tokens_per_s_per_mw(self) -> Array:
        """[M] serving capacity over provisioned facility MW; NaN when nothing can serve."""
        capacity = np.where(self.serving_capacity > 0, self.serving_capacity, np.nan)
        return ratio(capacity * 1000.0, self.facility)

    @cached_property
    def joule_per_token(self) -> Array:
        """[M] expected facility W that serving takes, over tokens/s; see ``serving_kw``."""
        kinds = [one.kind for one in self.design.workloads if one.kind in SERVES]
        each = serving_kw(self.plant, self.share[:, self.serves], kinds, self.pue)
        return ratio(each.sum(axis=0) * 1000.0, self.served_output)

    @cached_property
    def revenue_by_work(self) -> Array:
        """[W, M] USD a month of what is served or trained; see ``revenue_of``. NaN = not known."""
        unknown = np.where(self.serves[:, None], np.isnan(self.served_output), np.isnan(self.trained))
        return revenue_of(self.plant, self.served, unknown)

    @cached_property
    def revenue(self) -> Array:
        """[M] of external workloads"""
        external = np.array([work.origin == "external" for work in self.design.workloads], dtype=bool)
        return np.asarray(self.revenue_by_work[external].sum(axis=0))

    @cached_property
    def cash_flow(self) -> Array:
        """[M] value of all work that has one, external or internal, less cash cost."""
        return np.asarray(self.revenue_by_work.sum(axis=0) - self.cost.cash_total)

    @cached_property
    def top_run(self) -> int | None:
        """The training run of the highest priority, the first of equals; None when there is none."""
        runs = [at for at, work in enumerate(self.design.workloads) if work.kind == "training"]
        return min(runs, key=lambda at: self.design.workloads[at].priority) if runs else None

    @cached_property
    def run_cost(self) -> Array:
        """[W] USD: Σ over months of chips held · hours · the part's USD a chip-hour; 0 for other work."""
        held = np.where(self.trains[None, :, None], self.share, 0.0)
        cost = self.cost.part_hour[:, None] * HOURS_PER_MONTH
        return np.asarray(np.where(held > 0, held * cost, 0.0).sum(axis=(0, 2)))


def _all_in_place(index: Index, count: int) -> bool:
    """Whether the index takes everything, in order."""
    return len(index) == count and bool((index == np.arange(count)).all())
