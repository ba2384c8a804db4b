"""What a series of the registry is: a whole, or the parts of one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.engine.state import SampleState

Array = NDArray[np.float64]
Key = tuple[str, str, str]
"""(key, label, palette) of one part of a whole"""


@dataclass(frozen=True, slots=True)
class Whole:
    """A series of its own."""

    id: str
    label: str
    unit: str
    of: Callable[[SampleState], Array]
    """[M]"""
    needs: tuple[str, ...] = ()
    """Needs whose gaps leave it without a figure, and whose figures grade it; see ``grades``."""


@dataclass(frozen=True, slots=True)
class Split:
    """The parts of a whole, one series a key."""

    id: str
    """``chips.generation``: the key follows after a colon."""
    unit: str
    keys: Callable[[SampleState], Sequence[Key]]
    of: Callable[[SampleState], Array | Sequence[Array]]
    """[K, M], in the order of the keys"""
    needs: tuple[str, ...] = ()
