"""What one chip of a rack system draws and costs in a place, from the engine, and how far each fact moves it.

The engine evaluates a hall with one rack system, once as the catalog has it and twice for each fact: at the
low and the high end of its span. Nothing of power or cost is computed here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from fleetdesigner.catalog import Catalog, CatalogError, Fabric, Figure, Rack
from fleetdesigner.design.fleet import Block, Hall, Phase, Pool, Site, Stay
from fleetdesigner.design.model import Design
from fleetdesigner.design.scenarios import Override
from fleetdesigner.engine.assumptions.registry import SPECS
from fleetdesigner.engine.checks.software import endpoints
from fleetdesigner.engine.commitments.presets import usual_fabrics
from fleetdesigner.engine.commitments.values import CommitmentError
from fleetdesigner.engine.evaluate import evaluate
from fleetdesigner.engine.fleet.figures import fabric_side
from fleetdesigner.engine.remembered import Remembered, in_passing
from fleetdesigner.engine.results import Results
from fleetdesigner.engine.samples import Sample
from fleetdesigner.engine.site.places import site_at
from fleetdesigner.values import Grade

ASSUMED = ("storage_management_share", "discount_rate", "it_life_months")
"""Assumptions of the engine whose spans are followed."""
_NUDGE = 0.01
"""A fact without a span is moved by this to see what rests on it; it adds nothing to a span."""
_ROOM_KW = 1e9


@dataclass(frozen=True, slots=True)
class Fact:
    """One input with its span and source."""

    ref: str
    """``racks/trn3-gen2.it_power_kw``, ``assumption:discount_rate``, ``site:pue``, ``given:power`` …"""
    label: str
    value: float
    low: float | None
    high: float | None
    unit: str
    grade: Grade
    source: str

    @property
    def ends(self) -> tuple[float, float]:
        """Where it is moved to: its span, or a hundredth either way when it has none."""
        if self.low is None and self.high is None:
            return self.value * (1 - _NUDGE), self.value * (1 + _NUDGE)
        return (
            self.value if self.low is None else self.low,
            self.value if self.high is None else self.high,
        )

    @property
    def has_span(self) -> bool:
        """Whether anybody says how far it may be off."""
        return self.low is not None or self.high is not None


@dataclass(frozen=True, slots=True)
class PerChip:
    """Of one chip, its shares of network, storage and cooling included; NaN = a figure is missing."""

    it_kw: float
    """Provisioned IT power."""
    facility_kw: float
    """In the month of the highest PUE."""
    own_usd: float
    """Cost of owning it for an hour, by the engine's even cost, with energy at the provisioned draw."""
    capex_usd: float
    """Servers, network, spares, shell and plant."""


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """A rack system in a place."""

    rack: Rack
    chip_id: str
    chip_name: str
    chips: int
    """In one rack system."""
    fabric: Fabric
    tiers: int
    base: PerChip
    air_kw: float
    """Heat of one rack system that air takes."""
    liquid_kw: float
    facts: tuple[Fact, ...]
    moved: Mapping[str, tuple[PerChip, PerChip]]
    """Fact → at its two ends."""
    why: str
    """What is missing; empty when nothing is."""

    @property
    def it_kw(self) -> float:
        """Of one rack system."""
        return self.base.it_kw * self.chips

    @property
    def facility_kw(self) -> float:
        """Of one rack system."""
        return self.base.facility_kw * self.chips

    def at(self, ref: str, end: int) -> PerChip:
        """With one fact at its low (0) or high (1) end."""
        return self.moved[ref][end] if ref in self.moved else self.base


_UNITS: Remembered[Unit] = Remembered(32)


def unit_of(catalog: Catalog, rack_id: str, site_id: str, tiers: int, first_month: int) -> Unit:
    """A rack system as it stands in a place. Raises CommitmentError for a place that lacks figures, and for
    names that the catalog does not know.
    """
    values = (rack_id, site_id, tiers, first_month)
    return _UNITS.get((catalog,), values, lambda: _unit(catalog, rack_id, site_id, tiers, first_month))


def fabric_of(catalog: Catalog, rack: Rack) -> Fabric:
    """What clusters of such chips are joined by. Raises CommitmentError when nothing is known."""
    chip, usual = catalog.chip_of(rack), usual_fabrics()
    found = usual.get(chip.id) or usual.get(chip.family)
    if found is None:
        raise CommitmentError(f"{rack.ref}: no fabric is known for {chip.name}; choose another rack system")
    return catalog.fabric(found)


def tiers_for(fabric: Fabric, chips: float) -> int:
    """The fewest tiers of switches that join so many chips, two at least; the most there are when none do."""
    if fabric.radix is not None:
        for tiers in range(2, fabric.tiers_max + 1):
            if endpoints(fabric.radix.value, tiers) >= chips:
                return tiers
    return max(2, fabric.tiers_max)


def _unit(catalog: Catalog, rack_id: str, site_id: str, tiers: int, first_month: int) -> Unit:
    try:
        rack, preset = catalog.rack(rack_id), catalog.site(site_id)
        fabric = fabric_of(catalog, rack)
        site = site_at(preset, "site", preset.name, ((first_month, _ROOM_KW),))
    except (CatalogError, ValueError) as error:
        raise CommitmentError(str(error)) from None
    chip, chips = catalog.chip_of(rack), catalog.chips_in(rack)
    tiers = min(tiers, fabric.tiers_max)
    with in_passing():
        bare = evaluate(_hall_of_one(rack, site, fabric, tiers, first_month, _ROOM_KW), catalog)
        # the shell is paid by the hall's limit: as large as what stands in it
        need = bare.states[0].it_power[0]
        design = _hall_of_one(rack, site, fabric, tiers, first_month, float(need) if need > 0 else 1.0)
        facts, samples = _facts(catalog, design, rack, fabric, tiers)
        results = evaluate(design, catalog, samples=samples)
    per = [_per_chip(results, sample, chips) for sample in range(len(samples) + 1)]
    power = results.states[0].plant.power
    gaps = [gap.text for gap in results.states[0].plant.figures.gaps if gap.need in _MATTER]
    return Unit(
        rack, chip.id, chip.name, chips, fabric, tiers, per[0],
        float(power.hall_air[0, 0]), float(power.hall_liquid[0, 0]), facts,
        {fact.ref: (per[1 + 2 * at], per[2 + 2 * at]) for at, fact in enumerate(facts)},
        "; ".join(dict.fromkeys(gaps)),
    )  # fmt: skip


_MATTER = ("power", "fabric_power", "price", "fabric_price")


def _hall_of_one(
    rack: Rack, site: Site, fabric: Fabric, tiers: int, first_month: int, it_limit_kw: float
) -> Design:
    block = Block(
        id="block", rack_id=rack.id, col=0, row=0, phase_id="phase",
        stays=(Stay(pool_id="pool", from_month=first_month),),
    )  # fmt: skip
    hall = Hall(
        id="hall", name="Hall", ready_month=first_month, width_m=0.6 * rack.positions, depth_m=1.2,
        it_limit_kw=it_limit_kw, air_kw=it_limit_kw, liquid_kw=it_limit_kw, blocks=(block,),
    )  # fmt: skip
    return Design(
        id="one", name="One", first_month=first_month, months=12, sites=(site.changed(halls=(hall,)),),
        overrides=_drawing(rack, None if rack.it_power_kw is None else rack.it_power_kw.value),
        pools=(Pool(id="pool", name="Pool", fabric_id=fabric.id, tiers=tiers),),
        phases=(Phase(id="phase", name="Phase", order_month=first_month, lead_months=0),),
    )  # fmt: skip


def _drawing(rack: Rack, it_kw: float | None) -> tuple[Override, ...]:
    """No workload stands in the hall: the system draws its provisioned power all the same, as a busy one."""
    if it_kw is None:
        return ()
    return (Override(entry=rack.ref, field="idle_power_kw", value=it_kw),)


_UNITS_OF = {"price_usd": "usd"}
"""Units in the words of number formats, where the catalog's differ."""


def _facts(
    catalog: Catalog, design: Design, rack: Rack, fabric: Fabric, tiers: int
) -> tuple[tuple[Fact, ...], list[Sample]]:
    """What power and cost rest on, with a sample for each end of each."""
    facts: list[Fact] = []
    samples: list[Sample] = []
    watts = f"endpoint_power_w_{fabric_side(tiers)}"
    for entry, field, label in (
        (rack, "it_power_kw", f"power of a {rack.short_name or rack.name}"),
        (fabric, watts, f"network power a chip, {fabric.name}"),
        (rack, "price_usd", f"price of a {rack.short_name or rack.name}"),
    ):
        figure = entry.figure(field)
        if figure is None:
            continue
        fact = fact_of(figure, f"{entry.ref}.{field}", label, _UNITS_OF.get(field, entry.spec(field).unit))
        facts.append(fact)
        for end in fact.ends:
            moved = (Override(entry=entry.ref, field=field, value=end),)
            samples.append(Sample(overrides=moved + (_drawing(rack, end) if field == "it_power_kw" else ())))
    for key in ASSUMED:
        spec = SPECS[key]
        fact = Fact(
            f"assumption:{key}", spec.name, spec.default, spec.low, spec.high, spec.unit, spec.evidence,
            spec.source,
        )  # fmt: skip
        facts.append(fact)
        samples += [Sample(assumptions=((key, end),)) for end in fact.ends]
    site = design.sites[0]
    pue = catalog.site(site.preset_id or "").figure("pue")
    if pue is not None:
        fact = fact_of(pue, "site:pue", f"PUE, {site.name}", "")
        facts.append(fact)
        for end in fact.ends:
            # no facility draws less than its IT
            scaled = site.pue.changed(value=max(1.0, end))
            samples.append(Sample(design=design.changed(sites=(site.changed(pue=scaled),))))
    return tuple(facts), samples


def fact_of(figure: Figure, ref: str, label: str, unit: str) -> Fact:
    """A catalog figure as a fact."""
    grade: Grade = "assumption" if figure.assumed else figure.evidence
    source = figure.note if figure.assumed else figure.source
    return Fact(ref, label, figure.value, figure.low, figure.high, unit, grade, source)


def _per_chip(results: Results, sample: int, chips: int) -> PerChip:
    state = results.states[sample]
    return PerChip(
        float(state.it_power[0]) / chips,
        float(np.max(state.facility)) / chips,
        float(np.mean(state.usd_per_accelerator_hour)),
        float(state.cost.capex.sum()) / chips,
    )
