"""Levels of redundancy of a hall's power train. A newcomer is one line, and one assumption for its price."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator


@dataclass(frozen=True, slots=True)
class Level:
    """One level."""

    key: str
    """As files and planners write it."""
    words: str
    """What is there twice."""
    extra: str = ""
    """Assumption that says by which share the shell costs more; empty: it does not."""


REDUNDANCY: tuple[Level, ...] = (
    Level("N", "nothing spare"),
    Level("N+1", "one spare unit in each system", "redundancy_n1_extra"),
    Level("2N", "two whole power trains", "redundancy_2n_extra"),
)
"""From the least to the most."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What a field's value may be, for those who offer it."""

    values: tuple[str, ...]


_KEYS = tuple(level.key for level in REDUNDANCY)


def _known(key: str) -> str:
    if key not in _KEYS:
        raise ValueError(f"must be one of {', '.join(_KEYS)}")
    return key


Redundancy = Annotated[str, AfterValidator(_known), Choices(_KEYS)]
