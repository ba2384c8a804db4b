"""Ports that share engineers, and traffic that moves by the month: values worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from fleetdesigner.catalog import Figure, ReadinessRow, load_catalog
from fleetdesigner.design.curves import Constant
from fleetdesigner.design.scenarios import Assumption
from fleetdesigner.design.workloads import Port
from fleetdesigner.engine.evaluate import evaluate
from fleetdesigner.engine.work.ports import PlannedPort, paced
from fleetdesigner.engine.work.readiness import port_done, port_months, ready
from tests.engine.designs import JANUARY, block, chat, design, hall, site

ROW = ReadinessRow.model_validate(
    {"workload": "dense", "activity": "serving", "framework": "vllm", "state": "needs_port",
     "since": "2027-03", "source": "a test",
     "port_engineer_weeks": Figure(value=8.69, source="a test", date="2026", evidence="assumption")}
)  # fmt: skip


def planned(start: int, weeks: float | None, engineers: float) -> PlannedPort:
    port = Port(
        start_month=JANUARY + start, engineer_weeks=weeks or 0, engineers=engineers,
        efficiency=Constant(value=1),
    )  # fmt: skip
    return PlannedPort(f"w{start}", port, weeks, ())


def test_enough_engineers_change_nothing() -> None:
    both = (planned(0, 26.07, 3.0), planned(1, 13.035, 3.0))
    assert paced(both, 6.0, JANUARY + 24) is both


def test_the_later_port_has_what_is_left() -> None:
    # 26.07 weeks / (3 · 4.345) = 2 months, 13.035 weeks / 3 = 1 month; four engineers: one is left beside the
    # first until it is done
    first, second = paced((planned(0, 26.07, 3.0), planned(1, 13.035, 3.0)), 4.0, JANUARY + 24)
    assert first.pace == ()
    assert second.pace == pytest.approx((1 / 3, 1.0))
    # a third in the first month, two thirds of the second: done after two instead of one
    assert port_months(second.port, 13.035, second.pace) == 2
    assert port_done(second.port, ROW, second.pace) == JANUARY + 3


def test_a_team_smaller_than_one_port() -> None:
    (alone,) = paced((planned(0, 26.07, 3.0),), 1.0, JANUARY + 24)
    assert alone.pace == pytest.approx((1 / 3,) * 6)
    assert port_months(alone.port, 26.07, alone.pace) == 6


def test_work_that_nobody_knows_holds_its_engineers() -> None:
    first, second = paced((planned(0, None, 3.0), planned(1, 13.035, 3.0)), 4.0, JANUARY + 6)
    assert first.pace == ()
    assert second.pace == pytest.approx((1 / 3,) * 3)


def test_traffic_moves_by_the_month() -> None:
    port = Port(start_month=JANUARY, engineer_weeks=4.345, engineers=1, efficiency=Constant(value=0.8))
    share, _ = ready(ROW, port, JANUARY, 6, (), 0.25)
    assert share == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 0.8])


def test_the_cost_of_a_port_follows_its_months() -> None:
    first = chat("first", port=planned(0, 26.07, 3.0).port)
    second = chat("second", port=planned(1, 13.035, 3.0).port)
    racks = (block("a", rack="trn2-ultra", cols=4),)
    given = design(
        sites=(site(halls=(hall(blocks=racks),)),), workloads=(first, second),
        assumptions=(
            Assumption(key="porting_team", value=4.0), Assumption(key="engineer_week_usd", value=1_000.0),
            Assumption(key="inflation_per_year", value=0.0),
        ),
    )  # fmt: skip
    found = evaluate(given, load_catalog())
    paid = found.series["cash_usd.item:porting"].values[0]
    # the first 13,035 a month for two months; the second a quarter and three quarters of 13,035
    assert paid[:4] == pytest.approx([13_035, 13_035 + 3_258.75, 9_776.25, 0])
    assert np.isclose(paid.sum(), 39_105.0)
