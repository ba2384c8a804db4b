"""The list of redundancy levels is the one place that names them."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from fleetdesigner.design.fleet import Hall
from fleetdesigner.design.redundancy import REDUNDANCY
from fleetdesigner.engine.assumptions.registry import SPECS
from fleetdesigner.panels.fields.facts import facts
from tests.engine.designs import hall


def test_each_level_can_be_chosen_and_its_price_is_an_assumption() -> None:
    known = facts(Hall, "redundancy")
    assert (known.kind, known.default) == ("choice", "N+1")
    assert known.choices == tuple(level.key for level in REDUNDANCY)
    for level in REDUNDANCY:
        assert hall(redundancy=level.key).redundancy == level.key
        assert level.words
        assert not level.extra or level.extra in SPECS


def test_another_level_is_refused_by_name() -> None:
    with pytest.raises(ValidationError, match=r"must be one of N, N\+1, 2N"):
        hall(redundancy="3N")
