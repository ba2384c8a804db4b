"""The worker takes the newest job, rests only when the hand does, and stops when told."""

from __future__ import annotations

import threading
from collections.abc import Callable

from fleetdesigner.session.mailbox import Mailbox

WAIT_S = 5


def test_that_a_burst_is_answered_by_its_last_job() -> None:
    done: list[int] = []
    started, go_on, finished = threading.Event(), threading.Event(), threading.Event()

    def work(job: int) -> None:
        done.append(job)
        if job == 0:
            started.set()
            go_on.wait(WAIT_S)
        if job == 100:
            finished.set()

    mailbox: Mailbox[int] = Mailbox(work, lambda job, cancelled: None)
    mailbox.put(0)
    assert started.wait(WAIT_S)
    for job in range(1, 101):
        mailbox.put(job)
    go_on.set()
    assert finished.wait(WAIT_S)
    mailbox.close()
    assert done == [0, 100]


def test_that_rest_comes_once_for_the_last_job_and_gives_way_to_a_new_one() -> None:
    rested: list[int] = []
    resting, gave_way, again = threading.Event(), threading.Event(), threading.Event()

    def rest(job: int, cancelled: Callable[[], bool]) -> None:
        rested.append(job)
        if job == 1:
            resting.set()
            while not cancelled():
                pass
            gave_way.set()
        else:
            again.set()

    mailbox: Mailbox[int] = Mailbox(lambda job: None, rest, rest_after_s=0.01)
    mailbox.put(1)
    assert resting.wait(WAIT_S)
    mailbox.put(2)
    assert gave_way.wait(WAIT_S)
    assert again.wait(WAIT_S)
    mailbox.close()
    assert rested == [1, 2]


def test_that_closing_ends_the_thread() -> None:
    mailbox: Mailbox[int] = Mailbox(lambda job: None, lambda job, cancelled: None)
    mailbox.close()
    assert all(not thread.name.startswith("fleetdesigner") for thread in threading.enumerate())


def test_that_rest_begins_anew_once_a_stirring_hand_has_rested() -> None:
    rested: list[int] = []
    resting, done = threading.Event(), threading.Event()

    def rest(job: int, cancelled: Callable[[], bool]) -> None:
        rested.append(job)
        if len(rested) == 1:
            resting.set()
            while not cancelled():
                threading.Event().wait(0.001)
            return
        done.set()

    mailbox: Mailbox[int] = Mailbox(lambda job: None, rest, rest_after_s=0.01)
    mailbox.put(1)
    assert resting.wait(WAIT_S)
    mailbox.stir()
    assert done.wait(WAIT_S)
    mailbox.stir()  # nothing is left to rest for
    threading.Event().wait(0.05)
    mailbox.close()
    assert rested == [1, 1]


def test_that_a_turn_is_waited_for_before_the_newest_job_is_taken() -> None:
    done, free, asked = threading.Event(), threading.Event(), threading.Event()
    worked: list[int] = []

    def turn() -> None:
        asked.set()
        free.wait(WAIT_S)

    def work(job: int) -> None:
        worked.append(job)
        done.set()

    mailbox: Mailbox[int] = Mailbox(work, lambda job, cancelled: None, turn=turn)
    mailbox.put(1)
    assert asked.wait(WAIT_S)
    mailbox.put(2)
    free.set()
    assert done.wait(WAIT_S)
    mailbox.close()
    assert worked == [2]


def test_that_what_is_forgotten_stops_and_does_not_begin_anew_but_the_next_job_does() -> None:
    rested: list[int] = []
    resting, stopped, again = threading.Event(), threading.Event(), threading.Event()

    def rest(job: int, cancelled: Callable[[], bool]) -> None:
        rested.append(job)
        if job == 1:
            resting.set()
            while not cancelled():
                threading.Event().wait(0.001)
            stopped.set()
        else:
            again.set()

    mailbox: Mailbox[int] = Mailbox(lambda job: None, rest, rest_after_s=0.1)
    mailbox.put(1)
    assert resting.wait(WAIT_S)
    mailbox.forget()
    assert stopped.wait(WAIT_S)
    threading.Event().wait(0.2)
    assert rested == [1]
    # a job left after it is worked at and rested upon, one left before it is dropped
    mailbox.put(2)
    mailbox.forget()
    mailbox.put(3)
    assert again.wait(WAIT_S)
    mailbox.close()
    assert rested == [1, 3]
