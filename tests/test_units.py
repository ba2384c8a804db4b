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
