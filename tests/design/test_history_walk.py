"""A planner who clicks at random: commands, overrides, scenario edits, undo, redo, save and open."""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from fleetdesigner.design.commands import (
    Add,
    AddLever,
    AddScenario,
    AssignPool,
    BranchScenario,
    ClearAssumption,
    ClearOverride,
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
    RemoveLever,
    RemoveScenario,
    RemoveSystems,
    Rename,
    ResizeBlock,
    SetAssumption,
    SetBaseline,
    SetFields,
    SetLever,
    SetOverride,
    SetPhase,
    SplitBlock,
    TakeOutSystem,
    TurnBlocks,
    in_scenario,
)
from fleetdesigner.design.edits import EditError, apply_edits, scenario_design, scenario_edits, stale_edits
from fleetdesigner.design.fleet import Block, Phase, Pool
from fleetdesigner.design.history import History
from fleetdesigner.design.model import Design
from fleetdesigner.design.scenarios import Address, Assumption, Lever, Override, Scenario, SwapLever
from fleetdesigner.files.fleet_file import dumps, loads
from tests.design.samples import RACKS, START, document, small_design

SMALL = st.integers(-3, 12)


class Planner(RuleBasedStateMachine):
    """Every rule is one gesture; what is refused must leave everything as it was."""

    @initialize(rich=st.booleans())
    def begin(self, rich: bool) -> None:
        """A design with a scenario and a lever on each kind of target."""
        design = small_design()
        if rich:
            for command in (
                AddScenario(Scenario(id="base-case", name="Base case")),
                BranchScenario("base-case", "late", "Late"),
                SetOverride(Override(entry="racks/rack-1", field="it_power_kw", value=100.0)),
                AddLever(_lever("power", "override:racks/rack-1.it_power_kw")),
                AddLever(_lever("rate", "assumption:discount_rate")),
            ):
                design = command.apply(design)
        self.start = design
        self.history: History[Design] = History.start(design)
        self.count = 0

    def pick(self, data: st.DataObject, things: Any) -> str:
        """The id of one of the things; now and then one that is not there."""
        ids = [one.id for one in things]
        if not ids or data.draw(st.integers(0, 9)) == 9:
            return "gone"
        return str(data.draw(st.sampled_from(ids)))

    def do(self, command: Command, scenario: str | None = None) -> None:
        """Execute as the session does."""
        design = self.history.present
        chosen = command if scenario is None else in_scenario(command, scenario)
        try:
            edits = chosen.edits(design)
            after = apply_edits(design, edits)
        except EditError:
            return
        assert chosen.apply(design) == after
        assert chosen.label
        self.history = self.history.push(after, chosen.label, chosen.merge_key)

    def fresh(self, prefix: str) -> str:
        """An id that was not used before."""
        self.count += 1
        return f"{prefix}{self.count}"

    def shown(self, data: st.DataObject) -> tuple[Design, str | None]:
        """The base, or the design of one scenario, with that scenario's id."""
        design = self.history.present
        name = data.draw(st.sampled_from([None, *(one.id for one in design.scenarios)]))
        return (design, None) if name is None else (scenario_design(design, name), name)

    @rule(data=st.data())
    def place(self, data: st.DataObject) -> None:
        """Drop from the palette."""
        design, scenario = self.shown(data)
        block = Block(
            id=self.fresh("n"),
            rack_id=data.draw(st.sampled_from(RACKS)),
            col=data.draw(st.integers(0, 9)),
            row=data.draw(st.integers(0, 9)),
            cols=data.draw(st.integers(1, 4)),
            rows=data.draw(st.integers(1, 3)),
            phase_id=self.pick(data, design.phases),
        )
        self.do(PlaceBlock(self.pick(data, design.halls), block), scenario)

    @rule(data=st.data(), d_col=SMALL, d_row=SMALL)
    def move_or_copy(self, data: st.DataObject, d_col: int, d_row: int) -> None:
        """Drag, with or without Ctrl, perhaps to another hall."""
        design, scenario = self.shown(data)
        ids = tuple({self.pick(data, design.blocks) for _ in range(2)})
        hall = data.draw(st.sampled_from([None, *(one.id for one in design.halls)]))
        if data.draw(st.booleans()):
            self.do(MoveBlocks(ids, d_col, d_row, hall, "nudge"), scenario)
        else:
            copies = tuple(self.fresh("c") for _ in ids)
            self.do(CopyBlocks(ids, copies, d_col, d_row, hall), scenario)

    @rule(data=st.data(), cols=st.integers(0, 5), rows=st.integers(1, 4), quarters=st.integers(-2, 3))
    def shape(self, data: st.DataObject, cols: int, rows: int, quarters: int) -> None:
        """Array handle, turn, split, holes."""
        design, scenario = self.shown(data)
        block = self.pick(data, design.blocks)
        column, line = data.draw(st.integers(0, 4)), data.draw(st.integers(0, 3))
        command: Command = data.draw(
            st.sampled_from(
                [
                    ResizeBlock(block, cols, rows),
                    TurnBlocks((block,), quarters),
                    SplitBlock(block, "col", cols, self.fresh("s"), 2),
                    SplitBlock(block, "row", rows, self.fresh("s"), 1),
                    TakeOutSystem(block, column, line, self.fresh("t"), 1),
                    RemoveSystems(((block, column, line),)),
                    DeleteBlocks((block,)),
                ]
            )
        )
        self.do(command, scenario)

    @rule(data=st.data())
    def belong(self, data: st.DataObject) -> None:
        """Pools, phases, names."""
        design, scenario = self.shown(data)
        block, pool = self.pick(data, design.blocks), self.pick(data, design.pools)
        month = data.draw(st.sampled_from([None, START + 6, START + 12]))
        command: Command = data.draw(
            st.sampled_from(
                [
                    AssignPool((block,), pool, month),
                    AssignPool((block,), None, month),
                    SetPhase((block,), self.pick(data, design.phases)),
                    Rename(f"block:{block}", "Renamed"),
                    Rename(f"pool:{pool}", "Renamed"),
                    Add("pool", Pool(id=self.fresh("pool"), name="New", fabric_id="efa")),
                    Add("phase", Phase(id=self.fresh("phase"), name="New", order_month=START)),
                    Delete((f"pool:{pool}",)),
                    Delete((f"phase:{self.pick(data, design.phases)}",)),
                    SetFields.of("Price", [("site:s1", "tariff.energy_usd_per_kwh.value", 0.01 * len(pool))]),
                ]
            )
        )
        self.do(command, scenario)

    @rule(data=st.data(), value=st.sampled_from([0.5, 1.0, 2.0]))
    def figures(self, data: st.DataObject, value: float) -> None:
        """Overrides, assumptions, levers."""
        design, scenario = self.shown(data)
        lever = self.pick(data, design.levers)
        command: Command = data.draw(
            st.sampled_from(
                [
                    SetOverride(Override(entry="racks/rack-1", field="it_power_kw", value=value)),
                    SetOverride(Override(entry="chips/x", field="a.b", value=None, note="none")),
                    ClearOverride("racks/rack-1", "it_power_kw"),
                    SetAssumption(Assumption(key="discount_rate", value=value, unit="fraction")),
                    ClearAssumption("discount_rate"),
                    MoveLever(lever, value),
                    RemoveLever(lever),
                    SetLever(_lever(lever, "assumption:other")),
                    AddLever(
                        Lever(
                            id=self.fresh("l"),
                            low=0.0,
                            high=1.0,
                            step=0.1,
                            target=SwapLever(from_family="a", to_family="b"),
                        )
                    ),
                ]
            )
        )
        self.do(command, scenario)

    @rule(data=st.data())
    def argue(self, data: st.DataObject) -> None:
        """Scenarios come, branch, change, merge and go."""
        scenarios = self.history.present.scenarios
        name = self.pick(data, scenarios)
        held = next((one for one in scenarios if one.id == name), Scenario(id="gone", name=""))
        command: Command = data.draw(
            st.sampled_from(
                [
                    AddScenario(Scenario(id=self.fresh("sc"), name="New")),
                    BranchScenario(name, self.fresh("sc"), "Branch"),
                    EditScenario(held.replaced(name="Other", parent_id=None)),
                    EditScenario(held.replaced(parent_id=self.pick(data, scenarios))),
                    RemoveScenario(name),
                    MergeScenario(name),
                    DropStaleEdits(name),
                    SetBaseline(name),
                    SetBaseline(None),
                ]
            )
        )
        self.do(command)

    @rule()
    def undo_and_redo(self) -> None:
        """Redo gives the very object that undo took away."""
        before = self.history.present
        back = self.history.undo()
        assert back is self.history or back.redo().present is before
        self.history = back.redo() if back is not self.history else back

    @rule()
    def undo(self) -> None:
        """One step back."""
        self.history = self.history.undo()

    @rule()
    def redo(self) -> None:
        """One step forward."""
        self.history = self.history.redo()

    @rule()
    def save(self) -> None:
        """The mark of the last save."""
        self.history = self.history.saved()
        assert self.history.is_saved

    @invariant()
    def whole(self) -> None:
        """What is there passes every check of a file, and comes back from one equal."""
        design = self.history.present
        text = dumps(document(design))
        assert loads(text).design == design
        for scenario in design.scenarios:
            seen = scenario_design(design, scenario.id)
            assert scenario_design(design, scenario.id) is seen
            loads(dumps(document(seen)))
            if not stale_edits(design, scenario.id):
                assert seen == apply_edits(design, (edit for _, edit in scenario_edits(design, scenario.id)))

    def teardown(self) -> None:
        """Any walk back reaches the start, and the walk forward the end."""
        if not hasattr(self, "history"):
            return
        end, history = self.history.present, self.history
        while history.can_redo:
            history = history.redo()
        last = history.present
        while history.can_undo:
            history = history.undo()
        assert history.present is self.start
        while history.can_redo:
            history = history.redo()
        assert history.present is last
        assert end == self.history.present


def _lever(name: str, ref: str) -> Lever:
    return Lever(id=name, low=0.0, high=10.0, step=0.5, target=Address(ref=ref))


Planner.TestCase.settings = settings(max_examples=40, stateful_step_count=25)
TestPlanner = Planner.TestCase
