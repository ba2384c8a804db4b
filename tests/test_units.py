"""How values are written with their units."""

from __future__ import annotations

import pytest

from fleetdesigner import units


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (0.0, "kW", "0 kW"),
        (0.0, "token/s", "0 tok/s"),
        (0.0, "usd", "$0"),
        (0.25, "kW", "250 W"),
        (999.7, "kW", "1.00 MW"),
        (1_234_567.0, "usd/month", "$1.23 M /month"),
        (-5.1, "usd/million tokens", "−$5.10/M tok"),
        (None, "kW", "no public figure"),
    ],
)
def test_values_are_written_with_their_unit(value: float | None, unit: str, words: str) -> None:
    assert units.text(value, unit) == words


def test_a_difference_not_worth_its_digits_is_about_nothing() -> None:
    # 58.9e-9 of 0.301 are 0.2e-6; 10 of 5,000,000 are 2e-6
    assert units.delta(0.301_000_058_9, 0.301, "usd/million tokens") == "Δ ≈ 0 (under 0.0001 %)"
    assert units.delta(5_000_010.0, 5_000_000.0, "kW") == "Δ +10.0 kW (+0.00020 %)"
    assert units.delta(5e6, 5e6, "kW") == "Δ 0 (0 %)"
