"""What a stage remembers, and what it makes in passing."""

from __future__ import annotations

from threading import Thread

from fleetdesigner.assets import resource
from fleetdesigner.catalog.load import load_catalog
from fleetdesigner.engine.evaluate import evaluate
from fleetdesigner.engine.evidence import evidence_shares
from fleetdesigner.engine.placing import _PLACED, _TOGETHER
from fleetdesigner.engine.remembered import Remembered, in_passing
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
