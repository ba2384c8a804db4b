"""Commands: what the planner does, as values that produce designs. A new one adds a class and a name here."""

from fleetdesigner.design.commands.command import Command
from fleetdesigner.design.commands.fields import AssignPool, Rename, SetFields, SetPhase
from fleetdesigner.design.commands.figures import (
    AddLever,
    ClearAssumption,
    ClearOverride,
    MoveLever,
    RemoveLever,
    SetAssumption,
    SetLever,
    SetOverride,
)
from fleetdesigner.design.commands.measurements import RemoveMeasurement, SetMeasurement
from fleetdesigner.design.commands.objects import Add, Delete, delete
from fleetdesigner.design.commands.place import CopyBlocks, MoveBlocks, PlaceBlock, PlaceBlocks
from fleetdesigner.design.commands.scenario import (
    AddScenario,
    BranchScenario,
    DropStaleEdits,
    EditScenario,
    InScenario,
    MergeScenario,
    RemoveScenario,
    SetBaseline,
    in_scenario,
)
from fleetdesigner.design.commands.shape import (
    DeleteBlocks,
    RemoveSystems,
    ResizeBlock,
    SplitBlock,
    TakeOutSystem,
    TurnBlocks,
)

__all__ = [
    "Add",
    "AddLever",
    "AddScenario",
    "AssignPool",
    "BranchScenario",
    "ClearAssumption",
    "ClearOverride",
    "Command",
    "CopyBlocks",
    "Delete",
    "DeleteBlocks",
    "DropStaleEdits",
    "EditScenario",
    "InScenario",
    "MergeScenario",
    "MoveBlocks",
    "MoveLever",
    "PlaceBlock",
    "PlaceBlocks",
    "RemoveLever",
    "RemoveMeasurement",
    "RemoveScenario",
    "RemoveSystems",
    "Rename",
    "ResizeBlock",
    "SetAssumption",
    "SetBaseline",
    "SetFields",
    "SetLever",
    "SetMeasurement",
    "SetOverride",
    "SetPhase",
    "SplitBlock",
    "TakeOutSystem",
    "TurnBlocks",
    "delete",
    "in_scenario",
]
