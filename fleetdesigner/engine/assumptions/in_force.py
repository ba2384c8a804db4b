"""The assumptions in force: the design's own values over the registry's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.design.curves import Constant
from fleetdesigner.design.model import Design
from fleetdesigner.design.scenarios import Assumption
from fleetdesigner.engine.assumptions.registry import ASSUMPTIONS, SPECS
from fleetdesigner.engine.curves import monthly
from fleetdesigner.engine.faults import EvaluationError

Array = NDArray[np.float64]


MIDDLE = 7
"""July: dollars of a year are those of its middle."""


@dataclass(frozen=True, slots=True, eq=False)
class Assumptions:
    """The values in force: the design's own, else the registry's."""

    first_month: int
    months: int
    held: Mapping[str, Assumption]
    """The design's own, by key."""
    numbers: Mapping[str, float]
    """Every key's value in the first month."""
    money_year: int
    """Year of whose dollars plain figures are."""

    def __getitem__(self, key: str) -> float:
        """The value, in the first month if it is a curve. Raises KeyError for a key not in the registry."""
        return self.numbers[key]

    def monthly(self, key: str) -> Array:
        """The value in each month, [M]."""
        own = self.held.get(key)
        if own is None or isinstance(own.value, int | float):
            return np.full(self.months, self.numbers[key])
        return monthly(own.value, self.first_month, self.months)

    @property
    def price_level(self) -> Array:
        """[M] what a basket of goods costs, over what it cost in the middle of the money year."""
        since = self.first_month + np.arange(self.months) - (self.money_year * 12 + MIDDLE)
        return np.asarray((1.0 + self.inflation) ** (since / 12.0))

    @property
    def inflation(self) -> float:
        """A year."""
        return self.numbers["inflation_per_year"]

    def escalated(self, key: str) -> Array:
        """The value in dollars of each month, [M]: a plain figure is in dollars of the money year, a curve is
        dated and stands as entered.
        """
        return self.monthly(key) * self.level_of(key)

    def level_of(self, key: str) -> Array:
        """[M] what turns a value into dollars of each month: the price level for a plain one, else 1."""
        return self.price_level if self.is_plain(key) else np.ones(self.months)

    def is_plain(self, key: str) -> bool:
        """Whether the value has no date: a number, or a curve that is constant."""
        own = self.held.get(key)
        return own is None or isinstance(own.value, int | float | Constant)

    @property
    def key(self) -> tuple[tuple[str, object], ...]:
        """All values that the design sets, as a hashable value."""
        return tuple((key, item.value) for key, item in self.held.items())

    def is_own(self, key: str) -> bool:
        """Whether the design sets the value."""
        return key in self.held

    def some(self, *keys: str) -> tuple[float, ...]:
        """The values of some keys: what a stage is remembered by."""
        return tuple(self.numbers[key] for key in keys)


def assumptions_of(design: Design, changed: tuple[tuple[str, float], ...] = ()) -> Assumptions:
    """The assumptions of a design with some values `changed` on top (key, value).

    Keys that the registry does not know are left aside; a check reports them. Raises KeyError for an unknown
    key in `changed`, EvaluationError for a value of the design outside sense.
    """
    held = {item.key: item for item in design.assumptions if item.key in SPECS}
    for key, value in changed:
        spec = SPECS[key]
        held[key] = Assumption(key=key, value=value, unit=spec.unit)
    numbers = {spec.key: spec.default for spec in ASSUMPTIONS}
    for key, item in held.items():
        numbers[key], low, high = _values(design, item)
        fault = SPECS[key].fault(low, high)
        if fault:
            raise EvaluationError(f"assumption {SPECS[key].name} ({key}): {fault}")
    return Assumptions(
        design.first_month,
        design.months,
        MappingProxyType(held),
        MappingProxyType(numbers),
        design.money_year,
    )


def number(design: Design, key: str) -> float:
    """One value in the first month: the design's own, else the registry's, whether it makes sense or not."""
    item = next((one for one in design.assumptions if one.key == key), None)
    return SPECS[key].default if item is None else _values(design, item)[0]


def _values(design: Design, item: Assumption) -> tuple[float, float, float]:
    """(value in the first month, least, most)"""
    if isinstance(item.value, int | float):
        return (float(item.value),) * 3
    if isinstance(item.value, Constant):
        return (item.value.value,) * 3
    values = monthly(item.value, design.first_month, design.months)
    return float(values[0]), float(values.min()), float(values.max())
