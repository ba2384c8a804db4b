"""What stands in the phases of a design: how much of which hardware, and in which pools over time."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from fleetdesigner.design.fleet import Block
from fleetdesigner.design.model import Design
from fleetdesigner.engine.remembered import Remembered
from fleetdesigner.engine.results import Results
from fleetdesigner.units import text


@dataclass(frozen=True, slots=True)
class Lane:
    """Hardware of one generation in a phase."""

    generation: str
    share: float
    """Share of the phase's power (of its chips where no power is known), 0–1."""
    announced: bool


@dataclass(frozen=True, slots=True)
class Spell:
    """From that month on the phase belongs to these pools."""

    from_month: int
    pools: str
    """Names, the one with most chips first; empty = in no pool."""


@dataclass(frozen=True, slots=True)
class Contents:
    """A phase's hardware."""

    lanes: tuple[Lane, ...]
    spells: tuple[Spell, ...]
    """In rising months; the first begins before everything."""
    racks: str
    """``348 Trn3 Gen2 systems``, and what else there is."""
    chips: float
    kw: float | None
    """Provisioned kW of the systems; None = a figure is missing."""
    noun: str = "chips"
    """``GPUs`` ``chips``, of both together ``accelerators``."""

    @property
    def words(self) -> str:
        """``50.1 k chips · 65.1 MW``"""
        if not self.chips:
            return "no racks yet"
        power = "no power figure" if self.kw is None else text(self.kw, "kW")
        return f"{text(self.chips, 'count')} {self.noun} · {power}"


EMPTY = Contents((), (Spell(0, ""),), "", 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class _Rack:
    name: str
    vendor: str
    generation: str
    announced: bool
    chips: float
    kw: float


_CONTENTS: Remembered[dict[str, Contents]] = Remembered(4)


def contents_of(design: Design, results: Results) -> dict[str, Contents]:
    """By phase id; remembered while neither blocks nor figures change."""
    figures, halls = results.states[0].plant.figures, design.halls
    key = (tuple(pool.name or pool.id for pool in design.pools), tuple(pool.id for pool in design.pools))
    return _CONTENTS.get((figures, *(hall.blocks for hall in halls)), key, lambda: _contents(design, results))


def _contents(design: Design, results: Results) -> dict[str, Contents]:
    plant = results.states[0].plant
    racks = {
        rack_id: _Rack(
            kind.rack.short_name,
            kind.chip.vendor,
            kind.chip.generation,
            kind.chip.status in ("announced", "preview"),
            float(chips),
            float(kw),
        )
        for rack_id, kind, chips, kw in zip(
            plant.fleet.rack_ids, plant.figures.kinds, plant.figures.chips, plant.figures.it_kw, strict=True
        )
    }
    blocks: dict[str, list[Block]] = {}
    for block in design.blocks:
        if block.rack_id in racks:
            blocks.setdefault(block.phase_id, []).append(block)
    pools = {pool.id: pool.name or pool.id for pool in design.pools}
    return {phase_id: _of(held, racks, pools) for phase_id, held in blocks.items()}


def _of(blocks: list[Block], racks: dict[str, _Rack], pools: dict[str, str]) -> Contents:
    systems: dict[str, int] = {}
    for block in blocks:
        systems[block.rack_id] = systems.get(block.rack_id, 0) + block.systems
    kw = sum(racks[one].kw * count for one, count in systems.items())
    chips = sum(racks[one].chips * count for one, count in systems.items())
    known = not math.isnan(kw) and kw > 0
    weights: dict[tuple[str, bool], float] = {}
    for one, count in systems.items():
        rack = racks[one]
        weight = count * (rack.kw if known else rack.chips)
        key = (rack.generation, rack.announced)
        weights[key] = weights.get(key, 0.0) + weight
    whole = sum(weights.values()) or 1.0
    lanes = sorted((Lane(gen, weight / whole, new) for (gen, new), weight in weights.items()),
                   key=lambda lane: -lane.share)  # fmt: skip
    most = sorted(systems.items(), key=lambda item: -item[1])
    named = ", ".join(f"{count:,} {racks[one].name}" for one, count in most)
    named += " system" if len(most) == 1 and most[0][1] == 1 else " systems"
    nouns = {"GPUs" if racks[one].vendor in ("NVIDIA", "AMD") else "chips" for one in systems}
    return Contents(
        tuple(lanes), tuple(_spells(blocks, racks, pools)), named, chips, None if math.isnan(kw) else kw,
        nouns.pop() if len(nouns) == 1 else "accelerators",
    )  # fmt: skip


def _spells(blocks: list[Block], racks: dict[str, _Rack], pools: dict[str, str]) -> Iterable[Spell]:
    months = sorted({0, *(stay.from_month for block in blocks for stay in block.stays)})
    said: str | None = None
    for month in months:
        weights: dict[str, float] = {}
        for block in blocks:
            begun = [stay for stay in block.stays if stay.from_month <= month]
            if begun:
                pool = max(begun, key=lambda stay: stay.from_month).pool_id
                name = pools.get(pool, pool)
                weights[name] = weights.get(name, 0.0) + block.systems * racks[block.rack_id].chips
        words = ", ".join(sorted(weights, key=lambda name: -weights[name]))
        if words != said and (words or said is None):
            said = words
            yield Spell(month, words)
