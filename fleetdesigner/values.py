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
        use_attribute_docstrings=True,
    )

    def changed(self, **fields: Any) -> Self:
        """A copy with some fields replaced. The new fields are validated; the others keep identity.

        Raises pydantic.ValidationError when a new field is out of range.
        """
        data = {name: getattr(self, name) for name in type(self).model_fields}
        unknown = fields.keys() - data.keys()
        if unknown:
            raise TypeError(f"{type(self).__name__} has no field {sorted(unknown)[0]!r}")
        data.update(fields)
        return type(self)(**data)
