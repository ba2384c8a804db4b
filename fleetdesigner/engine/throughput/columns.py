"""Model and chip figures as columns, one row a configuration, so that the equations never loop over chips.

A column has shape (n,), or (1,) where all n configurations share the value: NumPy broadcasts it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from fleetdesigner.engine.throughput.chips import DTYPE_BYTES, ChipFigures
from fleetdesigner.engine.throughput.models import ModelShape

Column = NDArray[np.float64]
"""float64, shape (n,) or (1,)."""
Flags = NDArray[np.bool_]
Index = NDArray[np.int64]
T = TypeVar("T")

np.empty(1_000_000)
# glibc gives the top of the heap back to the system after each evaluation and faults it in again at the next,
# which makes the equations 2.5 times slower (measured). Freeing one block of 8 MB makes it keep up to 16 MB.


def column(values: Any) -> Column:
    """Values as a float64 column; a scalar becomes shape (1,)."""
    return np.atleast_1d(np.asarray(values, dtype=np.float64))


def gather(items: Sequence[T], index: Index | None, of: Callable[[T], float]) -> Column:
    """``of`` each item, then one row an index (all rows share the item when there is one)."""
    values = np.array([of(item) for item in items], dtype=np.float64)
    return values if index is None or len(items) == 1 else values[index]


@lru_cache(maxsize=1024)
def _figures(m: ModelShape) -> tuple[float, ...]:
    """Figures of a model in the order of the fields of ``ModelColumns``."""
    return (
        m.layers,
        m.hidden,
        m.heads,
        m.head_dim,
        m.value_dim,
        m.ffn,
        m.plain_params,
        m.routed_params,
        m.routed_active_params,
        m.head_params,
        m.expert_params,
        m.experts,
        m.top_k,
        m.shared_experts,
        m.moe_layers,
        1.0 if m.latent else 0.0,
        m.state_values,
        m.full_layers,
        m.windowed_layers,
        m.window,
        m.recurrent_layers,
        m.recurrent_values,
        m.index_bytes_per_token,
    )


@dataclass(frozen=True, slots=True)
class ModelColumns:
    """Architecture figures of n configurations; names as in ``ModelShape``."""

    layers: Column
    hidden: Column
    heads: Column
    key_dim: Column
    value_dim: Column
    ffn: Column
    plain_params: Column
    routed_params: Column
    routed_active_params: Column
    head_params: Column
    expert_params: Column
    experts: Column
    top_k: Column
    shared_experts: Column
    moe_layers: Column
    latent: Column
    state_values: Column
    full_layers: Column
    windowed_layers: Column
    window: Column
    recurrent_layers: Column
    recurrent_values: Column
    index_bytes: Column
    """The order of the columns is that of ``_figures``."""

    @classmethod
    def of(cls, shapes: Sequence[ModelShape], index: Index | None = None) -> ModelColumns:
        """One row a model, or one row an entry of ``index`` into ``shapes``."""
        if len(shapes) == 1:
            return cls(*np.array(_figures(shapes[0]))[:, np.newaxis])
        table = np.array([_figures(shape) for shape in shapes])
        return cls(*(table if index is None else table[index]).T.copy())

    def attended(self, context: Column) -> Column:
        """Layers × tokens that one query attends to at a context length: full, windowed, chosen."""
        return self.full_layers * context + self.windowed_layers * np.minimum(context, self.window)


@dataclass(frozen=True, slots=True)
class ChipColumns:
    """Chip figures of n configurations; FLOP/s at the precision in use, B/s one way, bytes."""

    peak: Column
    bf16_peak: Column
    hbm_bytes: Column
    hbm_bytes_per_s: Column
    up: Column
    out: Column
    domain: Column
    weight_bytes: Column
    """Bytes of a weight at the precision in use."""

    @classmethod
    def of(
        cls, chips: Sequence[ChipFigures], dtypes: Sequence[str], index: Index | None = None
    ) -> ChipColumns:
        """One row a (chip, precision class), or one row an entry of ``index`` into the pairs."""
        pairs = list(zip(chips, dtypes, strict=True))

        def col(of: Callable[[tuple[ChipFigures, str]], float]) -> Column:
            return gather(pairs, index, of)

        return cls(
            peak=col(lambda x: x[0].peak(x[1])),
            bf16_peak=col(lambda x: x[0].bf16_flops),
            hbm_bytes=col(lambda x: x[0].hbm_bytes),
            hbm_bytes_per_s=col(lambda x: x[0].hbm_bytes_per_s),
            up=col(lambda x: x[0].scale_up_bytes_per_s),
            out=col(lambda x: x[0].scale_out_bytes_per_s),
            domain=col(lambda x: x[0].domain_chips),
            weight_bytes=col(lambda x: DTYPE_BYTES[x[1]]),
        )
