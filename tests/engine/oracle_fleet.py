"""The oracle's fleet and power: block by block, month by month."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from fleetdesigner.catalog import Catalog
from fleetdesigner.design.fleet import Block, Hall, Phase, Pool, Site
from fleetdesigner.design.model import Design
from fleetdesigner.engine.assumptions.registry import ASSUMPTIONS
from tests.engine.oracle_curves import curve_value, stair_value
from tests.engine.oracle_dispatch import Outcome, dispatch
from tests.engine.oracle_rates import Part, Work, engineers, works


@dataclass
class Row:
    """One block with the figures of one of its rack systems."""

    block: Block
    site: Site
    hall: Hall
    phase: Phase
    chips: float
    it: float
    nameplate: float
    idle: float
    liquid: float
    price: float
    """List price in USD"""
    price_month: int
    """Absolute month from which it changes"""
    price_change: float
    """A year"""
    trainium: bool
    bf16: float
    scale_out: float
    includes_network: bool
    landed: list[float] = field(default_factory=list)
    """[M] systems that stand in the hall"""
    active: list[float] = field(default_factory=list)
    """[M] systems in service"""
    idles: list[float] = field(default_factory=list)
    """[M] retired systems that still draw idle power"""
    pool: list[Pool | None] = field(default_factory=list)
    """[M] of the latest stay that has begun"""
    ports_kw: list[float] = field(default_factory=list)
    """[M] network power of one system"""
    part: list[int] = field(default_factory=list)
    """[M] index of the part, −1 = in none"""


PLANNED_MONTHS = 21
"""Lead of transformers and of halls that plans are made with."""


def arriving(design: Design, assume: dict[str, float]) -> Design:
    """The design in the months in which things come: what stands in the first month stands, the rest moves
    by what its lead time is longer than usual, but to no month before the first.
    """

    def come(month: int, by: float) -> int:
        return month if month <= design.first_month else max(design.first_month, month + round(by))

    grid_by = assume["transformer_lead_months"] - PLANNED_MONTHS
    hall_by = assume["shell_lead_months"] - PLANNED_MONTHS
    sites = []
    for site in design.sites:
        halls = []
        for hall in site.halls:
            air, liquid = hall.air_month, hall.liquid_month
            halls.append(
                hall.changed(
                    ready_month=come(hall.ready_month, hall_by),
                    air_month=None if air is None else come(air, hall_by),
                    liquid_month=None if liquid is None else come(liquid, hall_by),
                )
            )
        steps: list[tuple[int, float]] = []
        for month, kw in site.grid:
            month = come(month, grid_by)
            steps = [step for step in steps if step[0] != month]
            steps.append((month, kw))
        sites.append(site.changed(halls=tuple(halls), grid=tuple(steps)))
    phases = [
        phase.changed(in_service_month=come(phase.service_month, assume["chip_lead_slip_months"]))
        for phase in design.phases
    ]
    return design.changed(sites=tuple(sites), phases=tuple(phases))


class OracleFleet:
    """What stands where, what it draws and what it does; lists by month."""

    def __init__(self, design: Design, catalog: Catalog) -> None:
        self.assume = {spec.key: spec.default for spec in ASSUMPTIONS}
        for item in design.assumptions:
            assert isinstance(item.value, int | float)
            self.assume[item.key] = float(item.value)
        design = self.design = arriving(design, self.assume)
        self.catalog = catalog.with_overrides(design.overrides)
        self.months = range(design.months)
        self.own_keys = {item.key for item in design.assumptions}
        self.pools = {pool.id: pool for pool in design.pools}
        self.rows = [
            self._row(site, hall, block)
            for site in design.sites
            for hall in site.halls
            for block in hall.blocks
        ]
        for row in self.rows:
            for m in self.months:
                row.landed.append(self._landed(row, m))
                row.active.append(self._active(row, m))
                row.idles.append(self._idles(row, m))
                row.pool.append(self._pool(row, m))
                row.ports_kw.append(self._ports_kw(row, m))
        self.more = 1.0 + self.assume["storage_management_share"]
        self.cap = {
            (hall.id, wet): [self._cap(site, hall, m, wet) for m in self.months]
            for site in design.sites
            for hall in site.halls
            for wet in (False, True)
        }
        self.parts = self._parts()
        keys = [(part.pool_id, part.rack_id) for part in self.parts]
        for row in self.rows:
            for pool in row.pool:
                key = (pool.id, row.block.rack_id) if pool else ("", "")
                row.part.append(keys.index(key) if key in keys else -1)
        self.weeks, self.crews = engineers(design, self.catalog, self.assume["porting_team"])
        self.works: list[Work] = works(design, self.catalog, self.parts, self.assume, self.crews)
        self.run: Outcome = dispatch(design, self.parts, self.works)

    # fleet

    def _row(self, site: Site, hall: Hall, block: Block) -> Row:
        rack = self.catalog.rack(block.rack_id)
        chip = self.catalog.chip_of(rack)
        phase = next(phase for phase in self.design.phases if phase.id == block.phase_id)
        assert rack.it_power_kw
        assert rack.price_usd
        assert chip.bf16_tflops
        assert chip.scale_out_gbit_per_s
        it = rack.it_power_kw.value
        return Row(
            block, site, hall, phase, float(self.catalog.chips_in(rack)), it,
            rack.nameplate_kw.value if rack.nameplate_kw else it,
            rack.idle_power_kw.value if rack.idle_power_kw else self.assume["idle_share"] * it,
            rack.liquid_share.value if rack.liquid_share else 0.0,
            rack.price_usd.value, _month(rack.price_usd.date),
            self.assume[f"price_change_{chip.generation}_per_year"], chip.family == "trainium",
            chip.bf16_tflops.value, chip.scale_out_gbit_per_s.value,
            rack.price_includes_network,
        )  # fmt: skip

    def _share(self, phase: Phase, month: int) -> float:
        """Share of a phase that has come, retired or not."""
        if month < phase.service_month:
            return 0.0
        x = 1.0
        if phase.ramp.months > 0:
            x = min(1.0, (month - phase.service_month + 1) / phase.ramp.months)
        return x * x * (3.0 - 2.0 * x) if phase.ramp.shape == "s" else x

    def tranches(self, row: Row) -> list[tuple[int, float]]:
        """(month, systems that come in it) of a block, from before the horizon on; none of what is sold
        before the first month.
        """
        phase = row.phase
        sold = phase.retire_month if phase.after == "sell" else None
        if sold is not None and sold <= self.design.first_month:
            return []
        months = range(phase.service_month, phase.service_month + max(phase.ramp.months, 1))
        return [
            (month, row.block.systems * (self._share(phase, month) - self._share(phase, month - 1)))
            for month in months
            if month < self.design.first_month + self.design.months and (sold is None or month < sold)
        ]

    def _landed(self, row: Row, m: int) -> float:
        """Systems that stand in the hall."""
        month = self.design.first_month + m
        gone = row.phase.retire_month is not None and month >= row.phase.retire_month
        if gone and row.phase.after == "sell":
            return 0.0
        return row.block.systems * self._share(row.phase, month)

    def _active(self, row: Row, m: int) -> float:
        """Systems in service."""
        month = self.design.first_month + m
        retired = row.phase.retire_month is not None and month >= row.phase.retire_month
        return 0.0 if retired or month < row.hall.ready_month else row.landed[m]

    def _idles(self, row: Row, m: int) -> float:
        """Retired systems that still draw idle power."""
        month = self.design.first_month + m
        retired = row.phase.retire_month is not None and month >= row.phase.retire_month
        return row.landed[m] if retired and month >= row.hall.ready_month else 0.0

    def _pool(self, row: Row, m: int) -> Pool | None:
        """The pool of the latest stay that has begun."""
        begun = [stay for stay in row.block.stays if stay.from_month <= self.design.first_month + m]
        return self.pools[max(begun, key=lambda stay: stay.from_month).pool_id] if begun else None

    def _tiers(self, pool: Pool) -> str:
        return "2tier" if pool.tiers <= 2 else "3tier"

    def _ports_kw(self, row: Row, m: int) -> float:
        """Network power of one system."""
        pool = row.pool[m]
        if pool is None:
            return 0.0
        fabric = self.catalog.fabric(pool.fabric_id)
        watts = fabric.figure(f"endpoint_power_w_{self._tiers(pool)}")
        assert watts
        assert fabric.endpoint_gbit_per_s
        ports = row.scale_out / fabric.endpoint_gbit_per_s.value
        return watts.value / 1000.0 * ports * (0.5 + 0.5 / pool.oversubscription) * row.chips

    # power

    def it_kw(self, row: Row, m: int) -> float:
        """Provisioned, with network, storage and management."""
        return row.active[m] * (row.it + row.ports_kw[m]) * self.more

    def pue(self, site: Site, m: int) -> float:
        """At full load: the yearly mean, more in July, less in January, never below 1 by the season."""
        month = self.design.first_month + m
        mean = curve_value(site.pue, self.design.first_month, month)
        calendar = (month - 1) % 12 + 1
        turn = math.cos(2.0 * math.pi * (calendar - 7) / 12.0)
        return max(mean + self.assume["pue_season_swing"] * turn, min(mean, 1.0))

    def facility(self, row: Row, m: int) -> float:
        """kW of a block at the expected load: part of the overhead stays as at full load."""
        it, over = self.expected(row, m), self.pue(row.site, m) - 1.0
        fixed = self.assume["pue_fixed_share"]
        return it + over * (1.0 - fixed) * it + over * fixed * self.full(row, m)

    def full(self, row: Row, m: int) -> float:
        """IT kW at full load: what is retired and left running idles at most."""
        return self.it_kw(row, m) + row.idles[m] * row.idle * self.more

    def site_it(self, site: Site, m: int) -> float:
        return sum(self.it_kw(row, m) for row in self.rows if row.site.id == site.id)

    def _cap(self, site: Site, hall: Hall, m: int, wet: bool) -> float:
        inside = [row for row in self.rows if row.hall.id == hall.id]
        it = sum(self.it_kw(row, m) for row in inside)
        liquid = sum(row.active[m] * row.it * row.liquid for row in inside)
        grid = stair_value(site.grid, self.design.first_month + m)
        pairs = (
            (self.site_it(site, m) * self.pue(site, m), grid), (it, hall.it_limit_kw * hall.derate),
            (it - liquid, self.cooling(hall.air_kw, hall.air_month, hall, m)),
            (liquid if wet else 0.0, self.cooling(hall.liquid_kw, hall.liquid_month, hall, m)),
        )  # fmt: skip
        return min([1.0, *(limit / load for load, limit in pairs if load > limit)])

    def cooling(self, kw: float, begins: int | None, hall: Hall, m: int) -> float:
        """Air or liquid cooling: none before its month, or the hall's where it has none of its own."""
        month = hall.ready_month if begins is None else begins
        return kw if self.design.first_month + m >= month else 0.0

    def _parts(self) -> list[Part]:
        racks = list(dict.fromkeys(row.block.rack_id for row in self.rows))
        found = []
        for pool in self.design.pools:
            for rack_id in racks:
                chips, able = [], []
                seen = False
                for m in self.months:
                    rows = [r for r in self.rows if r.block.rack_id == rack_id and r.pool[m] is pool]
                    seen = seen or any(r.landed[k] > 0 for r in rows for k in range(m + 1))
                    chips.append(sum(r.active[m] * r.chips for r in rows))
                    able.append(
                        sum(r.active[m] * r.chips * self.cap[r.hall.id, r.liquid > 0][m] for r in rows)
                    )
                if seen:
                    spare = 1.0 - pool.spare_share
                    usable = [spare * a / c if c > 0 else 0.0 for a, c in zip(able, chips, strict=True)]
                    found.append(Part(pool.id, rack_id, chips, usable))
        return found

    def expected(self, row: Row, m: int) -> float:
        """IT kW with what the dispatched work draws."""
        drawn, part = 0.0, row.part[m]
        if part >= 0:
            for w, work in enumerate(self.design.workloads):
                drawn += self.run.share[part][w][m] * self.assume[f"expected_share_{work.kind}"]
        active = row.active[m]
        systems = (active + row.idles[m]) * row.idle + active * (row.it - row.idle) * drawn
        return (systems + active * row.ports_kw[m]) * self.more


def _month(date: str) -> int:
    """Absolute month of a date; July of a year alone."""
    parts = [int(part) for part in date.split("-")]
    return parts[0] * 12 + (parts[1] if len(parts) > 1 else 7)
