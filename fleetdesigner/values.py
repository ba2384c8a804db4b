"""The frozen value class that documents, catalog entries and results are made of."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict

Grade = Literal["measured", "vendor", "estimate", "assumption", "none"]
"""How good a figure is, best first; ``none`` = no public figure (DESIGN §2)."""

GRADES: tuple[Grade, ...] = ("measured", "vendor", "estimate", "assumption", "none")


class Value(BaseModel):
    """An immutable value. Fields are plain data, other values and tuples, never lists or dicts."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        strict=False,
    )

    def changed(self, **fields: Any) -> Self:
        """A copy with some fields replaced. The new fields are validated; the others keep identity.

        Raises pydantic.ValidationError for a field out of range, TypeError when there is no such field.
        """
        old = self.__dict__
        for name in fields:
            if name not in old:
                raise TypeError(f"{type(self).__name__} has no field {name!r}")
        new = type(self)(**{**old, **fields})
        # Validation copies tuples; what did not change must stay the same object, for memos by identity.
        for name, value in old.items():
            if name not in fields:
                new.__dict__[name] = value
        return new

    def replaced(self, **fields: Any) -> Self:
        """`changed` without validation, for a caller whose new fields are valid parts already."""
        new = self.model_copy()
        new.__dict__.update(fields)
        return new
