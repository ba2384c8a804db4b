"""Columns: names of places, what runs when, and halls that did not change staying the same object."""

from __future__ import annotations

import numpy as np
import pytest

from fleetdesigner.canvas.columns import (
    IDLE,
    IN_SERVICE,
    PLANNED,
    RETIRED,
    fleet_columns,
    landed_share,
    position_name,
    row_name,
    timing,
)
from fleetdesigner.canvas.kinds import KindTable
from fleetdesigner.canvas.loads import Loads
from fleetdesigner.catalog import load_catalog
from fleetdesigner.design.commands import MoveBlocks
from fleetdesigner.design.curves import Ramp
from fleetdesigner.design.fleet import Feed, Phase
from fleetdesigner.design.model import Design
from tests.canvas.floor import START, block, design, hall


def columns_of(held: Design) -> tuple[KindTable, object]:
    table = KindTable()
    return table, fleet_columns(held, load_catalog(), table)


@pytest.mark.parametrize(
    ("row", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (27, "AB"), (701, "ZZ"), (702, "AAA")]
)
def test_rows_are_named_by_letters(row: int, name: str) -> None:
    assert row_name(row) == name


def test_positions_are_counted_from_one() -> None:
    assert position_name(4, 0) == "A5"
    assert position_name(4, 0, 2) == "A5–A6"


def test_untouched_halls_keep_their_columns() -> None:
    held = design(hall("h1", block("a", "h100-rack", 0, 0)), hall("h2", block("b", "h100-rack", 0, 0)))
    table = KindTable()
    before = fleet_columns(held, load_catalog(), table)
    after = fleet_columns(MoveBlocks(("b",), 3, 0).apply(held), load_catalog(), table, before)
    assert after.halls[0] is before.halls[0]
    assert after.halls[1] is not before.halls[1]
    assert after.halls[1].cells.col.tolist() == [3]


def test_holes_are_left_out_and_ranks_count_on() -> None:
    table = KindTable()
    held = design(hall("h1", block("a", "h100-rack", 0, 0, 3, 2, holes=((1, 0),))))
    columns = fleet_columns(held, load_catalog(), table).halls[0]
    assert columns.count == 5
    assert columns.rank.tolist() == [0, 1, 2, 3, 4]


def test_a_rack_that_no_catalog_knows_is_one_position_without_figures() -> None:
    table = KindTable()
    fleet = fleet_columns(design(hall("h1", block("a", "no-such-rack", 0, 0, 2))), load_catalog(), table)
    kind = table.kind("no-such-rack")
    assert not kind.known
    assert kind.positions == 1
    assert np.isnan(kind.kw)
    assert fleet.halls[0].count == 2


@pytest.mark.parametrize("shape", ["linear", "s"])
@pytest.mark.parametrize("months", [0, 1, 4, 9])
def test_ramps_land_as_the_engine_counts_them(shape: str, months: int) -> None:
    from fleetdesigner.engine.evaluate import evaluate

    held = design(hall("h1", block("a", "h100-rack", 0, 0, 10, phase_id="later"), feeds=()))
    later = held.phases[1].changed(ramp=Ramp.model_validate({"months": months, "shape": shape}))
    held = held.changed(phases=(held.phases[0], later, held.phases[2]))
    active = evaluate(held, load_catalog()).blocks().active[0]
    own = [landed_share(later, START + month) for month in range(held.months)]
    assert active == pytest.approx(own)


def test_states_follow_the_month() -> None:
    blocks = (
        block("now", "h100-rack", 0, 0, 4),
        block("later", "h100-rack", 0, 1, 4, phase_id="later"),
        block("old", "h100-rack", 0, 2, 4, phase_id="old"),
    )
    held = design(hall("h1", *blocks))
    fleet = fleet_columns(held, load_catalog(), KindTable())
    early, ramp, late = (timing(fleet, START + month) for month in (0, 13, 30))
    assert early.state.tolist() == [IN_SERVICE, PLANNED, IN_SERVICE]
    assert ramp.active.tolist() == [4, 2, 4]
    assert late.state.tolist() == [IN_SERVICE, IN_SERVICE, RETIRED]
    assert late.active.tolist() == [4, 4, 0]
    assert early.since.tolist()[1] == START + 12


def test_a_hall_that_is_not_ready_holds_its_systems_back() -> None:
    held = design(hall("h1", block("a", "h100-rack", 0, 0, 4), ready=START + 20))
    fleet = fleet_columns(held, load_catalog(), KindTable())
    assert timing(fleet, START + 10).state.tolist() == [PLANNED]
    assert timing(fleet, START + 20).active.tolist() == [4]
    assert timing(fleet, START + 10).since.tolist() == [START + 20]


def test_retired_systems_that_stay_are_idle() -> None:
    held = design(hall("h1", block("a", "h100-rack", 0, 0, 4, phase_id="old")))
    phases = tuple(p if p.id != "old" else p.changed(after="idle") for p in held.phases)
    fleet = fleet_columns(held.changed(phases=phases), load_catalog(), KindTable())
    assert timing(fleet, START + 24).state.tolist() == [IDLE]


def loads_of(held: Design, month: int = START + 8) -> Loads:
    fleet = fleet_columns(held, load_catalog(), KindTable())
    return Loads(fleet, timing(fleet, month), None)


def test_row_loads_stand_beside_their_feeds() -> None:
    rows = loads_of(design()).row_loads(0)
    assert rows[0].kw == pytest.approx(4 * 40.8)
    assert rows[0].limit_kw == 330
    assert not rows[0].shared
    assert rows[2].kw == 0


def test_a_feed_over_several_rows_is_judged_as_one() -> None:
    feeds = (Feed(id="f", limit_kw=300, rows=(0, 1)),)
    blocks = (block("a", "h100-rack", 0, 0, 4), block("b", "h100-rack", 0, 1, 4))
    loads = loads_of(design(hall("h1", *blocks, feeds=feeds)))
    first, second, third = loads.row_loads(0)
    assert first.shared
    assert first.feed_kw == second.feed_kw == pytest.approx(8 * 40.8)
    assert third.limit_kw is None
    over = loads.over_limit(0)
    assert over is not None
    # 26.4 kW too many: the last system of row B stands beyond the limit
    assert over.tolist() == [False] * 7 + [True]


def test_systems_beyond_the_halls_limit_are_the_last_placed() -> None:
    blocks = (block("a", "h100-rack", 0, 0, 4), block("b", "h100-rack", 0, 1, 4))
    loads = loads_of(design(hall("h1", *blocks, feeds=(), it_limit_kw=250)))
    over = loads.over_limit(0)
    assert over is not None
    assert over.tolist() == [False] * 6 + [True] * 2


def test_nothing_is_over_when_all_limits_hold() -> None:
    assert loads_of(design()).over_limit(0) is None


def test_unknown_power_is_counted_apart() -> None:
    loads = loads_of(design(hall("h1", block("a", "no-such-rack", 0, 0, 3), block("b", "h100-rack", 4, 0))))
    row = loads.row_loads(0)[0]
    assert row.kw == pytest.approx(40.8)
    assert row.unknown == 3


def test_phase_named_by_a_block_may_be_missing() -> None:
    held = design(hall("h1", block("a", "h100-rack", 0, 0)))
    held = held.replaced(phases=(Phase(id="other", name="", order_month=START),))
    fleet = fleet_columns(held, load_catalog(), KindTable())
    assert timing(fleet, START).state.tolist() == [IN_SERVICE]
