"""Assumptions in force: what makes no sense is refused in one line, whatever makes sense can be evaluated."""

from __future__ import annotations

import pytest

from fleetdesigner.catalog import load_catalog
from fleetdesigner.design.curves import Compound
from fleetdesigner.design.scenarios import Assumption
from fleetdesigner.engine.assumptions.registry import ASSUMPTIONS, SPECS
from fleetdesigner.engine.evaluate import evaluate
from fleetdesigner.engine.faults import EvaluationError
from fleetdesigner.engine.kpis.registry import KPIS
from tests.engine.designs import chat, design, run


@pytest.mark.parametrize("key", [spec.key for spec in ASSUMPTIONS])
def test_an_assumption_outside_sense_is_one_clear_line(key: str) -> None:
    spec = SPECS[key]
    assert spec.least <= spec.low <= spec.default <= spec.high <= spec.most
    for value in (2 * spec.least - 5.0, 1e17):
        given = design(assumptions=(Assumption(key=key, value=value),))
        with pytest.raises(EvaluationError) as caught:
            evaluate(given, load_catalog())
        assert str(caught.value).startswith(f"assumption {spec.name} ({key}): {value:g} is outside")
        assert "\n" not in str(caught.value)


def test_the_ends_of_sense_can_be_evaluated() -> None:
    given = design(workloads=(chat(), run()))
    for spec in ASSUMPTIONS:
        for value in (spec.least, spec.most):
            tried = given.changed(assumptions=(Assumption(key=spec.key, value=value),))
            assert len(evaluate(tried, load_catalog()).kpis()) == len(KPIS)


def test_a_curve_that_leaves_sense_names_its_worst_month() -> None:
    rising = Compound(value=0.5, per_year=2.0)
    given = design(assumptions=(Assumption(key="facility_basis", value=rising),))
    with pytest.raises(EvaluationError, match=r"facility_basis.*is outside 0 to 1"):
        evaluate(given, load_catalog())
