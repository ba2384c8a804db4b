"""The six examples: what their names promise, that every KPI of the contract has a value or a true reason,
and that nothing in them is stale.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest

from fleetdesigner.assets import resource
from fleetdesigner.catalog import Catalog, Chip, load_catalog
from fleetdesigner.design.edits import scenario_design, stale_edits
from fleetdesigner.design.model import Design
from fleetdesigner.engine.at_rest.slips import slips_of
from fleetdesigner.engine.evaluate import evaluate
from fleetdesigner.engine.results import KpiValue, Results
from fleetdesigner.engine.work.readiness import families
from fleetdesigner.files.fleet_file import read_fleet
from fleetdesigner.units import month_number

EXAMPLES = sorted(path.stem for path in resource("examples").glob("*.fleet"))
CONTRACT = (
    "chips", "h100_equivalents", "it_power_kw", "it_power_expected_kw", "it_power_nameplate_kw",
    "facility_power_kw", "stranded_power_kw", "training_tokens_per_s", "serving_tokens_per_s",
    "unmet_tokens_per_s", "capex_usd", "opex_usd_per_month", "tco_usd", "usd_per_accelerator_hour",
    "usd_per_million_tokens", "usd_per_million_tokens_input", "usd_per_million_tokens_total",
    "usd_per_million_tokens_usage", "cost_per_run_usd", "time_to_train_days", "tokens_per_s_per_mw",
    "joule_per_token", "npv_usd", "irr", "payback_months", "carbon_t_per_year", "months_to_capacity",
)  # fmt: skip
"""KPI ids that scripts rely on."""
ADDED = ("payback_discounted_months", "usd_per_mw", "break_even_utilisation")
"""Those that follow after them."""


@cache
def design_of(name: str) -> Design:
    return read_fleet(resource("examples", f"{name}.fleet")).design


@cache
def catalog() -> Catalog:
    return load_catalog()


@cache
def results_of(name: str) -> Results:
    """The base and every scenario in one batch."""
    design = design_of(name)
    return evaluate(design, catalog(), [one.id for one in design.scenarios])


def return_flow(results: Results, sample: int) -> np.ndarray:
    """[M] what NPV, IRR and payback look at: the cash flow, what stood before brought in as an outlay."""
    series = results.series
    return np.asarray(series["cash_flow_usd"].values[sample] - series["value_brought_in_usd"].values[sample])


def reason_holds(results: Results, value: KpiValue, month: int, sample: int) -> bool:
    """Whether a KPI without a value has nothing to be computed from, by what the series say."""
    state = results.states[sample]
    at = month - results.first_month

    def nothing(series: str) -> bool:
        return float(results.series[series].values[sample, at]) == 0.0

    if value.id in ("cost_per_run_usd", "time_to_train_days"):
        runs = [work for work in state.design.workloads if work.kind == "training"]
        if not runs:
            return "no training run" in value.why
        run = min(runs, key=lambda work: work.priority)
        done = results.series[f"training_progress.workload:{run.id}"].values[sample, -1]
        return bool(done < 1.0) and run.name in value.why
    if value.id == "usd_per_accelerator_hour":
        return nothing("chips")
    if value.id in ("joule_per_token", "usd_per_million_tokens_usage"):
        return nothing("served_tokens_per_s")
    if value.id.startswith(("usd_per_million_tokens", "tokens_per_s_per_mw")):
        return nothing("serving_tokens_per_s")
    if value.id == "usd_per_mw":
        return not state.cost.facility_paid[at]
    flow = return_flow(results, sample)
    if value.id == "break_even_utilisation":
        return not (state.revenue_by_work > 0).any()
    if value.id in ("payback_months", "payback_discounted_months"):
        rate = 0.0 if value.id == "payback_months" else state.plant.assumptions["discount_rate"]
        total = np.cumsum(flow * (1.0 + rate) ** (-np.arange(len(flow)) / 12.0))
        return bool(total[-1] < 0.0 or (total >= 0.0).all())
    if (flow > 0).any() and (flow < 0).any():
        # what stands already earns more from the first month on than what is bought later ever costs
        yearly = np.linspace(-0.5, 5.0, 200)
        present = [(flow * (1.0 + rate) ** (-np.arange(len(flow)) / 12.0)).sum() for rate in yearly]
        return value.id == "irr" and min(present) > 0.0
    return value.id == "irr"


@pytest.mark.parametrize("name", EXAMPLES)
def test_that_every_kpi_of_the_contract_has_a_value_or_a_true_reason(name: str) -> None:
    results = results_of(name)
    months = (results.first_month, results.default_month, int(results.months[-1]))
    for sample in range(len(results.ids)):
        for month in months:
            values = {value.id: value for value in results.kpis(month, sample)}
            assert tuple(values) == CONTRACT + ADDED
            for value in values.values():
                where = f"{results.ids[sample]} {month} {value.id}: {value.why}"
                if value.value is None:
                    assert value.why, where
                    assert value.evidence == "none", where
                    assert reason_holds(results, value, month, sample), where
                else:
                    assert math.isfinite(value.value), where
                    assert not value.why, where
                    assert value.evidence != "none", where


@pytest.mark.parametrize("name", EXAMPLES)
def test_that_every_example_has_scenarios_and_none_of_their_edits_is_stale(name: str) -> None:
    design = design_of(name)
    results = results_of(name)
    assert len(design.scenarios) >= 2
    assert results.ids == (design.id, *(one.id for one in design.scenarios))
    for number, one in enumerate(design.scenarios, start=1):
        assert stale_edits(design, one.id) == ()
        assert scenario_design(design, one.id) != design
        # a scenario that changes nothing would be no answer to its question
        assert any(
            results.kpi(kpi, None, number).value != results.kpi(kpi, None, 0).value for kpi in CONTRACT
        ), one.id


@pytest.mark.parametrize("name", EXAMPLES)
def test_that_all_that_is_named_exists(name: str) -> None:
    base = design_of(name)
    for design in (base, *(scenario_design(base, one.id) for one in base.scenarios)):
        held = catalog().with_overrides(design.overrides)
        chips: list[Chip] = []
        for block in design.blocks:
            node = held.node(held.rack(block.rack_id).node_id)
            chips.append(held.chip(node.chip_id))
        for pool in design.pools:
            assert held.fabric(pool.fabric_id).tiers_max >= pool.tiers, pool.id
        for site in design.sites:
            assert site.preset_id is not None
            assert held.site(site.preset_id)
        for phase in design.phases:
            if phase.ownership.kind in ("rent", "tokens"):
                assert held.price_book(phase.ownership.price_book_id)
        for work in design.workloads:
            model = held.model(work.model_id)
            activity = "training" if work.kind == "training" else "serving"
            for chip in {chip.id: chip for chip in chips}.values():
                table = held.readiness_of(chip)
                assert table is not None, chip.id
                if work.allow and not {chip.family, chip.generation, chip.id} & set(work.allow):
                    continue
                rows = [table.row(family, activity, work.framework) for family in families(work, model)]
                assert any(rows), f"{work.id} on {chip.id}"


@pytest.mark.parametrize("name", EXAMPLES)
def test_that_facility_power_is_it_power_times_pue_of_each_site(name: str) -> None:
    results = results_of(name)
    for sample, state in enumerate(results.states):
        total = np.zeros(len(results.months))
        for site in state.design.sites:
            it = results.series[f"it_power_kw.site:{site.id}"].values[sample]
            total += it * results.series[f"pue.site:{site.id}"].values[sample]
        given = results.series["facility_power_kw"].values[sample]
        assert np.all(np.abs(given - total) <= 1e-9 * np.maximum(total, 1.0))


@pytest.mark.parametrize("name", EXAMPLES)
def test_that_no_example_is_over_a_limit_by_accident(name: str) -> None:
    """A room that opens an example for the first time must not begin with a red line."""
    findings = results_of(name).findings
    wrong = [f"{found.object}: {found.message}" for found in findings if found.severity == "error"]
    assert not wrong, "\n".join(wrong)


def test_that_project_rainier_holds_what_is_public() -> None:
    results = results_of("project-rainier")
    chips, power = results.kpi("chips").value, results.kpi("it_power_kw").value
    assert chips is not None
    assert abs(chips - 500_000) <= 64
    assert power is not None
    assert 355_000 <= power <= 455_000
    assert len(design_of("project-rainier").halls) == 7


def test_that_the_ultracluster_has_the_contents_that_benchmarks_rely_on() -> None:
    design, results = design_of("ultracluster-1m"), results_of("ultracluster-1m")
    chips = results.kpi("chips").value
    assert chips is not None
    assert abs(chips - 1_000_000) <= 144
    assert len(design.halls) >= 20
    assert len(design.blocks) >= 250
    assert len(design.pools) == 8
    assert len(design.workloads) == 12
    assert {work.kind for work in design.workloads} == {"training", "serving", "agent", "batch"}
    assert len(design.phases) == 30
    assert design.months == 120
    assert len(design.scenarios) == 3
    assert len(design.overrides) == 20


def test_that_two_gigawatts_are_two_gigawatts() -> None:
    power = results_of("openai-2gw").kpi("facility_power_kw").value
    assert power is not None
    assert 1_900_000 <= power <= 2_150_000


def test_that_the_migration_is_long_and_its_workloads_differ_in_readiness() -> None:
    design, state = design_of("hybrid-migration"), results_of("hybrid-migration").states[0]
    assert design.months >= 36
    trainium = [
        part
        for part, kinds in enumerate(state.plant.parts.kinds)
        if state.plant.figures.kinds[kinds[0]].chip.family == "trainium"
    ]
    assert trainium
    # the month in which software lets a workload run on Trainium, or never
    first = set()
    for work, rates in zip(design.workloads, state.plant.rates, strict=True):
        if work.kind in ("serving", "agent"):
            ready = rates.ready[trainium].max(axis=0)
            first.add((float(ready.max()), int(np.argmax(ready >= ready.max()))))
    assert len(first) >= 3


def test_that_the_first_hall_asks_its_question() -> None:
    """Demand passes what stands there, and each answer serves more of it."""
    results = results_of("first-hall")
    unmet = results.series["unmet_tokens_per_s"].values[:, -1]
    revenue = results.series["revenue_usd"].values.sum(axis=1)
    assert unmet[0] > 0
    assert (unmet[1:] < unmet[0]).all()
    assert (revenue[1:] > revenue[0]).all()
    assert results.months[0] == month_number("2027-01")


def test_that_energy_per_token_does_not_depend_on_how_full_the_hall_is() -> None:
    """Idle draw is shared by time, and what work draws belongs to work: half the tokens take half of it."""
    series = results_of("first-hall").series
    alone = series["training_tokens_per_s"].values[0] == 0.0
    each = series["joule_per_token"].values[0, alone]
    assert series["utilisation.part:gpu/h100-rack"].values[0, alone].min() < 0.7
    assert each == pytest.approx(each[0], rel=1e-9)


@pytest.mark.parametrize("name", EXAMPLES)
def test_that_no_forecast_is_called_measured(name: str) -> None:
    """What our own model derives is an estimate at best, also of a chip that it was fitted on."""
    results = results_of(name)
    for kpi in ("training_tokens_per_s", "serving_tokens_per_s", "time_to_train_days"):
        assert results.kpi(kpi).evidence in ("estimate", "assumption"), kpi


@pytest.mark.parametrize("name", EXAMPLES)
def test_that_return_and_payback_follow_from_the_cash_flow(name: str) -> None:
    results = results_of(name)
    for sample in range(len(results.ids)):
        flow = return_flow(results, sample)
        rate, back = (results.kpi(kpi, None, sample).value for kpi in ("irr", "payback_months"))
        if rate is not None:
            worth = [usd / (1.0 + rate) ** (month / 12.0) for month, usd in enumerate(flow)]
            assert abs(math.fsum(worth)) <= 1e-6 * float(np.abs(flow).sum())
        if back is not None:
            total = np.cumsum(flow)
            assert total[int(back)] >= 0.0
            assert total[int(back) - 1] < 0.0


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_month_of_a_plan_draws_more_than_the_grid_gives_in_it(name: str) -> None:
    for state in results_of(name).states[:1]:
        capping = state.plant.capping
        assert (capping.facility <= capping.loads.grid * (1 + 1e-9)).all()


@pytest.mark.parametrize("name", ["openai-2gw", "ultracluster-1m"])
def test_a_slip_of_any_piece_of_a_large_plan_can_be_told(name: str) -> None:
    design = design_of(name)
    found = slips_of(design, catalog())
    first = design.first_month
    phases = [one.ref for one in found if one.ref.startswith("phase:")]
    assert phases == [f"phase:{one.id}" for one in design.phases if one.service_month > first]
    assert all(one.tco_usd.value is not None or one.tco_usd.why for one in found)
    # later is never sooner at the highest count
    assert all(one.capacity_months.value is None or one.capacity_months.value >= 0 for one in found)
