"""Objects that a command needs, or a refusal that names them."""

from __future__ import annotations

from fleetdesigner.design.addresses import block_of, hall_of
from fleetdesigner.design.fleet import Block, Hall
from fleetdesigner.design.model import Design
from fleetdesigner.design.refusals import EditError
from fleetdesigner.design.scenarios import Scenario


def block_in(design: Design, block_id: str) -> Block:
    """The block of that id. Raises EditError when it is gone."""
    block = block_of(design, block_id)
    if block is None:
        raise EditError(f"block “{block_id}”", "is not in the design (any more)", "select it again")
    return block


def hall_with(design: Design, block_id: str) -> Hall:
    """The hall in which the block stands. Raises EditError when it is gone."""
    hall = hall_of(design, block_id)
    if hall is None:
        raise EditError(f"block “{block_id}”", "is not in the design (any more)", "select it again")
    return hall


def scenario_in(design: Design, scenario_id: str) -> Scenario:
    """The scenario of that id. Raises EditError when it is gone."""
    for scenario in design.scenarios:
        if scenario.id == scenario_id:
            return scenario
    raise EditError(f"scenario “{scenario_id}”", "is not in the design (any more)", "choose another one")
