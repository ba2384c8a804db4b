"""Who stands where in which month."""

from __future__ import annotations

import numpy as np
import pytest

from fleetdesigner.design.curves import Ramp
from fleetdesigner.design.fleet import Stay
from fleetdesigner.engine.faults import EvaluationError
from fleetdesigner.engine.fleet.table import NEVER, fleet_table, service_shares, totals
from tests.engine.designs import JANUARY, block, design, hall, phase, pool, site


def test_a_straight_ramp_counts_its_first_month() -> None:
    ramp = phase(month=JANUARY + 2, ramp=Ramp(months=4))
    landed, running, idle = service_shares((ramp,), JANUARY, 8)
    assert landed[0].tolist() == [0, 0, 0.25, 0.5, 0.75, 1, 1, 1]
    assert running.tolist() == landed.tolist()
    assert not idle.any()


def test_an_s_ramp_is_slow_at_both_ends() -> None:
    ramp = phase(month=JANUARY, ramp=Ramp(months=4, shape="s"))
    landed, _, _ = service_shares((ramp,), JANUARY, 5)
    # x²(3 − 2x) at ¼, ½, ¾, 1
    assert landed[0] == pytest.approx([0.15625, 0.5, 0.84375, 1, 1])


def test_a_ramp_may_begin_before_the_horizon() -> None:
    landed, _, _ = service_shares((phase(month=JANUARY - 2, ramp=Ramp(months=4)),), JANUARY, 3)
    assert landed[0].tolist() == [0.75, 1, 1]


def test_retired_systems_are_sold_or_idle() -> None:
    sold = phase("sold", retire_month=JANUARY + 2)
    idle = phase("idle", retire_month=JANUARY + 2, after="idle")
    landed, running, still = service_shares((sold, idle), JANUARY, 4)
    assert landed.tolist() == [[1, 1, 0, 0], [1, 1, 1, 1]]
    assert running.tolist() == [[1, 1, 0, 0], [1, 1, 0, 0]]
    assert still.tolist() == [[0, 0, 0, 0], [0, 0, 1, 1]]


def test_systems_wait_for_their_hall() -> None:
    late = hall(blocks=(block(),), ready_month=JANUARY + 3)
    table = fleet_table(design(sites=(site(halls=(late,)),)))
    assert table.active[0, :5].tolist() == [0, 0, 0, 10, 10]
    assert table.waiting[0, :5].tolist() == [10, 10, 10, 0, 0]
    assert table.landed[0, :5].tolist() == [10, 10, 10, 10, 10]


def test_blocks_alike_are_one_group() -> None:
    blocks = (block("a", cols=3), block("b", cols=4, row=2), block("c", cols=5, row=4, holes=((0, 0),)))
    table = fleet_table(design(sites=(site(halls=(hall(blocks=blocks),)),)))
    assert table.group_systems.tolist() == [11]


def test_a_block_that_moves_has_a_row_in_each_pool() -> None:
    moving = block(
        stays=(Stay(pool_id="serve", from_month=JANUARY + 6), Stay(pool_id="train", from_month=JANUARY))
    )
    table = fleet_table(
        design(pools=(pool("train"), pool("serve")), sites=(site(halls=(hall(blocks=(moving,)),)),))
    )
    assert [key.pool_id for key in table.parts] == ["train", "serve"]
    by_part = table.by_part @ table.active
    assert by_part[:, 5].tolist() == [10, 0]
    assert by_part[:, 6].tolist() == [0, 10]
    assert table.pooled_from.tolist() == [0]


def test_a_block_in_no_pool_belongs_to_no_part() -> None:
    table = fleet_table(design(sites=(site(halls=(hall(blocks=(block(stays=()),)),)),)))
    assert table.parts == ()
    assert table.row_part.tolist() == [-1]
    assert table.active[0, 0] == 10
    assert (table.pooled_from == NEVER).all()


def test_a_mixed_pool_is_one_part() -> None:
    blocks = (block("a"), block("b", rack="gb200-nvl72", row=2))
    sites = (site(halls=(hall(blocks=blocks),)),)
    apart = fleet_table(design(sites=sites))
    together = fleet_table(design(sites=sites, pools=(pool(mix="data"),)))
    assert [key.label for key in apart.parts] == ["train/h100-rack", "train/gb200-nvl72"]
    assert [key.label for key in together.parts] == ["train/mixed"]


def test_equal_designs_share_their_table() -> None:
    assert fleet_table(design()) is fleet_table(design())


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (block(phase_id="nowhere"), "phase 'nowhere', which does not exist"),
        (block(stays=(Stay(pool_id="nowhere", from_month=JANUARY),)), "pool:nowhere"),
    ],
)
def test_a_pointer_to_nothing_is_one_clear_line(wrong: object, words: str) -> None:
    given = design(sites=(site(halls=(hall(blocks=(wrong,)),)),))  # type: ignore[arg-type]
    with pytest.raises(EvaluationError, match=words):
        fleet_table(given)


def test_a_sum_lacks_a_figure_only_while_it_counts() -> None:
    counts = np.array([[0.0, 2.0], [1.0, 1.0]])
    assert totals(np.ones((1, 2)), counts, np.array([np.nan, 5.0])).tolist()[0][0] == 5
    assert np.isnan(totals(np.ones((1, 2)), counts, np.array([np.nan, 5.0]))[0, 1])
