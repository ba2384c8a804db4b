"""What a seller asks for the tokens of a language model: the rows of a price book that sells by the token."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Self

from pydantic import model_validator

from fleetdesigner.catalog.entry import EntryId
from fleetdesigner.catalog.figure import Figure, FigureSpec
from fleetdesigner.values import Value

PER_MILLION = "USD/million tokens"
TOKEN_FIGURES: Mapping[str, FigureSpec] = MappingProxyType(
    {
        "usd_per_million_input": FigureSpec(PER_MILLION, 0.001, 1000, "a million input tokens"),
        "usd_per_million_cached": FigureSpec(PER_MILLION, 0.0001, 1000, "a million cached input tokens"),
        "usd_per_million_output": FigureSpec(PER_MILLION, 0.001, 1000, "a million output tokens"),
    }
)
"""Figure of a row → unit, range and description."""


class TokenRow(Value):
    """The price of one model's tokens in one book; what the seller does not publish is absent."""

    model_id: EntryId
    sku: str = ""
    """What is sold, in the seller's words."""
    usd_per_million_input: Figure | None = None
    usd_per_million_cached: Figure | None = None
    """Input tokens that the seller finds in its cache; absent where they cost what other input does."""
    usd_per_million_output: Figure | None = None

    @model_validator(mode="after")
    def _cache_saves(self) -> Self:
        whole, cached = self.usd_per_million_input, self.usd_per_million_cached
        if whole is not None and cached is not None and cached.value > whole.value:
            raise ValueError(
                f"usd_per_million_cached: {cached.value:g} is above the price of other input, {whole.value:g}"
            )
        return self

    def figure(self, name: str) -> Figure | None:
        """One of ``TOKEN_FIGURES``."""
        found: Figure | None = getattr(self, name)
        return found


def token_field(model_id: str, name: str) -> str:
    """The field of a book that holds a figure of a model's row: ``gpt-oss-20b_usd_per_million_output``."""
    return f"{model_id}_{name}"


def model_and_figure(field: str) -> tuple[str, str] | None:
    """(model id, name of the figure) of such a field; None for any other."""
    for name in TOKEN_FIGURES:
        model_id = field.removesuffix(f"_{name}")
        if model_id != field and model_id:
            return model_id, name
    return None
