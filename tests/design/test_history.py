"""Undo as a value."""

from __future__ import annotations

from fleetdesigner.design.history import STEPS, History


def test_undo_gives_back_the_very_objects() -> None:
    states = [object() for _ in range(4)]
    history = History.start(states[0])
    for number, state in enumerate(states[1:], 1):
        history = history.push(state, f"Step {number}")
    assert (history.undo_label, history.redo_label) == ("Step 3", "")
    back = history.undo().undo()
    assert back.present is states[1]
    assert (back.undo_label, back.redo_label) == ("Step 1", "Step 2")
    assert back.redo().present is states[2]
    assert back.redo().redo().redo().present is states[3]
    assert back.undo().undo().present is states[0]
    assert not back.undo().can_undo
    assert back.can_redo


def test_an_equal_state_is_no_step() -> None:
    history = History.start((1, 2))
    assert history.push((1, 2), "Nothing") is history


def test_a_new_step_forgets_what_was_undone() -> None:
    history = History.start(0).push(1, "One").undo().push(2, "Two")
    assert (history.can_redo, history.undo().present) == (False, 0)


def test_a_drag_is_one_step() -> None:
    history = History.start(0).push(5, "Before")
    for value in range(6, 20):
        history = history.push(value, "Move lever", "lever:l1")
    assert history.undo().present == 5
    assert history.undo().redo().present == 19


def test_a_drag_back_to_where_it_began_leaves_nothing() -> None:
    history = History.start(0).push(1, "Move lever", "k").push(0, "Move lever", "k")
    assert (history.can_undo, history.present) == (False, 0)


def test_steps_join_only_while_the_hand_is_on() -> None:
    first = History.start(0).push(1, "Move", "k")
    assert first.push(2, "Move", "other").undo().present == 1
    assert first.push(2, "Move", None).undo().present == 1
    assert first.sealed().push(2, "Move", "k").undo().present == 1
    assert first.saved().push(2, "Move", "k").undo().present == 1
    assert first.push(2, "Move", "k").undo().redo().push(3, "Move", "k").undo().present == 2


def test_the_mark_follows_the_saved_state() -> None:
    history = History.start(0)
    assert history.is_saved
    history = history.push(1, "One")
    assert not history.is_saved
    assert history.undo().is_saved
    history = history.saved()
    assert history.is_saved
    assert not history.undo().is_saved
    assert history.undo().redo().is_saved
    assert not history.never_saved().is_saved


def test_old_steps_are_forgotten() -> None:
    history = History.start(0)
    for value in range(1, STEPS + 50):
        history = history.push(value, "Step")
    assert len(history.past) == STEPS
    while history.can_undo:
        history = history.undo()
    assert history.present == 49
    assert history.undo() is history
    assert History.start(0).redo().present == 0
