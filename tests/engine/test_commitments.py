"""Commitments translated: worked by hand, and against the engine's evaluation of the design they become."""

from __future__ import annotations

import math

import pytest

from fleetdesigner.catalog import Catalog, load_catalog
from fleetdesigner.design.scenarios import Override
from fleetdesigner.engine.checks.software import endpoints
from fleetdesigner.engine.commitments.figures import SPECS
from fleetdesigner.engine.commitments.presets import commitment_of, commitment_presets, usual_fabrics
from fleetdesigner.engine.commitments.text import read_commitment
from fleetdesigner.engine.commitments.translate import Translation, design_of, translate
from fleetdesigner.engine.commitments.units import fabric_of
from fleetdesigner.engine.commitments.values import Choices, CommitmentError
from fleetdesigner.engine.evaluate import evaluate
from fleetdesigner.units import month_number

TYPED = (
    "2 GW of Trainium3", "500,000 Trainium2", "up to 5 GW of Trainium3+4", "5 MW of H100",
    "$38 bn over 7 years of GB200/GB300", "1,000 chips of GB300 by 2028", "455 MW IT of Trainium2",
)  # fmt: skip


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


def said(words: str, catalog: Catalog, **choices: object) -> Translation:
    return translate(read_commitment(words, catalog), catalog, Choices.model_validate(choices))


def value(translation: Translation, figure_id: str) -> float:
    found = translation.figure(figure_id).value
    assert found is not None, translation.figure(figure_id).why
    return found


# worked by hand


def test_two_gigawatts_of_trainium3(catalog: Catalog) -> None:
    """187.2 kW a system of 144; network 61 W a port of 200 Gbit/s, one a chip, in three tiers without
    oversubscription; 6.5 % storage and management; PUE 1.14.
    (187.2 + 144 · 0.061) · 1.065 = 208.723 kW IT a system; · 1.14 = 237.944; 2e6 / 237.944 = 8,405 of them.
    """
    found = said("2 GW of Trainium3", catalog)
    it = (187.2 + 144 * 0.061) * 1.065
    assert value(found, "systems") == math.floor(2e6 / (it * 1.14)) == 8_405
    assert value(found, "chips") == 8_405 * 144 == 1_210_320
    assert value(found, "it_kw") == pytest.approx(8_405 * it, rel=1e-9)
    assert value(found, "facility_kw") == pytest.approx(8_405 * it * 1.14, rel=1e-9)
    assert value(found, "kw_per_chip") == pytest.approx(1.65239, rel=1e-5)
    # a figure of 1.35 M leaves network, storage and management out: 2e6 / (1.3 · 1.14)
    assert pytest.approx(1.35e6, rel=0.001) == 2e6 / (1.3 * 1.14)
    chips = translation_span(found, "chips")
    assert chips[0] < 1.25e6 < 1.36e6 < chips[1]


def translation_span(translation: Translation, figure_id: str) -> tuple[float, float]:
    figure = translation.figure(figure_id)
    assert figure.low is not None
    assert figure.high is not None
    return figure.low, figure.high


def test_project_rainier(catalog: Catalog) -> None:
    """500,000 chips are 7,812.5 UltraServers of 64: 7,813. (48 + 64 · 0.061) · 1.065 = 55.278 kW IT each:
    431.9 MW, inside the 455 MW published for phase 1; · 1.125 = 0.972 kW a chip: the published 1.0 kW.
    """
    found = translate(commitment_of("rainier-500k"), catalog)
    assert value(found, "systems") == 7_813
    assert value(found, "racks") == 15_626
    it = (48 + 64 * 0.061) * 1.065
    assert value(found, "it_kw") == pytest.approx(7_813 * it, rel=1e-9)
    assert 375e3 < value(found, "it_kw") < 455e3
    assert found.choices.site == "us-indiana"
    assert value(found, "kw_per_chip") == pytest.approx(it * 1.125 / 64, rel=1e-9)
    assert value(found, "kw_per_chip") == pytest.approx(1.0, rel=0.03)
    assert value(found, "usd_per_chip") == pytest.approx(11e9 / 500_032)
    assert value(found, "capex") == pytest.approx(11e9, rel=0.15)
    assert any("agree" in one for one in found.remarks)
    # what was built is no price of hours
    assert all(one.id != "usd_per_chip_hour" for one in found.figures)


def test_dollars_and_years_become_chips_at_a_rent(catalog: Catalog) -> None:
    """38 bn USD, 84 months, of which the first 14 ramp in a line: Σ (m + 1)/14 = 7.5, and 70 whole months.
    Market rents of 8.5 and 9.0 USD: 38e9 / (8.75 · 730 · 77.5) = 76,763 chips, 533 systems of 72 of each.
    """
    found = translate(commitment_of("openai-38bn"), catalog)
    exact = 38e9 / (8.75 * 730 * (7.5 + 70))
    assert found.counts == (math.floor(exact / 2 / 72),) * 2 == (533, 533)
    assert value(found, "chips") == 2 * 533 * 72
    assert value(found, "rent") == pytest.approx(8.75)
    # at the cost of owning, without a margin, many more could be had
    assert value(found, "chips_by_own") > 3 * value(found, "chips")
    assert all(one.id != "usd_per_chip_hour" for one in found.figures)


def test_a_rate_from_a_filing(catalog: Catalog) -> None:
    """1.25 bn USD a month for 325,000 GPUs: 15e9 / (325,000 · 8,760 h) = 5.27 USD, as its readers say."""
    found = translate(commitment_of("anthropic-xai"), catalog)
    assert value(found, "usd_per_chip_hour") == pytest.approx(5.27, abs=0.005)


def test_chips_and_power_that_disagree_are_said(catalog: Catalog) -> None:
    found = said("500,000 Trainium2 at 2.2 GW", catalog)
    words = [one for one in found.remarks if "4.40 kW a chip" in one]
    assert len(words) == 1
    assert "the power is for the full site" in words[0]
    assert value(found, "chips") == 500_032
    assert value(found, "chips_by_power") == pytest.approx(2.2e6 / 0.9846351, rel=1e-6)
    few = said("500,000 Trainium2 at 100 MW", catalog)
    assert any("not all chips stand behind this power" in one for one in few.remarks)


def test_100k_h100_draw_the_published_150_mw(catalog: Catalog) -> None:
    found = translate(commitment_of("h100-100k"), catalog)
    assert value(found, "it_kw") == pytest.approx(150e3, rel=0.07)
    assert any("agree" in one for one in found.remarks)


# bounds, grades, spans


def test_a_bound_is_no_point(catalog: Catalog) -> None:
    found = translate(commitment_of("anthropic-5gw"), catalog)
    bounds = {one.id: one.bound for one in found.figures}
    assert bounds["chips"] == bounds["facility_kw"] == bounds["capex"] == "at most"
    # more dollars than said over fewer chip-hours than said
    assert bounds["usd_per_chip_hour"] == "at least"
    assert bounds["kw_per_chip"] == bounds["own"] == ""
    assert found.figure("chips_by_rent").value is None
    assert found.figure("chips_by_rent").why == "the price book has no rent of Trainium4"


def test_a_rate_below_cost_is_said_as_what_it_is(catalog: Catalog) -> None:
    floor = said("up to 5 GW of Trainium3, more than $100 bn over 10 years", catalog)
    assert any("fewer chips or more dollars will follow" in one for one in floor.remarks)
    point = said("5 GW of Trainium3, $100 bn over 10 years", catalog)
    assert any("a chip-hour is less than owning costs" in one for one in point.remarks)
    dear = said("100 MW of Trainium3, $100 bn over 10 years", catalog)
    assert any("is more than the price book" in one for one in dear.remarks)


def test_two_bounds_against_each_other_are_none(catalog: Catalog) -> None:
    found = said("up to 5 GW and at most $100 bn over 10 years of Trainium3", catalog)
    assert found.figure("usd_per_chip_hour").bound == ""


def test_spans_are_the_root_of_squares_of_facts_moved_alone(catalog: Catalog) -> None:
    figure = said("2 GW of Trainium3", catalog).figure("chips")
    assert figure.value is not None
    ups = [
        math.log(max(one.at_low, one.at_high) / figure.value) for one in figure.rests_on if one.fact.has_span
    ]
    assert figure.high == pytest.approx(figure.value * math.exp(math.sqrt(sum(max(0, u) ** 2 for u in ups))))
    power = next(one for one in figure.rests_on if one.fact.ref == "racks/trn3-gen2.it_power_kw")
    # at 144 kW a system: (144 + 8.784) · 1.065 · 1.14 kW
    assert power.at_low == pytest.approx(figure.value * (187.2 + 8.784) / (144 + 8.784), rel=1e-9)
    assert figure.high is not None
    assert figure.high > power.at_low
    assert figure.grade == "assumption"


def test_every_figure_says_what_it_rests_on_or_why_it_is_none(catalog: Catalog) -> None:
    order = [spec.id for spec in SPECS]
    for preset in commitment_presets():
        found = translate(preset, catalog)
        assert [one.id for one in found.figures] == sorted((one.id for one in found.figures), key=order.index)
        for figure in found.figures:
            if figure.value is None:
                assert figure.why
                assert figure.grade == "none"
                continue
            assert figure.rests_on, (preset.id, figure.id)
            low, high = translation_span(found, figure.id)
            assert low <= figure.value * (1 + 1e-12)
            assert high >= figure.value * (1 - 1e-12)
            assert all(one.fact.source for one in figure.rests_on)


def test_a_share_that_is_decided_is_no_open_fact(catalog: Catalog) -> None:
    words = "2 GW of Trainium3+4"
    wide = translation_span(said(words, catalog), "chips")
    half = said(words, catalog, shares=(0.5, 0.5))
    narrow = translation_span(half, "chips")
    assert wide[0] < narrow[0] < value(half, "chips") < narrow[1] < wide[1]
    alone = said(words, catalog, shares=(1.0, 0.0))
    assert value(alone, "chips") == value(said("2 GW of Trainium3", catalog), "chips")
    assert alone.counts[1] == 0
    three = said("2 GW of Trainium2, Trainium3 and Trainium4", catalog).figure("chips")
    open_shares = [one for one in three.rests_on if one.fact.ref.startswith("share:")]
    assert len(open_shares) == 3
    assert three.low is not None
    assert three.low < min(one.at_low for one in open_shares)


def test_dollars_without_a_term_are_no_chips(catalog: Catalog) -> None:
    found = translate(commitment_of("trainium-225bn"), catalog)
    assert found.design is None
    assert "no term was said" in found.figure("chips").why
    assert value(found, "kw_per_chip") > 1
    with pytest.raises(CommitmentError, match="no design: no term was said"):
        design_of(found)


@pytest.mark.parametrize("words", ["2 GW", "500,000 chips", "$9 bn over 5 years"])
def test_a_figure_that_nobody_has_is_named(catalog: Catalog, words: str) -> None:
    def without(field: str) -> Translation:
        gone = Override(entry="racks/trn3-gen2", field=field, value=None)
        less = catalog.with_overrides((gone,))
        return translate(read_commitment(f"{words} of Trainium3", less), less)

    found = without("it_power_kw")
    assert found.figure("facility_kw").value is None
    assert found.figure("facility_kw").why == "racks/trn3-gen2 has no it_power_kw"
    assert found.design is None
    # what does not need it is known all the same
    assert (found.figure("chips").value is None) == words.startswith("2 GW")
    with pytest.raises(CommitmentError, match="no design: racks/trn3-gen2 has no it_power_kw"):
        design_of(found)
    found = without("price_usd")
    assert found.figure("capex").value is None
    assert "racks/trn3-gen2 has no price_usd" in found.figure("capex").why
    assert value(found, "facility_kw") > 0
    assert design_of(found).halls


def test_a_price_book_without_a_rent_falls_to_the_cost_of_owning(catalog: Catalog) -> None:
    found = said("$10 bn over 5 years of Trainium4", catalog)
    assert value(found, "chips") == pytest.approx(value(found, "chips_by_own"), rel=0.001)
    assert any("the most that the dollars could pay for" in one for one in found.remarks)


# the design


@pytest.mark.parametrize("words", [*TYPED, *(one.id for one in commitment_presets())])
def test_the_design_is_what_the_table_says(catalog: Catalog, words: str) -> None:
    presets = {one.id: one for one in commitment_presets()}
    commitment = presets.get(words) or read_commitment(words, catalog)
    found = translate(commitment, catalog)
    if found.design is None:
        return
    design = design_of(found)
    results = evaluate(design, catalog)
    held = {one.rack_id: one.systems for one in results.systems()}
    assert held == {rack.id: count for rack, count in zip(found.racks, found.counts, strict=True) if count}
    kpis = {one.id: one.value for one in results.kpis()}
    assert kpis["chips"] == pytest.approx(value(found, "chips"), rel=1e-12)
    assert kpis["it_power_kw"] == pytest.approx(value(found, "it_kw"), rel=1e-9)
    assert kpis["facility_power_kw"] == pytest.approx(value(found, "facility_kw"), rel=1e-9)
    assert kpis["capex_usd"] == pytest.approx(value(found, "capex"), rel=1e-9)
    # no month draws more than the grid gives, nothing stands on anything, nothing is too heavy or too hot
    assert [one.message for one in results.findings if one.severity != "info"] == []
    state = results.states[0]
    grid = [
        max((kw for month, kw in design.sites[0].grid if month <= at), default=0.0) for at in results.months
    ]
    assert (state.facility <= [kw * (1 + 1e-9) for kw in grid]).all()
    # the rate is made of the same chip-hours as the months of the design
    if commitment.years is not None:
        months = round(commitment.years * 12)
        hours = float(state.chips[:months].sum()) * 730
        assert hours == pytest.approx(value(found, "chip_hours"), rel=0.02)
    assert len(design.blocks) < 400


def test_phases_follow_the_ramp_and_pools_the_fabric(catalog: Catalog) -> None:
    found = said("500,000 Trainium2 from 2027-01 by 2028-12", catalog, step_months=3, shape="s")
    design = design_of(found)
    assert [phase.service_month - design.first_month for phase in design.phases] == list(range(0, 24, 3))
    chips = [one.chips for one in found.landings]
    # half way after half the time, slow at both ends
    assert chips[11] == pytest.approx(250_016, rel=0.02)
    assert chips[5] < 0.2 * chips[-1]
    assert chips[-1] == 500_032
    results = evaluate(design, catalog)
    for pool, fabric in ((one, catalog.fabric(one.fabric_id)) for one in design.pools):
        held = sum(
            block.systems * 64 for block in design.blocks if any(s.pool_id == pool.id for s in block.stays)
        )
        assert fabric.max_chips is not None
        assert fabric.radix is not None
        assert held <= min(fabric.max_chips.value, endpoints(fabric.radix.value, pool.tiers))
    assert results.default_month == month_number("2028-12")


def test_halls_hold_what_they_are_given(catalog: Catalog) -> None:
    for choices, most in (({"hall_positions": 300}, 300), ({"hall_it_kw": 20_000.0}, 192)):
        design = design_of(said("500 MW of Trainium3", catalog, **choices))
        held = [sum(block.systems for block in hall.blocks) * 2 for hall in design.halls]
        assert max(held) <= most
        # as full as whole rows allow, and alike
        assert min(held[:-1]) > 0.8 * most
        assert all(hall.width_m / hall.depth_m < 3 for hall in design.halls)


def test_a_small_cluster_needs_fewer_tiers(catalog: Catalog) -> None:
    assert {pool.tiers for pool in design_of(said("5 MW of H100", catalog)).pools} == {2}
    assert {pool.tiers for pool in design_of(said("500,000 Trainium2", catalog)).pools} == {3}


def test_what_cannot_be_is_said_in_one_line(catalog: Catalog) -> None:
    for words, choices, fault in (
        ("1 kW", {}, "is less than one Trn3 Gen2 UltraServer"),
        ("900 GW", {}, "choose larger halls"),
        ("2 GW", {"site": "mars"}, "site: sites/mars: no such entry"),
        ("2 GW", {"price_book": "x"}, "price book: prices/x: no such entry"),
        ("2 GW", {"anchor": "dollars"}, "no dollars were given to size it by; there are power"),
        ("2 GW", {"systems": ("nix",)}, "racks/nix: no such entry"),
        ("2 GW", {"systems": ("trn3-gen2",), "shares": (0.5, 0.5)}, "2 shares for 1 rack systems"),
        ("2 GW by 2030", {"start_month": month_number("2040-01")}, "a ramp of"),
    ):
        with pytest.raises(CommitmentError, match=fault):
            said(words, catalog, **choices)


def test_every_rack_system_has_a_fabric_that_is_there(catalog: Catalog) -> None:
    for rack in catalog.racks():
        assert fabric_of(catalog, rack).tiers_max >= 2, rack.id
    for fabric_id in usual_fabrics().values():
        catalog.fabric(fabric_id)


def test_presets_have_sources_and_known_systems(catalog: Catalog) -> None:
    presets = commitment_presets()
    assert len({one.id for one in presets}) == len(presets) >= 10
    for one in presets:
        for amount in (one.power_kw, one.chips, one.usd):
            assert amount is None or (
                amount.source.startswith(("http", "github", "public", "SpaceX")) and amount.date
            )
        assert all(catalog.rack(system) for system in one.systems)
        assert not one.site or catalog.site(one.site)
        assert one.notes
    with pytest.raises(CommitmentError, match="is no preset; there are openai-2gw"):
        commitment_of("nothing")
