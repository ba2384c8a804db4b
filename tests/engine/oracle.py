"""The engine written a second time: plain Python over months, blocks, parts and workloads, no arrays.

Written from the pages that describe the engine, not from its code. Of the engine it imports only the
throughput model (plans of single chips, which published measurements judge) and the registry's defaults.
Pools run their kinds of chip apart; every figure is there. Blocks are not grouped, so grouping is tested too.
"""

from __future__ import annotations

import math

from fleetdesigner.design.fleet import Site
from fleetdesigner.design.workloads import TrainingRun, Workload
from tests.engine.oracle_curves import curve_value, stair_value
from tests.engine.oracle_fleet import Row
from tests.engine.oracle_money import CAPEX, HOURS, ITEMS, OracleMoney
from tests.engine.oracle_served import by_pool, race, unmet_causes

FLOW_GROUPS = {
    "servers": ("servers", "lease", "rent", "tokens"),
    "network": ("fabric", "spares"),
    "space": ("shell", "colocation"),
    "power": ("energy", "demand", "water"),
    "people": ("staff", "support"),
    "porting": ("porting",),
    "residual": ("residual",),
}


class Oracle(OracleMoney):
    """All numbers of a design."""

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
                sum(self.facility(r, m) for r in self.rows) * HOURS for m in self.months
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
            "return_flow_usd": self.return_flow(),
            "cumulative_present_usd": [
                sum(self._present(m) * usd for m, usd in enumerate(self.return_flow()[: last + 1]))
                for last in self.months
            ],
            **self.flow_by_group(),
            **unmet_causes(self),
            **by_pool(self),
            **race(self),
            "opex_usd_per_month": [
                sum(self.cash[item][m] for item in ITEMS if item not in (*CAPEX, "residual"))
                for m in self.months
            ],
        }
        out["value_brought_in_usd"] = [self.brought_in if m == 0 else 0.0 for m in self.months]
        out["cumulative_cash_usd"] = [sum(self.return_flow()[: m + 1]) for m in self.months]
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
        return self.facility(row, m) * HOURS * grams / 1e6

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
        found["tco_usd"] = sum(series["cash_usd"]) + self.brought_in
        found["carbon_t_per_year"] = series["carbon_t_per_month"][m] * 12.0
        found["usd_per_accelerator_hour"] = _over(series["cost_usd_per_month"][m], series["chips"][m] * HOURS)
        found.update(self._token_costs(series, m))
        capacity, facility = series["serving_tokens_per_s"][m], series["facility_power_kw"][m]
        found["tokens_per_s_per_mw"] = _over(capacity, facility / 1000.0) if capacity > 0 else None
        found.update(self._energy_per_token(series, m))
        mw = sum(
            self.it_kw(row, m) * self.pue(row.site, m) / 1000.0 for row in self.rows if self._pays(row)
        )
        found["usd_per_mw"] = _over(self.paid[m], mw)
        found.update(self._horizon(series))
        return found

    def _token_costs(self, series: dict[str, list[float]], m: int) -> dict[str, float | None]:
        hour = inputs_hour = inputs = unpaid = 0.0
        for p in range(len(self.parts)):
            usd = self.part_cost[p][m] / HOURS
            weights = self.weights(p, m)
            rest, which = self.rest(p, m)
            unpaid += rest * self.bought_share(p, m)  # what nobody takes is not bought
            rest *= 1.0 - self.bought_share(p, m)
            for w, work in enumerate(self.works):
                one = work.workload
                if isinstance(one, TrainingRun):
                    continue
                ratio = one.input_len / one.output_len
                ratio *= math.pow(1.0 + self.assume["context_growth_per_year"], m / 12.0)
                hour += usd * weights[w]
                inputs_hour += usd * weights[w] * (0.0 if math.isnan(work.prefill[p]) else work.prefill[p])
                inputs += self.run.tokens[p][w][m] * ratio + (rest * ratio if w == which else 0.0)
        capacity, served = series["serving_tokens_per_s"][m] - unpaid, series["served_tokens_per_s"][m]
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
            over, fixed = self.pue(row.site, m) - 1.0, self.assume["pue_fixed_share"]
            watts += kw * self.more * (1.0 + over * (1.0 - fixed)) * 1000.0
            watts += over * fixed * self.full(row, m) * held * 1000.0
        return {"joule_per_token": _over(watts, series["served_tokens_per_s"][m])}

    def worth(self, work: Workload, m: int) -> float:
        """USD a million tokens: a task keeps its worth when it takes more of them."""
        each = work.value_usd_per_m_output or 0.0
        longer = math.pow(1.0 + self.assume["tokens_per_task_growth_per_year"], m / 12.0)
        return each if work.kind == "training" else each / longer

    def flow(self) -> list[float]:
        """Value of all work that has one, less cash cost."""
        out = []
        for m in self.months:
            worth = sum(
                self.run.served[w][m] * 3600.0 * HOURS / 1e6 * self.worth(work, m) / self.levels[m]
                for w, work in enumerate(self.design.workloads)
            )
            out.append(worth - sum(self.cash[item][m] for item in ITEMS))
        return out

    def return_flow(self) -> list[float]:
        """The same, with what stood before as an outlay of the first month."""
        first, *rest = self.flow()
        return [first - self.brought_in, *rest]

    def flow_by_group(self) -> dict[str, list[float]]:
        """Its parts: who pays for work, what is sold at the end, what each kind of cost takes."""
        out = {"brought_in": [-self.brought_in if m == 0 else 0.0 for m in self.months]}
        for key, origin in (("revenue", "external"), ("internal", "internal")):
            out[key] = [
                sum(
                    self.run.served[w][m] * self.worth(work, m) * 3600.0 * HOURS / 1e6 / self.levels[m]
                    for w, work in enumerate(self.design.workloads)
                    if work.origin == origin
                )
                for m in self.months
            ]
        for key, items in FLOW_GROUPS.items():
            out[key] = [-sum(self.cash[item][m] for item in items) for m in self.months]
        return {f"return_flow_usd.group:{key}": values for key, values in out.items()}

    def _present(self, m: int) -> float:
        """Dollars of the first month for one that is counted in a month."""
        return self.levels[m] * math.pow(1.0 + self.assume["discount_rate"], -m / 12.0)

    def _horizon(self, series: dict[str, list[float]]) -> dict[str, float | None]:
        found: dict[str, float | None] = {}
        flow = self.return_flow()
        present = [self._present(m) * usd for m, usd in enumerate(flow)]
        found["npv_usd"] = sum(present)
        found["payback_months"] = _payback(flow)
        found["payback_discounted_months"] = _payback(present)
        cost = sum(
            self._present(m) * sum(self.cash[item][m] for item in ITEMS) for m in self.months
        ) + self._present(0) * self.brought_in
        # not the difference of flow and cost: a value of cents beside billions would be rounding
        groups = self.flow_by_group()
        value = sum(
            self._present(m) * groups[f"return_flow_usd.group:{key}"][m]
            for m in self.months
            for key in ("revenue", "internal")
        )
        earns = any(
            self.run.served[w][m] > 0 and work.value_usd_per_m_output
            for w, work in enumerate(self.design.workloads)
            for m in self.months
        )
        found["break_even_utilisation"] = cost / value if earns and cost > 0 else None
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
