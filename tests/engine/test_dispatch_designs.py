"""What dispatch promises, through the whole call: designs with pools, blocks and workloads, by Hypothesis.

`test_dispatch` asks the same of the arrays alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fleetdesigner.catalog import load_catalog
from fleetdesigner.design.curves import Constant, Series
from fleetdesigner.design.fleet import Block, Stay
from fleetdesigner.design.model import Design
from fleetdesigner.design.workloads import Workload
from fleetdesigner.engine.dispatch import MONTH_S, narrowed
from fleetdesigner.engine.evaluate import evaluate
from fleetdesigner.engine.state import SampleState
from tests.engine.designs import JANUARY, agents, batch, block, chat, design, hall, pool, run, site
from tests.engine.dispatch_cases import exact
from tests.engine.test_oracle import designs

SAME = 1e-9
MONTHS = 24
RACKS = ("h100-rack", "gb200-nvl72", "trn2-ultra", "trn3-gen2")
Draw = Any


def state_of(made: Design) -> SampleState:
    return evaluate(made, load_catalog()).states[0]


def served_by_id(made: Design) -> dict[str, np.ndarray[Any, Any]]:
    state = state_of(made)
    return {work.id: state.served[at] for at, work in enumerate(made.workloads)}


def racks(number: int, kind: str, cols: int, pool_id: str) -> Block:
    stays = (Stay(pool_id=pool_id, from_month=JANUARY - 12),)
    return block(f"b{number}", kind, cols=cols, row=2 * number, stays=stays)


def streams(draw: Draw, count: int) -> tuple[Workload, ...]:
    """Streams of one priority, all of different worth and size."""
    out: list[Workload] = []
    for number in range(count):
        each: dict[str, Any] = {
            "value_usd_per_m_output": 0.3 + number + draw(st.integers(1, 7)) / 10,
            "peak_to_mean": draw(st.sampled_from([1.0, 1.5])),
            "model_id": draw(st.sampled_from(["llama-3-1-8b", "llama-3-1-70b", "qwen3-235b-a22b"])),
            "input_len": draw(st.sampled_from([512, 8_000])),
        }
        size = 10.0 ** draw(st.integers(3, 6)) * (1 + number / 7)
        if draw(st.booleans()):
            each.pop("peak_to_mean")
            each.pop("model_id")
            out.append(agents(f"w{number}", sessions=size / 10, **each))
        else:
            out.append(chat(f"w{number}", tokens_per_s=size, **each))
    return tuple(out)


def fleet(sizes: list[int], works: tuple[Workload, ...], **fields: Any) -> Design:
    """One pool for each kind of rack, of so many systems."""
    inside = tuple(racks(at, RACKS[at], size, f"p{at}") for at, size in enumerate(sizes))
    return design(
        **{
            "sites": (site(halls=(hall(blocks=inside),)),),
            "pools": tuple(pool(f"p{at}") for at in range(len(sizes))),
            "workloads": works,
            "months": MONTHS,
            **fields,
        }
    )


@st.composite
def of_streams(draw: Draw) -> Design:
    """One to four pools of different hardware, one to four streams of one priority."""
    sizes = [draw(st.integers(1, 8)) for _ in range(draw(st.integers(1, 4)))]
    return fleet(sizes, streams(draw, draw(st.integers(1, 4))))


def worth(made: Design, month: int) -> tuple[float, float]:
    """(USD served a second, the most that could be) in a month index, in the units of the value."""
    state = state_of(made)
    found = narrowed(state.found, state.row, state.part_index, state.work_index)
    got = float(
        (found.served[0, month] * np.broadcast_to(found.inputs.worth, (1, len(made.workloads)))).sum()
    )
    return got, exact(found.inputs, 0, month)


@settings(max_examples=40)
@given(designs())
def test_what_is_asked_for_is_served_waits_or_is_unmet(made: Design) -> None:
    state = state_of(made)
    demand = state.plant.demand.output.T
    for at, work in enumerate(made.workloads):
        if work.kind == "training":
            assert state.progress[at].max(initial=0.0) <= 1 + SAME
            continue
        waits = np.diff(state.queued[at], prepend=0.0) / MONTH_S
        gap = state.served[at] + state.unmet[at] + waits - demand[at]
        assert np.abs(gap).max() <= SAME * max(demand[at].max(), 1.0)
    assert state.share.min(initial=0.0) >= -1e-12
    assert (state.share.sum(axis=1) + state.idle <= state.plant.parts.usable + SAME).all()
    np.testing.assert_allclose(state.tokens.sum(axis=0), state.served, rtol=SAME, atol=1e-6)


@settings(max_examples=40)
@given(designs())
def test_halls_make_sites_and_sites_with_their_overheads_the_utility(made: Design) -> None:
    state = state_of(made)
    power, start = state.plant.power, 0
    for number, place in enumerate(made.sites):
        rooms = power.hall_it[start : start + len(place.halls)]
        start += len(place.halls)
        np.testing.assert_allclose(rooms.sum(axis=0), power.site_it[number], rtol=SAME, atol=1e-9)
    overhead = power.site_it * (state.pue - 1.0)
    np.testing.assert_allclose(state.facility, (power.site_it + overhead).sum(axis=0), rtol=SAME, atol=1e-9)


@settings(max_examples=30)
@given(of_streams(), st.integers(0, MONTHS - 1), st.sampled_from([1e-3, 0.5, 3.0, 1e3]), st.integers(0, 3))
def test_a_month_of_streams_does_not_depend_on_another(
    made: Design, month: int, factor: float, which: int
) -> None:
    """The order of pools alone looks at other months: at those in which a stream is wanted at all."""

    def with_burst(work: Workload) -> Workload:
        field = "sessions" if work.kind == "agent" else "demand"
        curve = getattr(work, field)
        assert isinstance(curve, Constant)
        values = tuple(curve.value * (factor if at == month else 1.0) for at in range(MONTHS))
        return work.changed(**{field: Series(first_month=JANUARY, values=values)})

    before = state_of(made)
    burst = which % len(made.workloads)  # in one stream alone, or nobody's rank would move
    works = tuple(with_burst(work) if at == burst else work for at, work in enumerate(made.workloads))
    after = state_of(made.changed(workloads=works))
    others = np.arange(MONTHS) != month
    np.testing.assert_array_equal(after.share[..., others], before.share[..., others])
    np.testing.assert_array_equal(after.served[:, others], before.served[:, others])


@settings(max_examples=40)
@given(of_streams())
def test_no_design_is_served_more_than_the_optimum(made: Design) -> None:
    got, best = worth(made, 0)
    assert got <= best * (1 + 1e-7) + 1e-12


def test_nine_of_ten_designs_are_within_a_tenth_of_the_optimum() -> None:
    draws = np.random.default_rng(5)
    shares = []
    for _ in range(80):
        sizes = draws.integers(1, 9, draws.integers(2, 5)).tolist()
        works = tuple(
            chat(
                f"w{number}",
                tokens_per_s=float(10 ** draws.uniform(4.5, 6)),
                value_usd_per_m_output=float(draws.uniform(0.3, 5.0)),
                model_id=str(draws.choice(["llama-3-1-8b", "llama-3-1-70b", "qwen3-235b-a22b"])),
                dtype=str(draws.choice(["bf16", "fp8"])),
                input_len=int(draws.choice([256, 2_000, 16_000])),
                output_len=int(draws.choice([128, 1_000])),
            )
            for number in range(draws.integers(2, 5))
        )
        got, best = worth(fleet(sizes, works), 0)
        shares.append(got / best)
    assert np.mean(np.array(shares) >= 0.9) >= 0.9
    assert max(shares) <= 1 + 1e-7
    assert sum(share < 1 - 1e-6 for share in shares) > 10  # some are hard, or the test would show nothing


@settings(max_examples=30)
@given(of_streams(), st.integers(0, 3), st.integers(1, 5))
def test_more_racks_never_make_the_optimum_worse(made: Design, which: int, more: int) -> None:
    inside = made.halls[0].blocks
    at = which % len(inside)
    grown = (*inside[:at], inside[at].changed(cols=inside[at].cols + more), *inside[at + 1 :])
    sites = (site(halls=(hall(blocks=grown),)),)
    assert worth(made.changed(sites=sites), 0)[1] >= worth(made, 0)[1] * (1 - SAME)


@settings(max_examples=30)
@given(of_streams(), st.randoms(use_true_random=False))
def test_the_order_in_the_file_decides_nothing_but_ties(made: Design, chance: Any) -> None:
    works, pools, blocks = list(made.workloads), list(made.pools), list(made.halls[0].blocks)
    for items in (works, pools, blocks):
        chance.shuffle(items)
    other = made.changed(
        workloads=tuple(works),
        pools=tuple(pools),
        sites=(site(halls=(hall(blocks=tuple(blocks)),)),),
    )
    before, after = served_by_id(made), served_by_id(other)
    for name, served in before.items():
        np.testing.assert_allclose(after[name], served, rtol=SAME, atol=1e-9 * max(served.max(), 1.0))


@settings(max_examples=30)
@given(of_streams(), st.integers(0, 3), st.sampled_from(["none", "batch", "run"]))
def test_a_pool_in_two_halves_is_the_pool(made: Design, which: int, extra: str) -> None:
    # the run fits in a half: a larger one is forecast at the size of a half, and has both
    also = {"none": (), "batch": (batch(tokens_per_month=5e12),), "run": (run(tokens=3e13, chips_max=32),)}
    works = (*made.workloads, *also[extra])
    inside = made.halls[0].blocks
    at = which % len(inside)
    one = inside[at]
    whole = tuple(item.changed(cols=2 * item.cols) if item is one else item for item in inside)
    second = one.changed(id="half", row=30, stays=(Stay(pool_id="half", from_month=JANUARY - 12),))
    of_pool = next(item for item in made.pools if item.id == one.stays[0].pool_id)
    split = made.changed(
        workloads=works,
        pools=(*made.pools, of_pool.changed(id="half", name="half")),
        sites=(site(halls=(hall(blocks=(*inside, second)),)),),
    )
    together = made.changed(workloads=works, sites=(site(halls=(hall(blocks=whole),)),))
    before, after = served_by_id(together), served_by_id(split)
    for name, served in before.items():
        np.testing.assert_allclose(after[name], served, rtol=SAME, atol=1e-9 * max(served.max(), 1.0))


@settings(max_examples=20)
@given(designs())
def test_without_racks_nothing_that_varies_is_paid(made: Design) -> None:
    bare = made.changed(
        sites=tuple(
            one.changed(halls=tuple(room.changed(blocks=()) for room in one.halls)) for one in made.sites
        ),
        workloads=tuple(one.changed(port=None) for one in made.workloads),
    )
    series = evaluate(bare, load_catalog()).series
    fixed = {"shell", "colocation", "residual"}  # what is left of the shell
    for one in series.of_group("cash_usd"):
        if one.key not in fixed:
            assert not one.values.any(), one.id
    assert not state_of(bare).served.any()


@settings(max_examples=20)
@given(of_streams())
def test_twice_the_racks_pay_twice_what_varies(made: Design) -> None:
    idle = made.changed(workloads=())
    inside = idle.halls[0].blocks
    more = tuple(item.changed(id=f"{item.id}x", row=item.row + 1) for item in inside)
    twice = idle.changed(sites=(site(halls=(hall(blocks=(*inside, *more)),)),))
    bare = idle.changed(sites=(site(halls=(hall(),)),))
    none, once, both = (evaluate(one, load_catalog()).series for one in (bare, idle, twice))
    for one in once.of_group("cash_usd"):
        shell = none[one.id].values  # its price and what is left of it are the hall's
        assert both[one.id].values - shell == pytest.approx(2.0 * (one.values - shell), rel=SAME, abs=1e-6), (
            one.id
        )
