"""Parts of wholes, and needs, that several series have in common."""

from __future__ import annotations

from fleetdesigner.engine.series.spec import Key
from fleetdesigner.engine.state import SampleState

POWER = ("power", "fabric_power", "storage")
EXPECTED = (*POWER, "idle", "draw", "forecast")
MONEY = (
    "price",
    "fabric_price",
    "rent",
    "token_price",
    "port",
    "power",
    "fabric_power",
    "money",
    "energy_price",
    "forecast",
)
SERVED = ("serving", "serving_software", "forecast")
TRAINED = ("training", "training_software", "forecast")
TOKENS = (*SERVED, *TRAINED)
CASH = (*MONEY, "opening", *TOKENS)


def part_keys(state: SampleState) -> list[Key]:
    """The parts of pools: pool and kinds of rack."""
    pools = {pool.id: pool.name for pool in state.design.pools}
    kinds = state.plant.figures.kinds
    return [
        (key.label, f"{pools[key.pool_id]} · {' + '.join(kinds[at].rack.short_name for at in members)}",
         kinds[members[0]].chip.generation)
        for key, members in zip(state.plant.parts.keys, state.plant.parts.kinds, strict=True)
    ]  # fmt: skip


def pool_keys(state: SampleState) -> list[Key]:
    """The pools that have chips in some month, in the design's order; coloured as their first kind."""
    first: dict[str, str] = {}
    for key, members in zip(state.plant.parts.keys, state.plant.parts.kinds, strict=True):
        first.setdefault(key.pool_id, state.plant.figures.kinds[members[0]].chip.generation)
    return [
        (pool.id, pool.name or pool.id, first[pool.id]) for pool in state.design.pools if pool.id in first
    ]
