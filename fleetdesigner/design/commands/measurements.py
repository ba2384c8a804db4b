"""Commands on the planner's own measurements."""

from __future__ import annotations

from dataclasses import dataclass

from fleetdesigner.design.addresses import find, ref_to
from fleetdesigner.design.commands.command import Command
from fleetdesigner.design.edits import add_object, remove_object
from fleetdesigner.design.measurements import Measurement
from fleetdesigner.design.model import Design
from fleetdesigner.design.scenarios import Edit


@dataclass(frozen=True, slots=True)
class SetMeasurement(Command):
    """A measured number takes the place of one of the same chip and activity."""

    measurement: Measurement
    name: str = ""
    """What the planner calls the chip, for the label."""

    @property
    def label(self) -> str:
        """Chip and activity."""
        return f"Set measured {self.measurement.activity} of {self.name or self.measurement.chip_id}"

    def edits(self, design: Design) -> tuple[Edit, ...]:
        """One addition, which replaces what is there."""
        if find(design, ref_to("measurement", self.measurement.key)) == self.measurement:
            return ()
        return (add_object("design:", "measurement", self.measurement),)


@dataclass(frozen=True, slots=True)
class RemoveMeasurement(Command):
    """Back to the forecast without it."""

    key: str
    name: str = ""
    """What the planner calls the chip, for the label."""

    @property
    def label(self) -> str:
        """Chip and activity."""
        chip, _, activity = self.key.partition("/")
        return f"Remove measured {activity} of {self.name or chip}"

    def edits(self, design: Design) -> tuple[Edit, ...]:
        """One removal, if there is something to remove."""
        there = find(design, ref_to("measurement", self.key))
        return (remove_object("measurement", self.key),) if there else ()
