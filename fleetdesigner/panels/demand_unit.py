"""The unit in which the demand of a stream is counted: another one converts the curve, the demand stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from fleetdesigner.design.addresses import find, ref_to
from fleetdesigner.design.commands import Command, SetFields
from fleetdesigner.design.scenarios import Address
from fleetdesigner.design.workloads import Serving
from fleetdesigner.engine.at_rest.evidence import scaled
from fleetdesigner.engine.work.demand import tokens_of_unit
from fleetdesigner.panels.fields.bindings import Reading

if TYPE_CHECKING:
    from fleetdesigner.session.session import Session

DEMAND_UNITS = (("tokens_per_s", "output tok/s"), ("requests_per_s", "requests/s"), ("users", "users"))
"""(unit, how a planner says it)"""
FIELD_UNITS: Mapping[str, str] = MappingProxyType(
    {"tokens_per_s": "token/s", "requests_per_s": "requests/s", "users": "users"}
)
"""The unit of the curve's numbers in a field."""
UNIT_WORDS: Mapping[str, str] = MappingProxyType(dict(DEMAND_UNITS))


@dataclass(frozen=True, slots=True)
class DemandUnitField:
    """The unit of the demand of one stream."""

    ref: str
    path: str = "demand_unit"

    def read(self, session: Session) -> Reading:
        """The unit."""
        work = find(session.design, self.ref)
        return Reading(work.demand_unit) if isinstance(work, Serving) else Reading(None, there=False)

    def command(self, session: Session, value: Any, title: str, merge: str | None) -> Command:
        """Another unit, with the curve and the levers on it in that unit: as many tokens as before."""
        work = find(session.design, self.ref)
        assert isinstance(work, Serving)
        factor = tokens_of_unit(work) / tokens_of_unit(work.replaced(demand_unit=value))
        levers = (
            (ref_to("lever", lever.id), field, getattr(lever, field) * factor)
            for lever in (session.design.levers if session.active_scenario is None else ())
            if isinstance(lever.target, Address)
            and lever.target.ref == self.ref
            and lever.target.field in _AMOUNTS
            for field in ("low", "high", "step")
        )
        edits = ((self.ref, "demand_unit", value), (self.ref, "demand", scaled(work.demand, factor)), *levers)
        return SetFields.of(f"Count demand in {UNIT_WORDS[value]}", edits)

    def reset(self, session: Session, title: str) -> Command | None:
        """None: there is no default worth going back to."""
        return None

    def address(self) -> tuple[str, str] | None:
        """None: a choice is no lever."""
        return None


_AMOUNTS = frozenset(f"demand.{name}" for name in ("value", "start", "ceiling", "cap"))
"""Parameters of the curve that are amounts of demand."""
