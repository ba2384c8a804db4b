"""Dates that a hand may not set are refused in one line; files and slips may hold them."""

from __future__ import annotations

import pytest

from fleetdesigner.design.commands import SetFields
from fleetdesigner.design.fleet import Phase
from fleetdesigner.design.model import Design
from fleetdesigner.design.refusals import EditError
from tests.design.samples import START, rich_design


def typed(design: Design, ref: str, field: str, value: object) -> Design:
    return SetFields.of("Set", ((ref, field, value),)).apply(design)


@pytest.mark.parametrize(
    ("ref", "field", "value", "words"),
    [
        (
            "phase:p2", "retire_month", START + 15,
            "phase “2027”: retires 2027-04, before it has served a month: in service 2027-04; "
            "retire it later, or clear its retirement",
        ),
        ("phase:p2", "in_service_month", START + 60, "before it has served a month: in service 2031-01"),
        (
            "phase:p2", "order_month", START + 16,
            "phase “2027”: is ordered 2027-05, after it is in service: 2027-04; "
            "order it earlier, or clear its month of service",
        ),
        ("phase:p1", "order_month", START + 300, "2051-01 is more than 10 years after the plan ends"),
        ("phase:p1", "order_month", START + 260, "is more than 10 years after the plan ends"),
        ("hall:h1", "ready_month", START + 900, "2101-01 is more than 10 years after the plan ends"),
        (
            "hall:h1", "air_month", START - 1,
            "hall “Hall h1”: cooling from 2025-12 comes before the hall, ready 2026-01; "
            "leave it empty: with the hall",
        ),
        ("hall:h1", "liquid_month", START - 5, "comes before the hall"),
        ("site:s1", "grid", ((START + 120, 5.0),), "has no grid power until 2036-01, after the plan ends"),
        ("site:s1", "grid", ((START, 5.0), (START + 700, 6.0)), "more than 10 years after the plan ends"),
        (
            "workload:pretrain", "due_month", START + 2,
            "is due 2026-03, before it starts: 2026-04; let it start earlier, or be due later",
        ),
        ("workload:pretrain", "start_month", START + 10, "is due 2026-10, before it starts: 2026-11"),
    ],
)  # fmt: skip
def test_a_date_that_makes_no_sense_is_refused_with_what_helps(
    ref: str, field: str, value: object, words: str
) -> None:
    with pytest.raises(EditError) as caught:
        typed(rich_design(), ref, field, value)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_dates_that_make_sense_are_taken() -> None:
    design = rich_design()
    for ref, field, value in (
        ("phase:p2", "retire_month", START + 16), ("phase:p2", "retire_month", None),
        ("phase:p2", "order_month", START + 15), ("hall:h1", "ready_month", START - 300),
        ("hall:h1", "air_month", START), ("hall:h1", "liquid_month", START + 6),
        ("site:s1", "grid", ((START - 50, 5.0), (START + 119, 9.0))), ("site:s1", "grid", ()),
        ("workload:pretrain", "due_month", START + 3),
    ):  # fmt: skip
        assert typed(design, ref, field, value) is not design


def test_what_came_wrong_in_a_file_is_mended_one_date_at_a_time() -> None:
    wrong = Phase(id="p1", name="2026", order_month=START, lead_months=6, retire_month=START + 2)
    design = rich_design().changed(phases=(wrong, *rich_design().phases[1:]))
    once = typed(design, "phase:p1", "retire_month", START + 5)
    assert typed(once, "phase:p1", "lead_months", 3).phases[0].service_month == START + 3


def test_two_dates_set_together_are_judged_together() -> None:
    both = (("phase:p2", "in_service_month", START + 70), ("phase:p2", "retire_month", START + 90))
    assert SetFields.of("Move", both).apply(rich_design()).phases[1].retire_month == START + 90
