"""Demand in the units of the field: requests, users, tokens."""

from __future__ import annotations

import pytest

from fleetdesigner.catalog import load_catalog
from fleetdesigner.design.curves import Constant
from fleetdesigner.engine.evaluate import evaluate
from fleetdesigner.engine.work.demand import demand_of, tokens_of_unit
from tests.engine.designs import chat, design


def test_requests_and_users_in_tokens() -> None:
    # 100 requests/s of 512 tokens; 864,000 users of 20 requests a day: 200 requests/s
    requests = chat("r", tokens_per_s=100.0, demand_unit="requests_per_s")
    users = chat("u", demand=Constant(value=864_000.0), demand_unit="users", requests_per_user_day=20.0)
    found = demand_of(design(workloads=(chat("t", tokens_per_s=7.0), requests, users)))
    assert found.output[0] == pytest.approx([7.0, 51_200.0, 102_400.0])
    assert [tokens_of_unit(one) for one in (requests, users)] == pytest.approx([512.0, 20 * 512 / 86_400])


def test_longer_answers_of_as_many_requests_are_more_tokens() -> None:
    given = [
        design(workloads=(chat(tokens_per_s=10.0, demand_unit="requests_per_s", output_len=length),))
        for length in (500, 1_000)
    ]
    one, other = (
        evaluate(each, load_catalog()).series["demand_tokens_per_s"].values[0, 0] for each in given
    )
    assert (one, other) == (5_000.0, 10_000.0)
