"""The oracle's money: what each block costs in each month, and who bears it."""

from __future__ import annotations

import math

from fleetdesigner.catalog import Catalog
from fleetdesigner.design.fleet import Hall, Lease, Rent, Site, Tokens
from fleetdesigner.design.model import Design
from fleetdesigner.design.workloads import Serving, TrainingRun
from tests.engine.oracle_curves import curve_value
from tests.engine.oracle_fleet import OracleFleet, Row

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
        self.brought_in = 0.0
        self.paid = [0.0] * design.months
        """[M] for all that stands, whenever"""
        self._money()
        self.levels = [self.level(m) if design.dollars == "real" else 1.0 for m in self.months]
        """[M] nominal dollars for one that is counted"""
        for table in (*self.cash.values(), *self.even.values(), *self.part_cost):
            table[:] = [usd / level for usd, level in zip(table, self.levels, strict=True)]
        self.brought_in /= self.levels[0]

    def level(self, m: int) -> float:
        """Prices in a month over those in the middle of the money year."""
        years = (self.design.first_month + m - (self.design.money_year * 12 + 7)) / 12.0
        return math.pow(1.0 + self.assume["inflation_per_year"], years)

    def price(self, row: Row, came: int) -> float:
        """What one system cost in the month in which it came."""
        return row.price * math.pow(1.0 + row.price_change, max(came - row.price_month, 0) / 12.0)

    def life(self, row: Row) -> float:
        """Months of the servers."""
        return max(self.assume["it_life_months"] + self._more(row, "trainium_life_more_months"), 1.0)

    def left_share(self, row: Row) -> float:
        """Share of the price left after them."""
        return min(max(self.assume["residual_share"] + self._more(row, "trainium_residual_more"), 0.0), 1.0)

    def _more(self, row: Row, key: str) -> float:
        return self.assume[key] if row.trainium else 0.0

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
        if pool is None or row.includes_network or not self._pays(row):
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
            self._own(row)
            self._lease_and_rent(row)
            for m in self.months:
                self._running(row, m)
                self._bought_tokens(row, m)
        for site in self.design.sites:
            for hall in site.halls:
                self._shell(site, hall)
        self._porting()

    def _own(self, row: Row) -> None:
        """Purchase, even cost and resale of a block; what came before the horizon is bought in no month, its
        value in the first one is brought in. The network around leased racks is bought.
        """
        if not self._pays(row):
            return
        assume, own = self.assume, row.phase.ownership.kind == "own"
        first, rest, life = self.design.first_month, self.left_share(row), self.life(row)
        spares = assume["spares_share_of_capex"]
        net_life, net_rest = assume["fabric_life_months"], assume["fabric_residual_share"]
        joins = min((stay.from_month for stay in row.block.stays), default=None)
        for came, systems in self.tranches(row):
            price = systems * self.price(row, came) if own else 0.0
            if came >= first:
                self.cash["servers"][came - first] += price
                self.cash["spares"][came - first] += price * spares
            else:
                self._bring(came, price, life, rest)
                self._bring(came, price * spares, life, 0.0)
            self._wear("servers", row, came, price, life, rest)
            self._wear("spares", row, came, price * spares, life, 0.0)
            self._resale(row, came, price, life, rest)
            if joins is None:
                continue
            joined = max(came, joins)
            at = joined - first
            if at >= self.design.months or not row.landed[max(at, 0)]:
                continue
            paid = systems * self._ports_usd(row, max(at, 0))
            if at >= 0:
                self.cash["fabric"][at] += paid
                self.cash["spares"][at] += paid * spares
            else:
                self._bring(joined, paid, net_life, net_rest)
                self._bring(joined, paid * spares, life, 0.0)
            for m in range(max(at, 0), self.design.months):  # a pool that follows may have other ports
                usd = systems * self._ports_usd(row, m)
                self._wear("fabric", row, joined, usd, net_life, net_rest, m)
                self._wear("spares", row, joined, usd * spares, life, 0.0, m)
            self._resale(row, joined, paid, net_life, net_rest)

    def _bring(self, came: int, usd: float, life: float, rest: float) -> None:
        """The value in the first month of what cost so much when it came."""
        worn = min(1.0, (self.design.first_month - came) / max(life, 1.0))
        self.brought_in += usd * (1.0 - (1.0 - rest) * worn)

    def _wear(
        self, item: str, row: Row, came: int, usd: float, life: float, rest: float, only: int | None = None
    ) -> None:
        """Even cost of a purchase in each month in which it stands, or in one."""
        for m in self.months if only is None else [only]:
            if row.landed[m] and m >= came - self.design.first_month:
                self._bear(item, row, m, usd * self._worn(came, m, life, rest))

    def _worn(self, came: int, m: int, life: float, rest: float) -> float:
        """Monthly cost per USD in a month index: new things pay an annuity over their life, old ones one of
        their value in the first month over what remains; afterwards the interest on the rest.
        """
        life, yearly = max(life, 1.0), self.assume["discount_rate"]
        interest = rest * (math.pow(1.0 + yearly, 1.0 / 12.0) - 1.0)
        before = max(self.design.first_month - came, 0)
        age = self.design.first_month + m - came
        remains = life - before
        if remains <= 0 or age >= life:
            return interest
        if before and yearly > 0:
            r = math.pow(1.0 + yearly, 1.0 / 12.0) - 1.0
            worth, fades = 1.0 - (1.0 - rest) * before / life, math.pow(1.0 + r, -remains)
            pays = (worth - rest * fades) * r / (1.0 - fades)
        else:
            pays = self.annuity(life, yearly, rest)
        part = min(life - age, 1.0)  # of a last month that the life does not fill
        return part * pays + (1.0 - part) * interest

    def _resale(self, row: Row, came: int, usd: float, life: float, rest: float) -> None:
        last = self.design.months
        retire = row.phase.retire_month
        if retire is not None and row.phase.after == "sell":
            last = min(max(retire - self.design.first_month, 0), last)
        age = self.design.first_month + last - came
        worn = min(1.0, age / max(life, 1.0))
        at = min(last, self.design.months - 1)
        self.cash["residual"][at] -= usd * (1.0 - (1.0 - rest) * worn)

    def _lease_and_rent(self, row: Row) -> None:
        owner, first = row.phase.ownership, self.design.first_month
        if isinstance(owner, Lease):
            for came, systems in self.tranches(row):
                for m in self.months:
                    if came <= first + m < came + owner.term_months:
                        usd = systems * self.price(row, came) * self.annuity(owner.term_months, owner.rate)
                        self._spend("lease", row, m, usd)
        if isinstance(owner, Rent):
            price = self.catalog.price_book(owner.price_book_id).usd_per_chip_hour(
                self.catalog.chip_of(row.block.rack_id).id
            )
            assert price
            retire = row.phase.retire_month
            for came, systems in self.tranches(row):
                begins = max(came, row.hall.ready_month)
                if retire is not None and (begins >= retire or retire <= first):
                    continue
                for m in self.months:
                    runs = begins <= first + m and (retire is None or first + m < retire)
                    if runs or begins <= first + m < begins + owner.term_months:
                        self._spend("rent", row, m, systems * row.chips * HOURS * price.value)

    def bought_share(self, p: int, m: int) -> float:
        """Share of a part's chips that stand for bought tokens."""
        here = [row for row in self.rows if row.part[m] == p]
        chips = sum(row.active[m] * row.chips for row in here)
        bought = [row for row in here if isinstance(row.phase.ownership, Tokens)]
        return sum(row.active[m] * row.chips for row in bought) / chips if chips > 0 else 0.0

    def _bought_tokens(self, row: Row, m: int) -> None:
        """What the row's chips serve of their part, input and output, at the prices of the models."""
        owner, p = row.phase.ownership, row.part[m]
        if not isinstance(owner, Tokens) or p < 0 or row.active[m] <= 0:
            return
        chips = sum(one.active[m] * one.chips for one in self.rows if one.part[m] == p)
        longer = math.pow(1.0 + self.assume["context_growth_per_year"], m / 12.0)
        for w, work in enumerate(self.design.workloads):
            got = self.run.tokens[p][w][m] * row.active[m] * row.chips / chips
            if got <= 0:
                continue
            sold = [
                one for one in self.catalog.price_book(owner.price_book_id).models
                if one.model_id == work.model_id
            ]  # fmt: skip
            if not sold or isinstance(work, TrainingRun):
                self._spend("tokens", row, m, math.nan)
                continue
            output, whole = sold[0].usd_per_million_output, sold[0].usd_per_million_input
            assert output
            assert whole
            cached = sold[0].usd_per_million_cached or whole
            found = work.cached_share if isinstance(work, Serving) else 0.0
            taken = got * longer * work.input_len / work.output_len
            usd = got * output.value + taken * (found * cached.value + (1.0 - found) * whole.value)
            self._spend("tokens", row, m, usd * HOURS * 3600.0 / 1e6)

    def _running(self, row: Row, m: int) -> None:
        if not self._pays(row):
            return
        first, month = self.design.first_month, self.design.first_month + m
        tariff, pue = row.site.tariff, self.pue(row.site, m)
        expected, provisioned = self.expected(row, m), self.it_kw(row, m)
        energy = self.facility(row, m) * HOURS * curve_value(tariff.energy_usd_per_kwh, first, month)
        self._spend("energy", row, m, energy)
        self._spend(
            "demand", row, m, provisioned * pue * curve_value(tariff.demand_usd_per_kw_month, first, month)
        )
        water = expected * HOURS * row.site.wue_l_per_kwh / 1000.0
        self._spend("water", row, m, water * self.assume["water_usd_per_m3"] * self.level(m))
        staff = self.assume["staff_usd_per_mw_year"] * self.level(m)
        self._spend("staff", row, m, provisioned * pue / 1000.0 * staff / 12.0)
        value = row.landed[m] * self._ports_usd(row, m)
        if row.landed[m]:
            value += sum(n * self.price(row, came) for came, n in self.tranches(row) if came <= month)
        self.paid[m] += value * (1.0 + self.assume["spares_share_of_capex"])
        self._spend("support", row, m, value * self.assume["support_share_per_year"] / 12.0)
        space = self.assume["facility_basis"] * self._preset(row.site, "colocation_usd_per_kw_month")
        self._spend("colocation", row, m, provisioned * space * self.level(m))

    def _shell(self, site: Site, hall: Hall) -> None:
        inside = [row for row in self.rows if row.hall.id == hall.id]
        if inside and not any(self._pays(row) for row in inside):
            return  # the seller's hall, in the price of what is rented
        extra = {
            "N": 0.0, "N+1": self.assume["redundancy_n1_extra"], "2N": self.assume["redundancy_2n_extra"],
        }[hall.redundancy]  # fmt: skip
        built = 1.0 - self.assume["facility_basis"]
        price = hall.it_limit_kw * self._preset(site, "shell_usd_per_kw") * (1.0 + extra) * built
        came, first = hall.ready_month, self.design.first_month
        if came >= first + self.design.months:
            return
        life, rest = self.assume["facility_life_months"], self.assume["facility_residual_share"]
        if came >= first:
            self.cash["shell"][came - first] += price
        else:
            self._bring(came, price, life, rest)
        worn = min(1.0, (first + self.design.months - came) / max(life, 1.0))
        self.cash["residual"][-1] -= price * (1.0 - (1.0 - rest) * worn)
        for m in range(max(came - first, 0), self.design.months):
            monthly = price * self._worn(came, m, life, rest)
            self.paid[m] += price
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
            weeks = self.weeks[work.id]
            crew: list[float] = []
            while sum(crew) * 4.345 < weeks * (1 - 1e-9) or not crew:
                busy, at = self.crews[work.id], len(crew)
                crew.append(busy[at] if at < len(busy) else port.engineers)
            for m in self.months:
                at = self.design.first_month + m - port.start_month
                if 0 <= at < len(crew):
                    usd = weeks * crew[at] / sum(crew) * self.assume["engineer_week_usd"] * self.level(m)
                    self.cash["porting"][m] += usd
                    self.even["porting"][m] += usd
