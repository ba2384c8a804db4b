"""A figure that is taken away: what needs it has no value and says so, and nothing counts it as 0."""

from __future__ import annotations

import pytest

from fleetdesigner.assets import resource
from fleetdesigner.catalog import load_catalog
from fleetdesigner.design.scenarios import Override
from fleetdesigner.engine.evaluate import evaluate
from fleetdesigner.engine.results import Results
from fleetdesigner.files.fleet_file import read_fleet

FLEET = {"chips", "months_to_capacity"}
RATED = {*FLEET, "h100_equivalents"}
POWER = {"it_power_kw", "it_power_nameplate_kw", "facility_power_kw", "stranded_power_kw"}
"""KPIs that need no forecast of speed."""


def without(entry: str, field: str, example: str = "nvlink-fusion") -> Results:
    """An example whose catalog has no such figure."""
    design = read_fleet(resource("examples", f"{example}.fleet")).design
    gone = Override(entry=entry, field=field, value=None)
    return evaluate(design.model_copy(update={"overrides": (*design.overrides, gone)}), load_catalog())


@pytest.mark.parametrize(
    ("entry", "field", "kept"),
    [
        ("chips/trainium4", "bf16_tflops", {*FLEET, *POWER, "capex_usd"}),
        ("chips/trainium4", "hbm_gib", {*RATED, *POWER, "capex_usd"}),
        ("chips/trainium4", "hbm_tb_per_s", {*RATED, *POWER, "capex_usd"}),
        ("chips/trainium4", "scale_up_gbytes_per_s", {*RATED, *POWER, "capex_usd"}),
        ("chips/trainium4", "scale_out_gbit_per_s", {*RATED, "capex_usd"}),
        ("fabrics/spectrum-x", "link_efficiency", {*RATED, *POWER, "capex_usd"}),
        ("racks/trn4-mgx", "it_power_kw", {*RATED, "training_tokens_per_s", "serving_tokens_per_s"}),
        ("racks/trn4-mgx", "price_usd", {*RATED, *POWER, "serving_tokens_per_s", "carbon_t_per_year"}),
    ],
)
def test_that_what_needs_a_missing_figure_has_no_value_and_names_it(
    entry: str, field: str, kept: set[str]
) -> None:
    results = without(entry, field)
    values = {value.id: value for value in results.kpis()}
    assert {name for name in kept if values[name].value is None} == set()
    lost = {"npv_usd", "tco_usd", "opex_usd_per_month", "usd_per_accelerator_hour"}
    if entry != "racks/trn4-mgx":
        lost |= {
            "training_tokens_per_s", "serving_tokens_per_s", "unmet_tokens_per_s", "time_to_train_days",
            "cost_per_run_usd", "tokens_per_s_per_mw", "joule_per_token", "it_power_expected_kw",
        }  # fmt: skip
        lost |= {name for name in values if name.startswith("usd_per_million_tokens")}
    assert {name for name in lost if values[name].value is not None} == set()
    for name, value in values.items():
        if value.value is None:
            assert f"{entry} has no {field}" in value.why, name


def test_that_a_missing_figure_is_told_once_with_the_systems_that_need_it() -> None:
    results = without("chips/trainium3", "scale_out_gbit_per_s", "ultracluster-1m")
    found = [finding for finding in results.findings if finding.rule == "no_public_figure"]
    assert [finding.object for finding in found] == ["chips/trainium3"]
    assert "6,944 of 6,944" in found[0].detail
    assert sum("scale_out_gbit_per_s" in line for line in results.excluded) == 1


def test_that_a_chip_that_no_workload_may_use_needs_no_speed() -> None:
    design = read_fleet(resource("examples", "hybrid-migration.fleet")).design
    nvidia = tuple(work.model_copy(update={"allow": ("nvidia",)}) for work in design.workloads)
    gone = Override(entry="chips/trainium3", field="hbm_tb_per_s", value=None)
    changed = design.model_copy(update={"workloads": nvidia, "overrides": (gone,)})
    results = evaluate(changed, load_catalog())
    assert results.kpi("serving_tokens_per_s").value is not None
    assert results.kpi("npv_usd").value is not None
