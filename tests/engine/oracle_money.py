"""The oracle's money: what each block costs in each month, and who bears it."""

from __future__ import annotations

import math

from fleetdesigner.catalog import Catalog
from fleetdesigner.design.fleet import Hall, Lease, Rent, Site
from fleetdesigner.design.model import Design
from tests.engine.oracle_curves import curve_value
from tests.engine.oracle_fleet import OracleFleet, Row
from tests.engine.oracle_rates import row_for

HOURS = 730.0
ITEMS = (
    "servers", "fabric", "spares", "shell", "colocation", "lease", "rent", "tokens", "energy", "demand",
    "water", "staff", "support", "porting", "residual",
)  # fmt: skip
CAPEX = ("servers", "fabric", "spares", "shell")


class OracleMoney(OracleFleet):
    """Cash and even cost by item, and the even cost of each part."""

    def __init__(self, design: Design, catalog: Catalog) -> None:
        super().__init__(design, catalog)
        self.cash = {item: [0.0] * design.months for item in ITEMS}
        self.even = {item: [0.0] * design.months for item in ITEMS}
        self.part_cost = [[0.0] * design.months for _ in self.parts]
        self._money()

    def _pays(self, row: Row) -> bool:
        return row.phase.ownership.kind in ("own", "lease")

    def annuity(self, life: float, yearly: float, rest: float = 0.0) -> float:
        life = max(life, 1.0)
        r = math.pow(1.0 + yearly, 1.0 / 12.0) - 1.0
        if r <= 0:
            return (1.0 - rest) / life
        return (1.0 - rest * math.pow(1.0 + r, -life)) * r / (1.0 - math.pow(1.0 + r, -life))

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
