"""What no total holds, whatever the plan: a list to read beside every cost. A newcomer is one line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fleetdesigner.engine.state import SampleState

Held = Callable[[SampleState], bool]


def _always(state: SampleState) -> bool:
    return True


def _stores(state: SampleState) -> bool:
    return state.plant.assumptions["storage_management_share"] > 0.0


def _stands(state: SampleState) -> bool:
    return bool(state.design.halls) and state.plant.assumptions["facility_basis"] < 1.0


def _earns(state: SampleState) -> bool:
    return any(work.value_usd_per_m_output for work in state.design.workloads)


def _leases(state: SampleState) -> bool:
    return any(phase.ownership.kind == "lease" for phase in state.design.phases)


def _buys(state: SampleState) -> bool:
    return any(phase.ownership.kind == "tokens" for phase in state.design.phases)


@dataclass(frozen=True, slots=True)
class Omission:
    """Something that costs, earns or emits, and is in no total."""

    key: str
    what: str
    why: str
    """What of it is counted all the same, or why it is not."""
    when: Held = _always
    """Of a sample: whether it would cost anything there."""

    @property
    def line(self) -> str:
        """``land: …``"""
        return f"{self.what}: {self.why}"


OMISSIONS: tuple[Omission, ...] = (
    Omission("land", "land", "no price a site is public; shell and plant are counted", _stands),
    Omission(
        "grid",
        "grid connection, substations and generation of one's own",
        "priced by contract; energy and demand charges are counted",
        _stands,
    ),
    Omission("taxes", "taxes", "all flows are before tax, without what depreciation saves"),
    Omission("finance", "loans", "purchases are paid at once; the discount rate is the cost of capital"),
    Omission(
        "lease",
        "what leased systems are worth",
        "after its term a lease costs nothing more, and nothing is left of its systems at the end",
        _leases,
    ),
    Omission("insurance", "insurance", "no rate is public"),
    Omission(
        "storage",
        "storage and management servers",
        "the power that they draw is counted, their purchase is not",
        _stores,
    ),
    Omission(
        "outside", "front-end network and lines to the outside", "only the network between racks is counted"
    ),
    Omission("software", "software licences", "engineers who port are counted, licences are not"),
    Omission(
        "overheads", "staff beside the sites", "research, sales and administration are not of the fleet"
    ),
    Omission(
        "value", "what earning costs", "value is as entered, without the cost of sales and support", _earns
    ),
    Omission(
        "tokens",
        "price changes and fees of bought tokens",
        "every month costs what the book asks; what a session holds is not billed again at each turn",
        _buys,
    ),
    Omission("embodied", "embodied carbon", "carbon is that of the energy drawn"),
)
"""In the order in which they are shown."""


def standing(state: SampleState) -> tuple[Omission, ...]:
    """Those that a sample would have."""
    return tuple(one for one in OMISSIONS if one.when(state))
