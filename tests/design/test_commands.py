"""What single commands do: labels, places, stays, levers, scenarios."""

from __future__ import annotations

from typing import get_type_hints

import pytest

from fleetdesigner.design import commands
from fleetdesigner.design.addresses import field_value, find, hall_of
from fleetdesigner.design.commands import (
    Add,
    AddLever,
    AddScenario,
    AssignPool,
    BranchScenario,
    Command,
    CopyBlocks,
    Delete,
    DeleteBlocks,
    DropStaleEdits,
    EditScenario,
    MergeScenario,
    MoveBlocks,
    MoveLever,
    PlaceBlock,
    PlaceBlocks,
    RemoveSystems,
    Rename,
    ResizeBlock,
    SetAssumption,
    SetFields,
    SetLever,
    SetOverride,
    SplitBlock,
    TakeOutSystem,
    TurnBlocks,
    delete,
    in_scenario,
)
from fleetdesigner.design.edits import EditError, scenario_design, set_field, stale_edits
from fleetdesigner.design.fleet import Block, Pool, Stay
from fleetdesigner.design.model import Design
from fleetdesigner.design.scenarios import Address, Assumption, Lever, Override, Scenario, SetField, SwapLever
from tests.design.samples import START, rich_design, small_design

BLOCK = Block(id="new", rack_id="trn2-ultraserver", col=3, row=4, cols=5, rows=2, phase_id="p1")


def block(design: Design, block_id: str) -> Block:
    """The block, which must be there."""
    found = find(design, f"block:{block_id}")
    assert isinstance(found, Block)
    return found


@pytest.mark.parametrize(
    ("command", "label"),
    [
        (PlaceBlock("h1", BLOCK, "Trn2 UltraServer"), "Place 10 Trn2 UltraServer"),
        (PlaceBlock("h1", BLOCK), "Place 10 trn2-ultraserver"),
        (PlaceBlocks("h1", (BLOCK, BLOCK.changed(id="x", rack_id="other"))), "Place 20 systems"),
        (MoveBlocks(("b1",), 1, 0), "Move 1 block"),
        (MoveBlocks(("b1", "b2"), 1, 0), "Move 2 blocks"),
        (DeleteBlocks(("b1", "b2")), "Delete 2 blocks"),
        (Add("pool", Pool(id="x", name="Inference", fabric_id="efa")), "Add pool “Inference”"),
        (Delete(("pool:pool-a",), "Trainium"), "Delete pool “Trainium”"),
        (Delete(("pool:pool-a", "phase:p3")), "Delete 2 objects"),
        (Rename("pool:pool-a", "Prefill"), "Rename pool to “Prefill”"),
        (AssignPool(("b1",), "pool-b"), "Assign 1 block"),
        (AssignPool(("b1",), None), "Unassign 1 block"),
        (SetOverride(Override(entry="racks/x1", field="it_power_kw", value=1.0)), "Set it_power_kw of x1"),
        (SetAssumption(Assumption(key="discount_rate", value=0.1)), "Set discount rate"),
        (ResizeBlock("b1", 4, 2), "Fill 4 × 2"),
    ],
)  # fmt: skip
def test_the_undo_menu_can_read_it(command: Command, label: str) -> None:
    assert command.label == label
    after = command.apply(rich_design())
    assert after != rich_design()


def test_every_command_is_a_frozen_value_that_says_its_edits() -> None:
    for name in commands.__all__:
        thing = getattr(commands, name)
        if isinstance(thing, type) and thing is not Command:
            assert issubclass(thing, Command), name
            assert vars(thing)["__dataclass_params__"].frozen, name
            assert get_type_hints(thing.edits)["return"]


def test_a_copy_is_a_block_of_its_own_in_the_same_hall_or_another() -> None:
    design = rich_design()
    command = CopyBlocks.of(("b2",), 5, 1)
    after = command.apply(design)
    copy = block(after, command.new_ids[0])
    assert (copy.col, copy.row, copy.pod) == (45, 1, None)
    assert command.apply(design) == after
    other = CopyBlocks.of(("b2",), 0, 0, "h2").apply(design)
    assert [len(one.blocks) for one in other.halls] == [2, 1]


def test_a_move_beyond_the_floor_is_refused_by_name() -> None:
    with pytest.raises(EditError, match="col must be 0 or more"):
        MoveBlocks(("b2",), -41, 0).apply(rich_design())
    with pytest.raises(EditError, match="a new block: row must be 0 or more"):
        CopyBlocks.of(("b2",), 0, -1).apply(rich_design())
    moved = MoveBlocks(("b2",), 1, 2, "h2").apply(rich_design())
    held = hall_of(moved, "b2")
    assert held is not None
    assert held.id == "h2"


def test_a_smaller_shape_forgets_the_holes_outside() -> None:
    after = ResizeBlock("b1", 3, 2).apply(rich_design())
    assert block(after, "b1").holes == ()
    back = ResizeBlock("b1", 12, 2, col=1, row=1).apply(rich_design())
    assert (block(back, "b1").holes, block(back, "b1").col) == (((3, 1),), 1)


def test_turns_add_up_to_a_circle() -> None:
    design = rich_design()
    assert block(TurnBlocks(("b2",)).apply(design), "b2").turn == 180
    assert block(TurnBlocks(("b2",), -1).apply(design), "b2").turn == 0
    assert TurnBlocks(("b2",), 4).apply(design) is design


def test_holes_and_the_end_of_a_block() -> None:
    design = small_design()
    after = RemoveSystems((("b1", 0, 0), ("b1", 3, 0))).apply(design)
    assert block(after, "b1").holes == ((0, 0), (3, 0))
    gone = RemoveSystems(tuple(("b1", k, 0) for k in (1, 2))).apply(after)
    assert find(gone, "block:b1") is None
    with pytest.raises(EditError, match="has no system in column 1, row 1"):
        RemoveSystems((("b1", 0, 0),)).apply(after)
    with pytest.raises(EditError, match="one part would hold no system"):
        SplitBlock("b1", "col", 1, "x", 1).apply(after)
    with pytest.raises(EditError, match="cannot be split at 4; choose 1 to 3"):
        SplitBlock("b1", "col", 4, "x", 1).apply(after)
    single = ResizeBlock("b1", 1, 1).apply(design)
    assert TakeOutSystem("b1", 0, 0, "x", 1).apply(single) is single


def test_pools_are_joined_for_good_or_from_a_month_on() -> None:
    design = small_design()
    always = AssignPool(("b1",), "pool-a").apply(design)
    assert block(always, "b1").stays == (Stay(pool_id="pool-a", from_month=START),)
    later = AssignPool(("b1",), "pool-b", START + 6).apply(always)
    assert [stay.pool_id for stay in block(later, "b1").stays] == ["pool-a", "pool-b"]
    earlier = AssignPool(("b1",), "pool-b", START + 3).apply(later)
    assert [stay.from_month for stay in block(earlier, "b1").stays] == [START, START + 3]
    assert AssignPool(("b1",), "pool-b", START + 9).apply(earlier) is earlier
    assert block(AssignPool(("b1",), None).apply(later), "b1").stays == ()
    with pytest.raises(EditError, match="cannot leave their pool in a month"):
        AssignPool(("b1",), None, START).apply(later)
    with pytest.raises(EditError, match="is not in the design"):
        AssignPool(("b1",), "gone").apply(later)


def test_a_set_figure_is_one_field_when_it_was_there_before() -> None:
    design = rich_design()
    held = design.overrides[0]
    (edit,) = SetOverride(held.changed(value=170.0)).edits(design)
    assert isinstance(edit, SetField)
    assert SetOverride(held).apply(design) is design
    noted = SetOverride(held.changed(value=170.0, note="measured")).apply(design)
    assert [one.note for one in noted.overrides] == ["measured", "no public figure"]
    assert SetOverride(held, merge="k").merge_key == "k"


def test_levers_move_what_they_point_at() -> None:
    design = rich_design()
    after = MoveLever("l1", 0.12).apply(design)
    assert field_value(after, "site:s1", "tariff.energy_usd_per_kwh.value") == 0.12
    solved = MoveLever("l2", 0.5, (set_field("block:b1", "cols", 8),)).apply(design)
    lever = find(solved, "lever:l2")
    assert isinstance(lever, Lever)
    assert isinstance(lever.target, SwapLever)
    assert (lever.target.share, block(solved, "b1").cols) == (0.5, 8)
    assert MoveLever("l1", 0.1).merge_key == MoveLever("l1", 0.2).merge_key
    for ref in ("assumption:rate", "override:racks/x.it_power_kw", "claim:trn3-4x"):
        lever = Lever(id="l9", target=Address(ref=ref), low=0.0, high=1.0, step=0.1)
        moved = MoveLever("l9", 0.7).apply(AddLever(lever).apply(design))
        assert field_value(moved, ref, "value") == 0.7
    changed = SetLever(design.levers[0].changed(high=0.5)).apply(design)
    assert changed.levers[0].high == 0.5
    with pytest.raises(EditError, match="lever “gone”"):
        MoveLever("gone", 1.0).apply(design)


def test_delete_says_the_name() -> None:
    assert delete(rich_design(), "pool:pool-a").label == "Delete pool “Trainium”"
    assert delete(rich_design(), "step:one").label == "Delete step “Where we are”"
    with pytest.raises(EditError, match="is in use by"):
        delete(rich_design(), "phase:p1").apply(rich_design())
    with pytest.raises(EditError, match="is not a kind of object"):
        Add("planet", Pool(id="x", name="", fabric_id="f")).apply(rich_design())


# --- scenarios -------------------------------------------------------------------------------------------


def test_in_a_scenario_the_base_stays_and_the_scenario_shows_it() -> None:
    design = rich_design()
    for command in (
        PlaceBlock("h1", BLOCK),
        MoveBlocks(("b9",), 1, 1, "h1"),
        SetFields.of("Price", [("site:s1", "tariff.energy_usd_per_kwh.value", 0.2)], "price"),
        delete(design, "pool:pool-a"),
    ):
        inside = in_scenario(command, "later")
        after = inside.apply(design)
        assert after.sites is design.sites
        assert after.pools is design.pools
        shown = scenario_design(after, "later")
        assert shown.sites == command.apply(scenario_design(design, "later")).sites
        assert inside.label == command.label
        assert inside.merge_key == (f"later/{command.merge_key}" if command.merge_key else None)


def test_in_a_scenario_the_document_is_still_the_document() -> None:
    design = rich_design()
    after = in_scenario(SetFields.of("Horizon", [("design:", "months", 60)]), "late").apply(design)
    assert (after.months, after.scenarios) == (60, design.scenarios)
    after = in_scenario(MoveLever("l2", 0.5, (set_field("block:b1", "cols", 8),)), "late").apply(design)
    assert block(after, "b1").cols == 10
    assert block(scenario_design(after, "late"), "b1").cols == 8
    with pytest.raises(EditError, match="scenario “gone”"):
        in_scenario(DeleteBlocks(("b1",)), "gone").apply(design)
    with pytest.raises(EditError, match="block “b2”"):
        in_scenario(DeleteBlocks(("b2",)), "late").apply(design)


def test_a_gesture_that_changes_nothing_leaves_no_edit() -> None:
    design = rich_design()
    assert in_scenario(MoveBlocks(("b1",), 0, 0), "late").apply(design) is design
    assert in_scenario(SetFields.of("", [("block:b1", "col", 0)]), "late").apply(design) is design


def test_a_merged_scenario_is_what_the_room_saw() -> None:
    design = rich_design()
    late, later = (scenario_design(design, name) for name in ("late", "later"))
    into_parent = MergeScenario("later").apply(design)
    assert [one.id for one in into_parent.scenarios] == ["late"]
    assert scenario_design(into_parent, "late").assumptions == later.assumptions
    assert scenario_design(into_parent, "late").sites == later.sites
    into_base = MergeScenario("late").apply(design)
    assert into_base.sites == late.sites
    assert into_base.phases == late.phases
    assert scenario_design(into_base, "later").sites == later.sites
    assert scenario_design(into_base, "later").assumptions == later.assumptions


def test_stale_edits_stay_behind_or_are_dropped() -> None:
    design = DeleteBlocks(("b2",)).apply(rich_design())
    assert len(stale_edits(design, "late")) == 1
    merged = MergeScenario("late").apply(design)
    assert [one.id for one in merged.blocks] == ["b1", "b9"]
    dropped = DropStaleEdits("late").apply(design)
    assert len(dropped.scenarios[0].edits) == 3
    assert DropStaleEdits("late").apply(dropped) is dropped


def test_a_branch_follows_its_parent() -> None:
    design = BranchScenario("late", "b", "Branch", "#009E73").apply(rich_design())
    assert scenario_design(design, "b").sites == scenario_design(design, "late").sites
    design = in_scenario(SetFields.of("", [("site:s1", "wue_l_per_kwh", 1.0)]), "late").apply(design)
    assert field_value(scenario_design(design, "b"), "site:s1", "wue_l_per_kwh") == 1.0
    renamed = EditScenario(design.scenarios[2].replaced(name="Other")).apply(design)
    assert renamed.scenarios[2].name == "Other"
    with pytest.raises(EditError, match="names the scenario gone"):
        BranchScenario("gone", "x", "").apply(design)
    with pytest.raises(EditError, match="the id late of a scenario is in use"):
        AddScenario(Scenario(id="late", name="")).apply(design)
