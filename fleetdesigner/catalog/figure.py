"""A figure: one number with its source, its date and how good it is (DESIGN §2, §4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import StringConstraints, model_validator

from fleetdesigner.values import Value

FigureGrade = Literal["measured", "vendor", "estimate", "assumption"]
"""Grades a figure can carry. ``none`` is not among them: no public figure is an absent field."""

SourceText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3)]
DateText = Annotated[str, StringConstraints(pattern=r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$")]


class Figure(Value):
    """One number of an entry. The unit is in the field's name and in its ``FigureSpec``."""

    value: float
    """The number, in the unit of the field."""
    source: SourceText
    """Where it was read; ``assumption`` when nobody published it."""
    date: DateText
    """When the source said so: YYYY, YYYY-MM or YYYY-MM-DD."""
    evidence: FigureGrade
    """measured > vendor > estimate > assumption."""
    note: str = ""
    """How it was derived, what else was seen, what to beware of."""
    low: float | None = None
    """Lower end of the plausible span, same unit; absent when nobody gives one."""
    high: float | None = None
    """Upper end of the plausible span, same unit; absent when nobody gives one."""
    assumed: bool = False
    """No public value exists: the entry offers one so that a design can go on (``assume`` in the file)."""

    @model_validator(mode="after")
    def _span_holds_value(self) -> Self:
        if self.low is not None and self.low > self.value:
            raise ValueError(f"low {self.low:g} is above the value {self.value:g}")
        if self.high is not None and self.high < self.value:
            raise ValueError(f"high {self.high:g} is below the value {self.value:g}")
        return self


@dataclass(frozen=True, slots=True)
class FigureSpec:
    """What a figure field means: its unit, the range outside which a value is a slip, and a description."""

    unit: str
    low: float
    high: float
    description: str

    def fault(self, value: float) -> str | None:
        """Why ``value`` cannot stand in this field, or None when it can."""
        if not self.low <= value <= self.high:
            return f"{value:g} {self.unit} is outside {self.low:g} to {self.high:g}"
        return None
