"""The series of an evaluation, as a registry: a newcomer is one line. Ids are a contract with charts and
files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.engine.cost_items import COST_ITEMS
from fleetdesigner.engine.grades import series_grade
from fleetdesigner.engine.in_use import why
from fleetdesigner.engine.limits import CAUSES
from fleetdesigner.engine.results import Series, SeriesTable
from fleetdesigner.engine.state import SampleState

Array = NDArray[np.float64]
Key = tuple[str, str, str]
"""(key, label, palette) of one part of a whole"""


@dataclass(frozen=True, slots=True)
class Whole:
    """A series of its own."""

    id: str
    label: str
    unit: str
    of: Callable[[SampleState], Array]
    """[M]"""
    needs: tuple[str, ...] = ()
    """Needs whose gaps leave it without a figure, and whose figures grade it; see ``grades``."""


@dataclass(frozen=True, slots=True)
class Split:
    """The parts of a whole, one series a key."""

    id: str
    """``chips.generation``: the key follows after a colon."""
    unit: str
    keys: Callable[[SampleState], Iterable[Key]]
    of: Callable[[SampleState, str], Array]
    needs: tuple[str, ...] = ()


POWER = ("power", "fabric_power", "storage")
EXPECTED = (*POWER, "idle", "draw", "forecast")
MONEY = (
    "price",
    "fabric_price",
    "rent",
    "token_price",
    "power",
    "fabric_power",
    "money",
    "energy_price",
    "forecast",
)
SERVED = ("serving", "serving_software", "forecast")
TRAINED = ("training", "training_software", "forecast")
TOKENS = (*SERVED, *TRAINED)


def _generations(state: SampleState) -> list[Key]:
    return [(key, GENERATION_NAMES.get(key, key), key) for key in state.generations]


def _sites(state: SampleState) -> list[Key]:
    return [(site.id, site.name, "") for site in state.design.sites]


def _parts(state: SampleState) -> list[Key]:
    pools = {pool.id: pool.name for pool in state.design.pools}
    kinds = state.plant.figures.kinds
    return [
        (key.label, f"{pools[key.pool_id]} · {' + '.join(kinds[at].rack.short_name for at in members)}",
         kinds[members[0]].chip.generation)
        for key, members in zip(state.plant.parts.keys, state.plant.parts.kinds, strict=True)
    ]  # fmt: skip


def _works(kinds: tuple[str, ...], state: SampleState) -> list[Key]:
    return [(work.id, work.name, work.kind) for work in state.design.workloads if work.kind in kinds]


_serving = partial(_works, ("serving", "agent", "batch"))
_training = partial(_works, ("training",))


def _items(state: SampleState) -> list[Key]:
    return [(item.key, item.name, item.palette) for item in COST_ITEMS]


def _causes(state: SampleState) -> list[Key]:
    return [(key, CAUSE_NAMES[key], "") for key in CAUSES]


def _site_row(state: SampleState, of: Array, key: str) -> Array:
    return np.asarray(of[[site.id for site in state.design.sites].index(key)])


def _part_row(state: SampleState, of: Array, key: str) -> Array:
    return np.asarray(of[[part.label for part in state.plant.parts.keys].index(key)])


def _work_row(state: SampleState, of: Array, key: str) -> Array:
    return np.asarray(of[[work.id for work in state.design.workloads].index(key)])


def _item_row(of: Array, key: str) -> Array:
    return np.asarray(of[[item.key for item in COST_ITEMS].index(key)])


def _hall_limit(state: SampleState) -> Array:
    loads = state.plant.capping.loads
    return np.asarray(np.where(loads.ready, loads.hall_limit, 0.0).sum(axis=0))


CAUSE_NAMES = {
    "shells": "No hall for it",
    "cooling": "No cooling",
    "positions": "No floor position",
    "chips": "No chips yet",
}
GENERATION_NAMES = {
    "trainium1": "Trainium1", "trainium2": "Trainium2", "trainium3": "Trainium3", "trainium4": "Trainium4",
    "ampere": "Ampere", "hopper": "Hopper", "blackwell": "Blackwell", "rubin": "Rubin", "tpu": "TPU",
    "amd": "AMD", "intel": "Intel",
}  # fmt: skip

SERIES: tuple[Whole | Split, ...] = (
    Whole("it_power_kw", "IT power, provisioned", "kW", lambda s: s.it_power, POWER),
    Split(
        "it_power_kw.generation",
        "kW",
        _generations,
        lambda s, k: s.by_generation(s.plant.power.kind_it)[k],
        POWER,
    ),
    Split("it_power_kw.site", "kW", _sites, lambda s, k: _site_row(s, s.plant.power.site_it, k), POWER),
    Whole("it_power_expected_kw", "IT power, expected", "kW", lambda s: s.it_expected, EXPECTED),
    Split("it_power_expected_kw.site", "kW", _sites, lambda s, k: _site_row(s, s.site_expected, k), EXPECTED),
    Whole(
        "it_power_nameplate_kw", "IT power, nameplate", "kW", lambda s: s.it_nameplate, (*POWER, "nameplate")
    ),
    Whole("facility_power_kw", "Facility power", "kW", lambda s: s.facility, (*POWER, "pue")),
    Split(
        "facility_power_kw.site", "kW", _sites, lambda s, k: _site_row(s, s.site_facility, k), (*POWER, "pue")
    ),
    Split("pue.site", "ratio", _sites, lambda s, k: _site_row(s, s.pue, k), ("pue",)),
    Whole("grid_limit_kw", "Grid limit", "kW", lambda s: s.plant.capping.loads.grid.sum(axis=0)),
    Split("grid_limit_kw.site", "kW", _sites, lambda s, k: _site_row(s, s.plant.capping.loads.grid, k)),
    Whole("hall_limit_kw", "IT limit of ready halls", "kW", _hall_limit),
    Whole("stranded_power_kw", "Stranded power", "kW", lambda s: s.stranded, (*POWER, "pue")),
    Split(
        "stranded_power_kw.cause",
        "kW",
        _causes,
        lambda s, k: s.plant.capping.by_cause[CAUSES.index(k)].sum(axis=0),
        (*POWER, "pue"),
    ),
    Whole("chips", "Accelerators", "chip", lambda s: s.chips, ("chips",)),
    Split(
        "chips.generation", "chip", _generations, lambda s, k: s.by_generation(s.kind_chips)[k], ("chips",)
    ),
    Whole("h100_equivalents", "H100 equivalents", "", lambda s: s.h100_equivalents, ("bf16",)),
    Whole("serving_tokens_per_s", "Serving capacity", "token/s", lambda s: s.serving_capacity, SERVED),
    Split(
        "serving_tokens_per_s.part", "token/s", _parts, lambda s, k: _part_row(s, s.part_capacity, k), SERVED
    ),
    Whole("served_tokens_per_s", "Served", "token/s", lambda s: s.served_output, SERVED),
    Split(
        "serving_tokens_per_s.workload", "token/s", _serving, lambda s, k: _work_row(s, s.served, k), SERVED
    ),
    Whole("demand_tokens_per_s", "Demand", "token/s", lambda s: s.plant.demand.output.sum(axis=1)),
    Split(
        "demand_tokens_per_s.workload",
        "token/s",
        _serving,
        lambda s, k: _work_row(s, s.plant.demand.output.T, k),
    ),
    Whole("unmet_tokens_per_s", "Unmet demand", "token/s", lambda s: s.unmet_output, SERVED),
    Split("unmet_tokens_per_s.workload", "token/s", _serving, lambda s, k: _work_row(s, s.unmet, k), SERVED),
    Split(
        "queued_tokens.workload",
        "token",
        partial(_works, ("batch",)),
        lambda s, k: _work_row(s, s.queued, k),
        SERVED,
    ),
    Whole("training_tokens_per_s", "Training", "token/s", lambda s: s.trained, TRAINED),
    Split(
        "training_tokens_per_s.workload",
        "token/s",
        _training,
        lambda s, k: _work_row(s, s.served, k),
        TRAINED,
    ),
    Split(
        "training_progress.workload", "fraction", _training, lambda s, k: _work_row(s, s.progress, k), TRAINED
    ),
    Split("utilisation.part", "fraction", _parts, lambda s, k: _part_row(s, s.utilisation, k), TOKENS),
    Split("usable.part", "fraction", _parts, lambda s, k: _part_row(s, s.plant.parts.usable, k)),
    Whole(
        "cost_usd_per_month", "Cost, purchases as annuities", "usd/month", lambda s: s.cost.even_total, MONEY
    ),
    Split("cost_usd_per_month.item", "usd/month", _items, lambda s, k: _item_row(s.cost.even, k), MONEY),
    Whole("cash_usd", "Cash cost", "usd", lambda s: s.cost.cash_total, MONEY),
    Split("cash_usd.item", "usd", _items, lambda s, k: _item_row(s.cost.cash, k), MONEY),
    Whole(
        "capex_usd", "Capex, cumulative", "usd", lambda s: np.cumsum(s.cost.capex), ("price", "fabric_price")
    ),
    Whole("opex_usd_per_month", "Opex", "usd/month", lambda s: s.cost.opex, MONEY),
    Whole("revenue_usd", "Revenue", "usd", lambda s: s.revenue, TOKENS),
    Whole("cash_flow_usd", "Cash flow", "usd", lambda s: s.cash_flow, (*MONEY, *TOKENS)),
    Whole("energy_kwh", "Energy", "kWh", lambda s: s.energy, (*EXPECTED, "pue")),
    Whole("carbon_t_per_month", "Carbon", "t", lambda s: s.carbon, (*EXPECTED, "pue", "carbon")),
    Whole(
        "usd_per_accelerator_hour",
        "Cost per accelerator-hour",
        "usd/accelerator-hour",
        lambda s: s.usd_per_accelerator_hour,
        MONEY,
    ),
    Whole(
        "usd_per_million_tokens",
        "Cost per million output tokens",
        "usd/million tokens",
        lambda s: s.usd_per_million_tokens,
        (*MONEY, *SERVED),
    ),
    Whole(
        "tokens_per_s_per_mw",
        "Serving capacity per facility MW",
        "token/s/MW",
        lambda s: s.tokens_per_s_per_mw,
        (*SERVED, *POWER, "pue"),
    ),
    Whole(
        "joule_per_token",
        "Energy per token served",
        "J/token",
        lambda s: s.joule_per_token,
        (*SERVED, *EXPECTED, "pue"),
    ),
)
"""Every series, in the order of files."""


_LATEST: dict[str, Series] = {}
"""The newest series of each id: one that comes out the same is the same object, so that whoever draws it
knows by identity that there is nothing to do. It holds one series an id, whatever design it was of.
"""


def series_table(states: Sequence[SampleState]) -> SeriesTable:
    """All series of the samples; each is stacked when it is asked for."""
    builders: dict[str, Callable[[], Series]] = {}
    for spec in SERIES:
        if isinstance(spec, Whole):
            builders[spec.id] = partial(_whole, spec, states)
            continue
        keys: dict[str, Key] = {}
        held: list[set[str]] = []
        for state in states:
            found = tuple(spec.keys(state))
            held.append({key[0] for key in found})
            for key in found:
                keys.setdefault(key[0], key)
        for name, key in keys.items():
            has = tuple(name in names for names in held)
            builders[f"{spec.id}:{name}"] = partial(_split, spec, key, states, has)
    return SeriesTable(builders)


def _whole(spec: Whole, states: Sequence[SampleState]) -> Series:
    values = np.array([spec.of(state) for state in states], dtype=np.float64)
    return _series(spec, spec.id, spec.label, "", "", values, states[0])


def _split(spec: Split, key: Key, states: Sequence[SampleState], has: Sequence[bool]) -> Series:
    """`has` says which samples have that part; it is 0 in the others."""
    nothing = np.zeros(states[0].plant.fleet.months)
    rows = [spec.of(state, key[0]) if own else nothing for state, own in zip(states, has, strict=True)]
    return _series(
        spec, f"{spec.id}:{key[0]}", key[1], key[0], key[2], np.array(rows, dtype=np.float64), states[0]
    )


def _series(
    spec: Whole | Split, series_id: str, label: str, key: str, palette: str, values: Array, base: SampleState
) -> Series:
    values.setflags(write=False)
    words = why(base, spec.needs) if np.isnan(values[0]).any() else ""
    grade = series_grade(base, spec.needs)
    before = _LATEST.get(series_id)
    if (
        before is not None
        and (before.label, before.palette, before.evidence, before.why) == (label, palette, grade, words)
        and np.array_equal(before.values, values, equal_nan=True)
    ):
        return before
    made = Series(
        series_id, label, spec.unit, values, series_id.partition(".")[0], key, palette, grade, words
    )  # fmt: skip
    _LATEST[series_id] = made
    return made
