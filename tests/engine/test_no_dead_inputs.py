"""No dead input and no dead output: what can be edited moves a KPI, and every KPI is moved by something.

A figure, assumption or field is moved by a tenth (whole numbers by one step) on one rich design, figures also
on the bundled examples. Signs are tested where they are written: in the registry of assumptions, and below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fleetdesigner.assets import resource
from fleetdesigner.catalog import TOKEN_FIGURES, load_catalog, model_and_figure
from fleetdesigner.design.addresses import find
from fleetdesigner.design.curves import Compound, Constant, Logistic, Series
from fleetdesigner.design.edits import apply_edits, set_field
from fleetdesigner.design.model import Design
from fleetdesigner.design.scenarios import Override
from fleetdesigner.design.workloads import Port
from fleetdesigner.engine.assumptions.money import price_change_key
from fleetdesigner.engine.assumptions.registry import ASSUMPTIONS
from fleetdesigner.engine.at_rest.evidence import scaled
from fleetdesigner.engine.evaluate import evaluate
from fleetdesigner.engine.fleet.figures_read import ReadFigure, figures_read
from fleetdesigner.engine.kpis.registry import KPIS
from fleetdesigner.engine.samples import Sample
from fleetdesigner.engine.state import SampleState
from fleetdesigner.files.fleet_file import read_fleet
from tests.engine.rich import MONTHS, START, bought_design, rich_design

TENTH = 1.1
EXAMPLES = (
    "first-hall",
    "hybrid-migration",
    "nvlink-fusion",
    "openai-2gw",
    "project-rainier",
    "ultracluster-1m",
)
Answers = dict[str, float]
"""KPI id → value at the default month of the base; ``KPI late`` and ``middle`` elsewhere; NaN = none."""
OTHER = ("late", "middle")
"""A horizon's own months: a tenth before its end, and two thirds into it."""


def answers(state: SampleState, at: int) -> Answers:
    months = state.plant.fleet.months
    found = {kpi.id: kpi.value(state, at) for kpi in KPIS}
    for name, month in zip(OTHER, (months * 9 // 10, months * 2 // 3), strict=True):
        found.update({f"{kpi.id} {name}": kpi.value(state, month) for kpi in KPIS if not kpi.horizon})
    return found


def steps(before: Answers, after: Answers, kpi: str) -> list[float]:
    """How far a KPI moved, in each of the months.

    Serving counts only where all that is wanted is served: where chips are short, a step that speeds up both
    kinds of work may shift chips to training, and serving falls while the work as a whole grows.
    """
    months = ["", *(f" {one}" for one in OTHER)]
    if kpi == "serving_tokens_per_s":
        months = [month for month in months if not before[f"unmet_tokens_per_s{month}"] > 0]
    return [after[kpi + month] - before[kpi + month] for month in months if kpi + month in before]


def moved(before: Answers, after: Answers) -> set[str]:
    """KPIs that differ in one of the months."""
    out = set()
    for key, was in before.items():
        now = after[key]
        same = (np.isnan(was) and np.isnan(now)) or abs(now - was) <= 1e-9 * max(abs(was), abs(now))
        if not same:
            out.add(key.split()[0])
    return out


def batch(design: Design, samples: list[Sample]) -> Iterator[tuple[Answers, Answers]]:
    """(before, after) of each sample."""
    for begin in range(0, len(samples), 8):
        results = evaluate(design, load_catalog(), samples=tuple(samples[begin : begin + 8]))
        at = results.month_index(None)
        base = answers(results.states[0], at)
        for state in results.states[1:]:
            yield base, answers(state, at)


@cache
def example(name: str) -> Design:
    """A bundled example."""
    return read_fleet(Path(str(resource("examples"))) / f"{name}.fleet").design


# figures


def factor_of(one: ReadFigure) -> Sample | None:
    """The figure up by a tenth, down where its range ends; None when it cannot move."""
    spec = one.entry.spec(one.field)
    for factor in (TENTH, 1 / TENTH):
        value = one.figure.value * factor
        if value != one.figure.value and not spec.fault(value):
            return Sample(overrides=(Override(entry=one.entry.ref, field=one.field, value=value),))
    return None


def what(one: ReadFigure) -> str:
    """Kind of entry and figure: ``racks.price_usd``; rows of tables by what they hold."""
    if one.entry.KIND == "prices":
        found = model_and_figure(one.field)
        return f"prices.{'usd_per_chip_hour' if found is None else found[1]}"
    if one.entry.KIND == "readiness":
        for name in ("efficiency_mature", "efficiency", "mature_months", "port_engineer_weeks"):
            if one.field.endswith(name):
                return f"readiness.{name}"
    return f"{one.entry.KIND}.{one.field}"


def figures_that_move(design: Design) -> dict[str, bool]:
    """Ref and kind of every figure that could be moved → whether a KPI followed."""
    state = evaluate(design, load_catalog()).states[0]
    pairs = [(one, sample) for one in figures_read(state) if (sample := factor_of(one)) is not None]
    found: dict[str, bool] = {}
    for (one, _), (before, after) in zip(pairs, batch(design, [sample for _, sample in pairs]), strict=True):
        found[one.ref] = bool(moved(before, after))
        found[what(one)] = found.get(what(one), False) or found[one.ref]
    return found


@cache
def all_figures() -> dict[str, bool]:
    """Over the rich design, one that buys tokens, and all examples."""
    found: dict[str, bool] = {}
    for design in (rich_design(), bought_design(), *map(example, EXAMPLES)):
        for key, alive in figures_that_move(design).items():
            found[key] = found.get(key, False) or alive
    return found


NOT_IN_KPIS = {
    # decides a finding and the canvas, not a number of the fleet
    "racks.weight_kg",
}
NOT_THE_TIGHTER = {
    # the lesser of two figures counts: chip's network or fabric's port, memory usable or advertised
    "fabrics.endpoint_gbit_per_s", "chips.hbm_gb", "chips.hbm_gib",
}  # fmt: skip


def test_every_kind_of_figure_that_is_read_moves_a_kpi() -> None:
    kinds = {key: alive for key, alive in all_figures().items() if "/" not in key}
    dead = {key for key, alive in kinds.items() if not alive}
    assert dead <= NOT_IN_KPIS | NOT_THE_TIGHTER
    assert len(kinds) > 25
    assert {f"prices.{name}" for name in ("usd_per_chip_hour", *TOKEN_FIGURES)} <= kinds.keys()


TOLD_ONLY = {
    # in a finding: the largest cluster of a fabric, and its ceiling by ports and tiers
    "fabrics.max_chips", "fabrics.radix",
    # copied into the site when its preset is chosen; the site's own curves count from then on
    "sites.pue", "sites.carbon_g_per_kwh", "sites.wue_l_per_kwh", "sites.energy_usd_per_kwh",
    "sites.demand_usd_per_kw_month",
    # the rack system's own figures count; those of its server are what they were derived from
    "nodes.node_power_kw", "nodes.idle_power_kw", "nodes.price_usd", "nodes.scale_out_gbit_per_s",
    # the architecture counts, layer by layer; its sums are there to compare with
    "models.params_b", "models.active_params_b",
    # vendors' marketing and background, shown with the entry: nothing is computed from them
    "chips.bf16_sparse_tflops", "chips.tdp_w", "chips.scale_up_cross_gbytes_per_s", "fabrics.latency_us",
    "fabrics.switch_power_kw", "nodes.vcpus", "nodes.host_memory_gib", "sites.pue_summer",
    "sites.grid_lead_months",
}  # fmt: skip
"""Figures of the catalog that no number rests on, with the reason."""


def test_a_figure_that_no_number_rests_on_is_known_for_it() -> None:
    read = {key for key in all_figures() if "/" not in key}
    tables = ("prices", "readiness")
    held = {
        f"{entry.KIND}.{field}"
        for entry in load_catalog().entries()
        if entry.KIND not in tables
        for field in entry.field_names()
    }
    assert held - read == TOLD_ONLY


@pytest.mark.parametrize("field", ["price_usd", "it_power_kw", "nameplate_kw", "idle_power_kw"])
def test_these_figures_are_alive_on_every_rack_in_use(field: str) -> None:
    racks = {
        key: alive for key, alive in all_figures().items() if key.startswith("racks/") and key.endswith(field)
    }
    rented = {"racks/gb300-nvl72.price_usd"}
    assert {key for key, alive in racks.items() if not alive} <= rented


# assumptions


@cache
def assumption_answers() -> dict[str, tuple[Answers, Answers]]:
    base = evaluate(rich_design(), load_catalog()).states[0]
    keys = [spec.key for spec in ASSUMPTIONS if spec.key not in NOT_IN_RICH]
    samples = [Sample(assumptions=((key, base.plant.assumptions[key] * TENTH),)) for key in keys]
    found = dict(zip(keys, batch(rich_design(), samples), strict=True))
    for key, rack_id in NOT_IN_RICH.items():
        # the rack in the place of another
        swapped = apply_edits(rich_design(), (set_field("block:t3", "rack_id", rack_id),))
        found.update({key: next(batch(swapped, [Sample(assumptions=((key, 0.1),))]))})
    return found


RACK_OF = {
    "trainium1": "trn1-rack", "trainium2": "trn2-ultra", "trainium3": "trn3-gen2", "trainium4": "trn4-mgx",
    "ampere": "a100-rack", "hopper": "h100-rack", "blackwell": "gb300-nvl72", "rubin": "vr-nvl72",
    "tpu": "tpu-v7-rack", "amd": "mi355x-rack",
}  # fmt: skip
NOT_IN_RICH = {
    "obsolescence_trainium4": "trn4-mgx",
    "obsolescence_rubin": "vr-nvl72",
    **{price_change_key(generation): rack for generation, rack in RACK_OF.items()},
    **dict.fromkeys(
        ("facility_residual_share", "trainium_life_more_months", "trainium_residual_more"), "trn3-gen2"
    ),
}
"""Assumptions that do nothing in the rich design, or are about chips that it has none of, with a rack of
which they change something.
"""


@pytest.mark.parametrize("key", [spec.key for spec in ASSUMPTIONS])
def test_assumption_moves_a_kpi(key: str) -> None:
    before, after = assumption_answers()[key]
    assert moved(before, after)


@pytest.mark.parametrize(
    ("key", "kpi", "sign"), [(spec.key, kpi, sign) for spec in ASSUMPTIONS for kpi, sign in spec.signs]
)
def test_assumption_moves_its_kpis_the_way_it_says(key: str, kpi: str, sign: int) -> None:
    before, after = assumption_answers()[key]
    found = steps(before, after, kpi)
    assert any(step * sign > 0 for step in found)
    assert not any(step * sign < -1e-9 * abs(before[kpi]) for step in found)


# fields of the design

Change = Callable[[Any], Any]


def tenth(value: Any) -> Any:
    """A number or curve up by a tenth."""
    if isinstance(value, Constant | Logistic | Compound | Series):
        return scaled(value, TENTH)
    return round(value * TENTH) if isinstance(value, int) else value * TENTH


def later(value: Any) -> Any:
    """A month, or a count of months, one later."""
    return value + 1


def to(value: Any) -> Change:
    return lambda _: value


FIELDS: tuple[tuple[str, str, Change, str, int], ...] = (
    # object, field, change, a KPI it moves, the way it moves
    ("workload:run", "tokens", tenth, "time_to_train_days", 1),
    ("workload:run", "sequence_len", tenth, "time_to_train_days", 1),
    ("workload:run", "global_batch_tokens", tenth, "time_to_train_days", -1),
    ("workload:run", "start_month", later, "training_tokens_per_s", 0),
    ("workload:run", "chips_min", to(100_000), "training_tokens_per_s", 0),
    ("workload:run", "chips_max", to(256), "time_to_train_days", 1),
    ("workload:run", "checkpoint_s", tenth, "time_to_train_days", 1),
    ("workload:run", "restart_s", tenth, "time_to_train_days", 1),
    ("workload:run", "priority", to(9), "time_to_train_days", 0),
    ("workload:run", "value_usd_per_m_output", tenth, "npv_usd", 1),
    ("workload:chat", "demand", tenth, "unmet_tokens_per_s", 1),
    ("workload:chat", "demand_unit", to("requests_per_s"), "unmet_tokens_per_s", 1),
    ("workload:chat", "requests_per_user_day", tenth, "unmet_tokens_per_s", 1),
    ("workload:chat", "input_len", tenth, "serving_tokens_per_s", -1),
    ("workload:chat", "output_len", tenth, "serving_tokens_per_s", 0),
    ("workload:chat", "cached_share", tenth, "usd_per_million_tokens", 0),
    ("workload:chat", "ttft_ms", to(150.0), "serving_tokens_per_s", -1),
    ("workload:chat", "tpot_ms", to(12.0), "serving_tokens_per_s", -1),
    ("workload:chat", "peak_to_mean", tenth, "unmet_tokens_per_s", 1),
    ("workload:chat", "priority", to(9), "unmet_tokens_per_s", 0),
    ("workload:chat", "value_usd_per_m_output", tenth, "npv_usd", 1),
    ("workload:agents", "sessions", tenth, "unmet_tokens_per_s", 1),
    ("workload:agents", "turns_per_hour", tenth, "unmet_tokens_per_s", 1),
    ("workload:agents", "input_len", tenth, "unmet_tokens_per_s", 0),
    ("workload:agents", "output_len", tenth, "unmet_tokens_per_s", 0),
    ("workload:agents", "state_tokens", tenth, "unmet_tokens_per_s", 1),
    ("workload:agents", "idle_share", to(0.9), "unmet_tokens_per_s", 0),
    ("workload:agents", "tpot_ms", to(10.0), "unmet_tokens_per_s", 0),
    ("workload:agents", "priority", to(1), "unmet_tokens_per_s", 0),
    ("workload:night", "demand", tenth, "unmet_tokens_per_s", 1),
    ("workload:night", "input_len", tenth, "serving_tokens_per_s", -1),
    ("workload:night", "output_len", tenth, "unmet_tokens_per_s", 0),
    ("workload:night", "due_months", later, "unmet_tokens_per_s", 0),
    ("workload:night", "priority", to(1), "unmet_tokens_per_s", 0),
    ("workload:night", "value_usd_per_m_output", tenth, "npv_usd", 1),
    ("workload:moe", "port.start_month", later, "npv_usd", 0),
    ("workload:moe", "port.engineer_weeks", tenth, "tco_usd", 0),
    ("workload:moe", "port.engineers", to(1.0), "npv_usd", 0),
    ("workload:moe", "port.efficiency", tenth, "npv_usd", 0),
    ("site:north", "pue", tenth, "facility_power_kw", 1),
    ("site:north", "carbon_g_per_kwh", tenth, "carbon_t_per_year", 1),
    ("site:north", "wue_l_per_kwh", tenth, "opex_usd_per_month", 1),
    ("site:north", "tariff.energy_usd_per_kwh", tenth, "opex_usd_per_month", 1),
    ("site:north", "tariff.demand_usd_per_kw_month", tenth, "opex_usd_per_month", 1),
    ("site:north", "grid", to(((START, 40_000.0),)), "stranded_power_kw", 1),
    ("hall:open", "it_limit_kw", tenth, "capex_usd", 1),
    ("hall:mixed", "air_kw", to(400.0), "training_tokens_per_s", -1),
    ("hall:dense", "liquid_kw", to(300.0), "serving_tokens_per_s", -1),
    ("hall:dense", "ready_month", later, "npv_usd", -1),
    ("hall:mixed", "air_month", to(START + 30), "training_tokens_per_s", 0),
    ("hall:dense", "liquid_month", to(START + 30), "serving_tokens_per_s", -1),
    ("hall:mixed", "derate", to(0.08), "training_tokens_per_s", -1),
    ("hall:open", "redundancy", to("2N"), "capex_usd", 1),
    ("phase:next", "order_month", later, "months_to_capacity", 1),
    ("phase:next", "lead_months", later, "months_to_capacity", 1),
    ("phase:next", "in_service_month", to(START + 20), "months_to_capacity", 1),
    ("phase:next", "ramp.months", later, "months_to_capacity", 1),
    ("phase:own", "ramp.shape", to("linear"), "tco_usd", 0),
    ("phase:sold", "retire_month", later, "tco_usd", 0),
    ("phase:idles", "after", to("sell"), "it_power_expected_kw", -1),
    ("phase:lease", "ownership.term_months", later, "tco_usd", 0),
    ("phase:lease", "ownership.rate", tenth, "tco_usd", 1),
    ("phase:rent", "ownership.term_months", later, "tco_usd", 1),
    ("pool:gpu", "tiers", to(3), "it_power_kw", 1),
    ("pool:gpu", "oversubscription", tenth, "it_power_kw", -1),
    ("pool:gpu", "spare_share", to(0.1), "unmet_tokens_per_s", 1),
    ("pool:mixed", "bridge_gbytes_per_s", to(0.5), "training_tokens_per_s", -1),
    ("pool:mixed", "mix", to("separate"), "training_tokens_per_s", 0),
    ("pool:mixed", "one_domain_what_if", to(True), "training_tokens_per_s", 0),
    ("block:h100", "cols", to(15), "chips", -1),
    ("design:", "months", to(MONTHS + 12), "tco_usd", 1),
    ("design:", "money_year", later, "opex_usd_per_month", -1),
    ("design:", "dollars", to("real"), "opex_usd_per_month", -1),
)
"""The sign 0 asks only that something moves."""

SILENT = {
    # a finding tells of it, no number does: the due month of a run
    ("training", "due_month"),
}


def changed(design: Design, ref: str, field: str, change: Change) -> Design:
    thing: Any = find(design, ref)
    for step in field.split("."):
        thing = getattr(thing, step)
    return apply_edits(design, (set_field(ref, field, change(thing)),))


@pytest.mark.parametrize(
    ("ref", "field", "change", "kpi", "sign"), FIELDS, ids=[f"{ref}.{field}" for ref, field, *_ in FIELDS]
)
def test_field_of_the_design_moves_a_kpi(ref: str, field: str, change: Change, kpi: str, sign: int) -> None:
    base = evaluate(rich_design(), load_catalog())
    other = evaluate(changed(rich_design(), ref, field, change), load_catalog())
    at = base.month_index(None)
    before, after = answers(base.states[0], at), answers(other.states[0], at)
    assert moved(before, after)
    if sign:
        found = steps(before, after, kpi)
        assert any(step * sign > 0 for step in found), (kpi, found)


def test_every_number_of_a_workload_is_moved_above() -> None:
    listed = {(ref.partition(":")[2], field) for ref, field, *_ in FIELDS if ref.startswith("workload:")}
    held = {work.id: work for work in rich_design().workloads}
    for name in ("run", "chat", "agents", "night"):
        for field in type(held[name]).model_fields:
            value = getattr(held[name], field)
            number = isinstance(value, int | float | Constant | Logistic | Compound | Series)
            if number and not isinstance(value, bool) and (held[name].kind, field) not in SILENT:
                assert (name, field) in listed
    for field in Port.model_fields:
        assert ("moe", f"port.{field}") in listed


def test_due_month_of_a_run_is_told() -> None:
    early = changed(rich_design(), "workload:run", "due_month", to(START + 2))
    before = {
        f.object for f in evaluate(rich_design(), load_catalog()).findings if f.rule == "run_not_finished"
    }
    after = {f.object for f in evaluate(early, load_catalog()).findings if f.rule == "run_not_finished"}
    assert after - before == {"workload:run"}


def test_weight_decides_the_floor_load() -> None:
    heavy = Override(entry="racks/h100-rack", field="weight_kg", value=4_000.0)
    design = rich_design()
    design = design.changed(overrides=(*design.overrides, heavy))
    before = {f.object for f in evaluate(rich_design(), load_catalog()).findings if f.rule == "floor"}
    after = {f.object for f in evaluate(design, load_catalog()).findings if f.rule == "floor"}
    assert "hall:open" in after - before


# outputs


@cache
def everything_moved() -> frozenset[str]:
    found: set[str] = set()
    for before, after in assumption_answers().values():
        found |= moved(before, after)
    base = evaluate(rich_design(), load_catalog())
    at = base.month_index(None)
    for ref, field, change, *_ in FIELDS:
        other = evaluate(changed(rich_design(), ref, field, change), load_catalog())
        found |= moved(answers(base.states[0], at), answers(other.states[0], at))
    return frozenset(found)


@pytest.mark.parametrize("kpi", [kpi.id for kpi in KPIS])
def test_kpi_has_a_value_and_is_moved_by_something(kpi: str) -> None:
    assert evaluate(rich_design(), load_catalog()).kpi(kpi).value is not None
    assert kpi in everything_moved()
