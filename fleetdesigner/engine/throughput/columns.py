"""Model and chip figures as columns, one row a configuration, so that the equations never loop over chips.

A column has shape (n,), or (1,) where all n configurations share the value: NumPy broadcasts it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
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


def column(values: Any) -> Column:
    """Values as a float64 column; a scalar becomes shape (1,)."""
    return np.atleast_1d(np.asarray(values, dtype=np.float64))


def gather(items: Sequence[T], index: Index | None, of: Callable[[T], float]) -> Column:
    """``of`` each item, then one row an index (all rows share the item when there is one)."""
    values = np.array([of(item) for item in items], dtype=np.float64)
    return values if index is None or len(items) == 1 else values[index]


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

    @classmethod
    def of(cls, shapes: Sequence[ModelShape], index: Index | None = None) -> ModelColumns:
        """One row a model, or one row an entry of ``index`` into ``shapes``."""

        def col(of: Callable[[ModelShape], float]) -> Column:
            return gather(shapes, index, of)

        return cls(
            layers=col(lambda m: m.layers),
            hidden=col(lambda m: m.hidden),
            heads=col(lambda m: m.heads),
            key_dim=col(lambda m: m.head_dim),
            value_dim=col(lambda m: m.value_dim),
            ffn=col(lambda m: m.ffn),
            plain_params=col(lambda m: m.plain_params),
            routed_params=col(lambda m: m.routed_params),
            routed_active_params=col(lambda m: m.routed_active_params),
            head_params=col(lambda m: m.head_params),
            expert_params=col(lambda m: m.expert_params),
            experts=col(lambda m: m.experts),
            top_k=col(lambda m: m.top_k),
            shared_experts=col(lambda m: m.shared_experts),
            moe_layers=col(lambda m: m.moe_layers),
            latent=col(lambda m: 1.0 if m.latent else 0.0),
            state_values=col(lambda m: m.state_values),
            full_layers=col(lambda m: m.full_layers),
            windowed_layers=col(lambda m: m.windowed_layers),
            window=col(lambda m: m.window),
            recurrent_layers=col(lambda m: m.recurrent_layers),
            recurrent_values=col(lambda m: m.recurrent_values),
            index_bytes=col(lambda m: m.index_bytes_per_token),
        )

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
