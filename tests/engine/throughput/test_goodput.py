"""Share of time that advances a job, against the published run and its own limits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetdesigner.engine.throughput import LLAMA3_CHIP_HOURS, goodput, optimal_interval


def test_llama_3_run() -> None:
    """419 unexpected interruptions in 54 days on 16,384 chips; more than 90 % effective was published."""
    assert pytest.approx(LLAMA3_CHIP_HOURS, rel=1e-3) == 54 * 24 * 16_384 / 419
    assert float(goodput(16_384)) == pytest.approx(0.89, abs=0.005)


def test_one_job_is_not_the_fleet() -> None:
    assert goodput(np.array([500e3, 1e6])).tolist() == pytest.approx([0.33, 0.206], abs=0.005)


def test_interval_worked_by_hand() -> None:
    """√(2 · 30 s · 3.094 h) of a job of 16,384 chips is 13.6 minutes."""
    between = 50_700 / 16_384 * 3600
    assert float(optimal_interval(16_384)) == pytest.approx((2 * 30 * between) ** 0.5)
    assert float(optimal_interval(16_384)) / 60 == pytest.approx(13.6, abs=0.05)


@given(
    chips=st.floats(1, 1e6),
    more=st.floats(1.01, 10),
    checkpoint=st.floats(0.1, 600),
    restart=st.floats(0, 7200),
)
def test_goodput_falls_with_chips_and_lies_between_0_and_1(
    chips: float, more: float, checkpoint: float, restart: float
) -> None:
    few, many = goodput(np.array([chips, chips * more]), LLAMA3_CHIP_HOURS, checkpoint, restart)
    assert 0 < many < few < 1


@given(factor=st.floats(0.2, 5))
def test_the_optimal_interval_is_optimal(factor: float) -> None:
    best = goodput(20_000)
    other = goodput(20_000, interval_s=factor * optimal_interval(20_000))
    assert float(other) <= float(best) * (1 + 1e-12)


def test_inputs_broadcast() -> None:
    table = goodput(np.array([[1e3], [1e4]]), np.array([25e3, 50e3, 100e3]))
    assert table.shape == (2, 3)
    assert np.all(np.diff(table, axis=1) > 0)
