"""The series of an evaluation, as a registry: a newcomer is one line. Ids are a contract with charts and
files.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.engine.grades import series_grade
from fleetdesigner.engine.in_use import why
from fleetdesigner.engine.kpis.values import return_flow
from fleetdesigner.engine.money.cash_groups import CASH_GROUPS, cash_by_group, cumulative_present
from fleetdesigner.engine.money.items import COST_ITEMS
from fleetdesigner.engine.results import Series, SeriesTable
from fleetdesigner.engine.series.keys import CASH, EXPECTED, MONEY, POWER, SERVED, TOKENS, TRAINED, part_keys
from fleetdesigner.engine.series.served import SERVED_SERIES
from fleetdesigner.engine.series.spec import Key, Split, Whole
from fleetdesigner.engine.site.limits import CAUSES
from fleetdesigner.engine.state import SampleState
from fleetdesigner.values import Grade

Array = NDArray[np.float64]


def _generations(state: SampleState) -> list[Key]:
    return [(key, GENERATION_NAMES.get(key, key), key) for key in state.generations]


def _sites(state: SampleState) -> list[Key]:
    return [(site.id, site.name, "") for site in state.design.sites]


def _works(kinds: tuple[str, ...], state: SampleState) -> list[Key]:
    return [(work.id, work.name, work.kind) for work in state.design.workloads if work.kind in kinds]


_SERVING, _TRAINING, _BATCH = ("serving", "agent", "batch"), ("training",), ("batch",)
_serving, _training, _batch = (partial(_works, kinds) for kinds in (_SERVING, _TRAINING, _BATCH))


def _items(state: SampleState) -> list[Key]:
    return [(item.key, item.name, item.palette) for item in COST_ITEMS]


def _causes(state: SampleState) -> list[Key]:
    return [(key, CAUSE_NAMES[key], "") for key in CAUSES]


def _by_generation(state: SampleState, of: Array) -> Sequence[Array]:
    found = state.by_generation(of)
    return [found[key] for key in state.generations]


def _of_works(kinds: tuple[str, ...], state: SampleState, of: Array) -> Array:
    return np.asarray(of[[at for at, work in enumerate(state.design.workloads) if work.kind in kinds]])


def _hall_limit(state: SampleState) -> Array:
    loads = state.plant.capping.loads
    return np.asarray(np.where(loads.ready, loads.hall_limit, 0.0).sum(axis=0))


def _brought_in(state: SampleState) -> Array:
    """[M] in the first month: taken off the cash flow, it gives the flow of NPV, IRR and payback."""
    out = np.zeros(state.plant.fleet.months)
    out[:1] = state.cost.opening.total
    return out


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
        lambda s: _by_generation(s, s.plant.power.kind_it),
        POWER,
    ),
    Split("it_power_kw.site", "kW", _sites, lambda s: s.plant.power.site_it, POWER),
    Whole("it_power_expected_kw", "IT power, expected", "kW", lambda s: s.it_expected, EXPECTED),
    Split("it_power_expected_kw.site", "kW", _sites, lambda s: s.site_expected, EXPECTED),
    Whole(
        "it_power_nameplate_kw", "IT power, nameplate", "kW", lambda s: s.it_nameplate, (*POWER, "nameplate")
    ),
    Whole("facility_power_kw", "Facility power", "kW", lambda s: s.facility, (*POWER, "pue")),
    Split("facility_power_kw.site", "kW", _sites, lambda s: s.site_facility, (*POWER, "pue")),
    Split("pue.site", "ratio", _sites, lambda s: s.pue, ("pue",)),
    Whole("grid_limit_kw", "Grid limit", "kW", lambda s: s.plant.capping.loads.grid.sum(axis=0)),
    Split("grid_limit_kw.site", "kW", _sites, lambda s: s.plant.capping.loads.grid),
    Whole("hall_limit_kw", "IT limit of ready halls", "kW", _hall_limit),
    Whole("stranded_power_kw", "Stranded power", "kW", lambda s: s.stranded, (*POWER, "pue")),
    Split(
        "stranded_power_kw.cause",
        "kW",
        _causes,
        lambda s: [cause.sum(axis=0) for cause in s.plant.capping.by_cause],
        (*POWER, "pue"),
    ),
    Whole("chips", "Accelerators", "chip", lambda s: s.chips, ("chips",)),
    Split("chips.generation", "chip", _generations, lambda s: _by_generation(s, s.kind_chips), ("chips",)),
    Whole("h100_equivalents", "H100 equivalents", "", lambda s: s.h100_equivalents, ("bf16",)),
    Whole("serving_tokens_per_s", "Serving capacity", "token/s", lambda s: s.serving_capacity, SERVED),
    Split("serving_tokens_per_s.part", "token/s", part_keys, lambda s: s.part_capacity, SERVED),
    Whole("served_tokens_per_s", "Served", "token/s", lambda s: s.served_output, SERVED),
    Split(
        "serving_tokens_per_s.workload",
        "token/s",
        _serving,
        lambda s: _of_works(_SERVING, s, s.served),
        SERVED,
    ),
    Whole("demand_tokens_per_s", "Demand", "token/s", lambda s: s.plant.demand.output.sum(axis=1)),
    Split(
        "demand_tokens_per_s.workload",
        "token/s",
        _serving,
        lambda s: _of_works(_SERVING, s, s.plant.demand.output.T),
    ),
    Whole("unmet_tokens_per_s", "Unmet demand", "token/s", lambda s: s.unmet_output, SERVED),
    Split(
        "unmet_tokens_per_s.workload", "token/s", _serving, lambda s: _of_works(_SERVING, s, s.unmet), SERVED
    ),
    Split(
        "queued_tokens.workload",
        "token",
        _batch,
        lambda s: _of_works(_BATCH, s, s.queued),
        SERVED,
    ),
    Whole("training_tokens_per_s", "Training", "token/s", lambda s: s.trained, TRAINED),
    Split(
        "training_tokens_per_s.workload",
        "token/s",
        _training,
        lambda s: _of_works(_TRAINING, s, s.served),
        TRAINED,
    ),
    Split(
        "training_progress.workload",
        "fraction",
        _training,
        lambda s: _of_works(_TRAINING, s, s.progress),
        TRAINED,
    ),
    Split("utilisation.part", "fraction", part_keys, lambda s: s.utilisation, TOKENS),
    Split("usable.part", "fraction", part_keys, lambda s: s.plant.parts.usable),
    Whole(
        "cost_usd_per_month", "Cost, purchases as annuities", "usd/month", lambda s: s.cost.even_total, MONEY
    ),
    Split("cost_usd_per_month.item", "usd/month", _items, lambda s: s.cost.even, MONEY),
    Whole("cash_usd", "Cash cost", "usd", lambda s: s.cost.cash_total, MONEY),
    Split("cash_usd.item", "usd", _items, lambda s: s.cost.cash, MONEY),
    Whole(
        "value_brought_in_usd", "Value brought in", "usd", _brought_in, ("price", "fabric_price", "opening")
    ),
    Whole(
        "capex_usd", "Capex, cumulative", "usd", lambda s: np.cumsum(s.cost.capex), ("price", "fabric_price")
    ),
    Whole("opex_usd_per_month", "Opex", "usd/month", lambda s: s.cost.opex, MONEY),
    Whole("revenue_usd", "Revenue", "usd", lambda s: s.revenue, TOKENS),
    Whole("cash_flow_usd", "Cash flow", "usd", lambda s: s.cash_flow, (*MONEY, *TOKENS)),
    Whole("cumulative_cash_usd", "Cash so far", "usd", lambda s: np.cumsum(return_flow(s)), CASH),
    Whole("cumulative_present_usd", "Cash so far, discounted", "usd", cumulative_present, CASH),
    Whole("return_flow_usd", "Net", "usd", return_flow, CASH),
    Split("return_flow_usd.group", "usd", lambda s: CASH_GROUPS, cash_by_group, CASH),
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
    *SERVED_SERIES,
)
"""Every series, in the order of files."""


_LATEST: dict[str, Series] = {}
"""The newest series of each id: one that comes out the same is the same object, so that whoever draws it
knows by identity that there is nothing to do. It holds one series an id, whatever design it was of.
"""


def series_table(states: Sequence[SampleState]) -> SeriesTable:
    """All series of the samples; each is stacked when it is asked for, the parts of a whole together."""
    grades = _Grades(states[0])
    builders: dict[str, Callable[[], Series]] = {}
    for spec in SERIES:
        if isinstance(spec, Whole):
            builders[spec.id] = partial(_whole, spec, states, grades)
            continue
        held = [spec.keys(state) for state in states]
        keys: dict[str, Key] = {}
        for found in held:
            for key in found:
                keys.setdefault(key[0], key)
        parts = _Parts(spec, states, held, tuple(keys))
        for at, key in enumerate(keys.values()):
            builders[f"{spec.id}:{key[0]}"] = partial(_split, parts, at, key, grades)
    return SeriesTable(builders)


class _Grades:
    """Grades and gaps of series, worked out once for all that have the same needs."""

    def __init__(self, base: SampleState) -> None:
        self._base = base
        self._grades: dict[tuple[str, ...], Grade] = {}

    def grade(self, needs: tuple[str, ...]) -> Grade:
        """The grade of a line with these needs."""
        found = self._grades.get(needs)
        if found is None:
            found = self._grades[needs] = series_grade(self._base, needs)
        return found

    def why(self, needs: tuple[str, ...], values: Array) -> str:
        """Why a line [S, M] has no figure somewhere in the base."""
        return why(self._base, needs) if np.isnan(values[0]).any() else ""


class _Parts:
    """The parts of a whole, stacked together when the first of them is asked for."""

    def __init__(
        self,
        spec: Split,
        states: Sequence[SampleState],
        held: Sequence[Sequence[Key]],
        names: tuple[str, ...],
    ) -> None:
        self.spec = spec
        self._states, self._held, self._names = states, held, names
        self._values: Array | None = None

    @property
    def values(self) -> Array:
        """[K, S, M]; a part is 0 in the samples that do not have it."""
        if self._values is None:
            made = np.zeros((len(self._names), len(self._states), self._states[0].plant.fleet.months))
            places = {name: at for at, name in enumerate(self._names)}
            for sample, (state, keys) in enumerate(zip(self._states, self._held, strict=True)):
                if keys:
                    made[[places[key[0]] for key in keys], sample] = self.spec.of(state)
            made.setflags(write=False)
            self._values = made
        return self._values


def _whole(spec: Whole, states: Sequence[SampleState], grades: _Grades) -> Series:
    values = np.array([spec.of(state) for state in states], dtype=np.float64)
    values.setflags(write=False)
    return _series(spec, spec.id, spec.label, "", "", values, grades)


def _split(parts: _Parts, at: int, key: Key, grades: _Grades) -> Series:
    name, label, palette = key
    return _series(parts.spec, f"{parts.spec.id}:{name}", label, name, palette, parts.values[at], grades)


def _series(
    spec: Whole | Split, series_id: str, label: str, key: str, palette: str, values: Array, grades: _Grades
) -> Series:
    grade, words = grades.grade(spec.needs), grades.why(spec.needs, values)
    before = _LATEST.get(series_id)
    if (
        before is not None
        and (before.label, before.palette, before.evidence, before.why) == (label, palette, grade, words)
        and before.values.shape == values.shape
        and before.values.tobytes() == values.tobytes()
    ):
        return before
    made = Series(
        series_id, label, spec.unit, values, series_id.partition(".")[0], key, palette, grade, words
    )  # fmt: skip
    _LATEST[series_id] = made
    return made
