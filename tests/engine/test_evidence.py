"""Shares of evidence: slopes that can be worked by hand, grades, limits of a figure's range, cancelling."""

from __future__ import annotations

import pytest

from fleetdesigner.catalog import load_catalog
from fleetdesigner.design.curves import Compound, Constant, Curve, Logistic, Series
from fleetdesigner.design.model import Design
from fleetdesigner.design.scenarios import Assumption, Override
from fleetdesigner.engine.at_rest.evidence import evidence_shares, inputs_of, scaled
from fleetdesigner.engine.curves import monthly
from fleetdesigner.engine.evaluate import evaluate
from fleetdesigner.engine.results import EvidenceShares
from tests.engine.check_cases import FIRST, block, design, hall, site


def shares_of(made: Design) -> dict[str, EvidenceShares]:
    return dict(evidence_shares(made, load_catalog()))


def slopes(one: EvidenceShares) -> dict[str, float]:
    return {ref: slope for ref, _, slope in one.inputs}


def test_slopes_of_power_are_their_shares() -> None:
    made = design()
    found = shares_of(made)
    facility = slopes(found["facility_power_kw"])
    assert facility["site:s1.pue"] == pytest.approx(1.0, abs=1e-9)
    state = evaluate(made, load_catalog()).states[0]
    servers = float(4 * state.plant.figures.it_kw[0] * (1 + state.plant.power.storage_share))
    assert facility["racks/h100-rack.it_power_kw"] == pytest.approx(
        servers / float(state.it_power[0]), rel=1e-9
    )
    share = state.plant.power.storage_share
    assert facility["assumption:storage_management_share"] == pytest.approx(share / (1 + share), rel=1e-9)


def test_shares_add_up_and_name_largest_and_worst() -> None:
    for kpi, one in shares_of(design()).items():
        assert one.kpi == kpi
        assert sum(share for _, share in one.shares) == pytest.approx(1.0, abs=1e-3)
        assert one.grade == max(one.shares, key=lambda pair: pair[1])[0]
        assert one.shares[-1] == (one.worst, one.worst_share)
        sizes = [abs(slope) for _, _, slope in one.inputs]
        assert sizes == sorted(sizes, reverse=True)


def test_grade_is_that_of_the_figure_in_use() -> None:
    vendor = shares_of(design())["h100_equivalents"]
    assert (vendor.grade, vendor.worst_share) == ("vendor", 1.0)
    own = Override(entry="chips/h100", field="bf16_tflops", value=800.0, evidence="measured")
    assert shares_of(design(overrides=(own,)))["h100_equivalents"].grade == "measured"


def test_forecast_of_a_chip_that_nobody_measured_is_an_estimate() -> None:
    found = {
        one.ref: one.grade
        for one in inputs_of(
            evaluate(design(sites=(site(hall(block(rack="trn2-ultra", cols=2))),)), load_catalog()).states[0]
        )
    }
    assert found["forecast:trainium2"] == "estimate"


def test_site_figure_of_a_preset_keeps_its_grade_until_it_is_changed() -> None:
    catalog = load_catalog()
    carbon = catalog.site("us-ohio").carbon_g_per_kwh
    assert carbon is not None
    kept = site(hall(block()), preset_id="us-ohio", carbon_g_per_kwh=Constant(value=carbon.value))
    moved = kept.changed(carbon_g_per_kwh=Constant(value=1.0))
    for one, grade in ((kept, carbon.evidence), (moved, "assumption")):
        state = evaluate(design(sites=(one,)), catalog).states[0]
        assert {item.ref: item.grade for item in inputs_of(state)}["site:s1.carbon_g_per_kwh"] == grade


def test_shell_rests_on_the_preset_or_on_the_assumption_never_on_both() -> None:
    plain = slopes(shares_of(design())["capex_usd"])
    assert "assumption:shell_usd_per_kw" in plain
    preset = slopes(shares_of(design(sites=(site(hall(block()), preset_id="us-ohio"),)))["capex_usd"])
    assert "sites/us-ohio.shell_usd_per_kw" in preset
    assert "assumption:shell_usd_per_kw" not in preset


def test_figure_at_the_end_of_its_range_moves_one_way() -> None:
    full = Override(entry="fabrics/infiniband-ndr", field="link_efficiency", value=1.0)
    found = shares_of(design(overrides=(full,)))
    assert all(one.inputs for one in found.values())


def test_assumption_that_the_design_gives_as_a_curve_is_moved_as_a_curve() -> None:
    grows = Assumption(
        key="staff_usd_per_mw_year", value=Compound(value=100_000.0, per_year=0.1), evidence="estimate"
    )
    found = slopes(shares_of(design(assumptions=(grows,)))["opex_usd_per_month"])
    assert found["assumption:staff_usd_per_mw_year"] > 0


def test_cancelled_between_chunks() -> None:
    asked = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 2

    assert not evidence_shares(design(), load_catalog(), cancelled=stop)
    assert len(asked) == 3


@pytest.mark.parametrize(
    "curve",
    [
        Constant(value=3.0),
        Logistic(start=1.0, ceiling=5.0, middle_month=FIRST + 6, width_months=2.0),
        Compound(value=2.0, per_year=0.3, cap=2.5),
        Series(first_month=FIRST, values=(1.0, 2.0, 3.0), after="zero"),
    ],
)
def test_scaled_curve_is_scaled_in_every_month(curve: Curve) -> None:
    before, after = monthly(curve, FIRST, 24), monthly(scaled(curve, 1.01), FIRST, 24)
    assert after == pytest.approx(before * 1.01, rel=1e-12)


def test_empty_design_rests_on_nothing() -> None:
    assert shares_of(design(sites=(), pools=(), phases=(), workloads=())) == {}


def test_an_input_at_the_end_of_what_a_file_may_hold_moves_one_way_only() -> None:
    tariff = site().tariff.changed(energy_usd_per_kwh=Constant(value=1e18))
    found = shares_of(design(sites=(site(hall(block()), tariff=tariff),)))
    first = found["opex_usd_per_month"].inputs[:2]  # PUE weighs as much: their order is chance
    assert "site:s1.energy_usd_per_kwh" in [name for name, _, _ in first]
