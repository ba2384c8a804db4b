"""Results put together by hand: a hall of H100 to which Trainium2 is added, with figures easy to check."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

import numpy as np

from fleetdesigner.engine.results import Results, Series, SeriesTable
from fleetdesigner.values import Grade

FIRST = 2027 * 12 + 1
MONTHS = 36
NONE = float("nan")


def series(
    series_id: str,
    label: str,
    unit: str,
    values: np.ndarray,
    palette: str = "",
    evidence: Grade = "estimate",
    why: str = "",
) -> Series:
    """A series of one sample."""
    group, _, rest = series_id.partition(".")
    frozen = np.atleast_2d(np.asarray(values, dtype=np.float64)).copy()
    frozen.setflags(write=False)
    return Series(series_id, label, unit, frozen, group, rest.partition(":")[2], palette, evidence, why)


def _same(one: Series) -> Series:
    return one


def results(found: tuple[Series, ...], months: int = MONTHS, first: int = FIRST) -> Results:
    """Results that hold those series."""
    return Results(
        design_id="d1",
        first_month=first,
        months=np.arange(first, first + months, dtype=np.int64),
        names=("Base",),
        ids=("d1",),
        series=SeriesTable({one.id: partial(_same, one) for one in found}),
        findings=(),
        excluded=(),
        assumptions_in_use=(),
        default_month=first,
        states=(),
    )


def from_month(value: float, month: int, months: int = MONTHS) -> np.ndarray:
    """0 until a month of the plan, then a value."""
    return np.where(np.arange(months) >= month, value, 0.0)


def hybrid(trainium: float = 1.0, months: int = MONTHS) -> Results:
    """H100 all along; `trainium` times 192 kW of Trainium2 from the fourth and seventh month on."""
    t = np.arange(months)
    h100 = np.full(months, 326.0)
    trn2 = trainium * (from_month(96.0, 3, months) + from_month(96.0, 6, months))
    facility = (h100 + trn2) * (1.34 + 0.03 * np.sin(t / 4))
    servers = 130e3 + 290 * trn2
    items: Mapping[str, tuple[str, np.ndarray]] = MappingProxyType(
        {
            "servers": ("Servers", servers),
            "network": ("Network", 0.08 * servers),
            "space": ("Space, cooling", np.full(months, 46e3)),
            "energy": ("Energy", facility * 730 * 0.083),
            "staff": ("Staff", np.full(months, 17e3)),
            "porting": ("Porting", trainium * 40e3 * ((t >= 1) & (t < 6))),
        }
    )
    total = np.sum([values for _, values in items.values()], axis=0)
    demand = 38e3 + 40e3 / (1 + np.exp(-(t - 11) / 4))
    h100_serving = np.where(t < 6, 59.5e3, 0.0) if trainium else np.full(months, 59.5e3)
    trn2_serving = trainium * (from_month(65e3, 3, months) + from_month(9.2e3, 6, months))
    capacity = h100_serving + trn2_serving
    served = np.minimum(demand, capacity)
    cash = -total - np.where(t == 0, 8e6, 0) - trainium * np.where(t == 6, 3.07e6, 0) + served * 9
    progress = np.minimum(1.0, t / 9)
    return results(
        (
            series("facility_power_kw", "Facility power", "kW", facility),
            series("it_power_kw.generation:hopper", "Hopper", "kW", h100, "hopper", "vendor"),
            series("it_power_kw.generation:trainium2", "Trainium2", "kW", trn2, "trainium2", "estimate"),
            series("grid_limit_kw", "Grid limit", "kW", np.full(months, 1200.0), evidence="assumption"),
            *(
                series(f"cost_usd_per_month.item:{key}", label, "usd/month", values, key)
                for key, (label, values) in items.items()
            ),
            series("cost_usd_per_month", "Monthly cost", "usd/month", total),
            series("cash_flow_usd", "Cash flow", "usd", cash),
            series("return_flow_usd", "Net", "usd", cash),
            series("cumulative_cash_usd", "Cash so far", "usd", np.cumsum(cash)),
            series("cumulative_present_usd", "Discounted", "usd", np.cumsum(cash) * 0.9),
            series("return_flow_usd.group:revenue", "Revenue", "usd", np.maximum(cash, 0.0), "ink2"),
            series("return_flow_usd.group:servers", "Servers", "usd", np.minimum(cash, 0.0), "c1"),
            series("capex_usd", "Capex", "usd", 8e6 + trainium * from_month(3.07e6, 6, months)),
            series(
                "serving_tokens_per_s.part:p1/h100",
                "H100 pool",
                "token/s",
                h100_serving,
                "hopper",
                "measured",
            ),
            series(
                "serving_tokens_per_s.part:p2/trn2",
                "Trn2 pool",
                "token/s",
                trn2_serving,
                "trainium2",
                "estimate",
            ),
            series("serving_tokens_per_s", "Serving", "token/s", capacity),
            series("served_tokens_per_s", "Served", "token/s", served),
            series("demand_tokens_per_s", "Demand", "token/s", demand, evidence="assumption"),
            series("unmet_tokens_per_s", "Unmet", "token/s", demand - served),
            series(
                "unmet_tokens_per_s.cause:full", "Pools full", "token/s", (demand - served) * (t >= 6), "c1"
            ),
            series(
                "unmet_tokens_per_s.cause:service",
                "Not in service yet",
                "token/s",
                (demand - served) * (t < 6),
                "c3",
            ),
            *(
                series(f"served_tokens_per_s.{name}:{key}", label, "token/s", share * values, palette)
                for name, share in (("pool", 1.0), ("latency_critical", 0.75), ("cost_sensitive", 0.25))
                for key, label, values, palette in (
                    ("p1", "H100 pool", np.minimum(served, h100_serving), "hopper"),
                    ("p2", "Trn2 pool", served - np.minimum(served, h100_serving), "trainium2"),
                )
            ),
            series("race_work", "Work of a task", "index", 1.5 ** (t / 12)),
            series("race_gain", "Gain", "index", 1 + t / 24),
            series("race_tasks_per_usd", "Tasks a dollar", "index", (1 + t / 24) / 1.5 ** (t / 12)),
            series(
                "training_progress.workload:w1", "Pretraining", "fraction", progress, "training", "measured"
            ),
            series("training_tokens_per_s", "Training", "token/s", np.full(months, 5.4e5)),
            series("training_tokens_per_s.workload:w1", "Pretraining", "token/s", np.full(months, 5.4e5)),
            series("utilisation.part:p1/h100", "H100 pool", "fraction", np.full(months, 0.9), "hopper"),
            series("utilisation.part:p2/trn2", "Trn2 pool", "fraction", 0.3 + t / 80, "trainium2"),
            series("stranded_power_kw", "Stranded", "kW", np.full(months, 493.0)),
            series("stranded_power_kw.cause:positions", "Positions", "kW", np.full(months, 300.0)),
            series("stranded_power_kw.cause:cooling", "Cooling", "kW", np.full(months, 193.0)),
            series("chips", "Accelerators", "chip", 256 + trn2 * 256 / 192),
            series("chips.generation:hopper", "Hopper", "chip", np.full(months, 256.0), "hopper", "measured"),
            series(
                "chips.generation:trainium2", "Trainium2", "chip", trn2 * 256 / 192, "trainium2", "measured"
            ),
            series("usd_per_million_tokens", "Token cost", "usd/million tokens", total / served / 2.628),
            series("usd_per_accelerator_hour", "Hour", "usd/accelerator-hour", total / 730 / (256 + trn2)),
            series("revenue_usd", "Revenue", "usd", served * 9),
            series("opex_usd_per_month", "Running cost", "usd/month", total - servers),
            series("tokens_per_s_per_mw", "Per MW", "token/s/MW", capacity / facility * 1e3),
            series("carbon_t_per_month", "Carbon", "t", facility * 730 * 0.35e-3),
        ),
        months,
    )


def empty(months: int = MONTHS) -> Results:
    """A hall without a rack: totals are 0, parts are missing."""
    zero = np.zeros(months)
    return results(
        (
            series("facility_power_kw", "Facility power", "kW", zero),
            series("grid_limit_kw", "Grid limit", "kW", np.full(months, 1200.0)),
            series("cost_usd_per_month", "Monthly cost", "usd/month", zero),
        ),
        months,
    )


def without_figures(months: int = MONTHS) -> Results:
    """A part nobody has published a power figure for, beside one that has."""
    gap = np.full(months, NONE)
    why = "Trn4 MGX rack: no public figure for it_power_kw"
    return results(
        (
            series("facility_power_kw", "Facility power", "kW", gap, why=why, evidence="none"),
            series("it_power_kw.generation:hopper", "Hopper", "kW", np.full(months, 326.0), "hopper"),
            series("it_power_kw.generation:trainium4", "Trainium4", "kW", gap, "trainium4", "none", why),
        ),
        months,
    )
