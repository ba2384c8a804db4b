"""The inputs behind a number, by need: what it was computed from, its source, its grade, how much hangs on
it.

Until the shares of evidence are computed (one derivative an input, when the hand rests), weights say what a
number mostly rests on: kW for power, USD for prices, tokens for throughput. A newcomer is one line in
``NEEDS``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial

import numpy as np

from fleetdesigner.catalog import Entry, Figure, PriceBook, token_field
from fleetdesigner.design.fleet import Rent, Site, Tokens
from fleetdesigner.engine.assumptions.registry import SPECS
from fleetdesigner.engine.curves import monthly
from fleetdesigner.engine.fleet.figures import Kind, fabric_side
from fleetdesigner.engine.grade_forecasts import plans, readiness
from fleetdesigner.engine.money.items import COST_ITEMS, SECONDS_PER_MONTH
from fleetdesigner.engine.money.token_prices import cached_share, input_ratios, token_rows
from fleetdesigner.engine.remembered import SAMPLES, Remembered
from fleetdesigner.engine.results import KpiInput
from fleetdesigner.engine.state import SampleState
from fleetdesigner.engine.weighted import Weighted
from fleetdesigner.values import GRADES, Grade

_INPUTS: Remembered[tuple[Weighted, ...]] = Remembered(8 * SAMPLES)


class _Leading:
    """What the numbers of a sample rest on in one month: each need is summed once, each set of needs weighed
    once, whatever number of KPIs and series ask.
    """

    def __init__(self) -> None:
        self.by_need: dict[str, dict[Grade, float]] = {}
        self.found: dict[tuple[str, ...], tuple[Grade, Grade]] = {}


_LEADING: Remembered[_Leading] = Remembered(8 * SAMPLES)


def inputs_of(state: SampleState, needs: Collection[str], month: int) -> tuple[Weighted, ...]:
    """The inputs of some needs in a month index, in the order of the needs."""
    return tuple(item for need in needs if need in NEEDS for item in _gathered(state, need, month))


def _gathered(state: SampleState, need: str, month: int) -> tuple[Weighted, ...]:
    """Many KPIs share a need: its inputs are gathered once a sample and month."""
    return _INPUTS.get((state,), (need, month), lambda: tuple(NEEDS[need](state, month)))


def leading_of(state: SampleState, needs: tuple[str, ...], month: int) -> tuple[Grade, Grade]:
    """`leading` of the inputs of some needs in a month index."""
    held = _LEADING.get((state,), month, _Leading)
    found = held.found.get(needs)
    if found is None:
        always = _LEADING.get((state,), None, _Leading)
        weights: dict[Grade, float] = {}
        for need in needs:
            if need in NEEDS:
                by_need = (always if need in WHOLE else held).by_need
                if need not in by_need:
                    # not through the memory of inputs: they are kept for a card, and a card opens rarely
                    by_need[need] = _summed(NEEDS[need](state, month))
                for grade, weight in by_need[need].items():
                    weights[grade] = weights.get(grade, 0.0) + weight
        found = held.found[needs] = _leading(weights)
    return found


def _summed(items: Iterable[Weighted]) -> dict[Grade, float]:
    weights: dict[Grade, float] = {}
    for item in items:
        weight = item.weight if math.isfinite(item.weight) else 0.0
        weights[item.grade] = weights.get(item.grade, 0.0) + weight
    return weights


def _leading(weights: dict[Grade, float]) -> tuple[Grade, Grade]:
    if not weights:
        return "assumption", "assumption"
    best = max(weights, key=lambda grade: (weights[grade], -GRADES.index(grade)))
    return best, max(weights, key=GRADES.index)


_SERIES: Remembered[Grade] = Remembered(8 * SAMPLES)


def series_grade(state: SampleState, needs: tuple[str, ...]) -> Grade:
    """The grade of a line: of its inputs in the month of the most chips."""
    plant = state.plant
    month = int(np.argmax(state.chips)) if len(state.chips) else 0
    return _SERIES.get(
        (plant.fleet, plant.figures, *plant.rates),
        (needs, month),
        lambda: leading_of(state, needs, month)[0],
    )


def _known(value: float) -> float:
    """A figure as a weight: 0 where there is none."""
    return 0.0 if math.isnan(value) else float(value)


def _figure(entry: Entry, field: str, weight: float) -> Weighted:
    figure: Figure | None = entry.figure(field)

    def tell() -> KpiInput:
        label, unit, ref = f"{entry.name}: {field}", entry.spec(field).unit, f"{entry.ref}.{field}"
        if figure is None:
            return KpiInput(label, None, unit, "none", "no public figure", ref)
        return KpiInput(label, figure.value, unit, figure.evidence, f"{figure.source} ({figure.date})", ref)

    return Weighted("none" if figure is None else figure.evidence, weight, tell)


def _assumption(state: SampleState, key: str, weight: float) -> Weighted:
    spec, (grade, source) = SPECS[key], _said_of_assumption(state, key)

    def tell() -> KpiInput:
        value = state.plant.assumptions[key]
        return KpiInput(spec.name, value, spec.unit, grade, source, f"assumption:{key}")

    return Weighted(grade, weight, tell)


def assumption_input(state: SampleState, key: str) -> KpiInput:
    """An assumption of the registry as an input, with the value of this sample."""
    return _assumption(state, key, 1.0).input


def _said_of_assumption(state: SampleState, key: str) -> tuple[Grade, str]:
    """Grade and source of an assumption, or of the planner's own in its place."""
    spec, own = SPECS[key], state.plant.assumptions.held.get(key)
    return (spec.evidence, spec.source) if own is None else (own.evidence, own.note or "planner")


def _systems(field: str, state: SampleState, month: int) -> Iterator[Weighted]:
    """A figure of every rack system in service, weighted by kW."""
    counts = state.plant.fleet.rack_active[:, month]
    for kind, count, kw in zip(state.plant.figures.kinds, counts, state.plant.figures.it_kw, strict=True):
        if count > 0:
            yield _figure(kind.rack, field, count * _known(kw))


def _chips(state: SampleState, month: int) -> Iterator[Weighted]:
    counts = state.plant.fleet.rack_active[:, month]
    for kind, count in zip(state.plant.figures.kinds, counts, strict=True):
        if count > 0:
            grade: Grade = "vendor" if kind.rack.status in ("shipping", "legacy") else "assumption"
            yield Weighted(grade, count * kind.chips, partial(_chips_of, kind, grade))


def _chips_of(kind: Kind, grade: Grade) -> KpiInput:
    rack = kind.rack
    label, source = f"{rack.name}: chips of a system", f"{rack.vendor} ({rack.date})"
    return KpiInput(label, float(kind.chips), "chip", grade, source, rack.ref)


def _bf16(state: SampleState, month: int) -> Iterator[Weighted]:
    for kind, chips in zip(state.plant.figures.kinds, state.kind_chips[:, month], strict=True):
        if chips > 0:
            each = kind.chip.bf16_tflops
            yield _figure(kind.chip, "bf16_tflops", float(chips) * (each.value if each else 0.0))


def _fabrics(prefix: str, state: SampleState, month: int) -> Iterator[Weighted]:
    """The network's figure of each pool in service, weighted by kW or USD."""
    fleet, figures = state.plant.fleet, state.plant.figures
    each = figures.fabric_kw if prefix.startswith("endpoint") else figures.fabric_usd
    rows, pools = np.flatnonzero(fleet.row_pool >= 0), len(state.design.pools)
    pool, active, each = fleet.row_pool[rows], fleet.active[rows, month], each[rows]
    counts, figured = (np.bincount(pool, one != 0, pools) for one in (active, each))
    weights = np.bincount(pool, active * np.where(np.isnan(each), 0.0, each), pools).tolist()
    for at in np.flatnonzero((counts > 0) & (figured > 0)).tolist():
        side = fabric_side(state.design.pools[at].tiers)
        yield _figure(figures.fabrics[at], f"{prefix}_{side}", weights[at])


def _storage(state: SampleState, month: int) -> Iterator[Weighted]:
    share = state.plant.assumptions["storage_management_share"]
    kw = _known(state.it_power[month]) * share / (1.0 + share)
    yield _assumption(state, "storage_management_share", kw)


def _draw(state: SampleState, month: int) -> Iterator[Weighted]:
    for kind in dict.fromkeys(work.kind for work in state.design.workloads):
        rows = [at for at, work in enumerate(state.design.workloads) if work.kind == kind]
        held = (state.share[:, rows, month].sum(axis=1) * state.plant.parts.chips[:, month]).sum()
        yield _assumption(state, f"expected_share_{kind}", float(held))


def _idle(state: SampleState, month: int) -> Iterator[Weighted]:
    counts = state.plant.fleet.rack_active[:, month]
    for kind, count in zip(state.plant.figures.kinds, counts, strict=True):
        if count > 0 and kind.rack.idle_power_kw is not None:
            yield _figure(kind.rack, "idle_power_kw", count * kind.rack.idle_power_kw.value)
    if any(kind.rack.idle_power_kw is None for kind in state.plant.figures.kinds):
        kw = _known(state.it_power[month])
        yield _assumption(state, "idle_share", kw * state.plant.assumptions["idle_share"])


def _site(field: str, name: str, unit: str, state: SampleState, month: int) -> Iterator[Weighted]:
    """A curve of each site; the preset's grade where the preset has such a figure."""
    for at, site in enumerate(state.design.sites):
        value, grade, source = _said_of_site(field, site, state, month)
        told = partial(KpiInput, f"{site.name}: {name}", value, unit, grade, source, f"site:{site.id}")
        yield Weighted(grade, _known(state.site_facility[at, month]), told)


_SITES: Remembered[tuple[float, Grade, str]] = Remembered(256)


def _said_of_site(field: str, site: Site, state: SampleState, month: int) -> tuple[float, Grade, str]:
    """Value of a curve of a site in a month, grade and source: they change with the site alone."""

    def say() -> tuple[float, Grade, str]:
        curve = getattr(site.tariff, field) if hasattr(site.tariff, field) else getattr(site, field)
        value = float(monthly(curve, state.design.first_month, state.design.months)[month])
        preset = None
        if site.preset_id is not None:
            preset = state.catalog.site(site.preset_id).figure(field)
        if preset is not None and abs(preset.value - value) <= 1e-9 * abs(value):
            return value, preset.evidence, preset.source
        return value, "assumption", "planner"

    span = (field, state.design.first_month, state.design.months, month)
    return _SITES.get((site, state.catalog), span, say)


def _prices(state: SampleState, month: int) -> Iterator[Weighted]:
    fleet = state.plant.fleet
    bought = {"own", "lease"}
    for at, kind in enumerate(state.plant.figures.kinds):
        rows = (fleet.row_rack == at) & np.array(
            [state.design.phases[phase].ownership.kind in bought for phase in fleet.row_phase], dtype=bool
        )
        count = float(
            (fleet.landed[fleet.row_group[rows]] * fleet.inside[rows]).max(axis=1, initial=0.0).sum()
        )
        if count > 0:
            price = kind.rack.price_usd
            yield _figure(kind.rack, "price_usd", count * (price.value if price else 1.0))


def _rents(state: SampleState, month: int) -> Iterator[Weighted]:
    fleet = state.plant.fleet
    seen = set()
    for row, phase in enumerate(fleet.row_phase.tolist()):
        ownership = state.design.phases[phase].ownership
        if not isinstance(ownership, Rent) or not fleet.active[row, month]:
            continue
        kind = state.plant.figures.kinds[fleet.row_rack[row]]
        key = (ownership.price_book_id, kind.chip.id)
        if key in seen:
            continue
        seen.add(key)
        book = state.catalog.price_book(ownership.price_book_id)
        weight = _known(state.plant.figures.rent_usd[row]) * float(fleet.active[row, month])
        yield _figure(book, kind.chip.id, weight * 730.0)


def _token_prices(state: SampleState, month: int) -> Iterator[Weighted]:
    """The prices of bought tokens, weighted by what each takes of the bill of the month."""
    fleet, prices = state.plant.fleet, state.plant.token_prices
    share = token_rows(fleet, state.design.phases, state.plant.figures)[:, month]
    rows = np.flatnonzero(share)
    for at in dict.fromkeys(fleet.row_phase[rows].tolist()):
        ownership = state.design.phases[at].ownership
        if not isinstance(ownership, Tokens):
            continue
        book = state.catalog.price_book(ownership.price_book_id)
        mine = rows[fleet.row_phase[rows] == at]
        made = share[mine] @ state.tokens[fleet.row_part[mine], :, month]
        taken = made * input_ratios(state.design, state.plant.assumptions)[: len(made), month]
        for one in np.flatnonzero(made).tolist():
            work = state.design.workloads[one]
            yield from _token_price(book, work.model_id, made[one] * prices.output[at, one], "output")
            cached, row = cached_share(work), book.tokens_of(work.model_id)
            apart = cached and row is not None and row.usd_per_million_cached is not None
            usd = taken[one] * prices.input[at, one]
            yield from _token_price(book, work.model_id, usd * (1.0 - cached if apart else 1.0), "input")
            if apart:
                yield from _token_price(book, work.model_id, usd * cached, "cached")


def _token_price(book: PriceBook, model_id: str, usd_per_s_1e6: float, name: str) -> Iterator[Weighted]:
    """One price, weighted by USD a month."""
    weight = _known(usd_per_s_1e6) * SECONDS_PER_MONTH / 1e6
    yield _figure(book, token_field(model_id, f"usd_per_million_{name}"), weight)


def _money(state: SampleState, month: int) -> Iterator[Weighted]:
    """Assumptions of money, weighted by the part of the even cost that they move."""
    keys, lives = [item.key for item in COST_ITEMS], state.plant.assumptions
    cost = {key: _known(state.cost.even[at, month]) for at, key in enumerate(keys)}
    assets = cost["servers"] + cost["fabric"] + cost["spares"] + cost["shell"]
    for key, weight in (
        ("discount_rate", 0.25 * assets),
        ("it_life_months", 0.75 * (cost["servers"] + cost["spares"])),
        ("fabric_life_months", 0.75 * cost["fabric"]),
        ("facility_life_months", 0.5 * cost["shell"]),
        ("residual_share", 0.1 * cost["servers"]),
        ("fabric_residual_share", 0.1 * cost["fabric"]),
        ("facility_residual_share", 0.1 * cost["shell"] * bool(lives["facility_residual_share"])),
        ("inflation_per_year", 0.1 * (cost["staff"] + cost["water"] + cost["colocation"] + cost["porting"])),
        ("spares_share_of_capex", cost["spares"]),
        ("support_share_per_year", cost["support"]),
        ("staff_usd_per_mw_year", cost["staff"]),
        ("shell_usd_per_kw", cost["shell"]),
        ("colocation_usd_per_kw_month", cost["colocation"]),
        ("water_usd_per_m3", cost["water"]),
        ("engineer_week_usd", cost["porting"]),
    ):
        if weight > 0:
            yield _assumption(state, key, weight)


def _opening(state: SampleState, month: int) -> Iterator[Weighted]:
    """What stood before the first month, by system, network and site: its price, less what its age takes."""
    opening, lives, figures = state.cost.opening, state.plant.assumptions, state.plant.figures
    it, network, facility = (lives[f"{one}_life_months"] for one in ("it", "fabric", "facility"))
    for kind, usd in zip(figures.kinds, opening.kinds, strict=True):
        yield from _brought_in(kind.rack.name, usd, _said(kind.rack.price_usd), it, kind.rack.ref)
    for pool, fabric, usd in zip(state.design.pools, figures.fabrics, opening.pools, strict=True):
        said = _said(fabric.figure(f"capex_usd_per_chip_{fabric_side(pool.tiers)}"))
        yield from _brought_in(f"{fabric.name} of {pool.name}", usd, said, network, fabric.ref)
    for at, site in enumerate(state.design.sites):
        usd = opening.halls[state.plant.fleet.hall_site == at].sum()
        preset = None if site.preset_id is None else state.catalog.site(site.preset_id)
        figure = None if preset is None else preset.figure("shell_usd_per_kw")
        if figure is None or lives.is_own("shell_usd_per_kw"):
            said = _said_of_assumption(state, "shell_usd_per_kw")
        else:
            said = _said(figure)
        yield from _brought_in(f"{site.name}, halls", usd, said, facility, f"site:{site.id}")
    said = _said_of_assumption(state, "spares_share_of_capex")
    yield from _brought_in("Spares", opening.spares, said, it, "assumption:spares_share_of_capex")


def _said(figure: Figure | None) -> tuple[Grade, str]:
    return ("none", "no public figure") if figure is None else (figure.evidence, figure.source)


def _brought_in(name: str, usd: float, price: tuple[Grade, str], life: float, ref: str) -> Iterator[Weighted]:
    """A value brought in. It is derived from its price, so an estimate at best."""
    if usd > 0.0:
        grade: Grade = max(price[0], "estimate", key=GRADES.index)
        source = f"{price[1]}; less its age, in a straight line over {life:.4g} months"
        told = partial(KpiInput, f"{name}: value brought in", float(usd), "usd", grade, source, ref)
        yield Weighted(grade, float(usd), told)


Need = Callable[[SampleState, int], Iterator[Weighted]]

NEEDS: dict[str, Need] = {
    "chips": _chips,
    "bf16": _bf16,
    "power": lambda state, month: _systems("it_power_kw", state, month),
    "nameplate": lambda state, month: _systems("nameplate_kw", state, month),
    "fabric_power": lambda state, month: _fabrics("endpoint_power_w", state, month),
    "storage": _storage,
    "idle": _idle,
    "draw": _draw,
    "pue": lambda state, month: _site("pue", "PUE", "ratio", state, month),
    "carbon": lambda state, month: _site("carbon_g_per_kwh", "carbon", "g/kWh", state, month),
    "energy_price": lambda state, month: _site("energy_usd_per_kwh", "energy price", "usd/kWh", state, month),
    "price": _prices,
    "fabric_price": lambda state, month: _fabrics("capex_usd_per_chip", state, month),
    "rent": _rents,
    "token_price": _token_prices,
    "money": _money,
    "opening": _opening,
    "serving": partial(plans, False),
    "serving_software": partial(readiness, False),
    "training": partial(plans, True),
    "training_software": partial(readiness, True),
}

WHOLE = frozenset({"price", "opening", "training", "training_software"})
"""Needs that weigh the whole horizon: they weigh the same in every month."""
