"""What a place means: overlaps and walls refuse, limits only warn."""

from __future__ import annotations

import numpy as np
import pytest

from fleetdesigner.canvas.columns import fleet_columns, timing
from fleetdesigner.canvas.kinds import KindTable
from fleetdesigner.canvas.loads import Loads
from fleetdesigner.canvas.newcomer import phase_for, stays_for
from fleetdesigner.canvas.placing import Ground, carried, place_words
from fleetdesigner.catalog import load_catalog
from fleetdesigner.design.fleet import Block, Feed, Pool, Stay
from fleetdesigner.design.model import Design
from tests.canvas.floor import START, block, design, hall


def ground(held: Design, *moving: str, month: int = START + 8) -> Ground:
    fleet = fleet_columns(held, load_catalog(), KindTable())
    return Ground(fleet, Loads(fleet, timing(fleet, month), None), 0, frozenset(moving))


def verdict(held: Design, new: Block, d_col: int = 0, d_row: int = 0) -> tuple[str, tuple[str, ...]]:
    floor = ground(held)
    found = floor.judge(carried((new,), floor.fleet.table), d_col, d_row)
    return found.refusal, found.warnings


def test_a_free_place_is_legal() -> None:
    assert verdict(design(), block("n", "trn2-ultra", 4, 0)) == ("", ())


def test_a_taken_position_names_its_owner() -> None:
    refusal, _ = verdict(design(), block("n", "trn2-ultra", 3, 0))
    assert refusal == "A4 is taken by H100 block"


def test_a_label_names_the_owner() -> None:
    held = design(hall("h1", block("a", "h100-rack", 0, 0, 4, label="Old cluster")))
    assert verdict(held, block("n", "h100-rack", 2, 0))[0] == "A3 is taken by Old cluster"


@pytest.mark.parametrize(
    ("col", "row", "words"),
    [(17, 0, "rows end at position 18: 2 needed from 18 on"), (0, 3, "Hall h1 ends at row C")],
)
def test_walls_refuse(col: int, row: int, words: str) -> None:
    assert verdict(design(), block("n", "trn2-ultra", col, row))[0] == words


def test_outside_to_the_left_refuses() -> None:
    assert verdict(design(), block("n", "h100-rack", 0, 0), -1, 0)[0] == "Hall h1 ends here"


def test_a_feed_that_would_break_only_warns() -> None:
    refusal, warnings = verdict(design(), block("n", "h100-rack", 4, 0, 5))
    assert refusal == ""
    assert warnings == ("Row A feed: 204 kW needed, 167 left",)


def test_the_halls_limit_only_warns() -> None:
    held = design(hall("h1", block("a", "h100-rack", 0, 0, 4), feeds=(), it_limit_kw=200))
    assert verdict(held, block("n", "h100-rack", 4, 0))[1] == ("Hall h1: 41 kW needed, 37 left",)


def test_liquid_cooling_and_floor_warn() -> None:
    held = design(hall("h1", feeds=(), it_limit_kw=10_000, floor_kg_per_m2=500))
    refusal, warnings = verdict(held, block("n", "gb300-nvl72", 0, 0))
    assert refusal == ""
    assert warnings[0].startswith("needs liquid cooling: 122 kW, Hall h1 has 0")
    assert warnings[1].startswith("floor: ")


def test_blocks_on_the_move_are_not_in_their_own_way() -> None:
    held = design()
    floor = ground(held, "a")
    moving = carried(held.halls[0].blocks[:1], floor.fleet.table, running=floor.running)
    assert floor.judge(moving, 1, 0).legal
    assert floor.judge(moving, 0, 1).refusal == "B1 is taken by H100 block"


def test_a_move_within_its_row_adds_nothing() -> None:
    held = design(hall("h1", block("a", "h100-rack", 0, 0, 8)))
    floor = ground(held, "a")
    moving = carried(held.halls[0].blocks, floor.fleet.table, running=floor.running)
    assert floor.judge(moving, 3, 0).warnings == ()
    assert floor.hall_after(float(floor.added_kw(moving, 0).sum()))[1] == pytest.approx(8 * 40.8)


def test_blocks_that_do_not_run_yet_move_without_load() -> None:
    held = design(hall("h1", block("a", "h100-rack", 0, 0, 9, phase_id="later")))
    floor = ground(held, "a")
    moving = carried(held.halls[0].blocks, floor.fleet.table, running=floor.running)
    assert moving.row_kw.sum() == 0
    assert floor.judge(moving, 2, 1).warnings == ()


def test_a_shared_feed_counts_all_its_rows() -> None:
    feeds = (Feed(id="f", limit_kw=400, rows=(0, 1, 2)),)
    held = design(hall("h1", block("a", "h100-rack", 0, 0, 8), feeds=feeds))
    assert verdict(held, block("n", "h100-rack", 0, 2, 2))[1] == ("Row C feed: 82 kW needed, 74 left",)


def test_cells_that_fit_two_positions() -> None:
    held = design(hall("h1", block("a", "h100-rack", 1, 0), block("b", "h100-rack", 4, 0)))
    fits = ground(held).fitting(2)
    assert fits[0, :7].tolist() == [False, False, True, True, False, True, True]
    assert fits[1].all()
    assert not ground(held).fitting(19).any()


def test_rows_without_room_follow_their_feeds() -> None:
    held = design(hall("h1", block("a", "h100-rack", 0, 0, 8)))
    assert ground(held).rows_without_room(40.8).tolist() == [True, False, False]
    assert not ground(held).rows_without_room(float("nan")).any()


def test_unknown_power_never_warns() -> None:
    assert verdict(design(), block("n", "no-such-rack", 6, 0))[1] == ()
    floor = ground(design())
    assert np.isnan(carried((block("n", "no-such-rack", 6, 0),), floor.fleet.table).kw)


def test_places_are_named_for_one_row_and_for_several() -> None:
    table = ground(design()).fleet.table
    assert place_words(carried((block("n", "trn2-ultra", 4, 0),), table), 0, 0) == "A5–A6"
    assert place_words(carried((block("n", "h100-rack", 0, 0, 3, 2),), table), 1, 1) == "B2 to C4"
    assert place_words(carried((block("n", "h100-rack", 0, 0),), table), -1, 0) == "outside"


def chosen(held: Design, rack_id: str, preferred: str | None = None) -> str | None:
    phase = phase_for(held, rack_id, START, preferred)
    return None if phase is None else phase.id


def test_a_newcomer_joins_the_phase_of_its_kind() -> None:
    held = design(hall("h1", block("a", "trn2-rack", 0, 0, phase_id="later"), block("b", "h100-rack", 4, 0)))
    assert chosen(held, "trn2-rack") == "later"
    assert chosen(held, "h200-rack") == "now"
    assert chosen(held, "h200-rack", "old") == "old"
    assert chosen(held.replaced(phases=()), "h200-rack") is None


def test_a_newcomer_joins_the_pool_of_its_family() -> None:
    held = design()
    catalog = load_catalog()
    pools = (*held.pools, Pool(id="trn", name="Trainium", fabric_id="efa-v3"))
    held = held.replaced(pools=pools)
    assert stays_for(held, catalog, "h200-rack")[0].pool_id == "gpu"
    assert stays_for(held, catalog, "trn2-ultra")[0].pool_id == "trn"
    everything = held.replaced(pools=(*pools, Pool(id="more", name="", fabric_id="efa-v3")))
    assert stays_for(everything, catalog, "trn2-ultra") == ()
    alike = design(hall("h1", block("a", "trn2-ultra", 0, 0, stays=(Stay(pool_id="trn", from_month=START),))))
    assert stays_for(alike.replaced(pools=pools), catalog, "trn2-ultra")[0].pool_id == "trn"
