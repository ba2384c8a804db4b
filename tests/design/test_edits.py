"""What edits do, what they leave alone, and how they refuse."""

from __future__ import annotations

import time

import pytest

from fleetdesigner.design.addresses import KINDS, field_value, find, hall_of, site_of
from fleetdesigner.design.curves import Constant, Logistic
from fleetdesigner.design.edits import (
    EditError,
    add_object,
    apply_edits,
    remove_object,
    scenario_design,
    set_field,
    stale_edits,
)
from fleetdesigner.design.fleet import Block, Phase, Pool, Stay
from fleetdesigner.design.model import Design
from fleetdesigner.design.scenarios import Edit, RemoveObject, Scenario, SetField
from tests.design.samples import START, hall, large_design, rich_design, small_design


def test_what_is_not_touched_stays_the_same_object() -> None:
    design = large_design()
    after = apply_edits(design, [set_field("block:b41", "col", 100)])
    changed = [(a, b) for a, b in zip(design.halls, after.halls, strict=True) if a is not b]
    assert [pair[0].id for pair in changed] == ["h1"]
    assert sum(a is not b for a, b in zip(changed[0][0].blocks, changed[0][1].blocks, strict=True)) == 1
    assert changed[0][0].feeds is changed[0][1].feeds
    for field in Design.model_fields:
        if field != "sites":
            assert getattr(after, field) is getattr(design, field)
    assert [a is b for a, b in zip(design.sites, after.sites, strict=True)] == [False, True, True, True]


@pytest.mark.parametrize(
    "edits",
    [
        [],
        [set_field("block:b1", "col", 0)],
        [set_field("site:s1", "tariff.energy_usd_per_kwh", Constant(value=0.07))],
        [set_field("design:", "name", "Everything at once")],
        [set_field("block:b1", "hall_id", "h1")],
    ],
)
def test_edits_that_change_nothing_give_the_design_itself(edits: list[Edit]) -> None:
    design = rich_design()
    assert apply_edits(design, edits) is design


def test_a_nested_field_is_reached_by_dots() -> None:
    after = apply_edits(rich_design(), [set_field("workload:chat", "demand.ceiling", 5_000_000)])
    assert field_value(after, "workload:chat", "demand.ceiling") == 5e6
    chat = find(after, "workload:chat")
    assert isinstance(getattr(chat, "demand", None), Logistic)


def test_fields_set_in_a_row_are_checked_together() -> None:
    # either alone would leave a hole outside the block
    design = rich_design()
    edits = [set_field("block:b1", "cols", 2), set_field("block:b1", "holes", [])]
    assert apply_edits(design, edits).blocks[0].cols == 2
    with pytest.raises(EditError, match="a hole lies outside"):
        apply_edits(design, edits[:1])


def test_a_block_moves_to_another_hall_and_keeps_its_levers() -> None:
    design = small_design()
    after = apply_edits(design, [set_field("block:b1", "hall_id", "h2"), set_field("block:b1", "row", 9)])
    held = hall_of(after, "b1")
    assert held is not None
    assert (held.id, held.blocks[-1].row) == ("h2", 9)
    assert len(after.blocks) == len(design.blocks)


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (set_field("block:zz", "col", 1), "block “zz”: is not in the design"),
        (set_field("block:b1", "col", -3), "col must be 0 or more"),
        (set_field("block:b1", "col", "x"), "col must be a whole number"),
        (set_field("block:b1", "turn", 45), "turn must be one of 0, 90, 180 or 270"),
        (set_field("block:b1", "phase_id", "gone"), "names the phase gone, which is not in the design"),
        (set_field("block:b1", "stays", [Stay(pool_id="gone", from_month=START)]), "names the pool gone"),
        (set_field("block:b1", "colour", 1), "has no field colour; its fields are id, rack_id"),
        (set_field("block:b1", "id", "b7"), "id cannot be changed"),
        (set_field("block:b1", "hall_id", "gone"), "there is no hall gone"),
        (set_field("block:b1", "cols", 10_000), "a block holds at most 10,000 systems"),
        (set_field("hall:h1", "blocks", []), "blocks cannot be set as a whole"),
        (set_field("site:s1", "tariff.energy_usd_per_kwh.value", "a"), "energy_usd_per_kwh.value must be a"),
        (set_field("site:s1", "tariff.colour", 1), "has no field tariff.colour"),
        (set_field("site:s1", "pue.value.deep", 1), "has no field pue.value.deep"),
        (set_field("site:s1", "pue", {"shape": "wavy"}), "must be of one of the kinds 'constant'"),
        (set_field("site:s1", "carbon_g_per_kwh", Constant(value=-1.0)), "must be 0 or more in every month"),
        (set_field("site:s1", "grid", [[START, 1.0], [START, 2.0]]), "months must rise"),
        (set_field("design:", "months", 6), "months must be 12 or more"),
        (set_field("design:", "baseline_id", "gone"), "the baseline gone is not a scenario"),
        (set_field("design:", "colour", 1), "has no field colour"),
        (set_field("planet:x", "name", "Mars"), "planet is not a kind of object"),
        (set_field("scenario:late", "parent_id", "later"), "would be its own parent"),
        (set_field("feed:f1", "parent_id", "f2"), "would be its own parent"),
        (SetField(ref="block:b1", field="col", value="NaN"), "NaN is not a number"),
        (SetField(ref="block:b1", field="col", value="{"), "cannot be read"),
        (SetField(ref="block:b1", field="col", value="[" * 100_000), "nested too deeply"),
        (add_object("hall:h1", "block", rich_design().blocks[1]), "the id b2 of a block is in use"),
        (add_object("hall:gone", "block", rich_design().blocks[1]), "hall “gone”: is not in the design"),
        (add_object("design:", "block", rich_design().blocks[1]), "a block cannot be added there"),
        (add_object("design:", "pool", rich_design().phases[0]), "a new pool: "),
        (add_object("site:s2", "hall", hall("new", rich_design().blocks[0])), "the id b1 of a block is"),
        (add_object("scenario:gone", "edit", set_field("block:b1", "col", 1)), "scenario “gone”: is not in"),
        (add_object("scenario:late", "edit", rich_design().phases[0]), "edit "),
        (remove_object("phase", "p1"), "is in use by block “b1”; give them another phase first"),
        (remove_object("pool", "gone"), "pool “gone”: is not in the design"),
        (RemoveObject(ref="design:"), "design is not a kind of object"),
    ],
)  # fmt: skip
def test_a_refusal_names_object_and_remedy_in_one_line(edit: Edit, words: str) -> None:
    design = rich_design()
    with pytest.raises(EditError) as caught:
        apply_edits(design, [edit])
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "pydantic" not in str(caught.value)


def test_a_removed_pool_takes_stays_and_pins_along() -> None:
    after = apply_edits(rich_design(), [remove_object("pool", "pool-a")])
    assert [stay.pool_id for stay in after.blocks[0].stays] == ["pool-b"]
    assert field_value(after, "workload:pretrain", "pins") == ()


def test_a_removed_scenario_leaves_its_edits_to_those_on_top() -> None:
    design = rich_design()
    shown = scenario_design(design, "later")
    after = apply_edits(design, [remove_object("scenario", "late")])
    assert after.baseline_id is None
    assert after.steps[1].scenario_id is None
    assert after.scenarios[0].parent_id is None
    assert scenario_design(after, "later").sites == shown.sites
    assert scenario_design(after, "later").assumptions == shown.assumptions


def test_a_removed_site_takes_cameras_and_levers_along() -> None:
    after = apply_edits(rich_design(), [remove_object("site", "s1")])
    assert [lever.id for lever in after.levers] == ["l2"]
    assert after.steps[1].camera.hall_id is None
    assert after.steps[1].lever_values == ()
    assert after.blocks == ()
    assert site_of(after, "h1") is None


def test_a_removed_pod_or_feed_lets_go_of_its_members() -> None:
    after = apply_edits(rich_design(), [remove_object("pod", "pod-1"), remove_object("feed", "f1")])
    assert after.blocks[1].pod is None
    assert after.halls[0].feeds[0].parent_id is None
    assert apply_edits(rich_design(), [remove_object("lever", "l1")]).steps[1].lever_values == ()


def test_what_is_added_comes_before_the_one_named() -> None:
    design = rich_design()
    pool = Pool(id="new", name="New", fabric_id="efa")
    assert [p.id for p in apply_edits(design, [add_object("design:", "pool", pool, "pool-b")]).pools] == [
        "pool-a",
        "new",
        "pool-b",
    ]
    assert apply_edits(design, [add_object("design:", "pool", pool, "gone")]).pools[-1].id == "new"


def test_assumptions_and_overrides_come_to_be_with_their_first_value() -> None:
    design = small_design()
    after = apply_edits(
        design,
        [
            set_field("assumption:discount_rate", "value", 0.1),
            set_field("claim:trn3-4x", "value", 4.36),
            set_field("override:racks/trn3-gen2.it_power_kw", "value", 1),
        ],
    )
    assert [one.key for one in after.assumptions] == ["discount_rate", "claim:trn3-4x"]
    assert (after.overrides[0].entry, after.overrides[0].field) == ("racks/trn3-gen2", "it_power_kw")
    assert field_value(after, "claim:trn3-4x", "value") == 4.36
    with pytest.raises(EditError):
        apply_edits(design, [set_field("assumption:discount_rate", "low", 0.1)])
    with pytest.raises(EditError):
        apply_edits(design, [set_field("override:nothing", "value", 0.1)])


def test_every_kind_can_be_found_and_removed_or_says_why() -> None:
    design = rich_design()
    names = {
        "site": "s2", "hall": "h2", "block": "b1", "feed": "f2", "pool": "pool-b", "phase": "p3",
        "workload": "chat", "assumption": "discount_rate", "override": "chips/trainium4.hbm_gib",
        "scenario": "later", "lever": "l2", "step": "one", "pod": "pod-1",
        "measurement": "trainium2/serving",
    }  # fmt: skip
    assert names.keys() == KINDS.keys()
    for kind, name in names.items():
        assert find(design, f"{kind}:{name}") is not None
        after = apply_edits(design, [remove_object(kind, name)])
        assert find(after, f"{kind}:{name}") is None
    assert find(design, "planet:x") is None
    assert find(design, "feed:gone") is None
    assert field_value(design, "block:b1", "nothing") is None


# --- scenarios -------------------------------------------------------------------------------------------


def test_a_scenario_shows_its_parents_edits_then_its_own() -> None:
    design = rich_design()
    shown = scenario_design(design, "later")
    assert [block.id for block in shown.blocks] == ["b1", "b9"]
    assert field_value(shown, "site:s1", "tariff.energy_usd_per_kwh.value") == 0.09
    assert field_value(shown, "assumption:discount_rate", "value") == 0.1
    assert field_value(design, "assumption:discount_rate", "value") == 0.08
    assert shown.sites[1] is design.sites[1]
    assert shown.pools is design.pools


def test_a_scenario_keeps_objects_when_the_base_changes_elsewhere() -> None:
    design = rich_design()
    before = scenario_design(design, "late")
    assert scenario_design(design, "late") is before
    after = scenario_design(apply_edits(design, [set_field("pool:pool-a", "tiers", 3)]), "late")
    assert after is not before
    assert after.sites is before.sites
    assert after.phases is before.phases
    assert after.pools[1] is before.pools[1]
    moved = scenario_design(apply_edits(design, [set_field("block:b1", "row", 5)]), "late")
    assert moved.halls[0] is not before.halls[0]
    assert moved.halls[1] is before.halls[1]


def test_edits_of_removed_objects_are_passed_over_and_listed() -> None:
    design = apply_edits(rich_design(), [remove_object("block", "b2"), set_field("pool:pool-a", "tiers", 3)])
    shown = scenario_design(design, "later")
    assert [block.id for block in shown.blocks] == ["b1", "b9"]
    (stale,) = stale_edits(design, "later")
    assert stale.scenario_id == "late"
    assert isinstance(stale.edit, RemoveObject)
    assert "is not in the design" in stale.reason
    assert stale_edits(rich_design(), "later") == ()


def test_a_scenario_cannot_change_the_document() -> None:
    design = rich_design()
    bad = Scenario(
        id="bad",
        name="",
        edits=(set_field("design:", "months", 24), set_field("lever:l1", "low", 0.0),
               set_field("block:b1", "cols", 2), set_field("block:b1", "holes", [])),
    )  # fmt: skip
    design = apply_edits(design, [add_object("design:", "scenario", bad)])
    shown = scenario_design(design, "bad")
    assert shown.months == 120
    assert shown.blocks[0].cols == 2
    assert len(stale_edits(design, "bad")) == 2
    with pytest.raises(EditError, match="is not in the design"):
        scenario_design(design, "gone")


def test_a_field_set_again_replaces_the_older_edit() -> None:
    design = rich_design()
    ref = "site:s1"
    for value in (0.1, 0.11, 0.12):
        edit = set_field(ref, "tariff.energy_usd_per_kwh.value", value)
        design = apply_edits(design, [add_object("scenario:later", "edit", edit)])
    assert len(design.scenarios[1].edits) == 2
    flat = {"shape": "constant", "value": 1}
    whole = set_field(ref, "tariff", {"energy_usd_per_kwh": flat, "demand_usd_per_kw_month": flat})
    design = apply_edits(design, [add_object("scenario:later", "edit", whole)])
    assert design.scenarios[1].edits[-1] == whole
    assert len(design.scenarios[1].edits) == 2


def test_limits_hold_for_edits_as_for_files() -> None:
    design = small_design()
    many = [add_object("design:", "pool", Pool(id=f"x{k}", name="", fabric_id="f")) for k in range(199)]
    with pytest.raises(EditError, match="holds at most 200 pools"):
        apply_edits(design, many)
    phases = [add_object("design:", "phase", Phase(id=f"x{k}", name="", order_month=START)) for k in range(3)]
    assert len(apply_edits(design, phases).phases) == 5


def test_one_field_of_2500_blocks_costs_next_to_nothing() -> None:
    design = large_design()
    edit = set_field("block:b2400", "col", 7)
    apply_edits(design, [edit])
    best = min(_seconds(design, edit) for _ in range(30))
    assert best < 0.3e-3


def _seconds(design: Design, edit: Edit) -> float:
    start = time.perf_counter()
    apply_edits(design, [edit])
    return time.perf_counter() - start


def test_a_new_hall_brings_its_blocks_and_feeds() -> None:
    design = rich_design()
    block = Block(id="fresh", rack_id="r", col=0, row=0, phase_id="p1")
    after = apply_edits(design, [add_object("site:s2", "hall", hall("h9", block))])
    assert hall_of(after, "fresh") is after.sites[1].halls[0]
    assert after.sites[0] is design.sites[0]
    with pytest.raises(EditError, match="names the phase gone"):
        apply_edits(design, [add_object("site:s2", "hall", hall("h9", block.changed(phase_id="gone")))])


def test_a_stale_edit_among_many_costs_little() -> None:
    design = large_design(5_000)
    edits = [set_field(f"block:b{k}", "col", 100) for k in range(250)]
    edits.insert(100, set_field("block:gone", "col", 1))
    lost = Scenario(id="x", name="", edits=tuple(edits))
    design = apply_edits(design, [add_object("design:", "scenario", lost)])
    (stale,) = stale_edits(design, "x")
    assert stale.edit == edits[100]
    assert all(block.col == 100 for block in scenario_design(design, "x").blocks)
