"""A single system's power says what the fleet's arrays say when one more of it stands there."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from fleetdesigner.engine.site.system_power import drawn_share, system_power
from tests.engine.designs import block, design, hall, run, site
from tests.engine.test_power import assume, figures, state

HELD: dict[str, Any] = {
    "overrides": figures(),
    "assumptions": assume(storage_management_share=0.1, expected_share_training=0.8),
}


def test_one_more_system_adds_its_whole_power_to_the_hall() -> None:
    ten = state(design(**HELD))
    rack = ten.design.blocks[0].rack_id
    pool = ten.design.blocks[0].stays[0].pool_id
    more = state(design(sites=(site(halls=(hall(blocks=(block(cols=11),)),)),), **HELD))
    added = float(more.plant.power.hall_it[0, 0] - ten.plant.power.hall_it[0, 0])
    # 40 kW and 32 endpoints of 60 W, with a tenth for storage
    assert added == pytest.approx((40 + 32 * 0.06) * 1.1)
    assert system_power(ten, pool, rack).whole_kw == pytest.approx(added)
    assert system_power(ten, None, rack).whole_kw == pytest.approx(40 * 1.1)


def test_systems_at_work_draw_what_the_cell_draws() -> None:
    found = state(design(workloads=(run(),), **HELD))
    one = found.design.blocks[0]
    pool = one.stays[0].pool_id
    power, drawn = system_power(found, pool, one.rack_id), drawn_share(found, pool, one.rack_id, 0)
    assert drawn > 0
    alone = power.expected_kw(drawn) * one.systems
    network = power.fabric_kw * one.systems
    assert float(np.sum(found.cell_expected[:, 0])) == pytest.approx((alone + network) * 1.1)
    assert drawn_share(found, "nowhere", one.rack_id, 0) == 0.0


def test_a_kind_that_no_entry_describes_has_no_power() -> None:
    assert math.isnan(system_power(state(design(**HELD)), None, "no-such-rack").whole_kw)
