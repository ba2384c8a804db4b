"""What a stage remembers, and what it makes in passing."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread

import pytest

from fleetdesigner.assets import resource
from fleetdesigner.catalog.load import load_catalog
from fleetdesigner.engine.at_rest.evidence import evidence_shares
from fleetdesigner.engine.at_rest.flips import flips_of
from fleetdesigner.engine.at_rest.one_more import one_more
from fleetdesigner.engine.at_rest.slips import slips_of
from fleetdesigner.engine.evaluate import evaluate
from fleetdesigner.engine.placing import _PLACED, _TOGETHER
from fleetdesigner.engine.remembered import GivenUp, Remembered, in_passing, still_wanted
from fleetdesigner.files.fleet_file import read_fleet


class Thing:
    """Something with an identity."""


def test_the_oldest_result_goes_first() -> None:
    held: Remembered[int] = Remembered(2)
    first, second, third = Thing(), Thing(), Thing()
    for number, thing in enumerate((first, second, third)):
        held.put((thing,), None, number)
    assert (held.peek((first,), None), held.peek((second,), None), held.peek((third,), None)) == (None, 1, 2)


def test_what_is_made_in_passing_is_found_until_the_end_and_then_forgotten() -> None:
    held: Remembered[object] = Remembered(4)
    kept, passing = Thing(), Thing()
    before = held.get((kept,), "a", object)
    with in_passing():
        made = held.get((passing,), "b", object)
        assert held.get((passing,), "b", object) is made is held.peek((passing,), "b")
        assert held.get((kept,), "a", object) is before
        held.replace((passing,), "c", made)
        assert held.peek((passing,), "c") is made
        with in_passing():
            inner = held.get((passing,), "b", object)
            assert inner is not made
        assert held.peek((passing,), "b") is made
    assert len(held) == 1
    assert held.peek((passing,), "b") is held.peek((passing,), "c") is None


def test_one_thread_in_passing_leaves_the_others_alone() -> None:
    held: Remembered[object] = Remembered(4)
    thing = Thing()
    with in_passing():
        other = Thread(target=lambda: held.get((thing,), None, object))
        other.start()
        other.join()
        assert len(held) == 1


def test_evidence_leaves_what_the_live_loop_remembers() -> None:
    design, catalog = read_fleet(resource("examples", "first-hall.fleet")).design, load_catalog()
    evaluate(design, catalog)
    before = len(_PLACED), len(_TOGETHER)
    evidence_shares(design, catalog)
    assert (len(_PLACED), len(_TOGETHER)) == before


def test_what_is_made_in_passing_is_given_up_before_the_next_stage() -> None:
    held: Remembered[object] = Remembered(4)
    kept, thing = Thing(), Thing()
    before = held.get((kept,), None, object)
    wanted = [True]
    with in_passing(lambda: not wanted[0]):
        made = held.get((thing,), "a", object)
        wanted[0] = False
        # what is there costs nothing
        assert held.get((thing,), "a", object) is made
        assert held.get((kept,), None, object) is before
        with pytest.raises(GivenUp):
            held.get((thing,), "b", object)
        with pytest.raises(GivenUp):
            still_wanted()
    # outside nothing is given up
    still_wanted()
    assert held.get((thing,), "b", object) is not made


class Asked:
    """Says yes from the n-th time on."""

    def __init__(self, times: float) -> None:
        self.left = times

    def __call__(self) -> bool:
        self.left -= 1
        return self.left < 0


@pytest.mark.parametrize("work", [evidence_shares, flips_of, slips_of, one_more])
def test_work_at_rest_is_asked_before_each_stage_and_given_up(work: Callable[..., object]) -> None:
    design, catalog = read_fleet(resource("examples", "first-hall.fleet")).design, load_catalog()
    whole = Asked(1e9)
    before = work(design, catalog, cancelled=whole)
    asked = round(1e9 - whole.left)
    assert asked > 10
    given_up = work(design, catalog, cancelled=Asked(asked // 2))
    assert given_up != before or work is one_more
    # and nothing half made is left behind
    assert work(design, catalog) == before
