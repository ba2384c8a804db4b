"""What an accelerator-hour and a million tokens cost in each part of the fleet, and in all of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fleetdesigner.engine.curves import ratio
from fleetdesigner.engine.state import SampleState


@dataclass(frozen=True, slots=True)
class PartPrice:
    """Prices of one part, or of the whole fleet, in a month; USD, NaN = none."""

    key: str
    """Label of the pool's part; empty for the whole."""
    name: str
    """Of the pool."""
    systems: str
    """Its rack systems: ``VR NVL72 + Trn4 MGX``."""
    generation: str
    chips: float
    hour: float
    """An accelerator in service for an hour."""
    output: float
    """A million output tokens of the capacity that is reserved for serving."""
    input: float
    both: float
    served: float
    """A million output tokens that are served."""


def part_prices(state: SampleState, month: int) -> tuple[PartPrice, ...]:
    """Prices of the parts that have accelerators in service in a month index, then of the whole.

    A part bears its own even cost; of that, serving bears the share of time it holds and the unused rest at
    its best work. What no part bears (porting, a hall that waits) is in the accelerator-hour of the whole
    alone.
    """
    plant, keys = state.plant, state.plant.parts.keys
    pools = {pool.id: pool.name for pool in state.design.pools}
    chips = plant.fleet.by_part @ (plant.fleet.active * plant.figures.chips[plant.fleet.row_rack][:, None])
    weight = state.serving_weight  # [P, W, M]
    paid = state.cost.part_hour[:, month]
    share = weight.sum(axis=1)[:, month]
    spent = np.array([rates.prefill_share for rates in plant.rates]).T.reshape(weight.shape[:2])
    on_input = (weight[:, :, month] * np.nan_to_num(spent)).sum(axis=1)
    made, taken = state.priced_capacity[:, month], state.part_input_capacity[:, month]
    served = np.where(state.serving_unknown, np.nan, state.tokens[:, state.serves].sum(axis=1))[:, month]
    cost = np.where(share > 0, paid * share, 0.0) * 1e6 / 3600.0
    cost_of_input = np.where(on_input > 0, paid * on_input, 0.0) * 1e6 / 3600.0
    hour = ratio(paid, chips[:, month])
    out, both, used = ratio(cost, made), ratio(cost, made + taken), ratio(cost, served)
    taking = ratio(cost_of_input, taken)
    rows = [
        PartPrice(
            key.label,
            pools[key.pool_id],
            " + ".join(plant.figures.kinds[one].rack.short_name for one in kinds),
            plant.figures.kinds[kinds[0]].chip.generation,
            float(chips[at, month]),
            float(hour[at]), float(out[at]), float(taking[at]), float(both[at]), float(used[at]),
        )
        for at, (key, kinds) in enumerate(zip(keys, plant.parts.kinds, strict=True))
        if chips[at, month] > 0
    ]  # fmt: skip
    if state.chips[month] > 0:
        rows.append(
            PartPrice(
                "", "Whole fleet", "", "", float(state.chips[month]),
                float(state.usd_per_accelerator_hour[month]),
                float(state.usd_per_million_tokens[month]),
                float(state.usd_per_million_tokens_input[month]),
                float(state.usd_per_million_tokens_total[month]),
                float(state.usd_per_million_tokens_usage[month]),
            )
        )  # fmt: skip
    return tuple(rows)


