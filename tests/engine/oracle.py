"""The engine written a second time: plain Python over months, blocks, parts and workloads, no arrays.

Written from the pages that describe the engine, not from its code. It imports of the engine only the throughput
model (for plans of single chips, which published measurements judge) and the registry's default values. Pools
run their kinds of chip apart; every figure is there. Blocks are not grouped, so grouping is tested too.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from fleetdesigner.catalog import Catalog
from fleetdesigner.design.fleet import Block, Hall, Lease, Phase, Pool, Rent, Site
from fleetdesigner.design.model import Design
from fleetdesigner.design.workloads import TrainingRun
from fleetdesigner.engine.assumptions import ASSUMPTIONS
from tests.engine.oracle_curves import curve_value, month_of, stair_value
from tests.engine.oracle_work import Outcome, Part, Work, dispatch, row_for, works

HOURS = 730.0
ITEMS = (
    "servers", "fabric", "spares", "shell", "colocation", "lease", "rent", "tokens", "energy", "demand", "water",
    "staff", "support", "porting", "residual",
)  # fmt: skip
CAPEX = ("servers", "fabric", "spares", "shell")


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


class Oracle:
    """All numbers of a design; series are lists by month."""

    def __init__(self, design: Design, catalog: Catalog) -> None:
        self.design = design
        self.catalog = catalog.with_overrides(design.overrides)
        self.months = range(design.months)
        self.assume = {spec.key: spec.default for spec in ASSUMPTIONS}
        for item in design.assumptions:
            assert isinstance(item.value, int | float)
            self.assume[item.key] = float(item.value)
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
        self.works: list[Work] = works(design, self.catalog, self.parts, self.assume)
        self.run: Outcome = dispatch(design, self.parts, self.works)
        self.cash = {item: [0.0] * design.months for item in ITEMS}
        self.even = {item: [0.0] * design.months for item in ITEMS}
        self.part_cost = [[0.0] * design.months for _ in self.parts]
        self._money()

    # fleet

    def _row(self, site: Site, hall: Hall, block: Block) -> Row:
        rack = self.catalog.rack(block.rack_id)
        chip = self.catalog.chip_of(rack)
        phase = next(phase for phase in self.design.phases if phase.id == block.phase_id)
        assert rack.it_power_kw and rack.price_usd and chip.bf16_tflops and chip.scale_out_gbit_per_s
        it = rack.it_power_kw.value
        return Row(
            block, site, hall, phase, float(self.catalog.chips_in(rack)), it,
            rack.nameplate_kw.value if rack.nameplate_kw else it,
            rack.idle_power_kw.value if rack.idle_power_kw else self.assume["idle_share"] * it,
            rack.liquid_share.value if rack.liquid_share else 0.0,
            rack.price_usd.value, chip.bf16_tflops.value, chip.scale_out_gbit_per_s.value,
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
        assert watts and fabric.endpoint_gbit_per_s
        ports = row.scale_out / fabric.endpoint_gbit_per_s.value
        return watts.value / 1000.0 * ports * (0.5 + 0.5 / pool.oversubscription) * row.chips

    # power

    def it_kw(self, row: Row, m: int) -> float:
        """Provisioned, with network, storage and management."""
        return row.active[m] * (row.it + row.ports_kw[m]) * self.more

    def pue(self, site: Site, m: int) -> float:
        return curve_value(site.pue, self.design.first_month, self.design.first_month + m)

    def site_it(self, site: Site, m: int) -> float:
        return sum(self.it_kw(row, m) for row in self.rows if row.site.id == site.id)

    def _cap(self, site: Site, hall: Hall, m: int, wet: bool) -> float:
        inside = [row for row in self.rows if row.hall.id == hall.id]
        it = sum(self.it_kw(row, m) for row in inside)
        liquid = sum(row.active[m] * row.it * row.liquid for row in inside)
        grid = stair_value(site.grid, self.design.first_month + m)
        pairs = (
            (self.site_it(site, m) * self.pue(site, m), grid), (it, hall.it_limit_kw * hall.derate),
            (it - liquid, hall.air_kw), (liquid if wet else 0.0, hall.liquid_kw),
        )  # fmt: skip
        return min([1.0, *(limit / load for load, limit in pairs if load > limit)])

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
                    able.append(sum(r.active[m] * r.chips * self.cap[r.hall.id, r.liquid > 0][m] for r in rows))
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

    # money

    def _pays(self, row: Row) -> bool:
        return row.phase.ownership.kind in ("own", "lease")

    def annuity(self, life: float, yearly: float, rest: float = 0.0) -> float:
        life = max(life, 1.0)
        r = (1.0 + yearly) ** (1.0 / 12.0) - 1.0
        if r <= 0:
            return (1.0 - rest) / life
        return (1.0 - rest * (1.0 + r) ** -life) * r / (1.0 - (1.0 + r) ** -life)

    def _preset(self, site: Site, field: str) -> float:
        if field not in self.own_keys and site.preset_id is not None:
            figure = self.catalog.site(site.preset_id).figure(field)
            if figure is not None:
                return figure.value
        return self.assume[field]

    def _ports_usd(self, row: Row, m: int) -> float:
        pool = row.pool[m]
        if pool is None or row.includes_network or row.phase.ownership.kind != "own":
            return 0.0
        each = self.catalog.fabric(pool.fabric_id).figure(f"capex_usd_per_chip_{self._tiers(pool)}")
        assert each
        return each.value * row.chips

    def _spend(self, item: str, row: Row, m: int, usd: float) -> None:
        """A running cost of a block."""
        self.cash[item][m] += usd
        self._bear(item, row, m, usd)

    def _bear(self, item: str, row: Row, m: int, usd: float) -> None:
        self.even[item][m] += usd
        part = row.part[m]
        if part >= 0:
            self.part_cost[part][m] += usd

    def _money(self) -> None:
        for row in self.rows:
            for m in self.months:
                self._own(row, m)
                self._lease_and_rent(row, m)
                self._running(row, m)
            self._resale(row)
        for site in self.design.sites:
            for hall in site.halls:
                self._shell(site, hall)
        self._porting()

    def _own(self, row: Row, m: int) -> None:
        if row.phase.ownership.kind != "own":
            return
        assume = self.assume
        came, ports = self._came(row, m), self._joined(row, m) * self._ports_usd(row, m)
        self.cash["servers"][m] += came * row.price
        self.cash["fabric"][m] += ports
        self.cash["spares"][m] += (came * row.price + ports) * assume["spares_share_of_capex"]
        value, network = row.landed[m] * row.price, row.landed[m] * self._ports_usd(row, m)
        rate, rest = assume["discount_rate"], assume["residual_share"]
        self._bear("servers", row, m, value * self.annuity(assume["it_life_months"], rate, rest))
        self._bear("fabric", row, m, network * self.annuity(assume["fabric_life_months"], rate, rest))
        spare = assume["spares_share_of_capex"] * self.annuity(assume["it_life_months"], rate)
        self._bear("spares", row, m, (value + network) * spare)

    def _came(self, row: Row, m: int) -> float:
        return max(row.landed[m] - (row.landed[m - 1] if m else 0.0), 0.0)

    def _joined(self, row: Row, m: int) -> float:
        now = row.landed[m] if row.pool[m] else 0.0
        before = row.landed[m - 1] if m and row.pool[m - 1] else 0.0
        return max(now - before, 0.0)

    def _lease_and_rent(self, row: Row, m: int) -> None:
        owner = row.phase.ownership
        if isinstance(owner, Lease):
            running = sum(self._came(row, k) for k in range(max(m - owner.term_months + 1, 0), m + 1))
            self._spend("lease", row, m, running * row.price * self.annuity(owner.term_months, owner.rate))
        if isinstance(owner, Rent):
            price = self.catalog.price_book(owner.price_book_id).usd_per_chip_hour(
                self.catalog.chip_of(row.block.rack_id).id
            )
            assert price
            self._spend("rent", row, m, row.active[m] * row.chips * HOURS * price.value)

    def _running(self, row: Row, m: int) -> None:
        if not self._pays(row):
            return
        first, month = self.design.first_month, self.design.first_month + m
        tariff, pue = row.site.tariff, self.pue(row.site, m)
        expected, provisioned = self.expected(row, m), self.it_kw(row, m)
        energy = expected * pue * HOURS * curve_value(tariff.energy_usd_per_kwh, first, month)
        self._spend("energy", row, m, energy)
        self._spend(
            "demand", row, m, provisioned * pue * curve_value(tariff.demand_usd_per_kw_month, first, month)
        )
        water = expected * HOURS * row.site.wue_l_per_kwh / 1000.0 * self.assume["water_usd_per_m3"]
        self._spend("water", row, m, water)
        self._spend("staff", row, m, provisioned * pue / 1000.0 * self.assume["staff_usd_per_mw_year"] / 12.0)
        value = row.landed[m] * (row.price + self._ports_usd(row, m))
        self._spend("support", row, m, value * self.assume["support_share_per_year"] / 12.0)
        space = self.assume["facility_basis"] * self._preset(row.site, "colocation_usd_per_kw_month")
        self._spend("colocation", row, m, provisioned * space)

    def _resale(self, row: Row) -> None:
        if row.phase.ownership.kind != "own":
            return
        last = self.design.months
        retire = row.phase.retire_month
        if retire is not None and row.phase.after == "sell":
            last = min(max(retire - self.design.first_month, 0), last)
        at = min(last, self.design.months - 1)
        for m in self.months:
            age = max(last - m, 0)
            for usd, life in (
                (self._came(row, m) * row.price, "it_life_months"),
                (self._joined(row, m) * self._ports_usd(row, m), "fabric_life_months"),
            ):
                worn = min(1.0, age / max(self.assume[life], 1.0))
                self.cash["residual"][at] -= usd * (1.0 - (1.0 - self.assume["residual_share"]) * worn)

    def _shell(self, site: Site, hall: Hall) -> None:
        extra = {
            "N": 0.0, "N+1": self.assume["redundancy_n1_extra"], "2N": self.assume["redundancy_2n_extra"],
        }[hall.redundancy]  # fmt: skip
        built = 1.0 - self.assume["facility_basis"]
        price = hall.it_limit_kw * self._preset(site, "shell_usd_per_kw") * (1.0 + extra) * built
        start = max(hall.ready_month - self.design.first_month, 0)
        if start >= self.design.months:
            return
        life = self.assume["facility_life_months"]
        self.cash["shell"][start] += price
        worn = min(1.0, (self.design.months - start) / max(life, 1.0))
        self.cash["residual"][-1] -= price * (1.0 - worn)
        monthly = price * self.annuity(life, self.assume["discount_rate"])
        for m in range(start, self.design.months):
            self.even["shell"][m] += monthly
            paying = [row for row in self.rows if row.site.id == site.id and self._pays(row)]
            whole = sum(self.it_kw(row, m) for row in paying)
            for row in paying:
                part = row.part[m]
                if part >= 0 and whole > 0:
                    self.part_cost[part][m] += monthly * self.it_kw(row, m) / whole

    def _porting(self) -> None:
        for work in self.design.workloads:
            port = work.port
            if port is None:
                continue
            weeks = port.engineer_weeks
            if weeks <= 0:
                rows = [
                    row_for(self.catalog, self.catalog.chip_of(one), work)
                    for one in {r.block.rack_id for r in self.rows}
                ]
                weeks = max(
                    (r.port_engineer_weeks.value for r in rows
                     if r is not None and r.state == "needs_port" and r.port_engineer_weeks), default=0.0,
                )  # fmt: skip
            span = max(math.ceil(weeks / (port.engineers * 4.345) - 1e-9), 1)
            for m in self.months:
                if port.start_month <= self.design.first_month + m < port.start_month + span:
                    usd = weeks / span * self.assume["engineer_week_usd"]
                    self.cash["porting"][m] += usd
                    self.even["porting"][m] += usd

    # what is asked for

    def series(self) -> dict[str, list[float]]:
        """By the engine's ids."""
        design = self.design
        out = {
            "chips": [sum(r.active[m] * r.chips for r in self.rows) for m in self.months],
            "h100_equivalents": [
                sum(r.active[m] * r.chips * r.bf16 / 989.0 for r in self.rows) for m in self.months
            ],
            "it_power_kw": [sum(self.it_kw(r, m) for r in self.rows) for m in self.months],
            "it_power_nameplate_kw": [
                sum(r.active[m] * (r.nameplate + r.ports_kw[m]) * self.more for r in self.rows)
                for m in self.months
            ],
            "it_power_expected_kw": [sum(self.expected(r, m) for r in self.rows) for m in self.months],
            "facility_power_kw": [
                sum(self.site_it(s, m) * self.pue(s, m) for s in design.sites) for m in self.months
            ],
            "stranded_power_kw": [sum(self._spare_grid(s, m) for s in design.sites) for m in self.months],
            "energy_kwh": [
                sum(self.expected(r, m) * self.pue(r.site, m) for r in self.rows) * HOURS for m in self.months
            ],
            "carbon_t_per_month": [sum(self._carbon(r, m) for r in self.rows) for m in self.months],
            "training_tokens_per_s": self._sum_served(("training",)),
            "served_tokens_per_s": self._sum_served(("serving", "agent", "batch")),
            "unmet_tokens_per_s": [
                sum(
                    self.run.unmet[w][m] for w, work in enumerate(design.workloads) if work.kind != "training"
                )
                for m in self.months
            ],
            "serving_tokens_per_s": [
                sum(self.capacity(p, m) for p in range(len(self.parts))) for m in self.months
            ],
            "cost_usd_per_month": [sum(self.even[item][m] for item in ITEMS) for m in self.months],
            "cash_usd": [sum(self.cash[item][m] for item in ITEMS) for m in self.months],
            "opex_usd_per_month": [
                sum(self.cash[item][m] for item in ITEMS if item not in (*CAPEX, "residual"))
                for m in self.months
            ],
        }
        out.update({f"cash_usd.item:{item}": self.cash[item] for item in ITEMS})
        out.update({f"cost_usd_per_month.item:{item}": self.even[item] for item in ITEMS})
        for w, work in enumerate(design.workloads):
            name = "training_tokens_per_s" if work.kind == "training" else "serving_tokens_per_s"
            out[f"{name}.workload:{work.id}"] = self.run.served[w]
        for p, part in enumerate(self.parts):
            out[f"serving_tokens_per_s.part:{part.pool_id}/{part.rack_id}"] = [
                self.capacity(p, m) for m in self.months
            ]
        return out

    def _spare_grid(self, site: Site, m: int) -> float:
        return max(
            0.0,
            stair_value(site.grid, self.design.first_month + m) - self.site_it(site, m) * self.pue(site, m),
        )

    def _carbon(self, row: Row, m: int) -> float:
        grams = curve_value(row.site.carbon_g_per_kwh, self.design.first_month, self.design.first_month + m)
        return self.expected(row, m) * self.pue(row.site, m) * HOURS * grams / 1e6

    def _sum_served(self, kinds: tuple[str, ...]) -> list[float]:
        return [
            sum(self.run.served[w][m] for w, work in enumerate(self.design.workloads) if work.kind in kinds)
            for m in self.months
        ]

    def idle(self, p: int, m: int) -> float:
        """Usable share that nobody holds."""
        usable = self.parts[p].usable[m]
        left = usable - sum(row[m] for row in self.run.share[p])
        return left if left > 1e-12 * usable else 0.0

    def rest(self, p: int, m: int) -> tuple[float, int]:
        """(tokens/s of the unused rest at its best serving work, which that is)."""
        best, which = 0.0, -1
        for w, work in enumerate(self.works):
            if work.workload.kind != "training":
                peak = work.workload.peak_to_mean if work.workload.kind == "serving" else 1.0
                if which < 0 or work.rate[p][m] / peak > best:
                    best, which = work.rate[p][m] / peak, w
        return best * self.idle(p, m), which

    def capacity(self, p: int, m: int) -> float:
        """Output tokens/s of a part: served, and what the rest could serve."""
        served = sum(
            self.run.tokens[p][w][m]
            for w, work in enumerate(self.design.workloads)
            if work.kind != "training"
        )
        return served + self.rest(p, m)[0]

    def weights(self, p: int, m: int) -> list[float]:
        """[W] share of the part's cost that each serving workload bears."""
        out = [
            self.run.share[p][w][m] if work.kind != "training" else 0.0
            for w, work in enumerate(self.design.workloads)
        ]
        rest, which = self.rest(p, m)
        if rest > 0:
            out[which] += self.idle(p, m)
        usable = self.parts[p].usable[m]
        return [one / usable if usable > 0 else 0.0 for one in out]

    def kpis(self, m: int) -> dict[str, float | None]:
        """By the engine's ids, in a month index."""
        found: dict[str, float | None] = {}
        series = self.series()
        for name in (
            "chips", "h100_equivalents", "it_power_kw", "it_power_expected_kw", "it_power_nameplate_kw",
            "facility_power_kw", "stranded_power_kw", "training_tokens_per_s", "serving_tokens_per_s",
            "unmet_tokens_per_s", "opex_usd_per_month",
        ):  # fmt: skip
            found[name] = series[name][m]
        found["capex_usd"] = sum(sum(self.cash[item]) for item in CAPEX)
        found["tco_usd"] = sum(series["cash_usd"])
        found["carbon_t_per_year"] = series["carbon_t_per_month"][m] * 12.0
        found["usd_per_accelerator_hour"] = _over(series["cost_usd_per_month"][m], series["chips"][m] * HOURS)
        found.update(self._token_costs(series, m))
        capacity, facility = series["serving_tokens_per_s"][m], series["facility_power_kw"][m]
        found["tokens_per_s_per_mw"] = _over(capacity, facility / 1000.0) if capacity > 0 else None
        found.update(self._energy_per_token(series, m))
        found.update(self._horizon(series))
        return found

    def _token_costs(self, series: dict[str, list[float]], m: int) -> dict[str, float | None]:
        hour = inputs_hour = inputs = 0.0
        for p in range(len(self.parts)):
            usd = self.part_cost[p][m] / HOURS
            weights = self.weights(p, m)
            rest, which = self.rest(p, m)
            for w, work in enumerate(self.works):
                one = work.workload
                if isinstance(one, TrainingRun):
                    continue
                ratio = one.input_len / one.output_len
                hour += usd * weights[w]
                inputs_hour += usd * weights[w] * (0.0 if math.isnan(work.prefill[p]) else work.prefill[p])
                inputs += self.run.tokens[p][w][m] * ratio + (rest * ratio if w == which else 0.0)
        capacity, served = series["serving_tokens_per_s"][m], series["served_tokens_per_s"][m]
        return {
            "usd_per_million_tokens": _over(hour * 1e6, capacity * 3600.0),
            "usd_per_million_tokens_usage": _over(hour * 1e6, served * 3600.0),
            "usd_per_million_tokens_input": _over(inputs_hour * 1e6, inputs * 3600.0),
            "usd_per_million_tokens_total": _over(hour * 1e6, (inputs + capacity) * 3600.0),
        }

    def _energy_per_token(self, series: dict[str, list[float]], m: int) -> dict[str, float | None]:
        """What serving adds to the draw, and its share of idle and network power."""
        watts = 0.0
        serving = [w for w, work in enumerate(self.design.workloads) if work.kind != "training"]
        for row in self.rows:
            p = row.part[m]
            if p < 0 or self.parts[p].usable[m] <= 0:
                continue
            held = sum(self.run.share[p][w][m] for w in serving) / self.parts[p].usable[m]
            drawn = sum(
                self.run.share[p][w][m] * self.assume[f"expected_share_{self.design.workloads[w].kind}"]
                for w in serving
            )
            still = (row.active[m] + row.idles[m]) * row.idle + row.active[m] * row.ports_kw[m]
            kw = still * held + row.active[m] * (row.it - row.idle) * drawn
            watts += kw * self.more * self.pue(row.site, m) * 1000.0
        return {"joule_per_token": _over(watts, series["served_tokens_per_s"][m])}

    def flow(self) -> list[float]:
        """Value of all work that has one, less cash cost."""
        out = []
        for m in self.months:
            worth = sum(
                self.run.served[w][m] * 3600.0 * HOURS / 1e6 * (work.value_usd_per_m_output or 0.0)
                for w, work in enumerate(self.design.workloads)
            )
            out.append(worth - sum(self.cash[item][m] for item in ITEMS))
        return out

    def _horizon(self, series: dict[str, list[float]]) -> dict[str, float | None]:
        flow, found = self.flow(), {}
        found["npv_usd"] = sum(
            usd * (1.0 + self.assume["discount_rate"]) ** (-m / 12.0) for m, usd in enumerate(flow)
        )
        found["payback_months"] = _payback(flow)
        top = max(series["chips"], default=0.0)
        reached = [m for m in self.months if series["chips"][m] >= top * (1 - 1e-12)]
        found["months_to_capacity"] = float(reached[0]) if top > 0 else None
        runs = [w for w, work in enumerate(self.design.workloads) if work.kind == "training"]
        found["cost_per_run_usd"] = found["time_to_train_days"] = None
        if runs:
            w = min(runs, key=lambda one: (self.design.workloads[one].priority, one))
            work = self.design.workloads[w]
            assert isinstance(work, TrainingRun)
            if not math.isnan(self.run.finish[w]):
                found["time_to_train_days"] = (
                    self.run.finish[w] + self.design.first_month - work.start_month
                ) * 30.4
                found["cost_per_run_usd"] = sum(
                    self.run.share[p][w][m] * self.part_cost[p][m]
                    for p in range(len(self.parts))
                    for m in self.months
                )
        return found


def _over(above: float, below: float) -> float | None:
    return above / below if below else None


def _payback(flow: list[float]) -> float | None:
    total, below = 0.0, False
    for m, usd in enumerate(flow):
        total += usd
        if below and total >= 0:
            return float(m)
        below = below or total < 0
    return None


__all__ = ["ITEMS", "Oracle", "month_of"]
